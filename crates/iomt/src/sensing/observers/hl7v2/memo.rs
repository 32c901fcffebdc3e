//! What a connection has said before.
//!
//! A monitor sends the same identity with every observation, many times a minute. Filing it again would cost far more than
//! reading it, so a message whose identity facts were all heard before on this connection is only counted, and the counts are
//! filed when the connection ends or the memo is full. Counts and last times of repeats are late by that; nothing else is.

use core::hash::{BuildHasher, Hash, Hasher};
use std::collections::HashMap;

use foldhash::quality::RandomState;
use iomt_hl7v2::Message;
use iomt_hl7v2::ident::{Subject as About, facts};
use iomt_wire::{Direction, Timestamp};

use crate::evidence::{Evidence, Subject};
use crate::reasoning::ledger::Ledger;

/// Different messages remembered per connection.
const REMEMBERED: usize = 64;

/// The print of a message: a keyed hash of all its identity facts. The key is random, so that no sender can make one message
/// pass for another; nothing that is put out depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Print(u64);

#[derive(Debug)]
struct Heard {
    evidence: Vec<Evidence>,
    repeats: u64,
    last: Timestamp,
}

#[derive(Debug, Default)]
pub(super) struct Memo {
    key: RandomState,
    heard: HashMap<Print, Heard, RandomState>,
}

impl Memo {
    /// The print of a message sent in a direction.
    pub(super) fn print(&self, direction: Direction, message: &Message<'_>) -> Print {
        let mut hasher = self.key.build_hasher();
        direction.hash(&mut hasher);
        facts(message, &mut |fact| {
            match fact.subject {
                About::Sender => hasher.write_u8(0),
                About::Receiver => hasher.write_u8(1),
                About::Device { mds, vmd, instance } => (mds, vmd, instance).hash(&mut hasher),
            }
            // Where the same words stand in another field, or begin elsewhere in it, they are another fact.
            (fact.attribute, fact.field.as_ptr().addr(), fact.value).hash(&mut hasher);
        });
        Print(hasher.finish())
    }

    /// Counts a message that was heard before; says whether it was.
    pub(super) fn again(&mut self, print: Print, time: Timestamp) -> bool {
        let Some(heard) = self.heard.get_mut(&print) else { return false };
        heard.repeats = heard.repeats.saturating_add(1);
        heard.last = heard.last.max(time);
        true
    }

    /// Remembers what a message said.
    pub(super) fn remember(&mut self, print: Print, evidence: Vec<Evidence>, ledger: &mut Ledger) {
        if self.heard.len() >= REMEMBERED {
            self.file(ledger);
        }
        self.heard.insert(print, Heard { evidence, repeats: 0, last: Timestamp::default() });
    }

    /// Files the counts, and forgets.
    pub(super) fn file(&mut self, ledger: &mut Ledger) {
        for (_, heard) in self.heard.drain().filter(|(_, heard)| heard.repeats > 0) {
            let mut subject: Option<&Subject> = None;
            for evidence in &heard.evidence {
                ledger.again(evidence, heard.repeats, heard.last);
                if matches!(evidence.subject, Subject::Equipment { .. }) && subject != Some(&evidence.subject) {
                    ledger.active(&evidence.subject, heard.last, 0, heard.repeats);
                    subject = Some(&evidence.subject);
                }
            }
        }
    }
}
