//! TLS: that a conversation is encrypted, how its client greets, and what a certificate in clear says of its owner.
//!
//! DICOM over TLS and MLLP over TLS have no name among application protocols, so a client that offers some (ALPN) is none of ours and is
//! let go. Of the others it cannot be told here whether they are medical: what they show is filed under the address alone, never as an
//! endpoint, and shown when the inventory is read if the port is known for a medical protocol (see `reasoning::identity::encrypted`).
//! So no greeting ever makes a device.
//!
//! Up to TLS 1.2 certificates pass in clear (RFC 5246 section 7.4.2). Of them only names of organisations and hosts are taken; a
//! certificate that is a person's gives nothing but its organisation.

use core::net::{IpAddr, SocketAddr};

use iomt_wire::{Direction, Segment};
use tls_parser::{TlsMessage, TlsMessageHandshake, TlsRecordType, parse_tls_message_handshake, parse_tls_raw_record};
use x509_parser::certificate::X509Certificate;
use x509_parser::extensions::GeneralName;
use x509_parser::oid_registry::{OID_PKCS9_EMAIL_ADDRESS, OID_X509_GIVEN_NAME, OID_X509_SURNAME};
use x509_parser::prelude::FromDer;

use crate::evidence::{Attribute, Evidence, Source, Subject, Value};
use crate::fingerprint::ja4;
use crate::sensing::scene::{Scene, is_nobody};
use crate::sensing::text::clean_text;

/// Bytes of a handshake held per direction: greeting, certificate chain.
const HELD: usize = 32 << 10;

/// Names of hosts taken from one certificate.
const HOSTS: usize = 16;

/// The extension in which a server chooses TLS 1.3, and that version.
const SUPPORTED_VERSIONS: u16 = 0x002b;
const TLS_1_3: [u8; 2] = [3, 4];

/// Listens to one connection, until its handshake is over.
#[derive(Debug, Default)]
pub(crate) struct TlsObserver {
    sides: [Side; 2],
    /// Who greeted.
    client: Option<Direction>,
    over: bool,
}

/// The handshake of one direction.
#[derive(Default)]
struct Side {
    /// Bytes of a record that is not whole.
    record: Vec<u8>,
    /// Handshake messages that are not whole.
    handshake: Vec<u8>,
    begun: bool,
    over: bool,
}

/// Without the bytes held: certificates name people, too.
impl core::fmt::Debug for Side {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let held = self.record.len().saturating_add(self.handshake.len());
        f.debug_struct("Side").field("held", &held).field("over", &self.over).finish_non_exhaustive()
    }
}

impl Side {
    /// Takes the next bytes; gives what is now there of handshake messages.
    fn take(&mut self, data: &[u8]) {
        self.begun = true;
        self.record.extend_from_slice(data);
        let mut used = 0;
        while let Some(rest) = self.record.get(used..).filter(|rest| !rest.is_empty()) {
            match parse_tls_raw_record(rest) {
                Ok((after, record)) if record.hdr.record_type == TlsRecordType::Handshake => {
                    self.handshake.extend_from_slice(record.data);
                    used = self.record.len().saturating_sub(after.len());
                }
                Err(tls_parser::nom::Err::Incomplete(_)) => break,
                // A change of the cipher, an alert, data: what follows is encrypted or ends.
                _ => {
                    self.over = true;
                    break;
                }
            }
        }
        self.record.drain(..used);
        if self.record.len().saturating_add(self.handshake.len()) > HELD {
            self.over = true;
        }
    }

    /// The next whole handshake message.
    fn message(&mut self) -> Option<Vec<u8>> {
        let [_, a, b, c] = *self.handshake.first_chunk::<4>()?;
        let length = u32::from_be_bytes([0, a, b, c]).saturating_add(4);
        let length = usize::try_from(length).ok()?;
        (self.handshake.len() >= length).then(|| self.handshake.drain(..length).collect())
    }
}

impl TlsObserver {
    pub(crate) fn hear(&mut self, direction: Direction, segment: Segment<'_>, scene: &mut Scene<'_>) {
        if self.over {
            return;
        }
        let [initiator, responder] = &mut self.sides;
        let side = match direction {
            Direction::Initiator => initiator,
            Direction::Responder => responder,
        };
        let mut messages = Vec::new();
        match segment {
            Segment::Data(data) if !side.over => {
                side.take(data);
                messages.extend(core::iter::from_fn(|| side.message()));
            }
            Segment::Data(_) => {}
            // Before its first bytes nothing is lost of a handshake that begins with them; if it does not, it will not read as one.
            Segment::Gap { .. } if !side.begun => {}
            Segment::Gap { .. } | Segment::End => side.over = true,
        }
        if side.over {
            *side = Side { over: true, ..Side::default() };
        }
        for message in messages {
            self.note(direction, &message, scene);
        }
        self.over |= self.sides.iter().all(|side| side.over);
        if self.over {
            self.sides = [Side::default(), Side::default()];
        }
    }

