use core::net::{IpAddr, Ipv4Addr};

use iomt::evidence::{Attribute, EquipmentKey, Evidence, Place, Sink as _, Source, Subject, Value};
use iomt::knowledge::Knowledge;
use iomt::{Health, Inventory, Ledger, Limits, ShardId, Timestamp};
use unicode_width::UnicodeWidthStr as _;

use super::*;

/// An inventory of one device that says these things through this endpoint.
fn inventory(said: &[(Attribute, Value)], endpoint: &[(Attribute, Value)]) -> Inventory {
    let mut ledger = Ledger::new(ShardId(1), Limits::DEFAULT);
    let address = IpAddr::V4(Ipv4Addr::new(10, 4, 2, 17));
    let key = EquipmentKey { model: "m".into(), serial: "s".into(), ..EquipmentKey::default() };
    let place = Place { time: Timestamp::new(1, 0), input: "a.pcap".into(), frame: 1, offset: 0 };
    let source = Source { protocol: "dicom", field: "field", kind: "declared" };
    let mut take = |subject: Subject, list: &[(Attribute, Value)]| {
        for (attribute, value) in list {
            let (subject, value, place) = (subject.clone(), value.clone(), place.clone());
            ledger.take(Evidence { subject, attribute: *attribute, value, source, place });
        }
    };
    take(Subject::Equipment { key, speaker: Some(address), protocol: "dicom" }, said);
    take(Subject::Endpoint(address), endpoint);
    take(Subject::Endpoint(address), &[(Attribute::Role, Value::pair("requestor", "C-STORE"))]);
    ledger.set_health(Health { frames: 1234, bytes: 99, gaps: 2, encrypted_streams: 1, ..Health::default() });
    Inventory::read(&ledger, Knowledge::builtin())
}

fn assert_narrow(text: &str) {
    for line in text.lines() {
        assert!(line.width() <= usize::from(WIDTH), "{} columns: {line}", line.width());
    }
}

#[test]
fn no_line_is_wider_than_a_page_whatever_devices_call_themselves() {
    let long = "超音波診断装置 ".repeat(30);
    let said = [
        (Attribute::Manufacturer, Value::text(&long)),
        (Attribute::Model, Value::text(&long)),
        (Attribute::Serial, Value::text(&"9".repeat(200))),
        (Attribute::Location, Value::text(&long)),
        (Attribute::Name, Value::pair("station-name", &long)),
        (Attribute::Software, Value::pair(&long, &"1.2.".repeat(60))),
    ];
    let endpoint = [
        (Attribute::Name, Value::pair("ae-title", &long)),
        (Attribute::Stack, Value::pair("1.2.3.4", &"X".repeat(90))),
        (Attribute::Mac, Value::text("02:4d:44:00:01:0c")),
    ];
    let text = render(&inventory(&said, &endpoint));
    assert_narrow(&text);
    assert!(text.contains('…'));
}

#[test]
fn a_device_shows_what_people_look_for() {
    let said = [
        (Attribute::Manufacturer, Value::text("ACME")),
        (Attribute::Model, Value::text("Scan 3")),
        (Attribute::Serial, Value::text("SN-1")),
        (Attribute::Class, Value::pair("DICOM Modality", "CT")),
        (Attribute::Location, Value::text("WEST WING")),
        (Attribute::Software, Value::pair("software", "7.1")),
    ];
    let text = render(&inventory(&said, &[(Attribute::Name, Value::pair("ae-title", "CT01"))]));
    for wanted in ["Equipment: 1 device", "ACME Scan 3", "SN-1", "CT", "CT01", "at WEST WING", "7.1", "10.4.2.17", " %"]
    {
        assert!(text.contains(wanted), "{wanted} is not in\n{text}");
    }
    assert!(text.ends_with("Read 1,234 frames, 99 B, 0 streams, 0 messages, 2 gaps, 1 stream encrypted.\n"), "{text}");
}

