//! The sensor: push packets, take a ledger or an inventory.

use core::hash::{BuildHasher as _, Hasher as _};
use core::net::IpAddr;

use foldhash::quality::FixedState;
use iomt_capture::{FlowKey, Frame, Handler, LinkType, Mac, Network, Place as At, Transport};
use iomt_wire::{Direction, Limits, Segment, Timestamp};

use super::dialog::{Datagrams, Dialog};
use super::observers::hl7v2::memo::Memo;
use super::observers::{DatagramObserver, Observer};
use super::scene::{Inputs, Scene, is_nobody};
use crate::health::Health;
use crate::reasoning::inventory::Inventory;
use crate::reasoning::ledger::{Ledger, Neighbour, Proof, ShardId};

/// Turns packets into evidence. Feed it frames in the order in which they were captured; nothing is ever sent.
///
/// ```
/// use iomt::{LinkType, Sensor, Timestamp};
///
/// let mut sensor = Sensor::new("uplink");
/// sensor.push(Timestamp::new(1_767_348_000, 0), LinkType::ETHERNET, &[0; 60]);
/// assert!(sensor.inventory().devices.is_empty());
/// ```
#[derive(Debug)]
pub struct Sensor {
    network: Network<Sensing>,
    sensing: Sensing,
    frames: u64,
    identity: Identity,
}

impl Sensor {
    /// A sensor with the default [`Limits`]; `input` names the capture in every place of evidence.
    #[must_use]
    pub fn new(input: &str) -> Self {
        Self::with_limits(input, Limits::DEFAULT)
    }

    /// A sensor with limits of your own.
    #[must_use]
    pub fn with_limits(input: &str, limits: Limits) -> Self {
        Self {
            network: Network::new(limits),
            sensing: Sensing {
                inputs: Inputs::new(input),
                limits,
                ledger: Ledger::new(ShardId::default(), limits),
                health: Health::default(),
                memo: Memo::default(),
            },
            frames: 0,
            identity: Identity::default(),
        }
    }

    /// Takes one packet from the caller's own capture; they are numbered from one.
    pub fn push(&mut self, time: Timestamp, link: LinkType, bytes: &[u8]) {
        let original_length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        let number = self.frames.saturating_add(1);
        self.take(&Frame { number, time, link, data: bytes, original_length });
    }

    /// Takes one frame of a capture file, with its number and original length.
    pub fn push_frame(&mut self, frame: &Frame<'_>) {
        self.take(&Frame { number: self.sensing.inputs.number(frame.number), ..*frame });
    }

    fn take(&mut self, frame: &Frame<'_>) {
        self.frames = frame.number;
        self.identity.add(frame);
        self.network.push(&mut self.sensing, frame);
    }

    /// The frames from here on are of the next file of the same capture, as when a long one is written to several: they are numbered
    /// from one again, and conversations go on.
    pub fn next_input(&mut self, input: &str) {
        self.sensing.inputs.next(self.frames, input);
    }

    /// Notes damage to the input that only its reader can see.
    pub fn damaged(&mut self, what: String) {
        self.sensing.health.damaged(what);
    }

    /// The inventory of what was seen so far; the sensor goes on. Streams still being put in order are not in it.
    #[must_use]
    pub fn inventory(&self) -> Inventory {
        let mut ledger = self.sensing.ledger.clone();
        self.sensing.memo.clone().tell(&mut ledger);
        let mut health = self.sensing.health.clone();
        tell_network(&mut health, self.network.health());
        ledger.set_health(health);
        Inventory::read(&ledger, crate::knowledge::Knowledge::builtin())
    }

    /// Ends the capture: what is still held is delivered, and the evidence is handed over as one shard.
    #[must_use]
    pub fn finish(mut self) -> Ledger {
        self.network.finish(&mut self.sensing);
        self.sensing.memo.tell(&mut self.sensing.ledger);
        let mut health = core::mem::take(&mut self.sensing.health);
        tell_network(&mut health, self.network.health());
        let mut ledger =
            core::mem::replace(&mut self.sensing.ledger, Ledger::new(ShardId::default(), self.sensing.limits));
        ledger.set_health(health);
        ledger.stamped(self.identity.shard())
    }
}

pub(crate) fn tell_network(health: &mut Health, network: &iomt_capture::Health) {
    health.frames = network.frames;
    health.bytes = network.bytes;
    health.undecoded_frames = network.undecoded_frames;
    health.truncated_frames = network.truncated_frames;
    health.streams = network.streams;
    health.gaps = network.gaps;
    health.gap_bytes = network.gap_bytes;
    health.fragments_lost = network.fragments_lost;
    health.overlap_conflicts = network.overlap_conflicts;
    for (limit, times) in network.limits_hit.iter() {
        health.hit(limit, *times);
    }
}

