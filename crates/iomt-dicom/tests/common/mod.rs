//! Vectors and helpers that the integration tests share.
#![allow(dead_code, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::unwrap_used, clippy::panic)]

use iomt_dicom::{CommandField, Direction, Encoding, Event, Limits, Segment, Tag, Tracker, Vr, emit};

pub(crate) fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap()).collect()
}

/// V1 to V9, V14 to V19 of the wire reference: constructed.
pub(crate) const V1: &str =
    "0100000000b000010000414e592d534350202020202020202020554e49545f43543120202020202020200000000000000000000000000000
  00000000000000000000000000000000000010000015312e322e3834302e31303030382e332e312e312e312000002e010000003000001131
  2e322e3834302e31303030382e312e3140000011312e322e3834302e31303030382e312e325000001d510000040000400052000007322e39
  39392e3155000006544553545f31";
pub(crate) const V2: &str =
    "0200000000a300010000414e592d534350202020202020202020554e49545f43543120202020202020200000000000000000000000000000
  00000000000000000000000000000000000010000015312e322e3834302e31303030382e332e312e312e3121000019010000004000001131
  2e322e3834302e31303030382e312e3221000004030003005000001d510000040000400052000007322e3939392e3155000006544553545f
  31";
pub(crate) const V3: &str = "03000000000400010107";
pub(crate) const V4: &str =
    "04000000004a0000004601030000000004000000380000000000020012000000312e322e3834302e31303030382e312e3100000000010200
  000030000000100102000000010000000008020000000101";
pub(crate) const V5: &str =
    "0400000000540000005001030000000004000000420000000000020012000000312e322e3834302e31303030382e312e3100000000010200
  00003080000020010200000001000000000802000000010100000009020000000000";
pub(crate) const V6: &str =
    "0400000000500000001601010000000004000000380000000000020012000000000000320103312e322e3834302e31303030382e312e3100
  000000010200000030000000100102000000010000000008020000000101";
pub(crate) const V7: &str = "05000000000400000000";
pub(crate) const V8: &str = "06000000000400000000";
pub(crate) const V9: &str = "07000000000400000202";
pub(crate) const V10: &str = "580000080201000175000170";
pub(crate) const V11: &str = "570000270007322e3939392e320011312e322e3834302e31303030382e342e3200090007322e3939392e33";
pub(crate) const V12: &str = "5400001d0019312e322e3834302e31303030382e352e312e342e312e312e320101";
pub(crate) const V13: &str = "5300000400050003";
pub(crate) const V14: &str = "080070004c4f040041434d45";
pub(crate) const V15: &str = "080070000400000041434d45";
pub(crate) const V16: &str =
    "4000750253510000fffffffffeff00e0ffffffff080070004c4f040041434d45feff0de000000000feffdde000000000";
pub(crate) const V17: &str = "090010004c4f0c0047454d535f4944454e5f3031090001104c4f02005820";
pub(crate) const V18: &str = "e07f10004f420000fffffffffeff00e000000000feff00e004000000ffd8ffd9feffdde000000000";
pub(crate) const V19: &str = "080070004c4f08001b2442245c1b2842";

/// Real, from the programs themselves on a private network: DCMTK 3.6.7 echoscu, everything it sent (RQ, C-ECHO-RQ, release).
pub(crate) const DCMTK_REQUESTOR: &str =
    "0100000000cd000100004f525448414e43202020202020202020575331202020202020202020202020200000000000000000000000000000
  00000000000000000000000000000000000010000015312e322e3834302e31303030382e332e312e312e312000002e0100ff003000001131
  2e322e3834302e31303030382e312e3140000011312e322e3834302e31303030382e312e325000003a51000004000040005200001b312e32
  2e3237362e302e373233303031302e332e302e332e362e375500000f4f464649535f44434d544b5f33363704000000004a00000046010300
  00000004000000380000000000020012000000312e322e3834302e31303030382e312e310000000001020000003000000010010200000001
  000000000802000000010105000000000400000000";
