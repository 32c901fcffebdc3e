//! Do the monitors' probes take other traffic for theirs? `strangers MEBIBYTES [SEED]`.
//!
//! Makes payloads of other protocols (web, DNS, NTP, SMB, RTP, Rx as AFS speaks it on UDP 7000 and 7001, zeros, counters, random
//! bytes), the same for the same seed, until so many bytes are made. Each is shown to every probe as a datagram or as the head of
//! a stream, and once more from its middle, as a sensor sees a stream whose beginning it missed. Prints how many were believed, by
//! the same certainty that the sensor asks for; exits with 1 when one was.

use std::process::ExitCode;

use iomt_wire::Verdict;

/// A probe, the certainty that the sensor asks of it, and bytes that it has to believe, or the test could not fail.
struct Row {
    name: &'static str,
    sure: u16,
    probe: fn(&[u8]) -> Verdict,
    own: &'static [u8],
}

const PROBES: &[Row] = &[
    Row {
        name: "intellivue",
        sure: 24,
        probe: iomt_intellivue::probe,
        own: include_bytes!("../../../fuzz/seeds/intellivue_connect/connect_indication"),
    },
    Row {
        name: "unity",
        sure: 60,
        probe: iomt_ge::unity::probe,
        own: include_bytes!("../../../fuzz/seeds/ge_unity/rwhat"),
    },
    Row {
        name: "unity on a serial line",
        sure: 60,
        probe: iomt_ge::unity::probe_serial,
        own: include_bytes!("../../../fuzz/seeds/ge_unity/alarm_lead"),
    },
    Row {
        name: "dri",
        sure: 40,
        probe: iomt_ge::dri::probe,
        own: include_bytes!("../../../fuzz/seeds/ge_dri/trend_request"),
    },
    Row {
        name: "phd",
        sure: 32,
        probe: iomt_phd::probe,
        own: include_bytes!("../../../fuzz/seeds/phd_apdu/get_result"),
    },
];

/// SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ mixed >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ mixed >> 31
    }

    fn below(&mut self, limit: u64) -> u64 {
        self.next().checked_rem(limit).unwrap_or(0)
    }

    fn bytes(&mut self, count: u64, to: &mut Vec<u8>) {
        let end = to.len().saturating_add(usize::try_from(count).unwrap_or(0));
        while to.len() < end {
            to.extend(self.next().to_le_bytes());
        }
        to.truncate(end);
    }

    fn word(&mut self, to: &mut Vec<u8>) {
        for _ in 0..self.below(12).saturating_add(3) {
            to.push(b'a'.saturating_add(u8::try_from(self.below(26)).unwrap_or(0)));
        }
    }
}

type Maker = fn(&mut Random, &mut Vec<u8>);

const MAKERS: &[(&str, Maker)] = &[
    ("web", web),
    ("tls", tls),
    ("dns", dns),
    ("ntp", ntp),
    ("smb", smb),
    ("rtp", rtp),
    ("rx", rx),
    ("zeros", zeros),
    ("counters", counters),
    ("random", random),
];

