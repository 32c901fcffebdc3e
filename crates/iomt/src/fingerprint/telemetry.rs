//! TB1: how one side of a telemetry dialog speaks, whatever the protocol.
//!
//! ```text
//! tu u b 04 10 _ 0123456789ab _ 0123456789ab       TB1
//! ││ │ │ │  │    dialog          rhythm: cadence and length of each kind of message
//! ││ │ │ │  cadence of the most frequent kind: round(log2(milliseconds)), two digits; -- for none
//! ││ │ │ different kinds of message
//! ││ │ byte order: b, l, n for text or single bytes, m mixed
//! ││ port: s below 1024, u below 49152, d above; the lower of both ends
//! │transport: t TCP, u UDP
//! ```
//! Specified in `docs/fingerprints.md`. An observer of any telemetry protocol keeps one [`Telemetry`] per direction, tells it
//! of each message, and files what it gathers with `Scene::telemetry`.

use std::collections::BTreeMap;

use iomt_wire::Timestamp;

use super::window::{Part, Window, mode};
use super::{Fingerprint, hash12};

/// The name of the scheme.
pub const SCHEME: &str = "TB1";

/// Messages of a dialog's beginning that count with their order.
const FIRST: usize = 6;

/// Messages of one kind without which its rhythm is not told.
const RHYTHM: u64 = 8;

/// Kinds of message, and different values of association parameters, kept per direction between two filings.
const KINDS: usize = 32;

/// The longest value of an association parameter.
const LONGEST: usize = 64;

/// In which order a protocol writes the bytes of its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ByteOrder {
    /// Most significant first.
    Big,
    /// Least significant first.
    Little,
    /// Text, or single bytes.
    None,
}

impl ByteOrder {
    const fn letter(self) -> &'static str {
        match self {
            Self::Big => "b",
            Self::Little => "l",
            Self::None => "n",
        }
    }
}

/// What is gathered of one direction of one dialog.
///
/// ```
/// use iomt::Timestamp;
/// use iomt::fingerprint::telemetry::{ByteOrder, Telemetry};
///
/// let mut monitor = Telemetry::new(ByteOrder::Big);
/// monitor.open();
/// monitor.parameter("protocol-version", "80000000");
/// monitor.message("association accept", 210, Timestamp::new(1, 0));
/// assert_eq!(monitor.take().count(), 3);
/// ```
#[derive(Clone, Debug)]
pub struct Telemetry {
    order: ByteOrder,
    /// The kinds of the first messages; none once they are told, or when the beginning was not seen.
    first: Option<Vec<&'static str>>,
    last: BTreeMap<&'static str, Timestamp>,
    parts: BTreeMap<Part, u64>,
    messages: u64,
}

impl Telemetry {
    /// Nothing yet; the beginning of the dialog counts as not seen until [`open`](Self::open).
    #[must_use]
    pub const fn new(order: ByteOrder) -> Self {
        Self { order, first: None, last: BTreeMap::new(), parts: BTreeMap::new(), messages: 0 }
    }

    /// The dialog begins here: the next message is its first.
    pub fn open(&mut self) {
        self.first = Some(Vec::with_capacity(FIRST));
    }

    /// Something was lost: what comes next is not what follows, and no interval is known.
    pub fn gap(&mut self) {
        self.first = None;
        self.last.clear();
    }

    /// A parameter of the association that tells an implementation: a version, a profile. Never a name, a number of a unit or an
    /// address. Shown in clear and hashed.
    pub fn parameter(&mut self, name: &'static str, value: &str) {
        let known = self.parts.keys().filter(|part| part.kind == "parameter").count();
        if known < KINDS {
            let value = value.chars().filter(|c| c.is_ascii_graphic() && !matches!(c, ';' | '=')).take(LONGEST);
            let part = Part { kind: "parameter", value: format!("{name}:{}", value.collect::<String>()) };
            self.count(part);
        }
    }

    /// A message of this kind and length in bytes was sent.
    pub fn message(&mut self, kind: &'static str, length: usize, time: Timestamp) {
        self.messages = self.messages.saturating_add(1);
        if let Some(first) = &mut self.first {
            first.push(kind);
            if first.len() >= FIRST {
                let value = first.join(",");
                self.first = None;
                self.count(Part { kind: "first", value });
            }
        }
        if self.last.len() >= KINDS && !self.last.contains_key(kind) {
            return;
        }
        if let Some(before) = self.last.insert(kind, time)
            && let Some(step) = cadence(before, time)
        {
            self.count(Part { kind: "cadence", value: format!("{kind}:{step:02}") });
        }
        self.count(Part { kind: "length", value: format!("{kind}:{}", length_class(length)) });
        self.count(Part { kind: "order", value: self.order.letter().to_owned() });
    }

