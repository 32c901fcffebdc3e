//! The probes: which protocol some first bytes are of. A protocol that is to be heard is entered here.
//!
//! Content decides; a port is not even asked. The first row that is sure wins, so the cheapest and strictest come first.

use iomt_wire::{Bits, Need, Verdict};

use crate::protocol::Protocol;

/// One protocol's probe, and the bits of certainty below which it is not believed.
struct Row {
    protocol: Protocol,
    sure: u16,
    probe: fn(&[u8]) -> Verdict,
}

/// Protocols on TCP: asked about the first bytes of one direction.
const STREAMS: &[Row] = &[
    Row { protocol: Protocol::Dicom, sure: 28, probe: dicom },
    Row { protocol: Protocol::Hl7, sure: 28, probe: iomt_hl7v2::mllp::probe },
    Row { protocol: Protocol::Lis, sure: 30, probe: iomt_lis::probe },
    Row { protocol: Protocol::Poct1a, sure: 40, probe: iomt_lis::poct1a::probe },
    Row { protocol: Protocol::Tls, sure: 20, probe: tls },
    Row { protocol: Protocol::DicomWeb, sure: 60, probe: super::web::probe },
    Row { protocol: Protocol::Phd, sure: 32, probe: iomt_phd::probe },
    Row { protocol: Protocol::Dri, sure: 40, probe: iomt_ge::dri::probe },
    Row { protocol: Protocol::Unity, sure: 60, probe: iomt_ge::unity::probe_serial },
    Row { protocol: Protocol::IntelliVue, sure: 40, probe: iomt_intellivue::rs232::probe },
];

/// Protocols on UDP: asked about one datagram. They must be surer, because no more bytes follow to confirm it.
const DATAGRAMS: &[Row] = &[
    Row { protocol: Protocol::IntelliVue, sure: 24, probe: iomt_intellivue::probe },
    Row { protocol: Protocol::Unity, sure: 60, probe: iomt_ge::unity::probe },
];

/// What some bytes turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Known(Protocol),
    /// More bytes may tell.
    Undecided,
    Nothing,
}

/// What the first bytes of one direction of a connection are.
pub(crate) fn stream(head: &[u8]) -> Found {
    ask(STREAMS, head)
}

/// Whose datagram it is.
pub(crate) fn datagram(payload: &[u8]) -> Option<Protocol> {
    match ask(DATAGRAMS, payload) {
        Found::Known(protocol) => Some(protocol),
        Found::Undecided | Found::Nothing => None,
    }
}

fn ask(rows: &[Row], bytes: &[u8]) -> Found {
    let mut undecided = false;
    for row in rows {
        match (row.probe)(bytes) {
            verdict if verdict.is_at_least(row.sure) => return Found::Known(row.protocol),
            Verdict::More(_) => undecided = true,
            Verdict::Yes(_) | Verdict::No => {}
        }
    }
    if undecided { Found::Undecided } else { Found::Nothing }
}

/// DICOM. What begins like a PDU that announces a gibibyte and more is not believed on its own, whoever sends such a thing means
/// harm; but it is not let go either before the other side has spoken, who knows what this is.
fn dicom(head: &[u8]) -> Verdict {
    match iomt_dicom::pdu::probe(head) {
        Verdict::No if matches!(head, [1..=7, 0, 0x40..=0xff, _, _, _, ..]) => {
            Verdict::More(Need::total(u64::try_from(head.len()).unwrap_or(u64::MAX).saturating_add(1)))
        }
        verdict => verdict,
    }
}

/// A TLS handshake record with a client or server hello; RFC 8446 section 5.1.
fn tls(head: &[u8]) -> Verdict {
    const RECORD_HEAD: [u8; 2] = [0x16, 0x03];
    match head {
        [0x16, 0x03, minor, high, _, kind, ..] if *minor <= 4 && *high <= 0x40 && matches!(kind, 1 | 2) => {
            Verdict::Yes(Bits(32))
        }
        short if short.len() < 6 && RECORD_HEAD.starts_with(short.get(..2).unwrap_or(short)) => {
            Verdict::More(Need::total(6))
        }
        _ => Verdict::No,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The head of a stream that each protocol has to believe, or nothing could be said of those that it does not.
    const OWN: [(Protocol, &[u8]); 10] = [
        (Protocol::Dicom, include_bytes!("../../../../fuzz/seeds/dicom_pdu/rq")),
        (Protocol::Hl7, include_bytes!("../../../../fuzz/seeds/hl7v2_mllp/pipelined")),
        (Protocol::Lis, include_bytes!("../../../../fuzz/seeds/lis_stream/frames")),
        (Protocol::Poct1a, include_bytes!("../../../../fuzz/seeds/lis_poct1a/hello")),
        (Protocol::Tls, b"\x16\x03\x01\x00\x7c\x01\x00\x00\x78\x03\x03"),
        (Protocol::DicomWeb, b"GET /dicomweb/studies HTTP/1.1\r\n"),
        (Protocol::Phd, include_bytes!("../../../../fuzz/seeds/phd_apdu/get_result")),
        (Protocol::Dri, include_bytes!("../../../../fuzz/seeds/ge_dri/trend_request")),
        (Protocol::Unity, include_bytes!("../../../../fuzz/seeds/ge_unity/alarm_lead")),
        // the release request in its serial frame [constructed]
        (
            Protocol::IntelliVue,
            b"\xc0\x11\x01\x00\x1a\x09\x18\x7d\xe1\x16\x61\x80\x30\x80\x02\x01\x01\xa0\x80\x62\x80\x80\x01\0\0\0\0\0\0\0\0\0\x41\x08\xc1",
        ),
    ];

    #[test]
    fn every_probe_knows_its_own_and_none_takes_what_is_anothers() {
        for (protocol, head) in OWN {
            assert_eq!(stream(head), Found::Known(protocol));
        }
        for row in STREAMS {
            assert!(OWN.iter().any(|(protocol, _)| *protocol == row.protocol), "{:?}", row.protocol);
        }
        let connect = include_bytes!("../../../../fuzz/seeds/intellivue_connect/connect_indication");
        let announcement = include_bytes!("../../../../fuzz/seeds/ge_unity/rwhat");
        assert_eq!(datagram(connect), Some(Protocol::IntelliVue));
        assert_eq!(datagram(announcement), Some(Protocol::Unity));
    }

    #[test]
    fn an_acknowledgement_of_receipt_alone_is_enough_and_letters_with_odd_separators_are_not() {
        assert_eq!(stream(b"\x0b\x06\x1c\r"), Found::Known(Protocol::Hl7));
        assert_eq!(stream(b"MSH|^&\r\n{\"id\":MSHvalue"), Found::Nothing);
        assert_eq!(stream(b"MSH|^~\\&|A|B|"), Found::Known(Protocol::Hl7));
    }
}
