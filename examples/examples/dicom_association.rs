//! Follow a DICOM association with `iomt-dicom` alone: no packets, no facade, bytes of two directions.
//!
//! `cargo run -p iomt-examples --example dicom_association`

use iomt_dicom::pdu::Pdu;
use iomt_dicom::{CommandField, Event, Tracker, emit, ident};
use iomt_wire::{Direction, Limits, Segment};

const CT_IMAGE: &[u8] = b"1.2.840.10008.5.1.4.1.1.2";
const EXPLICIT_LITTLE: &[u8] = b"1.2.840.10008.1.2.1";

fn main() {
    // What the two peers say; in your program this comes from the network.
    let request = emit::Associate::request(b"ARCHIVE", b"CT01")
        .context(1, CT_IMAGE, &[EXPLICIT_LITTLE])
        .max_pdu_length(16_384)
        .implementation_class_uid(b"2.999.1")
        .build();
    let accept = emit::Associate::accept(b"ARCHIVE", b"CT01").result(1, 0, Some(EXPLICIT_LITTLE)).build();
    let object = emit::DataSet::new(iomt_dicom::Encoding::ExplicitLittle)
        .text(iomt_dicom::Tag::MANUFACTURER, iomt_dicom::Vr(*b"LO"), b"Constructed Imaging")
        .text(iomt_dicom::Tag::MANUFACTURER_MODEL_NAME, iomt_dicom::Vr(*b"LO"), b"Sampler 64")
        .build();
    let command = emit::Command::request(CommandField::C_STORE_RQ, CT_IMAGE, 1, true).build();
    let store = emit::message(1, &command, Some(&object), 16_384);

    let mut tracker = Tracker::new(Limits::DEFAULT);
    for (direction, bytes) in
        [(Direction::Initiator, request), (Direction::Responder, accept), (Direction::Initiator, store)]
    {
        // Segments may be cut anywhere: here every seven bytes.
        for segment in bytes.chunks(7) {
            tracker.feed(direction, Segment::Data(segment), &mut show);
        }
    }
}

fn show(event: Event<'_>) {
    match event {
        Event::Pdu { direction, pdu: Pdu::AssociateRq(rq), .. } => {
            let (calling, called) = (rq.calling_ae().escape_ascii(), rq.called_ae().escape_ascii());
            println!("{direction:?}: {calling} asks {called} for an association");
        }
        Event::Pdu { direction, offset, pdu, .. } => {
            println!("{direction:?}: {} at byte {offset}", pdu.pdu_type().name().unwrap_or("PDU"));
        }
        Event::Command { direction, message, .. } => {
            println!("{direction:?}: {}", message.command.name().unwrap_or("command"));
        }
        Event::Element { offset, element, .. } => {
            let keyword = ident::keyword(element.tag).unwrap_or("private creator");
            println!("  {} {keyword} at byte {offset}: {}", element.tag, element.value.escape_ascii());
        }
        Event::Quirk { quirk, .. } => println!("  quirk: {quirk}"),
        _ => {}
    }
}
