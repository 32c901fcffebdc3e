//! Which rows of an observation say something of the device, by their code.
//!
//! ```text
//!  OBX-3  67880^MDC_ATTR_ID_MODEL^MDC^local^text^99VENDOR
//!         |--------------------------|-------------------|
//!         either triplet may be the MDC one; the number may be 0 (private), the text may be all there is
//! ```
//! ISO/IEEE 11073-10101: code = partition * 65536 + term. Partition 1 holds devices and attributes, 8 the device
//! specialisations and production specifications.

use super::Attribute;
use crate::scan::{Trap, find_either};
use crate::view::{Component, Field, Syntax};

/// What a row says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Row {
    /// That the device, module or channel is there, and its type.
    Level,
    /// One attribute, in OBX-5.
    Attribute(Attribute),
    /// The model, perhaps with its maker in the same string.
    Model,
    /// The system id: EUI-64, UUID, or serial and model before an EUI-64.
    SystemId,
    /// What raised an alert, in OBX-5: often the device itself, by its type.
    AlertSource,
}

/// Whether a code alone, as an alert's source, is that of a whole device: a device type of no level or of the topmost.
pub(super) fn is_system(code: &[u8]) -> bool {
    let (number, length) = number(code);
    length == code.len() && number & 3 <= 1 && by_number(number) == Some(Row::Level)
}

/// What a code says, and how it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Code {
    pub(super) row: Row,
    /// How many digits come first, where they are known and their reference id is behind them; 0 where that is not so.
    digits: usize,
}

impl Code {
    /// Identifier and text that say it, of the code itself.
    pub(super) fn pair<'a>(self, field: Field<'a>) -> Option<(Component<'a>, Option<Component<'a>>)> {
        if self.digits == 0 || field.syntax().trap() != Trap::None {
            return pair_of_triplets(field);
        }
        let (id, text) = split(field, self.digits)?;
        Some((id, Some(text)))
    }
}

/// What a row with this code says of a device; nothing, if it is a measurement.
#[inline(always)]
pub(super) fn classify(bytes: &[u8], syntax: Syntax, offset: usize) -> Option<Code> {
    let (number, digits) = number(bytes);
    // Nearly all rows: a number with its reference id behind it.
    if let Some([separator, b'M', b'D', b'C', b'_', rest @ ..]) = bytes.get(digits..)
        && Some(*separator) == syntax.component()
        && number != 0
    {
        let row = by_number(number);
        if row.is_some() || !may_be_device(rest) {
            return row.map(|row| Code { row, digits });
        }
    }
    by_triplets(bytes, syntax, offset)
}

/// Whether a code that begins here is a measurement, as most are: six digits that are neither a device's nor an attribute's, and behind
/// them a reference id that begins like neither. What stands behind the code may be given along.
#[inline(always)]
pub(super) fn is_quantity(bytes: &[u8], syntax: Syntax) -> bool {
    let Some(&[a, b, c, d, e, f, separator, b'M', b'D', b'C', b'_', letter]) = bytes.first_chunk() else {
        return false;
    };
    // Digits in the order of their weight compare as the number does.
    let text = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
    let digits = text ^ text_of(*b"000000");
    let all_digits = (digits.wrapping_add(0x7676_7676_7676) | digits) & 0x8080_8080_8080 == 0;
    all_digits
        && (text_of(*b"128000")..text_of(*b"528384")).contains(&text)
        && text != text_of(*b"184520")
        && Some(separator) == syntax.component()
        && !may_begin_device(letter)
}

const fn text_of([a, b, c, d, e, f]: [u8; 6]) -> u64 {
    u64::from_be_bytes([0, 0, a, b, c, d, e, f])
}

/// Whether a reference id, without `MDC_`, that begins with this letter may be one that [`by_text`] knows.
#[inline(always)]
const fn may_begin_device(letter: u8) -> bool {
    matches!(letter, b'A' | b'D' | b'I' | b'N' | b'P')
}

/// The meaning of either triplet.
#[inline(never)]
fn by_triplets(bytes: &[u8], syntax: Syntax, offset: usize) -> Option<Code> {
    let row = triplets(Field::new(bytes, offset, syntax)).find_map(|triplet| triplet.row())?;
    Some(Code { row, digits: 0 })
}

/// The two triplets of a code.
fn triplets<'a>(field: Field<'a>) -> impl Iterator<Item = Triplet<'a>> {
    let mut components = field.components();
    core::iter::from_fn(move || {
        Some(Triplet { id: components.next()?, text: components.next(), system: components.next() })
    })
    .take(2)
}

