//! Who is one device, and who only speaks for it; decided when the inventory is read.
//!
//! 1. Addresses of one host are put together ([`hosts`]): by hardware address, unless that is a router's.
//! 2. What was said of equipment is put together ([`equipment`]): by serial number or EUI-64 within a vendor, else by model and
//!    station, never by the address of who spoke.
//! 3. Each host is weighed against the equipment that it speaks of ([`attribution`]): no sign of relaying and one
//!    consistent identity make them one device. Otherwise both are listed, with the relation between them.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use iomt_wire::Timestamp;
use sha2::{Digest as _, Sha256};

use super::decision::{Shown, shown};
use super::inventory::{Active, Addresses, Device, Kind, Relation};
use super::ledger::Ledger;
use super::record::Record;
use super::utilisation::Utilisation;
use crate::evidence::{Attribute, Subject, Value};
use crate::knowledge::{Knowledge, Speaker as Habitue};
use crate::udi::Registry;

mod attribution;
mod behaviour;
mod components;
mod describe;
mod encrypted;
mod equipment;
mod groups;
mod hints;
mod hosts;
mod labels;
mod modules;
mod prints;
mod security;
mod states;

use attribution::{Character, Verdict, speaks_for_itself, translates, weigh};
use equipment::{Equipment, Speaker, gather};
use hosts::{Host, Hosts};
use labels::Labels;

/// How a host spoke about a piece of equipment, under all of its addresses.
#[derive(Debug, Default)]
struct Told {
    /// In each protocol, in how many messages, and the first fact.
    by_protocol: BTreeMap<&'static str, (u64, Option<Shown>)>,
    whole: bool,
    /// A terminal server carried what the equipment said.
    behind: bool,
    /// The hardware address that the data state is that of the frames.
    from_its_mac: bool,
    /// First and last time.
    span: Option<(Timestamp, Timestamp)>,
}

/// Who spoke about a piece of equipment: a host, how often, and whether the two are one.
#[derive(Debug)]
struct Tie {
    host: usize,
    equipment: usize,
    told: Told,
    verdict: Verdict,
}

/// All devices of a ledger, in their fixed order.
pub(crate) fn devices(ledger: &Ledger, knowledge: &Knowledge, registry: &dyn Registry) -> Vec<Device> {
    let mut hosts = Hosts::find(ledger);
    encrypted::add(&mut hosts, ledger);
    let mut equipment = gather(ledger, knowledge);
    let mut ties = tie(&hosts, &equipment, knowledge);
    split_the_indistinct(&mut equipment, &mut ties, &hosts);
    choose_one_host(&mut ties, &hosts, knowledge);

    let world = World::new(&hosts, &equipment, &ties, knowledge, registry);
    let mut devices: Vec<Device> = (0..equipment.len())
        .filter_map(|number| world.equipment(number))
        .chain((0..hosts.len()).filter_map(|number| world.endpoint(number)))
        .collect();
    devices.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
    devices
}

