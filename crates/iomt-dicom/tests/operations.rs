//! Requests and responses, paired as they pass. Constructed.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

mod common;

use common::*;
use iomt_dicom::dimse::Suboperations;
use iomt_dicom::{CommandField, CommandSet, Direction, Event, Limits, Operation, Segment, Status, Tag, Tracker, emit};
use proptest::prelude::*;

const FIND: &[u8] = b"1.2.840.10008.5.1.4.1.2.2.1";
const MOVE: &[u8] = b"1.2.840.10008.5.1.4.1.2.2.2";

/// Feeds commands of both sides in turn; gives what each meant, and the names of the quirks.
fn pair(talk: &[(Direction, Vec<u8>)]) -> (Vec<Option<Operation>>, Vec<&'static str>, Vec<Operation>) {
    let mut tracker = Tracker::new(Limits::DEFAULT);
    let (mut operations, mut quirks) = (Vec::new(), Vec::new());
    for (direction, command) in talk {
        let bytes = emit::message(1, command, None, 16384);
        tracker.feed(*direction, Segment::Data(&bytes), &mut |event| match event {
            Event::Command { operation, .. } => operations.push(operation.copied()),
            Event::Quirk { quirk, .. } => quirks.push(quirk.name),
            _ => {}
        });
    }
    let open = tracker.operations().to_vec();
    (operations, quirks, open)
}

fn request(field: CommandField, class: &[u8], id: u16) -> (Direction, Vec<u8>) {
    (Direction::Initiator, emit::Command::request(field, class, id, false).build())
}

fn response(field: CommandField, class: &[u8], id: u16, status: u16) -> (Direction, Vec<u8>) {
    (Direction::Responder, emit::Command::response(field, class, id, status, false).build())
}

#[test]
fn pending_answers_belong_to_one_operation_that_ends_with_the_last() {
    let (told, quirks, open) = pair(&[
        request(CommandField::C_FIND_RQ, FIND, 7),
        response(CommandField::C_FIND_RSP, FIND, 7, 0xff00),
        response(CommandField::C_FIND_RSP, FIND, 7, 0xff01),
        response(CommandField::C_FIND_RSP, FIND, 7, 0x0000),
        response(CommandField::C_FIND_RSP, FIND, 7, 0x0000),
    ]);
    let responses: Vec<u32> = told.iter().flatten().map(|operation| operation.responses).collect();
    assert_eq!(responses, [0, 1, 2, 3]);
    assert!(told[3].unwrap().is_over() && !told[2].unwrap().is_over());
    assert_eq!(told[4], None, "what is over is answered no more");
    assert_eq!((quirks.as_slice(), open.as_slice()), (&[][..], &[][..]));
}

#[test]
fn both_sides_may_invoke_with_the_same_number() {
    // A C-GET whose C-STORE comes back on the same association, both with message id 1.
    let get = b"1.2.840.10008.5.1.4.1.2.2.3";
    let store = (Direction::Responder, emit::Command::request(CommandField::C_STORE_RQ, CT, 1, false).build());
    let stored =
        (Direction::Initiator, emit::Command::response(CommandField::C_STORE_RSP, CT, 1, 0xb000, false).build());
    let counts = Suboperations { remaining: Some(0), completed: Some(0), failed: Some(0), warning: Some(1) };
    let done = emit::Command::response(CommandField::C_GET_RSP, get, 1, 0xb000, false).suboperations(&counts).build();
    let (told, quirks, open) =
        pair(&[request(CommandField::C_GET_RQ, get, 1), store, stored, (Direction::Responder, done)]);
    assert_eq!(quirks, [""; 0]);
    assert_eq!(told[2].unwrap().command, CommandField::C_STORE_RQ);
    assert_eq!(told[2].unwrap().invoker, Direction::Responder);
    let get = told[3].unwrap();
    assert_eq!((get.command, get.suboperations), (CommandField::C_GET_RQ, counts));
    assert!(open.is_empty());
}

