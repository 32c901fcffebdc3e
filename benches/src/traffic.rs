//! What the conversations say.

use std::io::{self, Write};

use crate::random::Random;
use crate::tcp::{Connection, Pcap, Peer};

/// How much of what a capture holds, in parts of the whole.
#[derive(Clone, Copy, Debug)]
pub struct Mix {
    /// Bytes of the file, about.
    pub bytes: u64,
    /// Parts of C-STORE traffic: one CT object of 512 KiB per association, in PDUs of 16 KiB.
    pub store: u32,
    /// Parts of HL7 traffic: pump observations (ORU^R01) with their acknowledgements, 64 a connection.
    pub hl7: u32,
    /// Parts of other traffic: HTTP responses of 256 KiB with random bodies.
    pub web: u32,
}

impl Mix {
    /// Nothing but C-STORE.
    #[must_use]
    pub const fn bulk(bytes: u64) -> Self {
        Self { bytes, store: 1, hl7: 0, web: 0 }
    }

    /// Of bytes about seven tenths C-STORE, one tenth HL7, two tenths web.
    #[must_use]
    pub const fn mixed(bytes: u64) -> Self {
        Self { bytes, store: 7, hl7: 1, web: 2 }
    }
}

/// Writes a capture; returns its size.
///
/// # Errors
/// Those of the writer.
pub fn write(mix: Mix, out: impl Write) -> io::Result<u64> {
    let mut pcap = Pcap::new(out)?;
    let mut spent = [0_u64; 3];
    let parts = [mix.store, mix.hl7, mix.web];
    let mut number: u16 = 0;
    let mut random = Random::FIGURES;
    let object = object(&mut random);
    let page = page(&mut random);
    while pcap.written < mix.bytes {
        number = number.wrapping_add(1);
        // Whoever is furthest behind its part speaks next.
        let next = (0..3)
            .filter(|kind| parts[*kind] > 0)
            .min_by_key(|kind| spent[*kind].saturating_mul(100).checked_div(u64::from(parts[*kind])))
            .unwrap_or(0);
        let before = pcap.written;
        let port = 20_000_u16.wrapping_add(number % 40_000);
        match next {
            0 => store(&mut pcap, number, port, &object)?,
            1 => hl7(&mut pcap, number, port)?,
            _ => web(&mut pcap, port, &page)?,
        }
        spent[next] = spent[next].wrapping_add(pcap.written.wrapping_sub(before));
    }
    pcap.finish()
}

fn store<W: Write>(to: &mut Pcap<W>, number: u16, port: u16, object: &[u8]) -> io::Result<()> {
    let scanner = u8::try_from(number % 20).unwrap_or_default().wrapping_add(10);
    let mut connection = Connection::open(to, Peer { host: scanner, port }, Peer { host: 5, port: 104 })?;
    connection.send(to, 0, &associate(0x01, &format!("CT{scanner:02}")))?;
    connection.send(to, 1, &associate(0x02, &format!("CT{scanner:02}")))?;
    connection.send(to, 0, &p_data(1, 3, &command(0x0001, number)))?;
    let mut objects = Vec::with_capacity(object.len().saturating_add(object.len() / 64));
    let mut rest = object;
    while !rest.is_empty() {
        let (part, more) = rest.split_at_checked(16_372).unwrap_or((rest, &[]));
        objects.extend(p_data(1, if more.is_empty() { 2 } else { 0 }, part));
        rest = more;
    }
    connection.send(to, 0, &objects)?;
    connection.send(to, 1, &p_data(1, 3, &command(0x8001, number)))?;
    connection.send(to, 0, &[5, 0, 0, 0, 0, 4, 0, 0, 0, 0])?;
    connection.send(to, 1, &[6, 0, 0, 0, 0, 4, 0, 0, 0, 0])?;
    connection.close(to)
}

fn associate(kind: u8, calling: &str) -> Vec<u8> {
    let mut body = vec![0, 1, 0, 0];
    body.extend(format!("{:16}{calling:16}", "ARCHIVE").bytes());
    body.extend([0; 32]);
    item(&mut body, 0x10, b"1.2.840.10008.3.1.1.1");
    let mut context = vec![1, 0, 0, 0];
    if kind == 1 {
        item(&mut context, 0x30, b"1.2.840.10008.5.1.4.1.1.2");
    }
    item(&mut context, 0x40, b"1.2.840.10008.1.2.1");
    item(&mut body, if kind == 1 { 0x20 } else { 0x21 }, &context);
    let mut user = Vec::new();
    item(&mut user, 0x51, &16_384_u32.to_be_bytes());
    item(&mut user, 0x52, b"1.2.276.0.7230010.3.0.3.6.7");
    item(&mut user, 0x55, b"OFFIS_DCMTK_367");
    item(&mut body, 0x50, &user);
    let mut pdu = vec![kind, 0];
    pdu.extend(length32(&body).to_be_bytes());
    pdu.extend(body);
    pdu
}

fn item(into: &mut Vec<u8>, kind: u8, value: &[u8]) {
    into.extend([kind, 0]);
    into.extend(u16::try_from(value.len()).unwrap_or_default().to_be_bytes());
    into.extend(value);
}

fn p_data(context: u8, header: u8, fragment: &[u8]) -> Vec<u8> {
    let pdv = length32(fragment).wrapping_add(2);
    let mut pdu = vec![4, 0];
    pdu.extend(pdv.wrapping_add(4).to_be_bytes());
    pdu.extend(pdv.to_be_bytes());
    pdu.extend([context, header]);
    pdu.extend(fragment);
    pdu
}

