//! Sender layouts in the forms of the reference; values are made up.

#![allow(clippy::arithmetic_side_effects, reason = "in tests a panic is the report")]

use super::*;
use crate::{Delimiters, Record, records};
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

fn told(text: &str) -> Vec<(Attribute, String)> {
    let mut told = Vec::new();
    for record in records(text.as_bytes()) {
        facts(&record, &mut |fact| {
            let end = fact.offset + fact.value.len();
            if !fact.inferred {
                assert_eq!(&text.as_bytes()[fact.offset..end], fact.value, "{fact:?}");
            }
            told.push((fact.attribute, String::from_utf8_lossy(fact.value).into_owned()));
        });
    }
    told
}

fn of(sender: &str, attribute: Attribute) -> Option<String> {
    let header = format!("H|\\^&|||{sender}|||||host||P|1|20260102101500");
    told(&header).into_iter().find(|(said, _)| *said == attribute).map(|(_, value)| value)
}

#[test]
fn each_known_layout_gives_model_serial_and_software() {
    use Attribute::{Manufacturer, Model, Serial, SoftwareVersion};
    for (sender, maker, model, serial, software) in [
        ("Afinion 2 Analyzer^^AF0012345", "Abbott", "Afinion 2 Analyzer", "AF0012345", ""),
        ("DCA Vantage^04.04.00.00^S012345", "Siemens Healthineers", "DCA Vantage", "S012345", "04.04.00.00"),
        ("LAB1^GeneXpert^4.7b", "Cepheid", "GeneXpert", "", "4.7b"),
        ("Yumizen H500^803YOXH00123^1.1.3", "HORIBA", "Yumizen H500", "803YOXH00123", "1.1.3"),
        ("H550^112YAXH00456^2.0.1", "HORIBA", "H550", "112YAXH00456", "2.0.1"),
        ("SITE^Roche^c111^4.2.2.1730^1^1735", "Roche", "c111", "1735", "4.2.2.1730"),
        ("c311^1", "Roche", "c311", "", "1"),
        ("    XN-550^00-16^13456^^^^CF634567", "Sysmex", "XN-550", "13456", "00-16"),
        ("XP-100^00-08^^^^7^BN12345", "Sysmex", "XP-100", "", "00-08"),
        ("mini VIDAS^bioMerieux^5.6.1", "bioMerieux", "mini VIDAS", "", "5.6.1"),
        ("SE-1520^ARKRAY^2.01", "ARKRAY", "SE-1520", "", "2.01"),
    ] {
        let found = |attribute| of(sender, attribute).unwrap_or_default();
        assert_eq!(found(Manufacturer), maker, "{sender}");
        assert_eq!(found(Model), model, "{sender}");
        assert_eq!(found(Serial), serial, "{sender}");
        assert_eq!(found(SoftwareVersion), software, "{sender}");
    }
}

#[test]
fn every_layout_has_a_source_and_its_sign_in_a_part_that_names_it() {
    for layout in LAYOUTS {
        assert!(!layout.source.is_empty());
        let part = layout.parts[layout.sign.0 - 1];
        assert!(matches!(part, Part::Model | Part::Name | Part::Manufacturer), "{layout:?}");
    }
}

#[test]
fn what_no_layout_explains_stays_visible() {
    let told = told("H|\\^&|||LAB-7^alpha^beta|||||||P");
    assert!(told.contains(&(Attribute::Name, "LAB-7".into())));
    assert!(told.contains(&(Attribute::SenderComponent, "beta".into())));
    assert_eq!(of("LAB-7^alpha^beta", Attribute::Manufacturer), None);
}

#[test]
fn a_sender_in_no_layout_is_read_by_form_where_serial_number_and_version_show() {
    use Attribute::{Manufacturer, Model, Serial, SoftwareVersion};
    for (sender, maker, model) in [("Chemix^C311^SN-30912^2.4.1", "Chemix", "C311"), ("H-550^V1.09^77120", "", "H-550")]
    {
        assert_eq!(of(sender, Manufacturer).unwrap_or_default(), maker, "{sender}");
        assert_eq!(of(sender, Model).unwrap(), model, "{sender}");
        assert!(of(sender, Serial).is_some() && of(sender, SoftwareVersion).is_some(), "{sender}");
    }
    for sender in ["LAB-7^alpha^beta", "HOST^1", "LIS^2.0", "A^B^C^1.2^1234", "a^1234"] {
        assert_eq!(of(sender, Model), None, "{sender}");
    }
}

#[test]
fn a_password_is_told_and_not_shown() {
    let header = "H|\\^&||SESAME|XN-550^1^2";
    let told = told(header);
    assert_eq!(told[0], (Attribute::AccessPassword, String::new()));
    assert!(!format!("{told:?}").contains("SESAME"));
}

#[test]
fn version_processing_and_receiver_are_told() {
    let told = told("H|\\^&|||ABX|||||LISHOST^ward||T|LIS2-A2|20260102");
    assert!(told.contains(&(Attribute::Name, "LISHOST".into())));
    assert!(told.contains(&(Attribute::ProcessingId, "T".into())));
    assert!(told.contains(&(Attribute::Version, "LIS2-A2".into())));
}

#[test]
fn the_instrument_of_a_result_is_told_and_no_field_of_a_patient_is() {
    const CANARY: &str = "CANARY7391";
    let fields = format!("|{CANARY}").repeat(35);
    let result: Vec<&str> = (2..=20).map(|n| if n == 14 { "C702^1234" } else { CANARY }).collect();
    let text = format!(
        "H|\\^&|{CANARY}||ABX|{CANARY}|{CANARY}|{CANARY}|{CANARY}|host|{CANARY}|P|1|{CANARY}\r\
         P{fields}\rO{fields}\rR|{}\rC{fields}\rQ{fields}\rS{fields}\rL|1|{CANARY}\rZ{fields}\r",
        result.join("|")
    );
    let told = told(&text);
    assert!(told.contains(&(Attribute::InstrumentId, "C702^1234".into())));
    assert!(!format!("{told:?}").contains(CANARY), "{told:?}");
}

#[test]
fn manufacturer_information_is_raw_and_its_debug_output_shows_nothing() {
    let record = Record::new(b"M|1|RR^BM^c111^1|xyz", 0, Delimiters::DEFAULT);
    let mut values = Vec::new();
    facts(&record, &mut |fact| values.push((fact.value, format!("{fact:?}"))));
    assert_eq!(values[0].0, b"RR^BM^c111^1");
    assert!(!values[1].1.contains("xyz"));
}
