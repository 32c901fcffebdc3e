//! The inventory of a made-up ward equals its truth; under loss it knows less and is never wrong.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test reports"
)]

use std::io::Cursor;

use iomt::{Frame, Inventory, LinkType, Sensor, Timestamp, files, knowledge::Knowledge};
use iomt_examples::ward::{self, CANARY, GeWard, PhdWard, Ward, write_pcap};
use serde_json::Value;

const WARD: Ward = Ward { monitors: 40, serial: 0, translated: 0, minutes: 6 };

fn sensed(frames: &[ward::Frame]) -> Value {
    let mut sensor = Sensor::new("ward");
    for (number, frame) in (1..).zip(frames) {
        let time = Timestamp(i64::try_from(frame.time).unwrap() * 1_000_000 + 1_767_348_000 * 1_000_000_000);
        let original_length = u32::try_from(frame.data.len()).unwrap();
        sensor.push_frame(&Frame { number, time, link: LinkType::ETHERNET, data: &frame.data, original_length });
    }
    read(&sensor.finish())
}

fn read(ledger: &iomt::Ledger) -> Value {
    let inventory = serde_json::to_value(Inventory::read(ledger, Knowledge::builtin())).unwrap();
    assert!(!inventory.to_string().contains(CANARY), "a patient came out");
    inventory
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn value<'a>(device: &'a Value, attribute: &str) -> Option<&'a str> {
    device[attribute]["value"].as_str()
}

fn relations<'a>(device: &'a Value, kind: &str) -> Vec<&'a str> {
    list(&device["relations"])
        .iter()
        .filter(|relation| relation["type"] == kind)
        .filter_map(|relation| relation["device"].as_str())
        .collect()
}

/// The truth of a device, by its serial number, its EUI-64 or its address.
fn truth_of<'a>(device: &Value, truth: &'a Value) -> Option<&'a Value> {
    let monitors = list(&truth["monitors"]);
    let address = &device["addresses"]["ip"][0];
    let by = |attribute: &str| {
        let said = value(device, attribute)?;
        monitors.iter().find(|monitor| monitor[attribute] == said)
    };
    let by_address = || monitors.iter().find(|monitor| monitor["behind"].is_null() && monitor["ip"] == *address);
    // A system identifier of six bytes is the hardware address less one.
    let by_identifier = || {
        let name = list(&device["names"]).iter().find(|name| name["kind"] == "system-id")?;
        monitors.iter().find(|monitor| monitor["system_id"] == name["value"])
    };
    by("serial").or_else(|| by("eui64")).or_else(by_identifier).or_else(by_address)
}

