//! What one message shows of how its sender writes.
//!
//! Nothing of a message's content passes here but what the standard fixes: numbers of fields, names of segments that the
//! standard has (or that begin with Z), codes of table 0211, the shape of a number. A line of free text that looks like a
//! segment is not one.

use iomt_hl7v2::ident::control_id_shape;
use iomt_hl7v2::{Message, Segment, Terminator};
use iomt_wire::Timestamp;

use super::outline::{Outline, text};
use super::reply::{Asked, Reply};
use crate::fingerprint::window::Part;

/// Fields of one segment that count.
pub(super) const FIELDS: usize = 64;

pub(super) const fn upper_or_digit(byte: &u8) -> bool {
    byte.is_ascii_uppercase() || byte.is_ascii_digit()
}

/// Letters for how a message came: `x` ended as it should, `c` without the last carriage return, `b` in a batch, and the quirks of
/// the block.
#[must_use]
pub fn framing(quirk: &str) -> Option<Part> {
    let letter = match quirk {
        "end-without-carriage-return" => "e",
        "block-without-start" => "u",
        "two-byte-framing" => "w",
        "white-space-between-blocks" => "j",
        _ => return None,
    };
    Some(Part { kind: "framing", value: letter.to_owned() })
}

/// Code and event of MSH-9; what is not made of capitals and digits is `?`.
pub(super) fn kind<'a>(outline: &Outline<'a>) -> [&'a str; 2] {
    let field = outline.header.field(9).repetition(1);
    [1, 2].map(|number| {
        let bytes: &[u8] = field.component(number).bytes();
        match core::str::from_utf8(bytes) {
            Ok(text) if bytes.len() <= 3 && bytes.iter().all(upper_or_digit) => text,
            _ => "?",
        }
    })
}

fn tell(visit: &mut dyn FnMut(Part), kind: &'static str, value: impl Into<String>) {
    visit(Part { kind, value: value.into() });
}

/// The letter of the separators.
pub(super) fn separators(outline: &Outline<'_>) -> char {
    match (outline.header(1), outline.header(2)) {
        (b"|", b"^~\\&") => 's',
        (b"|", b"^~\\&#") => 't',
        _ => 'o',
    }
}

/// The letters of how the message came, as far as it shows: its last byte, whether it was one of a batch, its terminators.
pub(super) fn came(message: &Message<'_>, in_batch: bool) -> [Option<char>; 3] {
    let ended = matches!(message.bytes().last(), Some(b'\r' | b'\n'));
    let terminator = match message.terminator() {
        Terminator::Cr => None,
        Terminator::Lf => Some('l'),
        Terminator::CrLf => Some('n'),
    };
    [Some(if ended { 'x' } else { 'c' }), in_batch.then_some('b'), terminator]
}

/// What header, framing and fields show, for requests and answers alike.
fn writing(message: &Message<'_>, outline: &Outline<'_>, in_batch: bool, visit: &mut dyn FnMut(Part)) {
    came(message, in_batch).into_iter().flatten().for_each(|letter| tell(visit, "framing", letter));
    tell(visit, "separators", separators(outline));
    tell(visit, "time", time(outline.header.field(7).component(1).bytes()));
}

/// The digits before a fraction, whether there is a fraction, and a zone. None of what is no time stamp.
pub(super) fn time_shape(time: &[u8]) -> Option<(usize, bool, bool)> {
    let (time, zone) = match time.iter().position(|byte| matches!(byte, b'+' | b'-')) {
        Some(at) => time.split_at(at),
        None => (time, &[][..]),
    };
    let (digits, fraction) = match time.iter().position(|byte| *byte == b'.') {
        Some(at) => time.split_at(at),
        None => (time, &[][..]),
    };
    let zone_is_lawful = matches!(zone, [] | [_, b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9']);
    let lawful = digits.len() <= 14 && digits.iter().all(u8::is_ascii_digit) && zone_is_lawful;
    lawful.then_some((digits.len(), !fraction.is_empty(), !zone.is_empty()))
}

/// Digits before a fraction, `f` for a fraction, `z` for a zone; `0` for none, `x` for what is no time stamp.
fn time(time: &[u8]) -> String {
    let Some((digits, fraction, zone)) = time_shape(time) else { return "x".to_owned() };
    let mark = |there: bool, letter| if there { letter } else { "" };
    format!("{digits}{}{}", mark(fraction, "f"), mark(zone, "z"))
}

/// The letter of a control id's shape.
pub(super) fn control(id: &[u8]) -> &'static str {
    match control_id_shape(id) {
        "absent" => "0",
        "digits-to-9" => "d",
        "digits-to-17" | "digits-18" | "digits-over-18" => "D",
        "timestamp" => "t",
        "timestamp-and-more" => "T",
        "guid" => "g",
        "braced-guid" => "b",
        "hex-32" => "h",
        // A few digits behind a letter from A to F are no hexadecimal number.
        "hex" if id.len() >= 12 => "x",
        "hp-time" => "p",
        "letters-and-digits" | "hex" => "a",
        _ => "m",
    }
}

/// Table 0211 by its families.
const fn charset(field: &[u8]) -> &'static str {
    match field {
        b"" => "0",
        b"ASCII" => "a",
        [b'8', b'8', b'5', b'9', ..] => "l",
        [b'U', b'N', b'I', b'C', b'O', b'D', b'E', ..] => "u",
        _ => "o",
    }
}

