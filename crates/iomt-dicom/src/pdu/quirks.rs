//! What a PDU does otherwise than the standard says.

use super::associate::Associate;
use super::item::{Item, ItemType};
use super::user::UserItem;
use super::{Abort, ContextResult, PData, Pdu, Reject, Release};
use iomt_wire::{Error, Quirk};

/// Reports each kind of deviation once, at its first place.
struct Report<'r> {
    seen: u64,
    sink: &'r mut dyn FnMut(Quirk),
}

macro_rules! names {
    ($($variant:ident $field:literal $name:literal;)*) => {
        #[derive(Clone, Copy)]
        enum Name { $($variant),* }

        impl Name {
            const fn text(self) -> (&'static str, &'static str) {
                match self { $(Self::$variant => ($field, $name)),* }
            }
        }
    };
}

names! {
    HeaderReserved "PDU reserved" "reserved-not-zero";
    Version "Protocol-version" "version-bits";
    AreaReserved "A-ASSOCIATE reserved" "reserved-not-zero";
    CalledEmpty "Called-AE-title" "empty-ae-title";
    CallingEmpty "Calling-AE-title" "empty-ae-title";
    LowerCase "AE-title" "lower-case-ae-title";
    NulPadded "AE-title" "nul-padded-ae-title";
    LeftPadded "AE-title" "left-padded-ae-title";
    Repertoire "AE-title" "ae-title-repertoire";
    ItemOrder "item" "item-order";
    UnknownItem "item" "unknown-item";
    ItemReserved "item reserved" "reserved-not-zero";
    BrokenItems "item" "broken-items";
    Overrun "item length" "length-beyond-its-container";
    NoApplicationContext "application context" "missing-application-context";
    OtherApplicationContext "application context" "other-application-context";
    NoContexts "presentation context" "missing-presentation-context";
    NoUserInformation "user information" "missing-user-information";
    EvenContext "presentation context id" "even-context-id";
    RepeatedContext "presentation context id" "repeated-context-id";
    ContextReserved "presentation context reserved" "reserved-not-zero";
    NoAbstractSyntax "abstract syntax" "missing-abstract-syntax";
    NoTransferSyntax "transfer syntax" "missing-transfer-syntax";
    UidNul "UID" "nul-padded-uid";
    UidSpace "UID" "space-padded-uid";
    NoImplementation "implementation class UID" "missing-implementation-uid";
    NoMaximum "maximum length" "missing-maximum-length";
    BrokenUserItem "user information sub-item" "broken-user-item";
    UnknownUserItem "user information sub-item" "unknown-user-item";
    VersionLength "implementation version name" "version-name-length";
    RepeatedItem "item" "repeated-item";
    SubItemReserved "sub-item reserved" "reserved-not-zero";
    UnknownSubItem "presentation context sub-item" "unknown-sub-item";
    LongUserItem "user information sub-item" "trailing-bytes";
    MisplacedUserItem "user information sub-item" "misplaced-user-item";
    BrokenRelated "related general SOP class" "broken-related-classes";
    UidRepertoire "UID" "uid-repertoire";
    UidLength "UID" "uid-length";
    ShortLength "PDU-length" "length-not-four";
    ShortReserved "PDU reserved" "reserved-not-zero";
    UnknownReason "Reason/Diag." "unknown-reason";
    EvenPdv "presentation context id" "even-context-id";
    ControlBits "message control header" "reserved-bits";
    EmptyFragment "PDV item-length" "empty-fragment";
    PdvOverrun "PDV item-length" "length-beyond-its-container";
    BrokenPdv "PDV item-length" "broken-pdv";
}

impl Report<'_> {
    fn tell(&mut self, name: Name, offset: usize) {
        let bit = 1_u64.checked_shl(name as u32).unwrap_or(0);
        if self.seen & bit == 0 {
            self.seen |= bit;
            let (field, name) = name.text();
            (self.sink)(Quirk { offset, field, name });
        }
    }

    /// The next item or sub-item, if it has a header; tells what may be wrong with any.
    fn whole<'i>(&mut self, item: Result<Item<'i>, Error>) -> Option<Item<'i>> {
        match item {
            Ok(item) => {
                if item.missing() != 0 {
                    self.tell(Name::Overrun, item.offset.saturating_add(2));
                }
                Some(item)
            }
            Err(error) => {
                self.tell(Name::BrokenItems, error.offset);
                None
            }
        }
    }

    fn uid(&mut self, uid: &[u8], offset: usize) {
        match uid.last() {
            Some(0) => self.tell(Name::UidNul, offset),
            Some(b' ') => self.tell(Name::UidSpace, offset),
            _ => {}
        }
        let text = crate::uid::trim_uid(uid);
        if text.len() > 64 {
            self.tell(Name::UidLength, offset);
        }
        if !text.iter().all(|byte| byte.is_ascii_digit() || *byte == b'.') {
            self.tell(Name::UidRepertoire, offset);
        }
    }

    fn title(&mut self, raw: &[u8; 16], offset: usize, empty: Name) {
        let text = crate::uid::trim_text(raw);
        if text.is_empty() {
            self.tell(empty, offset);
        } else if raw.first() == Some(&b' ') {
            self.tell(Name::LeftPadded, offset);
        }
        if text.iter().any(u8::is_ascii_lowercase) {
            self.tell(Name::LowerCase, offset);
        }
        if raw.last() == Some(&0) {
            self.tell(Name::NulPadded, offset);
        }
        if text.iter().any(|byte| !matches!(byte, 0x20..=0x7e) || *byte == b'\\') {
            self.tell(Name::Repertoire, offset);
        }
    }
}

