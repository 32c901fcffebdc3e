//! What is written reads back as it was.
#![allow(clippy::arithmetic_side_effects, clippy::indexing_slicing, clippy::unwrap_used, clippy::panic)]

use iomt_dicom::pdu::UserItem;
use iomt_dicom::{CommandField, CommandSet, DataSet, Encoding, Pdu, Tag, Vr, emit};
use proptest::prelude::*;

fn uid() -> impl Strategy<Value = Vec<u8>> {
    "[1-9](\\.[0-9]{1,6}){1,6}".prop_map(String::into_bytes)
}

fn title() -> impl Strategy<Value = Vec<u8>> {
    "[A-Z0-9_]{1,16}".prop_map(String::into_bytes)
}

fn encoding() -> impl Strategy<Value = Encoding> {
    prop_oneof![Just(Encoding::ImplicitLittle), Just(Encoding::ExplicitLittle), Just(Encoding::ExplicitBig)]
}

/// A tree of elements: leaves with a value, or sequences of items.
#[derive(Clone, Debug)]
enum Node {
    Leaf(u16, Vec<u8>),
    Sequence(u16, bool, Vec<Vec<Self>>),
}

fn nodes() -> impl Strategy<Value = Vec<Node>> {
    let leaf =
        (any::<u16>(), prop::collection::vec(any::<u8>(), 0..20)).prop_map(|(tag, value)| Node::Leaf(tag, value));
    let node = leaf.prop_recursive(4, 32, 4, |inner| {
        let items = prop::collection::vec(prop::collection::vec(inner, 0..4), 0..4);
        (any::<u16>(), any::<bool>(), items).prop_map(|(tag, open, items)| Node::Sequence(tag, open, items))
    });
    prop::collection::vec(node, 0..6)
}

fn write(nodes: &[Node], encoding: Encoding, flat: &mut Vec<(usize, u16, Vec<u8>)>, depth: usize) -> emit::DataSet {
    nodes.iter().fold(emit::DataSet::new(encoding), |data, node| match node {
        Node::Leaf(tag, value) => {
            flat.push((depth, *tag, value.clone()));
            data.element(Tag::new(0x0029, *tag), Vr::UT, value)
        }
        Node::Sequence(tag, open, items) => {
            // In implicit encodings only an open sequence shows itself.
            let open = *open || !encoding.is_explicit();
            flat.push((depth, *tag, Vec::new()));
            let items: Vec<_> = items.iter().map(|item| write(item, encoding, flat, depth + 1)).collect();
            let tag = Tag::new(0x0029, *tag);
            if open { data.open_sequence(tag, &items) } else { data.sequence(tag, &items) }
        }
    })
}

/// The same tree read by going down item by item.
fn descend(elements: iomt_dicom::element::Elements<'_>, depth: usize, flat: &mut Vec<(usize, u16, Vec<u8>)>) {
    for element in elements {
        let element = element.unwrap();
        if element.is_sequence() {
            flat.push((depth, element.tag.element, Vec::new()));
            for item in element.items() {
                descend(item.unwrap().elements(), depth + 1, flat);
            }
        } else {
            flat.push((depth, element.tag.element, element.value.to_vec()));
        }
    }
}

