//! One test for every case of the table in `docs/hostile-input.md`, named as the case is: what is told, and that memory stays bounded.
//!
//! All inputs are constructed, by the functions here; `benches/hostile.py` writes the same cases, larger, to measure them. Half-open
//! associations, the one class that takes more than one connection, are tested where connections are: `crates/iomt/tests/memory.rs`.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod common;

use common::*;
use iomt_dicom::file::{Outcome, Part10, Scanner};
use iomt_dicom::{CommandField, Direction, Encoding, Event, Limits, Pdu, Segment, Tag, Tracker, Vr, emit, pdu};
use std::io::Write as _;

/// Bytes that a reader may allocate over and above its input, whatever that is: its largest part is the inflater's window.
const MEMORY: u64 = 512 << 10;

/// What a hostile input led to.
#[derive(Debug, Default)]
struct Told {
    errors: Vec<String>,
    quirks: Vec<&'static str>,
    /// Values of Manufacturer.
    makers: Vec<String>,
    commands: usize,
}

impl Told {
    fn hear(&mut self, event: &Event<'_>) {
        match event {
            Event::Error { offset, error, .. } => {
                let at = usize::try_from(*offset).unwrap() + error.offset;
                assert!(self.errors.len() < 1000, "errors without end");
                self.errors.push(format!("{} at byte {at}: {}", error.field, error.kind));
            }
            Event::Quirk { quirk, .. } => self.quirks.push(quirk.name),
            Event::Element { element, .. } if element.tag == Tag::MANUFACTURER && self.makers.len() < 10 => {
                let text = element.text();
                self.makers.push(String::from_utf8_lossy(text.get(..32).unwrap_or(text)).into_owned());
            }
            Event::Command { .. } => self.commands += 1,
            _ => {}
        }
    }
}

/// Reads in pieces, under a watch on memory.
fn watched(read: impl FnOnce(&mut Told)) -> Told {
    let mut told = Told::default();
    let spent = allocation_counter::measure(|| read(&mut told));
    assert!(spent.bytes_max <= MEMORY, "{} bytes", spent.bytes_max);
    told
}

/// Reads a file by all ways; tells what the scanner says.
fn file(bytes: &[u8]) -> (Outcome, Told) {
    if let Ok(part10) = Part10::parse(bytes) {
        part10.quirks(&mut |_| ());
        if let iomt_dicom::file::Body::Plain(set) = part10.body() {
            let _ = (set.identity().count(), set.walk().count());
            set.quirks(&mut |_| ());
        }
    }
    let mut outcome = Outcome::Complete;
    let told = watched(|told| {
        let mut scanner = Scanner::new(Limits::DEFAULT);
        bytes.chunks(64 << 10).for_each(|piece| scanner.feed(piece, &mut |event| told.hear(&event)));
        outcome = scanner.finish(&mut |event| told.hear(&event));
    });
    (outcome, told)
}

/// Reads what one side of a connection sends, in segments.
fn stream(bytes: &[u8]) -> Told {
    watched(|told| {
        let mut tracker = Tracker::new(Limits::DEFAULT);
        for piece in bytes.chunks(1460) {
            tracker.feed(Direction::Initiator, Segment::Data(piece), &mut |event| told.hear(&event));
        }
    })
}

fn set() -> emit::DataSet {
    emit::DataSet::new(Encoding::ExplicitLittle)
}

/// SOP class and instance, and who made it.
fn head() -> emit::DataSet {
    set().text(Tag::SOP_CLASS_UID, Vr::UI, CT).text(Tag::SOP_INSTANCE_UID, Vr::UI, b"2.999.1.2").text(
        Tag::MANUFACTURER,
        Vr::LO,
        b"Constructed",
    )
}

fn part10(data: &[u8]) -> Vec<u8> {
    emit::part10(EXPLICIT, CT, b"2.999.1.2", data)
}

fn item(length: u32) -> Vec<u8> {
    [&b"\xfe\xff\0\xe0"[..], &length.to_le_bytes()].concat()
}

