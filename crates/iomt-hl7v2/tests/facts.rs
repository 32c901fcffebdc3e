//! What the messages of different devices say of them.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_core,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "in tests a panic is the report"
)]

mod common;

use common::{ADT, ALL, LAB, MONITOR, PUMP};
use iomt_hl7v2::Message;
use iomt_hl7v2::ident::{Attribute, Fact, Subject, facts};

fn all(bytes: &[u8]) -> Vec<Fact<'_>> {
    let message = Message::parse(bytes).unwrap();
    let mut found = Vec::new();
    facts(&message, &mut |fact| found.push(fact));
    for fact in &found {
        assert!(!fact.value.is_empty());
        if fact.is_quoted() {
            assert_eq!(&bytes[fact.offset..][..fact.value.len()], fact.value, "{fact:?} stands where it says");
        }
    }
    found
}

/// `subject attribute=value` of every fact, for one look.
fn told(bytes: &[u8]) -> Vec<String> {
    all(bytes)
        .iter()
        .map(|f| format!("{:?} {:?}={} {}", f.subject, f.attribute, f.value.escape_ascii(), f.field))
        .collect()
}

fn has(bytes: &[u8], expected: &str) {
    let told = told(bytes);
    assert!(told.iter().any(|line| line == expected), "no {expected:?} in {told:#?}");
}

fn lacks(bytes: &[u8], part: &str) {
    let told = told(bytes);
    assert!(!told.iter().any(|line| line.contains(part)), "{part:?} in {told:#?}");
}

/// A header that proves no vendor, then these segments.
fn with(segments: &str) -> Vec<u8> {
    format!("MSH|^~\\&|A|B|||20260102||ORU^R01|1|P|2.6\r{segments}").into_bytes()
}

/// The same from a sender with this EUI-64.
fn from(eui: &str, segments: &str) -> Vec<u8> {
    format!("MSH|^~\\&|A^{eui}^EUI-64|B|||20260102||ORU^R01|1|P|2.6\r{segments}").into_bytes()
}

#[test]
fn a_pump_tells_model_maker_serial_firmware_and_its_gateway() {
    assert_eq!(
        told(PUMP),
        [
            "Sender Application=PUMPGW MSH-3.1",
            "Sender ApplicationEui64=001221FFFE0A0B0C MSH-3.2",
            "Sender Facility=BBRAUN MSH-4.1",
            "Sender Time=20260102080000+0000 MSH-7",
            "Sender MessageType=ORU^R01^ORU_R01 MSH-9",
            "Sender ControlIdShape=digits-18 MSH-10",
            "Sender ProcessingId=P MSH-11.1",
            "Sender Version=2.6 MSH-12.1",
            "Sender CharacterSet=UNICODE UTF-8 MSH-18",
            "Sender Profile=IHE_PCD_001 MSH-21.1",
            "Sender Profile=1.3.6.1.4.1.19376.1.6.1.1.1 MSH-21.3",
            "Sender SoftwareVendor=ACME Middleware SFT-1.1",
            "Sender SoftwareProductVersion=7.4.1 SFT-2",
            "Sender SoftwareProduct=LinkServer SFT-3",
            "Device(0.0 ) Location=ICU^4^B^HOSP PV1-3",
            "Device(0.0 ) DeviceType=69985 OBR-4.1",
            "Device(0.0 ) DeviceType=MDC_DEV_PUMP_INFUS_MDS OBR-4.2",
            "Device(1.0 I12345) DeviceType=70049 OBX-3.1",
            "Device(1.0 I12345) DeviceType=MDC_DEV_PUMP_INFUS_LVP_MDS OBX-3.2",
            "Device(1.0 I12345) EquipmentIdentifier=I12345^^0012210000000000^EUI-64 OBX-18",
            "Device(1.0 I12345) DeviceIdentifier=I12345 OBX-18.1",
            "Device(1.0 I12345) ManufacturerOui=0012210000000000 OBX-18.3",
            "Device(1.0 I12345) Manufacturer=Acme Pumps OBX-5",
            "Device(1.0 I12345) Model=Drip 9 OBX-5",
            "Device(1.0 ) Serial=SN-0042 OBX-5",
            "Device(1.0 ) FirmwareVersion=Pump Firmware = 4.2.1, Wifi Firmware = 1.9 OBX-5",
            "Device(1.1 ) DeviceType=70050 OBX-3.1",
            "Device(1.1 ) DeviceType=MDC_DEV_PUMP_INFUS_LVP_VMD OBX-3.2",
        ]
    );
}

