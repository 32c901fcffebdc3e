//! Every value of HL7 version 2 messages as a line of JSON, for comparing with other readers: `values FILE...`. See `benches/peers/`.
//!
//! A file holds one message. `at` is segment (from 0), field, repetition, component and subcomponent; `raw` the bytes as sent, `plain` with
//! their escape sequences resolved, both as Latin-1 text. Absent values are left out.

use std::io::Write as _;

use iomt_hl7v2::Message;
use serde_json::json;

fn main() -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    let latin = |bytes: &[u8]| -> String { bytes.iter().map(|byte| char::from(*byte)).collect() };
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path)?;
        writeln!(out, "{}", json!({ "file": path }))?;
        let message = match Message::parse(&bytes) {
            Ok(message) => message,
            Err(error) => {
                writeln!(out, "{}", json!({ "error": error.to_string() }))?;
                continue;
            }
        };
        for (s, segment) in message.segments().enumerate() {
            writeln!(out, "{}", json!({ "segment": s, "name": latin(segment.name()) }))?;
            for (f, field) in (1..).zip(segment.fields()) {
                for (r, repetition) in (1..).zip(field.repetitions()) {
                    for (c, component) in (1..).zip(repetition.components()) {
                        for (n, sub) in (1..).zip(component.subcomponents()) {
                            if !sub.is_absent() {
                                let (raw, plain) = (latin(sub.bytes()), latin(&sub.unescape()));
                                writeln!(out, "{}", json!({ "at": [s, f, r, c, n], "raw": raw, "plain": plain }))?;
                            }
                        }
                    }
                }
            }
        }
    }
    out.flush()
}
