//! What HL7 version 2 says of the devices behind a sender: model, firmware and hardware address among it.

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

use iomt::Inventory;
use iomt::inventory::{Device, Kind};
use support::{captures, conversation, json};

/// `attribute=value` of what an inventory tells of a device.
fn told(device: &Device) -> Vec<String> {
    let decided = [
        ("manufacturer", &device.manufacturer),
        ("model", &device.model),
        ("serial", &device.serial),
        ("eui64", &device.eui64),
        ("class", &device.class),
    ];
    let decided = decided.into_iter().filter_map(|(name, decision)| Some((name, decision.as_ref()?.value.clone())));
    let mut told: Vec<String> = decided.map(|(name, value)| format!("{name}={value}")).collect();
    told.extend(device.software.iter().map(|part| format!("{}={}", part.component, part.version.value)));
    told.extend(device.claimed_addresses.iter().map(|claim| format!("{}={}", claim.kind, claim.value)));
    told.extend(device.names.iter().map(|name| format!("{}={}", name.kind, name.value)));
    told.extend(device.modules.iter().map(|module| format!("module {}={}", module.number, module.codes.join(" "))));
    told
}

/// The bundled messages of vendors' gateways, each in a block of one connection.
fn of_vendors() -> Inventory {
    let file = std::fs::read(captures().join("../files/hl7_devices.hl7")).unwrap();
    let mut stream = Vec::new();
    for message in iomt_hl7v2::batch::messages(&file) {
        iomt_hl7v2::mllp::wrap(message.unwrap().bytes(), &mut stream);
    }
    conversation(2575, &stream)
}

fn device<'a>(inventory: &'a Inventory, model: &str) -> &'a Device {
    let by_model = |device: &&Device| device.model.as_ref().is_some_and(|found| found.value == model);
    let all: Vec<Vec<String>> = inventory.devices.iter().map(told).collect();
    inventory.devices.iter().find(by_model).unwrap_or_else(|| panic!("no {model} in {all:#?}"))
}

#[test]
fn model_firmware_and_hardware_address_of_each_vendors_devices_come_out() {
    let inventory = of_vendors();
    for (model, expected) in [
        (
            "B Braun SpacePlus Perfusor",
            &[
                "manufacturer=B. Braun",
                "firmware=Pump Firmware = 1.2.3, Wifi Firmware = 4.5.6",
                "mac=00:12:21:0a:0b:0c",
                "ip=192.0.2.77",
                "radio-network=devices-5g",
                "instance=P54321",
                "class=syringe-pump",
            ][..],
        ),
        ("Medfusion 4000", &["manufacturer=Smiths Medical", "serial=4711", "firmware=6.0.1", "mac=00:1a:01:0d:0e:0f"]),
        (
            "B40_GE",
            &[
                "manufacturer=GE HealthCare",
                "firmware=3.1",
                "mac=08:00:19:00:c3:d4",
                "module 5=69798 MDC_DEV_ECG_VMD",
                "module 22=69642 MDC_DEV_ANALY_SAT_O2_VMD",
            ],
        ),
        (
            "BeneVision N17",
            &["manufacturer=Mindray", "software=05.12.00", "mac=00:0f:14:a1:b2:c4", "eui64=000F14049BA1B2C4"],
        ),
        (
            "IntelliVue MX500",
            &["manufacturer=Philips", "mac=00:09:fb:a1:b2:c3", "firmware=M.04.01", "module 2=69798 MDC_DEV_ECG_VMD"],
        ),
        ("Evita V500", &["serial=ASKL-0042", "software=02.51", "class=ventilator"]),
    ] {
        let told = told(device(&inventory, model));
        for expected in expected {
            assert!(told.iter().any(|line| line == expected), "{model}: no {expected} in {told:#?}");
        }
    }
}

#[test]
fn a_modules_serial_number_is_not_its_monitors() {
    let inventory = of_vendors();
    let monitor = device(&inventory, "IntelliVue MX500");
    assert!(monitor.serial.is_none());
    assert_eq!(monitor.modules[0].serial.as_ref().unwrap().value, "DE44012345");
}

/// One message about `count` monitors, each with modules for ECG, SpO2 and pressure. Constructed.
fn gateway(count: usize) -> Vec<u8> {
    let mut text = String::from(
        "MSH|^~\\&|VSP^080019FFFE00A1B2^EUI-64|GE Healthcare|||20260102080002-0500||ORU^R01^ORU_R01|7|P|2.6|||NE|AL\r\
         OBR|1|080019FFFE00A1B2^VSP|080019FFFE00A1B2^VSP|182777000^monitoring of patient^SCT\r",
    );
    for monitor in 1..=count {
        let equipment = format!("080019FFFE10{monitor:04X}^B40_GE");
        for (module, code) in [
            (0, "69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS"),
            (5, "69798^MDC_DEV_ECG_VMD"),
            (13, "69854^MDC_DEV_METER_PRESS_BLD_VMD"),
            (22, "69642^MDC_DEV_ANALY_SAT_O2_VMD"),
        ] {
            text += &format!("OBX|1||{code}^MDC|{monitor}.{module}.0.0|||||||X|||||||{equipment}\r");
        }
        text += &format!("OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|{monitor}.5.1.1|72|||||||||||||{equipment}\r");
    }
    let mut stream = Vec::new();
    iomt_hl7v2::mllp::wrap(text.as_bytes(), &mut stream);
    stream
}

