//! Utilisation signals: in which minutes a device did what. The same for every protocol.
//!
//! ```text
//!  track: measured (what) | mode | alarm | powered up      ─►   set of minutes since 1970, by the capture's clock
//! ```
//! Every track is a set, so signals merge by union: commutative, associative, idempotent, whatever the order and however the
//! traffic was split. A minute that two sensors saw is one minute.
//!
//! Memory is bounded: a track keeps [`HOURS`] hours, a subject [`TRACKS`] tracks. Over a cap those of smallest stable hash stay, so the
//! cap commutes with merging; that it was reached is told.

use std::collections::BTreeMap;

use iomt_wire::Timestamp;

use crate::stable::rank;

/// Hours in which something happened that one track keeps: half a year of them.
pub const HOURS: usize = 4_392;

/// Tracks that one subject keeps.
pub const TRACKS: usize = 192;

/// What is followed minute by minute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Track {
    /// A number that can be used was measured: the MDC code of the quantity.
    Measured(u32),
    /// The device said that it is in this mode, or marked its numbers so.
    Mode(Mode),
    /// An alarm was active.
    Alarm(Alarm),
    /// The device came up: the capture's time less the uptime that it told.
    PoweredUp,
}

/// What a device is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// It serves a patient.
    Monitoring,
    /// It waits.
    Standby,
    /// It demonstrates itself, or its numbers are made up.
    Demonstration,
    /// It is being serviced.
    Service,
    /// It is being configured.
    Configuration,
}

impl Mode {
    /// In one word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Monitoring => "monitoring",
            Self::Standby => "standby",
            Self::Demonstration => "demonstration",
            Self::Service => "service",
            Self::Configuration => "configuration",
        }
    }
}

/// Whose alarm, and how grave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Alarm {
    /// Whether the patient is in it, or the device itself.
    pub patient: bool,
    /// How grave.
    pub gravity: Gravity,
}

/// How grave an alarm is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Gravity {
    /// Low.
    Low,
    /// Medium.
    Medium,
    /// High.
    High,
}

impl Gravity {
    /// In one word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
        }
    }
}

/// A set of minutes: hours, each with the bits of its minutes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Minutes {
    /// Sorted by hour.
    hours: Vec<(i64, u64)>,
    capped: bool,
}

/// Nanoseconds of a minute.
const MINUTE: i64 = 60_000_000_000;

/// Minutes of an hour.
const HOUR: i64 = 60;

impl Minutes {
    /// Adds the minute that a time is in.
    pub fn add(&mut self, time: Timestamp) {
        let minute = time.nanoseconds().div_euclid(MINUTE);
        let bit = u32::try_from(minute.rem_euclid(HOUR)).map_or(0, |minute| 1_u64 << (minute & 63));
        self.join(minute.div_euclid(HOUR), bit);
    }

    fn join(&mut self, hour: i64, minutes: u64) {
        match self.hours.binary_search_by_key(&hour, |(known, _)| *known) {
            Ok(at) => {
                if let Some((_, mine)) = self.hours.get_mut(at) {
                    *mine |= minutes;
                }
            }
            Err(at) => {
                self.hours.insert(at, (hour, minutes));
                if self.hours.len() > HOURS {
                    self.capped = true;
                    let last = (0..self.hours.len()).max_by_key(|at| self.hours.get(*at).map(|(hour, _)| rank(hour)));
                    if let Some(last) = last {
                        self.hours.remove(last);
                    }
                }
            }
        }
    }

    /// The union with another set.
    pub fn merge(&mut self, other: &Self) {
        for (hour, minutes) in &other.hours {
            self.join(*hour, *minutes);
        }
        self.capped |= other.capped;
    }

    /// How many minutes.
    #[must_use]
    pub fn count(&self) -> u64 {
        self.hours.iter().map(|(_, minutes)| u64::from(minutes.count_ones())).fold(0, u64::saturating_add)
    }

    /// Those of these that are not in another set.
    #[must_use]
    pub fn without(&self, other: &Self) -> Self {
        let theirs = |hour: i64| {
            other.hours.binary_search_by_key(&hour, |(known, _)| *known).ok().and_then(|at| other.hours.get(at))
        };
        let left = |(hour, minutes): &(i64, u64)| (*hour, minutes & !theirs(*hour).map_or(0, |(_, minutes)| *minutes));
        Self { hours: self.hours.iter().map(left).filter(|(_, minutes)| *minutes != 0).collect(), capped: self.capped }
    }

