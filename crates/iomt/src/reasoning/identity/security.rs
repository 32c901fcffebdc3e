//! Findings for an assessment of security: what was said, and what follows from it with what is known.

use std::collections::BTreeMap;

use super::describe::{first_octets, sources};
use crate::evidence::Attribute;
use crate::knowledge::Knowledge;
use crate::reasoning::decision::{OF_A_LISTED, Shown, few, same_vendor, shown};
use crate::reasoning::inventory::Finding;
use crate::reasoning::record::Record;

/// The findings about a device, by kind and detail.
pub(super) fn findings(record: &Record, knowledge: &Knowledge) -> Vec<Finding> {
    let mut found: BTreeMap<(String, String, &'static str), (u64, Vec<Shown>)> = BTreeMap::new();
    let mut add = |kind: &str, detail: &str, count: u64, evidence: Shown| {
        let key = (kind.to_owned(), detail.to_owned(), evidence.protocol);
        let (total, all) = found.entry(key).or_default();
        *total = total.saturating_add(count);
        all.push(evidence);
    };
    for (value, source, tally) in sources(record, Attribute::Security) {
        add(value.qualifier(), value.bare(), tally.count(), shown(value.bare(), source, tally));
    }
    // Who calls itself one maker's and has an identifier of another's is not what it says, or was set up wrongly.
    let claimed: Vec<Box<str>> = record
        .values(Attribute::Name)
        .filter(|(name, told)| {
            name.qualifier().starts_with("hl7-")
                && told.sources().any(|source| matches!(source.field, "MSH-3.1" | "MSH-4.1"))
        })
        .filter_map(|(name, _)| knowledge.vendor(name.bare()))
        .map(|vendor| same_vendor(vendor, knowledge))
        .collect();
    for (value, source, tally) in
        sources(record, Attribute::Eui64).filter(|(_, source, _)| source.field.starts_with("MSH-3"))
    {
        let maker = first_octets(value.bare()).and_then(|mac| knowledge.oui(mac)).and_then(|oui| oui.vendor);
        if let Some(maker) = maker
            && !claimed.is_empty()
            && !claimed.contains(&same_vendor(maker, knowledge))
        {
            add("eui64-of-another-maker", maker, tally.count(), shown(value.bare(), source, tally));
        }
    }
    found
        .into_iter()
        .map(|((kind, detail, protocol), (count, evidence))| Finding {
            kind,
            detail,
            protocol,
            count,
            evidence: few(evidence, OF_A_LISTED),
        })
        .collect()
}
