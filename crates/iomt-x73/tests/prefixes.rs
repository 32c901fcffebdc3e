//! Every prefix of the identity attributes of a scale either reads or says what is missing.
#![allow(clippy::arithmetic_side_effects)]

use iomt_wire::{Cursor, Kind};
use iomt_x73::{AttributeList, Decode};

/// Get response of the 20601 annex example, its attribute list [public fixture].
const SCALE: &[u8] = b"\x00\x06\x00\x60\
    \x0a\x5a\x00\x08\x00\x01\x00\x04\x10\x0f\x00\x01\
    \x09\x28\x00\x1a\x00\x0aTheCompany\x00\x0cTheScaleABC\x00\
    \x09\x84\x00\x0a\x00\x08\x88\x77\x66\x55\x44\x33\x22\x11\
    \x0a\x44\x00\x02\x40\x00\
    \x09\x2d\x00\x12\x00\x01\x00\x0e\x00\x01\x00\x00\x00\x08DE124567\
    \x09\x87\x00\x08\x20\x07\x02\x01\x12\x05\x00\x00";

#[test]
fn the_whole_list_has_six_attributes_and_no_quirk() {
    let list = AttributeList::decode(&mut Cursor::new(SCALE)).unwrap();
    assert_eq!((list.iter().flatten().count(), list.quirk(), list.missing()), (6, None, 0));
}

#[test]
fn every_prefix_reads_its_whole_attributes_and_then_says_what_is_missing() {
    for end in 0..SCALE.len() {
        match AttributeList::decode(&mut Cursor::new(&SCALE[..end])) {
            Err(error) => assert!(end < 4 && matches!(error.kind, Kind::Truncated { .. })),
            Ok(list) => {
                let items: Vec<_> = list.iter().collect();
                let (last, whole) = items.split_last().unwrap();
                assert!(matches!(last.unwrap_err().kind, Kind::Truncated { .. }), "{end}");
                assert!(whole.iter().all(Result::is_ok));
                assert_eq!(list.missing(), SCALE.len() - end);
            }
        }
    }
}
