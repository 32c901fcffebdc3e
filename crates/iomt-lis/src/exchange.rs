//! Both directions of a conversation.
//!
//! ```text
//!  instrument  ENQ      frame      frame      EOT
//!  host             ACK       NAK        ACK
//!
//!  instrument  ENQ
//!  host        ENQ                     contention: the instrument asks again after 1 s, the host waits 20 s
//! ```
//! LIS01-A2 (ASTM E1381) section 6. Either side may send; who does changes with every session. Waiting times are the peers' matter:
//! a listener needs no clock.

use crate::control::{ACK, ENQ, EOT, NAK};
use crate::reader::{Event, Reader};
use iomt_wire::{Direction, Limits, Segment};

/// Reads both directions of a conversation.
#[derive(Debug)]
pub struct Exchange {
    readers: [Reader; 2],
    /// Who asked for the line and was not answered yet.
    asking: Option<Direction>,
}

impl Exchange {
    /// A conversation at its start.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self { readers: [Reader::new(limits), Reader::new(limits)], asking: None }
    }

    /// How many bytes are held until more come.
    #[must_use]
    pub fn held(&self) -> usize {
        self.readers.iter().map(Reader::held).fold(0, usize::saturating_add)
    }

    /// Takes the next piece of one direction and tells `sink` what it completes, in order.
    pub fn feed(&mut self, direction: Direction, segment: Segment<'_>, sink: &mut dyn FnMut(Event<'_>)) {
        let Self { readers: [initiator, responder], asking } = self;
        let reader = match direction {
            Direction::Initiator => initiator,
            Direction::Responder => responder,
        };
        reader.feed(segment, &mut |event| {
            let Event::Control { offset, byte } = event else { return sink(event) };
            sink(event);
            match byte {
                ENQ if *asking == Some(direction.reverse()) => {
                    sink(Event::Contention { offset });
                    *asking = None;
                }
                ENQ => *asking = Some(direction),
                ACK | NAK | EOT => *asking = None,
                _ => {}
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_enquiries_at_once_are_contention_and_one_after_an_answer_is_none() {
        let mut exchange = Exchange::new(Limits::DEFAULT);
        let mut met = 0;
        let mut say = |direction, byte: u8| {
            exchange.feed(direction, Segment::Data(&[byte]), &mut |event| {
                met += usize::from(matches!(event, Event::Contention { .. }));
            });
        };
        say(Direction::Initiator, ENQ);
        say(Direction::Responder, ACK);
        say(Direction::Initiator, EOT);
        say(Direction::Responder, ENQ);
        say(Direction::Initiator, ENQ);
        say(Direction::Initiator, ENQ);
        assert_eq!(met, 1);
    }
}
