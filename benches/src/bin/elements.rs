//! Every element of DICOM files as a line of JSON, for comparing with other readers: `elements FILE...`. See `benches/peers/`.
//!
//! `file` starts a file; `at` is the place within sequences (tag, item, tag, item ...), `length` -1 is undefined, `value` the
//! bytes in hexadecimal or, above 64 of them, their SHA-256; `decoded` what the representation makes of them.

use core::fmt::Write as _;
use std::io::Write as _;

use iomt_dicom::element::{DataSet, Element, Elements, Items};
use iomt_dicom::file::Part10;
use iomt_dicom::text::CharacterSet;
use iomt_dicom::value::{Date, Time, Value};
use iomt_dicom::{Limits, Tag, Vr};
use serde_json::json;
use sha2::{Digest as _, Sha256};

/// What is open: the elements of an item with their character set, or the items of a sequence.
enum Open<'a> {
    Elements(Elements<'a>, CharacterSet),
    Items(Items<'a>, CharacterSet, usize),
}

fn main() -> std::io::Result<()> {
    let mut out = std::io::BufWriter::new(std::io::stdout().lock());
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path)?;
        writeln!(out, "{}", json!({ "file": path }))?;
        match Part10::parse(&bytes) {
            Ok(file) => {
                let mut buffer = Vec::new();
                dump(&file.meta(), &mut out)?;
                match file.body().inflate(&Limits::DEFAULT, &mut buffer) {
                    Ok(set) => dump(&set, &mut out)?,
                    Err(error) => writeln!(out, "{}", json!({ "error": error.to_string() }))?,
                }
            }
            Err(error) => writeln!(out, "{}", json!({ "error": error.to_string() }))?,
        }
    }
    out.flush()
}

fn dump(set: &DataSet<'_>, out: &mut impl std::io::Write) -> std::io::Result<()> {
    let mut open = vec![Open::Elements(set.elements(), CharacterSet::ASCII)];
    let mut at: Vec<serde_json::Value> = Vec::new();
    while let Some(top) = open.last_mut() {
        match top {
            Open::Elements(elements, set) => match elements.next() {
                Some(Ok(element)) => {
                    if element.tag == Tag::SPECIFIC_CHARACTER_SET {
                        *set = CharacterSet::parse(element.value);
                    }
                    let set = *set;
                    writeln!(out, "{}", line(&at, &element, &set))?;
                    if element.is_sequence() {
                        at.push(hex(element.tag).into());
                        open.push(Open::Items(element.items(), set, 0));
                    }
                }
                Some(Err(error)) => writeln!(out, "{}", json!({ "at": at, "error": error.to_string() }))?,
                None => {
                    open.pop();
                    at.pop();
                }
            },
            Open::Items(items, set, number) => match items.next() {
                Some(Ok(item)) => {
                    at.push((*number).into());
                    *number = number.saturating_add(1);
                    let elements = Open::Elements(item.elements(), *set);
                    open.push(elements);
                }
                Some(Err(error)) => writeln!(out, "{}", json!({ "at": at, "error": error.to_string() }))?,
                None => {
                    open.pop();
                    at.pop();
                }
            },
        }
    }
    Ok(())
}

fn line(at: &[serde_json::Value], element: &Element<'_>, set: &CharacterSet) -> serde_json::Value {
    let length = if element.is_undefined_length() { -1 } else { i64::from(element.length) };
    let mut line = json!({ "at": at, "tag": hex(element.tag), "vr": element.vr.to_string(), "length": length });
    if !element.is_sequence()
        && let Some(line) = line.as_object_mut()
    {
        line.insert("value".into(), digest(element.value).into());
        if !matches!(element.vr, Vr::OB | Vr::OW | Vr::UN | Vr::OD | Vr::OF | Vr::OL | Vr::OV) {
            let values = element.decoded(set).map(|value| show(value, element.vr, set));
            line.insert("decoded".into(), values.collect());
        }
    }
    line
}

fn show(value: Value<'_>, vr: Vr, set: &CharacterSet) -> serde_json::Value {
    let text = |bytes| set.decode(bytes, vr).into_owned();
    match value {
        Value::Unsigned(number) => number.into(),
        Value::Signed(number) | Value::Integer(number) => number.into(),
        Value::Single(number) => f64::from(number).into(),
        Value::Double(number) => number.into(),
        Value::Decimal { number, .. } => number.into(),
        Value::Tag(tag) => hex(tag).into(),
        Value::Name(name) => text(name.text()).into(),
        Value::Uid(uid) | Value::Text(uid) | Value::Bytes(uid) => text(uid).into(),
        Value::Date(date) => day(date).into(),
        Value::Time(time) => clock(time).into(),
        Value::DateTime(moment) => {
            let mut out = format!("{:04}", moment.year);
            for part in [moment.month, moment.day].into_iter().flatten() {
                let _ = write!(out, "{part:02}");
            }
            out += &moment.time.map(clock).unwrap_or_default();
            if let Some(offset) = moment.offset {
                let sign = if offset < 0 { '-' } else { '+' };
                let minutes = offset.unsigned_abs();
                let _ = write!(out, "{sign}{:02}{:02}", minutes.div_euclid(60), minutes.rem_euclid(60));
            }
            out.into()
        }
        Value::Age(age) => format!("{:03}{}", age.count, char::from(age.unit)).into(),
        other => format!("{other:?}").into(),
    }
}

fn day(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year, date.month, date.day)
}

fn clock(time: Time) -> String {
    let mut out = format!("{:02}", time.hour);
    for part in [time.minute, time.second].into_iter().flatten() {
        let _ = write!(out, "{part:02}");
    }
    if let Some(fraction) = time.fraction {
        let micros = format!("{:06}", fraction.micros);
        let _ = write!(out, ".{}", micros.get(..fraction.digits.into()).unwrap_or_default());
    }
    out
}

fn hex(tag: Tag) -> String {
    format!("{:04x}{:04x}", tag.group, tag.element)
}

fn digest(value: &[u8]) -> String {
    let mut out = String::new();
    let hashed;
    let bytes = if value.len() > 64 {
        hashed = Sha256::digest(value);
        hashed.as_slice()
    } else {
        value
    };
    for byte in bytes {
        let _ = write!(out, "{byte:02x}");
    }
    out
}
