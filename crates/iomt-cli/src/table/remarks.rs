//! What stands below a device's name: its modules, the addresses that it only states, and what its traffic gives away.

use iomt::inventory::{Device, Finding, Module};

use crate::words::{class, fits, plain};

/// Modules are listed in so many lines; the rest is counted.
const LINES: usize = 3;

/// Stated addresses that are shown; the rest is counted.
const ADDRESSES: usize = 3;

/// The modules in words, in lines of at most `width` columns.
pub(super) fn modules(modules: &[Module], width: usize) -> Vec<String> {
    let mut named: Vec<(String, usize)> = Vec::new();
    for module in modules {
        let name = name(module);
        match named.iter_mut().find(|(known, _)| *known == name) {
            Some((_, count)) => *count = count.saturating_add(1),
            None => named.push((name, 1)),
        }
    }
    let words = named.into_iter().map(|(name, count)| if count > 1 { format!("{count} × {name}") } else { name });
    let mut lines: Vec<String> = Vec::new();
    let mut left = 0_usize;
    for word in words {
        let joined = match lines.last() {
            None => format!("with {word}"),
            Some(line) => format!("{line}, {word}"),
        };
        if lines.is_empty() {
            lines.push(joined);
        } else if fits(&joined, width) {
            lines.pop();
            lines.push(joined);
        } else if lines.len() < LINES {
            lines.push(format!("  {word}"));
        } else {
            left = left.saturating_add(1);
        }
    }
    if left > 0 {
        lines.push(format!("  and {left} more"));
    }
    lines
}

/// What a module is: its model, its class, or what its code is called.
fn name(module: &Module) -> String {
    let kind = match &module.class {
        Some(decision) => class(&decision.value),
        None => {
            module.codes.iter().find_map(|code| of_code(code)).unwrap_or_else(|| format!("module {}", module.number))
        }
    };
    match &module.serial {
        Some(serial) => format!("{kind} {}", plain(&serial.value)),
        None => kind,
    }
}

/// `ecg` of `MDC_DEV_ECG_VMD`.
fn of_code(code: &str) -> Option<String> {
    let name = code.strip_prefix("MDC_DEV_").or_else(|| code.strip_prefix("MDC_"))?;
    let name = ["_MDS", "_VMD", "_CHAN"].iter().find_map(|level| name.strip_suffix(level)).unwrap_or(name);
    Some(plain(&name.to_lowercase().replace('_', " ")))
}

/// Addresses that the data state and under which the device was not seen. A link-local one only repeats the hardware address.
pub(super) fn stated(device: &Device) -> Vec<String> {
    let stated = device.claimed_addresses.iter().filter(|address| !address.value.starts_with("fe80:"));
    let stated: Vec<_> = stated.collect();
    if stated.is_empty() {
        return Vec::new();
    }
    let mut lines = vec!["states".to_owned()];
    lines.extend(stated.iter().take(ADDRESSES).map(|address| plain(&address.value)));
    let left = stated.len().saturating_sub(ADDRESSES);
    if left > 0 {
        lines.push(format!("and {left} more"));
    }
    lines
}

/// What an engineer has to act upon. That nothing is encrypted holds for nearly all of these protocols, so it is in the document and not here.
pub(super) fn findings(device: &Device) -> Vec<String> {
    let mut lines: Vec<String> = device.security.iter().filter_map(words).collect();
    lines.dedup();
    lines
}

fn words(Finding { kind, detail, .. }: &Finding) -> Option<String> {
    let detail = plain(detail);
    let text = match (kind.as_str(), detail.as_str()) {
        ("no-encryption" | "protocol-version", _) => return None,
        ("clear-text-credentials", field) => format!("password in {field}"),
        ("processing-id", "T") => "marked as training".to_owned(),
        ("processing-id", "D") => "marked as debugging".to_owned(),
        ("clock-skew" | "clock-skew-but-for-zone", range) => {
            // Up to a minute clocks drift between two settings.
            if range.ends_with(" s") || range.ends_with("to 1 min") {
                return None;
            }
            format!(
                "clock {}",
                range.replace("by ", "").replace("more than any zone", "> 14 h").replace("more than", ">")
            )
        }
        ("eui64-of-another-maker", maker) => format!("EUI-64 is of {maker}"),
        ("device-code-contradicts-name", code) => format!("code {code} and its name differ"),
        (kind, detail) => format!("{} {detail}", kind.replace('-', " ")),
    };
    Some(format!("! {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(kind: &str, detail: &str) -> Option<String> {
        let (kind, detail) = (kind.to_owned(), detail.to_owned());
        words(&Finding { kind, detail, protocol: "hl7", count: 1, evidence: Vec::new() })
    }

    #[test]
    fn findings_are_words_and_what_everyone_does_is_none() {
        assert_eq!(finding("no-encryption", "MLLP"), None);
        assert_eq!(finding("clock-skew", "within 2 s"), None);
        assert_eq!(finding("clock-skew", "behind by 10 s to 1 min"), None);
        for (kind, detail, expected) in [
            ("clear-text-credentials", "MSH-8", "! password in MSH-8"),
            ("clock-skew", "ahead by more than 1 day", "! clock ahead > 1 day"),
            ("clock-skew", "behind by more than any zone", "! clock behind > 14 h"),
            ("processing-id", "T", "! marked as training"),
            ("of-a-later-version", "x\u{202e}y", "! of a later version xy"),
        ] {
            assert_eq!(finding(kind, detail).as_deref(), Some(expected));
        }
    }

    #[test]
    fn a_code_without_a_class_is_called_by_its_name() {
        assert_eq!(of_code("MDC_DEV_METER_PRESS_BLD_VMD").as_deref(), Some("meter press bld"));
        assert_eq!(of_code("69798"), None);
    }
}
