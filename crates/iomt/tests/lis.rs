//! The laboratory and the point of care: who is an analyser, who speaks for others, who only listens; and no patient of any record.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test reports"
)]

mod support;

use core::ops::ControlFlow;
use std::io::Cursor;

use iomt::dissect::{self, Options, Protocol, REDACTED};
use iomt::inventory::Device;
use iomt::{Inventory, LinkType, Sensor, Timestamp, knowledge::Knowledge};
use iomt_lis::{Delimiters, emit};
use support::{captures, frames, inventory, json};

const CANARY: &str = "CANARY7391";

fn value(decision: Option<&iomt::Decision>) -> &str {
    decision.map_or("", |decision| decision.value.as_str())
}

fn at<'a>(inventory: &'a Inventory, ip: &str) -> &'a Device {
    inventory.devices.iter().find(|device| device.addresses.ip.iter().any(|own| own == ip)).expect("seen")
}

#[test]
fn an_analyser_that_names_itself_is_one_device_with_its_address() {
    let inventory = inventory(&frames("lis_analysers.pcap"));
    for (ip, model, serial, software) in [
        ("10.77.22.13", "XN-550", "13456", "00-16"),
        ("10.77.22.14", "c111", "1735", "4.2.2.1730"),
        ("10.77.22.15", "GeneXpert", "", "4.7b"),
    ] {
        let device = at(&inventory, ip);
        assert_eq!(value(device.model.as_ref()), model);
        assert_eq!(value(device.serial.as_ref()), serial, "{model}");
        assert_eq!(value(device.class.as_ref()), "analyser", "{model}");
        assert!(device.software.iter().any(|part| part.version.value == software), "{model}");
        assert!(device.relations.is_empty(), "{model}");
    }
}

#[test]
fn a_program_that_speaks_for_two_analysers_is_neither() {
    let inventory = inventory(&frames("lis_analysers.pcap"));
    let middleware = at(&inventory, "10.77.22.17");
    assert!(middleware.model.is_none());
    assert_eq!(value(middleware.class.as_ref()), "gateway");
    assert_eq!(middleware.relations.iter().filter(|relation| relation.kind == "speaks-for").count(), 2);
}

#[test]
fn the_host_is_an_endpoint_and_knows_its_ports() {
    let inventory = inventory(&frames("lis_analysers.pcap"));
    let host = at(&inventory, "10.77.22.11");
    assert_eq!(value(host.class.as_ref()), "laboratory-information-system");
    assert_eq!(host.addresses.ports, ["tcp/15200", "tcp/6001"]);
    assert!(host.names.iter().any(|name| name.kind == "lis-name" && name.value == "LIS"));
}

#[test]
fn a_meter_at_the_bedside_greets_with_all_that_it_is() {
    let inventory = inventory(&frames("lis_analysers.pcap"));
    let meter = at(&inventory, "10.77.22.16");
    assert_eq!(value(meter.manufacturer.as_ref()), "Constructed Diagnostics");
    assert_eq!(value(meter.model.as_ref()), "Strip One");
    assert_eq!(value(meter.serial.as_ref()), "G-0042");
    assert_eq!(value(meter.class.as_ref()), "point-of-care-analyser");
    assert_eq!(value(meter.state.as_ref()), "R");
    assert_eq!(meter.hardware[0].version.value, "1.0");
    assert!(meter.addresses.mac.contains(&"02:4d:44:00:16:10".to_owned()));
}

#[test]
fn an_analyser_that_says_nothing_of_itself_is_an_endpoint_of_its_class() {
    let inventory = inventory(&frames("astm_lab.pcap"));
    assert_eq!(inventory.devices.len(), 3);
    assert!(inventory.devices.iter().all(|device| device.model.is_none()));
    assert_eq!(value(at(&inventory, "10.77.21.13").class.as_ref()), "analyser");
    assert_eq!(value(at(&inventory, "10.77.21.11").class.as_ref()), "laboratory-information-system");
}

