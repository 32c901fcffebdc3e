//! Capture files of every kind, whole, compressed, cut off and damaged.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::std_instead_of_core,
    clippy::unwrap_used
)]

use std::io::{Cursor, Read, Write};

use iomt_capture::{LinkType, ReadError, Reader, is_capture};
use iomt_wire::Limits;
use proptest::prelude::*;

type Owned = (u64, i64, u32, Vec<u8>, u32);

fn read(bytes: &[u8]) -> (Vec<Owned>, Vec<&'static str>) {
    read_with(bytes, Limits::default())
}

fn read_with(bytes: &[u8], limits: Limits) -> (Vec<Owned>, Vec<&'static str>) {
    let mut reader = Reader::new(Cursor::new(bytes.to_vec()), limits).unwrap();
    let mut frames = Vec::new();
    while let Some(frame) = reader.next_frame().unwrap() {
        frames.push((frame.number, frame.time.nanoseconds(), frame.link.0, frame.data.to_vec(), frame.original_length));
    }
    assert!(reader.next_frame().unwrap().is_none(), "the end stays the end");
    let damage = reader.damage().iter().map(|damage| damage.what).collect();
    (frames, damage)
}

/// Writes numbers in one byte order.
#[derive(Clone, Copy)]
struct Order {
    big: bool,
}

impl Order {
    fn u16(self, n: u16) -> [u8; 2] {
        if self.big { n.to_be_bytes() } else { n.to_le_bytes() }
    }

    fn u32(self, n: u32) -> [u8; 4] {
        if self.big { n.to_be_bytes() } else { n.to_le_bytes() }
    }

    fn words(self, words: &[u32]) -> Vec<u8> {
        words.iter().flat_map(|word| self.u32(*word)).collect()
    }

    fn pcap(self, magic: u32, link: u32, records: &[(u32, u32, &[u8])]) -> Vec<u8> {
        let mut file = self.u32(magic).to_vec();
        file.extend([self.u16(2), self.u16(4)].concat());
        file.extend(self.words(&[0, 0, 65_535, link]));
        for (seconds, fraction, data) in records {
            file.extend(self.words(&[*seconds, *fraction, data.len() as u32, data.len() as u32 + 1]));
            if magic == 0xa1b2_cd34 {
                file.extend([0; 8]);
            }
            file.extend(*data);
        }
        file
    }

    fn block(self, kind: u32, body: &[u8]) -> Vec<u8> {
        let mut body = body.to_vec();
        body.resize(body.len().next_multiple_of(4), 0);
        let length = self.u32(body.len() as u32 + 12);
        [&self.u32(kind)[..], &length, &body, &length].concat()
    }

    fn section(self) -> Vec<u8> {
        let body = [&self.u32(0x1a2b_3c4d)[..], &self.u16(1), &self.u16(0), &[0xff; 8]].concat();
        self.block(0x0a0d_0d0a, &body)
    }

    fn interface(self, link: u16, snap: u32, options: &[(u16, &[u8])]) -> Vec<u8> {
        let mut body = [&self.u16(link)[..], &[0, 0], &self.u32(snap)].concat();
        for (code, value) in options {
            body.extend(self.u16(*code));
            body.extend(self.u16(value.len() as u16));
            body.extend(*value);
            body.resize(body.len().next_multiple_of(4), 0);
        }
        self.block(1, &body)
    }

    fn enhanced_bare(self, interface: u32, ticks: u64, data: &[u8]) -> Vec<u8> {
        let head = [interface, (ticks >> 32) as u32, ticks as u32, data.len() as u32, data.len() as u32 + 1];
        self.block(6, &[&self.words(&head)[..], data].concat())
    }

    fn enhanced(self, interface: u32, ticks: u64, data: &[u8]) -> Vec<u8> {
        let head = [interface, (ticks >> 32) as u32, ticks as u32, data.len() as u32, data.len() as u32 + 1];
        let mut body = [&self.words(&head)[..], data].concat();
        body.resize(body.len().next_multiple_of(4), 0);
        // A comment, as every packet of some tools has one.
        body.extend([&self.u16(1)[..], &self.u16(2), b"hi\0\0", &[0; 4]].concat());
        self.block(6, &body)
    }
}