/// Everything that is said of a monitor is true of it. Where all was seen, everything is said.
fn check(device: &Value, truth: &Value, whole: bool) {
    let name = truth["serial"].as_str().unwrap();
    let mut missing = Vec::new();
    let mut compare = |attribute: &str, found: Option<&str>, wanted: &Value| {
        if let Some(found) = found {
            assert_eq!(Some(found), wanted.as_str(), "{name}: {attribute}");
            assert_eq!(device[attribute]["conflict"].as_f64().unwrap_or(0.0), 0.0, "{name}: {attribute}");
        } else if !wanted.is_null() {
            missing.push(attribute.to_owned());
        }
    };
    for attribute in ["manufacturer", "serial", "class"] {
        compare(attribute, value(device, attribute), &truth[attribute]);
    }
    // Of a monitor that was not heard to name its product the family is shown.
    let model = value(device, "model").filter(|model| whole || Some(*model) != truth["system_model"].as_str());
    if whole || model.is_some() {
        compare("model", model, &truth["model"]);
    }
    compare("location", value(device, "location"), &truth["bed"]);
    compare("state", value(device, "state"), &truth["mode"]);
    compare("eui64", value(device, "eui64"), &truth["eui64"]);
    let software = list(&device["software"]).iter().find(|part| part["component"] == "application software");
    compare("software", software.and_then(|part| part["version"]["value"].as_str()), &truth["software"]);
    let addresses = &device["addresses"];
    if truth["behind"].is_null() {
        assert_eq!(addresses["ip"], serde_json::json!([truth["ip"]]), "{name}");
        assert_eq!(addresses["mac"], serde_json::json!([truth["mac"]]), "{name}");
    } else {
        assert_eq!(addresses["ip"], serde_json::json!([]), "{name} is behind a terminal server");
    }
    let usage = &device["activity"]["utilisation"];
    let count = |found: &Value, wanted: &Value, what: &str| {
        let (found, wanted) = (found.as_u64().unwrap_or(0), wanted.as_u64().unwrap_or(0));
        assert!(found == wanted || (!whole && found < wanted), "{name}: {what} {found}, not {wanted}");
    };
    count(&usage["in_use"], &truth["in_use_minutes"], "minutes in use");
    count(&usage["resets"], &truth["resets"], "resets");
    count(&usage["alarms"][0]["minutes"], &truth["alarm_minutes"], "minutes of alarm");
    for (code, wanted) in truth["measured_minutes"].as_object().unwrap() {
        let found = list(&usage["measurements"]).iter().find(|measured| measured["code"] == **code);
        count(found.map_or(&Value::Null, |measured| &measured["minutes"]), wanted, code);
    }
    for measured in list(&usage["measurements"]) {
        assert!(truth["measured_minutes"].get(measured["code"].as_str().unwrap()).is_some(), "{name}: {measured}");
    }
    assert!(!whole || missing.is_empty(), "{name} lacks {missing:?}");
}

#[test]
fn a_ward_of_forty_monitors_is_forty_devices_and_their_central_station() {
    let (truth, inventory) = (WARD.truth(), sensed(&WARD.frames()));
    let devices = list(&inventory["devices"]);
    assert_eq!(devices.len(), 41);
    let (monitors, others): (Vec<_>, Vec<_>) =
        devices.iter().partition(|device| value(device, "class") == Some("patient-monitor"));
    assert_eq!(monitors.len(), 40);
    let central = others[0];
    assert_eq!(value(central, "class"), Some("central-station"));
    assert_eq!(central["addresses"]["ip"], serde_json::json!([truth["central"]["ip"]]));
    let mut polled = relations(central, "polls");
    polled.sort_unstable();
    let mut ids: Vec<&str> = monitors.iter().filter_map(|monitor| monitor["id"].as_str()).collect();
    ids.sort_unstable();
    assert_eq!(polled, ids);
    let mut seen = Vec::new();
    for monitor in monitors {
        let truth = truth_of(monitor, &truth).unwrap();
        check(monitor, truth, true);
        assert_eq!(monitor["kind"], "equipment");
        assert_eq!(relations(monitor, "polled-by"), [central["id"].as_str().unwrap()]);
        seen.push(truth["serial"].as_str().unwrap());
    }
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), 40);
    assert_eq!(inventory["health"]["messages_damaged"], 0);
}

#[test]
fn monitors_on_serial_lines_are_behind_their_terminal_server() {
    let ward = Ward { monitors: 4, serial: 10, translated: 0, minutes: 5 };
    let (truth, inventory) = (ward.truth(), sensed(&ward.frames()));
    let devices = list(&inventory["devices"]);
    assert_eq!(devices.len(), 14 + 1 + 2, "{}", summary(devices));
    for server in list(&truth["terminal_servers"]) {
        let found = devices.iter().find(|device| device["addresses"]["ip"][0] == *server).unwrap();
        assert_eq!((value(found, "class"), value(found, "serial")), (Some("terminal-server"), None));
        let behind = list(&truth["monitors"]).iter().filter(|monitor| monitor["behind"] == *server).count();
        assert_eq!(relations(found, "fronts").len(), behind);
    }
    for monitor in devices.iter().filter(|device| value(device, "class") == Some("patient-monitor")) {
        let truth = truth_of(monitor, &truth).unwrap();
        check(monitor, truth, true);
        assert_eq!(relations(monitor, "behind").len(), usize::from(!truth["behind"].is_null()));
    }
}

