#![allow(clippy::arithmetic_side_effects)]

use super::*;
use crate::fingerprint::window::Part;
use iomt_hl7v2::Message;
use iomt_wire::Timestamp;

pub(super) const ADMISSION: &str = "MSH|^~\\&|ADT1|MCM|LAB|MCM|20260102080000||ADT^A01^ADT_A01|A0001|P|2.5.1|||AL|NE|USA|8859/1\r\
                         EVN|A01|20260102080000\rPID|1||555^^^H||DOE^JANE\rPV1|1|I|W1^101^1\r";

fn read(message: &str) -> Message<'_> {
    Message::parse(message.as_bytes()).unwrap()
}

fn sent(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    message(&read(text), false, &mut |part| parts.push(part));
    parts.push(Part { kind: "MSH-3", value: "ADT1".to_owned() });
    parts.sort();
    parts.dedup();
    parts
}

/// A hash that is good enough for a test.
pub(super) fn hash(fields: &[&[u8]]) -> u64 {
    fields
        .iter()
        .flat_map(|field| field.iter().chain(&[0]))
        .fold(7, |sum, byte| sum * 31 % 1_000_003 + u64::from(*byte))
}

fn answered(request: Option<&str>, text: &str) -> Vec<Part> {
    let asked = request.map(|request| Asked::of(&Outline::of(&read(request)), hash));
    let mut parts = Vec::new();
    answer(&read(text), asked.as_ref(), false, hash, &mut |part| parts.push(part));
    parts.sort();
    parts.dedup();
    parts
}

fn print<'p>(scheme: &str, parts: impl IntoIterator<Item = &'p Part>) -> Fingerprint {
    let parts: Vec<String> = parts.into_iter().map(ToString::to_string).collect();
    let mut window = Window::default();
    for part in &parts {
        window.add(part, 1);
    }
    window.read(scheme).unwrap()
}

#[test]
fn golden_sender() {
    let one = sent(ADMISSION);
    let made = print(SENDER, one.iter().chain(&one).chain(&one));
    let fill = "1,2,3,4,5,6,7,9,10,11,12,15,16,17,18|EVN:2,MSH:5,PID:3,PV1:2";
    let kinds = "ADT^A01:MSH,EVN,PID,PV1";
    assert_eq!(made.text, format!("h251-x-s-l-14-a_{}_{}", hash12(fill), hash12(kinds)));
    assert_eq!(made.text, "h251-x-s-l-14-a_d34b4125899b_2c6ae8a02107");
    assert_eq!(made.family, hash12("x-s-l-14-a|1,2,3,4,5,6,7,9,10,11,12,15,16,17,18"));
    assert_eq!(made.raw, format!("h251-x-s-l-14-a_{fill}_{kinds}"));
    assert_eq!((made.count, made.missing.len()), (3, 0));
    assert_eq!(made.clear, [("MSH-3".to_owned(), "ADT1".to_owned())]);
}

#[test]
fn golden_receiver() {
    let ack = "MSH|^~\\&|LAB|MCM|ADT1|MCM|20260102080000||ACK^A01|A0001|P|2.5.1\rMSA|AA|A0001\r";
    let one = answered(Some(ADMISSION), ack);
    let made = print(RECEIVER, one.iter().chain(&one).chain(&one));
    let fields = "MSH:1,2,3,4,5,6,7,9,10,11,12|MSA:1,2|ERR:";
    assert_eq!(made.text, format!("ra-x-s-14-=-s-ana_{}_{}", hash12(fields), hash12("ACK^=:MSH,MSA")));
    assert_eq!(made.text, "ra-x-s-14-=-s-ana_f0bbf738a479_6e1ca9a4c32b");
    assert_eq!(made.family, hash12(&format!("x-s-14-=-s|{fields}")));
    assert!(made.missing.is_empty());
}

#[test]
fn names_serial_numbers_and_patients_change_nothing() {
    let other = ADMISSION.replace("ADT1", "OTHER").replace("A0001", "A7777").replace("DOE^JANE", "ROE^RICHARD");
    let (one, other) = (print(SENDER, &sent(ADMISSION)), print(SENDER, &sent(&other)));
    assert_eq!(one.text, other.text);
}

#[test]
fn the_number_of_repeated_segments_changes_nothing() {
    let observation = |count: usize| {
        let head = "MSH|^~\\&|M|F|E|F|20260102080000||ORU^R01|1|P|2.6\rPID|||1\rOBR|1|||MDC\r";
        format!("{head}{}", "OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1.1.1.1|80\r".repeat(count))
    };
    assert_eq!(print(SENDER, &sent(&observation(1))).text, print(SENDER, &sent(&observation(40))).text);
}

