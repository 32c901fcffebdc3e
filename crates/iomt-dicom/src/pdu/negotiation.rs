//! What the application information of SOP class extended negotiation (sub-item 56) means.
//!
//! ```text
//!  storage   | level of support | reserved | digital signature | reserved | coercion | reserved |
//!  find      | relational | date-time | fuzzy names | time zone | multi-frame |      trailing bytes may be absent
//!  move, get | relational | multi-frame |
//! ```
//! PS3.4 sections B.3.1 and C.5. Which of these holds follows from the service class of the SOP class, which this crate does not
//! know: the caller chooses.

/// Of a storage SOP class (PS3.4 section B.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct StorageNegotiation {
    /// Level of support: 0, 1, 2 (full), 3 not applicable.
    pub level: u8,
    /// Level of digital signature support, 0 to 3.
    pub signature: u8,
    /// Element coercion: 0 never, 1 may coerce, 2 not applicable.
    pub coercion: u8,
}

impl StorageNegotiation {
    /// Reads six bytes; more are left alone.
    #[must_use]
    pub fn read(information: &[u8]) -> Option<Self> {
        let [level, _, signature, _, coercion, _] = *information.first_chunk()?;
        Some(Self { level, signature, coercion })
    }
}

/// Of a query SOP class, FIND (PS3.4 section C.5.1.1). What is absent is not supported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct QueryNegotiation {
    /// Relational queries.
    pub relational: Option<u8>,
    /// Combined date-time matching.
    pub date_time: Option<u8>,
    /// Fuzzy semantic matching of person names.
    pub fuzzy_names: Option<u8>,
    /// Timezone query adjustment.
    pub time_zone: Option<u8>,
    /// Enhanced multi-frame image conversion.
    pub multi_frame: Option<u8>,
}

impl QueryNegotiation {
    /// Reads what is there of the five bytes.
    #[must_use]
    pub fn read(information: &[u8]) -> Self {
        let mut bytes = information.iter().copied();
        Self {
            relational: bytes.next(),
            date_time: bytes.next(),
            fuzzy_names: bytes.next(),
            time_zone: bytes.next(),
            multi_frame: bytes.next(),
        }
    }
}

/// Of a retrieve SOP class, MOVE or GET (PS3.4 section C.5.2.1 and C.5.3.1). What is absent is not supported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct RetrieveNegotiation {
    /// Relational retrieval.
    pub relational: Option<u8>,
    /// Enhanced multi-frame image conversion.
    pub multi_frame: Option<u8>,
}

impl RetrieveNegotiation {
    /// Reads what is there of the two bytes.
    #[must_use]
    pub fn read(information: &[u8]) -> Self {
        let mut bytes = information.iter().copied();
        Self { relational: bytes.next(), multi_frame: bytes.next() }
    }
}
