//! Debug output shows places, never what is in them: what is read, what reads it, and what is held between two pieces of a stream.
#![allow(clippy::std_instead_of_core, clippy::unwrap_used, reason = "in tests a panic is the report")]

use core::fmt::Debug;

use iomt_lis::link::{Decoder, Frame};
use iomt_lis::poct1a::{self, Splitter};
use iomt_lis::{Exchange, Reader, records};
use iomt_wire::{Direction, Limits, Segment};

/// Constructed: the canary in every kind of place.
const RECORDS: &str = "H|\\^&|CANARY|CANARY|||||||CANARY\rP|1|CANARY|CANARY^CANARY\rO|1|CANARY\rR|1|CANARY|CANARY\\CANARY\rM|1|CANARY\rL|1|N\r";

const HELLO: &str = "<OBS.R01><HDR><HDR.message_type V=\"OBS.R01\"/></HDR><PT><PT.patient_id V=\"CANARY\"/><PT.name>CANARY</PT.name></PT></OBS.R01>";

fn hides(what: &str, shown: impl Debug) {
    let shown = format!("{shown:?} {shown:#?}").split_whitespace().collect::<Vec<_>>().join(" ");
    // As text, and as a list of bytes.
    for canary in ["CANARY", "67, 65, 78, 65"] {
        assert!(!shown.contains(canary), "{what}: {shown}");
    }
}

/// The records as one frame.
fn framed() -> Vec<u8> {
    let body = format!("1{RECORDS}\x03");
    let sum = iomt_lis::link::checksum(body.as_bytes());
    format!("\x05\x02{body}{sum:02X}\r\n\x04").into_bytes()
}

#[test]
fn views_and_their_iterators_hide_content() {
    hides("records", records(RECORDS.as_bytes()));
    let framed = framed();
    hides("frame", Frame::parse(framed.get(1..).unwrap()).unwrap());
    for record in records(RECORDS.as_bytes()) {
        hides("record", record);
        let mut fields = record.fields();
        hides("fields", fields);
        let _ = fields.next();
        hides("fields", fields);
        for field in record.fields() {
            hides("field", (field, field.first(), field.component(1)));
        }
        record.tokens(|token| hides("token", token));
    }
    let message = poct1a::Message::parse(HELLO).unwrap();
    hides("message", message);
    hides("elements", message.elements());
    for element in message.elements() {
        hides("element", element);
    }
}

#[test]
fn what_is_held_of_a_stream_is_hidden_wherever_it_is_cut() {
    for stream in [framed(), RECORDS.as_bytes().to_vec(), format!("\x0b{RECORDS}\x1c\r").into_bytes()] {
        for cut in 0..stream.len() {
            let piece = Segment::Data(stream.get(..cut).unwrap());
            let (mut decoder, mut reader) = (Decoder::new(Limits::DEFAULT), Reader::new(Limits::DEFAULT));
            let mut exchange = Exchange::new(Limits::DEFAULT);
            decoder.feed(piece, &mut |event| hides("event of a link", event));
            reader.feed(piece, &mut |event| hides("event of a reader", event));
            exchange.feed(Direction::Responder, piece, &mut |event| hides("event of an exchange", event));
            hides("decoder", &decoder);
            hides("reader", &reader);
            hides("exchange", &exchange);
        }
    }
    for cut in 0..HELLO.len() {
        let mut splitter = Splitter::new(Limits::DEFAULT);
        splitter.feed(Segment::Data(HELLO.as_bytes().get(..cut).unwrap()), &mut |event| {
            hides("event of a splitter", event)
        });
        hides("splitter", &splitter);
    }
}
