//! Utilisation, read from the signals: minutes, never their contents.
//!
//! Whatever protocol told them, the same four sums: minutes with usable numbers per quantity, minutes per mode, minutes per alarm, and
//! how often the device came up.

use iomt_wire::Timestamp;
use serde::{Serialize, Serializer};

use super::decision::Rfc3339;
use crate::usage::{Minutes, Mode, Track, Usage};

/// In how many minutes a device did what, by the capture's clock.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Utilisation {
    /// Minutes in which the device told anything that counts here.
    pub observed: u64,
    /// Minutes with at least one usable number, demonstrations left out.
    pub in_use: u64,
    /// Minutes per mode that the device was in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub modes: Vec<ModeUse>,
    /// Minutes with usable numbers, per quantity.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub measurements: Vec<MeasurementUse>,
    /// Minutes with an active alarm.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub alarms: Vec<AlarmUse>,
    /// When the device came up, as its uptime and the capture's clock tell it.
    #[serde(skip_serializing_if = "Vec::is_empty", serialize_with = "as_rfc3339")]
    pub power_ups: Vec<Timestamp>,
    /// Power-ups after the first: the device restarted while it was watched.
    pub resets: u64,
    /// Whether a cap was reached, so that the sums may be too low.
    #[serde(skip_serializing_if = "core::ops::Not::not")]
    pub capped: bool,
}

/// Minutes in a mode.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ModeUse {
    /// `monitoring`, `standby`, `demonstration`, `service`, `configuration`.
    pub mode: &'static str,
    /// How many.
    pub minutes: u64,
}

/// Minutes with usable numbers of a quantity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct MeasurementUse {
    /// The code, as `MDC 150456`.
    pub code: String,
    /// Its reference identifier, where the nomenclature has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<&'static str>,
    /// How many.
    pub minutes: u64,
}

/// Minutes with an active alarm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AlarmUse {
    /// Who is in alarm: `patient` or `device`.
    pub of: &'static str,
    /// `low`, `medium`, `high`.
    pub gravity: &'static str,
    /// How many.
    pub minutes: u64,
}

impl Utilisation {
    /// Reads the sums; nothing where there are no signals.
    #[must_use]
    pub fn read(usage: &Usage) -> Option<Self> {
        if usage.is_empty() {
            return None;
        }
        let mut found = Self { capped: usage.is_capped(), ..Self::default() };
        let (mut observed, mut measured) = (Minutes::default(), Minutes::default());
        for (track, minutes) in usage.iter() {
            let count = minutes.count();
            match track {
                Track::Measured(code) => {
                    measured.merge(minutes);
                    let name = iomt_x73::mdc::term(code).map(|term| term.ref_id).filter(|name| !name.is_empty());
                    let code = format!("MDC {code}");
                    found.measurements.push(MeasurementUse { code, name, minutes: count });
                }
                Track::Mode(mode) => found.modes.push(ModeUse { mode: mode.name(), minutes: count }),
                Track::Alarm(alarm) => {
                    let of = if alarm.patient { "patient" } else { "device" };
                    found.alarms.push(AlarmUse { of, gravity: alarm.gravity.name(), minutes: count });
                }
                Track::PoweredUp => {
                    found.power_ups = power_ups(minutes);
                    continue;
                }
            }
            observed.merge(minutes);
        }
        found.observed = observed.count();
        let demonstrated = usage.minutes(Track::Mode(Mode::Demonstration)).cloned().unwrap_or_default();
        found.in_use = measured.without(&demonstrated).count();
        found.resets = u64::try_from(found.power_ups.len()).unwrap_or(u64::MAX).saturating_sub(1);
        Some(found)
    }
}

