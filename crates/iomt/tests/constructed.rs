//! Captures that are made here, with their truth: personal health devices, a small GE ward, a serial line behind a terminal server.
//!
//! Everything in them is constructed with the emitters of the protocol crates; names, serial numbers and values are invented. The
//! test compares them with `fixtures/captures`; `IOMT_BLESS=1 cargo test -p iomt --test constructed` writes them anew.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test reports"
)]

mod frames;
mod support;

use frames::{Capture, Host};
use iomt_ge::emit::{dri, unity};
use iomt_ge::{
    dri::{Level, MainType, frame::encode, network::DeviceType},
    unity::header::{Function, SECONDS_1970, SubCode},
    unity::parameters::{Code, ParameterType},
};
use iomt_phd::association::{AssociateResult, ConfigId};
use iomt_phd::emit::{self as phd, Association, Attributes};
use iomt_phd::scan::ConfigResult;
use iomt_x73::{Handle, OidType, SpecType, Type};
use serde_json::{Value, json};
use support::{captures, json as as_json, sensed};

/// What stands in every patient's field.
const CANARY: &str = "CANARY";

/// A capture, and what is true of it.
struct Made {
    name: &'static str,
    bytes: Vec<u8>,
    truth: Value,
}

fn host(name: &str, host: Host, role: &str, identity: Value) -> Value {
    json!({ "name": name, "ip": host.ip(), "mac": host.mac(), "role": role, "identity": identity })
}

/// A device's side of a conversation with its manager.
struct Device<'d> {
    eui64: [u8; 8],
    config: ConfigId,
    kind: u16,
    model: &'d [u8],
    serial: &'d [u8],
    firmware: &'d [u8],
}

impl Device<'_> {
    /// Device and manager take turns; true is the device.
    fn conversation(&self) -> Vec<(bool, Vec<u8>)> {
        let manager = Association::manager([0x02, 0x4d, 0x44, 0xff, 0xfe, 0, 40, 1]);
        let extended = self.config.is_extended();
        let answer = if extended { AssociateResult::ACCEPTED_UNKNOWN_CONFIG } else { AssociateResult::ACCEPTED };
        let mut turns = vec![
            (true, Association::agent(self.eui64, self.config).request().unwrap()),
            (false, manager.response(answer).unwrap()),
        ];
        if extended {
            let object = |metric| Attributes::new().metric(Type::new(2, metric)).value_map(&[(0x0a56, 4), (0x0990, 8)]);
            let objects = [(OidType(6), Handle(1), object(0xe140)), (OidType(6), Handle(2), object(0xe150))];
            turns.push((true, phd::config_report(1, self.config, &objects).unwrap()));
            turns.push((false, phd::config_response(1, self.config, ConfigResult::ACCEPTED_CONFIG).unwrap()));
        }
        let attributes = Attributes::new()
            .specialisations(&[(self.kind, 1)])
            .system_model(b"Constructed Health", self.model)
            .system_id(self.eui64)
            .config_id(self.config)
            .production_spec(&[
                (SpecType::SERIAL_NUMBER, 0, self.serial),
                (SpecType::FW_REVISION, 0, self.firmware),
                (SpecType::GMDN, 0, b"99999"),
            ])
            .certifications(&[(2, 1, &[1, 0, 0, 1, 0, 2, 0x80, 0x04])])
            .power_status(0x4000)
            .battery_charge(87);
        turns.push((false, phd::get(2, Handle(0), &[]).unwrap()));
        turns.push((true, phd::get_result(2, Handle(0), &attributes).unwrap()));
        let stamp = [0x20, 0x26, 0x01, 0x02, 0x10, 0x00, 0x00, 0x00];
        let value: &[u8] = match self.kind {
            0x100f => &[0xff, 0, 2, 0x70],
            0x1007 => &[0, 3, 0, 6, 0, 120, 0, 80, 0, 93],
            _ => &[0, 97],
        };
        let values = [value, &stamp].concat();
        turns.push((true, phd::fixed_scan(3, 0, &[(Handle(1), &values)]).unwrap()));
        let label = Attributes::new().attribute(OidType(0x0927), CANARY.as_bytes());
        turns.push((true, phd::variable_scan(4, 1, &[(Handle(1), label)]).unwrap()));
        turns.push((true, phd::release_request(iomt_phd::apdu::ReleaseReason::NORMAL)));
        turns.push((false, phd::release_response(iomt_phd::apdu::ReleaseReason::NORMAL)));
        turns
    }

    fn truth(&self) -> Value {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        let (model, serial, software) = (text(self.model), text(self.serial), [text(self.firmware)]);
        json!({ "manufacturer": "Constructed Health", "model": model, "serial": serial, "software": software })
    }
}

