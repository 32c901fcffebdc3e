//! DQ1 and DA1: how a DICOM requestor asks for an association and how an acceptor answers.
//!
//! ```text
//! q1 001 01 p 0 s0 _ 0123456789ab _ 0123456789ab      DQ1
//! │  │   │  │ │ │    stack          role: what it asks for
//! │  │   │  │ │ step of the context ids, s0 for one context, sx if it varies
//! │  │   │  │ negotiation: a 53, r 54, x 56, c 57, u+type 58; 0 for none
//! │  │   │  padding of the AE titles: p spaces, z NULs, m both, n none
//! │  │   different transfer syntaxes
//! │  presentation contexts
//! protocol version, hexadecimal
//! ```
//! The layouts are specified in `docs/fingerprints.md`.

use std::collections::{BTreeMap, BTreeSet};

use iomt_dicom::pdu::{Associate, ContextResult, ItemType, PresentationContext, UserItem};
use iomt_dicom::transfer_syntax::TransferSyntax;

use super::{Fingerprint, hash12};

/// Sub-item types that tell a stack; those that repeat per SOP class tell a configuration and are left out.
const STACK_SUB_ITEMS: [u8; 4] = [0x51, 0x52, 0x53, 0x55];

/// The fingerprint of a requestor, from its A-ASSOCIATE-RQ.
#[must_use]
pub fn requestor(rq: &Associate<'_>) -> Fingerprint {
    let contexts: Vec<PresentationContext<'_>> = rq.presentation_contexts().flatten().collect();
    let mut syntaxes = BTreeSet::new();
    let mut role = BTreeSet::new();
    for context in &contexts {
        let offered: BTreeSet<String> = context.transfer_syntaxes().map(text).collect();
        let abstract_syntax = context.abstract_syntax().map(text).unwrap_or_default();
        role.insert(format!("{abstract_syntax}:{}", join(&offered, ",")));
        syntaxes.extend(offered);
    }
    let readable = format!(
        "q{:x}{:03}{:02}{}{}s{}",
        rq.protocol_version(),
        contexts.len().min(999),
        syntaxes.len().min(99),
        padding(rq),
        negotiation(rq),
        step(&contexts)
    );
    let longest = rq.max_pdu_length().map_or_else(|| "-".to_owned(), |length| length.to_string());
    let stack = Stack::of(rq, Some(&longest));
    let role = hash12(&join(&role, ";"));
    let missing = if contexts.is_empty() { vec!["presentation contexts".to_owned()] } else { Vec::new() };
    Fingerprint {
        scheme: "DQ1",
        text: format!("{readable}_{}_{role}", hash12(&stack.declared())),
        family: hash12(&stack.behaviour),
        raw: format!("{readable}_{}_{}_{}", stack.declared(), runs(rq), offered(&contexts)),
        clear: declared(rq),
        missing,
        count: 1,
    }
}

/// The contexts as they were offered, in their order: the different lists of transfer syntaxes, then for each context its id, its
/// abstract syntax and the number of its list. The root of DICOM's own UIDs is written `~`.
fn offered(contexts: &[PresentationContext<'_>]) -> String {
    let mut lists: Vec<String> = Vec::new();
    let mut shown: Vec<String> = Vec::new();
    for context in contexts {
        let list = context.transfer_syntaxes().map(short).collect::<Vec<_>>().join(",");
        let number = lists.iter().position(|known| *known == list).unwrap_or_else(|| {
            lists.push(list);
            lists.len().saturating_sub(1)
        });
        shown.push(format!("{}:{}:{number}", context.id, context.abstract_syntax().map(short).unwrap_or_default()));
    }
    format!("{}_{}", lists.join("/"), shown.join(";"))
}

/// A UID with DICOM's own root written `~`.
fn short(uid: &[u8]) -> String {
    let uid = text(uid);
    match uid.strip_prefix("1.2.840.10008.") {
        Some(rest) => format!("~{rest}"),
        None => uid,
    }
}

/// All sub-items of the user information in their order, with the length of each run.
fn runs(pdu: &Associate<'_>) -> String {
    let mut runs: Vec<(u8, u32)> = Vec::new();
    for item in pdu.user_items().flatten() {
        match runs.last_mut() {
            Some((item_type, count)) if *item_type == item.item_type().0 => *count = count.saturating_add(1),
            _ => runs.push((item.item_type().0, 1)),
        }
    }
    let shown = |(item_type, count): &(u8, u32)| match count {
        1 => format!("{item_type:02x}"),
        _ => format!("{item_type:02x}*{count}"),
    };
    runs.iter().map(shown).collect::<Vec<_>>().join(",")
}

/// What a peer declares of its implementation: evidence by itself, so it stands in clear too.
fn declared(pdu: &Associate<'_>) -> Vec<(String, String)> {
    let uid = pdu.implementation_class_uid().map(|uid| ("implementation-class-uid".to_owned(), text(uid)));
    let name = pdu.implementation_version_name().map(|name| ("implementation-version-name".to_owned(), text(name)));
    uid.into_iter().chain(name).collect()
}

/// What an acceptor was offered, kept of a request until the answer comes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Offer {
    syntaxes: BTreeMap<u8, Vec<String>>,
    longest: Option<u32>,
}

