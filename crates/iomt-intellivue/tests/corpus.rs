//! The fuzz seeds, replayed on every test run, and the proof that reading them allocates nothing.

mod common;

use iomt_intellivue::{
    Verdict,
    emit::ConnectIndicationBuilder,
    export::Body,
    ident,
    message::{self, Message},
    poll::PollResult,
    probe, rs232,
    tracker::Tracker,
};

#[test]
fn every_seed_is_read_and_every_fact_lies_in_it() {
    common::each_seed(|name, seed| {
        if let Ok((message, used)) = message::parse(seed) {
            ident::facts(&message, &mut |fact| assert!(fact.offset < used, "{name}: {fact:?}"));
            if let Message::ConnectIndication(indication) = message
                && indication.missing() == 0
            {
                assert_eq!(ConnectIndicationBuilder::copy_of(&indication).build().as_deref(), Ok(seed), "{name}");
            }
        }
    });
}

#[test]
fn probing_parsing_and_the_facts_allocate_nothing() {
    common::each_seed(|name, seed| {
        let mut facts = 0_usize;
        let counted = allocation_counter::measure(|| {
            let _ = probe(seed);
            if let Ok((message, _)) = message::parse(seed) {
                ident::facts(&message, &mut |_| facts = facts.saturating_add(1));
                if let Message::DataExport(pdu) = message
                    && let Ok(Body::Action(action)) = pdu.body()
                    && let Ok(Some(poll)) = PollResult::read(&action)
                {
                    facts =
                        poll.observations().fold(facts, |sum, each| sum.saturating_add(each.attributes.iter().count()));
                }
            }
        });
        assert_eq!(counted.count_total, 0, "{name}");
        assert!(name != "connect_indication" || facts == 21);
    });
}

#[test]
fn every_serial_seed_gives_the_same_frames_in_one_piece_and_byte_by_byte() {
    let mut whole_frames = 0;
    common::each_seed_of("intellivue_session", |name, seed| {
        let stream = seed.get(1..).unwrap_or_default();
        let frames = |pieces: &mut dyn Iterator<Item = &[u8]>| {
            let (mut decoder, mut found) = (rs232::Decoder::default(), Vec::new());
            for piece in pieces {
                decoder.feed(piece, &mut |event| match event {
                    rs232::Event::Frame(data) => found.push(data.to_vec()),
                    other => found.push(format!("{other:?}").into_bytes()),
                });
            }
            found
        };
        let whole = frames(&mut core::iter::once(stream));
        assert_eq!(whole, frames(&mut stream.chunks(1)), "{name}");
        let mut tracker = Tracker::new();
        for frame in &whole {
            if let Ok((message, _)) = message::parse(frame) {
                tracker.hear(iomt_wire::Direction::Responder, &message);
                whole_frames += 1;
            }
        }
        assert!(matches!(rs232::probe(stream), Verdict::Yes(_)), "{name}");
    });
    assert!(whole_frames >= 14, "{whole_frames}");
}

#[test]
fn following_measuring_and_whole_serial_frames_allocate_nothing() {
    common::each_seed(|name, seed| {
        let mut tracker = Tracker::new();
        let counted = allocation_counter::measure(|| {
            let Ok((message, _)) = message::parse(seed) else { return };
            tracker.hear(iomt_wire::Direction::Responder, &message);
            if let Message::DataExport(pdu) = message
                && let Ok(Body::Action(action)) = pdu.body()
                && let Ok(Some(poll)) = PollResult::read(&action)
            {
                core::hint::black_box((poll.numerics().count(), poll.waves().count(), poll.alarms().count()));
            }
        });
        assert_eq!(counted.count_total, 0, "{name}");
        // one that needs no escape is handed on from where it lies
        let Ok(frame) = rs232::encode(seed) else { return };
        let escapes = frame.iter().filter(|byte| **byte == 0x7d).count();
        let mut decoder = rs232::Decoder::default();
        let counted = allocation_counter::measure(|| decoder.feed(&frame, &mut |_| ()));
        assert!(escapes > 0 || counted.count_total == 0, "{name}");
    });
}
