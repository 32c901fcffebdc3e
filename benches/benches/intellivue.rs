//! Philips Data Export: a connect indication's identity, and a walk over a poll result, beside a hand-written loop over the
//! same lengths.
//!
//! No other open parser of this protocol exists in Rust to compare with, so the yardstick is a loop that knows the layout by
//! heart, trusts every length, decodes nothing and only hops from attribute to attribute. There are two of them. The one that is
//! written first hops through all attributes to find the next object: one chain in which every load waits for the length before
//! it, 73 links long in this poll result. The other one goes from object to object by the byte length of the attribute list, as the
//! parser does, so the chains are short. It is the floor; the first was slower than the parser with fewer instructions.
//!
//! `cargo bench -p iomt-benches --bench intellivue`

#![allow(clippy::indexing_slicing, reason = "a bench may panic on input of its own")]

use core::{hint::black_box, time::Duration};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use iomt_benches::floor::intellivue::{connect_by_index, connect_floor, deframe_by_byte, poll_by_index, poll_floor};
use iomt_intellivue::{
    connect::ConnectIndication,
    export::{Body, DataExport},
    ident, message,
    poll::PollResult,
    probe, rs232,
};

const CONNECT_INDICATION: &[u8] = include_bytes!("../../fuzz/seeds/intellivue_connect/connect_indication");
const POLL_RESULT: &[u8] = include_bytes!("../../fuzz/seeds/intellivue_connect/poll_result");

/// All facts of the datagram, as a sensor reads them.
fn facts(datagram: &[u8]) -> usize {
    let mut sum = 0_usize;
    if let Ok((message, _)) = message::parse(datagram) {
        ident::facts(&message, &mut |fact| sum = sum.wrapping_add(fact.offset));
    }
    sum
}

/// All attributes of a connect indication.
fn connect_walk(datagram: &[u8]) -> usize {
    let Ok((indication, _)) = ConnectIndication::parse(datagram) else { return 0 };
    indication.attributes().flatten().fold(0_usize, |sum, ava| sum.wrapping_add(ava.value.len()))
}

/// All attributes of all objects.
fn walk(datagram: &[u8]) -> usize {
    let Ok((pdu, _)) = DataExport::parse(datagram) else { return 0 };
    let Ok(Body::Action(action)) = pdu.body() else { return 0 };
    let Ok(Some(poll)) = PollResult::read(&action) else { return 0 };
    let attributes = poll.observations().flat_map(|object| object.attributes.iter().flatten());
    attributes.fold(0_usize, |sum, ava| sum.wrapping_add(ava.value.len()))
}

/// The measured numbers, as the utilisation signals want them.
fn numerics(datagram: &[u8]) -> usize {
    let Ok((pdu, _)) = DataExport::parse(datagram) else { return 0 };
    let Ok(Body::Action(action)) = pdu.body() else { return 0 };
    let Ok(Some(poll)) = PollResult::read(&action) else { return 0 };
    poll.numerics().fold(0_usize, |sum, measured| sum.wrapping_add(measured.value.physio_id.0.into()))
}

/// Sixty-four poll results on a serial line.
fn serial_line() -> Vec<u8> {
    (0..64).flat_map(|_| rs232::encode(POLL_RESULT).unwrap_or_default()).collect()
}

fn deframe(stream: &[u8]) -> usize {
    let (mut decoder, mut sum) = (rs232::Decoder::default(), 0_usize);
    decoder.feed(stream, &mut |event| {
        if let rs232::Event::Frame(data) = event {
            sum = sum.wrapping_add(data.len());
        }
    });
    sum
}

/// In the segments of a terminal server, so that hardly a frame is whole.
fn deframe_in_segments(stream: &[u8]) -> usize {
    let (mut decoder, mut sum) = (rs232::Decoder::default(), 0_usize);
    for segment in stream.chunks(300) {
        decoder.feed(segment, &mut |event| {
            if let rs232::Event::Frame(data) = event {
                sum = sum.wrapping_add(data.len());
            }
        });
    }
    sum
}

fn check_sequence_alone(stream: &[u8]) -> usize {
    usize::from(rs232::check_sequence(stream))
}

type Reader = fn(&[u8]) -> usize;

fn group(criterion: &mut Criterion, name: &str, datagram: &[u8], readers: &[(&str, Reader)]) {
    let mut group = criterion.benchmark_group(name);
    group.throughput(Throughput::Bytes(u64::try_from(datagram.len()).unwrap_or(0)));
    group.warm_up_time(Duration::from_secs(1)).measurement_time(Duration::from_secs(2));
    for (reader, read) in readers {
        group.bench_function(*reader, |bencher| bencher.iter(|| read(black_box(datagram))));
    }
    group.finish();
}

fn benches(criterion: &mut Criterion) {
    assert_eq!((walk(POLL_RESULT), walk(POLL_RESULT)), (poll_floor(POLL_RESULT), poll_by_index(POLL_RESULT)));
    assert_eq!(connect_floor(CONNECT_INDICATION), connect_by_index(CONNECT_INDICATION));
    assert_eq!(connect_floor(CONNECT_INDICATION), connect_walk(CONNECT_INDICATION));
    let line = serial_line();
    assert_eq!((deframe(&line), deframe_in_segments(&line)), (64 * 976, deframe_by_byte(&line)));
    let probed: Reader = |datagram| usize::from(probe(datagram).is_at_least(60));
    let connect: &[(&str, Reader)] = &[
        ("walk", connect_walk),
        ("facts", facts),
        ("probe", probed),
        ("hand-written hops, floor", connect_floor),
        ("hand-written hops, by index", connect_by_index),
    ];
    group(criterion, "connect indication", CONNECT_INDICATION, connect);
    let poll: &[(&str, Reader)] = &[
        ("walk", walk),
        ("numerics", numerics),
        ("facts", facts),
        ("hand-written hops, floor", poll_floor),
        ("hand-written hops, by index", poll_by_index),
    ];
    group(criterion, "poll result", POLL_RESULT, poll);
    let serial: &[(&str, Reader)] = &[
        ("frames", deframe),
        ("frames in segments of 300 bytes", deframe_in_segments),
        ("check sequence alone", check_sequence_alone),
        ("hand-written, byte by byte", deframe_by_byte),
    ];
    group(criterion, "serial line", &line, serial);
}

criterion_group!(all, benches);
criterion_main!(all);
