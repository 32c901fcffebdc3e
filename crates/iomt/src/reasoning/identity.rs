//! Who is one device, and who only speaks for it; decided when the inventory is read.
//!
//! 1. Addresses of one host are put together ([`hosts`]): by hardware address, unless that is a router's.
//! 2. What was said of equipment is put together ([`equipment`]): by serial number or EUI-64 within a vendor, else by model and
//!    station, never by the address of who spoke.
//! 3. Each host is weighed against the equipment that it speaks of ([`attribution`]): no sign of relaying and one
//!    consistent identity make them one device. Otherwise both are listed, with the relation between them.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest as _, Sha256};

use super::inventory::{Active, Addresses, Device, Kind, Relation};
use super::ledger::{Ledger, Record};
use crate::evidence::{Attribute, Subject, Value};
use crate::knowledge::Knowledge;

mod attribution;
mod describe;
mod equipment;
mod hosts;

use attribution::{Verdict, weigh};
use equipment::{Equipment, gather};
use hosts::{Host, Hosts};

/// How a host spoke about a piece of equipment, under all of its addresses.
#[derive(Debug)]
struct Told {
    protocol: &'static str,
    count: u64,
    whole: bool,
}

/// Who spoke about a piece of equipment: a host, how often, and whether the two are one.
#[derive(Debug)]
struct Tie {
    host: usize,
    equipment: usize,
    protocol: &'static str,
    count: u64,
    verdict: Verdict,
}

/// All devices of a ledger, in their fixed order.
pub(crate) fn devices(ledger: &Ledger, knowledge: &Knowledge) -> Vec<Device> {
    let hosts = Hosts::find(ledger);
    let gathered = gather(ledger, knowledge);
    let ties = tie(&hosts, &gathered, knowledge);
    let (equipment, ties) = split_the_indistinct(gathered, ties);

    let mut ids: Vec<String> = Vec::with_capacity(equipment.len());
    for (number, piece) in equipment.iter().enumerate() {
        let own =
            ties.iter().find(|tie| tie.equipment == number && tie.verdict.same).and_then(|tie| hosts.get(tie.host));
        ids.push(equipment_id(piece, own, knowledge));
    }
    let host_id = |number: usize| -> String {
        match ties.iter().find(|tie| tie.host == number && tie.verdict.same) {
            Some(own) => ids.get(own.equipment).cloned().unwrap_or_default(),
            None => hosts.get(number).map(endpoint_id).unwrap_or_default(),
        }
    };

    let mut devices = Vec::new();
    for (number, piece) in equipment.iter().enumerate() {
        let mut record = piece.record.clone();
        let mut addresses = Addresses::default();
        let mut relations = Vec::new();
        for tie in ties.iter().filter(|tie| tie.equipment == number) {
            let Some(host) = hosts.get(tie.host) else { continue };
            if tie.verdict.same {
                record.absorb(&host.record);
                addresses = host.addresses(addresses);
            } else {
                let kind = if tie.verdict.relays { "relayed-by" } else { "spoken-for-by" };
                relations.push(relation(kind, host_id(tie.host), tie));
            }
        }
        for (host, protocol, count) in stored_at(piece, &hosts) {
            let device = host_id(host);
            if ids.get(number) != Some(&device) {
                relations.push(Relation { kind: "archived-by", device, protocol, count, signs: Vec::new() });
            }
        }
        let id = ids.get(number).cloned().unwrap_or_default();
        devices.push(finish(id, Kind::Equipment, &record, addresses, relations, knowledge));
    }
    for (number, host) in hosts.iter().enumerate() {
        if !host.is_medical() || ties.iter().any(|tie| tie.host == number && tie.verdict.same) {
            continue;
        }
        let mut relations = Vec::new();
        for tie in ties.iter().filter(|tie| tie.host == number) {
            let kind = if tie.verdict.relays { "relays" } else { "speaks-for" };
            relations.push(relation(kind, ids.get(tie.equipment).cloned().unwrap_or_default(), tie));
        }
        for (piece, id) in equipment.iter().zip(&ids) {
            for (_, protocol, count) in stored_at(piece, &hosts).into_iter().filter(|(host, ..)| *host == number) {
                let device = id.clone();
                relations.push(Relation { kind: "archives", device, protocol, count, signs: Vec::new() });
            }
        }
        let addresses = host.addresses(Addresses::default());
        devices.push(finish(endpoint_id(host), Kind::Endpoint, &host.record, addresses, relations, knowledge));
    }
    devices.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
    devices
}

