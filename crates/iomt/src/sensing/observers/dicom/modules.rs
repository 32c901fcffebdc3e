//! Equipment modules: which element says what of a device.
//!
//! PS3.3 C.7.5.1 and C.7.5.2, with the station, detector, calibration and printer facts that stand elsewhere at the top level of an
//! object. The same elements stand in the items of every sequence that describes another device.
//!
//! Left raw, for `iomt dissect` to show: the address of the institution and the type of the department, which place nothing that the
//! institution's and the department's names do not; the protocol's name, which is about use; the descriptions of device and detector,
//! which are free text; the study's UID, whose root is the scheduling system's.

use iomt_dicom::Tag;
use iomt_dicom::element::Element;

use crate::evidence::{Attribute, Place, Source, Value};
use crate::sensing::card::Card;
use crate::sensing::text::{clean, uid_root};

/// Puts one element of an equipment module on the card of the device that it describes.
pub(super) fn equipment(card: &mut Card, element: &Element<'_>, protocol: &'static str, place: &Place) {
    let mut add = |attribute, value, field, kind| {
        card.add(attribute, value, Source { protocol, field, kind }, place.clone());
    };
    let text = || clean(element.value);
    let named = |kind| Value::pair(kind, &text());
    match element.tag {
        Tag::MANUFACTURER => add(Attribute::Manufacturer, Value::text(&text()), "Manufacturer", "declared"),
        Tag::MANUFACTURER_MODEL_NAME => {
            add(Attribute::Model, Value::text(&text()), "Manufacturer's Model Name", "declared");
        }
        Tag::DEVICE_SERIAL_NUMBER => add(Attribute::Serial, Value::text(&text()), "Device Serial Number", "declared"),
        Tag::SOFTWARE_VERSIONS => versions(element, "Software Versions", &mut add),
        Tag::STATION_NAME => add(Attribute::Name, named("station-name"), "Station Name", "declared-name"),
        Tag::STATION_AE_TITLE => add(Attribute::Name, named("ae-title"), "Station AE Title", "declared-name"),
        Tag::DEVICE_ID => add(Attribute::Name, named("device-id"), "Device ID", "declared-name"),
        Tag::DEVICE_UID => add(Attribute::Name, named("device-uid"), "Device UID", "declared-name"),
        Tag::GANTRY_ID => add(Attribute::Name, named("gantry-id"), "Gantry ID", "declared-name"),
        Tag::TREATMENT_MACHINE_NAME => {
            add(Attribute::Name, named("treatment-machine"), "Treatment Machine Name", "declared-name");
        }
        Tag::RADIATION_MACHINE_NAME => {
            add(Attribute::Name, named("treatment-machine"), "Radiation Machine Name", "declared-name");
        }
        Tag::PRINTER_NAME => add(Attribute::Name, named("printer"), "Printer Name", "declared-name"),
        Tag::PRINTER_STATUS => add(Attribute::State, Value::text(&text()), "Printer Status", "declared"),
        Tag::INSTITUTION_NAME => add(Attribute::Location, named("institution"), "Institution Name", "declared"),
        Tag::INSTITUTIONAL_DEPARTMENT_NAME => {
            add(Attribute::Location, named("department"), "Institutional Department Name", "declared");
        }
        Tag::MANUFACTURER_DEVICE_CLASS_UID => {
            add(Attribute::Part, named("device class UID"), "Manufacturer's Device Class UID", "declared");
        }
        _ => {
            parts(element, &mut add);
            maintenance(element, &mut add);
        }
    }
}

/// What only the top level of an object says of who made it.
pub(super) fn object(card: &mut Card, element: &Element<'_>, protocol: &'static str, place: &Place) {
    let mut add = |attribute, value, field, kind| {
        card.add(attribute, value, Source { protocol, field, kind }, place.clone());
    };
    let mut root = |field| {
        if let Some(root) = uid_root(element.value) {
            add(Attribute::VendorSign, Value::pair("uid-root", root), field, "uid-root");
        }
    };
    match element.tag {
        Tag::SOP_INSTANCE_UID => root("SOP Instance UID"),
        Tag::SERIES_INSTANCE_UID => root("Series Instance UID"),
        Tag::INSTANCE_CREATOR_UID => root("Instance Creator UID"),
        Tag::MODALITY => {
            add(Attribute::Class, Value::pair("DICOM Modality", &clean(element.value)), "Modality", "modality");
        }
        Tag::SOP_CLASS_UID => {
            add(Attribute::Class, Value::pair("SOP Class", &clean(element.value)), "SOP Class UID", "sop-class");
        }
        tag if tag.is_private_creator() => {
            let creator = Value::pair("private-creator", &clean(element.value));
            add(Attribute::VendorSign, creator, "Private Creator", "private-creator");
        }
        _ => {}
    }
}

