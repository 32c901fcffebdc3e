//! TCP connections.
//!
//! ```text
//!  SYN ─► SYN-ACK ─► ... data both ways ... ─► FIN | RST ─► over, remembered for a minute ─► forgotten
//!   └ a SYN with another number on an idle or finished connection: the port is used again
//! ```
//! RFC 9293. The packets of a capture may come locally reordered and duplicated; the streams are those of the ordered capture.
//! Hence nothing is final at once: a connection first seen without its SYN waits for it shortly, a reset lets what it
//! overtook arrive, and a finished connection is remembered so that late copies are not mistaken for a new one.

mod half;
mod held;
mod patience;

use iomt_wire::{Direction, Timestamp};

use crate::decode::{Flags, Tcp};
use crate::health::{add, count};
use crate::network::{Shared, elapsed};
use crate::table::{Key, Side};
use crate::{FlowKey, Handler, Place, Transport};
use half::{Half, Part, Sink};
use held::Stamp;

/// How long after a reset packets that it overtook may arrive, in capture time and in packets of the connection.
const RESET_TIME: u64 = 5_000_000_000;
const RESET_PACKETS: u32 = 64;
/// A connection silent for so long lets a SYN take its place without further proof.
const REUSE_IDLE: u64 = 1_000_000_000;
/// A SYN this late may still be that of a connection already under way.
const LATE_SYN: u64 = 3_000_000_000;
/// Data at most this far behind or ahead of a finished stream are late copies of it, or were under way when it was reset.
const BEHIND: i64 = 64 << 20;
const AHEAD: i64 = 1 << 20;

struct Open<F> {
    flow: FlowKey,
    initiator: Side,
    state: F,
}

pub(crate) struct Connection<F> {
    open: Option<Open<F>>,
    over: bool,
    low: Half,
    high: Half,
    packets: u32,
    since: Timestamp,
    place: Place,
    reset: Option<Stamp>,
    /// A SYN that would be another connection's, if something confirms it.
    candidate: Option<(Side, u32)>,
    /// Whether the network looks at this connection even when no packet comes.
    pub(crate) watched: bool,
}

impl<F> Connection<F> {
    pub(crate) fn new(place: &Place, now: Timestamp) -> Self {
        Self {
            open: None,
            over: false,
            low: Half::new(),
            high: Half::new(),
            packets: 0,
            since: now,
            place: *place,
            reset: None,
            candidate: None,
            watched: false,
        }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.over
    }

    /// Whether time alone will change something.
    #[inline]
    pub(crate) fn is_waiting(&self) -> bool {
        !self.over && (self.reset.is_some() || !self.low.is_settled() || !self.high.is_settled())
    }

    fn half(&mut self, side: Side) -> &mut Half {
        match side {
            Side::Low => &mut self.low,
            Side::High => &mut self.high,
        }
    }

    fn halves(&self, sender: Side) -> (&Half, &Half) {
        match sender {
            Side::Low => (&self.low, &self.high),
            Side::High => (&self.high, &self.low),
        }
    }

    fn stamp(&self, now: Timestamp) -> Stamp {
        Stamp { time: now, packet: self.packets }
    }

    /// Whether a segment belongs to another connection between the same ends. `idle` is how long this one was silent.
    pub(crate) fn is_superseded(&mut self, side: Side, tcp: &Tcp<'_>, now: Timestamp, idle: u64) -> bool {
        let (sender, receiver) = self.halves(side);
        let syn = tcp.flags.has(Flags::SYN);
        if !syn {
            if self.over {
                return !tcp.payload.is_empty()
                    && sender.distance(tcp.sequence).is_none_or(|distance| !(-BEHIND..=AHEAD).contains(&distance));
            }
            // All of it was seen, and nothing delivered yet because its start may still come.
            if let Some(distance) = sender.distance_from_waiting_end(tcp.sequence)
                && !tcp.payload.is_empty()
                && !(-BEHIND..=AHEAD).contains(&distance)
            {
                return true;
            }
            let confirmed = self.candidate.is_some_and(|(who, isn)| {
                who == side && tcp.sequence == isn.wrapping_add(1) && !tcp.flags.has(Flags::RST)
            });
            return confirmed || sender.has_strayed();
        }
        if sender.isn == Some(tcp.sequence) {
            return false;
        }
        let quiet = self.over || self.reset.is_some() || idle >= REUSE_IDLE;
        // As long as nothing was delivered, any SYN that fits is welcome.
        let young = !self.over && (self.open.is_none() || (!quiet && elapsed(now, self.since) < LATE_SYN));
        let answered = tcp.flags.has(Flags::ACK).then(|| tcp.acknowledgement.wrapping_sub(1));
        match (answered, sender.isn, receiver.isn) {
            // The SYN-ACK of the SYN that was seen; it may acknowledge data that came with it (RFC 7413).
            (Some(answered), None, Some(isn)) if answered.wrapping_sub(isn) <= 0xffff => false,
            // Another answer to the same SYN.
            (Some(answered), Some(_), Some(isn)) if answered == isn => self.over,
            (Some(answered), None, None) => {
                !(young && sender.may_begin_at(tcp.sequence) && receiver.may_begin_at(answered))
            }
            (Some(_), _, _) => true,
            (None, None, _) => !(young && sender.may_begin_at(tcp.sequence)),
            (None, Some(_), _) if quiet => true,
            (None, Some(_), _) => {
                self.candidate = Some((side, tcp.sequence));
                false
            }
        }
    }

