//! Any spelling of a place in any message: what is printed reads as the same place, and the index leads where the message does.
#![no_main]

use iomt_hl7v2::{Index, Message, Path, Row};
use libfuzzer_sys::{arbitrary::Arbitrary, fuzz_target};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    spelling: &'a [u8],
    message: &'a [u8],
}

fuzz_target!(|input: Input<'_>| {
    let path = match Path::parse(input.spelling) {
        Ok(path) => path,
        Err(error) => return assert!(error.offset <= input.spelling.len()),
    };
    assert_eq!(path.to_string().parse::<Path>(), Ok(path));
    let Ok(message) = Message::parse(input.message) else { return };
    let (marks, rows) = Index::needed(&message);
    let (mut marks, mut rows) = (vec![0; marks], vec![Row::default(); rows]);
    let index = Index::build(&message, &mut marks, &mut rows).expect("as much memory as is needed");
    let mut found = path.all(&message);
    for other in path.all_in(&index) {
        let node = found.next().expect("as many");
        assert_eq!((node.span(), node.bytes()), (other.span(), other.bytes()));
        assert_eq!(&input.message[node.span()], node.bytes());
    }
    assert!(found.next().is_none());
});