const OPEN: u32 = u32::MAX;
const PIXELS: Tag = Tag::PIXEL_DATA;
/// Of a private element, and of text that nobody wants.
const PRIVATE: Tag = Tag::new(0x0009, 0x1001);
const COMMENTS: Tag = Tag::new(0x0020, 0x4000);

fn deflated(data: &[u8], zeros: usize) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(data).unwrap();
    for _ in 0..zeros >> 16 {
        encoder.write_all(&[0; 1 << 16]).unwrap();
    }
    encoder.finish().unwrap()
}

fn request() -> Vec<u8> {
    emit::Associate::request(b"ARCHIVE", b"CT01").context(1, CT, &[EXPLICIT]).max_pdu_length(16384).build()
}

/// An association, and the command of a C-STORE whose data set follows.
fn storing() -> Vec<u8> {
    let command = emit::Command::request(CommandField::C_STORE_RQ, CT, 1, true).build();
    [request(), emit::p_data(&[(1, 3, &command)])].concat()
}

fn only(told: &Told, error: &str) {
    assert_eq!(told.errors.len(), 1, "{told:?}");
    assert!(told.errors[0].contains(error), "{told:?}");
}

#[test]
fn length_of_4_gib() {
    let (outcome, told) = file(&part10(head().header(PRIVATE, Vr::OB, OPEN - 1).raw(&[0; 100]).as_bytes()));
    assert_eq!((outcome, told.makers), (Outcome::Incomplete, vec!["Constructed".to_owned()]));
}

#[test]
fn length_beyond_the_end() {
    let (outcome, told) = file(&part10(head().header(COMMENTS, Vr::UT, 0x7fff_fffe).raw(&[b'x'; 100]).as_bytes()));
    assert_eq!((outcome, told.makers.len()), (Outcome::Incomplete, 1));
}

#[test]
fn sequence_length_of_4_gib() {
    let data = head().header(Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE, Vr::SQ, OPEN - 1).raw(&item(OPEN - 3)).build();
    let (outcome, told) = file(&part10(&data));
    assert_ne!(outcome, Outcome::Complete);
    only(&told, "length 4294967292 contradicts its container");
}

#[test]
fn a_name_of_16_mib() {
    let name = vec![b'M'; 16 << 20];
    let (outcome, told) = file(&part10(set().element(Tag::MANUFACTURER, Vr::UT, &name).as_bytes()));
    assert_eq!((outcome, told.makers[0].len()), (Outcome::Complete, 32), "what is kept is cut");
}

#[test]
fn cut_in_a_header() {
    let data = head().build();
    for cut in 13..20 {
        let bytes = part10(&data[..data.len() - cut]);
        assert_ne!(file(&bytes).0, Outcome::Complete, "{cut} bytes missing");
    }
}

#[test]
fn sequences_100000_deep() {
    let level = [set().header(Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE, Vr::SQ, OPEN).build(), item(OPEN)].concat();
    let unwanted = [set().header(Tag::new(0x0040, 0x0275), Vr::SQ, OPEN).build(), item(OPEN)].concat();
    for level in [level, unwanted] {
        let (outcome, told) = file(&part10(&[head().build(), level.repeat(100_000)].concat()));
        assert_ne!(outcome, Outcome::Complete);
        only(&told, "sequence at byte");
        assert!(told.errors[0].ends_with("over the limit of 64"), "{told:?}");
    }
}

#[test]
fn unknown_sequences_100000_deep() {
    let outer = head().header(Tag::new(0x0009, 0x1010), Vr::UN, OPEN).raw(&item(OPEN)).build();
    let level = [&b"\x40\0\x75\x02\xff\xff\xff\xff"[..], &item(OPEN)].concat();
    let (_, told) = file(&part10(&[outer, level.repeat(100_000)].concat()));
    only(&told, "over the limit of 64");
}

#[test]
fn sequences_4000_deep_with_lengths() {
    let mut deep = Vec::new();
    for _ in 0..4000 {
        let length = u32::try_from(deep.len()).unwrap();
        deep = [item(length), deep].concat();
        let length = u32::try_from(deep.len()).unwrap();
        deep = set().header(Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE, Vr::SQ, length).raw(&deep).build();
    }
    let data = [head().build(), deep, set().text(Tag::new(0x0021, 0x0010), Vr::LO, b"BEHIND").build()].concat();
    let (outcome, told) = file(&part10(&data));
    assert_ne!(outcome, Outcome::Complete);
    only(&told, "over the limit of 64");
}

