//! What was seen of encrypted conversations, given to the hosts that it says something about.
//!
//! It is shown of a host that is in the inventory for another reason, and only where the server's port is one on which it speaks a
//! medical protocol in clear too, or the one that is registered for DICOM over TLS. Nothing of it makes a host or a device.

use core::net::{IpAddr, SocketAddr};
use std::collections::BTreeMap;

use super::hosts::{Host, Hosts};
use crate::evidence::{Attribute, Place, Source, Subject, Value};
use crate::reasoning::ledger::Ledger;

/// `dicom-tls`: PS3.15 annex B, IANA's registry of ports.
const DICOM_TLS: u16 = 2762;

/// A fact: of which host, what, and who says it.
type Fact = (usize, Attribute, Value, Source);

/// Gives the hosts what is known of their encrypted conversations.
pub(super) fn add(hosts: &mut Hosts, ledger: &Ledger) {
    // The same fact through several servers, or under several addresses of a host, is one, first seen where it was first seen.
    let mut facts: BTreeMap<Fact, &Place> = BTreeMap::new();
    for (subject, record) in ledger.records() {
        let Subject::Encrypted(address) = subject else { continue };
        let Some(number) = hosts.of(*address).filter(|number| is_medical(hosts, *number)) else { continue };
        for (attribute, value, source, tally) in record.all() {
            let Some((kind, server)) = value.qualifier().rsplit_once(' ') else { continue };
            let Ok(server) = server.parse::<SocketAddr>() else { continue };
            if server.port() == DICOM_TLS || serves(hosts, server.ip(), server.port()) {
                let fact = (number, attribute, Value::pair(kind, value.bare()), *source);
                let first = facts.entry(fact).or_insert(tally.first());
                *first = (*first).min(tally.first());
            }
        }
    }
    for ((number, attribute, value, source), first) in facts {
        if let Some(host) = hosts.get_mut(number) {
            host.record.add(attribute, value, source, first);
        }
    }
}

fn is_medical(hosts: &Hosts, number: usize) -> bool {
    hosts.get(number).is_some_and(Host::is_medical)
}

/// Whether a host speaks a medical protocol in clear on a port.
fn serves(hosts: &Hosts, address: IpAddr, port: u16) -> bool {
    let host = hosts.of(address).and_then(|number| hosts.get(number));
    host.is_some_and(|host| host.record.has(Attribute::Port, &Value::text(&format!("tcp/{port}"))))
}
