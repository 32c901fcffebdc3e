//! Follows one association from the bytes of its connection, as they pass.
//!
//! ```text
//!  segments ─► lane per direction ─► PDUs ─► association: who, contexts, transfer syntaxes
//!                     └─► fragments ─► messages per context ─► command set
//!                                                └─► data set scanner ─► wanted elements
//! ```
//! PS3.8 section 9 and annex E, PS3.7. Commands and whole PDUs are read where they lie when a segment holds all of them. Bulk
//! data are counted, not read: a P-DATA-TF costs two header reads. Lost bytes within a fragment are counted through; after any
//! other loss, or when the conversation is joined late, the next head of a PDU is searched.
//!
//! What devices really do: the opener of the connection is usually, not always, the requestor, so the sender of the RQ is; some
//! start a second association on the same connection; some send a data set in another encoding than was negotiated.

mod association;
mod event;
mod lane;
mod messages;
mod operations;
mod resync;

pub use association::{Association, Context, Phase};
pub use event::Event;
pub use operations::Operation;

use crate::element::Filter;
use iomt_wire::{Direction, Limits, Segment};
use lane::Lane;
use messages::Scene;
use operations::Operations;

/// Follows one association passively.
///
/// Uses of [`Limits`]: `message_bytes` caps a held PDU, `value_bytes` a value, `depth` (at most 64) the sequences
/// followed, `elements` the headers read per data set. Holds at most eight messages under way per direction and 64 requests that
/// wait for their answer.
///
/// The events do not depend on how a direction's bytes are cut into segments.
#[derive(Debug)]
pub struct Tracker {
    limits: Limits,
    filter: Filter,
    association: Association,
    operations: Operations,
    initiator: Lane,
    responder: Lane,
}

impl Tracker {
    /// A tracker that tells the elements of [`is_identity`](crate::ident::is_identity).
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self::with_filter(limits, crate::ident::is_identity)
    }

    /// A tracker that tells the elements that `filter` wants; it is given the enclosing sequences and the tag.
    #[must_use]
    pub fn with_filter(limits: Limits, filter: Filter) -> Self {
        Self {
            limits,
            filter,
            association: Association::default(),
            operations: Operations::default(),
            initiator: Lane::new(),
            responder: Lane::new(),
        }
    }

    /// Takes the next segment of one direction and tells what it completes.
    pub fn feed(&mut self, direction: Direction, segment: Segment<'_>, sink: &mut dyn FnMut(Event<'_>)) {
        let lane = match direction {
            Direction::Initiator => &mut self.initiator,
            Direction::Responder => &mut self.responder,
        };
        let scene = &mut Scene {
            direction,
            limits: &self.limits,
            filter: self.filter,
            association: &mut self.association,
            operations: &mut self.operations,
            sink,
        };
        match segment {
            Segment::Data(bytes) => lane.data(bytes, scene),
            Segment::Gap { len } => lane.gap(len, scene),
            Segment::End => lane.end(scene),
        }
    }

    /// The requests that were seen and have no last response yet, oldest first; at most 64.
    #[must_use]
    pub fn operations(&self) -> &[Operation] {
        self.operations.as_slice()
    }

    /// What is known of the association so far.
    #[must_use]
    pub const fn association(&self) -> &Association {
        &self.association
    }
}
