//! Every device that DICOM speaks of is filed as itself: who made an object, who had it in hand, what was used, who observed. All
//! objects and conversations here are constructed.

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

use iomt::{Inventory, LinkType, Sensor, Timestamp, knowledge::Knowledge};
use iomt_dicom::element::{Encoding, Vr};
use iomt_dicom::{CommandField, Tag, emit};
use serde_json::Value;
use support::json;

const CANARY: &str = "CANARY7391";
const CT: &[u8] = b"1.2.840.10008.5.1.4.1.1.2";
const EXPLICIT: &[u8] = b"1.2.840.10008.1.2.1";

fn set() -> emit::DataSet {
    emit::DataSet::new(Encoding::ExplicitLittle)
}

fn lo(set: emit::DataSet, tag: Tag, value: &str) -> emit::DataSet {
    set.text(tag, Vr::LO, value.as_bytes())
}

/// Manufacturer, model and serial number, with a patient's canary between them where tags allow.
fn equipment(maker: &str, model: &str, serial: &str) -> emit::DataSet {
    let set = lo(set(), Tag::MANUFACTURER, maker);
    let set = set.text(Tag::new(0x0008, 0x1070), Vr::PN, CANARY.as_bytes());
    let set = lo(set, Tag::MANUFACTURER_MODEL_NAME, model);
    if serial.is_empty() { set } else { lo(set, Tag::DEVICE_SERIAL_NUMBER, serial) }
}

fn code(sequence: Tag, value: &str, scheme: &str, meaning: &str) -> emit::DataSet {
    let item =
        lo(lo(lo(set(), Tag::CODE_VALUE, value), Tag::CODING_SCHEME_DESIGNATOR, scheme), Tag::CODE_MEANING, meaning);
    set().open_sequence(sequence, &[item])
}

fn file(object: emit::DataSet) -> Inventory {
    let bytes = emit::part10(EXPLICIT, CT, b"2.999.7", &object.build());
    let reading =
        iomt::files::read_from("object", std::io::Cursor::new(bytes), &iomt::files::Options::default()).unwrap();
    checked(Inventory::read(&reading.ledger, Knowledge::builtin()))
}

fn checked(inventory: Inventory) -> Inventory {
    let text = format!("{}{inventory:?}", json(&inventory));
    assert!(!text.contains(CANARY), "{text}");
    inventory
}

fn devices(inventory: &Inventory) -> Vec<Value> {
    json(inventory)["devices"].as_array().unwrap().clone()
}

fn of_model(inventory: &Inventory, model: &str) -> Value {
    let all = devices(inventory);
    let mut found = all.iter().filter(|device| device["model"]["value"] == model);
    let device = found.next().unwrap_or_else(|| panic!("{model} in {all:#?}")).clone();
    assert!(found.next().is_none(), "one {model}");
    device
}

/// Kind and value of a list.
fn pairs(device: &Value, list: &str) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let list = device[list].as_array().cloned().unwrap_or_default();
    list.iter().map(|one| (text(&one["kind"]), text(&one["value"]))).collect()
}

fn has(device: &Value, list: &str, kind: &str, value: &str) {
    let pairs = pairs(device, list);
    assert!(pairs.contains(&(kind.to_owned(), value.to_owned())), "{kind} {value} in {pairs:?}");
}

#[test]
fn contributing_equipment_is_equipment_of_its_own_and_items_are_not_mixed() {
    let router = equipment("Passing Inc", "Router", "R-7")
        .raw(code(Tag::PURPOSE_OF_REFERENCE_CODE_SEQUENCE, "109103", "DCM", "Modifying Equipment").as_bytes());
    // Without a maker, so that only the number of the item tells it from the one before.
    let scanner = lo(set(), Tag::MANUFACTURER_MODEL_NAME, "Gantry 5")
        .text(Tag::DEVICE_SERIAL_NUMBER, Vr::LO, b"G-5")
        .raw(code(Tag::PURPOSE_OF_REFERENCE_CODE_SEQUENCE, "109101", "DCM", "Acquisition Equipment").as_bytes());
    for open in [true, false] {
        let object = equipment("Constructed", "Workplace", "W-1");
        let items = [router.clone(), scanner.clone()];
        let object = if open {
            object.open_sequence(Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE, &items)
        } else {
            object.sequence(Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE, &items)
        };
        let inventory = file(object);
        assert_eq!(devices(&inventory).len(), 3);
        let (maker, relay, acquired) =
            (of_model(&inventory, "Workplace"), of_model(&inventory, "Router"), of_model(&inventory, "Gantry 5"));
        assert_eq!((&maker["serial"]["value"], &relay["serial"]["value"]), (&"W-1".into(), &"R-7".into()));
        assert_eq!((&relay["manufacturer"]["value"], &acquired["manufacturer"]), (&"Passing Inc".into(), &Value::Null));
        has(&maker, "handled_by", "modifying equipment", "Passing Inc Router R-7");
        has(&maker, "handled_by", "acquisition equipment", "Gantry 5 G-5");
        assert_eq!(relay["roles"][0]["service"], "modifying equipment");
    }
}

