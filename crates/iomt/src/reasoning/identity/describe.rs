//! A record written out as a device: each attribute on trial, names, versions, stacks and roles listed.

use std::collections::{BTreeMap, BTreeSet};

use super::attribution::mac_in;
use super::behaviour::{Habits, candidates};
use super::components::components;
use super::hints::{Hint, hints};
use super::labels::Labels;
use crate::evidence::{Attribute, Source, Value, normalise};
use crate::knowledge::{Knowledge, Service};
use crate::reasoning::decision::{Decision, OF_A_LISTED, Shown, Trial, few, same_vendor, shown};
use crate::reasoning::inventory::{Addresses, Device, Kind, Named, Relation, Role, Stack};
use crate::reasoning::record::{Record, Tally};

/// What a role says of a host's class, where it has no better one.
const CLASS_OF_ROLE: [(&str, Service, &str); 9] = [
    ("acceptor", Service::Storage, "archive"),
    ("acceptor", Service::Query, "archive"),
    ("acceptor", Service::Move, "archive"),
    ("acceptor", Service::Get, "archive"),
    ("acceptor", Service::Worklist, "worklist-server"),
    ("acceptor", Service::Print, "print-server"),
    ("requestor", Service::Query, "workstation"),
    ("requestor", Service::Move, "workstation"),
    ("requestor", Service::Get, "workstation"),
];

/// What a node of a GE Unity network is by what it does.
const CLASS_OF_NODE: [(&str, &str); 4] = [
    ("parameter sender", "patient-monitor"),
    ("waveform sender", "patient-monitor"),
    ("alarm sender", "patient-monitor"),
    ("time master", "central-station"),
];

pub(super) fn device(
    id: String,
    kind: Kind,
    record: &Record,
    addresses: Addresses,
    knowledge: &Knowledge,
    labels: Labels<'_>,
    relations: &[Relation],
) -> Device {
    let mut hints = Vec::new();
    self::hints(record, &addresses, knowledge, |hint| hints.push(hint));
    let manufacturer = manufacturer(record, &hints, &labels, knowledge);
    let model =
        plain(record, Attribute::Model, knowledge, |trial| labels.models(trial)).or_else(|| family(record, knowledge));
    let serial = plain(record, Attribute::Serial, knowledge, |trial| labels.serials(trial));
    let product = model.as_ref().and_then(|model| {
        let maker = manufacturer.as_ref()?;
        let name = knowledge.product(&maker.value, &model.value)?.name;
        // The name of the family that the model begins with tells nobody anything.
        (!normalise(&model.value).starts_with(&*normalise(name))).then(|| name.to_owned())
    });
    let only_said = |attribute| plain(record, attribute, knowledge, |_| {});
    Device {
        id,
        kind,
        manufacturer,
        model,
        product,
        serial,
        eui64: only_said(Attribute::Eui64),
        class: class(record, kind, &hints, relations, knowledge),
        location: only_said(Attribute::Location),
        state: super::states::state(record, knowledge),
        states: super::states::states(record),
        registrations: named(record, Attribute::Registration),
        names: named(record, Attribute::Name),
        software: components(record, Attribute::Software, knowledge),
        hardware: components(record, Attribute::Hardware, knowledge),
        parts: components(record, Attribute::Part, knowledge),
        modules: super::modules::modules(record, knowledge),
        handled_by: named(record, Attribute::Handler),
        peers: peers(record),
        maintenance: named(record, Attribute::Maintenance),
        stack: stacks(record, knowledge),
        udi: labels.shown(knowledge),
        roles: roles(record, knowledge),
        fingerprints: super::prints::fingerprints(record),
        security: super::security::findings(record, knowledge),
        relations: Vec::new(),
        activity: None,
        claimed_addresses: claimed(record, &addresses),
        addresses,
    }
}

