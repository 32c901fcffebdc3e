//! Terms of the nomenclature: objects, attributes, events, physiological quantities, units, infrastructure.
//!
//! The 16-bit number of x73 and its partition are the code that HL7 writes: partition x 65536 + term, 2344 of partition 1 -> 67880.
//! The table is `nomenclature/terms.tsv`, with the source of every row.

use crate::table;

/// A term: its number, its name and what it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// The 32-bit code.
    pub code: u32,
    /// The reference identifier with its `MDC_`, or the `NOM_` of Philips' own terms; empty where no public source gives it.
    pub ref_id: &'static str,
    /// What its value says, in plain words, or how a unit is written; empty where the name says it all.
    pub about: &'static str,
    /// Letters of the sources that show it, see the table's head.
    pub source: &'static str,
}

impl Term {
    /// Plain words where there are some, else the name.
    #[must_use]
    pub const fn words(&self) -> &'static str {
        if self.about.is_empty() { self.ref_id } else { self.about }
    }

    /// The name without the leading `MDC_` or `NOM_`; nothing where no public source gives it.
    #[must_use]
    pub fn short_name(&self) -> Option<&'static str> {
        self.ref_id.get(PREFIX..)
    }
}

/// Length of `MDC_` and of `NOM_`.
const PREFIX: usize = 4;

/// Looks a term up.
///
/// ```
/// assert_eq!(iomt_x73::mdc::term(531_972).map(|term| term.about), Some("serial number"));
/// assert_eq!(iomt_x73::mdc::term(147_842).map(|term| term.ref_id), Some("MDC_ECG_CARD_BEAT_RATE"));
/// ```
#[must_use]
pub fn term(code: u32) -> Option<&'static Term> {
    let index = TERMS.binary_search_by_key(&code, |term| term.code).ok()?;
    TERMS.get(index)
}

/// Looks a term up by its RefID, in any case of letters; of two with the same name the one with the lower code.
///
/// ```
/// let unit = iomt_x73::mdc::term_by_ref_id(b"MDC_DIM_MMHG").expect("a known unit");
/// assert_eq!((unit.code, unit.about), (266_016, "mmHg"));
/// ```
#[must_use]
pub fn term_by_ref_id(ref_id: &[u8]) -> Option<&'static Term> {
    let row = table::find(&BY_NAME, &NAMES, ref_id)?;
    TERMS.get(row)
}

const TEXT: &str = include_str!("../../nomenclature/terms.tsv");
const COUNT: usize = table::rows(TEXT);

/// Sorted by code.
static TERMS: [Term; COUNT] = table::terms(TEXT);
static NAMES: [&str; COUNT] = table::term_names(&TERMS);
/// Rows, sorted by name.
static BY_NAME: [u16; COUNT] = table::order(&NAMES);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn x73_attributes_are_65536_below() {
        for (attribute, name) in
            [(2344, "MDC_ATTR_ID_MODEL"), (2349, "MDC_ATTR_ID_PROD_SPECN"), (2436, "MDC_ATTR_SYS_ID")]
        {
            assert_eq!(term(attribute + 65_536).unwrap().ref_id, name);
        }
        assert_eq!(term(0), None);
    }

    #[test]
    fn every_term_is_found_by_its_code_and_by_its_name() {
        let mut unnamed = 0;
        for row in &TERMS {
            assert_eq!(term(row.code), Some(row));
            match term_by_ref_id(row.ref_id.as_bytes()) {
                Some(found) => assert!(found.ref_id == row.ref_id && found.code <= row.code),
                None => {
                    assert!(row.ref_id.is_empty() && !row.about.is_empty());
                    unnamed += 1;
                }
            }
        }
        assert!(unnamed < 10 && TERMS.len() > 1_200, "{unnamed} of {}", TERMS.len());
        assert_eq!(term_by_ref_id(b"mdc_press_bld_noninv_sys").unwrap().code, 150_021);
        assert_eq!((term_by_ref_id(b""), term_by_ref_id(b"MDC_NOTHING")), (None, None));
    }

    #[test]
    fn names_are_upper_case_words_of_one_of_two_nomenclatures_and_the_text_is_short() {
        for row in &TERMS {
            let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
            assert!(row.ref_id.is_empty() || row.ref_id.starts_with("MDC_") || row.ref_id.starts_with("NOM_"));
            assert!(row.ref_id.bytes().all(word), "{}", row.ref_id);
            assert!(row.about.len() < 90 && row.source.bytes().all(|letter| b"LPRS".contains(&letter)), "{row:?}");
        }
    }

    #[test]
    fn an_unnamed_term_still_has_words() {
        let address = term(0x1_f35e).unwrap();
        assert_eq!((address.words(), address.short_name()), ("IPv6 address", None));
        let lead = term(0x2_0101).unwrap();
        assert_eq!((lead.words(), lead.short_name()), ("ECG lead I", Some("ECG_ELEC_POTL_I")));
    }
}
