//! Messages as they occur, and properties of reading them.
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

use iomt_hl7v2::emit::Builder;
use iomt_hl7v2::text::Charset;
use iomt_hl7v2::{Delimiters, Index, Kind, Message, Row, Terminator, Token, Value};
use proptest::prelude::*;

fn quirks(bytes: &[u8]) -> Vec<(usize, &'static str)> {
    let mut found = Vec::new();
    Message::parse(bytes).unwrap().quirks(&mut |quirk| found.push((quirk.offset, quirk.name)));
    found
}

fn names(bytes: &[u8]) -> Vec<&[u8]> {
    Message::parse(bytes).unwrap().segments().map(|segment| segment.name()).collect()
}

#[test]
fn a_header_counts_its_separator_as_field_one() {
    let message = Message::parse(common::ADT).unwrap();
    let header = message.header();
    assert_eq!(header.field(1).bytes(), b"|");
    assert_eq!(header.field(2).bytes(), b"^~\\&");
    assert_eq!(header.field(3).bytes(), b"ADMIT");
    assert_eq!(header.field(9).component(2).bytes(), b"A01");
    assert_eq!(header.field(18).bytes(), b"8859/1");
    assert!(header.field(19).is_absent() && header.field(0).is_absent());
    let by_iterator: Vec<&[u8]> = header.fields().map(|field| field.bytes()).collect();
    let by_number: Vec<&[u8]> = (1..=18).map(|n| header.field(n).bytes()).collect();
    assert_eq!(by_iterator, by_number);
}

#[test]
fn the_encoding_characters_are_never_split_or_unescaped() {
    let message = Message::parse(common::ADT).unwrap();
    let field = message.header().field(2);
    assert_eq!(field.component(1).subcomponent(1).bytes(), b"^~\\&");
    assert_eq!(*field.unescape(), *b"^~\\&");
    assert_eq!(message.header().fields().nth(1).unwrap().components().count(), 1);
}

#[test]
fn a_well_formed_message_has_no_quirks() {
    for message in common::ALL {
        assert_eq!(quirks(message), []);
    }
}

#[test]
fn each_line_end_is_recognised_on_the_header_line() {
    for (end, terminator, name) in [
        ("\r", Terminator::Cr, None),
        ("\n", Terminator::Lf, Some("line-feed-terminator")),
        ("\r\n", Terminator::CrLf, Some("carriage-return-line-feed-terminator")),
    ] {
        let text = ["MSH|^~\\&|A", "PID|1", "OBX|2|x", ""].join(end);
        let message = Message::parse(text.as_bytes()).unwrap();
        assert_eq!(message.terminator(), terminator);
        assert_eq!(names(text.as_bytes()), [b"MSH", b"PID", b"OBX"]);
        assert_eq!(message.segments().last().unwrap().field(2).bytes(), b"x");
        assert_eq!(quirks(text.as_bytes()).iter().map(|(_, name)| *name).next(), name);
    }
}

#[test]
fn a_line_feed_is_data_when_the_message_uses_carriage_returns() {
    let message = Message::parse(b"MSH|^~\\&|A\rOBX|1|one\ntwo\rPID|1").unwrap();
    assert_eq!(message.segments().nth(1).unwrap().field(2).bytes(), b"one\ntwo");
}

#[test]
fn segments_after_an_empty_one_are_not_dropped() {
    assert_eq!(names(b"MSH|^~\\&|A\r\rPID|1\r\r\r \rOBX|1\r\r"), [b"MSH", b"PID", b"OBX"]);
    assert_eq!(names(b"MSH|^~\\&|A\n\n\rPID|1\n\rOBX|1\r\n"), [b"MSH", b"PID", b"OBX"]);
    let found = quirks(b"MSH|^~\\&|A\r\rPID|1\r\r");
    assert_eq!(found, [(10, "blank-segment"), (17, "blank-segment")]);
}

#[test]
fn a_segment_without_a_name_has_fields_all_the_same() {
    let message = Message::parse(b"MSH|^~\\&|A\r||||\r").unwrap();
    let nameless = message.segments().nth(1).unwrap();
    assert_eq!((nameless.name(), nameless.fields().count()), (&b""[..], 4));
}