#[test]
fn monitors_behind_an_address_translator_are_told_apart_and_are_not_it() {
    let ward = Ward { monitors: 2, serial: 0, translated: 8, minutes: 5 };
    let (truth, inventory) = (ward.truth(), sensed(&ward.frames()));
    let devices = list(&inventory["devices"]);
    assert_eq!(devices.len(), 10 + 1 + 2, "{}", summary(devices));
    for translator in list(&truth["translators"]) {
        let found = devices.iter().find(|device| device["addresses"]["ip"][0] == *translator).unwrap();
        assert_eq!((value(found, "serial"), value(found, "model"), value(found, "location")), (None, None, None));
        assert_eq!(relations(found, "fronts").len(), 4);
    }
    for monitor in devices.iter().filter(|device| value(device, "class") == Some("patient-monitor")) {
        let truth = truth_of(monitor, &truth).unwrap();
        check(monitor, truth, true);
        assert_eq!(relations(monitor, "behind").len(), usize::from(!truth["behind"].is_null()));
    }
}

/// The one device for which something holds.
fn only(devices: &[Value], what: impl Fn(&Value) -> bool) -> &Value {
    let found: Vec<&Value> = devices.iter().filter(|device| what(device)).collect();
    assert_eq!(found.len(), 1, "{}", summary(devices));
    found[0]
}

fn names<'a>(device: &'a Value, kind: &str) -> Vec<&'a str> {
    let all = list(&device["names"]).iter().filter(|name| name["kind"] == kind);
    all.filter_map(|name| name["value"].as_str()).collect()
}

/// Minutes in use and per quantity are those of the truth, or fewer where frames were lost.
fn check_usage(device: &Value, truth: &Value, whole: bool) {
    let usage = &device["activity"]["utilisation"];
    let at_most = |found: &Value, wanted: &Value| {
        let (found, wanted) = (found.as_u64().unwrap_or(0), wanted.as_u64().unwrap_or(0));
        assert!(found == wanted || (!whole && found < wanted), "{found} minutes, not {wanted}: {truth}");
    };
    at_most(&usage["in_use"], &truth["in_use_minutes"]);
    for measured in list(&usage["measurements"]) {
        at_most(&measured["minutes"], &truth["measured_minutes"][measured["code"].as_str().unwrap()]);
    }
    let quantities = truth["measured_minutes"].as_object().map_or(0, serde_json::Map::len);
    assert!(!whole || list(&usage["measurements"]).len() == quantities, "{usage}");
}

/// Whether a device is what the truth says of it, and no more.
fn check_ge(device: &Value, truth: &Value, whole: bool) {
    let known = |attribute: &str, wanted: &Value| {
        let found = value(device, attribute);
        let (agrees, conflict) = (found == wanted.as_str(), device[attribute]["conflict"].as_f64().unwrap_or(0.0));
        assert!((agrees || (!whole && found.is_none())) && conflict == 0.0, "{attribute}: {found:?}, not {wanted}");
    };
    for (attribute, wanted) in [("manufacturer", "manufacturer"), ("location", "bed"), ("model", "model")] {
        known(attribute, &truth[wanted]);
    }
    known("class", &"patient-monitor".into());
    check_usage(device, truth, whole);
}