#[test]
fn a_million_empty_items() {
    let data = head().header(Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE, Vr::SQ, OPEN).raw(&item(0).repeat(1_000_000));
    let data = data.raw(b"\xfe\xff\xdd\xe0\0\0\0\0").build();
    assert_eq!(file(&part10(&data)).0, Outcome::Complete);
}

#[test]
fn a_million_empty_elements() {
    let data = head().raw(&set().element(PRIVATE, Vr::LO, b"").build().repeat(1_100_000)).build();
    let (outcome, told) = file(&part10(&data));
    assert_ne!(outcome, Outcome::Complete);
    only(&told, "over the limit of 1048576");
}

#[test]
fn thousands_of_private_creators() {
    let creators = (9..9000).step_by(2).flat_map(|group| (16..20).map(move |element| Tag::new(group, element)));
    let data = creators.fold(head(), |data, tag| data.text(tag, Vr::LO, b"CREATOR"));
    assert_eq!(file(&part10(data.as_bytes())).0, Outcome::Complete);
}

#[test]
fn letters_missing() {
    let (outcome, told) = file(&part10(head().raw(&b"\x09\0\x01\x10\0\0\0\0\x02\0\0\0xx".repeat(100_000)).as_bytes()));
    assert_eq!(outcome, Outcome::Complete);
    assert_eq!(told.quirks.iter().filter(|name| **name == "invalid-vr").count(), 1, "once");
}

#[test]
fn odd_lengths() {
    let (outcome, told) = file(&part10(head().raw(&b"\x08\0\x70\0LO\x03\0Odd".repeat(100_000)).as_bytes()));
    assert_eq!(outcome, Outcome::Complete);
    assert_eq!(told.quirks.iter().filter(|name| **name == "odd-length").count(), 1, "once");
    assert_eq!(told.makers[1], "Odd");
}

#[test]
fn offset_table_of_4_gib() {
    let data = head().header(PIXELS, Vr::OB, OPEN).raw(&item(0xffff_fff0)).raw(&[0; 64]);
    assert_eq!(file(&part10(data.as_bytes())).0, Outcome::Complete, "nobody looks into pixels");
    let bytes = data.build();
    let pixels = iomt_dicom::DataSet::new(&bytes, Encoding::ExplicitLittle).find(PIXELS);
    assert!(pixels.is_err(), "and who asks for them is told");
}

#[test]
fn offsets_out_of_bounds() {
    let table = [item(8), vec![0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0x80], item(2), vec![0xff, 0xd8]].concat();
    let bytes = head().header(PIXELS, Vr::OB, OPEN).raw(&table).raw(b"\xfe\xff\xdd\xe0\0\0\0\0").build();
    assert_eq!(file(&part10(&bytes)).0, Outcome::Complete);
    let pixels = iomt_dicom::DataSet::new(&bytes, Encoding::ExplicitLittle).find(PIXELS).unwrap().unwrap();
    let encapsulated = iomt_dicom::element::Encapsulated::of(&pixels).unwrap();
    assert_eq!(encapsulated.basic_offsets().max(), Some(u64::from(u32::MAX)), "offsets are numbers, and lead nowhere");
    assert_eq!(encapsulated.fragments().flatten().map(|fragment| fragment.bytes().len()).sum::<usize>(), 2);
}

#[test]
fn fragments_that_never_end() {
    let data = head().header(PIXELS, Vr::OB, OPEN).raw(&item(0).repeat(500_000));
    assert_eq!(file(&part10(data.as_bytes())).0, Outcome::Complete);
}

#[test]
fn inflate_bomb() {
    let data = head().header(COMMENTS, Vr::UT, 1 << 30).build();
    let bomb = emit::part10(DEFLATED, CT, b"2.999.1.2", &deflated(&data, 64 << 20));
    let (outcome, told) = file(&bomb);
    assert_ne!(outcome, Outcome::Complete);
    only(&told, "deflated data set at byte");
    assert!(told.errors[0].contains("over the limit of"), "{told:?}");
    assert_eq!(told.makers.len(), 1, "what came before it is told");
}

