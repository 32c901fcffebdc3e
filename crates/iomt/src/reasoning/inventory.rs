//! The inventory: devices with their attributes, each with its evidence; what `iomt identify --format json` prints.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::decision::{Decision, Shown, as_rfc3339};
use super::ledger::Ledger;
use super::utilisation::Utilisation;
use crate::health::Health;
use crate::knowledge::Knowledge;
use crate::udi::{Check, Date, Issuer, NoRegistry, Registered, Registry};
use iomt_wire::Timestamp;

/// The name and version of the JSON layout.
pub const SCHEMA: &str = "iomt.inventory/1";

/// All devices that a ledger tells of, in a fixed order.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Inventory {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// Equipment first, then endpoints; each by id.
    pub devices: Vec<Device>,
    /// How well the input could be read.
    pub health: Health,
}

impl Inventory {
    /// Reads the inventory of a ledger. Nothing is remembered: the same evidence gives the same inventory.
    #[must_use]
    pub fn read(ledger: &Ledger, knowledge: &Knowledge) -> Self {
        Self::read_with(ledger, knowledge, &NoRegistry)
    }

    /// As [`read`](Self::read), asking a registry of devices about each device identifier whose check is not wrong.
    #[must_use]
    pub fn read_with(ledger: &Ledger, knowledge: &Knowledge, registry: &dyn Registry) -> Self {
        Self { schema: SCHEMA, devices: super::identity::devices(ledger, knowledge, registry), health: ledger.health() }
    }
}

/// What a device is in the inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Something that the data speak of; it has addresses if it speaks for itself.
    Equipment,
    /// Something that speaks on the network and is not known to be equipment.
    Endpoint,
}

/// One device.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Device {
    /// Stable name: `eq-` or `ep-` and twelve digits made of the facts that identify it.
    pub id: String,
    /// Equipment or endpoint.
    pub kind: Kind,
    /// Where it is on the network.
    pub addresses: Addresses,
    /// Network addresses that the data state, of a device that was not seen under them: kinds `mac`, `ip`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claimed_addresses: Vec<Named>,
    /// Who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manufacturer: Option<Decision>,
    /// Which product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<Decision>,
    /// The trade name of the stated model, where a source for it is known; the stated model is the fact.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub product: Option<String>,
    /// Which unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<Decision>,
    /// Its EUI-64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eui64: Option<Decision>,
    /// Its place in the closed list of device classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<Decision>,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub location: Option<Decision>,
    /// The mode that it reported last to be in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<Decision>,
    /// All that it reports of its own condition, by kind, with what it reported before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub states: Vec<State>,
    /// As what it is registered or certified: kinds `certification`, `gmdn`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub registrations: Vec<Named>,
    /// What the site calls it.
    pub names: Vec<Named>,
    /// Software and firmware, per component.
    pub software: Vec<Component>,
    /// Hardware revisions, per component.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hardware: Vec<Component>,
    /// Part numbers, per component.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Component>,
    /// What else had its objects in hand: equipment on their way, the writer of a file.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub handled_by: Vec<Named>,
    /// Nodes and stations that it names: where it has objects sent (`moves-to`), for whom it schedules (`schedules-for`,
    /// `schedules-for-station`). They need not have been seen.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub peers: Vec<Named>,
    /// When it was calibrated.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub maintenance: Vec<Named>,
    /// Modules and channels that are devices of their own kind.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub modules: Vec<Module>,
    /// Protocol implementations.
    pub stack: Vec<Stack>,
    /// Unique device identifiers, as they were sent and taken apart.
    pub udi: Vec<Carrier>,
    /// What it does in which protocol.
    pub roles: Vec<Role>,
    /// Fingerprints of its behaviour.
    pub fingerprints: Vec<Fingerprint>,
    /// What an assessment of security wants to know.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub security: Vec<Finding>,
    /// Its ties to other devices.
    pub relations: Vec<Relation>,
    /// When it was active.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub activity: Option<Active>,
}