#[test]
fn a_cancel_marks_its_operation() {
    let cancel = (Direction::Initiator, emit::Command::cancel(3).build());
    let (told, quirks, open) = pair(&[
        request(CommandField::C_MOVE_RQ, MOVE, 3),
        response(CommandField::C_MOVE_RSP, MOVE, 3, 0xff00),
        cancel.clone(),
        response(CommandField::C_MOVE_RSP, MOVE, 3, 0xfe00),
        cancel,
    ]);
    assert!(told[2].unwrap().cancelled);
    let ended = told[3].unwrap();
    assert!(ended.cancelled && ended.is_over());
    assert_eq!(ended.status.unwrap().name(ended.command, MOVE), Some("sub-operations terminated due to cancel"));
    assert_eq!(told[4], None, "there was nothing left to cancel");
    assert_eq!((quirks.as_slice(), open.as_slice()), (&[][..], &[][..]));
}

#[test]
fn a_response_to_another_command_and_a_reused_number_are_told() {
    let (told, quirks, open) = pair(&[
        request(CommandField::C_ECHO_RQ, b"1.2.840.10008.1.1", 1),
        response(CommandField::C_STORE_RSP, CT, 1, 0),
        request(CommandField::C_FIND_RQ, FIND, 2),
        request(CommandField::C_FIND_RQ, FIND, 2),
    ]);
    assert_eq!(quirks, ["response-to-another-command", "message-id-reused"]);
    assert_eq!(told.len(), 4);
    assert_eq!(open.len(), 1);
}

#[test]
fn requests_that_nobody_answers_are_bounded_and_the_oldest_goes() {
    let talk: Vec<_> = (0..200).map(|id| request(CommandField::N_GET_RQ, CT, id)).collect();
    let (_, quirks, open) = pair(&talk);
    assert_eq!(open.len(), 64);
    assert_eq!(open[0].message_id, 136);
    assert_eq!(quirks.len(), 136);
}

#[test]
fn answers_without_their_requests_are_answers_all_the_same() {
    let (told, quirks, _) = pair(&[response(CommandField::C_ECHO_RSP, CT, 9, 0)]);
    assert_eq!((told, quirks), (vec![None], vec![]));
}

#[test]
fn a_new_association_on_the_same_connection_starts_with_no_requests() {
    let mut tracker = Tracker::new(Limits::DEFAULT);
    let (_, echo) = request(CommandField::C_ECHO_RQ, CT, 1);
    let rq = emit::Associate::request(b"A", b"B").context(1, CT, &[IMPLICIT]).build();
    for bytes in [&rq, &emit::message(1, &echo, None, 16384)] {
        tracker.feed(Direction::Initiator, Segment::Data(bytes), &mut |_| ());
    }
    assert_eq!(tracker.operations().len(), 1);
    tracker.feed(Direction::Initiator, Segment::Data(&rq), &mut |_| ());
    assert_eq!(tracker.operations(), []);
}

#[test]
fn several_messages_in_one_pdu_are_each_read() {
    let (_, first) = request(CommandField::C_ECHO_RQ, CT, 1);
    let (_, second) = request(CommandField::C_STORE_RQ, CT, 2);
    let data = ct(iomt_dicom::Encoding::ImplicitLittle, 4);
    let with_data = emit::Command::request(CommandField::C_STORE_RQ, CT, 3, true).build();
    let stream = emit::p_data(&[
        (1, 3, &first),
        (3, 3, &second),
        (1, 1, &with_data[..30]),
        (1, 3, &with_data[30..]),
        (1, 0, &data[..9]),
        (3, 3, &first),
        (1, 2, &data[9..]),
    ]);
    for piece in [1, 5, usize::MAX] {
        let told = events(&stream, piece, iomt_dicom::ident::is_identity);
        assert_eq!(told.iter().filter(|event| event.contains("CommandField(")).count(), 4, "{told:#?}");
        assert!(told.iter().any(|event| event.contains("SN-12345")));
    }
}