#[test]
fn detectors_calibration_and_transducers_are_parts_and_maintenance_of_who_made_the_object() {
    let probe = equipment("Probe Works", "C5-1", "P-9");
    let frame = set().open_sequence(
        Tag::FRAME_DETECTOR_PARAMETERS_SEQUENCE,
        &[set().text(Tag::DETECTOR_ID, Vr::SH, b"FD-2").text(
            Tag::DATE_OF_LAST_DETECTOR_CALIBRATION,
            Vr::DA,
            b"20260203",
        )],
    );
    let object = equipment("Constructed", "Sampler", "S-1");
    let object = lo(object, Tag::GENERATOR_ID, "GEN-1")
        .text(Tag::DATE_OF_LAST_CALIBRATION, Vr::DA, b"20250101\\20260101")
        .text(Tag::DATE_TIME_OF_LAST_CALIBRATION, Vr::DT, CANARY.as_bytes())
        .text(Tag::TRANSDUCER_DATA, Vr::LO, b"S5_1\\UNUSED")
        .sequence(Tag::TRANSDUCER_IDENTIFICATION_SEQUENCE, &[probe])
        .text(Tag::DETECTOR_ID, Vr::SH, b"FD-1")
        .open_sequence(Tag::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, &[frame]);
    let inventory = file(object);
    let device = of_model(&inventory, "Sampler");
    assert_eq!(devices(&inventory).len(), 1, "a part is no device");
    for day in ["2025-01-01", "2026-01-01"] {
        has(&device, "maintenance", "calibration", day);
    }
    has(&device, "maintenance", "detector calibration", "2026-02-03");
    let parts = device["parts"].to_string();
    for part in ["GEN-1", "FD-1", "FD-2", "S5_1", "C5-1", "P-9"] {
        assert!(parts.contains(part), "{part} in {parts}");
    }
}

#[test]
fn frames_say_which_detector_took_them_and_which_software_their_sources_had() {
    let frame = |number: usize| {
        let detector = format!("FD-{number}");
        let detector = set().text(Tag::DETECTOR_ID, Vr::SH, detector.as_bytes());
        let before = lo(set(), Tag::SOFTWARE_VERSIONS, "BEFORE-1").text(Tag::PATIENT_NAME, Vr::PN, CANARY.as_bytes());
        set()
            .open_sequence(Tag::FRAME_DETECTOR_PARAMETERS_SEQUENCE, &[detector])
            .sequence(Tag::UNASSIGNED_PER_FRAME_CONVERTED_ATTRIBUTES_SEQUENCE, &[before])
    };
    let frames: Vec<emit::DataSet> = (1..=9).map(frame).collect();
    let groups = Tag::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE;
    let object = || lo(equipment("Constructed", "Sampler", "S-1"), Tag::SOFTWARE_VERSIONS, "NOW-2");
    for object in [object().sequence(groups, &frames), object().open_sequence(groups, &frames)] {
        let inventory = file(object);
        assert_eq!(devices(&inventory).len(), 1);
        let device = of_model(&inventory, "Sampler").to_string();
        for told in ["FD-1", "FD-4", "BEFORE-1", "NOW-2"] {
            assert!(device.contains(told), "{told} in {device}");
        }
        assert!(!device.contains("FD-5"), "the first frames are enough: {device}");
    }
}

#[test]
fn a_secondary_capture_device_and_a_treatment_machine_are_not_who_made_the_object() {
    let object = equipment("Constructed", "Planner", "P-1")
        .text(Tag::SECONDARY_CAPTURE_DEVICE_MANUFACTURER, Vr::LO, b"Grabber AG")
        .text(Tag::SECONDARY_CAPTURE_DEVICE_MANUFACTURER_MODEL_NAME, Vr::LO, b"Frames 2")
        .text(Tag::SECONDARY_CAPTURE_DEVICE_SOFTWARE_VERSIONS, Vr::LO, b"4.4")
        .open_sequence(
            Tag::BEAM_SEQUENCE,
            &[
                equipment("Beam Corp", "Linac 3", "L-3").text(Tag::TREATMENT_MACHINE_NAME, Vr::SH, b"ROOM2"),
                equipment("Beam Corp", "Linac 3", "L-3").text(Tag::TREATMENT_MACHINE_NAME, Vr::SH, b"ROOM2"),
            ],
        );
    let inventory = file(object);
    assert_eq!(devices(&inventory).len(), 3);
    let grabber = of_model(&inventory, "Frames 2");
    assert_eq!(grabber["manufacturer"]["value"], "Grabber AG");
    assert!(grabber["software"].to_string().contains("4.4"));
    let linac = of_model(&inventory, "Linac 3");
    assert_eq!(
        (&linac["serial"]["value"], &linac["roles"][0]["service"]),
        (&"L-3".into(), &"treatment machine".into())
    );
    has(&linac, "names", "treatment-machine", "ROOM2");
    let planner = of_model(&inventory, "Planner");
    assert_eq!(planner["serial"]["value"], "P-1");
    has(&planner, "handled_by", "secondary capture device", "Grabber AG Frames 2");
    assert_eq!(pairs(&planner, "names"), [], "the machine's name is not the planner's");
}

