//! One direction of a TCP connection: from segments to ordered bytes.
//!
//! ```text
//!            next                            acked
//!  delivered | hole ...... | held | hole | held |         positions are 64-bit; their lower half is the sequence number
//! ```
//! In-order segments are lent to the handler from the frame; only what arrives early is copied. A hole is closed by the missing
//! bytes, or given up when they were waited for long enough. A direction whose start is not known begins, after a while, at the
//! lowest sequence number seen.

use iomt_wire::{Direction, Segment};

use super::held::{Held, Stamp, compare, split};
use super::patience::{Lag, Waited};
use crate::health::{add, count};
use crate::network::Shared;
use crate::{FlowKey, Handler, Place};

/// No TCP window is larger (RFC 7323, section 2.3), so nothing further ahead belongs to the stream.
const WINDOW: u64 = 1 << 30;
/// An acknowledgement further ahead of what was seen is of another connection, or forged: believed, it would be reported as a loss
/// of that size. Windows of this size are not found outside of long fat links, nor losses that leave the flow recognisable.
const ACKED: u64 = 64 << 20;
/// An acknowledgement this far below the first data tells the start; one further below is of another connection.
const HEAD: u64 = 1 << 20;
/// Data this far below what was delivered are no late copies.
const STALE: u64 = 16 << 20;

/// To whom the bytes of one direction go.
pub(crate) struct Sink<'x, H: Handler> {
    pub(crate) handler: &'x mut H,
    pub(crate) state: &'x mut H::Flow,
    pub(crate) flow: &'x FlowKey,
    pub(crate) direction: Direction,
    pub(crate) place: &'x Place,
    pub(crate) shared: &'x mut Shared,
}

impl<H: Handler> Sink<'_, H> {
    #[inline]
    fn send(&mut self, place: &Place, segment: Segment<'_>) {
        self.handler.stream(self.state, self.flow, self.direction, place, segment);
    }

    fn gap(&mut self, place: &Place, len: u64) {
        if len > 0 {
            add(&mut self.shared.health.gaps, 1);
            add(&mut self.shared.health.gap_bytes, len);
            self.send(place, Segment::Gap { len });
        }
    }
}

/// The data of one segment.
#[derive(Clone, Copy)]
pub(crate) struct Part<'a> {
    /// The sequence number of the first byte.
    pub(crate) sequence: u32,
    pub(crate) bytes: &'a [u8],
    /// Bytes cut off by the snap length.
    pub(crate) missing: usize,
    pub(crate) fin: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// The start is not known.
    Waiting,
    Running,
    Ended,
}

#[derive(Debug)]
pub(crate) struct Half {
    phase: Phase,
    /// The sequence number of the SYN, when it is known.
    pub(crate) isn: Option<u32>,
    /// Whether `next` was set: while waiting it only gives the upper bits to sequence numbers.
    seen: bool,
    /// Where the next byte to deliver lies.
    next: u64,
    /// The highest acknowledgement from the other side.
    acked: Option<u64>,
    /// The lowest one while waiting.
    lowest_acked: Option<u64>,
    lag: Option<Lag>,
    /// Since when something waits for its start.
    pending: Option<Stamp>,
    /// Where the FIN lies.
    fin: Option<u64>,
    /// Where a reset lies that came while something before it was missing.
    reset: Option<u64>,
    held: Held,
    /// Consecutive segments that do not belong to the stream.
    strays: u8,
}

/// Consecutive strays that make a new connection whose SYN was not seen.
const STRAYS: u8 = 16;

fn low(position: u64) -> u32 {
    let [.., a, b, c, d] = position.to_be_bytes();
    u32::from_be_bytes([a, b, c, d])
}

impl Half {
    pub(crate) fn new() -> Self {
        Self {
            phase: Phase::Waiting,
            isn: None,
            seen: false,
            next: 0,
            acked: None,
            lowest_acked: None,
            lag: None,
            pending: None,
            fin: None,
            reset: None,
            held: Held::default(),
            strays: 0,
        }
    }