#[test]
fn an_answer_that_the_capture_has_before_its_request_keeps_its_decisions() {
    let rq = emit::Associate::request(b"PACS", b"CT01").context(1, CT, &[IMPLICIT, EXPLICIT]).build();
    let ac = emit::Associate::accept(b"PACS", b"CT01").result(1, 0, Some(EXPLICIT)).build();
    let mut tracker = Tracker::new(Limits::DEFAULT);
    tracker.feed(Direction::Responder, Segment::Data(&ac), &mut |_| ());
    tracker.feed(Direction::Initiator, Segment::Data(&rq), &mut |_| ());
    let context = tracker.association().context(1).unwrap();
    assert_eq!(context.abstract_syntax.unwrap().as_bytes(), CT);
    assert_eq!(context.transfer_syntax.unwrap().as_bytes(), EXPLICIT);
    assert_eq!(tracker.association().calling_ae(), b"CT01");
}

#[test]
fn an_answer_that_does_not_fit_its_request_is_told() {
    let rq = emit::Associate::request(b"PACS", b"CT01").context(1, CT, &[IMPLICIT]).build();
    let ac = emit::Associate::accept(b"OTHER", b"CT01").result(1, 3, None).result(5, 0, Some(IMPLICIT)).build();
    let (_, echo) = request(CommandField::C_ECHO_RQ, CT, 1);
    let mut tracker = Tracker::new(Limits::DEFAULT);
    let mut quirks = Vec::new();
    for (direction, bytes) in [
        (Direction::Initiator, &rq),
        (Direction::Responder, &ac),
        (Direction::Initiator, &emit::message(1, &echo, None, 16384)),
    ] {
        tracker.feed(direction, Segment::Data(bytes), &mut |event| {
            if let Event::Quirk { quirk, .. } = event {
                quirks.push(quirk.name);
            }
        });
    }
    for name in ["ae-titles-not-echoed", "context-not-proposed", "context-not-accepted"] {
        assert!(quirks.contains(&name), "{name} in {quirks:?}");
    }
}

#[test]
fn a_command_out_of_order_or_with_a_wrong_length_is_read_and_told() {
    let mut bytes = emit::Command::empty()
        .u16(Tag::MESSAGE_ID, 4)
        .u16(Tag::COMMAND_FIELD, 0x8020)
        .tags(Tag::OFFENDING_ELEMENT, &[Tag::MANUFACTURER, Tag::PATIENT_ID])
        .build();
    bytes[8] = 1;
    let command = CommandSet::parse(&bytes).unwrap();
    assert_eq!(command.command_field(), Some(CommandField::C_FIND_RSP));
    assert!(command.offending_elements().eq([Tag::MANUFACTURER, Tag::PATIENT_ID]));
    let mut names = Vec::new();
    command.quirks(&mut |quirk| names.push(quirk.name));
    assert_eq!(names, ["wrong-group-length", "tags-not-ascending", "missing-status", "missing-data-set-type"]);
}

proptest! {
    #[test]
    fn every_service_reads_back(field: u16, class in "[1-9](\\.[0-9]{1,6}){1,6}", instance in "[1-9](\\.[0-9]{1,6}){1,6}", id: u16, data: bool, status: u16, numbers: [Option<u16>; 4], tags: Vec<(u16, u16)>) {
        let tags: Vec<Tag> = tags.into_iter().map(|(group, element)| Tag::new(group, element)).collect();
        let [remaining, completed, failed, warning] = numbers;
        let numbers = Suboperations { remaining, completed, failed, warning };
        let bytes = emit::Command::request_for(CommandField(field), class.as_bytes(), instance.as_bytes(), id, data)
            .tags(Tag::ATTRIBUTE_IDENTIFIER_LIST, &tags)
            .u16(Tag::STATUS, status)
            .suboperations(&numbers)
            .build();
        let command = CommandSet::parse(&bytes).unwrap();
        prop_assert_eq!(command.command_field(), Some(CommandField(field)));
        prop_assert_eq!(command.requested_sop_class(), Some(class.as_bytes()));
        prop_assert_eq!(command.sop_class(), Some(class.as_bytes()));
        prop_assert_eq!(command.requested_sop_instance(), Some(instance.as_bytes()));
        prop_assert_eq!((command.message_id(), command.has_data_set()), (Some(id), data));
        prop_assert_eq!(command.status(), Some(Status(status)));
        prop_assert_eq!(command.suboperations(), numbers);
        prop_assert!(command.attribute_identifier_list().eq(tags));
    }
}