/// Weighs every host against every piece of equipment that it speaks of.
fn tie(hosts: &Hosts, equipment: &[Equipment<'_>], knowledge: &Knowledge) -> Vec<Tie> {
    let mut spoken: BTreeMap<usize, BTreeMap<usize, Told>> = BTreeMap::new();
    for (number, piece) in equipment.iter().enumerate() {
        for speaker in &piece.speakers {
            if let Some(host) = hosts.of(speaker.address) {
                spoken.entry(host).or_default().entry(number).or_default().hear(speaker);
            }
        }
    }
    let mut ties = Vec::new();
    for (host, pieces) in spoken {
        let Some(speaker) = hosts.get(host).map(|host| Character::of(host, pieces.len(), knowledge)) else { continue };
        for (number, told) in pieces {
            let Some(piece) = equipment.get(number) else { continue };
            let verdict = weigh(&speaker, piece, &told, knowledge);
            ties.push(Tie { host, equipment: number, told, verdict });
        }
    }
    ties
}

/// Equipment that says neither its number nor its station may be several of a kind: where several hosts are each such a device,
/// each is one, with what it said itself.
fn split_the_indistinct(equipment: &mut Vec<Equipment<'_>>, ties: &mut [Tie], hosts: &Hosts) {
    for (number, own) in possible_hosts(ties) {
        let Some(piece) = equipment.get_mut(number).filter(|piece| !piece.is_distinct()) else { continue };
        // What others say of such a device stays with the first.
        let ties_of_others: BTreeMap<usize, usize> =
            own.iter().skip(1).filter_map(|at| Some((ties.get(*at)?.host, *at))).collect();
        if ties_of_others.is_empty() {
            continue;
        }
        let others = piece.split_off(|speaker| ties_of_others.get(&hosts.of(speaker.address)?).copied());
        for (at, other) in others {
            if let Some(tie) = ties.get_mut(at) {
                tie.equipment = equipment.len();
            }
            equipment.push(other);
        }
    }
}

/// The hosts that may each be a piece of equipment, as the numbers of their ties: lower hosts first.
fn possible_hosts(ties: &[Tie]) -> BTreeMap<usize, Vec<usize>> {
    let mut of_equipment: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (number, tie) in ties.iter().enumerate().filter(|(_, tie)| tie.verdict.same) {
        of_equipment.entry(tie.equipment).or_default().push(number);
    }
    of_equipment
}

impl Told {
    fn hear(&mut self, speaker: &Speaker<'_>) {
        let (count, first) = self.by_protocol.entry(speaker.protocol).or_default();
        *count = count.saturating_add(speaker.count());
        *first = [first.take(), speaker.first()].into_iter().flatten().min();
        self.whole |= speaker.whole();
        self.behind |= speaker.behind();
        self.from_its_mac |= speaker.is_at_its_mac();
        self.span = match (self.span, speaker.record.activity()) {
            (Some((first, last)), Some(seen)) => Some((first.min(seen.first), last.max(seen.last))),
            (span, seen) => span.or(seen.map(|seen| (seen.first, seen.last))),
        };
    }

    /// Whether it spoke in a protocol.
    fn is_in(&self, protocol: &str) -> bool {
        self.by_protocol.contains_key(protocol)
    }

    /// Whether it spoke in none but such protocols.
    fn is_only_in(&self, such: impl Fn(&str) -> bool) -> bool {
        self.by_protocol.keys().all(|protocol| such(protocol))
    }

    /// Before or after another, not at the same time.
    fn is_apart(&self, other: &Self) -> bool {
        match (self.span, other.span) {
            (Some((first, last)), Some((other_first, other_last))) => last < other_first || other_last < first,
            _ => false,
        }
    }
}

/// One unit is at one host. Where several could be it, the one with the highest sum is, with those that are the same device under
/// another address; if leading ones are not, none is.
fn choose_one_host(ties: &mut [Tie], hosts: &Hosts, knowledge: &Knowledge) {
    for own in possible_hosts(ties).into_values() {
        let possible: Vec<&Tie> = own.iter().filter_map(|at| ties.get(*at)).collect();
        let Some(lead) = possible.iter().max_by_key(|tie| (tie.verdict.sum, core::cmp::Reverse(tie.host))) else {
            continue;
        };
        let titles_of_lead = titles(lead, hosts, knowledge);
        let joined = |tie: &&Tie| {
            tie.host == lead.host
                || (!titles_of_lead.is_empty() && titles_of_lead == titles(tie, hosts, knowledge))
                || proves_to_be_one_with(lead, tie)
        };
        let agreed = possible.iter().filter(|tie| tie.verdict.sum == lead.verdict.sum).all(joined);
        let others: Vec<usize> =
            own.iter().zip(&possible).filter(|(_, tie)| !(agreed && joined(tie))).map(|(at, _)| *at).collect();
        for at in others {
            if let Some(Tie { verdict, .. }) = ties.get_mut(at) {
                verdict.same = false;
                verdict.signs.push("another-host-is-likelier");
            }
        }
    }
}

/// What a host is called by DICOM nodes: two hosts called alike that both could be a piece of equipment are it under two addresses, as
/// a device that has two interfaces or got another one. Titles that programs have when nobody changed them are nobody's.
fn titles<'a>(tie: &Tie, hosts: &'a Hosts, knowledge: &Knowledge) -> BTreeSet<&'a str> {
    let record = hosts.get(tie.host).map(|host| &host.record);
    let names = record.into_iter().flat_map(|record| record.values(Attribute::Name));
    let titles = names.filter(|(name, _)| name.qualifier() == "ae-title").map(|(name, _)| name.bare());
    let of_a_tool = |title: &str| {
        knowledge.hints().name_habit("ae-title", title).is_some_and(|habit| habit.speaker == Habitue::Tool)
    };
    titles.filter(|title| !of_a_tool(title)).collect()
}

