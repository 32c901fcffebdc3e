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
use iomt_benches::floor;
use iomt_phd::{
    apdu::Apdu,
    check,
    data::DataBody,
    ident, probe,
    scan::ConfigReport,
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

/// Every attribute of a get result.
fn get_walk(bytes: &[u8]) -> usize {
    let Ok(Ok(DataBody::Attributes { attributes, .. })) =
        Apdu::parse(bytes).and_then(|(apdu, _)| apdu.data()).map(|data| data.body())
    else {
        return 0;
    };
    attributes.iter().flatten().fold(0_usize, |sum, ava| sum.wrapping_add(ava.value.len()))
}

/// Every attribute of every object of a configuration report.
fn config_walk(bytes: &[u8]) -> usize {
    let Ok(Ok(DataBody::EventReport(event))) =
        Apdu::parse(bytes).and_then(|(apdu, _)| apdu.data()).map(|data| data.body())
    else {
        return 0;
    };
    let Ok(Some(report)) = ConfigReport::read(&event) else { return 0 };
    let attributes = report.objects.iter().flatten().flat_map(|object| object.attributes.iter().flatten());
    attributes.fold(0_usize, |sum, ava| sum.wrapping_add(ava.value.len()))
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
    assert!(facts(GET_RESULT) > 0);
    assert_eq!(get_walk(GET_RESULT), floor::phd::get_result(GET_RESULT));
    assert_eq!(config_walk(CONFIG_REPORT), floor::phd::configuration(CONFIG_REPORT));
    let probed: Reader<'_> = &|bytes| usize::from(probe(bytes).is_at_least(60));
    let answer: &[(&str, Reader<'_>)] = &[
        ("walk", &get_walk),
        ("facts", &facts),
        ("check", &checked),
        ("probe", probed),
        ("hand-written hops, floor", &floor::phd::get_result),
    ];
    group(criterion, "get result", GET_RESULT, answer);
    let config: &[(&str, Reader<'_>)] = &[
        ("walk", &config_walk),
        ("facts", &facts),
        ("check", &checked),
        ("hand-written hops, floor", &floor::phd::configuration),
    ];
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
    assert_eq!(floor::phd::stream(&stream), 62_000);
    let readers: &[(&str, Reader<'_>)] =
        &[("framed", framed), ("every value", tracked), ("hand-written hops, floor", &floor::phd::stream)];
    group(criterion, "a thousand fixed reports", &stream, readers);
}

criterion_group!(all, benches);
criterion_main!(all);