/// Two devices that speak for themselves, and a gateway that speaks for two others.
fn health_devices() -> Made {
    let [manager, oximeter, scale, gateway] = [1, 10, 11, 12].map(|number| Host::new(40, number));
    let oximetry = Device {
        eui64: oximeter.eui64(),
        config: ConfigId(0x0190),
        kind: 0x1004,
        model: b"Oxi 2",
        serial: b"OX-0001",
        firmware: b"1.4.2",
    };
    let weight = Device {
        eui64: [0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11],
        config: ConfigId(0x4000),
        kind: 0x100f,
        model: b"Scale 7",
        serial: b"SC-0007",
        firmware: b"2.0",
    };
    let relayed = [3, 4].map(|number: u8| Device {
        eui64: [0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, number],
        config: ConfigId(0x02bc),
        kind: 0x1007,
        model: b"Cuff 5",
        serial: if number == 3 { b"BP-0003" } else { b"BP-0004" },
        firmware: b"3.1",
    });
    let mut capture = Capture::new();
    for (number, (from, device)) in
        [(oximeter, &oximetry), (scale, &weight), (gateway, &relayed[0]), (gateway, &relayed[1])]
            .into_iter()
            .enumerate()
    {
        let port = 40_000 + u16::try_from(number).unwrap();
        capture.connection(from, port, manager, 6024, &device.conversation());
    }
    let bytes = capture.finish();
    let truth = json!({
        "schema": "testbed-truth/1",
        "capture": "phd_devices.pcap",
        "about": "Personal health devices over TCP: an oximeter with a standard configuration, a scale with its own, a gateway for two cuffs",
        "origin": "constructed with the project's emitters",
        "patients": "labels that hold the word CANARY; values are invented",
        "hosts": [
            host("manager", manager, "collects", json!({})),
            host("oximeter", oximeter, "pulse oximeter", oximetry.truth()),
            host("scale", scale, "weighing scale", weight.truth()),
            host("gateway", gateway, "speaks for two cuffs", json!({})),
        ],
        "sessions": [{ "protocol": "phd", "transport": "tcp", "client": "gateway",
            "messages": [{ "devices": relayed.iter().map(Device::truth).collect::<Vec<_>>() }] }],
    });
    Made { name: "phd_devices", bytes, truth }
}