fn command(field: u16, message: u16) -> Vec<u8> {
    let mut set = Vec::new();
    implicit(&mut set, 0x0002, b"1.2.840.10008.5.1.4.1.1.2\0");
    implicit(&mut set, 0x0100, &field.to_le_bytes());
    if field & 0x8000 == 0 {
        implicit(&mut set, 0x0110, &message.to_le_bytes());
        implicit(&mut set, 0x0700, &[0, 0]);
        implicit(&mut set, 0x0800, &[1, 0]);
    } else {
        implicit(&mut set, 0x0120, &message.to_le_bytes());
        implicit(&mut set, 0x0800, &[1, 1]);
        implicit(&mut set, 0x0900, &[0, 0]);
    }
    implicit(&mut set, 0x1000, format!("2.999.{message}\0").trim_end_matches(|_| message >= 10_000).as_bytes());
    let mut whole = Vec::new();
    implicit(&mut whole, 0x0000, &length32(&set).to_le_bytes());
    whole.extend(set);
    whole
}

fn implicit(into: &mut Vec<u8>, element: u16, value: &[u8]) {
    into.extend([0, 0]);
    into.extend(element.to_le_bytes());
    into.extend(length32(value).to_le_bytes());
    into.extend(value);
}

/// A CT object: equipment, sixty attributes of geometry, pixels.
fn object(random: &mut Random) -> Vec<u8> {
    let mut set = Vec::new();
    let mut short = |group: u16, element: u16, vr: &[u8; 2], value: &str| {
        let mut value = value.as_bytes().to_vec();
        if value.len() % 2 == 1 {
            value.push(if vr == b"UI" { 0 } else { b' ' });
        }
        set.extend(group.to_le_bytes());
        set.extend(element.to_le_bytes());
        set.extend(vr);
        set.extend(u16::try_from(value.len()).unwrap_or_default().to_le_bytes());
        set.extend(value);
    };
    short(8, 0x16, b"UI", "1.2.840.10008.5.1.4.1.1.2");
    short(8, 0x18, b"UI", "2.999.1.2.3");
    short(8, 0x60, b"CS", "CT");
    short(8, 0x70, b"LO", "Constructed Imaging");
    short(8, 0x1010, b"SH", "CTROOM1");
    short(8, 0x1090, b"LO", "Sampler 64");
    short(0x18, 0x1000, b"LO", "C-0001");
    short(0x18, 0x1020, b"LO", "4.2.1");
    for element in 0..60 {
        short(0x20, 0x4000_u16.wrapping_add(element), b"LT", "0.976562 0.976562 1.25");
    }
    set.extend([0xe0, 0x7f, 0x10, 0, b'O', b'W', 0, 0]);
    set.extend(524_288_u32.to_le_bytes());
    set.extend(random.bytes(524_288));
    set
}

fn hl7<W: Write>(to: &mut Pcap<W>, number: u16, port: u16) -> io::Result<()> {
    let mut connection = Connection::open(to, Peer { host: 40, port }, Peer { host: 6, port: 2575 })?;
    for message in 0..64_u16 {
        let id = u32::from(number).wrapping_mul(64).wrapping_add(u32::from(message));
        let pump = message % 8;
        let observation = format!(
            "\x0bMSH|^~\\&|PUMPGW^0003B1000000A1B2^EUI-64|CONSTRUCTED|EHR|SITE|20260102101500+0000||ORU^R01^ORU_R01|{id}|P|2.6|||NE|AL\r\
             PID|||NOBODY^^^SITE^MR||NOBODY\r\
             OBR|1||{id}^PUMPGW^0003B1000000A1B2^EUI-64|182777000^monitoring of patient^SCT|||20260102101500+0000\r\
             OBX|1||69985^MDC_DEV_PUMP_INFUS_MDS^MDC|1.0.0.0|||||||X|||||||PUMP{pump}^PUMPGW^0003B1FFFE00C3D{pump}^EUI-64\r\
             OBX|2|ST|67880^MDC_ATTR_ID_MODEL^MDC|1.0.0.1|Sampler Pump||||||R\r\
             OBX|3|ST|531972^MDC_ID_PROD_SPEC_SERIAL^MDC|1.0.0.2|P-{pump:04}||||||R\r\
             OBX|4|ST|531976^MDC_ID_PROD_SPEC_FW^MDC|1.0.0.3|9.33.1||||||R\r\
             OBX|5|NM|157784^MDC_FLOW_FLUID_PUMP^MDC|1.1.1.1|25|265266^MDC_DIM_MILLI_L_PER_HR^MDC|||||R\r\
             OBX|6|NM|157864^MDC_VOL_FLUID_TBI^MDC|1.1.1.2|250|263762^MDC_DIM_MILLI_L^MDC|||||R\r\x1c\r"
        );
        connection.send(to, 0, observation.as_bytes())?;
        let answer = format!(
            "\x0bMSH|^~\\&|EHR|SITE|PUMPGW|CONSTRUCTED|20260102101501||ACK^R01^ACK|A{id}|P|2.6\rMSA|AA|{id}\r\x1c\r"
        );
        connection.send(to, 1, answer.as_bytes())?;
    }
    connection.close(to)
}

fn page(random: &mut Random) -> Vec<u8> {
    let mut page =
        b"HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\nContent-Length: 262144\r\n\r\n".to_vec();
    page.extend(random.bytes(262_144));
    page
}

fn web<W: Write>(to: &mut Pcap<W>, port: u16, page: &[u8]) -> io::Result<()> {
    let mut connection = Connection::open(to, Peer { host: 41, port }, Peer { host: 7, port: 80 })?;
    connection.send(to, 0, b"GET /update.bin HTTP/1.1\r\nHost: updates.example\r\n\r\n")?;
    connection.send(to, 1, page)?;
    connection.close(to)
}

fn length32(bytes: &[u8]) -> u32 {
    u32::try_from(bytes.len()).unwrap_or_default()
}