    /// The position of a sequence number: the one nearest to `next`.
    #[inline]
    fn position(&self, sequence: u32) -> u64 {
        let distance = sequence.wrapping_sub(low(self.next)).cast_signed();
        self.next.saturating_add_signed(i64::from(distance))
    }

    /// Sets the upper bits by the first number seen; one turn is left below for what comes late.
    fn anchor(&mut self, sequence: u32) {
        if !self.seen {
            self.seen = true;
            self.next = u64::from(sequence) | (1 << 32);
        }
    }

    pub(crate) fn is_ended(&self) -> bool {
        self.phase == Phase::Ended
    }

    /// Whether the half has nothing to wait for but more packets.
    #[inline]
    pub(crate) fn is_settled(&self) -> bool {
        self.held.is_empty() && self.pending.is_none() && self.lag.is_none()
    }

    pub(crate) fn has_strayed(&self) -> bool {
        self.strays >= STRAYS
    }

    /// How far ahead (or, negative, behind) of the stream a sequence number lies.
    pub(crate) fn distance(&self, sequence: u32) -> Option<i64> {
        self.seen.then(|| i64::from(sequence.wrapping_sub(low(self.next)).cast_signed()))
    }

    /// How far a sequence number lies from the FIN, while the start is waited for.
    pub(crate) fn distance_from_waiting_end(&self, sequence: u32) -> Option<i64> {
        let fin = self.fin.filter(|_| self.phase == Phase::Waiting)?;
        Some(i64::from(sequence.wrapping_sub(low(fin)).cast_signed()))
    }

    /// Whether a SYN with this number may be the late beginning of what was seen.
    pub(crate) fn may_begin_at(&self, isn: u32) -> bool {
        if !self.seen {
            return true;
        }
        let start = self.position(isn.wrapping_add(1));
        let lowest = self.held.first().map_or(self.next, |(at, _)| at.min(self.next));
        lowest.checked_sub(start).is_some_and(|distance| distance <= HEAD)
    }

    /// The start is known.
    pub(crate) fn learn(&mut self, isn: u32, shared: &mut Shared) {
        self.isn = Some(isn);
        if self.phase != Phase::Waiting {
            return;
        }
        let first = isn.wrapping_add(1);
        self.anchor(first);
        self.next = self.position(first);
        self.phase = Phase::Running;
        self.pending = None;
        self.forget_far_acknowledgement();
        // Nothing precedes the start: what does is of another connection, or a keep-alive.
        while let Some((at, piece)) = self.held.first()
            && at < self.next
        {
            let inside = self.next.saturating_sub(at) < piece.length();
            let Some((at, piece)) = self.held.pop(shared) else { break };
            if inside {
                let skip = self.next.saturating_sub(at);
                let (early, rest) = split(&piece.bytes, skip);
                add(&mut shared.health.duplicate_bytes, count(early.len()));
                self.held.insert(self.next, rest, &piece.place, piece.stamp, shared);
            } else {
                add(&mut shared.health.duplicate_bytes, count(piece.bytes.len()));
            }
        }
        if self.fin.is_some_and(|fin| fin < self.next) {
            self.fin = None;
        }
    }

    /// The other side has everything before this number.
    #[inline]
    pub(crate) fn acknowledge(&mut self, number: u32) {
        self.anchor(number);
        let position = self.position(number);
        if self.phase == Phase::Waiting {
            self.lowest_acked = Some(self.lowest_acked.map_or(position, |lowest| lowest.min(position)));
        } else if position > self.next.saturating_add(ACKED) {
            return;
        }
        self.acked = Some(self.acked.map_or(position, |acked| acked.max(position)));
    }

    /// Only when the start is known can what was acknowledged before be judged.
    fn forget_far_acknowledgement(&mut self) {
        let most = self.next.saturating_add(ACKED);
        self.acked = self.acked.filter(|acked| *acked <= most);
    }

