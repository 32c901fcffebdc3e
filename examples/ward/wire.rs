//! Frames around the messages: Ethernet, IPv4, UDP or a TCP connection.

use std::io::{self, Write};

use etherparse::PacketBuilder;

use super::monitor::Monitor;

/// One captured frame.
#[derive(Clone, Debug)]
pub struct Frame {
    /// Milliseconds from the start.
    pub time: u64,
    /// From the Ethernet header on.
    pub data: Vec<u8>,
}

/// When the capture starts, in seconds since 1970: a full hour, so that minutes are easy to count.
pub(super) const START: u64 = 1_767_348_000;

/// Writes frames as a capture file of microseconds.
///
/// # Errors
/// Those of the writer.
pub fn write_pcap(frames: &[Frame], mut out: impl Write) -> io::Result<()> {
    out.write_all(b"\xd4\xc3\xb2\xa1\x02\x00\x04\x00\0\0\0\0\0\0\0\0\xff\xff\x00\x00\x01\0\0\0")?;
    let number = |number: u64| u32::try_from(number).unwrap_or(u32::MAX).to_le_bytes();
    for frame in frames {
        let length = u32::try_from(frame.data.len()).unwrap_or(u32::MAX).to_le_bytes();
        let (seconds, milliseconds) = (frame.time / 1000, frame.time % 1000);
        out.write_all(&number(START.wrapping_add(seconds)))?;
        out.write_all(&number(milliseconds.wrapping_mul(1000)))?;
        out.write_all(&length)?;
        out.write_all(&length)?;
        out.write_all(&frame.data)?;
    }
    out.flush()
}

/// Who has a network address.
#[derive(Clone, Copy, Debug)]
pub(super) struct Station {
    pub(super) mac: [u8; 6],
    pub(super) ip: [u8; 4],
}

impl Station {
    /// Made of its hardware address.
    pub(super) const fn eui64(self) -> [u8; 8] {
        let [a, b, c, d, e, f] = self.mac;
        [a, b, c, 0xff, 0xfe, d, e, f]
    }

    pub(super) const CENTRAL: Self = Self { mac: [0x02, 0, 0, 0, 0, 2], ip: [10, 20, 0, 2] };
    pub(super) const EVERYBODY: Self = Self { mac: [0xff; 6], ip: [10, 20, 255, 255] };

    /// An address translator.
    pub(super) const fn translator(number: u8) -> Self {
        Self { mac: [0x02, 0, 0, 0, 8, number], ip: [10, 20, 8, number.wrapping_add(1)] }
    }

    pub(super) const fn server(number: u8) -> Self {
        Self { mac: [0x02, 0, 0, 0, 9, number], ip: [10, 20, 9, number.wrapping_add(1)] }
    }
}

/// Port on which a monitor announces itself, and that on which it is polled.
const ANNOUNCE: u16 = 24_005;
const EXPORT: u16 = 24_105;

/// The conversation of the central station with one IntelliVue monitor.
#[derive(Debug)]
pub(super) struct Line {
    monitor: Station,
    ends: [(Station, u16); 2],
    /// Of a serial line, the connection that carries it.
    serial: Option<Connection>,
}

impl Line {
    pub(super) fn new(monitor: &Monitor) -> Self {
        let station = monitor.server.unwrap_or_else(|| monitor.station());
        let port = match monitor.server {
            Some(_) if monitor.translated => 50_000_u16.wrapping_add(monitor.number.into()),
            Some(_) => 4_001_u16.wrapping_add(monitor.line.into()),
            None => EXPORT,
        };
        let ends = [(Station::CENTRAL, 40_000_u16.wrapping_add(monitor.number.into())), (station, port)];
        let serial = monitor.server.is_some() && !monitor.translated;
        Self { monitor: station, ends, serial: serial.then(|| Connection::new(ends)) }
    }

    /// A connect indication.
    pub(super) fn broadcast(&self, frames: &mut Vec<Frame>, time: u64, message: &[u8]) {
        udp(frames, time, (self.monitor, ANNOUNCE), (Station::EVERYBODY, ANNOUNCE), message);
    }

    /// The central station says something.
    pub(super) fn ask(&mut self, frames: &mut Vec<Frame>, time: u64, message: &[u8]) {
        self.say(frames, time, 0, message);
    }

    /// The monitor says something.
    pub(super) fn answer(&mut self, frames: &mut Vec<Frame>, time: u64, message: &[u8]) {
        self.say(frames, time, 1, message);
    }

