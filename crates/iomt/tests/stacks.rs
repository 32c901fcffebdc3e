//! What DICOM stacks claim and how they behave, by requests that real programs sent (`fixtures/associates`).

#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test reports"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use iomt::fingerprint::{Fingerprint, dicom};
use iomt_dicom::pdu::{Associate, Pdu};
use serde_json::Value;
use support::{bundled, bytes_of, connection, inventory, json};

struct Sent {
    program: String,
    bytes: Vec<u8>,
}

/// The rows of a table of PDUs.
fn rows(file: &str) -> Vec<Vec<String>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/associates").join(file);
    let text = std::fs::read_to_string(path).unwrap();
    let cells = |line: &str| line.split('\t').map(str::to_owned).collect();
    text.lines().filter(|line| !line.starts_with('#')).map(cells).collect()
}

fn requests() -> Vec<Sent> {
    let sent = |row: Vec<String>| Sent { program: row[0].clone(), bytes: bytes_of(&row[2]) };
    rows("requests.tsv").into_iter().map(sent).collect()
}

/// A request, and what a program answered.
struct Answered {
    program: String,
    request: Vec<u8>,
    answer: Vec<u8>,
}

fn answers() -> Vec<Answered> {
    let answered = |row: Vec<String>| Answered {
        program: format!("{} {}", row[0], row[1]),
        request: bytes_of(&row[2]),
        answer: bytes_of(&row[3]),
    };
    rows("answers.tsv").into_iter().map(answered).collect()
}

/// How the acceptor of an association behaves, by the inventory.
fn behaviour_of_acceptor(answered: &Answered) -> Value {
    let said = [(true, answered.request.clone()), (false, answered.answer.clone())];
    let inventory = json(&inventory(&connection(40_000, 104, &said)));
    let mut devices = inventory["devices"].as_array().unwrap().iter();
    let acceptor = devices.find(|device| device["addresses"]["ports"] == serde_json::json!(["tcp/104"])).unwrap();
    acceptor["stack"][0]["behaviour"].clone()
}

fn request(bytes: &[u8]) -> Associate<'_> {
    match Pdu::parse(bytes) {
        Ok((Pdu::AssociateRq(rq), _)) => rq,
        other => panic!("no request: {other:?}"),
    }
}

fn print(bytes: &[u8]) -> Fingerprint {
    dicom::requestor(&request(bytes))
}

fn stack(print: &Fingerprint) -> String {
    print.text.split('_').nth(1).unwrap().to_owned()
}

#[test]
fn every_program_has_a_stack_of_its_own_and_keeps_it_whatever_it_asks_for() {
    let mut stacks: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for sent in requests() {
        stacks.entry(sent.program).or_default().insert(stack(&print(&sent.bytes)));
    }
    for (program, hashes) in &stacks {
        assert_eq!(hashes.len(), 1, "{program}: {hashes:?}");
    }
    let different: BTreeSet<&String> = stacks.values().flatten().collect();
    assert_eq!(different.len(), stacks.len(), "{stacks:?}");
    // The table of docs/fingerprints.md.
    let table: Vec<(&str, &str)> =
        stacks.iter().map(|(program, hashes)| (program.as_str(), hashes.first().unwrap().as_str())).collect();
    assert_eq!(
        table,
        [
            ("DCMTK 3.6.7", "589dda53c9cc"),
            ("DICOM-rs 0.10.1", "999f8161bc5a"),
            ("GDCM 3.0.21", "fe3e60c6bb6c"),
            ("dcmjs-dimse 0.3.3", "b49fbc04bcc6"),
            ("nmap 7.93", "06da4a33b8c7"),
            ("pynetdicom 3.0.4", "64b74954e80d"),
        ]
    );
}

#[test]
fn a_family_is_what_the_programs_do_and_not_what_they_say() {
    let family = |program: &str| {
        let families: BTreeSet<String> = requests()
            .iter()
            .filter(|sent| sent.program.starts_with(program))
            .map(|sent| print(&sent.bytes).family)
            .collect();
        assert_eq!(families.len(), 1, "{program}: {families:?}");
        families.into_iter().next().unwrap()
    };
    // GDCM and the probe negotiate as DCMTK does; what tells them apart lies in bytes that nobody may test.
    assert_eq!(family("DCMTK"), family("GDCM"));
    assert_eq!(family("DCMTK"), family("nmap"));
    let others: BTreeSet<String> = ["DCMTK", "DICOM-rs", "dcmjs", "pynetdicom"].into_iter().map(family).collect();
    assert_eq!(others.len(), 4);
}

/// The inventory of a connection in which this request was sent and nothing else.
fn sent_alone(bytes: &[u8]) -> Value {
    json(&inventory(&connection(40_000, 104, &[(true, bytes.to_vec())])))
}

fn behaviour(inventory: &Value) -> Value {
    inventory["devices"][0]["stack"][0]["behaviour"].clone()
}

#[test]
fn programs_that_are_what_they_say_are_not_accused() {
    for sent in requests().iter().filter(|sent| !sent.program.starts_with("nmap")) {
        assert_eq!(behaviour(&sent_alone(&sent.bytes)), serde_json::json!({ "as_declared": true }), "{}", sent.program);
    }
    for path in bundled() {
        let ledger = iomt::files::read(&path, &iomt::files::Options::default()).expect("readable").ledger;
        let inventory = json(&iomt::Inventory::read(&ledger, iomt::knowledge::Knowledge::builtin()));
        let stacks =
            inventory["devices"].as_array().unwrap().iter().flat_map(|device| device["stack"].as_array().unwrap());
        for stack in stacks {
            assert_ne!(stack["behaviour"]["as_declared"], false, "{}: {stack}", path.display());
        }
    }
}

