//! What the decoder makes of streams as peers send them.
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

use iomt_hl7v2::mllp::{COMMIT_ACK, COMMIT_NAK, Decoder, Event, wrap};
use iomt_wire::{Limits, Segment};

/// An event that owns what it says.
#[derive(Debug, PartialEq, Eq, Clone)]
enum Met {
    Block(u64, Vec<u8>),
    Ack,
    Nak,
    Skipped(u64, u64),
    Truncated(u64, u64),
    Oversize(u64, u64),
    Gap(u64),
    Quirk(&'static str),
}

fn own(event: Event<'_>) -> Met {
    match event {
        Event::Block { offset, payload } => Met::Block(offset, payload.to_vec()),
        Event::CommitAck { .. } => Met::Ack,
        Event::CommitNak { .. } => Met::Nak,
        Event::Skipped { offset, len } => Met::Skipped(offset, len),
        Event::Truncated { offset, len } => Met::Truncated(offset, len),
        Event::Oversize { offset, len } => Met::Oversize(offset, len),
        Event::Gap { len } => Met::Gap(len),
        Event::Quirk(quirk) => Met::Quirk(quirk.name),
        _ => unreachable!(),
    }
}

fn with(limits: Limits, segments: &[Segment<'_>]) -> Vec<Met> {
    let mut decoder = Decoder::new(limits);
    let mut met = Vec::new();
    for segment in segments {
        decoder.feed(*segment, &mut |event| met.push(own(event)));
        assert!(decoder.held() <= limits.message_bytes.max(16) + 12);
    }
    met
}

fn stream(bytes: &[u8]) -> Vec<Met> {
    let met = with(Limits::DEFAULT, &[Segment::Data(bytes), Segment::End]);
    for cut in 0..bytes.len() {
        let (a, b) = bytes.split_at(cut);
        assert_eq!(with(Limits::DEFAULT, &[Segment::Data(a), Segment::Data(b), Segment::End]), met, "cut at {cut}");
    }
    let mut bytewise: Vec<Segment<'_>> = bytes.chunks(1).map(Segment::Data).collect();
    bytewise.push(Segment::End);
    assert_eq!(with(Limits::DEFAULT, &bytewise), met, "byte by byte");
    met
}

fn block(offset: u64, payload: &[u8]) -> Met {
    Met::Block(offset, payload.to_vec())
}

const A: &[u8] = b"MSH|^~\\&|A\rPID|1\r";

#[test]
fn the_first_message_is_not_lost() {
    let mut bytes = Vec::new();
    wrap(A, &mut bytes);
    assert_eq!(stream(&bytes), [block(1, A)]);
}

#[test]
fn pipelined_blocks_come_one_by_one() {
    assert_eq!(
        stream(b"\x0bMSH|^~\\&|A\r\x1c\r\x0bMSH|^~\\&|B\r\x1c\r"),
        [block(1, b"MSH|^~\\&|A\r"), block(15, b"MSH|^~\\&|B\r")]
    );
}

#[test]
fn a_block_inside_one_segment_is_borrowed_from_it() {
    let bytes = b"\x0bMSH|^~\\&|A\r\x1c\r\x0bMSH|^~\\&|B";
    let mut decoder = Decoder::new(Limits::DEFAULT);
    let mut borrowed = 0;
    decoder.feed(Segment::Data(bytes), &mut |event| {
        if let Event::Block { payload, .. } = event {
            assert_eq!(payload.as_ptr(), bytes[1..].as_ptr());
            borrowed += 1;
        }
    });
    assert_eq!(borrowed, 1);
    assert_eq!(decoder.held(), 10);
}

#[test]
fn an_end_without_its_carriage_return_ends_the_block() {
    assert_eq!(
        stream(b"\x0bMSH|A\x1c\x0bMSH|B\x1c"),
        [block(1, b"MSH|A"), block(8, b"MSH|B"), Met::Quirk("end-without-carriage-return"),]
    );
}

#[test]
fn a_line_feed_after_the_end_is_passed_over() {
    assert_eq!(
        stream(b"\x0bMSH|A\x1c\n\x0bMSH|B\x1c\r\n"),
        [
            block(1, b"MSH|A"),
            Met::Quirk("end-without-carriage-return"),
            Met::Quirk("white-space-between-blocks"),
            block(9, b"MSH|B"),
            Met::Quirk("white-space-between-blocks"),
        ]
    );
}

#[test]
fn junk_between_blocks_is_skipped_and_counted() {
    assert_eq!(
        stream(b"\x0bMSH|A\x1c\rjunk \r\n\x0bMSH|B\x1c\r"),
        [block(1, b"MSH|A"), Met::Skipped(8, 7), block(16, b"MSH|B")]
    );
}

#[test]
fn a_block_that_begins_inside_another_is_not_glued_to_it() {
    assert_eq!(stream(b"\x0bMSH|A|half\x0bMSH|B\x1c\r"), [Met::Truncated(1, 10), block(12, b"MSH|B")]);
    assert_eq!(stream(b"\x0bMSH|A\x0b\x06\x1c\r"), [Met::Truncated(1, 5), Met::Ack]);
}

#[test]
fn a_vertical_tab_in_text_is_data() {
    assert_eq!(
        stream(b"\x0bMSH|A|x\x0by|MS\x0bM\x1c\r"),
        [Met::Quirk("vertical-tab-in-block"), Met::Quirk("vertical-tab-in-block"), block(1, b"MSH|A|x\x0by|MS\x0bM")]
    );
}

#[test]
fn a_file_separator_in_text_is_data() {
    assert_eq!(
        stream(b"\x0bMSH|A|x\x1cy\r\x1c\r\x0bMSH|B\x1cMSH|C\x1c"),
        [
            Met::Quirk("file-separator-in-block"),
            block(1, b"MSH|A|x\x1cy\r"),
            block(14, b"MSH|B"),
            Met::Quirk("end-without-carriage-return"),
            Met::Quirk("block-without-start"),
            block(20, b"MSH|C"),
            Met::Quirk("end-without-carriage-return"),
        ]
    );
}

#[test]
fn an_end_before_any_start_is_junk_and_no_panic() {
    assert_eq!(stream(b"\x1c\r\x0b"), [Met::Skipped(0, 2), Met::Truncated(3, 0)]);
    assert_eq!(stream(b"\x1c\r\x0bMSH|A\x1c\r"), [Met::Skipped(0, 2), block(3, b"MSH|A")]);
}

#[test]
fn a_stream_joined_in_a_message_finds_the_next_block() {
    assert_eq!(stream(b"5.4|mmol\rNTE|x\r\x1c\r\x0bMSH|A\x1c\r"), [Met::Skipped(0, 17), block(18, b"MSH|A")]);
}

#[test]
fn empty_blocks_are_told() {
    assert_eq!(stream(b"\x0b\x1c\r\x0bMSH|A\x1c\r"), [Met::Quirk("empty-block"), block(4, b"MSH|A")]);
}

#[test]
fn commit_acknowledgements_are_no_messages() {
    let bytes = [&COMMIT_ACK[..], &COMMIT_NAK, b"\x0bMSH|A\x1c\r"].concat();
    assert_eq!(stream(&bytes), [Met::Ack, Met::Nak, block(9, b"MSH|A")]);
}

#[test]
fn a_message_without_a_start_is_taken_at_the_beginning() {
    assert_eq!(stream(b"MSH|A\rPID|1\r\x1c\r"), [Met::Quirk("block-without-start"), block(0, b"MSH|A\rPID|1\r")]);
    assert_eq!(
        stream(b"\r\n\xef\xbb\xbfMSH|A\r\x1c\rMSH|B\r\x1c\r\x0bMSH|C\x1c\r"),
        [
            Met::Quirk("white-space-between-blocks"),
            Met::Quirk("block-without-start"),
            block(2, b"\xef\xbb\xbfMSH|A\r"),
            Met::Quirk("block-without-start"),
            block(13, b"MSH|B\r"),
            block(22, b"MSH|C"),
        ]
    );
}

#[test]
fn bare_messages_are_split_at_their_headers_and_end_with_the_stream() {
    assert_eq!(
        stream(b"MSH|A\rPID|MSH\r\nMSH|B\nPID|2"),
        [
            Met::Quirk("block-without-start"),
            block(0, b"MSH|A\rPID|MSH\r\n"),
            Met::Quirk("block-without-start"),
            block(15, b"MSH|B\nPID|2"),
        ]
    );
}

#[test]
fn a_bare_stream_joined_in_the_middle_finds_the_next_header() {
    assert_eq!(
        stream(b"x|5\rNTE|1\rMSH|B\rPID|2\r"),
        [Met::Skipped(0, 10), Met::Quirk("block-without-start"), block(10, b"MSH|B\rPID|2\r")]
    );
}

#[test]
fn two_byte_framing_of_either_order_is_recognised() {
    let text = "MSH|^~\\&|\u{10b}\u{11c}|\u{1c0b}\r";
    let be: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let le: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let framed =
        |content: &[u8], frame: fn(u16) -> [u8; 2]| [&frame(0x0b)[..], content, &frame(0x1c), &frame(0x0d)].concat();
    let once = framed(&be, u16::to_be_bytes);
    let met = stream(&[&once[..], &once].concat());
    let blocks: Vec<&Met> = met.iter().filter(|met| matches!(met, Met::Block(..))).collect();
    assert_eq!(blocks, [&block(2, &be), &block(2 + once.len() as u64, &be)], "{met:?}");
    assert!(met.contains(&Met::Quirk("two-byte-framing")));
    let once = framed(&le, u16::to_le_bytes);
    let met = stream(&[&once[..], &once].concat());
    let blocks: Vec<&Met> = met.iter().filter(|met| matches!(met, Met::Block(..))).collect();
    assert_eq!(blocks, [&block(2, &le), &block(2 + once.len() as u64, &le)], "{met:?}");
}

#[test]
fn a_block_over_the_cap_is_told_and_the_next_one_read() {
    let limits = Limits { message_bytes: 20, ..Limits::DEFAULT };
    let bytes = b"\x0bMSH|a block that is over the cap\x1c\r\x0bMSH|A\x1c\r";
    let expected = [Met::Oversize(1, 32), block(36, b"MSH|A")];
    assert_eq!(with(limits, &[Segment::Data(bytes)]), expected);
    let pieces: Vec<Segment<'_>> = bytes.chunks(3).map(Segment::Data).collect();
    assert_eq!(with(limits, &pieces), expected);
    let unended = [Segment::Data(&bytes[..30]), Segment::End];
    assert_eq!(with(limits, &unended), [Met::Oversize(1, 29)]);
}

#[test]
fn a_gap_drops_what_was_open_and_waits_for_a_start() {
    let met = with(
        Limits::DEFAULT,
        &[
            Segment::Data(b"\x0bMSH|A"),
            Segment::Gap { len: 7 },
            Segment::Data(b"x|\rMSH|is text\r\x1c\r\x0bMSH|B\x1c\r"),
            Segment::End,
        ],
    );
    assert_eq!(met, [Met::Truncated(1, 5), Met::Gap(7), Met::Skipped(13, 17), block(31, b"MSH|B")]);
}

#[test]
fn work_is_linear_when_every_byte_comes_alone() {
    let mut bytes = vec![0x0b];
    bytes.extend_from_slice(b"MSH|");
    bytes.resize(200_000, b'x');
    bytes.extend_from_slice(b"\x1c\r");
    let mut decoder = Decoder::new(Limits::DEFAULT);
    let mut blocks = 0;
    for byte in bytes.chunks(1) {
        decoder.feed(Segment::Data(byte), &mut |_| blocks += 1);
    }
    assert_eq!(blocks, 1);
}

#[test]
fn a_two_byte_block_over_the_cap_ends_where_it_ends_however_it_is_cut() {
    // Found by fuzzing: beyond the cap the last byte kept is not the last byte.
    let limits = Limits { message_bytes: 24, ..Limits::DEFAULT };
    let bytes = b"\x1c\0\r\0\x0b\0M\0S\0H\0|\0^\0~\0\\\0&\0|\0\x0b\x01\x1c\x01\r\0\x1c\0\r\0";
    let whole = with(limits, &[Segment::Data(bytes), Segment::End]);
    for cut in 0..bytes.len() {
        let (a, b) = bytes.split_at(cut);
        assert_eq!(with(limits, &[Segment::Data(a), Segment::Data(b), Segment::End]), whole, "cut at {cut}");
    }
}