#[test]
fn inflate_garbage() {
    let (_, told) = file(&emit::part10(DEFLATED, CT, b"2.999.1.2", &[0xff; 4096]));
    only(&told, "no deflate stream");
}

#[test]
fn inflate_bomb_on_the_wire() {
    let bomb = deflated(&head().header(COMMENTS, Vr::UT, 1 << 30).build(), 64 << 20);
    let rq = emit::Associate::request(b"ARCHIVE", b"CT01").context(1, CT, &[DEFLATED]).build();
    let command = emit::Command::request(CommandField::C_STORE_RQ, CT, 1, true).build();
    let told = stream(&[rq, emit::message(1, &command, Some(&bomb), 16384), emit::release_rq().to_vec()].concat());
    only(&told, "over the limit of");
    assert_eq!(told.makers, ["Constructed"]);
}

#[test]
fn group_length_of_4_gib() {
    let mut bytes = part10(head().as_bytes());
    bytes[140..144].copy_from_slice(&[0xff; 4]);
    let (outcome, told) = file(&bytes);
    assert_eq!(outcome, Outcome::Complete);
    assert!(told.quirks.contains(&"group-length-wrong"), "{told:?}");
}

#[test]
fn executable_preamble() {
    let mut bytes = part10(head().as_bytes());
    bytes[..2].copy_from_slice(b"MZ");
    let (outcome, told) = file(&bytes);
    assert_eq!(outcome, Outcome::Complete);
    assert!(told.quirks.contains(&"preamble-executable"), "{told:?}");
}

#[test]
fn uid_that_is_a_path() {
    let data = set().text(Tag::SOP_INSTANCE_UID, Vr::UI, b"../../../etc/passwd;");
    assert_eq!(file(&part10(data.as_bytes())).0, Outcome::Complete, "bytes stay bytes");
    let rq = emit::Associate::request(b"A", b"B").implementation_class_uid(b"../../../etc/passwd;").build();
    assert!(stream(&rq).quirks.contains(&"uid-repertoire"));
}

/// A PDU of this type that announces four gigabytes, behind what makes it a conversation.
fn gigabytes(kind: u8, before: &[u8]) -> Told {
    let head = [kind, 0, 0xff, 0xff, 0xff, 0xff];
    assert!(Pdu::parse(&head).is_err());
    assert_eq!(
        pdu::need(&head).map(|need| need.get()),
        Some((1 << 32) + 5),
        "a number, for which nothing is allocated"
    );
    stream(&[before, &head, &[0; 1000]].concat())
}

#[test]
fn pdu_1_of_4_gib() {
    only(&gigabytes(1, b""), "PDU-length at byte 2: invalid value 0xffffffff");
    only(&gigabytes(1, &request()), "PDU-length");
}

#[test]
fn pdu_2_of_4_gib() {
    only(&gigabytes(2, b""), "PDU-length at byte 2: invalid value 0xffffffff");
}

#[test]
fn pdu_3_of_4_gib() {
    only(&gigabytes(3, b""), "PDU-length at byte 2: invalid value 0xffffffff");
}

#[test]
fn pdu_4_of_4_gib() {
    only(&gigabytes(4, b""), "PDU-length at byte 2: invalid value 0xffffffff");
    let told = gigabytes(4, &storing());
    only(&told, "PDU-length");
    assert_eq!(told.commands, 1);
}

#[test]
fn pdu_5_of_4_gib() {
    for kind in 5..=7 {
        only(&gigabytes(kind, b""), "PDU-length at byte 2: invalid value 0xffffffff");
    }
}

#[test]
fn inner_lengths_out_of_their_item() {
    let wrong = |rq: emit::Associate, kind| rq.user_item(kind, b"\xff\xffxxxxxxxxx");
    let rq = (0..100).flat_map(|_| 0x51..=0x59).fold(emit::Associate::request(b"A", b"B"), wrong).build();
    let (Pdu::AssociateRq(view), _) = Pdu::parse(&rq).unwrap() else { panic!() };
    assert_eq!(view.user_items().flatten().count(), 900);
    let told = stream(&rq);
    assert!(told.quirks.contains(&"broken-user-item") && told.errors.is_empty(), "{told:?}");
}

