//! The fingerprints that an association gives, with what they are made of.

use iomt_dicom::pdu::Pdu;
use iomt_wire::Direction;

use super::super::moment::{Item, Moment};
use crate::fingerprint::dicom::{Offer, acceptor, requestor};
use crate::protocol::Protocol::Dicom;

/// What was asked for, for the fingerprint of who answers.
#[derive(Debug, Default)]
pub(super) struct Prints {
    offer: Option<Offer>,
}

impl Prints {
    /// Shows the fingerprint, its family and its raw form below a request or an answer.
    pub(super) fn show(&mut self, direction: Direction, offset: u64, pdu: &Pdu<'_>, moment: &mut Moment<'_>) {
        let print = match pdu {
            Pdu::AssociateRq(rq) => {
                self.offer = Some(Offer::of(rq));
                requestor(rq)
            }
            Pdu::AssociateAc(ac) => acceptor(ac, self.offer.as_ref()),
            _ => return,
        };
        let (family, raw) = (format!("{}-family", print.scheme), format!("{} raw", print.scheme));
        for (name, value) in [(print.scheme, &print.text), (&family, &print.family), (&raw, &print.raw)] {
            let item = Item { offset, depth: 1, kind: "fingerprint", name, value: Some(value), ..Item::default() };
            moment.tell(Dicom, direction, &item);
        }
    }
}
