//! Event reports of measurements and configurations, and the data requests that ask for them.
//!
//! ```text
//!  0D1C configuration   | config-report-id:16 | list of ConfigObject |       answered by | config-report-id:16 | result:16 |
//!    ConfigObject   | object-class:16 | handle:16 | AttributeList |
//!  scan report          | data-req-id:16 | scan-report-no:16 | list of what the kind says |
//!    variable        | handle:16 | AttributeList |
//!    fixed           | handle:16 | octet string: values as the object's attribute-value-map lays them out |
//!    grouped         | octet string: values as the scanner's handle-attribute-value-map lays them out |
//!    multi-person    | person-id:16 | list of the above (grouped: one octet string) |
//! ```
//! ISO/IEEE 11073-20601 annex A.11. Sixteen event types carry scan reports: four of the device itself (fixed, variable, both
//! also per person), and six each of unbuffered and buffered scanners (these and grouped, all also per person).
//!
//! What devices really do: a data-req-id of F000 says that the device itself started the report.

use iomt_wire::{Cursor, Error, Kind, Result};
use iomt_x73::{AttributeList, Decode, Handle, List, OctetString, OidType, RelativeTime};

use crate::{
    association::ConfigId,
    data::{Action, EventReport, action},
    named, shows,
};

/// Event type of a configuration report.
pub const NOTI_CONFIG: OidType = OidType(0x0d1c);
/// Event type of data from a store.
pub const NOTI_SEGMENT_DATA: OidType = OidType(0x0d21);

/// A data-req-id that says: the device started this.
pub const AGENT_INITIATED: u16 = 0xf000;

/// How a scan report writes its values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ScanForm {
    /// Attributes with number and length.
    Variable,
    /// Bare values, per object.
    Fixed,
    /// Bare values of all objects of a scanner.
    Grouped,
}

/// What an event type says of a scan report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ScanKind {
    /// How the values are written.
    pub form: ScanForm,
    /// Whether they are told per person.
    pub multi_person: bool,
}

impl ScanKind {
    /// The kind of an event type; nothing when it is no scan report.
    #[must_use]
    pub const fn of(event_type: OidType) -> Option<Self> {
        let (form, multi_person) = match event_type.0 {
            0x0d1d | 0x0d23 | 0x0d29 => (ScanForm::Fixed, false),
            0x0d1e | 0x0d22 | 0x0d28 => (ScanForm::Variable, false),
            0x0d1f | 0x0d26 | 0x0d2c => (ScanForm::Fixed, true),
            0x0d20 | 0x0d25 | 0x0d2b => (ScanForm::Variable, true),
            0x0d24 | 0x0d2a => (ScanForm::Grouped, false),
            0x0d27 | 0x0d2d => (ScanForm::Grouped, true),
            _ => return None,
        };
        Some(Self { form, multi_person })
    }
}

/// The number that a device gives to one of the persons who use it: a patient's, so its debug output hides it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct PersonId(pub u16);

impl PersonId {
    /// The device does not know who it was.
    pub const UNKNOWN: Self = Self(0xffff);
}

impl core::fmt::Debug for PersonId {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("PersonId(..)")
    }
}

/// A report of measurements.
#[derive(Clone, Copy, Debug)]
pub struct ScanReport<'a> {
    /// Which data request it answers; see [`AGENT_INITIATED`].
    pub data_req_id: u16,
    /// Counts reports.
    pub report_number: u16,
    /// What was observed.
    pub observations: Observations<'a>,
}