#[test]
fn what_is_tolerated_is_told() {
    assert_eq!(
        quirks(b"\xef\xbb\xbf\r\nMSH|^~|A\npid|1\nX|2"),
        [
            (0, "byte-order-mark"),
            (3, "leading-white-space"),
            (9, "short-encoding-characters"),
            (13, "line-feed-terminator"),
            (14, "lower-case-segment-name"),
            (20, "odd-segment-name"),
            (23, "missing-last-terminator"),
        ]
    );
    assert_eq!(quirks(b"MSH|^~\\\\&|A\r"), [(4, "doubled-escape-character")]);
}

#[test]
fn what_is_no_message_is_an_error_that_says_why() {
    let kind = |bytes: &[u8]| Message::parse(bytes).unwrap_err().kind;
    assert_eq!(kind(b""), Kind::Truncated { needed: 3, available: 0 });
    assert_eq!(kind(b"PID|1"), Kind::Syntax("not MSH, FHS or BHS"));
    assert_eq!(kind(b"M\0S\0H\0|\0"), Kind::Syntax("wide characters: decode first"));
    let error = Message::parse("MSH§^~\\&§A".as_bytes()).unwrap_err();
    assert_eq!(error.to_string(), "MSH-1 at byte 3: invalid value 0xc2");
}

#[test]
fn a_header_alone_without_terminator_is_a_message() {
    let message = Message::parse(b"MSH|^~\\&").unwrap();
    assert!(message.header().field(3).is_absent());
    assert_eq!(message.segments().count(), 1);
    assert!(Message::parse(b"MSH|").is_err());
    assert_eq!(Message::parse(b"MSH|^").unwrap().delimiters().repetition, None);
}

#[test]
fn null_is_neither_absent_nor_a_value() {
    let message = Message::parse(b"MSH|^~\\&|\"\"||A\r").unwrap();
    assert_eq!(message.header().field(3).value(), Value::Null);
    assert_eq!(message.header().field(4).value(), Value::Absent);
    assert_eq!(message.header().field(5).value(), Value::Present(b"A"));
    assert_eq!(message.header().field(3).text(Charset::Ascii), "");
}

#[test]
fn double_byte_text_does_not_split_fields() {
    // Constructed: the second bytes of these characters are 7C and 5E.
    let message = Message::parse(b"MSH|^~\\&|A|||||||||||||||GB 18030-2000\rPID|1|\x81|\x81^|b\r").unwrap();
    let pid = message.segments().nth(1).unwrap();
    assert_eq!(pid.field(2).component(1).bytes(), b"\x81|\x81^");
    assert_eq!(pid.field(3).bytes(), b"b");
    let message = Message::parse(b"MSH|^~\\&|A|||||||||||||||~ISO IR87\rPID|1|a\x1b$B;3||!|\x1b(B|b\r").unwrap();
    let pid = message.segments().nth(1).unwrap();
    assert_eq!(pid.field(2).bytes(), b"a\x1b$B;3||!|\x1b(B");
    assert_eq!(pid.field(3).bytes(), b"b");
}

#[cfg(feature = "charset")]
#[test]
fn text_is_decoded_as_the_message_says() {
    let message = Message::parse(b"MSH|^~\\&|Ger\xe4t \\T\\ Co|||||||||||||||8859/1\r").unwrap();
    assert_eq!(message.header().field(3).text(message.charset()), "Gerät & Co");
}

/// Place and bytes of every token.
type Told = Vec<(u32, u32, u32, u32, usize, Vec<u8>)>;

fn tokens(message: &Message<'_>) -> Told {
    let mut told = Vec::new();
    message.tokens(|Token { bytes, offset, field, repetition, component, subcomponent }| {
        told.push((field, repetition, component, subcomponent, offset, bytes.to_vec()));
    });
    told
}

/// The same through the views.
fn nested(message: &Message<'_>) -> Told {
    let mut told = Vec::new();
    let n = |index: usize| index as u32 + 1;
    for segment in message.segments() {
        told.push((0, 1, 1, 1, segment.offset(), segment.name().to_vec()));
        for (f, field) in segment.fields().enumerate() {
            if field.is_absent() {
                told.push((n(f), 1, 1, 1, field.offset(), vec![]));
            }
            for (r, repetition) in field.repetitions().enumerate() {
                if repetition.is_absent() {
                    told.push((n(f), n(r), 1, 1, repetition.offset(), vec![]));
                }
                for (c, component) in repetition.components().enumerate() {
                    if component.is_absent() {
                        told.push((n(f), n(r), n(c), 1, component.offset(), vec![]));
                    }
                    for (s, sub) in component.subcomponents().enumerate() {
                        told.push((n(f), n(r), n(c), n(s), sub.offset(), sub.bytes().to_vec()));
                    }
                }
            }
        }
    }
    told
}