/// Two monitors that announce themselves, alarm and send to a central station, which asks them and keeps the time.
fn unity_ward() -> Made {
    let [central, first, second] = [1, 11, 12].map(|number| Host::new(41, number));
    let broadcast = Host::new(41, 255);
    let header = |from: Host, to: Host, function, sub_code, origin| unity::Header {
        destination: to.octets(),
        source: from.octets(),
        function,
        sub_code,
        version: 1,
        sequence: 7,
        process: 9,
        origin,
    };
    let mut capture = Capture::new();
    let services = [(3, 2000), (9, 2000), (13, 2000), (12, 2000)];
    for round in 0..3_u32 {
        for (node, place, patient) in
            [(central, "ICU|CENTRAL", ""), (first, "ICU|BED1", "CANARY,A"), (second, "ICU|BED2", "CANARY,B")]
        {
            let clock = 1_767_348_000 + 10 * round;
            let said = unity::announcement(node.octets(), clock, place.as_bytes(), patient.as_bytes(), &services);
            capture.datagram(node, 7000, broadcast, 7000, &said.unwrap());
        }
    }
    // documented by an integrator; the sub-code is not public and invented here
    let time = header(central, broadcast, Function::DATA, SubCode(0x0099), b"ICU|CENTRAL");
    let seconds = SECONDS_1970 + 1_767_348_000;
    capture.datagram(central, 2000, broadcast, 2000, &time.message(&seconds.to_be_bytes()).unwrap());
    let parameter =
        |parameter_type, code, values| unity::Parameter { parameter_type, code, values, limits: [[0; 2]; 3] };
    for (monitor, place, port) in [(first, &b"ICU|BED1"[..], 3009), (second, b"ICU|BED2", 3011)] {
        let asked = header(central, monitor, Function::REQUEST, SubCode::REQUEST_PARAMETERS, place);
        capture.datagram(central, port, monitor, 2000, &asked.request().unwrap());
        let answer = header(monitor, central, Function::DATA, SubCode::PARAMETERS, place);
        let all = [
            parameter(ParameterType::ECG, Code::ECG, [72, 0, -32768]),
            parameter(ParameterType::SPO2, Code::SPO2, [97, 64, -32768]),
        ];
        for _ in 0..3 {
            capture.datagram(monitor, port, central, port, &answer.parameters(&all).unwrap());
        }
        let signals: Vec<(u8, &[i16])> = [(7, &[1, 2, 3, 4][..]), (0x27, &[9])].repeat(15);
        capture.datagram(monitor, port, central, port, &unity::waves(1, &signals).unwrap());
        let alarm = header(monitor, broadcast, Function::DATA, SubCode::ALARM, place);
        let text = alarm.alarm(Code::ECG, b"CANARY LEADS OFF", 2).unwrap();
        capture.datagram(monitor, 7001, broadcast, 7001, &text);
    }
    let bytes = capture.finish();
    let place = |location: &str, class: &str| json!({ "location": location, "class": class });
    let truth = json!({
        "schema": "testbed-truth/1",
        "capture": "ge_unity_ward.pcap",
        "about": "A GE Unity network: two monitors and a central station, announcing, asking, answering, alarming",
        "origin": "constructed with the project's emitters after a public capture of a Dash 4000",
        "patients": "names and alarm texts that hold the word CANARY; values are invented",
        "hosts": [
            host("central", central, "central station and time master", place("ICU|CENTRAL", "central-station")),
            host("bed 1", first, "patient monitor", place("ICU|BED1", "patient-monitor")),
            host("bed 2", second, "patient monitor", place("ICU|BED2", "patient-monitor")),
        ],
        "sessions": [],
    });
    Made { name: "ge_unity_ward", bytes, truth }
}

/// A monitor's serial line behind a terminal server: a login, a patient's record, values and a wave.
fn dri_line() -> Made {
    let [computer, server] = [1, 20].map(|number| Host::new(42, number));
    let record =
        dri::Record { number: 1, level: Level::L09, plug_id: 3, time: 1_767_348_000, main_type: MainType::NETWORK };
    let mac = [0x00, 0x00, 0xa1, 0x42, 0x00, 0x01];
    let records = [
        dri::login(mac, DeviceType::CARESCAPE_ICU, Level::L09, 3, 1_767_348_000),
        dri::patient(record, b"CANARY", b"CANARY", b"CANARY-1"),
        dri::displayed(record, &[("ECG", 3, &[72]), ("SpO2", 3, &[9700])]),
        dri::wave(record, 8, &[1, 2, 3, 4]),
    ];
    let asked = dri::parameter_request(iomt_ge::dri::physiology::PhysiologyType::DISPLAYED, 10, 14).unwrap();
    let mut turns = vec![(true, encode(&asked))];
    turns.extend(records.into_iter().map(|record| (false, encode(&record.unwrap()))));
    let mut capture = Capture::new();
    capture.connection(computer, 40_000, server, 4001, &turns);
    let bytes = capture.finish();
    let truth = json!({
        "schema": "testbed-truth/1",
        "capture": "ge_dri_line.pcap",
        "about": "Datex-Ohmeda records over a terminal server: the monitor that logs in is not the address that speaks",
        "origin": "constructed with the project's emitters after the vendor's specification",
        "patients": "a record that holds the word CANARY; values are invented",
        "hosts": [
            host("computer", computer, "collects", json!({})),
            host("terminal server", server, "terminal server", json!({})),
        ],
        "sessions": [{ "protocol": "dri", "transport": "tcp", "client": "computer", "messages": [{ "devices": [
            { "manufacturer": "GE HealthCare", "model": "CARESCAPE B650 or B850", "serial": "", "software": ["'09"] },
        ] }] }],
    });
    Made { name: "ge_dri_line", bytes, truth }
}

fn made() -> [Made; 3] {
    [health_devices(), unity_ward(), dri_line()]
}

