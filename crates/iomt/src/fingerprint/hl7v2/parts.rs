//! What one message shows of how its sender writes.
//!
//! Nothing of a message's content passes here but what the standard fixes: numbers of fields, names of segments that the
//! standard has (or that begin with Z), codes of table 0211, the shape of a number. A line of free text that looks like a
//! segment is not one.

use iomt_hl7v2::ident::control_id_shape;
use iomt_hl7v2::{Message, Segment, Terminator};
use iomt_wire::Timestamp;

use crate::fingerprint::window::Part;

/// The segments of HL7 version 2, up to 2.9.1, in alphabetical order (chapter 2, appendix A, and the chapters' own lists).
const SEGMENTS: &str = "\
ABS ACC ADD ADJ AFF AIG AIL AIP AIS AL1 APR ARQ ARV AUT BHS BLC BLG BPO BPX BTS BTX BUI CDM CDO CER CM0 CM1 CM2 CNS CON CSP \
CSR CSS CTD CTI CTR DB1 DEV DG1 DMI DON DPS DRG DSC DSP DST ECD ECR EDU EQL EQP EQU ERQ ERR EVN FAC FHS FT1 FTS GOL GP1 GP2 \
GT1 IAM IAR IIM ILT IN1 IN2 IN3 INV IPC IPR ISD ITM IVC IVT LAN LCC LCH LDP LOC LRL MCP MFA MFE MFI MRG MSA MSH NCK NDS NK1 \
NPU NSC NST NTE OBR OBX ODS ODT OH1 OH2 OH3 OH4 OM1 OM2 OM3 OM4 OM5 OM6 OM7 OMC ORC ORG OVR PAC PCE PCR PD1 PDA PDC PEO PES \
PID PKG PM1 PMT PR1 PRA PRB PRC PRD PRT PSG PSH PSL PSS PTH PV1 PV2 PYE QAK QID QPD QRD QRF QRI RCP RDF RDT REL RF1 RFI RGS \
RMI ROL RQ1 RQD RXA RXC RXD RXE RXG RXO RXR RXV SAC SCD SCH SCP SDD SFT SGH SGT SHP SID SLT SPM SPR STF STZ TCC TCD TQ1 TQ2 \
TXA UAC UB1 UB2 URD URS VAR VND VTQ ";

/// Different segments of one message that count.
const PATTERN: usize = 24;

/// Fields of one segment that count.
const FIELDS: usize = 64;

/// The name of a segment that the standard or its makers' Z rule has.
fn lawful<'a>(segment: &Segment<'a>) -> Option<&'a str> {
    let name: &[u8; 3] = segment.name().try_into().ok()?;
    let own = matches!(name, [b'Z', rest @ ..] if rest.iter().all(upper_or_digit));
    let (known, _) = SEGMENTS.as_bytes().as_chunks::<4>();
    let known = || known.binary_search_by(|[one, two, three, _]| [*one, *two, *three].cmp(name)).is_ok();
    (own || known()).then(|| core::str::from_utf8(segment.name()).ok()).flatten()
}

const fn upper_or_digit(byte: &u8) -> bool {
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

/// What a request asked for, kept until it is answered; it holds nothing of its content but a keyed hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    accept: char,
    application: char,
    /// MSH-3 and 4, and MSH-5 and 6, as a keyed hash each.
    sender: u64,
    receiver: u64,
    event: String,
}

impl Asked {
    /// Keeps of a request what its answer is compared with. `hash` is keyed, so that nobody can make two names the same.
    #[must_use]
    pub fn of(request: &Message<'_>, hash: impl Fn(&[&[u8]]) -> u64) -> Self {
        let header = request.header();
        let [accept, application] = [15, 16].map(|field| wish(header.field(field).bytes()));
        let names = |one, other| hash(&[header.field(one).bytes(), header.field(other).bytes()]);
        Self { accept, application, sender: names(3, 4), receiver: names(5, 6), event: kind(request).1 }
    }