impl Offer {
    /// Keeps the offered transfer syntaxes of each context in their order, and the maximum length.
    #[must_use]
    pub fn of(rq: &Associate<'_>) -> Self {
        let offered =
            |context: PresentationContext<'_>| (context.id, context.transfer_syntaxes().map(text).collect::<Vec<_>>());
        Self { syntaxes: rq.presentation_contexts().flatten().map(offered).collect(), longest: rq.max_pdu_length() }
    }

    /// The transfer syntax that was offered first for a context.
    pub(super) fn first(&self, context: u8) -> Option<&str> {
        self.syntaxes.get(&context)?.first().map(String::as_str)
    }
}

/// The fingerprint of an acceptor, from its A-ASSOCIATE-AC and what it was offered.
///
/// ```text
/// a1 4 0 0 f - p 0 m16384 _ 0123456789ab       DA1
/// │  │ │ │ │ │ │ │ maximum length; m= if it is the requestor's, since some acceptors echo that
/// │  │ │ │ │ │ │ negotiation, as in DQ1
/// │  │ │ │ │ │ padding of the AE titles
/// │  │ │ │ │ rejected contexts: e with a transfer syntax, o without, b both ways, - none rejected
/// │  │ │ │ choice of the transfer syntax: f the first offered, e explicit little endian, i implicit little endian,
/// │  │ │ │   c compressed or other, x no rule fits, - none accepted or the offer was not seen
/// │  │ │ results other than acceptance, as a set of digits; 0 for none
/// │  │ rejected contexts, as the number of their binary digits
/// │  accepted contexts, as the number of their binary digits
/// protocol version, hexadecimal
/// ```
#[must_use]
pub fn acceptor(ac: &Associate<'_>, offer: Option<&Offer>) -> Fingerprint {
    let contexts: Vec<PresentationContext<'_>> = ac.presentation_contexts().flatten().collect();
    let (accepted, rejected): (Vec<&PresentationContext<'_>>, Vec<&PresentationContext<'_>>) =
        contexts.iter().partition(|context| context.is_accepted());
    let results: BTreeSet<u8> =
        rejected.iter().filter_map(|context| context.result()).map(|ContextResult(n)| n).collect();
    let results = if results.is_empty() { "0".to_owned() } else { results.iter().map(ToString::to_string).collect() };
    let echoed = rejected.iter().filter(|context| context.transfer_syntax().is_some_and(|uid| !uid.is_empty())).count();
    let echo = match (rejected.len(), echoed) {
        (0, _) => '-',
        (_, 0) => 'o',
        (all, some) if all == some => 'e',
        _ => 'b',
    };
    let readable = format!(
        "a{:x}{}{}{results}{}{echo}{}{}",
        ac.protocol_version(),
        digits(accepted.len()),
        digits(rejected.len()),
        choice(&accepted, offer),
        padding(ac),
        negotiation(ac)
    );
    let longest = match (ac.max_pdu_length(), offer) {
        (own, Some(offer)) if own == offer.longest => "=".to_owned(),
        (Some(own), _) => own.to_string(),
        (None, _) => "-".to_owned(),
    };
    let stack = Stack::of(ac, None);
    let missing = if offer.is_none() { vec!["A-ASSOCIATE-RQ".to_owned()] } else { Vec::new() };
    let answer = |context: &PresentationContext<'_>| {
        let result = context.result().map_or_else(String::new, |ContextResult(n)| n.to_string());
        format!("{}:{result}:{}", context.id, context.transfer_syntax().map(short).unwrap_or_default())
    };
    let answers = contexts.iter().map(answer).collect::<Vec<_>>().join(";");
    Fingerprint {
        scheme: "DA1",
        text: format!("{readable}m{longest}_{}", hash12(&stack.declared())),
        family: hash12(&stack.behaviour),
        raw: format!("{readable}m{longest}_{}_{}_{answers}", stack.declared(), runs(ac)),
        clear: declared(ac),
        missing,
        count: 1,
    }
}

