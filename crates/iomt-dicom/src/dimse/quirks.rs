//! What a command set does otherwise than PS3.7 section 6.3 says.

use super::CommandSet;
use crate::Tag;
use crate::element::UNDEFINED;
use iomt_wire::Quirk;

impl CommandSet<'_> {
    /// Tells where the command set deviates from the standard, each kind of deviation once, at its first place; allocates nothing.
    pub fn quirks(&self, sink: &mut dyn FnMut(Quirk)) {
        let mut told = 0_u8;
        let mut tell = |bit: u8, offset: usize, field: &'static str, name: &'static str| {
            if told & bit == 0 {
                told |= bit;
                sink(Quirk { offset, field, name });
            }
        };
        let mut last = None;
        let (mut field, mut length) = (false, false);
        for element in self.elements().filter_map(Result::ok) {
            let at = element.offset;
            if last.is_some_and(|last| last >= element.tag) {
                tell(1, at, "command element", "tags-not-ascending");
            }
            last = Some(element.tag);
            if element.length & 1 == 1 && element.length != UNDEFINED {
                tell(2, at, "command element length", "odd-length");
            }
            match element.tag {
                Tag::COMMAND_GROUP_LENGTH => {
                    length = true;
                    let behind = self.bytes().len().saturating_sub(at).saturating_sub(12);
                    if element.u32().and_then(|said| usize::try_from(said).ok()) != Some(behind) {
                        tell(4, at, "Command Group Length", "wrong-group-length");
                    }
                }
                Tag::COMMAND_FIELD => {
                    field = true;
                    if element.u16().is_none_or(|number| super::CommandField(number).name().is_none()) {
                        tell(8, at, "Command Field", "unknown-command");
                    }
                }
                Tag::AFFECTED_SOP_CLASS_UID | Tag::REQUESTED_SOP_CLASS_UID if element.value.last() == Some(&b' ') => {
                    tell(16, at, "UID", "space-padded-uid");
                }
                _ => {}
            }
        }
        let end = self.bytes().len();
        if self.command_field().is_some_and(super::CommandField::is_response) && self.status().is_none() {
            tell(32, end, "Status", "missing-status");
        }
        for (present, name) in [
            (length, "missing-group-length"),
            (field, "missing-command-field"),
            (self.data_set_type().is_some(), "missing-data-set-type"),
        ] {
            if !present {
                sink(Quirk { offset: end, field: "command set", name });
            }
        }
    }
}
