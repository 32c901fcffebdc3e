//! Address prefixes: who made the network interface.
//!
//! ```text
//!  00:09:FB            MA-L, 24 bits
//!  30:1F:9A:2          MA-M, 28 bits      the longest that is listed wins
//!  70:B3:D5:E5:7       MA-S, 36 bits
//! ```
//!
//! A prefix identifies the interface, not the device around it: many pumps carry radio modules, many serial devices sit
//! behind a device server, and prefixes change hands with companies. `kind` tells these apart.

use super::error::Reason;
use super::grade::{Grade, words};
use super::record::{Find, Map, Record};
use super::table::{Common, Row};

words! {
    /// What the holder of a prefix makes.
    pub OuiKind, "medical, mixed, gateway, module or hypervisor" {
        /// Medical equipment only, as far as is known.
        Medical = "medical",
        /// Medical equipment among other things.
        Mixed = "mixed",
        /// Serial device servers: the device is behind it.
        Gateway = "gateway",
        /// Radio modules built into other makers' devices.
        Module = "module",
        /// Virtual machines.
        Hypervisor = "hypervisor",
    }
}

/// What an address prefix says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Oui<'k> {
    /// The organisation as it was registered.
    pub organization: &'k str,
    /// The maker of medical devices it is or became; none for gateways, modules and hypervisors.
    pub vendor: Option<&'k str>,
    /// The line or former company, where the vendor has several.
    pub brand: Option<&'k str>,
    /// What the holder makes.
    pub kind: OuiKind,
    /// Whether the interface is that of something in between: a device server or a hypervisor.
    pub gateway: bool,
    /// Length of the prefix: 24, 28 or 36 bits.
    pub bits: u8,
    /// How far the row can be trusted.
    pub grade: Grade,
    /// Where the row comes from.
    pub source: &'k str,
}

/// One row.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    common: Common,
    prefix: Prefix,
    organization: Box<str>,
    vendor: Option<Box<str>>,
    brand: Option<Box<str>>,
    kind: OuiKind,
}

/// The leading bits of an address and how many they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Prefix {
    bits: u8,
    value: u64,
}

impl Prefix {
    /// Reads six, seven or nine hexadecimal digits with colons or dashes between pairs.
    fn parse(text: &str) -> Option<Self> {
        let mut digits = 0_u8;
        let mut value = 0_u64;
        for character in text.chars().filter(|character| !matches!(character, ':' | '-')) {
            value = value.checked_mul(16)?.checked_add(u64::from(character.to_digit(16)?))?;
            digits = digits.checked_add(1)?;
        }
        let bits = digits.checked_mul(4)?;
        matches!(bits, 24 | 28 | 36).then_some(Self { bits, value })
    }

    fn of(mac: [u8; 6], bits: u8) -> Option<Self> {
        let [a, b, c, d, e, f] = mac;
        let whole = u64::from_be_bytes([0, 0, a, b, c, d, e, f]);
        let value = whole.checked_shr(u32::from(48_u8.checked_sub(bits)?))?;
        Some(Self { bits, value })
    }
}

/// Reads an address of twelve hexadecimal digits.
fn address(text: &str) -> Option<[u8; 6]> {
    let digits: String = text.chars().filter(|character| !matches!(character, ':' | '-')).collect();
    let value = u64::from_str_radix(&digits, 16).ok().filter(|_| digits.len() == 12)?;
    let [_, _, a, b, c, d, e, f] = value.to_be_bytes();
    Some([a, b, c, d, e, f])
}

impl Record for Entry {
    const FILE: &'static str = "oui.tsv";
    const COLUMNS: &'static [&'static str] =
        &["prefix", "organization", "vendor", "brand", "kind", "grade", "source", "examples", "counter"];
    const SIGNATURE: bool = false;

    fn read(row: &Row<'_>) -> Result<Self, Reason> {
        const TAKES: &str = "6, 7 or 9 hex digits as 00:09:FB, 30:1F:9A:2 or 70:B3:D5:E5:7, not group or local";
        let text = row.need("prefix")?;
        let prefix = Prefix::parse(text).ok_or_else(|| Reason::value("prefix", text, TAKES))?;
        let first = prefix.value.checked_shr(u32::from(prefix.bits.saturating_sub(8))).unwrap_or(0);
        if first & 3 != 0 {
            return Err(Reason::value("prefix", text, TAKES));
        }
        Ok(Self {
            common: row.common()?,
            prefix,
            organization: row.need("organization")?.into(),
            vendor: row.text("vendor"),
            brand: row.text("brand"),
            kind: OuiKind::read(row, "kind")?,
        })
    }

    fn key(&self) -> String {
        format!("{:x}/{}", self.prefix.value, self.prefix.bits)
    }

    fn common(&self) -> &Common {
        &self.common
    }

    fn matches(&self, subject: &str) -> Option<Option<String>> {
        (Prefix::of(address(subject)?, self.prefix.bits)? == self.prefix).then_some(None)
    }

    fn names(&self) -> (Option<&str>, Option<&str>) {
        (self.vendor.as_deref(), None)
    }

    fn specimen(&self) -> Option<String> {
        let digits = usize::from(self.prefix.bits).checked_div(4)?;
        Some(format!("{:0>digits$x}{:0>rest$x}", self.prefix.value, 1, rest = 12_usize.saturating_sub(digits)))
    }
}

/// The table with its index.
#[derive(Clone, Debug)]
pub(super) struct Ouis {
    rows: Vec<Entry>,
    index: Map<Prefix, usize>,
}

impl Ouis {
    pub(super) fn build(rows: Vec<Entry>) -> Self {
        let index = rows.iter().enumerate().map(|(index, row)| (row.prefix, index)).collect();
        Self { rows, index }
    }

    fn find(&self, mac: [u8; 6], least: Grade) -> Option<usize> {
        // Group and locally administered addresses have no registered maker.
        if mac.first().is_none_or(|first| first & 3 != 0) {
            return None;
        }
        [36, 28, 24].into_iter().find_map(|bits| {
            let index = *self.index.get(&Prefix::of(mac, bits)?)?;
            (self.rows.get(index)?.common.grade >= least).then_some(index)
        })
    }

    pub(super) fn get(&self, mac: [u8; 6], least: Grade) -> Option<Oui<'_>> {
        let row = self.rows.get(self.find(mac, least)?)?;
        Some(Oui {
            organization: &row.organization,
            vendor: row.vendor.as_deref(),
            brand: row.brand.as_deref(),
            kind: row.kind,
            gateway: matches!(row.kind, OuiKind::Gateway | OuiKind::Hypervisor),
            bits: row.prefix.bits,
            grade: row.common.grade,
            source: &row.common.source,
        })
    }
}

impl Find<Entry> for Ouis {
    fn rows(&self) -> &[Entry] {
        &self.rows
    }

    fn find_subject(&self, _: &Entry, subject: &str, least: Grade) -> Option<usize> {
        self.find(address(subject)?, least)
    }
}
