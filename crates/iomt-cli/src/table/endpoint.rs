//! One row per endpoint: what speaks on the network and is not known to be equipment.

use std::collections::BTreeSet;

use iomt::inventory::{Device, Stack};

use super::equipment::{PLACE, is_shown, marked};
use super::{Column, remarks};
use crate::words::{class, count, cut, fits, plain};

const NAME: usize = 24;
const STACK: usize = 20;
const DOES: usize = 28;

pub(super) const COLUMNS: [Column; 4] = [("Name", NAME), ("Stack", STACK), ("Does", DOES), ("Where", PLACE)];

/// Names, stacks and addresses that are shown; the rest is counted.
const SHOWN: usize = 4;

pub(super) fn row(device: &Device) -> [Vec<String>; 4] {
    [who(device), stack(device), does(device), addresses(device)]
}

fn who(device: &Device) -> Vec<String> {
    let names: BTreeSet<String> =
        device.names.iter().filter(|name| is_shown(&name.kind)).map(|name| plain(&name.value)).collect();
    let mut lines: Vec<String> = names.iter().take(SHOWN).cloned().collect();
    lines.extend(more(names.len()));
    lines.extend(device.manufacturer.as_ref().map(|maker| marked(&maker.value, maker)));
    lines.extend(device.class.as_ref().map(|decision| class(&decision.value)));
    lines.extend(device.location.as_ref().map(|location| format!("at {}", marked(&location.value, location))));
    lines.extend(remarks::findings(device));
    lines.push(device.id.clone());
    lines.iter().map(|line| cut(line, NAME)).collect()
}

fn more(all: usize) -> Option<String> {
    let rest = all.saturating_sub(SHOWN);
    (rest > 0).then(|| format!("and {rest} more"))
}

fn stack(device: &Device) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for stack in device.stack.iter().take(SHOWN) {
        let declared = stack.implementation_version_name.as_deref().or(stack.implementation_uid.as_deref());
        lines.push(match (&stack.name, &stack.version) {
            (Some(name), Some(version)) => format!("{} {}", plain(name), plain(version)),
            (Some(name), None) => plain(name),
            (None, _) => plain(declared.unwrap_or_default()),
        });
        lines.extend(conduct(stack));
        lines.extend(stack.products.iter().map(|product| format!("perhaps {}", plain(&product.name))));
    }
    lines.extend(more(device.stack.len()));
    lines.iter().map(|line| cut(line, STACK)).collect()
}

/// That a stack does not behave as the one that it declares to be, and as which it does.
pub(super) fn conduct(stack: &Stack) -> Vec<String> {
    let Some(conduct) = stack.behaviour.as_ref().filter(|conduct| !conduct.as_declared) else { return Vec::new() };
    let like = conduct.resembles.iter().map(|product| format!("! like {}", plain(product)));
    ["! behaves otherwise".to_owned()].into_iter().chain(like).collect()
}

/// What it does in which protocol, and for whom.
fn does(device: &Device) -> Vec<String> {
    let mut lines = Vec::new();
    for (role, verb) in [
        ("acceptor", "serves"),
        ("requestor-scp", "serves"),
        ("requestor", "asks for"),
        ("acceptor-scu", "asks for"),
        ("sender", "sends"),
        ("receiver", "receives"),
        ("measures", "measures"),
    ] {
        let services = device.roles.iter().filter(|entry| entry.role == role).map(|entry| service(&entry.service));
        // That an association was made, or a message acknowledged, says nothing of what it is for.
        let services: BTreeSet<String> =
            services.filter(|name| !matches!(name.as_str(), "association" | "ACK")).collect();
        if !services.is_empty() {
            lines.push(format!("{verb} {}", Vec::from_iter(services).join(", ")));
        }
    }
    for (kind, verb) in [
        ("archives", "archives"),
        ("speaks-for", "speaks for"),
        ("relays", "relays"),
        ("fronts", "fronts"),
        ("polls", "polls"),
        ("polled-by", "is polled by"),
    ] {
        let devices: BTreeSet<&str> =
            device.relations.iter().filter(|tie| tie.kind == kind).map(|tie| tie.device.as_str()).collect();
        if !devices.is_empty() {
            lines.push(format!("{verb} {}", count(devices.len(), "device")));
        }
    }
    lines.extend(peers(device, &["moves-to"], "moves objects to", "node"));
    lines.extend(peers(device, &["schedules-for", "schedules-for-station"], "schedules for", "station"));
    lines.iter().map(|line| cut(line, DOES)).collect()
}

/// Whom it names that need not have been seen: by name, or how many where the names have no room.
fn peers(device: &Device, kinds: &[&str], verb: &str, noun: &str) -> Option<String> {
    let peers = device.peers.iter().filter(|peer| kinds.contains(&peer.kind.as_str()));
    let names: BTreeSet<String> = peers.map(|peer| plain(&peer.value)).collect();
    let number = names.len();
    let named = format!("{verb} {}", Vec::from_iter(names).join(", "));
    match number {
        0 => None,
        _ if number == 1 || fits(&named, DOES) => Some(named),
        _ => Some(format!("{verb} {}", count(number, noun))),
    }
}

/// `C-FIND` of `C-FIND Study Root ...`, `ADT` of `ADT^A01`.
fn service(service: &str) -> String {
    plain(service.split([' ', '^']).next().unwrap_or_default())
}

/// Network addresses, hardware addresses, ports. Addresses are never cut: a long one goes on in the next line. A link-local
/// address beside another one only repeats the hardware address.
pub(super) fn addresses(device: &Device) -> Vec<String> {
    let own = &device.addresses;
    let (local, routed): (Vec<&String>, Vec<&String>) = own.ip.iter().partition(|address| address.starts_with("fe80:"));
    let network = if routed.is_empty() { local } else { routed };
    let all: Vec<String> = network.into_iter().chain(&own.mac).cloned().collect();
    let mut lines: Vec<String> = all.iter().take(SHOWN).cloned().collect();
    lines.extend(more(all.len()));
    let ports: Vec<&str> = own.ports.iter().take(SHOWN).map(String::as_str).collect();
    if !ports.is_empty() {
        lines.push(ports.join(" "));
    }
    lines
}
