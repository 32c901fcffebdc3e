//! The fingerprints of a record: those that one message showed, and those that are read from a set of parts.

use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::{Attribute, Place, Value};
use crate::fingerprint::window::Window;
use crate::reasoning::inventory::Fingerprint;
use crate::reasoning::record::{Record, Told};

/// All fingerprints, sorted.
pub(super) fn fingerprints(record: &Record) -> Vec<Fingerprint> {
    let mut prints: Vec<Fingerprint> = at_once(record).chain(windows(record)).collect();
    prints.sort();
    prints
}

/// Fingerprints that were complete, or as complete as they would be, when they were filed. What is missing stands behind the scheme.
fn at_once(record: &Record) -> impl Iterator<Item = Fingerprint> {
    record.values(Attribute::Fingerprint).filter_map(|(value, told)| {
        let (scheme, missing) = value.qualifier().split_once(' ').unwrap_or((value.qualifier(), ""));
        let count = told.iter().map(|(_, tally)| tally.count()).fold(0, u64::saturating_add);
        Some(Fingerprint {
            complete: missing.is_empty(),
            missing: missing.split(", ").filter(|what| !what.is_empty()).map(str::to_owned).collect(),
            ..at(first(told)?, scheme.to_owned(), value.bare().to_owned(), count)
        })
    })
}

/// The parts of one dialog, and where the first of them was seen.
#[derive(Default)]
struct Dialog<'a> {
    window: Window<'a>,
    first: Option<&'a Place>,
}

/// Fingerprints of sets of parts, one for each dialog, and one for each family of them.
fn windows(record: &Record) -> Vec<Fingerprint> {
    let mut dialogs: BTreeMap<&str, Dialog<'_>> = BTreeMap::new();
    for (value, told) in record.values(Attribute::Habit) {
        let Value::Pair(dialog, part) = value else { continue };
        let dialog = dialogs.entry(dialog).or_default();
        for (_, tally) in told.iter() {
            dialog.window.add(part, tally.count());
        }
        dialog.first = [dialog.first, first(told)].into_iter().flatten().min();
    }
    let mut prints = Vec::new();
    let mut families: BTreeMap<(String, String), (&Place, bool, u64)> = BTreeMap::new();
    for (dialog, Dialog { mut window, first }) in dialogs {
        if record.is_capped() {
            window.capped();
        }
        let scheme = dialog.split(' ').next().unwrap_or(dialog);
        let Some((print, first)) = window.read(scheme).zip(first) else { continue };
        let complete = print.missing.is_empty();
        let family = families.entry((format!("{}-family", print.scheme), print.family)).or_insert((first, false, 0));
        *family = (family.0.min(first), family.1 | complete, family.2.saturating_add(print.count));
        let mut clear: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (name, value) in print.clear {
            clear.entry(name).or_default().insert(value);
        }
        let (scheme, value, missing, raw) = (print.scheme.to_owned(), print.text, print.missing, print.raw);
        prints.push(Fingerprint { complete, missing, clear, raw, ..at(first, scheme, value, print.count) });
    }
    for ((scheme, value), (first, complete, count)) in families {
        prints.push(Fingerprint { complete, ..at(first, scheme, value, count) });
    }
    prints
}

/// A complete fingerprint with nothing beside it.
fn at(first: &Place, scheme: String, value: String, count: u64) -> Fingerprint {
    Fingerprint {
        scheme,
        value,
        complete: true,
        missing: Vec::new(),
        clear: BTreeMap::new(),
        raw: String::new(),
        frame: first.frame,
        input: (*first.input).to_owned(),
        count,
    }
}

fn first(told: Told<'_>) -> Option<&Place> {
    told.iter().map(|(_, tally)| tally.first()).min()
}
