//! Hosts: the addresses under which one endpoint speaks.
//!
//! Two network addresses belong to one host when they share a hardware address which is not a router's. A hardware address
//! behind which more than one IPv4 address speaks, or more than one IPv6 address that is not of the link itself, is taken for a
//! router's, unless ARP or neighbour discovery tied each of them to it, or it is in the address.

use core::net::IpAddr;
use std::collections::{BTreeMap, BTreeSet};

use super::attribution::octets;
use super::endpoint;
use super::groups::Groups;
use crate::evidence::{Attribute, Source, Value};
use crate::reasoning::inventory::Addresses;
use crate::reasoning::ledger::{Ledger, Neighbour};
use crate::reasoning::record::Record;

/// IPv6 addresses that one interface may have: link-local, stable, and some temporary ones.
const IPV6_OF_ONE_HOST: usize = 8;

/// One endpoint with all its addresses.
#[derive(Debug, Default)]
pub(super) struct Host {
    pub(super) record: Record,
    ips: BTreeSet<IpAddr>,
    macs: BTreeSet<String>,
}

impl Host {
    /// Whether it spoke a medical protocol.
    pub(super) fn is_medical(&self) -> bool {
        self.record.values(Attribute::Role).next().is_some()
    }

    /// The hardware addresses seen in frames, without those of routers.
    pub(super) fn macs(&self) -> impl Iterator<Item = &str> {
        self.macs.iter().map(String::as_str)
    }

    /// Whether a hardware address is one of these.
    pub(super) fn has_mac(&self, mac: &str) -> bool {
        self.macs.contains(mac)
    }

    /// Whether a network address is one of its own.
    pub(super) fn has_address(&self, address: IpAddr) -> bool {
        self.ips.contains(&address)
    }

    /// Whether it has an address of the family of another.
    pub(super) fn has_family(&self, address: IpAddr) -> bool {
        self.ips.iter().any(|own| own.is_ipv4() == address.is_ipv4())
    }

    /// The addresses of one device, under which it may look like several hosts.
    pub(super) fn addresses<'a>(hosts: impl IntoIterator<Item = &'a Self>) -> Addresses {
        let mut addresses = Addresses::default();
        for host in hosts {
            addresses.ip.extend(host.ips.iter().map(IpAddr::to_string));
            addresses.mac.extend(host.macs.iter().cloned());
            addresses.ports.extend(host.record.values(Attribute::Port).map(|(port, _)| port.bare().to_owned()));
        }
        for list in [&mut addresses.ip, &mut addresses.mac, &mut addresses.ports] {
            list.sort();
            list.dedup();
        }
        addresses
    }

    /// What its id is made of: the hardware address where there is one, else the lowest network address.
    pub(super) fn basis(&self) -> String {
        match (self.macs.first(), self.ips.first()) {
            (Some(mac), _) => format!("mac\n{mac}"),
            (None, Some(ip)) => format!("ip\n{ip}"),
            (None, None) => String::new(),
        }
    }
}

/// All hosts of a ledger.
#[derive(Debug, Default)]
pub(super) struct Hosts {
    hosts: Vec<Host>,
    of: BTreeMap<IpAddr, usize>,
}

