#![no_main]
//! Any text as the carrier of a unique device identifier: every part lies in the text, and no other digit of a device
//! identifier, and no other character of a HIBCC carrier, passes the check that was right.
use iomt::udi::{Check, Issuer, Udi};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let text = String::from_utf8_lossy(data);
    let Ok(udi) = Udi::parse(&text) else { return };
    let range = text.as_bytes().as_ptr_range();
    for part in [udi.device, udi.serial, udi.lot, udi.donation, udi.unread].into_iter().flatten() {
        let inside = part.as_bytes().as_ptr_range();
        assert!(!part.is_empty() && range.start <= inside.start && inside.end <= range.end);
    }
    if let (Issuer::Gs1 | Issuer::Hibcc, Some(device), Check::Right) = (udi.issuer, udi.device, udi.check) {
        let last = device.len() - 2;
        let digit = device.as_bytes()[last];
        let other = if digit == b'0' { "1" } else { "0" };
        let at = device.as_ptr() as usize - text.as_ptr() as usize + last;
        let mut changed = text.to_string();
        changed.replace_range(at..=at, other);
        if let Ok(udi) = Udi::parse(&changed) {
            assert_ne!(udi.check, Check::Right, "{text} and {changed}");
        }
    }
});
