//! Which hosts and which pieces of equipment are one device: addresses that change, several of one device, several devices behind
//! one; and what is said of them that nobody stated.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::float_cmp,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a panic is how a test reports"
)]

#[path = "support/evidence.rs"]
mod evidence;

use evidence::Desk;
use iomt::evidence::Attribute::{Eui64, Ip, Mac, Manufacturer, Model, Name, Serial, VendorSign};
use iomt::evidence::{Attribute, Source, Subject, Value};
use iomt::inventory::{Device, Kind};

const SCANNER: [(Attribute, &str); 3] = [(Manufacturer, "SIEMENS"), (Model, "Avanto"), (Serial, "25641")];

fn monitor<'a>(serial: &'a str, more: &[(Attribute, &'a str)]) -> Vec<(Attribute, &'a str)> {
    let mut said = vec![(Manufacturer, "Philips"), (Model, "866064"), (Serial, serial)];
    said.extend(more);
    said
}

fn equipment(devices: &[Device]) -> Vec<&Device> {
    devices.iter().filter(|device| device.kind == Kind::Equipment).collect()
}

#[test]
fn a_scanner_with_a_new_interface_or_with_two_is_one_device() {
    let mut desk = Desk::new();
    for (address, mac, time) in [
        ("10.0.0.1", "00:03:b1:00:00:01", 1),
        ("10.0.0.2", "00:03:b1:00:00:02", 100),
        ("10.0.0.1", "00:03:b1:00:00:01", 200),
    ] {
        desk.time = time;
        desk.host(address, "dicom", "MR01");
        desk.at(mac, address, false);
        desk.tells(address, "dicom", &SCANNER);
    }
    let devices = desk.inventory().devices;
    assert_eq!(devices.len(), 1, "{devices:#?}");
    assert_eq!(devices[0].addresses.ip, ["10.0.0.1", "10.0.0.2"]);
    assert_eq!(devices[0].addresses.mac.len(), 2);
}

#[test]
fn a_scanner_of_another_name_is_not_joined_to_whoever_sends_the_same_serial_number() {
    let mut desk = Desk::new();
    for (address, title) in [("10.0.0.1", "MR01"), ("10.0.0.2", "STORE")] {
        desk.host(address, "dicom", title);
        desk.tells(address, "dicom", &SCANNER);
    }
    let devices = desk.inventory().devices;
    assert_eq!((devices.len(), equipment(&devices).len()), (3, 1));
    assert!(equipment(&devices)[0].addresses.ip.is_empty(), "which of the two it is, nobody said");
}

#[test]
fn the_title_that_a_program_has_by_default_makes_no_device_of_two_computers() {
    let mut desk = Desk::new();
    for address in ["10.0.0.1", "10.0.0.2"] {
        desk.host(address, "dicom", "STORESCU");
        desk.tells(address, "dicom", &SCANNER);
    }
    let devices = desk.inventory().devices;
    assert_eq!((devices.len(), equipment(&devices).len()), (3, 1));
    assert!(equipment(&devices)[0].addresses.ip.is_empty(), "both may be anybody's");
}

#[test]
fn what_nobody_said_of_a_device_that_turns_out_to_be_several_is_kept() {
    let mut desk = Desk::new();
    let alike: &[(Attribute, &str)] = &[(Manufacturer, "Acme"), (Model, "Probe")];
    for (address, title) in [("10.0.0.1", "A"), ("10.0.0.2", "B")] {
        desk.host(address, "dicom", title);
        desk.tells(address, "dicom", alike);
    }
    let Subject::Equipment { key, protocol, .. } = desk.tells("10.0.0.1", "dicom", alike) else { panic!("equipment") };
    let read = Subject::Equipment { key, speaker: None, protocol };
    let source = Source { protocol: "dicom-file", field: "Software Versions", kind: "declared" };
    desk.file(&read, Attribute::Software, Value::pair("software", "7.1"), source);
    let devices = desk.inventory().devices;
    assert_eq!(equipment(&devices).len(), 2, "{devices:#?}");
    let software: Vec<&str> =
        devices.iter().flat_map(|device| &device.software).map(|each| each.version.value.as_str()).collect();
    assert_eq!(software, ["7.1"]);
}

#[test]
fn a_message_of_a_device_about_itself_counts_once() {
    let mut desk = Desk::new();
    desk.host("10.0.0.1", "dicom", "MR01");
    desk.tells("10.0.0.1", "dicom", &SCANNER);
    let devices = desk.inventory().devices;
    assert_eq!(devices.len(), 1);
    assert_eq!(devices[0].activity.as_ref().expect("active").messages, 1);
}

#[test]
fn what_a_host_says_in_two_protocols_is_told_of_each() {
    let mut desk = Desk::new();
    desk.host("10.0.0.1", "hl7", "");
    desk.host("10.0.0.1", "dicom", "ENGINE");
    for model in ["Avanto", "Aera"] {
        desk.tells("10.0.0.1", "hl7", &[(Manufacturer, "SIEMENS"), (Model, model), (Serial, "25641")]);
    }
    desk.tells("10.0.0.1", "dicom", &SCANNER);
    let devices = desk.inventory().devices;
    let scanner = equipment(&devices).into_iter().find(|one| one.model.as_ref().is_some_and(|m| m.value == "Avanto"));
    let relations = &scanner.expect("the scanner").relations;
    let told: Vec<_> = relations.iter().map(|one| (one.kind, one.protocol, one.count)).collect();
    assert_eq!(told, [("behind", "dicom", 1), ("behind", "hl7", 1)]);
}

#[test]
fn ipv4_and_ipv6_of_one_interface_are_one_device() {
    let mut desk = Desk::new();
    for address in ["10.0.0.1", "fe80::1", "fd00::1"] {
        desk.host(address, "dicom", "MR01");
        desk.at("00:03:b1:00:00:01", address, false);
        desk.tells(address, "dicom", &SCANNER);
    }
    let devices = desk.inventory().devices;
    assert_eq!(devices.len(), 1);
    assert_eq!(devices[0].addresses.ip.len(), 3);
}

#[test]
fn a_monitor_that_was_given_another_address_is_one_device() {
    let mut desk = Desk::new();
    for (address, time) in [("10.0.0.1", 1), ("10.0.0.2", 100)] {
        desk.time = time;
        desk.host(address, "intellivue", "");
        desk.tells(address, "intellivue", &monitor("DE1", &[]));
    }
    let devices = desk.inventory().devices;
    assert_eq!(devices.len(), 1, "{devices:#?}");
    assert_eq!(devices[0].addresses.ip, ["10.0.0.1", "10.0.0.2"]);
}

#[test]
fn monitors_behind_address_translation_are_behind_it() {
    let mut desk = Desk::new();
    desk.host("192.0.2.1", "intellivue", "");
    desk.tells("192.0.2.1", "intellivue", &monitor("DE1", &[(Ip, "10.0.0.1"), (Mac, "00:09:fb:00:00:01")]));
    desk.tells("192.0.2.1", "intellivue", &monitor("DE2", &[(Ip, "10.0.0.2"), (Mac, "00:09:fb:00:00:02")]));
    let devices = desk.inventory().devices;
    assert_eq!(devices.len(), 3);
    let gateway = devices.iter().find(|device| device.kind == Kind::Endpoint).expect("the translator");
    assert_eq!(gateway.class.as_ref().expect("a class").value, "gateway");
    assert_eq!(gateway.addresses.ip, ["192.0.2.1"]);
    for device in equipment(&devices) {
        let relation = &device.relations[0];
        assert_eq!((relation.kind, &relation.device, relation.protocol), ("behind", &gateway.id, "intellivue"));
        assert!(relation.signs.contains(&"claims-other-address"));
        assert!(device.addresses.ip.is_empty());
        assert!(gateway.relations.iter().any(|back| (back.kind, &back.device) == ("fronts", &device.id)));
        let seen = &relation.evidence[0];
        assert_eq!((&*seen.input, seen.offset, seen.field), ("desk", 7, "F"));
        assert!(seen.frame > 0);
    }
}

#[test]
fn a_single_monitor_that_states_another_address_is_behind_something_and_one_that_states_its_own_is_not() {
    for (claimed, devices) in [("10.0.0.9", 2), ("192.0.2.1", 1), ("0.0.0.0", 1), ("fd00::9", 1)] {
        let mut desk = Desk::new();
        desk.host("192.0.2.1", "intellivue", "");
        desk.tells("192.0.2.1", "intellivue", &monitor("DE1", &[(Ip, claimed)]));
        assert_eq!(desk.inventory().devices.len(), devices, "{claimed}");
    }
}

#[test]
fn what_speaks_through_a_terminal_server_is_behind_it() {
    let mut desk = Desk::new();
    desk.host("10.0.0.1", "serial", "");
    desk.at("00:90:e8:00:00:01", "10.0.0.1", false);
    desk.tells("10.0.0.1", "serial", &[(Manufacturer, "Dräger"), (Model, "Evita 4")]);
    let devices = desk.inventory().devices;
    assert_eq!(devices.len(), 2, "{devices:#?}");
    let server = devices.iter().find(|device| device.kind == Kind::Endpoint).expect("the server");
    assert_eq!(server.class.as_ref().expect("a class").value, "terminal-server");
    assert_eq!(equipment(&devices)[0].relations[0].kind, "behind");
    assert!(equipment(&devices)[0].relations[0].signs.contains(&"terminal-server"));
}

#[test]
fn pumps_in_a_rack_and_monitors_of_an_hl7_gateway_are_told_apart() {
    for (protocol, kind) in [("bcc", "behind"), ("hl7", "behind"), ("dicom", "spoken-for-by")] {
        let mut desk = Desk::new();
        desk.host("10.0.0.1", protocol, "");
        let serials: Vec<String> = (0..40).map(|number| format!("P{number}")).collect();
        for serial in &serials {
            desk.tells("10.0.0.1", protocol, &[(Manufacturer, "B. Braun"), (Model, "Perfusor"), (Serial, serial)]);
        }
        let devices = desk.inventory().devices;
        assert_eq!(devices.len(), 41);
        assert!(equipment(&devices).iter().all(|device| device.relations[0].kind == kind), "{protocol}");
        assert!(equipment(&devices).iter().all(|device| device.addresses.ip.is_empty()));
    }
}

#[test]
fn the_same_unit_has_the_same_id_in_any_capture_that_shows_what_identifies_it() {
    let id = |file: &dyn Fn(&mut Desk)| {
        let mut desk = Desk::new();
        file(&mut desk);
        equipment(&desk.inventory().devices)[0].id.clone()
    };
    let at_home = id(&|desk| {
        desk.host("10.0.0.1", "dicom", "MR01");
        desk.at("00:03:b1:00:00:01", "10.0.0.1", true);
        desk.tells("10.0.0.1", "dicom", &SCANNER);
    });
    let relayed = id(&|desk| {
        desk.host("10.9.9.9", "dicom", "ROUTER");
        desk.tells("10.9.9.9", "dicom", &[(Manufacturer, "Siemens"), (Serial, "25641"), (Name, "MRC25641")]);
    });
    let renamed = id(&|desk| {
        desk.tells(
            "10.9.9.9",
            "hl7",
            &[(Manufacturer, "SIEMENS Healthineers"), (Model, "MAGNETOM"), (Serial, "2 5641")],
        );
    });
    assert_eq!(at_home, relayed, "with or without its model, its address, its name");
    assert_eq!(at_home, renamed, "under any spelling");
    let by_eui = |address: &'static str, said: &'static [(Attribute, &'static str)]| {
        id(&move |desk| drop(desk.tells(address, "hl7", said)))
    };
    let eui = by_eui("10.0.0.1", &[(Eui64, "0009FBFFFE112233"), (Model, "866064")]);
    assert_eq!(eui, by_eui("10.0.0.7", &[(Manufacturer, "Philips"), (Eui64, "0009FBFFFE112233")]));
    let hosts = |address: &str| {
        let mut desk = Desk::new();
        desk.host(address, "dicom", "X");
        desk.at("00:03:b1:00:00:01", address, false);
        desk.inventory().devices[0].id.clone()
    };
    assert_eq!(hosts("10.0.0.1"), hosts("10.0.0.2"), "an endpoint is known by its interface");
}

#[test]
fn two_units_that_share_maker_and_number_have_two_ids() {
    let mut desk = Desk::new();
    desk.tells("10.0.0.1", "hl7", &[(Manufacturer, "GE"), (Model, "B40"), (Serial, "100")]);
    desk.tells("10.0.0.1", "hl7", &[(Manufacturer, "GE"), (Model, "B650"), (Serial, "100")]);
    let devices = desk.inventory().devices;
    let ids: std::collections::BTreeSet<&String> = devices.iter().map(|device| &device.id).collect();
    assert_eq!((devices.len(), ids.len()), (2, 2));
}

#[test]
fn a_maker_that_nobody_states_is_inferred_and_says_so() {
    let mut desk = Desk::new();
    desk.tells("10.0.0.1", "dicom", &[(Model, "X"), (Serial, "1"), (VendorSign, "GEMS_ACQU_01")]);
    let devices = desk.inventory().devices;
    let maker = devices[0].manufacturer.as_ref().expect("a maker");
    assert_eq!((maker.value.as_str(), maker.inferred, maker.corroborated), ("GE HealthCare", true, false));
    // 3 bits of a private creator less the prior of 1: 4 to 1.
    assert_eq!((maker.margin, maker.confidence), (2.0, 0.8));
    let mut stated = Desk::new();
    stated.tells("10.0.0.1", "dicom", &[(Manufacturer, "Acme"), (Model, "X"), (VendorSign, "GEMS_ACQU_01")]);
    let devices = stated.inventory().devices;
    let maker = devices[0].manufacturer.as_ref().expect("a maker");
    assert_eq!((maker.value.as_str(), maker.inferred), ("Acme", false), "a hint never outvotes what is stated");
}

#[test]
fn an_interface_alone_names_no_maker() {
    let mut desk = Desk::new();
    desk.host("10.0.0.1", "dicom", "X");
    desk.at("00:09:fb:00:00:01", "10.0.0.1", false);
    assert!(desk.inventory().devices[0].manufacturer.is_none());
}

#[test]
fn a_known_model_supports_its_maker() {
    let mut desk = Desk::new();
    desk.tells("10.0.0.1", "hl7", &monitor("DE1", &[]));
    let devices = desk.inventory().devices;
    let maker = devices[0].manufacturer.as_ref().expect("a maker");
    assert!(maker.corroborated);
    assert_eq!(maker.margin, 10.0, "7 for the statement, 4 for the model, less the prior of 1");
    assert_eq!(devices[0].product.as_deref(), Some("IntelliVue MX500"));
    let class = devices[0].class.as_ref().expect("a class of the product");
    assert_eq!((class.value.as_str(), class.inferred), ("patient-monitor", true));
}

#[test]
fn conflict_ignorance_and_margin_can_be_checked_by_hand() {
    let mut desk = Desk::new();
    let subject = desk.tells("10.0.0.1", "hl7", &monitor("DE1", &[]));
    let Subject::Equipment { .. } = &subject else { panic!("equipment") };
    let more = |field, kind| Source { protocol: "hl7", field, kind };
    // Twice more in fields of the same kind: 7 bits and a tenth more for a doubling, three in all, not three times seven.
    desk.file(&subject, Serial, Value::text("de-1"), more("G", "declared"));
    desk.file(&subject, Serial, Value::text("DE1"), more("H", "declared"));
    let serial = |desk: &Desk| desk.inventory().devices[0].serial.clone().expect("a serial number");
    let alone = serial(&desk);
    assert_eq!((alone.margin, alone.conflict, alone.corroborated), (7.7 - 1.0, 0.0, false));
    assert_eq!(alone.ignorance, 0.005, "2 to the power of -7.7");
    // Somebody typed another one: 3 bits against.
    desk.file(&subject, Serial, Value::text("XX"), more("I", "declared-name"));
    let disputed = serial(&desk);
    assert_eq!((disputed.value.as_str(), disputed.margin), ("DE1", 3.7));
    assert_eq!((disputed.conflict, disputed.rivals.as_slice()), (0.28, ["XX".to_owned()].as_slice()), "3 of 10.7");
    // An independent kind adds in full.
    desk.file(&subject, Serial, Value::text("DE1"), more("J", "udi-serial"));
    assert_eq!((serial(&desk).margin, serial(&desk).corroborated), (8.7, true));
}

/// An endpoint of a protocol with these roles.
fn plays(desk: &mut Desk, address: &str, protocol: &'static str, roles: &[(&str, &str)]) {
    let subject = Subject::Endpoint(evidence::ip(address));
    for (role, service) in roles {
        let source = Source { protocol, field: "DIMSE service", kind: "role" };
        desk.file(&subject, Attribute::Role, Value::pair(role, service), source);
    }
}

fn class_of(devices: &[Device]) -> Option<&str> {
    devices.iter().find_map(|device| device.class.as_ref()).map(|class| class.value.as_str())
}

#[test]
fn who_fetches_objects_and_answers_no_query_is_a_workstation_and_no_archive() {
    const FIND: &str = "C-FIND 1.2.840.10008.5.1.4.1.2.2.1";
    const MOVE: &str = "C-MOVE 1.2.840.10008.5.1.4.1.2.2.2";
    for (roles, class) in [
        (&[("requestor", FIND), ("requestor", MOVE), ("acceptor", "C-STORE")][..], "workstation"),
        (&[("requestor", "C-GET 1.2.840.10008.5.1.4.1.2.2.3"), ("acceptor", "C-STORE")], "workstation"),
        (&[("requestor", MOVE), ("acceptor", "C-STORE"), ("acceptor", FIND)], "archive"),
        (&[("acceptor", "C-STORE")], "archive"),
    ] {
        let mut desk = Desk::new();
        desk.host("10.0.0.1", "dicom", "SOMEWHERE");
        plays(&mut desk, "10.0.0.1", "dicom", roles);
        assert_eq!(class_of(&desk.inventory().devices), Some(class), "{roles:?}");
    }
}

#[test]
fn who_takes_in_and_gives_out_the_same_messages_under_several_names_is_an_interface_engine() {
    let engine = |applications: &[&str], roles: &[(&str, &str)]| {
        let mut desk = Desk::new();
        desk.host("10.0.0.1", "hl7", "");
        let subject = Subject::Endpoint(evidence::ip("10.0.0.1"));
        for name in applications {
            let source = Source { protocol: "hl7", field: "MSH-3.1", kind: "declared-name" };
            desk.file(&subject, Attribute::Name, Value::pair("hl7-application", name), source);
        }
        plays(&mut desk, "10.0.0.1", "hl7", roles);
        class_of(&desk.inventory().devices) == Some("interface-engine")
    };
    let both = [("receiver", "ORU^R01"), ("sender", "ORU^R01")];
    assert!(engine(&["MON1", "MON2"], &both));
    assert!(!engine(&["MON1"], &both), "it may send what it made of what it got");
    assert!(!engine(&["MON1", "MON2"], &[("receiver", "ADT^A01"), ("sender", "ORU^R01")]));
    assert!(!engine(&["MON1", "MON2"], &[("receiver", "ACK^R01"), ("sender", "ACK^R01")]), "answers are not passed on");
}

#[test]
fn who_calls_itself_a_router_is_not_taken_for_the_one_scanner_that_it_speaks_for() {
    for (title, pieces) in [("MR01", 1), ("ROUTER", 2), ("MAINPACS", 2), ("DICOMPROXY2", 2)] {
        let mut desk = Desk::new();
        desk.host("10.0.0.1", "dicom", title);
        desk.tells("10.0.0.1", "dicom", &SCANNER);
        let devices = desk.inventory().devices;
        assert_eq!(devices.len(), pieces, "{title}: {devices:#?}");
        let shown = devices.iter().flat_map(|device| &device.relations);
        assert!(shown.into_iter().all(|relation| relation.signs.contains(&"title-of-a-system")), "{title}");
    }
    // A title is chosen by a site: the interface of the scanner's maker outweighs it.
    let mut desk = Desk::new();
    desk.host("10.0.0.1", "dicom", "CTGATEWAY");
    desk.at("20:e7:91:00:00:01", "10.0.0.1", false);
    desk.tells("10.0.0.1", "dicom", &SCANNER);
    assert_eq!(desk.inventory().devices.len(), 1);
}

#[test]
fn a_row_of_model_and_a_product_beside_its_version_speak_for_their_maker() {
    let mut desk = Desk::new();
    desk.host("10.0.0.1", "hl7", "");
    let gateway = Subject::Endpoint(evidence::ip("10.0.0.1"));
    let source = Source { protocol: "hl7", field: "SFT-2", kind: "declared" };
    desk.file(&gateway, Attribute::Software, Value::pair("eGateway", "3.1"), source);
    let pump = desk.tells("10.0.0.1", "hl7", &[(Serial, "P54321")]);
    let source = Source { protocol: "hl7", field: "OBX-5", kind: "declared" };
    desk.file(&pump, Attribute::Model, Value::text("B Braun SpacePlus Perfusor"), source);
    let devices = desk.inventory().devices;
    let of = |kind| devices.iter().find(|device| device.kind == kind).expect("a device");
    let (gateway, pump) = (of(Kind::Endpoint), of(Kind::Equipment));
    assert_eq!(gateway.manufacturer.as_ref().map(|maker| maker.value.as_str()), Some("Mindray"));
    assert_eq!(pump.manufacturer.as_ref().map(|maker| maker.value.as_str()), Some("B. Braun"));
    assert_ne!(
        pump.class.as_ref().map(|class| class.value.as_str()),
        Some("gateway"),
        "what is spoken of is no gateway"
    );
}
