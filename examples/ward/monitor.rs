//! One monitor: what it is, and what it says.

use iomt_intellivue::association::StartupMode;
use iomt_intellivue::emit::association::{self, User};
use iomt_intellivue::emit::export::{self, PollResultBuilder};
use iomt_intellivue::emit::{Attributes, ConnectIndicationBuilder};
use iomt_intellivue::export::Linked;
use iomt_intellivue::{Language, Localization, NetworkAddress, Service};
use iomt_x73::nomenclature::attribute as id;
use iomt_x73::{
    FloatType, GlobalHandle, Handle, ManagedObjectId, MeasurementState, NuObsValue, OidType, RelativeTime, SaObsValue,
    SpecType, Type,
};
use serde_json::{Value, json};

use super::wire::{START, Station};
use super::{CANARY, ip, mac};

/// A patient monitor.
#[derive(Clone, Copy, Debug)]
pub(super) struct Monitor {
    pub(super) number: u8,
    /// What stands before it: a terminal server, if it is on a serial line, or an address translator.
    pub(super) server: Option<Station>,
    pub(super) translated: bool,
    pub(super) line: u8,
}

/// What a generation of firmware says where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Generation {
    /// Announces model, serial number, revisions and EUI-64.
    Full,
    /// As a captured G.01.80: announces model, serial number and bed label; its system identifier has six bytes; its MDS says the
    /// family.
    Family,
    /// Announces addresses and services alone.
    Terse,
}

const MODELS: [&str; 6] = ["866060", "866062", "866064", "865240", "865241", "865242"];
const OLDER: [&str; 4] = ["M8003A", "M8004A", "M8005A", "M8105A"];
const FAMILY: &str = "M8000";
const THE_MDS: ManagedObjectId =
    ManagedObjectId { class: OidType(0x21), instance: GlobalHandle { mds_context: 0, handle: Handle(0) } };

/// Heart rate, saturation, respiration: quantity, unit and a usual value.
const NUMERICS: [(u16, u16, u32); 3] = [(0x4182, 0x0aa0, 72), (0x4bb8, 0x0220, 97), (0x500a, 0x0ae0, 14)];

impl Monitor {
    const fn generation(&self) -> Generation {
        match self.number % 3 {
            0 => Generation::Full,
            1 => Generation::Family,
            _ => Generation::Terse,
        }
    }

