//! POCT1-A streams, cut anywhere, and what must never be expanded.
#![cfg(feature = "poct1a")]
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

use iomt_lis::poct1a::{Event, Message, Splitter, ident, probe, text};
use iomt_wire::{Limits, Segment, Verdict};
use proptest::prelude::*;

fn split(pieces: &[&[u8]], limits: Limits) -> Vec<(String, Vec<u8>)> {
    let mut splitter = Splitter::new(limits);
    let mut met = Vec::new();
    let mut sink = |event: Event<'_>| {
        let bytes = if let Event::Message { xml, .. } = event { xml.to_vec() } else { Vec::new() };
        met.push((format!("{event:?}"), bytes));
    };
    for piece in pieces {
        splitter.feed(Segment::Data(piece), &mut sink);
    }
    splitter.feed(Segment::End, &mut sink);
    assert_eq!(splitter.held(), 0);
    met
}

fn parts() -> impl Strategy<Value = Vec<u8>> {
    let part = prop::sample::select(vec![
        &b"<HEL.R01>"[..],
        b"</HEL.R01>",
        b"<ACK.R01/>",
        b"<DEV>",
        b"</DEV>",
        b"<DEV.a V='>'/>",
        b"<",
        b">",
        b"/",
        b"\"",
        b"'",
        b"<?xml ?>",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"]]>",
        b"<!DOCTYPE x>",
        b"&lt;",
        b" ",
        b"\r\n",
        b"x",
        b"\xe4",
        b"<html>",
    ]);
    prop::collection::vec(part, 0..24).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3_000))]

    #[test]
    fn any_split_gives_the_same_messages(bytes in parts(), size in 1_usize..40, small: bool) {
        let limits = Limits { message_bytes: if small { 64 } else { 1 << 16 }, depth: 3, ..Limits::DEFAULT };
        let whole = split(&[&bytes], limits);
        let pieces: Vec<&[u8]> = bytes.chunks(size).collect();
        prop_assert_eq!(&split(&pieces, limits), &whole);
        for (_, xml) in whole.iter().filter(|(_, xml)| !xml.is_empty()) {
            // What the splitter takes for a message is one for the parser.
            let text = text(xml);
            let message = Message::parse(&text).unwrap();
            for element in message.elements() {
                prop_assert!(element.offset < text.len());
                let _ = (element.value(), element.text_beside());
            }
            ident::facts(&message, &mut |fact| assert!(!fact.value.is_empty()));
        }
    }

    #[test]
    fn every_byte_is_white_space_or_told_once(bytes in parts()) {
        let mut told = vec![false; bytes.len()];
        let mut splitter = Splitter::new(Limits { message_bytes: 64, depth: 3, ..Limits::DEFAULT });
        let mut sink = |event: Event<'_>| {
            let (offset, len) = match event {
                Event::Message { offset, xml } => (offset, xml.len() as u64),
                Event::Skipped { offset, len } | Event::Refused { offset, len, .. } | Event::Truncated { offset, len }
                | Event::Oversize { offset, len } => (offset, len),
                _ => return,
            };
            for (at, told) in told.iter_mut().enumerate().take((offset + len) as usize).skip(offset as usize) {
                assert!(!*told, "byte {at} told twice");
                *told = true;
            }
        };
        splitter.feed(Segment::Data(&bytes), &mut sink);
        splitter.feed(Segment::End, &mut sink);
        for (at, told) in told.iter().enumerate() {
            prop_assert!(*told || bytes[at].is_ascii_whitespace(), "byte {} lost", at);
        }
    }
}

#[test]
fn every_prefix_of_a_greeting_is_possible_and_none_but_the_whole_is_a_message() {
    let hello = common::HELLO.trim_end();
    for cut in 0..hello.len() {
        assert_ne!(probe(&hello.as_bytes()[..cut]), Verdict::No, "{cut}");
        let met = split(&[&hello.as_bytes()[..cut]], Limits::DEFAULT);
        assert!(met.iter().all(|(_, xml)| xml.is_empty()), "{cut}");
        if let Some(prefix) = hello.get(..cut)
            && let Ok(message) = Message::parse(prefix)
        {
            ident::facts(&message, &mut |_| {});
        }
    }
    assert_eq!(split(&[hello.as_bytes()], Limits::DEFAULT).len(), 1);
}

#[test]
fn a_billion_laughs_stay_what_they_are() {
    let bomb = b"<!DOCTYPE z [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;\">]><HEL.R01><DEV><DEV.model_id V=\"&b;&b;\"/></DEV></HEL.R01>";
    let met = split(&[bomb], Limits::DEFAULT);
    assert!(met.iter().any(|(event, _)| event.contains("document type")));
    let (_, xml) = met.iter().find(|(_, xml)| !xml.is_empty()).unwrap();
    let text = text(xml);
    let mut models = Vec::new();
    ident::facts(&Message::parse(&text).unwrap(), &mut |fact| {
        models.push(iomt_lis::poct1a::resolve(fact.value).into_owned())
    });
    assert_eq!(models, ["&b;&b;"]);
}
