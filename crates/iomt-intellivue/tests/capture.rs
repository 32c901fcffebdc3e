//! The fixture capture holds the payload of the vector, and its headers are sound.
#![allow(clippy::arithmetic_side_effects)]

use std::{fs, path::Path};

use iomt_intellivue::{ident, message, probe};

/// Ones' complement sum of 16-bit words, RFC 1071; FFFF over sound bytes.
fn sum(bytes: &[u8]) -> u32 {
    let word = |pair: &[u8]| pair.iter().chain(&[0]).take(2).fold(0, |word, &byte| word << 8 | u32::from(byte));
    let total: u32 = bytes.chunks(2).map(word).sum();
    let folded = (total >> 16) + (total & 0xffff);
    (folded >> 16) + (folded & 0xffff)
}

#[test]
fn the_beacon_capture_is_sound_and_identifies_the_monitor() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/captures/intellivue_beacon.pcap");
    // A published crate has no captures.
    let Ok(bytes) = fs::read(file) else { return };
    assert_eq!(bytes[..4], [0xd4, 0xc3, 0xb2, 0xa1]);
    let frame = &bytes[40..];
    assert_eq!(frame[6..12], [0x00, 0x09, 0xfb, 0x11, 0x22, 0x33]);
    let (ip, udp) = (&frame[14..34], &frame[34..]);
    assert_eq!(sum(ip), 0xffff);
    let pseudo = [&ip[12..20], &[0, 17], &udp[4..6], udp].concat();
    assert_eq!(sum(&pseudo), 0xffff);
    let payload = &udp[8..];
    assert!(probe(payload).is_at_least(100));
    let (message, used) = message::parse(payload).unwrap();
    assert_eq!(used, payload.len());
    let mut shown = Vec::new();
    ident::facts(&message, &mut |fact| shown.push(format!("{:?} {:?}", fact.attribute, fact.value)));
    for wanted in
        ["Manufacturer \"Philips\"", "Model \"866062\"", "Serial \"DE00000001\"", "Ipv4 Ipv4([192, 168, 247, 101])"]
    {
        assert!(shown.iter().any(|fact| fact == wanted), "{wanted}");
    }
}
