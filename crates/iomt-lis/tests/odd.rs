//! Odd and hostile input: one test for each row of `docs/odd-lis.md`. All bytes are constructed, unless said.
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

use iomt_lis::link::checksum;
use iomt_lis::{Delimiters, Event, Exchange, Reader, emit, escape};
use iomt_wire::{Direction, Limits, Segment};

/// What a stream gives: records as they are, everything else by name.
fn read(stream: &[u8]) -> Vec<String> {
    read_with(stream, Limits::DEFAULT)
}

fn read_with(stream: &[u8], limits: Limits) -> Vec<String> {
    let mut met = Vec::new();
    let mut reader = Reader::new(limits);
    let mut sink = |event: Event<'_>| {
        met.push(match event {
            Event::Record { record, .. } => record.bytes().escape_ascii().to_string(),
            Event::Quirk(quirk) => format!("quirk {}", quirk.name),
            Event::Control { byte, .. } => format!("{byte:02x}"),
            other => format!("{other:?}").split([' ', '(']).next().unwrap().to_owned(),
        });
    };
    reader.feed(Segment::Data(stream), &mut sink);
    reader.feed(Segment::End, &mut sink);
    met
}

fn framed(number: u8, text: &[u8], last: bool) -> Vec<u8> {
    let mut frame = Vec::new();
    emit::frame(number, text, last, &mut frame);
    frame
}

/// A frame with these bytes behind its `ETX`.
fn ended(text: &[u8], behind: &[u8]) -> Vec<u8> {
    [b"\x021", text, b"\x03", behind].concat()
}

#[test]
fn a_wrong_checksum_gives_nothing_and_the_repetition_all() {
    let good = framed(1, b"L|1|N\r", true);
    let mut bad = good.clone();
    bad[4] = b'#';
    assert_eq!(read(&bad), ["Damaged"]);
    assert_eq!(read(&[b"\x05", &bad[..], &good, b"\x04"].concat()), ["05", "Damaged", "L|1|N", "04"]);
}

#[test]
fn a_checksum_made_by_a_known_mistake_is_named() {
    let counted = checksum(b"1L|1\r");
    let frame = ended(b"L|1\r", format!("{counted:02X}\r\n").as_bytes());
    assert_eq!(read(&frame), ["quirk checksum-without-terminator", "L|1"]);
    let counted = checksum(b"\x021L|1\r\x03");
    let frame = ended(b"L|1\r", format!("{counted:02X}\r\n").as_bytes());
    assert_eq!(read(&frame), ["quirk checksum-with-start", "L|1"]);
}

#[test]
fn what_is_left_out_behind_etx_is_tolerated_and_told() {
    for (behind, quirk) in [
        (&b""[..], Some("quirk missing-checksum")),
        (b"\r\n", Some("quirk missing-checksum")),
        (b"3A", Some("quirk missing-line-end")),
        (b"3A\r", Some("quirk missing-line-feed")),
        (b"3A\n", Some("quirk missing-carriage-return")),
        (b"3a\r\n", None),
    ] {
        let expected: Vec<&str> = quirk.into_iter().chain(["L|1"]).collect();
        assert_eq!(read(&ended(b"L|1\r", behind)), expected, "{behind:?}");
    }
}

#[test]
fn a_frame_sent_twice_is_given_once() {
    let frame = framed(1, b"L|1|N\r", true);
    assert_eq!(read(&[b"\x05", &frame[..], &frame, b"\x04"].concat()), ["05", "L|1|N", "Retransmission", "04"]);
}

#[test]
fn a_missing_frame_glues_nothing() {
    let stream = [b"\x05", &framed(1, b"R|1|^^^GLU|5", false)[..], &framed(3, b"|9|mmol/L\rL|1\r", true)].concat();
    assert_eq!(read(&stream), ["05", "quirk frame-number-out-of-sequence", "Truncated", "Skipped", "L|1"]);
}

#[test]
fn a_sender_that_never_counts_is_read() {
    let stream = [b"\x05", &framed(1, b"H|\\^&\r", true)[..], &framed(1, b"L|1\r", true)].concat();
    assert_eq!(read(&stream), ["05", "H|\\\\^&", "quirk frame-number-out-of-sequence", "L|1"]);
}

#[test]
fn an_abandoned_frame_does_not_hide_the_next_session() {
    let stream = [b"\x05\x021H|\\^&|||\x05", &framed(1, b"L|1\r", true)[..]].concat();
    assert_eq!(read(&stream), ["05", "Truncated", "05", "L|1"]);
}