/// The fields of a segment that hold something.
fn occupied(segment: &Segment<'_>, name: &str, visit: &mut dyn FnMut(Part)) {
    for (number, field) in (1_usize..=FIELDS).zip(segment.fields()) {
        if !field.is_absent() {
            tell(visit, "field", format!("{name}-{number}"));
        }
    }
}

/// The parts of a message that is no answer.
pub fn message(message: &Message<'_>, in_batch: bool, visit: &mut dyn FnMut(Part)) {
    let outline = Outline::of(message);
    writing(message, &outline, in_batch, visit);
    tell(visit, "version", version(outline.header.field(12).component(1).bytes()));
    tell(visit, "charset", charset(outline.header.field(18).repetition(1).bytes()));
    tell(visit, "control", control(outline.header(10)));
    occupied(&outline.header, "MSH", visit);
    for (name, digits) in outline.pattern() {
        tell(visit, "length", format!("{}:{digits}", text(name)));
    }
    let [code, event] = kind(&outline);
    tell(visit, "kind", format!("{code}^{event}:{}", outline.names()));
}

/// MSH-12 without dots.
fn version(field: &[u8]) -> String {
    let lawful = field.len() <= 5 && field.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.');
    if !lawful {
        return "?".to_owned();
    }
    field.iter().filter(|byte| **byte != b'.').map(|byte| char::from(*byte)).collect()
}

/// Decades of latency, from one milliseconds' number of digits to the next.
pub(super) const DECADES: [&str; 6] =
    ["below 1 ms", "below 10 ms", "below 100 ms", "below 1 s", "below 10 s", "10 s and more"];

/// How long an answer took, by decades. None when time ran backwards.
#[must_use]
pub fn decade(asked: Timestamp, answered: Timestamp) -> Option<&'static str> {
    let took = answered.nanoseconds().checked_sub(asked.nanoseconds()).filter(|took| *took >= 0)?;
    let digits = (took / 1_000_000).checked_ilog10().map_or(0, |log| log.saturating_add(1));
    usize::try_from(digits).ok().and_then(|digits| DECADES.get(digits)).or(DECADES.last()).copied()
}

/// The part that a [decade] is.
#[must_use]
pub fn latency(decade: &str) -> Part {
    Part { kind: "latency", value: decade.to_owned() }
}

/// The parts of an answer: with the request that it answers, if that was seen. `hash` is the one that the request was kept with.
pub fn answer(
    answer: &Message<'_>,
    asked: Option<&Asked>,
    in_batch: bool,
    hash: impl Fn(&[&[u8]]) -> u64,
    visit: &mut dyn FnMut(Part),
) {
    let outline = Outline::of(answer);
    let reply = Reply::of(&outline, asked, hash);
    writing(answer, &outline, in_batch, visit);
    tell(visit, "acknowledges", reply.mode);
    tell(visit, "control", if reply.repeats { "=" } else { control(outline.header(10)) });
    occupied(&outline.header, "MSH", visit);
    for (name, segment) in [("MSA", outline.acknowledgement()), ("ERR", outline.error.as_ref())] {
        segment.into_iter().for_each(|segment| occupied(segment, name, visit));
    }
    let [code, event] = kind(&outline);
    let event = if reply.same_event { "=" } else { event };
    tell(visit, "kind", format!("{code}^{event}:{}", outline.names()));
    if let Some((came, turned)) = reply.asked {
        visit(super::reply::reply(came));
        tell(visit, "names", turned);
    }
}