const LITTLE: Order = Order { big: false };
const BIG: Order = Order { big: true };

#[test]
fn pcap_is_read_in_either_order_and_resolution() {
    for order in [LITTLE, BIG] {
        for (magic, fraction, nanoseconds) in
            [(0xa1b2_c3d4, 500_000, 500_000_000), (0xa1b2_3c4d, 500_000, 500_000), (0xa1b2_cd34, 7, 7_000)]
        {
            let file = order.pcap(magic, 101 | 0x1000_0000, &[(10, fraction, b"first"), (11, 0, b"")]);
            assert!(is_capture(&file));
            let (frames, damage) = read(&file);
            assert_eq!(
                frames,
                [(1, 10_000_000_000 + nanoseconds, 101, b"first".to_vec(), 6), (2, 11_000_000_000, 101, vec![], 1)]
            );
            assert!(damage.is_empty());
        }
    }
}

#[test]
fn a_file_that_ends_inside_its_last_record_gives_those_before_it() {
    for order in [LITTLE, BIG] {
        for magic in [0xa1b2_c3d4, 0xa1b2_cd34] {
            let file = order.pcap(magic, 1, &[(10, 0, b"first"), (11, 0, b"second")]);
            for lost in 1..=6 {
                let (frames, damage) = read(&file[..file.len() - lost]);
                assert_eq!(frames.len(), 1);
                assert_eq!(damage, ["the file ends inside a record"]);
            }
        }
    }
}

#[test]
fn pcapng_sections_have_their_own_order_interfaces_and_clocks() {
    let mut file = Vec::new();
    for order in [BIG, LITTLE] {
        file.extend(order.section());
        file.extend(order.interface(1, 0, &[(2, b"eth0"), (9, &[9]), (0, b"")]));
        let offset = if order.big { 5_i64.to_be_bytes() } else { 5_i64.to_le_bytes() };
        file.extend(order.interface(113, 3, &[(9, &[0x80 | 10]), (14, &offset)]));
        file.extend(order.interface(101, 0, &[]));
        file.extend(order.interface(101, 0, &[(9, &[12])]));
        file.extend(order.block(0xbad, b"a custom block"));
        file.extend(order.block(4, b"names"));
        file.extend(order.enhanced(0, 1_500_000_000, b"nano"));
        file.extend(order.enhanced(1, 1024 + 512, b"binary"));
        file.extend(order.enhanced(2, 1_500_000, b"micro!"));
        file.extend(order.enhanced(3, 1_500_000_000_000, b"pico"));
        file.extend(order.block(3, &[&order.u32(5)[..], b"quick"].concat()));
        let head = [&order.u16(2)[..], &order.u16(0), &order.words(&[0, 2_000_000, 3, 30])].concat();
        file.extend(order.block(2, &[&head[..], b"old"].concat()));
    }
    let (frames, damage) = read(&file);
    assert!(damage.is_empty(), "{damage:?}");
    let second = 1_000_000_000;
    let half = second / 2;
    let expected = [
        (second + half, 1, &b"nano"[..], 5),
        (6 * second + half, 113, b"binary", 7),
        (second + half, 101, b"micro!", 7),
        (second + half, 101, b"pico", 5),
        (second + half, 1, b"quick", 5),
        (2 * second, 101, b"old", 30),
    ];
    assert_eq!(frames.len(), 12);
    for (frame, expected) in frames.iter().zip(expected.iter().cycle()) {
        assert_eq!((frame.1, frame.2, frame.3.as_slice(), frame.4), *expected);
    }
    assert_eq!(frames.last().unwrap().0, 12);
}

#[test]
fn a_simple_packet_is_no_longer_than_the_snap_length() {
    let file =
        [LITTLE.section(), LITTLE.interface(1, 3, &[]), LITTLE.block(3, &[&LITTLE.u32(100)[..], b"abc"].concat())]
            .concat();
    let (frames, damage) = read(&file);
    assert_eq!((frames[0].3.as_slice(), frames[0].4), (&b"abc"[..], 100));
    assert!(damage.is_empty());
}

