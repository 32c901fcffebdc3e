//! A ward of GE monitors: some on a Unity network with their central station, some on serial lines of either protocol.

use iomt_ge::dri::{Level, MainType, frame::encode, network::DeviceType, physiology::PhysiologyType};
use iomt_ge::emit::dri::{self, Record};
use iomt_ge::emit::unity::{self, Header, Parameter};
use iomt_ge::unity::header::{Function, SECONDS_1970, SubCode};
use iomt_ge::unity::parameters::{Code, ParameterType};
use serde_json::{Value, json};

use super::wire::{Connection, START, Station, udp};
use super::{CANARY, Frame, ip, mac};

/// The size of a ward.
#[derive(Clone, Copy, Debug)]
pub struct GeWard {
    /// Monitors on the Unity network.
    pub monitors: u8,
    /// Monitors on serial lines that speak Unity, on top of those; eight lines a terminal server.
    pub serial: u8,
    /// Monitors on serial lines that speak DRI, on top of those; eight lines a terminal server.
    pub records: u8,
    /// Minutes that are captured.
    pub minutes: u8,
}

/// Ports of announcements, alarms and requests.
const ANNOUNCE: u16 = 7000;
const ALARM: u16 = 7001;
const REQUEST: u16 = 2000;

/// Heart rate, saturation, pulse from the saturation's wave: terms and their names.
const UNITY: [u32; 3] = [147_842, 150_456, 149_538];
/// The electrocardiogram and the saturation, as groups.
const GROUPS: [u32; 2] = [131_328, 150_456];

impl GeWard {
    /// The capture, frame by frame in the order of time.
    #[must_use]
    pub fn frames(&self) -> Vec<Frame> {
        let mut frames = Vec::new();
        for round in 0..u64::from(self.minutes).wrapping_mul(6) {
            self.announce(Station::CENTRAL, "ICU|CENTRAL", "", round, &mut frames);
        }
        let time = header(Station::CENTRAL, Station::EVERYBODY, Function::DATA, SubCode(0x99), "ICU|CENTRAL");
        let seconds = u32::try_from(START).unwrap_or(0).wrapping_add(SECONDS_1970).to_be_bytes();
        let message = time.message(&seconds).unwrap_or_default();
        udp(&mut frames, 100, (Station::CENTRAL, REQUEST), (Station::EVERYBODY, REQUEST), &message);
        for number in 0..self.monitors {
            self.on_the_network(number, &mut frames);
        }
        for line in 0..self.serial {
            self.on_a_line(line, &mut frames);
        }
        for line in 0..self.records {
            self.records(line, &mut frames);
        }
        frames.sort_by_key(|frame| frame.time);
        frames
    }

