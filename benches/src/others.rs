//! Traffic of a hospital's network that is not medical, on the ports that medical protocols like as well as on its own: web, TLS, SMB, SSH, mail, FTP,
//! LDAP, telephones, databases, Modbus, MQTT, serial lines behind terminal servers (PPP, SLIP, Modbus RTU, NMEA, consoles), DNS, NTP, Rx as
//! AFS speaks it, SNMP, SIP, syslog, DHCP, QUIC, RTP, zeros, counters and random bytes.
//!
//! What a probe takes for its protocol here is a false positive. Openings are those of the protocols' standards, what follows is
//! random; bodies are random bytes, text, zeros and numbers that count, because real payloads are not uniform. Connections begin with
//! their handshake or in the middle.

use std::io::{self, Write};

use crate::random::Random;
use crate::tcp::{Connection, Pcap, Peer};

/// Ports of medical protocols: DICOM, HL7, LIS02 and POCT1-A, personal health devices, IntelliVue, GE, those that terminal servers give
/// to their lines, and some that sites choose.
const MEDICAL: [u16; 24] = [
    104, 11_112, 2575, 2576, 6661, 15_200, 4000, 3001, 1182, 6024, 24_105, 24_005, 2000, 7000, 7001, 5000, 9100, 2762,
    3502, 4601, 4001, 2001, 10_001, 3000,
];

/// Writes a capture of about so many bytes; the same seed gives the same capture. Returns its size.
///
/// # Errors
/// Those of the writer.
pub fn write_others(bytes: u64, seed: u64, out: impl Write) -> io::Result<u64> {
    let mut pcap = Pcap::new(out)?;
    let mut random = Random::seeded(seed);
    while pcap.written < bytes {
        if random.below(2) == 0 {
            datagrams(&mut pcap, &mut random)?;
        } else {
            connection(&mut pcap, &mut random)?;
        }
    }
    pcap.finish()
}

/// The port that a protocol has, or one of a medical protocol.
fn port(own: u16, random: &mut Random) -> u16 {
    if random.below(3) == 0 { own } else { MEDICAL[random.below(MEDICAL.len())] }
}

fn peer(random: &mut Random, port: u16) -> Peer {
    Peer { host: u8::try_from(random.below(250)).unwrap_or(1).saturating_add(1), port }
}

fn high_port(random: &mut Random) -> u16 {
    u16::try_from(random.below(28_000)).unwrap_or(0).saturating_add(32_768)
}

/// A few datagrams between two hosts, both ways.
fn datagrams<W: Write>(to: &mut Pcap<W>, random: &mut Random) -> io::Result<()> {
    let kind = random.below(15);
    let own = [53, 123, 7000, 7001, 161, 5060, 514, 67, 443, 1900, 500, 16_384, 2000, 24_105, 24_005][kind];
    let service = port(own, random);
    let client_port = if random.below(3) == 0 { service } else { high_port(random) };
    let (client, server) = (peer(random, client_port), peer(random, service));
    for turn in 0..random.below(24).saturating_add(1) {
        let payload = match kind {
            0 => dns(random, turn % 2 == 1),
            1 => ntp(random, turn % 2 == 1),
            2 | 3 => rx(random),
            4 => snmp(random),
            5 => format!("OPTIONS sip:{0}@192.0.2.1 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK{0}\r\nCall-ID: {0}\r\n\r\n", random.next()).into_bytes(),
            6 => format!("<{}>Jan  2 10:15:00 host daemon[{}]: {}", random.below(192), random.below(9999), text(random, 200)).into_bytes(),
            7 => dhcp(random),
            8 => quic(random),
            9 => b"NOTIFY * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\nNT: upnp:rootdevice\r\nNTS: ssdp:alive\r\n\r\n".to_vec(),
            10 => body(random, 300),
            11 => rtp(random),
            12 => counters(random),
            13 => small_messages(random),
            _ => body(random, 1400),
        };
        if turn % 2 == 0 {
            to.datagram(client, server, &payload)?;
        } else {
            to.datagram(server, client, &payload)?;
        }
    }
    Ok(())
}