#[test]
fn reading_goes_on_behind_a_damaged_pcapng_block() {
    let good = |n: u64| LITTLE.enhanced(0, n, b"packet");
    let head = [LITTLE.section(), LITTLE.interface(1, 0, &[])].concat();
    let mut broken_length = good(2);
    broken_length[4] = 0xff;
    broken_length[7] = 0x7f;
    let mut broken_trailer = good(2);
    let last = broken_trailer.len() - 1;
    broken_trailer[last] = 1;
    let mut too_much = good(2);
    too_much[20] = 0xff;
    let lost_bytes = good(2)[..21].to_vec();
    for bad in [broken_length, broken_trailer, too_much, lost_bytes, LITTLE.enhanced(9, 2, b"no such interface")] {
        let file = [head.clone(), good(1), bad.clone(), good(3), LITTLE.enhanced(0, 4, b"packet")].concat();
        let (frames, damage) = read(&file);
        let times: Vec<i64> = frames.iter().map(|frame| frame.1 / 1000).collect();
        assert!(times.ends_with(&[3, 4]) && times.starts_with(&[1]), "{bad:02x?} {times:?} {damage:?}");
        assert!(!damage.is_empty(), "{bad:02x?}");
    }
}

#[test]
fn a_frame_over_the_limit_is_damage_and_a_huge_foreign_block_is_passed_over() {
    let limits = Limits { frame_bytes: 1_000, ..Limits::default() };
    let large = vec![7; 100_000];
    let file = [
        LITTLE.section(),
        LITTLE.interface(1, 0, &[]),
        LITTLE.enhanced(0, 1, &large),
        LITTLE.enhanced(0, 2, &large[..2_000]),
        LITTLE.block(0xbad, &large.repeat(20)),
        LITTLE.enhanced(0, 3, b"small"),
    ]
    .concat();
    let (frames, damage) = read_with(&file, limits);
    assert_eq!(frames.len(), 1);
    assert_eq!(damage, ["a packet is longer than the limit of frame_bytes"; 2]);

    let file = LITTLE.pcap(0xa1b2_c3d4, 1, &[(1, 0, b"small"), (2, 0, &large), (3, 0, b"small")]);
    let (frames, damage) = read_with(&file, limits);
    assert_eq!(frames.len(), 1);
    assert_eq!(damage, ["a record is longer than the limit of frame_bytes"]);
}

#[test]
fn what_is_no_capture_is_refused_with_its_first_bytes() {
    for (bytes, message) in [
        (&b"GIF89a"[..], "bytes 47 49 46 38"),
        (b"", "nothing (it is empty)"),
        (b"\xa1\xb2\xc3\xd4", "bytes a1 b2 c3 d4"),
    ] {
        match Reader::new(Cursor::new(bytes.to_vec()), Limits::default()) {
            Err(error @ ReadError::Format(_)) => assert!(error.to_string().contains(message), "{error}"),
            other => panic!("{other:?}"),
        }
    }
    assert!(matches!(Reader::open("/nonexistent".as_ref(), Limits::default()), Err(ReadError::Io(_))));
}

#[test]
fn compressed_captures_are_read_through_and_their_damage_is_told() {
    let data: Vec<u8> = (0..1_000_u32).flat_map(|n| n.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let records: Vec<(u32, u32, &[u8])> = (0..500).map(|n| (n, 0, &data[..])).collect();
    let plain = LITTLE.pcap(0xa1b2_c3d4, 1, &records);
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gzip.write_all(&plain).unwrap();
    let gzip = gzip.finish().unwrap();
    let zstd = ruzstd::encoding::compress_to_vec(&plain[..], ruzstd::encoding::CompressionLevel::Fastest);
    let whole = read(&plain);
    assert_eq!(whole.0.len(), 500);
    for packed in [&gzip, &zstd] {
        assert_eq!(read(packed), whole);
        let (frames, damage) = read(&packed[..packed.len() - 100]);
        assert!(!frames.is_empty() && frames.len() < 500 && whole.0.starts_with(&frames));
        assert!(damage.contains(&"the compressed data end or are damaged here"), "{damage:?}");
    }
    let mut reader = Reader::new(Cursor::new(gzip.clone()), Limits::default()).unwrap();
    while reader.next_frame().unwrap().is_some() {}
    assert_eq!(reader.consumed(), gzip.len() as u64);
}

/// Gives a byte or a few at a time, as a pipe may.
struct Drip(Cursor<Vec<u8>>, usize);

impl Read for Drip {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        self.1 = self.1 % 7 + 1;
        let most = self.1.min(buffer.len());
        self.0.read(&mut buffer[..most])
    }
}

