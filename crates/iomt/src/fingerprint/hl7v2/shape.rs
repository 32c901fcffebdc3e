//! The shape of a message: all that its parts depend on, in some hundred bytes.
//!
//! A sender writes nearly all its messages alike, with another time, another control id and other values. Messages of one shape
//! have the same parts. A shape is compared whole, never by a hash alone: no message passes for another.
//!
//! ```text
//!  framing, separators | length, bytes of MSH-3.. | forms of MSH-7, MSH-10 | which fields of MSH hold something | name, length of each segment
//! ```
//! MSH-7 and MSH-10 change with every message, so their forms stand for them.

use iomt_hl7v2::{Message, Segment};

use super::outline::Outline;
use super::parts::{FIELDS, came, control, separators, time_shape};
use super::reply::{Asked, byte, repeats};

/// All that the parts of a message depend on.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Shape(Vec<u8>);

impl core::fmt::Debug for Shape {
    /// Shows how long it is, not what: it holds what stands in the header.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_tuple("Shape").field(&self.0.len()).finish()
    }
}

/// Which fields of a segment hold something, a bit each.
fn occupied(segment: &Segment<'_>) -> u64 {
    let fields = segment.fields().take(FIELDS).zip(0_u32..);
    fields.fold(0, |mask, (field, bit)| mask | u64::from(!field.is_absent()).wrapping_shl(bit))
}

impl Shape {
    /// The shape of nothing yet, of whatever else tells one writer from another.
    #[must_use]
    pub fn new(writer: &[u8]) -> Self {
        let mut shape = Vec::with_capacity(256);
        shape.extend_from_slice(writer);
        Self(shape)
    }

    /// Its length in bytes.
    #[must_use]
    pub const fn size(&self) -> usize {
        self.0.len()
    }

    /// Adds what else the parts depend on.
    pub fn push(&mut self, byte: u8) {
        self.0.push(byte);
    }

    /// Adds a letter.
    pub fn letter(&mut self, letter: char) {
        self.push(byte(letter));
    }

    /// Adds a text, so that it is told from what follows.
    pub fn text(&mut self, text: &[u8]) {
        self.0.extend_from_slice(&text.len().to_le_bytes());
        self.0.extend_from_slice(text);
    }

    /// Adds the shape of a message that is no answer, and of what its answer is compared with.
    pub fn message(&mut self, message: &Message<'_>, outline: &Outline<'_>, in_batch: bool) {
        self.0.extend(came(message, in_batch).map(|sign| sign.map_or(0, byte)));
        self.letter(separators(outline));
        for number in [3, 4, 5, 6, 9, 12, 15, 16, 18] {
            self.text(outline.header(number));
        }
        let time = time_shape(outline.header.field(7).component(1).bytes());
        let (digits, fraction, zone) = time.unwrap_or((usize::MAX, false, false));
        self.0.extend([u8::try_from(digits).unwrap_or(u8::MAX), u8::from(fraction), u8::from(zone)]);
        self.0.extend_from_slice(control(outline.header(10)).as_bytes());
        self.0.extend_from_slice(&outline.occupied.to_le_bytes());
        for ([a, b, c], digits) in outline.pattern() {
            self.0.extend([a, b, c, u8::try_from(digits).unwrap_or(u8::MAX)]);
        }
        self.push(0);
    }