/// What a scan report tells.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub enum Observations<'a> {
    /// Objects with their attributes.
    Variable(List<'a, ObservationScan<'a>>),
    /// Objects with bare values.
    Fixed(List<'a, ObservationScanFixed<'a>>),
    /// Bare values of a scanner's objects.
    Grouped(List<'a, OctetString<'a>>),
    /// Per person: objects with their attributes.
    PersonVariable(List<'a, PerPerson<List<'a, ObservationScan<'a>>>>),
    /// Per person: objects with bare values.
    PersonFixed(List<'a, PerPerson<List<'a, ObservationScanFixed<'a>>>>),
    /// Per person: bare values of a scanner's objects.
    PersonGrouped(List<'a, PerPerson<OctetString<'a>>>),
}

impl<'a> ScanReport<'a> {
    /// Reads the information of an event report; nothing when that is another event or only a confirmation.
    ///
    /// # Errors
    /// When the information is cut before its list.
    #[inline]
    pub fn read(event: &EventReport<'a>) -> Result<Option<Self>> {
        match ScanKind::of(event.event_type) {
            Some(kind) if !event.is_result => Self::decode(kind, &mut { event.info }).map(Some),
            _ => Ok(None),
        }
    }

    /// Reads the scan report within the result of a data request; nothing when there is none.
    ///
    /// # Errors
    /// When the information is cut before its list.
    pub fn read_response(response: &DataResponse<'a>) -> Result<Option<Self>> {
        match ScanKind::of(response.event_type) {
            Some(kind) if !response.info.is_empty() => Self::decode(kind, &mut { response.info }).map(Some),
            _ => Ok(None),
        }
    }

    pub(crate) fn decode(kind: ScanKind, cursor: &mut Cursor<'a>) -> Result<Self> {
        let [d0, d1, n0, n1] = cursor.array("data-req-id and scan-report-no")?;
        let observations = match (kind.form, kind.multi_person) {
            (ScanForm::Variable, false) => Observations::Variable(List::decode(cursor)?),
            (ScanForm::Fixed, false) => Observations::Fixed(List::decode(cursor)?),
            (ScanForm::Grouped, false) => Observations::Grouped(List::decode(cursor)?),
            (ScanForm::Variable, true) => Observations::PersonVariable(List::decode(cursor)?),
            (ScanForm::Fixed, true) => Observations::PersonFixed(List::decode(cursor)?),
            (ScanForm::Grouped, true) => Observations::PersonGrouped(List::decode(cursor)?),
        };
        let data_req_id = u16::from_be_bytes([d0, d1]);
        Ok(Self { data_req_id, report_number: u16::from_be_bytes([n0, n1]), observations })
    }
}

/// What one object measured, as attributes.
#[derive(Clone, Copy, Debug)]
pub struct ObservationScan<'a> {
    /// Which object.
    pub handle: Handle,
    /// Its attributes.
    pub attributes: AttributeList<'a>,
}

impl<'a> Decode<'a> for ObservationScan<'a> {
    const LEAST: usize = 6;
    const NAME: &'static str = "ObservationScan";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        Ok(Self { handle: Handle::decode(cursor)?, attributes: List::decode(cursor)? })
    }
}

/// What one object measured, as bare values.
#[derive(Clone, Copy, Debug)]
pub struct ObservationScanFixed<'a> {
    /// Which object.
    pub handle: Handle,
    /// Its values, laid out as its attribute-value-map says.
    pub values: OctetString<'a>,
}

impl<'a> Decode<'a> for ObservationScanFixed<'a> {
    const LEAST: usize = 4;
    const NAME: &'static str = "ObservationScanFixed";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        Ok(Self { handle: Handle::decode(cursor)?, values: OctetString::decode(cursor)? })
    }
}

/// What was observed of one person.
#[derive(Clone, Copy, Debug)]
pub struct PerPerson<T> {
    /// Who it was, by the device's own count.
    pub person: PersonId,
    /// What was observed.
    pub observations: T,
}

impl<'a, T: Decode<'a>> Decode<'a> for PerPerson<T> {
    const LEAST: usize = T::LEAST.saturating_add(2);
    const NAME: &'static str = "ScanReportPer";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        Ok(Self { person: PersonId(cursor.be_u16("person-id")?), observations: T::decode(cursor)? })
    }
}

/// The objects that a device has, and how it lays out their values.
#[derive(Clone, Copy, Debug)]
pub struct ConfigReport<'a> {
    /// The number of this configuration.
    pub id: ConfigId,
    /// Its objects.
    pub objects: List<'a, ConfigObject<'a>>,
}

impl<'a> ConfigReport<'a> {
    /// Reads the information of an event report; nothing when that is another event or a confirmation.
    ///
    /// # Errors
    /// When the information is cut before its list.
    pub fn read(event: &EventReport<'a>) -> Result<Option<Self>> {
        if event.event_type != NOTI_CONFIG || event.is_result {
            return Ok(None);
        }
        Self::decode(&mut { event.info }).map(Some)
    }

    pub(crate) fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        Ok(Self { id: ConfigId(cursor.be_u16("config-report-id")?), objects: List::decode(cursor)? })
    }
}

/// One object of a configuration.
#[derive(Clone, Copy, Debug)]
pub struct ConfigObject<'a> {
    /// What kind of object it is, a term of partition 1.
    pub class: OidType,
    /// Which one.
    pub handle: Handle,
    /// Its attributes that do not change.
    pub attributes: AttributeList<'a>,
}

