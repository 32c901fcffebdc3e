//! The fuzz seeds, replayed on stable. A published crate has no seeds: then there is nothing to replay.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod common;

use common::*;
use iomt_dicom::{
    CommandField, DataSet, Direction, Encoding, Limits, Pdu, Segment, Tag, Tracker, Vr, emit, file, ident,
};
use std::path::PathBuf;

fn folder(target: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(target)
}

fn seeds(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let Ok(entries) = std::fs::read_dir(folder(target)) else { return Vec::new() };
    let mut seeds: Vec<_> =
        entries.map(|entry| entry.unwrap().path()).map(|path| (path.clone(), std::fs::read(path).unwrap())).collect();
    seeds.sort();
    seeds
}

/// Text of several character sets, private elements, encapsulated pixels with an offset table: constructed.
fn charsets() -> Vec<u8> {
    let item = emit::DataSet::new(Encoding::ExplicitLittle).text(Tag::SPECIFIC_CHARACTER_SET, Vr::CS, b"GB18030").text(
        Tag::MANUFACTURER,
        Vr::LO,
        b"\x81\\a\\b",
    );
    emit::DataSet::new(Encoding::ExplicitLittle)
        .text(Tag::SPECIFIC_CHARACTER_SET, Vr::CS, b"ISO 2022 IR 13\\ISO 2022 IR 87\\ISO 2022 IR 159")
        .text(Tag::MANUFACTURER, Vr::LO, b"\xb1\x1b$B;3\x1b(J\\\x1b$(D0!\x1b(J")
        .open_sequence(Tag::UDI_SEQUENCE, &[item])
        .text(Tag::new(0x0009, 0x0010), Vr::LO, b"GEMS_IDEN_01")
        .element(Tag::new(0x0009, 0x1001), Vr::FD, &1.5_f64.to_le_bytes())
        .encapsulated(&[&[0; 8], b"frag"])
        .build()
}

#[test]
fn pdu_seeds_are_read() {
    for (path, bytes) in seeds("dicom_pdu") {
        if let Ok((pdu, taken)) = Pdu::parse(&bytes) {
            assert!(taken <= bytes.len(), "{path:?}");
            pdu.quirks(&mut |_| ());
        }
    }
}

#[test]
fn data_set_seeds_are_read() {
    for (_, bytes) in seeds("dicom_dataset") {
        let Some((control, bytes)) = bytes.split_first() else { continue };
        let encoding =
            [Encoding::ImplicitLittle, Encoding::ExplicitLittle, Encoding::ExplicitBig][usize::from(control % 3)];
        let data = DataSet::new(bytes, encoding);
        let _ = (data.elements().count(), data.walk().count());
        assert!(data.identity().flatten().all(|entry| entry.element.tag.group != 0x0010));
    }
}

#[test]
fn stream_seeds_tell_the_same_in_any_pieces() {
    for (path, bytes) in seeds("dicom_tracker") {
        let stream = bytes.get(1 + 2 * usize::from(bytes.first().copied().unwrap_or(0) & 0x1f)..).unwrap_or_default();
        let whole = events(stream, usize::MAX, ident::is_identity);
        for piece in [1, 3, 64] {
            assert_eq!(events(stream, piece, ident::is_identity), whole, "{path:?}");
        }
        let mut tracker = Tracker::new(Limits::DEFAULT);
        for (number, part) in stream.chunks(50).enumerate() {
            let gap = Segment::Gap { len: part.len() as u64 };
            let segment = if number % 3 == 1 { gap } else { Segment::Data(part) };
            tracker.feed(Direction::Responder, segment, &mut |_| ());
        }
    }
}

#[test]
fn file_seeds_tell_the_same_in_any_pieces() {
    for (path, bytes) in seeds("dicom_file") {
        let run = |piece| {
            let mut out = Vec::new();
            let mut scanner = file::Scanner::new(Limits::DEFAULT);
            bytes
                .get(1..)
                .unwrap_or_default()
                .chunks(piece)
                .for_each(|part| scanner.feed(part, &mut |event| out.push(show(&event))));
            let outcome = scanner.finish(&mut |event| out.push(show(&event)));
            (out, outcome)
        };
        assert_eq!(run(1), run(usize::MAX), "{path:?}");
    }
}

#[cfg(feature = "json")]
#[test]
fn web_seeds_tell_the_same_in_any_pieces() {
    let types: [&[u8]; 3] = [
        b"application/dicom+json",
        b"multipart/related; type=\"application/dicom\"; boundary=b",
        b"multipart/related; type=\"application/dicom+json\"; boundary=b",
    ];
    for (path, bytes) in seeds("dicom_web") {
        let [kind, _, bytes @ ..] = bytes.as_slice() else { continue };
        let run = |piece| {
            let mut body = iomt_dicom::web::Body::new(types[usize::from(kind % 3)], Limits::DEFAULT).unwrap();
            let mut out = Vec::new();
            bytes.chunks(piece).for_each(|part| body.feed(part, &mut |event| out.push(show(&event))));
            let outcome = body.finish(&mut |event| out.push(show(&event)));
            (out, outcome)
        };
        assert_eq!(run(1), run(usize::MAX), "{path:?}");
    }
}

