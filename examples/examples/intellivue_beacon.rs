//! Decode the beacon of a Philips IntelliVue monitor with `iomt-intellivue` alone.
//!
//! `cargo run -p iomt-examples --example intellivue_beacon [CAPTURE]`

use iomt_capture::{FlowKey, Handler, Network, Place, Reader};
use iomt_intellivue::ident::facts;
use iomt_intellivue::message::parse;
use iomt_wire::{Direction, Limits, Segment};

/// Takes the datagrams of a capture.
struct Monitors;

impl Handler for Monitors {
    type Flow = ();

    fn open(&mut self, _: &FlowKey, _: &Place) {}

    fn stream(&mut self, (): &mut (), _: &FlowKey, _: Direction, _: &Place, _: Segment<'_>) {}

    fn datagram(&mut self, (): &mut (), flow: &FlowKey, _: Direction, place: &Place, payload: &[u8], _missing: usize) {
        match parse(payload) {
            Ok((message, _)) => {
                println!("frame {}: from {}", place.frame, flow.initiator);
                facts(&message, &mut |fact| {
                    let attribute = format!("{:?}", fact.attribute);
                    println!("  byte {:3}  {attribute:18} {:?}  ({})", fact.offset, fact.value, fact.field);
                });
            }
            Err(error) => println!("frame {}: {error}", place.frame),
        }
    }

    fn close(&mut self, (): (), _: &FlowKey) {}
}

fn main() -> Result<(), Box<dyn core::error::Error>> {
    let mut reader = Reader::open(&iomt_examples::input("captures/intellivue_beacon.pcap"), Limits::DEFAULT)?;
    let mut network = Network::new(Limits::DEFAULT);
    while let Some(frame) = reader.next_frame()? {
        network.push(&mut Monitors, &frame);
    }
    network.finish(&mut Monitors);
    Ok(())
}