#[test]
fn a_ward_of_ge_monitors_is_its_monitors_their_central_station_and_the_servers_of_their_lines() {
    let ward = GeWard { monitors: 20, serial: 10, records: 10, minutes: 3 };
    let (truth, inventory) = (ward.truth(), sensed(&ward.frames()));
    let devices = list(&inventory["devices"]);
    let servers = list(&truth["terminal_servers"]);
    assert_eq!(devices.len(), 20 + 10 + 10 + 1 + servers.len(), "{}", summary(devices));
    let central = only(devices, |device| device["addresses"]["ip"][0] == truth["central"]["ip"]);
    assert_eq!((value(central, "class"), value(central, "location")), (Some("central-station"), Some("ICU|CENTRAL")));
    for monitor in list(&truth["network"]) {
        let found = only(devices, |device| device["addresses"]["ip"][0] == monitor["ip"]);
        check_ge(found, monitor, true);
        assert_eq!(relations(found, "polled-by"), [central["id"].as_str().unwrap()]);
    }
    // On lines the central station asks the terminal servers.
    assert_eq!(relations(central, "polls").len(), 20 + 2);
    for server in servers {
        let found = only(devices, |device| device["addresses"]["ip"][0] == *server);
        assert_eq!((value(found, "class"), value(found, "location")), (Some("terminal-server"), None), "{found:#}");
    }
    for monitor in list(&truth["serial"]) {
        let found = only(devices, |device| value(device, "location") == monitor["bed"].as_str());
        check_ge(found, monitor, true);
        assert_eq!((found["kind"].as_str(), relations(found, "behind").len()), (Some("equipment"), 1));
    }
    for monitor in list(&truth["records"]) {
        let found = only(devices, |device| names(device, "system-id").iter().any(|name| monitor["mac"] == **name));
        check_ge(found, monitor, true);
        assert_eq!(relations(found, "behind").len(), 1);
    }
}

#[test]
fn a_ge_ward_under_loss_has_fewer_facts_and_none_that_is_wrong() {
    let ward = GeWard { monitors: 20, serial: 10, records: 10, minutes: 3 };
    let (truth, frames) = (ward.truth(), ward.frames());
    let servers = list(&truth["terminal_servers"]);
    for (seed, per_mille) in [(1, 20), (2, 100), (3, 300), (4, 600), (5, 900)] {
        let left: Vec<ward::Frame> = (0..)
            .zip(&frames)
            .filter(|(at, _)| survives(seed, *at, per_mille))
            .map(|(_, frame)| frame.clone())
            .collect();
        let inventory = sensed(&left);
        let devices = list(&inventory["devices"]);
        assert!(devices.len() <= 41 + servers.len(), "{per_mille}: {}", summary(devices));
        for device in devices {
            let address = &device["addresses"]["ip"][0];
            if servers.contains(address) || *address == truth["central"]["ip"] {
                assert!(
                    value(device, "model").is_none() && value(device, "class") != Some("patient-monitor"),
                    "{device}"
                );
                continue;
            }
            let bed = value(device, "location");
            let monitor = list(&truth["network"])
                .iter()
                .find(|monitor| monitor["ip"] == *address)
                .or_else(|| {
                    list(&truth["serial"]).iter().find(|monitor| bed.is_some() && monitor["bed"].as_str() == bed)
                })
                .or_else(|| {
                    let logged_in = names(device, "system-id");
                    list(&truth["records"]).iter().find(|monitor| logged_in.iter().any(|name| monitor["mac"] == **name))
                });
            check_ge(device, monitor.unwrap_or_else(|| panic!("invented: {device}")), false);
        }
    }
}

#[test]
fn personal_health_devices_are_themselves_or_behind_their_gateway_under_loss_too() {
    let ward = PhdWard { devices: 12, relayed: 4, minutes: 4 };
    let (truth, frames) = (ward.truth(), ward.frames());
    for (seed, per_mille) in [(0, 0), (1, 20), (2, 100), (3, 300), (4, 600)] {
        let whole = per_mille == 0;
        let left: Vec<ward::Frame> = (0..)
            .zip(&frames)
            .filter(|(at, _)| survives(seed, *at, per_mille))
            .map(|(_, frame)| frame.clone())
            .collect();
        let inventory = sensed(&left);
        let devices = list(&inventory["devices"]);
        assert!(devices.len() <= 16 + 2, "{per_mille}: {}", summary(devices));
        assert!(!whole || devices.len() == 16 + 2, "{}", summary(devices));
        for device in devices {
            let address = &device["addresses"]["ip"][0];
            if *address == truth["manager"]["ip"] || *address == truth["gateway"] {
                assert!(value(device, "serial").is_none() && value(device, "model").is_none(), "{device}");
                continue;
            }
            let all = list(&truth["devices"]);
            let by_serial =
                all.iter().find(|one| value(device, "serial").is_some_and(|serial| one["serial"] == serial));
            let one = by_serial.or_else(|| all.iter().find(|one| one["ip"] == *address)).or_else(|| {
                let eui64 = value(device, "eui64")?;
                all.iter().find(|one| one["eui64"] == eui64)
            });
            let one = one.unwrap_or_else(|| panic!("invented: {device}"));
            for (attribute, wanted) in [
                ("manufacturer", "manufacturer"),
                ("model", "model"),
                ("serial", "serial"),
                ("class", "class"),
                ("state", "state"),
            ] {
                let found = value(device, attribute);
                assert!(found == one[wanted].as_str() || (!whole && found.is_none()), "{attribute}: {found:?} {one}");
            }
            check_usage(device, one, whole);
            assert_eq!(relations(device, "behind").len(), usize::from(!one["behind"].is_null()), "{device:#}");
        }
    }
}

