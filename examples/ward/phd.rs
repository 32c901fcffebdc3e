//! Personal health devices over TCP and the manager that collects from them: some speak for themselves, some through a gateway.

use iomt_phd::apdu::ReleaseReason;
use iomt_phd::association::{AssociateResult, ConfigId};
use iomt_phd::emit::{self, Association, Attributes};
use iomt_x73::{Handle, OidType, SpecType};
use serde_json::{Value, json};

use super::wire::{Connection, Station};
use super::{CANARY, Frame, ip, mac};

/// The size of a ward.
#[derive(Clone, Copy, Debug)]
pub struct PhdWard {
    /// Devices that speak for themselves.
    pub devices: u8,
    /// Devices behind one gateway, on top of those; at least two for it to show.
    pub relayed: u8,
    /// Associations of each, one a minute.
    pub minutes: u8,
}

/// Standard configuration, specialisation, class, quantity and a value in the layout of that configuration.
struct Kind {
    config: u16,
    specialisation: u16,
    class: &'static str,
    quantity: u32,
    value: &'static [u8],
}

const KINDS: [Kind; 3] = [
    Kind { config: 0x0190, specialisation: 0x1004, class: "pulse-oximeter", quantity: 150_456, value: &[0, 97] },
    Kind {
        config: 0x02bc,
        specialisation: 0x1007,
        class: "blood-pressure-monitor",
        quantity: 150_020,
        value: &[0, 3, 0, 6, 0, 120, 0, 80, 0, 93],
    },
    Kind {
        config: 0x05dc,
        specialisation: 0x100f,
        class: "weighing-scale",
        quantity: 188_736,
        value: &[0xff, 0, 2, 0x70],
    },
];

const GATEWAY: Station = Station { mac: [0x02, 0, 0, 0, 7, 1], ip: [10, 20, 7, 1] };

impl PhdWard {
    /// The capture, frame by frame in the order of time.
    #[must_use]
    pub fn frames(&self) -> Vec<Frame> {
        let mut frames = Vec::new();
        for number in 0..self.devices.saturating_add(self.relayed) {
            for minute in 0..self.minutes {
                self.associate(number, minute, &mut frames);
            }
        }
        frames.sort_by_key(|frame| frame.time);
        frames
    }

    /// What is true of it.
    #[must_use]
    pub fn truth(&self) -> Value {
        let device = |number: u8| {
            let kind = kind(number);
            let own = number < self.devices;
            json!({
                "ip": own.then(|| ip(station(number).ip)), "mac": own.then(|| mac(station(number).mac)),
                "behind": (!own).then(|| ip(GATEWAY.ip)),
                "manufacturer": "Constructed Health", "model": model(number), "serial": serial(number),
                "eui64": station(number).eui64().map(|octet| format!("{octet:02X}")).concat(),
                "class": kind.class, "firmware": "1.4.2", "state": "on battery", "in_use_minutes": self.minutes,
                "measured_minutes": { (format!("MDC {}", kind.quantity)): self.minutes },
            })
        };
        json!({
            "manager": { "ip": ip(Station::CENTRAL.ip), "mac": mac(Station::CENTRAL.mac) },
            "gateway": ip(GATEWAY.ip),
            "devices": (0..self.devices.saturating_add(self.relayed)).map(device).collect::<Vec<_>>(),
            "canary": CANARY,
        })
    }

    /// One association from its beginning to its end.
    fn associate(&self, number: u8, minute: u8, frames: &mut Vec<Frame>) {
        let from = if number < self.devices { station(number) } else { GATEWAY };
        let port = 30_000_u16.wrapping_add(u16::from(number).wrapping_mul(64)).wrapping_add(minute.into());
        let mut connection = Connection::new([(from, port), (Station::CENTRAL, 6024)]);
        let mut at = u64::from(minute).wrapping_mul(60_000).wrapping_add(u64::from(number).wrapping_mul(53));
        for (is_device, message) in turns(number) {
            connection.say(frames, at, usize::from(!is_device), &message);
            at = at.wrapping_add(20);
        }
        connection.end(frames, at);
    }
}

/// What device and manager say in turn; true is the device.
fn turns(number: u8) -> [(bool, Vec<u8>); 8] {
    let kind = kind(number);
    let (eui64, config, model, serial) =
        (station(number).eui64(), ConfigId(kind.config), model(number), serial(number));
    let attributes = Attributes::new()
        .specialisations(&[(kind.specialisation, 1)])
        .system_model(b"Constructed Health", model.as_bytes())
        .system_id(eui64)
        .config_id(config)
        .production_spec(&[(SpecType::SERIAL_NUMBER, 0, serial.as_bytes()), (SpecType::FW_REVISION, 0, b"1.4.2")])
        .power_status(0x4000)
        .battery_charge(80);
    let stamp = [0x20, 0x26, 0x01, 0x02, 0x10, 0x00, 0x00, 0x00];
    let values = [kind.value, &stamp].concat();
    let label = Attributes::new().attribute(OidType(0x0927), CANARY.as_bytes());
    let manager = Association::manager(Station::CENTRAL.eui64());
    [
        (true, Association::agent(eui64, config).request()),
        (false, manager.response(AssociateResult::ACCEPTED)),
        (false, emit::get(2, Handle(0), &[])),
        (true, emit::get_result(2, Handle(0), &attributes)),
        (true, emit::fixed_scan(3, 0, &[(Handle(1), &values)])),
        (true, emit::variable_scan(4, 1, &[(Handle(1), label)])),
        (true, Ok(emit::release_request(ReleaseReason::NORMAL))),
        (false, Ok(emit::release_response(ReleaseReason::NORMAL))),
    ]
    .map(|(is_device, message)| (is_device, message.unwrap_or_default()))
}

fn kind(number: u8) -> &'static Kind {
    let [first, second, third] = &KINDS;
    match number % 3 {
        0 => first,
        1 => second,
        _ => third,
    }
}

fn station(number: u8) -> Station {
    Station { mac: [0x02, 0, 0, 0, 6, number], ip: [10, 20, 6, number.wrapping_add(10)] }
}

fn model(number: u8) -> String {
    format!("Model {}", number % 3)
}

fn serial(number: u8) -> String {
    format!("CH-{number:04}")
}