    /// What came of it: `-` nothing, `a` an application acknowledgement, `c` an accept acknowledgement.
    #[must_use]
    pub fn reply(&self, came: char) -> Part {
        Part { kind: "reply", value: format!("{}{}{came}", self.accept, self.application) }
    }
}

/// Table 0155: always, never, on error, on success; `0` not said, `x` something else.
const fn wish(bytes: &[u8]) -> char {
    match bytes {
        b"" => '0',
        b"AL" => 'a',
        b"NE" => 'n',
        b"ER" => 'e',
        b"SU" => 's',
        _ => 'x',
    }
}

/// Code and event of MSH-9; what is not made of capitals and digits is `?`.
fn kind(message: &Message<'_>) -> (String, String) {
    let field = message.header().field(9);
    let part = |number| {
        let bytes: &[u8] = field.repetition(1).component(number).bytes();
        match core::str::from_utf8(bytes) {
            Ok(text) if bytes.len() <= 3 && bytes.iter().all(upper_or_digit) => text.to_owned(),
            _ => "?".to_owned(),
        }
    };
    (part(1), part(2))
}

fn tell(visit: &mut dyn FnMut(Part), kind: &'static str, value: impl Into<String>) {
    visit(Part { kind, value: value.into() });
}

/// What header, framing and fields show, for requests and answers alike.
fn writing(message: &Message<'_>, in_batch: bool, visit: &mut dyn FnMut(Part)) {
    let header = message.header();
    let ended = matches!(message.bytes().last(), Some(b'\r' | b'\n'));
    tell(visit, "framing", if ended { "x" } else { "c" });
    if in_batch {
        tell(visit, "framing", "b");
    }
    match message.terminator() {
        Terminator::Cr => {}
        Terminator::Lf => tell(visit, "framing", "l"),
        Terminator::CrLf => tell(visit, "framing", "n"),
    }
    let separators = match (header.field(1).bytes(), header.field(2).bytes()) {
        (b"|", b"^~\\&") => "s",
        (b"|", b"^~\\&#") => "t",
        _ => "o",
    };
    tell(visit, "separators", separators);
    tell(visit, "time", time_shape(header.field(7).component(1).bytes()));
}

/// Digits before a fraction, `f` for a fraction, `z` for a zone; `0` for none, `x` for what is no time stamp.
fn time_shape(time: &[u8]) -> String {
    let (time, zone) = match time.iter().position(|byte| matches!(byte, b'+' | b'-')) {
        Some(at) => time.split_at(at),
        None => (time, &[][..]),
    };
    let (digits, fraction) = match time.iter().position(|byte| *byte == b'.') {
        Some(at) => time.split_at(at),
        None => (time, &[][..]),
    };
    let zone_is_lawful = matches!(zone, [] | [_, b'0'..=b'9', b'0'..=b'9', b'0'..=b'9', b'0'..=b'9']);
    if digits.len() > 14 || !digits.iter().all(u8::is_ascii_digit) || !zone_is_lawful {
        return "x".to_owned();
    }
    let mark = |there: bool, letter| if there { letter } else { "" };
    format!("{}{}{}", digits.len(), mark(!fraction.is_empty(), "f"), mark(!zone.is_empty(), "z"))
}

/// The letter of a control id's shape.
fn control(id: &[u8]) -> &'static str {
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

/// Names of the message's segments in the order of their first appearance, and the greatest number of fields of each.
fn pattern<'a>(message: &Message<'a>) -> Vec<(&'a str, usize)> {
    let mut pattern: Vec<(&str, usize)> = Vec::new();
    for segment in message.segments() {
        // Most segments repeat one that was there before.
        let known = pattern.iter_mut().rfind(|(known, _)| known.as_bytes() == segment.name());
        let fields = || segment.fields().take(FIELDS).count();
        if let Some((_, most)) = known {
            *most = fields().max(*most);
        } else if pattern.len() < PATTERN
            && let Some(name) = lawful(&segment)
        {
            pattern.push((name, fields()));
        }
    }
    pattern
}