/// Identifier and text of the triplet that says something of a device.
fn pair_of_triplets<'a>(field: Field<'a>) -> Option<(Component<'a>, Option<Component<'a>>)> {
    triplets(field).find(|triplet| triplet.row().is_some()).map(|triplet| (triplet.id, triplet.text))
}

/// A number and the reference id behind it, where these come first.
fn plain<'a>(field: Field<'a>) -> Option<(u32, Component<'a>)> {
    let (number, length) = number(field.bytes());
    let [separator, b'M', b'D', b'C', ..] = field.bytes().get(length..)? else { return None };
    if Some(*separator) != field.syntax().component() || field.syntax().trap() != Trap::None {
        return None;
    }
    split(field, length).map(|(_, text)| (number, text))
}

/// The first component, which has `digits` bytes, and the second.
fn split<'a>(field: Field<'a>, digits: usize) -> Option<(Component<'a>, Component<'a>)> {
    let syntax = field.syntax();
    let component = syntax.component()?;
    let (id, rest) = field.bytes().split_at_checked(digits)?;
    let (_, rest) = rest.split_first()?;
    let end = find_either([component, syntax.repetition().unwrap_or(component)], rest).unwrap_or(rest.len());
    let offset = field.offset().wrapping_add(digits).wrapping_add(1);
    Some((Component::new(id, field.offset(), syntax), Component::new(rest.get(..end)?, offset, syntax)))
}

/// Number and reference identifier of the triplet that is from MDC; the number is 0 where there is only the identifier.
pub(crate) fn mdc<'a>(field: Field<'a>) -> Option<(u32, &'a [u8])> {
    plain(field).map(|(number, text)| (number, text.bytes())).or_else(|| mdc_of_triplets(field))
}

fn mdc_of_triplets<'a>(field: Field<'a>) -> Option<(u32, &'a [u8])> {
    triplets(field).find_map(|triplet| triplet.mdc())
}

/// A code, its text and the system it is from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Triplet<'a> {
    pub(super) id: Component<'a>,
    pub(super) text: Option<Component<'a>>,
    system: Option<Component<'a>>,
}

impl<'a> Triplet<'a> {
    fn mdc(&self) -> Option<(u32, &'a [u8])> {
        let id = self.id.bytes();
        let text = self.text.map_or(&[][..], |text| text.bytes());
        let system = self.system.map_or(&[][..], |system| system.bytes());
        if !(system.starts_with(b"MDC") || text.starts_with(b"MDC")) {
            return id.starts_with(b"MDC").then_some((0, id));
        }
        let (number, length) = number(id);
        Some((if length == id.len() { number } else { 0 }, text))
    }

    fn row(&self) -> Option<Row> {
        let text = self.text.map_or(&[][..], |text| text.bytes());
        let system = self.system.map_or(&[][..], |system| system.bytes());
        let mdc = system.starts_with(b"MDC") || text.starts_with(b"MDC");
        if !mdc {
            // A reference id alone in the place of the number still speaks for itself.
            return self.id.bytes().starts_with(b"MDC").then(|| by_text(self.id.bytes()))?;
        }
        let (number, length) = number(self.id.bytes());
        let whole = length == self.id.bytes().len();
        whole.then(|| by_number(number)).flatten().or_else(|| by_text(text)).or_else(|| by_text(self.id.bytes()))
    }
}

/// The decimal number at the head and how many digits it has, at most nine; 0 when there is none or it is no code.
#[inline(always)]
fn number(bytes: &[u8]) -> (u32, usize) {
    match bytes.first_chunk::<8>().and_then(|head| short_number(*head)) {
        Some(found) => found,
        None => long_number(bytes),
    }
}

/// The number in the first eight bytes, when it ends there.
#[inline]
fn short_number(head: [u8; 8]) -> Option<(u32, usize)> {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let digits = u64::from_le_bytes(head) ^ 0x3030_3030_3030_3030;
    // The high bit of each byte above 9: adding 0x76 carries into it, or it was there before.
    let others = ((digits & !HIGH).wrapping_add(0x7676_7676_7676_7676) | digits) & HIGH;
    if others == 0 {
        return None;
    }
    let length = others.trailing_zeros() >> 3;
    if length == 0 {
        return Some((0, 0));
    }
    // Leading zeros in front, then pairs, fours and all eight are joined.
    let digits = digits << (64_u32.wrapping_sub(length << 3) & 63);
    let pairs = digits.wrapping_mul(10).wrapping_add(digits >> 8) & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100).wrapping_add(pairs >> 16) & 0x0000_ffff_0000_ffff;
    let eight = fours.wrapping_mul(10_000).wrapping_add(fours >> 32) & 0xffff_ffff;
    Some((u32::try_from(eight).unwrap_or(0), length as usize))
}