#[test]
fn a_device_that_was_used_and_a_display_are_devices_with_their_udi() {
    let udi = set().text(Tag::UNIQUE_DEVICE_IDENTIFIER, Vr::UT, b"(01)00844588003288(21)C-77");
    let object = equipment("Constructed", "Lab", "X-1")
        .sequence(Tag::UDI_SEQUENCE, &[set().text(Tag::UNIQUE_DEVICE_IDENTIFIER, Vr::UT, b"(01)00884838000001")])
        .sequence(Tag::DISPLAY_SUBSYSTEM_SEQUENCE, &[equipment("Screen", "Display 21", "D-1")])
        .sequence(Tag::DEVICE_SEQUENCE, &[equipment("Wire", "Catheter", "").sequence(Tag::UDI_SEQUENCE, &[udi])]);
    let inventory = file(object);
    let (lab, catheter) = (of_model(&inventory, "Lab"), of_model(&inventory, "Catheter"));
    assert_eq!(of_model(&inventory, "Display 21")["serial"]["value"], "D-1");
    assert!(catheter["udi"].to_string().contains("C-77") && !lab["udi"].to_string().contains("C-77"));
    assert!(lab["udi"].to_string().contains("00884838000001"));
}

/// A content item of text under a code.
fn text_item(code_value: &str, scheme: &str, text: &str) -> emit::DataSet {
    code(Tag::CONCEPT_NAME_CODE_SEQUENCE, code_value, scheme, "").text(Tag::TEXT_VALUE, Vr::UT, text.as_bytes())
}

#[test]
fn the_observers_of_a_report_are_devices_and_its_text_is_never_read() {
    let uid = code(Tag::CONCEPT_NAME_CODE_SEQUENCE, "121012", "DCM", "").text(Tag::UID, Vr::UI, b"2.999.5");
    let event = set().open_sequence(
        Tag::CONTENT_SEQUENCE,
        &[
            text_item("113878", "DCM", "Dose AG"),
            text_item("113879", "DCM", "Tube 9"),
            text_item("113880", "DCM", "T-9"),
            text_item("121106", "DCM", CANARY),
        ],
    );
    let object = equipment("Constructed", "Reporter", "RP-1").open_sequence(
        Tag::CONTENT_SEQUENCE,
        &[
            text_item("121005", "DCM", CANARY),
            text_item("121008", "DCM", CANARY),
            uid,
            text_item("121013", "DCM", "ROOM 4"),
            text_item("121014", "DCM", "Observant"),
            text_item("121015", "DCM", "Watcher"),
            text_item("121016", "DCM", "O-1"),
            text_item("121015", "99LOCAL", CANARY),
            text_item("121071", "DCM", CANARY),
            text_item("121015", "DCM", "Second Watcher"),
            event,
            set().text(Tag::TEXT_VALUE, Vr::UT, CANARY.as_bytes()),
        ],
    );
    let inventory = file(object);
    assert_eq!(devices(&inventory).len(), 4, "{:#?}", devices(&inventory));
    let watcher = of_model(&inventory, "Watcher");
    assert_eq!((&watcher["manufacturer"]["value"], &watcher["serial"]["value"]), (&"Observant".into(), &"O-1".into()));
    has(&watcher, "names", "device-name", "ROOM 4");
    has(&watcher, "names", "device-uid", "2.999.5");
    assert_eq!(of_model(&inventory, "Second Watcher")["manufacturer"], Value::Null);
    assert_eq!(of_model(&inventory, "Tube 9")["serial"]["value"], "T-9");
    assert_eq!(of_model(&inventory, "Reporter")["serial"]["value"], "RP-1");
}

#[test]
fn the_writer_of_a_file_is_told_and_is_not_the_equipment() {
    let inventory = file(equipment("Constructed", "Sampler", "S-1"));
    let device = of_model(&inventory, "Sampler");
    has(&device, "handled_by", "file writer", "2.999.1");
    assert_eq!(device["stack"].as_array().unwrap().len(), 0);
}