/// What is hashed of a stack.
struct Stack {
    /// Without what it declares of itself.
    behaviour: String,
    /// The implementation class UID and version name.
    names: String,
}

impl Stack {
    fn of(pdu: &Associate<'_>, longest: Option<&str>) -> Self {
        let told = pdu.user_items().flatten().map(|item| item.item_type().0);
        let sub_items = collapsed(told.filter(|item_type| STACK_SUB_ITEMS.contains(item_type)));
        let items = collapsed(pdu.items().flatten().map(|item| item.item_type.0));
        let behaviour = match longest {
            Some(longest) => format!("{sub_items}|{longest}|{items}"),
            None => format!("{sub_items}|{items}"),
        };
        let names = format!(
            "{}|{}",
            pdu.implementation_class_uid().map(text).unwrap_or_default(),
            pdu.implementation_version_name().map(text).unwrap_or_default()
        );
        Self { behaviour, names }
    }

    fn declared(&self) -> String {
        format!("{}|{}", self.behaviour, self.names)
    }
}

/// Types in their order, runs of one type written once: how often an item repeats tells a configuration.
fn collapsed(types: impl Iterator<Item = u8>) -> String {
    let mut types: Vec<String> = types.map(|number| format!("{number:02x}")).collect();
    types.dedup();
    types.join(",")
}

/// How the AE titles are filled up.
fn padding(pdu: &Associate<'_>) -> char {
    let ends = |byte: u8| [pdu.called_ae_raw(), pdu.calling_ae_raw()].iter().any(|title| title.last() == Some(&byte));
    match (ends(b' '), ends(0)) {
        (true, false) => 'p',
        (false, true) => 'z',
        (true, true) => 'm',
        (false, false) => 'n',
    }
}

/// What is negotiated beside lengths and names.
fn negotiation(pdu: &Associate<'_>) -> String {
    let letters: BTreeSet<String> = pdu
        .user_items()
        .flatten()
        .filter_map(|item| match item {
            UserItem::UserIdentity(identity) => Some(format!("u{}", identity.identity_type)),
            other => match other.item_type() {
                ItemType::ASYNCHRONOUS_OPERATIONS_WINDOW => Some("a".to_owned()),
                ItemType::ROLE_SELECTION => Some("r".to_owned()),
                ItemType::EXTENDED_NEGOTIATION => Some("x".to_owned()),
                ItemType::COMMON_EXTENDED_NEGOTIATION => Some("c".to_owned()),
                _ => None,
            },
        })
        .collect();
    if letters.is_empty() { "0".to_owned() } else { letters.into_iter().collect() }
}

