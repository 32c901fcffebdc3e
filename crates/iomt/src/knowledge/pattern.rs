//! A small notation for texts with a version or model inside, matched in one pass without going back.
//!
//! ```text
//!  OFFIS_DCMTK_<major:1d><minor:1d><patch:1d>
//!  └ literal ┘ └─ run ─┘                          name : length? set
//! ```
//!
//! A pattern covers the whole text. A run is written `<name:what>`; the name may be empty.
//!
//! | what | takes |
//! |---|---|
//! | `3d`, `6x`, `2a` | exactly so many digits, hexadecimal digits, ASCII letters |
//! | `d`, `x`, `a` | one or more of them, as many as there are |
//! | `v` | one or more of what version numbers are made of: letters, digits, `.`, `_`, `+`, `-` |
//! | `text` | the shortest text, possibly none, before the literal that follows |
//! | `rest` | everything up to the end, at least one byte |
//! | `any` | everything up to the end, possibly nothing: a prefix match |
//!
//! Names that mean something: `version`, or `major`, `minor`, `patch`, `build`, which are joined by dots in the order in which
//! they stand; and `model`. `<<` is a literal `<`. Because a run takes all it can and never gives back, a run followed by
//! something it would swallow can never match; such a pattern is refused when it is read.

/// Longest pattern in bytes.
const LENGTH: usize = 256;
/// Most parts of a pattern.
const PARTS: usize = 32;

/// Why a pattern was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PatternError {
    /// Nothing in it.
    #[error("is empty")]
    Empty,
    /// Longer than a pattern may be.
    #[error("is longer than 256 bytes or has more than 32 parts")]
    Long,
    /// `<` without `>`.
    #[error("a run is not closed with >")]
    Open,
    /// A run without the colon that separates its name from what it takes.
    #[error("a run is written <name:what>")]
    Colon,
    /// A run with a name that means nothing.
    #[error("a run may be named version, major, minor, patch, build or model, or have no name")]
    Name,
    /// What a run takes is not one of the known sets.
    #[error("a run takes d, x, a (with or without a count from 1 to 64), v, text, rest or any")]
    Run,
    /// A run that takes all it can stands before something that it would take.
    #[error("a run would swallow what follows it")]
    Swallows,
    /// `text` without a literal after it, or `rest`/`any` with something after it.
    #[error("text needs a literal after it; rest and any end a pattern")]
    Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Set {
    Digit,
    Hex,
    Letter,
    Version,
}

impl Set {
    fn has(self, byte: u8) -> bool {
        match self {
            Self::Digit => byte.is_ascii_digit(),
            Self::Hex => byte.is_ascii_hexdigit(),
            Self::Letter => byte.is_ascii_alphabetic(),
            Self::Version => byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'+' | b'-'),
        }
    }

    fn meets(self, other: Self) -> bool {
        !matches!((self, other), (Self::Digit, Self::Letter) | (Self::Letter, Self::Digit))
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Run {
    Count(Set, usize),
    Many(Set),
    Text,
    Rest,
    Any,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    None,
    Version,
    Model,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Literal(Box<str>),
    Run(Name, Run),
}

/// A pattern, read once and matched often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Pattern {
    parts: Vec<Part>,
    weight: usize,
}

/// What a match carried.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Captures<'t> {
    /// The version, its pieces joined by dots.
    pub(super) version: Option<String>,
    /// The model.
    pub(super) model: Option<&'t str>,
}

impl Pattern {
    /// Reads the notation of this module.
    pub(super) fn parse(text: &str) -> Result<Self, PatternError> {
        if text.is_empty() {
            return Err(PatternError::Empty);
        }
        if text.len() > LENGTH {
            return Err(PatternError::Long);
        }
        let mut parts = Vec::new();
        let mut literal = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('<') {
            literal.push_str(before);
            if let Some(after) = after.strip_prefix('<') {
                literal.push('<');
                rest = after;
                continue;
            }
            if !literal.is_empty() {
                parts.push(Part::Literal(core::mem::take(&mut literal).into()));
            }
            let (run, after) = after.split_once('>').ok_or(PatternError::Open)?;
            parts.push(part(run)?);
            rest = after;
        }
        literal.push_str(rest);
        if !literal.is_empty() {
            parts.push(Part::Literal(literal.into()));
        }
        if parts.len() > PARTS {
            return Err(PatternError::Long);
        }
        for (index, each) in parts.iter().enumerate() {
            well_placed(each, parts.get(index.saturating_add(1)))?;
        }
        let weight = parts.iter().map(weight).fold(0, usize::saturating_add);
        Ok(Self { parts, weight })
    }

