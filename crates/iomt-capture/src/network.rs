//! Frames in, ordered bytes out.

use std::collections::VecDeque;

use iomt_wire::{Direction, Limits, Timestamp};

use crate::decode::{self, Decoded, Payload, Tcp, Udp};
use crate::fragment::Fragments;
use crate::health::{add, count};
use crate::table::{Class, Id, Key, Side, Table};
use crate::tcp::{Connection, Context};
use crate::{FlowKey, Frame, Handler, Health, Place, Transport};

/// For how long a finished TCP connection is remembered.
const ECHO: u64 = 60_000_000_000;
/// Waiting connections looked at per frame: enough to look at each soon, few enough to cost nothing.
const WATCHED_PER_FRAME: usize = 2;
/// Consecutive frames a minute or more in the past after which the clock of the capture is believed to have been set back.
const CLOCK_SET_BACK: u32 = 32;
const CLOCK_TOLERANCE: u64 = 60_000_000_000;

/// Nanoseconds from `since` to `now`; none when time ran backwards.
#[inline]
pub(crate) fn elapsed(now: Timestamp, since: Timestamp) -> u64 {
    u64::try_from(now.0.saturating_sub(since.0)).unwrap_or(0)
}

/// What all connections share.
pub(crate) struct Shared {
    pub(crate) limits: Limits,
    pub(crate) health: Health,
    /// Out-of-order bytes held over all connections.
    pub(crate) held: usize,
}

#[expect(clippy::large_enum_variant, reason = "TCP is the rule, and a box would cost it a cache miss per packet")]
enum Body<F> {
    Udp { flow: FlowKey, initiator: Side, state: F },
    Tcp(Connection<F>),
}

/// Turns frames into conversations and hands their bytes to a [`Handler`].
///
/// No clock is read and no thread started: time is what the frames say. Memory is bounded by [`Limits`]; an in-order frame costs
/// no allocation.
pub struct Network<H: Handler> {
    table: Table<Body<H::Flow>>,
    fragments: Fragments,
    /// Connections that time alone will change, in turn.
    watched: VecDeque<Id>,
    shared: Shared,
    clock: Clock,
}

impl<H: Handler> core::fmt::Debug for Network<H> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Network")
            .field("conversations", &self.table.len())
            .field("health", &self.shared.health)
            .finish_non_exhaustive()
    }
}

