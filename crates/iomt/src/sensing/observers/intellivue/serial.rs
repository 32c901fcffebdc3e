//! The same protocol in its serial framing over TCP: a terminal server stands between the monitor and the network.
//!
//! The address is the terminal server's; the monitor is equipment behind it, never the endpoint. Who it is, is gathered over the whole
//! connection and filed at its end, because the messages that tell (MDS create, MDS poll) tell parts.

use iomt_intellivue::message::parse;
use iomt_intellivue::rs232::{Decoder, Event};
use iomt_intellivue::tracker::{Role, Tracker};
use iomt_wire::{Direction, Limits, Segment};

use super::rhythm::Rhythm;
use super::{facts, signals};
use crate::evidence::{Attribute, BEHIND_TERMINAL_SERVER, Evidence, Source, Value, WHOLE};
use crate::sensing::card::Card;
use crate::sensing::scene::{Scene, is_nobody};
use crate::usage::Usage;

/// Listens to one connection.
#[derive(Debug)]
pub(crate) struct IntelliVueSerialObserver {
    initiator: Decoder,
    responder: Decoder,
    ear: Ear,
}

/// What is remembered of the connection.
#[derive(Debug)]
struct Ear {
    rhythm: Rhythm,
    tracker: Tracker,
    card: Card,
    usage: Usage,
    /// The side that the monitor is on.
    monitor: Option<Direction>,
    messages: u64,
    whole: bool,
}

impl IntelliVueSerialObserver {
    pub(crate) fn new(limits: &Limits) -> Self {
        let ear = Ear {
            rhythm: Rhythm::default(),
            tracker: Tracker::new(),
            card: Card::default(),
            usage: Usage::default(),
            monitor: None,
            messages: 0,
            whole: true,
        };
        Self { initiator: Decoder::new(limits), responder: Decoder::new(limits), ear }
    }

    pub(crate) fn hear(&mut self, direction: Direction, segment: Segment<'_>, scene: &mut Scene<'_>) {
        let (decoder, ear) = match direction {
            Direction::Initiator => (&mut self.initiator, &mut self.ear),
            Direction::Responder => (&mut self.responder, &mut self.ear),
        };
        let mut visit = |event: Event<'_>| ear.event(direction, event, scene);
        match segment {
            Segment::Data(bytes) => decoder.feed(bytes, &mut visit),
            Segment::Gap { .. } => {
                decoder.gap(&mut visit);
                ear.whole = false;
                ear.rhythm.gap(direction);
                ear.tracker.gap();
            }
            Segment::End => decoder.gap(&mut visit),
        }
    }

    /// The connection is over: what was gathered of the monitor is filed.
    pub(crate) fn close(&mut self, scene: &mut Scene<'_>) {
        self.ear.rhythm.file(scene);
        self.ear.file(scene);
    }
}

impl Ear {
    fn event(&mut self, direction: Direction, event: Event<'_>, scene: &mut Scene<'_>) {
        let message = match event {
            Event::Frame(data) => parse(data).ok().map(|(message, _)| (message, data.len())),
            Event::Damaged(_) => None,
            Event::Skipped(_) => {
                self.whole = false;
                return;
            }
        };
        let Some((message, length)) = message else {
            scene.health.messages_damaged = scene.health.messages_damaged.saturating_add(1);
            return;
        };
        scene.active(0, 1);
        self.rhythm.hear(direction, &message, length, scene);
        let from = Source { protocol: "intellivue", field: "MIB/RS232", kind: "role" };
        match self.tracker.hear(direction, &message).sender {
            Some(Role::Monitor) => {
                if self.monitor.is_none() {
                    self.monitor = Some(direction);
                    scene.endpoint(direction, Attribute::Role, Value::pair("server", "serial-line"), from, 0);
                    let client = scene.address(direction.reverse());
                    if !is_nobody(client) {
                        let peer = Value::pair("polled-by", &client.to_string());
                        scene.endpoint(direction, Attribute::Peer, peer, from, 0);
                    }
                    if direction == Direction::Responder {
                        let port = Value::text(&format!("tcp/{}", scene.socket(direction).port()));
                        scene.endpoint(direction, Attribute::Port, port, from, 0);
                    }
                }
                self.messages = self.messages.saturating_add(1);
                facts::told(&message, &mut self.card, scene);
                self.usage.merge(&signals::usage(&message, scene.at.time));
            }
            Some(Role::Client) => {
                scene.endpoint(direction, Attribute::Role, Value::pair("client", "data-export"), from, 0);
            }
            None => {}
        }
    }

    fn file(&mut self, scene: &mut Scene<'_>) {
        let Some(monitor) = self.monitor else { return };
        let (speaker, place) = (scene.address(monitor), scene.place(0));
        let card = core::mem::take(&mut self.card);
        let Some(subject) = card.file(Some(speaker), "intellivue", scene.out) else { return };
        scene.out.active(&subject, scene.at.time, 1, self.messages);
        scene.out.used(&subject, &self.usage);
        let signs = [Some(BEHIND_TERMINAL_SERVER), self.whole.then_some(WHOLE)];
        for sign in signs.into_iter().flatten() {
            scene.out.take(Evidence {
                subject: subject.clone(),
                attribute: Attribute::Sign,
                value: Value::text(sign),
                source: Source { protocol: "intellivue", field: "MIB/RS232", kind: "role" },
                place: place.clone(),
            });
        }
    }
}
