//! Hosts: the addresses under which one endpoint speaks.
//!
//! Two network addresses belong to one host when they share a hardware address which is not a router's. A hardware address
//! behind which more than one IPv4 address speaks is taken for a router's, unless ARP or neighbour discovery tied each of them to it.

use core::net::IpAddr;
use std::collections::{BTreeMap, BTreeSet};

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
        behind.retain(|_, ips| is_one_host(ips));

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

fn is_one_host(ips: &BTreeMap<IpAddr, bool>) -> bool {
    let all_proven = ips.values().all(|proven| *proven);
    let ipv4 = ips.keys().filter(|ip| ip.is_ipv4()).count();
    let ipv6 = ips.len().saturating_sub(ipv4);
    (ipv4 <= 1 || all_proven) && ipv6 <= IPV6_OF_ONE_HOST
}