#[test]
fn a_file_that_ends_within_an_element_is_damaged_and_says_where() {
    let object = equipment("Constructed", "Sampler", "S-1").header(Tag::new(0x0020, 0x4000), Vr::UT, 0x7fff_fffe);
    let bytes = emit::part10(EXPLICIT, CT, b"2.999.7", &object.build());
    let end = format!("at byte {}", bytes.len());
    let reading =
        iomt::files::read_from("object", std::io::Cursor::new(bytes), &iomt::files::Options::default()).unwrap();
    let inventory = checked(Inventory::read(&reading.ledger, Knowledge::builtin()));
    of_model(&inventory, "Sampler");
    assert!(json(&inventory)["health"]["damage"].to_string().contains(&end), "{:?}", inventory.health);
}

/// An IPv4 TCP segment in an Ethernet frame.
fn segment(client: bool, numbers: (u32, u32), flags: u8, payload: &[u8]) -> Vec<u8> {
    let (from, to, ports) =
        if client { (CLIENT, SERVER, (40_000_u16, 33_333_u16)) } else { (SERVER, CLIENT, (33_333, 40_000)) };
    let total = u16::try_from(40 + payload.len()).unwrap().to_be_bytes();
    let mut frame = vec![2, 0, 0, 0, 0, to[3], 2, 0, 0, 0, 0, from[3], 8, 0];
    frame.extend([0x45, 0, total[0], total[1], 0, 0, 0x40, 0, 64, 6, 0, 0]);
    frame.extend(from);
    frame.extend(to);
    frame.extend(ports.0.to_be_bytes());
    frame.extend(ports.1.to_be_bytes());
    frame.extend(numbers.0.to_be_bytes());
    frame.extend(numbers.1.to_be_bytes());
    frame.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
    frame.extend(payload);
    frame
}

const CLIENT: [u8; 4] = [192, 0, 2, 10];
const SERVER: [u8; 4] = [192, 0, 2, 20];

/// An association for one SOP class on a port that is not DICOM's: messages of the requestor (true) and the acceptor, in turn.
fn talk(class: &[u8], messages: &[(bool, emit::Command, Option<emit::DataSet>)]) -> Inventory {
    let rq = emit::Associate::request(b"SERVER", b"CLIENT").context(1, class, &[EXPLICIT]).build();
    let ac = emit::Associate::accept(b"SERVER", b"CLIENT").result(1, 0, Some(EXPLICIT)).build();
    let mut turns = vec![(true, rq), (false, ac)];
    for (mine, command, data) in messages {
        let data = data.as_ref().map(emit::DataSet::as_bytes);
        turns.push((*mine, emit::message(1, &command.build(), data, 16_384)));
    }
    turns.extend([(true, emit::release_rq().to_vec()), (false, emit::release_rp().to_vec())]);
    let mut sensor = Sensor::new("constructed");
    let mut push = |frame: &[u8]| sensor.push(Timestamp::new(1, 0), LinkType::ETHERNET, frame);
    push(&segment(true, (99, 0), 2, &[]));
    push(&segment(false, (99, 100), 0x12, &[]));
    let mut sequence = [100, 100];
    for (mine, bytes) in turns {
        for part in bytes.chunks(1000) {
            push(&segment(mine, (sequence[usize::from(mine)], sequence[usize::from(!mine)]), 0x18, part));
            sequence[usize::from(mine)] += u32::try_from(part.len()).unwrap();
        }
    }
    checked(Inventory::read(&sensor.finish(), Knowledge::builtin()))
}

fn at(inventory: &Inventory, address: [u8; 4]) -> Value {
    let address = address.map(|octet| octet.to_string()).join(".");
    let all = devices(inventory);
    let found = all.iter().find(|device| device["addresses"]["ip"].to_string().contains(&address));
    found.unwrap_or_else(|| panic!("{address} in {all:#?}")).clone()
}

#[test]
fn a_sender_of_objects_that_another_modified_is_neither_the_maker_nor_named_wrongly() {
    let router = equipment("Passing Inc", "Router", "R-7")
        .raw(code(Tag::PURPOSE_OF_REFERENCE_CODE_SEQUENCE, "109103", "DCM", "Modifying Equipment").as_bytes());
    let object =
        equipment("Constructed", "Sampler", "S-1").open_sequence(Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE, &[router]);
    let store = |id, object| (true, emit::Command::request(CommandField::C_STORE_RQ, CT, id, true), Some(object));
    let inventory = talk(CT, &[store(1, object), store(2, equipment("Constructed", "Other", "S-2"))]);
    let sender = at(&inventory, CLIENT);
    assert_eq!((&sender["kind"], &sender["serial"]), (&"endpoint".into(), &Value::Null));
    has(&sender, "handled_by", "modifying equipment", "Passing Inc Router R-7");
    let router = of_model(&inventory, "Router");
    assert_eq!(router["addresses"]["ip"].as_array().unwrap().len(), 0, "nobody said that it is the sender");
    assert_eq!(router["relations"].as_array().unwrap().len(), 0);
    assert!(of_model(&inventory, "Sampler")["relations"].to_string().contains("spoken-for-by"));
}