fn names(pattern: &[(&str, usize)]) -> String {
    pattern.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(",")
}

/// The parts of a message that is no answer.
pub fn message(message: &Message<'_>, in_batch: bool, visit: &mut dyn FnMut(Part)) {
    writing(message, in_batch, visit);
    let header = message.header();
    tell(visit, "version", version(header.field(12).component(1).bytes()));
    tell(visit, "charset", charset(header.field(18).repetition(1).bytes()));
    tell(visit, "control", control(header.field(10).bytes()));
    occupied(&header, "MSH", visit);
    let pattern = pattern(message);
    for (name, fields) in &pattern {
        tell(visit, "length", format!("{name}:{}", usize::BITS.saturating_sub(fields.leading_zeros())));
    }
    let (code, event) = kind(message);
    tell(visit, "kind", format!("{code}^{event}:{}", names(&pattern)));
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
pub fn latency(asked: Timestamp, answered: Timestamp) -> Option<Part> {
    let took = answered.nanoseconds().checked_sub(asked.nanoseconds()).filter(|took| *took >= 0)?;
    let digits = (took / 1_000_000).checked_ilog10().map_or(0, |log| log.saturating_add(1));
    let decade = usize::try_from(digits).ok().and_then(|digits| DECADES.get(digits)).or(DECADES.last())?;
    Some(Part { kind: "latency", value: (*decade).to_owned() })
}

/// The parts of an answer: with the request that it answers, if that was seen. `hash` is the one that the request was kept with.
pub fn answer(
    answer: &Message<'_>,
    asked: Option<&Asked>,
    in_batch: bool,
    hash: impl Fn(&[&[u8]]) -> u64,
    visit: &mut dyn FnMut(Part),
) {
    writing(answer, in_batch, visit);
    let header = answer.header();
    let acknowledgement = answer.segment(b"MSA");
    let mode = match acknowledgement.as_ref().map(|msa| msa.field(1).bytes()) {
        Some([b'A', b'A' | b'E' | b'R']) => 'a',
        Some([b'C', b'A' | b'E' | b'R']) => 'c',
        _ => 'x',
    };
    tell(visit, "acknowledges", mode);
    let own = header.field(10).bytes();
    let repeats = acknowledgement.as_ref().is_some_and(|msa| !own.is_empty() && msa.field(2).bytes() == own);
    tell(visit, "control", if repeats { "=" } else { control(own) });
    occupied(&header, "MSH", visit);
    for name in ["MSA", "ERR"] {
        for segment in answer.segments().filter(|segment| segment.name() == name.as_bytes()).take(1) {
            occupied(&segment, name, visit);
        }
    }
    let (code, event) = kind(answer);
    let event = match asked {
        Some(asked) if !event.is_empty() && asked.event == event => "=".to_owned(),
        _ => event,
    };
    tell(visit, "kind", format!("{code}^{event}:{}", names(&pattern(answer))));
    if let Some(asked) = asked {
        tell(visit, "reply", asked.reply(mode).value);
        let names = hash(&[header.field(3).bytes(), header.field(4).bytes()]);
        let turned = match names {
            names if names == asked.receiver => "s",
            names if names == asked.sender => "e",
            _ => "o",
        };
        tell(visit, "names", turned);
    }
}

#[cfg(test)]
mod order {
    use super::SEGMENTS;

    #[test]
    fn segments_are_found_because_they_stand_in_order() {
        let names: Vec<&str> = SEGMENTS.split_ascii_whitespace().collect();
        assert!(names.iter().all(|name| name.len() == 3) && names.is_sorted(), "{names:?}");
        assert!(SEGMENTS.as_bytes().chunks(4).all(|chunk| chunk.len() == 4 && chunk.ends_with(b" ")));
    }
}
