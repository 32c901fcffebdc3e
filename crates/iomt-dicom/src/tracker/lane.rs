//! One direction of a connection.
//!
//! ```text
//!        ┌───────────────────────────────────────────────────┐
//!        ▼                                                    │
//!  ─► header ─┬─ P-DATA-TF ─► PDV header ─► fragment ─┬───────┤
//!        ▲    │                   ▲─────── more PDVs ─┘       │
//!        │    └─ any other ─► whole in the segment, else held ┘
//!      search ◄── damage, gap, late start
//! ```
//! Bulk data cost two header reads per PDU; a gap within a fragment is counted through.

use super::association::Phase;
use super::event::Event;
use super::messages::{Control, Messages, Scene};
use super::resync::{self, Found};
use crate::pdu::{HEADER, Pdu, PduType, is_believable};
use alloc::vec::Vec;
use iomt_wire::{Error, Kind, Quirk};

#[derive(Clone, Copy, Debug)]
enum State {
    /// The head of a PDU is looked for.
    Search(Search),
    /// A PDU starts here.
    Header,
    /// A PDU that is read whole; its bytes are being held.
    Whole { total: usize },
    /// Pass over so many bytes to the next PDU.
    Skip { left: u64 },
    /// As `Skip`, and nothing is believed before the header behind it is.
    Maybe { left: u64 },
    /// A PDV starts here; so many bytes of the PDU are left.
    Pdv { left: u32 },
    /// Within a fragment; so many bytes of it, and of the PDU behind it, are left.
    Fragment { control: Control, fragment: u32, behind: u32 },
}

/// How the head of a PDU is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Search {
    /// At the start of the stream.
    First,
    /// Right after a gap, where a head is likely.
    AfterGap,
    /// Behind what may have been a P-DATA-TF: a head here proves it.
    Behind,
    /// Anywhere.
    Anywhere,
}

/// One direction of a connection.
pub(super) struct Lane {
    state: State,
    /// Bytes of this direction so far, gaps included.
    position: u64,
    /// Where the current PDU starts.
    pdu_at: u64,
    /// A split header, a PDU that is read whole, or what the search cannot decide yet.
    held: Vec<u8>,
    messages: Messages,
    told: u8,
}

impl core::fmt::Debug for Lane {
    /// Shows how much is held, not what: it may be a passcode.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Lane")
            .field("state", &self.state)
            .field("position", &self.position)
            .field("held", &self.held.len())
            .field("messages", &self.messages)
            .finish_non_exhaustive()
    }
}

/// Deviations of framing, told once per lane.
#[derive(Clone, Copy)]
enum Once {
    Reserved = 1,
    EvenContext = 2,
    ControlBits = 4,
    OverMaximum = 8,
    EmptyFragment = 16,
}

impl Lane {
    pub(super) fn new() -> Self {
        Self {
            state: State::Search(Search::First),
            position: 0,
            pdu_at: 0,
            held: Vec::new(),
            messages: Messages::default(),
            told: 0,
        }
    }

    /// The next bytes.
    #[inline]
    pub(super) fn data(&mut self, mut bytes: &[u8], scene: &mut Scene<'_>) {
        while !bytes.is_empty() {
            if self.is_undecided() {
                bytes = self.join(bytes, scene);
            } else {
                let taken = self.run(bytes, scene);
                bytes = bytes.get(taken..).unwrap_or_default();
            }
        }
    }

    /// Whether a search holds bytes that it could not judge yet.
    #[inline]
    const fn is_undecided(&self) -> bool {
        matches!(self.state, State::Search(_)) && !self.held.is_empty()
    }

    /// Puts what the search holds before the next bytes, a window of them, and goes on there; returns what is left.
    #[cold]
    fn join<'b>(&mut self, bytes: &'b [u8], scene: &mut Scene<'_>) -> &'b [u8] {
        let mut window = core::mem::take(&mut self.held);
        let (head, tail) = bytes.split_at_checked(resync::WINDOW.min(bytes.len())).unwrap_or_default();
        self.position = self.position.saturating_sub(window.len() as u64);
        window.extend_from_slice(head);
        // Nothing is held now, so no header is split but at the end of the window, and all of it is taken.
        self.run(&window, scene);
        tail
    }

