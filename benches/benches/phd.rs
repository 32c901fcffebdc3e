//! ISO/IEEE 11073-20601: a device's identity, its configuration and a fixed report, beside a hand-written loop over the same
//! lengths.
//!
//! No other parser of this protocol is published for Rust, so the yardstick is a loop that knows the layout by heart, trusts
//! every length, decodes nothing and only hops from attribute to attribute.
//!
//! `cargo bench -p iomt-benches --bench phd`

#![allow(clippy::indexing_slicing, reason = "a bench may panic on input of its own")]

use core::{hint::black_box, time::Duration};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use iomt_phd::{
    apdu::Apdu,
    check, ident, probe,
    stream::{Decoder, Event as Framed},
    tracker::{Event, Tracker},
};
use iomt_wire::{Direction, Segment};

const GET_RESULT: &[u8] = include_bytes!("../../fuzz/seeds/phd_apdu/get_result");
const CONFIG_REPORT: &[u8] = include_bytes!("../../fuzz/seeds/phd_apdu/config_report");
const FIXED_SCAN: &[u8] = include_bytes!("../../fuzz/seeds/phd_apdu/fixed_scan");

/// All facts of an APDU, as a sensor reads them.
fn facts(bytes: &[u8]) -> usize {
    let Ok((apdu, _)) = Apdu::parse(bytes) else { return 0 };
    let mut sum = 0_usize;
    ident::facts(&apdu, &mut |fact| sum = sum.wrapping_add(fact.offset));
    sum
}

/// Every length of an APDU, down to the last list.
fn checked(bytes: &[u8]) -> usize {
    let Ok((apdu, _)) = Apdu::parse(bytes) else { return 0 };
    let mut sum = 0_usize;
    check::check(&apdu, &mut |_| sum = sum.wrapping_add(1));
    sum
}

fn be(bytes: &[u8], at: usize) -> usize {
    bytes.get(at..).and_then(|rest| rest.first_chunk()).map_or(0, |pair| u16::from_be_bytes(*pair).into())
}

/// Hops over `count` attributes from `at` and returns where they end.
fn hop(bytes: &[u8], mut at: usize, count: usize, sum: &mut usize) -> usize {
    for _ in 0..count {
        let length = be(bytes, at.wrapping_add(2));
        *sum = sum.wrapping_add(length);
        at = at.wrapping_add(length).wrapping_add(4);
    }
    at
}

fn attribute_hops(bytes: &[u8]) -> usize {
    let mut sum = 0_usize;
    hop(bytes, 18, be(bytes, 14), &mut sum);
    sum
}

fn object_hops(bytes: &[u8]) -> usize {
    let (mut sum, mut at) = (0_usize, 28_usize);
    for _ in 0..be(bytes, 24) {
        at = hop(bytes, at.wrapping_add(8), be(bytes, at.wrapping_add(4)), &mut sum);
    }
    sum
}

type Reader<'r> = &'r dyn Fn(&[u8]) -> usize;

fn group(criterion: &mut Criterion, name: &str, bytes: &[u8], readers: &[(&str, Reader<'_>)]) {
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Bytes(u64::try_from(bytes.len()).unwrap_or(0)));
    group.warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(2));
    for (reader, read) in readers {
        group.bench_function(*reader, |bencher| bencher.iter(|| read(black_box(bytes))));
    }
    group.finish();
}

fn benches(criterion: &mut Criterion) {
    assert!(facts(GET_RESULT) > 0 && attribute_hops(GET_RESULT) > 0 && object_hops(CONFIG_REPORT) > 0);
    let probed: Reader<'_> = &|bytes| usize::from(probe(bytes).is_at_least(60));
    let answer: &[(&str, Reader<'_>)] =
        &[("facts", &facts), ("check", &checked), ("probe", probed), ("hand-written hops", &attribute_hops)];
    group(criterion, "get result", GET_RESULT, answer);
    let config: &[(&str, Reader<'_>)] = &[("facts", &facts), ("check", &checked), ("hand-written hops", &object_hops)];
    group(criterion, "configuration report", CONFIG_REPORT, config);

    let stream = FIXED_SCAN.repeat(1_000);
    let framed: Reader<'_> = &|bytes| {
        let mut sum = 0_usize;
        Decoder::default().feed(bytes, &mut |event| {
            if let Framed::Apdu { bytes, .. } = event {
                sum = sum.wrapping_add(bytes.len());
            }
        });
        sum
    };
    let mut tracker = Tracker::default();
    tracker.hear(Direction::Initiator, Segment::Data(CONFIG_REPORT), &mut |_| {});
    let tracked: Reader<'_> = &|bytes| {
        let mut sum = 0_usize;
        tracker.clone().hear(Direction::Initiator, Segment::Data(bytes), &mut |event| {
            if let Event::Observation { observation, .. } = event {
                sum = sum.wrapping_add(observation.value.remaining());
            }
        });
        sum
    };
    assert_eq!((framed(&stream), tracked(&stream)), (62_000, 24_000));
    group(criterion, "a thousand fixed reports", &stream, &[("framed", framed), ("every value", tracked)]);
}

criterion_group!(all, benches);
criterion_main!(all);
