//! Any stream, cut anywhere: the same messages as in one piece, every byte told at most once, memory under the cap.
#![no_main]

use iomt_lis::poct1a::{Event, Message, Splitter, ident, probe, text};
use iomt_wire::{Limits, Segment};
use libfuzzer_sys::{arbitrary::Arbitrary, fuzz_target};

#[derive(Arbitrary, Debug)]
struct Input<'a> {
    cuts: [u8; 4],
    small: bool,
    stream: &'a [u8],
}

fn run(stream: &[u8], cuts: &[usize], limits: Limits) -> Vec<(u64, u64, String, Vec<u8>)> {
    let mut splitter = Splitter::new(limits);
    let mut met = Vec::new();
    let mut sink = |event: Event<'_>| {
        let what = format!("{event:?}");
        let (offset, len, xml) = match event {
            Event::Message { offset, xml } => (offset, xml.len() as u64, xml.to_vec()),
            Event::Skipped { offset, len }
            | Event::Refused { offset, len, .. }
            | Event::Truncated { offset, len }
            | Event::Oversize { offset, len } => (offset, len, vec![]),
            _ => (0, 0, vec![]),
        };
        met.push((offset, len, what, xml));
    };
    let mut cuts: Vec<usize> = cuts.iter().map(|cut| (*cut).min(stream.len())).chain([0, stream.len()]).collect();
    cuts.sort_unstable();
    for pair in cuts.windows(2) {
        splitter.feed(Segment::Data(&stream[pair[0]..pair[1]]), &mut sink);
        assert!(splitter.held() <= limits.message_bytes + stream.len());
    }
    splitter.feed(Segment::End, &mut sink);
    assert_eq!(splitter.held(), 0);
    met
}

fuzz_target!(|input: Input<'_>| {
    let stream = input.stream;
    let _ = probe(stream);
    let limits = Limits { message_bytes: if input.small { 64 } else { 1 << 16 }, depth: 8, ..Limits::DEFAULT };
    let whole = run(stream, &[], limits);
    let cuts: Vec<usize> = input.cuts.iter().map(|cut| usize::from(*cut)).collect();
    assert_eq!(run(stream, &cuts, limits), whole);
    let every: Vec<usize> = (0..stream.len()).collect();
    assert_eq!(run(stream, &every, limits), whole);
    let mut told = vec![false; stream.len()];
    for (offset, len, _, xml) in &whole {
        for at in *offset as usize..(offset + len) as usize {
            assert!(!told[at], "told twice");
            told[at] = true;
        }
        if !xml.is_empty() {
            let text = text(xml);
            let message = Message::parse(&text).expect("the splitter said so");
            for element in message.elements() {
                assert!(element.offset < text.len());
                let _ = (element.value(), element.text_beside(), element.attribute("SN"));
            }
            ident::facts(&message, &mut |fact| assert!(!fact.value.is_empty()));
        }
    }
});
