//! JA4: how a TLS client greets, for the clients of encrypted medical conversations.
//!
//! ```text
//! t13i181000 _ 85036bcba153 _ 0123456789ab
//! ││ ││ │ │    ciphers        extensions and signature algorithms
//! ││ ││ │ first and last letter of the first application protocol (ALPN), 00 without
//! ││ ││ extensions
//! ││ │ciphers
//! ││ server named (SNI): d named, i not
//! │version
//! t TCP
//! ```
//! JA4 for TLS clients is FoxIO's, under the three-clause BSD licence; the other members of JA4+ are under another licence, and none of
//! them is here. Values that RFC 8701 reserves for greasing are passed over.

use iomt_wire::Cursor;
use tls_parser::{TlsMessage, TlsMessageHandshake, parse_tls_message_handshake};

use super::{Fingerprint, hash12};

/// The name of the scheme.
pub const SCHEME: &str = "JA4";

const SERVER_NAME: u16 = 0x0000;
const SIGNATURE_ALGORITHMS: u16 = 0x000d;
const APPLICATION_PROTOCOLS: u16 = 0x0010;
const SUPPORTED_VERSIONS: u16 = 0x002b;

/// What a ClientHello shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The fingerprint; its family is empty, because a client declares nothing of itself.
    pub print: Fingerprint,
    /// Whether it offers application protocols (ALPN). No medical protocol has a name there, so who offers some speaks another.
    pub offers_application_protocols: bool,
}

/// The fingerprint of a ClientHello, given as a handshake message (RFC 8446 section 4). None if it is not one.
#[must_use]
pub fn client(message: &[u8]) -> Option<Client> {
    let Ok((_, TlsMessage::Handshake(TlsMessageHandshake::ClientHello(hello)))) = parse_tls_message_handshake(message)
    else {
        return None;
    };
    let ciphers = hello.ciphers.iter().map(|cipher| cipher.0).filter(|cipher| !is_grease(*cipher));
    let mut ciphers: Vec<String> = ciphers.map(hexadecimal).collect();
    ciphers.sort_unstable();

    let mut version = hello.version.0;
    let (mut names_server, mut protocol, mut algorithms) = (false, None, Vec::new());
    let (mut count, mut extensions) = (0_usize, Vec::new());
    for (kind, data) in extensions_of(hello.ext.unwrap_or_default()) {
        if is_grease(kind) {
            continue;
        }
        count = count.saturating_add(1);
        match kind {
            SERVER_NAME => names_server = true,
            APPLICATION_PROTOCOLS => protocol = Some(first_protocol(data).unwrap_or_default()),
            _ => extensions.push(hexadecimal(kind)),
        }
        match kind {
            SIGNATURE_ALGORITHMS => {
                algorithms = numbers(data.get(2..).unwrap_or_default())
                    .filter(|one| !is_grease(*one))
                    .map(hexadecimal)
                    .collect();
            }
            SUPPORTED_VERSIONS => {
                let offered = numbers(data.get(1..).unwrap_or_default()).filter(|one| !is_grease(*one));
                version = offered.max().unwrap_or(version);
            }
            _ => {}
        }
    }
    extensions.sort_unstable();

    let readable = format!(
        "t{}{}{:02}{:02}{}",
        version_letters(version),
        if names_server { 'd' } else { 'i' },
        ciphers.len().min(99),
        count.min(99),
        protocol_letters(protocol.unwrap_or_default())
    );
    let (ciphers, extensions) = (ciphers.join(","), extensions.join(","));
    let greeting =
        if algorithms.is_empty() { extensions.clone() } else { format!("{extensions}_{}", algorithms.join(",")) };
    let hash = |list: &str, text: &str| if list.is_empty() { "000000000000".to_owned() } else { hash12(text) };
    let print = Fingerprint {
        scheme: SCHEME,
        text: format!("{readable}_{}_{}", hash(&ciphers, &ciphers), hash(&extensions, &greeting)),
        family: String::new(),
        raw: format!("{readable}_{ciphers}_{greeting}"),
        clear: Vec::new(),
        missing: Vec::new(),
        count: 1,
    };
    Some(Client { print, offers_application_protocols: protocol.is_some() })
}

/// Type and content of each extension, as far as their lengths agree with the list's.
pub(crate) fn extensions_of(list: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    let mut cursor = Cursor::new(list);
    core::iter::from_fn(move || {
        let kind = cursor.be_u16("extension type").ok()?;
        let length = cursor.be_u16("extension length").ok()?;
        Some((kind, cursor.take(u32::from(length), "extension").ok()?))
    })
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u16> {
    let (pairs, _) = bytes.as_chunks::<2>();
    pairs.iter().map(|pair| u16::from_be_bytes(*pair))
}

/// The first name of an application protocol list: a length of two bytes for the list, then one of one byte for each name.
fn first_protocol(data: &[u8]) -> Option<&[u8]> {
    let (length, names) = data.get(2..)?.split_first()?;
    names.get(..usize::from(*length))
}

/// RFC 8701: both bytes alike, and ending in A.
const fn is_grease(number: u16) -> bool {
    let [high, low] = number.to_be_bytes();
    high == low && low & 0x0f == 0x0a
}

fn hexadecimal(number: u16) -> String {
    format!("{number:04x}")
}

const fn version_letters(version: u16) -> &'static str {
    match version {
        0x0304 => "13",
        0x0303 => "12",
        0x0302 => "11",
        0x0301 => "10",
        0x0300 => "s3",
        0x0002 => "s2",
        _ => "00",
    }
}

