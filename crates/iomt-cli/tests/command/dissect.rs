//! `iomt dissect`: records as text and as a document.

use std::fs;

use super::support::{capture, captures, iomt, piped};

#[test]
fn the_document_is_whole_and_one_record_a_line() {
    let run = iomt(["dissect", "--format", "json", captures().to_str().unwrap()]);
    assert_eq!((run.status, run.err.as_str()), (0, ""));
    let json = run.json();
    assert_eq!(json["schema"], "iomt.dissection/1");
    let records = json["records"].as_array().unwrap();
    assert_eq!(run.out.lines().count(), records.len() + 2);
    assert!(json["health"]["frames"].as_u64().unwrap() > 1000);
    let store = records.iter().find(|record| record["kind"] == "C-STORE-RQ").unwrap();
    assert_eq!((&store["protocol"], &store["direction"]), (&"dicom".into(), &"initiator".into()));
    for name in ["input", "frame", "time", "offset", "depth", "initiator", "responder"] {
        assert!(store.get(name).is_some(), "{name}");
    }
    let maker = records.iter().find(|record| record["name"] == "Manufacturer").unwrap();
    assert_eq!((&maker["tag"], &maker["vr"]), (&"(0008,0070)".into(), &"LO".into()));
}

#[test]
fn a_document_without_records_is_whole_too() {
    let run = iomt(["dissect", "--format", "json", "--protocol", "intellivue", &capture("dicom_echo_basic.pcap")]);
    assert_eq!(run.status, 0);
    assert_eq!(run.json()["records"].as_array().unwrap().len(), 0);
}

#[test]
fn text_shows_the_association_and_its_places() {
    let run = iomt(["dissect", &capture("dicom_echo_basic.pcap")]);
    assert_eq!(run.status, 0);
    let mut lines = run.out.lines();
    let head = lines.next().unwrap();
    assert!(head.starts_with("dicom_echo_basic.pcap  frame 8  2026-"), "{head}");
    assert!(head.contains("  dicom  10.77.6.12:56096 → 10.77.6.11:4242"), "{head}");
    assert_eq!(lines.next().unwrap(), "         0  A-ASSOCIATE-RQ (211 bytes): WS1 → ORTHANC, 1 context, DCMTK 3.6.7");
    assert!(
        run.out.contains("       171      sub-item 55 implementation version name (15 bytes): OFFIS_DCMTK_367"),
        "{}",
        run.out
    );
}

#[test]
fn a_protocol_filters() {
    let folder = captures();
    let folder = folder.to_str().unwrap();
    for (name, kind) in [("dicom", "A-ASSOCIATE-RQ"), ("hl7", "MLLP block"), ("intellivue", "connect indication")] {
        let run = iomt(["dissect", "--protocol", name, folder]);
        assert_eq!(run.status, 0);
        assert!(run.out.contains(kind), "{name}");
        for (other, foreign) in
            [("dicom", "A-ASSOCIATE-RQ"), ("hl7", "MLLP block"), ("intellivue", "connect indication")]
        {
            assert!(other == name || !run.out.contains(foreign), "{name} shows {foreign}");
        }
    }
}

#[test]
fn a_pipe_is_dissected_like_its_file() {
    let path = capture("hl7_adt_basic.pcap");
    let file = iomt(["dissect", &path]);
    let pipe = piped(&["dissect", "-"], fs::read(&path).unwrap());
    assert_eq!(pipe.status, 0);
    assert_eq!(pipe.out, file.out.replace("hl7_adt_basic.pcap  ", "-  "));
}