    /// Reads until the bytes are used up or the search must look at bytes held before them; returns how many were taken.
    #[inline]
    fn run(&mut self, bytes: &[u8], scene: &mut Scene<'_>) -> usize {
        let mut done = 0_usize;
        while let Some(rest @ [_, ..]) = bytes.get(done..) {
            let taken = match self.state {
                State::Fragment { control, fragment, behind } => self.fragment(control, fragment, behind, rest, scene),
                State::Pdv { left } => self.pdv(left, rest, scene),
                State::Header => self.header(rest, scene),
                State::Whole { total } => self.whole(total, rest, scene),
                State::Skip { left } => {
                    let (taken, left) = pass(left, rest);
                    self.skip(left);
                    taken
                }
                State::Maybe { left } => {
                    let (taken, left) = pass(left, rest);
                    self.state = if left == 0 { State::Search(Search::Behind) } else { State::Maybe { left } };
                    taken
                }
                State::Search(_) if !self.held.is_empty() => return done,
                State::Search(search) => self.search(search, rest, scene),
            };
            self.position = self.position.saturating_add(taken as u64);
            done = done.saturating_add(taken);
        }
        done
    }

    /// Holds bytes until `wanted` are there; returns how many were taken and whether that was enough.
    fn hold(&mut self, wanted: usize, bytes: &[u8]) -> (usize, bool) {
        let missing = wanted.saturating_sub(self.held.len());
        let taken = missing.min(bytes.len());
        self.held.extend_from_slice(bytes.get(..taken).unwrap_or_default());
        (taken, taken == missing)
    }

    /// Reads a fixed number of bytes, from the segment when they are whole there.
    #[inline]
    fn fixed<const N: usize>(&mut self, bytes: &[u8]) -> (usize, Option<[u8; N]>) {
        if self.held.is_empty()
            && let Some(head) = bytes.first_chunk()
        {
            return (N, Some(*head));
        }
        let (taken, enough) = self.hold(N, bytes);
        let head = self.held.first_chunk().copied().filter(|_| enough);
        if enough {
            self.held.clear();
        }
        (taken, head)
    }

    fn tell(&mut self, once: Once, field: &'static str, name: &'static str, scene: &mut Scene<'_>) {
        let bit = once as u8;
        if self.told & bit == 0 {
            self.told |= bit;
            scene.quirk(Quirk { offset: 0, field, name });
        }
    }

    #[inline]
    fn header(&mut self, bytes: &[u8], scene: &mut Scene<'_>) -> usize {
        if self.held.is_empty() {
            self.pdu_at = self.position;
        }
        let before = self.held.len();
        let (taken, head) = self.fixed::<HEADER>(bytes);
        let Some(head @ [kind, reserved, l0, l1, l2, l3]) = head else { return taken };
        let (kind, length) = (PduType(kind), u32::from_be_bytes([l0, l1, l2, l3]));
        if kind == PduType::P_DATA_TF && is_believable(kind, length) {
            if reserved != 0 {
                self.tell(Once::Reserved, "PDU reserved", "reserved-not-zero", scene);
            }
            let (direction, offset) = (scene.direction, self.pdu_at);
            (scene.sink)(Event::PData { direction, offset, length });
            if scene.association.max_pdu_for(direction).is_some_and(|most| most != 0 && length > most) {
                self.tell(Once::OverMaximum, "PDU-length", "over-maximum-length", scene);
            }
            self.state = State::Pdv { left: length };
            return taken;
        }
        let total = HEADER.saturating_add(usize::try_from(length).unwrap_or(usize::MAX));
        if !is_believable(kind, length) {
            scene.error(self.pdu_at, unbelievable(&head));
            self.messages.give_up(self.pdu_at, scene);
            // A head may start within these six bytes, so the search takes all but the first: from the segment or, as far
            // as they came before it, from what is held.
            self.state = State::Search(Search::Anywhere);
            self.held.extend_from_slice(head.get(1..before).unwrap_or_default());
            return usize::from(before == 0);
        }
        if total > scene.limits.message_bytes {
            let kind = Kind::Limit { limit: scene.limits.message_bytes as u64 };
            scene.error(self.pdu_at, Error { offset: 2, field: "PDU-length", kind });
            self.state = State::Skip { left: length.into() };
            return taken;
        }
        // Read where it lies when it is whole in this segment.
        if before == 0
            && let Some(pdu) = bytes.get(..total)
        {
            self.state = State::Header;
            self.pdu(pdu, scene);
            return total;
        }
        self.held.extend_from_slice(&head);
        self.state = State::Whole { total };
        if length == 0 {
            self.finish_whole(scene);
        }
        taken
    }