    /// The minutes in order, each as its first instant.
    pub fn iter(&self) -> impl Iterator<Item = Timestamp> + '_ {
        self.hours.iter().flat_map(|(hour, minutes)| {
            (0..HOUR)
                .filter(move |minute| minutes >> minute & 1 == 1)
                .map(move |minute| Timestamp(hour.saturating_mul(HOUR).saturating_add(minute).saturating_mul(MINUTE)))
        })
    }
}

/// All signals of one subject.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    tracks: BTreeMap<Track, Minutes>,
    capped: bool,
}

impl Usage {
    /// Notes that something was so at a time.
    pub fn note(&mut self, track: Track, time: Timestamp) {
        self.tracks.entry(track).or_default().add(time);
        self.shrink();
    }

    /// The union with the signals of another.
    pub fn merge(&mut self, other: &Self) {
        for (track, minutes) in &other.tracks {
            self.tracks.entry(*track).or_default().merge(minutes);
        }
        self.capped |= other.capped;
        self.shrink();
    }

    fn shrink(&mut self) {
        while self.tracks.len() > TRACKS {
            self.capped = true;
            let last = self.tracks.keys().copied().max_by_key(|track| (rank(track), *track));
            if let Some(last) = last {
                self.tracks.remove(&last);
            }
        }
    }

    /// Whether nothing was noted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tracks.is_empty()
    }

    /// Whether a cap was reached.
    #[must_use]
    pub fn is_capped(&self) -> bool {
        self.capped || self.tracks.values().any(|minutes| minutes.capped)
    }

    /// The tracks in their order.
    pub fn iter(&self) -> impl Iterator<Item = (Track, &Minutes)> {
        self.tracks.iter().map(|(track, minutes)| (*track, minutes))
    }

    /// The minutes of one track; none where it has none.
    #[must_use]
    pub fn minutes(&self, track: Track) -> Option<&Minutes> {
        self.tracks.get(&track)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::arithmetic_side_effects)]

    use super::*;
    use proptest::prelude::*;

    fn at(minute: i64) -> Timestamp {
        Timestamp(minute * MINUTE + 7)
    }

    #[test]
    fn a_minute_seen_twice_is_one_minute_and_times_before_1970_are_minutes_too() {
        let mut minutes = Minutes::default();
        for minute in [0, 59, 60, 60, -1, 1_000_000] {
            minutes.add(at(minute));
        }
        assert_eq!(minutes.count(), 5);
        let found: Vec<i64> = minutes.iter().map(|time| time.nanoseconds() / MINUTE).collect();
        assert_eq!(found, [-1, 0, 59, 60, 1_000_000]);
    }

    #[test]
    fn what_is_in_another_set_can_be_left_out() {
        let (mut all, mut some) = (Minutes::default(), Minutes::default());
        (0..130).for_each(|minute| all.add(at(minute)));
        (60..125).for_each(|minute| some.add(at(minute)));
        assert_eq!(all.without(&some).count(), 65);
        assert_eq!(some.without(&all), Minutes::default());
    }

    #[test]
    fn caps_hold_and_are_told() {
        let mut usage = Usage::default();
        (0..u32::try_from(TRACKS).unwrap() * 2).for_each(|code| usage.note(Track::Measured(code), at(1)));
        assert_eq!((usage.iter().count(), usage.is_capped()), (TRACKS, true));
        let mut minutes = Minutes::default();
        (0..i64::try_from(HOURS).unwrap() + 100).for_each(|hour| minutes.add(at(hour * 60)));
        assert_eq!((minutes.hours.len(), minutes.capped), (HOURS, true));
    }

    proptest! {
        #[test]
        fn any_split_merged_in_any_order_any_number_of_times_is_the_whole(
            notes in prop::collection::vec((0_u32..400, 0_i64..400), 0..500),
            cut in 0_usize..500,
        ) {
            let fed = |notes: &[(u32, i64)]| {
                let mut usage = Usage::default();
                notes.iter().for_each(|(code, minute)| usage.note(Track::Measured(*code), at(*minute)));
                usage
            };
            let (left, right) = notes.split_at(cut.min(notes.len()));
            let (left, right) = (fed(left), fed(right));
            let mut forth = left.clone();
            forth.merge(&right);
            forth.merge(&right);
            let mut back = right;
            back.merge(&left);
            prop_assert_eq!(&forth, &back);
            prop_assert_eq!(forth, fed(&notes));
        }
    }
}
