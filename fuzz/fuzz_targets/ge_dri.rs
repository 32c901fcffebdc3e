#![no_main]
//! Any bytes as a record and as a stream of frames: facts point into them, sub-records lie in their record, what is framed is
//! unframed, and the decoder does not care where the stream is split.
use iomt_ge::{
    Verdict,
    dri::{
        Record,
        frame::{Decoder, Event, encode},
        network::Network,
        physiology::Physiology,
        probe,
        request::Request,
        waves::Wave,
    },
    ident::{self, Value},
};
use libfuzzer_sys::fuzz_target;

fn one(data: &[u8]) {
    let Ok((record, used)) = Record::parse(data) else { return };
    assert!(used <= data.len());
    assert!(record.quirks().count() <= 2);
    for sub in record.sub_records().flatten() {
        assert!(data[sub.data.offset()..used].starts_with(sub.data.rest()));
        let _ = (Request::read(&record, &sub), format!("{:?}", Network::read(&record, &sub)));
        if let Ok(Some(values)) = Physiology::read(&record, &sub) {
            values.groups().for_each(|group| assert!(group.numbers().count() < 16));
        }
        if let Ok(Some(wave)) = Wave::read(&record, &sub) {
            assert!(wave.samples.remaining() <= sub.data.remaining());
        }
    }
    ident::dri_facts(&record, &mut |fact| {
        let at = data.get(fact.offset..used).expect("a fact lies in its record");
        if let Value::Mac(bytes) = fact.value {
            assert!(at.starts_with(&bytes));
        }
    });
}

fn frames(pieces: &[&[u8]]) -> Vec<String> {
    let mut found = Vec::new();
    let mut visit = |event: Event<'_>| {
        if let Event::Record(bytes) = event {
            one(bytes);
            found.push(format!("{bytes:02x?}"));
        } else {
            found.push(format!("{event:?}"));
        }
    };
    let mut decoder = Decoder::default();
    pieces.iter().for_each(|piece| decoder.feed(piece, &mut visit));
    decoder.gap(&mut visit);
    found
}

fuzz_target!(|data: &[u8]| {
    if let Verdict::More(need) = probe(data) {
        assert!(need.get() > data.len() as u64);
    }
    if probe(&data[..data.len() / 2]) == Verdict::No {
        assert_eq!(probe(data), Verdict::No, "a no is final");
    }
    one(data);
    let (head, tail) = data.split_at(data.len() / 3);
    assert_eq!(frames(&[data]), frames(&[head, tail]));
    if (1..=1490).contains(&data.len()) {
        assert_eq!(frames(&[&encode(data)]), [format!("{data:02x?}")]);
        // The sender's checksum is right, so the fuzzer reaches what lies behind it.
        let _ = probe(&encode(data));
    }
});
