//! Alarms as PCD-04 reports them, and as other transactions carry them along.
//!
//! ```text
//!  OBR|..|..|..|196616^MDC_EVT_ALARM^MDC                                   an alarm follows
//!  OBX|1|CWE|196616^MDC_EVT_ALARM^MDC    |1.1.0.0.1|196668^MDC_EVT_..|||A~PM~ST   facet 1: the event, or its limits and value
//!  OBX|2|CWE|68480^MDC_ATTR_ALERT_SOURCE |1.1.0.0.2|70049^MDC_DEV_..
//!  OBX|3|ST |68481^MDC_ATTR_EVENT_PHASE  |1.1.0.0.3|start
//!  OBX|4|ST |68482^MDC_ATTR_ALARM_STATE  |1.1.0.0.4|active
//!  OBX|5|ST |68483^.._INACTIVATION_STATE |1.1.0.0.5|enabled
//!  OBX|6|ST |68484^MDC_ATTR_ALARM_PRIORITY|1.1.0.0.6|PM
//!  OBX|7|ST |68485^MDC_ATTR_ALERT_TYPE   |1.1.0.0.7|ST
//!  OBX|8|ST |68546^MDC_ATTR_ALERT_TEXT   |1.1.0.0.8|...
//! ```
//! IHE devices technical framework, volume 2, PCD-04. What devices do: rows are left out; priority and kind stand in OBX-8 of the
//! first row alone (Mindray); 68164 to 68168 instead of 68480 to 68484 (Draeger, GE); the event itself in OBX-3 of the first row, its
//! text in OBX-5 (Draeger); rows on numbers of two levels. So a row is known by its code, and only the first by its number.

use crate::Message;
use crate::ident::{mdc, tree};
use crate::segment::Segment;
use crate::view::{Field, Syntax};

/// The rows of an alarm behind its first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Row {
    Source,
    Phase,
    State,
    Inactivation,
    Priority,
    Kind,
    Text,
}

/// How many kinds of rows there are.
const ROWS: usize = 7;

impl Row {
    fn of(number: u32, name: &[u8]) -> Option<Self> {
        Some(match (number, name) {
            (68_480 | 68_164, _) | (_, b"MDC_ATTR_ALERT_SOURCE") => Self::Source,
            (68_481 | 68_165, _) | (_, b"MDC_ATTR_EVENT_PHASE") => Self::Phase,
            (68_482 | 68_166, _) | (_, b"MDC_ATTR_ALARM_STATE" | b"MDC_ATTR_ALERT_STATE") => Self::State,
            (68_483 | 68_167, _) | (_, b"MDC_ATTR_ALARM_INACTIVATION_STATE") => Self::Inactivation,
            (68_484 | 68_168, _) | (_, b"MDC_ATTR_ALARM_PRIORITY") => Self::Priority,
            (68_485, _) | (_, b"MDC_ATTR_ALERT_TYPE") => Self::Kind,
            (68_546, _) | (_, b"MDC_ATTR_ALERT_TEXT") => Self::Text,
            _ => return None,
        })
    }
}