    /// Adds the shape of an answer: with the request that it answers, if that was seen.
    pub fn answer(&mut self, answer: &Message<'_>, outline: &Outline<'_>, asked: Option<&Asked>, in_batch: bool) {
        self.message(answer, outline, in_batch);
        self.text(outline.acknowledgement().map_or(&[], |msa| msa.field(1).bytes()));
        self.push(repeats(outline).into());
        for segment in [outline.acknowledgement(), outline.error.as_ref()] {
            self.0.extend_from_slice(&segment.map_or(0, occupied).to_le_bytes());
        }
        self.push(asked.is_some().into());
        self.0.extend(asked.map(Asked::bytes).into_iter().flatten());
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{ADMISSION, hash};
    use super::*;
    use crate::fingerprint::window::Part;
    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    const ANSWER: &str = "MSH|^~\\&|LAB|MCM|ADT1|MCM|20260102080000||ACK^A01|A0001|P|2.5.1\rMSA|AA|A0001\rERR|||207\r";

    /// Its shapes as a request and as an answer, and the parts that these stand for.
    fn read(text: &str, asked: Option<&Asked>, in_batch: bool) -> Option<[(Shape, Vec<Part>); 2]> {
        let message = Message::parse(text.as_bytes()).ok()?;
        let outline = Outline::of(&message);
        let header = message.header();
        let names = [3, 4, 5, 6].map(|number| header.field(number).bytes());
        let names = names.map(|name| Part { kind: "name", value: String::from_utf8_lossy(name).into_owned() });
        let mut both = [(Shape::new(&[]), names.to_vec()), (Shape::new(&[]), names.to_vec())];
        let [(request, parts), (answer, its_parts)] = &mut both;
        request.message(&message, &outline, in_batch);
        super::super::message(&message, in_batch, &mut |part| parts.push(part));
        answer.answer(&message, &outline, asked, in_batch);
        super::super::answer(&message, asked, in_batch, hash, &mut |part| its_parts.push(part));
        Some(both)
    }

    /// What takes the place of a piece of a message, and may or may not change its parts.
    const PIECES: [&str; 26] = [
        "|",
        "^",
        "\r",
        "\n",
        "\r\n",
        "A|",
        "A0001|",
        "20260102|",
        "20260102080000.1+0100|",
        "OBX|",
        "ZZ1|",
        "DOE|",
        "Doe^",
        "2.3|",
        "LAB|",
        "AL|",
        "A01|",
        "A08|",
        "ACK^",
        "MSA|",
        "AA|",
        "CA|",
        "ERR|",
        "||||||||",
        "UNICODE UTF-8|",
        "",
    ];

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn messages_of_one_shape_have_the_same_parts(
            edits in prop::collection::vec((any::<Index>(), select(PIECES.to_vec())), 0..3),
            text in select(vec![ADMISSION, ANSWER]), batch: bool, seen: bool,
        ) {
            let request = Message::parse(ADMISSION.as_bytes()).unwrap();
            let request = seen.then(|| Asked::of(&Outline::of(&request), hash));
            let mut pieces: Vec<&str> = text.split_inclusive(['|', '^', '\r']).collect();
            for (at, edit) in edits {
                *at.get_mut(&mut pieces) = edit;
            }
            let Some(one) = read(&pieces.concat(), request.as_ref(), batch) else { return Ok(()) };
            for at in 0..pieces.len() {
                for piece in PIECES {
                    let kept = core::mem::replace(&mut pieces[at], piece);
                    if let Some(other) = read(&pieces.concat(), request.as_ref(), batch) {
                        for ((shape, parts), (its_shape, its_parts)) in one.iter().zip(&other) {
                            prop_assert!(shape != its_shape || parts == its_parts, "{:?} {:?}", parts, its_parts);
                        }
                    }
                    pieces[at] = kept;
                }
            }
        }
    }

    #[test]
    fn what_changes_with_every_message_does_not_change_its_shape() {
        let other = ADMISSION
            .replace("20260102080000||", "20260102093015||")
            .replace("A0001", "A9314")
            .replace("555^^^H||DOE^JANE", "7^^^H||ROE^RICHARD");
        let [one, other] = [ADMISSION, &other].map(|text| read(text, None, false).unwrap()[0].0.clone());
        assert_eq!(one, other);
    }

    #[test]
    fn what_a_part_is_made_of_changes_the_shape() {
        let [one, _] = read(ADMISSION, None, false).unwrap();
        for (from, to) in [
            ("20260102080000||ADT", "202601020800||ADT"),
            ("|A0001|", "|1|"),
            ("8859/1", "UNICODE UTF-8"),
            ("|2.5.1|", "|2.4|"),
            ("A01^ADT", "A08^ADT"),
            ("PV1|1|I|", "PV1|1|I|||||||||"),
            ("EVN|", "ZEV|"),
            ("ADT1|", "ADT2|"),
            ("|AL|", "||"),
        ] {
            let text = ADMISSION.replacen(from, to, 1);
            let [other, _] = read(&text, None, false).unwrap();
            assert_ne!(text, ADMISSION);
            assert!(one.0 != other.0 && one.1 != other.1, "{from} to {to}");
        }
    }
}
