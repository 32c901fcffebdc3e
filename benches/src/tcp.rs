//! TCP conversations written as Ethernet frames into a pcap file.

use std::io::{self, Write};

/// The payload of one full-sized segment on Ethernet.
const SEGMENT: usize = 1460;

/// Writes frames.
pub(crate) struct Pcap<W> {
    out: W,
    /// Microseconds.
    clock: u64,
    pub(crate) written: u64,
}

impl<W: Write> Pcap<W> {
    pub(crate) fn new(mut out: W) -> io::Result<Self> {
        out.write_all(&0xa1b2_c3d4_u32.to_le_bytes())?;
        out.write_all(&[2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0])?;
        Ok(Self { out, clock: 1_767_348_000_000_000, written: 24 })
    }

    fn frame(&mut self, bytes: &[&[u8]]) -> io::Result<()> {
        let length: usize = bytes.iter().map(|part| part.len()).sum();
        let length = u32::try_from(length).map_err(io::Error::other)?;
        self.clock = self.clock.wrapping_add(11);
        let seconds = u32::try_from(self.clock / 1_000_000).map_err(io::Error::other)?;
        let micros = u32::try_from(self.clock % 1_000_000).map_err(io::Error::other)?;
        for word in [seconds, micros, length, length] {
            self.out.write_all(&word.to_le_bytes())?;
        }
        for part in bytes {
            self.out.write_all(part)?;
        }
        self.written = self.written.wrapping_add(16).wrapping_add(u64::from(length));
        Ok(())
    }

    /// Writes one UDP datagram.
    pub(crate) fn datagram(&mut self, from: Peer, into: Peer, payload: &[u8]) -> io::Result<()> {
        let length = u16::try_from(payload.len()).unwrap_or_default().wrapping_add(8);
        let mut udp = [0; 8];
        udp[0..2].copy_from_slice(&from.port.to_be_bytes());
        udp[2..4].copy_from_slice(&into.port.to_be_bytes());
        udp[4..6].copy_from_slice(&length.to_be_bytes());
        let ip = ip(from, into, 17, length);
        self.frame(&[&ethernet(from, into), &ip, &udp, payload])
    }

    pub(crate) fn finish(mut self) -> io::Result<u64> {
        self.out.flush()?;
        Ok(self.written)
    }
}

/// One end of a conversation.
#[derive(Clone, Copy)]
pub(crate) struct Peer {
    pub(crate) host: u8,
    pub(crate) port: u16,
}

/// One TCP connection.
pub(crate) struct Connection {
    client: Peer,
    server: Peer,
    sequence: [u32; 2],
}

impl Connection {
    pub(crate) fn open<W: Write>(to: &mut Pcap<W>, client: Peer, server: Peer) -> io::Result<Self> {
        let mut connection = Self { client, server, sequence: [0x1000_0000, 0x2000_0000] };
        connection.segment(to, 0, 0x02, &[])?;
        connection.advance(0, 1);
        connection.segment(to, 1, 0x12, &[])?;
        connection.advance(1, 1);
        connection.segment(to, 0, 0x10, &[])?;
        Ok(connection)
    }

    /// A connection whose beginning was not captured.
    pub(crate) const fn midstream(client: Peer, server: Peer) -> Self {
        Self { client, server, sequence: [0x1000_0001, 0x2000_0001] }
    }

    /// Sends bytes from one side (0 the client, 1 the server); every other segment is acknowledged.
    pub(crate) fn send<W: Write>(&mut self, to: &mut Pcap<W>, side: usize, bytes: &[u8]) -> io::Result<()> {
        for (number, part) in bytes.chunks(SEGMENT).enumerate() {
            self.segment(to, side, 0x18, part)?;
            self.advance(side, u32::try_from(part.len()).unwrap_or_default());
            if number % 2 == 1 {
                self.segment(to, 1_usize.wrapping_sub(side), 0x10, &[])?;
            }
        }
        Ok(())
    }

    pub(crate) fn close<W: Write>(mut self, to: &mut Pcap<W>) -> io::Result<()> {
        for side in [0, 1] {
            self.segment(to, side, 0x11, &[])?;
            self.advance(side, 1);
        }
        self.segment(to, 0, 0x10, &[])
    }

    fn advance(&mut self, side: usize, by: u32) {
        if let Some(sequence) = self.sequence.get_mut(side) {
            *sequence = sequence.wrapping_add(by);
        }
    }

    fn segment<W: Write>(&self, to: &mut Pcap<W>, side: usize, flags: u8, payload: &[u8]) -> io::Result<()> {
        let (from, into) = if side == 0 { (self.client, self.server) } else { (self.server, self.client) };
        let [client, server] = self.sequence;
        let (sequence, acknowledged) = if side == 0 { (client, server) } else { (server, client) };
        let length = u16::try_from(payload.len()).unwrap_or_default().wrapping_add(20);
        let ip = ip(from, into, 6, length);
        let mut tcp = [0; 20];
        tcp[0..2].copy_from_slice(&from.port.to_be_bytes());
        tcp[2..4].copy_from_slice(&into.port.to_be_bytes());
        tcp[4..8].copy_from_slice(&sequence.to_be_bytes());
        if flags & 0x10 != 0 {
            tcp[8..12].copy_from_slice(&acknowledged.to_be_bytes());
        }
        tcp[12] = 0x50;
        tcp[13] = flags;
        tcp[14..16].copy_from_slice(&0xfaf0_u16.to_be_bytes());
        to.frame(&[&ethernet(from, into), &ip, &tcp, payload])
    }
}

/// The Ethernet header of an IPv4 packet.
const fn ethernet(from: Peer, into: Peer) -> [u8; 14] {
    [2, 0, 0, 0, 0, into.host, 2, 0, 0, 0, 0, from.host, 8, 0]
}

/// The IPv4 header of a packet with so many bytes in it.
fn ip(from: Peer, into: Peer, protocol: u8, length: u16) -> [u8; 20] {
    let total = length.wrapping_add(20).to_be_bytes();
    let mut ip =
        [0x45, 0, total[0], total[1], 0, 0, 0x40, 0, 64, protocol, 0, 0, 192, 0, 2, from.host, 192, 0, 2, into.host];
    let sum: u32 = ip.chunks_exact(2).map(|pair| u32::from(u16::from_be_bytes([pair[0], pair[1]]))).sum();
    let folded = (sum & 0xffff).wrapping_add(sum >> 16);
    let check = (!u16::try_from(folded).unwrap_or_default()).to_be_bytes();
    ip[10..12].copy_from_slice(&check);
    ip
}
