//! Canaries: values put into patient fields never come out, whatever the protocol, and neither do the patients of the bundled
//! captures.

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

use iomt::{Inventory, knowledge::Knowledge};
use iomt_dicom::element::{Encoding, Vr};
use iomt_dicom::{CommandField, Tag, emit};
use support::{bundled, conversation, json};

const CANARY: &str = "CANARY7391";

/// Every top-level attribute of the patient, study and visit modules that holds text, as a canary.
const PATIENT: [(u16, u16, &[u8; 2]); 22] = [
    (0x0008, 0x0050, b"SH"),
    (0x0008, 0x0090, b"PN"),
    (0x0008, 0x1030, b"LO"),
    (0x0008, 0x103e, b"LO"),
    (0x0008, 0x1048, b"PN"),
    (0x0008, 0x1050, b"PN"),
    (0x0008, 0x1070, b"PN"),
    (0x0010, 0x0010, b"PN"),
    (0x0010, 0x0020, b"LO"),
    (0x0010, 0x0021, b"LO"),
    (0x0010, 0x1000, b"LO"),
    (0x0010, 0x1001, b"PN"),
    (0x0010, 0x1040, b"LO"),
    (0x0010, 0x1060, b"PN"),
    (0x0010, 0x2154, b"SH"),
    (0x0010, 0x21b0, b"LT"),
    (0x0010, 0x4000, b"LT"),
    (0x0020, 0x0010, b"SH"),
    (0x0032, 0x1032, b"PN"),
    (0x0032, 0x1060, b"LO"),
    (0x0038, 0x0010, b"LO"),
    (0x0040, 0x0275, b"LO"),
];

#[test]
fn no_patient_attribute_of_an_object_comes_out() {
    let mut set = emit::DataSet::new(Encoding::ExplicitLittle);
    let mut all: Vec<(Tag, Vr, &str)> =
        PATIENT.iter().map(|(group, element, vr)| (Tag::new(*group, *element), Vr(**vr), CANARY)).collect();
    all.push((Tag::MANUFACTURER, Vr(*b"LO"), "Constructed"));
    all.push((Tag::MANUFACTURER_MODEL_NAME, Vr(*b"LO"), "Sampler"));
    all.push((Tag::DEVICE_SERIAL_NUMBER, Vr(*b"LO"), "S-1"));
    all.sort_by_key(|(tag, ..)| *tag);
    for (tag, vr, value) in all {
        set = set.text(tag, vr, value.as_bytes());
    }
    let class = b"1.2.840.10008.5.1.4.1.1.2";
    let mut bytes = emit::Associate::request(b"PACS", b"CT01").context(1, class, &[b"1.2.840.10008.1.2.1"]).build();
    let command = emit::Command::request(CommandField::C_STORE_RQ, class, 1, true).build();
    bytes.extend(emit::message(1, &command, Some(set.as_bytes()), 16_384));
    let inventory = conversation(104, &bytes);
    let text = json(&inventory).to_string();
    assert!(text.contains("Sampler") && text.contains("S-1"), "the object was read: {text}");
    assert!(!text.contains(CANARY), "{text}");
    let rendered = format!("{inventory:?}");
    assert!(!rendered.contains(CANARY), "{rendered}");
}

#[test]
fn no_patient_field_of_a_message_comes_out() {
    let fields = |count: usize| format!("|{CANARY}").repeat(count);
    let message = format!(
        "\x0bMSH|^~\\&|PUMPGW|SITE|EHR|SITE|20260102101500||ORU^R01^ORU_R01|{CANARY}|P|2.6\r\
         PID{pid}\rPD1{pid}\rNK1{pid}\rPV1||I|ICU^1^2|||||||||||||||||{CANARY}|{CANARY}\rIN1{pid}\rGT1{pid}\rAL1{pid}\rDG1{pid}\r\
         OBR|1|||182777000^monitoring of patient^SCT||||||{CANARY}|||{CANARY}|||{CANARY}||||||||||||{CANARY}\r\
         OBX|1||69985^MDC_DEV_PUMP_INFUS_MDS^MDC|1.0.0.0|||||||X|||||||PUMP1^PUMPGW^0003B1FFFE00C3D4^EUI-64\r\
         OBX|2|ST|67880^MDC_ATTR_ID_MODEL^MDC|1.0.0.1|Sampler Pump||||||R\r\
         OBX|3|ST|68063^MDC_ATTR_PT_WEIGHT^MDC|1.0.0.2|{CANARY}||||||R\r\
         OBX|4|ST|157784^MDC_FLOW_FLUID_PUMP^MDC|1.1.1.1|{CANARY}|||||||||{CANARY}|{CANARY}\r\
         NTE|1|L|{CANARY}\rZPI{pid}\r\x1c\r",
        pid = fields(30)
    );
    let inventory = conversation(2575, message.as_bytes());
    let text = json(&inventory).to_string();
    assert!(text.contains("Sampler Pump"), "the message was read: {text}");
    assert!(!text.contains(CANARY), "{text}");
}