/// The manufacturer, by those who state it; hints corroborate, or stand in where nobody does.
fn manufacturer(record: &Record, hints: &[Hint<'_>], labels: &Labels<'_>, knowledge: &Knowledge) -> Option<Decision> {
    let mut trial = Trial::default();
    for (value, source, tally) in sources(record, Attribute::Manufacturer) {
        trial.hear(&same_vendor(value.bare(), knowledge), value.bare(), source, tally);
    }
    labels.companies(&mut trial, knowledge);
    for hint in hints {
        if let Some(vendor) = hint.vendor {
            trial.hint(&same_vendor(vendor, knowledge), vendor, hint.sent, &hint.source, hint.tally);
        }
    }
    let mut decision = trial.decide(knowledge)?;
    decision.vendor = knowledge.vendor(&decision.value).map(str::to_owned);
    Some(decision)
}

/// The first six octets of an EUI-64 in hexadecimal.
pub(super) fn first_octets(eui64: &str) -> Option<[u8; 6]> {
    let mut octets = [0; 6];
    for (number, octet) in octets.iter_mut().enumerate() {
        let at = number.saturating_mul(2);
        *octet = u8::from_str_radix(eui64.get(at..at.saturating_add(2))?, 16).ok()?;
    }
    Some(octets)
}

/// Addresses that the data state and that no frame came from. An EUI-64 that was made of a hardware address states it.
fn claimed(record: &Record, addresses: &Addresses) -> Vec<Named> {
    let mut claimed: BTreeMap<(&str, String), Vec<Shown>> = BTreeMap::new();
    for (kind, attribute, seen) in [("mac", Attribute::Mac, &addresses.mac), ("ip", Attribute::Ip, &addresses.ip)] {
        for (value, source, tally) in sources(record, attribute) {
            if source.kind == "claimed-address" && !seen.iter().any(|seen| seen == value.bare()) {
                claimed.entry((kind, value.bare().to_owned())).or_default().push(shown(value.bare(), source, tally));
            }
        }
    }
    for (value, source, tally) in sources(record, Attribute::Eui64) {
        let mac = mac_in(value.bare()).filter(|mac| !addresses.mac.contains(mac));
        if let Some(mac) = mac {
            claimed.entry(("mac", mac)).or_default().push(shown(value.bare(), source, tally));
        }
    }
    let named = |((kind, value), evidence): ((&str, String), Vec<Shown>)| Named {
        kind: kind.to_owned(),
        value,
        evidence: few(evidence, OF_A_LISTED),
    };
    claimed.into_iter().map(named).collect()
}

/// An attribute whose values are told apart by their letters and digits; `more` is heard beside those who state it.
pub(super) fn plain(
    record: &Record,
    attribute: Attribute,
    knowledge: &Knowledge,
    more: impl FnOnce(&mut Trial),
) -> Option<Decision> {
    let mut trial = Trial::default();
    for (value, source, tally) in sources(record, attribute) {
        trial.hear(&normalise(value.bare()), value.bare(), source, tally);
    }
    more(&mut trial);
    trial.decide(knowledge)
}

/// The family that a device says it is of, where it does not say which product it is.
fn family(record: &Record, knowledge: &Knowledge) -> Option<Decision> {
    let mut trial = Trial::default();
    let names = sources(record, Attribute::Name).filter(|(name, ..)| name.qualifier() == "system-model");
    for (value, source, tally) in names {
        trial.hear(&normalise(value.bare()), value.bare(), source, tally);
    }
    trial.decide(knowledge)
}

/// The class: by modality, SOP class and device code. An endpoint is first of all what it does: a router that passes on a
/// scanner's worklist queries names a modality that is not its own.
fn class(
    record: &Record,
    kind: Kind,
    hints: &[Hint<'_>],
    relations: &[Relation],
    knowledge: &Knowledge,
) -> Option<Decision> {
    let mut trial = Trial::default();
    if kind == Kind::Endpoint {
        by_role(&mut trial, record, relations, knowledge);
    }
    if trial.is_empty() {
        declared_class(&mut trial, record, knowledge);
    }
    for hint in hints {
        if let Some(class) = hint.class {
            trial.hint(class, class, hint.sent, &hint.source, hint.tally);
        }
    }
    trial.decide(knowledge)
}

pub(super) fn class_of_device(record: &Record, knowledge: &Knowledge) -> Option<Decision> {
    let mut trial = Trial::default();
    declared_class(&mut trial, record, knowledge);
    trial.decide(knowledge)
}

fn declared_class(trial: &mut Trial, record: &Record, knowledge: &Knowledge) {
    for (value, source, tally) in sources(record, Attribute::Class) {
        let (system, code) = (value.qualifier(), value.bare());
        let class = match system {
            "DICOM Modality" => knowledge.modality_class(code),
            "SOP Class" => knowledge.sop_class(code).and_then(|class| class.class),
            "MDC" => mdc_class(code),
            // All types that a login can state are monitors.
            "DRI device type" => Some("patient-monitor"),
            // What the protocol itself is only spoken by.
            "class" => knowledge.device_classes().map(|(class, _)| class).find(|class| *class == code),
            _ => None,
        };
        if let Some(class) = class {
            trial.hear_in(class, class, code, source, tally);
            trial.code(class, &format!("{system} {code}"));
        }
    }
}

fn by_role(trial: &mut Trial, record: &Record, relations: &[Relation], knowledge: &Knowledge) {
    let fronts = relations
        .iter()
        .find(|relation| relation.kind == "fronts")
        .map(|relation| if relation.signs.contains(&"terminal-server") { "terminal-server" } else { "gateway" });
    let speaks_for_others =
        relations.iter().any(|relation| relation.kind == "speaks-for" && relation.protocol == "hl7");
    let (fetches, passes_on) = (only_fetches(record, knowledge), is_engine(record));
    for (value, source, tally) in sources(record, Attribute::Role) {
        let Value::Pair(role, service) = value else { continue };
        let gateway = || (&**role == "sender" && speaks_for_others).then_some("gateway");
        let class = (source.protocol == "lis")
            .then(|| class_in_laboratory(role, service, relations))
            .flatten()
            .or_else(|| (source.protocol == "hl7" && passes_on).then_some("interface-engine"))
            .or_else(|| class_of_role(role, service, knowledge))
            .map(|class| if fetches && class == "archive" { "workstation" } else { class })
            .or(fronts)
            .or_else(gateway)
            .or_else(|| class_at_the_bedside(role, service, record, relations));
        if let Some(class) = class {
            trial.hear_in(class, class, service, source, tally);
        }
    }
}

/// Whether a host fetches objects, or asks for them, and answers nobody who asks: then it takes them in to show them, not to keep
/// them for others.
fn only_fetches(record: &Record, knowledge: &Knowledge) -> bool {
    let any = |with: &str| {
        record.values(Attribute::Role).any(|(value, _)| {
            let Value::Pair(role, service) = value else { return false };
            let class = service.split_once(' ').and_then(|(_, uid)| knowledge.sop_class(uid));
            &**role == with
                && class.is_some_and(|class| matches!(class.service, Service::Query | Service::Move | Service::Get))
        })
    };
    any("requestor") && !any("acceptor")
}

/// Whether a host takes in and gives out HL7 messages of the same type, and gives them out under the names of several applications:
/// it passes on what others sent. Answers are no such messages.
fn is_engine(record: &Record) -> bool {
    let types = |with: &str| -> BTreeSet<&str> {
        let roles = sources(record, Attribute::Role).filter(|(value, source, _)| {
            source.protocol == "hl7" && value.qualifier() == with && !value.bare().starts_with("ACK")
        });
        roles.map(|(value, ..)| value.bare()).collect()
    };
    let applications = record.values(Attribute::Name).filter(|(name, told)| {
        name.qualifier() == "hl7-application" && told.sources().any(|source| source.field.starts_with("MSH-3"))
    });
    applications.count() > 1 && !types("sender").is_disjoint(&types("receiver"))
}

/// Monitors are polled by a central station, or what stands in for one; a monitor that shows other beds sends its own numbers too.
fn class_at_the_bedside(role: &str, service: &str, record: &Record, relations: &[Relation]) -> Option<&'static str> {
    let polled = relations.iter().filter(|relation| relation.kind == "polls").count();
    let is_monitor = || {
        CLASS_OF_NODE.iter().any(|(doing, class)| {
            *class == "patient-monitor" && record.has(Attribute::Role, &Value::pair(doing, "unity"))
        })
    };
    let asks = match (role, service) {
        ("client", "data-export") => true,
        ("requester", "unity") => !is_monitor(),
        _ => false,
    };
    (asks && polled >= SEVERAL).then_some("central-station")
}

/// Monitors that are polled by one client for it to be a central station.
const SEVERAL: usize = 2;

/// What the roles of a laboratory's conversations say of a host. Who sends results of several analysers, or carries the line of one,
/// is none itself.
fn class_in_laboratory(role: &str, service: &str, relations: &[Relation]) -> Option<&'static str> {
    let others = || {
        let of_the_laboratory = relations.iter().filter(|relation| relation.protocol == "lis");
        of_the_laboratory.filter(|relation| matches!(relation.kind, "speaks-for" | "fronts"))
    };
    match (role, service) {
        ("sender", "results" | "query") if others().any(|other| other.signs.contains(&"terminal-server")) => {
            Some("terminal-server")
        }
        ("sender", "results" | "query") if others().count() > 1 => Some("gateway"),
        ("sender", "results" | "query") | ("receiver", "orders") => Some("analyser"),
        ("receiver", "results" | "query") | ("sender", "orders") => Some("laboratory-information-system"),
        _ => None,
    }
}

