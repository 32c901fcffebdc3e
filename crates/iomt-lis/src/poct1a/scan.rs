//! The markup of XML, byte by byte: the only tokeniser, for streams and for messages, so that the two cannot disagree.

use memchr::memchr;

/// What a byte completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Nothing.
    Nothing,
    /// `<name ...>`
    Start,
    /// `<name .../>`
    Empty,
    /// `</name>`
    End,
    /// Something that no message of this protocol needs, or that is no XML.
    Refused(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Text,
    /// Behind `<`.
    Opened,
    StartTag {
        quote: u8,
        slash: bool,
    },
    EndTag,
    /// Behind `<?`; whether the last byte was `?`.
    Instruction {
        question: bool,
    },
    /// Behind `<!`, with so many bytes of `[CDATA[` or `--` met.
    Declaration {
        dashes: u8,
        cdata: u8,
    },
    Comment {
        dashes: u8,
    },
    CData {
        brackets: u8,
    },
}

/// Walks over XML.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scanner {
    state: State,
}

impl Scanner {
    pub(super) const NEW: Self = Self { state: State::Text };

    /// Whether the next byte is character data.
    pub(super) fn is_in_text(self) -> bool {
        self.state == State::Text
    }

    /// How many bytes at the head complete nothing for sure.
    pub(super) fn idle(self, bytes: &[u8]) -> usize {
        match self.state {
            State::Text => memchr(b'<', bytes).unwrap_or(bytes.len()),
            _ => 0,
        }
    }

    /// Takes the next byte.
    pub(super) fn step(&mut self, byte: u8) -> Step {
        let (state, step) = match self.state {
            State::Text => (if byte == b'<' { State::Opened } else { State::Text }, Step::Nothing),
            State::Opened => match byte {
                b'/' => (State::EndTag, Step::Nothing),
                b'?' => (State::Instruction { question: false }, Step::Nothing),
                b'!' => (State::Declaration { dashes: 0, cdata: 0 }, Step::Nothing),
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => {
                    (State::StartTag { quote: 0, slash: false }, Step::Nothing)
                }
                _ => (State::Text, Step::Refused("a name was expected")),
            },
            State::StartTag { quote: 0, slash } => match byte {
                b'"' | b'\'' => (State::StartTag { quote: byte, slash: false }, Step::Nothing),
                b'>' => (State::Text, if slash { Step::Empty } else { Step::Start }),
                b'<' => (State::Text, Step::Refused("a tag in a tag")),
                _ => (State::StartTag { quote: 0, slash: byte == b'/' }, Step::Nothing),
            },
            State::StartTag { quote, .. } => {
                (State::StartTag { quote: if byte == quote { 0 } else { quote }, slash: false }, Step::Nothing)
            }
            State::EndTag => match byte {
                b'>' => (State::Text, Step::End),
                b'<' => (State::Text, Step::Refused("a tag in a tag")),
                _ => (State::EndTag, Step::Nothing),
            },
            State::Instruction { question: true } if byte == b'>' => (State::Text, Step::Nothing),
            State::Instruction { .. } => (State::Instruction { question: byte == b'?' }, Step::Nothing),
            State::Declaration { dashes: 1, .. } if byte == b'-' => (State::Comment { dashes: 0 }, Step::Nothing),
            State::Declaration { dashes: 0, cdata: 0 } if byte == b'-' => {
                (State::Declaration { dashes: 1, cdata: 0 }, Step::Nothing)
            }
            State::Declaration { dashes: 0, cdata } if b"[CDATA[".get(usize::from(cdata)) == Some(&byte) => {
                let met = cdata.saturating_add(1);
                let state =
                    if met == 7 { State::CData { brackets: 0 } } else { State::Declaration { dashes: 0, cdata: met } };
                (state, Step::Nothing)
            }
            State::Declaration { .. } => (State::Text, Step::Refused("a document type declaration")),
            State::Comment { dashes: 2 } if byte == b'>' => (State::Text, Step::Nothing),
            State::Comment { dashes } => {
                let dashes = if byte == b'-' { dashes.saturating_add(1).min(2) } else { 0 };
                (State::Comment { dashes }, Step::Nothing)
            }
            State::CData { brackets: 2 } if byte == b'>' => (State::Text, Step::Nothing),
            State::CData { brackets } => {
                let brackets = if byte == b']' { brackets.saturating_add(1).min(2) } else { 0 };
                (State::CData { brackets }, Step::Nothing)
            }
        };
        self.state = state;
        step
    }
}

/// The name at the head of what follows `<`.
pub(super) fn name(inside: &[u8]) -> &[u8] {
    let ends = |byte: &u8| matches!(*byte, b' ' | b'\t' | b'\r' | b'\n' | b'/' | b'>' | b'"' | b'\'' | b'=' | b'<');
    inside.split(|byte| ends(byte)).next().unwrap_or_default()
}

/// The messages of the standard.
const MESSAGES: [&str; 16] = [
    "HEL.R01", "ACK.R01", "DST.R01", "OBS.R01", "OBS.R02", "EVS.R01", "REQ.R01", "OPL.R01", "OPL.R02", "PTL.R01",
    "PTL.R02", "DTV.R01", "DTV.R02", "EOT.R01", "END.R01", "ESC.R01",
];

/// Whether the root element of this name is a message: one of the standard's, a keep-alive, or a directive of a vendor.
pub(super) fn is_message(name: &[u8]) -> bool {
    MESSAGES.iter().any(|known| known.as_bytes() == name)
        || name == b"KPA.R01"
        || (name.starts_with(b"DTV.") && name.len() > 4)
}

/// Whether a name may become that of a message.
pub(super) fn may_be_message(name: &[u8]) -> bool {
    let begins = |known: &&str| known.as_bytes().starts_with(name);
    MESSAGES.iter().any(begins) || begins(&"KPA.R01") || name.starts_with(b"DTV.")
}