/// Whether two hosts that both could be a piece of equipment are it under two addresses: both proved to be it by their hardware
/// address; or, in a protocol in which devices speak for themselves, one fell silent before the other was heard, as after a change
/// of address.
fn proves_to_be_one_with(a: &Tie, b: &Tie) -> bool {
    const PROOF: [&str; 3] = ["claimed-mac-is-source", "eui64-is-source-mac", "sender-eui64-is-device"];
    let proven = |tie: &Tie| tie.verdict.signs.iter().any(|sign| PROOF.contains(sign));
    let itself = |tie: &Tie| tie.told.is_only_in(speaks_for_itself);
    (proven(a) && proven(b)) || (itself(a) && itself(b) && a.told.is_apart(&b.told))
}

/// Everything that is known, indexed, while it is written out.
struct World<'a> {
    hosts: &'a Hosts,
    equipment: &'a [Equipment<'a>],
    knowledge: &'a Knowledge,
    registry: &'a dyn Registry,
    of_equipment: BTreeMap<usize, Vec<&'a Tie>>,
    of_host: BTreeMap<usize, Vec<&'a Tie>>,
    /// Which hosts archived objects of a piece of equipment, and of which pieces a host did.
    archived: BTreeMap<usize, Vec<(usize, Witnessed)>>,
    archives: BTreeMap<usize, Vec<(usize, Witnessed)>>,
    /// Who polls whom, by either host.
    polls: BTreeMap<usize, Vec<Polling>>,
    equipment_ids: Vec<String>,
    host_ids: Vec<String>,
}