    /// The sender resets the connection after what it sent before this number.
    pub(crate) fn note_reset(&mut self, sequence: u32) {
        let position = self.position(sequence);
        if self.seen && position > self.next && position.saturating_sub(self.next) <= HEAD {
            self.reset.get_or_insert(position);
        }
    }

    /// Keeps data while nobody can take them or their start is not known.
    pub(crate) fn keep(&mut self, part: Part<'_>, place: &Place, stamp: Stamp, shared: &mut Shared) {
        self.anchor(part.sequence);
        let at = self.position(part.sequence);
        let end = at.saturating_add(count(part.bytes.len()));
        // Two connections whose handshakes were not seen must not be taken for one.
        let (near, reach) = self.held.first().map_or((self.next, WINDOW), |(first, _)| (first, STALE));
        if at.abs_diff(near) > reach {
            self.strays = self.strays.saturating_add(1);
            return;
        }
        self.strays = 0;
        if part.fin {
            self.fin.get_or_insert(end.saturating_add(count(part.missing)));
        }
        if let Some(cap) = self.held.cap(part.bytes.len(), shared) {
            // The start is declared before more is taken, so this is a machine with a very small limit.
            shared.health.hit(cap);
        } else {
            self.held.insert(at, part.bytes, place, stamp, shared);
            if part.missing > 0 {
                self.held.insert_absent(end, count(part.missing), place, stamp, shared);
            }
        }
        if self.pending.is_none() && (part.fin || !self.held.is_empty()) {
            self.pending = Some(stamp);
        }
    }

    /// Whether something waits for its start.
    pub(crate) fn is_pending(&self) -> bool {
        self.pending.is_some()
    }

    pub(crate) fn is_waiting(&self) -> bool {
        self.phase == Phase::Waiting
    }

    /// Whether what waits for its start waited long enough.
    pub(crate) fn should_start(&self, stamp: Stamp) -> bool {
        self.phase == Phase::Waiting
            && self.pending.is_some_and(|since| Waited::since(since, stamp).suffices_to_start(self.held.bytes()))
    }

    /// Begins at the lowest sequence number seen. `greeted` says that the other direction is known from its very SYN, so that
    /// an acknowledgement of exactly the first byte proves the head complete.
    pub(crate) fn start<H: Handler>(&mut self, greeted: bool, sink: &mut Sink<'_, H>) {
        let Some((first, place)) =
            self.held.first().map(|(at, piece)| (at, piece.place)).or_else(|| Some((self.fin?, *sink.place)))
        else {
            return;
        };
        self.phase = Phase::Running;
        self.pending = None;
        self.next = first;
        self.forget_far_acknowledgement();
        self.fin = self.fin.filter(|fin| *fin >= first);
        let lowest = self.lowest_acked.filter(|lowest| *lowest <= first && first.saturating_sub(*lowest) <= HEAD);
        if let Some(lowest) = lowest {
            // What lies between was sent: it may still come, and is a hole like any other.
            self.next = lowest;
        }
        if !(greeted && lowest == Some(first)) {
            sink.send(&place, Segment::Gap { len: 0 });
        }
    }

    /// The frame number of the piece that can be delivered next.
    pub(crate) fn ready(&self) -> Option<u64> {
        match self.held.first() {
            Some((at, piece)) if self.phase == Phase::Running && at <= self.next => Some(piece.place.frame),
            _ => None,
        }
    }

    /// Delivers the first held piece, if it is its turn; bytes of it that came before are left out.
    pub(crate) fn deliver_first<H: Handler>(&mut self, sink: &mut Sink<'_, H>) -> bool {
        if self.ready().is_none() {
            return false;
        }
        let Some((at, piece)) = self.held.pop(sink.shared) else { return false };
        let end = at.saturating_add(piece.length());
        let skip = self.next.saturating_sub(at);
        if end > self.next {
            if piece.absent > 0 {
                sink.gap(&piece.place, end.saturating_sub(self.next));
            } else {
                let (_, new) = split(&piece.bytes, skip);
                sink.send(&piece.place, Segment::Data(new));
            }
            self.next = end;
        }
        true
    }