impl Pdu<'_> {
    /// Tells where the PDU deviates from the standard, each kind of deviation once, at its first place; allocates nothing.
    pub fn quirks(&self, sink: &mut dyn FnMut(Quirk)) {
        let report = &mut Report { seen: 0, sink };
        match self {
            Self::AssociateRq(associate) => {
                request(associate, report);
                common(associate, report, ItemType::PRESENTATION_CONTEXT_RQ);
            }
            Self::AssociateAc(associate) => common(associate, report, ItemType::PRESENTATION_CONTEXT_AC),
            Self::AssociateRj(reject) => rejection(reject, report),
            Self::PData(data) => fragments(data, report),
            Self::ReleaseRq(release) | Self::ReleaseRp(release) => {
                let Release { reserved, length } = *release;
                short(length, &reserved, report);
            }
            Self::Abort(abort) => {
                let Abort { source, reserved, length, .. } = *abort;
                short(length, &reserved, report);
                // The reason means nothing when the user aborts.
                if abort.source_name().is_none() || source == 2 && abort.reason_name().is_none() {
                    report.tell(Name::UnknownReason, 8);
                }
            }
        }
    }
}

/// What the PDUs of fixed length share; `reserved` is byte 1 of the header and what follows it of the body.
fn short(length: u32, reserved: &[u8], report: &mut Report<'_>) {
    if length != 4 {
        report.tell(Name::ShortLength, 2);
    }
    if let Some(at) = reserved.iter().position(|byte| *byte != 0) {
        report.tell(Name::ShortReserved, if at == 0 { 1 } else { at.saturating_add(5) });
    }
}

fn rejection(reject: &Reject, report: &mut Report<'_>) {
    short(reject.length, &reject.reserved, report);
    if reject.result_name().is_none() || reject.reason_name().is_none() {
        report.tell(Name::UnknownReason, 7);
    }
}

fn fragments(data: &PData<'_>, report: &mut Report<'_>) {
    if data.reserved_header() != 0 {
        report.tell(Name::HeaderReserved, 1);
    }
    for pdv in data.pdvs() {
        let pdv = match pdv {
            Ok(pdv) => pdv,
            Err(error) => return report.tell(Name::BrokenPdv, error.offset),
        };
        let at = pdv.offset.saturating_sub(6);
        if pdv.missing() != 0 {
            report.tell(Name::PdvOverrun, at);
        }
        if pdv.context_id & 1 == 0 {
            report.tell(Name::EvenPdv, at);
        }
        if pdv.header > 3 {
            report.tell(Name::ControlBits, at);
        }
        if pdv.data.is_empty() {
            report.tell(Name::EmptyFragment, at);
        }
    }
}

fn request(rq: &Associate<'_>, report: &mut Report<'_>) {
    if rq.reserved_version() != &[0; 2] {
        report.tell(Name::AreaReserved, 8);
    }
    report.title(rq.called_ae_raw(), 10, Name::CalledEmpty);
    report.title(rq.calling_ae_raw(), 26, Name::CallingEmpty);
    if rq.reserved_area() != &[0; 32] {
        report.tell(Name::AreaReserved, 42);
    }
}

