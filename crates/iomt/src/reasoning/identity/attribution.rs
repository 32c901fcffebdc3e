//! Is the host the equipment that it speaks of?
//!
//! Signs for and against, each with its milli-bits in the knowledge table `attribution`, are added; above zero they may be one
//! device. Pinning a scanner's serial number on the archive that forwards its images is the worst error there is, so a sign of
//! relaying ([`VETO`]) ends the matter whatever the sum.

use core::net::IpAddr;

use super::Told;
use super::equipment::Equipment;
use super::hosts::Host;
use crate::evidence::{Attribute, Value, normalise};
use crate::knowledge::{ImplementationKind, Knowledge, OuiKind, Service, Speaker};
use crate::reasoning::decision::same_vendor;

/// Signs after which a host is not the equipment that it speaks of, whatever else speaks for it.
const VETO: [&str; 9] = [
    "terminal-server",
    "several-identities",
    "received-its-objects",
    "accepts-storage",
    "answers-query",
    "move-originator",
    "archive-implementation",
    "other-station",
    "hl7-gateway",
];

/// Those of them that say: it passes on what it was sent.
const RELAYS: [&str; 5] =
    ["received-its-objects", "accepts-storage", "answers-query", "move-originator", "archive-implementation"];

/// What a host does for equipment that is another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Bond {
    /// It speaks for it.
    Speaks,
    /// It passes on what it was sent.
    Relays,
    /// It only stands before it: a gateway that gathers what several devices say, a terminal server that carries its serial line,
    /// address translation, a rack.
    Fronts,
}

impl Bond {
    /// The relation, seen from the equipment.
    pub(super) const fn of_equipment(self) -> &'static str {
        match self {
            Self::Speaks => "spoken-for-by",
            Self::Relays => "relayed-by",
            Self::Fronts => "behind",
        }
    }

    /// The relation, seen from the endpoint.
    pub(super) const fn of_endpoint(self) -> &'static str {
        match self {
            Self::Speaks => "speaks-for",
            Self::Relays => "relays",
            Self::Fronts => "fronts",
        }
    }
}

/// Those that say, in a protocol in which devices speak for themselves: the host only stands before them.
const FRONTS: [&str; 3] = ["several-identities", "claims-other-address", "terminal-server"];

/// Those that say of a sender of HL7 texts that it gathers them from others.
const GATHERS: [&str; 2] = ["several-identities", "hl7-gateway"];

/// Whether in a protocol devices speak for themselves. Software passes on by DICOM, HL7 and the laboratory's protocols what others
/// made; in all others what speaks is the device, or something that lets it through unchanged.
pub(super) fn speaks_for_itself(protocol: &str) -> bool {
    !matches!(protocol, "dicom" | "hl7" | "lis" | "poct1a")
}

/// How a host stands to the equipment that it speaks of.
#[derive(Clone, Debug)]
pub(super) struct Verdict {
    /// They may be one device: the sum is above zero and nothing forbids it.
    pub(super) same: bool,
    /// The sum of the signs, in milli-bits.
    pub(super) sum: i64,
    /// What the host does for it, if they are not one.
    pub(super) kind: Bond,
    /// What decided it.
    pub(super) signs: Vec<&'static str>,
}

/// Weighs one host against one of the `identities` pieces of equipment that it speaks of.
pub(super) fn weigh(
    host: &Host,
    equipment: &Equipment<'_>,
    identities: usize,
    told: &Told,
    knowledge: &Knowledge,
) -> Verdict {
    let mut signs = Vec::new();
    let hl7 = told.is_in("hl7");
    let others = host.record.values(Attribute::Name).filter(|(name, _)| name.qualifier() == "speaks-of").count();
    let several = identities > 1 || (hl7 && others > 1) || (told.is_in("intellivue") && translates(host));
    signs.push(if several { "several-identities" } else { "one-identity" });
    if !told.whole {
        signs.push("seen-in-part");
    }
    if equipment.record.has(Attribute::Sign, &Value::text("contributing-equipment")) {
        signs.push("contributing-equipment");
    }
    signs.extend(dicom_behaviour(host, knowledge));
    signs.extend(ties_of_name_and_address(host, equipment, told, knowledge));
    let received = equipment.record.values(Attribute::Peer).any(|(peer, _)| {
        peer.qualifier() == "stored-at" && peer.bare().parse().is_ok_and(|address| host.has_address(address))
    });
    if received {
        signs.push("received-its-objects");
    }
    if hl7 {
        signs.extend(hl7_speaker(host, equipment, told));
    }
    let sum = signs.iter().fold(0_i64, |sum, sign| sum.saturating_add(knowledge.attribution(sign)));
    let any = |of: &[&str]| signs.iter().any(|sign| of.contains(sign));
    let itself = told.is_only_in(speaks_for_itself);
    let fronts = told.behind || (hl7 && any(&GATHERS)) || (itself && any(&FRONTS));
    let kind = match (any(&RELAYS), fronts) {
        (true, _) => Bond::Relays,
        (false, true) => Bond::Fronts,
        (false, false) => Bond::Speaks,
    };
    Verdict { same: sum > 0 && !fronts && !any(&VETO), sum, kind, signs }
}