#[test]
fn a_gateway_with_forty_monitors_is_forty_one_devices_with_their_modules() {
    let inventory = conversation(6661, &gateway(40));
    let (monitors, others): (Vec<&Device>, Vec<&Device>) =
        inventory.devices.iter().partition(|device| device.kind == Kind::Equipment);
    assert_eq!(monitors.len(), 40);
    for monitor in &monitors {
        let numbers: Vec<u64> = monitor.modules.iter().map(|module| module.number).collect();
        assert_eq!(numbers, [5, 13, 22], "{:?}", told(monitor));
        assert_eq!(monitor.relations.len(), 1);
        assert_eq!(monitor.relations[0].kind, "behind");
        assert!(monitor.addresses.mac.is_empty(), "the frames' address is the gateway's");
        assert!(monitor.claimed_addresses[0].value.starts_with("08:00:19:10:00:"));
    }
    let gateways: Vec<&&Device> = others.iter().filter(|device| !device.relations.is_empty()).collect();
    assert_eq!(gateways.len(), 1, "forty monitors and the gateway; the receiver is an endpoint without ties");
    let gateway = gateways[0];
    assert_eq!(gateway.relations.len(), 40);
    assert!(gateway.relations.iter().all(|relation| relation.kind == "fronts"));
    assert_eq!(gateway.class.as_ref().unwrap().value, "gateway");
}

#[test]
fn security_facts_are_told_and_secrets_are_not() {
    let message = "\x0bMSH|^~\\&|GW^0009FBFFFE0A0B0C^EUI-64|GE Healthcare|||20260102080000+0000|SECRET7391|ORU^R01|1|T|2.3.1\r\
        UAC|KERB|SECRET7391^^^^SECRET7391\r\
        OBX|1||69965^MDC_DEV_PUMP_INFUS_MDS^MDC|1.0.0.0|||||||X|||||||0009FBFFFE0A0B0D\r\x1c\r";
    let inventory = conversation(2575, message.as_bytes());
    let found: Vec<String> = inventory
        .devices
        .iter()
        .flat_map(|device| &device.security)
        .map(|finding| format!("{} {}", finding.kind, finding.detail))
        .collect();
    for expected in [
        "clear-text-credentials MSH-8",
        "clear-text-credentials UAC-2",
        "processing-id T",
        "protocol-version 2.3.1",
        "no-encryption MLLP",
        "clock-skew ahead by more than 1 day",
        "eui64-of-another-maker Philips",
        "device-code-contradicts-name 69965",
    ] {
        assert!(found.iter().any(|line| line == expected), "no {expected} in {found:#?}");
    }
    assert!(!json(&inventory).to_string().contains("SECRET7391"));
    assert!(!format!("{inventory:?}").contains("SECRET7391"));
}

/// A message whose only word of maker and class is the form of an identifier. Constructed; the forms are those of vendors' samples.
fn of_form(segments: &str) -> Inventory {
    let mut stream = Vec::new();
    let message = format!("MSH|^~\\&|ENGINE|HOSP|||20260102080000||ORU^R01|1|P|2.6\r{segments}");
    iomt_hl7v2::mllp::wrap(message.as_bytes(), &mut stream);
    conversation(2575, &stream)
}

#[test]
fn the_form_of_an_identifier_tells_maker_and_class() {
    let row = "OBX|1|ST|67880^MDC_ATTR_ID_MODEL^MDC|1.0.0.1|X-1||||||R|||20260102||||";
    let part = "PRT|1|UC||EQUIP||||||P54321^^0012210000000000^EUI-64";
    let mon = "OBX|1|NM|147842^MDC_ECG_HEART_RATE^MDC|1.1.1.1|72||||||F|||20260102||||";
    for (segments, maker, class) in [
        (format!("{row}P54321^^0012210000000000^EUI-64\r"), "B. Braun", "syringe-pump"),
        (format!("{row}I54321^^0012210000000000^EUI-64\r"), "B. Braun", "infusion-pump"),
        // PRT-10 is what OBX-18 was before version 2.7.
        (format!("{row}\r{part}\r"), "B. Braun", "syringe-pump"),
        (format!("{mon}080019FFFE4A1B2C^B40_GE\r"), "GE HealthCare", "patient-monitor"),
        (
            format!("{row}72313cab-7352-51c9-8373-8b4031a66ec7-IntelliVue MX500 - 866064\r"),
            "Philips",
            "patient-monitor",
        ),
        (format!("OBR|1||4711^Medfusion 4000^001A010000000001^EUI-64\r{mon}\r"), "ICU Medical", "syringe-pump"),
    ] {
        let inventory = of_form(&segments);
        let all: Vec<Vec<String>> = inventory.devices.iter().map(told).collect();
        let devices: Vec<&Device> = inventory.devices.iter().filter(|device| device.kind == Kind::Equipment).collect();
        let [device] = devices.as_slice() else { panic!("not one device of {segments:?}: {all:#?}") };
        let told = told(device);
        for expected in [format!("manufacturer={maker}"), format!("class={class}")] {
            assert!(told.contains(&expected), "{segments:?}: no {expected} in {told:#?}");
        }
    }
}