impl Hosts {
    pub(super) fn find(ledger: &Ledger) -> Self {
        let records: BTreeMap<IpAddr, &Record> =
            ledger.records().filter_map(|(subject, record)| Some((endpoint(subject)?, record))).collect();
        let mut behind: BTreeMap<&str, BTreeMap<IpAddr, bool>> = BTreeMap::new();
        for (Neighbour { mac, ip }, proof) in ledger.neighbours() {
            behind.entry(mac).or_default().insert(*ip, proof.stated.is_some());
        }
        // Hosts that spoke nothing medical are nobody here, whatever hardware they have.
        behind.retain(|_, ips| ips.keys().any(|ip| records.contains_key(ip)));
        behind.retain(|mac, ips| is_one_host(mac, ips));

        let addresses: Vec<IpAddr> = records
            .keys()
            .copied()
            .chain(behind.values().flat_map(BTreeMap::keys).copied())
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect();
        let number_of = |ip: &IpAddr| addresses.binary_search(ip).ok();
        let mut groups = Groups::new(addresses.len());
        let mut macs: BTreeMap<IpAddr, BTreeSet<&str>> = BTreeMap::new();
        for (mac, ips) in &behind {
            let numbers: Vec<usize> = ips.keys().filter_map(number_of).collect();
            for pair in numbers.windows(2) {
                if let [a, b] = pair {
                    groups.join(*a, *b);
                }
            }
            for ip in ips.keys() {
                macs.entry(*ip).or_default().insert(mac);
            }
        }
        let mut found = Self::default();
        let mut hosts: BTreeMap<usize, usize> = BTreeMap::new();
        let mut said: BTreeMap<usize, Vec<&Record>> = BTreeMap::new();
        for (number, ip) in addresses.iter().enumerate() {
            let host_number = *hosts.entry(groups.find(number)).or_insert_with(|| {
                found.hosts.push(Host::default());
                found.hosts.len().saturating_sub(1)
            });
            if let Some(host) = found.hosts.get_mut(host_number) {
                host.ips.insert(*ip);
                host.macs.extend(macs.get(ip).into_iter().flatten().map(|mac| (*mac).to_owned()));
            }
            said.entry(host_number).or_default().extend(records.get(ip));
            found.of.insert(*ip, host_number);
        }
        for (number, records) in said {
            if let Some(host) = found.hosts.get_mut(number) {
                host.record = Record::together(records);
            }
        }
        for (Neighbour { mac, ip }, proof) in ledger.neighbours() {
            if let Some(host) = found.of(*ip).and_then(|number| found.hosts.get_mut(number))
                && host.macs.contains(&**mac)
            {
                for (field, place) in
                    [("source or destination MAC", &proof.seen), ("ARP or neighbour discovery", &proof.stated)]
                {
                    if let Some(place) = place {
                        let source = Source { protocol: "link", field, kind: "seen-address" };
                        host.record.add(Attribute::Mac, Value::text(mac), source, place);
                    }
                }
            }
        }
        found
    }

    pub(super) fn of(&self, address: IpAddr) -> Option<usize> {
        self.of.get(&address).copied()
    }

    pub(super) fn get(&self, number: usize) -> Option<&Host> {
        self.hosts.get(number)
    }

    pub(super) fn get_mut(&mut self, number: usize) -> Option<&mut Host> {
        self.hosts.get_mut(number)
    }

    pub(super) const fn len(&self) -> usize {
        self.hosts.len()
    }
}

fn is_one_host(mac: &str, ips: &BTreeMap<IpAddr, bool>) -> bool {
    let of_one = |v4: bool| {
        let mut ends = ips.iter().filter(|(ip, _)| ip.is_ipv4() == v4 && !is_of_link(**ip));
        ends.clone().count() <= 1 || ends.all(|(ip, stated)| *stated || holds(*ip, mac))
    };
    of_one(true) && of_one(false) && ips.keys().filter(|ip| ip.is_ipv6()).count() <= IPV6_OF_ONE_HOST
}

/// Whether an address is of its link alone: a router passes none on.
const fn is_of_link(ip: IpAddr) -> bool {
    matches!(ip, IpAddr::V6(ip) if ip.is_unicast_link_local())
}

/// Whether the lower half of an address was made of a hardware address (RFC 4291, appendix A).
fn holds(ip: IpAddr, mac: &str) -> bool {
    let IpAddr::V6(ip) = ip else { return false };
    let [.., a, b, c, 0xff, 0xfe, d, e, f] = ip.octets() else { return false };
    octets(mac) == Some([a ^ 0x02, b, c, d, e, f])
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAC: &str = "02:4d:44:00:00:0d";

    fn is_one(ips: &[(&str, bool)]) -> bool {
        is_one_host(MAC, &ips.iter().map(|(ip, stated)| (ip.parse().unwrap(), *stated)).collect())
    }

    #[test]
    fn several_addresses_that_nobody_tied_to_a_hardware_address_are_behind_a_router_in_either_family() {
        assert!(is_one(&[("10.0.0.1", false)]) && is_one(&[("fd77::b", false)]));
        assert!(is_one(&[("10.0.0.1", false), ("fd77::b", false), ("fe80::1", false)]), "one of each family");
        assert!(!is_one(&[("10.0.0.1", false), ("10.0.0.2", false)]));
        assert!(!is_one(&[("fd77::b", false), ("fd77::c", false)]));
        assert!(!is_one(&[("fd77::b", true), ("fd77::c", false)]));
    }

    #[test]
    fn addresses_that_are_stated_or_made_of_the_hardware_address_are_of_one_host() {
        assert!(is_one(&[("10.0.0.1", true), ("10.0.0.2", true)]));
        assert!(is_one(&[("fd77::b", true), ("fd77::c", true), ("fe80::1", false)]));
        assert!(is_one(&[("fd77::4d:44ff:fe00:d", false), ("fd77::b", true)]), "the first holds the hardware address");
        assert!(!is_one(&[("fd77::4d:44ff:fe00:e", false), ("fd77::b", true)]), "the first holds another");
    }
}
