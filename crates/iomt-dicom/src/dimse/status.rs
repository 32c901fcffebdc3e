//! How an operation ended: the status of a response, (0000,0900).
//!
//! PS3.7 annex C for what every service shares, PS3.4 for what each service class adds. A number alone says little: B000 is a
//! coerced data set after C-STORE and failed sub-operations after C-MOVE, so the name is asked with the operation and its SOP class.

use super::CommandField;

/// The status of a response, (0000,0900).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Status(pub u16);

impl Status {
    /// Success.
    pub const SUCCESS: Self = Self(0x0000);
    /// Matching or sub-operations were cancelled.
    pub const CANCEL: Self = Self(0xfe00);
    /// More answers follow.
    pub const PENDING: Self = Self(0xff00);

    /// The class of the status in the words of PS3.7 annex C.
    #[must_use]
    pub const fn class(self) -> &'static str {
        match self.0 {
            0x0000 => "success",
            0xff00 | 0xff01 => "pending",
            0xfe00 => "cancel",
            0x0001 | 0x0107 | 0x0116 | 0xb000..=0xbfff => "warning",
            0xa000..=0xafff | 0xc000..=0xcfff | 0x0100..=0x02ff => "failure",
            _ => "unknown",
        }
    }

    /// Whether more responses to the same request follow.
    #[must_use]
    pub const fn is_pending(self) -> bool {
        matches!(self.0, 0xff00 | 0xff01)
    }

    /// The meaning of the status in the response `to` a request (or in a response, the high bit does not matter) for a SOP class.
    ///
    /// Nothing for a number that neither PS3.7 nor the service class defines.
    #[must_use]
    pub fn name(self, to: CommandField, sop_class: &[u8]) -> Option<&'static str> {
        let operation = to.0 & 0x7fff;
        TABLE
            .iter()
            .find(|row| (row.first..=row.last).contains(&self.0) && row.scope.holds(operation, sop_class))
            .map(|row| row.name)
    }
}

