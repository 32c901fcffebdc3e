//! What is known of an association.

use crate::pdu::{Associate, ContextResult};
use crate::{TransferSyntax, Uid};
use alloc::vec::Vec;
use iomt_wire::{Direction, Quirk};

/// How far an association has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Phase {
    /// Nothing of it was seen; it may be under way.
    #[default]
    Unknown,
    /// A-ASSOCIATE-RQ was seen.
    Requested,
    /// A-ASSOCIATE-AC was seen.
    Accepted,
    /// A-ASSOCIATE-RJ was seen.
    Rejected,
    /// A-RELEASE-RQ was seen.
    Releasing,
    /// A-RELEASE-RP was seen.
    Released,
    /// A-ABORT was seen.
    Aborted,
}

/// A presentation context of the association.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Context {
    /// Context id.
    pub id: u8,
    /// What was proposed.
    pub abstract_syntax: Option<Uid>,
    /// What the acceptor decided; nothing while its answer was not seen.
    pub result: Option<ContextResult>,
    /// The transfer syntax that was accepted or, while no answer was seen, the only one that was proposed.
    pub transfer_syntax: Option<Uid>,
}

/// The association that a connection carries: who asked whom, and what was negotiated.
#[derive(Clone, Debug, Default)]
pub struct Association {
    phase: Phase,
    /// The RQ was seen.
    requested: bool,
    requestor: Option<Direction>,
    called: Title,
    calling: Title,
    contexts: Vec<Context>,
    requestor_max_pdu: Option<u32>,
    acceptor_max_pdu: Option<u32>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Title {
    bytes: [u8; 16],
    length: u8,
}

impl Title {
    fn new(text: &[u8]) -> Self {
        let mut title = Self::default();
        if let (Some(slot), Ok(length)) = (title.bytes.get_mut(..text.len()), u8::try_from(text.len())) {
            slot.copy_from_slice(text);
            title.length = length;
        }
        title
    }

    fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..usize::from(self.length)).unwrap_or_default()
    }
}

impl Association {
    /// How far it has come.
    #[must_use]
    pub const fn phase(&self) -> Phase {
        self.phase
    }

    /// Who requested it: the sender of the RQ, which is usually but not necessarily the opener of the connection.
    #[must_use]
    pub const fn requestor(&self) -> Option<Direction> {
        self.requestor
    }

    /// Called AE title as the RQ has it, trimmed; empty when the RQ was not seen.
    #[must_use]
    pub fn called_ae(&self) -> &[u8] {
        self.called.as_bytes()
    }

    /// Calling AE title as the RQ has it, trimmed; empty when the RQ was not seen.
    #[must_use]
    pub fn calling_ae(&self) -> &[u8] {
        self.calling.as_bytes()
    }

    /// The presentation contexts by ascending id.
    #[must_use]
    pub fn contexts(&self) -> &[Context] {
        &self.contexts
    }

    /// The presentation context with this id.
    #[must_use]
    pub fn context(&self, id: u8) -> Option<&Context> {
        self.contexts.get(self.contexts.binary_search_by_key(&id, |context| context.id).ok()?)
    }

    /// The longest P-DATA-TF length field that the requestor takes.
    #[must_use]
    pub const fn requestor_max_pdu(&self) -> Option<u32> {
        self.requestor_max_pdu
    }

    /// The longest P-DATA-TF length field that the acceptor takes.
    #[must_use]
    pub const fn acceptor_max_pdu(&self) -> Option<u32> {
        self.acceptor_max_pdu
    }

    /// What the other side of `direction` said that it takes at most; 0 is no limit.
    pub(crate) fn max_pdu_for(&self, direction: Direction) -> Option<u32> {
        if self.requestor? == direction { self.acceptor_max_pdu } else { self.requestor_max_pdu }
    }

    /// Whether data on a context are against what was decided: only told where both sides of the negotiation were seen.
    pub(crate) fn refuses(&self, id: u8) -> bool {
        matches!(self.phase, Phase::Accepted | Phase::Releasing)
            && self.requested
            && self.context(id).is_none_or(|context| context.result != Some(ContextResult::ACCEPTANCE))
    }

    /// A new association starts; or the one whose answer the capture has before its request.
    pub(crate) fn requested(&mut self, direction: Direction, rq: &Associate<'_>) {
        let is_late = self.phase == Phase::Accepted && !self.requested && self.requestor == Some(direction);
        if !is_late {
            *self = Self { contexts: core::mem::take(&mut self.contexts), ..Self::default() };
            self.contexts.clear();
            self.phase = Phase::Requested;
        }
        self.requested = true;
        self.requestor = Some(direction);
        self.called = Title::new(rq.called_ae());
        self.calling = Title::new(rq.calling_ae());
        self.requestor_max_pdu = rq.max_pdu_length();
        for proposed in rq.presentation_contexts().filter_map(Result::ok) {
            let mut syntaxes = proposed.transfer_syntaxes();
            let (first, second) = (syntaxes.next(), syntaxes.next());
            self.update(proposed.id, |context| {
                if context.abstract_syntax.is_none() {
                    context.abstract_syntax = proposed.abstract_syntax().and_then(Uid::new);
                    let only = first.filter(|_| second.is_none()).and_then(Uid::new);
                    context.transfer_syntax = context.transfer_syntax.or(only);
                }
            });
        }
    }

    /// The acceptor's answer; says where it does not fit the request.
    pub(crate) fn accepted(&mut self, direction: Direction, ac: &Associate<'_>) -> [Option<Quirk>; 2] {
        self.phase = Phase::Accepted;
        self.requestor = Some(direction.reverse());
        self.acceptor_max_pdu = ac.max_pdu_length();
        let echoed = ac.called_ae() == self.called.as_bytes() && ac.calling_ae() == self.calling.as_bytes();
        let mut strange = None;
        for decided in ac.presentation_contexts().filter_map(Result::ok) {
            let syntax = decided.transfer_syntax().and_then(Uid::new);
            if self.requested && self.context(decided.id).is_none() {
                strange = strange.or(Some(decided.offset));
            }
            self.update(decided.id, |context| {
                context.result = decided.result();
                // Some acceptors echo what they refuse, or leave it out: only what is accepted counts.
                if decided.is_accepted() && syntax.is_some() {
                    context.transfer_syntax = syntax;
                }
            });
        }
        let titles = Quirk { offset: 10, field: "AE-title", name: "ae-titles-not-echoed" };
        let context = |offset| Quirk { offset, field: "presentation context id", name: "context-not-proposed" };
        [Some(titles).filter(|_| self.requested && !echoed), strange.map(context)]
    }

    pub(crate) fn enter(&mut self, phase: Phase) {
        self.phase = phase;
    }

    /// Changes the context with this id, which is made if there is none; there are at most 256.
    fn update(&mut self, id: u8, change: impl FnOnce(&mut Context)) {
        let at = match self.contexts.binary_search_by_key(&id, |context| context.id) {
            Ok(at) => at,
            Err(at) => {
                let context = Context { id, abstract_syntax: None, result: None, transfer_syntax: None };
                self.contexts.insert(at, context);
                at
            }
        };
        if let Some(context) = self.contexts.get_mut(at) {
            change(context);
        }
    }
}

/// Looks a transfer syntax up by its inline UID.
pub(crate) fn syntax_of(uid: Option<&Uid>) -> Option<TransferSyntax> {
    TransferSyntax::from_uid(uid?.as_bytes())
}
