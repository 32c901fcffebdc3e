//! In-order traffic costs no allocation, from the file to the handler.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_core,
    clippy::unwrap_used
)]

mod common;

use common::{ACK, SYN, segment};
use iomt_capture::{FlowKey, Handler, Network, Place, Reader};
use iomt_wire::{Direction, Limits, Segment};

struct Count(usize);

impl Handler for Count {
    type Flow = ();
    fn open(&mut self, _: &FlowKey, _: &Place) {}
    fn stream(&mut self, (): &mut (), _: &FlowKey, _: Direction, _: &Place, segment: Segment<'_>) {
        if let Segment::Data(bytes) = segment {
            self.0 += bytes.len();
        }
    }
    fn datagram(&mut self, (): &mut (), _: &FlowKey, _: Direction, _: &Place, _: &[u8], _: usize) {}
    fn close(&mut self, (): (), _: &FlowKey) {}
}

fn file() -> Vec<u8> {
    let mut file = [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0].to_vec();
    let mut put = |time: u32, frame: Vec<u8>| {
        for field in [1_700_000_000, time, frame.len() as u32, frame.len() as u32] {
            file.extend(field.to_le_bytes());
        }
        file.extend(frame);
    };
    put(0, segment(Direction::Initiator, 0, 0, SYN, b""));
    put(1, segment(Direction::Responder, 0, 1, SYN | ACK, b""));
    for n in 0..2_000_u32 {
        put(2 + n, segment(Direction::Initiator, 1 + n * 1_000, 1 + n * 100, ACK, &[7; 1_000]));
        put(2 + n, segment(Direction::Responder, 1 + n * 100, 1_001 + n * 1_000, ACK, &[8; 100]));
    }
    file
}

#[test]
fn in_order_traffic_allocates_nothing() {
    let mut reader = Reader::new(std::io::Cursor::new(file()), Limits::default()).unwrap();
    let mut network = Network::new(Limits::default());
    let mut count = Count(0);
    for _ in 0..4 {
        let frame = reader.next_frame().unwrap().unwrap();
        network.push(&mut count, &frame);
    }
    let info = allocation_counter::measure(|| {
        while let Some(frame) = reader.next_frame().unwrap() {
            network.push(&mut count, &frame);
        }
    });
    assert_eq!(info.count_total, 0);
    network.finish(&mut count);
    assert_eq!(count.0, 2_000 * 1_100);
    assert_eq!(network.health().gaps, 0);
}