    /// Who is known to have sent a SYN before a connection takes the place of this one.
    pub(crate) fn successor(&self, place: &Place, now: Timestamp, shared: &mut Shared) -> Self {
        let mut successor = Self::new(place, now);
        if let Some((side, isn)) = self.candidate {
            successor.half(side).learn(isn, shared);
        }
        successor
    }
}

/// What a connection needs from outside to act.
pub(crate) struct Context<'x, H> {
    pub(crate) key: &'x Key,
    pub(crate) handler: &'x mut H,
    pub(crate) shared: &'x mut Shared,
    pub(crate) now: Timestamp,
}

impl<F> Connection<F> {
    /// Takes a segment that belongs to this connection.
    #[inline]
    pub(crate) fn segment<H>(&mut self, side: Side, tcp: &Tcp<'_>, place: &Place, context: &mut Context<'_, H>)
    where
        H: Handler<Flow = F>,
    {
        self.packets = self.packets.wrapping_add(1);
        self.place = *place;
        if self.over {
            add(&mut context.shared.health.duplicate_bytes, count(tcp.payload.len()));
            return;
        }
        let syn = tcp.flags.has(Flags::SYN);
        let reset = tcp.flags.has(Flags::RST);
        if syn {
            self.greet(side, tcp, context);
        } else if self.open.is_none()
            && let Some(initiator) = self.known_initiator()
        {
            self.open(initiator, context);
        }
        let stamp = self.stamp(context.now);
        if tcp.flags.has(Flags::ACK) && !reset {
            let receiver = self.half(side.other());
            receiver.acknowledge(tcp.acknowledgement);
            receiver.watch_lag(stamp);
        }
        let part = Part {
            sequence: if syn { tcp.sequence.wrapping_add(1) } else { tcp.sequence },
            bytes: tcp.payload,
            missing: tcp.missing,
            fin: tcp.flags.has(Flags::FIN),
        };
        // The text of a reset is for people (RFC 9293, section 3.10.7), not of the stream.
        if !reset && (!part.bytes.is_empty() || part.missing > 0 || part.fin) {
            self.data(side, part, stamp, context);
        }
        if reset {
            self.note_reset(side, tcp, stamp);
        }
        if self.is_waiting() || (self.low.is_ended() && self.high.is_ended()) {
            self.settle(context);
        }
    }

    #[inline]
    fn data<H: Handler<Flow = F>>(&mut self, side: Side, part: Part<'_>, stamp: Stamp, context: &mut Context<'_, H>) {
        let half = match side {
            Side::Low => &mut self.low,
            Side::High => &mut self.high,
        };
        match &mut self.open {
            Some(open) if !half.is_waiting() => {
                let mut sink = Sink {
                    handler: &mut *context.handler,
                    state: &mut open.state,
                    flow: &open.flow,
                    direction: direction(open.initiator, side),
                    place: &self.place,
                    shared: &mut *context.shared,
                };
                half.accept(part, stamp, &mut sink);
                if let Some(reset) = &mut self.reset {
                    // The connection lives on: the reset was not for it, or is still under way.
                    *reset = stamp;
                }
            }
            _ => half.keep(part, &self.place, stamp, context.shared),
        }
    }

    /// A SYN or SYN-ACK tells who began and where the streams begin.
    fn greet<H: Handler<Flow = F>>(&mut self, side: Side, tcp: &Tcp<'_>, context: &mut Context<'_, H>) {
        let answer = tcp.flags.has(Flags::ACK);
        if self.half(side).isn.is_none() {
            self.half(side).learn(tcp.sequence, context.shared);
        }
        let receiver = self.half(side.other());
        if answer && receiver.isn.is_none() {
            receiver.learn(tcp.acknowledgement.wrapping_sub(1), context.shared);
        }
        if self.open.is_none() {
            self.open(if answer { side.other() } else { side }, context);
        }
    }

    /// Known before the first packet, if the connection took another's place.
    fn known_initiator(&self) -> Option<Side> {
        match (self.low.isn, self.high.isn) {
            (Some(_), None) => Some(Side::Low),
            (None, Some(_)) => Some(Side::High),
            _ => None,
        }
    }

    fn open<H: Handler<Flow = F>>(&mut self, initiator: Side, context: &mut Context<'_, H>) {
        let flow = FlowKey {
            transport: Transport::Tcp,
            initiator: context.key.address(initiator),
            responder: context.key.address(initiator.other()),
        };
        add(&mut context.shared.health.streams, 1);
        let state = context.handler.open(&flow, &self.place);
        self.open = Some(Open { flow, initiator, state });
    }