/// Writes the seeds anew: `cargo test -p iomt-dicom --test corpus -- --ignored`.
#[test]
#[ignore = "writes fuzz/seeds"]
fn write_the_seeds() {
    let put = |target: &str, name: &str, bytes: &[u8]| {
        std::fs::create_dir_all(folder(target)).unwrap();
        std::fs::write(folder(target).join(name), bytes).unwrap();
    };
    let names = ["rq", "ac", "rj", "echo-rq", "echo-rsp", "two-fragments", "release-rq", "release-rp", "abort"];
    for (name, text) in names.iter().zip(STREAMS) {
        put("dicom_pdu", name, &hex(text));
    }
    put("dicom_pdu", "rq-dcmjs", &hex(DCMJS_RQ));
    let rich = emit::Associate::request(b"any", b" left")
        .context_with(2, [0, 0xff, 0], CT, &[IMPLICIT, EXPLICIT])
        .role_selection(CT, 1, 1)
        .extended_negotiation(CT, &[2, 0, 3, 0, 1, 0])
        .common_extended_negotiation(CT, CT, &[CT])
        .user_identity(2, 1, b"u", b"p")
        .asynchronous_operations_window(1, 0)
        .build();
    put("dicom_pdu", "rq-every-user-item", &rich);
    let encodings =
        [(IMPLICIT, Encoding::ImplicitLittle), (EXPLICIT, Encoding::ExplicitLittle), (BIG, Encoding::ExplicitBig)];
    for (number, (syntax, encoding)) in (0_u8..).zip(encodings) {
        let data = ct(encoding, 20);
        put("dicom_dataset", &format!("ct-{number}"), &[&[number][..], &data].concat());
        put("dicom_file", &format!("ct-{number}"), &[&[7][..], &emit::part10(syntax, CT, b"2.999.1", &data)].concat());
        put("dicom_tracker", &format!("store-{number}"), &[&[1, 0, 99][..], &store(syntax, &data, 100)].concat());
    }
    let explicit = ct(Encoding::ExplicitLittle, 20);
    let file = emit::part10(EXPLICIT, CT, b"2.999.1", &explicit);
    let deflated = emit::part10(DEFLATED, CT, b"2.999.1", &deflate(&explicit));
    put("dicom_file", "deflated", &[&[7][..], &deflated].concat());
    put("dicom_file", "tiff", &[&[7][..], b"II*\0", &file[4..]].concat());
    put("dicom_tracker", "store-deflated", &[&[1, 0, 99][..], &store(DEFLATED, &deflate(&explicit), 100)].concat());
    let json = br#"[{"00080070":{"vr":"LO","Value":["ACME","\u00e9"]},"00100010":{"vr":"PN","Value":[{"Alphabetic":"A^B"}]},
        "0018100A":{"vr":"SQ","Value":[{"00181009":{"vr":"UT","Value":["(01)1"]}},{}]},"7FE00010":{"vr":"OW","BulkDataURI":"x"}},{}]"#;
    put("dicom_web", "json", &[&[0, 7][..], json].concat());
    let part = |head: &[u8], body: &[u8]| [b"\r\n--b\r\n", head, b"\r\n", body].concat();
    let files = [part(b"Content-Type: application/dicom\r\n", &file), part(b"", &file), b"\r\n--b--".to_vec()].concat();
    put("dicom_web", "files", &[&[1, 33][..], &files].concat());
    put("dicom_web", "json-parts", &[&[2, 3][..], &part(b"", json), b"\r\n--b--"].concat());
    put("dicom_dataset", "charsets", &[&[1][..], &charsets()].concat());
    put("dicom_dataset", "open-sequence", &[&[1][..], &hex(V16)].concat());
    put("dicom_dataset", "fragments", &[&[1][..], &hex(V18)].concat());
    let late = store(EXPLICIT, &ct(Encoding::ExplicitLittle, 20), 100);
    // Once taken for big endian: no group that a data set starts with was above the hundredth.
    let printer = emit::DataSet::new(Encoding::ExplicitLittle).text(Tag::PRINTER_NAME, Vr::LO, b"FILM1").build();
    let report = emit::Command::request(CommandField::N_EVENT_REPORT_RQ, b"1.2.840.10008.5.1.1.16", 1, true);
    let rq = emit::Associate::request(b"A", b"B").context(1, b"1.2.840.10008.5.1.1.16", &[EXPLICIT]).build();
    let printing = [rq, emit::message(1, &report.build(), Some(&printer), 100)].concat();
    put("dicom_tracker", "printer-report", &[&[1, 0, 99][..], &printing].concat());
    put("dicom_tracker", "late", &[&[0][..], &late[150..], &late].concat());
    put("dicom_tracker", "gaps", &[&[0x42, 1, 0, 2, 0][..], &late].concat());
    put("dicom_tracker", "echo", &[&[0x81, 0, 50][..], &hex(DCMTK_REQUESTOR)].concat());
}