/// One connection.
fn connection<W: Write>(to: &mut Pcap<W>, random: &mut Random) -> io::Result<()> {
    let kind = random.below(19);
    let own = [80, 443, 445, 139, 22, 25, 21, 389, 2000, 3306, 502, 1883, 53, 88, 9100, 4001, 2001, 10_001, 23][kind];
    let service = port(own, random);
    let client_port = high_port(random);
    let (client, server) = (peer(random, client_port), peer(random, service));
    let handshake = random.below(4) > 0;
    let mut connection =
        if handshake { Connection::open(to, client, server)? } else { Connection::midstream(client, server) };
    for turn in 0..random.below(6).saturating_add(1) {
        let (ask, answer) = match kind {
            0 => web(random),
            1 => (tls(random, 1), tls(random, 2)),
            2 | 3 => (smb(random), smb(random)),
            4 => (b"SSH-2.0-OpenSSH_9.6\r\n".to_vec(), [&b"SSH-2.0-dropbear\r\n"[..], &body(random, 900)].concat()),
            5 => (
                b"EHLO ward.example\r\nMAIL FROM:<a@example.org>\r\n".to_vec(),
                b"220 mail.example ESMTP\r\n250 OK\r\n".to_vec(),
            ),
            6 => (b"USER anonymous\r\nRETR file\r\n".to_vec(), b"220 ftp ready\r\n331 go on\r\n".to_vec()),
            7 => (ldap(random), ldap(random)),
            8 => (skinny(random), skinny(random)),
            9 => ([&[0x4a, 0, 0, 0, 0x0a][..], b"8.0.36\0", &body(random, 60)].concat(), body(random, 200)),
            10 => (modbus(random), modbus(random)),
            11 => {
                (b"\x10\x1a\x00\x04MQTT\x04\x02\x00\x3c\x00\x0esensor-in-room".to_vec(), b"\x20\x02\x00\x00".to_vec())
            }
            12 => (prefixed(&dns(random, false)), prefixed(&dns(random, true))),
            13 => (prefixed(&body(random, 300)), prefixed(&body(random, 300))),
            14 => (counters(random), counters(random)),
            15 => (ppp(random), ppp(random)),
            16 => (slip(random), slip(random)),
            17 => (modbus_rtu(random), nmea(random)),
            18 => (console(random), console(random)),
            _ => (body(random, 3000), body(random, 12_000)),
        };
        connection.send(to, 0, &ask)?;
        connection.send(to, 1, &answer)?;
        if turn > 0 {
            connection.send(to, turn % 2, &body(random, 1500))?;
        }
    }
    connection.close(to)
}

/// Bytes of one of several sorts.
fn body(random: &mut Random, longest: usize) -> Vec<u8> {
    let length = random.below(longest).saturating_add(1);
    match random.below(6) {
        0 | 1 => random.bytes(length),
        // Small numbers, which look like types and lengths.
        2 => random.bytes(length).into_iter().map(|byte| byte & 0x1f).collect(),
        3 => text(random, length).into_bytes(),
        4 => vec![u8::try_from(random.below(256)).unwrap_or(0); length],
        // Lengths and counters in front of random bytes.
        _ => {
            let mut bytes = random.bytes(length);
            let count = u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes();
            for (at, byte) in count.into_iter().enumerate() {
                if let Some(slot) = bytes.get_mut(at.wrapping_add(random.below(4))) {
                    *slot = byte;
                }
            }
            bytes
        }
    }
}

/// Words, numbers and punctuation, the delimiters of clinical texts among them.
fn text(random: &mut Random, length: usize) -> String {
    const WORDS: [&str; 24] = [
        "GET",
        "host",
        "OK",
        "|",
        "^",
        "~",
        "\\",
        "&",
        "\r\n",
        " ",
        "=",
        "value",
        "1.2.840.10008",
        "H",
        "P",
        "R",
        "<a>",
        "</a>",
        "20260102",
        "\t",
        "{\"id\":",
        "}",
        "MSH",
        "0x0b",
    ];
    let mut text = String::with_capacity(length.wrapping_add(16));
    while text.len() < length {
        text.push_str(WORDS[random.below(WORDS.len())]);
    }
    text
}