    /// Messages since the parts were last taken.
    #[must_use]
    pub const fn pending(&self) -> u64 {
        self.messages
    }

    /// Hands over what was gathered since the last time, with counts.
    pub fn take(&mut self) -> impl Iterator<Item = (Part, u64)> + use<> {
        self.messages = 0;
        core::mem::take(&mut self.parts).into_iter()
    }

    fn count(&mut self, part: Part) {
        let count = self.parts.entry(part).or_default();
        *count = count.saturating_add(1);
    }
}

/// The interval as round(log2(milliseconds)): the borders lie between the powers of two, where no device sets its period. None
/// when time ran backwards.
fn cadence(before: Timestamp, now: Timestamp) -> Option<u32> {
    let nanoseconds = u64::try_from(now.nanoseconds().checked_sub(before.nanoseconds())?).ok()?;
    let milliseconds = u128::from(nanoseconds / 1_000_000);
    // log2 of the square is twice the logarithm, so adding one and halving rounds.
    let square = milliseconds.saturating_mul(milliseconds);
    Some(square.checked_ilog2().map_or(0, |log| log.saturating_add(1) / 2))
}

/// The length of a message, four classes to the octave: two lengths of one class differ by less than a quarter.
fn length_class(length: usize) -> String {
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    match length.checked_ilog2() {
        Some(log) if log >= 2 => {
            let shift = log.saturating_sub(2);
            format!("{}", (length >> shift) << shift)
        }
        _ => length.to_string(),
    }
}

/// The class of a dialog's port: the lower one of both ends, so that it does not matter who was heard first.
#[must_use]
pub fn port_class(one: u16, other: u16) -> char {
    match one.min(other) {
        0..=1023 => 's',
        1024..=49_151 => 'u',
        _ => 'd',
    }
}

/// The fingerprint of a window.
#[must_use]
pub fn read(window: &Window<'_>) -> Fingerprint {
    let order = match window.set("order", "", "").as_str() {
        "" => "-".to_owned(),
        one if one.len() == 1 => one.to_owned(),
        _ => "m".to_owned(),
    };
    let mut lengths: BTreeMap<&str, BTreeMap<u32, u64>> = BTreeMap::new();
    let mut cadences: BTreeMap<&str, BTreeMap<u32, u64>> = BTreeMap::new();
    for (kind, into) in [("length", &mut lengths), ("cadence", &mut cadences)] {
        for (value, count) in window.values(kind) {
            if let Some((message, number)) = value.rsplit_once(':')
                && let Ok(number) = number.parse()
            {
                into.entry(message).or_default().insert(number, count);
            }
        }
    }
    let often =
        |histogram: &BTreeMap<u32, u64>| histogram.values().fold(0_u64, |sum, count| sum.saturating_add(*count));
    let modal = |histogram: Option<&BTreeMap<u32, u64>>| {
        mode(histogram.into_iter().flatten().map(|(number, count)| (*number, *count)))
    };
    let busiest = mode(lengths.iter().map(|(kind, histogram)| (*kind, often(histogram))));
    let beat = busiest.and_then(|kind| modal(cadences.get(kind)));
    let two = |number: Option<u32>| number.map_or_else(|| "--".to_owned(), |number| format!("{:02}", number.min(99)));
    let rhythm: Vec<String> = lengths
        .iter()
        .filter(|(_, histogram)| often(histogram) >= RHYTHM)
        .map(|(kind, histogram)| {
            format!("{kind}:{}:{}", two(modal(cadences.get(kind))), modal(Some(histogram)).unwrap_or_default())
        })
        .collect();
    let first = window.set("first", "/", "-");
    let parameters = window.set("parameter", ",", "-");
    let transport = window.set("transport", "+", "--");
    let protocol = window.set("protocol", "+", "-");

    let mut missing = Vec::new();
    if window.count("first") == 0 {
        missing.push(format!("first {FIRST} messages"));
    }
    if rhythm.is_empty() {
        missing.push(format!("{RHYTHM} messages of one kind"));
    }
    let readable = format!("t{transport}{order}{:02}{}", lengths.len().min(99), two(beat));
    let family = format!("{protocol}|{order}|{first}");
    let dialog = hash12(&format!("{family}|{parameters}"));
    let rhythm_hash = if rhythm.is_empty() { "-".to_owned() } else { hash12(&rhythm.join(";")) };
    Fingerprint {
        scheme: SCHEME,
        text: format!("{readable}_{dialog}_{rhythm_hash}"),
        family: hash12(&family),
        raw: format!("{readable}_{family}|{parameters}_{}", rhythm.join(";")),
        clear: window
            .values("parameter")
            .filter_map(|(value, _)| value.split_once(':'))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect(),
        missing,
        count: window.count("length"),
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects)]
mod tests {
    use super::*;

