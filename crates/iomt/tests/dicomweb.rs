//! DICOMweb in clear HTTP. Every conversation in here is constructed.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test reports"
)]

mod support;

use core::ops::ControlFlow;
use std::io::Cursor;

use iomt::dissect::{self, Options};
use iomt_dicom::element::{Encoding, Vr};
use iomt_dicom::{Tag, emit};
use serde_json::Value;
use support::{Owned, connection, difference, essence, inventory, json, sensed};

const CANARY: &str = "CANARY7391";
const CT: &[u8] = b"1.2.840.10008.5.1.4.1.1.2";

type Said = Vec<(bool, Vec<u8>)>;

/// A Part 10 file of the unit with this serial number, with a patient in it and `pixels` bytes behind.
fn object(serial: &str, pixels: usize) -> Vec<u8> {
    let set = emit::DataSet::new(Encoding::ExplicitLittle)
        .text(Tag::MANUFACTURER, Vr::LO, b"Constructed")
        .text(Tag::MANUFACTURER_MODEL_NAME, Vr::LO, b"Sampler")
        .text(Tag::new(0x0010, 0x0010), Vr::PN, CANARY.as_bytes())
        .text(Tag::DEVICE_SERIAL_NUMBER, Vr::LO, serial.as_bytes())
        .element(Tag::new(0x7fe0, 0x0010), Vr(*b"OW"), &vec![0x55; pixels]);
    emit::part10(b"1.2.840.10008.1.2.1", CT, b"2.999.7", &set.build())
}

fn multipart(parts: &[Vec<u8>]) -> Vec<u8> {
    let mut body = Vec::new();
    for part in parts {
        body.extend(b"--cut\r\nContent-Type: application/dicom\r\n\r\n");
        body.extend(part);
        body.extend(b"\r\n");
    }
    body.extend(b"--cut--\r\n");
    body
}

/// A message whose body's length is told, or which comes in chunks of so many bytes.
fn message(head: &str, content_type: &str, body: &[u8], chunk: Option<usize>) -> Vec<u8> {
    let mut bytes = format!("{head}\r\nContent-Type: {content_type}\r\n").into_bytes();
    let Some(chunk) = chunk else {
        bytes.extend(format!("Content-Length: {}\r\n\r\n", body.len()).bytes());
        bytes.extend(body);
        return bytes;
    };
    bytes.extend(b"Transfer-Encoding: chunked\r\n\r\n");
    for piece in body.chunks(chunk) {
        bytes.extend(format!("{:x};note=1\r\n", piece.len()).bytes());
        bytes.extend(piece);
        bytes.extend(b"\r\n");
    }
    bytes.extend(b"0\r\nX-Trailer: 1\r\n\r\n");
    bytes
}

const RELATED: &str = "multipart/related; type=\"application/dicom\"; boundary=cut";
const JSON: &str = "application/dicom+json";

fn store(objects: &[Vec<u8>], chunk: Option<usize>) -> Vec<u8> {
    let head = format!("POST /dicom-web/studies/{CANARY}?PatientID={CANARY} HTTP/1.1\r\nHost: archive");
    message(&head, RELATED, &multipart(objects), chunk)
}

fn stored() -> Vec<u8> {
    message("HTTP/1.1 200 OK", JSON, br#"{"00081199":{"vr":"SQ","Value":[]}}"#, None)
}

/// What a server knows of two units, with a patient between.
fn answer() -> Vec<u8> {
    let one = |serial: &str| {
        format!(
            r#"{{"00080070":{{"vr":"LO","Value":["Constructed"]}},"00081090":{{"vr":"LO","Value":["Sampler"]}},
            "00100010":{{"vr":"PN","Value":[{{"Alphabetic":"{CANARY}"}}]}},"00100020":{{"vr":"LO","Value":["{CANARY}"]}},
            "00181000":{{"vr":"LO","Value":["{serial}"]}}}}"#
        )
    };
    format!("[{},{}]", one("S-1"), one("S-2")).into_bytes()
}

fn query() -> Vec<u8> {
    format!("GET /dicom-web/series?PatientName={CANARY} HTTP/1.1\r\nAccept: application/dicom+json\r\n\r\n")
        .into_bytes()
}

fn told(said: &[(bool, Vec<u8>)]) -> Value {
    let inventory = inventory(&connection(40_000, 8042, said));
    let text = format!("{}{inventory:?}", json(&inventory));
    assert!(!text.contains(CANARY), "{text}");
    json(&inventory)
}

