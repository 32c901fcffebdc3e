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

fn frames() -> Vec<Vec<u8>> {
    let mut frames =
        vec![segment(Direction::Initiator, 0, 0, SYN, b""), segment(Direction::Responder, 0, 1, SYN | ACK, b"")];
    for n in 0..2_000_u32 {
        frames.push(segment(Direction::Initiator, 1 + n * 1_000, 1 + n * 100, ACK, &[7; 1_000]));
        frames.push(segment(Direction::Responder, 1 + n * 100, 1_001 + n * 1_000, ACK, &[8; 100]));
    }
    frames
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn pcap() -> Vec<u8> {
    let mut file = words(&[0xa1b2_c3d4, 0x0004_0002, 0, 0, 0x0004_0000, 1]);
    for (n, frame) in (0..).zip(frames()) {
        file.extend(words(&[1_700_000_000, n, frame.len() as u32, frame.len() as u32]));
        file.extend(frame);
    }
    file
}

/// The packets have no options.
fn pcapng() -> Vec<u8> {
    let mut file = words(&[0x0a0d_0d0a, 28, 0x1a2b_3c4d, 1, u32::MAX, u32::MAX, 28, 1, 20, 1, 0, 20]);
    for (n, frame) in (0..).zip(frames()) {
        let padded = frame.len().next_multiple_of(4);
        let length = padded as u32 + 32;
        file.extend(words(&[6, length, 0, 0, n, frame.len() as u32, frame.len() as u32]));
        file.extend(&frame);
        file.resize(file.len() + padded - frame.len(), 0);
        file.extend(words(&[length]));
    }
    file
}

fn allocates_nothing(file: Vec<u8>) {
    let mut reader = Reader::new(std::io::Cursor::new(file), Limits::default()).unwrap();
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

#[test]
fn in_order_traffic_of_a_pcap_allocates_nothing() {
    allocates_nothing(pcap());
}

#[test]
fn in_order_traffic_of_a_pcapng_without_packet_options_allocates_nothing() {
    allocates_nothing(pcapng());
}
