//! The items of A-ASSOCIATE-RQ and -AC.

use iomt_dicom::pdu::{
    Associate, Item as PduItem, ItemType, Items, PresentationContext, QueryNegotiation, RetrieveNegotiation,
    StorageNegotiation, UserItem,
};
use iomt_wire::Direction;

use super::super::REDACTED;
use super::super::moment::{Item, Moment, plus};
use super::super::value::{bytes, uid};
use super::talk::Talk;
use crate::knowledge::{Knowledge, Service};
use crate::protocol::Protocol::Dicom;
use crate::sensing::text::clean;

/// The line by which people recognise an association.
pub(super) fn summary(associate: &Associate<'_>) -> String {
    let (calling, called) = (clean(associate.calling_ae()), clean(associate.called_ae()));
    let contexts = associate.presentation_contexts().filter_map(Result::ok);
    let (all, accepted) = contexts.fold((0_u32, 0_u32), |(all, accepted), context| {
        (all.saturating_add(1), accepted.saturating_add(context.is_accepted().into()))
    });
    let decided = associate.presentation_contexts().filter_map(Result::ok).any(|context| context.is_decision());
    let plural = if all == 1 { "" } else { "s" };
    let contexts = if decided {
        format!("{accepted} of {all} context{plural} accepted")
    } else {
        format!("{all} context{plural}")
    };
    let class = associate.implementation_class_uid().map(clean).unwrap_or_default();
    let version = associate.implementation_version_name().map(clean);
    let known = Knowledge::builtin().implementation(&class, version.as_deref());
    let stack = known.map_or_else(
        || version.clone().unwrap_or_default(),
        |known| match known.version {
            Some(version) => format!("{} {version}", known.product),
            None => known.product.to_owned(),
        },
    );
    let comma = if stack.is_empty() { "" } else { ", " };
    format!("{calling} → {called}, {contexts}{comma}{stack}")
}

/// The items of an association PDU.
pub(super) fn items(
    direction: Direction,
    offset: u64,
    associate: &Associate<'_>,
    talk: &Talk,
    moment: &mut Moment<'_>,
) {
    let title = |raw: &[u8; 16]| raw.iter().map(|byte| char::from(*byte).escape_default().to_string()).collect();
    let fields: [(usize, &str, u64, String); 3] = [
        (6, "protocol version", 2, associate.protocol_version().to_string()),
        (10, "called AE title", 16, title(associate.called_ae_raw())),
        (26, "calling AE title", 16, title(associate.calling_ae_raw())),
    ];
    for (at, name, length, value) in &fields {
        let (offset, length) = (plus(offset, *at), Some(*length));
        let item = Item { offset, depth: 1, kind: "field", name, length, value: Some(value), ..Item::default() };
        moment.tell(Dicom, direction, &item);
    }
    let mut contexts = associate.presentation_contexts();
    for item in associate.items() {
        let item = match item {
            Ok(item) => item,
            Err(error) => return moment.error(Dicom, direction, plus(offset, error.offset), &error),
        };
        let mut show = |value: Option<&str>| pdu_item(direction, offset, 1, &item, value, moment);
        match item.item_type {
            ItemType::APPLICATION_CONTEXT => show(Some(&uid(item.value))),
            ItemType::PRESENTATION_CONTEXT_RQ | ItemType::PRESENTATION_CONTEXT_AC => match contexts.next() {
                Some(Ok(context)) => {
                    show(Some(&decision(&context, talk)));
                    sub_items(direction, offset, context.sub_items(), syntax, moment);
                }
                Some(Err(error)) => moment.error(Dicom, direction, plus(offset, error.offset), &error),
                None => show(None),
            },
            ItemType::USER_INFORMATION => {
                show(None);
                sub_items(direction, offset, item.sub_items(), user_item, moment);
            }
            _ => show(None),
        }
    }
}

/// Shows an item, or a sub-item of one.
fn pdu_item(
    direction: Direction,
    offset: u64,
    depth: usize,
    item: &PduItem<'_>,
    value: Option<&str>,
    moment: &mut Moment<'_>,
) {
    let (kind, unknown) = if depth == 1 { ("item", "unknown item") } else { ("sub-item", "unknown sub-item") };
    let tag = format!("{:02X}", item.item_type.0);
    let item = Item {
        offset: plus(offset, item.offset),
        depth,
        kind,
        name: item.item_type.name().unwrap_or(unknown),
        tag: &tag,
        length: Some(item.length.into()),
        value,
        ..Item::default()
    };
    moment.tell(Dicom, direction, &item);
}