/// Who has this serial number, and how it stands to a host.
fn unit<'a>(inventory: &'a Value, serial: &str) -> &'a Value {
    let devices = inventory["devices"].as_array().unwrap();
    devices.iter().find(|device| device["serial"]["value"] == serial).unwrap_or_else(|| panic!("{inventory:#}"))
}

/// Each side's bytes in pieces, a segment each.
fn cut(said: &[(bool, Vec<u8>)], size: usize) -> Said {
    said.iter().flat_map(|(client, bytes)| bytes.chunks(size).map(|piece| (*client, piece.to_vec()))).collect()
}

#[test]
fn equipment_whose_objects_are_stored_is_spoken_for_by_the_client() {
    let inventory = told(&[(true, store(&[object("S-1", 2000), object("S-2", 10)], None)), (false, stored())]);
    for serial in ["S-1", "S-2"] {
        let unit = unit(&inventory, serial).to_string();
        assert!(unit.contains("spoken-for-by") && !unit.contains("relayed-by"), "{unit}");
        assert!(unit.contains("archived-by"), "{unit}");
    }
    let text = inventory.to_string();
    assert!(text.contains("DICOMweb STOW-RS") && text.contains("tcp/8042"), "{text}");
}

#[test]
fn equipment_of_which_an_archive_answers_is_never_the_archive() {
    for answer in [
        message("HTTP/1.1 200 OK", JSON, &answer(), None),
        message("HTTP/1.1 200 OK", RELATED, &multipart(&[object("S-1", 9), object("S-2", 9)]), Some(100)),
    ] {
        let inventory = told(&[(true, query()), (false, answer)]);
        for serial in ["S-1", "S-2"] {
            let unit = unit(&inventory, serial).to_string();
            assert!(unit.contains("relayed-by") && !unit.contains("spoken-for-by"), "{unit}");
        }
        let text = inventory.to_string();
        assert!(text.contains("DICOMweb QIDO-RS"), "{text}");
    }
    // Not even when it is one unit that it knows.
    let one = message("HTTP/1.1 200 OK", RELATED, &multipart(&[object("S-1", 9)]), None);
    let inventory = told(&[(true, query()), (false, one)]);
    assert!(unit(&inventory, "S-1").to_string().contains("relayed-by"));
}

/// A workitem with a patient in it; of station `number`, as it is scheduled or as it was performed.
fn workitem(performed: bool, number: u8) -> String {
    let code = |tag: &str, value: &str, meaning: &str| {
        format!(
            r#""{tag}":{{"vr":"SQ","Value":[{{"00080100":{{"vr":"SH","Value":["{value}"]}},
            "00080102":{{"vr":"SH","Value":["99SITE"]}},"00080104":{{"vr":"LO","Value":["{meaning}"]}}}}]}}"#
        )
    };
    let patient = format!(
        r#""00100010":{{"vr":"PN","Value":[{{"Alphabetic":"{CANARY}"}}]}},"00741204":{{"vr":"LO","Value":["{CANARY}"]}}"#
    );
    let [name, class, place] =
        if performed { ["00404028", "00404029", "00404030"] } else { ["00404025", "00404026", "00404027"] };
    let station = [
        code(name, &format!("LA{number}"), &format!("Linac {number}")),
        code(class, "LA", "Accelerator"),
        code(place, "B2", "Bunker für zwei"),
    ]
    .join(",");
    let performer = format!(
        r#""00404035":{{"vr":"SQ","Value":[{{"00404037":{{"vr":"PN","Value":[{{"Alphabetic":"{CANARY}"}}]}}}}]}}"#
    );
    if performed {
        format!(r#"{{{patient},"00741216":{{"vr":"SQ","Value":[{{{station},{performer}}}]}}}}"#)
    } else {
        format!("{{{station},{patient}}}")
    }
}