#[test]
fn a_monitor_behind_a_gateway_is_not_the_gateway() {
    has(MONITOR, "Sender ApplicationEui64=080019FFFE00A1B2 MSH-3.2");
    has(MONITOR, "Device(1.0 080019FFFE00C3D4) Eui64=080019FFFE00C3D4 OBX-18.1");
    has(MONITOR, "Device(1.0 080019FFFE00C3D4) Model=B40_GE OBX-18.2");
    has(MONITOR, "Device(1.5 080019FFFE00C3D4) DeviceType=69798 OBX-3.1");
    has(MONITOR, "Device(0.0 00-0F-14-01-02-03) Mac=00-0F-14-01-02-03 PV1-3.9");
    lacks(MONITOR, "OBR-2");
    lacks(MONITOR, "OBR-3");
}

#[test]
fn the_same_equipment_of_the_same_device_is_told_once() {
    let count = all(MONITOR).iter().filter(|fact| fact.attribute == Attribute::Eui64).count();
    assert_eq!(count, 3, "rows of 1.0, of 1.5 (two, told once) and of 1.22");
}

#[test]
fn an_analyser_without_a_tree_is_named_by_its_equipment_identifier() {
    has(LAB, "Device(0.0 CX-5) DeviceIdentifier=CX-5 OBX-18.1");
    has(LAB, "Device(0.0 CX-5) DeviceIdentifier=4451 OBX-18.1");
    for never in ["Model", "Serial", "op7", "CENTRALLAB", "GLU", "5.4", "PHOTOMETRY"] {
        lacks(LAB, never);
    }
}

#[test]
fn an_admission_says_who_sends_and_receives() {
    has(ADT, "Sender Application=ADMIT MSH-3.1");
    has(ADT, "Receiver Application=PACSBRK MSH-5.1");
    has(ADT, "Receiver Facility=NORTHHOSP MSH-6.1");
    has(ADT, "Device(0.0 ) Location=ICU2^4^B^NORTHHOSP PV1-3");
}

#[test]
fn no_patient_or_person_is_ever_told() {
    for message in ALL {
        for part in ["CANARY", "TB0001", "BED", "DOCTOR", "V7001", "1970"] {
            lacks(message, part);
        }
    }
}

#[test]
fn the_shifted_form_of_an_application_is_read() {
    let message = b"MSH|^~\\&|0030E6FFFE000102^EUI-64|Draeger|||1||ORU^R01|1|P|2.7\r";
    has(message, "Sender ApplicationEui64=0030E6FFFE000102 MSH-3.1");
    lacks(message, " Application=");
}

#[test]
fn an_application_with_eui64_without_hyphen_and_an_address_are_read() {
    has(b"MSH|^~\\&|MINDRAY_^00A037002700A1B2^EUI64|X", "Sender ApplicationEui64=00A037002700A1B2 MSH-3.2");
    has(b"MSH|^~\\&|CDS^10.1.2.3^DNS|X", "Sender NetworkAddress=10.1.2.3 MSH-3.2");
}

#[test]
fn network_addresses_of_both_sides_are_read() {
    let message = b"MSH|^~\\&|A|B|C|D|1||ORU^R01|1|P|2.6||||||||||||gw^10.0.0.1^DNS|lis";
    has(message, "Sender NetworkAddress=10.0.0.1 MSH-24.2");
    has(message, "Receiver NetworkAddress=lis MSH-25.1");
}

#[test]
fn file_and_batch_headers_name_applications_too() {
    has(b"FHS|^~\\&|A|B|C|D\r", "Sender Application=A FHS-3.1");
    has(b"BHS|^~\\&|A|B|C|D\r", "Receiver Facility=D BHS-6.1");
}