#[test]
fn the_bundled_captures_are_the_ones_that_are_made_here() {
    let bless = std::env::var_os("IOMT_BLESS").is_some();
    for Made { name, bytes, truth } in made() {
        let capture = captures().join(format!("{name}.pcap"));
        let beside = capture.with_extension("truth.json");
        let truth = format!("{truth:#}\n");
        if bless {
            std::fs::write(&capture, &bytes).expect("writable");
            std::fs::write(&beside, &truth).expect("writable");
        }
        assert!(std::fs::read(&capture).is_ok_and(|found| found == bytes), "{name}: the capture is another");
        assert!(std::fs::read_to_string(&beside).is_ok_and(|found| found == truth), "{name}: the truth is another");
    }
}

/// The inventory of a made capture.
fn devices(made: &Made) -> Vec<Value> {
    let frames = support::frames(&format!("{}.pcap", made.name));
    let inventory = iomt::Inventory::read(&sensed(&frames), iomt::knowledge::Knowledge::builtin());
    as_json(&inventory)["devices"].as_array().expect("devices").clone()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn at(devices: &[Value], host: Host) -> Vec<&Value> {
    let here =
        |device: &&Value| device["addresses"]["ip"].as_array().is_some_and(|all| all.contains(&host.ip().into()));
    devices.iter().filter(here).collect()
}

#[test]
fn devices_that_speak_for_themselves_are_one_with_their_address_and_a_gateway_is_none_of_its_devices() {
    let devices = devices(&health_devices());
    for (number, model, class) in [(10, "Oxi 2", "pulse-oximeter"), (11, "Scale 7", "weighing-scale")] {
        let [device] = at(&devices, Host::new(40, number))[..] else { panic!("one device at .{number}") };
        assert_eq!((device["model"]["value"].as_str(), device["class"]["value"].as_str()), (Some(model), Some(class)));
        assert_eq!(device["state"]["value"].as_str(), Some("on battery"));
        assert_eq!(device["states"][0]["value"].as_str(), Some("80 to 89 %"));
        assert_eq!(device["states"][1]["value"].as_str(), Some("on battery"));
        let registered: Vec<_> = list(&device["registrations"]).iter().map(|each| each["value"].as_str()).collect();
        assert_eq!(registered, [Some("body 2, structure 1: 0100000100028004"), Some("99999")]);
        let usage = &device["activity"]["utilisation"];
        let measured = if number == 10 { "MDC 150456" } else { "MDC 188736" };
        assert_eq!((&usage["in_use"], &usage["measurements"][0]["code"]), (&1.into(), &measured.into()));
    }
    let cuffs: Vec<&Value> = devices.iter().filter(|device| device["model"]["value"] == "Cuff 5").collect();
    assert_eq!(cuffs.len(), 2);
    for cuff in cuffs {
        assert_eq!(cuff["class"]["value"], "blood-pressure-monitor");
        assert_eq!(cuff["relations"][0]["type"], "behind");
        assert!(cuff["addresses"]["ip"].as_array().is_none_or(Vec::is_empty), "{cuff:#}");
    }
    let eui64s: Vec<_> = devices.iter().filter_map(|device| device["eui64"]["value"].as_str()).collect();
    assert!(eui64s.contains(&"8877665544332211") && eui64s.contains(&"024D44FFFE00280A"), "{eui64s:?}");
}

#[test]
fn a_unity_ward_is_its_monitors_and_their_central_station_and_nobody_else() {
    let made = unity_ward();
    let devices = devices(&made);
    assert_eq!(devices.len(), 3, "the broadcast address is no device");
    for host in made.truth["hosts"].as_array().unwrap() {
        let found = devices.iter().find(|device| device["addresses"]["ip"][0] == host["ip"]).expect("each host");
        assert_eq!(found["location"]["value"], host["identity"]["location"]);
        assert_eq!(found["class"]["value"], host["identity"]["class"]);
        assert_eq!(found["manufacturer"]["value"], "GE HealthCare");
        assert!(found["model"].is_null() && found["serial"].is_null(), "the protocol states none");
    }
    let roles = |number: u8| at(&devices, Host::new(41, number))[0]["roles"].to_string();
    assert!(roles(1).contains("requester") && roles(1).contains("time master"));
    assert!(roles(11).contains("SpO2") && roles(11).contains("waveform sender"));
    let related = |number: u8, kind: &str| {
        let all = list(&at(&devices, Host::new(41, number))[0]["relations"]);
        all.iter().filter(|relation| relation["type"] == kind).count()
    };
    assert_eq!([related(1, "polls"), related(11, "polled-by"), related(12, "polled-by")], [2, 1, 1]);
    let usage = &at(&devices, Host::new(41, 11))[0]["activity"]["utilisation"];
    let measured: Vec<_> = list(&usage["measurements"]).iter().filter_map(|each| each["name"].as_str()).collect();
    assert_eq!(usage["in_use"], 1);
    assert!(measured.contains(&"MDC_ECG_CARD_BEAT_RATE") && measured.contains(&"MDC_PULS_OXIM_SAT_O2"), "{measured:?}");
}

#[test]
fn a_monitor_behind_a_terminal_server_is_not_the_terminal_server() {
    let devices = devices(&dri_line());
    let monitor =
        devices.iter().find(|device| device["model"]["value"] == "CARESCAPE B650 or B850").expect("it logged in");
    assert_eq!(monitor["class"]["value"], "patient-monitor");
    assert_eq!(monitor["relations"][0]["type"], "behind");
    assert_eq!(monitor["activity"]["utilisation"]["in_use"], 1, "what is measured is of the monitor that logged in");
    for device in at(&devices, Host::new(42, 20)) {
        assert_eq!(device["class"]["value"], "terminal-server");
        assert!(device["activity"]["utilisation"].is_null());
        assert!(device["model"].is_null() && device["manufacturer"].is_null(), "{device:#}");
    }
}

#[test]
fn a_message_that_states_anothers_address_says_nothing_of_who_sent_it() {
    let [liar, victim, group] = [66, 11, 255].map(|number| Host::new(41, number));
    let mut capture = Capture::new();
    let said = unity::announcement(victim.octets(), 1, b"ICU|BED1", b"CANARY,A", &[(3, 2000)]).unwrap();
    capture.datagram(liar, 7000, group, 7000, &said);
    let path = std::env::temp_dir().join(format!("iomt-constructed-{}.pcap", std::process::id()));
    std::fs::write(&path, capture.finish()).expect("writable");
    let ledger = iomt::files::read(&path, &iomt::files::Options::default()).expect("readable").ledger;
    std::fs::remove_file(&path).expect("removable");
    let devices = as_json(&iomt::Inventory::read(&ledger, iomt::knowledge::Knowledge::builtin()))["devices"].clone();
    assert!(devices.to_string().contains("passes on"));
    assert!(!devices.to_string().contains("ICU|BED1"), "{devices:#}");
}

#[test]
fn no_patient_comes_out_of_inventory_or_dissection() {
    for made in made() {
        let path = captures().join(format!("{}.pcap", made.name));
        assert!(made.bytes.windows(CANARY.len()).any(|window| window == CANARY.as_bytes()), "the canary is in it");
        let shown = serde_json::Value::from(devices(&made)).to_string();
        assert!(!shown.contains(CANARY), "{}", made.name);
        let (mut records, mut redacted, mut revealed) = (0, 0, String::new());
        for reveal_phi in [false, true] {
            let options = iomt::dissect::Options { reveal_phi, ..Default::default() };
            iomt::dissect::read(&path, &options, &mut |record| {
                let line = format!("{record:?}");
                if reveal_phi {
                    revealed.push_str(&line);
                } else {
                    records += 1;
                    redacted += usize::from(record.value == Some(iomt::dissect::REDACTED));
                    // CANARY, and the same in hexadecimal
                    assert!(!line.contains(CANARY) && !line.contains("43414e415259"), "{line}");
                }
                core::ops::ControlFlow::Continue(())
            })
            .expect("readable");
        }
        assert!(records > 10 && redacted > 0, "{}: {records} records, {redacted} redacted", made.name);
        assert!(revealed.contains(CANARY) || revealed.contains("43414e415259"), "{}: revealed when asked", made.name);
    }
}

#[test]
fn no_patient_shows_in_the_debug_output_of_a_sensor_at_any_moment() {
    for made in made() {
        let mut sensor = iomt::Sensor::new(made.name);
        for frame in support::frames(&format!("{}.pcap", made.name)) {
            sensor.push(frame.time, frame.link, &frame.data);
            let shown = format!("{sensor:?}");
            // CANARY, and the same as a list of bytes
            assert!(!shown.contains(CANARY) && !shown.contains("67, 65, 78, 65, 82, 89"), "{}: {shown}", made.name);
        }
    }
}