#[test]
fn a_frame_over_the_cap_is_passed_over_and_the_next_is_read() {
    let limits = Limits { message_bytes: 1 << 16, ..Limits::DEFAULT };
    let long = [&b"C|1|I|"[..], &vec![b'x'; 65_000], b"\r"].concat();
    let longer = [&b"C|1|I|"[..], &vec![b'x'; 66_000], b"\r"].concat();
    let stream = [b"\x05", &framed(1, &long, true)[..], &framed(2, &longer, true), &framed(3, b"L|1\r", true)].concat();
    let met = read_with(&stream, limits);
    assert_eq!(met[1].len(), long.len() - 1);
    assert_eq!(met[2..], ["Oversize", "L|1"]);
}

#[test]
fn a_keep_alive_says_nothing() {
    assert_eq!(read(b"\x05\x04\x05\x04"), ["05", "04", "05", "04"]);
}

#[test]
fn both_sides_asking_at_once_is_contention() {
    let mut exchange = Exchange::new(Limits::DEFAULT);
    let mut met = 0;
    for direction in [Direction::Initiator, Direction::Responder] {
        exchange.feed(direction, Segment::Data(b"\x05"), &mut |event| {
            met += usize::from(matches!(event, Event::Contention { .. }));
        });
    }
    assert_eq!(met, 1);
}

fn component(stream: &[u8], number: usize) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut reader = Reader::new(Limits::DEFAULT);
    let mut sink = |event: Event<'_>| {
        if let Event::Record { record, .. } = event {
            found.push(record.field(3).component(number).bytes().to_vec());
        }
    };
    reader.feed(Segment::Data(stream), &mut sink);
    reader.feed(Segment::End, &mut sink);
    found
}

#[test]
fn a_headers_own_delimiters_count() {
    assert_eq!(component(b"H!@*$!!!A\rR!1!x*y@z!\rL!1\r", 2)[1], b"y");
    assert_eq!(component(b"H|@^\\|\rR|1|x^y@z\\F\\|\rL|1\r", 2)[1], b"y");
}

#[test]
fn a_doubled_backslash_is_one_delimiter() {
    assert_eq!(read(b"H|\\\\^&|||A^B\r")[0], "quirk doubled-repeat-delimiter");
    assert_eq!(component(b"H|\\\\^&|\rR|1|x^y\rL|1\r", 2)[1], b"y");
}

#[test]
fn line_feeds_end_records_and_no_patient_becomes_a_receiver() {
    let text = b"H|\\^&|||XN-550\nP|1||ID||DOE^JANE|||||||||\nL|1\n";
    for stream in [text.to_vec(), emit::session(&[text], 240), emit::session(&[text], 20)] {
        let mut said = Vec::new();
        let mut reader = Reader::new(Limits::DEFAULT);
        reader.feed(Segment::Data(&stream), &mut |event| {
            if let Event::Record { record, .. } = event {
                iomt_lis::ident::facts(&record, &mut |fact| said.push(fact.value.to_vec()));
            }
        });
        assert!(said.contains(&b"XN-550".to_vec()));
        assert!(!said.iter().any(|value| value.windows(3).any(|part| part == b"DOE")), "{said:?}");
    }
}

#[test]
fn a_record_may_lack_its_carriage_return() {
    assert_eq!(read(&framed(1, b"L|1|N", true)), ["quirk missing-carriage-return", "L|1|N"]);
}

#[test]
fn bare_records_are_read_however_they_are_wrapped() {
    for stream in [
        &b"H|\\^&\rL|1\r"[..],
        b"\x05H|\\^&\rL|1\r\x04",
        b"\x0bH|\\^&\rL|1\r\x1c\r",
        b"H|\\^&\r\nL|1",
        b"H|\\^&\nL|1\n",
    ] {
        let records: Vec<String> = read(stream).into_iter().filter(|met| met.contains('|')).collect();
        assert_eq!(records, ["H|\\\\^&", "L|1"], "{stream:?}");
    }
}

#[test]
fn a_multi_byte_delimiter_is_refused_at_its_byte() {
    let header = "H|\\§&|".as_bytes();
    assert_eq!(Delimiters::read(header).unwrap_err().offset, 3);
    assert_eq!(read(header)[0], "quirk unreadable-delimiters");
}

#[test]
fn what_is_no_escape_sequence_stays() {
    for text in [&b"R&D"[..], b"&", b"&X4&", b"&X&", b"&Q&", b"&F"] {
        assert_eq!(*escape::unescape(text, &Delimiters::DEFAULT), *text);
    }
}

