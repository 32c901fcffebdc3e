//! What the transactions of IHE's device profiles come to: attributes, utilisation, power, and whose devices they are about. The messages
//! are constructed after published ones.

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

use iomt::inventory::{Device, Kind};
use iomt::{Inventory, Sensor, Timestamp, knowledge::Knowledge};
use support::{connection, json};

const HEAD: &str = "MSH|^~\\&|PAT_DEVICE_BBRAUN^0012211839A1B2C3^EUI-64|BBRAUN|||20260102080000+0000||";

/// The inventory of a conversation with these messages, each at its second.
fn heard(messages: &[(i64, &str)]) -> Inventory {
    let mut sensor = Sensor::new("constructed");
    let said: Vec<(bool, Vec<u8>)> = messages
        .iter()
        .map(|(_, text)| {
            let mut block = Vec::new();
            iomt_hl7v2::mllp::wrap(text.as_bytes(), &mut block);
            (true, block)
        })
        .collect();
    let mut frames = connection(40_000, 2575, &said).into_iter();
    for frame in frames.by_ref().take(2) {
        sensor.push(frame.time, frame.link, &frame.data);
    }
    for ((second, _), (_, block)) in messages.iter().zip(&said) {
        for frame in frames.by_ref().take(block.len().div_ceil(700)) {
            sensor.push(Timestamp::new(*second, 0), frame.link, &frame.data);
        }
    }
    Inventory::read(&sensor.finish(), Knowledge::builtin())
}

fn only(inventory: &Inventory) -> &Device {
    let mut found = inventory.devices.iter().filter(|device| device.kind == Kind::Equipment);
    let device = found.next().expect("a device");
    assert!(found.next().is_none(), "one device");
    device
}

/// A device's own report with these rows under one device.
fn report(rows: &[&str]) -> String {
    let rows: String = rows.iter().map(|row| format!("OBX|1|{row}||||||F\r")).collect();
    format!("{HEAD}ORU^R01^ORU_R01|4|P|2.6\rOBX|1||70053^MDC_DEV_PUMP_INFUS_SYRINGE_MDS^MDC|1.0.0.0|||||||X\r{rows}")
}

#[test]
fn every_identity_attribute_comes_out_by_its_number_and_by_its_name() {
    let attributes = [
        ("67880", "MDC_ATTR_ID_MODEL", "Drip 9"),
        ("67972", "MDC_ATTR_SYS_ID", "001221FFFE0A0B0D"),
        ("531972", "MDC_ID_PROD_SPEC_SERIAL", "SN77"),
        ("531973", "MDC_ID_PROD_SPEC_PART", "P-1"),
        ("531974", "MDC_ID_PROD_SPEC_HW", "HW2"),
        ("531975", "MDC_ID_PROD_SPEC_SW", "3.1"),
        ("531976", "MDC_ID_PROD_SPEC_FW", "4.2"),
        ("531977", "MDC_ID_PROD_SPEC_PROTOCOL", "2.0"),
        ("69410", "MDC_NCC_WIRELESS_DEVICE_IPV4_ADDR", "192.0.2.77"),
        ("69416", "MDC_NCC_WIRELESS_MAC", "00-12-21-0A-0B-0C"),
        ("69417", "MDC_NCC_WIRELESS_SSID", "devices-5g"),
        ("184520", "MDC_PUMP_DRUG_LIBRARY_NAME", "ICU v12"),
        ("67925", "MDC_ATTR_POWER_STAT", "onMains(0)"),
        ("68020", "MDC_ATTR_BATT_STAT", "batt-full(1)"),
    ];
    let by_number = attributes.map(|(number, _, value)| format!("ST|{number}^^MDC|1.0.0.1|{value}"));
    let by_name = attributes.map(|(_, name, value)| format!("ST|0^{name}^MDC|1.0.0.1|{value}"));
    for rows in [by_number, by_name] {
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let inventory = heard(&[(60, &report(&rows))]);
        let device = only(&inventory);
        assert_eq!(device.model.as_ref().unwrap().value, "Drip 9");
        assert_eq!(device.eui64.as_ref().unwrap().value, "001221FFFE0A0B0D");
        assert_eq!(device.serial.as_ref().unwrap().value, "SN77");
        assert_eq!(device.class.as_ref().unwrap().value, "syringe-pump");
        assert_eq!(device.state.as_ref().unwrap().value, "onMains(0), batt-full(1)");
        let versions: Vec<String> = [&device.software, &device.hardware, &device.parts]
            .into_iter()
            .flatten()
            .map(|part| format!("{} {}", part.component, part.version.value))
            .collect();
        assert_eq!(
            versions,
            ["drug library ICU v12", "firmware 4.2", "protocol 2.0", "software 3.1", "hardware HW2", "part P-1"]
        );
        let claimed: Vec<String> = device.claimed_addresses.iter().map(|address| address.value.clone()).collect();
        assert_eq!(claimed, ["192.0.2.77", "00:12:21:0a:0b:0c", "00:12:21:0a:0b:0d"]);
        assert!(
            device
                .names
                .iter()
                .any(|name| (name.kind.as_str(), name.value.as_str()) == ("radio-network", "devices-5g"))
        );
    }
}