#[test]
fn no_field_of_a_message_that_is_not_a_devices_comes_out() {
    // Of each segment all fields are canaries, but for those that are read for devices.
    let segments: [(&str, &[usize]); 24] = [
        ("PID", &[]),
        ("PD1", &[]),
        ("NK1", &[]),
        ("PV1", &[3]),
        ("PV2", &[]),
        ("MRG", &[]),
        ("AL1", &[]),
        ("DG1", &[]),
        ("PR1", &[]),
        ("GT1", &[]),
        ("IN1", &[]),
        ("IN2", &[]),
        ("IN3", &[]),
        ("ROL", &[]),
        ("ORC", &[]),
        ("TXA", &[]),
        ("SPM", &[]),
        ("NTE", &[]),
        ("FT1", &[]),
        ("UAC", &[]),
        ("OBR", &[2, 3, 10]),
        ("OBX", &[4, 18]),
        ("PRT", &[10, 16, 17, 18, 19, 20, 22]),
        ("ZPI", &[]),
    ];
    let mut message = String::from(
        "\x0bMSH|^~\\&|PUMPGW|SITE|EHR|SITE|20260102101500|CANARY7391|ORU^R01^ORU_R01|CANARY7391|P|2.6|CANARY7391|CANARY7391\r",
    );
    for (name, read) in segments {
        message += name;
        for field in 1..=50 {
            let canary = format!("{CANARY}&{CANARY}^{CANARY}~{CANARY}");
            message += "|";
            message += if read.contains(&field) { "" } else { &canary };
        }
        message += "\r";
    }
    message +=
        "OBX|9||69985^MDC_DEV_PUMP_INFUS_MDS^MDC|1.0.0.0|||||||X|||||||PUMP1^PUMPGW^0003B1FFFE00C3D4^EUI-64\r\x1c\r";
    let inventory = conversation(2575, message.as_bytes());
    let text = json(&inventory).to_string();
    assert!(text.contains("0003B1FFFE00C3D4"), "the message was read: {text}");
    assert!(!text.contains(CANARY), "{text}");
    assert!(!format!("{inventory:?}").contains(CANARY));
}

/// Patients of the bundled objects and messages, as their bytes have them (all invented or published as test data).
fn patients(bytes: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for marker in [&b"\x10\x00\x10\x00PN"[..], b"\x10\x00\x20\x00LO", b"\x10\x00\x10\x00", b"\x10\x00\x20\x00"] {
        for at in (0..bytes.len()).filter(|at| bytes[*at..].starts_with(marker)) {
            let rest = &bytes[at + marker.len()..];
            let (length, value) =
                if marker.len() == 6 { (rest.first(), rest.get(2..)) } else { (rest.first(), rest.get(4..)) };
            if let (Some(length), Some(value)) = (length, value)
                && let Some(value) = value.get(..usize::from(*length))
            {
                found.push(String::from_utf8_lossy(value).trim_matches([' ', '\0']).to_owned());
            }
        }
    }
    found.retain(|name| {
        name.len() >= 5 && name.chars().all(|c| c.is_ascii_graphic() || c == ' ') && name.contains(char::is_alphabetic)
    });
    found.extend(["TESTONE", "TESTTWO", "TESTSIX", "TB0001", "TB0002", "TB0006", "TESTTOWN"].map(String::from));
    found.sort();
    found.dedup();
    found
}

#[test]
fn no_patient_of_a_bundled_capture_comes_out() {
    let mut searched = 0;
    for path in bundled() {
        let names = patients(&std::fs::read(&path).unwrap());
        let ledger = iomt::files::read(&path, &iomt::files::Options::default()).unwrap().ledger;
        let text = json(&Inventory::read(&ledger, Knowledge::builtin())).to_string();
        for name in names {
            assert!(!text.contains(&name), "{}: {name}", path.display());
            searched += 1;
        }
    }
    assert!(searched > 60, "only {searched} names were searched for");
}