fn web(random: &mut Random) -> (Vec<u8>, Vec<u8>) {
    let ask = format!("GET /{} HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: agent/1\r\n\r\n", random.next());
    let content = body(random, 12_000);
    let mut answer = match random.below(4) {
        0 => format!(
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: {}\r\n\r\n<!DOCTYPE html><html>",
            content.len()
        ),
        1 => format!(
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{{\"resourceType\":\"Patient\",\"id\":{}}}",
            random.next()
        ),
        2 => "HTTP/1.1 200 OK\r\nContent-Type: text/xml\r\n\r\n<?xml version=\"1.0\"?><soap:Envelope/>".to_owned(),
        _ => format!("HTTP/1.1 206 Partial Content\r\nContent-Length: {}\r\n\r\n", content.len()),
    }
    .into_bytes();
    answer.extend(content);
    (ask.into_bytes(), answer)
}

/// A record of the handshake; the only thing here that is listened to, and counted as encrypted.
fn tls(random: &mut Random, hello: u8) -> Vec<u8> {
    let inside = random.bytes(120);
    let mut record = vec![0x16, 3, 1, 0, 124, hello, 0, 0, 120];
    record.extend(inside);
    record
}

fn smb(random: &mut Random) -> Vec<u8> {
    let content = body(random, 4000);
    let mut header = if random.below(4) == 0 {
        b"\xffSMB\x72\0\0\0\0\x18\x53\xc8".to_vec()
    } else {
        b"\xfeSMB\x40\0\x01\0\0\0\0\0".to_vec()
    };
    header.extend(random.bytes(52));
    header.extend(content);
    let length = u32::try_from(header.len()).unwrap_or(0).to_be_bytes();
    [&[0, length[1], length[2], length[3]][..], &header].concat()
}

fn dns(random: &mut Random, answer: bool) -> Vec<u8> {
    let mut message = random.bytes(2);
    message.extend(if answer { [0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0] } else { [1, 0, 0, 1, 0, 0, 0, 0, 0, 0] });
    message.extend(b"\x03www\x07example\x03org\0\0\x01\0\x01");
    if answer {
        message.extend([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4]);
        message.extend(random.bytes(4));
    }
    message
}

fn ntp(random: &mut Random, answer: bool) -> Vec<u8> {
    let mut packet = vec![if answer { 0x24 } else { 0x23 }, 2, 6, 0xe9];
    packet.extend(random.bytes(44));
    packet
}

/// Rx, on which AFS runs: epoch, connection, call, sequence, serial number, type, flags, status, security, checksum, service.
fn rx(random: &mut Random) -> Vec<u8> {
    let mut packet = random.bytes(8);
    for counter in [random.below(400), random.below(40), random.below(4000)] {
        packet.extend(u32::try_from(counter).unwrap_or(0).to_be_bytes());
    }
    let kind = u8::try_from(random.below(13)).unwrap_or(0).wrapping_add(1);
    packet.extend([kind, u8::try_from(random.below(64)).unwrap_or(0), 0, u8::try_from(random.below(3)).unwrap_or(0)]);
    packet.extend(random.bytes(2));
    packet.extend([0, u8::try_from(random.below(60)).unwrap_or(0)]);
    packet.extend(body(random, 1400));
    packet
}

/// BER, as the association layers of several medical protocols are.
fn snmp(random: &mut Random) -> Vec<u8> {
    let content = body(random, 60);
    let inner = u8::try_from(content.len()).unwrap_or(0);
    let mut packet = vec![0x30, inner.wrapping_add(15), 2, 1, 1, 4, 6];
    packet.extend(b"public");
    packet.extend([0xa0, inner]);
    packet.extend(content);
    packet
}

fn ldap(random: &mut Random) -> Vec<u8> {
    let content = body(random, 90);
    let length = u8::try_from(content.len()).unwrap_or(0);
    [&[0x30, length.wrapping_add(5), 2, 1, 1, 0x60, length][..], &content].concat()
}

fn dhcp(random: &mut Random) -> Vec<u8> {
    let mut packet = vec![1, 1, 6, 0];
    packet.extend(random.bytes(4));
    packet.resize(236, 0);
    packet.extend([0x63, 0x82, 0x53, 0x63, 53, 1, 3, 0xff]);
    packet
}

fn quic(random: &mut Random) -> Vec<u8> {
    let mut packet = vec![0xc0 | u8::try_from(random.below(16)).unwrap_or(0), 0, 0, 0, 1, 8];
    packet.extend(random.bytes(1194));
    packet
}

fn rtp(random: &mut Random) -> Vec<u8> {
    let mut packet = vec![0x80, u8::try_from(random.below(128)).unwrap_or(0)];
    packet.extend(random.bytes(170));
    packet
}

/// Cisco's telephones, on TCP port 2000.
fn skinny(random: &mut Random) -> Vec<u8> {
    let content = body(random, 120);
    let length = u32::try_from(content.len()).unwrap_or(0).wrapping_add(4).to_le_bytes();
    let kind = u32::try_from(random.below(0x150)).unwrap_or(0).to_le_bytes();
    [&length[..], &[0; 4], &kind, &content].concat()
}

/// Small numbers in big- or little-endian words, as most fixed layouts look.
fn counters(random: &mut Random) -> Vec<u8> {
    let (big, limit) = (random.below(2) == 0, 1_usize << random.below(16));
    let mut words = Vec::new();
    for _ in 0..random.below(300) {
        let number = u16::try_from(random.below(limit)).unwrap_or(0);
        words.extend(if big { number.to_be_bytes() } else { number.to_le_bytes() });
    }
    words
}

/// A type, a length that is right, and what it counts: the commonest layout there is, with first bytes that medical protocols have too.
fn small_messages(random: &mut Random) -> Vec<u8> {
    const FIRST: [u8; 16] =
        [0x00, 0x01, 0x04, 0x0c, 0x0d, 0x0e, 0x09, 0x0a, 0x19, 0xe1, 0xe2, 0xe3, 0xe4, 0xe6, 0xe7, 0x7e];
    let content = body(random, 200);
    let length = u16::try_from(content.len()).unwrap_or(0).to_be_bytes();
    let second = u8::try_from(random.below(4)).unwrap_or(0);
    let head = [FIRST[random.below(FIRST.len())], second];
    [&head[..], &[0; 2][..random.below(3)], &length, &content].concat()
}

/// PPP in HDLC framing, with the flag and the escapes of the Datex-Ohmeda records.
fn ppp(random: &mut Random) -> Vec<u8> {
    let mut frame = vec![0x7e, 0xff, 0x7d, 0x23];
    for byte in [[0xc0, 0x21, 1, 1].to_vec(), body(random, 400)].concat() {
        if byte < 0x20 || byte == 0x7e || byte == 0x7d {
            frame.extend([0x7d, byte ^ 0x20]);
        } else {
            frame.push(byte);
        }
    }
    frame.push(0x7e);
    frame
}

/// IPv4 in SLIP, which ends its packets with the byte that begins a frame of MIB/RS232.
fn slip(random: &mut Random) -> Vec<u8> {
    let mut frame = vec![0xc0];
    for byte in [b"\x45\0\0\x54".to_vec(), body(random, 300)].concat() {
        match byte {
            0xc0 => frame.extend([0xdb, 0xdc]),
            0xdb => frame.extend([0xdb, 0xdd]),
            byte => frame.push(byte),
        }
    }
    frame.push(0xc0);
    frame
}

fn modbus_rtu(random: &mut Random) -> Vec<u8> {
    let mut frames = Vec::new();
    for _ in 0..random.below(20) {
        frames.extend([u8::try_from(random.below(32)).unwrap_or(1), 3, 0, 0, 0, 10]);
        frames.extend(random.bytes(2));
    }
    frames
}

/// A clock or a receiver on a serial line.
fn nmea(random: &mut Random) -> Vec<u8> {
    let mut lines = String::new();
    for _ in 0..random.below(12) {
        lines.push_str(&format!(
            "$GPGGA,{:06},4807.038,N,01131.000,E,1,08,0.9,545.4,M,46.9,M,,*47\r\n",
            random.below(240_000)
        ));
    }
    lines.into_bytes()
}

/// Telnet's negotiation, prompts and the control characters that protocols of laboratories use; not the vertical tab, which before a
/// word of [`text`] would be a block of HL7.
fn console(random: &mut Random) -> Vec<u8> {
    let mut bytes = b"\xff\xfd\x03\xff\xfb\x01\r\nlogin: ".to_vec();
    for _ in 0..random.below(40) {
        bytes.push([0x05, 0x06, 0x02, 0x03, 0x04, 0x15, 0x17, b'\r'][random.below(8)]);
        bytes.extend(text(random, 12).into_bytes());
    }
    bytes
}

fn modbus(random: &mut Random) -> Vec<u8> {
    let transaction = random.bytes(2);
    [&transaction[..], &[0, 0, 0, 6, 1, 3, 0, 0, 0, 10]].concat()
}

/// Behind two bytes of length.
fn prefixed(message: &[u8]) -> Vec<u8> {
    [&u16::try_from(message.len()).unwrap_or(0).to_be_bytes()[..], message].concat()
}
