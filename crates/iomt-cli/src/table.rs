//! An inventory for people: what the equipment is, how sure that is, and where to find it; then who else speaks.
//!
//! ```text
//!  Equipment: 2 devices
//!   Device                        Serial   Software      Where              Sure
//!   ─────────────────────────────────────────────────────────────────────────────
//!   SIEMENS ✓ Avanto              25641    syngo MR ...  10.77.1.20          98 %
//!   MR ✓ · MRSIE
//! ```
//! Nothing is wider than [`WIDTH`] columns, so that it fits a mail and a page.

use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width};
use iomt::inventory::{Device, Kind};
use iomt::{Decision, Inventory};

mod endpoint;
mod equipment;
mod health;
mod remarks;

use crate::words::{class, count};

/// The widest line.
pub(crate) const WIDTH: u16 = 100;

/// Blanks around the content of a cell; one more stands between two cells.
const PADDING: u16 = 2;

/// Writes an inventory as tables.
pub(crate) fn render(inventory: &Inventory) -> String {
    let of_kind = |kind: Kind| {
        let mut devices: Vec<&Device> = inventory.devices.iter().filter(|device| device.kind == kind).collect();
        devices.sort_by_key(|device| order(device));
        devices
    };
    let (equipment, endpoints) = (of_kind(Kind::Equipment), of_kind(Kind::Endpoint));
    let mut text = String::new();
    if !equipment.is_empty() {
        let rows = equipment.iter().map(|device| equipment::row(device, inventory));
        let heading = format!("Equipment: {}", count(equipment.len(), "device"));
        section(&mut text, &heading, &equipment::COLUMNS, rows);
    }
    if !endpoints.is_empty() {
        let rows = endpoints.iter().map(|device| endpoint::row(device));
        let heading = format!("Stations, archives and gateways: {}", count(endpoints.len(), "endpoint"));
        section(&mut text, &heading, &endpoint::COLUMNS, rows);
    }
    if inventory.devices.is_empty() {
        text.push_str("No medical devices were found.\n");
    } else {
        text.push_str(
            "✓ confirmed by another sign   ! disputed   ? inferred   Sure: of the model, or of the best known\n",
        );
    }
    text.push_str(&health::line(&inventory.health));
    text
}

/// Devices of one class stand together, then those of one maker.
fn order(device: &Device) -> (String, String, String, String) {
    let of = |decision: &Option<Decision>| {
        decision.as_ref().map_or_else(|| "\u{10ffff}".to_owned(), |decision| decision.value.to_lowercase())
    };
    let class = device.class.as_ref().map_or_else(|| "\u{10ffff}".to_owned(), |decision| class(&decision.value));
    (class.to_lowercase(), of(&device.manufacturer), of(&device.model), device.id.clone())
}

/// A column: its heading and the width of its content.
type Column = (&'static str, usize);

/// One table under its heading. A cell is a list of lines.
fn section<const N: usize>(
    text: &mut String,
    heading: &str,
    columns: &[Column; N],
    rows: impl Iterator<Item = [Vec<String>; N]>,
) {
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY).set_content_arrangement(ContentArrangement::Dynamic).set_width(WIDTH);
    table.set_header(columns.iter().map(|(name, _)| *name));
    table.set_constraints(columns.iter().map(|(_, width)| {
        let width = u16::try_from(*width).unwrap_or(WIDTH).saturating_add(PADDING);
        ColumnConstraint::Absolute(Width::Fixed(width))
    }));
    for row in rows {
        table.add_row(row.map(|lines| lines.join("\n")));
    }
    text.push_str(heading);
    text.push('\n');
    for line in table.lines() {
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.push('\n');
}

#[cfg(test)]
mod tests;