#[test]
fn workitems_name_who_performs_them_and_for_whom_they_are_scheduled() {
    let ok = || b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".to_vec();
    let ask = |line: &str| {
        format!("{line}?PatientID={CANARY} HTTP/1.1\r\nAccept: application/dicom+json\r\n\r\n").into_bytes()
    };
    let give = |line: &str, item: &str| {
        message(&format!("{line}?{CANARY} HTTP/1.1"), JSON, format!("[{item}]").as_bytes(), None)
    };
    let devices = |said: Said| {
        let all = told(&said)["devices"].as_array().unwrap().clone();
        let at = |ip: &str| all.iter().find(|device| device["addresses"]["ip"][0] == ip).unwrap().clone();
        assert_eq!(all.len(), 2);
        (at("192.0.2.1"), at("192.0.2.2"))
    };
    let names = |device: &Value| device["names"].as_array().unwrap().len();
    let schedules = |device: &Value, number: u8| {
        assert_eq!((names(device), &device["location"]), (0, &Value::Null), "{device:#}");
        let peers = device["peers"].to_string();
        assert!(peers.contains("schedules-for-station") && peers.contains(&format!("Linac {number}")), "{peers}");
    };

    // Who creates it schedules it for another; so does who answers with it, whether it is over or not.
    let (planner, manager) = devices(vec![(true, give("POST /workitems", &workitem(false, 4))), (false, ok())]);
    schedules(&planner, 4);
    assert_eq!((names(&manager), &manager["peers"]), (0, &Value::Null));
    for (performed, path) in [(false, "GET /dicom-web/workitems"), (true, "GET /workitems/2.999.7")] {
        let items = format!("[{},{}]", workitem(performed, 4), workitem(performed, 5));
        let answer = message("HTTP/1.1 200 OK", JSON, items.as_bytes(), Some(70));
        let (client, manager) = devices(vec![(true, ask(path)), (false, answer)]);
        schedules(&manager, 4);
        schedules(&manager, 5);
        assert_eq!((names(&client), &client["peers"]), (0, &Value::Null));
    }
    // Who tells what was performed is the station.
    let update = give("POST /workitems/2.999.7", &workitem(true, 4));
    let (station, manager) = devices(vec![(true, update), (false, ok())]);
    let told: Vec<String> =
        station["names"].as_array().unwrap().iter().map(|name| format!("{}", name["value"])).collect();
    assert_eq!(told, ["\"Accelerator\"", "\"LA4\"", "\"Linac 4\""]);
    assert_eq!(station["location"]["value"], "Bunker für zwei");
    assert_eq!(names(&manager), 0);
    // A refusal says nothing.
    let refusal = message("HTTP/1.1 409 Conflict", JSON, format!("[{}]", workitem(true, 4)).as_bytes(), None);
    assert_eq!(told_devices(&[(true, ask("GET /workitems/2.999.7")), (false, refusal)]), 0);
}

/// How many devices are told of.
fn told_devices(said: &[(bool, Vec<u8>)]) -> usize {
    told(said)["devices"].as_array().unwrap().len()
}

#[test]
fn however_a_conversation_is_cut_and_chunked_the_inventory_is_the_same() {
    let said = |chunk| -> Said {
        vec![
            (true, [store(&[object("S-1", 300)], chunk), query(), query()].concat()),
            (false, b"HTTP/1.1 100 Continue\r\n\r\n".to_vec()),
            (false, [stored(), message("HTTP/1.1 200 OK", JSON, &answer(), chunk)].concat()),
            (false, message("HTTP/1.1 200 OK", RELATED, &multipart(&[object("S-3", 50)]), chunk)),
        ]
    };
    let essence = |said: &[(bool, Vec<u8>)]| essence(&inventory(&connection(40_000, 8042, said)));
    let whole = essence(&said(None));
    assert!(["S-1", "S-2", "S-3"].iter().all(|serial| whole.to_string().contains(serial)), "{whole:#}");
    for chunk in [None, Some(1), Some(7), Some(333)] {
        for size in [1, 2, 3, 5, 64, 331] {
            let got = essence(&cut(&said(chunk), size));
            assert!(whole == got, "{chunk:?} {size}\n{}", difference(&whole, &got));
        }
    }
}

