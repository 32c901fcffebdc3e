//! Any bytes as a payload: views lie in the input, one pass and the views agree, text comes back from escaping.
#![no_main]

use iomt_hl7v2::{Index, Message, Row, batch, escape, ident, pcd, time};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let _ = batch::probe_file(data);
    let mut end = 0;
    let mut messages = batch::messages(data);
    while let Some(message) = messages.next() {
        let offset = messages.offset();
        assert!(offset >= end || end == 0, "messages overlap");
        if let Ok(message) = message {
            let bytes = message.bytes();
            assert_eq!(&data[offset..][..bytes.len()], bytes);
            end = offset + bytes.len();
            check(&message);
        }
    }
    if let Ok(message) = Message::parse(data) {
        check(&message);
    }
});

fn check(message: &Message<'_>) {
    let bytes = message.bytes();
    let mut at = 0;
    let mut nested = Vec::new();
    for segment in message.segments() {
        assert!(segment.offset() >= at, "segments overlap");
        at = segment.offset() + segment.raw().len();
        assert_eq!(&bytes[segment.offset()..at], segment.raw());
        nested.push((segment.offset(), segment.name()));
        for (index, field) in segment.fields().enumerate() {
            assert_eq!(&bytes[field.span()], field.bytes());
            if index < 40 {
                let same = segment.field(index + 1);
                assert_eq!((same.offset(), same.bytes()), (field.offset(), field.bytes()));
            }
            for repetition in field.repetitions() {
                for component in repetition.components() {
                    for sub in component.subcomponents() {
                        assert_eq!(&bytes[sub.span()], sub.bytes());
                        nested.push((sub.offset(), sub.bytes()));
                        let delimiters = message.delimiters();
                        let plain = sub.unescape();
                        if delimiters.escape.is_some() {
                            assert_eq!(*escape::unescape(&escape::escape(&plain, delimiters), delimiters), *plain);
                        }
                        let _ = sub.text(message.charset());
                    }
                }
            }
        }
    }
    nested.retain(|(_, value)| !value.is_empty());
    let mut flat = Vec::new();
    message.tokens(|token| {
        if !token.bytes.is_empty() {
            flat.push((token.offset, token.bytes));
        }
    });
    assert_eq!(flat, nested, "one pass and the views differ");
    ident::facts(message, &mut |fact| {
        assert!(!fact.value.is_empty() && fact.value != b"\"\"");
        if fact.is_quoted() {
            assert_eq!(&bytes[fact.offset..][..fact.value.len()], fact.value);
        }
    });
    let _ = pcd::Transaction::of(message);
    pcd::signals(message, &mut |_, signal| {
        if let pcd::Signal::Alarm(alarm) = signal {
            assert_eq!(&bytes[alarm.event().span()], alarm.event().bytes());
            let _ = alarm.is_active();
        }
    });
    message.quirks(&mut |quirk| assert!(quirk.offset <= bytes.len()));
    for rope in message.ropes() {
        let fields = rope.segment().fields().count() + rope.additions();
        for n in 0..fields.min(40) {
            let whole: Vec<u8> = rope.field(n).flat_map(|piece| bytes[piece.span()].to_vec()).collect();
            assert_eq!(*rope.joined(n), *whole);
        }
    }
    let _ = message.continuation();
    let _ = time::parse(message.header().field(7).bytes());
    let (marks, rows) = Index::needed(message);
    let (mut marks, mut rows) = (vec![0; marks], vec![Row::default(); rows]);
    let index = Index::build(message, &mut marks, &mut rows).expect("as much memory as is needed");
    let mut indexed = Vec::new();
    for (row, segment) in message.segments().enumerate() {
        for n in 0..40 {
            let (ours, theirs) = (index.field(row, n), segment.field(n));
            assert_eq!((ours.span(), ours.bytes()), (theirs.span(), theirs.bytes()));
        }
        indexed.extend(index.leaves(row).map(|leaf| (leaf.offset(), leaf.bytes())));
    }
    indexed.retain(|(_, value)| !value.is_empty());
    // Names, and the separator that is MSH-1, lie between no two separators.
    let fields = message.segments().flat_map(|segment| segment.fields().skip(usize::from(segment.is_header())));
    let components = fields.flat_map(|field| field.repetitions()).flat_map(|repetition| repetition.components());
    let values = components.flat_map(|component| component.subcomponents()).map(|sub| (sub.offset(), sub.bytes()));
    assert_eq!(
        indexed,
        values.filter(|(_, value)| !value.is_empty()).collect::<Vec<_>>(),
        "the index and the views differ"
    );
}