fn web(random: &mut Random, to: &mut Vec<u8>) {
    if random.below(2) == 0 {
        to.extend(b"GET /");
        random.word(to);
        to.extend(b" HTTP/1.1\r\nHost: ");
        random.word(to);
        to.extend(b".example\r\nAccept: */*\r\n\r\n");
    } else {
        to.extend(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n<html>");
        for _ in 0..random.below(120) {
            random.word(to);
            to.extend(b" | ");
        }
    }
}

fn tls(random: &mut Random, to: &mut Vec<u8>) {
    let length = random.below(1_300).saturating_add(16);
    to.extend([if random.below(3) == 0 { 0x16 } else { 0x17 }, 3, 3]);
    to.extend(u16::try_from(length).unwrap_or(0).to_be_bytes());
    random.bytes(length, to);
}

fn dns(random: &mut Random, to: &mut Vec<u8>) {
    random.bytes(2, to);
    let answers = u8::try_from(random.below(3)).unwrap_or(0);
    to.extend([if answers > 0 { 0x81 } else { 1 }, 0, 0, 1, 0, answers, 0, 0, 0, 0]);
    for label in [3, 8, 3] {
        to.push(label);
        random.bytes(label.into(), to);
    }
    to.extend([0, 0, 1, 0, 1]);
    for _ in 0..answers {
        to.extend([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 1, 0x2c, 0, 4]);
        random.bytes(4, to);
    }
}

fn ntp(random: &mut Random, to: &mut Vec<u8>) {
    to.extend([0x24, 2, 6, 0xe9, 0, 0, 0, 0, 0, 0, 0, 0]);
    random.bytes(4, to);
    for _ in 0..4 {
        to.extend(0xec89_0000_u32.wrapping_add(u32::try_from(random.below(65_536)).unwrap_or(0)).to_be_bytes());
        random.bytes(4, to);
    }
}

fn smb(random: &mut Random, to: &mut Vec<u8>) {
    let length = random.below(900).saturating_add(64);
    to.push(0);
    to.extend(u32::try_from(length).unwrap_or(0).to_be_bytes().iter().skip(1));
    to.extend(b"\xfeSMB\x40\0\0\0");
    to.extend([0; 24]);
    random.bytes(length.saturating_sub(32), to);
}

fn rtp(random: &mut Random, to: &mut Vec<u8>) {
    to.extend([0x80, u8::try_from(random.below(35)).unwrap_or(0)]);
    random.bytes(10, to);
    let payload = [160, 20, 240].get(usize::try_from(random.below(3)).unwrap_or(0)).copied().unwrap_or(160);
    random.bytes(payload, to);
}

/// Epoch, connection, call, sequence, serial, type, flags, status, security, checksum, service; then data, zeros among them.
fn rx(random: &mut Random, to: &mut Vec<u8>) {
    random.bytes(8, to);
    for limit in [100_000, 20_000_000, 20_000_000] {
        to.extend(u32::try_from(random.below(limit)).unwrap_or(0).to_be_bytes());
    }
    let kind = u8::try_from(random.below(13)).unwrap_or(0).saturating_add(1);
    to.extend([kind, u8::try_from(random.below(64)).unwrap_or(0), 0, 0, 0, 0, 0]);
    to.push(u8::try_from(random.below(60)).unwrap_or(0));
    let length = random.below(1_412);
    match random.below(3) {
        0 => to.resize(to.len().saturating_add(usize::try_from(length).unwrap_or(0)), 0),
        _ => random.bytes(length, to),
    }
}

fn zeros(random: &mut Random, to: &mut Vec<u8>) {
    let fill = if random.below(4) == 0 { u8::try_from(random.below(256)).unwrap_or(0) } else { 0 };
    to.resize(usize::try_from(random.below(1_472)).unwrap_or(0), fill);
}

/// Small numbers in big- or little-endian words, as most fixed layouts look.
fn counters(random: &mut Random, to: &mut Vec<u8>) {
    let (big, limit) = (random.below(2) == 0, 1_u64 << random.below(16));
    for _ in 0..random.below(300) {
        let number = u16::try_from(random.below(limit)).unwrap_or(0);
        to.extend(if big { number.to_be_bytes() } else { number.to_le_bytes() });
    }
}

fn random(random: &mut Random, to: &mut Vec<u8>) {
    let length = random.below(1_472);
    random.bytes(length, to);
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1).map(|argument| argument.parse::<u64>());
    let (Some(Ok(mebibytes)), seed) = (arguments.next(), arguments.next().and_then(Result::ok).unwrap_or(1)) else {
        eprintln!("usage: strangers MEBIBYTES [SEED]");
        return ExitCode::from(2);
    };
    for row in PROBES {
        assert!((row.probe)(row.own).is_at_least(row.sure), "{} does not know its own", row.name);
    }
    let wanted = mebibytes.saturating_mul(1 << 20);
    let mut source = Random(seed);
    let (mut bytes, mut payloads, mut believed, mut strongest) = (0_u64, 0_u64, 0_u64, 0_u16);
    let mut payload = Vec::new();
    for (name, make) in MAKERS.iter().cycle() {
        if bytes >= wanted {
            break;
        }
        payload.clear();
        make(&mut source, &mut payload);
        bytes = bytes.saturating_add(u64::try_from(payload.len()).unwrap_or(0));
        payloads = payloads.saturating_add(1);
        let middle = usize::try_from(source.below(64)).unwrap_or(0);
        for shown in [&payload[..], payload.get(middle..).unwrap_or_default()] {
            for row in PROBES {
                let Verdict::Yes(bits) = (row.probe)(shown) else { continue };
                strongest = strongest.max(bits.0);
                if bits.0 >= row.sure {
                    believed = believed.saturating_add(1);
                    println!("{name} taken for {} with {} bits: {:02x?}", row.name, bits.0, shown.get(..64));
                }
            }
        }
    }
    println!("seed {seed}: {bytes} bytes in {payloads} payloads, {believed} believed, at most {strongest} bits");
    ExitCode::from(u8::from(believed > 0))
}
