//! Debug output shows places, never what is in them: what is read, what reads it, and what is held between two pieces of a stream.
#![allow(clippy::std_instead_of_core, clippy::unwrap_used, reason = "in tests a panic is the report")]

use core::fmt::Debug;

use iomt_hl7v2::mllp::Decoder;
use iomt_hl7v2::{Index, Message, Path, Row, batch, escape, pcd, types};
use iomt_wire::{Limits, Segment};

/// Constructed: the canary in every kind of place.
const TEXT: &[u8] = b"MSH|^~\\&|CANARY|CANARY|||20260102||ORU^R40|CANARY|P|2.6\r\
PID|||CANARY^^^CANARY~CANARY||CANARY&CANARY^CANARY\r\
OBX|1|ST|196616^MDC_EVT_ALARM^MDC|1.0.0.0.1|CANARY\\T\\CANARY\\X43414e415259\\\r\
ADD|CANARY\r\
DSC|CANARY|F\r";

fn hides(what: &str, shown: impl Debug) {
    let shown = format!("{shown:?} {shown:#?}").split_whitespace().collect::<Vec<_>>().join(" ");
    // As text, and as a list of bytes.
    for canary in ["CANARY", "67, 65, 78, 65"] {
        assert!(!shown.contains(canary), "{what}: {shown}");
    }
}

#[test]
fn views_and_their_iterators_hide_content() {
    let message = Message::parse(TEXT).unwrap();
    hides("message", message);
    hides("segments", message.segments());
    hides("parts", batch::parts(TEXT));
    hides("messages", batch::messages(TEXT));
    hides("ropes", message.ropes());
    hides("continuation", message.continuation());
    for part in batch::parts(TEXT) {
        hides("part", part);
    }
    for rope in message.ropes() {
        hides("rope", rope);
    }
    for segment in message.segments() {
        hides("segment", segment);
        let mut fields = segment.fields();
        hides("fields", fields.clone());
        let _ = fields.next();
        hides("fields", fields);
        for field in segment.fields() {
            hides("field", field);
            hides("value", field.value());
            hides("repetitions", field.repetitions());
            hides("components", field.components());
            hides("type", (types::Cx::from(field), types::Ei::from(field)));
            for component in field.components() {
                hides("component", (component, component.value(), component.subcomponents()));
            }
            hides("pieces", escape::pieces(field.bytes(), message.delimiters()));
            for piece in escape::pieces(field.bytes(), message.delimiters()) {
                hides("piece", piece.2);
            }
        }
    }
    message.tokens(|token| hides("token", token));
    pcd::signals(&message, &mut |_, signal| hides("signal", signal));
    let path: Path = "PID-3[*].1".parse().unwrap();
    hides("found", path.all(&message));
    let (mut marks, mut rows) = ([0; 64], [Row::default(); 8]);
    let index = Index::build(&message, &mut marks, &mut rows).unwrap();
    hides("index", index);
    hides("found in an index", path.all_in(&index));
}

#[test]
fn what_is_held_of_a_stream_is_hidden_wherever_it_is_cut() {
    let stream = [b"\x0b", TEXT, b"\x1c\r"].concat();
    for cut in 0..stream.len() {
        let mut decoder = Decoder::new(Limits::DEFAULT);
        decoder.feed(Segment::Data(stream.get(..cut).unwrap()), &mut |event| hides("event", event));
        hides("decoder", &decoder);
    }
}

#[cfg(feature = "tokio")]
#[test]
fn a_codec_hides_the_frames_that_nobody_took() {
    use bytes::BytesMut;
    use iomt_hl7v2::mllp::{Codec, Frame};
    use tokio_util::codec::{Decoder as _, Encoder as _};
    let mut codec = Codec::new(Limits::DEFAULT);
    let mut wire = BytesMut::new();
    for _ in 0..3 {
        codec.encode(Frame::Block(bytes::Bytes::from_static(TEXT)), &mut wire).unwrap();
    }
    let first = codec.decode(&mut wire).unwrap();
    hides("frame", first);
    hides("codec", &codec);
}