#[test]
fn an_entity_beside_an_eui_is_a_name_and_alone_an_identifier() {
    let message = with("OBX|1|ST|X||||||||F|||||||MON-12^^0009FBFFFF010203^EUI-64\r");
    has(&message, "Device(0.0 0009FBFFFF010203) InstanceName=MON-12 OBX-18.1");
    has(&message, "Device(0.0 0009FBFFFF010203) Eui64=0009FBFFFF010203 OBX-18.3");
    let message = with("OBX|1|ST|X||||||||F|||||||MON-12\r");
    has(&message, "Device(0.0 MON-12) DeviceIdentifier=MON-12 OBX-18.1");
    lacks(&message, "Model");
}

#[test]
fn a_digit_string_is_no_eui_unless_something_says_so() {
    has(
        &with("OBX|1|ST|X||||||||F|||||||1234567890123456\r"),
        "Device(0.0 1234567890123456) DeviceIdentifier=1234567890123456 OBX-18.1",
    );
    has(
        &with("OBX|1|ST|X||||||||F|||||||001A01FFFE010203\r"),
        "Device(0.0 001A01FFFE010203) Eui64=001A01FFFE010203 OBX-18.1",
    );
}

#[test]
fn an_eui_with_an_address_behind_it_gives_both() {
    let message = with("OBX|1|ST|X||||||||F|||||||001A01FFFE01020310.1.2.3\r");
    has(&message, "Device(0.0 001A01FFFE010203) Eui64=001A01FFFE010203 OBX-18.1");
    has(&message, "Device(0.0 001A01FFFE010203) Ipv4=10.1.2.3 OBX-18.1");
}

#[test]
fn a_mindray_namespace_is_the_devices_name() {
    let message = with("OBX|1|ST|X|1.1.1.150456|||||||F|||||||000F14049BA1B2C3^BED 3^000F14049BA1B2C3^EUI-64\r");
    has(&message, "Device(1.1 000F14049BA1B2C3) InstanceName=BED 3 OBX-18.2");
    has(&message, "Device(1.1 000F14049BA1B2C3) Eui64=000F14049BA1B2C3 OBX-18.3");
}

#[test]
fn a_philips_product_behind_a_uuid_is_a_model_only_from_philips() {
    let row = "OBX|1|ST|X|1.0.0.0|||||||F|||||||0a0b0c0d-0001-0002-0003-0123456789ab-IntelliVue MX500 - 866064\r";
    let message = from("0009FBFFFF010203", row);
    has(
        &message,
        "Device(1.0 0a0b0c0d-0001-0002-0003-0123456789ab-IntelliVue MX500 - 866064) Model=IntelliVue MX500 OBX-18.1",
    );
    assert!(told(&message).iter().any(|line| line.contains("PartNumber=866064")));
    lacks(&with(row), "Model");
}

#[test]
fn a_philips_module_gives_its_serial_as_identifier() {
    let row = "OBX|1||69798^MDC_DEV_ECG_VMD^MDC|1.2.0.0|||||||X|||||||DE44012345\r";
    has(&from("0009FBFFFF010203", row), "Device(1.2 DE44012345) Serial=DE44012345 OBX-18.1");
    lacks(&with(row), "Serial");
}

#[test]
fn a_smiths_order_number_holds_serial_and_model() {
    let message = from(
        "001A01FFFE000001",
        "OBR|1|4711^Medfusion 4000^001A01FFFE0A0B0C^EUI-64|4711^Medfusion 4000^001A01FFFE0A0B0C^EUI-64\r",
    );
    has(&message, "Device(0.0 001A01FFFE0A0B0C) Serial=4711 OBR-2.1");
    has(&message, "Device(0.0 001A01FFFE0A0B0C) Model=Medfusion 4000 OBR-2.2");
    lacks(&message, "OBR-3");
    lacks(&with("OBR|1|4711^Medfusion 4000^70B3D5FFFE0A0B0C^EUI-64\r"), "Model");
}

#[test]
fn a_bed_and_model_written_as_repetitions_are_told_apart() {
    let message = with("OBX|1|ST|X|1.0.0.0|||||||F|||||||ICU-4~MX800^DEC^3C1A57FFFE0A0B0C^EUI-64\r");
    has(&message, "Device(1.0 3C1A57FFFE0A0B0C) Location=ICU-4 OBX-18.1");
    has(&message, "Device(1.0 3C1A57FFFE0A0B0C) Model=MX800 OBX-18.1");
}