/// The number digit by digit.
#[inline(never)]
fn long_number(bytes: &[u8]) -> (u32, usize) {
    let mut number = 0_u32;
    let mut length = 0_usize;
    for byte in bytes.iter().take(9) {
        if !byte.is_ascii_digit() {
            break;
        }
        number = number.wrapping_mul(10).wrapping_add(u32::from(byte.wrapping_sub(b'0')));
        length = length.wrapping_add(1);
    }
    (number, length)
}

/// The number's meaning.
#[inline(always)]
fn by_number(number: u32) -> Option<Row> {
    Some(match number {
        67_880 => Row::Model,
        67_972 => Row::SystemId,
        67_885 | 531_971 => Row::Attribute(Attribute::ProductionSpecification),
        67_886 => Row::Attribute(Attribute::InstanceName),
        531_969 => Row::Attribute(Attribute::Model),
        531_970 => Row::Attribute(Attribute::Manufacturer),
        531_972 => Row::Attribute(Attribute::Serial),
        531_973 => Row::Attribute(Attribute::PartNumber),
        531_974 => Row::Attribute(Attribute::HardwareVersion),
        531_975 => Row::Attribute(Attribute::SoftwareVersion),
        531_976 => Row::Attribute(Attribute::FirmwareVersion),
        531_977 => Row::Attribute(Attribute::ProtocolVersion),
        69_410 => Row::Attribute(Attribute::Ipv4),
        69_416 => Row::Attribute(Attribute::Mac),
        69_417 => Row::Attribute(Attribute::RadioNetwork),
        67_925 => Row::Attribute(Attribute::PowerStatus),
        68_020 => Row::Attribute(Attribute::BatteryStatus),
        68_480 => Row::AlertSource,
        184_520 => Row::Attribute(Attribute::DrugLibrary),
        // The blocks that hold device types: the standard's, the older private one, the specialisations.
        69_636..=70_911 | 126_976..=127_999 | 528_384..=528_895 => Row::Level,
        _ => return None,
    })
}

/// Whether a reference id, without `MDC_`, may be one that [`by_text`] knows.
#[inline(always)]
fn may_be_device(rest: &[u8]) -> bool {
    let [first, second, third, ..] = rest else { return false };
    // Most begin with another letter.
    may_begin_device(*first)
        && [*b"DEV", *b"ATT", *b"ALE", *b"ID_", *b"NCC", *b"PUM"].contains(&[*first, *second, *third])
}