    fn pick<'a>(&self, of: &[&'a str]) -> &'a str {
        let at = usize::from(self.number).checked_rem(of.len()).unwrap_or(0);
        of.get(at).copied().unwrap_or_default()
    }

    fn model(&self) -> &'static str {
        if self.generation() == Generation::Family { self.pick(&OLDER) } else { self.pick(&MODELS) }
    }

    fn system_model(&self) -> &'static str {
        if self.generation() == Generation::Family { FAMILY } else { self.model() }
    }

    fn serial(&self) -> String {
        format!("DE{:08}", 51_000_017_u32.wrapping_add(u32::from(self.number).wrapping_mul(4_099)))
    }

    fn bed(&self) -> String {
        format!("ICU {:02}", self.number.wrapping_add(1))
    }

    fn revision(&self) -> String {
        let letter = if self.generation() == Generation::Family { "G" } else { "L" };
        format!("{letter}.01.{:02}", 18_u8.wrapping_add(self.number % 4))
    }

    /// Mode bits and their name: most monitor, some wait, demonstrate or are serviced.
    const fn mode(&self) -> (u16, &'static str) {
        match self.number % 10 {
            6 => (0x0002, "standby"),
            7 => (0x2000, "demonstration"),
            8 => (0x1000, "service"),
            _ => (0x4000, "monitoring"),
        }
    }

    pub(super) const fn station(&self) -> Station {
        Station { mac: [0x00, 0x09, 0xfb, 0x20, 0, self.number], ip: [10, 20, 1, self.number.wrapping_add(10)] }
    }

    /// The MAC address with two FF in the middle, or less one.
    fn system_id(&self) -> Vec<u8> {
        let [a, b, c, d, e, f] = self.station().mac;
        match self.generation() {
            Generation::Family => vec![a, b, c, d, e, f.wrapping_sub(1)],
            _ => vec![a, b, c, 0xff, 0xff, d, e, f],
        }
    }

    /// The second at which it restarts.
    pub(super) const fn restarts_at(&self) -> Option<u64> {
        if self.number % 12 == 5 { Some(190) } else { None }
    }

    /// Time since power-up, `at` milliseconds after the start.
    fn uptime(&self, at: u64) -> RelativeTime {
        let restart = self.restarts_at().map(|second| second.wrapping_sub(20).wrapping_mul(1000));
        let since = match restart {
            Some(restart) if at >= restart => at.wrapping_sub(restart),
            _ => at.wrapping_add(3_600_000).wrapping_add(u64::from(self.number).wrapping_mul(60_000)),
        };
        RelativeTime(u32::try_from(since.wrapping_mul(8)).unwrap_or(u32::MAX))
    }

    /// Whether a quantity has a usable number in a minute.
    const fn measures(&self, which: usize, minute: u64) -> bool {
        let mode = self.mode().0;
        let on = match which {
            0 => true,
            1 => minute.is_multiple_of(2),
            _ => minute >= 3,
        };
        mode == 0x4000 && on
    }

    fn specification(&self) -> Attributes {
        let (serial, model, revision) = (self.serial(), self.model(), self.revision());
        Attributes::new().production_spec(&[
            (SpecType::SERIAL_NUMBER, 0x08, serial.as_bytes()),
            (SpecType::PART_NUMBER, 0x08, model.as_bytes()),
            (SpecType::HW_REVISION, 0x08, b" A.00.30"),
            (SpecType::FW_REVISION, 0x78, b"--------"),
            (SpecType::PART_NUMBER, 0x58, b"S-M8003-1402A"),
            (SpecType::SW_REVISION, 0x58, revision.as_bytes()),
        ])
    }

    /// The specification on top of other attributes.
    fn specified(&self, attributes: Attributes) -> Attributes {
        let written = self.specification().list().unwrap_or_default();
        // count, length, attribute number, its length, and then the value
        attributes.attribute(id::ID_PROD_SPECN, written.get(8..).unwrap_or_default())
    }

    pub(super) fn announcement(&self) -> Vec<u8> {
        let Station { mac, ip: ipv4 } = self.station();
        let service = |application, transport, port| Service { application, transport, port, options: 0 };
        let addressed = Attributes::new()
            .system_type(Type::new(1, 0x114d))
            .localization(Localization { text_catalog_revision: 0x0608_0608, language: Language(1), string_format: 11 })
            .network_address(NetworkAddress { mac, ipv4, netmask: [255, 255, 0, 0] })
            .services(&[service(1, 1, 24_105), service(5, 1, 24_105)]);
        let attributes = match self.generation() {
            Generation::Terse => addressed,
            Generation::Full => {
                self.specified(addressed.system_id(&self.system_id()).system_model(b"Philips", self.model().as_bytes()))
            }
            Generation::Family => {
                let named = addressed.announced_bed_label(&self.bed());
                self.specified(named.system_model(b"Philips", self.model().as_bytes()))
            }
        };
        // Made once, when the network came up: a captured monitor repeats the same time for minutes.
        ConnectIndicationBuilder::new().uptime(RelativeTime(55_040)).attributes(attributes).build().unwrap_or_default()
    }

    fn profile() -> Attributes {
        Attributes::new().poll_profile(RelativeTime(2500), 2500, 1456, 0x8c00_0000)
    }

    pub(super) fn association_request(&self) -> Vec<u8> {
        let wide = self.number.is_multiple_of(2);
        association::request(&User { wide, ..User::client(Self::profile()) }).unwrap_or_default()
    }

    pub(super) fn association_accept(&self) -> Vec<u8> {
        let startup_mode = if self.number.is_multiple_of(4) { StartupMode::WARM } else { StartupMode::HOT };
        association::accept(&User { startup_mode, ..User::server(Self::profile()) }).unwrap_or_default()
    }

    /// What the MDS says of itself in create event and poll.
    fn mds(&self) -> Attributes {
        Attributes::new()
            .system_id(&self.system_id())
            .system_type(Type::new(1, 0x114d))
            .system_model(b"Philips", self.system_model().as_bytes())
            .number(id::MODE_OP, self.mode().0)
            .number(id::AREA_APPL, 2)
            .number(id::VMS_MDS_STAT, 6)
            .bed_label(&self.bed())
    }

    pub(super) fn mds_create(&self, at: u64) -> Vec<u8> {
        export::mds_create(1, THE_MDS, self.uptime(at), &self.mds()).unwrap_or_default()
    }

    pub(super) fn mds_create_result(&self) -> Vec<u8> {
        export::event_result(1, THE_MDS, RelativeTime(0), OidType(0x0d06)).unwrap_or_default()
    }

    pub(super) fn poll_request(&self, invoke: u16, class: u16, extended: bool) -> Vec<u8> {
        let options = Attributes::new().attribute(id::TIME_PD_POLL, &[0, 0x27, 0x10, 0]);
        let options = extended.then_some(&options);
        export::poll_request(invoke, THE_MDS, invoke, Type::new(1, class), OidType(0), options).unwrap_or_default()
    }

    fn result(&self, poll: u16, at: u64, class: u16) -> PollResultBuilder {
        PollResultBuilder::new(poll, self.uptime(at), Type::new(1, class))
    }

    pub(super) fn mds_result(&self, invoke: u16, at: u64) -> Vec<u8> {
        let attributes = self.specified(self.mds());
        self.result(invoke, at, 0x21).object(0, Handle(0), &attributes).build(invoke, THE_MDS).unwrap_or_default()
    }

    /// The patient, whose every text is a canary.
    pub(super) fn patient_result(&self, invoke: u16, at: u64) -> Vec<u8> {
        let text = |what: &str| {
            let units: Vec<u8> =
                format!("{CANARY}{what}{}\0", self.number).encode_utf16().flat_map(u16::to_be_bytes).collect();
            let length = u16::try_from(units.len()).unwrap_or(0).to_be_bytes();
            [&length[..], &units].concat()
        };
        let attributes = [(0x095a, "ID"), (0x095c, "FAMILY"), (0x095d, "GIVEN"), (0xf129, "NOTE"), (0xf2e1, "CASE")]
            .into_iter()
            .fold(Attributes::new(), |all, (attribute, what)| all.attribute(OidType(attribute), &text(what)));
        self.result(invoke, at, 0x2a).object(0, Handle(80), &attributes).build(invoke, THE_MDS).unwrap_or_default()
    }

    /// The numbers of a moment: one part, or two linked ones and the one that closes the series.
    pub(super) fn numerics(&self, invoke: u16, at: u64) -> Vec<Vec<u8>> {
        let minute = at / 60_000;
        let objects: Vec<Attributes> = NUMERICS
            .iter()
            .enumerate()
            .map(|(which, (physio, unit, value))| {
                let state = match (self.measures(which, minute), self.mode().1) {
                    (true, _) => MeasurementState(0),
                    (false, "demonstration") => MeasurementState::DEMO_DATA,
                    (false, _) => MeasurementState::UNAVAILABLE,
                };
                let measured = state != MeasurementState::UNAVAILABLE;
                Attributes::new().numeric(&NuObsValue {
                    physio_id: OidType(*physio),
                    state,
                    unit_code: OidType(*unit),
                    value: FloatType(if measured { *value } else { 0x007f_ffff }),
                })
            })
            .collect();
        let extended = |result: PollResultBuilder| {
            if self.number % 2 == 1 { result.extended(u16::try_from(at / 1000).unwrap_or(0)) } else { result }
        };
        let start = || extended(self.result(invoke, at, 6));
        let handles = (0x8000..).map(Handle);
        let results: Vec<PollResultBuilder> = if self.number % 4 == 2 {
            let parts = handles.zip(&objects).map(|(handle, attributes)| start().object(0, handle, attributes));
            let last = objects.len();
            (1_u8..)
                .zip(parts)
                .map(|(count, part)| match usize::from(count) {
                    count if count == last => part,
                    1 => part.linked(Linked { state: 1, count: 1 }),
                    _ => part.linked(Linked { state: 3, count }),
                })
                .collect()
        } else {
            vec![handles.zip(&objects).fold(start(), |all, (handle, attributes)| all.object(0, handle, attributes))]
        };
        results.iter().map(|result| result.build(invoke, THE_MDS).unwrap_or_default()).collect()
    }

    pub(super) fn wave(&self, invoke: u16, at: u64) -> Vec<u8> {
        let samples: Vec<u8> = (0..128_u16).flat_map(|sample| sample.wrapping_mul(97).to_be_bytes()).collect();
        let wave = SaObsValue { physio_id: OidType(0x0102), state: MeasurementState(0), samples: &samples };
        let attributes = Attributes::new().wave(&wave);
        self.result(invoke, at, 9).object(0, Handle(0x0100), &attributes).build(invoke, THE_MDS).unwrap_or_default()
    }

    /// Every eighth monitor is in a high alarm of its patient in the third minute, with a text.
    const fn alarmed(&self, minute: u64) -> bool {
        self.number.is_multiple_of(8) && minute == 2
    }

    pub(super) fn alarms(&self, invoke: u16, at: u64) -> Vec<u8> {
        let text: Vec<u8> = format!("{CANARY}ALARM\0").encode_utf16().flat_map(u16::to_be_bytes).collect();
        let string = [&u16::try_from(text.len()).unwrap_or(0).to_be_bytes()[..], &text].concat();
        let info = [&[0, 1, 0, 0, 2, 3, 0, 4, 0, 0][..], &string].concat();
        let entry = [
            &[0x41, 0x82, 0, 0x10, 0x04, 0, 0, 8, 0, 0x36, 0, 0, 0, 9, 0x02, 0x04][..],
            &u16::try_from(info.len()).unwrap_or(0).to_be_bytes(),
            &info,
        ]
        .concat();
        let list = |entry: &[u8]| {
            let count = u16::from(!entry.is_empty()).to_be_bytes();
            [&count[..], &u16::try_from(entry.len()).unwrap_or(0).to_be_bytes(), entry].concat()
        };
        let active = self.alarmed(at / 60_000);
        let attributes = Attributes::new()
            .attribute(id::DEV_AL_COND, &[0, 0, 0, 0, if active { 4 } else { 0 }, 0, 0, 0, 0, 0])
            .attribute(id::AL_MON_P_AL_LIST, &list(if active { &entry } else { &[] }))
            .attribute(id::AL_MON_T_AL_LIST, &list(&[]));
        self.result(invoke, at, 0x36).object(0, Handle(9), &attributes).build(invoke, THE_MDS).unwrap_or_default()
    }

    /// Milliseconds after the start at which its numbers are sent.
    fn polls(&self, minutes: u8) -> impl Iterator<Item = u64> {
        let (seconds, start) = (u64::from(minutes).wrapping_mul(60), u64::from(self.number).wrapping_mul(311));
        let restart = self.restarts_at();
        let polled =
            (0..seconds).filter(move |second| *second > 10 && second % super::POLL == 0 && restart != Some(*second));
        polled.map(move |second| second.wrapping_mul(1000).wrapping_add(start))
    }

    pub(super) fn truth(&self, minutes: u8) -> Value {
        let count = |of: &dyn Fn(u64) -> bool| {
            let mut found: Vec<u64> = self.polls(minutes).map(|at| at / 60_000).filter(|minute| of(*minute)).collect();
            found.dedup();
            found.len()
        };
        let measured: serde_json::Map<String, Value> = NUMERICS
            .iter()
            .enumerate()
            .map(|(which, (physio, ..))| {
                let code = format!("MDC {}", 0x2_0000_u32.wrapping_add(u32::from(*physio)));
                (code, count(&|minute| self.measures(which, minute)).into())
            })
            .filter(|(_, minutes): &(String, Value)| minutes.as_u64() != Some(0))
            .collect();
        let station = self.station();
        let full = self.generation() != Generation::Family;
        let resets = self.restarts_at().filter(|second| *second < u64::from(minutes).wrapping_mul(60)).map_or(0, |_| 1);
        json!({
            "ip": ip(self.server.map_or(station.ip, |server| server.ip)),
            "mac": mac(self.server.map_or(station.mac, |server| server.mac)),
            "behind": self.server.map(|server| ip(server.ip)),
            "manufacturer": "Philips",
            "model": self.model(),
            "system_model": self.system_model(),
            "serial": self.serial(),
            "class": "patient-monitor",
            "bed": self.bed(),
            "mode": self.mode().1,
            "software": self.revision(),
            "eui64": full.then(|| self.system_id().iter().map(|byte| format!("{byte:02X}")).collect::<String>()),
            "system_id": self.system_id().iter().map(|byte| format!("{byte:02x}")).collect::<String>(),
            "measured_minutes": measured,
            "in_use_minutes": count(&|minute| (0..3).any(|which| self.measures(which, minute))),
            "alarm_minutes": count(&|minute| self.alarmed(minute)),
            "resets": resets,
            "capture_starts": START,
        })
    }
}
