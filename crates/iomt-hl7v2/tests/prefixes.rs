//! Every beginning of every message reads as a message or says that it is none yet.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_core,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "in tests a panic is the report"
)]

mod common;

use iomt_hl7v2::{Kind, Message, batch, ident, mllp};
use iomt_wire::Verdict;

#[test]
fn every_prefix_is_read_or_refused_without_panic() {
    for bytes in common::ALL {
        let mut facts = 0;
        for cut in 0..=bytes.len() {
            let prefix = &bytes[..cut];
            match Message::parse(prefix) {
                Ok(message) => {
                    let mut now = 0;
                    ident::facts(&message, &mut |fact| {
                        now += 1;
                        assert!(fact.offset <= prefix.len());
                    });
                    message.quirks(&mut |_| {});
                    message.tokens(|token| assert!(token.offset + token.bytes.len() <= prefix.len()));
                    facts = facts.max(now);
                }
                Err(error) => {
                    assert!(cut < 5, "{error}");
                    assert!(matches!(error.kind, Kind::Truncated { .. } | Kind::Length { .. }));
                }
            }
            assert!(batch::messages(prefix).count() <= 1);
        }
        assert!(facts >= 9);
    }
}

#[test]
fn a_probe_never_says_no_to_a_beginning() {
    for bytes in common::ALL {
        let framed = [b"\x0b", bytes, b"\x1c\r"].concat();
        for cut in 0..framed.len() {
            assert_ne!(mllp::probe(&framed[..cut]), Verdict::No, "{cut}");
            assert_eq!(matches!(mllp::probe(&framed[..cut]), Verdict::Yes(_)), cut >= 5);
        }
        for cut in 0..bytes.len() {
            assert_ne!(batch::probe_file(&bytes[..cut]), Verdict::No, "{cut}");
        }
    }
}