#[test]
fn one_pass_finds_what_the_views_find() {
    for bytes in common::ALL {
        let message = Message::parse(bytes).unwrap();
        assert_eq!(tokens(&message), nested(&message));
    }
}

fn value() -> impl Strategy<Value = Vec<u8>> {
    prop::collection::vec(any::<u8>(), 0..12)
}

proptest! {
    #[test]
    fn one_pass_finds_what_the_views_find_in_anything(
        parts in prop::collection::vec(prop::sample::select(vec![
            &b"|"[..], b"^", b"~", b"&", b"\\", b"\r", b"\n", b"a", b"bc", b"\rPID|", b"\rMSH|^~\\&|", b"\rBHS|", b" ", b"\x1c", b"0123456789012345678901234567890123456789",
        ]), 0..40),
        head in prop::sample::select(vec![&b"MSH|^~\\&|"[..], b"MSH|^~\\&", b"MSH|^|", b"MSH|^~\\&|A\n", b"MSH|^~\\&|A\r\n"]),
    ) {
        let bytes = [head, &parts.concat()].concat();
        if let Ok(message) = Message::parse(&bytes) {
            prop_assert_eq!(tokens(&message), nested(&message));
        }
    }

    #[test]
    fn fields_by_number_and_in_order_agree(bytes in prop::collection::vec(prop::sample::select(&b"|||^~ab\r"[..]), 0..200)) {
        let bytes = [b"MSH|^~\\&|", &bytes[..]].concat();
        let message = Message::parse(&bytes).unwrap();
        for segment in message.segments() {
            for (index, field) in segment.fields().enumerate() {
                let same = segment.field(index + 1);
                prop_assert_eq!((same.bytes(), same.offset()), (field.bytes(), field.offset()));
                prop_assert_eq!(&bytes[field.span()], field.bytes());
            }
            prop_assert!(segment.field(segment.fields().count() + 1).is_absent());
            prop_assert_eq!(segment.field_count(), segment.fields().count());
        }
    }

    #[test]
    fn what_is_built_is_read_back(
        segments in prop::collection::vec(prop::collection::vec(prop::collection::vec(value(), 1..4), 1..6), 1..5),
        delimiters in prop::sample::select(vec![*b"|^~\\&", *b"!@#$%", *b"*:;/+"]),
    ) {
        let [field, component, repetition, escape, subcomponent] = delimiters;
        let delimiters = Delimiters {
            field, component: Some(component), repetition: Some(repetition), escape: Some(escape),
            subcomponent: Some(subcomponent), truncation: None,
        };
        prop_assert!(delimiters.is_valid());
        let mut builder = Builder::new(delimiters);
        for (s, fields) in segments.iter().enumerate() {
            if s > 0 {
                builder.segment(b"ZZZ");
            }
            for components in fields {
                builder.text(&components[0]);
                for component in &components[1..] {
                    builder.component(component);
                }
            }
        }
        let bytes = builder.finish();
        let message = Message::parse(&bytes).unwrap();
        prop_assert_eq!(message.delimiters(), &delimiters);
        prop_assert_eq!(message.segments().count(), segments.len());
        for (s, (segment, fields)) in message.segments().zip(&segments).enumerate() {
            let first = if s == 0 { 3 } else { 1 };
            for (f, components) in fields.iter().enumerate() {
                for (c, expected) in components.iter().enumerate() {
                    let found = segment.field(first + f).component(c + 1);
                    prop_assert_eq!(&*found.unescape(), &expected[..]);
                }
            }
        }
    }

    #[test]
    fn an_index_has_every_field_and_value_that_the_views_have(
        parts in prop::collection::vec(prop::sample::select(vec![
            &b"|"[..], b"^", b"~", b"&", b"\\", b"\r", b"\n", b"a", b"bc", b"\rPID|", b"\rX^Y|", b" ", b"\x81|", b"\x1b$B||\x1b(B",
        ]), 0..60),
        head in prop::sample::select(vec![
            &b"MSH|^~\\&|"[..], b"MSH|^~\\&", b"MSH|^|", b"MSH|^~\\&|A\n", b"MSH|^~\\&|A|||||||||||||||GB 18030-2000\r",
            b"MSH|^~\\&|A|||||||||||||||~ISO IR87\r",
        ]),
    ) {
        let bytes = [head, &parts.concat()].concat();
        let Ok(message) = Message::parse(&bytes) else { return Ok(()) };
        let (needed, segments) = Index::needed(&message);
        let (mut marks, mut rows) = (vec![0; needed], vec![Row::default(); segments]);
        prop_assert!(needed == 0 || Index::build(&message, &mut marks[1..], &mut rows).is_err());
        prop_assert!(Index::build(&message, &mut marks, &mut rows[1..]).is_err());
        let index = Index::build(&message, &mut marks, &mut rows).unwrap();
        prop_assert_eq!(index.len(), message.segments().count());
        for (row, segment) in message.segments().enumerate() {
            let found = index.segment(row).unwrap();
            prop_assert_eq!((found.offset(), found.raw()), (segment.offset(), segment.raw()));
            for n in 0..segment.fields().count() + 3 {
                let (ours, theirs) = (index.field(row, n), segment.field(n));
                prop_assert_eq!((ours.span(), ours.bytes()), (theirs.span(), theirs.bytes()), "{} {}", row, n);
            }
            let skip = usize::from(segment.is_header());
            let mut by_views = Vec::new();
            for field in segment.fields().skip(skip) {
                if field.is_absent() {
                    by_views.push(field.span());
                }
                for repetition in field.repetitions() {
                    if repetition.is_absent() {
                        by_views.push(repetition.span());
                    }
                    for component in repetition.components() {
                        if component.is_absent() {
                            by_views.push(component.span());
                        }
                        by_views.extend(component.subcomponents().map(|sub| sub.span()));
                    }
                }
            }
            let by_index: Vec<_> = index.leaves(row).map(|node| node.span()).collect();
            prop_assert_eq!(by_index, by_views);
        }
    }

    #[test]
    fn nothing_panics(bytes: Vec<u8>, head in prop::sample::select(vec![&b""[..], b"MSH|^~\\&|", b"\x0bMSH|^"])) {
        let bytes = [head, &bytes[..]].concat();
        for message in iomt_hl7v2::batch::messages(&bytes).flatten() {
            message.quirks(&mut |_| {});
            iomt_hl7v2::ident::facts(&message, &mut |_| {});
            message.tokens(|_| {});
        }
    }
}