#[test]
fn manufacturer_information_is_told_raw_and_shown_to_nobody() {
    use iomt_lis::ident::{Attribute, facts};
    let mut told = Vec::new();
    for record in iomt_lis::records(b"H|\\^&|||A\rM|1|RR^BM^c111|CANARY\rL|1|N\r") {
        facts(&record, &mut |fact| {
            if fact.attribute == Attribute::ManufacturerInformation {
                assert!(!format!("{fact:?}").contains("CANARY"));
                told.push(fact.value.escape_ascii().to_string());
            }
        });
    }
    assert_eq!(told, ["RR^BM^c111", "CANARY"]);
}

#[test]
fn an_unknown_record_type_is_a_record() {
    assert_eq!(read(&emit::session(&[b"H|\\^&\r", b"Z|1|own\r"], 240))[2], "Z|1|own");
}

#[cfg(feature = "poct1a")]
mod poct1a {
    use super::*;
    use iomt_lis::poct1a::{Event, Message, Splitter, text};

    fn split(stream: &[u8], limits: Limits) -> Vec<String> {
        let mut met = Vec::new();
        let mut splitter = Splitter::new(limits);
        let mut sink = |event: Event<'_>| {
            met.push(match event {
                Event::Message { xml, .. } => {
                    let text = text(xml);
                    let message = Message::parse(&text).unwrap();
                    let values: Vec<String> = message
                        .elements()
                        .map(|element| element.value().into_owned())
                        .filter(|v| !v.is_empty())
                        .collect();
                    format!("{} {}", message.name(), values.join(","))
                }
                other => format!("{other:?}").split('(').next().unwrap().to_owned(),
            });
        };
        splitter.feed(Segment::Data(stream), &mut sink);
        splitter.feed(Segment::End, &mut sink);
        met
    }

    #[test]
    fn entities_are_never_expanded() {
        let bomb =
            b"<!DOCTYPE z [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;\">]><HEL.R01><DEV.model_id V=\"&b;&amp;\"/></HEL.R01>";
        let met = split(bomb, Limits::DEFAULT);
        assert_eq!(met[0], "Refused");
        assert_eq!(met.last().unwrap(), "HEL.R01 &b;&amp;", "a value with an unknown entity stays as it was sent");
    }

    #[test]
    fn depth_is_bounded() {
        let deep = [b"<HEL.R01>".repeat(1000), b"<ACK.R01/>".to_vec()].concat();
        let met = split(&deep, Limits { depth: 8, ..Limits::DEFAULT });
        assert!(met.iter().filter(|event| *event == "Refused").count() > 100);
        assert!(met.iter().all(|event| !event.starts_with("HEL")));
    }

    #[test]
    fn size_is_bounded() {
        let stream = [&b"<OBS.R01>"[..], &vec![b'x'; 100_000], b"</OBS.R01><ACK.R01/>"].concat();
        assert_eq!(split(&stream, Limits { message_bytes: 65_536, ..Limits::DEFAULT }), ["Oversize", "ACK.R01 "]);
    }

    #[test]
    fn what_looks_like_an_end_tag_is_none() {
        let stream = b"<HEL.R01><!-- </HEL.R01> --><![CDATA[</HEL.R01>]]><DEV.a V='</HEL.R01>'/></HEL.R01>";
        assert_eq!(split(stream, Limits::DEFAULT), ["HEL.R01 </HEL.R01>"]);
    }

    #[test]
    fn the_rest_of_a_message_is_no_message() {
        let met = split(b"_id V='1'/><DEV.serial_id V='2'/></DEV></HEL.R01><ACK.R01/>", Limits::DEFAULT);
        assert_eq!(met.last().unwrap(), "ACK.R01 ");
        assert!(!met.iter().any(|event| event.contains('2')), "{met:?}");
    }

    #[test]
    fn messages_follow_one_another_in_any_way() {
        let stream = b"<?xml version='1.0'?><ACK.R01/>\0<?xml version='1.0'?>\r\n<END.R01></END.R01><KPA.R01/>";
        assert_eq!(split(stream, Limits::DEFAULT), ["ACK.R01 ", "END.R01 ", "KPA.R01 "]);
    }

    #[test]
    fn a_value_may_be_text() {
        let stream = b"<HEL.R01><DEV.a V=''>LAB7^WARD</DEV.a><DEV.b>2.5 en</DEV.b></HEL.R01>";
        assert_eq!(split(stream, Limits::DEFAULT), ["HEL.R01 LAB7^WARD,2.5 en"]);
    }

    #[test]
    fn latin_bytes_are_read() {
        let stream = b"<?xml version='1.0' encoding='utf-8'?><HEL.R01><DEV.a V='Ger\xe4t'/></HEL.R01>";
        assert_eq!(split(stream, Limits::DEFAULT), ["HEL.R01 Ger\u{e4}t"]);
    }
}