#[test]
fn associate_of_100000_contexts() {
    let contexts = (0..100_000).fold(emit::Associate::request(b"A", b"B"), |rq, _| rq.item(0x20, &[1, 0, 0, 0]));
    let rq = contexts.build();
    let spent = allocation_counter::measure(|| {
        let mut tracker = Tracker::new(Limits::DEFAULT);
        tracker.feed(Direction::Initiator, Segment::Data(&rq), &mut |_| ());
        assert_eq!(tracker.association().contexts().len(), 1, "one id is one context");
    });
    assert!(spent.bytes_max <= MEMORY, "{}", spent.bytes_max);
}

#[test]
fn fragments_of_nothing() {
    let told = stream(&[storing(), emit::pdu(4, &[0, 0, 0, 2, 1, 0].repeat(500_000))].concat());
    assert_eq!((told.commands, told.errors.len()), (1, 0), "{:?}", told.errors);
    assert!(told.quirks.contains(&"empty-fragment"));
}

#[test]
fn pdus_of_nothing() {
    let told = stream(&[storing(), emit::p_data(&[(1, 0, b"")]).repeat(300_000)].concat());
    assert_eq!((told.commands, told.errors.len()), (1, 0), "{:?}", told.errors);
}

#[test]
fn command_that_never_ends() {
    let told = stream(&[request(), emit::p_data(&[(1, 1, &[0; 4096])]).repeat(500)].concat());
    only(&told, "command set at byte");
    assert!(told.errors[0].ends_with("over the limit of 16384"), "{told:?}");
}

#[test]
fn data_set_that_never_ends() {
    let start = head().header(COMMENTS, Vr::UT, 0x7fff_fffe).build();
    let endless = emit::p_data(&[(1, 0, &[b'x'; 16000])]).repeat(200);
    let told = stream(&[storing(), emit::p_data(&[(1, 0, &start)]), endless].concat());
    assert_eq!((told.makers.len(), told.errors.len()), (1, 0), "nothing is held, so nothing has to be given up");
}

#[test]
fn a_hundred_messages_under_way() {
    let data = head().build();
    let begun = |context: u8| {
        let command = emit::Command::request(CommandField::C_STORE_RQ, CT, context.into(), true).build();
        [emit::p_data(&[(context, 3, &command)]), emit::p_data(&[(context, 0, &data[..data.len() - 3])])].concat()
    };
    let told = stream(&[request(), (1..=255).step_by(2).flat_map(begun).collect()].concat());
    assert_eq!(told.commands, 128);
    assert!(told.errors.iter().all(|error| error.contains("interleaved messages")), "{told:?}");
    assert_eq!(told.errors.len(), 120, "each of those over the limit is told");
}

#[test]
fn requests_that_nobody_answers() {
    let ask = |number: u16| {
        emit::p_data(&[(1, 3, &emit::Command::request(CommandField::C_GET_RQ, CT, number, false).build())])
    };
    let mut tracker = Tracker::new(Limits::DEFAULT);
    let mut forgotten = 0;
    tracker.feed(Direction::Initiator, Segment::Data(&request()), &mut |_| ());
    for number in 0..5000 {
        tracker.feed(Direction::Initiator, Segment::Data(&ask(number)), &mut |event| {
            forgotten +=
                usize::from(matches!(event, Event::Quirk { quirk, .. } if quirk.name == "operations-forgotten"));
        });
    }
    assert_eq!((tracker.operations().len(), forgotten), (64, 5000 - 64));
}

#[test]
fn noise_behind_an_association() {
    let told = stream(&[request(), [4, 0, 0, 0, 0, 20, 0, 0, 0, 16, 1, 0].repeat(100_000)].concat());
    assert!(told.errors.len() < 10, "{:?}", told.errors);
    assert!(told.errors[0].contains("PDU-type"), "{:?}", told.errors);
}

#[test]
fn ones_behind_an_association() {
    let told = stream(&[request(), vec![1; 2 << 20]].concat());
    only(&told, "PDU-length");
}