fn class_of_role(role: &str, service: &str, knowledge: &Knowledge) -> Option<&'static str> {
    let service = match service.split_once(' ') {
        Some((_, uid)) => knowledge.sop_class(uid)?.service,
        None if service == "C-STORE" => Service::Storage,
        None if service == "unity" => {
            return CLASS_OF_NODE.iter().find(|(doing, _)| *doing == role).map(|(_, class)| *class);
        }
        None => return None,
    };
    CLASS_OF_ROLE.iter().find(|(with, doing, _)| *with == role && *doing == service).map(|(.., class)| *class)
}

/// The class of an MDC device code, given as number, RefID or `number^RefID`.
fn mdc_class(code: &str) -> Option<&'static str> {
    let (first, second) = code.split_once('^').unwrap_or((code, ""));
    let by_number = first.parse().ok().and_then(iomt_x73::mdc::device);
    let known = by_number
        .or_else(|| iomt_x73::mdc::device_by_ref_id(first.as_bytes()))
        .or_else(|| iomt_x73::mdc::device_by_ref_id(second.as_bytes()))?;
    known.class
}

/// The values of an attribute that are listed and not weighed.
pub(super) fn named(record: &Record, attribute: Attribute) -> Vec<Named> {
    let mut names: BTreeMap<(&str, &str), Vec<Shown>> = BTreeMap::new();
    for (value, source, tally) in sources(record, attribute) {
        let shown_here = shown(value.bare(), source, tally);
        names.entry((value.qualifier(), value.bare())).or_default().push(shown_here);
    }
    names
        .into_iter()
        .map(|((kind, value), evidence)| Named {
            kind: kind.to_owned(),
            value: value.to_owned(),
            evidence: few(evidence, OF_A_LISTED),
        })
        .collect()
}

