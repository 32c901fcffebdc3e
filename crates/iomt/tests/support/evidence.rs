//! Evidence as observers file it, for tests of what is concluded from it.

use core::net::IpAddr;

use iomt::evidence::{Attribute, EquipmentKey, Evidence, Place, Sink, Source, Subject, Value, WHOLE};
use iomt::ledger::{Neighbour, Proof, ShardId};
use iomt::{Inventory, Ledger, Limits, Timestamp, knowledge::Knowledge};

/// A ledger being filled, with the time of what is filed next.
pub(crate) struct Desk {
    pub(crate) ledger: Ledger,
    pub(crate) time: i64,
    frame: u64,
}

pub(crate) fn ip(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { ledger: Ledger::new(ShardId(1), Limits::DEFAULT), time: 0, frame: 0 }
    }

    fn place(&mut self) -> Place {
        self.frame += 1;
        Place { time: Timestamp(self.time), input: "desk".into(), frame: self.frame, offset: 7 }
    }

    pub(crate) fn file(&mut self, subject: &Subject, attribute: Attribute, value: Value, source: Source) {
        let place = self.place();
        self.ledger.take(Evidence { subject: subject.clone(), attribute, value, source, place });
    }

    /// A host that speaks a protocol, with its name there.
    pub(crate) fn host(&mut self, address: &str, protocol: &'static str, title: &str) {
        let subject = Subject::Endpoint(ip(address));
        let (field, kind) = ("Calling AE Title", "declared-name");
        if !title.is_empty() {
            self.file(&subject, Attribute::Name, Value::pair("ae-title", title), Source { protocol, field, kind });
        }
        let role = Source { protocol, field: "role", kind: "role" };
        self.file(&subject, Attribute::Role, Value::pair("peer", "talk"), role);
        self.ledger.active(&subject, Timestamp(self.time), 1, 1);
    }

    /// A hardware address, in frames or in ARP.
    pub(crate) fn at(&mut self, mac: &str, address: &str, stated: bool) {
        let place = Some(self.place());
        let proof = if stated { Proof { stated: place, seen: None } } else { Proof { seen: place, stated: None } };
        self.ledger.neighbour(Neighbour { mac: mac.into(), ip: ip(address) }, proof);
    }

    /// A whole message about a piece of equipment.
    pub(crate) fn tells(&mut self, address: &str, protocol: &'static str, said: &[(Attribute, &str)]) -> Subject {
        let mut key = EquipmentKey::default();
        for (attribute, text) in said {
            let text = iomt::evidence::normalise(text);
            match attribute {
                Attribute::Manufacturer => key.manufacturer = text,
                Attribute::Model => key.model = text,
                Attribute::Serial => key.serial = text,
                Attribute::Eui64 => key.eui64 = text,
                Attribute::Name => key.instance = text,
                _ => {}
            }
        }
        let subject = Subject::Equipment { key, speaker: Some(ip(address)), protocol };
        for (attribute, text) in said {
            let kind = if matches!(attribute, Attribute::Ip | Attribute::Mac) { "claimed-address" } else { "declared" };
            let value = match attribute {
                Attribute::Software => Value::pair("software", text),
                Attribute::Name => Value::pair("station-name", text),
                Attribute::VendorSign => Value::pair("private-creator", text),
                _ => Value::text(text),
            };
            let kind = if *attribute == Attribute::VendorSign { "private-creator" } else { kind };
            self.file(&subject, *attribute, value, Source { protocol, field: "F", kind });
        }
        let source = Source { protocol, field: "F", kind: "sign" };
        self.file(&subject, Attribute::Sign, Value::text(WHOLE), source);
        self.ledger.active(&subject, Timestamp(self.time), 0, 1);
        subject
    }

    pub(crate) fn inventory(&self) -> Inventory {
        Inventory::read(&self.ledger, Knowledge::builtin())
    }
}
