//! The stacks of the bundled captures: each has one stack hash, no two share one.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a panic is how a test reports")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use support::{bundled, json};

/// Stack hashes by the declared implementation, over all bundled captures.
fn stacks(scheme: &str) -> BTreeMap<String, BTreeSet<String>> {
    let mut stacks: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for path in bundled() {
        let ledger = iomt::files::read(&path, &iomt::files::Options::default()).expect("readable").ledger;
        let inventory = json(&iomt::Inventory::read(&ledger, iomt::knowledge::Knowledge::builtin()));
        for device in inventory["devices"].as_array().expect("devices") {
            let declared = device["stack"].as_array().expect("stacks");
            let [only] = declared.as_slice() else { continue };
            for print in device["fingerprints"].as_array().expect("fingerprints") {
                if print["scheme"] == scheme && print["complete"] == true {
                    let text = print["value"].as_str().expect("text");
                    let stack = text.split('_').nth(1).expect("a stack hash").to_owned();
                    let name = only["implementation_uid"].as_str().expect("a UID").to_owned();
                    stacks.entry(name).or_default().insert(stack);
                }
            }
        }
    }
    stacks
}

#[test]
fn every_stack_has_a_hash_of_its_own_and_keeps_it() {
    for (scheme, least) in [("DQ1", 1), ("DA1", 3)] {
        let stacks = stacks(scheme);
        assert!(stacks.len() >= least, "{scheme}: {stacks:?}");
        let all: Vec<&String> = stacks.values().flatten().collect();
        let different: BTreeSet<&String> = all.iter().copied().collect();
        assert_eq!(all.len(), different.len(), "{scheme}: a hash that two stacks share: {stacks:?}");
        for (uid, hashes) in &stacks {
            assert_eq!(hashes.len(), 1, "{scheme}: {uid} has several: {hashes:?}");
        }
    }
}