/// Real: what Orthanc (DCMTK 3.6.7) answered.
pub(crate) const DCMTK_ACCEPTOR: &str =
    "0200000000b8000100004f525448414e43202020202020202020575331202020202020202020202020200000000000000000000000000000
  00000000000000000000000000000000000010000015312e322e3834302e31303030382e332e312e312e3121000019010000004000001131
  2e322e3834302e31303030382e312e325000003a51000004000040005200001b312e322e3237362e302e373233303031302e332e302e332e
  362e375500000f4f464649535f44434d544b5f3336370400000000540000005001030000000004000000420000000000020012000000312e
  322e3834302e31303030382e312e310000000001020000003080000020010200000001000000000802000000010100000009020000000000
  06000000000400000000";
/// Real: the A-ASSOCIATE-RQ of dcmjs-dimse 0.3.3.
pub(crate) const DCMJS_RQ: &str =
    "0100000000e4000100004f525448414e43202020202020202020574542564945572020202020202020200000000000000000000000000000
  00000000000000000000000000000000000010000015312e322e3834302e31303030382e332e312e312e3120000045010000003000001131
  2e322e3834302e31303030382e312e3140000011312e322e3834302e31303030382e312e3240000013312e322e3834302e31303030382e31
  2e322e315000003a51000004000400005200001a312e322e3832362e302e312e333638303034332e31302e3835345500001044434d4a532d
  44494d53452d56302e32";

/// Every fixture that is a stream of PDUs.
pub(crate) const STREAMS: &[&str] = &[V1, V2, V3, V4, V5, V6, V7, V8, V9, DCMTK_REQUESTOR, DCMTK_ACCEPTOR, DCMJS_RQ];

/// Every fixture that is a data set.
pub(crate) const DATA_SETS: &[(&str, Encoding)] = &[
    (V14, Encoding::ExplicitLittle),
    (V15, Encoding::ImplicitLittle),
    (V16, Encoding::ExplicitLittle),
    (V17, Encoding::ExplicitLittle),
    (V18, Encoding::ExplicitLittle),
    (V19, Encoding::ExplicitLittle),
];

/// An event as text, all of it: for comparing, in tests only.
pub(crate) fn show(event: &Event<'_>) -> String {
    match event {
        Event::Element { direction, offset, message, enclosing, item, element, complete, .. } => format!(
            "{direction:?} {offset} #{} {enclosing:?} in {item} {element:?} {} {complete}",
            message.number,
            element.value.escape_ascii()
        ),
        Event::Command { direction, offset, message, command, operation, .. } => {
            format!("{direction:?} {offset} {message:?} {} {operation:?}", command.bytes().escape_ascii())
        }
        Event::DataSetEnd { direction, offset, message, complete, .. } => {
            format!("{direction:?} {offset} #{} end {complete}", message.number)
        }
        other => format!("{other:?}"),
    }
}

/// Feeds one direction in pieces.
pub(crate) fn feed(tracker: &mut Tracker, direction: Direction, bytes: &[u8], piece: usize, out: &mut Vec<String>) {
    for part in bytes.chunks(piece.max(1)) {
        tracker.feed(direction, Segment::Data(part), &mut |event| out.push(show(&event)));
    }
}

/// Everything that a stream of the initiator tells, its end included.
pub(crate) fn events(bytes: &[u8], piece: usize, filter: iomt_dicom::Filter) -> Vec<String> {
    let mut tracker = Tracker::with_filter(Limits::DEFAULT, filter);
    let mut out = Vec::new();
    feed(&mut tracker, Direction::Initiator, bytes, piece, &mut out);
    tracker.feed(Direction::Initiator, Segment::End, &mut |event| out.push(show(&event)));
    out
}

pub(crate) const CT: &[u8] = b"1.2.840.10008.5.1.4.1.1.2";
pub(crate) const IMPLICIT: &[u8] = b"1.2.840.10008.1.2";
pub(crate) const EXPLICIT: &[u8] = b"1.2.840.10008.1.2.1";
pub(crate) const BIG: &[u8] = b"1.2.840.10008.1.2.2";
pub(crate) const DEFLATED: &[u8] = b"1.2.840.10008.1.2.1.99";