/// Shows sub-items, of which `value` says what is in them.
fn sub_items(
    direction: Direction,
    offset: u64,
    items: Items<'_>,
    value: impl Fn(&PduItem<'_>) -> String,
    moment: &mut Moment<'_>,
) {
    for sub in items {
        match sub {
            Ok(sub) => pdu_item(direction, offset, 2, &sub, Some(&value(&sub)), moment),
            Err(error) => return moment.error(Dicom, direction, plus(offset, error.offset), &error),
        }
    }
}

fn decision(context: &PresentationContext<'_>, talk: &Talk) -> String {
    match context.result() {
        Some(result) => {
            let proposed = talk.proposed(context.id).map_or_else(String::new, |class| format!(" of {class}"));
            format!("{}: {}{proposed}", context.id, result.name().unwrap_or("unknown result"))
        }
        None => context.id.to_string(),
    }
}

fn syntax(sub: &PduItem<'_>) -> String {
    match sub.item_type {
        ItemType::ABSTRACT_SYNTAX | ItemType::TRANSFER_SYNTAX => uid(sub.value),
        _ => REDACTED.to_owned(),
    }
}

fn user_item(sub: &PduItem<'_>) -> String {
    match UserItem::decode(sub) {
        UserItem::MaximumLength(bytes) => bytes.to_string(),
        UserItem::ImplementationClassUid(uid) => clean(uid),
        UserItem::ImplementationVersionName(name) => clean(name),
        UserItem::AsynchronousOperationsWindow { invoked, performed } => {
            format!("invoked {invoked}, performed {performed}")
        }
        UserItem::RoleSelection { sop_class, scu, scp } => format!("{}: SCU {scu}, SCP {scp}", uid(sop_class)),
        UserItem::ExtendedNegotiation { sop_class, information } => {
            format!("{}: {}", uid(sop_class), extended(sop_class, information))
        }
        UserItem::CommonExtendedNegotiation(common) => {
            let related: Vec<String> = common.related().map(uid).collect();
            format!("{}, service {}, related {related:?}", uid(common.sop_class), uid(common.service_class))
        }
        // Who logs in with which password is nobody's business here, a patient's or not.
        UserItem::UserIdentity(identity) => {
            format!("type {} {}: {REDACTED}", identity.identity_type, identity.type_name().unwrap_or("unknown"))
        }
        // Broken: known, but its inner lengths do not fit.
        UserItem::Other { item_type: ItemType(0x51..=0x57), value } => bytes(value.reveal()),
        _ => REDACTED.to_owned(),
    }
}

/// Service class application information, as the service of the SOP class has it.
fn extended(sop_class: &[u8], information: &[u8]) -> String {
    let service = Knowledge::builtin().sop_class(&clean(sop_class)).map(|class| class.service);
    let flag = |name: &str, value: Option<u8>| value.map(|value| format!("{name} {value}"));
    let told: Vec<String> = match service {
        Some(Service::Storage) => match StorageNegotiation::read(information) {
            Some(StorageNegotiation { level, signature, coercion, .. }) => vec![
                format!("level of support {level}"),
                format!("digital signature {signature}"),
                format!("element coercion {coercion}"),
            ],
            None => Vec::new(),
        },
        Some(Service::Query) => {
            let told = QueryNegotiation::read(information);
            [
                flag("relational queries", told.relational),
                flag("date-time matching", told.date_time),
                flag("fuzzy names", told.fuzzy_names),
                flag("time zone", told.time_zone),
                flag("multi-frame conversion", told.multi_frame),
            ]
            .into_iter()
            .flatten()
            .collect()
        }
        Some(Service::Move | Service::Get) => {
            let told = RetrieveNegotiation::read(information);
            [flag("relational retrieval", told.relational), flag("multi-frame conversion", told.multi_frame)]
                .into_iter()
                .flatten()
                .collect()
        }
        _ => Vec::new(),
    };
    if told.is_empty() { bytes(information) } else { told.join(", ") }
}