#[test]
fn meters_that_put_their_serial_into_the_application_are_known() {
    has(b"MSH|^~\\&|FA24E001^70B3D57370010203^EUI-64| ", "Sender Serial=FA24E001 MSH-3.1");
    has(b"MSH|^~\\&|VA20X001|BioNote", "Sender Serial=VA20X001 MSH-3.1");
    lacks(b"MSH|^~\\&|VA20X001|Other", "Serial");
    let mindray = b"MSH|^~\\&|Mindray|BS-200E|||1||ORU^R01|1|P|2.3.1||||0\rOBR|1||S|Mindray^BS-200E\r";
    has(mindray, "Sender Model=BS-200E MSH-4.1");
    has(mindray, "Sender Model=BS-200E OBR-4.2");
    has(b"MSH|^~\\&|INFINITY^3.02|Roche Diagnostics", "Sender SoftwareVersion=3.02 MSH-3.2");
}

#[test]
fn a_system_id_is_an_eui_a_uuid_or_serial_and_model_before_one() {
    let row = |value: &str| with(&format!("OBX|1|ST|67972^MDC_ATTR_SYS_ID^MDC|1.0.0.1|{value}\r"));
    has(&row("001A01FFFE0A0B0C"), "Device(1.0 ) Eui64=001A01FFFE0A0B0C OBX-5");
    has(
        &row("0a0b0c0d-0001-0002-0003-0123456789ab"),
        "Device(1.0 ) DeviceIdentifier=0a0b0c0d-0001-0002-0003-0123456789ab OBX-5",
    );
    has(&row("77^Drip 9^001A01FFFE0A0B0C^EUI-64"), "Device(1.0 ) Serial=77 OBX-5.1");
    has(&row("77^Drip 9^001A01FFFE0A0B0C^EUI-64"), "Device(1.0 ) Model=Drip 9 OBX-5.2");
}

#[test]
fn radio_facts_drug_library_and_alert_source_are_read() {
    let message = with(
        "OBX|1|ST|69410^MDC_NCC_DEVICE_IPV4_ADDR^MDC|1.0.0.1|10.9.8.7\r\
OBX|2|ST|69416^MDC_NCC_MAC^MDC|1.0.0.2|00:1A:01:02:03:04\r\
OBX|3|ST|184520^MDC_PUMP_DRUG_LIBRARY_NAME^MDC|1.1.0.3|ICU v12\r\
OBX|4|CWE|68480^MDC_ATTR_ALERT_SOURCE^MDC|1.0.0.0.1|69985^MDC_DEV_PUMP_INFUS_MDS^MDC\r\
OBX|5|ST|67886^MDC_ATTR_ID_SOFT^MDC|1.0.0.4|Pump by the window\r",
    );
    has(&message, "Device(1.0 ) Ipv4=10.9.8.7 OBX-5");
    has(&message, "Device(1.0 ) Mac=00:1A:01:02:03:04 OBX-5");
    has(&message, "Device(1.1 ) DrugLibrary=ICU v12 OBX-5");
    has(&message, "Device(1.0 ) DeviceType=69985 OBX-5.1");
    has(&message, "Device(1.0 ) InstanceName=Pump by the window OBX-5");
}

#[test]
fn a_participation_belongs_to_the_observation_before_it() {
    let message = with(
        "OBX|1||69985^MDC_DEV_PUMP_INFUS_MDS^MDC|3.0.0.0|||||||X\r\
PRT|1|UC||EQUIP|CANARY^PERSON|||||001A01FFFE0A0B0C^^001A01FFFE0A0B0C^EUI-64||||||00643169001763|20250101|20350101|L1|SN9||70053^MDC_DEV_PUMP_INFUS_SYRINGE_MDS^MDC\r\
OBX|2||69965^^MDC|4.0.0.0|||||||X\r\
PRT|2|UC||EQUIP||||||(01)00643169001763(21)SN10^^2.16.840.1.113883.3.3719^ISO\r",
    );
    for expected in [
        "Device(3.0 001A01FFFE0A0B0C) Eui64=001A01FFFE0A0B0C PRT-10.3",
        "Device(3.0 001A01FFFE0A0B0C) UdiDevice=00643169001763 PRT-16.1",
        "Device(3.0 001A01FFFE0A0B0C) ManufactureDate=20250101 PRT-17",
        "Device(3.0 001A01FFFE0A0B0C) ExpiryDate=20350101 PRT-18",
        "Device(3.0 001A01FFFE0A0B0C) Lot=L1 PRT-19",
        "Device(3.0 001A01FFFE0A0B0C) Serial=SN9 PRT-20",
        "Device(3.0 001A01FFFE0A0B0C) DeviceType=70053 PRT-22.1",
        "Device(4.0 (01)00643169001763(21)SN10) UdiCarrier=(01)00643169001763(21)SN10 PRT-10.1",
    ] {
        has(&message, expected);
    }
    lacks(&message, "CANARY");
}

