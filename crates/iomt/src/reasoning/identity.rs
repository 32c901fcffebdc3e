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
use super::ledger::Ledger;
use super::record::Record;
use super::utilisation::Utilisation;
use crate::evidence::{Attribute, Subject, Value};
use crate::knowledge::Knowledge;
use crate::udi::Registry;

mod attribution;
mod behaviour;
mod components;
mod describe;
mod encrypted;
mod equipment;
mod groups;
mod hosts;
mod labels;
mod modules;
mod prints;
mod security;

use attribution::{Verdict, weigh};
use equipment::{Equipment, gather};
use hosts::{Host, Hosts};
use labels::Labels;

/// How a host spoke about a piece of equipment, under all of its addresses.
#[derive(Debug)]
struct Told {
    protocol: &'static str,
    count: u64,
    whole: bool,
    behind: bool,
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
pub(crate) fn devices(ledger: &Ledger, knowledge: &Knowledge, registry: &dyn Registry) -> Vec<Device> {
    let mut hosts = Hosts::find(ledger);
    encrypted::add(&mut hosts, ledger);
    let mut equipment = gather(ledger, knowledge);
    let mut ties = tie(&hosts, &equipment, knowledge);
    split_the_indistinct(&mut equipment, &mut ties, &hosts);
    choose_one_host(&equipment, &mut ties, &hosts);

    let world = World::new(&hosts, &equipment, &ties, knowledge, registry);
    let mut devices: Vec<Device> = (0..equipment.len())
        .filter_map(|number| world.equipment(number))
        .chain((0..hosts.len()).filter_map(|number| world.endpoint(number)))
        .collect();
    devices.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
    devices
}

/// Weighs every host against every piece of equipment that it speaks of.
fn tie(hosts: &Hosts, equipment: &[Equipment], knowledge: &Knowledge) -> Vec<Tie> {
    let mut spoken: BTreeMap<usize, BTreeMap<usize, Told>> = BTreeMap::new();
    for (number, piece) in equipment.iter().enumerate() {
        for speaker in &piece.speakers {
            if let Some(host) = hosts.of(speaker.address) {
                let unheard = Told { protocol: speaker.protocol, count: 0, whole: false, behind: false };
                let told = spoken.entry(host).or_default().entry(number).or_insert(unheard);
                told.count = told.count.saturating_add(speaker.count());
                told.whole |= speaker.whole();
                told.behind |= speaker.behind();
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

/// Equipment that says neither its number nor its station may be several of a kind: where several hosts are each such a device,
/// each is one, with what it said itself.
fn split_the_indistinct(equipment: &mut Vec<Equipment>, ties: &mut [Tie], hosts: &Hosts) {
    for number in 0..equipment.len() {
        if equipment.get(number).is_none_or(Equipment::is_distinct) {
            continue;
        }
        let own: Vec<usize> =
            ties.iter().filter(|tie| tie.equipment == number && tie.verdict.same).map(|tie| tie.host).collect();
        for host in own.into_iter().skip(1) {
            let Some(piece) = equipment.get_mut(number) else { continue };
            let another = piece.split_off(|speaker| hosts.of(speaker.address) == Some(host));
            equipment.push(another);
            let last = equipment.len().saturating_sub(1);
            for tie in ties.iter_mut().filter(|tie| tie.equipment == number && tie.host == host) {
                tie.equipment = last;
            }
        }
    }
}

/// One unit is at one host. Where several could be it, the one with the highest sum is; with equal sums none is, unless they
/// call themselves the same, as a device does whose address or interface changed.
fn choose_one_host(equipment: &[Equipment], ties: &mut [Tie], hosts: &Hosts) {
    let titles = |host: usize| -> BTreeSet<String> {
        let record = hosts.get(host).map(|host| &host.record);
        let names = record.into_iter().flat_map(|record| record.values(Attribute::Name));
        names.filter(|(name, _)| name.qualifier() == "ae-title").map(|(name, _)| name.bare().to_owned()).collect()
    };
    for number in 0..equipment.len() {
        let own: Vec<(i64, usize)> = ties
            .iter()
            .filter(|tie| tie.equipment == number && tie.verdict.same)
            .map(|tie| (tie.verdict.sum, tie.host))
            .collect();
        let Some(best) = own.iter().map(|(sum, _)| *sum).max().filter(|_| own.len() > 1) else { continue };
        let leading: Vec<usize> = own.iter().filter(|(sum, _)| *sum == best).map(|(_, host)| *host).collect();
        let called: BTreeSet<BTreeSet<String>> = leading.iter().map(|host| titles(*host)).collect();
        let one_device =
            leading.len() == 1 || (called.len() == 1 && called.first().is_some_and(|names| !names.is_empty()));
        for tie in ties.iter_mut().filter(|tie| tie.equipment == number && tie.verdict.same) {
            if !(one_device && leading.contains(&tie.host)) {
                tie.verdict.same = false;
                tie.verdict.signs.push("another-host-is-likelier");
            }
        }
    }
}

/// Everything that is known, indexed, while it is written out.
struct World<'a> {
    hosts: &'a Hosts,
    equipment: &'a [Equipment],
    knowledge: &'a Knowledge,
    registry: &'a dyn Registry,
    of_equipment: BTreeMap<usize, Vec<&'a Tie>>,
    of_host: BTreeMap<usize, Vec<&'a Tie>>,
    /// Which host archived objects of which equipment, in which protocol, how often; by equipment and by host.
    archived: BTreeMap<usize, BTreeSet<Archived>>,
    archives: BTreeMap<usize, BTreeSet<Archived>>,
    /// Who polls whom, by either host.
    polls: BTreeMap<usize, BTreeSet<Polling>>,
    equipment_ids: Vec<String>,
    host_ids: Vec<String>,
}

/// What a host does to another one or has done to it, which one, the protocol, and how often.
type Polling = (&'static str, usize, &'static str, u64);

/// The other side of an archiving, the protocol, and how often.
type Archived = (usize, &'static str, u64);

impl<'a> World<'a> {
    fn new(
        hosts: &'a Hosts,
        equipment: &'a [Equipment],
        ties: &'a [Tie],
        knowledge: &'a Knowledge,
        registry: &'a dyn Registry,
    ) -> Self {
        let mut of_equipment: BTreeMap<usize, Vec<&Tie>> = BTreeMap::new();
        let mut of_host: BTreeMap<usize, Vec<&Tie>> = BTreeMap::new();
        for tie in ties {
            of_equipment.entry(tie.equipment).or_default().push(tie);
            of_host.entry(tie.host).or_default().push(tie);
        }
        let mut archived: BTreeMap<usize, BTreeSet<Archived>> = BTreeMap::new();
        let mut archives: BTreeMap<usize, BTreeSet<Archived>> = BTreeMap::new();
        for (number, piece) in equipment.iter().enumerate() {
            for (host, protocol, count) in stored_at(piece, hosts) {
                archived.entry(number).or_default().insert((host, protocol, count));
                archives.entry(host).or_default().insert((number, protocol, count));
            }
        }
        let host_of = |number: usize| {
            let tie = of_equipment.get(&number)?.iter().find(|tie| tie.verdict.same)?;
            hosts.get(tie.host)
        };
        let equipment_ids =
            ids(equipment.iter().enumerate().map(|(number, piece)| (piece, bases(piece, host_of(number), knowledge))));
        let host_ids = (0..hosts.len())
            .map(|number| {
                let own = of_host.get(&number).and_then(|ties| ties.iter().find(|tie| tie.verdict.same));
                match own {
                    Some(tie) => equipment_ids.get(tie.equipment).cloned().unwrap_or_default(),
                    None => hosts.get(number).map(|host| short_id("ep", &host.basis())).unwrap_or_default(),
                }
            })
            .collect();
        let polls = polls(hosts);
        Self {
            hosts,
            polls,
            equipment,
            knowledge,
            registry,
            of_equipment,
            of_host,
            archived,
            archives,
            equipment_ids,
            host_ids,
        }
    }

    /// Whom a host polls, and by whom it is polled.
    fn conversations(&self, host: usize) -> Vec<Relation> {
        let relation = |(kind, other, protocol, count): &Polling| {
            let device = self.host_ids.get(*other)?.clone();
            Some(Relation { kind, device, protocol, count: *count, signs: Vec::new() })
        };
        self.polls.get(&host).into_iter().flatten().filter_map(relation).collect()
    }

    fn equipment(&self, number: usize) -> Option<Device> {
        let piece = self.equipment.get(number)?;
        let id = self.equipment_ids.get(number)?;
        let mut record = piece.record.clone();
        let mut addresses = Addresses::default();
        let mut relations = Vec::new();
        for tie in self.of_equipment.get(&number).into_iter().flatten() {
            if tie.verdict.same {
                let host = self.hosts.get(tie.host)?;
                record.absorb(&host.record);
                addresses = host.addresses(addresses);
                relations.extend(self.conversations(tie.host));
            } else {
                let kind = tie.verdict.kind.of_equipment();
                relations.push(relation(kind, self.host_ids.get(tie.host)?.clone(), tie));
            }
        }
        for (host, protocol, count) in self.archived.get(&number).into_iter().flatten() {
            let device = self.host_ids.get(*host)?.clone();
            if device != *id {
                relations.push(Relation { kind: "archived-by", device, protocol, count: *count, signs: Vec::new() });
            }
        }
        Some(self.finish(id.clone(), Kind::Equipment, &record, addresses, relations))
    }

    /// A host that is no equipment.
    fn endpoint(&self, number: usize) -> Option<Device> {
        let host = self.hosts.get(number)?;
        let ties = self.of_host.get(&number).map(Vec::as_slice).unwrap_or_default();
        if !host.is_medical() || ties.iter().any(|tie| tie.verdict.same) {
            return None;
        }
        let mut relations = self.conversations(number);
        for tie in ties {
            let kind = tie.verdict.kind.of_endpoint();
            relations.push(relation(kind, self.equipment_ids.get(tie.equipment)?.clone(), tie));
        }
        for (piece, protocol, count) in self.archives.get(&number).into_iter().flatten() {
            let device = self.equipment_ids.get(*piece)?.clone();
            relations.push(Relation { kind: "archives", device, protocol, count: *count, signs: Vec::new() });
        }
        let id = self.host_ids.get(number)?.clone();
        let addresses = host.addresses(Addresses::default());
        Some(self.finish(id, Kind::Endpoint, &host.record, addresses, relations))
    }

    fn finish(
        &self,
        id: String,
        kind: Kind,
        record: &Record,
        addresses: Addresses,
        mut relations: Vec<Relation>,
    ) -> Device {
        relations.sort();
        relations.dedup();
        let labels = Labels::of(record, self.registry);
        let mut device = describe::device(id, kind, record, addresses, self.knowledge, labels, &relations);
        let utilisation = record.usage().and_then(Utilisation::read);
        device.activity = record.activity().map(|seen| Active {
            first: seen.first,
            last: seen.last,
            flows: seen.flows,
            messages: seen.messages,
            utilisation,
        });
        device.relations = relations;
        device
    }
}

/// The hosts that accepted objects of a piece of equipment.
fn stored_at(piece: &Equipment, hosts: &Hosts) -> BTreeSet<Archived> {
    let mut found = BTreeSet::new();
    for (value, told) in piece.record.values(Attribute::Peer) {
        let Value::Pair(kind, address) = value else { continue };
        if &**kind != "stored-at" {
            continue;
        }
        let Some(host) = address.parse().ok().and_then(|address| hosts.of(address)) else { continue };
        for (source, tally) in told.iter() {
            found.insert((host, source.protocol, tally.count()));
        }
    }
    found
}

/// Who polls whom: the polled one's record tells it.
fn polls(hosts: &Hosts) -> BTreeMap<usize, BTreeSet<Polling>> {
    let mut found: BTreeMap<usize, BTreeSet<Polling>> = BTreeMap::new();
    for polled in 0..hosts.len() {
        let record = hosts.get(polled).map(|host| &host.record);
        for (peer, told) in record.into_iter().flat_map(|record| record.values(Attribute::Peer)) {
            let client = peer.bare().parse().ok().filter(|_| peer.qualifier() == "polled-by");
            let Some(client) = client.and_then(|address| hosts.of(address)) else { continue };
            for (source, tally) in told.iter() {
                let (protocol, count) = (source.protocol, tally.count());
                found.entry(polled).or_default().insert(("polled-by", client, protocol, count));
                found.entry(client).or_default().insert(("polls", polled, protocol, count));
            }
        }
    }
    found
}

fn relation(kind: &'static str, device: String, tie: &Tie) -> Relation {
    Relation { kind, device, protocol: tie.protocol, count: tie.count, signs: tie.verdict.signs.clone() }
}

/// What identifies a piece of equipment, best first, so that every capture which shows that gives the same id.
///
/// A serial number is the same under every name that a product has, so the model is left out of it: it is stated in two ways by
/// two protocols, or by one of them not at all.
fn bases(piece: &Equipment, own: Option<&Host>, knowledge: &Knowledge) -> Vec<String> {
    let key = &piece.key;
    let vendor = super::decision::same_vendor(&key.manufacturer, knowledge);
    let model = if key.model.is_empty() { &key.product } else { &key.model };
    let mut bases = Vec::new();
    if !key.serial.is_empty() && !vendor.is_empty() {
        bases.push(format!("serial\n{vendor}\n{}", key.serial));
    }
    if !key.eui64.is_empty() {
        bases.push(format!("eui64\n{}", key.eui64));
    }
    if !key.udi.is_empty() {
        bases.push(format!("udi\n{}", key.udi));
    }
    if !key.serial.is_empty() {
        bases.push(format!("serial of a model\n{vendor}\n{model}\n{}", key.serial));
    }
    if !key.instance.is_empty() {
        bases.push(format!("station\n{vendor}\n{model}\n{}", key.instance));
    }
    if let Some(host) = own {
        bases.push(format!("of\n{vendor}\n{model}\n{}", host.basis()));
    }
    bases.push(format!("model\n{vendor}\n{model}\n{}", key.manufacturer));
    bases
}

/// The ids of all equipment. Two that would have the same, by a number that two makers' units share, have it made of more.
fn ids<'a>(equipment: impl Iterator<Item = (&'a Equipment, Vec<String>)>) -> Vec<String> {
    let bases: Vec<Vec<String>> = equipment.map(|(_, bases)| bases).collect();
    let mut uses: BTreeMap<&str, usize> = BTreeMap::new();
    for first in bases.iter().filter_map(|bases| bases.first()) {
        let uses = uses.entry(first).or_default();
        *uses = uses.saturating_add(1);
    }
    let id = |bases: &Vec<String>| match bases.first() {
        Some(first) if uses.get(first.as_str()).is_some_and(|uses| *uses == 1) => short_id("eq", first),
        _ => short_id("eq", &bases.join("\n\n")),
    };
    bases.iter().map(id).collect()
}

fn short_id(prefix: &str, basis: &str) -> String {
    let digest = Sha256::digest(basis.as_bytes());
    digest.iter().take(6).fold(format!("{prefix}-"), |id, byte| format!("{id}{byte:02x}"))
}

/// Whether a subject is an endpoint, and which.
fn endpoint(subject: &Subject) -> Option<core::net::IpAddr> {
    match subject {
        Subject::Endpoint(address) => Some(*address),
        Subject::Encrypted(_) | Subject::Equipment { .. } => None,
    }
}
