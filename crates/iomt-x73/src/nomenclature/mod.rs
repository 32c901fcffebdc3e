//! Names for the 16-bit numbers: object classes, attributes, units, events.
//!
//! The tables are data, sorted by number. A name stands where a public source gives it (in the spelling of ISO/IEEE
//! 11073-10101 without the `MDC_` or `NOM_` that goes in front); where only the meaning is public there is a plain word.
//! Sources: the OpenICE project's enumeration (facts), the data models of Philips Data Export and 11073-20601, and two
//! captures. In that enumeration the comment above a number belongs to its neighbour; the numbers here follow the names.

mod attributes;
mod classes;
mod terms;

pub use attributes::{Attribute, attribute, attribute_by_id, is_patient_attribute};
pub use classes::class_name;
pub use terms::{event_name, physiological_name, unit_name};

/// A number and what it is called.
type Row = (u16, &'static str);

/// Looks a number up in a sorted table.
fn name(table: &'static [Row], number: u16) -> Option<&'static str> {
    let index = table.binary_search_by_key(&number, |row| row.0).ok()?;
    table.get(index).map(|row| row.1)
}

#[cfg(test)]
fn is_sorted(table: &[Row]) -> bool {
    table.is_sorted_by(|left, right| left.0 < right.0)
}