#[test]
fn a_participation_without_an_observation_names_its_own_device() {
    // Layout of a public test capture: PRT-16 in an admission of v2.3, with dozens of empty fields behind it.
    let message = with("PRT|A|B|C|D|E|F|G|H|I|||||||Acme Pump A+||||||||||||||||||||\r");
    has(&message, "Device(0.0 ) UdiDevice=Acme Pump A+ PRT-16.1");
}

#[test]
fn a_device_segment_is_read() {
    let message = with("DEV|A|77^^001A01FFFE0A0B0C^EUI-64|PUMP|ON|Acme^L|Drip|9000|C-1|0064|L2|SN77|2025|2035|||4.2\r");
    for (attribute, value) in [
        ("Manufacturer", "Acme"),
        ("Brand", "Drip"),
        ("Model", "9000"),
        ("PartNumber", "C-1"),
        ("UdiDevice", "0064"),
        ("Lot", "L2"),
        ("Serial", "SN77"),
        ("SoftwareVersion", "4.2"),
    ] {
        assert!(
            told(&message).iter().any(|line| line.contains(&format!("(0.0 001A01FFFE0A0B0C) {attribute}={value} "))),
            "{attribute}"
        );
    }
}

#[test]
fn laboratory_equipment_is_read() {
    has(&with("EQU|ANALYSER-1|20260102|OP\r"), "Device(0.0 ANALYSER-1) DeviceIdentifier=ANALYSER-1 EQU-1.1");
}

#[test]
fn a_sub_id_that_is_no_path_gives_no_tree() {
    for sub in ["1", "LOC", "1.1", "1.1.1", "1..1.1", "1.x.1.1", "-1.0.0.0", "9999999999999999999.0.0.0"] {
        let message = with(&format!("OBX|1|ST|67880^MDC_ATTR_ID_MODEL^MDC|{sub}|M\r"));
        has(&message, "Device(0.0 ) Model=M OBX-5");
    }
    has(&with("OBX|1|ST|67880^MDC_ATTR_ID_MODEL^MDC|1000002.3.0.0.7^g^1|M\r"), "Device(1000002.3 ) Model=M OBX-5");
}

#[test]
fn null_and_blank_values_say_nothing() {
    let message = b"MSH|^~\\&|\"\"| |\"\"|D\rOBX|1|ST|67880^MDC_ATTR_ID_MODEL^MDC|1.0.0.0|\"\"\r";
    let told = told(message);
    assert_eq!(told, ["Receiver Facility=D MSH-6.1"]);
}

#[test]
fn other_delimiters_and_lower_case_names_change_nothing() {
    let other: Vec<u8> = PUMP
        .iter()
        .map(|byte| match byte {
            b'|' => b'!',
            b'^' => b'*',
            other => *other,
        })
        .collect();
    assert_eq!(all(&other).len(), all(PUMP).len());
    let lower: Vec<u8> = String::from_utf8(PUMP.to_vec()).unwrap().replace("\rOBX", "\robx").into_bytes();
    assert_eq!(told(&lower), told(PUMP));
}

#[test]
fn that_there_are_credentials_is_told_and_not_which() {
    let message = b"MSH|^~\\&|A|B|||20260102|SECRET|ORU^R01|1|P|2.6\rUAC|KERB|SECRET^^^^SECRET\r";
    has(message, "Sender Credentials=present MSH-8");
    has(message, "Sender Credentials=present UAC-2");
    lacks(message, "SECRET");
    lacks(b"MSH|^~\\&|A|B||||\"\"|ORU^R01\r", "Credentials");
}

#[test]
fn an_equal_subject_is_equal() {
    let device = Subject::Device { mds: 1, vmd: 0, instance: b"x" };
    assert!(all(PUMP).iter().all(|fact| fact.subject != device));
}