/// Where a device is on the network.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Addresses {
    /// Hardware addresses.
    pub mac: Vec<String>,
    /// Network addresses.
    pub ip: Vec<String>,
    /// Served ports: `tcp/104`.
    pub ports: Vec<String>,
}

/// A name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Named {
    /// `ae-title`, `station-name`, `hl7-application`; of a handler what it did, of maintenance what was done.
    pub kind: String,
    /// The name.
    pub value: String,
    /// Where it was said.
    pub evidence: Vec<Shown>,
}

/// A condition that a device reports.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct State {
    /// `operating-mode`, `power`, `battery`; empty where its protocol has but one.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// What it reported last.
    #[serde(flatten)]
    pub now: Past,
    /// What it reported before, the latest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Past>,
}

/// A reported condition, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Past {
    /// The condition.
    pub value: String,
    /// When it was first reported; absent for a file.
    #[serde(serialize_with = "as_rfc3339", skip_serializing_if = "super::decision::is_timeless")]
    pub first: Timestamp,
    /// When it was last reported.
    #[serde(serialize_with = "as_rfc3339", skip_serializing_if = "super::decision::is_timeless")]
    pub last: Timestamp,
    /// How often.
    pub count: u64,
    /// Where it was said.
    pub evidence: Vec<Shown>,
}

/// A carrier of a unique device identifier: as it was sent, and what [`Udi`](crate::udi::Udi) makes of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Carrier {
    /// The carrier as it was sent, with its evidence.
    #[serde(flatten)]
    pub said: Decision,
    /// Who prescribes its form; none when it has no known form.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub issuer: Option<Issuer>,
    /// The device identifier: which product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_identifier: Option<String>,
    /// `right`, `wrong` or `absent`. Of GS1, `right` is of the device identifier alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub check: Option<Check>,
    /// Which check digit or character would have been right.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected_check: Option<String>,
    /// Serial number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<String>,
    /// Lot or batch.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lot: Option<String>,
    /// Donation identification number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub donation: Option<String>,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub made: Option<Date>,
    /// When it expires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires: Option<Date>,
    /// What of it could not be read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unread: Option<String>,
    /// What the caller's registry has of the product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registered: Option<Registered>,
}

/// A component with a version, a revision or a part number.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Component {
    /// The component, as the protocol names it.
    pub component: String,
    /// The version.
    pub version: Decision,
    /// Earlier versions, where one gave way to the next.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub updates: Vec<Update>,
}

/// A version that another one replaced.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Update {
    /// The earlier version.
    pub from: String,
    /// The later one.
    pub to: String,
    /// Whether that was a step up or down.
    pub change: Change,
    /// When the earlier one was last seen.
    #[serde(serialize_with = "as_rfc3339")]
    pub after: Timestamp,
    /// When the later one was first seen.
    #[serde(serialize_with = "as_rfc3339")]
    pub before: Timestamp,
    /// Where the earlier one was said.
    pub evidence: Vec<Shown>,
}

/// Which way a version changed, by [`Version`](crate::version::Version).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum Change {
    /// To a later version.
    Upgrade,
    /// Back to an earlier one.
    Downgrade,
    /// The two have no order.
    Unknown,
}

/// A part of a device that is a device of its own kind.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Module {
    /// Its number within the device, as the protocol gives it.
    pub number: u64,
    /// Its place in the closed list of device classes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub class: Option<Decision>,
    /// Its type, by number and by reference identifier.
    pub codes: Vec<String>,
    /// Who made it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub manufacturer: Option<Decision>,
    /// Which product.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<Decision>,
    /// Which unit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub serial: Option<Decision>,
    /// Its EUI-64.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eui64: Option<Decision>,
    /// What the site calls it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<Named>,
    /// Software and firmware, per component.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub software: Vec<Component>,
    /// Hardware revisions, per component.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub hardware: Vec<Component>,
    /// Part numbers, per component.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Component>,
}

/// Something that an assessment of security wants to know. Never a secret: that a password is there, and not which.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// `no-encryption`, `clear-text-credentials`, `processing-id`, `protocol-version`, `clock-skew`, ...
    pub kind: String,
    /// The field, version, letter or range.
    pub detail: String,
    /// The protocol in which it shows.
    pub protocol: &'static str,
    /// How often.
    pub count: u64,
    /// Where it was seen.
    pub evidence: Vec<Shown>,
}