#[test]
fn a_carriage_return_ends_a_segment_in_a_message_of_line_feeds_too() {
    let bytes = b"MSH|^~\\&|A\nPID|1\rOBX|2\r\nOBX|3\n";
    assert_eq!(names(bytes), [b"MSH", b"PID", b"OBX", b"OBX"]);
    assert_eq!(quirks(bytes), [(10, "line-feed-terminator"), (16, "mixed-terminators")]);
    assert_eq!(tokens(&Message::parse(bytes).unwrap()), nested(&Message::parse(bytes).unwrap()));
}

#[test]
fn a_segment_name_behind_a_line_feed_in_a_message_of_carriage_returns_stays_data_and_is_told() {
    let bytes = b"MSH|^~\\&|A\rOBX|1|one\nOBX|2|two\r\nPID|1\r";
    assert_eq!(names(bytes), [b"MSH", b"OBX", b"PID"]);
    assert_eq!(quirks(bytes), [(20, "line-feed-before-segment-name"), (30, "mixed-terminators")]);
}

#[test]
fn a_file_of_unframed_messages_is_streamed_with_its_trailers() {
    use iomt_hl7v2::batch::{Part, parts};
    use iomt_hl7v2::mllp::{Decoder, Event};
    use iomt_wire::{Limits, Segment};

    let file = b"FHS|^~\\&|A\rBHS|^~\\&|B\rMSH|^~\\&|C\rPID|1\rMSH|^~\\&|D\rPID|2\rBTS|2\rFTS|1\r";
    let mut decoder = Decoder::new(Limits::DEFAULT);
    let mut told = Vec::new();
    let mut most = 0;
    for piece in file.chunks(7).map(Segment::Data).chain([Segment::End]) {
        decoder.feed(piece, &mut |event| {
            let Event::Block { payload, .. } = event else { return };
            told.extend(parts(payload).map(|part| match part.unwrap() {
                Part::Message(message) => message.header().field(3).bytes().to_vec(),
                Part::BatchTrailer(trailer) | Part::FileTrailer(trailer) => trailer.segment.name().to_vec(),
                _ => unreachable!(),
            }));
        });
        most = most.max(decoder.held());
    }
    assert_eq!(told, [&b"A"[..], b"B", b"C", b"D", b"BTS", b"FTS"]);
    assert!(most < 48, "one message at a time is held, not the file: {most}");
}
