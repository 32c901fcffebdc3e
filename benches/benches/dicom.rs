//! DICOM: this project's reader and dicom-rs on the same bytes in the same run.
//!
//! `cargo bench -p iomt-benches --bench dicom`; with `DICOM_FILES` naming the folder of pydicom's test files, these are scanned too.
//!
//! Each comparison does the same work on both sides: an association request is read to its last item; a data set is scanned
//! for the same elements up to the pixel data. dicom-rs builds owned values where this project borrows; that is the point of
//! the comparison, not a flaw of it. The streaming figures have no peer: nothing else reads elements out of passing segments.

#![allow(clippy::indexing_slicing, reason = "a bench may panic on input of its own")]
#![allow(missing_docs, clippy::arithmetic_side_effects, clippy::unwrap_used, clippy::panic, clippy::expect_used)]

use core::hint::black_box;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use dicom_parser::dataset::LazyDataToken;
use dicom_parser::dataset::lazy_read::LazyDataSetReader;
use dicom_transfer_syntax_registry::entries;
use iomt_dicom::file::{Body, Part10};
use iomt_dicom::pdu::UserItem;
use iomt_dicom::{
    CommandField, DataSet, Direction, Encoding, Event, Limits, Pdu, Segment, Tag, Tracker, Vr, emit, ident,
};
use std::io::Cursor;

const CT: &[u8] = b"1.2.840.10008.5.1.4.1.1.2";
const EXPLICIT: &[u8] = b"1.2.840.10008.1.2.1";

fn request(contexts: u8) -> Vec<u8> {
    let syntaxes: &[&[u8]] = &[b"1.2.840.10008.1.2", EXPLICIT, b"1.2.840.10008.1.2.2"];
    (0..contexts)
        .fold(emit::Associate::request(b"PACS", b"CT01"), |rq, number| {
            rq.context(
                number.wrapping_mul(2).wrapping_add(1),
                CT,
                if contexts == 1 { &syntaxes[..1] } else { syntaxes },
            )
        })
        .max_pdu_length(16384)
        .implementation_class_uid(b"1.2.276.0.7230010.3.0.3.6.7")
        .implementation_version_name(b"OFFIS_DCMTK_367")
        .build()
}

/// A data set shaped like a CT image: about 150 elements in the usual groups, sequences among them, then pixels.
fn ct(pixels: usize) -> Vec<u8> {
    let code = |meaning: &[u8]| {
        emit::DataSet::new(Encoding::ExplicitLittle)
            .text(Tag::CODE_VALUE, Vr::SH, b"113014")
            .text(Tag::CODING_SCHEME_DESIGNATOR, Vr::SH, b"DCM")
            .text(Tag::CODE_MEANING, Vr::LO, meaning)
    };
    let mut data = emit::DataSet::new(Encoding::ExplicitLittle)
        .text(Tag::SPECIFIC_CHARACTER_SET, Vr::CS, b"ISO_IR 100")
        .text(Tag::new(0x0008, 0x0008), Vr::CS, b"ORIGINAL\\PRIMARY\\AXIAL")
        .text(Tag::SOP_CLASS_UID, Vr::UI, CT)
        .text(Tag::SOP_INSTANCE_UID, Vr::UI, b"2.999.1.2.3.4.5.6")
        .text(Tag::STUDY_DATE, Vr::DA, b"20261124")
        .text(Tag::STUDY_TIME, Vr::TM, b"101500")
        .text(Tag::MODALITY, Vr::CS, b"CT")
        .text(Tag::MANUFACTURER, Vr::LO, b"ACME MEDICAL")
        .text(Tag::INSTITUTION_NAME, Vr::LO, b"General Hospital")
        .text(Tag::STATION_NAME, Vr::SH, b"CT-ROOM-1")
        .text(Tag::STUDY_DESCRIPTION, Vr::LO, b"THORAX")
        .sequence(Tag::new(0x0008, 0x1032), &[code(b"CT thorax")])
        .text(Tag::MANUFACTURER_MODEL_NAME, Vr::LO, b"Scan 9000")
        .open_sequence(Tag::new(0x0008, 0x1140), &[code(b"a"), code(b"b"), code(b"c")])
        .text(Tag::new(0x0009, 0x0010), Vr::LO, b"ACME_IDEN_01");
    for element in 0x1000..0x1014 {
        data = data.text(Tag::new(0x0009, element), Vr::LO, b"private text");
    }
    data = data.text(Tag::PATIENT_NAME, Vr::PN, b"Doe^Jane").text(Tag::PATIENT_ID, Vr::LO, b"12345");
    for element in 0x0010..0x0040 {
        data = data.text(Tag::new(0x0018, element), Vr::DS, b"1.234567");
    }
    data = data
        .text(Tag::DEVICE_SERIAL_NUMBER, Vr::LO, b"SN-12345")
        .text(Tag::SOFTWARE_VERSIONS, Vr::LO, b"1.2.3\\4.5")
        .text(Tag::PROTOCOL_NAME, Vr::LO, b"Thorax");
    for element in 0x1100..0x1120 {
        data = data.text(Tag::new(0x0018, element), Vr::IS, b"120");
    }
    data = data.text(Tag::STUDY_INSTANCE_UID, Vr::UI, b"2.999.1.2.3.4").text(
        Tag::SERIES_INSTANCE_UID,
        Vr::UI,
        b"2.999.1.2.3.4.5",
    );
    for element in 0x0010..0x0030 {
        data = data.text(Tag::new(0x0020, element), Vr::DS, b"-12.5\\0\\1");
    }
    for element in 0x0002..0x0012 {
        data = data.u16(Tag::new(0x0028, element), 512);
    }
    data.element(Tag::PIXEL_DATA, Vr::OW, &vec![0x5a; pixels]).build()
}