    /// How much a text must agree with: literal bytes count four times as much as bytes of a run. The most specific wins.
    pub(super) const fn weight(&self) -> usize {
        self.weight
    }

    /// The byte that every matching text begins with, where there is one.
    pub(super) fn head(&self) -> Option<u8> {
        match self.parts.first() {
            Some(Part::Literal(literal)) => literal.bytes().next(),
            _ => None,
        }
    }

    /// Bytes that are literal; a name alone is believed only when it has enough of them.
    pub(super) fn literal_bytes(&self) -> usize {
        let bytes = |part: &Part| if let Part::Literal(literal) = part { literal.len() } else { 0 };
        self.parts.iter().map(bytes).fold(0, usize::saturating_add)
    }

    /// Matches the whole text, in one pass.
    pub(super) fn captures<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        let mut rest = text;
        let mut out = Captures::default();
        let mut parts = self.parts.iter().peekable();
        while let Some(part) = parts.next() {
            let (name, taken) = match part {
                Part::Literal(literal) => {
                    rest = rest.strip_prefix(&**literal)?;
                    continue;
                }
                Part::Run(name, Run::Text) => {
                    let Some(Part::Literal(literal)) = parts.next() else { return None };
                    let (taken, after) = if parts.peek().is_none() {
                        (rest.strip_suffix(&**literal)?, "")
                    } else {
                        rest.split_once(&**literal)?
                    };
                    rest = after;
                    (name, taken)
                }
                Part::Run(name, run) => {
                    let (taken, after) = rest.split_at_checked(run.length(rest)?)?;
                    rest = after;
                    (name, taken)
                }
            };
            match name {
                Name::None => {}
                Name::Model => out.model = Some(taken),
                Name::Version => match &mut out.version {
                    Some(version) => {
                        version.push('.');
                        version.push_str(taken);
                    }
                    none => *none = Some(taken.to_owned()),
                },
            }
        }
        rest.is_empty().then_some(out)
    }

    /// Whether the whole text matches.
    pub(super) fn matches(&self, text: &str) -> bool {
        self.captures(text).is_some()
    }
}

impl Run {
    /// Bytes that the run takes from the head of `rest`.
    fn length(self, rest: &str) -> Option<usize> {
        match self {
            Self::Count(set, count) => {
                let head = rest.as_bytes().get(..count)?;
                head.iter().all(|&byte| set.has(byte)).then_some(count)
            }
            Self::Many(set) => {
                let count = rest.bytes().take_while(|&byte| set.has(byte)).count();
                (count > 0).then_some(count)
            }
            Self::Rest => (!rest.is_empty()).then_some(rest.len()),
            Self::Any | Self::Text => Some(rest.len()),
        }
    }
}

fn weight(part: &Part) -> usize {
    match part {
        Part::Literal(literal) => literal.len().saturating_mul(4),
        Part::Run(_, Run::Count(_, count)) => *count,
        Part::Run(_, Run::Many(_)) => 1,
        Part::Run(..) => 0,
    }
}

fn part(run: &str) -> Result<Part, PatternError> {
    let (name, what) = run.split_once(':').ok_or(PatternError::Colon)?;
    let name = match name {
        "" => Name::None,
        "version" | "major" | "minor" | "patch" | "build" => Name::Version,
        "model" => Name::Model,
        _ => return Err(PatternError::Name),
    };
    let digits = what.bytes().take_while(u8::is_ascii_digit).count();
    let (count, set) = what.split_at_checked(digits).ok_or(PatternError::Run)?;
    let run = match (count, set) {
        ("", "text") => Run::Text,
        ("", "rest") => Run::Rest,
        ("", "any") => Run::Any,
        ("", "v") => Run::Many(Set::Version),
        (_, "d" | "x" | "a") => {
            let set = match set {
                "d" => Set::Digit,
                "x" => Set::Hex,
                _ => Set::Letter,
            };
            match count {
                "" => Run::Many(set),
                count => match count.parse() {
                    Ok(count @ 1..=64) => Run::Count(set, count),
                    _ => return Err(PatternError::Run),
                },
            }
        }
        _ => return Err(PatternError::Run),
    };
    Ok(Part::Run(name, run))
}