proptest! {
    #[test]
    fn a_pipe_gives_the_frames_of_the_file_and_every_prefix_gives_a_prefix_of_them(
        lengths in prop::collection::vec(0_usize..300, 0..12), big: bool, ng: bool, cut in any::<prop::sample::Index>(),
    ) {
        let order = Order { big };
        let data = vec![5; 300];
        let file = if ng {
            let packets = lengths.iter().enumerate().flat_map(|(n, length)| order.enhanced(0, n as u64, &data[..*length]));
            order.section().into_iter().chain(order.interface(1, 0, &[])).chain(packets).collect()
        } else {
            let records: Vec<(u32, u32, &[u8])> = lengths.iter().map(|length| (1, 1, &data[..*length])).collect();
            order.pcap(0xa1b2_c3d4, 1, &records)
        };
        let (frames, damage) = read(&file);
        prop_assert_eq!(frames.len(), lengths.len());
        prop_assert!(damage.is_empty());

        let mut piped = Reader::new(Drip(Cursor::new(file.clone()), 0), Limits::default()).unwrap();
        for frame in &frames {
            prop_assert_eq!(piped.next_frame().unwrap().unwrap().data, frame.3.as_slice());
        }
        prop_assert!(piped.next_frame().unwrap().is_none());

        let cut = cut.index(file.len());
        if let Ok(mut reader) = Reader::new(Cursor::new(file[..cut].to_vec()), Limits::default()) {
            let mut count = 0;
            while let Some(frame) = reader.next_frame().unwrap() {
                prop_assert_eq!(frame.data, frames[count].3.as_slice());
                count += 1;
            }
        }
    }

    #[test]
    fn packets_of_either_format_come_out_as_they_went_in(
        packets in prop::collection::vec((any::<u32>(), 0_u32..1_000_000, prop::collection::vec(any::<u8>(), 0..300)), 0..30),
        big: bool, options: bool,
    ) {
        let order = Order { big };
        let records: Vec<(u32, u32, &[u8])> = packets.iter().map(|(s, us, data)| (*s, *us, &data[..])).collect();
        let mut ng = [order.section(), order.interface(228, 0, &[])].concat();
        let mut expected = Vec::new();
        for (seconds, micros, data) in &packets {
            let ticks = u64::from(*seconds) * 1_000_000 + u64::from(*micros);
            ng.extend(if options { order.enhanced(0, ticks, data) } else { order.enhanced_bare(0, ticks, data) });
            let length = data.len() as u32 + 1;
            expected.push((expected.len() as u64 + 1, ticks as i64 * 1_000, 228, data.clone(), length));
        }
        prop_assert_eq!(read(&order.pcap(0xa1b2_c3d4, 228, &records)), (expected.clone(), vec![]));
        prop_assert_eq!(read(&ng), (expected, vec![]));
    }

    #[test]
    fn noise_behind_a_magic_is_survived(
        magic in prop::sample::select(vec![[0xd4, 0xc3, 0xb2, 0xa1], [0xa1, 0xb2, 0x3c, 0x4d], [0x0a, 0x0d, 0x0d, 0x0a]]),
        noise in prop::collection::vec(any::<u8>(), 20..2_000),
    ) {
        let file = [&magic[..], &noise].concat();
        let (_, damage) = read_with(&file, Limits { frame_bytes: 500, ..Limits::default() });
        prop_assert!(damage.len() <= 64);
    }
}

#[test]
fn the_type_of_link_is_a_value_even_when_unknown() {
    let (frames, _) = read(&LITTLE.pcap(0xa1b2_c3d4, 9_999, &[(1, 1, b"x")]));
    assert_eq!(LinkType(frames[0].2), LinkType(9_999));
}
