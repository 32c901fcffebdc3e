//! Pieces of equipment: what was said of one, by whomever.

use core::net::IpAddr;
use std::collections::{BTreeMap, BTreeSet};

use crate::evidence::{Attribute, EquipmentKey, Subject, Value, WHOLE};
use crate::knowledge::Knowledge;
use crate::reasoning::decision::same_vendor;
use crate::reasoning::ledger::{Ledger, Record};

/// One piece of equipment with all that was said of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Equipment {
    pub(super) key: EquipmentKey,
    pub(super) record: Record,
    pub(super) speakers: Vec<Speaker>,
}

/// Who spoke of a piece of equipment.
#[derive(Clone, Copy, Debug)]
pub(super) struct Speaker {
    pub(super) address: IpAddr,
    pub(super) protocol: &'static str,
    /// In how many messages.
    pub(super) count: u64,
    /// Whether a conversation about it was seen from its beginning to its end, so that what it lacks was not said.
    pub(super) whole: bool,
}

impl Equipment {
    /// Whether something tells it from others of its model.
    pub(super) fn is_distinct(&self) -> bool {
        !(self.key.serial.is_empty()
            && self.key.eui64.is_empty()
            && self.key.instance.is_empty()
            && self.key.udi.is_empty())
    }
}

/// Puts together what was said of one piece of equipment.
///
/// The same EUI-64, or the same serial number within vendor and model, is the same device. Without either, model and station name
/// within the vendor; and what has neither joins the one device of its model and station that has, if there is just one.
pub(super) fn gather(ledger: &Ledger, knowledge: &Knowledge) -> Vec<Equipment> {
    let mut said: Vec<(&EquipmentKey, Option<IpAddr>, &Record)> = ledger
        .records()
        .filter_map(|(subject, record)| match subject {
            Subject::Equipment { key, speaker } => Some((key, *speaker, record)),
            Subject::Endpoint(_) => None,
        })
        .collect();
    said.sort_by_key(|(key, speaker, _)| (*key, *speaker));

    let mut keys: Vec<(&EquipmentKey, Box<str>)> = Vec::new();
    for (key, ..) in &said {
        if keys.last().is_none_or(|(last, _)| last != key) {
            keys.push((key, same_vendor(&key.manufacturer, knowledge)));
        }
    }
    let groups = group(&keys);

    let mut pieces: BTreeMap<usize, Equipment> = BTreeMap::new();
    for (key, speaker, record) in said {
        let Ok(number) = keys.binary_search_by_key(&key, |(key, _)| key) else { continue };
        let Some(group) = groups.get(number) else { continue };
        let piece = pieces.entry(*group).or_default();
        fill(&mut piece.key, key);
        piece.record.absorb(record);
        if let Some(address) = speaker {
            piece.speakers.push(Speaker {
                address,
                protocol: protocol(record),
                count: record.activity().map_or(1, |activity| activity.messages),
                whole: record.has(Attribute::Sign, &Value::text(WHOLE)),
            });
        }
    }
    pieces.into_values().collect()
}

/// The protocol in which a record was filed; they are filed by one.
fn protocol(record: &Record) -> &'static str {
    [Attribute::Model, Attribute::Serial, Attribute::Eui64, Attribute::Manufacturer]
        .into_iter()
        .flat_map(|attribute| record.values(attribute))
        .flat_map(|(_, sources)| sources.keys())
        .map(|source| source.protocol)
        .next()
        .unwrap_or("unknown")
}

/// Which keys are one device: the number of the group for each key.
fn group(keys: &[(&EquipmentKey, Box<str>)]) -> Vec<usize> {
    let mut groups = Groups::new(keys.len());
    // Exact agreement first: these keys are looked up, not compared pairwise.
    let mut by_eui64: BTreeMap<&str, usize> = BTreeMap::new();
    let mut by_serial: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    let mut by_station: BTreeMap<(&str, &str, &str), Vec<usize>> = BTreeMap::new();
    for (number, (key, vendor)) in keys.iter().enumerate() {
        if !key.eui64.is_empty() {
            let first = *by_eui64.entry(&key.eui64).or_insert(number);
            groups.join(first, number);
        }
        if !key.serial.is_empty() {
            by_serial.entry(&key.serial).or_default().push(number);
        }
        if !key.model.is_empty() {
            by_station.entry((vendor, &key.model, &key.instance)).or_default().push(number);
        }
    }
    for same_serial in by_serial.values() {
        join_where(same_serial, keys, &mut groups, |(a, a_vendor), (b, b_vendor)| {
            agree(a_vendor, b_vendor)
                && agree(&a.model, &b.model)
                && agree(&a.eui64, &b.eui64)
                // A serial number alone, without vendor and model on both sides, is a number like any other.
                && (a.model == b.model || a_vendor == b_vendor)
        });
    }
    for same_station in by_station.values() {
        let strong: BTreeSet<usize> = same_station
            .iter()
            .filter(|number| keys.get(**number).is_some_and(|(key, _)| !key.serial.is_empty() || !key.eui64.is_empty()))
            .map(|number| groups.find(*number))
            .collect();
        let weak: Vec<usize> = same_station
            .iter()
            .copied()
            .filter(|number| keys.get(*number).is_some_and(|(key, _)| key.serial.is_empty() && key.eui64.is_empty()))
            .collect();
        let named =
            same_station.first().and_then(|number| keys.get(*number)).is_some_and(|(key, _)| !key.instance.is_empty());
        let mut joint = weak;
        if named && strong.len() == 1 {
            joint.extend(strong);
        }
        for pair in joint.windows(2) {
            if let [a, b] = pair {
                groups.join(*a, *b);
            }
        }
    }
    (0..keys.len()).map(|number| groups.find(number)).collect()
}