#[test]
fn a_scanner_that_names_contributing_equipment_is_still_one_with_its_address() {
    let part = equipment("Constructed", "Reconstruction", "")
        .raw(code(Tag::PURPOSE_OF_REFERENCE_CODE_SEQUENCE, "109102", "DCM", "Processing Equipment").as_bytes());
    let object =
        equipment("Constructed", "Sampler", "S-1").open_sequence(Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE, &[part]);
    let inventory = talk(CT, &[(true, emit::Command::request(CommandField::C_STORE_RQ, CT, 1, true), Some(object))]);
    let scanner = at(&inventory, CLIENT);
    assert_eq!((&scanner["kind"], &scanner["serial"]["value"]), (&"equipment".into(), &"S-1".into()));
}

#[test]
fn a_printer_is_known_by_its_answer_even_if_that_leaves_its_class_out() {
    let class = b"1.2.840.10008.5.1.1.16";
    let get = emit::Command::request_for(CommandField::N_GET_RQ, class, b"1.2.840.10008.5.1.1.17", 1, false);
    let answer = emit::Command::empty()
        .u16(Tag::COMMAND_FIELD, CommandField::N_GET_RSP.0)
        .u16(Tag::MESSAGE_ID_BEING_RESPONDED_TO, 1)
        .u16(Tag::COMMAND_DATA_SET_TYPE, 1)
        .u16(Tag::STATUS, 0);
    let data = equipment("Paper AG", "Press 5", "PR-5")
        .text(Tag::DATE_OF_LAST_CALIBRATION, Vr::DA, b"20260105")
        .text(Tag::PRINTER_STATUS, Vr::CS, b"WARNING")
        .text(Tag::PRINTER_NAME, Vr::LO, b"FILM1");
    let inventory = talk(class, &[(true, get, None), (false, answer, Some(data))]);
    let printer = of_model(&inventory, "Press 5");
    assert_eq!((&printer["serial"]["value"], &printer["state"]["value"]), (&"PR-5".into(), &"WARNING".into()));
    has(&printer, "names", "printer", "FILM1");
    has(&printer, "maintenance", "calibration", "2026-01-05");
    assert!(!at(&inventory, CLIENT).to_string().contains("PR-5"), "the client asked, and is no printer");
}

#[test]
fn a_printer_that_reports_its_state_names_itself() {
    let class = b"1.2.840.10008.5.1.1.16";
    let report = emit::Command::request(CommandField::N_EVENT_REPORT_RQ, class, 1, true).u16(Tag::EVENT_TYPE_ID, 2);
    let data = set().text(Tag::PRINTER_NAME, Vr::LO, b"FILM1");
    has(&at(&talk(class, &[(false, report, Some(data))]), SERVER), "names", "printer", "FILM1");
}

#[test]
fn a_gantry_and_a_device_have_names_of_their_own() {
    let object = lo(equipment("Constructed", "Sampler", "S-1"), Tag::DEVICE_ID, "ROW-3");
    let object = lo(object.text(Tag::DEVICE_UID, Vr::UI, b"2.999.6"), Tag::GANTRY_ID, "GANTRY-9");
    let device = of_model(&file(object), "Sampler");
    for (kind, name) in [("gantry-id", "GANTRY-9"), ("device-id", "ROW-3"), ("device-uid", "2.999.6")] {
        has(&device, "names", kind, name);
    }
}

/// The serial numbers of all devices that have one.
fn serials(inventory: &Inventory) -> Vec<String> {
    let all = devices(inventory);
    let mut serials: Vec<String> =
        all.iter().filter_map(|device| Some(device["serial"]["value"].as_str()?.to_owned())).collect();
    serials.sort();
    serials
}

/// Real traffic: nine modalities store to an archive. Of one direction alone the terms are inferred.
#[test]
fn of_what_one_side_sends_alone_the_equipment_is_known_and_is_nobody_else() {
    let frames = support::frames("dicom_store_modalities.pcap");
    let archive = |frame: &support::Owned, at: usize| frame.data.get(at..at + 4) == Some(&[10, 77, 1, 11]);
    let side = |at: usize| frames.iter().filter(|frame| archive(frame, at)).cloned().collect::<Vec<_>>();
    let (whole, sent, answered) =
        (support::inventory(&frames), support::inventory(&side(30)), support::inventory(&side(26)));
    assert!(!serials(&whole).is_empty() && !side(26).is_empty());
    assert_eq!(serials(&sent), serials(&whole));
    assert_eq!(serials(&answered), [""; 0]);
    for inventory in [&sent, &answered] {
        let archive = at(inventory, [10, 77, 1, 11]);
        assert_eq!((&archive["model"], &archive["serial"]), (&Value::Null, &Value::Null), "{archive:#}");
    }
}

