//! A file in pieces: the events are those of one piece.
#![no_main]

use iomt_dicom::{Event, Limits, file};
use libfuzzer_sys::fuzz_target;

fn run(bytes: &[u8], piece: usize) -> (Vec<String>, file::Outcome) {
    let limits = Limits { value_bytes: 64, elements: 500, ..Limits::DEFAULT };
    let mut scanner = file::Scanner::new(limits);
    let mut out = Vec::new();
    let mut sink = |event: Event<'_>| match &event {
        Event::Element { element, .. } => out.push(format!("{event:?} {:?}", element.value)),
        _ => out.push(format!("{event:?}")),
    };
    for part in bytes.chunks(piece.max(1)) {
        scanner.feed(part, &mut sink);
    }
    let outcome = scanner.finish(&mut sink);
    assert!(scanner.is_done());
    (out, outcome)
}

fuzz_target!(|input: &[u8]| {
    let Some((&piece, bytes)) = input.split_first() else { return };
    let _ = file::probe(bytes);
    assert_eq!(run(bytes, usize::from(piece)), run(bytes, usize::MAX));
});
