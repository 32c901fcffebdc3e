//! Segments and messages that go on elsewhere.
//!
//! ```text
//!  OBX|1|TX|||the first part of
//!  ADD| a long text|F             appended where the segment above ends
//!  ADD                            it goes on in the next message
//!  DSC|4711|F                     the message goes on in one whose MSH-14 is 4711
//! ```
//! HL7 v2.9.1 chapter 2, sections 2.10.2, 2.14.1 (ADD) and 2.14.4 (DSC). What `ADD` brings lies elsewhere in the message, so a value
//! can have several pieces. [`Rope`] gives them where they lie; joining copies, and only when it is asked for.

use crate::Message;
use crate::message::Segments;
use crate::segment::Segment;
use crate::view::{Field, Node};
use alloc::borrow::Cow;

/// A segment with the `ADD` segments behind it.
#[derive(Clone, Copy, Debug)]
pub struct Rope<'a> {
    segment: Segment<'a>,
    /// The segments from behind this one on.
    behind: Segments<'a>,
    additions: usize,
}

/// Whether, and with what text, this segment continues the one before.
fn addition<'a>(segment: &Segment<'a>) -> Option<Field<'a>> {
    (segment.name() == b"ADD").then(|| segment.field(1))
}

impl<'a> Rope<'a> {
    /// The segment itself.
    #[must_use]
    pub const fn segment(&self) -> Segment<'a> {
        self.segment
    }

    /// How many `ADD` segments continue it.
    #[must_use]
    pub const fn additions(&self) -> usize {
        self.additions
    }

    /// Whether its last `ADD` has no field: the rest comes in the next message.
    #[must_use]
    pub fn goes_on(&self) -> bool {
        let last = self.additions.checked_sub(1).and_then(|last| self.added().nth(last));
        last.is_some_and(|segment| segment.raw() == b"ADD")
    }

    fn added(&self) -> impl Iterator<Item = Segment<'a>> + use<'a> {
        self.behind.take(self.additions)
    }

    /// The pieces of field `n`, where they lie: none when it is absent, one nearly always. The field separator inside an `ADD`
    /// begins the segment's next field, as it would without the break.
    pub fn field(&self, n: usize) -> impl Iterator<Item = Node<'a>> + use<'a> {
        let own = self.segment.fields().count();
        let mut reached = own;
        let first = Some(self.segment.field(n)).filter(|_| n <= own);
        let more = self.added().filter_map(move |segment| {
            let fields = segment.fields().count();
            let at = n.checked_sub(reached)?;
            // Its first field goes on with the one that was open; each other begins one.
            reached = reached.saturating_add(fields.saturating_sub(1));
            Some(segment.field(at.saturating_add(1))).filter(|_| at < fields)
        });
        first.into_iter().chain(more).filter(|piece| !piece.is_absent()).map(Node::from)
    }

    /// Field `n` in one piece: borrowed unless it was broken.
    #[must_use]
    pub fn joined(&self, n: usize) -> Cow<'a, [u8]> {
        let mut pieces = self.field(n);
        let Some(first) = pieces.next() else { return Cow::Borrowed(&[]) };
        let mut whole = Cow::Borrowed(first.bytes());
        for piece in pieces {
            whole.to_mut().extend_from_slice(piece.bytes());
        }
        whole
    }
}

/// The segments of a message in order, each with its continuations; see [`Message::ropes`].
#[derive(Clone, Copy, Debug)]
pub struct Ropes<'a> {
    segments: Segments<'a>,
}

impl<'a> Iterator for Ropes<'a> {
    type Item = Rope<'a>;

    fn next(&mut self) -> Option<Rope<'a>> {
        let segment = self.segments.next()?;
        let behind = self.segments;
        let mut additions = 0_usize;
        let mut ahead = behind;
        while let Some(next) = ahead.next()
            && addition(&next).is_some()
        {
            additions = additions.saturating_add(1);
            self.segments = ahead;
        }
        Some(Rope { segment, behind, additions })
    }
}

impl core::iter::FusedIterator for Ropes<'_> {}