#[test]
fn any_order_and_any_split_gives_the_same() {
    let order =
        ADMISSION.replace("ADT^A01^ADT_A01", "ADT^A08^ADT_A01").replace("EVN", "ZZ1").replace("|2.5.1|", "|2.3|");
    let (one, two) = (sent(ADMISSION), sent(&order));
    let forwards = print(SENDER, one.iter().chain(&two));
    let backwards = print(SENDER, two.iter().rev().chain(one.iter().rev()));
    assert_eq!(forwards, backwards);
    assert!(
        forwards.raw.contains("ADT^A08:MSH,ZZ1,PID,PV1") && forwards.text.starts_with("h23+251-"),
        "{}",
        forwards.raw
    );
}

#[test]
fn a_line_of_free_text_is_no_segment() {
    let text = ADMISSION.replace("PV1|1|", "DOE|JANE\rJANE DOE\rPV1|1|");
    assert!(!print(SENDER, &sent(&text)).raw.contains("DOE"));
    let kinds = ADMISSION.replace("ADT^A01^ADT_A01", "Doe^Jane").replace("|2.5.1|", "|Jane|");
    let raw = print(SENDER, &sent(&kinds)).raw;
    assert!(raw.starts_with("h?-") && raw.contains("?^?:") && !raw.contains("Jane"), "{raw}");
}

#[test]
fn too_few_messages_are_partial() {
    assert_eq!(print(SENDER, &sent(ADMISSION)).missing, ["3 messages"]);
}

#[test]
fn answers_without_their_requests_are_partial_and_keep_their_fill() {
    let ack = "MSH|^~\\&|LAB|MCM|ADT1|MCM|20260102080000||ACK|A0001|P|2.5.1\rMSA|AA|A0001\r";
    let (seen, unseen) = (answered(Some(ADMISSION), ack), answered(None, ack));
    let whole = print(RECEIVER, seen.iter().chain(&seen).chain(&seen));
    let part = print(RECEIVER, unseen.iter().chain(&unseen).chain(&unseen));
    assert_eq!(part.missing, ["3 requests with their answers"]);
    assert!(part.text.starts_with("ra-x-s-14-=----_"), "{}", part.text);
    assert_eq!(part.text.split('_').nth(1), whole.text.split('_').nth(1));
}

#[test]
fn answers_tell_their_ways_apart() {
    let head = |own: &str, names: &str| format!("MSH|^~\\&|{names}|20260102080000||ACK|{own}|P|2.5.1\r");
    let readable =
        |text: &str| print(RECEIVER, &answered(Some(ADMISSION), text)).text.split('_').next().unwrap().to_owned();
    let swapped = "LAB|MCM|ADT1|MCM";
    assert_eq!(readable(&(head("77", swapped) + "MSA|CA|A0001\r")), "rc-x-s-14-d-s-anc");
    assert_eq!(readable(&(head("A0001", "ADT1|MCM|LAB|MCM") + "MSA|AE|A0001\rERR|||207\r")), "ra-x-s-14-=-e-ana");
    assert_eq!(readable(&(head("", "X|Y|ADT1|MCM") + "MSA|ZZ|A0001")), "rx-c-s-14-0-o-anx");
}

#[test]
fn time_stamps_tell_precision_fraction_and_zone() {
    let shape = |time: &str| {
        let text = ADMISSION.replacen("20260102080000", time, 1);
        let time = sent(&text).into_iter().find(|part| part.kind == "time").unwrap();
        time.value
    };
    for (time, expected) in [
        ("", "0"),
        ("20260102", "8"),
        ("202601020800", "12"),
        ("20260102080000.0000-0500", "14fz"),
        ("20260102080000+0100", "14z"),
        ("2026-01-02", "x"),
        ("20260102T080000", "x"),
    ] {
        assert_eq!(shape(time), expected, "{time}");
    }
}

#[test]
fn latency_is_told_by_its_decade_and_its_median() {
    let decade = |milliseconds: i64| decade(Timestamp(0), Timestamp(milliseconds * 1_000_000));
    assert_eq!(decade(0), Some("below 1 ms"));
    assert_eq!(decade(9), Some("below 10 ms"));
    assert_eq!(decade(10), Some("below 100 ms"));
    assert_eq!(decade(100_000), Some("10 s and more"));
    assert_eq!(decade(-1), None);
    let mut window = Window::default();
    for (part, count) in [("latency=below 1 ms", 2), ("latency=below 10 s", 5), ("latency=10 s and more", 1)] {
        window.add(part, count);
    }
    assert_eq!(median(&window).as_deref(), Some("below 10 s"));
}
