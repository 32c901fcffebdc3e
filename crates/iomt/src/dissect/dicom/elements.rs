//! The elements of a data set: their names, whose the private ones are, the items they stand in, what their values do otherwise.

use iomt_dicom::element::{Element, Lint};
use iomt_dicom::{Tag, dictionary, ident};
use iomt_wire::Direction;

use super::super::moment::{Item, Moment, plus};
use super::super::value::show;
use crate::protocol::Protocol::Dicom;
use crate::sensing::text::clean;

/// Private creators that are remembered at the same time.
const CREATORS: usize = 64;

/// Where an element was found.
#[derive(Clone, Copy)]
pub(super) struct Found<'a> {
    pub(super) direction: Direction,
    /// Where its tag stands.
    pub(super) offset: u64,
    /// Sequences around it, outermost first.
    pub(super) enclosing: &'a [Tag],
    /// The number of the item around it; 0 at the top level.
    pub(super) item: u32,
    /// The whole value was seen.
    pub(super) complete: bool,
}

/// Who reserved a block of private elements, within one item.
#[derive(Debug)]
struct Creator {
    depth: usize,
    item: u32,
    tag: Tag,
    name: String,
}

/// What the elements of one data set need to know of those before them.
#[derive(Debug, Default)]
pub(super) struct Elements {
    lint: Lint,
    creators: Vec<Creator>,
    /// Items that are open, by their numbers, outermost first.
    open: Vec<u32>,
}

impl Elements {
    /// Shows the next element.
    pub(super) fn show(&mut self, found: Found<'_>, element: &Element<'_>, moment: &mut Moment<'_>) {
        let depth = found.enclosing.len();
        self.enter(depth, &found, moment);
        self.creators.retain(|creator| creator.depth < depth || (creator.depth, creator.item) == (depth, found.item));
        let creator = element.tag.private_creator().and_then(|tag| {
            let here = self.creators.iter().find(|creator| (creator.depth, creator.tag) == (depth, tag))?;
            Some(format!("{} {:02X}", here.name, element.tag.element & 0xff))
        });
        if element.tag.is_private_creator() && self.creators.len() < CREATORS {
            let (tag, item) = (element.tag, found.item);
            self.creators.push(Creator { depth, item, tag, name: clean(element.value) });
        }
        one(found, element, creator.as_deref(), "data element", moment);
        if found.complete {
            let head = found.offset.saturating_sub(plus(0, element.offset));
            self.lint.see(element, &mut |quirk| {
                moment.quirk(Dicom, found.direction, plus(head, quirk.offset), &quirk);
            });
        }
    }

    /// Tells where another item begins than the one of the element before.
    fn enter(&mut self, depth: usize, found: &Found<'_>, moment: &mut Moment<'_>) {
        self.open.truncate(depth);
        if depth == 0 || self.open.get(depth.saturating_sub(1)) == Some(&found.item) {
            return;
        }
        self.open.resize(depth, 0);
        if let Some(last) = self.open.last_mut() {
            *last = found.item;
        }
        let number = found.item.to_string();
        let item = Item { offset: found.offset, depth, kind: "item", value: Some(&number), ..Item::default() };
        moment.tell(Dicom, found.direction, &item);
    }
}

/// Shows one element; `creator` is who reserved a private one, and its number within the block.
pub(super) fn one(found: Found<'_>, element: &Element<'_>, creator: Option<&str>, kind: &str, moment: &mut Moment<'_>) {
    let tag = element.tag.to_string();
    let vr = element.vr.0.map(|byte| if byte.is_ascii_uppercase() { char::from(byte) } else { '?' });
    let vr: String = vr.iter().collect();
    let keyword = ident::keyword(element.tag).or_else(|| Some(dictionary::element(element.tag)?.keyword()));
    let family = element.tag.is_private_creator().then(|| match dictionary::creator(element.value) {
        Some(family) => format!("private creator of {}", family.maker),
        None => "private creator".to_owned(),
    });
    let name = match keyword.filter(|keyword| !keyword.is_empty()) {
        Some(keyword) => keyword,
        None => match (&family, creator) {
            (Some(family), _) => family,
            (None, Some(creator)) => creator,
            (None, None) if element.tag.is_private() => "private",
            (None, None) if element.tag.element == 0 => "group length",
            (None, None) => "",
        },
    };
    let mut value = show(found.enclosing, element, moment.options.reveal_phi);
    if !found.complete {
        value.push_str(" (cut)");
    }
    let is_sequence = element.is_sequence();
    let item = Item {
        offset: found.offset,
        depth: found.enclosing.len().saturating_add(1),
        kind: if is_sequence { "sequence" } else { kind },
        name,
        tag: &tag,
        vr: &vr,
        length: (!element.is_undefined_length()).then(|| element.length.into()),
        value: (!is_sequence && !element.value.is_empty()).then_some(&value),
    };
    moment.tell(Dicom, found.direction, &item);
}
