//! A small ward, made up: patient monitors, the central station that polls them, and what is true of each.
//!
//! ```text
//!   monitor 1 ─┐  connect indications to the broadcast address, every minute
//!   monitor 2 ─┼── switch ── central station     associates with each, polls MDS, patient, numerics, waves and alarms
//!      ...     │
//!   monitor n ─┴─ (serial line) ── terminal server, or address translator
//! ```
//! [`Ward`] has IntelliVue monitors, [`GeWard`] those of two GE protocols, [`PhdWard`] personal health devices and their manager. Every message is written by the project's own emitters; sizes come from the caller, everything else from the number of the
//! monitor, so the same ward is the same bytes. Three generations of firmware differ in what they announce, as captured monitors do. The
//! patients are canaries: their names must be in no output.

use serde_json::{Value, json};

mod ge;
mod monitor;
mod phd;
mod wire;

pub use ge::GeWard;
use monitor::Monitor;
pub use phd::PhdWard;
pub use wire::{Frame, write_pcap};
use wire::{Line, Station};

/// The size of a ward.
#[derive(Clone, Copy, Debug)]
pub struct Ward {
    /// Monitors on the network.
    pub monitors: u8,
    /// Monitors behind terminal servers, on top of those; eight lines a server.
    pub serial: u8,
    /// Monitors behind address translators, on top of those; four a translator, at least two on each for it to show.
    pub translated: u8,
    /// Minutes that are captured.
    pub minutes: u8,
}

/// Every patient's name, note and alarm text begins with it.
pub const CANARY: &str = "CANARY";

/// Seconds between two polls of the numerics.
const POLL: u64 = 20;

impl Ward {
    /// The capture, frame by frame in the order of time.
    #[must_use]
    pub fn frames(&self) -> Vec<Frame> {
        let mut frames = Vec::new();
        for number in self.numbers() {
            self.one(number, &mut frames);
        }
        frames.sort_by_key(|frame| frame.time);
        frames
    }

    /// What is true of it: central station, monitors, terminal servers, and the canaries.
    #[must_use]
    pub fn truth(&self) -> Value {
        let monitors: Vec<Value> = self.numbers().map(|number| self.monitor(number).truth(self.minutes)).collect();
        let servers: Vec<String> = (0..self.serial.div_ceil(8)).map(|server| ip(Station::server(server).ip)).collect();
        let translators: Vec<String> =
            (0..self.translated.div_ceil(4)).map(|number| ip(Station::translator(number).ip)).collect();
        json!({
            "central": { "ip": ip(Station::CENTRAL.ip), "mac": mac(Station::CENTRAL.mac) },
            "terminal_servers": servers,
            "translators": translators,
            "monitors": monitors,
            "canary": CANARY,
        })
    }

    fn numbers(&self) -> core::ops::Range<u8> {
        0..self.monitors.saturating_add(self.serial).saturating_add(self.translated)
    }

    fn monitor(&self, number: u8) -> Monitor {
        let Some(line) = number.checked_sub(self.monitors) else {
            return Monitor { number, server: None, translated: false, line: 0 };
        };
        match line.checked_sub(self.serial) {
            None => Monitor { number, server: Some(Station::server(line / 8)), translated: false, line: line % 8 },
            Some(behind) => {
                Monitor { number, server: Some(Station::translator(behind / 4)), translated: true, line: 0 }
            }
        }
    }

    /// All that is said by and to one monitor.
    fn one(&self, number: u8, frames: &mut Vec<Frame>) {
        let monitor = self.monitor(number);
        let mut line = Line::new(&monitor);
        let start = u64::from(number).wrapping_mul(311);
        let seconds = u64::from(self.minutes).wrapping_mul(60);
        let mut second = 0;
        while second < seconds {
            let at = second.wrapping_mul(1000).wrapping_add(start);
            if second % 60 == 5 && monitor.server.is_none() {
                line.broadcast(frames, at, &monitor.announcement());
            }
            if second == 10 || monitor.restarts_at() == Some(second) {
                self.associate(&monitor, &mut line, at, frames);
            } else if second > 10 && second % POLL == 0 {
                self.poll(&monitor, &mut line, at, frames);
            }
            second = second.wrapping_add(5);
        }
        let last = seconds.wrapping_mul(1000).wrapping_add(start);
        line.ask(frames, last, &iomt_intellivue::emit::association::release_request());
        line.answer(frames, last.wrapping_add(9), &iomt_intellivue::emit::association::release_response());
        line.end(frames, last.wrapping_add(20));
    }

    /// Request, accept, MDS create and its result, then polls of MDS and patient.
    fn associate(&self, monitor: &Monitor, line: &mut Line, at: u64, frames: &mut Vec<Frame>) {
        line.ask(frames, at, &monitor.association_request());
        line.answer(frames, at.wrapping_add(10), &monitor.association_accept());
        line.answer(frames, at.wrapping_add(12), &monitor.mds_create(at));
        line.ask(frames, at.wrapping_add(20), &monitor.mds_create_result());
        line.ask(frames, at.wrapping_add(30), &monitor.poll_request(1, 0x21, false));
        line.answer(frames, at.wrapping_add(40), &monitor.mds_result(1, at));
        line.ask(frames, at.wrapping_add(50), &monitor.poll_request(2, 0x2a, false));
        line.answer(frames, at.wrapping_add(60), &monitor.patient_result(2, at));
    }

    /// Numerics in one part or three, a wave, the alarms.
    fn poll(&self, monitor: &Monitor, line: &mut Line, at: u64, frames: &mut Vec<Frame>) {
        line.ask(frames, at, &monitor.poll_request(3, 6, monitor.number % 2 == 1));
        for (part, bytes) in (1..).zip(monitor.numerics(3, at)) {
            line.answer(frames, at.wrapping_add(part), &bytes);
        }
        line.ask(frames, at.wrapping_add(30), &monitor.poll_request(4, 9, false));
        line.answer(frames, at.wrapping_add(35), &monitor.wave(4, at));
        line.ask(frames, at.wrapping_add(40), &monitor.poll_request(5, 0x36, false));
        line.answer(frames, at.wrapping_add(45), &monitor.alarms(5, at));
    }
}

fn ip(address: [u8; 4]) -> String {
    core::net::Ipv4Addr::from(address).to_string()
}

fn mac(address: [u8; 6]) -> String {
    address.map(|octet| format!("{octet:02x}")).join(":")
}