    fn note_reset(&mut self, side: Side, tcp: &Tcp<'_>, stamp: Stamp) {
        let (sender, _) = self.halves(side);
        // A reset from far outside the window is not the peer's (RFC 5961, section 3.2).
        let plausible = match sender.distance(tcp.sequence) {
            Some(distance) => (-BEHIND..=1 << 30).contains(&distance) || tcp.sequence == 0,
            None => true,
        };
        if plausible {
            self.reset.get_or_insert(stamp);
            self.half(side).note_reset(tcp.sequence);
        }
    }

    /// Does what is due at `now`.
    pub(crate) fn settle<H: Handler<Flow = F>>(&mut self, context: &mut Context<'_, H>) {
        if self.over {
            return;
        }
        let stamp = self.stamp(context.now);
        if self.open.is_none() {
            let due = self.low.should_start(stamp)
                || self.high.should_start(stamp)
                || (self.reset_is_final(stamp) && !(self.low.is_pending() || self.high.is_pending()));
            if !due {
                return;
            }
            // No handshake was seen: the side with the lower port was addressed.
            self.open(Side::High, context);
        }
        self.start_all(false, stamp, context);
        self.drain(context);
        for side in [Side::Low, Side::High] {
            self.with_half(side, context, |half, sink| half.give_up_overdue(stamp, sink));
        }
        if self.reset_is_final(stamp) {
            self.flush(context);
            for side in [Side::Low, Side::High] {
                self.with_half(side, context, |half, sink| half.end(sink));
            }
        }
        if self.low.is_ended() && self.high.is_ended() {
            self.close(context);
        }
    }

    fn reset_is_final(&self, stamp: Stamp) -> bool {
        self.reset.is_some_and(|reset| {
            elapsed(stamp.time, reset.time) >= RESET_TIME || stamp.packet.wrapping_sub(reset.packet) >= RESET_PACKETS
        })
    }

    /// Starts the directions that waited long enough, or all that have something.
    fn start_all<H: Handler<Flow = F>>(&mut self, all: bool, stamp: Stamp, context: &mut Context<'_, H>) {
        for side in [Side::High, Side::Low] {
            let greeted = self.halves(side).1.isn.is_some();
            self.with_half(side, context, |half, sink| {
                if half.is_waiting() && (all || half.should_start(stamp)) {
                    half.start(greeted, sink);
                }
            });
        }
    }

    /// Delivers what is due of both directions, in the order in which it was captured.
    fn drain<H: Handler<Flow = F>>(&mut self, context: &mut Context<'_, H>) {
        loop {
            let side = match (self.low.ready(), self.high.ready()) {
                (Some(low), Some(high)) if high < low => Side::High,
                (Some(_), _) => Side::Low,
                (None, Some(_)) => Side::High,
                (None, None) => break,
            };
            self.with_half(side, context, |half, sink| {
                half.deliver_first(sink);
                half.end_if_due(sink);
            });
        }
        for side in [Side::Low, Side::High] {
            self.with_half(side, context, Half::end_if_due);
        }
    }

    fn with_half<H: Handler<Flow = F>>(
        &mut self,
        side: Side,
        context: &mut Context<'_, H>,
        act: impl FnOnce(&mut Half, &mut Sink<'_, H>),
    ) {
        let half = match side {
            Side::Low => &mut self.low,
            Side::High => &mut self.high,
        };
        if let Some(open) = &mut self.open {
            let mut sink = Sink {
                handler: &mut *context.handler,
                state: &mut open.state,
                flow: &open.flow,
                direction: direction(open.initiator, side),
                place: &self.place,
                shared: &mut *context.shared,
            };
            act(half, &mut sink);
        }
    }

    fn flush<H: Handler<Flow = F>>(&mut self, context: &mut Context<'_, H>) {
        for side in [Side::High, Side::Low] {
            let greeted = self.halves(side).1.isn.is_some();
            self.with_half(side, context, |half, sink| half.flush(greeted, sink));
        }
    }

    /// Delivers what is left and closes.
    pub(crate) fn finish<H: Handler<Flow = F>>(&mut self, context: &mut Context<'_, H>) {
        if self.over {
            return;
        }
        let stamp = self.stamp(context.now);
        if self.open.is_none() {
            self.open(Side::High, context);
        }
        self.start_all(true, stamp, context);
        self.drain(context);
        self.flush(context);
        if self.reset.is_some() {
            for side in [Side::Low, Side::High] {
                self.with_half(side, context, |half, sink| half.end(sink));
            }
        }
        self.close(context);
    }

    fn close<H: Handler<Flow = F>>(&mut self, context: &mut Context<'_, H>) {
        self.over = true;
        if let Some(open) = self.open.take() {
            context.handler.close(open.state, &open.flow);
        }
    }
}

fn direction(initiator: Side, side: Side) -> Direction {
    if initiator == side { Direction::Initiator } else { Direction::Responder }
}
