//! One row per piece of equipment.

use iomt::inventory::{Change, Component, Device, Relation};
use iomt::{Decision, Inventory};

use super::{Column, remarks};
use crate::words::{class, cut, fits, percent, plain};

const DEVICE: usize = 33;
const SERIAL: usize = 13;
const SOFTWARE: usize = 18;
pub(super) const PLACE: usize = 17;
const SURE: usize = 5;

pub(super) const COLUMNS: [Column; 5] =
    [("Device", DEVICE), ("Serial", SERIAL), ("Software", SOFTWARE), ("Where", PLACE), ("Sure", SURE)];

/// Versions that are shown; the rest is counted.
const VERSIONS: usize = 3;

pub(super) fn row(device: &Device, inventory: &Inventory) -> [Vec<String>; 5] {
    let best = [&device.model, &device.serial, &device.manufacturer, &device.class];
    let sure = best.into_iter().flatten().next().map(|decision| percent(decision.confidence));
    [what(device), serial(device), software(&device.software), place(device, inventory), sure.into_iter().collect()]
}

/// A decided value with its mark: disputed, inferred, confirmed, or none.
pub(super) fn marked(value: &str, decision: &Decision) -> String {
    let mark = match decision {
        Decision { conflict, .. } if *conflict > 0.0 => " !",
        Decision { inferred: true, .. } => " ?",
        Decision { corroborated: true, .. } => " ✓",
        _ => "",
    };
    format!("{}{mark}", plain(value))
}

/// Maker, model, class, names, location, what is disputed of them, modules, findings and id.
fn what(device: &Device) -> Vec<String> {
    let mut lines = Vec::new();
    let maker = device.manufacturer.as_ref().map(|maker| marked(&maker.value, maker));
    let model = device.model.as_ref().map(|model| marked(&model.value, model));
    match (maker, model) {
        (Some(maker), Some(model)) => {
            let both = format!("{maker} {model}");
            if fits(&both, DEVICE) { lines.push(both) } else { lines.extend([maker, model]) }
        }
        (maker, model) => lines.extend(maker.or(model)),
    }
    // A label may be all that is known of a device.
    if lines.is_empty() {
        lines.extend(device.udi.first().map(|carrier| format!("UDI {}", plain(&carrier.said.value))));
    }
    let kind = device.class.as_ref().map(|decision| marked(&class(&decision.value), decision));
    let names: Vec<String> = device
        .names
        .iter()
        .filter(|name| is_shown(&name.kind) && is_for_people(&name.value))
        .map(|name| plain(&name.value))
        .collect();
    let names = (!names.is_empty()).then(|| names.join(", "));
    match (kind, names) {
        (Some(kind), Some(names)) => {
            let both = format!("{kind} · {names}");
            if fits(&both, DEVICE) { lines.push(both) } else { lines.extend([kind, names]) }
        }
        (kind, names) => lines.extend(kind.or(names)),
    }
    lines.extend(device.location.as_ref().map(|location| format!("at {}", marked(&location.value, location))));
    for (what, decision) in [
        ("maker", &device.manufacturer),
        ("model", &device.model),
        ("serial", &device.serial),
        ("class", &device.class),
        ("location", &device.location),
    ] {
        let rival = decision.as_ref().and_then(|decision| decision.rivals.first());
        lines.extend(rival.map(|rival| format!("! {what} also said: {}", plain(rival))));
    }
    for stack in &device.stack {
        let conduct = super::endpoint::conduct(stack);
        if let (Some(name), false) = (&stack.name, conduct.is_empty()) {
            lines.push(format!("! stack declares {}", plain(name)));
            lines.extend(conduct);
        }
    }
    lines.extend(remarks::modules(&device.modules, DEVICE));
    lines.extend(remarks::findings(device));
    lines.push(device.id.clone());
    lines.iter().map(|line| cut(line, DEVICE)).collect()
}

/// Whether people call a device so: nobody pronounces a UUID or a URN.
fn is_for_people(name: &str) -> bool {
    let is_uuid = name.len() == 36 && name.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-');
    !(is_uuid || name.starts_with("urn:"))
}

/// Names by which people know a device; the others number it or its parts.
pub(super) fn is_shown(kind: &str) -> bool {
    matches!(
        kind,
        "ae-title" | "station-name" | "instance" | "treatment-machine" | "printer" | "gantry-id" | "hl7-application"
    )
}

fn serial(device: &Device) -> Vec<String> {
    match &device.serial {
        Some(serial) => vec![cut(&marked(&serial.value, serial), SERIAL)],
        None => Vec::new(),
    }
}

fn software(components: &[Component]) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for component in components.iter().take(VERSIONS) {
        let version = marked(&component.version.value, &component.version);
        let name = plain(&component.component);
        // `software` and `software 2` say nothing that the heading does not, nor does the name of the only component.
        if !(name.starts_with("software") || components.len() == 1) {
            lines.push(format!("{name}:"));
        }
        // Pumps list the versions of several parts in one text.
        lines.extend(version.split(", ").flat_map(|part| broken(part, SOFTWARE)));
        let old = component.updates.last().map(|update| match update.change {
            Change::Downgrade => format!("down from {}", plain(&update.from)),
            _ => format!("was {}", plain(&update.from)),
        });
        lines.extend(old);
    }
    let rest = components.len().saturating_sub(VERSIONS);
    if rest > 0 {
        lines.push(format!("and {rest} more"));
    }
    lines.iter().map(|line| cut(line, SOFTWARE)).collect()
}

/// Where it was seen, and the addresses that it only states.
fn place(device: &Device, inventory: &Inventory) -> Vec<String> {
    let mut lines = seen(device, inventory);
    lines.extend(remarks::stated(device));
    lines
}

/// A text in two lines where one is too narrow, the second from the last blank that lets the first fit.
fn broken(text: &str, width: usize) -> Vec<String> {
    let blank = text.match_indices(' ').map(|(at, _)| text.split_at(at)).rfind(|(first, _)| fits(first, width));
    match blank {
        Some((first, second)) if !fits(text, width) => vec![first.to_owned(), format!(" {}", second.trim_start())],
        _ => vec![text.to_owned()],
    }
}

/// Its own addresses; without any, who speaks for it; without that, the file it was read from.
fn seen(device: &Device, inventory: &Inventory) -> Vec<String> {
    let own = super::endpoint::addresses(device);
    if !own.is_empty() {
        return own;
    }
    for (kind, words) in
        [("spoken-for-by", "behind"), ("relayed-by", "behind"), ("behind", "behind"), ("archived-by", "archived at")]
    {
        let others: Vec<&Relation> = device.relations.iter().filter(|relation| relation.kind == kind).collect();
        let Some(first) = others.first() else { continue };
        let Some(other) = inventory.devices.iter().find(|other| other.id == first.device) else { continue };
        let name = other.names.iter().find(|name| is_shown(&name.kind)).map(|name| plain(&name.value));
        let mut lines = vec![format!("{words} {}", name.as_deref().unwrap_or(&other.id))];
        lines.extend(other.addresses.ip.first().cloned());
        let more = others.len().saturating_sub(1);
        if more > 0 {
            lines.push(format!("and {more} more"));
        }
        return lines.iter().map(|line| cut(line, PLACE)).collect();
    }
    let said = [&device.model, &device.serial, &device.manufacturer, &device.class];
    let file = said.into_iter().flatten().find_map(|decision| decision.evidence.first());
    let input = file.map(|shown| {
        let words = if shown.frame > 0 { "in" } else { "file" };
        cut(&format!("{words} {}", plain(&shown.input)), PLACE)
    });
    input.into_iter().collect()
}