#[test]
fn stations_name_themselves_in_worklist_queries_and_performed_steps() {
    let class = b"1.2.840.10008.5.1.4.31";
    let keys = set().text(Tag::PATIENT_NAME, Vr::PN, CANARY.as_bytes()).sequence(
        Tag::SCHEDULED_PROCEDURE_STEP_SEQUENCE,
        &[set().text(Tag::MODALITY, Vr::CS, b"CT").text(Tag::SCHEDULED_STATION_AE_TITLE, Vr::AE, b"CT7")],
    );
    let answer = set().sequence(
        Tag::SCHEDULED_PROCEDURE_STEP_SEQUENCE,
        &[set().text(Tag::SCHEDULED_STATION_AE_TITLE, Vr::AE, b"MR9").text(
            Tag::SCHEDULED_STATION_NAME,
            Vr::SH,
            b"HALL",
        )],
    );
    let inventory = talk(
        class,
        &[
            (true, emit::Command::request(CommandField::C_FIND_RQ, class, 1, true), Some(keys)),
            (false, emit::Command::response(CommandField::C_FIND_RSP, class, 1, 0xff00, true), Some(answer)),
        ],
    );
    has(&at(&inventory, CLIENT), "names", "ae-title", "CT7");
    let server = at(&inventory, SERVER);
    assert!(!pairs(&server, "names").iter().any(|(_, name)| name == "MR9"), "it schedules for MR9, it is not MR9");

    let class = b"1.2.840.10008.3.1.2.3.3";
    let step = set()
        .text(Tag::PATIENT_NAME, Vr::PN, CANARY.as_bytes())
        .text(Tag::PERFORMED_STATION_AE_TITLE, Vr::AE, b"CT7")
        .text(Tag::PERFORMED_STATION_NAME, Vr::SH, b"HALL 7")
        .text(Tag::PERFORMED_LOCATION, Vr::SH, b"GROUND")
        .raw(code(Tag::PERFORMED_STATION_NAME_CODE_SEQUENCE, "7", "99SITE", "Scanner Seven").as_bytes());
    let create = emit::Command::request(CommandField::N_CREATE_RQ, class, 1, true);
    let client = at(&talk(class, &[(true, create, Some(step))]), CLIENT);
    has(&client, "names", "station-name", "HALL 7");
    has(&client, "names", "station-name", "Scanner Seven");
    assert_eq!(client["location"]["value"], "GROUND");
}

/// The codes of a station: its name, class and place, as scheduled or as performed.
fn station(set: emit::DataSet, sequences: [Tag; 3], number: &str) -> emit::DataSet {
    let [name, class, place] = sequences;
    set.raw(code(name, &format!("LA{number}"), "99SITE", &format!("Linac {number}")).as_bytes())
        .raw(code(class, "LA", "99SITE", "Accelerator").as_bytes())
        .raw(code(place, "B2", "99SITE", "Bunker").as_bytes())
}

const SCHEDULED: [Tag; 3] = [
    Tag::SCHEDULED_STATION_NAME_CODE_SEQUENCE,
    Tag::SCHEDULED_STATION_CLASS_CODE_SEQUENCE,
    Tag::SCHEDULED_STATION_GEOGRAPHIC_LOCATION_CODE_SEQUENCE,
];
const PERFORMED: [Tag; 3] = [
    Tag::PERFORMED_STATION_NAME_CODE_SEQUENCE,
    Tag::PERFORMED_STATION_CLASS_CODE_SEQUENCE,
    Tag::PERFORMED_STATION_GEOGRAPHIC_LOCATION_CODE_SEQUENCE,
];

