//! Both directions of a connection in chosen pieces: the events are those of one piece.
//!
//! The first byte says how many cuts follow (two bytes each); its top bit gives the stream to the responder, the next one
//! turns every third piece into a gap, which only must not panic.
#![no_main]

use iomt_dicom::{Direction, Event, Limits, Segment, Tag, Tracker};
use libfuzzer_sys::fuzz_target;

fn show(event: &Event<'_>) -> String {
    match event {
        Event::Element { offset, enclosing, element, complete, message, .. } => {
            format!("{offset} {} {enclosing:?} {element:?} {:?} {complete}", message.number, element.value)
        }
        Event::Command { command, .. } => format!("{event:?} {:?}", command.bytes()),
        other => format!("{other:?}"),
    }
}

fn run<'a>(segments: impl Iterator<Item = Segment<'a>>, direction: Direction, limits: Limits) -> Vec<String> {
    let mut tracker = Tracker::with_filter(limits, |_, tag: Tag| tag.group != 0x0010);
    let mut out = Vec::new();
    for segment in segments.chain([Segment::End]) {
        tracker.feed(direction, segment, &mut |event| out.push(show(&event)));
    }
    out
}

fuzz_target!(|input: &[u8]| {
    let Some((&control, rest)) = input.split_first() else { return };
    let direction = if control & 0x80 != 0 { Direction::Responder } else { Direction::Initiator };
    let count = usize::from(control & 0x1f).min(rest.len() / 2);
    let (cuts, stream) = rest.split_at(count * 2);
    let mut places: Vec<usize> =
        cuts.chunks(2).map(|cut| usize::from(u16::from_be_bytes([cut[0], cut[1]])) % (stream.len() + 1)).collect();
    places.extend([0, stream.len()]);
    places.sort_unstable();
    let pieces = || places.windows(2).map(|pair| &stream[pair[0]..pair[1]]);
    let limits = Limits { value_bytes: 64, message_bytes: 4096, elements: 500, depth: 8, ..Limits::DEFAULT };
    if control & 0x40 != 0 {
        let lossy = pieces().enumerate().map(|(number, piece)| match number % 3 {
            1 => Segment::Gap { len: piece.len() as u64 },
            _ => Segment::Data(piece),
        });
        run(lossy, direction, limits);
        return;
    }
    let whole = run([Segment::Data(stream)].into_iter(), direction, limits);
    assert_eq!(run(pieces().map(Segment::Data), direction, limits), whole);
    assert_eq!(run(stream.chunks(1).map(Segment::Data), direction, limits), whole);
});