fn common(associate: &Associate<'_>, report: &mut Report<'_>, context_type: ItemType) {
    if associate.reserved_header() != 0 {
        report.tell(Name::HeaderReserved, 1);
    }
    if associate.protocol_version() != 1 {
        report.tell(Name::Version, 6);
    }
    let end = associate.bytes().len();
    let (mut application, mut contexts, mut user, mut last) = (false, false, false, ItemType(0));
    for item in associate.items() {
        let Some(item) = report.whole(item) else { continue };
        if item.item_type < last {
            report.tell(Name::ItemOrder, item.offset);
        }
        last = item.item_type;
        if item.reserved != 0 {
            report.tell(Name::ItemReserved, item.offset);
        }
        match item.item_type {
            ItemType::APPLICATION_CONTEXT => {
                if application {
                    report.tell(Name::RepeatedItem, item.offset);
                }
                application = true;
                report.uid(item.value, item.offset);
                if crate::uid::trim_uid(item.value) != b"1.2.840.10008.3.1.1.1" {
                    report.tell(Name::OtherApplicationContext, item.offset);
                }
            }
            kind if kind == context_type => contexts = true,
            ItemType::USER_INFORMATION => {
                if user {
                    report.tell(Name::RepeatedItem, item.offset);
                }
                user = true;
            }
            _ => report.tell(Name::UnknownItem, item.offset),
        }
    }
    for (present, name) in
        [(application, Name::NoApplicationContext), (contexts, Name::NoContexts), (user, Name::NoUserInformation)]
    {
        if !present {
            report.tell(name, end);
        }
    }
    presentation_contexts(associate, report);
    if user {
        user_information(associate, report, context_type == ItemType::PRESENTATION_CONTEXT_RQ);
    }
}

fn presentation_contexts(associate: &Associate<'_>, report: &mut Report<'_>) {
    let mut ids = [0_u64; 4];
    for context in associate.presentation_contexts() {
        let context = match context {
            Ok(context) => context,
            Err(error) => {
                report.tell(Name::BrokenItems, error.offset);
                continue;
            }
        };
        if context.id & 1 == 0 {
            report.tell(Name::EvenContext, context.offset);
        }
        if let Some(word) = ids.get_mut(usize::from(context.id >> 6)) {
            let bit = 1_u64.checked_shl(u32::from(context.id & 63)).unwrap_or(0);
            if *word & bit != 0 {
                report.tell(Name::RepeatedContext, context.offset);
            }
            *word |= bit;
        }
        let [a, b, c] = context.reserved;
        if a != 0 || c != 0 || b != 0 && !context.is_decision() {
            report.tell(Name::ContextReserved, context.offset);
        }
        let (mut abstract_syntax, mut transfer_syntax) = (false, false);
        for item in context.sub_items() {
            let Some(item) = report.whole(item) else { continue };
            let Item { item_type, reserved, value, offset, .. } = item;
            if reserved != 0 {
                report.tell(Name::SubItemReserved, offset);
            }
            match item_type {
                ItemType::ABSTRACT_SYNTAX => abstract_syntax = true,
                ItemType::TRANSFER_SYNTAX => transfer_syntax |= !value.is_empty(),
                _ => {
                    report.tell(Name::UnknownSubItem, offset);
                    continue;
                }
            }
            report.uid(value, offset);
        }
        if !abstract_syntax && !context.is_decision() {
            report.tell(Name::NoAbstractSyntax, context.offset);
        }
        // An acceptor may leave it out of what it rejects.
        if !transfer_syntax && context.result().unwrap_or(ContextResult::ACCEPTANCE) == ContextResult::ACCEPTANCE {
            report.tell(Name::NoTransferSyntax, context.offset);
        }
    }
}

fn user_information(associate: &Associate<'_>, report: &mut Report<'_>, is_request: bool) {
    let (mut maximum, mut implementation) = (false, false);
    let information = associate.items().flatten().filter(|item| item.item_type == ItemType::USER_INFORMATION);
    for item in information.flat_map(|item| item.sub_items()) {
        let Some(item) = report.whole(item) else { continue };
        let offset = item.offset;
        // In 57 that byte is the version of the sub-item.
        if item.reserved != 0 && item.item_type != ItemType::COMMON_EXTENDED_NEGOTIATION {
            report.tell(Name::SubItemReserved, offset);
        }
        if UserItem::is_longer(&item) {
            report.tell(Name::LongUserItem, offset);
        }
        if matches!((item.item_type.0, is_request), (0x57 | 0x58, false) | (0x59, true)) {
            report.tell(Name::MisplacedUserItem, offset);
        }
        match UserItem::decode(&item) {
            UserItem::MaximumLength(_) => maximum = true,
            UserItem::ImplementationClassUid(uid) => {
                implementation = true;
                report.uid(uid, offset);
            }
            UserItem::ImplementationVersionName(name) if !(1..=16).contains(&name.len()) => {
                report.tell(Name::VersionLength, offset);
            }
            UserItem::CommonExtendedNegotiation(common) => {
                if common.is_broken() {
                    report.tell(Name::BrokenRelated, offset);
                }
                if common.version == 0 && !common.reserved.is_empty() {
                    report.tell(Name::LongUserItem, offset);
                }
            }
            UserItem::Other { item_type: ItemType(0x51..=0x59), .. } => report.tell(Name::BrokenUserItem, offset),
            UserItem::Other { .. } => report.tell(Name::UnknownUserItem, offset),
            _ => {}
        }
    }
    if !implementation {
        report.tell(Name::NoImplementation, associate.bytes().len());
    }
    if !maximum {
        report.tell(Name::NoMaximum, associate.bytes().len());
    }
}