/// First and last character; where one of the two is no letter or digit, the first and last hexadecimal digit instead.
fn protocol_letters(protocol: &[u8]) -> String {
    let (Some(first), Some(last)) = (protocol.first(), protocol.last()) else { return "00".to_owned() };
    if first.is_ascii_alphanumeric() && last.is_ascii_alphanumeric() {
        format!("{}{}", char::from(*first), char::from(*last))
    } else {
        format!("{:x}{:x}", first >> 4, last & 0x0f)
    }
}

#[cfg(test)]
#[allow(clippy::arithmetic_side_effects)]
mod tests {
    use super::*;

    fn list(length: usize, bytes: &[u8]) -> Vec<u8> {
        [&bytes.len().to_be_bytes()[8 - length..], bytes].concat()
    }

    fn extension(kind: u16, content: &[u8]) -> Vec<u8> {
        [&kind.to_be_bytes()[..], &list(2, content)].concat()
    }

    fn words(words: &[u16]) -> Vec<u8> {
        words.iter().flat_map(|word| word.to_be_bytes()).collect()
    }

    /// A ClientHello of TLS 1.2 form; constructed.
    fn hello(ciphers: &[u16], extensions: &[Vec<u8>]) -> Vec<u8> {
        let mut body = vec![3, 3];
        body.extend([7; 32]);
        body.push(0);
        body.extend(list(2, &words(ciphers)));
        body.extend([1, 0]);
        if !extensions.is_empty() {
            body.extend(list(2, &extensions.concat()));
        }
        [&[1][..], &list(3, &body)].concat()
    }

    /// The example of the JA4 specification: lists, and the fingerprint that they give.
    #[test]
    fn the_example_of_the_specification() {
        let ciphers = [
            0x8a8a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c,
            0x009d, 0x002f, 0x0035,
        ];
        let algorithms = [0x0403, 0x0804, 0x0401, 0x0503, 0x0805, 0x0501, 0x0806, 0x0601];
        let extensions = [
            extension(0x1a1a, &[]),
            extension(0x001b, &[]),
            extension(0x0000, &[0; 5]),
            extension(0x0033, &[]),
            extension(0x0010, &list(2, &[&list(1, b"h2")[..], &list(1, b"http/1.1")].concat())),
            extension(0x4469, &[]),
            extension(0x0017, &[]),
            extension(0x002d, &[]),
            extension(0x000d, &list(2, &words(&algorithms))),
            extension(0x0005, &[]),
            extension(0x0023, &[]),
            extension(0x0012, &[]),
            extension(0x002b, &list(1, &words(&[0x8a8a, 0x0304, 0x0303]))),
            extension(0xff01, &[0]),
            extension(0x000b, &[]),
            extension(0x000a, &[]),
            extension(0x0015, &[]),
            extension(0x3a3a, &[0]),
        ];
        let made = client(&hello(&ciphers, &extensions)).unwrap();
        assert_eq!(made.print.text, "t13d1516h2_8daaf6152771_e5627efa2ab1");
        assert_eq!(
            made.print.raw,
            "t13d1516h2_002f,0035,009c,009d,1301,1302,1303,c013,c014,c02b,c02c,c02f,c030,cca8,cca9_\
             0005,000a,000b,000d,0012,0015,0017,001b,0023,002b,002d,0033,4469,ff01_\
             0403,0804,0401,0503,0805,0501,0806,0601"
        );
        assert!(made.offers_application_protocols);
    }

    #[test]
    fn neither_the_order_of_lists_nor_grease_changes_it() {
        let one = client(&hello(&[0x1301, 0xc02b], &[extension(0x000a, &[]), extension(0x0017, &[])])).unwrap();
        let two = client(&hello(
            &[0xc02b, 0xdada, 0x1301],
            &[extension(0x0017, &[]), extension(0xbaba, &[]), extension(0x000a, &[])],
        ));
        assert_eq!(one.print.text, two.unwrap().print.text);
        assert!(!one.offers_application_protocols);
    }

    #[test]
    fn without_extensions_or_ciphers_a_part_is_zeros() {
        let made = client(&hello(&[], &[])).unwrap();
        assert_eq!(made.print.text, "t12i000000_000000000000_000000000000");
        let made = client(&hello(&[0x002f], &[])).unwrap();
        assert_eq!(made.print.text, format!("t12i010000_{}_000000000000", hash12("002f")));
    }

    #[test]
    fn an_application_protocol_that_is_no_text_is_told_by_its_digits() {
        assert_eq!(protocol_letters(b"http/1.1"), "h1");
        assert_eq!(protocol_letters(b"h"), "hh");
        assert_eq!(protocol_letters(&[0xab, 0xcd]), "ad");
        assert_eq!(protocol_letters(&[0x30, 0xab]), "3b");
        assert_eq!(protocol_letters(b""), "00");
    }

    #[test]
    fn what_is_no_greeting_or_cut_gives_nothing_and_no_panic() {
        let whole = hello(&[0x1301], &[extension(0x000d, &list(2, &words(&[0x0403])))]);
        for end in 0..whole.len() {
            assert_eq!(client(&whole[..end]), None, "{end}");
        }
        assert_eq!(client(&[2, 0, 0, 0]), None);
        let _ = client(&hello(&[0x1301], &[vec![0, 13, 0, 9, 1], vec![0, 16, 0, 0], vec![0, 43]]));
    }
}
