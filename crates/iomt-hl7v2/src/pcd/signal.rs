//! What the devices of a message were doing: measured, infused, alarmed.
//!
//! ```text
//!  OBX|..|NM |147842^MDC_ECG_HEART_RATE^MDC|1.5.1.1|72|..||||F      a number that can be used: partition 2, a number, no X in OBX-11
//!  OBX|..|CWE|184519^MDC_PUMP_INFUSING_STATUS^MDC|1.1.1.1|^pump-status-infusing
//! ```
//! ISO/IEEE 11073-10101 partition 2 holds the quantities. That something was measured is told, never the number.

use super::alarm::{Alarm, SOME_ALARM, alarms, is_about_alarms};
use crate::Message;
use crate::ident::{mdc, tree};

/// What a row or an alarm says of the minute in which it was sent.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
#[expect(clippy::large_enum_variant, reason = "handed on at once, never stored, and nothing here allocates")]
pub enum Signal<'a> {
    /// A usable number of this quantity: its MDC code.
    Measured(u32),
    /// A pump infuses, or does not.
    Infusing(bool),
    /// An alarm, active or not.
    Alarm(Alarm<'a>),
}

/// The codes of quantities: partition 2 of the nomenclature.
const QUANTITIES: core::ops::Range<u32> = 0x2_0000..0x3_0000;

/// `MDC_PUMP_STAT` and `MDC_PUMP_INFUSING_STATUS`: one of the words below.
const PUMP_STATUS: [u32; 2] = [184_508, 184_519];

/// Calls `visit` with the device (first number of OBX-4, 0 when the row does not say) and what it was doing, for each row that says
/// so, and for each alarm behind them. No allocation.
pub fn signals<'a>(message: &Message<'a>, visit: &mut dyn FnMut(u64, Signal<'a>)) {
    // No alarm begins without one of these.
    let mut alarmed = false;
    for segment in message.segments() {
        if !segment.name().eq_ignore_ascii_case(b"OBX") {
            alarmed |= segment.name().eq_ignore_ascii_case(b"OBR") && is_about_alarms(&segment);
            continue;
        }
        let [_, second, third, fourth, fifth, sixth, _, _, _, _, eleventh, twelfth] = segment.marks().take();
        let field = |before: usize, end| segment.slice(before.wrapping_add(1), end, false);
        let Some((number, _)) = mdc(field(third, fourth)) else { continue };
        alarmed |= number == SOME_ALARM;
        let mds = || tree(field(fourth, fifth).bytes(), *segment.syntax()).0;
        let value = field(fifth, sixth);
        if PUMP_STATUS.contains(&number) {
            let found = value.components().find_map(|word| infuses(word.bytes()));
            if let Some(infusing) = found {
                visit(mds(), Signal::Infusing(infusing));
            }
        } else if QUANTITIES.contains(&number)
            && field(second, third).bytes() == b"NM"
            && is_number(value.bytes())
            && is_result(field(eleventh, twelfth).bytes())
        {
            visit(mds(), Signal::Measured(number));
        }
    }
    if alarmed {
        alarms(message, &mut |alarm| visit(alarm.mds, Signal::Alarm(alarm)));
    }
}

/// Whether a pump that says so delivers something; nothing where the word is not known.
fn infuses(word: &[u8]) -> Option<bool> {
    Some(match word.strip_prefix(b"pump-status-")? {
        b"infusing" | b"kvo" | b"bolus" => true,
        b"not-infusing" | b"ready" | b"standby" | b"paused" => false,
        _ => return None,
    })
}

/// Sign, digits, perhaps a full stop and digits.
fn is_number(text: &[u8]) -> bool {
    let digits = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
    let mut parts = digits.splitn(2, |byte| *byte == b'.');
    let all = |part: &[u8]| part.iter().all(u8::is_ascii_digit);
    digits.iter().any(u8::is_ascii_digit) && parts.all(all)
}

/// Whether OBX-11 (table 0085) lets a value stand: none of deleted, not obtained, wrong, pending, not asked for.
fn is_result(status: &[u8]) -> bool {
    !matches!(status, b"D" | b"X" | b"W" | b"I" | b"N" | b"O")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_told_from_words() {
        for text in ["72", "-0.5", "+12.", ".5"] {
            assert!(is_number(text.as_bytes()), "{text}");
        }
        for text in ["", ".", "-", "1.2.3", "7 2", ">400", "12,5", "NaN"] {
            assert!(!is_number(text.as_bytes()), "{text}");
        }
    }
}
