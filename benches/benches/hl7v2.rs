//! HL7 v2 beside `hl7-parser` 0.3, `rust-hl7` 0.5, `hl7-2` 0.2 (its `er7` layer) and `hl7kit` 0.2: the same bytes, the same run.
//!
//! `identity`: parse a message and read the fields that name applications and devices. The peers get the fields through their
//! own accessors, without the judgement that `facts` adds. `rust-hl7` splits a field once, not into four levels.
//! `tokens`: parse a message and visit every value; `hl7-2` as a whole beside its `er7` layer, and ours once more with every place looked at. `index`: parse it and fill an index of all separators. `mllp`: blocks out of a stream.

#![allow(clippy::indexing_slicing, reason = "a bench may panic on input of its own")]
#![allow(missing_docs, reason = "macros of criterion")]
#![allow(clippy::arithmetic_side_effects, clippy::expect_used, reason = "what is measured is well formed and small")]

use core::hint::black_box;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use iomt_benches::hl7::{adt, monitor, pump};
use iomt_hl7v2::{Index, Message, Row, ident, mllp};
use iomt_wire::{Limits, Segment};

/// What identity extraction reads, as segment name and field numbers.
const WANTED: [(&str, &[usize]); 5] = [
    ("MSH", &[3, 4, 5, 6, 9, 10, 11, 12, 18, 21, 24, 25]),
    ("SFT", &[1, 2, 3]),
    ("PV1", &[3]),
    ("OBR", &[2, 3, 4, 10]),
    ("OBX", &[3, 4, 5, 17, 18]),
];

fn peer_identity(text: &str) -> usize {
    let message = hl7_parser::Message::parse(text).expect("well formed");
    let mut read = 0;
    for segment in message.segments() {
        if let Some((_, fields)) = WANTED.iter().find(|(name, _)| *name == segment.name) {
            for field in fields.iter().filter_map(|n| segment.field(*n)) {
                read += field.raw_value().len();
            }
        }
    }
    read
}

fn other_identity(text: &str) -> usize {
    let message = rusthl7::message::Message::try_from(text).expect("well formed");
    let mut read = 0;
    for segment in &message.segments {
        let name = segment.fields.first().map_or("", |field| field.source);
        if let Some((_, fields)) = WANTED.iter().find(|(wanted, _)| *wanted == name) {
            // Its fields count from the name, which MSH-1 does not move.
            let shift = usize::from(name == "MSH");
            for field in fields.iter().filter_map(|n| segment.fields.get(n - shift)) {
                read += field.source.len();
            }
        }
    }
    read
}

fn er7_identity(text: &str) -> usize {
    let message = hl7_2::er7::parse(text).expect("well formed");
    let mut read = 0;
    for segment in &message.segments {
        if let Some((_, fields)) = WANTED.iter().find(|(name, _)| *name == segment.name) {
            for field in fields.iter().filter_map(|n| segment.field(*n)) {
                read += field.repetitions.len();
            }
        }
    }
    read
}

fn kit_identity(text: &str) -> usize {
    let message = hl7kit::Message::parse(text).expect("well formed");
    let mut read = 0;
    for segment in message.segments() {
        if let Some((_, fields)) = WANTED.iter().find(|(name, _)| *name == segment.name()) {
            for field in fields.iter().filter_map(|n| segment.field(*n)) {
                read += field.value().len();
            }
        }
    }
    read
}

fn er7_tokens(text: &str) -> usize {
    let message = hl7_2::er7::parse(text).expect("well formed");
    let repetitions = message.segments.iter().flat_map(|segment| &segment.fields).flat_map(|field| &field.repetitions);
    let components = repetitions.flat_map(|repetition| &repetition.components);
    components.flat_map(|component| &component.subcomponents).map(|sub| sub.raw.len()).sum()
}

/// The whole of `hl7-2`, which reads fields by the tables of the message's version.
fn hl7_2_tokens(text: &str) -> usize {
    let message = hl7_2::parse(text).expect("well formed");
    message.tree().descendants().filter(|node| node.is_leaf()).map(|node| node.text().len()).sum()
}

fn kit_tokens(text: &str) -> usize {
    let message = hl7kit::Message::parse(text).expect("well formed");
    let mut read = 0;
    for segment in message.segments() {
        for field in segment.fields() {
            for repetition in field.repetitions() {
                for component in repetition.components() {
                    read += component.subcomponents().map(|sub| sub.value().len()).sum::<usize>();
                }
            }
        }
    }
    read
}

fn our_identity(bytes: &[u8]) -> usize {
    let message = Message::parse(bytes).expect("well formed");
    let mut read = 0;
    ident::facts(&message, &mut |fact| read += fact.value.len());
    read
}

