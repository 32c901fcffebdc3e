//! What the vectors say; hostile input; what is written reads the same.
#![allow(clippy::arithmetic_side_effects)]

mod dri;
mod unity;

use crate::ident::{Attribute, Fact};

/// Attribute and value of each fact, as text.
fn said(fact: &Fact<'_>) -> (Attribute, String) {
    (fact.attribute, format!("{:?}", fact.value))
}