/// Walks everything that an association request holds.
fn walk_request(bytes: &[u8]) -> usize {
    let Ok((Pdu::AssociateRq(rq), _)) = Pdu::parse(bytes) else { panic!("not a request") };
    let mut sum = rq.called_ae().len() + rq.calling_ae().len();
    for context in rq.presentation_contexts().flatten() {
        sum += usize::from(context.id) + context.abstract_syntax().map_or(0, <[u8]>::len);
        sum += context.transfer_syntaxes().map(<[u8]>::len).sum::<usize>();
    }
    for item in rq.user_items().flatten() {
        sum += match item {
            UserItem::MaximumLength(length) => length as usize,
            UserItem::ImplementationClassUid(text) | UserItem::ImplementationVersionName(text) => text.len(),
            _ => 1,
        };
    }
    sum
}

fn requests(c: &mut Criterion) {
    let mut group = c.benchmark_group("A-ASSOCIATE-RQ");
    for contexts in [1, 128] {
        let bytes = request(contexts);
        group.throughput(Throughput::Bytes(bytes.len() as u64));
        group.bench_with_input(BenchmarkId::new("iomt-dicom", contexts), &bytes, |b, bytes| {
            b.iter(|| walk_request(black_box(bytes)));
        });
        group.bench_with_input(BenchmarkId::new("dicom-ul", contexts), &bytes, |b, bytes| {
            b.iter(|| dicom_ul::pdu::read_pdu(black_box(&bytes[..]), 1 << 20, false).unwrap());
        });
    }
    group.finish();
}

/// As [`ct`], but shaped like an enhanced MR: few elements at the top, and most within the items of sequences of undefined
/// length, which nobody can step over.
fn mr(frames: u16, pixels: usize) -> Vec<u8> {
    let empty = || emit::DataSet::new(Encoding::ExplicitLittle);
    let code = |value: &[u8]| {
        empty().text(Tag::CODE_VALUE, Vr::SH, value).text(Tag::CODING_SCHEME_DESIGNATOR, Vr::SH, b"DCM").text(
            Tag::CODE_MEANING,
            Vr::LO,
            b"Modifying equipment",
        )
    };
    let equipment = empty()
        .text(Tag::MANUFACTURER, Vr::LO, b"ACME MEDICAL")
        .text(Tag::MANUFACTURER_MODEL_NAME, Vr::LO, b"Gateway 3")
        .text(Tag::SOFTWARE_VERSIONS, Vr::LO, b"7.1")
        .sequence(Tag::PURPOSE_OF_REFERENCE_CODE_SEQUENCE, &[code(b"109103")]);
    let frame = |number: u16| {
        let timing = empty()
            .element(Tag::new(0x0018, 0x0080), Vr::DS, b"2000.0")
            .element(Tag::new(0x0018, 0x1314), Vr::DS, b"90.0")
            .element(Tag::new(0x0018, 0x9241), Vr::US, &number.to_le_bytes());
        let place = empty().text(Tag::new(0x0020, 0x0032), Vr::DS, b"-120.5\\-110.25\\33.0");
        let content = empty().element(Tag::new(0x0020, 0x9157), Vr::UL, &[0; 8]).element(
            Tag::new(0x0020, 0x9057),
            Vr::UL,
            &u32::from(number).to_le_bytes(),
        );
        empty()
            .open_sequence(Tag::new(0x0018, 0x9112), &[timing])
            .open_sequence(Tag::new(0x0020, 0x9111), &[content])
            .open_sequence(Tag::new(0x0020, 0x9113), &[place])
    };
    let frames: Vec<_> = (0..frames).map(frame).collect();
    let mut data = empty()
        .text(Tag::SPECIFIC_CHARACTER_SET, Vr::CS, b"ISO_IR 100")
        .text(Tag::SOP_CLASS_UID, Vr::UI, b"1.2.840.10008.5.1.4.1.1.4.1")
        .text(Tag::SOP_INSTANCE_UID, Vr::UI, b"2.999.1.2.3.4.5.7")
        .text(Tag::MODALITY, Vr::CS, b"MR")
        .text(Tag::MANUFACTURER, Vr::LO, b"ACME MEDICAL")
        .text(Tag::STATION_NAME, Vr::SH, b"MR-ROOM-2")
        .text(Tag::MANUFACTURER_MODEL_NAME, Vr::LO, b"Field 30")
        .text(Tag::PATIENT_NAME, Vr::PN, b"Doe^Jane")
        .text(Tag::DEVICE_SERIAL_NUMBER, Vr::LO, b"SN-54321")
        .text(Tag::SOFTWARE_VERSIONS, Vr::LO, b"9.0")
        .open_sequence(Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE, &[equipment])
        .text(Tag::STUDY_INSTANCE_UID, Vr::UI, b"2.999.1.2.3.4")
        .text(Tag::SERIES_INSTANCE_UID, Vr::UI, b"2.999.1.2.3.4.6");
    for element in 0x0002..0x0012 {
        data = data.u16(Tag::new(0x0028, element), 256);
    }
    data.open_sequence(Tag::new(0x5200, 0x9230), &frames).element(Tag::PIXEL_DATA, Vr::OW, &vec![0x5a; pixels]).build()
}