/// What ends a message that goes on in another.
#[derive(Clone, Copy, Debug)]
pub struct Continuation<'a> {
    /// DSC-1: the MSH-14 of the message in which it goes on.
    pub pointer: Field<'a>,
    /// DSC-2: `F` this message goes on, `I` it is an interactive query that goes on.
    pub style: Field<'a>,
}

impl<'a> Message<'a> {
    /// The segments with the `ADD` segments that continue them; an `ADD` without a segment before it stands for itself.
    ///
    /// ```
    /// let message = iomt_hl7v2::Message::parse(b"MSH|^~\\&|A\rOBX|1|TX|||one \rADD|two|F\r")?;
    /// let text = message.ropes().nth(1).unwrap();
    /// assert_eq!(text.field(5).map(|piece| piece.bytes()).collect::<Vec<_>>(), [&b"one "[..], b"two"]);
    /// assert_eq!(&*text.joined(5), b"one two");
    /// assert_eq!(&*text.joined(6), b"F");
    /// # Ok::<(), iomt_hl7v2::Error>(())
    /// ```
    #[must_use]
    pub const fn ropes(&self) -> Ropes<'a> {
        Ropes { segments: self.segments() }
    }

    /// The `DSC` segment's content, when the message goes on in another one. Looks at every segment's end.
    #[must_use]
    pub fn continuation(&self) -> Option<Continuation<'a>> {
        let last = self.segments().last().filter(|segment| segment.name() == b"DSC")?;
        Some(Continuation { pointer: last.field(1), style: last.field(2) })
    }

    /// MSH-14: this message goes on with one that ended in `DSC` with the same pointer.
    #[must_use]
    pub fn continues(&self) -> Option<&'a [u8]> {
        let header = self.header();
        if header.name() != b"MSH" {
            return None;
        }
        header.field(14).value().present()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec::Vec;

    fn rope(bytes: &[u8], at: usize) -> Rope<'_> {
        Message::parse(bytes).unwrap().ropes().nth(at).unwrap()
    }

    #[test]
    fn pieces_are_given_where_they_lie() {
        let bytes = b"MSH|^~\\&|A\rOBX|1|TX|||ab\rADD|cd\rADD|ef|U|\rPID|1\r";
        let found = rope(bytes, 1);
        assert_eq!(found.additions(), 2);
        let pieces: Vec<_> = found.field(5).map(|piece| piece.span()).collect();
        assert_eq!(pieces.iter().map(|span| &bytes[span.clone()]).collect::<Vec<_>>(), [b"ab", b"cd", b"ef"]);
        assert_eq!(&*found.joined(6), b"U");
        assert_eq!(&*found.joined(1), b"1");
        assert!(found.joined(7).is_empty() && found.joined(99).is_empty());
        assert_eq!(rope(bytes, 2).segment().name(), b"PID");
    }

    #[test]
    fn a_field_that_was_not_broken_is_borrowed() {
        assert!(matches!(rope(b"MSH|^~\\&|A\rOBX|1|ab\rADD||c\r", 1).joined(2), Cow::Borrowed(b"ab")));
        assert_eq!(&*rope(b"MSH|^~\\&|A\rOBX|1|ab\rADD||c\r", 1).joined(3), b"c");
    }

    #[test]
    fn a_separator_as_the_last_byte_opens_the_field_that_add_fills() {
        let found = rope(b"MSH|^~\\&|A\rOBX|1|\rADD|x\r", 1);
        assert_eq!(&*found.joined(2), b"x");
    }

    #[test]
    fn a_bare_add_announces_the_next_message() {
        let bytes = b"MSH|^~\\&|A|||||||||||4711\rOBX|1\rADD\rDSC|4712|F\r";
        assert!(rope(bytes, 1).goes_on());
        let message = Message::parse(bytes).unwrap();
        assert_eq!(message.continues(), Some(&b"4711"[..]));
        let next = message.continuation().unwrap();
        assert_eq!((next.pointer.bytes(), next.style.bytes()), (&b"4712"[..], &b"F"[..]));
        assert!(!rope(b"MSH|^~\\&|A\rADD|1\r", 0).goes_on());
    }
}
