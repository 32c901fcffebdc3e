//! Is the host the equipment that it speaks of?
//!
//! Signs for and against, each with its milli-bits in the knowledge table `attribution`, are added; above zero they may be one
//! device. Pinning a scanner's serial number on the archive that forwards its images is the worst error there is, so a sign of
//! relaying ([`VETO`]) ends the matter whatever the sum.

use core::net::IpAddr;
use std::collections::BTreeSet;

use super::Told as Spoken;
use super::equipment::Equipment;
use super::hosts::Host;
use crate::evidence::{Attribute, Value, normalise};
use crate::knowledge::{ImplementationKind, Knowledge, OuiKind, Service, Speaker};
use crate::reasoning::decision::same_vendor;
use crate::reasoning::record::Told;

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

/// What of a host counts whatever equipment it speaks of: gathered once, since a gateway speaks of thousands.
pub(super) struct Character<'a> {
    host: &'a Host,
    /// How many pieces of equipment it speaks of.
    identities: usize,
    /// How many it names in HL7 texts.
    names_others: usize,
    translates: bool,
    /// What it does as a DICOM node.
    behaviour: Vec<&'static str>,
    /// What it calls itself; what others call it, or what it calls others, is no name of its own.
    names: BTreeSet<Box<str>>,
    has_gateway_interface: bool,
    /// The makers of its interfaces.
    makers: BTreeSet<Box<str>>,
    /// How many applications send HL7 texts from it.
    applications: usize,
    eui64s: BTreeSet<Box<str>>,
}

impl<'a> Character<'a> {
    pub(super) fn of(host: &'a Host, identities: usize, knowledge: &Knowledge) -> Self {
        let names = |kinds: &[&str]| -> Vec<(&Value, Told<'_>)> {
            host.record.values(Attribute::Name).filter(|(name, _)| kinds.contains(&name.qualifier())).collect()
        };
        let interfaces = || host.macs().filter_map(octets).filter_map(|mac| knowledge.oui(mac));
        let applications = names(&["hl7-application"]);
        let sends = |told: &Told<'_>| told.sources().any(|source| source.field.starts_with("MSH-3"));
        let own = names(&["ae-title", "station-name", "hl7-application"]);
        Self {
            host,
            identities,
            names_others: names(&["speaks-of"]).len(),
            translates: translates(host),
            behaviour: dicom_behaviour(host, knowledge),
            names: own.iter().map(|(name, _)| normalise(name.bare())).filter(|name| !name.is_empty()).collect(),
            has_gateway_interface: interfaces().any(|oui| oui.kind == OuiKind::Gateway),
            makers: interfaces().filter_map(|oui| oui.vendor).map(|maker| same_vendor(maker, knowledge)).collect(),
            applications: applications.iter().filter(|(_, told)| sends(told)).count(),
            eui64s: host.record.values(Attribute::Eui64).map(|(eui64, _)| normalise(eui64.bare())).collect(),
        }
    }
}