/// Whether monitors are polled at several ports of a host: each has one, so several monitors share its address.
pub(super) fn translates(host: &Host) -> bool {
    let polled = host.record.values(Attribute::Port).filter(|(_, told)| {
        told.sources().any(|source| (source.protocol, source.field) == ("intellivue", "Data Export"))
    });
    polled.count() > 1
}

/// What the host does as a DICOM node, beside sending this equipment's objects.
fn dicom_behaviour(host: &Host, knowledge: &Knowledge) -> Vec<&'static str> {
    let mut signs = Vec::new();
    let mut sign = |name| {
        if !signs.contains(&name) {
            signs.push(name);
        }
    };
    for (value, _) in host.record.values(Attribute::Role) {
        let Value::Pair(role, service) = value else { continue };
        let (operation, class) = service.split_once(' ').unwrap_or((service, ""));
        let queries = || {
            knowledge
                .sop_class(class)
                .is_some_and(|class| matches!(class.service, Service::Query | Service::Move | Service::Get))
        };
        match (&**role, operation) {
            ("acceptor", "C-STORE") => sign("accepts-storage"),
            ("acceptor", "C-FIND" | "C-MOVE" | "C-GET") if queries() => sign("answers-query"),
            ("origin server", "DICOMweb") if class == "STOW-RS" => sign("accepts-storage"),
            ("origin server", "DICOMweb") => sign("answers-query"),
            ("user agent", "DICOMweb") if class == "QIDO-RS" => sign("queries-archive"),
            ("user agent", "DICOMweb") if class.starts_with("WADO") => sign("retrieves"),
            ("requestor", "C-FIND") if queries() => sign("queries-archive"),
            ("requestor", "C-MOVE" | "C-GET") => sign("retrieves"),
            _ => {}
        }
    }
    for (value, _) in host.record.values(Attribute::Sign) {
        match value.bare() {
            "move-originator" => sign("move-originator"),
            "worklist-user" => sign("worklist-user"),
            "mpps-user" => sign("mpps-user"),
            _ => {}
        }
    }
    let stacks: Vec<&Value> = host.record.values(Attribute::Stack).map(|(stack, _)| stack).collect();
    if stacks.len() >= 3 {
        sign("several-stacks-3");
    }
    let archive = |stack: &Value| {
        let name = Some(stack.bare()).filter(|name| !name.is_empty());
        knowledge
            .implementation(stack.qualifier(), name)
            .is_some_and(|known| matches!(known.kind, ImplementationKind::Archive | ImplementationKind::Router))
    };
    if stacks.into_iter().any(archive) {
        sign("archive-implementation");
    }
    let calling: Vec<&str> = host
        .record
        .values(Attribute::Name)
        .filter(|(name, told)| {
            name.qualifier() == "ae-title" && told.sources().any(|source| source.field == "Calling AE Title")
        })
        .map(|(name, _)| name.bare())
        .collect();
    if calling.len() >= 3 {
        sign("several-ae-titles-3");
    }
    // What withholds a statement may rest on a mere habit.
    let of_a_system = |title: &&str| {
        knowledge.hints().name_habit("ae-title", title).is_some_and(|habit| habit.speaker == Speaker::System)
    };
    if calling.iter().any(of_a_system) {
        sign("title-of-a-system");
    }
    signs
}