/// Those it names, by title; addresses that it names are relations.
fn peers(record: &Record) -> Vec<Named> {
    let mut peers = named(record, Attribute::Peer);
    peers.retain(|peer| matches!(peer.kind.as_str(), "moves-to" | "schedules-for" | "schedules-for-station"));
    peers
}

fn stacks(record: &Record, knowledge: &Knowledge) -> Vec<Stack> {
    let mut stacks = Vec::new();
    for (value, told) in record.values(Attribute::Stack) {
        let uid = Some(value.qualifier()).filter(|uid| !uid.is_empty());
        let version_name = Some(value.bare()).filter(|name| !name.is_empty());
        let known = knowledge.implementation(uid.unwrap_or_default(), version_name);
        let evidence = told.iter().map(|(source, tally)| {
            let said = match version_name {
                Some(name) => format!("{} {name}", value.qualifier()),
                None => value.qualifier().to_owned(),
            };
            shown(&said, source, tally)
        });
        let habits = Habits::of(record, value.qualifier(), value.bare());
        let product = known.as_ref().map(|known| known.product);
        stacks.push(Stack {
            behaviour: product.and_then(|product| habits.conduct(product, knowledge)),
            products: product.map(|product| candidates(record, product, knowledge)).unwrap_or_default(),
            protocol: told.sources().next().map_or("dicom", |source| source.protocol),
            name: known.as_ref().map(|known| known.product.to_owned()),
            version: known.and_then(|known| known.version),
            implementation_uid: uid.map(str::to_owned),
            implementation_version_name: version_name.map(str::to_owned),
            evidence: few(evidence, OF_A_LISTED),
        });
    }
    // Records keep values in order, by identifier and name; the reader wants them by product.
    stacks.sort_by(|a: &Stack, b: &Stack| (a.protocol, &a.name, &a.version).cmp(&(b.protocol, &b.name, &b.version)));
    stacks
}

fn roles(record: &Record, knowledge: &Knowledge) -> Vec<Role> {
    let mut roles: BTreeMap<(&'static str, String, String), u64> = BTreeMap::new();
    for (value, source, tally) in sources(record, Attribute::Role) {
        let Value::Pair(role, service) = value else { continue };
        let service = match service.split_once(' ') {
            Some((operation, uid)) => match knowledge.sop_class(uid) {
                Some(class) => format!("{operation} {}", class.name),
                None => service.to_string(),
            },
            None => service.to_string(),
        };
        let count = roles.entry((source.protocol, role.to_string(), service)).or_default();
        *count = count.saturating_add(tally.count());
    }
    roles.into_iter().map(|((protocol, role, service), count)| Role { protocol, role, service, count }).collect()
}

pub(super) fn sources(record: &Record, attribute: Attribute) -> impl Iterator<Item = (&Value, &Source, &Tally)> {
    record.values(attribute).flat_map(|(value, told)| told.iter().map(move |(source, tally)| (value, source, tally)))
}
