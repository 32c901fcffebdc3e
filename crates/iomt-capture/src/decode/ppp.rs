//! PPP over serial lines and over Ethernet, and Cisco's HDLC.
//!
//! ```text
//!  PPP     | [ff 03] | protocol 8 or 16 | ...                        RFC 1661, section 2; RFC 1662, section 3
//!  HDLC    | 0f or 8f | 00 | EtherType16 | ...                       LINKTYPE_C_HDLC
//!  PPPoE   | 1 1 | code 0 | session16 | length16 | PPP protocol16 |  RFC 2516, section 4
//! ```

use etherparse::EtherType;

use super::{Step, unknown};

/// What a serial link carries: its two address bytes tell PPP from HDLC.
pub(super) fn serial(bytes: &[u8]) -> Step<'_> {
    match bytes {
        [0x0f | 0x8f, 0, t0, t1, rest @ ..] => Step::EtherType(EtherType(u16::from_be_bytes([*t0, *t1])), rest),
        [0xff, 0x03, rest @ ..] => ppp(rest),
        _ => ppp(bytes),
    }
}

fn ppp(bytes: &[u8]) -> Step<'_> {
    match bytes {
        [0x00, 0x21 | 0x57, rest @ ..] | [0x21 | 0x57, rest @ ..] => Step::Ip(rest),
        [0x02, 0x81 | 0x83, rest @ ..] => Step::EtherType(EtherType(0x8847), rest),
        _ => unknown("PPP"),
    }
}

pub(super) fn pppoe(bytes: &[u8]) -> Step<'_> {
    match bytes.split_first_chunk::<6>() {
        Some(([0x11, 0, ..], rest)) => ppp(rest),
        _ => unknown("PPPoE"),
    }
}
