//! GS1: element strings of application identifiers.
//!
//! ```text
//!  (01) n14   (11) n6 YYMMDD   (17) n6 YYMMDD   (10) an..20   (21) an..20        human readable
//!   01  n14    11  n6           17  n6           10  an..20␝   21  an..20        as scanned: ␝ ends what has no fixed length
//! ```
//! GS1 General Specifications 3 (application identifiers), 7.8.5 (element strings of predefined length), 7.9 (check digit).
//! A scanner may put a symbology identifier (`]C1`, `]d2`, `]Q3`, `]e0`) in front.

use super::{Check, Date, Issuer, Udi, digits};

/// Digits of a GTIN.
const GTIN: usize = 14;
/// Characters of a lot or a serial number.
const VARIABLE: usize = 20;
/// FNC1 as scanners send it, and as it is written where control characters do not survive.
const GS: [char; 2] = ['\u{1d}', '␝'];

/// Lengths, with the identifier, of the element strings that end without FNC1, by the first two digits (table in 7.8.5).
const PREDEFINED: [(&str, usize); 22] = [
    ("00", 20),
    ("01", 16),
    ("02", 16),
    ("03", 16),
    ("04", 18),
    ("11", 8),
    ("12", 8),
    ("13", 8),
    ("14", 8),
    ("15", 8),
    ("16", 8),
    ("17", 8),
    ("18", 8),
    ("19", 8),
    ("20", 4),
    ("31", 10),
    ("32", 10),
    ("33", 10),
    ("34", 10),
    ("35", 10),
    ("36", 10),
    ("41", 16),
];

pub(super) fn parse(text: &str) -> Udi<'_> {
    let mut udi = Udi::of(Issuer::Gs1);
    let scanned = ["]C1", "]d2", "]Q3", "]e0"].iter().find_map(|id| text.strip_prefix(id));
    let text = scanned.unwrap_or(text).trim_start_matches(GS);
    if matches!(text.len(), 8 | 12 | 13 | GTIN) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        // A device identifier alone.
        (udi.device, udi.check) = (Some(text), check(text));
        return udi;
    }
    let mut rest = text;
    while !rest.is_empty() {
        let element = if rest.starts_with('(') { in_parentheses(rest) } else { plain(rest) };
        let Some((identifier, value, after)) = element else { break };
        if !file(&mut udi, identifier, value) {
            break;
        }
        rest = after.trim_start_matches(GS).trim_start_matches(' ');
    }
    udi.leave(rest);
    udi
}

/// Takes one element; false when its value is not lawful, or another one was there before.
fn file<'a>(udi: &mut Udi<'a>, identifier: &str, value: &'a str) -> bool {
    match identifier {
        "01" if udi.device.is_none() => match digits(value, GTIN) {
            Some((gtin, "")) => (udi.device, udi.check) = (Some(gtin), check(gtin)),
            _ => return false,
        },
        "10" if udi.lot.is_none() && is_text(value) => udi.lot = Some(value),
        "21" if udi.serial.is_none() && is_text(value) => udi.serial = Some(value),
        "11" if udi.made.is_none() => udi.made = Date::yymmdd(value),
        "17" if udi.expires.is_none() => udi.expires = Date::yymmdd(value),
        "01" | "10" | "21" | "11" | "17" => return false,
        _ => return true, // no part of a UDI
    }
    !matches!((identifier, udi.made, udi.expires), ("11", None, _) | ("17", _, None))
}

/// Printable ASCII, as long as it may be: the character set is larger on labels than in the specification's table 7.11.
fn is_text(value: &str) -> bool {
    (1..=VARIABLE).contains(&value.len()) && value.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

/// `(21)1234(10)...`: the value goes to the next identifier in parentheses.
fn in_parentheses(text: &str) -> Option<(&str, &str, &str)> {
    let (identifier, rest) = identifier(text)?;
    let open = |(at, _): &(usize, &str)| rest.get(*at..).is_some_and(|tail| self::identifier(tail).is_some());
    let end = rest.match_indices('(').find(open).map_or(rest.len(), |(at, _)| at);
    let (value, after) = rest.split_at_checked(end)?;
    Some((identifier, value.trim_end_matches(GS).trim_end_matches(' '), after))
}

/// Two to four digits in parentheses, and what follows.
fn identifier(text: &str) -> Option<(&str, &str)> {
    let inner = text.strip_prefix('(')?;
    let end = inner.bytes().take(5).position(|byte| byte == b')')?;
    let (number, rest) = inner.split_at_checked(end)?;
    let lawful = (2..=4).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    Some((number, rest.strip_prefix(')')?)).filter(|_| lawful)
}

/// `211234␝10...`: the value has the length that its identifier prescribes, or ends with FNC1.
fn plain(text: &str) -> Option<(&str, &str, &str)> {
    let (identifier, rest) = digits(text, 2)?;
    let end = match PREDEFINED.iter().find(|(prefix, _)| *prefix == identifier) {
        Some((_, length)) => length.checked_sub(2)?,
        None => rest.find(GS).unwrap_or(rest.len()),
    };
    let (value, after) = rest.split_at_checked(end)?;
    Some((identifier, value, after))
}

/// The last digit against the others, weighted 3, 1, 3, 1 ... from the right.
fn check(number: &str) -> Check {
    let Some((stated, others)) = number.as_bytes().split_last() else { return Check::Absent };
    let sum = others.iter().rev().zip([3_u32, 1].into_iter().cycle()).fold(0_u32, |sum, (digit, weight)| {
        sum.saturating_add(u32::from(digit.saturating_sub(b'0')).saturating_mul(weight))
    });
    let expected = 10_u32.saturating_sub(sum % 10) % 10;
    Check::compare(char::from(*stated), char::from_digit(expected, 10))
}
