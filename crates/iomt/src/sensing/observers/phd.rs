//! ISO/IEEE 11073-20601: the agent is the device, the manager collects.
//!
//! What a device says of itself comes in several messages of one association: its EUI-64 and configuration when it asks to
//! associate, model and serial number when it is asked. They are gathered and filed together when the association ends.
//! Measured values and the numbers of persons are not read.

use iomt_phd::apdu::{Apdu, ApduType, Body};
use iomt_phd::association::{FunctionalUnits, PhdAssociationInformation};
use iomt_phd::config::Observation;
use iomt_phd::ident::{Attribute as Said, Fact, Value as Is, facts};
use iomt_phd::tracker::{Event, Tracker};
use iomt_wire::{Direction, Limits, Segment};

use crate::evidence::{Attribute, Evidence, Source, Value, WHOLE};
use crate::fingerprint::telemetry::{ByteOrder, Telemetry};
use crate::sensing::card::Card;
use crate::sensing::power::{battery, power};
use crate::sensing::scene::{Scene, is_nobody};
use crate::sensing::text::clean;
use crate::usage::{Mode, Track, Usage};

/// What evidence calls the protocol.
const PROTOCOL: &str = "phd";

/// Messages after which what was gathered of a rhythm is filed, though the conversation goes on.
const FILED_AFTER: u64 = 256;

/// Listens to one connection.
#[derive(Debug)]
pub(crate) struct PhdObserver {
    tracker: Tracker,
    gathered: Gathered,
}

impl PhdObserver {
    pub(crate) fn new(limits: Limits) -> Self {
        let [initiator, responder] = [const { Telemetry::new(ByteOrder::Big) }; 2];
        let gathered = Gathered {
            card: Card::default(),
            agent: None,
            whole: false,
            gap: false,
            usage: Usage::default(),
            test: false,
            initiator,
            responder,
        };
        Self { tracker: Tracker::new(limits), gathered }
    }

    pub(crate) fn hear(&mut self, direction: Direction, segment: Segment<'_>, scene: &mut Scene<'_>) {
        let Self { tracker, gathered } = self;
        if let Segment::Gap { .. } = segment {
            (gathered.whole, gathered.gap) = (false, true);
            gathered.side(direction).gap();
        }
        tracker.hear(direction, segment, &mut |event| match event {
            Event::Observation { observation, .. } => gathered.observation(&observation, scene),
            Event::Apdu { direction, offset, apdu, is_readable } => {
                gathered.apdu(direction, offset, &apdu, is_readable, scene);
            }
            Event::Stream { .. } => {
                gathered.whole = false;
                scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
            }
            Event::Unread { .. } => {
                scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
            }
            Event::Capped { .. } => scene.health.hit("configuration objects", 1),
            _ => {}
        });
    }

    pub(crate) fn close(&mut self, scene: &mut Scene<'_>) {
        self.gathered.file(scene);
        self.gathered.file_rhythm(scene);
    }
}

/// What is known of the association that is on.
#[derive(Debug)]
struct Gathered {
    card: Card,
    agent: Option<Direction>,
    /// It was seen from its beginning on.
    whole: bool,
    /// Bytes of the connection were lost.
    gap: bool,
    usage: Usage,
    /// It is a test association: its numbers are nobody's.
    test: bool,
    initiator: Telemetry,
    responder: Telemetry,
}

impl Gathered {
    fn side(&mut self, direction: Direction) -> &mut Telemetry {
        match direction {
            Direction::Initiator => &mut self.initiator,
            Direction::Responder => &mut self.responder,
        }
    }

    fn apdu(&mut self, direction: Direction, offset: u64, apdu: &Apdu<'_>, is_readable: bool, scene: &mut Scene<'_>) {
        scene.active(0, 1);
        let side = self.side(direction);
        match apdu.body() {
            Ok(Body::AssociationRequest(request)) => {
                side.open();
                request.information().iter().for_each(|said| parameters(said, side));
                self.file(scene);
                (self.agent, self.whole) = (Some(direction), !self.gap);
                self.test = request.information().is_some_and(|said| is_test(&said));
                role(direction, "agent", offset, scene);
            }
            Ok(Body::AssociationResponse(response)) => {
                side.open();
                response.information().iter().for_each(|said| parameters(said, side));
                role(direction, "manager", offset, scene);
            }
            _ => {}
        }
        let kind = match apdu.data() {
            Ok(data) if is_readable => data.choice.name(),
            _ => apdu.apdu_type.name(),
        };
        let side = self.side(direction);
        side.message(kind.unwrap_or("unknown"), usize::from(apdu.length).saturating_add(4), scene.at.time);
        if side.pending() >= FILED_AFTER {
            scene.telemetry(direction, PROTOCOL, side);
        }
        if apdu.apdu_type == ApduType::AARE {
            facts(apdu, &mut |fact| manager(direction, offset, &fact, scene));
        } else if is_readable || apdu.apdu_type != ApduType::PRST {
            let mut told = false;
            facts(apdu, &mut |fact| {
                told = true;
                device(&mut self.card, offset, &fact, scene);
            });
            // Only a device has attributes and a configuration to tell; a manager's question is no answer.
            self.agent = self.agent.or_else(|| (told && apdu.apdu_type == ApduType::PRST).then_some(direction));
        }
        if matches!(apdu.apdu_type, ApduType::RLRE | ApduType::ABRT) {
            self.file(scene);
        }
    }

