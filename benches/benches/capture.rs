//! From a capture file in memory to ordered bytes, beside its own parts: what reading costs, what decoding adds, and what following
//! conversations adds. `pcap-parser` and `etherparse`, which read records and headers inside, run alone beside it: the difference is
//! what the crate adds or saves around them (buffering, limits, damage, tunnels, cut frames).
//!
//! `bulk`: one connection with full segments, acknowledged every second one, as a C-STORE looks. `many`: a thousand of them in
//! turn, so that neither the last conversation nor the cache helps. `small`: a hundred bytes a segment, where only the cost
//! per packet counts. Elements are packets; bytes are those of the file.

#![allow(missing_docs, reason = "macros of criterion")]
#![allow(clippy::arithmetic_side_effects, clippy::cast_possible_truncation, reason = "the generator knows its numbers")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "as in tests")]

use core::hint::black_box;
use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use etherparse::{SlicedPacket, TransportSlice};
use iomt_capture::decode::{Payload, decode};
use iomt_capture::{FlowKey, Handler, Network, Place, Reader};
use iomt_wire::{Direction, Limits, Segment};
use pcap_parser::traits::PcapReaderIterator;
use pcap_parser::{LegacyPcapReader, PcapBlockOwned, PcapError};
use std::io::Cursor;

/// Adds up what it is given.
#[derive(Default)]
struct Count(u64);

impl Handler for Count {
    type Flow = ();
    fn open(&mut self, _: &FlowKey, _: &Place) {}
    fn stream(&mut self, (): &mut (), _: &FlowKey, _: Direction, _: &Place, segment: Segment<'_>) {
        if let Segment::Data(bytes) = segment {
            self.0 += bytes.len() as u64;
        }
    }
    fn datagram(&mut self, (): &mut (), _: &FlowKey, _: Direction, _: &Place, _: &[u8], _: usize) {}
    fn close(&mut self, (): (), _: &FlowKey) {}
}

/// An Ethernet frame with a TCP segment from or to the server at port 104.
fn frame(client: u16, from_server: bool, sequence: u32, ack: u32, flags: u8, length: usize) -> Vec<u8> {
    let (from, to) = (([10, 0, 0, 2], client), ([10, 0, 0, 1], 104));
    let (from, to) = if from_server { (to, from) } else { (from, to) };
    let mut frame = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2, 0x08, 0x00, 0x45, 0].to_vec();
    frame.extend((40 + length as u16).to_be_bytes());
    frame.extend([0, 1, 0x40, 0, 64, 6, 0, 0]);
    frame.extend(from.0);
    frame.extend(to.0);
    frame.extend(from.1.to_be_bytes());
    frame.extend(to.1.to_be_bytes());
    frame.extend(sequence.to_be_bytes());
    frame.extend(ack.to_be_bytes());
    frame.extend([0x50, flags, 255, 255, 0, 0, 0, 0]);
    frame.resize(frame.len() + length, 0x5a);
    frame
}

/// A pcap file, and how many packets are in it.
fn file(connections: u16, segments: usize, length: usize) -> (Vec<u8>, u64) {
    let mut file = [0xd4, 0xc3, 0xb2, 0xa1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0].to_vec();
    let mut packets = 0_u64;
    let mut put = |frame: Vec<u8>| {
        let micros = packets as u32 * 10;
        for field in [1_700_000_000 + micros / 1_000_000, micros % 1_000_000, frame.len() as u32, frame.len() as u32] {
            file.extend(field.to_le_bytes());
        }
        file.extend(frame);
        packets += 1;
    };
    for client in 0..connections {
        put(frame(40_000 + client, false, 0, 0, 0x02, 0));
        put(frame(40_000 + client, true, 0, 1, 0x12, 0));
    }
    let mut next = vec![1_u32; usize::from(connections)];
    for segment in 0..segments {
        let client = (segment % usize::from(connections)) as u16;
        let next = &mut next[usize::from(client)];
        put(frame(40_000 + client, false, *next, 1, 0x10, length));
        *next = next.wrapping_add(length as u32);
        if segment / usize::from(connections) % 2 == 1 {
            put(frame(40_000 + client, true, 1, *next, 0x10, 0));
        }
    }
    (file, packets)
}

fn reader(file: Vec<u8>) -> Reader {
    Reader::new(Cursor::new(file), Limits::default()).unwrap()
}

/// The bytes of all packets, as `pcap-parser` reads a file.
fn read_by_pcap_parser(file: Vec<u8>) -> usize {
    let mut reader = LegacyPcapReader::new(256 << 10, Cursor::new(file)).unwrap();
    let mut bytes = 0;
    loop {
        match reader.next() {
            Ok((length, block)) => {
                if let PcapBlockOwned::Legacy(packet) = block {
                    bytes += packet.data.len();
                }
                reader.consume(length);
            }
            Err(PcapError::Incomplete(_)) => reader.refill().unwrap(),
            Err(_) => return bytes,
        }
    }
}

fn capture(criterion: &mut Criterion) {
    for (name, connections, length) in [("bulk", 1, 1_460), ("many", 1_000, 1_460), ("small", 1_000, 100)] {
        let (file, packets) = file(connections, 40_000, length);
        let mut group = criterion.benchmark_group(format!("capture/{name}"));
        for (unit, throughput) in
            [("bytes", Throughput::Bytes(file.len() as u64)), ("packets", Throughput::Elements(packets))]
        {
            group.throughput(throughput);
            group.bench_function(BenchmarkId::new("streams", unit), |bencher| {
                bencher.iter_batched(
                    || reader(file.clone()),
                    |mut reader| {
                        let (mut network, mut count) = (Network::new(Limits::default()), Count::default());
                        while let Some(frame) = reader.next_frame().unwrap() {
                            network.push(&mut count, &frame);
                        }
                        network.finish(&mut count);
                        count.0
                    },
                    BatchSize::PerIteration,
                );
            });
        }
        group.bench_function("read", |bencher| {
            bencher.iter_batched(
                || reader(file.clone()),
                |mut reader| {
                    while let Some(frame) = reader.next_frame().unwrap() {
                        black_box(frame);
                    }
                },
                BatchSize::PerIteration,
            );
        });
        group.bench_function("read/pcap-parser", |bencher| {
            bencher.iter_batched(|| file.clone(), read_by_pcap_parser, BatchSize::PerIteration);
        });
        let mut frames = Vec::new();
        let mut all = reader(file.clone());
        while let Some(frame) = all.next_frame().unwrap() {
            frames.push((frame.link, frame.data.to_vec()));
        }
        group.bench_function("decode", |bencher| {
            bencher.iter(|| {
                let lengths = frames.iter().map(|(link, data)| {
                    match decode(*link, black_box(data), data.len() as u32, 4).payload {
                        Payload::Tcp(tcp) => tcp.payload.len(),
                        _ => 0,
                    }
                });
                lengths.sum::<usize>()
            });
        });
        group.bench_function("decode/etherparse", |bencher| {
            bencher.iter(|| {
                let lengths = frames.iter().map(|(_, data)| {
                    match SlicedPacket::from_ethernet(black_box(data)).unwrap().transport {
                        Some(TransportSlice::Tcp(tcp)) => tcp.payload().len(),
                        _ => 0,
                    }
                });
                lengths.sum::<usize>()
            });
        });
        group.finish();
    }
}

criterion_group!(benches, capture);
criterion_main!(benches);
