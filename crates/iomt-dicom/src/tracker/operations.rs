//! Requests and the responses to them.
//!
//! ```text
//!  C-FIND-RQ 7 ─►            ◄─ C-FIND-RSP 7 pending  ◄─ C-FIND-RSP 7 success       one operation
//!  C-CANCEL-RQ 7 ─►          (marks it; the last response still comes)
//! ```
//! PS3.7 section 7 and 9.1. A message id is unique among the operations under way of one invoker, and both sides may invoke: a
//! C-STORE that answers a C-GET, an N-EVENT-REPORT. Without an asynchronous operations window one is under way at a time.

use crate::Uid;
use crate::dimse::{CommandField, CommandSet, Message, Status, Suboperations};
use alloc::vec::Vec;
use iomt_wire::Direction;

/// Operations remembered until they are answered; of more the oldest is forgotten.
const UNDER_WAY: usize = 64;

/// A request that was seen, and how far it has been answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Operation {
    /// Who asked.
    pub invoker: Direction,
    /// Message ID of the request.
    pub message_id: u16,
    /// Presentation context id of the request.
    pub context_id: u8,
    /// What was asked.
    pub command: CommandField,
    /// Affected SOP class of the request, else the requested one. A response may leave it out.
    pub sop_class: Option<Uid>,
    /// Where the request's command starts in its direction's stream.
    pub offset: u64,
    /// Responses so far, pending ones included.
    pub responses: u32,
    /// The status of the last response.
    pub status: Option<Status>,
    /// The numbers of sub-operations that were told last.
    pub suboperations: Suboperations,
    /// A C-CANCEL for it was seen.
    pub cancelled: bool,
}

impl Operation {
    /// Whether its last response was seen.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.status.is_some_and(|status| !status.is_pending())
    }
}

/// What a command meant for the operations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    /// As it should be, or not known.
    Plain,
    /// A request with the id of one that was not answered yet.
    Reused,
    /// The response is to another command than the request.
    Other,
    /// The oldest of too many was forgotten.
    Forgotten,
}

/// The operations under way, oldest first.
#[derive(Debug, Default)]
pub(super) struct Operations {
    open: Vec<Operation>,
}

impl Operations {
    pub(super) fn as_slice(&self) -> &[Operation] {
        &self.open
    }

    pub(super) fn clear(&mut self) {
        self.open.clear();
    }

    /// Takes a command; gives the operation that it opens, cancels or answers, if that is known. One that is over is not kept.
    pub(super) fn take(
        &mut self,
        direction: Direction,
        offset: u64,
        message: &Message,
        command: &CommandSet<'_>,
    ) -> (Option<Operation>, Turn) {
        let is_answer = message.command.is_response();
        let invoker = if is_answer { direction.reverse() } else { direction };
        let known = self.open.iter().position(|open| open.invoker == invoker && open.message_id == message.message_id);
        let at = known.and_then(|at| Some((at, self.open.get_mut(at)?)));
        match (at, is_answer) {
            (Some((_, open)), _) if message.command == CommandField::C_CANCEL_RQ => {
                open.cancelled = true;
                (Some(*open), Turn::Plain)
            }
            (None, _) if message.command == CommandField::C_CANCEL_RQ => (None, Turn::Plain),
            (None, true) => (None, Turn::Plain),
            (Some((at, open)), true) => {
                open.responses = open.responses.saturating_add(1);
                open.status = command.status();
                let numbers = command.suboperations();
                if numbers != Suboperations::default() {
                    open.suboperations = numbers;
                }
                let operation = *open;
                if !operation.status.is_some_and(Status::is_pending) {
                    self.open.remove(at);
                }
                let turn = if operation.command.0 == message.command.0 & 0x7fff { Turn::Plain } else { Turn::Other };
                (Some(operation), turn)
            }
            (_, false) => {
                let operation = Operation {
                    invoker,
                    message_id: message.message_id,
                    context_id: message.context_id,
                    command: message.command,
                    sop_class: message.sop_class,
                    offset,
                    responses: 0,
                    status: None,
                    suboperations: Suboperations::default(),
                    cancelled: false,
                };
                let turn = if let Some(at) = known {
                    self.open.remove(at);
                    Turn::Reused
                } else if self.open.len() >= UNDER_WAY {
                    self.open.remove(0);
                    Turn::Forgotten
                } else {
                    Turn::Plain
                };
                self.open.push(operation);
                (Some(operation), turn)
            }
        }
    }
}
