//! The stacks of the bundled captures: each has one stack hash, no two share one.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a panic is how a test reports")]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use support::{Owned, bundled, frames, inventory, json};

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

/// The fingerprints of a scheme in an inventory of some frames: text and whether it is complete.
fn prints(frames: &[Owned], scheme: &str) -> BTreeSet<(String, bool)> {
    let inventory = json(&inventory(frames));
    let all = inventory["devices"].as_array().expect("devices").iter();
    let all = all.flat_map(|device| device["fingerprints"].as_array().expect("fingerprints"));
    let wanted = all.filter(|print| print["scheme"] == scheme);
    wanted.map(|print| (print["value"].as_str().expect("text").to_owned(), print["complete"] == true)).collect()
}

/// The frames that one of two hosts sent, by its hardware address.
fn of_one_side(frames: &[Owned], first_sender: bool) -> Vec<Owned> {
    let mac = |frame: &Owned| frame.data.get(6..12).expect("an Ethernet frame").to_vec();
    let tcp = |frame: &&Owned| frame.data.get(23) == Some(&6);
    let initiator = mac(frames.iter().find(tcp).expect("a TCP segment"));
    frames.iter().filter(|frame| (mac(frame) == initiator) == first_sender).cloned().collect()
}

#[test]
fn a_side_that_was_not_seen_makes_the_other_s_fingerprint_partial_or_leaves_it_as_it_is() {
    let echo = frames("dicom_echo_basic.pcap");
    assert_eq!(prints(&of_one_side(&echo, true), "DQ1"), prints(&echo, "DQ1"));
    let (whole, alone) = (prints(&echo, "DA1"), prints(&of_one_side(&echo, false), "DA1"));
    let stacks = |prints: &BTreeSet<(String, bool)>| -> BTreeSet<Option<String>> {
        prints.iter().map(|(text, _)| text.split('_').nth(1).map(str::to_owned)).collect()
    };
    assert!(whole.iter().all(|(_, complete)| *complete) && alone.iter().all(|(_, complete)| !complete), "{alone:?}");
    assert!(!alone.is_empty() && stacks(&whole) == stacks(&alone), "the stack does not need the request");

    let admissions = frames("hl7_adt_basic.pcap");
    assert_eq!(prints(&of_one_side(&admissions, true), "HS1"), prints(&admissions, "HS1"));
    let answers = prints(&of_one_side(&admissions, false), "HR1");
    assert!(!answers.is_empty() && answers.iter().all(|(_, complete)| !complete), "{answers:?}");
}

#[test]
fn a_telemetry_dialog_in_serial_framing_has_a_fingerprint_of_each_side() {
    use iomt_intellivue::emit::Attributes;
    use iomt_intellivue::emit::association::{User, abort, accept, request};
    let block = |message: &[u8]| iomt_intellivue::rs232::encode(message).expect("a block");
    let profiles = || Attributes::new().poll_profile(iomt_x73::RelativeTime(8_000), 1_400, 1_400, 0);
    let ask = block(&request(&User::client(profiles())).expect("a request"));
    let answer = block(&accept(&User::server(profiles())).expect("an accept"));
    let said = [(true, ask), (false, answer), (true, block(&abort()))];
    let whole = prints(&support::connection(40_000, 4_001, &said), "TB1");
    assert_eq!(whole.len(), 2, "{whole:?}");
    assert!(
        whole.iter().all(|(text, complete)| text.starts_with("ttu") && !complete),
        "two messages are few: {whole:?}"
    );
}