/// What a host does to another one or has done to it, which one, in which protocol, and where that was seen.
type Polling = (&'static str, usize, Witnessed);

/// That something was seen: in which protocol, and where.
#[derive(Clone, Debug)]
struct Witnessed {
    protocol: &'static str,
    seen: Shown,
}

impl Witnessed {
    fn relation(&self, kind: &'static str, device: String) -> Relation {
        let evidence = vec![self.seen.clone()];
        Relation { kind, device, protocol: self.protocol, count: self.seen.count, signs: Vec::new(), evidence }
    }
}

impl<'a> World<'a> {
    fn new(
        hosts: &'a Hosts,
        equipment: &'a [Equipment<'a>],
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
        let mut archived: BTreeMap<usize, Vec<(usize, Witnessed)>> = BTreeMap::new();
        let mut archives: BTreeMap<usize, Vec<(usize, Witnessed)>> = BTreeMap::new();
        for (number, piece) in equipment.iter().enumerate() {
            for (host, stored) in stored_at(piece, hosts) {
                archives.entry(host).or_default().push((number, stored.clone()));
                archived.entry(number).or_default().push((host, stored));
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
        let relation = |(kind, other, seen): &Polling| Some(seen.relation(kind, self.host_ids.get(*other)?.clone()));
        self.polls.get(&host).into_iter().flatten().filter_map(relation).collect()
    }

    fn equipment(&self, number: usize) -> Option<Device> {
        let piece = self.equipment.get(number)?;
        let id = self.equipment_ids.get(number)?;
        let mut own = BTreeMap::new();
        let mut relations = Vec::new();
        for tie in self.of_equipment.get(&number).into_iter().flatten() {
            if tie.verdict.same {
                own.insert(tie.host, self.hosts.get(tie.host)?);
                relations.extend(self.conversations(tie.host));
            } else {
                let kind = tie.verdict.kind.of_equipment();
                relations.extend(spoken(kind, self.host_ids.get(tie.host)?, tie));
            }
        }
        let record = if own.is_empty() {
            Cow::Borrowed(&*piece.record)
        } else {
            let hosts = || own.values().map(|host| &host.record);
            // What it said of itself are messages of its own, which its hosts have counted.
            let is_own = |address| self.hosts.of(address).is_some_and(|host| own.contains_key(&host));
            let active = hosts().chain(piece.said_by_others(is_own));
            Cow::Owned(Record::together(hosts().chain([&*piece.record])).active_as(active))
        };
        let addresses = Host::addresses(own.into_values());
        for (host, archived) in self.archived.get(&number).into_iter().flatten() {
            let device = self.host_ids.get(*host)?.clone();
            if device != *id {
                relations.push(archived.relation("archived-by", device));
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
            relations.extend(spoken(kind, self.equipment_ids.get(tie.equipment)?, tie));
        }
        for (piece, archived) in self.archives.get(&number).into_iter().flatten() {
            relations.push(archived.relation("archives", self.equipment_ids.get(*piece)?.clone()));
        }
        let id = self.host_ids.get(number)?.clone();
        let addresses = Host::addresses([host]);
        if translates(host) {
            // What monitors behind it said of themselves before they said which unit they are is nothing of its own.
            let own = host.record.without(|attribute, source| {
                source.protocol == "intellivue"
                    && !matches!(attribute, Attribute::Role | Attribute::Port | Attribute::Peer | Attribute::Habit)
            });
            return Some(self.finish(id, Kind::Endpoint, &own, addresses, relations));
        }
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
fn stored_at(piece: &Equipment<'_>, hosts: &Hosts) -> Vec<(usize, Witnessed)> {
    let mut found = Vec::new();
    for (value, told) in piece.record.values(Attribute::Peer) {
        let Value::Pair(kind, address) = value else { continue };
        if &**kind != "stored-at" {
            continue;
        }
        let Some(host) = address.parse().ok().and_then(|address| hosts.of(address)) else { continue };
        for (source, tally) in told.iter() {
            found.push((host, Witnessed { protocol: source.protocol, seen: shown(address, source, tally) }));
        }
    }
    found
}

/// Who polls whom: the polled one's record tells it. Who asks somebody that never said anything medical has no relation to it.
fn polls(hosts: &Hosts) -> BTreeMap<usize, Vec<Polling>> {
    let mut found: BTreeMap<usize, Vec<Polling>> = BTreeMap::new();
    for polled in 0..hosts.len() {
        let record = hosts.get(polled).map(|host| &host.record);
        for (peer, told) in record.into_iter().flat_map(|record| record.values(Attribute::Peer)) {
            let client = peer.bare().parse().ok().filter(|_| peer.qualifier() == "polled-by");
            let Some(client) = client.and_then(|address| hosts.of(address)) else { continue };
            if ![polled, client].iter().all(|end| hosts.get(*end).is_some_and(Host::is_medical)) {
                continue;
            }
            for (source, tally) in told.iter() {
                let seen = Witnessed { protocol: source.protocol, seen: shown(peer.bare(), source, tally) };
                found.entry(polled).or_default().push(("polled-by", client, seen.clone()));
                found.entry(client).or_default().push(("polls", polled, seen));
            }
        }
    }
    found
}

/// How a host and a piece of equipment that are two are related, in each protocol in which the host spoke.
fn spoken(kind: &'static str, device: &str, tie: &Tie) -> impl Iterator<Item = Relation> {
    tie.told.by_protocol.iter().map(move |(protocol, (count, first))| Relation {
        kind,
        device: device.to_owned(),
        protocol,
        count: *count,
        signs: tie.verdict.signs.clone(),
        evidence: first.iter().cloned().collect(),
    })
}

/// What identifies a piece of equipment, best first, so that every capture which shows that gives the same id.
///
/// A serial number is the same under every name that a product has, so the model is left out of it: it is stated in two ways by
/// two protocols, or by one of them not at all.
fn bases(piece: &Equipment<'_>, own: Option<&Host>, knowledge: &Knowledge) -> Vec<String> {
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
    // Units that share all of this may be of two products.
    bases.push(format!("product\n{}", key.product));
    bases
}

/// The ids of all equipment. Two that would have the same, by a number that two makers' units share, have it made of more.
fn ids<'a>(equipment: impl Iterator<Item = (&'a Equipment<'a>, Vec<String>)>) -> Vec<String> {
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
