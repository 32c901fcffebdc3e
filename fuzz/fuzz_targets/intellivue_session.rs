#![no_main]
//! The serial framing as a stream that is cut anywhere, and the conversation that it carries: frames and bytes are conserved, the
//! framing is known from its first frame on, the tracker keeps what it was told first.
use iomt_intellivue::{
    Verdict,
    message,
    rs232::{self, Decoder, Event},
    tracker::{Role, State, Tracker},
};
use iomt_wire::Direction;
use libfuzzer_sys::fuzz_target;

/// What the decoder says of a stream in these pieces, and the data of its frames.
fn frames(pieces: impl Iterator<Item = impl AsRef<[u8]>>) -> (Vec<String>, Vec<Vec<u8>>, usize) {
    let (mut told, mut found, mut skipped) = (Vec::new(), Vec::new(), 0);
    let mut visit = |event: Event<'_>| {
        match event {
            Event::Frame(data) => found.push(data.to_vec()),
            Event::Skipped(count) => skipped += count,
            Event::Damaged(_) => {}
        }
        told.push(format!("{event:?}"));
    };
    let mut decoder = Decoder::default();
    pieces.for_each(|piece| decoder.feed(piece.as_ref(), &mut visit));
    decoder.gap(&mut visit);
    (told, found, skipped)
}

fuzz_target!(|data: &[u8]| {
    let Some((&step, stream)) = data.split_first() else { return };
    let (told, found, skipped) = frames([stream].into_iter());
    let cut = frames(stream.chunks(usize::from(step).max(1)));
    assert_eq!((&told, &found, skipped), (&cut.0, &cut.1, cut.2), "a cut changes nothing");
    let bytes: usize = found.iter().map(Vec::len).sum();
    assert!(bytes + 8 * found.len() + skipped <= stream.len());
    for frame in &found {
        let written = rs232::encode(frame).expect("it fitted before");
        assert_eq!(frames([&written].into_iter()).1, [frame.clone()]);
        if message::parse(frame).is_ok() && matches!(iomt_intellivue::probe(frame), Verdict::Yes(_)) {
            assert!(matches!(rs232::probe(&written), Verdict::Yes(_)), "a sound frame is known");
        }
    }
    if let Verdict::More(need) = rs232::probe(stream) {
        assert!(need.get() > stream.len() as u64);
    }
    let (mut tracker, mut initiator) = (Tracker::new(), None);
    for (number, frame) in found.iter().enumerate() {
        let from = if (number + usize::from(step)) % 2 == 0 { Direction::Initiator } else { Direction::Responder };
        let Ok((message, _)) = message::parse(frame) else { continue };
        let before = tracker.state();
        let heard = tracker.hear(from, &message);
        assert_eq!(heard.changed.is_some(), tracker.state() != before);
        assert_eq!(heard.sender, tracker.role(from));
        assert_eq!(tracker.role(Direction::Initiator), tracker.role(Direction::Responder).map(Role::other));
        assert!(initiator.is_none() || tracker.role(Direction::Initiator) == initiator, "roles stay");
        initiator = tracker.role(Direction::Initiator);
        assert!(tracker.state() != State::Ended || before != State::Unknown);
    }
});
