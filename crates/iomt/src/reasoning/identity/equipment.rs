//! Pieces of equipment: what was said of one, by whomever.

use core::net::IpAddr;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use super::groups::Groups;
use crate::evidence::{Attribute, BEHIND_TERMINAL_SERVER, EquipmentKey, Subject, Value, WHOLE};
use crate::knowledge::Knowledge;
use crate::reasoning::decision::{Shown, same_vendor, shown};
use crate::reasoning::ledger::Ledger;
use crate::reasoning::record::Record;

/// One piece of equipment with all that was said of it.
#[derive(Clone, Debug, Default)]
pub(super) struct Equipment<'a> {
    pub(super) key: EquipmentKey,
    /// The ledger's own where only one said something, so that a flood of devices is not held twice.
    pub(super) record: Cow<'a, Record>,
    pub(super) speakers: Vec<Speaker<'a>>,
    /// What was read from files, or said in objects that others made.
    unspoken: Vec<&'a Record>,
}

/// Who spoke of a piece of equipment, and what.
#[derive(Clone, Debug)]
pub(super) struct Speaker<'a> {
    pub(super) address: IpAddr,
    pub(super) protocol: &'static str,
    pub(super) record: &'a Record,
}

impl Speaker<'_> {
    /// In how many messages.
    pub(super) fn count(&self) -> u64 {
        self.record.activity().map_or(1, |activity| activity.messages)
    }

    /// The first fact.
    pub(super) fn first(&self) -> Option<Shown> {
        let (_, value, source, tally) = self.record.all().min_by_key(|(.., tally)| tally.first())?;
        Some(shown(value.bare(), source, tally))
    }

    /// Whether its frames came from the hardware address that it states.
    pub(super) fn is_at_its_mac(&self) -> bool {
        self.record.values(Attribute::Mac).any(|(_, told)| {
            let from = |kind| told.sources().any(|source| source.kind == kind);
            from("claimed-address") && from("seen-address")
        })
    }

    /// Whether a conversation about it was seen from its beginning to its end, so that what it lacks was not said.
    pub(super) fn whole(&self) -> bool {
        self.record.has(Attribute::Sign, &Value::text(WHOLE))
    }

    /// Whether it was a terminal server that carried what the equipment said.
    pub(super) fn behind(&self) -> bool {
        self.record.has(Attribute::Sign, &Value::text(BEHIND_TERMINAL_SERVER))
    }
}

impl<'a> Equipment<'a> {
    /// Whether something tells it from others of its model.
    pub(super) fn is_distinct(&self) -> bool {
        self.key.is_unit() || !self.key.instance.is_empty()
    }

    /// Takes out what some speakers said of it, each with what `to` makes of the speaker, as pieces of their own.
    pub(super) fn split_off<K: Ord>(&mut self, to: impl Fn(&Speaker<'_>) -> Option<K>) -> BTreeMap<K, Self> {
        let mut parts = BTreeMap::<K, Self>::new();
        for speaker in core::mem::take(&mut self.speakers) {
            match to(&speaker) {
                Some(part) => parts.entry(part).or_default().speakers.push(speaker),
                None => self.speakers.push(speaker),
            }
        }
        for part in parts.values_mut() {
            part.key.clone_from(&self.key);
            part.put_together();
        }
        self.put_together();
        parts
    }

    /// What was said of it by none of its own addresses.
    pub(super) fn said_by_others(&self, is_own: impl Fn(IpAddr) -> bool) -> impl Iterator<Item = &'a Record> {
        let others = self.speakers.iter().filter(move |speaker| !is_own(speaker.address));
        self.unspoken.iter().copied().chain(others.map(|speaker| speaker.record))
    }

    fn put_together(&mut self) {
        let mut said = self.unspoken.iter().copied().chain(self.speakers.iter().map(|speaker| speaker.record));
        self.record = match (said.next(), said.next()) {
            (Some(only), None) => Cow::Borrowed(only),
            (first, second) => Cow::Owned(Record::together(first.into_iter().chain(second).chain(said))),
        };
    }
}

