//! Records of a dissection for people, in the way of packet analysers.
//!
//! ```text
//! ct.pcap  frame 4  2026-01-01T10:00:00.000000Z  dicom  10.0.0.2:40001 → 10.0.0.3:104
//!          0  A-ASSOCIATE-RQ (205 bytes): CT01 → PACS, 1 context, DCMTK 3.6.7
//!         74    item 10 application context (21 bytes): 1.2.840.10008.3.1.1.1
//!   |offset|    what, deeper things further right
//! ```

use std::io::{self, Write};

use iomt::dissect::{Flow, Record};

/// Writes records, each group of one frame and sender under a line that names them.
#[derive(Debug, Default)]
pub(crate) struct Text {
    input: String,
    head: Option<(u64, Option<Flow>)>,
}

/// Indentation stops here; deeper things are no clearer further right.
const DEEPEST: usize = 16;

impl Text {
    pub(crate) fn write(&mut self, record: &Record<'_>, to: &mut dyn Write) -> io::Result<()> {
        let head = (record.frame, record.flow);
        if self.head != Some(head) || self.input != record.input {
            let first = self.head.replace(head).is_none();
            record.input.clone_into(&mut self.input);
            if !first {
                to.write_all(b"\n")?;
            }
            write!(to, "{}", record.input)?;
            if record.frame > 0 {
                write!(to, "  frame {}  {}", record.frame, record.clock())?;
            }
            write!(to, "  {}", record.protocol.name())?;
            if let Some(flow) = record.flow {
                let (from, into) = flow.ends();
                write!(to, "  {from} → {into}")?;
            }
            to.write_all(b"\n")?;
        }
        let indent = record.depth.min(DEEPEST).saturating_mul(2);
        write!(to, "{:>10}  {:indent$}{}", record.offset, "", record.kind)?;
        for part in [record.tag, record.vr, record.name] {
            if !part.is_empty() {
                write!(to, " {part}")?;
            }
        }
        if let Some(length) = record.length {
            write!(to, " ({length} {})", if length == 1 { "byte" } else { "bytes" })?;
        }
        if let Some(value) = record.value {
            write!(to, ": {value}")?;
        }
        to.write_all(b"\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use iomt::dissect::{Direction, Protocol};

    #[test]
    fn records_of_one_frame_share_their_head_line() {
        let flow = Flow {
            initiator: "10.0.0.2:40001".parse().unwrap(),
            responder: "10.0.0.3:104".parse().unwrap(),
            direction: Direction::Responder,
        };
        let record = Record {
            input: "a.pcap",
            frame: 4,
            time: Some(iomt::Timestamp::new(0, 0)),
            offset: 74,
            depth: 1,
            protocol: Protocol::Dicom,
            flow: Some(flow),
            kind: "data element",
            name: "Manufacturer",
            tag: "(0008,0070)",
            vr: "LO",
            length: Some(4),
            value: Some("ACME"),
        };
        let (mut text, mut out) = (Text::default(), Vec::new());
        text.write(&record, &mut out).unwrap();
        text.write(&Record { depth: 2, length: None, value: None, ..record }, &mut out).unwrap();
        text.write(&Record { frame: 5, ..record }, &mut out).unwrap();
        let expected = "a.pcap  frame 4  1970-01-01T00:00:00.000000Z  dicom  10.0.0.3:104 → 10.0.0.2:40001\n\
            \u{20}       74    data element (0008,0070) LO Manufacturer (4 bytes): ACME\n\
            \u{20}       74      data element (0008,0070) LO Manufacturer\n\
            \na.pcap  frame 5  1970-01-01T00:00:00.000000Z  dicom  10.0.0.3:104 → 10.0.0.2:40001\n\
            \u{20}       74    data element (0008,0070) LO Manufacturer (4 bytes): ACME\n";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }
}
