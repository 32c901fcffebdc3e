#![no_main]
//! Any bytes as a datagram of a Unity network and as its serial form: facts point into them, and the stream decoder accounts
//! for every byte wherever the stream is split.
use iomt_ge::{
    Verdict,
    ident::{self, Fact, Value},
    unity::{
        Message,
        header::{BedMessage, Body},
        probe, probe_serial,
        serial::{Decoder, Event},
        waves::WavePacket,
    },
};
use libfuzzer_sys::fuzz_target;

fn check(fact: Fact<'_>, data: &[u8]) {
    let at = data.get(fact.offset..).expect("a fact lies in its message");
    match fact.value {
        Value::Bytes(text) => assert!(!text.is_empty() && at.starts_with(text)),
        Value::Ipv4(bytes) => assert!(at.starts_with(&bytes)),
        Value::Service(service) => assert!(at.starts_with(&service.id.to_be_bytes())),
        _ => {}
    }
}

fn messages(pieces: &[&[u8]]) -> (Vec<String>, u64) {
    let (mut found, mut accounted) = (Vec::new(), 0);
    let mut visit = |event: Event<'_>| match event {
        Event::Message { offset, bytes, crc } => {
            accounted += bytes.len() as u64 + 2;
            let (message, used) = BedMessage::parse(bytes).expect("a header was found");
            assert_eq!((used, message.missing()), (bytes.len(), 0));
            found.push(format!("{offset} {} {crc:?}", bytes.len()));
        }
        Event::Skipped { offset, count } => {
            accounted += count;
            found.push(format!("{offset} {count}"));
        }
    };
    let mut decoder = Decoder::default();
    pieces.iter().for_each(|piece| decoder.feed(piece, &mut visit));
    decoder.gap(0, &mut visit);
    (found, accounted)
}

fuzz_target!(|data: &[u8]| {
    assert!(!matches!(probe(data), Verdict::More(_)), "a datagram is whole");
    if probe_serial(&data[..data.len() / 2]) == Verdict::No {
        assert_eq!(probe_serial(data), Verdict::No, "a no is final");
    }
    if let Ok(message) = Message::parse(data) {
        assert!(matches!(probe(data), Verdict::Yes(_)));
        ident::unity_facts(&message, &mut |fact| check(fact, data));
        let _ = (message.name(), format!("{message:?}"));
    }
    if let Ok((message, used)) = BedMessage::parse(data) {
        assert!(used <= data.len());
        ident::bed_facts(&message, &mut |fact| check(fact, data));
        if let Ok(Body::Parameters { block, .. }) = message.body() {
            assert!(block.parameters().count() <= 255);
        }
    }
    if let Ok(packet) = WavePacket::parse(data) {
        let mut signals = packet.signals();
        let taken: usize = signals.by_ref().map(|signal| signal.samples.remaining() + 2).sum();
        assert_eq!(taken + signals.tail().remaining() + 4, data.len());
    }
    let (head, tail) = data.split_at(data.len() / 3);
    let (whole, accounted) = messages(&[data]);
    assert_eq!(accounted, data.len() as u64, "every byte is accounted for");
    assert_eq!(whole, messages(&[head, tail]).0);
});
