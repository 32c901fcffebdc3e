//! What a message says that an assessment of security wants to know, in values that merge: kinds and ranges, never a secret.

use iomt_hl7v2::time::{self, Precision};
use iomt_wire::Timestamp;
use jiff::civil;

use crate::evidence::NO_TIME;

/// The sender's clock against the capture's, as a kind of finding and a range. Nothing without a time to the second on both sides.
///
/// A time without a zone is local to a place that is not known; zones differ by quarters of an hour, so only the rest is told.
pub(super) fn clock(text: &[u8], seen: Timestamp) -> Option<(&'static str, &'static str)> {
    if seen == NO_TIME {
        return None;
    }
    let said = time::parse(text).ok().filter(|time| time.precision >= Precision::Second)?;
    let hour = i8::try_from(said.hour).ok()?;
    let (minute, second) = (i8::try_from(said.minute).ok()?, i8::try_from(said.second.min(59)).ok()?);
    let (month, day) = (i8::try_from(said.month).ok()?, i8::try_from(said.day).ok()?);
    let local = civil::DateTime::new(i16::try_from(said.year).ok()?, month, day, hour, minute, second, 0).ok()?;
    let local = jiff::tz::TimeZone::UTC.to_timestamp(local).ok()?.as_second();
    let seen = seen.0.div_euclid(1_000_000_000);
    let east = i64::from(said.zone.unwrap_or(0)).saturating_mul(60);
    let ahead = local.saturating_sub(east).saturating_sub(seen);
    if said.zone.is_some() {
        return Some(("clock-skew", range(ahead)));
    }
    if ahead.abs() > FARTHEST_ZONE {
        return Some((
            "clock-skew",
            if ahead > 0 { "ahead by more than any zone" } else { "behind by more than any zone" },
        ));
    }
    let rest = ahead.saturating_add(QUARTER / 2).rem_euclid(QUARTER).saturating_sub(QUARTER / 2);
    Some(("clock-skew-but-for-zone", range(rest)))
}

/// Seconds of a quarter of an hour, by which zones differ.
const QUARTER: i64 = 900;

/// Seconds of the zone farthest from Greenwich, and a little.
const FARTHEST_ZONE: i64 = 14 * 3600 + QUARTER;

/// In which range a difference in seconds lies: clocks drift, ranges stay.
const fn range(ahead: i64) -> &'static str {
    match ahead {
        -1..=1 => "within 2 s",
        2..=9 => "ahead by 2 s to 10 s",
        10..=59 => "ahead by 10 s to 1 min",
        60..=599 => "ahead by 1 min to 10 min",
        600..=3_599 => "ahead by 10 min to 1 h",
        3_600..=86_399 => "ahead by 1 h to 1 day",
        86_400.. => "ahead by more than 1 day",
        -9..=-2 => "behind by 2 s to 10 s",
        -59..=-10 => "behind by 10 s to 1 min",
        -599..=-60 => "behind by 1 min to 10 min",
        -3_599..=-600 => "behind by 10 min to 1 h",
        -86_399..=-3_600 => "behind by 1 h to 1 day",
        ..=-86_400 => "behind by more than 1 day",
    }
}

/// Whether a device's code and its reference identifier contradict each other: a simulator, a decoy, or a gateway set up wrongly.
pub(super) fn contradicts(code: u32, ref_id: &str) -> bool {
    let suffix = |end: &str| ref_id.ends_with(end);
    let named = [iomt_x73::mdc::Level::Mds, iomt_x73::mdc::Level::Vmd, iomt_x73::mdc::Level::Channel]
        .into_iter()
        .find(|level| suffix(level.suffix()));
    let levels = ref_id.starts_with("MDC_DEV_")
        && iomt_x73::mdc::level(code).zip(named).is_some_and(|(by_code, by_name)| by_code != by_name);
    levels || iomt_x73::mdc::agrees(code, ref_id.as_bytes()) == Some(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2026-01-02T08:00:00Z.
    const SEEN: Timestamp = Timestamp(1_767_340_800_000_000_000);

    #[test]
    fn a_clock_is_compared_with_the_capture() {
        for (text, range) in [
            ("20260102080000+0000", "within 2 s"),
            ("20260102090000+0100", "within 2 s"),
            ("20260102080007Z", "ahead by 2 s to 10 s"),
            ("20260102033000.1234-0500", "ahead by 10 min to 1 h"),
            ("20260101080000+0000", "behind by more than 1 day"),
        ] {
            assert_eq!(clock(text.as_bytes(), SEEN), Some(("clock-skew", range)), "{text}");
        }
    }

    #[test]
    fn without_a_zone_only_what_no_zone_explains_is_told() {
        for (text, range) in [
            ("20260102080000", "within 2 s"),
            ("20260102134500", "within 2 s"),
            ("20260102025505", "behind by 1 min to 10 min"),
            ("20260101230003", "ahead by 2 s to 10 s"),
        ] {
            assert_eq!(clock(text.as_bytes(), SEEN), Some(("clock-skew-but-for-zone", range)), "{text}");
        }
        assert_eq!(clock(b"20250102080000", SEEN), Some(("clock-skew", "behind by more than any zone")));
    }

    #[test]
    fn what_is_no_time_to_the_second_says_nothing() {
        assert_eq!(clock(b"202601020800", SEEN), None);
        assert_eq!(clock(b"CANARY", SEEN), None);
        assert_eq!(clock(b"20260102080000", NO_TIME), None);
    }

    #[test]
    fn a_code_and_a_name_of_two_levels_or_devices_contradict() {
        assert!(!contradicts(69_965, "MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS"));
        assert!(contradicts(69_965, "MDC_DEV_PUMP_INFUS_MDS"));
        assert!(contradicts(69_966, "MDC_DEV_UNHEARD_OF_MDS"));
        assert!(!contradicts(126_977, "MDC_DEV_PUMP_INFUS_CHAN_SOURCE"));
        assert!(!contradicts(0, "MDC_DEV_UNHEARD_OF_MDS"));
    }
}
