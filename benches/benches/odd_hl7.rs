//! What HL7 parsers of this language do with odd input, printed as rows of a table: `cargo bench -p iomt-benches --bench odd_hl7`.
//! Nothing is timed. `docs/odd-hl7.md` shows the outcome.

#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::arithmetic_side_effects,
    reason = "prints a table of its own input"
)]

use std::panic::catch_unwind;

use iomt_hl7v2::Message;
use iomt_hl7v2::mllp::{Decoder, Event};
use iomt_wire::{Limits, Segment};

/// What a parser made of a message, in a few words.
type Reader = (&'static str, fn(&str) -> Result<Vec<String>, String>);

fn ours(text: &str) -> Result<Vec<String>, String> {
    let message = Message::parse(text.as_bytes()).map_err(|error| error.to_string())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ok(message.segments().map(|segment| text(segment.raw())).collect())
}

fn hl7_parser(text: &str) -> Result<Vec<String>, String> {
    let message = hl7_parser::Message::parse(text).map_err(|error| error.to_string())?;
    Ok(message.segments().map(|segment| segment.raw_value().to_owned()).collect())
}

fn rust_hl7(text: &str) -> Result<Vec<String>, String> {
    let message = rusthl7::message::Message::try_from(text).map_err(|error| format!("{error:?}"))?;
    Ok(message.segments.iter().map(|segment| segment.source.to_owned()).collect())
}

fn hl7_2(text: &str) -> Result<Vec<String>, String> {
    let message = hl7_2::er7::parse(text).map_err(|error| error.to_string())?;
    Ok(message.segments.iter().map(|segment| segment.name.clone()).collect())
}

fn hl7kit(text: &str) -> Result<Vec<String>, String> {
    let message = hl7kit::Message::parse(text).map_err(|error| format!("{error:?}"))?;
    Ok(message.segments().map(|segment| segment.text().to_owned()).collect())
}

const READERS: [Reader; 5] =
    [("iomt", ours), ("hl7-parser", hl7_parser), ("rust-hl7", rust_hl7), ("hl7-2 (er7)", hl7_2), ("hl7kit", hl7kit)];

fn main() {
    std::panic::set_hook(Box::new(|_| {}));
    for (name, text) in [
        ("a character of two bytes as separator", "MSH§^~\\&§A\rPID§1"),
        ("a blank segment", "MSH|^~\\&|A\r\rPID|1\rOBX|1"),
        ("line feeds", "MSH|^~\\&|A\nPID|1\nOBX|1\n"),
        ("a line feed in a field", "MSH|^~\\&|A\rNTE|1|one\ntwo\rOBX|1"),
        ("both line ends", "MSH|^~\\&|A\r\nPID|1\r\nOBX|1\r\n"),
        ("MSH-2 of one character", "MSH|^|A\rPID|1^2~3"),
        ("MSH-2 with a truncation character", "MSH|^~\\&#|A\rPID|1"),
        ("MSH-2 with a repeated character", "MSH|^^\\&|A\rPID|1"),
        ("a header alone", "MSH|^~\\&"),
        ("three letters", "MSH"),
        ("nothing", ""),
        ("a lower-case segment", "MSH|^~\\&|A\rpid|1\rOBX|1"),
        ("a segment of two letters", "MSH|^~\\&|A\rPI|1\rOBX|1"),
        ("a segment without a name", "MSH|^~\\&|A\r|||\rOBX|1"),
        ("a byte order mark", "\u{feff}MSH|^~\\&|A\rPID|1"),
        ("a batch", "FHS|^~\\&|A\rBHS|^~\\&|B\rMSH|^~\\&|C\rPID|1\rBTS|1\rFTS|1"),
        ("block characters", "\x0bMSH|^~\\&|A\rPID|1\r\x1c\r"),
    ] {
        for (who, read) in READERS {
            let outcome = match catch_unwind(|| read(text)) {
                Err(_) => "PANIC".to_owned(),
                Ok(Err(error)) => format!("error: {}", error.replace('\n', " ")),
                Ok(Ok(segments)) => format!("{} segments: {segments:?}", segments.len()),
            };
            println!("{name:42} {who:12} {outcome}");
        }
    }
    for (name, stream) in [
        ("an end before any start", &b"\x1c\r\x0b"[..]),
        ("a start in a block", b"\x0bMSH|^~\\&|A\rPI\x0bMSH|^~\\&|B\r\x1c\r"),
        ("an end without carriage return", b"\x0bMSH|^~\\&|A\x1c\x0bMSH|^~\\&|B\x1c\r"),
        ("a file separator in a block", b"\x0bMSH|^~\\&|A|x\x1cy\r\x1c\r"),
        ("a commit acknowledgement", b"\x0b\x06\x1c\r"),
    ] {
        let mut met = Vec::new();
        let mut decoder = Decoder::new(Limits::DEFAULT);
        for segment in [Segment::Data(stream), Segment::End] {
            decoder.feed(segment, &mut |event| match event {
                Event::Block { payload, .. } => met.push(payload.escape_ascii().to_string()),
                other => met.push(format!("{other:?}")),
            });
        }
        println!("{name:42} {:12} {met:?}", "iomt");
        let codec = catch_unwind(|| {
            use tokio_util::codec::Decoder as _;
            let (mut codec, mut bytes) = (hl7_mllp_codec::MllpCodec::new(), bytes::BytesMut::from(stream));
            let mut met = Vec::new();
            for _ in 0..8 {
                match codec.decode(&mut bytes) {
                    Ok(Some(payload)) => met.push(payload.escape_ascii().to_string()),
                    Ok(None) => break,
                    Err(error) => {
                        met.push(format!("error: {error}"));
                        break;
                    }
                }
            }
            format!("{met:?}, left over {}", bytes.len())
        });
        println!("{name:42} {:12} {}", "mllp-codec", codec.unwrap_or_else(|_| "PANIC".to_owned()));
    }
}
