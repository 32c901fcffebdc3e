//! Telnet between a terminal server and whoever is connected to it: RFC 854, and RFC 2217 for the settings of the line.
//!
//! A server that speaks it begins with negotiation, puts commands between the bytes of the line and doubles every `FF` in them. Left in
//! place, these damage each frame in which they stand, and EUI-64s are full of `FF`. Whether it is spoken is told by how the connection
//! begins: in a stream that was joined later, a doubled byte is not told from two.

use std::borrow::Cow;

const IAC: u8 = 0xff;
const SUBNEGOTIATION: u8 = 0xfa;
const END: u8 = 0xf0;

/// Bytes of a subnegotiation after which its end is not waited for: those of RFC 2217 have a handful.
const LONGEST: u16 = 256;

/// Whether a connection begins with the offer of an option or its answer.
pub(super) fn negotiates(head: &[u8]) -> bool {
    matches!(head, [IAC, 0xfb..=0xfe, _, ..])
}

/// What a head has behind and between its negotiation; itself, if there is none.
pub(super) fn line(head: &[u8]) -> Cow<'_, [u8]> {
    if negotiates(head) { Cow::Owned(Telnet::default().line(head)) } else { Cow::Borrowed(head) }
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    #[default]
    Line,
    Command,
    Option,
    Sub(u16),
    SubCommand(u16),
}

/// One direction of a connection.
#[derive(Debug, Default)]
pub(crate) struct Telnet {
    state: State,
}

impl Telnet {
    /// The bytes of the line among these.
    pub(super) fn line(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut line = Vec::with_capacity(bytes.len());
        for &byte in bytes {
            self.state = match (self.state, byte) {
                (State::Line, IAC) => State::Command,
                (State::Command, IAC) | (State::Line, _) => {
                    line.push(byte);
                    State::Line
                }
                (State::Command, 0xfb..=0xfe) => State::Option,
                (State::Command, SUBNEGOTIATION) => State::Sub(0),
                (State::Sub(count), IAC) => State::SubCommand(count),
                (State::SubCommand(_), END) | (State::Command | State::Option, _) => State::Line,
                (State::Sub(count) | State::SubCommand(count), _) if count < LONGEST => {
                    State::Sub(count.saturating_add(1))
                }
                (State::Sub(_) | State::SubCommand(_), _) => State::Line,
            };
        }
        line
    }

    /// Bytes were lost.
    pub(super) fn gap(&mut self) {
        self.state = State::Line;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SAID: &[u8] = b"\xff\xfb\x01\xff\xfb\x2c\xff\xfa\x2c\x65\x00\xff\xf0\xc0\x11\xff\xff\x01\xff\xf1\xc1";

    #[test]
    fn commands_are_taken_out_and_doubled_bytes_are_one_wherever_the_stream_is_split() {
        assert_eq!(*line(SAID), *b"\xc0\x11\xff\x01\xc1");
        for cut in 0..SAID.len() {
            let mut telnet = Telnet::default();
            let (head, tail) = SAID.split_at(cut);
            assert_eq!([telnet.line(head), telnet.line(tail)].concat(), b"\xc0\x11\xff\x01\xc1", "cut at {cut}");
        }
    }

    #[test]
    fn a_stream_without_negotiation_is_left_alone() {
        for head in [&b"\xc0\x11\xff\xff\x01"[..], b"\xff\xd8\xff\xe0JFIF", b"\xff\xfe<\0", b""] {
            let same = matches!(line(head), Cow::Borrowed(found) if found == head);
            assert!(same || negotiates(head), "{head:02x?}");
        }
    }

    #[test]
    fn a_subnegotiation_without_end_does_not_swallow_the_line() {
        let mut telnet = Telnet::default();
        let long = [&b"\xff\xfa"[..], &[1; 1_000], b"\xc0\xc1"].concat();
        assert!(telnet.line(&long).ends_with(b"\xc0\xc1"));
        telnet.line(b"\xff\xfa\x01");
        telnet.gap();
        assert_eq!(telnet.line(b"\xc0"), b"\xc0");
    }
}
