#![no_main]
//! Any bytes as an APDU and as a TCP stream of them: used bytes lie in the input, facts point into it, what is whole is written
//! back as it was, and neither decoder nor tracker cares where the stream is split.
use iomt_phd::{
    Verdict,
    apdu::{Apdu, Body, LONGEST},
    check, emit,
    ident::{self, Value},
    probe,
    stream::{Decoder, Event},
    tracker::Tracker,
};
use iomt_wire::{Direction, Segment};
use libfuzzer_sys::fuzz_target;

fn one_shot(data: &[u8]) {
    if let Verdict::More(need) = probe(data) {
        assert!(need.get() > data.len() as u64);
    }
    if probe(&data[..data.len() / 2]) == Verdict::No {
        assert_eq!(probe(data), Verdict::No, "a no is final");
    }
    let Ok((apdu, used)) = Apdu::parse(data) else { return };
    assert!(used <= data.len());
    ident::facts(&apdu, &mut |fact| {
        let at = data.get(fact.offset..used).expect("a fact lies in its message");
        match fact.value {
            Value::Bytes(text) => assert!(!text.is_empty() && text.len() <= 64 && at.starts_with(text)),
            Value::Eui64(bytes) => assert!(at.starts_with(&bytes)),
            Value::Certification { data, .. } => assert!(at.starts_with(data)),
            _ => {}
        }
    });
    let mut findings = 0;
    check::check(&apdu, &mut |_| findings += 1);
    assert!(apdu.missing() == 0 || findings > 0, "missing bytes are told");
    if apdu.missing() == 0 {
        assert_eq!(emit::apdu(apdu.apdu_type, apdu.bytes().rest()).expect("it fitted before"), data[..used]);
    }
    if let Ok(Body::AssociationRequest(request)) = apdu.body()
        && findings == 0
        && request.association_version == 0x8000_0000
        && request.data_protocols.count() == 1
        && let Some(said) = request.information()
        && let Some(copy) = emit::Association::copy_of(&said)
        && said.protocol_version == 0x8000_0000
        && said.nomenclature_version == 0x8000_0000
        && said.offset + 36 + usize::from(said.options.length()) + 2 == used
    {
        assert_eq!(copy.request().expect("it fitted before"), data[..used]);
    }
}

fn frames(pieces: &[&[u8]]) -> (Vec<String>, u64) {
    let (mut found, mut accounted) = (Vec::new(), 0);
    let mut visit = |event: Event<'_>| match event {
        Event::Apdu { offset, bytes } => {
            accounted += bytes.len() as u64;
            assert!(bytes.len() <= LONGEST);
            found.push(format!("{offset} {bytes:02x?}"));
        }
        Event::Skipped { count, .. } | Event::CutShort { count, .. } => {
            accounted += count;
            found.push(format!("{event:?}"));
        }
        other => panic!("{other:?} is over no limit"),
    };
    let mut decoder = Decoder::default();
    pieces.iter().for_each(|piece| decoder.feed(piece, &mut visit));
    decoder.end(&mut visit);
    (found, accounted)
}

fn conversation(pieces: &[&[u8]], lost: bool) -> Vec<String> {
    let (mut found, mut tracker) = (Vec::new(), Tracker::default());
    for (number, piece) in pieces.iter().enumerate() {
        if lost && number > 0 {
            tracker.hear(Direction::Initiator, Segment::Gap { len: 3 }, &mut |event| found.push(format!("{event:?}")));
        }
        tracker.hear(Direction::Initiator, Segment::Data(piece), &mut |event| found.push(format!("{event:?}")));
    }
    tracker.hear(Direction::Initiator, Segment::End, &mut |event| found.push(format!("{event:?}")));
    found
}

fuzz_target!(|data: &[u8]| {
    one_shot(data);
    let (head, tail) = data.split_at(data.len() / 3);
    let (whole, accounted) = frames(&[data]);
    assert_eq!(accounted, data.len() as u64, "every byte is accounted for");
    assert_eq!(whole, frames(&[head, tail]).0);
    assert_eq!(conversation(&[data], false), conversation(&[head, tail], false));
    conversation(&[head, tail], true);
});
