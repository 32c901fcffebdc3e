//! Unique device identifiers on their way into the inventory: taken apart, checked, looked up, and never trusted when the check is
//! wrong. Messages constructed; carriers as published by the FDA and HIBCC, or made of those.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a panic is how a test reports")]

use iomt::udi::{Issuer, NoRegistry, Registered, Registry, Udi};
use iomt::{Inventory, Ledger, files, knowledge::Knowledge};
use serde_json::Value;

/// What a file of one HL7 message for each identifier of a device gives.
fn ledger(name: &str, devices: &[&str]) -> Ledger {
    let message = |(number, device): (usize, &&str)| {
        format!(
            "MSH|^~\\&|GW^^|WARD|||20260102100000||ORU^R01^ORU_R01|{number}|P|2.8.2\rOBR|1|||1^x^MDC\r\
             OBX|1|NM|150456^MDC_PULS_OXIM_SAT_O2^MDC|1.1.1.1|98||||||F\r{device}\r"
        )
    };
    let text: String = devices.iter().enumerate().map(message).collect();
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::write(&path, text).expect("writable");
    files::read(&path, &files::Options::default()).expect("readable").ledger
}

fn inventory(name: &str, devices: &[&str], registry: &dyn Registry) -> Value {
    let inventory = Inventory::read_with(&ledger(name, devices), Knowledge::builtin(), registry);
    serde_json::to_value(inventory).expect("an inventory is JSON")["devices"].clone()
}

/// A PRT segment with a UDI in PRT-10.
fn carrier(udi: &str) -> String {
    format!("PRT||UC||EQUIP^Equipment^HL70912||||||{udi}^^2.16.840.1.113883.3.3719^ISO")
}

#[test]
fn a_serial_number_inside_a_carrier_is_evidence_of_the_serial_number() {
    let devices = inventory("gs1.hl7", &[&carrier("(01)51022222233336(11)141231(21)SN-1234")], &NoRegistry);
    let device = &devices[0];
    assert_eq!(device["serial"]["value"], "SN-1234");
    assert_eq!(device["serial"]["evidence"][0]["value"], "(01)51022222233336(11)141231(21)SN-1234");
    let udi = &device["udi"][0];
    assert_eq!(udi["value"], "(01)51022222233336(11)141231(21)SN-1234");
    assert_eq!((&udi["issuer"], &udi["check"]), (&"gs1".into(), &"right".into()));
    assert_eq!((&udi["device_identifier"], &udi["made"]), (&"51022222233336".into(), &"2014-12-31".into()));
}

#[test]
fn a_wrong_check_is_shown_and_nothing_is_concluded_from_it() {
    struct Everything;
    impl Registry for Everything {
        fn look_up(&self, _: Issuer, _: &str) -> Option<Registered> {
            panic!("nobody is asked about a carrier that is wrong")
        }
    }
    let published = carrier("+H123PARTNO1234567890120/$$420020216LOT123456789012345/SXYZ456789012345678/16D20130202C");
    let devices = inventory("wrong.hl7", &[&published], &Everything);
    let device = &devices[0];
    assert!(device["serial"].is_null());
    let udi = &device["udi"][0];
    assert_eq!((&udi["check"], &udi["expected_check"]), (&"wrong".into(), &"H".into()));
    assert_eq!(udi["serial"], "XYZ456789012345678", "what it says is shown beside what is wrong with it");
}

#[test]
fn two_units_of_one_product_are_two_devices_and_one_unit_in_two_forms_is_one() {
    let two = ["(01)51022222233336(21)A1", "(01)51022222233336(21)A2"].map(carrier);
    assert_eq!(inventory("two.hl7", &[&two[0], &two[1]], &NoRegistry).as_array().expect("devices").len(), 2);
    let forms = ["(01)51022222233336(17)300100(21)A1", "0151022222233336173001002\\X31\\A1"].map(carrier);
    let devices = inventory("forms.hl7", &[&forms[0], &forms[1]], &NoRegistry);
    assert_eq!(devices.as_array().expect("devices").len(), 1, "{devices:#}");
    assert_eq!(devices[0]["serial"]["value"], "A1");
}

#[test]
fn the_same_unit_has_the_same_id_in_whatever_form_its_label_is_sent() {
    let id = |name, udi: &str| inventory(name, &[&carrier(udi)], &NoRegistry)[0]["id"].clone();
    let id_of_one = id("one.hl7", "(01)51022222233336(11)141231(21)A1");
    assert_eq!(id_of_one, id("other.hl7", "(01)51022222233336(21)A1"));
    assert_ne!(id_of_one, id("third.hl7", "(01)51022222233336(21)A2"));
}

#[test]
fn a_registry_names_the_maker_and_model_of_a_product() {
    struct Copy;
    impl Registry for Copy {
        fn look_up(&self, issuer: Issuer, device: &str) -> Option<Registered> {
            ((issuer, device) == (Issuer::Gs1, "51022222233336")).then(|| Registered {
                company: Some("DRÄGERWERK AG & CO. KGAA".to_owned()),
                model: Some("V500".to_owned()),
                product_codes: vec!["CBK".to_owned()],
                ..Registered::default()
            })
        }
    }
    let devices = inventory("registry.hl7", &[&carrier("(01)51022222233336(21)A1")], &Copy);
    let device = &devices[0];
    assert_eq!(device["manufacturer"]["vendor"], "Dräger");
    assert_eq!(device["model"]["value"], "V500");
    assert_eq!(device["manufacturer"]["evidence"][0]["protocol"], "registry");
    assert_eq!(device["udi"][0]["registered"]["product_codes"][0], "CBK");
    let unasked = inventory("unasked.hl7", &[&carrier("(01)51022222233336(21)A1")], &NoRegistry);
    assert!(unasked[0]["manufacturer"].is_null());
    assert_eq!(unasked[0]["id"], device["id"], "an id does not depend on who is asked");
}

#[test]
fn taking_a_carrier_apart_allocates_nothing() {
    let carriers = [
        "(01)51022222233336(11)141231(17)150707(10)A213B1(21)1234",
        "0151022222233336111412311715070710A213B1\u{1d}211234",
        "+A99912345/$$52001510X3/16D20111212/S77DE1G45-",
        "=/A9999XYZ100T0944=,000025=A99971312345600=>014032=}013032&,1000000000000XYZ123",
    ];
    let info = allocation_counter::measure(|| {
        assert!(carriers.iter().all(|carrier| Udi::parse(carrier).is_ok_and(|udi| udi.is_unit())));
    });
    assert_eq!(info.count_total, 0);
}

#[test]
fn what_has_no_known_form_is_shown_as_it_was_sent() {
    let devices = inventory("strange.hl7", &[&carrier("LABEL 77/3")], &NoRegistry);
    let udi = &devices[0]["udi"][0];
    assert_eq!((&udi["value"], &udi["unread"]), (&"LABEL 77/3".into(), &"LABEL 77/3".into()));
    assert!(udi["issuer"].is_null() && devices[0]["serial"].is_null());
}