/// A protocol implementation, as it declares itself.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Stack {
    /// `dicom`.
    pub protocol: &'static str,
    /// The product that is known to declare itself so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its version, where the declaration tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Implementation Class UID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub implementation_uid: Option<String>,
    /// Implementation Version Name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub implementation_version_name: Option<String>,
    /// How it behaves; absent when nothing can be said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub behaviour: Option<Conduct>,
    /// Products built on this stack that it may be.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub products: Vec<Candidate>,
    /// Where it was said.
    pub evidence: Vec<Shown>,
}

/// How a stack behaves, held against what it declares.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Conduct {
    /// Whether nothing that was seen contradicts the declared product.
    pub as_declared: bool,
    /// What contradicts it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub deviations: Vec<Deviation>,
    /// Of those who deviate: the products that behave so, if they are few.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resembles: Vec<String>,
}

/// A habit in which a stack is not the one that it declares to be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Deviation {
    /// The habit: a word of the knowledge table `behaviours`.
    pub habit: String,
    /// What the declared product does; alternatives are separated by ` / `.
    pub expected: String,
    /// How far that is known.
    pub grade: &'static str,
    /// Whence that is known.
    pub basis: String,
    /// What was seen, and where.
    pub evidence: Shown,
}

/// A product that may be built on a stack.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Candidate {
    /// The product.
    pub name: String,
    /// Probability, 0 to 1, from the signs alone.
    pub confidence: f64,
    /// The signs that speak for it.
    pub signs: Vec<String>,
    /// Where they were seen.
    pub evidence: Vec<Shown>,
}

/// What a device does in a protocol.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Role {
    /// The protocol.
    pub protocol: &'static str,
    /// `requestor`, `acceptor`, `sender`, `receiver`, ...
    pub role: String,
    /// The service, the message type.
    pub service: String,
    /// How often.
    pub count: u64,
}

/// A fingerprint; `docs/fingerprints.md` specifies the schemes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Fingerprint {
    /// The scheme: `DQ1`, `DA1`, `HS1`, `HR1`, `TB1`, `JA4`; with `-family` for the stack without what it declares of itself.
    pub scheme: String,
    /// The string.
    pub value: String,
    /// Whether all that the scheme wants was seen.
    pub complete: bool,
    /// What was not seen of what the scheme wants.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<String>,
    /// What tells a site or a configuration and is in no hash: the names at both ends, the parameters of an association.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub clear: BTreeMap<String, BTreeSet<String>>,
    /// What was hashed, in clear; of a scheme whose fingerprint one message shows, `iomt dissect` has it.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub raw: String,
    /// The frame that first showed it.
    pub frame: u64,
    /// The capture of that frame.
    pub input: String,
    /// How often.
    pub count: u64,
}

/// A tie to another device of the same inventory.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Relation {
    /// From equipment: `spoken-for-by`, `relayed-by`, `archived-by`, `behind`; from an endpoint: `speaks-for`, `relays`, `archives`,
    /// `fronts`; between the two ends of a conversation: `polls`, `polled-by`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The other device's id.
    pub device: String,
    /// The protocol in which it shows.
    pub protocol: &'static str,
    /// In how many messages.
    pub count: u64,
    /// The signs that decided it.
    pub signs: Vec<&'static str>,
    /// Where it was first seen.
    pub evidence: Vec<Shown>,
}

/// When a device was active.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Active {
    /// First sign of life.
    #[serde(serialize_with = "as_rfc3339")]
    pub first: Timestamp,
    /// Last sign of life.
    #[serde(serialize_with = "as_rfc3339")]
    pub last: Timestamp,
    /// Conversations in which a medical protocol was spoken.
    pub flows: u64,
    /// Messages of medical protocols, or about the equipment.
    pub messages: u64,
    /// In how many minutes it did what; nothing where its protocols do not tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub utilisation: Option<Utilisation>,
}
