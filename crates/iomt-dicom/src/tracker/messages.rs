//! Messages put together from fragments, per direction and presentation context.
//!
//! ```text
//!  idle ─► command fragments ─► (data set announced) ─► data fragments ─► idle
//! ```
//! PS3.8 annex E. Contexts may interleave, the fragments of one context may not. A whole command fragment is read where it
//! lies; data fragments go straight through the data set scanner; nothing is held but split commands (capped at 16 KiB)
//! and what the scanner holds.

use super::association::{Association, syntax_of};
use super::event::Event;
use super::operations::{Operations, Turn};
use crate::dimse::{CommandSet, Message};
use crate::element::{Filter, Note, Scan, Start};
use alloc::vec::Vec;
use iomt_wire::{Direction, Error, Kind, Limits, Quirk};

/// Messages of one direction that may be under way at the same time; more than any toolkit interleaves.
const SLOTS: usize = 8;

/// Bytes of a command set that is held because its fragments are split.
const COMMAND_BYTES: usize = 16 << 10;

/// What the parts of a lane share while a segment is read.
pub(super) struct Scene<'s> {
    pub(super) direction: Direction,
    pub(super) limits: &'s Limits,
    pub(super) filter: Filter,
    pub(super) association: &'s mut Association,
    pub(super) operations: &'s mut Operations,
    pub(super) sink: &'s mut dyn FnMut(Event<'_>),
}

impl Scene<'_> {
    pub(super) fn error(&mut self, offset: u64, error: Error) {
        (self.sink)(Event::Error { direction: self.direction, offset, error });
    }

    pub(super) fn quirk(&mut self, quirk: Quirk) {
        (self.sink)(Event::Quirk { direction: self.direction, quirk });
    }
}

/// What a PDV header says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Control {
    pub(super) context_id: u8,
    pub(super) command: bool,
    pub(super) last: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Idle,
    /// Collecting a command set.
    Command,
    /// A command set that was damaged or too long: passed over to its last fragment.
    CommandLost,
    /// The command announced a data set.
    Expect,
    /// Reading the data set.
    Data,
}

struct Slot {
    stage: Stage,
    message: Message,
    command: Vec<u8>,
    command_at: u64,
    scan: Scan,
    touched: u64,
}

impl core::fmt::Debug for Slot {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Slot")
            .field("stage", &self.stage)
            .field("message", &self.message)
            .field("scan", &self.scan)
            .finish_non_exhaustive()
    }
}

/// The messages of one direction.
#[derive(Debug, Default)]
pub(super) struct Messages {
    slots: Vec<Slot>,
    current: usize,
    clock: u64,
    count: u32,
}

/// Turns what the scanner tells into events.
fn tell(note: Note<'_>, message: &Message, direction: Direction, sink: &mut dyn FnMut(Event<'_>)) {
    match note {
        Note::Element { at, enclosing, item, element, complete } => {
            sink(Event::Element { direction, offset: at, message, enclosing, item, element, complete });
        }
        Note::Quirk(quirk) => sink(Event::Quirk { direction, quirk }),
        Note::Error { at, error } => {
            // The event's offset is the head of the frame, which is the data set, less what stood before the element.
            sink(Event::Error { direction, offset: at.saturating_sub(error.offset as u64), error });
        }
    }
}

impl Slot {
    fn new(context_id: u8, limits: &Limits, filter: Filter) -> Self {
        Self {
            stage: Stage::Idle,
            message: Message::unknown(context_id),
            command: Vec::new(),
            command_at: 0,
            scan: Scan::new(limits, filter),
            touched: 0,
        }
    }

    /// Gives up what is under way.
    fn give_up(&mut self, offset: u64, scene: &mut Scene<'_>) {
        match self.stage {
            Stage::Expect | Stage::Data => self.end_of_data(offset, false, scene),
            Stage::Idle | Stage::Command | Stage::CommandLost => {}
        }
        self.stage = Stage::Idle;
        self.command.clear();
    }