    fn whole(&mut self, total: usize, bytes: &[u8], scene: &mut Scene<'_>) -> usize {
        let (taken, enough) = self.hold(total, bytes);
        if enough {
            self.finish_whole(scene);
        }
        taken
    }

    fn finish_whole(&mut self, scene: &mut Scene<'_>) {
        let mut held = core::mem::take(&mut self.held);
        self.state = State::Header;
        self.pdu(&held, scene);
        // Keep a small buffer for the next split header, not a large one for ever.
        if held.capacity() <= 4 << 10 {
            held.clear();
            self.held = held;
        }
    }

    /// A whole PDU that is not P-DATA-TF.
    fn pdu(&mut self, bytes: &[u8], scene: &mut Scene<'_>) {
        let (direction, offset) = (scene.direction, self.pdu_at);
        self.messages.give_up(offset, scene);
        let pdu = match Pdu::parse(bytes) {
            Ok((pdu, _)) => pdu,
            Err(error) => return scene.error(offset, error),
        };
        let mut between = [None; 2];
        match &pdu {
            Pdu::AssociateRq(rq) => {
                scene.association.requested(direction, rq);
                scene.operations.clear();
            }
            Pdu::AssociateAc(ac) => between = scene.association.accepted(direction, ac),
            Pdu::AssociateRj(_) => scene.association.enter(Phase::Rejected),
            Pdu::ReleaseRq(_) => scene.association.enter(Phase::Releasing),
            Pdu::ReleaseRp(_) => scene.association.enter(Phase::Released),
            Pdu::Abort(_) => scene.association.enter(Phase::Aborted),
            Pdu::PData(_) => {}
        }
        (scene.sink)(Event::Pdu { direction, offset, pdu });
        let mut odd = |quirk| (scene.sink)(Event::Quirk { direction, quirk });
        pdu.quirks(&mut odd);
        between.into_iter().flatten().for_each(odd);
    }

