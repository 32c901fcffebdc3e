//! HS1 and HR1: how an application writes HL7 version 2 messages, and how it answers them.
//!
//! ```text
//! h251 - xr - s - l - 14 - d _ 0123456789ab _ 0123456789ab      HS1
//! │      │    │   │   │    │   fill           kinds of message
//! │      │    │   │   │    control id (MSH-10): absent, counter, time, GUID, ...
//! │      │    │   │   time stamp (MSH-7): digits, f for a fraction, z for a zone
//! │      │    │   character set (MSH-18)
//! │      │    separators (MSH-1, MSH-2)
//! │      framing
//! versions (MSH-12) without dots
//!
//! ra - xr - s - 14 - = - s - ana _ 0123456789ab _ 0123456789ab      HR1
//! │                  │   │   │     fill           kinds of answer
//! │                  │   │   what MSH-15 and MSH-16 asked for, and what came
//! │                  │   whether the answer turns the names of the request round
//! │                  control id, = for the request's own
//! how it acknowledges: a original mode, c enhanced mode
//! ```
//! Specified in `docs/fingerprints.md`. Each message gives [parts](super::window::Part); the fingerprint is read from their set.
//!
//! Making the parts costs many times what reading the message costs, so they are made once for all messages of a [`Shape`].

mod outline;
mod parts;
mod reply;
mod shape;

pub use outline::Outline;
pub use parts::{answer, decade, framing, latency, message};
pub use reply::{Asked, reply};
pub use shape::Shape;

use super::window::Window;
use super::{Fingerprint, hash12};

/// The name of the sender's scheme.
pub const SENDER: &str = "HS1";

/// The name of the receiver's scheme.
pub const RECEIVER: &str = "HR1";

/// Messages without which a sender is not known.
const MESSAGES: u64 = 3;

/// Answers to requests that were seen, without which a receiver is not known.
const ANSWERS: u64 = 3;

/// What is read off the header, framing and fields alike for sender and receiver: `version-framing-separators`.
fn style(window: &Window<'_>) -> String {
    format!("{}-{}", window.set("framing", "", "-"), window.set("separators", "", "-"))
}

/// The fields that a segment had in at least one message, as their numbers.
fn occupancy(window: &Window<'_>, segment: &str) -> String {
    let mut fields: Vec<u32> = window
        .values("field")
        .filter_map(|(field, _)| field.strip_prefix(segment)?.strip_prefix('-')?.parse().ok())
        .collect();
    fields.sort_unstable();
    fields.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

/// The longest of each segment, as the number of binary digits of its last field.
fn longest(window: &Window<'_>) -> String {
    let mut longest: Vec<(&str, &str)> = Vec::new();
    // Values are sorted, so the last one of a segment is its longest.
    for (value, _) in window.values("length") {
        let Some((segment, digits)) = value.split_once(':') else { continue };
        match longest.last_mut() {
            Some((known, most)) if *known == segment => *most = digits,
            _ => longest.push((segment, digits)),
        }
    }
    longest.iter().map(|(segment, digits)| format!("{segment}:{digits}")).collect::<Vec<_>>().join(",")
}

fn clear(window: &Window<'_>) -> Vec<(String, String)> {
    let names = ["MSH-3", "MSH-4", "MSH-5", "MSH-6"];
    names
        .into_iter()
        .flat_map(|field| window.values(field).map(move |(value, _)| (field.to_owned(), value.to_owned())))
        .collect()
}

/// The fingerprint of a sender.
#[must_use]
pub fn sender(window: &Window<'_>) -> Fingerprint {
    let count = window.count("kind");
    let mut missing = Vec::new();
    if count < MESSAGES {
        missing.push(format!("{MESSAGES} messages"));
    }
    let writing = format!(
        "{}-{}-{}-{}",
        style(window),
        window.set("charset", "", "-"),
        window.set("time", "+", "-"),
        window.set("control", "", "-")
    );
    let readable = format!("h{}-{writing}", window.set("version", "+", "-"));
    let header = occupancy(window, "MSH");
    let fill = format!("{header}|{}", longest(window));
    let kinds = window.set("kind", ";", "-");
    Fingerprint {
        scheme: SENDER,
        text: format!("{readable}_{}_{}", hash12(&fill), hash12(&kinds)),
        family: hash12(&format!("{writing}|{header}")),
        raw: format!("{readable}_{fill}_{kinds}"),
        clear: clear(window),
        missing,
        count,
    }
}

/// The fingerprint of a receiver.
#[must_use]
pub fn receiver(window: &Window<'_>) -> Fingerprint {
    let count = window.count("kind");
    let mut missing = Vec::new();
    if window.count("reply") < ANSWERS {
        missing.push(format!("{ANSWERS} requests with their answers"));
    }
    let writing = format!(
        "{}-{}-{}-{}",
        style(window),
        window.set("time", "+", "-"),
        window.set("control", "", "-"),
        window.set("names", "", "-")
    );
    let mode = format!("{writing}-{}", window.set("reply", "+", "-"));
    let readable = format!("r{}-{mode}", window.set("acknowledges", "", "-"));
    let fields = ["MSH", "MSA", "ERR"].map(|segment| format!("{segment}:{}", occupancy(window, segment))).join("|");
    let kinds = window.set("kind", ";", "-");
    // How long it takes depends on the network and on where it is listened to, so it stands beside the fingerprint.
    let latency = median(window).map(|decade| ("latency".to_owned(), decade));
    Fingerprint {
        scheme: RECEIVER,
        text: format!("{readable}_{}_{}", hash12(&fields), hash12(&kinds)),
        family: hash12(&format!("{writing}|{fields}")),
        raw: format!("{readable}_{fields}_{kinds}"),
        clear: clear(window).into_iter().chain(latency).collect(),
        missing,
        count,
    }
}

/// The decade of the median latency.
fn median(window: &Window<'_>) -> Option<String> {
    let all = window.count("latency");
    let mut passed = 0_u64;
    for decade in parts::DECADES {
        let here = window.values("latency").find(|(value, _)| *value == decade).map_or(0, |(_, count)| count);
        passed = passed.saturating_add(here);
        if here > 0 && passed.saturating_mul(2) >= all {
            return Some(decade.to_owned());
        }
    }
    None
}

#[cfg(test)]
mod tests;
