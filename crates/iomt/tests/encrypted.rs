//! Encrypted conversations: they tell something of hosts that are known, and make none.

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

use std::collections::BTreeSet;
use std::path::Path;

use iomt::fingerprint::ja4;
use iomt_dicom::emit::Associate;
use serde_json::Value;
use support::{Owned, bytes_of, connection, frames, inventory, json};

/// A handshake of TLS 1.2 as OpenSSL made it, with certificates of both sides.
fn handshake() -> Vec<(bool, Vec<u8>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/tls/tls12.tsv");
    let text = std::fs::read_to_string(path).unwrap();
    let rows = text.lines().filter(|line| !line.starts_with('#')).map(|line| {
        let (who, hex) = line.split_once('\t').unwrap();
        (who == "client", bytes_of(hex))
    });
    rows.collect()
}

fn encrypted(port: u16) -> Vec<Owned> {
    connection(40_001, port, &handshake())
}

/// A DICOM association in clear.
fn association(port: u16) -> Vec<Owned> {
    let (verification, implicit) = (b"1.2.840.10008.1.1", b"1.2.840.10008.1.2");
    let asked = Associate::request(b"PACS", b"WS1").context(1, verification, &[implicit]).build();
    let answered = Associate::accept(b"PACS", b"WS1").result(1, 0, Some(implicit)).build();
    connection(40_000, port, &[(true, asked), (false, answered)])
}

fn device(inventory: &Value, address: &str) -> Value {
    let devices = inventory["devices"].as_array().unwrap();
    devices.iter().find(|device| device["addresses"]["ip"][0] == address).cloned().unwrap_or_default()
}

fn names(device: &Value) -> BTreeSet<(String, String)> {
    let names = device["names"].as_array().unwrap().iter().filter(|name| name["kind"] != "ae-title");
    names.map(|name| (name["kind"].as_str().unwrap().to_owned(), name["value"].as_str().unwrap().to_owned())).collect()
}

fn greetings(device: &Value) -> Vec<String> {
    let prints = device["fingerprints"].as_array().unwrap().iter().filter(|print| print["scheme"] == "JA4");
    prints.map(|print| print["value"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn an_encrypted_conversation_makes_no_device_on_whatever_port() {
    for port in [104, 443, 2575, 2762, 4242, 11112] {
        let inventory = json(&inventory(&encrypted(port)));
        assert_eq!(inventory["devices"], serde_json::json!([]), "{port}");
        assert_eq!(inventory["health"]["encrypted_streams"], 1);
    }
}

#[test]
fn on_a_port_that_speaks_dicom_in_clear_too_it_tells_of_both_ends_whichever_came_first() {
    let clear_first = [association(104), encrypted(104)].concat();
    let encrypted_first = [encrypted(104), association(104)].concat();
    for frames in [clear_first, encrypted_first] {
        let inventory = json(&inventory(&frames));
        assert_eq!(inventory["devices"].as_array().unwrap().len(), 2);
        let (client, server) = (device(&inventory, "192.0.2.1"), device(&inventory, "192.0.2.2"));
        // Computed from tshark's fields, not by this program.
        assert_eq!(greetings(&client), ["t12i280600_d943125447b4_e7e480e5a997"]);
        assert!(greetings(&server).is_empty());
        let pair = |kind: &str, value: &str| (kind.to_owned(), value.to_owned());
        assert_eq!(
            names(&server),
            BTreeSet::from([
                pair("certificate-host", "192.0.2.2"),
                pair("certificate-host", "pacs.example.org"),
                pair("certificate-issuer", "Example Trust"),
                pair("certificate-organization", "Example Imaging"),
            ])
        );
        let role = |device: &Value, role: &str| {
            device["roles"].as_array().unwrap().iter().any(|one| one["role"] == role && one["service"] == "tcp/104")
        };
        assert!(role(&client, "tls-client") && role(&server, "tls-server"));
        // Nothing of what is known of the two changes their ids.
        let alone = json(&support::inventory(&association(104)));
        assert_eq!(alone["devices"][0]["id"], inventory["devices"][0]["id"]);
    }
}

#[test]
fn a_certificate_of_a_person_gives_an_organization_and_no_name() {
    let inventory = json(&inventory(&[association(104), encrypted(104)].concat()));
    let client = device(&inventory, "192.0.2.1");
    let kinds: BTreeSet<String> = names(&client).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds, BTreeSet::from(["certificate-issuer".to_owned(), "certificate-organization".to_owned()]));
    let text = inventory.to_string().to_lowercase();
    assert!(!text.contains("canary") && !text.contains("jane"));
}

#[test]
fn the_registered_port_is_enough_for_hosts_that_are_known_and_other_ports_are_not() {
    let of =
        |port: u16| greetings(&device(&json(&inventory(&[association(104), encrypted(port)].concat())), "192.0.2.1"));
    assert_eq!(of(2762).len(), 1);
    assert_eq!(of(443).len(), 0);
}

#[test]
fn who_offers_application_protocols_speaks_none_of_ours() {
    // The same greeting with an ALPN extension of `h2` put in. Constructed.
    let mut said = handshake();
    let hello = &mut said[0].1;
    let alpn = [0, 16, 0, 5, 0, 3, 2, b'h', b'2'];
    hello.extend(alpn);
    let grow = |bytes: &mut [u8]| {
        let length = u16::from_be_bytes([bytes[0], bytes[1]]) + u16::try_from(alpn.len()).unwrap();
        bytes[..2].copy_from_slice(&length.to_be_bytes());
    };
    grow(&mut hello[3..5]);
    grow(&mut hello[7..9]);
    let session = usize::from(hello[43]);
    let ciphers = 44 + session;
    let compression = ciphers + 2 + usize::from(u16::from_be_bytes([hello[ciphers], hello[ciphers + 1]]));
    let extensions = compression + 1 + usize::from(hello[compression]);
    grow(&mut hello[extensions..extensions + 2]);
    let length = hello.len();
    assert!(ja4::client(&hello[5..length]).unwrap().offers_application_protocols);
    let inventory = json(&inventory(&[association(104), connection(40_001, 104, &said)].concat()));
    assert!(greetings(&device(&inventory, "192.0.2.1")).is_empty());
}

#[test]
fn the_greetings_of_the_captures_are_as_computed_from_another_dissector_s_fields() {
    let greetings = |capture: &str| -> BTreeSet<String> {
        let hellos = frames(capture).into_iter().filter_map(|frame| {
            let at = frame.data.windows(6).position(|bytes| matches!(bytes, [0x16, 3, 1, _, _, 1]))?;
            Some(ja4::client(frame.data.get(at + 5..)?)?.print.text)
        });
        hellos.collect()
    };
    let (dcmtk, python) = ("t13i080900_a811a161fe38_5ac7197df9d2", "t13i181000_85036bcba153_d41ae481755e");
    assert_eq!(greetings("dicom_tls.pcap"), BTreeSet::from([dcmtk.to_owned(), python.to_owned()]));
    assert_eq!(greetings("hl7_tls_oddport.pcap"), BTreeSet::from([python.to_owned()]));
    assert_eq!(greetings("dicom_reject_abort.pcap"), BTreeSet::from([dcmtk.to_owned()]));
}