/// The same elements by dicom-parser: within the same sequences, and up to the pixel data.
///
/// What differs: its reader takes anything that can be read and reads the value of a wanted element into a new `Vec`, which
/// is the least that its interface asks for; and it goes into every sequence, where the walk steps over one that is not
/// wanted and tells its length.
fn lazy_scan(bytes: &[u8], encoding: Encoding) -> usize {
    let syntax = match encoding {
        Encoding::ImplicitLittle => entries::IMPLICIT_VR_LITTLE_ENDIAN.erased(),
        _ => entries::EXPLICIT_VR_LITTLE_ENDIAN.erased(),
    };
    let mut reader = LazyDataSetReader::new_with_ts(Cursor::new(bytes), &syntax).unwrap();
    let (mut enclosing, mut depth) = ([Tag::new(0, 0); 64], 0);
    let mut sum = 0;
    while let Some(token) = reader.advance() {
        let token = token.unwrap();
        match &token {
            LazyDataToken::LazyValue { header, .. } => {
                let tag = Tag::new(header.tag.group(), header.tag.element());
                if tag.group == 0x7fe0 && depth == 0 {
                    break;
                }
                if ident::is_identity(&enclosing[..depth], tag) {
                    let mut value = Vec::new();
                    token.read_value_into(&mut value).unwrap();
                    sum += value.len();
                } else {
                    token.skip().unwrap();
                }
            }
            LazyDataToken::SequenceStart { tag, .. } => {
                enclosing[depth] = Tag::new(tag.group(), tag.element());
                depth += 1;
            }
            LazyDataToken::SequenceEnd => depth -= 1,
            LazyDataToken::PixelSequenceStart => break,
            _ => {}
        }
    }
    sum
}

fn identity(bytes: &[u8], encoding: Encoding) -> usize {
    DataSet::new(bytes, encoding).identity().flatten().map(|entry| entry.element.value.len()).sum()
}

/// An object to scan: its file, and where in it the data set stands.
struct Object {
    name: &'static str,
    file: Vec<u8>,
    offset: usize,
    encoding: Encoding,
}

/// Made up ones, and those of pydicom's test files that the folder in `DICOM_FILES` holds.
fn objects(pixels: usize) -> Vec<Object> {
    let made = [
        ("CT", CT, ct(pixels)),
        ("enhanced MR, 40 frames", b"1.2.840.10008.5.1.4.1.1.4.1".as_slice(), mr(40, pixels)),
        ("enhanced MR, 500 frames", b"1.2.840.10008.5.1.4.1.1.4.1".as_slice(), mr(500, pixels)),
    ];
    let mut files: Vec<_> =
        made.into_iter().map(|(name, class, data)| (name, emit::part10(EXPLICIT, class, b"2.999.1", &data))).collect();
    if let Ok(folder) = std::env::var("DICOM_FILES") {
        for name in ["CT_small.dcm", "MR_small.dcm", "rtplan.dcm"] {
            files.push((name, std::fs::read(std::path::Path::new(&folder).join(name)).unwrap()));
        }
    }
    let describe = |(name, file): (&'static str, Vec<u8>)| {
        let part10 = Part10::parse(&file).unwrap();
        let Body::Plain(set) = part10.body() else { panic!("deflated") };
        let (offset, encoding) = (part10.offset(), set.encoding());
        Object { name, file, offset, encoding }
    };
    files.into_iter().map(describe).collect()
}