impl<H: Handler> Network<H> {
    /// A network without conversations.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            table: Table::new(),
            fragments: Fragments::default(),
            watched: VecDeque::new(),
            shared: Shared { limits, health: Health::default(), held: 0 },
            clock: Clock::default(),
        }
    }

    /// What was lost, refused or capped so far.
    #[must_use]
    pub fn health(&self) -> &Health {
        &self.shared.health
    }

    /// Takes the next frame.
    ///
    /// Frames may be slightly out of order, their times included. Costs O(length of the frame), amortised.
    #[inline]
    pub fn push(&mut self, handler: &mut H, frame: &Frame<'_>) {
        add(&mut self.shared.health.frames, 1);
        add(&mut self.shared.health.bytes, count(frame.data.len()));
        if usize::try_from(frame.original_length).is_ok_and(|original| original > frame.data.len()) {
            add(&mut self.shared.health.truncated_frames, 1);
        }
        let now = self.clock.advance(frame.time);
        self.sweep(handler, now);
        let decoded = decode::decode(frame.link, frame.data, frame.original_length, self.shared.limits.tunnel_depth);
        if matches!(decoded.payload, Payload::Fragment(_)) {
            self.fragment(handler, frame, decoded, now);
        } else {
            self.deliver(handler, frame, &decoded, now);
        }
    }

    /// Ends all conversations: delivers what is held, with its gaps, and closes.
    pub fn finish(&mut self, handler: &mut H) {
        let now = self.clock.now;
        for class in [Class::Udp, Class::Tcp, Class::Closed] {
            while let Some((id, _)) = self.table.oldest(class) {
                self.end(handler, id, now);
            }
        }
        self.watched.clear();
        self.fragments.finish(&mut self.shared.health);
    }

    /// Collects fragments. A datagram put together may be a tunnel with a fragment in it, which may complete another datagram,
    /// as often as tunnels may be nested.
    #[cold]
    fn fragment(&mut self, handler: &mut H, frame: &Frame<'_>, first: Decoded<'_>, now: Timestamp) {
        let mut outer;
        let mut decoded = first;
        for _ in 0..=self.shared.limits.tunnel_depth {
            let Payload::Fragment(fragment) = decoded.payload else { break };
            let Shared { limits, health, .. } = &mut self.shared;
            let Some(whole) = self.fragments.push(&fragment, now, limits, health) else { return };
            let (ends, ether, depth) = (fragment.ends(), decoded.ether, decoded.depth);
            outer = whole;
            decoded = decode::resume(ends, &outer, ether, depth);
        }
        self.deliver(handler, frame, &decoded, now);
    }

    #[inline]
    fn deliver(&mut self, handler: &mut H, frame: &Frame<'_>, decoded: &Decoded<'_>, now: Timestamp) {
        let place = Place {
            frame: frame.number,
            time: frame.time,
            source_mac: decoded.ether.source,
            destination_mac: decoded.ether.destination,
            vlan: decoded.ether.vlan,
        };
        if decoded.too_deep {
            self.shared.health.hit("tunnel_depth");
        }
        match &decoded.payload {
            Payload::Tcp(tcp) => self.tcp(handler, &place, tcp, now),
            Payload::Udp(udp) => self.udp(handler, &place, udp, now),
            Payload::Neighbour(mac, address) => handler.neighbour(&place, *mac, *address),
            Payload::Fragment(_) => self.shared.health.hit("tunnel_depth"),
            Payload::Nothing => {}
            Payload::Unknown(_) => add(&mut self.shared.health.undecoded_frames, 1),
        }
    }

    #[inline]
    fn tcp(&mut self, handler: &mut H, place: &Place, tcp: &Tcp<'_>, now: Timestamp) {
        let ends = Key::new(Transport::Tcp, (tcp.source, tcp.source_port), (tcp.destination, tcp.destination_port));
        let Some((key, side)) = ends else { return };
        let id = match self.table.find(&key) {
            Some(id) => id,
            None => {
                self.make_room(handler, now);
                let body = Body::Tcp(Connection::new(place, now));
                let Some(id) = self.table.insert(key, Class::Tcp, body, now) else { return };
                id
            }
        };
        let Some(entry) = self.table.get_mut(id) else { return };
        let idle = elapsed(now, entry.last);
        let Body::Tcp(connection) = &mut entry.body else { return };
        let mut context = Context { key: &key, handler, shared: &mut self.shared, now };
        if connection.watched {
            connection.settle(&mut context);
        }
        let was_over = connection.is_over();
        let superseded = connection.is_superseded(side, tcp, now, idle);
        if superseded {
            connection.finish(&mut context);
            let watched = connection.watched;
            *connection = connection.successor(place, now, context.shared);
            connection.watched = watched;
        }
        connection.segment(side, tcp, place, &mut context);
        let over = connection.is_over();
        if connection.is_waiting() && !connection.watched {
            connection.watched = true;
            self.watched.push_back(id);
        }
        if over != was_over || superseded {
            self.table.classify(id, if over { Class::Closed } else { Class::Tcp });
        }
        self.table.touch(id, now);
    }

    #[inline]
    fn udp(&mut self, handler: &mut H, place: &Place, udp: &Udp<'_>, now: Timestamp) {
        let ends = Key::new(Transport::Udp, (udp.source, udp.source_port), (udp.destination, udp.destination_port));
        let Some((key, side)) = ends else { return };
        let id = match self.table.find(&key) {
            Some(id) => id,
            None => {
                self.make_room(handler, now);
                // The side with the lower port was addressed; a group never speaks.
                let initiator = if is_group(key.address(Side::High).ip()) { Side::Low } else { Side::High };
                let flow = FlowKey {
                    transport: Transport::Udp,
                    initiator: key.address(initiator),
                    responder: key.address(initiator.other()),
                };
                add(&mut self.shared.health.datagram_flows, 1);
                let state = handler.open(&flow, place);
                let Some(id) = self.table.insert(key, Class::Udp, Body::Udp { flow, initiator, state }, now) else {
                    return;
                };
                id
            }
        };
        let Some(entry) = self.table.get_mut(id) else { return };
        if let Body::Udp { flow, initiator, state } = &mut entry.body {
            let direction = if *initiator == side { Direction::Initiator } else { Direction::Responder };
            handler.datagram(state, flow, direction, place, udp.payload, udp.missing);
        }
        self.table.touch(id, now);
    }

    /// Does what time alone demands, a bounded amount per frame.
    #[inline]
    fn sweep(&mut self, handler: &mut H, now: Timestamp) {
        for _ in 0..WATCHED_PER_FRAME {
            let Some(id) = self.watched.pop_front() else { break };
            self.look_at(handler, id, now);
        }
        let Limits { udp_idle, tcp_idle, .. } = self.shared.limits;
        for (class, idle) in [(Class::Udp, udp_idle), (Class::Tcp, tcp_idle), (Class::Closed, ECHO)] {
            while let Some((id, last)) = self.table.oldest(class)
                && elapsed(now, last) > idle
            {
                self.end(handler, id, now);
            }
        }
        let Shared { limits, health, .. } = &mut self.shared;
        self.fragments.expire(now, limits, health);
    }

    fn look_at(&mut self, handler: &mut H, id: Id, now: Timestamp) {
        let Some(entry) = self.table.get_mut(id) else { return };
        let Body::Tcp(connection) = &mut entry.body else { return };
        let key = entry.key;
        connection.settle(&mut Context { key: &key, handler, shared: &mut self.shared, now });
        if connection.is_waiting() {
            self.watched.push_back(id);
        } else {
            connection.watched = false;
            if connection.is_over() {
                self.table.classify(id, Class::Closed);
            }
        }
    }

    /// Makes the conversation that is idle longest give way if the table is full.
    #[inline]
    fn make_room(&mut self, handler: &mut H, now: Timestamp) {
        while self.table.len() >= self.shared.limits.flows.max(1) {
            if let Some((id, _)) = self.table.oldest(Class::Closed) {
                self.end(handler, id, now);
                continue;
            }
            let id = match (self.table.oldest(Class::Udp), self.table.oldest(Class::Tcp)) {
                (Some((_, udp)), Some((id, tcp))) if tcp < udp => id,
                (Some((id, _)), _) | (None, Some((id, _))) => id,
                (None, None) => return,
            };
            self.shared.health.hit("flows");
            self.end(handler, id, now);
        }
    }

    fn end(&mut self, handler: &mut H, id: Id, now: Timestamp) {
        let Some(entry) = self.table.remove(id) else { return };
        match entry.body {
            Body::Udp { flow, state, .. } => handler.close(state, &flow),
            Body::Tcp(mut connection) => {
                connection.finish(&mut Context { key: &entry.key, handler, shared: &mut self.shared, now });
            }
        }
    }
}

/// The time of the capture: that of the latest frame. It never runs backwards: frames that come late do not set it back, and when
/// the clock of the capturing host was set back, it goes on from where it was.
#[derive(Default)]
struct Clock {
    now: Timestamp,
    started: bool,
    /// What to add to the time of a frame.
    offset: i64,
    behind: u32,
}

impl Clock {
    #[inline]
    fn advance(&mut self, time: Timestamp) -> Timestamp {
        let time = Timestamp(time.0.saturating_add(self.offset));
        if time >= self.now || !self.started {
            self.now = time;
            self.started = true;
            self.behind = 0;
        } else if elapsed(self.now, time) >= CLOCK_TOLERANCE {
            self.behind = self.behind.saturating_add(1);
            if self.behind >= CLOCK_SET_BACK {
                self.offset = self.offset.saturating_add(self.now.0.saturating_sub(time.0));
                self.behind = 0;
            }
        } else {
            self.behind = 0;
        }
        self.now
    }
}

/// Whether an address is of many hosts, so that it is only ever addressed.
const fn is_group(address: core::net::IpAddr) -> bool {
    address.is_multicast() || matches!(address, core::net::IpAddr::V4(v4) if v4.is_broadcast())
}
