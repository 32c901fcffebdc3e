//! The same conversation captured worse or otherwise gives the same devices. The impairments are made here, from the bundled
//! captures.

#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a panic is how a test reports"
)]

mod support;

use iomt::LinkType;
use support::{Owned, essence, frames, inventory};

const SAMPLES: [&str; 5] =
    ["dicom_js.pcap", "dicom_ipv6.pcap", "hl7_tls_oddport.pcap", "intellivue_beacon.pcap", "lis_analysers.pcap"];

fn unchanged_by(what: &str, impair: impl Fn(&[Owned]) -> Vec<Owned>) {
    for name in SAMPLES {
        let clean = frames(name);
        let impaired = impair(&clean);
        assert!(!impaired.is_empty());
        let (want, got) = (essence(&inventory(&clean)), essence(&inventory(&impaired)));
        assert!(want == got, "{name} {what}:\n{}", support::difference(&want, &got));
    }
}

fn same(frame: &Owned, data: Vec<u8>) -> Owned {
    Owned { data, ..frame.clone() }
}

/// A linear congruential generator: the same impairment every time.
fn random(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

#[test]
fn duplicated_frames() {
    unchanged_by("duplicated", |clean| {
        // Two equal datagrams are two statements, and support a little more than one; two equal segments are one.
        let times = if clean.len() == 1 { 1 } else { 2 };
        clean.iter().flat_map(|frame| core::iter::repeat_n(frame.clone(), times)).collect()
    });
}

#[test]
fn locally_reordered_frames() {
    for seed in 0..20 {
        unchanged_by("reordered", |clean| {
            let mut state = seed;
            let mut keyed: Vec<(usize, &Owned)> = clean.iter().enumerate().collect();
            keyed.sort_by_cached_key(|(place, _)| place + random(&mut state) as usize % 6);
            // The capture's clock goes on: the frames were late, not their time stamps.
            keyed.into_iter().zip(clean).map(|((_, frame), at)| Owned { time: at.time, ..frame.clone() }).collect()
        });
    }
}

#[test]
fn a_segment_lost_within_an_image_takes_nothing_from_who_sent_it() {
    // One ultrasound image over IPv6; its pixel data are in segments of 1514 bytes.
    let clean = frames("dicom_ipv6.pcap");
    let large: Vec<usize> = (0..clean.len()).filter(|number| clean[*number].data.len() == 1514).collect();
    assert!(large.len() > 100);
    let is_at_its_address = |lost: usize| {
        let others = clean.iter().enumerate().filter(|(number, _)| *number != lost);
        let impaired: Vec<Owned> = others.map(|(_, frame)| frame.clone()).collect();
        let inventory = inventory(&impaired);
        inventory.devices.iter().any(|device| device.model.is_some() && !device.addresses.ip.is_empty())
    };
    for number in [2, 3, large.len() / 2, large.len() - 2] {
        assert!(is_at_its_address(large[number]), "pixel data in the frame at {number}");
    }
    assert!(!is_at_its_address(large[0]), "the head of the object");
    assert!(!is_at_its_address(large[large.len() - 1]), "the last of it, and what follows");
}

#[test]
fn one_and_two_vlan_tags() {
    unchanged_by("tagged", |clean| {
        clean
            .iter()
            .map(|frame| same(frame, [&frame.data[..12], &[0x81, 0, 0, 7][..], &frame.data[12..]].concat()))
            .collect()
    });
    unchanged_by("tagged twice", |clean| {
        let tags = [0x88, 0xa8, 0, 9, 0x81, 0, 0, 7];
        clean.iter().map(|frame| same(frame, [&frame.data[..12], &tags, &frame.data[12..]].concat())).collect()
    });
}

#[test]
fn mirrored_in_gre_erspan_and_vxlan() {
    let outer = |protocol: u8, payload: &[u8]| -> Vec<u8> {
        let total = u16::try_from(20 + payload.len()).expect("small").to_be_bytes();
        let ethernet = [2, 0xee, 0, 0, 0, 1, 2, 0xee, 0, 0, 0, 2, 8, 0];
        let ip = [0x45, 0, total[0], total[1], 0, 0, 0, 0, 64, protocol, 0, 0, 198, 51, 100, 1, 198, 51, 100, 2];
        [&ethernet[..], &ip, payload].concat()
    };
    unchanged_by("in GRE", |clean| {
        clean.iter().map(|f| same(f, outer(47, &[&[0, 0, 0x65, 0x58][..], &f.data].concat()))).collect()
    });
    unchanged_by("in ERSPAN II", |clean| {
        let gre = [0x10, 0, 0x88, 0xbe, 0, 0, 0, 1];
        let erspan = [0x10, 0x07, 0, 1, 0, 0, 0, 0];
        clean.iter().map(|f| same(f, outer(47, &[&gre[..], &erspan, &f.data].concat()))).collect()
    });
    unchanged_by("in ERSPAN III", |clean| {
        let gre = [0x10, 0, 0x22, 0xeb, 0, 0, 0, 1];
        let erspan = [0x20, 0x07, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0];
        clean.iter().map(|f| same(f, outer(47, &[&gre[..], &erspan, &f.data].concat()))).collect()
    });
    unchanged_by("in VXLAN", |clean| {
        clean
            .iter()
            .map(|f| {
                let length = u16::try_from(16 + f.data.len()).expect("small").to_be_bytes();
                let udp = [0xc0, 0, 0x12, 0xb5, length[0], length[1], 0, 0, 8, 0, 0, 0, 0, 0, 42, 0];
                same(f, outer(17, &[&udp[..], &f.data].concat()))
            })
            .collect()
    });
}

/// Without the Ethernet header the hardware addresses are gone, and with them what is known from them alone.
fn without_macs(mut devices: serde_json::Value) -> serde_json::Value {
    for device in devices.as_array_mut().expect("devices") {
        device["addresses"]["mac"] = serde_json::json!([]);
        device["id"] = serde_json::json!("");
        for relation in device["relations"].as_array_mut().expect("relations") {
            relation["device"] = serde_json::json!("");
            relation["signs"] = serde_json::json!([]);
        }
        for attribute in ["manufacturer", "eui64"] {
            if let Some(decision) = device.get_mut(attribute) {
                *decision = decision["value"].clone();
            }
        }
    }
    let list = devices.as_array_mut().expect("devices");
    list.sort_by_key(ToString::to_string);
    devices
}

#[test]
fn cooked_raw_and_loopback_links() {
    type Strip = fn(&[u8]) -> Vec<u8>;
    let names = ["dicom_js.pcap", "hl7_tls_oddport.pcap"];
    let links: [(&str, LinkType, Strip); 3] = [
        ("raw IP", LinkType::RAW, |data| data[14..].to_vec()),
        ("cooked", LinkType::LINUX_SLL, |data| [&[0, 0, 0, 1, 0, 6][..], &data[6..12], &[0, 0], &data[12..]].concat()),
        ("loopback", LinkType::NULL, |data| [&[2, 0, 0, 0][..], &data[14..]].concat()),
    ];
    for name in names {
        let clean = frames(name);
        let ip: Vec<Owned> = clean.into_iter().filter(|frame| frame.data[12..14] == [8, 0]).collect();
        let want = without_macs(essence(&inventory(&ip)));
        for (what, link, strip) in links {
            let impaired: Vec<Owned> =
                ip.iter().map(|frame| Owned { link, data: strip(&frame.data), ..frame.clone() }).collect();
            let got = without_macs(essence(&inventory(&impaired)));
            assert!(want == got, "{name} as {what}:\n{}", support::difference(&want, &got));
        }
    }
}

/// Cuts the TCP payload of an IPv4 frame into segments of one to seven bytes.
fn crumbs(frame: &Owned, state: &mut u64) -> Vec<Owned> {
    let data = &frame.data;
    if data[12..14] != [8, 0] || data[23] != 6 {
        return vec![frame.clone()];
    }
    let header = usize::from(data[14] & 15) * 4;
    let total = usize::from(u16::from_be_bytes([data[16], data[17]]));
    let tcp = 14 + header;
    let start = tcp + usize::from(data[tcp + 12] >> 4) * 4;
    let payload = &data[start..14 + total];
    if payload.len() < 2 {
        return vec![frame.clone()];
    }
    let first = u32::from_be_bytes(data[tcp + 4..tcp + 8].try_into().expect("four"));
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < payload.len() {
        let length = (1 + random(state) as usize % 7).min(payload.len() - at);
        let mut piece = data[..start].to_vec();
        piece.extend(&payload[at..at + length]);
        let total = u16::try_from(start - 14 + length).expect("small").to_be_bytes();
        piece[16..18].copy_from_slice(&total);
        let sequence = first.wrapping_add(u32::try_from(at).expect("small"));
        piece[tcp + 4..tcp + 8].copy_from_slice(&sequence.to_be_bytes());
        pieces.push(same(frame, piece));
        at += length;
    }
    pieces
}

#[test]
fn segments_of_one_to_seven_bytes() {
    for name in ["hl7_tls_oddport.pcap", "hl7_adt_basic.pcap", "dicom_echo_basic.pcap", "dicom_js.pcap"] {
        let clean = frames(name);
        let mut state = 7;
        let impaired: Vec<Owned> = clean.iter().flat_map(|frame| crumbs(frame, &mut state)).collect();
        let (want, got) = (essence(&inventory(&clean)), essence(&inventory(&impaired)));
        assert!(want == got, "{name} in crumbs:\n{}", support::difference(&want, &got));
    }
}

/// Cuts an IPv4 packet into fragments.
fn fragments(frame: &Owned, size: usize, identification: u16) -> Vec<Owned> {
    let data = &frame.data;
    if data[12..14] != [8, 0] || data[14] & 15 != 5 {
        return vec![frame.clone()];
    }
    let total = usize::from(u16::from_be_bytes([data[16], data[17]]));
    let payload = &data[34..14 + total];
    let count = payload.len().div_ceil(size);
    let mut pieces: Vec<Owned> = payload
        .chunks(size)
        .enumerate()
        .map(|(number, part)| {
            let mut piece = data[..34].to_vec();
            let length = u16::try_from(20 + part.len()).expect("small").to_be_bytes();
            piece[16..18].copy_from_slice(&length);
            piece[18..20].copy_from_slice(&identification.to_be_bytes());
            let more = if number + 1 < count { 0x2000 } else { 0 };
            let offset = u16::try_from(number * size / 8).expect("small") | more;
            piece[20..22].copy_from_slice(&offset.to_be_bytes());
            piece.extend(part);
            same(frame, piece)
        })
        .collect();
    pieces.reverse();
    pieces
}

#[test]
fn fragmented_last_fragment_first() {
    unchanged_by("fragmented", |clean| {
        clean.iter().zip(0..).flat_map(|(frame, number)| fragments(frame, 64, number)).collect()
    });
}

#[test]
fn ethernet_padding() {
    unchanged_by("padded", |clean| {
        clean.iter().map(|frame| same(frame, [&frame.data[..], &[0xa5; 18][..]].concat())).collect()
    });
}

/// The same frames in the other file formats and byte orders, compressed or not.
mod filed {
    use std::io::{Cursor, Write};

    use iomt::{Inventory, files, knowledge::Knowledge};

    use super::support::{self, Owned, frames};

    fn word(big: bool, value: u32) -> [u8; 4] {
        if big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    fn half(big: bool, value: u16) -> [u8; 2] {
        if big { value.to_be_bytes() } else { value.to_le_bytes() }
    }

    fn length(frame: &Owned) -> u32 {
        u32::try_from(frame.data.len()).unwrap()
    }

    /// A classic pcap with microseconds or nanoseconds.
    fn pcap(frames: &[Owned], big: bool, nanoseconds: bool) -> Vec<u8> {
        let magic = if nanoseconds { 0xa1b2_3c4d } else { 0xa1b2_c3d4 };
        let mut file = word(big, magic).to_vec();
        file.extend(half(big, 2));
        file.extend(half(big, 4));
        for value in [0, 0, 262_144, frames[0].link.0] {
            file.extend(word(big, value));
        }
        for frame in frames {
            let time = frame.time.nanoseconds();
            let fraction = time % 1_000_000_000 / if nanoseconds { 1 } else { 1000 };
            let seconds = u32::try_from(time / 1_000_000_000).unwrap();
            for value in [seconds, u32::try_from(fraction).unwrap(), length(frame), length(frame)] {
                file.extend(word(big, value));
            }
            file.extend(&frame.data);
        }
        file
    }

    fn block(big: bool, kind: u32, body: &[u8]) -> Vec<u8> {
        let padding = body.len().next_multiple_of(4) - body.len();
        let total = word(big, u32::try_from(12 + body.len() + padding).unwrap());
        [&word(big, kind)[..], &total, body, &[0; 3][..padding], &total].concat()
    }

    /// A pcapng with two interfaces and a block of a kind that nobody knows.
    fn pcapng(frames: &[Owned], big: bool) -> Vec<u8> {
        let section = [&word(big, 0x1a2b_3c4d)[..], &half(big, 1), &half(big, 0), &[0xff; 8]].concat();
        let interface = [&half(big, u16::try_from(frames[0].link.0).unwrap())[..], &[0, 0], &word(big, 0)].concat();
        let mut file = block(big, 0x0a0d_0d0a, &section);
        file.extend(block(big, 1, &interface));
        file.extend(block(big, 0x0bad, b"?"));
        file.extend(block(big, 1, &interface));
        for (number, frame) in frames.iter().enumerate() {
            let time = u64::try_from(frame.time.nanoseconds() / 1000).unwrap();
            let mut body = word(big, u32::from(number % 2 == 1)).to_vec();
            for value in [u32::try_from(time >> 32).unwrap(), time as u32, length(frame), length(frame)] {
                body.extend(word(big, value));
            }
            body.extend(&frame.data);
            file.extend(block(big, 6, &body));
        }
        file
    }

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn zstd(bytes: &[u8]) -> Vec<u8> {
        ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
    }

    fn read(file: Vec<u8>) -> Inventory {
        let reading = files::read_from("test", Cursor::new(file), &files::Options::default()).unwrap();
        assert_eq!(reading.kind, files::FileKind::Capture);
        Inventory::read(&reading.ledger, Knowledge::builtin())
    }

    #[test]
    fn every_file_format_gives_the_same_inventory_to_the_last_frame_number() {
        for name in super::SAMPLES {
            let frames = frames(name);
            let want = support::json(&read(pcap(&frames, false, false)));
            for (what, file) in [
                ("big-endian pcap", pcap(&frames, true, false)),
                ("nanosecond pcap", pcap(&frames, false, true)),
                ("big-endian nanosecond pcap", pcap(&frames, true, true)),
                ("pcapng", pcapng(&frames, false)),
                ("big-endian pcapng", pcapng(&frames, true)),
                ("gzip", gzip(&pcap(&frames, false, false))),
                ("pcapng in gzip", gzip(&pcapng(&frames, false))),
                ("zstd", zstd(&pcap(&frames, false, false))),
            ] {
                let got = support::json(&read(file));
                assert!(want == got, "{name} as {what}:\n{}", support::difference(&want, &got));
            }
        }
    }

    #[test]
    fn a_capture_cut_anywhere_invents_nothing_and_says_that_it_was_cut() {
        let whole = pcap(&frames("dicom_js.pcap"), false, false);
        let models = |inventory: &Inventory| -> Vec<String> {
            inventory.devices.iter().filter_map(|device| Some(device.model.as_ref()?.value.clone())).collect()
        };
        let known = models(&read(whole.clone()));
        for part in 1..60 {
            let end = whole.len() * part / 60 + 5;
            let inventory = read(whole[..end.min(whole.len() - 1)].to_vec());
            assert!(models(&inventory).iter().all(|model| known.contains(model)));
            assert!(inventory.health.is_damaged(), "cut at {end}");
            for device in inventory.devices.iter().filter(|device| device.model.is_some()) {
                // The workstation forwards the objects of two scanners; it is neither, however little of it was seen.
                assert!(!device.addresses.ip.contains(&"10.77.2.12".to_owned()), "cut at {end}");
            }
        }
    }
}
