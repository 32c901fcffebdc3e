//! Tables as text, read by the compiler.
//!
//! ```text
//!  partition \t term \t name \t about \t source          nomenclature/terms.tsv
//!  code \t name \t class \t source \t seen or rule       nomenclature/devices.tsv
//! ```
//! The text is the only copy: it is parsed while the crate is compiled, into sorted arrays that need no work at run time. A row
//! that is out of order, or a number that is none, does not build.
#![allow(
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "evaluated by the compiler alone: what would panic does not build"
)]

use crate::mdc::{Device, Term};

/// How many rows a table has: its lines that are no comments.
pub(crate) const fn rows(mut text: &'static str) -> usize {
    let mut count = 0;
    while !text.is_empty() {
        let (line, rest) = cut(text, b'\n');
        count += !is_comment(line) as usize;
        text = rest;
    }
    count
}

/// The rows of the terms' table.
pub(crate) const fn terms<const N: usize>(mut text: &'static str) -> [Term; N] {
    let mut found = [Term { code: 0, ref_id: "", about: "", source: "" }; N];
    let (mut number, mut last) = (0, 0);
    while !text.is_empty() {
        let (line, rest) = cut(text, b'\n');
        text = rest;
        if is_comment(line) {
            continue;
        }
        let (partition, line) = cut(line, b'\t');
        let (term, line) = cut(line, b'\t');
        let (ref_id, line) = cut(line, b'\t');
        let (about, source) = cut(line, b'\t');
        let code = parse(partition, 10) << 16 | parse(term, 16);
        assert!(number == 0 || code > last, "the rows of terms.tsv are in the order of their numbers");
        assert!(!source.is_empty(), "every row of terms.tsv has a source");
        found[number] = Term { code, ref_id, about, source };
        (number, last) = (number + 1, code);
    }
    found
}

/// The rows of the devices' table.
pub(crate) const fn devices<const N: usize>(mut text: &'static str) -> [Device; N] {
    let mut found = [Device { code: 0, ref_id: "", class: None, source: "", attested: false }; N];
    let (mut number, mut last) = (0, 0);
    while !text.is_empty() {
        let (line, rest) = cut(text, b'\n');
        text = rest;
        if is_comment(line) {
            continue;
        }
        let (code, line) = cut(line, b'\t');
        let (ref_id, line) = cut(line, b'\t');
        let (class, line) = cut(line, b'\t');
        let (source, seen) = cut(line, b'\t');
        let code = parse(code, 10);
        assert!(code == 0 || code > last, "the rows of devices.tsv are in the order of their codes");
        assert!(seen.len() == 4, "a row of devices.tsv says seen or rule");
        let class = if class.is_empty() { None } else { Some(class) };
        found[number] = Device { code, ref_id, class, source, attested: seen.as_bytes()[0] == b's' };
        (number, last) = (number + 1, code);
    }
    found
}

/// The names of terms.
pub(crate) const fn term_names<const N: usize>(rows: &[Term; N]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut row = 0;
    while row < N {
        names[row] = rows[row].ref_id;
        row += 1;
    }
    names
}

/// The names of devices.
pub(crate) const fn device_names<const N: usize>(rows: &[Device; N]) -> [&'static str; N] {
    let mut names = [""; N];
    let mut row = 0;
    while row < N {
        names[row] = rows[row].ref_id;
        row += 1;
    }
    names
}

/// The order of names, the letters' case apart: numbers of rows, by heap sort. Rows of the same name keep the order of the table.
pub(crate) const fn order<const N: usize>(names: &[&str; N]) -> [u16; N] {
    assert!(N <= u16::MAX as usize, "a table has less than 65536 rows");
    let mut order = [0_u16; N];
    let mut row = 0;
    while row < N {
        #[expect(clippy::cast_possible_truncation, reason = "asserted above")]
        let number = row as u16;
        order[row] = number;
        row += 1;
    }
    let mut root = N / 2;
    while root > 0 {
        root -= 1;
        sift(&mut order, names, root, N);
    }
    let mut end = N;
    while end > 1 {
        end -= 1;
        (order[0], order[end]) = (order[end], order[0]);
        sift(&mut order, names, 0, end);
    }
    order
}

const fn sift<const N: usize>(order: &mut [u16; N], names: &[&str; N], mut root: usize, end: usize) {
    loop {
        let mut child = 2 * root + 1;
        if child >= end {
            return;
        }
        if child + 1 < end && before(names, order[child], order[child + 1]) {
            child += 1;
        }
        if !before(names, order[root], order[child]) {
            return;
        }
        (order[root], order[child]) = (order[child], order[root]);
        root = child;
    }
}

const fn before<const N: usize>(names: &[&str; N], left: u16, right: u16) -> bool {
    let (a, b) = (names[left as usize].as_bytes(), names[right as usize].as_bytes());
    let mut at = 0;
    while at < a.len() && at < b.len() {
        let (x, y) = (a[at].to_ascii_uppercase(), b[at].to_ascii_uppercase());
        if x != y {
            return x < y;
        }
        at += 1;
    }
    if a.len() == b.len() { left < right } else { a.len() < b.len() }
}

/// The row of a name, the letters' case apart; an empty name is in no row.
pub(crate) fn find(order: &[u16], names: &[&str], name: &[u8]) -> Option<usize> {
    let compare = |row: &u16| {
        let known = names.get(usize::from(*row)).map_or(&[][..], |known| known.as_bytes());
        let (known, name) = (known.iter().map(u8::to_ascii_uppercase), name.iter().map(u8::to_ascii_uppercase));
        known.cmp(name)
    };
    if name.is_empty() {
        return None;
    }
    let first = order.partition_point(|row| compare(row).is_lt());
    order.get(first).filter(|row| compare(row).is_eq()).map(|row| usize::from(*row))
}

/// What stands before the first `at`, and what behind it.
const fn cut(text: &'static str, at: u8) -> (&'static str, &'static str) {
    let bytes = text.as_bytes();
    let mut end = 0;
    while end < bytes.len() && bytes[end] != at {
        end += 1;
    }
    let (head, tail) = text.split_at(end);
    if tail.is_empty() { (head, tail) } else { (head, tail.split_at(1).1) }
}

const fn is_comment(line: &str) -> bool {
    line.is_empty() || line.as_bytes()[0] == b'#'
}

const fn parse(digits: &str, radix: u32) -> u32 {
    let number = u32::from_str_radix(digits, radix);
    assert!(number.is_ok(), "a number in a table is none");
    match number {
        Ok(number) => number,
        Err(_) => 0,
    }
}
