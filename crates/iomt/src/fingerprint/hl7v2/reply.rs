//! What a request asked for, and what its answer is against it.

use super::outline::Outline;
use super::parts::kind;
use crate::fingerprint::window::Part;

/// What a request asked for, kept until it is answered; it holds nothing of its content but a keyed hash.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    wish: [char; 2],
    /// MSH-3 and 4, and MSH-5 and 6, as a keyed hash each.
    sender: u64,
    receiver: u64,
    /// The event of MSH-9, with zeros behind it.
    event: [u8; 3],
}

impl Asked {
    /// Keeps of a request what its answer is compared with. `hash` is keyed, so that nobody can make two names the same.
    #[must_use]
    pub fn of(request: &Outline<'_>, hash: impl Fn(&[&[u8]]) -> u64) -> Self {
        let names = |one, other| hash(&[request.header(one), request.header(other)]);
        Self {
            wish: [15, 16].map(|field| wish(request.header(field))),
            sender: names(3, 4),
            receiver: names(5, 6),
            event: padded(kind(request)[1]),
        }
    }

    /// All of it as bytes.
    pub(super) fn bytes(&self) -> [u8; 21] {
        let mut bytes = [0; 21];
        let (wish, names) = (self.wish.map(byte), [self.sender, self.receiver].map(u64::to_le_bytes));
        let all = wish.into_iter().chain(names.into_iter().flatten()).chain(self.event);
        bytes.iter_mut().zip(all).for_each(|(to, from)| *to = from);
        bytes
    }

    /// What was wished for, and what came of it: `-` nothing, `a` an application acknowledgement, `c` an accept acknowledgement.
    #[must_use]
    pub const fn reply(&self, came: char) -> [char; 3] {
        let [accept, application] = self.wish;
        [accept, application, came]
    }
}

/// The part that a [reply](Asked::reply) is.
#[must_use]
pub fn reply(reply: [char; 3]) -> Part {
    Part { kind: "reply", value: reply.iter().collect() }
}

/// Table 0155: always, never, on error, on success; `0` not said, `x` something else.
const fn wish(bytes: &[u8]) -> char {
    match bytes {
        b"" => '0',
        b"AL" => 'a',
        b"NE" => 'n',
        b"ER" => 'e',
        b"SU" => 's',
        _ => 'x',
    }
}

/// A code of up to three characters with zeros behind it.
fn padded(code: &str) -> [u8; 3] {
    let mut padded = [0; 3];
    padded.iter_mut().zip(code.bytes()).for_each(|(to, from)| *to = from);
    padded
}

/// What an answer is against its request.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reply {
    /// How it acknowledges: `a` in original mode, `c` in enhanced mode, `x` otherwise.
    pub(super) mode: char,
    /// Its control id is that of the request.
    pub(super) repeats: bool,
    /// Its event is that of the request, when that was seen.
    pub(super) same_event: bool,
    /// What was wished and came, and whether the names are turned round; nothing when the request was not seen.
    pub(super) asked: Option<([char; 3], char)>,
}

impl Reply {
    /// `hash` is the one that the request was kept with.
    pub(super) fn of(outline: &Outline<'_>, asked: Option<&Asked>, hash: impl Fn(&[&[u8]]) -> u64) -> Self {
        let mode = match outline.acknowledgement().map(|msa| msa.field(1).bytes()) {
            Some([b'A', b'A' | b'E' | b'R']) => 'a',
            Some([b'C', b'A' | b'E' | b'R']) => 'c',
            _ => 'x',
        };
        let repeats = repeats(outline);
        let [_, event] = kind(outline);
        let same_event = !event.is_empty() && asked.is_some_and(|asked| asked.event == padded(event));
        let asked = asked.map(|asked| {
            let turned = match hash(&[outline.header(3), outline.header(4)]) {
                names if names == asked.receiver => 's',
                names if names == asked.sender => 'e',
                _ => 'o',
            };
            (asked.reply(mode), turned)
        });
        Self { mode, repeats, same_event, asked }
    }
}

/// Whether an answer has the control id of its request for its own.
pub(super) fn repeats(outline: &Outline<'_>) -> bool {
    let own = outline.header(10);
    !own.is_empty() && outline.acknowledgement().is_some_and(|msa| msa.field(2).bytes() == own)
}

/// A letter as a byte; all are ASCII.
pub(super) fn byte(letter: char) -> u8 {
    u8::try_from(letter).unwrap_or(b'?')
}