    /// Takes the data of a segment; the start is known.
    #[inline]
    pub(crate) fn accept<H: Handler>(&mut self, part: Part<'_>, stamp: Stamp, sink: &mut Sink<'_, H>) {
        let at = self.position(part.sequence);
        if at == self.next && self.held.is_empty() && !part.fin && part.missing == 0 && self.phase == Phase::Running {
            self.strays = 0;
            self.next = at.saturating_add(count(part.bytes.len()));
            if !part.bytes.is_empty() {
                sink.send(sink.place, Segment::Data(part.bytes));
            }
        } else {
            self.accept_other(part, at, stamp, sink);
        }
        if self.lag.is_some() || self.acked.is_some_and(|acked| acked > self.next) {
            self.watch_lag(stamp);
        }
    }

    /// Everything but the next segment of a stream without holes.
    fn accept_other<H: Handler>(&mut self, part: Part<'_>, mut at: u64, stamp: Stamp, sink: &mut Sink<'_, H>) {
        let mut bytes = part.bytes;
        let bytes_end = at.saturating_add(count(bytes.len()));
        let end = bytes_end.saturating_add(count(part.missing));
        // A FIN alone is as little proof of what precedes it as an acknowledgement.
        let reach = if end == at { ACKED } else { WINDOW };
        if at > self.next.saturating_add(reach) || end.saturating_add(STALE) < self.next {
            self.strays = self.strays.saturating_add(1);
            return;
        }
        if self.phase == Phase::Ended || end < self.next || (end == self.next && !part.fin) {
            add(&mut sink.shared.health.duplicate_bytes, count(bytes.len()));
            return;
        }
        self.strays = 0;
        if part.fin {
            self.fin.get_or_insert(end);
        }
        while end > self.next {
            if at <= self.next {
                // It continues what was delivered; what is held may interrupt it.
                let (late, rest) = split(bytes, self.next.saturating_sub(at));
                add(&mut sink.shared.health.duplicate_bytes, count(late.len()));
                self.interleave(rest, end, sink);
                break;
            }
            let Some(cap) = self.held.cap(bytes.len(), sink.shared) else {
                self.held.insert(at, bytes, sink.place, stamp, sink.shared);
                if part.missing > 0 {
                    self.held.insert_absent(bytes_end, count(part.missing), sink.place, stamp, sink.shared);
                }
                break;
            };
            sink.shared.health.hit(cap);
            let target = self.held.first().map_or(at, |(first, _)| first.min(at));
            self.give_up(target, sink);
            if at < self.next {
                let (late, rest) = split(bytes, self.next.saturating_sub(at));
                add(&mut sink.shared.health.duplicate_bytes, count(late.len()));
                at = at.saturating_add(count(late.len())).max(self.next.min(bytes_end));
                bytes = rest;
            }
        }
        self.drain(sink);
    }

    /// Delivers bytes from `next` on, and between and after them what is held; the held copy wins. What is missing up to `end` is
    /// a gap.
    fn interleave<H: Handler>(&mut self, mut bytes: &[u8], end: u64, sink: &mut Sink<'_, H>) {
        while !bytes.is_empty() {
            let room = self.held.first().map_or(u64::MAX, |(first, _)| first.saturating_sub(self.next));
            let (new, rest) = split(bytes, room);
            if !new.is_empty() {
                self.next = self.next.saturating_add(count(new.len()));
                sink.send(sink.place, Segment::Data(new));
            }
            bytes = rest;
            if !bytes.is_empty() {
                let from = self.next;
                if let Some((at, piece)) = self.held.first() {
                    let inside = usize::try_from(from.saturating_sub(at)).unwrap_or(usize::MAX);
                    let (again, rest) = split(bytes, at.saturating_add(piece.length()).saturating_sub(from));
                    compare(piece.bytes.get(inside..).unwrap_or_default(), again, sink.shared);
                    bytes = rest;
                }
                self.deliver_first(sink);
            }
        }
        while self.next < end {
            let target = self.held.first().map_or(end, |(first, _)| first.min(end));
            self.give_up(target, sink);
        }
    }

