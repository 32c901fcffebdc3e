//! Conversations as Ethernet frames in a capture file, with right checksums.
#![allow(
    clippy::arithmetic_side_effects,
    clippy::cast_possible_truncation,
    clippy::indexing_slicing,
    clippy::unwrap_used,
    reason = "tests may panic"
)]

/// A host of a constructed network: 10.77.NET.HOST.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Host {
    net: u8,
    number: u8,
}

impl Host {
    pub(crate) const fn new(net: u8, number: u8) -> Self {
        Self { net, number }
    }

    pub(crate) const fn octets(self) -> [u8; 4] {
        [10, 77, self.net, self.number]
    }

    pub(crate) fn ip(self) -> String {
        self.octets().map(|octet| octet.to_string()).join(".")
    }

    /// Locally administered; 255 is a broadcast.
    const fn hardware(self) -> [u8; 6] {
        if self.number == 255 { [0xff; 6] } else { [0x02, 0x4d, 0x44, 0, self.net, self.number] }
    }

    pub(crate) fn mac(self) -> String {
        self.hardware().map(|octet| format!("{octet:02x}")).join(":")
    }

    /// Made of the hardware address.
    pub(crate) const fn eui64(self) -> [u8; 8] {
        let [a, b, c, d, e, f] = self.hardware();
        [a, b, c, 0xff, 0xfe, d, e, f]
    }
}

/// A capture in the making: pcap, microseconds.
pub(crate) struct Capture {
    bytes: Vec<u8>,
    clock: u64,
}

impl Capture {
    pub(crate) fn new() -> Self {
        let mut bytes = 0xa1b2_c3d4_u32.to_le_bytes().to_vec();
        bytes.extend([2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0]);
        Self { bytes, clock: 1_767_348_000_000_000 }
    }

    pub(crate) fn finish(self) -> Vec<u8> {
        self.bytes
    }

    fn frame(&mut self, from: Host, to: Host, protocol: u8, segment: &[u8]) {
        let total = u16::try_from(20 + segment.len()).unwrap().to_be_bytes();
        let mut ip = vec![0x45, 0, total[0], total[1], 0, 0, 0x40, 0, 64, protocol, 0, 0];
        ip.extend(from.octets());
        ip.extend(to.octets());
        let sum = checksum(&[&ip]).to_be_bytes();
        ip[10..12].copy_from_slice(&sum);
        let frame = [&to.hardware()[..], &from.hardware(), &[8, 0], &ip, segment].concat();
        self.clock += 20_000;
        let length = u32::try_from(frame.len()).unwrap();
        let (seconds, micros) = ((self.clock / 1_000_000) as u32, (self.clock % 1_000_000) as u32);
        for word in [seconds, micros, length, length] {
            self.bytes.extend(word.to_le_bytes());
        }
        self.bytes.extend(frame);
    }

    /// A segment or datagram with its checksum at `at`.
    fn transport(&mut self, from: Host, to: Host, protocol: u8, mut segment: Vec<u8>, at: usize) {
        let length = u16::try_from(segment.len()).unwrap().to_be_bytes();
        let pseudo = [&from.octets()[..], &to.octets(), &[0, protocol], &length].concat();
        let sum = checksum(&[&pseudo, &segment]).to_be_bytes();
        segment[at..at + 2].copy_from_slice(&sum);
        self.frame(from, to, protocol, &segment);
    }

    pub(crate) fn datagram(&mut self, from: Host, source: u16, to: Host, destination: u16, payload: &[u8]) {
        let length = u16::try_from(8 + payload.len()).unwrap();
        let mut segment: Vec<u8> = [source, destination, length, 0].into_iter().flat_map(u16::to_be_bytes).collect();
        segment.extend(payload);
        self.transport(from, to, 17, segment, 6);
    }

    /// A whole TCP connection; in each turn, true is the client.
    pub(crate) fn connection(
        &mut self,
        client: Host,
        port: u16,
        server: Host,
        service: u16,
        turns: &[(bool, Vec<u8>)],
    ) {
        let mut sequence = [1_000_u32, 9_000];
        let mut send = |capture: &mut Self, by_client: bool, flags: u8, payload: &[u8]| {
            let (from, to, ports, mine, theirs) = if by_client {
                (client, server, [port, service], sequence[0], sequence[1])
            } else {
                (server, client, [service, port], sequence[1], sequence[0])
            };
            let mut segment: Vec<u8> = ports.into_iter().flat_map(u16::to_be_bytes).collect();
            segment.extend(mine.to_be_bytes());
            segment.extend(theirs.to_be_bytes());
            segment.extend([0x50, flags, 0xff, 0xff, 0, 0, 0, 0]);
            segment.extend(payload);
            capture.transport(from, to, 6, segment, 16);
            let own = &mut sequence[usize::from(!by_client)];
            *own += u32::try_from(payload.len()).unwrap() + u32::from(flags & 3 != 0);
        };
        send(self, true, 0x02, &[]);
        send(self, false, 0x12, &[]);
        send(self, true, 0x10, &[]);
        for (by_client, bytes) in turns {
            for piece in bytes.chunks(1_400) {
                send(self, *by_client, 0x18, piece);
            }
        }
        send(self, true, 0x11, &[]);
        send(self, false, 0x11, &[]);
        send(self, true, 0x10, &[]);
    }
}

/// Ones' complement sum of 16-bit words, RFC 1071.
fn checksum(parts: &[&[u8]]) -> u16 {
    let bytes: Vec<u8> = parts.concat();
    let word = |pair: &[u8]| u32::from(pair[0]) << 8 | u32::from(pair.get(1).copied().unwrap_or(0));
    let total: u32 = bytes.chunks(2).map(word).sum();
    let folded = (total >> 16) + (total & 0xffff);
    !(((folded >> 16) + (folded & 0xffff)) as u16)
}