/// Weighs every host against every piece of equipment that it speaks of.
fn tie(hosts: &Hosts, equipment: &[Equipment], knowledge: &Knowledge) -> Vec<Tie> {
    let mut spoken: BTreeMap<usize, BTreeMap<usize, Told>> = BTreeMap::new();
    for (number, piece) in equipment.iter().enumerate() {
        for speaker in &piece.speakers {
            if let Some(host) = hosts.of(speaker.address) {
                let unheard = Told { protocol: speaker.protocol, count: 0, whole: false };
                let told = spoken.entry(host).or_default().entry(number).or_insert(unheard);
                told.count = told.count.saturating_add(speaker.count);
                told.whole |= speaker.whole;
            }
        }
    }
    let mut ties = Vec::new();
    for (host, pieces) in &spoken {
        let Some(speaker) = hosts.get(*host) else { continue };
        for (number, told) in pieces {
            let Some(piece) = equipment.get(*number) else { continue };
            let verdict = weigh(speaker, piece, pieces.len(), told, knowledge);
            ties.push(Tie { host: *host, equipment: *number, protocol: told.protocol, count: told.count, verdict });
        }
    }
    ties
}

/// Equipment that says neither its serial number nor its station may be several of a kind: where several hosts are each such a
/// device, each is one.
fn split_the_indistinct(equipment: Vec<Equipment>, mut ties: Vec<Tie>) -> (Vec<Equipment>, Vec<Tie>) {
    let mut all = equipment;
    for number in 0..all.len() {
        if all.get(number).is_none_or(Equipment::is_distinct) {
            continue;
        }
        let own: Vec<usize> =
            ties.iter().filter(|tie| tie.equipment == number && tie.verdict.same).map(|tie| tie.host).collect();
        for host in own.into_iter().skip(1) {
            let Some(copy) = all.get(number).cloned() else { continue };
            let another = all.len();
            all.push(copy);
            for tie in ties.iter_mut().filter(|tie| tie.equipment == number && tie.host == host) {
                tie.equipment = another;
            }
        }
    }
    (all, ties)
}

/// The hosts that accepted objects of a piece of equipment.
fn stored_at(piece: &Equipment, hosts: &Hosts) -> BTreeSet<(usize, &'static str, u64)> {
    let mut found = BTreeSet::new();
    for (value, sources) in piece.record.values(Attribute::Peer) {
        let Value::Pair(kind, address) = value else { continue };
        if &**kind != "stored-at" {
            continue;
        }
        let Some(host) = address.parse().ok().and_then(|address| hosts.of(address)) else { continue };
        for (source, tally) in sources {
            found.insert((host, source.protocol, tally.count()));
        }
    }
    found
}

fn relation(kind: &'static str, device: String, tie: &Tie) -> Relation {
    Relation { kind, device, protocol: tie.protocol, count: tie.count, signs: tie.verdict.signs.clone() }
}

fn finish(
    id: String,
    kind: Kind,
    record: &Record,
    addresses: Addresses,
    mut relations: Vec<Relation>,
    knowledge: &Knowledge,
) -> Device {
    relations.sort();
    relations.dedup();
    let mut device = describe::device(id, kind, record, addresses, knowledge, &relations);
    device.activity = record.activity().map(|seen| Active {
        first: seen.first,
        last: seen.last,
        flows: seen.flows,
        messages: seen.messages,
    });
    device.relations = relations;
    device
}

/// The id of equipment: of what identifies it best, so that every capture which shows that gives the same id.
fn equipment_id(piece: &Equipment, own: Option<&Host>, knowledge: &Knowledge) -> String {
    let key = &piece.key;
    let vendor = super::decision::same_vendor(&key.manufacturer, knowledge);
    let basis = if !key.serial.is_empty() {
        format!("serial\n{vendor}\n{}\n{}", key.model, key.serial)
    } else if !key.eui64.is_empty() {
        format!("eui64\n{}", key.eui64)
    } else if key.model.is_empty() {
        format!("udi\n{}\n{}", key.udi, key.instance)
    } else if let Some(host) = own
        && !piece.is_distinct()
    {
        format!("of\n{vendor}\n{}\n{}", key.model, host.basis())
    } else {
        format!("station\n{vendor}\n{}\n{}", key.model, key.instance)
    };
    short_id("eq", &basis)
}

fn endpoint_id(host: &Host) -> String {
    short_id("ep", &host.basis())
}

fn short_id(prefix: &str, basis: &str) -> String {
    let digest = Sha256::digest(basis.as_bytes());
    digest.iter().take(6).fold(format!("{prefix}-"), |id, byte| format!("{id}{byte:02x}"))
}

/// Whether a subject is an endpoint, and which.
fn endpoint(subject: &Subject) -> Option<core::net::IpAddr> {
    match subject {
        Subject::Endpoint(address) => Some(*address),
        Subject::Equipment { .. } => None,
    }
}