/// The step from one context id to the next: `0` for one context, `x` when it varies.
fn step(contexts: &[PresentationContext<'_>]) -> String {
    let steps: BTreeSet<i16> = contexts
        .windows(2)
        .filter_map(|pair| match pair {
            [a, b] => Some(i16::from(b.id).saturating_sub(i16::from(a.id))),
            _ => None,
        })
        .collect();
    match (steps.len(), steps.first()) {
        (0, _) => "0".to_owned(),
        (1, Some(step)) if *step > 0 => step.to_string(),
        _ => "x".to_owned(),
    }
}

/// The rule by which transfer syntaxes were chosen, if one fits all accepted contexts that had a choice (or, without any such,
/// all accepted contexts).
fn choice(accepted: &[&PresentationContext<'_>], offer: Option<&Offer>) -> char {
    let Some(offer) = offer else { return '-' };
    let chosen: Vec<(&Vec<String>, String)> = accepted
        .iter()
        .filter_map(|context| Some((offer.syntaxes.get(&context.id)?, context.transfer_syntax().map(text)?)))
        .collect();
    let with_choice: Vec<_> = chosen.iter().filter(|(offered, _)| offered.len() > 1).collect();
    let judged: Vec<_> = if with_choice.is_empty() { chosen.iter().collect() } else { with_choice };
    if judged.is_empty() {
        return '-';
    }
    let all = |rule: &dyn Fn(&Vec<String>, &str) -> bool| judged.iter().all(|(offered, uid)| rule(offered, uid));
    if all(&|offered, uid| offered.first().is_some_and(|first| first == uid)) {
        'f'
    } else if all(&|_, uid| uid == "1.2.840.10008.1.2.1") {
        'e'
    } else if all(&|_, uid| uid == "1.2.840.10008.1.2") {
        'i'
    } else if all(&|_, uid| TransferSyntax::from_uid(uid.as_bytes()).is_none_or(|syntax| syntax.is_encapsulated())) {
        'c'
    } else {
        'x'
    }
}

/// A count as the number of its binary digits: 0, 1, 2 for 2-3, 3 for 4-7, ... 8 for 128.
const fn digits(count: usize) -> u32 {
    usize::BITS.saturating_sub(count.leading_zeros())
}

/// A UID or name without its padding; control characters, which could forge a separator, become `?`.
fn text(bytes: &[u8]) -> String {
    let bytes = bytes.trim_ascii();
    let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let shown = |byte: &u8| if byte.is_ascii_graphic() || *byte == b' ' { char::from(*byte) } else { '?' };
    bytes.iter().take(end).map(shown).collect()
}

fn join(set: &BTreeSet<String>, separator: &str) -> String {
    set.iter().map(String::as_str).collect::<Vec<_>>().join(separator)
}

#[cfg(test)]
mod tests {
    use super::*;
    use iomt_dicom::emit;
    use iomt_dicom::pdu::Pdu;

    const VERIFICATION: &[u8] = b"1.2.840.10008.1.1";
    const IMPLICIT: &[u8] = b"1.2.840.10008.1.2";
    const EXPLICIT: &[u8] = b"1.2.840.10008.1.2.1";

    fn dcmtk(calling: &[u8]) -> emit::Associate {
        emit::Associate::request(b"ANY-SCP", calling)
            .context(1, VERIFICATION, &[IMPLICIT])
            .max_pdu_length(16_384)
            .implementation_class_uid(b"1.2.276.0.7230010.3.0.3.6.7")
            .implementation_version_name(b"OFFIS_DCMTK_367")
    }

    fn asked(rq: &emit::Associate) -> Fingerprint {
        let bytes = rq.build();
        let Ok((Pdu::AssociateRq(rq), _)) = Pdu::parse(&bytes) else { panic!("a request") };
        requestor(&rq)
    }

    fn answered(rq: &emit::Associate, ac: &emit::Associate) -> Fingerprint {
        let (rq, ac) = (rq.build(), ac.build());
        let (Ok((Pdu::AssociateRq(rq), _)), Ok((Pdu::AssociateAc(ac), _))) = (Pdu::parse(&rq), Pdu::parse(&ac)) else {
            panic!("a request and an answer")
        };
        acceptor(&ac, Some(&Offer::of(&rq)))
    }

    #[test]
    fn golden_requestor() {
        let print = asked(&dcmtk(b"ECHOSCU"));
        let stack = hash12("51,52,55|16384|10,20,50|1.2.276.0.7230010.3.0.3.6.7|OFFIS_DCMTK_367");
        let role = hash12("1.2.840.10008.1.1:1.2.840.10008.1.2");
        assert_eq!(print.text, format!("q100101p0s0_{stack}_{role}"));
        assert_eq!(print.text, "q100101p0s0_589dda53c9cc_557ded4132eb");
        assert_eq!(print.family, hash12("51,52,55|16384|10,20,50"));
        assert!(print.missing.is_empty());
        let declared = "51,52,55|16384|10,20,50|1.2.276.0.7230010.3.0.3.6.7|OFFIS_DCMTK_367";
        assert_eq!(print.raw, format!("q100101p0s0_{declared}_51,52,55_~1.2_1:~1.1:0"));
        assert_eq!(print.clear.first().map(|(_, uid)| uid.as_str()), Some("1.2.276.0.7230010.3.0.3.6.7"));
    }

    #[test]
    fn the_role_is_free_of_order_and_the_raw_form_keeps_it() {
        let ct: &[u8] = b"1.2.840.10008.5.1.4.1.1.2";
        let rq = |first: &[&[u8]], ids: [u8; 2]| {
            let rq = emit::Associate::request(b"P", b"C");
            asked(&rq.context(ids[0], VERIFICATION, first).context(ids[1], ct, &[EXPLICIT]))
        };
        let (one, other) = (rq(&[IMPLICIT, EXPLICIT], [1, 3]), rq(&[EXPLICIT, IMPLICIT], [1, 3]));
        assert_eq!(one.text, other.text);
        assert_ne!(one.raw, other.raw);
        assert!(one.raw.ends_with("_~1.2,~1.2.1/~1.2.1_1:~1.1:0;3:~5.1.4.1.1.2:1"), "{}", one.raw);
    }

    #[test]
    fn the_step_of_one_context_s_id_is_never_told() {
        let first = asked(&emit::Associate::request(b"P", b"C").context(1, VERIFICATION, &[IMPLICIT]));
        let later = asked(&emit::Associate::request(b"P", b"C").context(77, VERIFICATION, &[IMPLICIT]));
        assert_eq!(first.text, later.text);
    }

    #[test]
    fn who_the_user_is_changes_nothing() {
        let user = |name: &[u8], passcode: &[u8]| asked(&dcmtk(b"A").user_identity(2, 0, name, passcode)).text;
        assert_eq!(user(b"alice", b"one"), user(b"bob", b"another"));
        assert!(user(b"alice", b"one").starts_with("q100101pu2s0"));
    }

    #[test]
    fn titles_and_the_number_of_repeated_items_change_nothing_of_the_stack() {
        assert_eq!(asked(&dcmtk(b"ECHOSCU")), asked(&dcmtk(b"CT01")));
        let one = asked(&dcmtk(b"A").role_selection(VERIFICATION, 1, 0));
        let two = asked(&dcmtk(b"A").role_selection(VERIFICATION, 1, 0).role_selection(b"1.2.3", 1, 1));
        assert_eq!((&one.text, &one.family), (&two.text, &two.family));
        assert_eq!(one.family, asked(&dcmtk(b"A")).family);
        assert_ne!(one.text, asked(&dcmtk(b"A")).text, "that roles are negotiated is told");
    }

    #[test]
    fn a_stack_under_another_name_keeps_its_family() {
        let renamed = emit::Associate::request(b"ANY-SCP", b"X")
            .context(1, VERIFICATION, &[IMPLICIT])
            .max_pdu_length(16_384)
            .implementation_class_uid(b"1.2.3.4")
            .implementation_version_name(b"OTHER");
        let (original, renamed) = (asked(&dcmtk(b"X")), asked(&renamed));
        assert_eq!(original.family, renamed.family);
        assert_ne!(original.text, renamed.text);
    }

    #[test]
    fn the_choice_rule_of_an_acceptor_is_told() {
        let rq = emit::Associate::request(b"P", b"C").context(1, VERIFICATION, &[IMPLICIT, EXPLICIT]).context(
            3,
            b"1.2.840.10008.5.1.4.1.1.2",
            &[IMPLICIT, EXPLICIT],
        );
        let answer = |first: Option<&[u8]>, second: Option<&[u8]>| {
            let result = |syntax: Option<&[u8]>| if syntax.is_some() { 0 } else { 3 };
            emit::Associate::accept(b"P", b"C").result(1, result(first), first).result(3, result(second), second)
        };
        let readable = |ac: &emit::Associate| answered(&rq, ac).text.split('_').next().unwrap_or_default().to_owned();
        assert_eq!(readable(&answer(Some(IMPLICIT), Some(IMPLICIT))), "a1200f-p0m=");
        assert_eq!(readable(&answer(Some(EXPLICIT), Some(EXPLICIT))), "a1200e-p0m=");
        assert_eq!(readable(&answer(Some(IMPLICIT), Some(EXPLICIT))), "a1200x-p0m=");
        assert_eq!(readable(&answer(Some(IMPLICIT), None)), "a1113fop0m=");
        assert_eq!(readable(&answer(None, None)), "a1023-op0m=");
        assert_eq!(readable(&answer(None, None).max_pdu_length(4096)), "a1023-op0m4096");
    }

    #[test]
    fn without_the_request_the_acceptors_print_says_what_is_missing() {
        let bytes = emit::Associate::accept(b"P", b"C").result(1, 0, Some(IMPLICIT)).build();
        let Ok((Pdu::AssociateAc(ac), _)) = Pdu::parse(&bytes) else { panic!("an answer") };
        assert_eq!(acceptor(&ac, None).missing, ["A-ASSOCIATE-RQ"]);
    }
}