/// The reference id's meaning; `MDCX_` marks those not yet standardised.
fn by_text(text: &[u8]) -> Option<Row> {
    let id = text.strip_prefix(b"MDC_").or_else(|| text.strip_prefix(b"MDCX_"))?;
    Some(match id {
        b"ATTR_ID_MODEL" => Row::Model,
        b"ATTR_SYS_ID" => Row::SystemId,
        b"ATTR_ID_PROD_SPECN" | b"ID_PROD_SPEC_UNSPECIFIED" => Row::Attribute(Attribute::ProductionSpecification),
        b"ATTR_ID_SOFT" => Row::Attribute(Attribute::InstanceName),
        b"ID_MODEL_NUMBER" => Row::Attribute(Attribute::Model),
        b"ID_MODEL_MANUFACTURER" => Row::Attribute(Attribute::Manufacturer),
        b"ID_PROD_SPEC_SERIAL" => Row::Attribute(Attribute::Serial),
        b"ID_PROD_SPEC_PART" => Row::Attribute(Attribute::PartNumber),
        b"ID_PROD_SPEC_HW" => Row::Attribute(Attribute::HardwareVersion),
        b"ID_PROD_SPEC_SW" => Row::Attribute(Attribute::SoftwareVersion),
        b"ID_PROD_SPEC_FW" => Row::Attribute(Attribute::FirmwareVersion),
        b"ID_PROD_SPEC_PROTOCOL" => Row::Attribute(Attribute::ProtocolVersion),
        b"PUMP_DRUG_LIBRARY_NAME" => Row::Attribute(Attribute::DrugLibrary),
        b"ATTR_POWER_STAT" => Row::Attribute(Attribute::PowerStatus),
        b"ATTR_BATT_STAT" => Row::Attribute(Attribute::BatteryStatus),
        b"ATTR_ALERT_SOURCE" | b"ALERT_SOURCE" => Row::AlertSource,
        _ if id.starts_with(b"DEV_") => Row::Level,
        _ if id.starts_with(b"NCC_") && id.ends_with(b"_IPV4_ADDR") => Row::Attribute(Attribute::Ipv4),
        _ if id.starts_with(b"NCC_") && id.ends_with(b"_MAC") => Row::Attribute(Attribute::Mac),
        _ if id.starts_with(b"NCC_") && id.ends_with(b"_SSID") => Row::Attribute(Attribute::RadioNetwork),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Delimiters;
    use alloc::vec::Vec;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_number_read_at_once_equals_one_read_by_digits(digits in "[0-9]{0,10}", rest: Vec<u8>) {
            let bytes: Vec<u8> = digits.bytes().chain(rest).collect();
            prop_assert_eq!(number(&bytes), long_number(&bytes));
        }
    }

    proptest! {
        #[test]
        fn a_pair_found_at_once_equals_one_found_by_triplets(
            text in "(69965|67880|0|147842|069965)?[\\^~&]?(MDC|MDC_|MDC_DEV_|LN)?[\\^~&A-D]{0,12}(\\^67880\\^MDC_X)?"
        ) {
            let syntax = Syntax::new(Delimiters::DEFAULT, Trap::None);
            let field = Field::new(text.as_bytes(), 7, syntax);
            let plain = |(id, text): (Component<'_>, Option<Component<'_>>)| {
                (id.bytes().to_vec(), id.span(), text.map(|text| (text.bytes().to_vec(), text.span())))
            };
            let pair = classify(field.bytes(), syntax, field.offset()).and_then(|code| code.pair(field));
            prop_assert_eq!(pair.map(plain), pair_of_triplets(field).map(plain));
            prop_assert_eq!(mdc(field), mdc_of_triplets(field));
        }
    }

    #[test]
    fn a_quantity_is_no_code_of_a_device() {
        let syntax = Syntax::new(Delimiters::DEFAULT, Trap::None);
        let mut quantities = 0;
        for number in 0..1_000_000_u32 {
            let code = alloc::format!("{number:06}^MDC_ECG");
            if is_quantity(code.as_bytes(), syntax) {
                quantities += 1;
                assert_eq!(by_number(number), None, "{number}");
                assert_eq!(classify(code.as_bytes(), syntax, 0), None, "{number}");
            }
        }
        assert_eq!(quantities, 528_384 - 128_000 - 1);
        for code in ["147842^MDC_DEV_X", "147842^LN_ECG_X", "14784a^MDC_ECG", "147842&MDC_ECG", "147842^MDC_", ""] {
            assert!(!is_quantity(code.as_bytes(), syntax), "{code}");
        }
    }

    fn row(text: &[u8]) -> Option<Row> {
        classify(text, Syntax::new(Delimiters::DEFAULT, Trap::None), 0).map(|code| code.row)
    }

    #[test]
    fn number_or_text_of_either_triplet_decides() {
        for text in [
            &b"67880^MDC_ATTR_ID_MODEL^MDC"[..],
            b"67880^^MDC",
            b"0^MDC_ATTR_ID_MODEL^MDC",
            b"MDC_ATTR_ID_MODEL",
            b"17^Modell^99XYZ^67880^MDC_ATTR_ID_MODEL^MDC",
            b"17^Modell^99XYZ^67880^Model^MDC",
            b"^MDC_ATTR_ID_MODEL",
        ] {
            assert_eq!(row(text), Some(Row::Model), "{text:?}");
        }
    }

    #[test]
    fn a_number_of_another_system_means_nothing() {
        assert_eq!(row(b"67880^Glucose^LN"), None);
        assert_eq!(row(b"67880"), None);
        assert_eq!(row(b"GLU^Glucose"), None);
        assert_eq!(row(b""), None);
    }

    #[test]
    fn measurements_are_no_devices() {
        assert_eq!(row(b"147842^MDC_ECG_HEART_RATE^MDC"), None);
        assert_eq!(row(b"157784^MDC_FLOW_FLUID_PUMP^MDC"), None);
        assert_eq!(row(b"68063^MDC_ATTR_PT_WEIGHT^MDC"), None);
    }

    #[test]
    fn device_types_are_levels() {
        assert_eq!(row(b"69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC"), Some(Row::Level));
        assert_eq!(row(b"0^MDCX_DEV_SOMETHING_VMD^MDC"), Some(Row::Level));
        assert_eq!(row(b"528401^^MDC"), Some(Row::Level));
    }
}