/// Where a row of the table holds.
#[derive(Clone, Copy)]
enum Scope {
    /// PS3.7: wherever no row before it does.
    Any,
    /// In responses to this request.
    Of(CommandField),
    /// For SOP classes whose UID starts so.
    Class(&'static [u8]),
}

impl Scope {
    fn holds(self, operation: u16, sop_class: &[u8]) -> bool {
        match self {
            Self::Any => true,
            Self::Of(field) => field.0 == operation,
            Self::Class(start) => sop_class.starts_with(start),
        }
    }
}

struct Row {
    first: u16,
    last: u16,
    scope: Scope,
    name: &'static str,
}

const fn row(first: u16, last: u16, scope: Scope, name: &'static str) -> Row {
    Row { first, last, scope, name }
}

const STORE: Scope = Scope::Of(CommandField::C_STORE_RQ);
const FIND: Scope = Scope::Of(CommandField::C_FIND_RQ);
const MOVE: Scope = Scope::Of(CommandField::C_MOVE_RQ);
const GET: Scope = Scope::Of(CommandField::C_GET_RQ);
/// PS3.4 annex CC.
const UPS: Scope = Scope::Class(b"1.2.840.10008.5.1.4.34.6.");
/// PS3.4 annex DD: conventional and ion machine verification.
const MACHINE: Scope = Scope::Class(b"1.2.840.10008.5.1.4.34.8");
const ION_MACHINE: Scope = Scope::Class(b"1.2.840.10008.5.1.4.34.9");
/// PS3.4 annex S.
const MEDIA_CREATION: Scope = Scope::Class(b"1.2.840.10008.5.1.1.33");
/// PS3.4 annex P: procedural and substance administration event logging.
const LOGGING: Scope = Scope::Class(b"1.2.840.10008.1.4");
/// PS3.4 annex H.
const PRINT: Scope = Scope::Class(b"1.2.840.10008.5.1.1.");
/// PS3.4 annex Q.
const RELEVANT_PATIENT: Scope = Scope::Class(b"1.2.840.10008.5.1.4.37.");

/// What a service class says comes before what all share.
const TABLE: &[Row] = &[
    row(0xb300, 0xb300, UPS, "the UPS was created with modifications"),
    row(0xb301, 0xb301, UPS, "deletion lock not granted"),
    row(0xb304, 0xb304, UPS, "the UPS is already CANCELED"),
    row(0xb305, 0xb305, UPS, "coerced invalid values to valid values"),
    row(0xb306, 0xb306, UPS, "the UPS is already COMPLETED"),
    row(0xc300, 0xc300, UPS, "the UPS may no longer be updated"),
    row(0xc301, 0xc301, UPS, "the correct Transaction UID was not provided"),
    row(0xc302, 0xc302, UPS, "the UPS is already IN PROGRESS"),
    row(0xc303, 0xc303, UPS, "the UPS may only become SCHEDULED via N-CREATE"),
    row(0xc304, 0xc304, UPS, "the UPS has not met final state requirements"),
    row(0xc307, 0xc307, UPS, "no such UPS instance"),
    row(0xc308, 0xc308, UPS, "receiving AE title is unknown"),
    row(0xc309, 0xc309, UPS, "the provided value of UPS State was not SCHEDULED"),
    row(0xc310, 0xc310, UPS, "the UPS is not yet IN PROGRESS"),
    row(0xc311, 0xc311, UPS, "the UPS is already COMPLETED"),
    row(0xc312, 0xc312, UPS, "the performer cannot be contacted"),
    row(0xc313, 0xc313, UPS, "the performer chooses not to cancel"),
    row(0xc314, 0xc314, UPS, "action not appropriate for specified instance"),
    row(0xc315, 0xc315, UPS, "event reports not supported"),
    row(0xc112, 0xc112, MACHINE, "no such machine verification instance"),
    row(0xc112, 0xc112, ION_MACHINE, "no such machine verification instance"),
    row(0xc221, 0xc221, MACHINE, "referenced fraction group does not exist"),
    row(0xc221, 0xc221, ION_MACHINE, "referenced fraction group does not exist"),
    row(0xc222, 0xc222, MACHINE, "no beams exist within the referenced fraction group"),
    row(0xc222, 0xc222, ION_MACHINE, "no beams exist within the referenced fraction group"),
    row(0xc223, 0xc223, MACHINE, "already verifying"),
    row(0xc223, 0xc223, ION_MACHINE, "already verifying"),
    row(0xc224, 0xc224, MACHINE, "referenced beam not found"),
    row(0xc224, 0xc224, ION_MACHINE, "referenced beam not found"),
    row(0xc225, 0xc225, MACHINE, "referenced device or accessory not supported"),
    row(0xc225, 0xc225, ION_MACHINE, "referenced device or accessory not supported"),
    row(0xc226, 0xc226, MACHINE, "referenced device or accessory not found"),
    row(0xc226, 0xc226, ION_MACHINE, "referenced device or accessory not found"),
    row(0xc227, 0xc227, MACHINE, "referenced RT plan not found"),
    row(0xc227, 0xc227, ION_MACHINE, "referenced RT plan not found"),
    row(0xa510, 0xa510, MEDIA_CREATION, "media creation was already initiated"),
    row(0xc201, 0xc201, MEDIA_CREATION, "media creation already completed"),
    row(0xc202, 0xc202, MEDIA_CREATION, "media creation in progress and cannot be interrupted"),
    row(0xc203, 0xc203, MEDIA_CREATION, "cancellation denied"),
    row(0xb101, 0xb101, LOGGING, "synchronization frame of reference does not match"),
    row(0xb102, 0xb102, LOGGING, "event logged under a different study instance UID"),
    row(0xb104, 0xb104, LOGGING, "IDs inconsistent; event logged"),
    row(0xc101, 0xc101, LOGGING, "procedural logging not available for the study"),
    row(0xc102, 0xc102, LOGGING, "event information does not match template"),
    row(0xc103, 0xc103, LOGGING, "cannot match event to a current study"),
    row(0xc104, 0xc104, LOGGING, "IDs inconsistent; event not logged"),
    row(0xc10e, 0xc10e, LOGGING, "operator not authorized"),
    row(0xc110, 0xc110, LOGGING, "patient cannot be identified"),
    row(0xc111, 0xc111, LOGGING, "update of medication administration record failed"),
    row(0xb600, 0xb600, PRINT, "memory allocation not supported"),
    row(0xb601, 0xb601, PRINT, "film session printing (collation) not supported"),
    row(0xb602, 0xb602, PRINT, "film session without image boxes (empty page)"),
    row(0xb603, 0xb603, PRINT, "film box without image boxes (empty page)"),
    row(0xb604, 0xb604, PRINT, "image larger than image box, demagnified"),
    row(0xb605, 0xb605, PRINT, "requested density outside of printer's range"),
    row(0xb609, 0xb609, PRINT, "image larger than image box, cropped"),
    row(0xb60a, 0xb60a, PRINT, "image larger than image box, decimated"),
    row(0xc600, 0xc600, PRINT, "film session without film boxes"),
    row(0xc601, 0xc602, PRINT, "print queue is full"),
    row(0xc603, 0xc603, PRINT, "image larger than image box"),
    row(0xc605, 0xc605, PRINT, "insufficient memory in printer"),
    row(0xc613, 0xc613, PRINT, "combined print image larger than image box"),
    row(0xc616, 0xc616, PRINT, "existing film box has not been printed"),
    row(0xc100, 0xc100, RELEVANT_PATIENT, "more than one match found"),
    row(0xc200, 0xc200, RELEVANT_PATIENT, "unable to support requested template"),
    row(0xb000, 0xb000, STORE, "coercion of data elements"),
    row(0xb006, 0xb006, STORE, "elements discarded"),
    row(0xb007, 0xb007, STORE, "data set does not match SOP class"),
    row(0xa700, 0xa7ff, STORE, "refused: out of resources"),
    row(0xa900, 0xa9ff, STORE, "data set does not match SOP class"),
    row(0xc000, 0xcfff, STORE, "cannot understand"),
    row(0xff00, 0xff00, FIND, "matches are continuing"),
    row(0xff01, 0xff01, FIND, "matches are continuing, optional keys not supported"),
    row(0xfe00, 0xfe00, FIND, "matching terminated due to cancel"),
    row(0xb001, 0xb001, FIND, "matching reached response limit"),
    row(0xa700, 0xa700, FIND, "refused: out of resources"),
    row(0xa710, 0xa710, FIND, "invalid prior record key"),
    row(0xa900, 0xa900, FIND, "identifier does not match SOP class"),
    row(0xc000, 0xcfff, FIND, "unable to process"),
    row(0xff00, 0xff00, MOVE, "sub-operations are continuing"),
    row(0xfe00, 0xfe00, MOVE, "sub-operations terminated due to cancel"),
    row(0xb000, 0xb000, MOVE, "sub-operations complete, one or more failures or warnings"),
    row(0xa701, 0xa701, MOVE, "refused: out of resources, unable to calculate number of matches"),
    row(0xa702, 0xa702, MOVE, "refused: out of resources, unable to perform sub-operations"),
    row(0xa801, 0xa801, MOVE, "refused: move destination unknown"),
    row(0xff00, 0xff00, GET, "sub-operations are continuing"),
    row(0xfe00, 0xfe00, GET, "sub-operations terminated due to cancel"),
    row(0xb000, 0xb000, GET, "sub-operations complete, one or more failures or warnings"),
    row(0xa701, 0xa701, GET, "refused: out of resources, unable to calculate number of matches"),
    row(0xa702, 0xa702, GET, "refused: out of resources, unable to perform sub-operations"),
    row(0xa900, 0xa900, MOVE, "identifier does not match SOP class"),
    row(0xa900, 0xa900, GET, "identifier does not match SOP class"),
    row(0xaa00, 0xaa00, MOVE, "none of the frames requested were found"),
    row(0xaa01, 0xaa01, MOVE, "unable to create new object for this SOP class"),
    row(0xaa02, 0xaa02, MOVE, "unable to extract frames"),
    row(0xaa03, 0xaa03, MOVE, "time-based request for a non-time-based instance"),
    row(0xaa04, 0xaa04, MOVE, "invalid request"),
    row(0xaa00, 0xaa00, GET, "none of the frames requested were found"),
    row(0xaa01, 0xaa01, GET, "unable to create new object for this SOP class"),
    row(0xaa02, 0xaa02, GET, "unable to extract frames"),
    row(0xaa03, 0xaa03, GET, "time-based request for a non-time-based instance"),
    row(0xaa04, 0xaa04, GET, "invalid request"),
    row(0xc000, 0xcfff, MOVE, "unable to process"),
    row(0xc000, 0xcfff, GET, "unable to process"),
    row(0x0000, 0x0000, Scope::Any, "success"),
    row(0x0001, 0x0001, Scope::Any, "requested optional attributes are not supported"),
    row(0x0105, 0x0105, Scope::Any, "no such attribute"),
    row(0x0106, 0x0106, Scope::Any, "invalid attribute value"),
    row(0x0107, 0x0107, Scope::Any, "attribute list error"),
    row(0x0110, 0x0110, Scope::Any, "processing failure"),
    row(0x0111, 0x0111, Scope::Any, "duplicate SOP instance"),
    row(0x0112, 0x0112, Scope::Any, "no such SOP instance"),
    row(0x0113, 0x0113, Scope::Any, "no such event type"),
    row(0x0114, 0x0114, Scope::Any, "no such argument"),
    row(0x0115, 0x0115, Scope::Any, "invalid argument value"),
    row(0x0116, 0x0116, Scope::Any, "attribute value out of range"),
    row(0x0117, 0x0117, Scope::Any, "invalid SOP instance"),
    row(0x0118, 0x0118, Scope::Any, "no such SOP class"),
    row(0x0119, 0x0119, Scope::Any, "class-instance conflict"),
    row(0x0120, 0x0120, Scope::Any, "missing attribute"),
    row(0x0121, 0x0121, Scope::Any, "missing attribute value"),
    row(0x0122, 0x0122, Scope::Any, "refused: SOP class not supported"),
    row(0x0123, 0x0123, Scope::Any, "no such action type"),
    row(0x0124, 0x0124, Scope::Any, "refused: not authorized"),
    row(0x0210, 0x0210, Scope::Any, "duplicate invocation"),
    row(0x0211, 0x0211, Scope::Any, "unrecognized operation"),
    row(0x0212, 0x0212, Scope::Any, "mistyped argument"),
    row(0x0213, 0x0213, Scope::Any, "resource limitation"),
    row(0xa700, 0xa7ff, Scope::Any, "out of resources"),
    row(0xa801, 0xa801, Scope::Any, "move destination unknown"),
    row(0xa900, 0xa9ff, Scope::Any, "data set does not match SOP class"),
    row(0xc000, 0xcfff, Scope::Any, "unable to process"),
    row(0xfe00, 0xfe00, Scope::Any, "cancel"),
    row(0xff00, 0xff01, Scope::Any, "pending"),
];

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;