    fn end_of_data(&mut self, offset: u64, seen_whole: bool, scene: &mut Scene<'_>) {
        let (message, direction) = (&self.message, scene.direction);
        let complete = if self.stage == Stage::Data {
            let sink = &mut *scene.sink;
            self.scan.end(&mut |note| tell(note, message, direction, sink))
        } else {
            false
        };
        let complete = complete && seen_whole;
        (scene.sink)(Event::DataSetEnd { direction, offset, message, complete });
        self.stage = Stage::Idle;
    }

    fn begin_data(&mut self) {
        self.stage = Stage::Data;
        self.scan.begin(match syntax_of(self.message.transfer_syntax.as_ref()) {
            Some(syntax) if syntax.is_deflated() => Start::Deflated(syntax.encoding()),
            Some(syntax) => Start::Negotiated(syntax.encoding()),
            None => Start::Unknown,
        });
    }

    fn begin_orphan(&mut self, context_id: u8, scene: &mut Scene<'_>) {
        self.message = Message::unknown(context_id);
        complete_terms(&mut self.message, scene.association);
        self.message.has_data_set = true;
        self.message.inferred = true;
        self.stage = Stage::Data;
        self.scan.begin(Start::Doubtful);
        scene.quirk(Quirk { offset: 0, field: "PDV", name: "data-set-without-command" });
    }

    /// A whole command set is there.
    fn command(&mut self, bytes: &[u8], offset: u64, count: &mut u32, scene: &mut Scene<'_>) {
        let command = match CommandSet::parse(bytes) {
            Ok(command) => command,
            Err(error) => {
                scene.error(offset, error);
                self.stage = Stage::Idle;
                return;
            }
        };
        *count = count.saturating_add(1);
        self.message = Message::of(self.message.context_id, &command);
        self.message.number = *count;
        complete_terms(&mut self.message, scene.association);
        let (message, direction) = (&self.message, scene.direction);
        let (operation, turn) = scene.operations.take(direction, offset, message, &command);
        (scene.sink)(Event::Command { direction, offset, message, command, operation: operation.as_ref() });
        let mut odd = |field, name| (scene.sink)(Event::Quirk { direction, quirk: Quirk { offset: 0, field, name } });
        match turn {
            Turn::Plain => {}
            Turn::Reused => odd("Message ID", "message-id-reused"),
            Turn::Other => odd("Command Field", "response-to-another-command"),
            Turn::Forgotten => odd("Message ID", "operations-forgotten"),
        }
        if scene.association.refuses(message.context_id) {
            odd("presentation context id", "context-not-accepted");
        }
        command.quirks(&mut |quirk| (scene.sink)(Event::Quirk { direction, quirk }));
        self.stage = if self.message.has_data_set { Stage::Expect } else { Stage::Idle };
    }
}

/// Adds what was negotiated for the message's context.
fn complete_terms(message: &mut Message, association: &Association) {
    if let Some(context) = association.context(message.context_id) {
        message.abstract_syntax = context.abstract_syntax;
        message.transfer_syntax = context.transfer_syntax;
    }
    message.inferred = message.transfer_syntax.is_none();
}

impl Messages {
    /// A fragment starts at `offset`.
    pub(super) fn begin(&mut self, control: Control, offset: u64, scene: &mut Scene<'_>) {
        self.clock = self.clock.saturating_add(1);
        self.current = self.slot_for(control.context_id, offset, scene);
        let clock = self.clock;
        let Some(slot) = self.slots.get_mut(self.current) else { return };
        slot.touched = clock;
        match (control.command, slot.stage) {
            (true, Stage::Command | Stage::CommandLost) | (false, Stage::Data) => {}
            (true, Stage::Idle | Stage::Expect | Stage::Data) => {
                slot.give_up(offset, scene);
                slot.message.context_id = control.context_id;
                slot.stage = Stage::Command;
                slot.command_at = offset;
            }
            (false, Stage::Expect) => slot.begin_data(),
            (false, Stage::Idle | Stage::Command | Stage::CommandLost) => {
                slot.give_up(offset, scene);
                slot.begin_orphan(control.context_id, scene);
            }
        }
    }