#[test]
fn a_probe_that_poses_as_dcmtk_is_reported_with_its_evidence() {
    let requests = requests();
    let probe = requests.iter().find(|sent| sent.program.starts_with("nmap")).unwrap();
    let inventory = sent_alone(&probe.bytes);
    let stack = &inventory["devices"][0]["stack"][0];
    assert_eq!((stack["name"].as_str(), stack["version"].as_str()), (Some("DCMTK"), Some("3.6.2")));
    let behaviour = behaviour(&inventory);
    assert_eq!(behaviour["as_declared"], false);
    assert_eq!(behaviour["resembles"], serde_json::json!(["nmap dicom-ping"]));
    let habits: Vec<(&str, &str, &str)> = behaviour["deviations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| {
            let text = |value: &'static str| one[value].as_str().unwrap();
            (text("habit"), text("expected"), one["evidence"]["value"].as_str().unwrap())
        })
        .collect();
    assert_eq!(habits, [("area", "zero", "30 more"), ("reserved", "00ff00", "000000")]);
    assert_eq!(behaviour["deviations"][0]["evidence"]["frame"], 3);
    assert_eq!(behaviour["deviations"][0]["grade"], "A");
}

#[test]
fn a_stack_under_another_s_name_is_reported_the_other_way_round_too() {
    let requests = requests();
    let dcmtk = requests.iter().find(|sent| sent.program.starts_with("DCMTK")).unwrap();
    // DCMTK's bytes with a name of the same length: only the identifiers are another's. Constructed.
    let text = String::from_utf8_lossy(&dcmtk.bytes).find("OFFIS_DCMTK_367").is_some();
    assert!(text);
    let replace = |bytes: &mut Vec<u8>, from: &[u8], to: &[u8]| {
        let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
        bytes[at..at + from.len()].copy_from_slice(to);
    };
    let mut posing = dcmtk.bytes.clone();
    replace(&mut posing, b"1.2.276.0.7230010.3.0.3.6.7", b"1.2.826.0.1.3680043.9.3811.");
    replace(&mut posing, b"OFFIS_DCMTK_367", b"PYNETDICOM_304\0");
    let inventory = sent_alone(&posing);
    let behaviour = behaviour(&inventory);
    assert_eq!(inventory["devices"][0]["stack"][0]["name"], "pynetdicom");
    assert_eq!(behaviour["as_declared"], false);
    assert_eq!(behaviour["resembles"], serde_json::json!(["DCMTK"]));
}

#[test]
fn acceptors_that_are_what_they_say_are_not_accused_and_are_judged() {
    for answered in answers() {
        let behaviour = behaviour_of_acceptor(&answered);
        if answered.program.starts_with("dcmjs") {
            assert_eq!(behaviour, Value::Null, "nothing of it is known to be built in");
        } else {
            assert_eq!(behaviour, serde_json::json!({ "as_declared": true }), "{}", answered.program);
        }
    }
}

/// Answers of one stack under the identifiers of another, which are cut or filled up to its length. Constructed.
#[test]
fn an_acceptor_under_another_s_name_is_told_by_what_it_puts_where_it_means_nothing() {
    const DCMTK: [&[u8]; 2] = [b"1.2.276.0.7230010.3.0.3.6.7", b"OFFIS_DCMTK_367"];
    const PYNETDICOM: [&[u8]; 2] = [b"1.2.826.0.1.3680043.9.3811.3.0.4", b"PYNETDICOM_304"];
    for answered in answers() {
        let (own, other, declared) = match answered.program.split(' ').next() {
            Some("DCMTK") => (DCMTK, PYNETDICOM, "first"),
            Some("pynetdicom") => (PYNETDICOM, DCMTK, "implicit"),
            _ => continue,
        };
        let mut posing = Answered { answer: answered.answer.clone(), ..answered };
        for (from, to) in own.into_iter().zip(other) {
            let at = posing.answer.windows(from.len()).position(|window| window == from).unwrap();
            let mut filled = to.to_vec();
            filled.resize(from.len(), 0);
            posing.answer[at..at + from.len()].copy_from_slice(&filled);
        }
        let behaviour = behaviour_of_acceptor(&posing);
        assert_eq!(behaviour["as_declared"], false, "{}: {behaviour}", posing.program);
        let deviation = behaviour["deviations"].as_array().unwrap().iter().find(|one| one["habit"] == "rejected");
        let deviation = deviation.expect("the filling of rejected contexts");
        assert_eq!(
            (deviation["expected"].as_str(), deviation["evidence"]["field"].as_str()),
            (Some(declared), Some("A-ASSOCIATE-AC"))
        );
        assert_ne!(deviation["evidence"]["value"], declared);
    }
}

#[test]
fn without_the_request_nothing_is_said_of_rejected_contexts() {
    let answered = &answers()[0];
    let Ok((Pdu::AssociateAc(answer), _)) = Pdu::parse(&answered.answer) else { panic!("an answer") };
    let kinds: Vec<&str> = iomt::fingerprint::habits::answer(&answer, None).iter().map(|part| part.kind).collect();
    assert_eq!(kinds, ["answer-reserved", "answer-area", "answer-order", "answer-max"]);
}

#[test]
fn an_unknown_stack_is_not_spoken_of() {
    let requests = requests();
    let mut bytes = requests[0].bytes.clone();
    for from in [&b"1.2.276.0.7230010"[..], b"OFFIS_DCMTK"] {
        let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
        bytes[at + from.len() - 1] = b'9';
    }
    assert_eq!(behaviour(&sent_alone(&bytes)), Value::Null);
}
