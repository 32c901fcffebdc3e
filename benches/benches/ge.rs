//! GE monitors: announcements, parameters and records, beside hand-written loops over the same lengths.
//!
//! No other parser of these protocols is published for Rust, so the yardstick is a loop that knows the layout by heart and
//! hops from entry to entry; for the record interface it is a bytewise loop that only removes the escapes and sums.
//!
//! `cargo bench -p iomt-benches --bench ge`

#![allow(clippy::indexing_slicing, reason = "a bench may panic on input of its own")]

use core::{hint::black_box, time::Duration};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use iomt_benches::floor::ge::{unescaped, values as value_hops};
use iomt_ge::{
    dri::{
        Record,
        frame::{Decoder, Event, encode},
    },
    ident, unity,
};

const RWHAT: &[u8] = include_bytes!("../../fuzz/seeds/ge_unity/rwhat");
const PARAMETERS: &[u8] = include_bytes!("../../fuzz/seeds/ge_unity/parameters");
const LOGIN: &[u8] = include_bytes!("../../fuzz/seeds/ge_dri/login");

fn facts(bytes: &[u8]) -> usize {
    let Ok(message) = unity::Message::parse(bytes) else { return 0 };
    let mut sum = 0_usize;
    ident::unity_facts(&message, &mut |fact| sum = sum.wrapping_add(fact.offset));
    sum
}

/// Every value of every parameter.
fn values(bytes: &[u8]) -> usize {
    let Ok((message, _)) = unity::header::BedMessage::parse(bytes) else { return 0 };
    let Ok(unity::header::Body::Parameters { block, .. }) = message.body() else { return 0 };
    let all = block.parameters().flatten().flat_map(|parameter| parameter.values);
    all.filter_map(|value| value.value()).fold(0, |sum, value| sum.wrapping_add(usize::from(value.unsigned_abs())))
}

fn record_facts(bytes: &[u8]) -> usize {
    let Ok((record, _)) = Record::parse(bytes) else { return 0 };
    let mut sum = 0_usize;
    ident::dri_facts(&record, &mut |fact| sum = sum.wrapping_add(fact.offset));
    sum
}

fn framed(bytes: &[u8]) -> usize {
    let mut sum = 0_usize;
    Decoder::default().feed(bytes, &mut |event| {
        if let Event::Record(record) = event {
            sum = sum.wrapping_add(record.len());
        }
    });
    sum
}

type Reader = fn(&[u8]) -> usize;

fn group(criterion: &mut Criterion, name: &str, bytes: &[u8], readers: &[(&str, Reader)]) {
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Bytes(u64::try_from(bytes.len()).unwrap_or(0)));
    group.warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(2));
    for (reader, read) in readers {
        group.bench_function(*reader, |bencher| bencher.iter(|| read(black_box(bytes))));
    }
    group.finish();
}

fn benches(criterion: &mut Criterion) {
    assert_eq!(values(PARAMETERS), value_hops(PARAMETERS));
    let probed: Reader = |datagram| usize::from(unity::probe(datagram).is_at_least(60));
    group(criterion, "announcement", RWHAT, &[("facts", facts), ("probe", probed)]);
    let readers: &[(&str, Reader)] =
        &[("facts", facts), ("values", values), ("probe", probed), ("hand-written hops, floor", value_hops)];
    group(criterion, "parameters", PARAMETERS, readers);
    group(criterion, "login record", LOGIN, &[("facts", record_facts)]);
    let stream = encode(&LOGIN.repeat(16)[..1_120]).repeat(100);
    assert_eq!(framed(&stream), 112_000);
    group(
        criterion,
        "a hundred framed records",
        &stream,
        &[("framed", framed), ("hand-written loop, floor", unescaped)],
    );
}

criterion_group!(all, benches);
criterion_main!(all);