    /// The next piece of the fragment; `whole` when it is all of a last fragment.
    #[inline]
    pub(super) fn feed(&mut self, piece: &[u8], whole: bool, offset: u64, scene: &mut Scene<'_>) {
        let Some(slot) = self.slots.get_mut(self.current) else { return };
        match slot.stage {
            Stage::Data => {
                if slot.scan.is_stopped() {
                    return;
                }
                let (message, direction, sink) = (&slot.message, scene.direction, &mut *scene.sink);
                slot.scan.feed(offset, piece, &mut |note| tell(note, message, direction, sink));
            }
            Stage::Command if whole && slot.command.is_empty() => {
                slot.command(piece, slot.command_at, &mut self.count, scene);
                // The end of the fragment finds nothing left to do.
            }
            Stage::Command => {
                let limit = COMMAND_BYTES.min(scene.limits.message_bytes);
                if slot.command.len().saturating_add(piece.len()) > limit {
                    let kind = Kind::Limit { limit: limit as u64 };
                    scene.error(slot.command_at, Error { offset: limit, field: "command set", kind });
                    slot.command.clear();
                    slot.stage = Stage::CommandLost;
                } else {
                    slot.command.extend_from_slice(piece);
                }
            }
            Stage::Idle | Stage::CommandLost | Stage::Expect => {}
        }
    }

    /// The fragment is over.
    pub(super) fn end(&mut self, control: Control, offset: u64, scene: &mut Scene<'_>) {
        if !control.last {
            return;
        }
        let Some(slot) = self.slots.get_mut(self.current) else { return };
        match slot.stage {
            Stage::Data if !control.command => slot.end_of_data(offset, true, scene),
            Stage::Command if control.command => {
                let bytes = core::mem::take(&mut slot.command);
                slot.command(&bytes, slot.command_at, &mut self.count, scene);
                slot.command = bytes;
                slot.command.clear();
            }
            Stage::CommandLost if control.command => slot.stage = Stage::Idle,
            _ => {}
        }
    }

    /// So many bytes within the current fragment were lost.
    pub(super) fn gap(&mut self, length: u64, scene: &mut Scene<'_>) {
        let Some(slot) = self.slots.get_mut(self.current) else { return };
        match slot.stage {
            Stage::Data => {
                let (message, direction, sink) = (&slot.message, scene.direction, &mut *scene.sink);
                slot.scan.gap(length, &mut |note| tell(note, message, direction, sink));
            }
            Stage::Command => {
                slot.command.clear();
                slot.stage = Stage::CommandLost;
            }
            Stage::Idle | Stage::CommandLost | Stage::Expect => {}
        }
    }

    /// Whether so many of the next bytes are of a value that is passed over unread.
    pub(super) fn passes_over(&self, length: u64) -> bool {
        self.slots
            .get(self.current)
            .is_some_and(|slot| matches!(slot.stage, Stage::Data) && slot.scan.passes_over(length))
    }

    /// Gives up everything under way.
    pub(super) fn give_up(&mut self, offset: u64, scene: &mut Scene<'_>) {
        for slot in &mut self.slots {
            slot.give_up(offset, scene);
        }
    }

    /// The slot of a context: its own, else a free one, else a new one, else that which was idle longest.
    fn slot_for(&mut self, context_id: u8, offset: u64, scene: &mut Scene<'_>) -> usize {
        let own = |slot: &Slot| slot.message.context_id == context_id && slot.touched != 0;
        if self.slots.get(self.current).is_some_and(own) {
            return self.current;
        }
        if let Some(at) = self.slots.iter().position(own) {
            return at;
        }
        let free = self.slots.iter().position(|slot| slot.stage == Stage::Idle);
        let at = match free {
            Some(at) => at,
            None if self.slots.len() < SLOTS => {
                self.slots.push(Slot::new(context_id, scene.limits, scene.filter));
                self.slots.len().saturating_sub(1)
            }
            None => {
                let oldest = self.slots.iter().enumerate().min_by_key(|(_, slot)| slot.touched);
                let at = oldest.map_or(0, |(at, _)| at);
                let kind = Kind::Limit { limit: SLOTS as u64 };
                scene.error(offset, Error { offset: 0, field: "interleaved messages", kind });
                if let Some(slot) = self.slots.get_mut(at) {
                    slot.give_up(offset, scene);
                }
                at
            }
        };
        if let Some(slot) = self.slots.get_mut(at) {
            slot.message = Message::unknown(context_id);
        }
        at
    }
}
