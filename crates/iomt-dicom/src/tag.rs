//! Tags, and the dictionary of those that this crate knows by name.
//!
//! ```text
//!  0       2       4
//!  | group | elem  |      both in the byte order of the transfer syntax
//! ```
//! PS3.5 section 7.1, PS3.6. Groups with an odd number are private (PS3.5 section 7.8): an element (gggg,00bb) with bb from
//! 10 to FF names the creator which owns (gggg,bb00) to (gggg,bbFF). The block number differs from file to file, so only the
//! creator's name means anything.

use crate::element::Vr;

/// A data element tag: group and element number.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag {
    /// Group number; odd groups are private.
    pub group: u16,
    /// Element number within the group.
    pub element: u16,
}

impl Tag {
    /// A tag from its two numbers.
    #[inline]
    #[must_use]
    pub const fn new(group: u16, element: u16) -> Self {
        Self { group, element }
    }

    /// Whether the group is private: odd, and none of the odd groups that the standard keeps out of use.
    #[inline]
    #[must_use]
    pub const fn is_private(self) -> bool {
        self.group & 1 == 1 && !matches!(self.group, 0x0001 | 0x0003 | 0x0005 | 0x0007 | 0xffff)
    }

    /// Whether this element holds the name of a private creator, (odd,0010) to (odd,00FF).
    #[inline]
    #[must_use]
    pub const fn is_private_creator(self) -> bool {
        self.is_private() && self.element >= 0x0010 && self.element <= 0x00ff
    }

    /// The tag of the element that names the creator of this private element, (odd,00bb) of (odd,bbee).
    #[inline]
    #[must_use]
    pub const fn private_creator(self) -> Option<Self> {
        let block = self.element >> 8;
        if self.is_private() && block >= 0x10 { Some(Self::new(self.group, block)) } else { None }
    }
}

impl core::fmt::Display for Tag {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        write!(f, "({:04X},{:04X})", self.group, self.element)
    }
}

impl core::fmt::Debug for Tag {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        core::fmt::Display::fmt(self, f)
    }
}

macro_rules! dictionary {
    ($($name:ident $group:literal $element:literal $vr:ident $keyword:literal;)*) => {
        impl Tag {
            $(
                #[doc = concat!("`", $keyword, "`, ", stringify!($vr), ".")]
                pub const $name: Self = Self::new($group, $element);
            )*
        }

        /// Keyword and value representation of the tags in the dictionary.
        pub(crate) const fn lookup(tag: Tag) -> Option<(&'static str, Vr)> {
            match tag {
                $(Tag::$name => Some(($keyword, Vr::$vr)),)*
                _ => None,
            }
        }

        /// Every tag in the dictionary.
        pub(crate) const ALL: &[Tag] = &[$(Tag::$name),*];
    };
}

