//! What was said before.
//!
//! A monitor sends the same identity with every observation, many times a minute, an analyser with every result. Filing it again would cost far more than
//! reading it, so a message whose identity facts were all heard before between the same two endpoints is only counted, and the
//! counts are filed when the memo is full or the capture ends. Nothing else is late by that.

use core::hash::{BuildHasher, Hash, Hasher};
use core::net::IpAddr;
use std::collections::HashMap;
use std::sync::Arc;

use foldhash::quality::RandomState;
use iomt_hl7v2::Message;
use iomt_hl7v2::ident::{Attribute, Subject as About, facts};
use iomt_wire::Timestamp;

use super::signals::Systems;
use crate::evidence::{Evidence, Sink, Subject};
use crate::fingerprint::hl7v2::Shape;

/// Evidence remembered, over all messages; a message that says more than a part of it is not remembered.
const REMEMBERED: usize = 16_384;
const OF_ONE_MESSAGE: usize = 512;

/// The longest shape remembered; those of lawful messages are far shorter.
const LONGEST_SHAPE: usize = 1_024;

/// The print of a message: a keyed hash of all its identity facts. The key is random, so that no sender can make one message
/// pass for another; nothing that is put out depends on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Print(u64);

#[derive(Clone, Debug)]
struct Heard {
    evidence: Vec<Evidence>,
    repeats: u64,
    last: Timestamp,
}

/// The messages that were heard.
#[derive(Clone, Debug, Default)]
pub(crate) struct Memo {
    key: RandomState,
    /// Evidence held.
    held: usize,
    /// With the devices by their number in the message.
    heard: HashMap<Print, (Heard, Systems), RandomState>,
    /// How endpoints write, by the shape of what they wrote, with the name of the dialog.
    written: HashMap<Shape, (Arc<str>, Heard), RandomState>,
}

impl Heard {
    const fn of(evidence: Vec<Evidence>) -> Self {
        Self { evidence, repeats: 0, last: Timestamp(i64::MIN) }
    }

    fn again(&mut self, time: Timestamp) {
        self.repeats = self.repeats.saturating_add(1);
        self.last = self.last.max(time);
    }
}

impl Memo {
    /// The print of a message between two endpoints, in a conversation that was seen whole or not.
    pub(super) fn print(&self, ends: (IpAddr, IpAddr), whole: bool, message: &Message<'_>, seen: Timestamp) -> Print {
        let mut hasher = self.key.build_hasher();
        (ends, whole).hash(&mut hasher);
        facts(message, &mut |fact| {
            match fact.subject {
                About::Sender => hasher.write_u8(0),
                About::Receiver => hasher.write_u8(1),
                About::Device { mds, vmd, instance } => (mds, vmd, instance).hash(&mut hasher),
            }
            // Every message has another time; what counts is how the sender's clock goes.
            if fact.attribute == Attribute::Time {
                return super::security::clock(fact.value, seen).hash(&mut hasher);
            }
            // The same words in another field are another fact.
            (fact.attribute, fact.field, fact.value).hash(&mut hasher);
        });
        Print(hasher.finish())
    }

    /// The print of a message of another protocol, by all that its evidence is made of.
    pub(crate) fn print_of(&self, said: impl Hash) -> Print {
        Print(self.key.hash_one(said))
    }

    /// A keyed hash of some fields.
    pub(super) fn hash(&self, fields: &[&[u8]]) -> u64 {
        self.key.hash_one(fields)
    }

    /// Counts a message that was heard before; says whether it was.
    pub(crate) fn again(&mut self, print: Print, time: Timestamp) -> bool {
        self.heard.get_mut(&print).map(|(heard, _)| heard.again(time)).is_some()
    }

    /// The devices of a message that was heard before.
    pub(super) fn systems(&self, print: Print) -> &Systems {
        const NONE: &Systems = &Systems::new();
        self.heard.get(&print).map_or(NONE, |(_, systems)| systems)
    }

    /// Files what a message said that was not heard before, and remembers it with the devices that its numbers stand for. What is about
    /// one piece of equipment stands together.
    pub(crate) fn first(
        &mut self,
        print: Print,
        evidence: Vec<Evidence>,
        systems: Systems,
        time: Timestamp,
        out: &mut dyn Sink,
    ) {
        evidence.iter().for_each(|one| out.take(one.clone()));
        pieces(&evidence).for_each(|subject| out.active(subject, time, 0, 1));
        if evidence.len() <= OF_ONE_MESSAGE {
            self.hold(evidence.len(), out);
            self.heard.insert(print, (Heard::of(evidence), systems));
        }
    }

    /// Counts what was written in a shape that is known; gives the name of its dialog if it is.
    pub(super) fn written(&mut self, shape: &Shape, time: Timestamp) -> Option<Arc<str>> {
        let (dialog, heard) = self.written.get_mut(shape)?;
        heard.again(time);
        Some(Arc::clone(dialog))
    }

    /// Remembers what a shape shows.
    pub(super) fn write(&mut self, shape: Shape, dialog: Arc<str>, evidence: Vec<Evidence>, out: &mut dyn Sink) {
        if shape.size() <= LONGEST_SHAPE {
            self.hold(evidence.len(), out);
            self.written.insert(shape, (dialog, Heard::of(evidence)));
        }
    }

    /// Makes room for evidence.
    fn hold(&mut self, evidence: usize, out: &mut dyn Sink) {
        if self.held.saturating_add(evidence) > REMEMBERED {
            self.tell(out);
        }
        self.held = self.held.saturating_add(evidence);
    }

    /// Files the counts, and forgets.
    pub(crate) fn tell(&mut self, out: &mut dyn Sink) {
        self.held = 0;
        let written = self.written.drain().map(|(_, (_, heard))| heard);
        let heard = self.heard.drain().map(|(_, (heard, _))| heard);
        for heard in heard.chain(written).filter(|heard| heard.repeats > 0) {
            heard.evidence.iter().for_each(|evidence| out.again(evidence, heard.repeats, heard.last));
            pieces(&heard.evidence).for_each(|subject| out.active(subject, heard.last, 0, heard.repeats));
        }
    }
}

/// The equipment that evidence is about, each piece once.
fn pieces(evidence: &[Evidence]) -> impl Iterator<Item = &Subject> {
    let about = evidence.chunk_by(|a, b| a.subject == b.subject).filter_map(|about| about.first());
    about.map(|one| &one.subject).filter(|subject| matches!(subject, Subject::Equipment { .. }))
}