    const CT: &[u8] = b"1.2.840.10008.5.1.4.1.1.2";

    #[test]
    fn one_number_means_different_things_to_different_services() {
        let warning = Status(0xb000);
        assert_eq!(warning.name(CommandField::C_STORE_RSP, CT), Some("coercion of data elements"));
        assert_eq!(
            warning.name(CommandField::C_MOVE_RSP, b""),
            Some("sub-operations complete, one or more failures or warnings")
        );
        assert_eq!(warning.name(CommandField::N_SET_RSP, b""), None, "nobody defines it there");
        assert_eq!(
            Status(0xc301).name(CommandField::N_ACTION_RSP, b"1.2.840.10008.5.1.4.34.6.1"),
            Some("the correct Transaction UID was not provided")
        );
        assert_eq!(Status(0xc301).name(CommandField::N_ACTION_RSP, CT), Some("unable to process"));
    }

    #[test]
    fn every_row_has_a_class_and_can_be_reached() {
        let operations = (0..=0x0fff_u16).map(CommandField).filter(|field| field.name().is_some());
        let operations: std::vec::Vec<_> = operations.collect();
        for row in TABLE {
            assert!(row.first <= row.last, "{}", row.name);
            let reached = (row.first..=row.last).map(Status).any(|status| {
                assert_ne!(status.class(), "unknown", "{}", row.name);
                let class: &[u8] = if let Scope::Class(start) = row.scope { start } else { b"" };
                operations.iter().any(|field| status.name(*field, class) == Some(row.name))
            });
            assert!(reached, "{:04X} {} is behind another row", row.first, row.name);
        }
    }
}