/// A small CT image with equipment, a patient, private data, contributing equipment and pixels.
pub(crate) fn ct(encoding: Encoding, pixels: usize) -> Vec<u8> {
    let udi = emit::DataSet::new(encoding).text(Tag::UNIQUE_DEVICE_IDENTIFIER, Vr::UT, b"(01)00884838000001");
    let equipment = emit::DataSet::new(encoding)
        .text(Tag::MANUFACTURER, Vr::LO, b"RELAY INC")
        .text(Tag::DEVICE_SERIAL_NUMBER, Vr::LO, b"R-7")
        .open_sequence(Tag::UDI_SEQUENCE, core::slice::from_ref(&udi));
    let referenced = emit::DataSet::new(encoding).text(Tag::MANUFACTURER, Vr::LO, b"NOT THIS ONE");
    emit::DataSet::new(encoding)
        .text(Tag::SPECIFIC_CHARACTER_SET, Vr::CS, b"ISO_IR 100")
        .text(Tag::SOP_CLASS_UID, Vr::UI, CT)
        .text(Tag::SOP_INSTANCE_UID, Vr::UI, b"2.999.1.2.3")
        .text(Tag::STUDY_DATE, Vr::DA, b"20261124")
        .text(Tag::MODALITY, Vr::CS, b"CT")
        .text(Tag::MANUFACTURER, Vr::LO, b"ACME")
        .text(Tag::STATION_NAME, Vr::SH, b"CT-ROOM-1")
        .text(Tag::MANUFACTURER_MODEL_NAME, Vr::LO, b"Scan 9000")
        .open_sequence(Tag::new(0x0008, 0x1140), &[referenced.clone(), referenced.clone()])
        .sequence(Tag::new(0x0008, 0x2112), &[referenced])
        .text(Tag::new(0x0009, 0x0010), Vr::LO, b"GEMS_IDEN_01")
        .element(Tag::new(0x0009, 0x1001), Vr::LO, b"X ")
        .text(Tag::PATIENT_NAME, Vr::PN, b"CANARY^PATIENT")
        .text(Tag::PATIENT_ID, Vr::LO, b"CANARY-ID")
        .text(Tag::DEVICE_SERIAL_NUMBER, Vr::LO, b"SN-12345")
        .sequence(Tag::UDI_SEQUENCE, &[udi])
        .text(Tag::SOFTWARE_VERSIONS, Vr::LO, b"1.2\\3.4")
        .open_sequence(Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE, &[equipment])
        .text(Tag::STUDY_INSTANCE_UID, Vr::UI, b"2.999.4")
        .u16(Tag::new(0x0028, 0x0010), 512)
        .element(Tag::PIXEL_DATA, Vr::OW, &vec![4; pixels & !1])
        .build()
}

/// Deflates a data set as PS3.5 section A.5 says: raw, padded to even length.
pub(crate) fn deflate(data_set: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(data_set).unwrap();
    let mut deflated = encoder.finish().unwrap();
    deflated.resize(deflated.len().next_multiple_of(2), 0);
    deflated
}

/// RQ, C-STORE-RQ and release of one image.
pub(crate) fn store(syntax: &[u8], data_set: &[u8], max_length: u32) -> Vec<u8> {
    let mut stream = emit::Associate::request(b"PACS", b"CT01")
        .context(1, CT, &[syntax])
        .max_pdu_length(16384)
        .implementation_class_uid(b"2.999.1")
        .implementation_version_name(b"TEST_1")
        .build();
    let command = emit::Command::request(CommandField::C_STORE_RQ, CT, 1, true)
        .uid(Tag::AFFECTED_SOP_INSTANCE_UID, b"2.999.1.2.3")
        .build();
    stream.extend(emit::message(1, &command, Some(data_set), max_length));
    stream.extend(emit::release_rq());
    stream
}