    fn note(&mut self, direction: Direction, message: &[u8], scene: &mut Scene<'_>) {
        let Ok((_, TlsMessage::Handshake(parsed))) = parse_tls_message_handshake(message) else { return };
        match parsed {
            TlsMessageHandshake::ClientHello(_) if self.client.is_none() => {
                self.client = Some(direction);
                match ja4::client(message) {
                    Some(client) if !client.offers_application_protocols => {
                        greeting(direction, &client.print.text, scene)
                    }
                    _ => self.over = true,
                }
            }
            TlsMessageHandshake::ServerHello(hello) => {
                let chosen = ja4::extensions_of(hello.ext.unwrap_or_default());
                if chosen.into_iter().any(|(kind, version)| kind == SUPPORTED_VERSIONS && version == TLS_1_3) {
                    self.over = true; // certificates are encrypted
                }
            }
            TlsMessageHandshake::Certificate(chain) => {
                if let (Some(client), Some(own)) = (self.client, chain.cert_chain.first())
                    && let Ok((_, certificate)) = X509Certificate::from_der(own.data)
                {
                    let server = scene.socket(client.reverse());
                    for (kind, name) in names(&certificate, direction != client) {
                        file(direction, Attribute::Name, kind, &name, server, "Certificate", scene);
                    }
                }
            }
            _ => {}
        }
    }
}

/// A client greeted: its fingerprint, and who is client and server.
fn greeting(client: Direction, print: &str, scene: &mut Scene<'_>) {
    let server = scene.socket(client.reverse());
    file(client, Attribute::Fingerprint, ja4::SCHEME, print, server, "ClientHello", scene);
    let port = format!("tcp/{}", server.port());
    file(client, Attribute::Role, "tls-client", &port, server, "ClientHello", scene);
    file(client.reverse(), Attribute::Role, "tls-server", &port, server, "ClientHello", scene);
}

/// Files something that was seen of one end of an encrypted conversation with this server.
fn file(
    direction: Direction,
    attribute: Attribute,
    kind: &str,
    value: &str,
    server: SocketAddr,
    field: &'static str,
    scene: &mut Scene<'_>,
) {
    let address = scene.address(direction);
    if is_nobody(address) || value.is_empty() {
        return;
    }
    scene.out.take(Evidence {
        subject: Subject::Encrypted(address),
        attribute,
        value: Value::pair(&format!("{kind} {server}"), value),
        source: Source { protocol: "tls", field, kind: "fingerprint" },
        place: scene.place(0),
    });
}

/// What a certificate says of its owner without naming a person.
fn names(certificate: &X509Certificate<'_>, of_server: bool) -> Vec<(&'static str, String)> {
    let (subject, issuer) = (certificate.subject(), certificate.issuer());
    let mut names = Vec::new();
    let mut add = |kind, name: &str| {
        let name = clean_text(name);
        if !name.is_empty() && names.len() < HOSTS {
            names.push((kind, name));
        }
    };
    for organisation in subject.iter_organization().filter_map(|part| part.as_str().ok()) {
        add("certificate-organization", organisation);
    }
    for organisation in issuer.iter_organization().filter_map(|part| part.as_str().ok()) {
        add("certificate-issuer", organisation);
    }
    let alternatives = certificate.subject_alternative_name().ok().flatten();
    let alternatives = alternatives.map(|extension| extension.value.general_names.as_slice()).unwrap_or_default();
    let personal = [OID_X509_GIVEN_NAME, OID_X509_SURNAME, OID_PKCS9_EMAIL_ADDRESS];
    let is_personal = subject.iter_attributes().any(|attribute| personal.contains(attribute.attr_type()))
        || alternatives.iter().any(|name| matches!(name, GeneralName::RFC822Name(_)));
    if is_personal {
        return names;
    }
    for name in alternatives {
        match name {
            GeneralName::DNSName(host) if is_host(host) => add("certificate-host", host),
            GeneralName::IPAddress(bytes) => {
                let address = <[u8; 4]>::try_from(*bytes).map(IpAddr::from);
                let address = address.or_else(|_| <[u8; 16]>::try_from(*bytes).map(IpAddr::from));
                if let Ok(address) = address {
                    add("certificate-host", &address.to_string());
                }
            }
            _ => {}
        }
    }
    if of_server {
        for name in subject.iter_common_name().filter_map(|part| part.as_str().ok()).filter(|name| is_host(name)) {
            add("certificate-host", name);
        }
    }
    names
}

/// Whether a text is the name of a host: labels joined by dots, the last of which is no initial.
fn is_host(name: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty() && label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '*'))
    };
    let name = name.trim_end_matches('.');
    name.contains('.') && name.len() <= 253 && name.split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_has_a_dot_and_no_space() {
        for host in ["pacs.example.org", "*.example.org", "10.4.2.17", "ct-01.rad."] {
            assert!(is_host(host), "{host}");
        }
        for other in ["Jane Doe", "jdoe", "", ".", "a..b", "j@example.org"] {
            assert!(!is_host(other), "{other}");
        }
    }
}