#[test]
fn an_ordinary_web_conversation_leaves_nothing() {
    let page = message("HTTP/1.1 200 OK", "text/html", b"<html>Constructed Sampler</html>", None);
    let json_page = message("HTTP/1.1 200 OK", "application/json", &answer(), Some(50));
    let post = message("POST /api/upload HTTP/1.1", "multipart/form-data; boundary=cut", &multipart(&[]), None);
    let conversations: [Said; 5] = [
        vec![(true, b"GET /index.html HTTP/1.1\r\nHost: a\r\n\r\n".to_vec()), (false, page.clone())],
        // A path that might be DICOMweb's proves nothing.
        vec![(true, b"GET /series HTTP/1.1\r\n\r\n".to_vec()), (false, page.clone())],
        vec![(true, b"GET /university/studies HTTP/1.1\r\n\r\n".to_vec()), (false, json_page)],
        vec![(true, post), (false, page)],
        vec![(true, b"GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n\r\n".to_vec()), (false, vec![0x81; 900])],
    ];
    for said in conversations {
        for size in [1, 700] {
            let ledger = sensed(&connection(40_000, 80, &cut(&said, size)));
            assert_eq!(ledger.len(), 0, "{said:?}");
            assert!(told(&said)["devices"].as_array().unwrap().is_empty());
        }
    }
}

#[test]
fn what_follows_lost_bytes_is_heard() {
    let first = store(&[object("S-1", 4000)], None);
    let said = [(true, first), (false, stored()), (true, store(&[object("S-2", 10)], Some(100))), (false, stored())];
    let whole = connection(40_000, 8042, &said);
    for lost in 3..whole.len() {
        let mut frames: Vec<Owned> = whole.clone();
        frames.remove(lost);
        let text = json(&inventory(&frames)).to_string();
        assert!(!text.contains(CANARY));
        let heard = ["S-1", "S-2"].iter().filter(|serial| text.contains(*serial)).count();
        assert!(heard >= 1, "frame {lost}: {text}");
        if (4..8).contains(&lost) {
            assert_eq!(heard, 2, "frame {lost} has pixels alone: {text}");
        }
    }
}

#[test]
fn bodies_in_codings_that_are_not_opened_are_stepped_over() {
    let head = "HTTP/1.1 200 OK\r\nContent-Encoding: br";
    let said = [
        (true, [query(), query()].concat()),
        (false, message(head, JSON, &answer(), None)),
        (false, message("HTTP/1.1 200 OK", JSON, &answer(), None)),
    ];
    let text = told(&said).to_string();
    assert!(text.contains("S-1") && text.contains("S-2"));
    assert!(told(&said[..2])["devices"].as_array().unwrap().is_empty());
}

/// A capture file of frames.
fn pcap(frames: &[Owned]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for word in [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 1] {
        bytes.extend(word.to_le_bytes());
    }
    for frame in frames {
        let length = u32::try_from(frame.data.len()).unwrap();
        for word in [1, 0, length, length] {
            bytes.extend(word.to_le_bytes());
        }
        bytes.extend(&frame.data);
    }
    bytes
}

#[test]
fn a_dissection_tells_services_and_lengths_and_no_target() {
    let said = [
        (true, [store(&[object("S-1", 10)], None), query()].concat()),
        (false, stored()),
        (false, message("HTTP/1.1 200 OK", JSON, &answer(), Some(99))),
    ];
    for reveal_phi in [false, true] {
        let mut lines = Vec::new();
        let options = Options { reveal_phi, ..Options::default() };
        let bytes = pcap(&connection(40_000, 8042, &said));
        dissect::read_from("x", Cursor::new(bytes), &options, &mut |record| {
            lines.push(format!("{} {} {:?}", record.kind, record.name, record.value));
            if record.kind == "body" {
                lines.push(format!("{:?}", record.length));
            }
            ControlFlow::Continue(())
        })
        .unwrap();
        let text = lines.join("\n");
        assert!(!text.contains(CANARY), "{text}");
        for line in [
            "request POST Some(\"STOW-RS POST studies/*\")",
            "content type  Some(\"multipart/related\")",
            "request GET Some(\"QIDO-RS GET series\")",
            "response 200 Some(\"QIDO-RS GET series\")",
            "content type  Some(\"application/dicom+json\")",
        ] {
            assert!(text.contains(line), "{line} is missing:\n{text}");
        }
        assert!(lines.contains(&format!("{:?}", Some(answer().len()))), "{text}");
    }
    let page = [(true, b"GET / HTTP/1.1\r\n\r\n".to_vec()), (false, b"HTTP/1.1 204 No Content\r\n\r\n".to_vec())];
    let bytes = pcap(&connection(40_000, 80, &page));
    dissect::read_from("x", Cursor::new(bytes), &Options::default(), &mut |record| panic!("{record:?}")).unwrap();
}