    /// A monitor that answers polls each 1024 ms after its association; constructed.
    fn monitor(polls: i64, jitter: i64) -> Vec<(Part, u64)> {
        let mut side = Telemetry::new(ByteOrder::Big);
        side.open();
        side.parameter("protocol-version", "80000000");
        side.message("association accept", 210, Timestamp(0));
        side.message("mds create", 310, Timestamp(1_000_000));
        for poll in 1..=polls {
            side.message(
                "poll result",
                1100 + usize::try_from(poll % 3).unwrap(),
                Timestamp((poll * 1024 + poll % 2 * jitter) * 1_000_000),
            );
        }
        let place = |kind, value: &str| (Part { kind, value: value.to_owned() }, 1);
        side.take().chain([place("transport", "uu"), place("protocol", "intellivue")]).collect()
    }

    fn print<'a>(parts: impl IntoIterator<Item = &'a (Part, u64)>) -> Fingerprint {
        let parts: Vec<(String, u64)> = parts.into_iter().map(|(part, count)| (part.to_string(), *count)).collect();
        let mut window = Window::default();
        for (part, count) in &parts {
            window.add(part, *count);
        }
        read(&window)
    }

    #[test]
    fn golden_telemetry() {
        let made = print(&monitor(20, 0));
        let family = "intellivue|b|association accept,mds create,poll result,poll result,poll result,poll result";
        assert_eq!(
            made.text,
            format!(
                "tuub0310_{}_{}",
                hash12(&format!("{family}|protocol-version:80000000")),
                hash12("poll result:10:1024")
            )
        );
        assert_eq!(made.text, "tuub0310_899714afac98_089c70712873");
        assert_eq!(made.family, hash12(family));
        assert_eq!((made.count, made.missing.len()), (22, 0));
        assert_eq!(made.clear, [("protocol-version".to_owned(), "80000000".to_owned())]);
    }

    #[test]
    fn neither_order_nor_jitter_nor_the_number_of_messages_changes_it() {
        let made = print(&monitor(20, 0));
        let mut backwards = monitor(20, 90);
        backwards.reverse();
        assert_eq!(print(&backwards), made);
        let mut twice = monitor(20, 0);
        twice.extend(monitor(400, 15));
        assert_eq!(print(&twice).text, made.text);
    }

    #[test]
    fn a_dialog_joined_in_the_middle_is_partial_and_keeps_its_rhythm() {
        let whole = print(&monitor(20, 0));
        let mut side = Telemetry::new(ByteOrder::Big);
        for poll in 1..=20 {
            side.message("poll result", 1100, Timestamp(poll * 1_024_000_000));
        }
        let made = print(&side.take().collect::<Vec<_>>());
        assert_eq!(made.missing, ["first 6 messages"]);
        assert_eq!(made.text.rsplit('_').next(), whole.text.rsplit('_').next());
    }

    #[test]
    fn a_loss_ends_the_beginning_and_makes_no_interval() {
        let mut side = Telemetry::new(ByteOrder::Little);
        side.open();
        side.message("a", 4, Timestamp(0));
        side.gap();
        side.message("a", 4, Timestamp(1_000_000_000));
        let kinds: Vec<&str> = side.take().map(|(part, _)| part.kind).collect();
        assert_eq!(kinds, ["length", "order"]);
    }

    #[test]
    fn usual_periods_lie_inside_their_class() {
        let class = |from: i64, to: i64| cadence(Timestamp(from), Timestamp(to));
        for (milliseconds, expected) in
            [(0, 0), (1, 0), (128, 7), (250, 8), (256, 8), (270, 8), (1000, 10), (1024, 10), (1100, 10), (12_000, 14)]
        {
            assert_eq!(class(0, milliseconds * 1_000_000), Some(expected), "{milliseconds}");
        }
        assert_eq!(class(1, 0), None);
    }

    #[test]
    fn lengths_are_told_four_to_the_octave() {
        assert_eq!(
            [0, 3, 7, 100, 127, 1100, 1279, 1280].map(length_class),
            ["0", "3", "7", "96", "112", "1024", "1024", "1280"]
        );
    }

    #[test]
    fn memory_is_bounded_whatever_is_sent() {
        let mut side = Telemetry::new(ByteOrder::None);
        for length in 0..100_000 {
            side.parameter("profile", &length.to_string());
            side.message("a", length, Timestamp(0));
        }
        assert!(side.take().count() < 200);
    }
}