/// Names and addresses that both the host and the data give.
fn ties_of_name_and_address(
    host: &Host,
    equipment: &Equipment<'_>,
    told: &Told,
    knowledge: &Knowledge,
) -> Vec<&'static str> {
    let mut signs = Vec::new();
    let record = &equipment.record;
    // What the host calls itself; what others call it, or what it calls others, is no name of its own.
    let own: Vec<Box<str>> = host
        .record
        .values(Attribute::Name)
        .filter(|(name, _)| matches!(name.qualifier(), "ae-title" | "station-name" | "hl7-application"))
        .map(|(name, _)| normalise(name.bare()))
        .collect();
    let stations: Vec<Box<str>> = record
        .values(Attribute::Name)
        .filter(|(name, _)| matches!(name.qualifier(), "station-name" | "ae-title" | "instance"))
        .map(|(name, _)| normalise(name.bare()))
        .collect();
    if stations.iter().any(|name| !name.is_empty() && own.contains(name)) {
        signs.push("station-is-ae");
    }
    // Station AE Title (0008,0055) is the title of who made the object; a host that calls itself otherwise is another.
    let mut titles = record.values(Attribute::Name).filter(|(name, _)| name.qualifier() == "ae-title").peekable();
    if titles.peek().is_some() && !titles.any(|(name, _)| own.contains(&normalise(name.bare()))) {
        signs.push("other-station");
    }
    let claimed = |mac: &str| {
        record.values(Attribute::Mac).any(|(value, sources)| {
            value.bare() == mac && sources.sources().any(|source| source.kind == "claimed-address")
        })
    };
    if told.from_its_mac || host.macs().any(claimed) {
        signs.push("claimed-mac-is-source");
    } else if claims_another_address(host, equipment) {
        signs.push("claims-other-address");
    }
    let is_gateway =
        |mac: &str| octets(mac).and_then(|mac| knowledge.oui(mac)).is_some_and(|oui| oui.kind == OuiKind::Gateway);
    if told.behind || host.macs().any(is_gateway) {
        signs.push("terminal-server");
    }
    if host.macs().any(|mac| eui64_holds(&equipment.key.eui64, mac)) {
        signs.push("eui64-is-source-mac");
    }
    let vendor = same_vendor(&equipment.key.manufacturer, knowledge);
    let made_by_vendor = |mac: &str| {
        octets(mac)
            .and_then(|mac| knowledge.oui(mac))
            .and_then(|oui| oui.vendor)
            .is_some_and(|maker| same_vendor(maker, knowledge) == vendor)
    };
    // A maker's gateway has its maker's interfaces too.
    if !told.is_in("hl7") && !vendor.is_empty() && host.macs().any(made_by_vendor) {
        signs.push("oui-is-manufacturer");
    }
    signs
}

/// Whether the data state network addresses of a family in which the host has some, and none of them is the host's.
fn claims_another_address(host: &Host, equipment: &Equipment<'_>) -> bool {
    let claimed: Vec<IpAddr> = equipment
        .record
        .values(Attribute::Ip)
        .filter(|(_, told)| told.sources().any(|source| source.kind == "claimed-address"))
        .filter_map(|(address, _)| address.bare().parse().ok())
        .filter(|address: &IpAddr| !address.is_unspecified() && host.has_family(*address))
        .collect();
    !claimed.is_empty() && !claimed.iter().any(|address| host.has_address(*address))
}

/// HL7 texts are mostly sent by a gateway, unless the host says the same in other protocols too; the EUI-64 of the sending application
/// tells whether this one is.
fn hl7_speaker(host: &Host, equipment: &Equipment<'_>, told: &Told) -> Vec<&'static str> {
    let mut signs = Vec::new();
    if told.is_only_in(|protocol| protocol == "hl7") {
        signs.push("hl7-speaker");
    }
    let applications = host.record.values(Attribute::Name).filter(|(name, sources)| {
        name.qualifier() == "hl7-application" && sources.sources().any(|source| source.field.starts_with("MSH-3"))
    });
    if applications.count() > 1 {
        signs.push("several-applications");
    }
    let own: Vec<Box<str>> = host.record.values(Attribute::Eui64).map(|(eui64, _)| normalise(eui64.bare())).collect();
    let device = &equipment.key.eui64;
    if !device.is_empty() && !own.is_empty() {
        signs.push(if own.contains(device) { "sender-eui64-is-device" } else { "hl7-gateway" });
    }
    signs
}

/// Whether an EUI-64 was made of this hardware address.
fn eui64_holds(eui64: &str, mac: &str) -> bool {
    let mac: String = mac.split(':').collect();
    match (mac.get(..6), mac.get(6..), eui64.get(..6), eui64.get(6..10), eui64.get(10..)) {
        (Some(maker), Some(number), Some(eui_maker), Some(filler), Some(eui_number)) => {
            maker == eui_maker && number == eui_number && matches!(filler, "fffe" | "ffff")
        }
        _ => false,
    }
}

/// A hardware address from its text.
pub(super) fn octets(mac: &str) -> Option<[u8; 6]> {
    let mut octets = [0; 6];
    let mut parts = mac.split(':');
    for octet in &mut octets {
        *octet = u8::from_str_radix(parts.next()?, 16).ok()?;
    }
    parts.next().is_none().then_some(octets)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_eui64_is_tied_to_the_address_that_it_was_made_of_and_to_no_other() {
        assert!(eui64_holds("0009fbffff112233", "00:09:fb:11:22:33"));
        assert!(eui64_holds("0003b1fffe00c3d4", "00:03:b1:00:c3:d4"));
        assert!(!eui64_holds("0003b1000000a1b2", "00:03:b1:00:a1:b2"));
        assert!(!eui64_holds("", "00:09:fb:11:22:33"));
    }

    #[test]
    fn a_hardware_address_has_six_octets() {
        assert_eq!(octets("00:09:fb:11:22:33"), Some([0, 9, 0xfb, 0x11, 0x22, 0x33]));
        assert_eq!(octets("00:09:fb:11:22"), None);
        assert_eq!(octets("00:09:fb:11:22:33:44"), None);
    }
}