fn summary(devices: &[Value]) -> String {
    devices
        .iter()
        .map(|device| format!("{:?} {:?} {}\n", value(device, "class"), value(device, "serial"), device["addresses"]))
        .collect()
}

/// A small generator of its own: which frame is lost depends on the seed and its number alone.
fn survives(seed: u64, number: usize, per_mille: u64) -> bool {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::try_from(number).unwrap();
    state = (state ^ state >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    state = (state ^ state >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    (state ^ state >> 31) % 1000 >= per_mille
}

#[test]
fn under_loss_fewer_facts_are_known_and_none_is_wrong() {
    let ward = Ward { monitors: 30, serial: 6, translated: 4, minutes: 5 };
    let (truth, frames) = (ward.truth(), ward.frames());
    let servers: Vec<&Value> = list(&truth["terminal_servers"]).iter().chain(list(&truth["translators"])).collect();
    for (seed, per_mille) in [(1, 20), (2, 100), (3, 100), (4, 300), (5, 500), (6, 700), (7, 900), (8, 980)] {
        let left: Vec<ward::Frame> = (0..)
            .zip(&frames)
            .filter(|(number, _)| survives(seed, *number, per_mille))
            .map(|(_, frame)| frame.clone())
            .collect();
        let inventory = sensed(&left);
        let devices = list(&inventory["devices"]);
        assert!(devices.len() <= 40 + 1 + 2, "{per_mille} of 1000 lost: {}", summary(devices));
        let mut serials = Vec::new();
        for device in devices {
            let address = &device["addresses"]["ip"][0];
            if servers.contains(&address) || *address == truth["central"]["ip"] {
                assert!(value(device, "serial").is_none() && value(device, "model").is_none(), "{device}");
                continue;
            }
            let truth = truth_of(device, &truth).unwrap_or_else(|| panic!("invented: {device}"));
            check(device, truth, false);
            serials.push(truth["serial"].as_str().unwrap());
        }
        let found = serials.len();
        serials.sort_unstable();
        serials.dedup();
        assert_eq!(serials.len(), found, "{per_mille} of 1000 lost: a monitor is listed twice");
        assert!(per_mille > 300 || found >= 36, "{per_mille} of 1000 lost: only {found}");
    }
}

#[test]
fn a_capture_that_begins_in_the_middle_and_one_in_two_halves_agree_with_the_truth() {
    let ward = Ward { monitors: 8, serial: 4, translated: 2, minutes: 6 };
    let (truth, frames) = (ward.truth(), ward.frames());
    let (_, second) = frames.split_at(frames.len() / 2);
    for device in list(&sensed(second)["devices"]) {
        if let Some(truth) = truth_of(device, &truth) {
            check(device, truth, false);
        }
    }
    // The same file twice is the same input; its inventory does not count anything twice.
    let mut file = Vec::new();
    write_pcap(&frames, &mut file).unwrap();
    let once = || files::read_from("ward", Cursor::new(file.clone()), &files::Options::default()).unwrap().ledger;
    let mut twice = once();
    twice.merge(once());
    assert_eq!(read(&once()), read(&twice));
}