/// A message whose body is coded.
fn coded(head: &str, coding: &str, content_type: &str, body: &[u8], chunk: Option<usize>) -> Vec<u8> {
    use std::io::Write;
    let level = flate2::Compression::default();
    let bytes = match coding {
        "gzip" => {
            let mut encoder = flate2::write::GzEncoder::new(Vec::new(), level);
            encoder.write_all(body).unwrap();
            encoder.finish().unwrap()
        }
        "deflate" => {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), level);
            encoder.write_all(body).unwrap();
            encoder.finish().unwrap()
        }
        _ => {
            let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), level);
            encoder.write_all(body).unwrap();
            encoder.finish().unwrap()
        }
    };
    let coding = if coding == "raw" { "deflate" } else { coding };
    message(&format!("{head}\r\nContent-Encoding: {coding}"), content_type, &bytes, chunk)
}

#[test]
fn coded_bodies_are_opened() {
    for coding in ["gzip", "deflate", "raw"] {
        for chunk in [None, Some(33)] {
            let answer = coded("HTTP/1.1 200 OK", coding, JSON, &answer(), chunk);
            let inventory = told(&[(true, query()), (false, answer)]);
            assert!(unit(&inventory, "S-2").to_string().contains("relayed-by"), "{coding}");
            let head = "POST /studies HTTP/1.1";
            let object = coded(head, coding, RELATED, &multipart(&[object("S-1", 5000)]), chunk);
            let inventory = told(&cut(&[(true, object), (false, stored())], 100));
            assert!(unit(&inventory, "S-1").to_string().contains("spoken-for-by"), "{coding}");
        }
    }
}

#[test]
fn a_coded_body_that_never_ends_inflating_and_one_that_is_damaged_are_told() {
    let mut bomb = answer();
    bomb.resize(64 << 20, b' ');
    let answered = coded("HTTP/1.1 200 OK", "gzip", JSON, &bomb, None);
    assert!(answered.len() < 100_000);
    let said = [(true, query()), (false, answered)];
    let mut inventory = Value::Null;
    let spent = allocation_counter::measure(|| inventory = told(&said));
    assert!(inventory["health"]["limits_hit"].to_string().contains("inflated bytes"), "{}", inventory["health"]);
    assert!(spent.bytes_max < 16 << 20, "{}", spent.bytes_max);

    let damaged = message("HTTP/1.1 200 OK\r\nContent-Encoding: gzip", JSON, &answer(), None);
    let inventory = told(&[(true, query()), (false, damaged)]);
    assert_ne!(inventory["health"]["messages_damaged"], 0, "{}", inventory["health"]);
    let unknown = message("HTTP/1.1 200 OK\r\nContent-Encoding: br", JSON, &answer(), None);
    assert_eq!(told(&[(true, query()), (false, unknown)])["devices"].as_array().unwrap().len(), 0, "not opened");
}

#[test]
fn a_connection_that_begins_with_something_else_is_heard_when_it_becomes_dicomweb() {
    let other = || b"GET /login?name=CANARY7391 HTTP/1.1\r\nHost: archive\r\n\r\n".to_vec();
    let page = || message("HTTP/1.1 200 OK", "text/html", b"<p>CANARY7391</p>", Some(5));
    let answered = || message("HTTP/1.1 200 OK", JSON, &answer(), None);
    let said = |strangers: usize| -> Said {
        let before = (0..strangers).flat_map(|_| [(true, other()), (false, page())]);
        before.chain([(true, query()), (false, answered())]).collect()
    };
    for strangers in [1, 7] {
        let inventory = told(&said(strangers));
        assert!(unit(&inventory, "S-1").to_string().contains("relayed-by"), "{strangers}");
    }
    assert_eq!(told(&said(8))["devices"].as_array().unwrap().len(), 0, "let go by then");
    // Of what is none of DICOMweb's nothing is shown.
    let mut bytes = [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65_535, 1].map(u32::to_le_bytes).concat();
    for Owned { data, .. } in connection(40_000, 8042, &said(1)) {
        let length = u32::try_from(data.len()).unwrap();
        bytes.extend([1, 0, length, length].map(u32::to_le_bytes).concat());
        bytes.extend(data);
    }
    let mut kinds = Vec::new();
    let _ = dissect::read_from("input", Cursor::new(bytes), &Options::default(), &mut |record| {
        kinds.push(format!("{} {}", record.kind, record.value.unwrap_or_default()));
        ControlFlow::Continue(())
    });
    assert_eq!(kinds.iter().filter(|kind| kind.starts_with("request")).count(), 1, "{kinds:?}");
}