fn alarm(state: &str) -> String {
    format!(
        "{HEAD}ORU^R40^ORU_R40|7|P|2.6|||AL|NE||||IHE_PCD_ACM_001^IHE PCD^1.3.6.1.4.1.19376.1.6.4.4^ISO\r\
         PID|||CANARY1||CANARY2\r\
         OBR|1|7|7|196616^MDC_EVT_ALARM^MDC\r\
         OBX|1||70053^MDC_DEV_PUMP_INFUS_SYRINGE_MDS^MDC|1.0.0.0|||||||X|||||||001221FFFE0A0B0D\r\
         OBX|2|CWE|196616^MDC_EVT_ALARM^MDC|1.1.0.0.1|196940^MDC_EVT_PUMP_VOL_COMP^MDC||||||F\r\
         OBX|3|CWE|68480^MDC_ATTR_ALERT_SOURCE^MDC|1.1.0.0.2|70053^MDC_DEV_PUMP_INFUS_SYRINGE_MDS^MDC||||||F\r\
         OBX|4|ST|68482^MDC_ATTR_ALARM_STATE^MDC|1.1.0.0.4|{state}||||||F\r\
         OBX|5|ST|68484^MDC_ATTR_ALARM_PRIORITY^MDC|1.1.0.0.6|PM||||||F\r\
         OBX|6|ST|68485^MDC_ATTR_ALERT_TYPE^MDC|1.1.0.0.7|ST||||||F\r\
         OBX|7|ST|68546^MDC_ATTR_ALERT_TEXT^MDC|1.1.0.0.8|CANARY3||||||F\r"
    )
}

#[test]
fn active_alarms_are_minutes_and_their_words_stay_inside() {
    let inventory =
        heard(&[(60, &alarm("active")), (119, &alarm("active")), (120, &alarm("active")), (180, &alarm("inactive"))]);
    let device = only(&inventory);
    assert_eq!(device.class.as_ref().unwrap().value, "syringe-pump");
    let used = device.activity.as_ref().unwrap().utilisation.as_ref().unwrap();
    let [of] = &used.alarms[..] else { panic!("one kind of alarm: {used:?}") };
    assert_eq!((of.of, of.gravity, of.minutes), ("device", "medium", 2));
    assert_eq!((used.observed, used.in_use), (2, 0));
    for shown in [json(&inventory).to_string(), format!("{inventory:?}")] {
        assert!(!shown.contains("CANARY"));
    }
}

