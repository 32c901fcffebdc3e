//! HIBCC: primary and secondary data structures, alone or in one carrier.
//!
//! ```text
//!  + A999 1234 5 c                                primary: labeler, catalogue number, unit of measure, check
//!  + A999 1234 5 / $$5 20015 10X3 / S77DE1G45 c   both in one: parts divided by '/', one check at the end
//!  + $$5 20015 10X3 l c                           secondary alone: link to the primary's check, then its own check
//!
//!  $ lot           $+ serial            $$ [8qq|9qqqqq] date lot           $$+ [8qq|9qqqqq] date serial
//!  date: MMYY   2 MMDDYY   3 YYMMDD   4 YYMMDDHH   5 YYJJJ   6 YYJJJHH   7 none
//!  yyjjj lot       S serial             16D YYYYMMDD made                  14D YYYYMMDD expires
//! ```
//! ANSI/HIBC 2.4 and 2.5, sections 2.2 to 2.4 and appendix B. A labeler begins with a letter, a secondary structure never
//! does, which tells the two apart. Where the check character is a space, texts write `_`.

use super::{Check, Date, Issuer, Udi, cut, digits};

/// The check's characters by value (table of Code 39).
const VALUES: &[u8; 43] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-. $/+%";
/// Characters of a lot or a serial number.
const VARIABLE: usize = 18;
/// Characters of labeler, catalogue number and unit of measure together.
const PRIMARY: core::ops::RangeInclusive<usize> = 6..=23;

pub(super) fn parse(text: &str) -> Udi<'_> {
    let mut udi = Udi::of(Issuer::Hibcc);
    let Some((end, stated)) = text.char_indices().next_back() else { return udi };
    let (body, _) = text.split_at_checked(end).unwrap_or((text, ""));
    udi.check = Check::compare(if stated == '_' { ' ' } else { stated }, check(body));
    let Some(body) = body.strip_prefix('+') else { return udi };
    if body.bytes().next().is_some_and(|byte| byte.is_ascii_alphabetic()) {
        let mut parts = body.split('/');
        let primary = parts.next().unwrap_or_default();
        if is_primary(primary) {
            udi.device = Some(primary);
        } else {
            udi.leave(body);
            return udi;
        }
        for part in parts {
            if secondary(&mut udi, part).is_none() {
                udi.leave(part);
                break;
            }
        }
    } else {
        // The link character before the check repeats the check of the primary structure, which is elsewhere.
        let link = body.char_indices().next_back().map_or(0, |(at, _)| at);
        let (part, _) = body.split_at_checked(link).unwrap_or((body, ""));
        if secondary(&mut udi, part).is_none() {
            udi.leave(part);
        }
    }
    udi
}

fn is_primary(text: &str) -> bool {
    PRIMARY.contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
        && text.ends_with(|unit: char| unit.is_ascii_digit())
}

/// Reads one secondary part; none when it cannot be read.
fn secondary<'a>(udi: &mut Udi<'a>, part: &'a str) -> Option<()> {
    if let Some(rest) = part.strip_prefix("$$+") {
        let rest = expiry(udi, quantity(rest)?)?;
        number(&mut udi.serial, rest)
    } else if let Some(rest) = part.strip_prefix("$$") {
        let rest = expiry(udi, quantity(rest)?)?;
        number(&mut udi.lot, rest)
    } else if let Some(rest) = part.strip_prefix("$+") {
        number(&mut udi.serial, rest)
    } else if let Some(rest) = part.strip_prefix('$') {
        number(&mut udi.lot, rest)
    } else if let Some(rest) = part.strip_prefix('S') {
        number(&mut udi.serial, rest)
    } else if let Some(rest) = part.strip_prefix("16D") {
        date(&mut udi.made, Date::yyyymmdd(whole(rest, 8)?)?)
    } else if let Some(rest) = part.strip_prefix("14D") {
        date(&mut udi.expires, Date::yyyymmdd(whole(rest, 8)?)?)
    } else if let Some(rest) = part.strip_prefix('Q') {
        rest.bytes().all(|byte| byte.is_ascii_digit()).then_some(())
    } else {
        let (day, rest) = digits(part, 5)?;
        date(&mut udi.expires, Date::yyjjj(day)?)?;
        number(&mut udi.lot, rest)
    }
}

/// Steps over a quantity: `8` and two digits, `9` and five.
fn quantity(text: &str) -> Option<&str> {
    let length = match text.as_bytes().first() {
        Some(b'8') => 3,
        Some(b'9') => 6,
        _ => 0,
    };
    digits(text, length).map(|(_, rest)| rest)
}

/// Reads digits as a date.
type Read = fn(&str) -> Option<Date>;

/// Reads an expiry date by its flag; what follows it. Hours are passed over.
fn expiry<'a>(udi: &mut Udi<'a>, text: &'a str) -> Option<&'a str> {
    let (flag, after) = text.split_at_checked(1)?;
    let (length, from, read): (_, _, Read) = match flag {
        "0" | "1" => (4, text, Date::mmyy),
        "2" => (6, after, Date::mmddyy),
        "3" => (6, after, Date::yymmdd),
        "4" => (8, after, Date::yymmdd),
        "5" => (5, after, Date::yyjjj),
        "6" => (7, after, Date::yyjjj),
        "7" => return Some(after),
        _ => return None,
    };
    let (day, rest) = digits(from, length)?;
    date(&mut udi.expires, read(day)?)?;
    Some(rest)
}

/// A lot or serial number, which may be missing behind a date, and is said once.
fn number<'a>(into: &mut Option<&'a str>, text: &'a str) -> Option<()> {
    if text.is_empty() {
        return Some(());
    }
    let lawful = |byte: u8| (b' '..=b'~').contains(&byte);
    let (value, rest) = cut(text, text.len().min(VARIABLE), lawful)?;
    (rest.is_empty() && into.is_none()).then(|| *into = Some(value))
}

/// A date, said once or twice alike.
fn date(into: &mut Option<Date>, value: Date) -> Option<()> {
    into.is_none_or(|known| known == value).then(|| *into = Some(value))
}

fn whole(text: &str, length: usize) -> Option<&str> {
    digits(text, length).filter(|(_, rest)| rest.is_empty()).map(|(digits, _)| digits)
}

/// The check character of a text: the sum of all values, modulo 43.
fn check(text: &str) -> Option<char> {
    let value = |byte: u8| VALUES.iter().position(|known| *known == byte);
    let sum = text.bytes().try_fold(0_usize, |sum, byte| Some(sum.saturating_add(value(byte)?)))?;
    VALUES.get(sum % 43).map(|byte| char::from(*byte))
}