    /// A value that was reported now; it may have been measured before, and stored.
    fn observation(&mut self, observation: &Observation<'_>, scene: &Scene<'_>) {
        if self.test {
            self.usage.note(Track::Mode(Mode::Demonstration), scene.at.time);
        } else if let Some(metric) = observation.metric.filter(|_| observation.has_number()) {
            self.usage.note(Track::Measured(metric.mdc()), scene.at.time);
        }
    }

    /// Files what the device said of itself.
    fn file(&mut self, scene: &mut Scene<'_>) {
        let card = core::mem::take(&mut self.card);
        let whole = core::mem::replace(&mut self.whole, false);
        let usage = core::mem::take(&mut self.usage);
        let Some(agent) = self.agent else { return };
        let speaker = scene.address(agent);
        if is_nobody(speaker) {
            return;
        }
        let Some(subject) = card.file(Some(speaker), PROTOCOL, scene.out) else { return };
        scene.out.active(&subject, scene.at.time, 0, 1);
        scene.out.used(&subject, &usage);
        if whole {
            let (attribute, value, place) = (Attribute::Sign, Value::text(WHOLE), scene.place(0));
            scene.out.take(Evidence { subject, attribute, value, source: source("association", "role"), place });
        }
    }

    fn file_rhythm(&mut self, scene: &mut Scene<'_>) {
        scene.telemetry(Direction::Initiator, PROTOCOL, &mut self.initiator);
        scene.telemetry(Direction::Responder, PROTOCOL, &mut self.responder);
    }
}

/// Whether a device asks for a test association.
fn is_test(said: &PhdAssociationInformation<'_>) -> bool {
    said.functional_units.contains(FunctionalUnits::CREATE_TEST_ASSOC)
}

/// What a peer states of its implementation when it associates.
fn parameters(said: &PhdAssociationInformation<'_>, side: &mut Telemetry) {
    side.parameter("protocol-version", &format!("{:08x}", said.protocol_version));
    side.parameter("encoding-rules", &format!("{:04x}", said.encoding_rules.0));
    side.parameter("nomenclature-version", &format!("{:08x}", said.nomenclature_version));
    side.parameter("functional-units", &format!("{:08x}", said.functional_units.0));
    side.parameter("system-type", &format!("{:08x}", said.system_type.0));
    side.parameter("data-req-mode-flags", &format!("{:04x}", said.data_req_mode_flags));
}

const fn source(field: &'static str, kind: &'static str) -> Source {
    Source { protocol: PROTOCOL, field, kind }
}

fn role(direction: Direction, role: &str, offset: u64, scene: &mut Scene<'_>) {
    let value = Value::pair(role, "11073-20601");
    scene.endpoint(direction, Attribute::Role, value, source("system-type", "role"), offset);
}

/// A manager's own identifier.
fn manager(direction: Direction, offset: u64, fact: &Fact<'_>, scene: &mut Scene<'_>) {
    if let (Said::SystemId, Is::Eui64(eui64)) = (fact.attribute, fact.value) {
        let value = Value::text(&hexadecimal(&eui64));
        scene.endpoint(direction, Attribute::Eui64, value, source(fact.field, "declared"), plus(offset, fact.offset));
    }
}

/// What a device says of itself.
fn device(card: &mut Card, offset: u64, fact: &Fact<'_>, scene: &Scene<'_>) {
    let text = match fact.value {
        Is::Bytes(bytes) => clean(bytes),
        Is::Number(number) => number.to_string(),
        Is::Eui64(eui64) => hexadecimal(&eui64),
        // What a body of certification writes into its structures is its own.
        Is::Certification { auth_body, struct_type, data } => {
            format!("body {auth_body}, structure {struct_type}: {}", hexadecimal(data))
        }
        _ => return,
    };
    // The numbers of components are a maker's own.
    let component = |what: &str| match fact.component {
        None | Some(0) => what.to_owned(),
        Some(number) => format!("component {number} {what}"),
    };
    let (attribute, value, kind) = match fact.attribute {
        Said::Manufacturer => (Attribute::Manufacturer, Value::text(&text), "declared"),
        Said::Model => (Attribute::Model, Value::text(&text), "declared"),
        Said::Serial => (Attribute::Serial, Value::text(&text), "declared"),
        Said::PartNumber => (Attribute::Part, Value::pair(&component("part"), &text), "declared"),
        Said::HardwareRevision => (Attribute::Hardware, Value::pair(&component("hardware"), &text), "declared"),
        Said::SoftwareRevision => (Attribute::Software, Value::pair(&component("software"), &text), "declared"),
        Said::FirmwareRevision => (Attribute::Software, Value::pair(&component("firmware"), &text), "declared"),
        Said::ProtocolRevision => (Attribute::Software, Value::pair(&component("protocol"), &text), "declared"),
        Said::SystemId => (Attribute::Eui64, Value::text(&text), "declared"),
        Said::Specialisation => (Attribute::Class, Value::pair("MDC", &text), "mdc-device-type"),
        Said::Gmdn => (Attribute::Registration, Value::pair("gmdn", &text), "declared"),
        Said::Certification => (Attribute::Registration, Value::pair("certification", &text), "declared"),
        Said::PowerStatus | Said::BatteryCharge => {
            let Is::Number(number) = fact.value else { return };
            let is_power = fact.attribute == Said::PowerStatus;
            let Some(state) = (if is_power { power(number) } else { battery(number) }) else { return };
            (Attribute::State, state, "declared")
        }
        _ => return,
    };
    card.add(attribute, value, source(fact.field, kind), scene.place(plus(offset, fact.offset)));
}

fn plus(offset: u64, within: usize) -> u64 {
    offset.saturating_add(u64::try_from(within).unwrap_or(u64::MAX))
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}