/// Minutes of power-up, without those that are the same one told again: the two clocks drift, and an uptime of 32 bits in eighths of
/// a millisecond starts afresh after six days.
fn power_ups(minutes: &Minutes) -> Vec<Timestamp> {
    /// Nanoseconds by which two tellings of one power-up may differ.
    const SAME: i64 = 2 * 60_000_000_000;
    /// 2^32 ticks of 125 microseconds, in nanoseconds.
    const WRAP: i64 = 536_870_912_000_000;
    let mut found: Vec<Timestamp> = Vec::new();
    let mut last = None;
    for minute in minutes.iter() {
        let at = minute.nanoseconds();
        let near = |other: i64| at.saturating_sub(other) <= SAME;
        let wrapped = found.iter().any(|up| {
            let apart = at.saturating_sub(up.nanoseconds());
            let beyond = apart.rem_euclid(WRAP);
            apart > SAME && (beyond <= SAME || WRAP.saturating_sub(beyond) <= SAME)
        });
        if !last.is_some_and(near) && !wrapped {
            found.push(minute);
        }
        last = Some(at);
    }
    found
}

fn as_rfc3339<S: Serializer>(times: &[Timestamp], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(times.iter().map(|time| Rfc3339(*time).to_string()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects)]

    use super::*;
    use crate::usage::{Alarm, Gravity};

    const MINUTE: i64 = 60_000_000_000;

    fn noted(notes: &[(Track, i64)]) -> Utilisation {
        let mut usage = Usage::default();
        notes.iter().for_each(|(track, minute)| usage.note(*track, Timestamp(minute * MINUTE)));
        Utilisation::read(&usage).unwrap()
    }

    #[test]
    fn a_minute_counts_once_however_much_was_measured_in_it() {
        let (rate, saturation) = (Track::Measured(147_842), Track::Measured(150_456));
        let found = noted(&[(rate, 1), (saturation, 1), (rate, 2), (Track::Mode(Mode::Monitoring), 3)]);
        assert_eq!((found.observed, found.in_use), (3, 2));
        let listed: Vec<_> =
            found.measurements.iter().map(|each| (each.code.as_str(), each.name, each.minutes)).collect();
        assert_eq!(
            listed,
            [("MDC 147842", Some("MDC_ECG_CARD_BEAT_RATE"), 2), ("MDC 150456", Some("MDC_PULS_OXIM_SAT_O2"), 1)]
        );
    }

    #[test]
    fn a_demonstration_is_no_use() {
        let found = noted(&[(Track::Measured(1), 1), (Track::Measured(1), 2), (Track::Mode(Mode::Demonstration), 2)]);
        assert_eq!((found.in_use, found.modes[0].mode, found.modes[0].minutes), (1, "demonstration", 1));
    }

    #[test]
    fn alarms_are_told_by_whose_and_how_grave() {
        let alarm = |patient, gravity| Track::Alarm(Alarm { patient, gravity });
        let found = noted(&[(alarm(true, Gravity::High), 1), (alarm(false, Gravity::Low), 1)]);
        let listed: Vec<_> = found.alarms.iter().map(|each| (each.of, each.gravity)).collect();
        assert_eq!(listed, [("device", "low"), ("patient", "high")]);
    }

    #[test]
    fn one_power_up_told_twice_is_one_and_a_restart_is_another() {
        let up = Track::PoweredUp;
        let found = noted(&[(up, 100), (up, 101), (up, 103), (up, 500)]);
        assert_eq!((found.power_ups.len(), found.resets, found.observed), (2, 1, 0));
    }

    #[test]
    fn an_uptime_that_starts_afresh_after_its_32_bits_is_no_restart() {
        let wrap = 8_948;
        let found = noted(&[(Track::PoweredUp, 0), (Track::PoweredUp, wrap), (Track::PoweredUp, 2 * wrap - 1)]);
        assert_eq!(found.resets, 0);
        assert_eq!(noted(&[(Track::PoweredUp, 0), (Track::PoweredUp, wrap + 60)]).resets, 1);
    }

    #[test]
    fn without_signals_there_is_no_utilisation() {
        assert_eq!(Utilisation::read(&Usage::default()), None);
    }
}
