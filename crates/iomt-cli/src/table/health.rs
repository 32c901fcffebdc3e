//! How well the input could be read, in a line.

use indicatif::{HumanBytes, HumanCount};
use iomt::Health;

use crate::words::count;

/// One line, or two when something was lost.
pub(super) fn line(health: &Health) -> String {
    let many = |number: u64, one: &str| {
        let plural = if number == 1 { "" } else { "s" };
        format!("{} {one}{plural}", HumanCount(number))
    };
    let mut said = Vec::new();
    if health.frames > 0 {
        said.push(many(health.frames, "frame"));
        said.push(HumanBytes(health.bytes).to_string());
        said.push(many(health.streams, "stream"));
    } else {
        said.push(HumanBytes(health.bytes).to_string());
    }
    said.push(many(health.messages, "message"));
    said.push(if health.gaps == 0 { "no gaps".to_owned() } else { many(health.gaps, "gap") });
    if health.encrypted_streams > 0 {
        said.push(format!("{} encrypted", many(health.encrypted_streams, "stream")));
    }
    if health.messages_damaged > 0 {
        said.push(format!("{} damaged", many(health.messages_damaged, "message")));
    }
    if health.undecoded_frames > 0 {
        said.push(format!("{} not decoded", many(health.undecoded_frames, "frame")));
    }
    let mut text = format!("Read {}.\n", said.join(", "));
    if health.is_damaged() {
        let places = count(health.damage.len(), "place");
        let limits = count(health.limits_hit.len(), "limit");
        text.push_str(&format!("Damaged in {places}, {limits} reached: see standard error or the JSON health.\n"));
    }
    text
}