/// The identity of a shard comes from its input: from every frame's time, link, lengths and first bytes, which hold its addresses
/// and the beginning of what it carries.
#[derive(Clone, Debug, Default)]
struct Identity(u64);

impl Identity {
    /// Bytes of a frame that count.
    const HEAD: usize = 128;

    fn add(&mut self, frame: &Frame<'_>) {
        let head = frame.data.get(..Self::HEAD).unwrap_or(frame.data);
        let mut hasher = FixedState::with_seed(self.0).build_hasher();
        hasher.write_i64(frame.time.nanoseconds());
        hasher.write_u32(frame.link.0);
        hasher.write_u32(frame.original_length);
        hasher.write(head);
        self.0 = hasher.finish();
    }

    const fn shard(&self) -> ShardId {
        ShardId(self.0)
    }
}

/// What the network layer hands its flows to.
#[derive(Debug)]
struct Sensing {
    inputs: Inputs,
    limits: Limits,
    ledger: Ledger,
    health: Health,
    memo: Memo,
}

impl Sensing {
    fn scene<'a>(&'a mut self, flow: &'a FlowKey, at: &'a At) -> Scene<'a> {
        Scene { flow, at, inputs: &self.inputs, out: &mut self.ledger, health: &mut self.health, memo: &mut self.memo }
    }

    /// A hardware address and a network address behind it.
    fn together(&mut self, at: &At, mac: Mac, ip: IpAddr, stated: bool) {
        if is_nobody(ip) {
            return;
        }
        let place = self.inputs.place(at, 0);
        let proof =
            if stated { Proof { stated: Some(place), seen: None } } else { Proof { seen: Some(place), stated: None } };
        self.ledger.neighbour(Neighbour { mac: mac.to_string().into(), ip }, proof);
    }
}

/// What is kept per conversation.
#[derive(Debug)]
enum Talk {
    // Each with the last moment at which it was heard: what is only filed at its end is filed then.
    Stream(Dialog<Observer>, At),
    Datagrams(Datagrams<DatagramObserver>, At),
}

impl Handler for Sensing {
    type Flow = Talk;

    fn open(&mut self, flow: &FlowKey, at: &At) -> Talk {
        match flow.transport {
            Transport::Tcp => Talk::Stream(Dialog::new(), *at),
            Transport::Udp => Talk::Datagrams(Datagrams::new(), *at),
        }
    }

    fn stream(&mut self, state: &mut Talk, flow: &FlowKey, direction: Direction, at: &At, segment: Segment<'_>) {
        let Talk::Stream(dialog, heard) = state else { return };
        if matches!(dialog, Dialog::Other) {
            return;
        }
        *heard = *at;
        let is_medical =
            |dialog: &Dialog<Observer>| matches!(dialog, Dialog::Spoken(observer) if observer.is_medical());
        let was_medical = is_medical(dialog);
        let limits = self.limits;
        dialog.hear(direction, segment, &limits, &mut self.scene(flow, at));
        if !was_medical && is_medical(dialog) {
            self.meet(flow, direction, at);
        }
    }

    fn datagram(
        &mut self,
        state: &mut Talk,
        flow: &FlowKey,
        direction: Direction,
        at: &At,
        payload: &[u8],
        missing: usize,
    ) {
        let Talk::Datagrams(datagrams, heard) = state else { return };
        let limits = self.limits;
        if datagrams.hear(direction, payload, missing, &limits, &mut self.scene(flow, at)) {
            *heard = *at;
            self.meet(flow, direction, at);
        }
    }

    fn close(&mut self, state: Talk, flow: &FlowKey) {
        match state {
            Talk::Stream(mut dialog, at) => dialog.close(&mut self.scene(flow, &at)),
            Talk::Datagrams(mut datagrams, at) => datagrams.close(&mut self.scene(flow, &at)),
        }
    }

    fn neighbour(&mut self, at: &At, mac: Mac, address: IpAddr) {
        self.together(at, mac, address, true);
    }
}

impl Sensing {
    /// Notes the hardware addresses at both ends of a medical conversation.
    fn meet(&mut self, flow: &FlowKey, direction: Direction, at: &At) {
        let (from, to) = match direction {
            Direction::Initiator => (flow.initiator, flow.responder),
            Direction::Responder => (flow.responder, flow.initiator),
        };
        if let Some(mac) = at.source_mac {
            self.together(at, mac, from.ip(), false);
        }
        if let Some(mac) = at.destination_mac.filter(|mac| !mac.is_group()) {
            self.together(at, mac, to.ip(), false);
        }
    }
}