proptest! {
    #[test]
    fn an_association_reads_back(
        request: bool,
        called in title(),
        calling in title(),
        contexts in prop::collection::vec((any::<u8>(), uid(), prop::collection::vec(uid(), 0..4)), 0..8),
        max: u32,
        class in uid(),
        name in title(),
        window: (u16, u16),
        secret in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut builder =
            if request { emit::Associate::request(&called, &calling) } else { emit::Associate::accept(&called, &calling) };
        for (id, class, syntaxes) in &contexts {
            let syntaxes: Vec<&[u8]> = syntaxes.iter().map(Vec::as_slice).collect();
            builder = if request {
                builder.context(*id, class, &syntaxes)
            } else {
                builder.result(*id, 0, syntaxes.first().copied())
            };
        }
        let bytes = builder
            .max_pdu_length(max)
            .implementation_class_uid(&class)
            .asynchronous_operations_window(window.0, window.1)
            .role_selection(&class, 1, 0)
            .implementation_version_name(&name)
            .extended_negotiation(&class, &secret)
            .common_extended_negotiation(&class, &class, &[&class, &class])
            .user_identity(2, 1, &name, &secret)
            .user_identity_response(&secret)
            .build();
        let (pdu, taken) = Pdu::parse(&bytes).unwrap();
        prop_assert_eq!(taken, bytes.len());
        let associate = match pdu {
            Pdu::AssociateRq(associate) if request => associate,
            Pdu::AssociateAc(associate) if !request => associate,
            other => panic!("{other:?}"),
        };
        prop_assert_eq!(associate.called_ae(), &called[..]);
        prop_assert_eq!(associate.calling_ae(), &calling[..]);
        let read: Vec<_> = associate.presentation_contexts().map(Result::unwrap).collect();
        prop_assert_eq!(read.len(), contexts.len());
        for (read, (id, class, syntaxes)) in read.iter().zip(&contexts) {
            prop_assert_eq!(read.id, *id);
            if request {
                prop_assert_eq!(read.abstract_syntax(), Some(&class[..]));
                prop_assert!(read.transfer_syntaxes().eq(syntaxes.iter().map(Vec::as_slice)));
            } else {
                prop_assert_eq!(read.transfer_syntax(), syntaxes.first().map(Vec::as_slice));
            }
        }
        prop_assert_eq!(associate.max_pdu_length(), Some(max));
        prop_assert_eq!(associate.implementation_class_uid(), Some(&class[..]));
        prop_assert_eq!(associate.implementation_version_name(), Some(&name[..]));
        let types: Vec<u8> = associate.user_items().map(|item| item.unwrap().item_type().0).collect();
        prop_assert_eq!(types, [0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57, 0x58, 0x59]);
        for item in associate.user_items() {
            match item.unwrap() {
                UserItem::UserIdentity(user) => prop_assert_eq!(user.secondary.reveal(), &secret[..]),
                UserItem::CommonExtendedNegotiation(common) => prop_assert_eq!(common.related().count(), 2),
                UserItem::Other { item_type, .. } => prop_assert!(false, "{:?} not decoded", item_type),
                _ => {}
            }
        }
    }

    #[test]
    fn a_data_set_reads_back_by_both_ways(nodes in nodes(), encoding in encoding()) {
        let mut flat = Vec::new();
        let bytes = write(&nodes, encoding, &mut flat, 0).build();
        let data = DataSet::new(&bytes, encoding);
        let walked: Vec<_> = data
            .walk()
            .map(Result::unwrap)
            .map(|entry| (entry.depth, entry.element.tag.element, entry.element.value.to_vec()))
            .collect();
        prop_assert_eq!(&walked, &flat);
        let mut descended = Vec::new();
        descend(data.elements(), 0, &mut descended);
        prop_assert_eq!(&descended, &flat);
    }

    #[test]
    fn a_command_reads_back(field: u16, class in uid(), id: u16, data: bool, status: u16) {
        let bytes = emit::Command::request(CommandField(field), &class, id, data).u16(Tag::STATUS, status).build();
        let command = CommandSet::parse(&bytes).unwrap();
        prop_assert_eq!(command.command_field(), Some(CommandField(field)));
        prop_assert_eq!(command.affected_sop_class(), Some(&class[..]));
        prop_assert_eq!(command.message_id(), Some(id));
        prop_assert_eq!(command.has_data_set(), data);
        prop_assert_eq!(command.status().map(|status| status.0), Some(status));
        let length = command.get(Tag::COMMAND_GROUP_LENGTH).unwrap().u32().unwrap();
        prop_assert_eq!(usize::try_from(length).unwrap(), bytes.len() - 12);
    }

    #[test]
    fn fragments_read_back(fragments in prop::collection::vec((any::<u8>(), 0_u8..4, prop::collection::vec(any::<u8>(), 0..50)), 0..10)) {
        let borrowed: Vec<_> = fragments.iter().map(|(id, header, data)| (*id, *header, &data[..])).collect();
        let bytes = emit::p_data(&borrowed);
        let (Pdu::PData(data), _) = Pdu::parse(&bytes).unwrap() else { panic!() };
        let read: Vec<_> = data.pdvs().map(Result::unwrap).map(|pdv| (pdv.context_id, pdv.header, pdv.data)).collect();
        prop_assert_eq!(read, borrowed);
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..300), encoding in encoding()) {
        let _ = Pdu::parse(&bytes);
        let data = DataSet::new(&bytes, encoding);
        let _ = (data.elements().count(), data.walk().count(), data.identity().count());
    }
}
