//! Parts of a device that are devices of their own kind: the modules of a monitor, the channels of a pump rack.

use super::components::components;
use super::describe::{class_of_device, named, plain};
use crate::evidence::{Attribute, said_of_module};
use crate::knowledge::Knowledge;
use crate::reasoning::inventory::Module;
use crate::reasoning::record::Record;

/// The modules of a device, by number.
pub(super) fn modules(record: &Record, knowledge: &Knowledge) -> Vec<Module> {
    let by_number = record.split(Attribute::Module, said_of_module);
    let module = |(number, record): (u64, Record)| {
        let only_said = |attribute| plain(&record, attribute, knowledge, |_| {});
        Module {
            number,
            class: class_of_device(&record, knowledge),
            codes: record.values(Attribute::Class).map(|(code, _)| code.bare().to_owned()).collect(),
            manufacturer: only_said(Attribute::Manufacturer),
            model: only_said(Attribute::Model),
            serial: only_said(Attribute::Serial),
            eui64: only_said(Attribute::Eui64),
            names: named(&record, Attribute::Name),
            software: components(&record, Attribute::Software, knowledge),
            hardware: components(&record, Attribute::Hardware, knowledge),
            parts: components(&record, Attribute::Part, knowledge),
        }
    };
    by_number.into_iter().map(module).collect()
}
