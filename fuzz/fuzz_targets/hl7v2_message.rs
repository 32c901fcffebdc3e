//! Any bytes as a payload: views lie in the input, one pass and the views agree, text comes back from escaping.
#![no_main]

use iomt_hl7v2::{Message, batch, escape, ident};
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
    message.quirks(&mut |quirk| assert!(quirk.offset <= bytes.len()));
}
