//! A whole conversation: who is the device, what was agreed on, and the values of its reports.
//!
//! A fixed report can only be read by the configuration that went before it. The tracker keeps, per connection, the
//! configuration of the association that is on, and those of earlier ones by device and number, since a manager that knows
//! a device already does not have it sent again.
//!
//! Bounded: one APDU per direction, sixteen configurations.

use alloc::vec::Vec;

use iomt_wire::{Direction, Error, Limits, Segment};

use crate::{
    apdu::{Apdu, Body},
    association::{AssociationRequest, AssociationResponse, ConfigId, EncodingRules, PhdAssociationInformation},
    config::{Configuration, Observation},
    data::{Action, DataApdu, DataBody, EventReport},
    scan::{ConfigReport, DataResponse, ScanReport},
    stream::{Decoder, Event as Framed},
};

/// Configurations of earlier associations that are kept.
const KEPT: usize = 16;

/// What the tracker tells.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Event<'a> {
    /// A message.
    Apdu {
        /// Who sent it.
        direction: Direction,
        /// Where it starts, in bytes from the start of that direction's stream.
        offset: u64,
        /// The message.
        apdu: Apdu<'a>,
        /// Whether its data can be read: they cannot when the association agreed on another encoding than MDER.
        is_readable: bool,
    },
    /// A value out of the report in the message before it.
    Observation {
        /// Who sent it.
        direction: Direction,
        /// The value.
        observation: Observation<'a>,
    },
    /// Something in the message before it could not be read.
    Unread {
        /// Who sent it.
        direction: Direction,
        /// What, with its place in the message.
        error: Error,
    },
    /// What happened to the stream between messages.
    Stream {
        /// In which direction.
        direction: Direction,
        /// What it was; never an APDU.
        event: Framed<'a>,
    },
    /// A configuration has more objects or values than are kept.
    Capped {
        /// Its number.
        config: ConfigId,
    },
}

/// What is known of the association that is on.
#[derive(Clone, Debug, Default)]
struct Association {
    agent: Option<Direction>,
    system_id: Option<[u8; 8]>,
    config: Option<ConfigId>,
    encoding: Option<EncodingRules>,
}

/// A configuration of an earlier association.
#[derive(Clone, Debug)]
struct Known {
    system_id: Option<[u8; 8]>,
    id: ConfigId,
    configuration: Configuration,
}

/// Follows both directions of a connection.
#[derive(Clone, Debug)]
pub struct Tracker {
    initiator: Decoder,
    responder: Decoder,
    mind: Mind,
}

impl Default for Tracker {
    fn default() -> Self {
        Self::new(Limits::DEFAULT)
    }
}

impl Tracker {
    /// A tracker within these limits.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            initiator: Decoder::new(&limits),
            responder: Decoder::new(&limits),
            mind: Mind { limits, association: Association::default(), current: None, known: Vec::new() },
        }
    }

    /// Takes the next piece of one direction.
    pub fn hear(&mut self, direction: Direction, segment: Segment<'_>, visit: &mut dyn FnMut(Event<'_>)) {
        let Self { initiator, responder, mind } = self;
        let decoder = match direction {
            Direction::Initiator => initiator,
            Direction::Responder => responder,
        };
        let mut framed = |event: Framed<'_>| mind.framed(direction, event, visit);
        match segment {
            Segment::Data(bytes) => decoder.feed(bytes, &mut framed),
            Segment::Gap { len } => decoder.gap(len, &mut framed),
            Segment::End => decoder.end(&mut framed),
        }
    }

    /// Which side is the device, once that is known.
    #[must_use]
    pub const fn agent(&self) -> Option<Direction> {
        self.mind.association.agent
    }

    /// The layout of the device's values, once it is known.
    #[must_use]
    pub const fn configuration(&self) -> Option<&Configuration> {
        self.mind.current.as_ref()
    }
}

/// What the tracker remembers.
#[derive(Clone, Debug)]
struct Mind {
    limits: Limits,
    association: Association,
    current: Option<Configuration>,
    known: Vec<Known>,
}