#[test]
fn an_order_behind_which_something_is_missing_makes_its_sender_no_host() {
    // An analyser sends the order before its results; the capture ends between them.
    let begun = conversation(b"H|\\^&|||XN\rP|1\rO|1|S1||^^^GLU\r");
    assert!(begun.devices.iter().all(|device| device.class.is_none()));
    // A frame with the results is lost, the terminator is not.
    let message = b"H|\\^&|||XN\rP|1\rO|1|S1||^^^GLU\rR|1|^^^GLU|5\rL|1|N\r";
    let [head, results, rest] = [&message[..30], &message[30..43], &message[43..]];
    assert!(head.ends_with(b"GLU\r") && results.starts_with(b"R|1") && rest.ends_with(b"L|1|N\r"));
    let mut sensor = Sensor::new("constructed");
    for (number, frame) in (1_i64..).zip(packets_of(&[head, results, rest])) {
        if number != 3 {
            sensor.push(Timestamp::new(number, 0), LinkType::ETHERNET, &frame);
        }
    }
    let torn = Inventory::read(&sensor.finish(), Knowledge::builtin());
    assert!(torn.devices.iter().all(|device| device.class.is_none()), "{:?}", torn.devices);
}

#[test]
fn an_analyser_whose_line_a_terminal_server_carries_by_telnet_is_not_at_its_address() {
    let message: &[u8] = b"H|\\^&|||H1^Roche^c111^4.2.2^1^1735\rP|1\rO|1|S1||^^^GLU\rR|1|^^^GLU|5\rL|1|N\r";
    let session = emit::session(&[message], 240);
    let direct = conversation(&session);
    assert_eq!(value(at(&direct, "192.0.2.1").serial.as_ref()), "1735");
    let carried = conversation(&[b"\xff\xfb\x00\xff\xfd\x00", &session[..]].concat());
    let server = at(&carried, "192.0.2.1");
    assert_eq!((value(server.class.as_ref()), server.serial.is_none()), ("terminal-server", true));
    let analyser = carried.devices.iter().find(|device| value(device.serial.as_ref()) == "1735").expect("the analyser");
    assert!(analyser.addresses.ip.is_empty());
    assert_eq!(analyser.relations.iter().map(|relation| relation.kind).collect::<Vec<_>>(), ["behind"]);
}

#[test]
fn files_of_records_and_of_greetings_name_their_devices() {
    for (name, model, kind) in [
        ("analyser.astm", "c111", iomt::files::FileKind::Lis),
        ("meter.xml", "Strip One", iomt::files::FileKind::Poct1a),
    ] {
        let path = captures().join("../files").join(name);
        let reading = iomt::files::read(&path, &iomt::files::Options::default()).unwrap();
        assert_eq!(reading.kind, kind);
        let inventory = Inventory::read(&reading.ledger, Knowledge::builtin());
        let [device] = inventory.devices.as_slice() else { panic!("one device: {name}") };
        assert_eq!(value(device.model.as_ref()), model);
    }
}

/// One direction of a connection.
fn conversation(bytes: &[u8]) -> Inventory {
    Inventory::read(&sensed(bytes), Knowledge::builtin())
}

fn sensed(bytes: &[u8]) -> iomt::Ledger {
    let mut sensor = Sensor::new("constructed");
    for (number, frame) in (1_i64..).zip(packets(bytes)) {
        sensor.push(Timestamp::new(number, 0), LinkType::ETHERNET, &frame);
    }
    sensor.finish()
}

/// The frames of a connection in which only the client speaks.
fn packets(bytes: &[u8]) -> Vec<Vec<u8>> {
    packets_of(&bytes.chunks(500).collect::<Vec<_>>())
}