/// Weighs one host against a piece of equipment that it speaks of.
pub(super) fn weigh(
    speaker: &Character<'_>,
    equipment: &Equipment<'_>,
    told: &Spoken,
    knowledge: &Knowledge,
) -> Verdict {
    let mut signs = Vec::new();
    let hl7 = told.is_in("hl7");
    let several =
        speaker.identities > 1 || (hl7 && speaker.names_others > 1) || (told.is_in("intellivue") && speaker.translates);
    signs.push(if several { "several-identities" } else { "one-identity" });
    if !told.whole {
        signs.push("seen-in-part");
    }
    if equipment.record.has(Attribute::Sign, &Value::text("contributing-equipment")) {
        signs.push("contributing-equipment");
    }
    signs.extend(&speaker.behaviour);
    signs.extend(ties_of_name_and_address(speaker, equipment, told, knowledge));
    let received = equipment.record.values(Attribute::Peer).any(|(peer, _)| {
        peer.qualifier() == "stored-at" && peer.bare().parse().is_ok_and(|address| speaker.host.has_address(address))
    });
    if received {
        signs.push("received-its-objects");
    }
    if hl7 {
        signs.extend(hl7_speaker(speaker, equipment, told));
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
    speaker: &Character<'_>,
    equipment: &Equipment<'_>,
    told: &Spoken,
    knowledge: &Knowledge,
) -> Vec<&'static str> {
    let mut signs = Vec::new();
    let (host, record) = (speaker.host, &equipment.record);
    let is_its_own = |name: &Value| speaker.names.contains(&normalise(name.bare()));
    let mut stations = record
        .values(Attribute::Name)
        .filter(|(name, _)| matches!(name.qualifier(), "station-name" | "ae-title" | "instance"));
    if stations.any(|(name, _)| is_its_own(name)) {
        signs.push("station-is-ae");
    }
    // Station AE Title (0008,0055) is the title of who made the object; a host that calls itself otherwise is another.
    let mut titles = record.values(Attribute::Name).filter(|(name, _)| name.qualifier() == "ae-title").peekable();
    if titles.peek().is_some() && !titles.any(|(name, _)| is_its_own(name)) {
        signs.push("other-station");
    }
    let claims_a_mac_of_it = || {
        record.values(Attribute::Mac).any(|(mac, told)| {
            host.has_mac(mac.bare()) && told.sources().any(|source| source.kind == "claimed-address")
        })
    };
    if told.from_its_mac || claims_a_mac_of_it() {
        signs.push("claimed-mac-is-source");
    } else if claims_another_address(host, equipment) {
        signs.push("claims-other-address");
    }
    if told.behind || speaker.has_gateway_interface {
        signs.push("terminal-server");
    }
    if mac_in(&equipment.key.eui64).is_some_and(|mac| host.has_mac(&mac)) {
        signs.push("eui64-is-source-mac");
    }
    let vendor = same_vendor(&equipment.key.manufacturer, knowledge);
    // A maker's gateway has its maker's interfaces too.
    if !told.is_in("hl7") && !vendor.is_empty() && speaker.makers.contains(&vendor) {
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
fn hl7_speaker(speaker: &Character<'_>, equipment: &Equipment<'_>, told: &Spoken) -> Vec<&'static str> {
    let mut signs = Vec::new();
    if told.is_only_in(|protocol| protocol == "hl7") {
        signs.push("hl7-speaker");
    }
    if speaker.applications > 1 {
        signs.push("several-applications");
    }
    let device = &equipment.key.eui64;
    if !device.is_empty() && !speaker.eui64s.is_empty() {
        signs.push(if speaker.eui64s.contains(device) { "sender-eui64-is-device" } else { "hl7-gateway" });
    }
    signs
}

/// The hardware address that an EUI-64 in sixteen hexadecimal digits was made of, if it was made of one.
pub(super) fn mac_in(eui64: &str) -> Option<String> {
    let mac = iomt_hl7v2::eui64::mac_of(iomt_hl7v2::eui64::parse(eui64.as_bytes())?)?;
    Some(mac.map(|octet| format!("{octet:02x}")).join(":"))
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
        assert_eq!(mac_in("0009fbffff112233").as_deref(), Some("00:09:fb:11:22:33"));
        assert_eq!(mac_in("0003b1fffe00c3d4").as_deref(), Some("00:03:b1:00:c3:d4"));
        assert_eq!(mac_in("0003b1000000a1b2"), None);
        assert_eq!((mac_in(""), mac_in("0009fbffff11")), (None, None));
    }

    #[test]
    fn a_hardware_address_has_six_octets() {
        assert_eq!(octets("00:09:fb:11:22:33"), Some([0, 9, 0xfb, 0x11, 0x22, 0x33]));
        assert_eq!(octets("00:09:fb:11:22"), None);
        assert_eq!(octets("00:09:fb:11:22:33:44"), None);
    }
}