    #[inline]
    fn pdv(&mut self, left: u32, bytes: &[u8], scene: &mut Scene<'_>) -> usize {
        let Some(room) = left.checked_sub(6) else {
            scene.error(
                self.pdu_at,
                Error { offset: 0, field: "PDV item-length", kind: Kind::Length { length: left.into() } },
            );
            self.state = State::Skip { left: left.into() };
            return 0;
        };
        let (taken, head) = self.fixed(bytes);
        let Some([l0, l1, l2, l3, context_id, header]) = head else { return taken };
        let length = u32::from_be_bytes([l0, l1, l2, l3]);
        let end = self.position.saturating_add(taken as u64);
        let declared = length.checked_sub(2);
        if declared.is_none_or(|fragment| fragment > room) {
            let kind = Kind::Length { length: length.into() };
            let offset = usize::try_from(end.saturating_sub(6).saturating_sub(self.pdu_at)).unwrap_or(usize::MAX);
            scene.error(self.pdu_at, Error { offset, field: "PDV item-length", kind });
        }
        // The PDU still says where it ends, and a fragment that reaches beyond it ends there.
        let Some(fragment) = declared.map(|fragment| fragment.min(room)) else {
            self.messages.give_up(end, scene);
            self.skip(room.into());
            return taken;
        };
        let behind = room.saturating_sub(fragment);
        if context_id & 1 == 0 {
            self.tell(Once::EvenContext, "presentation context id", "even-context-id", scene);
        }
        if header > 3 {
            self.tell(Once::ControlBits, "message control header", "reserved-bits", scene);
        }
        let (direction, offset) = (scene.direction, end.saturating_sub(6));
        (scene.sink)(Event::Pdv { direction, offset, context_id, header, length: fragment });
        let control = Control { context_id, command: header & 1 != 0, last: header & 2 != 0 };
        self.messages.begin(control, end, scene);
        self.state = State::Fragment { control, fragment, behind };
        if fragment == 0 {
            self.tell(Once::EmptyFragment, "PDV item-length", "empty-fragment", scene);
            self.end_fragment(control, behind, end, scene);
        }
        taken
    }

    fn skip(&mut self, left: u64) {
        self.state = if left == 0 { State::Header } else { State::Skip { left } };
    }

    #[inline]
    fn fragment(&mut self, control: Control, fragment: u32, behind: u32, bytes: &[u8], scene: &mut Scene<'_>) -> usize {
        let (taken, left) = pass(fragment.into(), bytes);
        let piece = bytes.get(..taken).unwrap_or_default();
        // Whole: this piece is the fragment. A command that was begun in an earlier fragment or piece is held already.
        self.messages.feed(piece, left == 0 && control.last, self.position, scene);
        match u32::try_from(left) {
            Ok(0) | Err(_) => self.end_fragment(control, behind, self.position.saturating_add(taken as u64), scene),
            Ok(fragment) => self.state = State::Fragment { control, fragment, behind },
        }
        taken
    }

    fn end_fragment(&mut self, control: Control, behind: u32, offset: u64, scene: &mut Scene<'_>) {
        self.messages.end(control, offset, scene);
        self.state = if behind == 0 { State::Header } else { State::Pdv { left: behind } };
    }

    /// Looks for the head of a PDU; returns how many bytes come before it, or all of them when there is none.
    fn search(&mut self, search: Search, bytes: &[u8], scene: &mut Scene<'_>) -> usize {
        if search != Search::Anywhere {
            match resync::at_start(bytes, search == Search::First) {
                Found::More => {
                    self.held.extend_from_slice(bytes);
                    return bytes.len();
                }
                Found::No => {
                    if search == Search::First {
                        scene.error(self.position, unbelievable(bytes));
                    }
                    self.state = State::Search(Search::Anywhere);
                }
                Found::Head | Found::Maybe => {
                    if search != Search::First {
                        self.found(self.position, scene);
                    }
                    self.state = State::Header;
                    return 0;
                }
            }
        }
        let mut at = 0_usize;
        loop {
            let rest = bytes.get(at..).unwrap_or_default();
            let Some(step) = memchr::memchr3(1, 2, 4, rest) else { return bytes.len() };
            at = at.saturating_add(step);
            let candidate = bytes.get(at..).unwrap_or_default();
            match resync::anywhere(candidate) {
                Found::No => at = at.saturating_add(1),
                Found::More => {
                    self.held.extend_from_slice(candidate);
                    return bytes.len();
                }
                Found::Head => {
                    self.found(self.position.saturating_add(at as u64), scene);
                    self.state = State::Header;
                    return at;
                }
                Found::Maybe => {
                    let length = match candidate.first_chunk() {
                        Some(&[_, _, l0, l1, l2, l3]) => u32::from_be_bytes([l0, l1, l2, l3]),
                        None => 0,
                    };
                    self.state = State::Maybe { left: u64::from(length).saturating_add(HEADER as u64) };
                    return at;
                }
            }
        }
    }

