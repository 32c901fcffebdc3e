//! Patients in the captures, searched for in everything that comes out.

use std::collections::BTreeSet;

use serde_json::Value;

use super::support::{captures, iomt};

/// Fields of which every part is searched for.
const PATIENT: [&str; 9] =
    ["PatientName", "PatientID", "PatientBirthDate", "AccessionNumber", "PID-3", "PID-5", "PID-7", "PID-11", "PV1-7"];

/// Whether a part of a value is long enough not to occur by chance, in a fraction of a second for one.
fn is_telling(part: &str) -> bool {
    let letters = part.chars().filter(|c| c.is_alphabetic()).count();
    part.chars().count() >= if letters > 0 { 6 } else { 8 }
}

/// What the captures hold of patients.
fn canaries() -> BTreeSet<String> {
    let run = iomt(["dissect", "--reveal-phi", "--format", "json", captures().to_str().unwrap()]);
    assert_eq!(run.status, 0);
    let json = run.json();
    let of_patients = json["records"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|record| record["name"].as_str().is_some_and(|name| PATIENT.contains(&name)));
    let values = of_patients.filter_map(|record| record["value"].as_str());
    let parts = values.flat_map(|value| value.split(['^', ' '])).filter(|part| is_telling(part));
    let canaries: BTreeSet<String> = parts.map(str::to_owned).collect();
    for known in ["TESTONE", "TESTTWO", "Citizen", "CompressedSamples"] {
        assert!(canaries.contains(known), "{known} is not among {canaries:?}");
    }
    canaries
}

#[test]
fn no_patient_comes_out_of_identify() {
    let canaries = canaries();
    let folder = captures();
    for format in ["table", "json", "ndjson"] {
        let run = iomt(["identify", "--format", format, folder.to_str().unwrap()]);
        for canary in &canaries {
            assert!(!run.out.contains(canary.as_str()), "{canary} in {format}");
            assert!(!run.err.contains(canary.as_str()), "{canary} on standard error");
        }
    }
}

#[test]
fn dissect_names_patients_fields_and_redacts_their_values() {
    let canaries = canaries();
    let folder = captures();
    for format in ["text", "json"] {
        let run = iomt(["dissect", "--format", format, folder.to_str().unwrap()]);
        assert!(run.out.contains("PatientName") && run.out.contains("PID-5") && run.out.contains("‹redacted›"));
        for canary in &canaries {
            assert!(!run.out.contains(canary.as_str()), "{canary} in {format}");
        }
    }
    let run = iomt(["dissect", "--format", "json", folder.to_str().unwrap()]);
    let records = run.json()["records"].as_array().unwrap().clone();
    let patients: Vec<&Value> =
        records.iter().filter(|record| record["name"].as_str().is_some_and(|name| PATIENT.contains(&name))).collect();
    assert!(patients.len() > 20);
    assert!(patients.iter().all(|record| record.get("value").is_none_or(|value| value == "‹redacted›")));
}
