//! Every beginning of every stream and message is read or waited for, without panic.
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

use iomt_lis::link::Frame;
use iomt_lis::{Kind, ident, probe, probe_file, records};
use iomt_wire::Verdict;

#[test]
fn every_prefix_of_a_frame_asks_for_more_until_it_is_whole() {
    let frame = &common::FRAMES[1..];
    let (_, length) = Frame::parse(frame).unwrap();
    let end = frame.iter().position(|byte| *byte == 3).unwrap();
    for cut in 0..length {
        match Frame::parse(&frame[..cut]) {
            Ok((read, _)) => assert!(cut > end && read.quirk.is_some(), "{cut}"),
            Err(error) => assert!(cut <= end && matches!(error.kind, Kind::Truncated { .. }), "{cut}: {error}"),
        }
    }
}

#[test]
fn every_prefix_of_records_is_read() {
    for stream in common::streams() {
        for cut in 0..=stream.len() {
            for record in records(&stream[..cut]) {
                record.tokens(|token| assert!(token.offset + token.bytes.len() <= cut));
                ident::facts(&record, &mut |fact| assert!(fact.offset <= cut));
            }
        }
    }
}

#[test]
fn a_probe_never_says_no_to_a_beginning() {
    for stream in common::streams() {
        let sure = (0..=stream.len()).find(|cut| matches!(probe(&stream[..*cut]), Verdict::Yes(_))).unwrap();
        assert!(sure < 12, "{sure}");
        for cut in 0..=stream.len() {
            let verdict = probe(&stream[..cut]);
            assert_ne!(verdict, Verdict::No, "{cut}");
            assert_eq!(verdict.is_at_least(24), cut >= sure, "{cut}: {verdict:?}");
            assert_ne!(probe_file(&stream[..cut]), Verdict::No, "{cut}");
        }
    }
}