    fn found(&self, offset: u64, scene: &mut Scene<'_>) {
        (scene.sink)(Event::Resynchronised { direction: scene.direction, offset });
    }

    /// So many bytes were sent and not seen; none means an unknown number.
    pub(super) fn gap(&mut self, len: u64, scene: &mut Scene<'_>) {
        let unread = match self.state {
            State::Fragment { fragment, .. } => len > 0 && len <= u64::from(fragment) && self.messages.passes_over(len),
            _ => false,
        };
        (scene.sink)(Event::Gap { direction: scene.direction, len, unread });
        let held = self.held.len() as u64;
        let at = self.position;
        self.position = self.position.saturating_add(len);
        let counted = match self.state {
            _ if len == 0 => None,
            State::Fragment { control, fragment, behind } => {
                let rest = u64::from(fragment).checked_sub(len).and_then(|left| u32::try_from(left).ok());
                if let Some(left) = rest {
                    self.messages.gap(len, scene);
                    if left == 0 {
                        self.end_fragment(control, behind, self.position, scene);
                    } else {
                        self.state = State::Fragment { control, fragment: left, behind };
                    }
                    return;
                }
                u64::from(fragment).saturating_add(behind.into()).checked_sub(len)
            }
            State::Pdv { left } => u64::from(left).saturating_sub(held).checked_sub(len),
            State::Whole { total } => (total as u64).saturating_sub(held).checked_sub(len),
            State::Skip { left } => left.checked_sub(len),
            State::Maybe { left } => match left.checked_sub(len) {
                Some(left) if left > 0 => {
                    self.state = State::Maybe { left };
                    return;
                }
                _ => None,
            },
            State::Header | State::Search(_) => None,
        };
        self.messages.give_up(at, scene);
        self.held.clear();
        match counted {
            Some(left) => self.skip(left),
            None => self.state = State::Search(Search::AfterGap),
        }
    }

    /// Nothing follows.
    pub(super) fn end(&mut self, scene: &mut Scene<'_>) {
        let available = self.position.saturating_sub(self.pdu_at);
        let needed = match self.state {
            State::Header if self.held.is_empty() => 0,
            State::Header => HEADER as u64,
            State::Whole { total } => total as u64,
            State::Skip { left } => available.saturating_add(left),
            State::Pdv { left } => available.saturating_sub(self.held.len() as u64).saturating_add(left.into()),
            State::Fragment { fragment, behind, .. } => {
                available.saturating_add(fragment.into()).saturating_add(behind.into())
            }
            State::Search(_) | State::Maybe { .. } => 0,
        };
        if needed != 0 {
            let kind = Kind::Truncated { needed, available: usize::try_from(available).unwrap_or(usize::MAX) };
            scene.error(self.pdu_at, Error { offset: 0, field: "PDU", kind });
        }
        self.messages.give_up(self.position, scene);
        self.held.clear();
        self.state = State::Search(Search::AfterGap);
    }
}

/// What is wrong with the head of a PDU: an absurd length or, where that is not it, the type.
#[cold]
fn unbelievable(head: &[u8]) -> Error {
    if let Some(&[kind, _, l0, l1, l2, l3]) = head.first_chunk()
        && let (kind, length) = (PduType(kind), u32::from_be_bytes([l0, l1, l2, l3]))
        && kind.name().is_some()
        && !is_believable(kind, length)
    {
        return Error { offset: 2, field: "PDU-length", kind: Kind::Invalid { value: length.into() } };
    }
    let value = head.first().copied().unwrap_or_default().into();
    Error { offset: 0, field: "PDU-type", kind: Kind::Invalid { value } }
}

#[inline]
fn pass(left: u64, bytes: &[u8]) -> (usize, u64) {
    let taken = usize::try_from(left).map_or(bytes.len(), |left| left.min(bytes.len()));
    (taken, left.saturating_sub(taken as u64))
}