fn well_placed(part: &Part, next: Option<&Part>) -> Result<(), PatternError> {
    match (part, next) {
        (Part::Run(_, Run::Text), Some(Part::Literal(_))) => Ok(()),
        (Part::Run(_, Run::Text), _) | (Part::Run(_, Run::Rest | Run::Any), Some(_)) => Err(PatternError::Place),
        (Part::Run(_, Run::Many(set)), Some(Part::Literal(literal)))
            if literal.bytes().next().is_some_and(|byte| set.has(byte)) =>
        {
            Err(PatternError::Swallows)
        }
        (Part::Run(_, Run::Many(set)), Some(Part::Run(_, Run::Many(other) | Run::Count(other, _))))
            if set.meets(*other) =>
        {
            Err(PatternError::Swallows)
        }
        (Part::Run(_, Run::Many(_)), Some(Part::Run(_, Run::Text | Run::Rest))) => Err(PatternError::Swallows),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(pattern: &str, text: &str) -> Option<Option<String>> {
        Pattern::parse(pattern).unwrap().captures(text).map(|captures| captures.version)
    }

    #[test]
    fn digits_without_separators_become_a_dotted_version() {
        let pattern = "OFFIS_DCMTK_<major:1d><minor:1d><patch:1d>";
        assert_eq!(version(pattern, "OFFIS_DCMTK_367"), Some(Some("3.6.7".into())));
        assert_eq!(version(pattern, "OFFIS_DCMTK_3610"), None);
        assert_eq!(version(pattern, "OFFIS_DCMTK_36"), None);
        assert_eq!(version(pattern, "XOFFIS_DCMTK_367"), None);
    }

    #[test]
    fn a_run_takes_all_it_can_and_stops_at_what_is_not_in_its_set() {
        assert_eq!(version("<version:v>/WIN32", "1.5.0/WIN32"), Some(Some("1.5.0".into())));
        assert_eq!(version("<:a><version:d>", "CT12"), Some(Some("12".into())));
        assert_eq!(version("<:a><version:d>", "CT"), None);
    }

    #[test]
    fn text_is_the_shortest_before_its_literal_and_the_longest_when_the_literal_ends_the_pattern() {
        let pattern = Pattern::parse("<:text>-IntelliVue <model:text> - <:6d>").unwrap();
        let captures = pattern.captures("a-b-c-IntelliVue MX500 - 866064").unwrap();
        assert_eq!(captures.model, Some("MX500"));
        let pattern = Pattern::parse("<model:text>_GE").unwrap();
        assert_eq!(pattern.captures("B1_GE_GE").unwrap().model, Some("B1_GE"));
    }

    #[test]
    fn a_doubled_angle_is_a_literal_one() {
        let pattern = Pattern::parse("APDU-<<<:any>").unwrap();
        assert!(pattern.matches("APDU-<x"));
        assert!(pattern.matches("APDU-<"));
        assert!(!pattern.matches("APDU-x"));
    }

    #[test]
    fn counts_never_cut_a_character_in_two() {
        let pattern = Pattern::parse("<:2x><:any>").unwrap();
        assert!(!pattern.matches("aé"));
        assert!(pattern.matches("aaé"));
    }

    #[test]
    fn what_could_never_match_is_refused() {
        for (text, error) in [
            ("", PatternError::Empty),
            ("<version:d>0", PatternError::Swallows),
            ("<:x><:d>", PatternError::Swallows),
            ("<:v><:rest>", PatternError::Swallows),
            ("<:text>", PatternError::Place),
            ("<:rest>x", PatternError::Place),
            ("a<b", PatternError::Open),
            ("<d>", PatternError::Colon),
            ("<serial:d>", PatternError::Name),
            ("<:65d>", PatternError::Run),
            ("<:0d>", PatternError::Run),
            ("<:3v>", PatternError::Run),
        ] {
            assert_eq!(Pattern::parse(text), Err(error), "{text}");
        }
        assert_eq!(Pattern::parse(&"<:1d>".repeat(33)), Err(PatternError::Long));
        assert_eq!(Pattern::parse(&"a".repeat(257)), Err(PatternError::Long));
    }

    #[test]
    fn the_more_literal_pattern_weighs_more() {
        let weight = |text| Pattern::parse(text).unwrap().weight();
        assert!(weight("GEMS_CT_<:any>") > weight("GEMS_<:any>"));
        assert!(weight("MR<:3d>") > weight("MR<:d>"));
    }
}