/// Puts together what was said of one piece of equipment.
///
/// The same EUI-64, serial number or UDI within vendor and model is the same device. What lacks some of these joins the one
/// device that it agrees with, if there is just one. Without any of the three, model and station name within the vendor decide;
/// and what has a station name joins the one device of its model and station that has a number, if there is just one. What is known
/// of two devices in the end may be the same in everything; then they are one.
pub(super) fn gather<'a>(ledger: &'a Ledger, knowledge: &Knowledge) -> Vec<Equipment<'a>> {
    let mut said: Vec<(&EquipmentKey, Option<IpAddr>, &'static str, &'a Record)> = ledger
        .records()
        .filter_map(|(subject, record)| match subject {
            Subject::Equipment { key, speaker, protocol } => Some((key, *speaker, *protocol, record)),
            Subject::Endpoint(_) | Subject::Encrypted(_) => None,
        })
        .collect();
    said.sort_by_key(|(key, speaker, protocol, _)| (*key, *speaker, *protocol));

    let mut keys: Vec<Known<'_>> = Vec::new();
    for (key, ..) in &said {
        if keys.last().is_none_or(|last| last.key != *key) {
            keys.push(Known { key, vendor: same_vendor(&key.manufacturer, knowledge) });
        }
    }
    let groups = group(&keys);

    let mut pieces: BTreeMap<usize, Equipment<'_>> = BTreeMap::new();
    for (key, speaker, protocol, record) in said {
        let Ok(number) = keys.binary_search_by_key(&key, |known| known.key) else { continue };
        let Some(group) = groups.get(number) else { continue };
        let piece = pieces.entry(*group).or_default();
        fill(&mut piece.key, key);
        match speaker {
            Some(address) => piece.speakers.push(Speaker { address, protocol, record }),
            None => piece.unspoken.push(record),
        }
    }
    let mut pieces = without_twins(pieces.into_values(), knowledge);
    pieces.iter_mut().for_each(Equipment::put_together);
    pieces
}

/// Pieces of which everything that could tell them apart is the same are one: each could have been joined by what the other lacks,
/// had either said it.
fn without_twins<'a>(pieces: impl Iterator<Item = Equipment<'a>>, knowledge: &Knowledge) -> Vec<Equipment<'a>> {
    let mut first_with = BTreeMap::<EquipmentKey, usize>::new();
    let mut distinct: Vec<Equipment<'_>> = Vec::new();
    for piece in pieces {
        let vendor = same_vendor(&piece.key.manufacturer, knowledge);
        let twin = first_with.get(&EquipmentKey { manufacturer: vendor.clone(), ..piece.key.clone() }).copied();
        if let Some(first) = twin.and_then(|twin| distinct.get_mut(twin)) {
            first.speakers.extend(piece.speakers);
            first.unspoken.extend(piece.unspoken);
        } else {
            first_with.insert(EquipmentKey { manufacturer: vendor, ..piece.key.clone() }, distinct.len());
            distinct.push(piece);
        }
    }
    distinct
}

/// A key with its vendor.
struct Known<'a> {
    key: &'a EquipmentKey,
    vendor: Box<str>,
}

impl Known<'_> {
    /// Whether two keys do not contradict each other in anything that tells devices apart; the station may be renamed.
    fn agrees(&self, other: &Self) -> bool {
        let agree = |a: &str, b: &str| a.is_empty() || b.is_empty() || a == b;
        agree(&self.vendor, &other.vendor)
            && agree(&self.key.model, &other.key.model)
            && agree(&self.key.serial, &other.key.serial)
            && agree(&self.key.eui64, &other.key.eui64)
            && agree(&self.key.udi, &other.key.udi)
            && agree(&self.key.product, &other.key.product)
    }
}