    /// Delivers what is held and due, and the end if it is reached.
    pub(crate) fn drain<H: Handler>(&mut self, sink: &mut Sink<'_, H>) {
        while self.deliver_first(sink) {}
        self.end_if_due(sink);
    }

    pub(crate) fn end_if_due<H: Handler>(&mut self, sink: &mut Sink<'_, H>) {
        if self.phase == Phase::Running && self.fin.is_some_and(|fin| self.next >= fin) {
            self.end(sink);
        }
    }

    /// Nothing follows.
    pub(crate) fn end<H: Handler>(&mut self, sink: &mut Sink<'_, H>) {
        if self.phase != Phase::Ended {
            self.phase = Phase::Ended;
            self.held.clear(sink.shared);
            self.pending = None;
            self.lag = None;
            sink.send(sink.place, Segment::End);
        }
    }

    /// Reports what is missing before `target` and goes on there.
    fn give_up<H: Handler>(&mut self, target: u64, sink: &mut Sink<'_, H>) {
        let place = match self.held.first() {
            Some((at, piece)) if at == target => piece.place,
            _ => *sink.place,
        };
        sink.gap(&place, target.saturating_sub(self.next));
        self.next = self.next.max(target);
        while self.deliver_first(sink) {}
    }

    /// Notes since when the other side is ahead of what was seen here.
    pub(crate) fn watch_lag(&mut self, stamp: Stamp) {
        // One byte ahead is a FIN that was not seen.
        let ahead = self.acked.filter(|acked| {
            self.phase == Phase::Running
                && acked.saturating_sub(self.next) > 1
                && self.fin.is_none_or(|fin| fin > self.next)
        });
        self.lag = Lag::watch(self.lag, self.next, ahead, stamp);
    }

    /// Gives up the holes that lasted too long.
    pub(crate) fn give_up_overdue<H: Handler>(&mut self, stamp: Stamp, sink: &mut Sink<'_, H>) {
        while let Some(target) = self.overdue(stamp) {
            self.give_up(target, sink);
            self.end_if_due(sink);
            self.watch_lag(stamp);
        }
    }

    fn overdue(&self, stamp: Stamp) -> Option<u64> {
        if self.phase != Phase::Running {
            return None;
        }
        let first = self.held.first();
        let (since, end) = match (first, self.lag) {
            (Some((at, piece)), _) => (piece.stamp, at),
            (None, Some(lag)) => (lag.since, lag.acked),
            (None, None) => return None,
        };
        let end = end.min(self.fin.unwrap_or(u64::MAX));
        let waited = Waited::since(since, stamp);
        let target = match self.acked {
            Some(acked) if acked > self.next && waited.suffices_for_acknowledged() => end.min(acked),
            None if waited.suffices_for_one_sided() => end,
            _ if first.is_some() && waited.suffices_for_any() => end,
            _ => return None,
        };
        (target > self.next).then_some(target)
    }

    /// Delivers what is left, with its gaps.
    pub(crate) fn flush<H: Handler>(&mut self, greeted: bool, sink: &mut Sink<'_, H>) {
        if self.phase == Phase::Waiting {
            self.start(greeted, sink);
        }
        while self.phase == Phase::Running {
            match self.held.first().map(|(at, _)| at) {
                Some(at) => self.give_up(at, sink),
                None => break,
            }
        }
        if self.phase == Phase::Running {
            let acked = self.acked.filter(|acked| acked.saturating_sub(self.next) > 1);
            if let Some(end) = self.fin.or(acked.max(self.reset)) {
                self.give_up(end, sink);
            }
            self.end_if_due(sink);
        }
        self.held.clear(sink.shared);
        self.pending = None;
        self.lag = None;
    }
}
