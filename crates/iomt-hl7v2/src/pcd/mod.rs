//! Transactions of IHE's device profiles: which one a message is, its alarms, and what its devices were doing.
//!
//! ```text
//!  PCD-01  ORU^R01          observations of a device
//!  PCD-03  RGV^O15          an order for a pump: the device is whom it is for
//!  PCD-04  ORU^R40          an alarm                        OBX-4 m.v.c.n.FACET, OBR-4 196616
//!  PCD-10  ORU^R42, R43     an event of an infusion
//!  PCD-15  ORU^R01          what a device says of its own state
//! ```
//! IHE devices technical framework, volume 2. MSH-21 names the transaction by an OID and by a name, both spelled in several ways;
//! where neither is known, the trigger event in MSH-9 says it.

mod alarm;
mod signal;

pub use alarm::{Alarm, AlarmKind, AlarmState, Phase, Priority, alarms};
pub use signal::{Signal, signals};

use crate::Message;

/// A transaction of the device profiles.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Transaction {
    /// PCD-01, communicate device data.
    Observation,
    /// PCD-03, communicate an infusion order: the sender wants something of a pump.
    InfusionOrder,
    /// PCD-04, report an alarm.
    Alarm,
    /// PCD-05, report an alarm's status to the one that reported it.
    AlarmStatus,
    /// PCD-09, what an implant told.
    Implant,
    /// PCD-10, an event of an infusion.
    InfusionEvent,
    /// PCD-15, the device's own state: power, battery, network, versions.
    Management,
}

/// Under this arc IHE registers its device profiles.
const ROOT: &[u8] = b"1.3.6.1.4.1.19376.1.6.";

/// What stands behind [`ROOT`] in messages that were seen.
const ARCS: [(&[u8], Transaction); 11] = [
    (b"1.1.1", Transaction::Observation),
    (b"4.1", Transaction::Observation),
    (b"1.3.1", Transaction::InfusionOrder),
    (b"4.4", Transaction::Alarm),
    (b"4.4.1", Transaction::Alarm),
    (b"1.4.1", Transaction::Alarm),
    (b"1.9.1", Transaction::Implant),
    (b"4.10", Transaction::InfusionEvent),
    (b"1.10.1", Transaction::InfusionEvent),
    (b"1.15.1", Transaction::Management),
    (b"4.15", Transaction::Management),
];

/// The names in EI.1 that were seen.
const NAMES: [(&[u8], Transaction); 8] = [
    (b"IHE_PCD_001", Transaction::Observation),
    (b"PCD_DEC_001", Transaction::Observation),
    (b"IHE_PCD_ORU_R01", Transaction::Observation),
    (b"IHE PCD ORU-R01 2006", Transaction::Observation),
    (b"IHE_PCD_RGV_O15", Transaction::InfusionOrder),
    (b"IHE_PCD_ACM_001", Transaction::Alarm),
    (b"IHE_PCD_010", Transaction::InfusionEvent),
    (b"IHE_PCD_015", Transaction::Management),
];

/// Message codes and trigger events that only these transactions use.
const EVENTS: [(&[u8], &[u8], Transaction); 5] = [
    (b"RGV", b"O15", Transaction::InfusionOrder),
    (b"ORU", b"R40", Transaction::Alarm),
    (b"ORA", b"R41", Transaction::AlarmStatus),
    (b"ORU", b"R42", Transaction::InfusionEvent),
    (b"ORU", b"R43", Transaction::InfusionEvent),
];

impl Transaction {
    /// The transaction that a message is, by the OID in MSH-21, else by the name there, else by MSH-9.
    #[must_use]
    pub fn of(message: &Message<'_>) -> Option<Self> {
        let header = message.header();
        let profiles = header.field(21);
        let known = |known: &[(&[u8], Self)], text: &[u8]| {
            known.iter().find(|(spelled, _)| *spelled == text).map(|(_, transaction)| *transaction)
        };
        let by_oid = |oid: &[u8]| known(&ARCS, oid.strip_prefix(ROOT)?);
        profiles
            .repetitions()
            .find_map(|profile| by_oid(profile.component(3).bytes()))
            .or_else(|| profiles.repetitions().find_map(|profile| known(&NAMES, profile.component(1).bytes())))
            .or_else(|| {
                let kind = header.field(9);
                let (code, event) = (kind.component(1).bytes(), kind.component(2).bytes());
                EVENTS.iter().find(|(c, e, _)| (*c, *e) == (code, event)).map(|(.., transaction)| *transaction)
            })
    }

    /// Its number in the technical framework: `PCD-04`.
    #[must_use]
    pub const fn number(self) -> &'static str {
        match self {
            Self::Observation => "PCD-01",
            Self::InfusionOrder => "PCD-03",
            Self::Alarm => "PCD-04",
            Self::AlarmStatus => "PCD-05",
            Self::Implant => "PCD-09",
            Self::InfusionEvent => "PCD-10",
            Self::Management => "PCD-15",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::format;

    #[test]
    fn oid_name_or_trigger_event_tell_the_transaction() {
        // Spellings from published messages; MSH-21 in MSH-20 is one of them.
        for (kind, profile, expected) in [
            ("ORU^R01^ORU_R01", "|IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO", Some("PCD-01")),
            ("ORU^R01^ORU_R01", "|PCD_DEC_001^IHE PCD^1.3.6.1.4.1.19376.1.6.4.1^ISO", Some("PCD-01")),
            ("ORU^R01^ORU_R01", "|IHE_PCD_ORU_R01^IHE PCD^1.3.6.1.4.1.19376.1.6.1.9.1^ISO", Some("PCD-09")),
            ("ORU^R01^ORU_R01", "|IHE_PCD_ORU_R01", Some("PCD-01")),
            ("RGV^O15^RGV_O15", "|IHE_PCD_RGV_O15^IHE PCD^1.3.6.1.4.1.19376.1.6.1.3.1^ISO", Some("PCD-03")),
            ("ORU^R40^ORU_R40", "|IHE_PCD_ACM_001^IHE PCD^1.3.6.1.4.1.19376.1.6.4.4.1^ISO", Some("PCD-04")),
            ("ORU^R40^ORU_R40", "IHE_PCD_ACM_001^IHE PCD^1.3.6.1.4.1.19376.1.6.4.4^ISO", Some("PCD-04")),
            ("ORA^R41", "", Some("PCD-05")),
            ("ORU^R42^ORU_R01", "|IHE_PCD_010^IHE PCD^1.3.6.1.4.1.19376.1.6.4.10^ISO", Some("PCD-10")),
            ("ORU^R43", "", Some("PCD-10")),
            ("ORU^R01^ORU_R01", "|IHE_PCD_015^^1.3.6.1.4.1.19376.1.6.4.15^ISO", Some("PCD-15")),
            ("ORU^R01^ORU_R01", "|OTHER^^1.3.6.1.4.1.19376.1.6.9.9^ISO", None),
            ("ADT^A01", "", None),
        ] {
            let text = format!("MSH|^~\\&|A|B|||20260102||{kind}|1|P|2.6||||||||{profile}\r");
            let found = Transaction::of(&Message::parse(text.as_bytes()).unwrap());
            assert_eq!(found.map(Transaction::number), expected, "{kind} {profile}");
        }
    }
}
