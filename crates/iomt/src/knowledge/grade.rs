//! How far a fact can be trusted, and the closed word lists of the tables.

/// How far a fact can be trusted.
///
/// Only `A` and `B` may lead to a statement about a device; what rests on memory is found through
/// [`Knowledge::hints`](super::Knowledge::hints) alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    /// From memory, or from a source that shows no example: a hint.
    M,
    /// From a log or text quoted in public.
    B,
    /// Seen in source code, a real file, a capture, a standard or a registry.
    A,
}

impl Grade {
    /// Reads the letter of the tables.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text {
            "A" => Some(Self::A),
            "B" => Some(Self::B),
            "M" => Some(Self::M),
            _ => None,
        }
    }

    /// The letter of the tables.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::M => "M",
        }
    }

    /// Whether a statement about a device may rest on it.
    #[must_use]
    pub const fn claims(self) -> bool {
        matches!(self, Self::A | Self::B)
    }
}

impl core::fmt::Display for Grade {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Declares a closed list of words with the spelling used in the tables.
macro_rules! words {
    ($(#[$meta:meta])* $vis:vis $name:ident, $takes:literal { $($(#[$each:meta])* $variant:ident = $word:literal,)* }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        $vis enum $name { $($(#[$each])* $variant,)* }

        impl $name {
            /// The word as the tables write it.
            #[must_use]
            $vis const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)* }
            }

            /// Reads the word in a column.
            pub(super) fn read(row: &super::table::Row<'_>, column: &'static str) -> Result<Self, super::Reason> {
                match row.need(column)? {
                    $($word => Ok(Self::$variant),)*
                    other => Err(super::Reason::value(column, other, $takes)),
                }
            }
        }

        impl core::fmt::Display for $name {
            fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(super) use words;