/// Takes the facts of one element: attribute, value, field and kind of source.
type Add<'a> = dyn FnMut(Attribute, Value, &'static str, &'static str) + 'a;

/// Every value is a version: of drivers and operating system beside the application.
pub(super) fn versions(element: &Element<'_>, field: &'static str, add: &mut Add<'_>) {
    let mut values: Vec<String> = element.values().map(clean).filter(|value| !value.is_empty()).collect();
    values.dedup();
    if let [only] = values.as_slice() {
        add(Attribute::Software, Value::pair("software", only), field, "declared");
    } else {
        for (number, value) in (1_u32..).zip(values) {
            let component = format!("software {number}");
            add(Attribute::Software, Value::pair(&component, &value), field, "declared");
        }
    }
}

/// Parts that can be changed: detector, generator, plate, cassette, transducer.
pub(super) fn parts(element: &Element<'_>, add: &mut Add<'_>) {
    let (part, field) = match element.tag {
        Tag::DETECTOR_ID => ("detector", "Detector ID"),
        Tag::DETECTOR_MANUFACTURER_NAME => ("detector manufacturer", "Detector Manufacturer Name"),
        Tag::DETECTOR_MANUFACTURER_MODEL_NAME => ("detector model", "Detector Manufacturer's Model Name"),
        Tag::GENERATOR_ID => ("generator", "Generator ID"),
        Tag::PLATE_ID => ("plate", "Plate ID"),
        Tag::CASSETTE_ID => ("cassette", "Cassette ID"),
        Tag::TRANSDUCER_DATA => ("transducer", "Transducer Data"),
        _ => return,
    };
    // The values after the first are of other connectors, or say how the first is used; an ATL scanner writes UNUSED for an empty one.
    for (number, value) in (1_u32..).zip(element.values().map(clean)).filter(|(_, value)| value != "UNUSED") {
        match number {
            1 => add(Attribute::Part, Value::pair(part, &value), field, "declared"),
            _ => add(Attribute::Part, Value::pair(&format!("{part} {number}"), &value), field, "declared"),
        }
    }
}

/// When it was last calibrated.
pub(super) fn maintenance(element: &Element<'_>, add: &mut Add<'_>) {
    let (what, field) = match element.tag {
        Tag::DATE_OF_LAST_CALIBRATION => ("calibration", "Date of Last Calibration"),
        Tag::DATE_TIME_OF_LAST_CALIBRATION => ("calibration", "DateTime of Last Calibration"),
        Tag::CALIBRATION_DATE_TIME => ("calibration", "Calibration DateTime"),
        Tag::DATE_OF_LAST_DETECTOR_CALIBRATION => ("detector calibration", "Date of Last Detector Calibration"),
        _ => return,
    };
    for day in element.values().filter_map(day) {
        add(Attribute::Maintenance, Value::pair(what, &day), field, "declared");
    }
}

/// The day of a date or a date and time; nothing where it is none.
fn day(value: &[u8]) -> Option<String> {
    let text = core::str::from_utf8(value.get(..8)?).ok().filter(|text| text.bytes().all(|b| b.is_ascii_digit()))?;
    let (year, month, day) = (text.get(..4)?, text.get(4..6)?, text.get(6..)?);
    let within = |text: &str, most: u8| text.parse::<u8>().is_ok_and(|number| (1..=most).contains(&number));
    (within(month, 12) && within(day, 31)).then(|| format!("{year}-{month}-{day}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_shown_as_one_and_anything_else_is_none() {
        assert_eq!(day(b"20260131").as_deref(), Some("2026-01-31"));
        assert_eq!(day(b"20260131120000.000+0100").as_deref(), Some("2026-01-31"));
        for wrong in [&b"2026"[..], b"20261331", b"20260100", b"CANARY^X", b""] {
            assert_eq!(day(wrong), None, "{}", wrong.escape_ascii());
        }
    }
}