fn packets_of(parts: &[&[u8]]) -> Vec<Vec<u8>> {
    let segment = |sequence: u32, flags: u8, payload: &[u8]| {
        let total = u16::try_from(40 + payload.len()).unwrap().to_be_bytes();
        let mut frame = vec![2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0];
        frame.extend([0x45, 0, total[0], total[1], 0, 0, 0x40, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2]);
        frame.extend(40_000_u16.to_be_bytes());
        frame.extend(9_100_u16.to_be_bytes());
        frame.extend(sequence.to_be_bytes());
        frame.extend([0, 0, 0, 0, 0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
        frame.extend(payload);
        frame
    };
    let mut sequence = 100;
    let mut all = vec![segment(99, 2, &[])];
    for part in parts {
        all.push(segment(sequence, 0x18, part));
        sequence += u32::try_from(part.len()).unwrap();
    }
    all
}

/// A message with a canary in every field in which a patient, a specimen, an operator or a result may be.
fn canaries(sender: &str, instrument: &str) -> Vec<u8> {
    let fields = format!("|{CANARY}^{CANARY}\\{CANARY}").repeat(35);
    let result: Vec<&str> = (2..=30).map(|n| if n == 14 { instrument } else { CANARY }).collect();
    format!(
        "H|\\^&|{CANARY}|{CANARY}|{sender}|{CANARY}|{CANARY}|{CANARY}|{CANARY}|LIS|{CANARY}|P|1|20260102\r\
         P{fields}\rO{fields}\rC{fields}\rR|{}\rC{fields}\rQ{fields}\rS{fields}\rM{fields}\rX{fields}\rL|1|{CANARY}\r",
        result.join("|")
    )
    .into_bytes()
}

fn poct_canaries() -> Vec<u8> {
    let fields = |names: &[&'static str]| names.iter().map(|name| (*name, CANARY)).collect::<Vec<_>>();
    let patient = fields(&["patient_id", "name", "birth_date", "gender_cd", "weight", "location"]);
    let operator = fields(&["operator_id", "name"]);
    let results = fields(&["observation_id", "value", "method_cd", "note_txt"]);
    let device = [("vendor_id", "ACME"), ("model_id", "Sampler"), ("serial_id", "S-1")];
    let mut stream = emit_poct("HEL.R01", &[("DEV", &device), ("PT", &patient), ("OPR", &operator)]);
    stream.extend(emit_poct("OBS.R01", &[("PT", &patient), ("OBS", &results), ("OPR", &operator), ("DEV", &results)]));
    stream.extend(emit_poct("PTL.R01", &[("PT", &patient)]));
    stream.extend(emit_poct("OPL.R01", &[("OPR", &operator)]));
    stream.extend(format!("<EVS.R01><EVT>{CANARY}</EVT><EVT.text>{CANARY}</EVT.text></EVS.R01>").bytes());
    stream.extend(format!("<ESC.R01><ESC.note_txt V='{CANARY}'/></ESC.R01>{CANARY}<html>{CANARY}").bytes());
    stream
}

fn emit_poct(name: &str, objects: &[(&str, &[(&str, &str)])]) -> Vec<u8> {
    iomt_lis::poct1a::emit::message(name, objects).into_bytes()
}

#[test]
fn no_patient_field_of_a_record_comes_out() {
    let text = canaries("XN-550^00-16^13456", "XN-550^13456");
    for stream in [emit::session(&[&text], 240), emit::session(&[&text], 63_000), text.clone()] {
        let inventory = conversation(&stream);
        let text = json(&inventory).to_string();
        assert!(text.contains("XN-550") && text.contains("13456"), "the message was read: {text}");
        assert!(!text.contains(CANARY), "{text}");
        assert!(!format!("{inventory:?}").contains(CANARY));
        assert!(!format!("{:?}", sensed(&stream)).contains(CANARY));
    }
}

#[test]
fn no_patient_field_of_a_greeting_or_result_comes_out() {
    let inventory = conversation(&poct_canaries());
    let text = json(&inventory).to_string();
    assert!(text.contains("Sampler"), "the greeting was read: {text}");
    assert!(!text.contains(CANARY), "{text}");
    assert!(!format!("{:?}", sensed(&poct_canaries())).contains(CANARY));
}

fn dissected(bytes: &[u8], options: &Options) -> Vec<String> {
    let mut lines = Vec::new();
    dissect::read_from("input", Cursor::new(bytes.to_vec()), options, &mut |record| {
        lines.push(serde_json::to_string(record).unwrap());
        ControlFlow::Continue(())
    })
    .unwrap();
    lines
}

#[test]
fn a_dissection_shows_devices_and_redacts_patients() {
    for (bytes, shown, protocol) in [
        (canaries("XN-550^00-16^13456", "XN-550^13456"), "13456", Protocol::Lis),
        (poct_canaries(), "Sampler", Protocol::Poct1a),
    ] {
        let lines = dissected(&bytes, &Options::default());
        assert!(lines.iter().any(|line| line.contains(shown)), "{lines:?}");
        assert!(lines.iter().any(|line| line.contains(REDACTED)));
        let leaked: Vec<&String> = lines.iter().filter(|line| line.contains(CANARY)).collect();
        assert!(leaked.is_empty(), "{leaked:?}");
        assert!(lines.iter().all(|line| line.contains(&format!("\"protocol\":\"{}\"", protocol.name()))));
        let all = Options { reveal_phi: true, ..Options::default() };
        assert!(dissected(&bytes, &all).iter().any(|line| line.contains(CANARY)));
        let other = Options { protocol: Some(Protocol::Dicom), ..Options::default() };
        assert!(dissected(&bytes, &other).is_empty());
    }
}

#[test]
fn a_password_is_shown_to_nobody() {
    let text = b"H|\\^&||SESAME|XN-550^1^1234\rL|1|N\r";
    for reveal_phi in [false, true] {
        let lines = dissected(text, &Options { reveal_phi, ..Options::default() });
        assert!(lines.iter().any(|line| line.contains("H-4")));
        assert!(!lines.iter().any(|line| line.contains("SESAME")));
    }
    let inventory = conversation(text);
    assert!(!json(&inventory).to_string().contains("SESAME"));
    let findings: Vec<&str> = at(&inventory, "192.0.2.1").security.iter().map(|found| found.kind.as_str()).collect();
    assert_eq!(findings, ["clear-text-credentials", "no-encryption"]);
}

#[test]
fn version_and_training_are_findings_of_the_sender_and_free_text_is_none() {
    let text = b"H|\\^&|||XN-550^1^1234|||||||T|E1394-97\rL|1|N\r";
    let inventory = conversation(text);
    let found = |kind: &str| {
        let sender = at(&inventory, "192.0.2.1");
        sender.security.iter().find(|found| found.kind == kind).map(|found| found.detail.clone())
    };
    assert_eq!(found("processing-id").as_deref(), Some("T"));
    assert_eq!(found("protocol-version").as_deref(), Some("E1394-97"));
    let text = json(&conversation(b"H|\\^&|||XN-550^1^1234|||||||P|NOBODY AT ALL\rL|1|N\r")).to_string();
    assert!(!text.contains("NOBODY"), "{text}");
}

#[test]
fn instruments_behind_a_sender_without_a_name_are_devices_of_their_own() {
    let delimiters = Delimiters::DEFAULT;
    let result =
        |instrument: &[&[u8]]| emit::Record::new(b'R', delimiters).field(b"1").skip(11).parts(instrument).build();
    let header = emit::Record::header(delimiters).skip(2).field(b"MIDDLE").build();
    let message =
        [header, result(&[b"AU480", b"2015123"]), result(&[b"DxI 600", b"700456"]), b"L|1|N\r".to_vec()].concat();
    let inventory = conversation(&emit::session(&[&message], 240));
    let mut serials: Vec<&str> = inventory.devices.iter().map(|device| value(device.serial.as_ref())).collect();
    serials.sort_unstable();
    assert_eq!(serials, ["", "", "2015123", "700456"]);
    assert!(at(&inventory, "192.0.2.1").model.is_none());
}

#[test]
fn a_place_number_in_r_14_is_no_device() {
    let message = b"H|\\^&\rR|1|^^^GLU|5||||||||||3\rL|1|N\r";
    let inventory = conversation(message);
    assert!(inventory.devices.iter().all(|device| device.model.is_none() && device.serial.is_none()));
}

#[test]
fn modules_of_an_analyser_that_names_itself_are_names_of_it() {
    let message =
        b"H|\\^&|||SITE^Roche^c111^4.2^1^1735\rR|1|^^^GLU|5||||||||||c111^1735\rR|2|^^^NA|5||||||||||ISE^1234\rL|1\r";
    let inventory = conversation(message);
    let models: Vec<&str> = inventory.devices.iter().map(|device| value(device.model.as_ref())).collect();
    assert_eq!(models.iter().filter(|model| !model.is_empty()).count(), 1, "{models:?}");
    assert!(json(&inventory).to_string().contains("ISE 1234"));
}

#[test]
fn what_a_host_calls_itself_is_no_equipment() {
    let orders = b"H|\\^&|||Acme^LabHost^12345^4.2.1|||||XN||P|1\rP|1\rO|1|S1||^^^GLU\rL|1|N\r";
    let inventory = conversation(orders);
    assert!(inventory.devices.iter().all(|device| device.model.is_none()));
    assert_eq!(value(at(&inventory, "192.0.2.1").class.as_ref()), "laboratory-information-system");
}