    /// What is true of it.
    #[must_use]
    pub fn truth(&self) -> Value {
        let minutes = self.minutes;
        let of = |codes: &[u32]| -> Value {
            codes
                .iter()
                .map(|code| (format!("MDC {code}"), Value::from(minutes)))
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        let network = (0..self.monitors).map(|number| {
            json!({
                "ip": ip(monitor(number).ip), "mac": mac(monitor(number).mac), "behind": null, "bed": bed(number),
                "manufacturer": "GE HealthCare", "measured_minutes": of(&UNITY), "in_use_minutes": minutes,
            })
        });
        let serial = (0..self.serial).map(|line| {
            json!({
                "behind": ip(Station::server(line / 8).ip), "bed": bed(line.wrapping_add(100)),
                "manufacturer": "GE HealthCare", "measured_minutes": of(&UNITY), "in_use_minutes": minutes,
            })
        });
        let records = (0..self.records).map(|line| {
            json!({
                "behind": ip(recorder(line).ip), "mac": mac(hardware(line)), "model": "CARESCAPE B650 or B850",
                "manufacturer": "GE HealthCare", "measured_minutes": of(&GROUPS), "in_use_minutes": minutes,
            })
        });
        let servers = (0..self.serial.div_ceil(8)).map(|server| ip(Station::server(server).ip));
        let recorders = (0..self.records.div_ceil(8)).map(|server| ip(recorder(server.wrapping_mul(8)).ip));
        json!({
            "central": { "ip": ip(Station::CENTRAL.ip), "mac": mac(Station::CENTRAL.mac), "bed": "ICU|CENTRAL" },
            "terminal_servers": servers.chain(recorders).collect::<Vec<_>>(),
            "network": network.collect::<Vec<_>>(),
            "serial": serial.collect::<Vec<_>>(),
            "records": records.collect::<Vec<_>>(),
            "canary": CANARY,
        })
    }

    fn announce(&self, node: Station, place: &str, patient: &str, round: u64, frames: &mut Vec<Frame>) {
        let clock = u32::try_from(START.wrapping_add(round.wrapping_mul(10))).unwrap_or(0);
        let services = [(3, REQUEST), (9, REQUEST), (13, REQUEST)];
        let said = unity::announcement(node.ip, clock, place.as_bytes(), patient.as_bytes(), &services);
        let at = round.wrapping_mul(10_000).wrapping_add(u64::from(node.ip[3]));
        udp(frames, at, (node, ANNOUNCE), (Station::EVERYBODY, ANNOUNCE), &said.unwrap_or_default());
    }

    fn on_the_network(&self, number: u8, frames: &mut Vec<Frame>) {
        let (node, place, port) = (monitor(number), bed(number), 3_010_u16.wrapping_add(number.into()));
        for round in 0..u64::from(self.minutes).wrapping_mul(6) {
            self.announce(node, &place, &format!("{CANARY},{number}"), round, frames);
        }
        let asked = header(Station::CENTRAL, node, Function::REQUEST, SubCode::REQUEST_PARAMETERS, &place);
        let answer = header(node, Station::CENTRAL, Function::DATA, SubCode::PARAMETERS, &place);
        for minute in 0..u64::from(self.minutes) {
            let at = minute.wrapping_mul(60_000).wrapping_add(5_000).wrapping_add(u64::from(number).wrapping_mul(37));
            let (client, server) = ((Station::CENTRAL, port), (node, REQUEST));
            udp(frames, at, client, server, &asked.request().unwrap_or_default());
            for second in 0..10_u64 {
                let parameters = answer.parameters(&shown()).unwrap_or_default();
                udp(
                    frames,
                    at.wrapping_add(100).wrapping_add(second.wrapping_mul(2000)),
                    (node, port),
                    client,
                    &parameters,
                );
            }
            let signals: Vec<(u8, &[i16])> = [(7, &[1, 2, 3, 4][..]), (0x27, &[9])].repeat(15);
            let waves = unity::waves(u16::try_from(minute).unwrap_or(0), &signals).unwrap_or_default();
            udp(frames, at.wrapping_add(200), (node, port), client, &waves);
        }
        let alarm = header(node, Station::EVERYBODY, Function::DATA, SubCode::ALARM, &place);
        let text = alarm.alarm(Code::ECG, format!("{CANARY} LEADS OFF").as_bytes(), 2).unwrap_or_default();
        udp(frames, 90_000, (node, ALARM), (Station::EVERYBODY, ALARM), &text);
    }

    /// A terminal server carries the same messages, with the bed and without addresses.
    fn on_a_line(&self, line: u8, frames: &mut Vec<Frame>) {
        let server = (Station::server(line / 8), 4_001_u16.wrapping_add((line % 8).into()));
        let mut connection = Connection::new([(Station::CENTRAL, 41_000_u16.wrapping_add(line.into())), server]);
        let place = bed(line.wrapping_add(100));
        let nobody = Station { ip: [0; 4], ..Station::CENTRAL };
        let asked = header(nobody, nobody, Function::REQUEST, SubCode::REQUEST_SERIAL, "");
        let answer = header(nobody, nobody, Function::DATA, SubCode::PARAMETERS, &place);
        // the CRC is not public; it is not looked at
        let ask = [asked.message(&[]).unwrap_or_default(), vec![0xab, 0xcd]].concat();
        for minute in 0..u64::from(self.minutes) {
            let at = minute.wrapping_mul(60_000).wrapping_add(7_000).wrapping_add(u64::from(line).wrapping_mul(41));
            connection.say(frames, at, 0, &ask);
            for second in 0..5_u64 {
                let said = answer.serial_parameters(&shown(), [0xab, 0xcd]).unwrap_or_default();
                connection.say(frames, at.wrapping_add(second.wrapping_mul(2000)).wrapping_add(50), 1, &said);
            }
        }
        connection.end(frames, u64::from(self.minutes).wrapping_mul(60_000));
    }

    /// A terminal server carries records.
    fn records(&self, line: u8, frames: &mut Vec<Frame>) {
        let server = (recorder(line), 4_001_u16.wrapping_add((line % 8).into()));
        let mut connection = Connection::new([(Station::CENTRAL, 42_000_u16.wrapping_add(line.into())), server]);
        let started = u32::try_from(START).unwrap_or(0);
        let plug = u16::from(line).wrapping_add(1);
        let mut say = |at: u64, side: usize, record: iomt_ge::Result<Vec<u8>>| {
            connection.say(frames, at, side, &encode(&record.unwrap_or_default()));
        };
        let first = 3_000_u64.wrapping_add(u64::from(line).wrapping_mul(43));
        say(first, 1, dri::login(hardware(line), DeviceType::CARESCAPE_ICU, Level::L09, plug, started));
        say(first.wrapping_add(10), 0, dri::parameter_request(PhysiologyType::DISPLAYED, 10, 14));
        let name = CANARY.as_bytes();
        let record = |main_type, time| Record { number: 1, level: Level::L09, plug_id: plug, time, main_type };
        say(first.wrapping_add(20), 1, dri::patient(record(MainType::NETWORK, started), name, name, name));
        for tick in 0..u64::from(self.minutes).wrapping_mul(6) {
            let time = started.wrapping_add(u32::try_from(tick.wrapping_mul(10)).unwrap_or(0));
            let values =
                dri::displayed(record(MainType::PHYSIOLOGICAL, time), &[("ECG", 3, &[72]), ("SpO2", 3, &[9700])]);
            say(first.wrapping_add(tick.wrapping_mul(10_000)).wrapping_add(30), 1, values);
        }
        connection.end(frames, u64::from(self.minutes).wrapping_mul(60_000).wrapping_add(5_000));
    }
}

fn monitor(number: u8) -> Station {
    Station { mac: [0x00, 0x00, 0xa1, 0x20, 0, number], ip: [10, 20, 2, number.wrapping_add(10)] }
}

/// The hardware address with which a monitor on a line logs in.
const fn hardware(line: u8) -> [u8; 6] {
    [0x00, 0x00, 0xa1, 0x30, 0, line]
}

/// The terminal server of a line that carries records.
const fn recorder(line: u8) -> Station {
    Station::server((line / 8).wrapping_add(20))
}

fn bed(number: u8) -> String {
    format!("ICU|B{number:03}")
}

fn header(from: Station, to: Station, function: Function, sub_code: SubCode, place: &str) -> Header<'_> {
    Header {
        destination: to.ip,
        source: from.ip,
        function,
        sub_code,
        version: 1,
        sequence: 7,
        process: 9,
        origin: place.as_bytes(),
    }
}

fn shown() -> [Parameter; 2] {
    let parameter = |parameter_type, code, values| Parameter { parameter_type, code, values, limits: [[0; 2]; 3] };
    [
        parameter(ParameterType::ECG, Code::ECG, [72, -32_768, -32_768]),
        parameter(ParameterType::SPO2, Code::SPO2, [97, 64, -32_768]),
    ]
}
