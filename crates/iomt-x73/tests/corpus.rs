//! The fuzz seeds, replayed on every test run: at every prefix nothing panics and every list ends.
#![allow(clippy::arithmetic_side_effects)]

use std::{fs, path::Path};

use iomt_wire::Cursor;
use iomt_x73::{
    AbsoluteTime, AttributeList, Ava, Decode, FloatType, List, NuObsValue, NuObsValueCmp, OctetString, ProdSpecEntry,
    ProductionSpec, SaObsValue, SystemModel, Type, WideString,
};

fn each_seed(mut check: impl FnMut(&[u8])) {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds/x73_types");
    // A published crate has no seeds.
    let Ok(entries) = fs::read_dir(seeds) else { return };
    let mut seen = 0;
    for entry in entries.flatten() {
        check(&fs::read(entry.path()).unwrap_or_default());
        seen += 1;
    }
    assert!(seen > 0, "the directory of seeds is empty");
}

fn read<'a, T: Decode<'a>>(bytes: &'a [u8]) -> Option<T> {
    let mut cursor = Cursor::new(bytes);
    let found = T::decode(&mut cursor);
    assert_eq!(cursor.offset() + cursor.remaining(), bytes.len());
    found.ok()
}

fn walk<'a, T: Decode<'a>>(bytes: &'a [u8]) {
    if let Some(list) = read::<List<'a, T>>(bytes) {
        assert!(list.iter().count() <= usize::from(list.count()) + 1);
        assert!(list.iter().filter(Result::is_err).count() <= 1);
        let _ = list.quirk();
    }
}

#[test]
fn every_prefix_of_every_seed_is_read_as_every_type() {
    each_seed(|seed| {
        for end in 0..=seed.len() {
            let bytes = &seed[..end];
            walk::<Ava<'_>>(bytes);
            walk::<ProdSpecEntry<'_>>(bytes);
            walk::<NuObsValue>(bytes);
            let _ = (read::<SystemModel<'_>>(bytes), read::<SaObsValue<'_>>(bytes), read::<Type>(bytes));
            let _ = read::<OctetString<'_>>(bytes).map(|string| string.text().len());
            let _ = read::<WideString<'_>>(bytes).map(|string| string.chars().count());
            let _ = read::<AbsoluteTime>(bytes).map(AbsoluteTime::date_time);
            let _ = read::<FloatType>(bytes).map(FloatType::to_f64);
        }
    });
}

#[test]
fn reading_and_walking_allocates_nothing() {
    each_seed(|seed| {
        let counted = allocation_counter::measure(|| {
            if let Some(attributes) = read::<AttributeList<'_>>(seed) {
                for ava in attributes.iter().flatten() {
                    let _ = ava.get::<SystemModel<'_>>().map(|model| model.manufacturer.text());
                    if let Ok(entries) = ava.get::<ProductionSpec<'_>>() {
                        entries.iter().flatten().for_each(|entry| assert!(entry.prod_spec.text().len() <= 64));
                    }
                }
            }
            if let Some(values) = read::<NuObsValueCmp<'_>>(seed) {
                values.iter().flatten().for_each(|value| {
                    core::hint::black_box(value.value.to_f64());
                });
            }
        });
        assert_eq!(counted.count_total, 0);
    });
}