impl Mind {
    fn framed(&mut self, direction: Direction, event: Framed<'_>, visit: &mut dyn FnMut(Event<'_>)) {
        let Framed::Apdu { offset, bytes } = event else { return visit(Event::Stream { direction, event }) };
        let apdu = match Apdu::parse(bytes) {
            Ok((apdu, _)) => apdu,
            Err(error) => return visit(Event::Unread { direction, error }),
        };
        let is_readable = self.association.encoding.is_none_or(EncodingRules::has_mder);
        visit(Event::Apdu { direction, offset, apdu, is_readable });
        let outcome = apdu.body().and_then(|body| match body {
            Body::AssociationRequest(request) => {
                self.request(direction, &request);
                Ok(())
            }
            Body::AssociationResponse(response) => {
                self.response(direction, &response);
                Ok(())
            }
            Body::ReleaseResponse(_) | Body::Abort(_) => {
                self.association = Association::default();
                self.current = None;
                Ok(())
            }
            Body::Presentation(presentation) if is_readable => {
                presentation.data().and_then(|data| self.data(direction, &data, visit))
            }
            _ => Ok(()),
        });
        if let Err(error) = outcome {
            visit(Event::Unread { direction, error });
        }
    }

    fn request(&mut self, direction: Direction, request: &AssociationRequest<'_>) {
        let said = request.information();
        let config = said.map(|said| said.dev_config_id);
        let system_id = said.and_then(|said| said.system_id.bytes.try_into().ok());
        self.association = Association { agent: Some(direction), system_id, config, encoding: None };
        self.current = config.and_then(|config| self.recall(system_id, config));
    }

    fn response(&mut self, direction: Direction, response: &AssociationResponse<'_>) {
        self.association.agent = self.association.agent.or(Some(direction.reverse()));
        if response.result.is_accepted() {
            let chosen = response.information().map(|PhdAssociationInformation { encoding_rules, .. }| encoding_rules);
            // A manufacturer's own protocol is in no encoding that is read.
            self.association.encoding = Some(chosen.unwrap_or(EncodingRules(0)));
        }
    }

    /// What is known beforehand of a configuration.
    fn recall(&self, system_id: Option<[u8; 8]>, config: ConfigId) -> Option<Configuration> {
        let earlier = self.known.iter().rev().find(|known| known.id == config && known.system_id == system_id);
        earlier.map(|known| known.configuration.clone()).or_else(|| Configuration::standard(config))
    }

    fn data(
        &mut self,
        direction: Direction,
        data: &DataApdu<'_>,
        visit: &mut dyn FnMut(Event<'_>),
    ) -> iomt_wire::Result<()> {
        match data.body()? {
            DataBody::EventReport(event) => self.event(direction, &event, visit),
            DataBody::Action(action) => self.action(direction, &action, visit),
            _ => Ok(()),
        }
    }

    fn event(
        &mut self,
        direction: Direction,
        event: &EventReport<'_>,
        visit: &mut dyn FnMut(Event<'_>),
    ) -> iomt_wire::Result<()> {
        if let Some(report) = ConfigReport::read(event)? {
            self.association.agent = Some(direction);
            self.learn(&report, visit);
        }
        match ScanReport::read(event)? {
            Some(report) => self.observe(direction, event.handle, &report, visit),
            None => Ok(()),
        }
    }

    fn action(
        &mut self,
        direction: Direction,
        action: &Action<'_>,
        visit: &mut dyn FnMut(Event<'_>),
    ) -> iomt_wire::Result<()> {
        let Some(response) = DataResponse::read(action)? else { return Ok(()) };
        match ScanReport::read_response(&response)? {
            Some(report) => self.observe(direction, action.handle, &report, visit),
            None => Ok(()),
        }
    }

    fn learn(&mut self, report: &ConfigReport<'_>, visit: &mut dyn FnMut(Event<'_>)) {
        let configuration = Configuration::learn(report, &self.limits);
        if configuration.is_capped() {
            visit(Event::Capped { config: report.id });
        }
        let system_id = self.association.system_id;
        self.known.retain(|known| (known.id, known.system_id) != (report.id, system_id));
        if self.known.len() >= KEPT {
            self.known.remove(0);
        }
        self.known.push(Known { system_id, id: report.id, configuration: configuration.clone() });
        self.association.config = Some(report.id);
        self.current = Some(configuration);
    }

    fn observe(
        &self,
        direction: Direction,
        reporter: iomt_x73::Handle,
        report: &ScanReport<'_>,
        visit: &mut dyn FnMut(Event<'_>),
    ) -> iomt_wire::Result<()> {
        let nothing = Configuration::default();
        let configuration = self.current.as_ref().unwrap_or(&nothing);
        configuration.observe(reporter, report, &mut |observation| {
            visit(Event::Observation { direction, observation });
        })
    }
}