#[test]
fn a_unified_procedure_step_names_who_performs_it_and_for_whom_it_is_scheduled() {
    const PUSH: &[u8] = b"1.2.840.10008.5.1.4.34.6.1";
    const PULL: &[u8] = b"1.2.840.10008.5.1.4.34.6.3";
    const WATCH: &[u8] = b"1.2.840.10008.5.1.4.34.6.2";
    let patient = || set().text(Tag::PATIENT_NAME, Vr::PN, CANARY.as_bytes());
    let planned = || station(patient(), SCHEDULED, "4");
    let done = || {
        let performer = set().text(Tag::new(0x0040, 0x4037), Vr::PN, CANARY.as_bytes());
        let work = station(set(), PERFORMED, "4").sequence(Tag::new(0x0040, 0x4035), &[performer]);
        patient().open_sequence(Tag::UNIFIED_PROCEDURE_STEP_PERFORMED_PROCEDURE_SEQUENCE, &[work])
    };
    let request = |field, class| emit::Command::request(field, class, 1, true);
    let names_of_four = |device: &Value| {
        has(device, "names", "station-name", "Linac 4");
        has(device, "names", "station-code", "LA4");
        has(device, "names", "station-class", "Accelerator");
        assert_eq!(device["location"]["value"], "Bunker");
    };

    // Who plans it for another is not the other.
    let planner = at(&talk(PUSH, &[(true, request(CommandField::N_CREATE_RQ, PUSH), Some(planned()))]), CLIENT);
    assert_eq!(pairs(&planner, "names").len(), 1, "{planner:#}");
    assert_eq!(planner["location"], Value::Null);
    has(&planner, "peers", "schedules-for-station", "Linac 4");
    // Who looks for its steps is; who watches those of others is not, nor is who asks with a wild card.
    names_of_four(&at(&talk(PULL, &[(true, request(CommandField::C_FIND_RQ, PULL), Some(planned()))]), CLIENT));
    let any = set().raw(code(Tag::SCHEDULED_STATION_NAME_CODE_SEQUENCE, "LA*", "99SITE", "").as_bytes());
    for (class, keys) in [(WATCH, planned()), (PULL, any)] {
        let watcher = at(&talk(class, &[(true, request(CommandField::C_FIND_RQ, class), Some(keys))]), CLIENT);
        assert_eq!(pairs(&watcher, "names").len(), 1, "{watcher:#}");
    }
    // Who performs it is.
    names_of_four(&at(&talk(PUSH, &[(true, request(CommandField::N_SET_RQ, PUSH), Some(done()))]), CLIENT));
    // Who manages it knows the station, and is none.
    let get = emit::Command::request_for(CommandField::N_GET_RQ, PUSH, b"2.999.7", 1, false);
    let found = emit::Command::response(CommandField::C_FIND_RSP, PULL, 1, 0xff00, true);
    let told = emit::Command::response(CommandField::N_GET_RSP, PUSH, 1, 0, true);
    for (class, asks, keys, answer, data) in
        [(PULL, request(CommandField::C_FIND_RQ, PULL), Some(set()), found, planned()), (PUSH, get, None, told, done())]
    {
        let manager = at(&talk(class, &[(true, asks, keys), (false, answer, Some(data))]), SERVER);
        assert_eq!(pairs(&manager, "names").len(), 1, "{manager:#}");
        has(&manager, "peers", "schedules-for-station", "Linac 4");
    }
    let event = request(CommandField::N_EVENT_REPORT_RQ, PUSH).u16(Tag::EVENT_TYPE_ID, 5);
    has(&at(&talk(PUSH, &[(false, event, Some(planned()))]), SERVER), "peers", "schedules-for-station", "Linac 4");
}

#[test]
fn who_moves_objects_and_who_schedules_name_other_nodes() {
    const MOVE: &[u8] = b"1.2.840.10008.5.1.4.1.2.2.2";
    let identifier = set().text(Tag::QUERY_RETRIEVE_LEVEL, Vr::CS, b"STUDY");
    let asks = emit::Command::request(CommandField::C_MOVE_RQ, MOVE, 1, true).text(Tag::MOVE_DESTINATION, b"FAR_PACS");
    let inventory = talk(MOVE, &[(true, asks, Some(identifier))]);
    has(&at(&inventory, CLIENT), "peers", "moves-to", "FAR_PACS");

    const WORKLIST: &[u8] = b"1.2.840.10008.5.1.4.31";
    let step = lo(set().text(Tag::SCHEDULED_STATION_AE_TITLE, Vr::AE, b"MR7"), Tag::SCHEDULED_STATION_NAME, "ROOM 7");
    let step = set().open_sequence(Tag::SCHEDULED_PROCEDURE_STEP_SEQUENCE, &[step]);
    let asks = emit::Command::request(CommandField::C_FIND_RQ, WORKLIST, 1, true);
    let answer = emit::Command::response(CommandField::C_FIND_RSP, WORKLIST, 1, 0xff00, true);
    let inventory = talk(WORKLIST, &[(true, asks, Some(set())), (false, answer, Some(step))]);
    let server = at(&inventory, SERVER);
    has(&server, "peers", "schedules-for", "MR7");
    has(&server, "peers", "schedules-for-station", "ROOM 7");
}