dictionary! {
    COMMAND_GROUP_LENGTH 0x0000 0x0000 UL "CommandGroupLength";
    AFFECTED_SOP_CLASS_UID 0x0000 0x0002 UI "AffectedSOPClassUID";
    REQUESTED_SOP_CLASS_UID 0x0000 0x0003 UI "RequestedSOPClassUID";
    COMMAND_FIELD 0x0000 0x0100 US "CommandField";
    MESSAGE_ID 0x0000 0x0110 US "MessageID";
    MESSAGE_ID_BEING_RESPONDED_TO 0x0000 0x0120 US "MessageIDBeingRespondedTo";
    MOVE_DESTINATION 0x0000 0x0600 AE "MoveDestination";
    PRIORITY 0x0000 0x0700 US "Priority";
    COMMAND_DATA_SET_TYPE 0x0000 0x0800 US "CommandDataSetType";
    STATUS 0x0000 0x0900 US "Status";
    OFFENDING_ELEMENT 0x0000 0x0901 AT "OffendingElement";
    ERROR_COMMENT 0x0000 0x0902 LO "ErrorComment";
    ERROR_ID 0x0000 0x0903 US "ErrorID";
    AFFECTED_SOP_INSTANCE_UID 0x0000 0x1000 UI "AffectedSOPInstanceUID";
    REQUESTED_SOP_INSTANCE_UID 0x0000 0x1001 UI "RequestedSOPInstanceUID";
    EVENT_TYPE_ID 0x0000 0x1002 US "EventTypeID";
    ATTRIBUTE_IDENTIFIER_LIST 0x0000 0x1005 AT "AttributeIdentifierList";
    ACTION_TYPE_ID 0x0000 0x1008 US "ActionTypeID";
    NUMBER_OF_REMAINING_SUBOPERATIONS 0x0000 0x1020 US "NumberOfRemainingSuboperations";
    NUMBER_OF_COMPLETED_SUBOPERATIONS 0x0000 0x1021 US "NumberOfCompletedSuboperations";
    NUMBER_OF_FAILED_SUBOPERATIONS 0x0000 0x1022 US "NumberOfFailedSuboperations";
    NUMBER_OF_WARNING_SUBOPERATIONS 0x0000 0x1023 US "NumberOfWarningSuboperations";
    MOVE_ORIGINATOR_APPLICATION_ENTITY_TITLE 0x0000 0x1030 AE "MoveOriginatorApplicationEntityTitle";
    MOVE_ORIGINATOR_MESSAGE_ID 0x0000 0x1031 US "MoveOriginatorMessageID";

    FILE_META_INFORMATION_GROUP_LENGTH 0x0002 0x0000 UL "FileMetaInformationGroupLength";
    FILE_META_INFORMATION_VERSION 0x0002 0x0001 OB "FileMetaInformationVersion";
    MEDIA_STORAGE_SOP_CLASS_UID 0x0002 0x0002 UI "MediaStorageSOPClassUID";
    MEDIA_STORAGE_SOP_INSTANCE_UID 0x0002 0x0003 UI "MediaStorageSOPInstanceUID";
    TRANSFER_SYNTAX_UID 0x0002 0x0010 UI "TransferSyntaxUID";
    IMPLEMENTATION_CLASS_UID 0x0002 0x0012 UI "ImplementationClassUID";
    IMPLEMENTATION_VERSION_NAME 0x0002 0x0013 SH "ImplementationVersionName";
    SOURCE_APPLICATION_ENTITY_TITLE 0x0002 0x0016 AE "SourceApplicationEntityTitle";
    SENDING_APPLICATION_ENTITY_TITLE 0x0002 0x0017 AE "SendingApplicationEntityTitle";
    RECEIVING_APPLICATION_ENTITY_TITLE 0x0002 0x0018 AE "ReceivingApplicationEntityTitle";
    SOURCE_PRESENTATION_ADDRESS 0x0002 0x0026 UR "SourcePresentationAddress";
    SENDING_PRESENTATION_ADDRESS 0x0002 0x0027 UR "SendingPresentationAddress";
    RECEIVING_PRESENTATION_ADDRESS 0x0002 0x0028 UR "ReceivingPresentationAddress";
    PRIVATE_INFORMATION_CREATOR_UID 0x0002 0x0100 UI "PrivateInformationCreatorUID";
    PRIVATE_INFORMATION 0x0002 0x0102 OB "PrivateInformation";

    SPECIFIC_CHARACTER_SET 0x0008 0x0005 CS "SpecificCharacterSet";
    INSTANCE_CREATOR_UID 0x0008 0x0014 UI "InstanceCreatorUID";
    SOP_CLASS_UID 0x0008 0x0016 UI "SOPClassUID";
    SOP_INSTANCE_UID 0x0008 0x0018 UI "SOPInstanceUID";
    STUDY_DATE 0x0008 0x0020 DA "StudyDate";
    STUDY_TIME 0x0008 0x0030 TM "StudyTime";
    ACCESSION_NUMBER 0x0008 0x0050 SH "AccessionNumber";
    QUERY_RETRIEVE_LEVEL 0x0008 0x0052 CS "QueryRetrieveLevel";
    RETRIEVE_AE_TITLE 0x0008 0x0054 AE "RetrieveAETitle";
    STATION_AE_TITLE 0x0008 0x0055 AE "StationAETitle";
    MODALITY 0x0008 0x0060 CS "Modality";
    MODALITIES_IN_STUDY 0x0008 0x0061 CS "ModalitiesInStudy";
    MANUFACTURER 0x0008 0x0070 LO "Manufacturer";
    INSTITUTION_NAME 0x0008 0x0080 LO "InstitutionName";
    INSTITUTION_ADDRESS 0x0008 0x0081 ST "InstitutionAddress";
    REFERRING_PHYSICIAN_NAME 0x0008 0x0090 PN "ReferringPhysicianName";
    CODE_VALUE 0x0008 0x0100 SH "CodeValue";
    CODING_SCHEME_DESIGNATOR 0x0008 0x0102 SH "CodingSchemeDesignator";
    CODE_MEANING 0x0008 0x0104 LO "CodeMeaning";
    TIMEZONE_OFFSET_FROM_UTC 0x0008 0x0201 SH "TimezoneOffsetFromUTC";
    STATION_NAME 0x0008 0x1010 SH "StationName";
    STUDY_DESCRIPTION 0x0008 0x1030 LO "StudyDescription";
    SERIES_DESCRIPTION 0x0008 0x103e LO "SeriesDescription";
    INSTITUTIONAL_DEPARTMENT_NAME 0x0008 0x1040 LO "InstitutionalDepartmentName";
    INSTITUTIONAL_DEPARTMENT_TYPE_CODE_SEQUENCE 0x0008 0x1041 SQ "InstitutionalDepartmentTypeCodeSequence";
    MANUFACTURER_MODEL_NAME 0x0008 0x1090 LO "ManufacturerModelName";
    REFERENCED_SERIES_SEQUENCE 0x0008 0x1115 SQ "ReferencedSeriesSequence";
    REFERENCED_SOP_SEQUENCE 0x0008 0x1199 SQ "ReferencedSOPSequence";

    PATIENT_NAME 0x0010 0x0010 PN "PatientName";
    PATIENT_ID 0x0010 0x0020 LO "PatientID";
    PATIENT_BIRTH_DATE 0x0010 0x0030 DA "PatientBirthDate";
    PATIENT_SEX 0x0010 0x0040 CS "PatientSex";

    DEVICE_SERIAL_NUMBER 0x0018 0x1000 LO "DeviceSerialNumber";
    DEVICE_UID 0x0018 0x1002 UI "DeviceUID";
    DEVICE_ID 0x0018 0x1003 LO "DeviceID";
    PLATE_ID 0x0018 0x1004 LO "PlateID";
    GENERATOR_ID 0x0018 0x1005 LO "GeneratorID";
    CASSETTE_ID 0x0018 0x1007 LO "CassetteID";
    GANTRY_ID 0x0018 0x1008 LO "GantryID";
    UNIQUE_DEVICE_IDENTIFIER 0x0018 0x1009 UT "UniqueDeviceIdentifier";
    UDI_SEQUENCE 0x0018 0x100a SQ "UDISequence";
    MANUFACTURER_DEVICE_CLASS_UID 0x0018 0x100b UI "ManufacturerDeviceClassUID";
    SECONDARY_CAPTURE_DEVICE_ID 0x0018 0x1010 LO "SecondaryCaptureDeviceID";
    HARDCOPY_CREATION_DEVICE_ID 0x0018 0x1011 LO "HardcopyCreationDeviceID";
    SECONDARY_CAPTURE_DEVICE_MANUFACTURER 0x0018 0x1016 LO "SecondaryCaptureDeviceManufacturer";
    HARDCOPY_DEVICE_MANUFACTURER 0x0018 0x1017 LO "HardcopyDeviceManufacturer";
    SECONDARY_CAPTURE_DEVICE_MANUFACTURER_MODEL_NAME 0x0018 0x1018 LO "SecondaryCaptureDeviceManufacturerModelName";
    SECONDARY_CAPTURE_DEVICE_SOFTWARE_VERSIONS 0x0018 0x1019 LO "SecondaryCaptureDeviceSoftwareVersions";
    HARDCOPY_DEVICE_SOFTWARE_VERSION 0x0018 0x101a LO "HardcopyDeviceSoftwareVersion";
    HARDCOPY_DEVICE_MANUFACTURER_MODEL_NAME 0x0018 0x101b LO "HardcopyDeviceManufacturerModelName";
    SOFTWARE_VERSIONS 0x0018 0x1020 LO "SoftwareVersions";
    PROTOCOL_NAME 0x0018 0x1030 LO "ProtocolName";
    DATE_OF_LAST_CALIBRATION 0x0018 0x1200 DA "DateOfLastCalibration";
    TIME_OF_LAST_CALIBRATION 0x0018 0x1201 TM "TimeOfLastCalibration";
    DATE_TIME_OF_LAST_CALIBRATION 0x0018 0x1202 DT "DateTimeOfLastCalibration";
    CALIBRATION_DATE_TIME 0x0018 0x1203 DT "CalibrationDateTime";
    TRANSDUCER_DATA 0x0018 0x5010 LO "TransducerData";
    TRANSDUCER_IDENTIFICATION_SEQUENCE 0x0018 0x5011 SQ "TransducerIdentificationSequence";
    DETECTOR_DESCRIPTION 0x0018 0x7006 LT "DetectorDescription";
    DETECTOR_ID 0x0018 0x700a SH "DetectorID";
    DATE_OF_LAST_DETECTOR_CALIBRATION 0x0018 0x700c DA "DateOfLastDetectorCalibration";
    TIME_OF_LAST_DETECTOR_CALIBRATION 0x0018 0x700e TM "TimeOfLastDetectorCalibration";
    DETECTOR_MANUFACTURER_NAME 0x0018 0x702a LO "DetectorManufacturerName";
    DETECTOR_MANUFACTURER_MODEL_NAME 0x0018 0x702b LO "DetectorManufacturerModelName";
    FRAME_DETECTOR_PARAMETERS_SEQUENCE 0x0018 0x9451 SQ "FrameDetectorParametersSequence";
    CONTRIBUTING_SOURCES_SEQUENCE 0x0018 0x9506 SQ "ContributingSourcesSequence";
    CONTRIBUTING_EQUIPMENT_SEQUENCE 0x0018 0xa001 SQ "ContributingEquipmentSequence";

    STUDY_INSTANCE_UID 0x0020 0x000d UI "StudyInstanceUID";
    SERIES_INSTANCE_UID 0x0020 0x000e UI "SeriesInstanceUID";
    UNASSIGNED_SHARED_CONVERTED_ATTRIBUTES_SEQUENCE 0x0020 0x9170 SQ "UnassignedSharedConvertedAttributesSequence";
    UNASSIGNED_PER_FRAME_CONVERTED_ATTRIBUTES_SEQUENCE 0x0020 0x9171 SQ "UnassignedPerFrameConvertedAttributesSequence";

    MEASUREMENT_EQUIPMENT_SEQUENCE 0x0028 0x7012 SQ "MeasurementEquipmentSequence";
    DISPLAY_SUBSYSTEM_SEQUENCE 0x0028 0x7023 SQ "DisplaySubsystemSequence";
    SCHEDULED_STATION_AE_TITLE 0x0040 0x0001 AE "ScheduledStationAETitle";
    SCHEDULED_STATION_NAME 0x0040 0x0010 SH "ScheduledStationName";
    SCHEDULED_PROCEDURE_STEP_LOCATION 0x0040 0x0011 SH "ScheduledProcedureStepLocation";
    SCHEDULED_PROCEDURE_STEP_SEQUENCE 0x0040 0x0100 SQ "ScheduledProcedureStepSequence";
    PERFORMED_STATION_AE_TITLE 0x0040 0x0241 AE "PerformedStationAETitle";
    PERFORMED_STATION_NAME 0x0040 0x0242 SH "PerformedStationName";
    PERFORMED_LOCATION 0x0040 0x0243 SH "PerformedLocation";
    PERFORMED_SERIES_SEQUENCE 0x0040 0x0340 SQ "PerformedSeriesSequence";
    SCHEDULED_STATION_NAME_CODE_SEQUENCE 0x0040 0x4025 SQ "ScheduledStationNameCodeSequence";
    SCHEDULED_STATION_CLASS_CODE_SEQUENCE 0x0040 0x4026 SQ "ScheduledStationClassCodeSequence";
    SCHEDULED_STATION_GEOGRAPHIC_LOCATION_CODE_SEQUENCE 0x0040 0x4027 SQ "ScheduledStationGeographicLocationCodeSequence";
    PERFORMED_STATION_NAME_CODE_SEQUENCE 0x0040 0x4028 SQ "PerformedStationNameCodeSequence";
    PERFORMED_STATION_CLASS_CODE_SEQUENCE 0x0040 0x4029 SQ "PerformedStationClassCodeSequence";
    PERFORMED_STATION_GEOGRAPHIC_LOCATION_CODE_SEQUENCE 0x0040 0x4030 SQ "PerformedStationGeographicLocationCodeSequence";
    CONCEPT_NAME_CODE_SEQUENCE 0x0040 0xa043 SQ "ConceptNameCodeSequence";
    UID 0x0040 0xa124 UI "UID";
    TEXT_VALUE 0x0040 0xa160 UT "TextValue";
    PURPOSE_OF_REFERENCE_CODE_SEQUENCE 0x0040 0xa170 SQ "PurposeOfReferenceCodeSequence";
    CONTENT_SEQUENCE 0x0040 0xa730 SQ "ContentSequence";

    DEVICE_SEQUENCE 0x0050 0x0010 SQ "DeviceSequence";
    DEVICE_DESCRIPTION 0x0050 0x0020 LO "DeviceDescription";
    UNIFIED_PROCEDURE_STEP_PERFORMED_PROCEDURE_SEQUENCE 0x0074 0x1216 SQ "UnifiedProcedureStepPerformedProcedureSequence";
    PRINTER_STATUS 0x2110 0x0010 CS "PrinterStatus";
    PRINTER_NAME 0x2110 0x0030 LO "PrinterName";
    RADIATION_MACHINE_NAME 0x3002 0x0020 SH "RadiationMachineName";
    BEAM_SEQUENCE 0x300a 0x00b0 SQ "BeamSequence";
    TREATMENT_MACHINE_NAME 0x300a 0x00b2 SH "TreatmentMachineName";
    TREATMENT_MACHINE_SEQUENCE 0x300a 0x0206 SQ "TreatmentMachineSequence";
    ION_BEAM_SEQUENCE 0x300a 0x03a2 SQ "IonBeamSequence";
    SHARED_FUNCTIONAL_GROUPS_SEQUENCE 0x5200 0x9229 SQ "SharedFunctionalGroupsSequence";
    PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE 0x5200 0x9230 SQ "PerFrameFunctionalGroupsSequence";
    PIXEL_DATA 0x7fe0 0x0010 OW "PixelData";
    ITEM 0xfffe 0xe000 UN "Item";
    ITEM_DELIMITATION_ITEM 0xfffe 0xe00d UN "ItemDelimitationItem";
    SEQUENCE_DELIMITATION_ITEM 0xfffe 0xe0dd UN "SequenceDelimitationItem";
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;
    use std::string::ToString;

    #[test]
    fn a_tag_prints_as_the_standard_writes_it() {
        assert_eq!(Tag::MANUFACTURER.to_string(), "(0008,0070)");
        assert_eq!(Tag::CONTRIBUTING_EQUIPMENT_SEQUENCE.to_string(), "(0018,A001)");
    }

    #[test]
    fn private_groups_are_odd_but_not_the_reserved_ones() {
        assert!(Tag::new(0x0009, 0x1001).is_private());
        assert!(!Tag::new(0x0008, 0x1001).is_private());
        assert!(!Tag::new(0x0007, 0x1001).is_private());
        assert!(!Tag::new(0xffff, 0x0010).is_private());
        assert!(Tag::new(0x0009, 0x0010).is_private_creator());
        assert!(!Tag::new(0x0009, 0x0100).is_private_creator());
        assert!(!Tag::new(0x0009, 0x000f).is_private_creator());
    }

    #[test]
    fn the_dictionary_is_sorted_and_answers_for_each_of_its_tags() {
        assert!(ALL.is_sorted_by(|a, b| a < b));
        assert!(ALL.iter().all(|tag| lookup(*tag).is_some()));
        assert_eq!(lookup(Tag::new(0x0010, 0x9999)), None);
    }
}