    fn say(&mut self, frames: &mut Vec<Frame>, time: u64, side: usize, message: &[u8]) {
        let [client, server] = self.ends;
        let (from, to) = if side == 0 { (client, server) } else { (server, client) };
        match &mut self.serial {
            None => udp(frames, time, from, to, message),
            Some(connection) => {
                connection.say(frames, time, side, &iomt_intellivue::rs232::encode(message).unwrap_or_default());
            }
        }
    }

    /// Closes a connection.
    pub(super) fn end(&mut self, frames: &mut Vec<Frame>, time: u64) {
        if let Some(connection) = &mut self.serial {
            connection.end(frames, time);
        }
    }
}

/// A TCP connection; it is opened by the first who says something.
#[derive(Debug)]
pub(super) struct Connection {
    /// Client and server.
    ends: [(Station, u16); 2],
    /// Next sequence numbers of client and server; none before the connection.
    sequence: Option<[u32; 2]>,
    /// The server is a terminal server that speaks telnet: every second line.
    telnet: bool,
}

impl Connection {
    pub(super) const fn new(ends: [(Station, u16); 2]) -> Self {
        let [_, (_, port)] = ends;
        Self { ends, sequence: None, telnet: port % 2 == 1 }
    }

    /// Client (0) or server (1) says something.
    pub(super) fn say(&mut self, frames: &mut Vec<Frame>, time: u64, side: usize, bytes: &[u8]) {
        if self.sequence.is_none() {
            self.sequence = Some([1000, 9000]);
            self.segment(frames, time, 0, "S", &[]);
            self.segment(frames, time, 1, "SA", &[]);
            self.segment(frames, time, 0, "A", &[]);
            if self.telnet {
                self.segment(frames, time, 1, "A", b"\xff\xfb\x01\xff\xfb\x00");
                self.segment(frames, time, 0, "A", b"\xff\xfd\x01\xff\xfd\x00");
            }
        }
        let doubled: Vec<u8>;
        let bytes = if self.telnet {
            doubled = bytes.iter().flat_map(|&byte| [byte].repeat(if byte == 0xff { 2 } else { 1 })).collect();
            &doubled
        } else {
            bytes
        };
        // A terminal server sends what it has, not what belongs together.
        for piece in bytes.chunks(300) {
            self.segment(frames, time, side, "A", piece);
        }
    }

    /// Closes it.
    pub(super) fn end(&mut self, frames: &mut Vec<Frame>, time: u64) {
        if self.sequence.is_some() {
            self.segment(frames, time, 0, "FA", &[]);
            self.segment(frames, time, 1, "FA", &[]);
            self.segment(frames, time, 0, "A", &[]);
        }
    }

    fn segment(&mut self, frames: &mut Vec<Frame>, time: u64, side: usize, flags: &str, payload: &[u8]) {
        let [client_end, server_end] = self.ends;
        let ((from, from_port), (to, to_port)) =
            if side == 0 { (client_end, server_end) } else { (server_end, client_end) };
        let [client, server] = self.sequence.unwrap_or_default();
        let (mine, theirs) = if side == 0 { (client, server) } else { (server, client) };
        let mut packet =
            PacketBuilder::ethernet2(from.mac, to.mac).ipv4(from.ip, to.ip, 64).tcp(from_port, to_port, mine, 8192);
        if flags.contains('S') {
            packet = packet.syn();
        }
        if flags.contains('F') {
            packet = packet.fin();
        }
        if flags.contains('A') {
            packet = packet.ack(theirs);
        }
        let mut data = Vec::new();
        if packet.write(&mut data, payload).is_ok() {
            frames.push(Frame { time, data });
        }
        let taken = u32::try_from(payload.len()).unwrap_or(0).wrapping_add(u32::from(flags.contains(['S', 'F'])));
        let (client, server) =
            if side == 0 { (client.wrapping_add(taken), server) } else { (client, server.wrapping_add(taken)) };
        self.sequence = Some([client, server]);
    }
}

pub(super) fn udp(frames: &mut Vec<Frame>, time: u64, from: (Station, u16), to: (Station, u16), message: &[u8]) {
    let packet = PacketBuilder::ethernet2(from.0.mac, to.0.mac).ipv4(from.0.ip, to.0.ip, 64).udp(from.1, to.1);
    let mut data = Vec::new();
    if packet.write(&mut data, message).is_ok() {
        frames.push(Frame { time, data });
    }
}