impl<'a> Decode<'a> for ConfigObject<'a> {
    const LEAST: usize = 8;
    const NAME: &'static str = "ConfigObject";

    #[inline]
    fn decode(cursor: &mut Cursor<'a>) -> Result<Self> {
        let [c0, c1, h0, h1] = cursor.array("obj-class and obj-handle")?;
        Ok(Self {
            class: OidType(u16::from_be_bytes([c0, c1])),
            handle: Handle(u16::from_be_bytes([h0, h1])),
            attributes: List::decode(cursor)?,
        })
    }
}

named! {
    /// What a manager thinks of a configuration.
    ConfigResult(u16) {
        /// It can be used.
        ACCEPTED_CONFIG = 0, "accepted";
        /// It cannot be used.
        UNSUPPORTED_CONFIG = 1, "unsupported";
        /// It is said to be standard, and the manager does not know it.
        STANDARD_CONFIG_UNKNOWN = 2, "standard configuration unknown";
    }
}

/// A manager's answer to a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ConfigResponse {
    /// Which configuration.
    pub id: ConfigId,
    /// What it thinks of it.
    pub result: ConfigResult,
}

impl ConfigResponse {
    /// Reads the information of a confirmation; nothing when that is of another event.
    ///
    /// # Errors
    /// When the information is cut short.
    pub fn read(event: &EventReport<'_>) -> Result<Option<Self>> {
        if event.event_type != NOTI_CONFIG || !event.is_result {
            return Ok(None);
        }
        let mut cursor = event.info;
        let id = ConfigId(cursor.be_u16("config-report-id")?);
        Ok(Some(Self { id, result: ConfigResult(cursor.be_u16("config-result")?) }))
    }
}

/// A manager asks a device to start or stop sending data.
#[derive(Clone, Copy, Debug)]
pub struct DataRequest<'a> {
    /// Its number.
    pub data_req_id: u16,
    /// Start or stop, which objects, once or for how long: bits.
    pub mode: u16,
    /// For how long.
    pub time: RelativeTime,
    /// Of whom.
    pub person: PersonId,
    /// Of objects of which class.
    pub class: OidType,
    /// Of which objects.
    pub handles: List<'a, Handle>,
}

impl<'a> DataRequest<'a> {
    /// Reads the argument of an action; nothing when that is another action or a result.
    ///
    /// # Errors
    /// When the argument is cut before its list.
    pub fn read(request: &Action<'a>) -> Result<Option<Self>> {
        if request.action_type != action::DATA_REQUEST || request.is_result {
            return Ok(None);
        }
        let mut cursor = request.info;
        Ok(Some(Self {
            data_req_id: cursor.be_u16("data-req-id")?,
            mode: cursor.be_u16("data-req-mode")?,
            time: RelativeTime::decode(&mut cursor)?,
            person: PersonId(cursor.be_u16("data-req-person-id")?),
            class: OidType(cursor.be_u16("data-req-class")?),
            handles: List::decode(&mut cursor)?,
        }))
    }
}

/// A device's answer to a data request, with a report where one was asked for.
#[derive(Clone, Copy)]
pub struct DataResponse<'a> {
    /// When, on the device's own count.
    pub time: RelativeTime,
    /// Zero when it will do so.
    pub result: u16,
    /// Which kind of report follows.
    pub event_type: OidType,
    /// The report, as far as it is there.
    pub info: Cursor<'a>,
}

shows!(DataResponse: time, result, event_type);

impl<'a> DataResponse<'a> {
    /// Reads the result of an action; nothing when that is of another action or a request.
    ///
    /// # Errors
    /// When the result is cut short.
    pub fn read(response: &Action<'a>) -> Result<Option<Self>> {
        if response.action_type != action::DATA_REQUEST || !response.is_result {
            return Ok(None);
        }
        let mut cursor = response.info;
        let time = RelativeTime::decode(&mut cursor)?;
        let [r0, r1, e0, e1, l0, l1] = cursor.array("data-req-result, event-type and length")?;
        let info = cursor.sub_clipped(u16::from_be_bytes([l0, l1]));
        let event_type = OidType(u16::from_be_bytes([e0, e1]));
        Ok(Some(Self { time, result: u16::from_be_bytes([r0, r1]), event_type, info }))
    }
}

/// An error for a value that does not fit its place.
pub(crate) const fn misfit(offset: usize, field: &'static str, length: u64) -> Error {
    Error { offset, field, kind: Kind::Length { length } }
}
