#![no_main]
//! Every data type on raw bytes: what a cursor gives out and what it keeps are all the bytes, lists end, text is clean.
use iomt_wire::Cursor;
use iomt_x73::{
    AbsoluteTime, AttributeList, DateTime, Decode, EnumObsVal, FloatType, HighResRelativeTime, List, ManagedObjectId,
    MetricSpec, NuObsValueCmp, OctetString, OidType, ProductionSpec, RelativeTime, SFloatType, SaCalData16,
    SaFixedValEntry16, SaObsValue, SaSpec, ScaleRangeSpec16, ScaleRangeSpec32, SystemModel, TEXT_CAP, Type, WideString,
    mdc, nomenclature,
};
use libfuzzer_sys::fuzz_target;

fn read<'a, T: Decode<'a>>(data: &'a [u8]) -> Option<T> {
    let mut cursor = Cursor::new(data);
    let found = T::decode(&mut cursor);
    assert_eq!(cursor.offset() + cursor.remaining(), data.len());
    if found.is_ok() {
        assert!(cursor.offset() >= T::LEAST, "{} took {} bytes", T::NAME, cursor.offset());
    }
    found.ok()
}

fn walk<'a, T: Decode<'a>>(data: &'a [u8]) {
    let Some(list) = read::<List<'a, T>>(data) else { return };
    let items = list.iter().count();
    assert!(items <= usize::from(list.count()) + 1);
    assert!(items <= data.len() / T::LEAST + 1);
    assert_eq!(list.missing() + list.body().remaining(), usize::from(list.length()));
    let errors = list.iter().filter(Result::is_err).count();
    assert!(errors <= 1 && (errors == 0 || list.iter().last().is_some_and(|item| item.is_err())));
    let _ = list.quirk();
}

fn clean(string: OctetString<'_>, data: &[u8]) {
    let text = string.text();
    assert!(text.len() <= TEXT_CAP && !text.iter().any(u8::is_ascii_control));
    assert!(data[string.text_offset()..].starts_with(text));
    let _ = string.quirk();
}

fuzz_target!(|data: &[u8]| {
    walk::<OidType>(data);
    walk::<SystemModel<'_>>(data);
    if let Some(attributes) = read::<AttributeList<'_>>(data) {
        walk::<iomt_x73::Ava<'_>>(data);
        for ava in attributes.iter().flatten() {
            assert_eq!(data[ava.offset..].get(..ava.value.len()), Some(ava.value));
            let _ = (ava.get::<ProductionSpec<'_>>(), ava.slack::<SystemModel<'_>>());
            let _ = (nomenclature::attribute_by_id(ava.id), nomenclature::is_patient_attribute(ava.id));
        }
    }
    if let Some(entries) = read::<ProductionSpec<'_>>(data) {
        entries.iter().flatten().for_each(|entry| clean(entry.prod_spec, data));
    }
    if let Some(values) = read::<NuObsValueCmp<'_>>(data) {
        values.iter().flatten().for_each(|value| {
            let _ = (value.value.to_f64(), value.state.is_usable());
        });
    }
    if let Some(string) = read::<OctetString<'_>>(data) {
        clean(string, data);
    }
    if let Some(string) = read::<WideString<'_>>(data) {
        assert!(string.chars().count() <= string.bytes.len() / 2);
        assert!(string.chars().all(|character| !character.is_control()));
        assert!(string.to_string().chars().count() <= string.chars().count());
    }
    if let Some(DateTime { month, day, hour, .. }) = read::<AbsoluteTime>(data).and_then(AbsoluteTime::date_time) {
        assert!((1..=12).contains(&month) && (1..=31).contains(&day) && hour < 24);
    }
    let _ = (read::<FloatType>(data).map(FloatType::to_f64), read::<SFloatType>(data).map(SFloatType::to_f64));
    walk::<SaFixedValEntry16>(data);
    walk::<SaObsValue<'_>>(data);
    let _ = (read::<SaCalData16>(data), read::<ScaleRangeSpec32>(data), read::<HighResRelativeTime>(data));
    let _ = (read::<MetricSpec>(data), read::<EnumObsVal<'_>>(data));
    if let (Some(spec), Some(wave)) = (read::<SaSpec>(data), read::<SaObsValue<'_>>(data)) {
        assert!(wave.numbers(&spec).count() <= wave.samples.len());
    }
    let _ = read::<ScaleRangeSpec16>(data).and_then(|scale| scale.value(0x2000));
    let _ = (read::<ManagedObjectId>(data), read::<RelativeTime>(data).map(RelativeTime::duration));
    if let Some(code) = read::<Type>(data).map(Type::mdc)
        && let Some(device) = mdc::device(code)
    {
        assert_eq!(device.code, code);
        assert!(device.ref_id.is_empty() || mdc::agrees(code, device.ref_id.as_bytes()) == Some(true));
    }
    let _ = mdc::device_by_ref_id(data);
    if let Some(term) = mdc::term_by_ref_id(data) {
        assert_eq!(mdc::term(term.code), Some(term));
    }
});
