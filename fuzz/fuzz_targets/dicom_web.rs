//! A DICOMweb body in pieces: the events are those of one piece.
#![no_main]

use iomt_dicom::file::Outcome;
use iomt_dicom::web::Body;
use iomt_dicom::{Event, Limits};
use libfuzzer_sys::fuzz_target;

fn run(content_type: &[u8], bytes: &[u8], piece: usize) -> (Vec<String>, Outcome) {
    let limits = Limits { value_bytes: 64, message_bytes: 2048, elements: 500, ..Limits::DEFAULT };
    let mut body = Body::new(content_type, limits).expect("one of the three types");
    let mut out = Vec::new();
    let mut sink = |event: Event<'_>| match &event {
        Event::Element { element, .. } => {
            assert_ne!(element.tag.group, 0x0010);
            out.push(format!("{event:?} {:?}", element.value));
        }
        _ => out.push(format!("{event:?}")),
    };
    for part in bytes.chunks(piece.max(1)) {
        body.feed(part, &mut sink);
    }
    let outcome = body.finish(&mut sink);
    (out, outcome)
}

fuzz_target!(|input: &[u8]| {
    let [kind, piece, bytes @ ..] = input else { return };
    let content_type: &[u8] = match kind % 3 {
        0 => b"application/dicom+json",
        1 => b"multipart/related; type=\"application/dicom\"; boundary=b",
        _ => b"multipart/related; type=\"application/dicom+json\"; boundary=b",
    };
    assert_eq!(run(content_type, bytes, usize::from(*piece)), run(content_type, bytes, usize::MAX));
    let _ = Body::new(bytes, Limits::DEFAULT);
});
