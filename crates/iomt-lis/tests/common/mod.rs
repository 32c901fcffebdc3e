//! What the tests share: sessions and messages in the forms of real senders.
#![allow(dead_code, clippy::unwrap_used, reason = "each test uses a part; a panic is the report")]

use iomt_lis::{Delimiters, emit};

/// Real: python-astm sends a message in chunks of 64 bytes; its answers are in the capture `astm_lab`.
pub(crate) const BULK: &[u8] = b"\x05\x021H|\\^&||||||||||P||20261123144454\rP|1||||TEST^BED\rO|1|S100\x179F\r\n\
    \x0221||^^^WBC|R\rR|1|^^^WBC|6.1|10*9/L||N||F\rR|2|^^^HGB|139|g/\x17A3\r\n\
    \x023L||N||F\rR|3|^^^PLT|251|10*9/L||N||F\rL|1|N\r\x03CA\r\n\x04";

/// Real: the same, one record in each frame.
pub(crate) const FRAMES: &[u8] =
    b"\x05\x021H|\\^&||||||||||P||20261123144454\r\x03CC\r\n\x022P|1||||TEST^BED\r\x0398\r\n\
    \x023O|1|S1001||^^^GLU|R\r\x0398\r\n\x024R|1|^^^GLU|5.4|mmol/L||N||F\r\x0304\r\n\x027L|1|N\r\x030A\r\n\x04";

/// Constructed: records with no link layer, as a GeneXpert delimits them, in an MLLP block.
pub(crate) const BARE: &[u8] =
    b"\x0bH|@^\\|42||LAB1^GeneXpert^4.7b|||||LIS||P|1394-97|20260102\rP|1|||ID^9|NOBODY^TEST\r\
    O|1|S9||^^^MTB\rR|1|^^^MTB|NEG^|||||F||TEST|20260102|20260102|Xpert^SN1\rL|1|N\r\x1c\r";

/// Constructed: a session of an analyser whose layout is known.
pub(crate) fn analyser(longest: usize) -> Vec<u8> {
    let delimiters = Delimiters::DEFAULT;
    let header = emit::Record::header(delimiters)
        .skip(2)
        .parts(&[b"SITE", b"Roche", b"c111", b"4.2.2.1730", b"1", b"1735"])
        .skip(4)
        .field(b"host")
        .parts(&[b"RSUPL", b"REAL"])
        .field(b"P")
        .field(b"1")
        .field(b"20260102101500")
        .build();
    let patient = emit::Record::new(b'P', delimiters).field(b"1").skip(2).field(b"ID-7").build();
    let order =
        emit::Record::new(b'O', delimiters).field(b"1").field(b"S1").skip(1).parts(&[b"", b"", b"", b"GLU"]).build();
    let end = emit::Record::new(b'L', delimiters).field(b"1").field(b"N").build();
    emit::session(&[&header, &patient, &order, &end], longest)
}

/// Every stream.
pub(crate) fn streams() -> Vec<Vec<u8>> {
    vec![BULK.to_vec(), FRAMES.to_vec(), BARE.to_vec(), analyser(240), analyser(20)]
}

/// Constructed in the form of a vendor's sample: values are made up.
pub(crate) const HELLO: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<HEL.R01><HDR><HDR.message_type V=\"HEL.R01\"/><HDR.control_id V=\"10001\"/>\
    <HDR.version_id V=\"POCT1\"/><HDR.creation_dttm V=\"2026-01-02T10:15:00-00:00\"/></HDR><DEV><DEV.device_id V=\"00-11-22-AA-BB-CC\"/>\
    <DEV.vendor_id V=\"ACME\"/><DEV.model_id V=\"Strip One\"/><DEV.serial_id V=\"S-0042\"/><DEV.manufacturer_name V=\"Acme Diagnostics\"/>\
    <DEV.hw_version V=\"1.0\"/><DEV.sw_version V=\"2.5\"/><DEV.device_name V=\"Strip\"/><DCP><DCP.application_timeout V=\"60\"/></DCP>\
    <DSC><DSC.connection_profile_cd V=\"SA\"/><DSC.topics_supported_cd V=\"DTV\"/><DSC.directives_supported_cd V=\"SET_TIME\"/>\
    <DSC.max_message_sz V=\"2000\"/></DSC></DEV></HEL.R01>\r\n";