fn scans(c: &mut Criterion) {
    let pixels = 512 * 512 * 2;
    for Object { name, file, offset, encoding } in objects(pixels) {
        let bytes = &file[offset..];
        assert_eq!(identity(bytes, encoding), lazy_scan(bytes, encoding), "both find the same");
        let head = DataSet::new(bytes, encoding)
            .elements()
            .flatten()
            .find(|element| element.tag.group == 0x7fe0)
            .map_or(bytes.len(), |pixels| pixels.offset);
        let mut group = c.benchmark_group(format!("data set identity, {name}"));
        group.throughput(Throughput::Bytes(head as u64));
        group.bench_function("iomt-dicom identity", |b| b.iter(|| identity(black_box(bytes), encoding)));
        group.bench_function("iomt-dicom walk all", |b| {
            b.iter(|| {
                let data = DataSet::new(black_box(bytes), encoding);
                data.walk().flatten().map(|entry| entry.element.value.len()).sum::<usize>()
            });
        });
        group.bench_function("dicom-parser LazyDataSetReader", |b| {
            b.iter(|| lazy_scan(black_box(bytes), encoding));
        });
        group.bench_function("dicom-object to the pixels", |b| {
            b.iter(|| {
                dicom_object::OpenFileOptions::new()
                    .read_until(dicom_dictionary_std::tags::PIXEL_DATA)
                    .from_reader(black_box(&file[..]))
                    .unwrap()
            });
        });
        group.finish();
    }
}

fn elements(c: &mut Criterion) {
    let count = 50_000_u32;
    let mut data = emit::DataSet::new(Encoding::ExplicitLittle);
    for number in 0..count {
        data = data.element(Tag::new(0x0011, u16::try_from(number & 0xffff).unwrap()), Vr::LO, b"twelve bytes");
    }
    let bytes = data.build();
    let mut group = c.benchmark_group("20-byte elements");
    group.throughput(Throughput::Elements(count.into()));
    group.bench_function("elements", |b| {
        b.iter(|| {
            let data = DataSet::new(black_box(&bytes), Encoding::ExplicitLittle);
            data.elements().flatten().map(|element| element.value.len()).sum::<usize>()
        });
    });
    group.bench_function("walk", |b| {
        b.iter(|| {
            let data = DataSet::new(black_box(&bytes), Encoding::ExplicitLittle);
            data.walk().flatten().map(|entry| entry.element.value.len()).sum::<usize>()
        });
    });
    group.bench_function("identity", |b| {
        b.iter(|| DataSet::new(black_box(&bytes), Encoding::ExplicitLittle).identity().count());
    });
    group.finish();
}

fn streaming(c: &mut Criterion) {
    let command = emit::Command::request(CommandField::C_STORE_RQ, CT, 1, true).build();
    let mut group = c.benchmark_group("tracker, 1460-byte segments");
    // In the cache, and larger than it.
    for (name, pixels, images) in [("512 KiB image", 512 << 10, 1), ("64 MiB", 512 << 10, 128)] {
        let message = emit::message(1, &command, Some(&ct(pixels)), 16384);
        let mut stream = Vec::from([0; 13]);
        (0..images).for_each(|_| stream.extend_from_slice(&message));
        let stream = &stream[13..];
        let rq = request(1);
        group.throughput(Throughput::Bytes(stream.len() as u64));
        group.bench_function(name, |b| {
            b.iter(|| {
                let mut tracker = Tracker::new(Limits::DEFAULT);
                let mut seen = 0;
                let mut sink = |event: Event<'_>| seen += usize::from(matches!(event, Event::Element { .. }));
                tracker.feed(Direction::Initiator, Segment::Data(&rq), &mut sink);
                for segment in black_box(stream).chunks(1460) {
                    tracker.feed(Direction::Initiator, Segment::Data(segment), &mut sink);
                }
                seen
            });
        });
    }
    group.finish();
}

criterion_group!(benches, requests, scans, elements, streaming);
criterion_main!(benches);