/// `MDC_EVT_ALARM`: some alarm, which OBX-5 names.
pub(super) const SOME_ALARM: u32 = 196_616;

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $word:ident = $text:literal),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name { $($(#[$of])* $word),* }

        impl $name {
            /// The meaning of a word; none where it is not one of these.
            #[must_use]
            pub fn read(word: &[u8]) -> Option<Self> {
                let word = word.trim_ascii();
                $(if word.eq_ignore_ascii_case($text) { return Some(Self::$word); })*
                None
            }
        }
    };
}

words! {
    /// What became of an alarm since it was told last.
    Phase {
        /// It begins.
        Start = b"start",
        /// It goes on.
        Continue = b"continue",
        /// Something about it changed.
        Update = b"update",
        /// It is over.
        End = b"end",
    }
}

words! {
    /// Whether the alarm condition is there.
    AlarmState {
        /// The alarm is switched off.
        Off = b"off",
        /// The condition is not there.
        Inactive = b"inactive",
        /// The condition is there.
        Active = b"active",
        /// The condition is over, its signal goes on until somebody acknowledges it.
        Latched = b"latched",
    }
}

words! {
    /// How grave it is.
    Priority {
        /// High.
        High = b"PH",
        /// Medium.
        Medium = b"PM",
        /// Low.
        Low = b"PL",
        /// For information.
        Information = b"PI",
        /// None is indicated.
        None = b"PN",
        /// Not known.
        Unknown = b"PU",
    }
}

words! {
    /// What it is about.
    AlarmKind {
        /// The patient: physiological.
        Patient = b"SP",
        /// The device: technical.
        Device = b"ST",
        /// An advice.
        Advisory = b"SA",
    }
}

/// One alarm of a message. What it says in words may name a patient, so its `Debug` output says where it is and which of the known
/// words it has.
#[derive(Clone, Copy)]
pub struct Alarm<'a> {
    /// The device that tells of it: first number of OBX-4; 0 when the row does not say.
    pub mds: u64,
    /// The module: second number of OBX-4.
    pub vmd: u64,
    /// Where its first row begins in the bytes that were given to [`Message::parse`].
    pub offset: usize,
    id: Field<'a>,
    value: Field<'a>,
    flags: Field<'a>,
    rows: [Field<'a>; ROWS],
}

impl<'a> Alarm<'a> {
    fn begin(segment: &Segment<'a>, (mds, vmd): (u64, u64)) -> Self {
        let absent = Field::new(&[], segment.offset(), *segment.syntax());
        let [id, value, flags] = [3, 5, 8].map(|number| segment.field(number));
        Self { mds, vmd, offset: segment.offset(), id, value, flags, rows: [absent; ROWS] }
    }

    fn row(&self, row: Row) -> Field<'a> {
        self.rows.get(row as usize).copied().unwrap_or(self.id)
    }

    /// Which event it is: OBX-5 of the first row where its OBX-3 says no more than "an alarm", else that OBX-3.
    #[must_use]
    pub fn event(&self) -> Field<'a> {
        if self.is_named_by_value() { self.value } else { self.id }
    }

    /// The value that raised it, or the words for the event: OBX-5 of the first row where OBX-3 names the event.
    #[must_use]
    pub fn value(&self) -> Option<Field<'a>> {
        (!self.is_named_by_value()).then_some(self.value)
    }

    fn is_named_by_value(&self) -> bool {
        mdc(self.id).is_some_and(|(number, name)| number == SOME_ALARM || name == b"MDC_EVT_ALARM")
    }

    /// What raised it: a device, a module or a quantity by its code, or a number of the containment tree.
    #[must_use]
    pub fn source(&self) -> Field<'a> {
        self.row(Row::Source)
    }

    /// What became of it.
    #[must_use]
    pub fn phase(&self) -> Option<Phase> {
        Phase::read(self.row(Row::Phase).component(1).bytes())
    }

    /// Whether it is there.
    #[must_use]
    pub fn state(&self) -> Option<AlarmState> {
        AlarmState::read(self.row(Row::State).component(1).bytes())
    }

    /// Whether its signal is paused, off or acknowledged, as sent.
    #[must_use]
    pub fn inactivation(&self) -> Field<'a> {
        self.row(Row::Inactivation)
    }

    /// How grave it is: by its row, else by OBX-8 of the first row.
    #[must_use]
    pub fn priority(&self) -> Option<Priority> {
        self.word(Row::Priority, Priority::read)
    }

    /// Whether it is about the patient or the device: by its row, else by OBX-8 of the first row.
    #[must_use]
    pub fn kind(&self) -> Option<AlarmKind> {
        self.word(Row::Kind, AlarmKind::read)
    }

    fn word<T>(&self, row: Row, read: fn(&[u8]) -> Option<T>) -> Option<T> {
        read(self.row(row).component(1).bytes())
            .or_else(|| self.flags.repetitions().find_map(|flag| read(flag.component(1).bytes())))
    }

    /// The words that the device shows. They may name a patient.
    #[must_use]
    pub fn text(&self) -> Field<'a> {
        self.row(Row::Text)
    }

    /// Whether the condition is there: by its state, else by its phase.
    #[must_use]
    pub fn is_active(&self) -> bool {
        match self.state() {
            Some(state) => state == AlarmState::Active,
            None => matches!(self.phase(), Some(Phase::Start | Phase::Continue | Phase::Update)),
        }
    }
}

impl core::fmt::Debug for Alarm<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Alarm")
            .field("mds", &self.mds)
            .field("vmd", &self.vmd)
            .field("offset", &self.offset)
            .field("phase", &self.phase())
            .field("state", &self.state())
            .field("priority", &self.priority())
            .field("kind", &self.kind())
            .finish_non_exhaustive()
    }
}

/// Whether an OBR announces alarms.
pub(super) fn is_about_alarms(obr: &Segment<'_>) -> bool {
    mdc(obr.field(4)).is_some_and(|(number, name)| number == SOME_ALARM || name == b"MDC_EVT_ALARM")
}

/// Calls `visit` with each alarm of a message, in order. No allocation.
pub fn alarms<'a>(message: &Message<'a>, visit: &mut dyn FnMut(Alarm<'a>)) {
    let mut about_alarms = false;
    let mut open: Option<Alarm<'a>> = None;
    for segment in message.segments() {
        if segment.name().eq_ignore_ascii_case(b"OBR") {
            open.take().into_iter().for_each(&mut *visit);
            about_alarms = is_about_alarms(&segment);
            continue;
        }
        if !segment.name().eq_ignore_ascii_case(b"OBX") {
            continue;
        }
        let id = segment.field(3);
        let (number, name) = mdc(id).unwrap_or_default();
        if let Some(row) = Row::of(number, name) {
            if let Some(slot) = open.as_mut().and_then(|alarm| alarm.rows.get_mut(row as usize))
                && slot.is_absent()
            {
                *slot = segment.field(5);
            }
            continue;
        }
        let path = segment.field(4);
        let first = number == SOME_ALARM || (about_alarms && is_first_facet(path.bytes(), path.syntax()));
        if first {
            let tree = tree(path.bytes(), path.syntax());
            open.replace(Alarm::begin(&segment, tree)).into_iter().for_each(&mut *visit);
        }
    }
    open.into_iter().for_each(visit);
}

/// Whether OBX-4 has five numbers of which the last is 1.
fn is_first_facet(path: &[u8], syntax: Syntax) -> bool {
    let (component, repetition) = (syntax.component(), syntax.repetition());
    let ends = |byte: &u8| Some(*byte) == component || Some(*byte) == repetition;
    let path = path.split(ends).next().unwrap_or_default();
    path.ends_with(b".1") && path.iter().filter(|byte| **byte == b'.').count() == 4
}