/// Joins those that agree, among the few that share a serial number.
fn join_where(
    numbers: &[usize],
    keys: &[(&EquipmentKey, Box<str>)],
    groups: &mut Groups,
    agree: impl Fn(&(&EquipmentKey, Box<str>), &(&EquipmentKey, Box<str>)) -> bool,
) {
    /// Serial numbers shared by more keys than this say nothing.
    const SHARED: usize = 64;
    for (at, a) in numbers.iter().enumerate().take(SHARED) {
        for b in numbers.iter().skip(at.saturating_add(1)).take(SHARED) {
            if let (Some(first), Some(second)) = (keys.get(*a), keys.get(*b))
                && agree(first, second)
            {
                groups.join(*a, *b);
            }
        }
    }
}

/// Whether two facts do not contradict each other.
fn agree(a: &str, b: &str) -> bool {
    a.is_empty() || b.is_empty() || a == b
}

fn fill(into: &mut EquipmentKey, from: &EquipmentKey) {
    for (into, from) in [
        (&mut into.manufacturer, &from.manufacturer),
        (&mut into.model, &from.model),
        (&mut into.serial, &from.serial),
        (&mut into.eui64, &from.eui64),
        (&mut into.udi, &from.udi),
        (&mut into.instance, &from.instance),
    ] {
        if into.is_empty() {
            into.clone_from(from);
        }
    }
}

/// Disjoint sets.
struct Groups(Vec<usize>);

impl Groups {
    fn new(len: usize) -> Self {
        Self((0..len).collect())
    }

    fn find(&self, mut number: usize) -> usize {
        while let Some(parent) = self.0.get(number).copied()
            && parent != number
        {
            number = parent;
        }
        number
    }

    /// The lower root becomes the parent, so that the groups do not depend on the order of joining.
    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        if let Some(parent) = self.0.get_mut(a.max(b)) {
            *parent = a.min(b);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(manufacturer: &str, model: &str, serial: &str, instance: &str) -> EquipmentKey {
        EquipmentKey {
            manufacturer: manufacturer.into(),
            model: model.into(),
            serial: serial.into(),
            instance: instance.into(),
            ..EquipmentKey::default()
        }
    }

    fn groups_of(keys: &[EquipmentKey]) -> usize {
        let keys: Vec<_> = keys.iter().map(|key| (key, key.manufacturer.clone())).collect();
        group(&keys).into_iter().collect::<BTreeSet<_>>().len()
    }

    #[test]
    fn a_serial_number_makes_one_device_of_two_spellings() {
        assert_eq!(groups_of(&[key("ge", "ct", "1", "a"), key("ge", "ct", "1", "b")]), 1);
        assert_eq!(groups_of(&[key("", "ct", "1", ""), key("ge", "ct", "1", "")]), 1);
    }

    #[test]
    fn another_serial_number_vendor_or_model_is_another_device() {
        assert_eq!(groups_of(&[key("ge", "ct", "1", ""), key("ge", "ct", "2", "")]), 2);
        assert_eq!(groups_of(&[key("ge", "ct", "1", ""), key("siemens", "ct", "1", "")]), 2);
        assert_eq!(groups_of(&[key("ge", "ct", "1", ""), key("ge", "mr", "1", "")]), 2);
    }

    #[test]
    fn without_a_serial_number_the_station_decides() {
        assert_eq!(groups_of(&[key("ge", "ct", "", "oc0"), key("ge", "ct", "", "oc1")]), 2);
        assert_eq!(groups_of(&[key("ge", "ct", "", "oc0"), key("ge", "ct", "7", "oc0")]), 1);
        let two_units = [key("ge", "ct", "", "oc0"), key("ge", "ct", "7", "oc0"), key("ge", "ct", "8", "oc0")];
        assert_eq!(groups_of(&two_units), 3, "which of the two it is, nobody said");
    }
}