#[test]
fn an_archive_says_from_where_its_objects_can_be_had() {
    let reference =
        set().text(Tag::RETRIEVE_AE_TITLE, Vr::AE, b"VAULT").text(Tag::new(0x0008, 0x1155), Vr::UI, b"2.999.8");
    let committed = set().sequence(Tag::REFERENCED_SOP_SEQUENCE, core::slice::from_ref(&reference));
    let class = b"1.2.840.10008.1.20.1";
    let report = emit::Command::request(CommandField::N_EVENT_REPORT_RQ, class, 1, true).u16(Tag::EVENT_TYPE_ID, 1);
    has(&at(&talk(class, &[(false, report, Some(committed))]), SERVER), "names", "retrieve-ae-title", "VAULT");

    let series = set().sequence(Tag::REFERENCED_SOP_SEQUENCE, &[reference]);
    let available = set().open_sequence(Tag::REFERENCED_SERIES_SEQUENCE, &[series]);
    let class = b"1.2.840.10008.5.1.4.33";
    let create = emit::Command::request(CommandField::N_CREATE_RQ, class, 1, true);
    has(&at(&talk(class, &[(true, create, Some(available))]), CLIENT), "names", "retrieve-ae-title", "VAULT");
}

#[test]
fn names_are_read_in_the_character_set_of_their_object_and_of_their_item() {
    let text = |set: emit::DataSet, tag, bytes: &[u8]| set.text(tag, Vr::LO, bytes);
    let object = |term: &str, maker: &[u8]| {
        let object = set().text(Tag::SPECIFIC_CHARACTER_SET, Vr::CS, term.as_bytes());
        lo(text(object, Tag::MANUFACTURER, maker), Tag::MANUFACTURER_MODEL_NAME, "X-1")
    };
    let maker = |object| of_model(&file(object), "X-1")["manufacturer"]["value"].as_str().unwrap().to_owned();
    // Kanji behind an escape sequence, the second byte of one of which is a backslash; Cyrillic; GB18030 with a backslash inside.
    assert_eq!(maker(object("\\ISO 2022 IR 87", b"\x1b$BF|\x1b(B ACME")), "日 ACME");
    assert_eq!(maker(object("ISO_IR 144", b"\xbc\xb5\xb4")), "МЕД");
    assert_eq!(maker(object("GB18030", b"\xb6\xab")), "东");
    // What does not fit its set is read as it was before there were sets.
    assert_eq!(maker(object("ISO_IR 192", b"Dr\xe4ger")), "Dräger");
    // An item with a set of its own; what follows it is in the object's again.
    let item = set().text(Tag::SPECIFIC_CHARACTER_SET, Vr::CS, b"ISO_IR 144");
    let item = lo(text(item, Tag::MANUFACTURER, b"\xbc\xb5\xb4"), Tag::MANUFACTURER_MODEL_NAME, "R-7");
    let object = object("ISO_IR 100", b"Dr\xe4ger").open_sequence(Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE, &[item]);
    let inventory = file(object);
    assert_eq!(of_model(&inventory, "R-7")["manufacturer"]["value"], "МЕД");
    assert_eq!(of_model(&inventory, "X-1")["manufacturer"]["value"], "Dräger");
}

#[test]
fn stations_are_read_in_the_character_set_of_their_message() {
    let class = b"1.2.840.10008.3.1.2.3.3";
    let step = set()
        .text(Tag::SPECIFIC_CHARACTER_SET, Vr::CS, b"ISO_IR 144")
        .text(Tag::PERFORMED_STATION_AE_TITLE, Vr::AE, b"CT7")
        .text(Tag::PERFORMED_STATION_NAME, Vr::SH, b"\xbc\xb5\xb4 7");
    let create = emit::Command::request(CommandField::N_CREATE_RQ, class, 1, true);
    has(&at(&talk(class, &[(true, create, Some(step))]), CLIENT), "names", "station-name", "МЕД 7");

    // The first byte of the kanji is a question mark in ASCII: it is no wild card.
    let class = b"1.2.840.10008.5.1.4.31";
    let station = set().text(Tag::SCHEDULED_STATION_NAME, Vr::SH, b"\x1b$B?M\x1b(B1");
    let keys = set()
        .text(Tag::SPECIFIC_CHARACTER_SET, Vr::CS, b"\\ISO 2022 IR 87")
        .sequence(Tag::SCHEDULED_PROCEDURE_STEP_SEQUENCE, &[station]);
    let ask = |id| emit::Command::request(CommandField::C_FIND_RQ, class, id, true);
    // The set of one message is not that of the next.
    let next = set().sequence(
        Tag::SCHEDULED_PROCEDURE_STEP_SEQUENCE,
        &[set().text(Tag::SCHEDULED_STATION_NAME, Vr::SH, b"Dr\xe4ger")],
    );
    let client = at(&talk(class, &[(true, ask(1), Some(keys)), (true, ask(2), Some(next))]), CLIENT);
    has(&client, "names", "station-name", "人1");
    has(&client, "names", "station-name", "Dräger");
}