/// Which keys are one device: the number of the group for each key.
fn group(keys: &[Known<'_>]) -> Vec<usize> {
    let mut groups = Groups::new(keys.len());
    let mut by_number: BTreeMap<(u8, &str), Vec<usize>> = BTreeMap::new();
    let mut by_station: BTreeMap<[&str; 4], Vec<usize>> = BTreeMap::new();
    for (number, Known { key, vendor }) in keys.iter().enumerate() {
        for (kind, value) in [(0, &key.eui64), (1, &key.serial), (2, &key.udi)] {
            if !value.is_empty() {
                by_number.entry((kind, value)).or_default().push(number);
            }
        }
        // A product is known by its model or, where none is said, by its device identifier.
        if !key.model.is_empty() {
            by_station.entry([vendor, &key.model, "", &key.instance]).or_default().push(number);
        } else if !key.product.is_empty() {
            by_station.entry([vendor, "", &key.product, &key.instance]).or_default().push(number);
        }
    }
    for same_number in by_number.values() {
        join_number(same_number, keys, &mut groups);
    }
    for same_station in by_station.values() {
        join_station(same_station, keys, &mut groups);
    }
    (0..keys.len()).map(|number| groups.find(number)).collect()
}

/// Joins keys that share an EUI-64, a serial number or a UDI: any two that agree, unless one of them agrees with a third that the
/// other contradicts. Then it says too little to be told whose it is, and bridges no two devices.
fn join_number(numbers: &[usize], keys: &[Known<'_>], groups: &mut Groups) {
    /// A number shared by more keys than this is a default that nobody set: it joins nothing.
    const SHARED: usize = 64;
    let sharing: Vec<(usize, &Known<'_>)> =
        numbers.iter().filter_map(|number| Some((*number, keys.get(*number)?))).collect();
    if sharing.len() > SHARED {
        return;
    }
    // With whom each agrees, a bit for each.
    let agreeing = |(_, a): &(usize, &Known<'_>)| {
        sharing.iter().rev().fold(0_u64, |agreeing, (_, b)| agreeing << 1 | u64::from(a.agrees(b)))
    };
    let mut first_with: BTreeMap<u64, usize> = BTreeMap::new();
    for each in &sharing {
        // Who agrees with the same keys agrees with each other, since each agrees with itself.
        let first = *first_with.entry(agreeing(each)).or_insert(each.0);
        groups.join(first, each.0);
    }
}

/// Joins keys of one vendor, model and station.
fn join_station(numbers: &[usize], keys: &[Known<'_>], groups: &mut Groups) {
    let unit = |number: &usize| keys.get(*number).is_some_and(|known| known.key.is_unit());
    let (units, weak): (Vec<usize>, Vec<usize>) = numbers.iter().partition(|number| unit(number));
    let units: BTreeSet<usize> = units.into_iter().map(|number| groups.find(number)).collect();
    let named =
        numbers.first().and_then(|number| keys.get(*number)).is_some_and(|known| !known.key.instance.is_empty());
    let mut joint = weak;
    if named && units.len() == 1 {
        joint.extend(units);
    }
    for pair in joint.windows(2) {
        if let [a, b] = pair {
            groups.join(*a, *b);
        }
    }
}

fn fill(into: &mut EquipmentKey, from: &EquipmentKey) {
    for (into, from) in [
        (&mut into.manufacturer, &from.manufacturer),
        (&mut into.model, &from.model),
        (&mut into.serial, &from.serial),
        (&mut into.eui64, &from.eui64),
        (&mut into.udi, &from.udi),
        (&mut into.product, &from.product),
        (&mut into.instance, &from.instance),
    ] {
        if into.is_empty() {
            into.clone_from(from);
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
        let keys: Vec<_> = keys.iter().map(|key| Known { key, vendor: key.manufacturer.clone() }).collect();
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
    fn what_says_too_little_bridges_no_two_devices() {
        assert_eq!(groups_of(&[key("ge", "ct", "1", ""), key("siemens", "ct", "1", ""), key("", "ct", "1", "")]), 3);
    }

    #[test]
    fn what_lacks_a_number_bridges_no_two_devices_that_have_different_ones() {
        let at = |serial: &str, eui64: &str| EquipmentKey { eui64: eui64.into(), ..key("ge", "ct", serial, "") };
        assert_eq!(groups_of(&[at("1", ""), at("1", "aa"), at("1", "bb")]), 3);
        assert_eq!(groups_of(&[at("", "aa"), at("1", "aa"), at("2", "aa")]), 3);
        assert_eq!(groups_of(&[at("1", ""), at("1", "aa"), at("", "aa")]), 1);
    }

    #[test]
    fn a_unique_device_identifier_tells_units_apart() {
        let pump = |udi: &str| EquipmentKey { udi: udi.into(), ..key("acme", "pump", "", "") };
        assert_eq!(groups_of(&[pump("aaa"), pump("bbb")]), 2);
        assert_eq!(groups_of(&[pump("aaa"), pump("aaa")]), 1);
    }

    #[test]
    fn without_a_serial_number_the_station_decides() {
        assert_eq!(groups_of(&[key("ge", "ct", "", "oc0"), key("ge", "ct", "", "oc1")]), 2);
        assert_eq!(groups_of(&[key("ge", "ct", "", "oc0"), key("ge", "ct", "7", "oc0")]), 1);
        let two_units = [key("ge", "ct", "", "oc0"), key("ge", "ct", "7", "oc0"), key("ge", "ct", "8", "oc0")];
        assert_eq!(groups_of(&two_units), 3, "which of the two it is, nobody said");
    }
}