fn infusion(status: &str, processing: &str) -> String {
    format!(
        "{HEAD}ORU^R42^ORU_R01|7|{processing}|2.6|||AL|NE||||IHE_PCD_010^IHE PCD^1.3.6.1.4.1.19376.1.6.4.10^ISO\r\
         OBX|1||70049^MDC_DEV_PUMP_INFUS_LVP_MDS^MDC|1.0.0.0|||||||X|||||||001221FFFE0A0B0D\r\
         OBX|2|NM|157884^MDC_VOL_FLUID_TBI^MDC|1.1.1.3|50||||||R\r\
         OBX|3|CWE|184519^MDC_PUMP_INFUSING_STATUS^MDC|1.1.1.1|^pump-status-{status}||||||R\r"
    )
}

#[test]
fn a_pump_is_in_use_while_it_infuses() {
    let inventory = heard(&[
        (60, &infusion("infusing", "P")),
        (120, &infusion("infusing", "P")),
        (180, &infusion("not-infusing", "P")),
        (240, &infusion("infusing", "T")),
    ]);
    let used = only(&inventory).activity.as_ref().unwrap().utilisation.as_ref().unwrap();
    assert_eq!((used.observed, used.in_use), (4, 2));
    let modes: Vec<(&str, u64)> = used.modes.iter().map(|mode| (mode.mode, mode.minutes)).collect();
    assert_eq!(modes, [("monitoring", 3), ("standby", 1), ("demonstration", 1)]);
    assert_eq!(used.measurements.len(), 1);
    assert_eq!((used.measurements[0].code.as_str(), used.measurements[0].minutes), ("MDC 157884", 2));
}

#[test]
fn each_monitor_behind_a_gateway_has_its_own_minutes() {
    let mut text = format!("{HEAD}ORU^R01^ORU_R01|7|P|2.6\r");
    for monitor in 1..=3 {
        text += &format!(
            "OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|{monitor}.0.0.0|||||||X|||||||080019FFFE10000{monitor}^B40_GE\r"
        );
        let value = if monitor == 2 { "---" } else { "72" };
        text += &format!("OBX|2|NM|147842^MDC_ECG_HEART_RATE^MDC|{monitor}.5.1.1|{value}\r");
    }
    let inventory = heard(&[(60, &text), (120, &text)]);
    let mut minutes: Vec<(String, Option<u64>)> = inventory
        .devices
        .iter()
        .filter(|device| device.kind == Kind::Equipment)
        .map(|device| {
            let used = device.activity.as_ref().and_then(|activity| activity.utilisation.as_ref());
            (device.eui64.as_ref().unwrap().value.clone(), used.map(|used| used.in_use))
        })
        .collect();
    minutes.sort();
    let minutes: Vec<Option<u64>> = minutes.into_iter().map(|(_, minutes)| minutes).collect();
    assert_eq!(minutes, [Some(2), None, Some(2)]);
}

#[test]
fn an_infusion_order_is_for_a_pump_of_its_receiver() {
    let order = "MSH|^~\\&|BCMA|HOSP|PUMPGW|HOSP|20260102080000+0000||RGV^O15^RGV_O15|3|P|2.6|||AL|AL\r\
        PID|||CANARY4\r\
        RXG|1|||^CANARY5|100\r\
        OBX|1||69986^MDC_DEV_PUMP_INFUS_VMD^MDC||||||||X|||||||PUMP9^^0012210000A1B2C3^EUI-64\r";
    let inventory = heard(&[(60, order)]);
    let pump = only(&inventory);
    assert_eq!(pump.eui64.as_ref().unwrap().value, "0012210000A1B2C3");
    let tied: Vec<&str> = pump.relations.iter().map(|relation| relation.device.as_str()).collect();
    let [gateway] = &tied[..] else { panic!("one tie: {:?}", pump.relations) };
    let gateway = inventory.devices.iter().find(|device| device.id == *gateway).unwrap();
    assert_eq!(gateway.addresses.ip, ["192.0.2.2"], "who gets the order, not who gives it");
    assert!(!json(&inventory).to_string().contains("CANARY"));
}
