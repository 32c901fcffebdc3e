//! ICCBBA: the data structures of ISBT 128, one behind the other.
//!
//! ```text
//!  =/ an16 product   =, an6 serial   = an15 donation   => n6 YYYJJJ expires   =} n6 YYYJJJ made   &,1 an18 lot
//!  =) an10 blood container           &) an10 its lot
//! ```
//! ICCBBA ST-011 (medical devices using ISBT 128) and the FDA's overview. There is no check digit in the text: ISBT 128 has one for the
//! donation number, printed beside it and not part of it, so nothing here can be verified.

use super::{Date, Issuer, Udi, cut, digits};

pub(super) fn parse(text: &str) -> Udi<'_> {
    let mut udi = Udi::of(Issuer::Iccbba);
    let mut rest = text;
    while !rest.is_empty() {
        let Some(after) = structure(&mut udi, rest) else { break };
        rest = after.trim_start_matches(' ');
    }
    udi.leave(rest);
    udi
}

/// Reads one structure; what follows it, or none when it cannot be read or was said before.
fn structure<'a>(udi: &mut Udi<'a>, text: &'a str) -> Option<&'a str> {
    let (slot, length, rest) = if let Some(rest) = text.strip_prefix("=/") {
        (&mut udi.device, 16, rest)
    } else if let Some(rest) = text.strip_prefix("=)") {
        (&mut udi.device, 10, rest)
    } else if let Some(rest) = text.strip_prefix("=,") {
        (&mut udi.serial, 6, rest)
    } else if let Some(rest) = text.strip_prefix("&,1") {
        (&mut udi.lot, 18, rest)
    } else if let Some(rest) = text.strip_prefix("&)") {
        (&mut udi.lot, 10, rest)
    } else if let Some(rest) = text.strip_prefix("=>") {
        return date(&mut udi.expires, rest);
    } else if let Some(rest) = text.strip_prefix("=}") {
        return date(&mut udi.made, rest);
    } else {
        (&mut udi.donation, 15, text.strip_prefix('=')?)
    };
    let (value, rest) = cut(rest, length, |byte| byte.is_ascii_alphanumeric())?;
    slot.is_none().then(|| *slot = Some(value))?;
    Some(rest)
}

fn date<'a>(into: &mut Option<Date>, text: &'a str) -> Option<&'a str> {
    let (day, rest) = digits(text, 6)?;
    let day = Date::yyyjjj(day)?;
    into.is_none().then(|| *into = Some(day))?;
    Some(rest)
}