#[test]
fn modules_stated_addresses_and_findings_are_told_in_few_words() {
    let said = [
        (Attribute::Model, Value::text("B40")),
        (Attribute::Serial, Value::text("SN-1")),
        (Attribute::Name, Value::pair("instance", "0a0b0c0d-0001-0002-0003-0123456789ab")),
        (Attribute::Module, Value::pair("5 class MDC", "MDC_DEV_ECG_VMD")),
        (Attribute::Module, Value::pair("7 serial ", "DE44")),
        (Attribute::Module, Value::pair("7 class MDC", "MDC_DEV_UNHEARD_OF_VMD")),
        (Attribute::Security, Value::pair("device-code-contradicts-name", "69965")),
        (Attribute::Security, Value::pair("no-encryption", "MLLP")),
    ];
    let endpoint = [(Attribute::Security, Value::pair("clear-text-credentials", "MSH-8"))];
    let text = render(&inventory(&said, &endpoint));
    assert_narrow(&text);
    for wanted in ["with ECG, unheard of DE44", "! code 69965 and its name differ", "! password in MSH-8"] {
        assert!(text.contains(wanted), "{wanted} is not in\n{text}");
    }
    for clutter in ["0a0b0c0d", "MLLP"] {
        assert!(!text.contains(clutter), "{clutter} is in\n{text}");
    }
}

#[test]
fn whom_an_endpoint_names_is_told_by_name_or_in_number() {
    let mut said = vec![
        (Attribute::Peer, Value::pair("moves-to", "FAR_PACS")),
        (Attribute::Peer, Value::pair("schedules-for", "CT7")),
        (Attribute::Peer, Value::pair("schedules-for-station", "HALL")),
        (Attribute::Role, Value::pair("acceptor", "C-FIND 1.2.840.10008.5.1.4.31")),
    ];
    let text = render(&inventory(&[], &said));
    for wanted in ["moves objects to FAR_PACS", "schedules for CT7, HALL"] {
        assert!(text.contains(wanted), "{wanted} is not in\n{text}");
    }
    said.extend((1..=9).map(|number| (Attribute::Peer, Value::pair("schedules-for", &format!("ROOM{number}")))));
    let text = render(&inventory(&[], &said));
    assert!(text.contains("schedules for 11 stations"), "{text}");
    assert_narrow(&text);
}

#[test]
fn a_device_of_which_only_the_label_is_known_shows_the_label() {
    let text = render(&inventory(&[(Attribute::Udi, Value::pair("device-identifier", "00643169001763"))], &[]));
    assert!(text.contains("UDI 00643169001763"), "{text}");
}

#[test]
fn a_long_list_of_modules_is_counted() {
    let mut said = vec![(Attribute::Model, Value::text("B40")), (Attribute::Serial, Value::text("SN-1"))];
    for number in 1..=40 {
        said.push((Attribute::Module, Value::pair(&format!("{number} serial "), &format!("SERIAL-{number:08}"))));
    }
    let text = render(&inventory(&said, &[]));
    assert_narrow(&text);
    assert!(text.contains("and 37 more"), "{text}");
}

#[test]
fn rivals_are_marked_and_named() {
    let said = [
        (Attribute::Model, Value::text("Scan 3")),
        (Attribute::Serial, Value::text("SN-1")),
        (Attribute::Serial, Value::text("SN-2")),
    ];
    let text = render(&inventory(&said, &[]));
    assert!(text.contains("SN-1 !"), "{text}");
    assert!(text.contains("! serial also said: SN-2"), "{text}");
}

#[test]
fn no_devices_are_one_line_and_the_health() {
    let ledger = Ledger::new(ShardId(1), Limits::DEFAULT);
    let text = render(&Inventory::read(&ledger, Knowledge::builtin()));
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(text.starts_with("No medical devices were found.\n"));
}

#[test]
fn characters_that_rewrite_the_terminal_do_not_come_through() {
    let said = [(Attribute::Model, Value::text("Scan\u{202e}3\u{200f}")), (Attribute::Serial, Value::text("1"))];
    let text = render(&inventory(&said, &[]));
    assert!(text.contains("Scan3"), "{text}");
}