fn peer_tokens(text: &str) -> usize {
    let message = hl7_parser::Message::parse(text).expect("well formed");
    let mut read = 0;
    for segment in message.segments() {
        for field in segment.fields() {
            for repeat in field.repeats() {
                for component in repeat.components() {
                    for sub in component.subcomponents() {
                        read += sub.raw_value().len();
                    }
                }
            }
        }
    }
    read
}

fn other_tokens(text: &str) -> usize {
    let message = rusthl7::message::Message::try_from(text).expect("well formed");
    let mut read = 0;
    for segment in &message.segments {
        for field in &segment.fields {
            for components in &field.subcomponents {
                for subcomponents in components {
                    read += subcomponents.iter().map(|sub| sub.len()).sum::<usize>();
                }
            }
        }
    }
    read
}

fn our_tokens(bytes: &[u8]) -> usize {
    let message = Message::parse(bytes).expect("well formed");
    let mut read = 0;
    message.tokens(|token| read += token.bytes.len());
    read
}

/// The same by one who looks at the place of each value too.
fn our_places(bytes: &[u8]) -> usize {
    let message = Message::parse(bytes).expect("well formed");
    let mut read = 0;
    message.tokens(|token| {
        let place = token.field ^ token.repetition ^ token.component ^ token.subcomponent;
        read += token.bytes.len() + place as usize;
    });
    read
}

fn inputs() -> Vec<(&'static str, String)> {
    vec![("adt", adt()), ("pump", pump()), ("monitor", monitor(60)), ("monitor-1MB", monitor(7_000))]
}

fn identity(c: &mut Criterion) {
    let mut group = c.benchmark_group("identity");
    for (name, text) in inputs() {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::new("iomt", name), |b| b.iter(|| our_identity(black_box(text.as_bytes()))));
        group.bench_function(BenchmarkId::new("hl7-parser", name), |b| b.iter(|| peer_identity(black_box(&text))));
        group.bench_function(BenchmarkId::new("rust-hl7", name), |b| {
            b.iter(|| other_identity(black_box(text.trim_end())))
        });
        group.bench_function(BenchmarkId::new("er7", name), |b| b.iter(|| er7_identity(black_box(&text))));
        group.bench_function(BenchmarkId::new("hl7kit", name), |b| b.iter(|| kit_identity(black_box(&text))));
    }
    group.finish();
}

fn tokens(c: &mut Criterion) {
    let mut group = c.benchmark_group("tokens");
    for (name, text) in inputs() {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::new("iomt", name), |b| b.iter(|| our_tokens(black_box(text.as_bytes()))));
        group.bench_function(BenchmarkId::new("iomt, with places", name), |b| {
            b.iter(|| our_places(black_box(text.as_bytes())))
        });
        group.bench_function(BenchmarkId::new("hl7-parser", name), |b| b.iter(|| peer_tokens(black_box(&text))));
        group.bench_function(BenchmarkId::new("hl7-2", name), |b| b.iter(|| hl7_2_tokens(black_box(&text))));
        group.bench_function(BenchmarkId::new("rust-hl7", name), |b| {
            b.iter(|| other_tokens(black_box(text.trim_end())))
        });
        group.bench_function(BenchmarkId::new("er7", name), |b| b.iter(|| er7_tokens(black_box(&text))));
        group.bench_function(BenchmarkId::new("hl7kit", name), |b| b.iter(|| kit_tokens(black_box(&text))));
    }
    group.finish();
}

fn index(c: &mut Criterion) {
    let mut group = c.benchmark_group("index");
    for (name, text) in inputs() {
        let message = Message::parse(text.as_bytes()).expect("well formed");
        let (marks, rows) = Index::needed(&message);
        let (mut marks, mut rows) = (vec![0; marks], vec![Row::default(); rows]);
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(BenchmarkId::new("iomt", name), |b| {
            b.iter(|| {
                let message = Message::parse(black_box(text.as_bytes())).expect("well formed");
                Index::build(&message, &mut marks, &mut rows).map_or(0, |index| index.len())
            });
        });
    }
    group.finish();
}

fn framing(c: &mut Criterion) {
    let mut group = c.benchmark_group("mllp");
    let mut stream = Vec::new();
    while stream.len() < 4 << 20 {
        mllp::wrap(monitor(60).as_bytes(), &mut stream);
    }
    group.throughput(Throughput::Bytes(stream.len() as u64));
    for size in [stream.len(), 65_536, 1_448] {
        group.bench_function(BenchmarkId::new("segments-of", size), |b| {
            b.iter(|| {
                let mut decoder = mllp::Decoder::new(Limits::DEFAULT);
                let mut blocks = 0_usize;
                for piece in black_box(&stream).chunks(size) {
                    decoder.feed(Segment::Data(piece), &mut |event| {
                        blocks += usize::from(matches!(event, mllp::Event::Block { .. }));
                    });
                }
                blocks
            });
        });
    }
    group.finish();
}

criterion_group!(benches, identity, tokens, index, framing);
criterion_main!(benches);
