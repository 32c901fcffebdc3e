//! Written from `facts/fields.tsv` and `facts/segments.tsv`: `IOMT_BLESS=1 cargo test -p iomt-hl7v2 --test segments`.

use super::Values;
use crate::segment::Segment;
use crate::types::{Cwe, Cx, Ei, Hd, Msg, Og, Pl, Pt, Vid, Xon, Xtn};
use crate::view::{Field, Repetitions};

segment! { Msh "MSH" {
    "Field separator (ST, since 2.1)." field_separator 1 one Field
    "Encoding characters (ST, since 2.1)." encoding_characters 2 one Field
    "Sending application (HD, since 2.1)." sending_application 3 one Hd
    "Sending facility (HD, since 2.1)." sending_facility 4 one Hd
    "Receiving application (HD, since 2.1)." receiving_application 5 one Hd
    "Receiving facility (HD, since 2.1)." receiving_facility 6 one Hd
    "Date time of message (DTM, since 2.1)." date_time_of_message 7 one Field
    "Security (ST, since 2.1)." security 8 one Field
    "Message type (MSG, since 2.1)." message_type 9 one Msg
    "Message control id (ST, since 2.1)." message_control_id 10 one Field
    "Processing id (PT, since 2.1)." processing_id 11 one Pt
    "Version id (VID, since 2.1)." version_id 12 one Vid
    "Sequence number (NM, since 2.1)." sequence_number 13 one Field
    "Continuation pointer (ST, since 2.1)." continuation_pointer 14 one Field
    "Accept acknowledgment type (ID, since 2.2)." accept_acknowledgment_type 15 one Field
    "Application acknowledgment type (ID, since 2.2)." application_acknowledgment_type 16 one Field
    "Country code (ID, since 2.2)." country_code 17 one Field
    "Character set (ID, since 2.3)." character_set 18 each Field
    "Principal language of message (CWE, since 2.3)." principal_language_of_message 19 one Cwe
    "Alternate character set handling scheme (ID, since 2.3.1)." alternate_character_set_handling_scheme 20 one Field
    "Message profile identifier (EI, since 2.4)." message_profile_identifier 21 each Ei
    "Sending responsible organization (XON, since 2.6)." sending_responsible_organization 22 one Xon
    "Receiving responsible organization (XON, since 2.6)." receiving_responsible_organization 23 one Xon
    "Sending network address (HD, since 2.6)." sending_network_address 24 one Hd
    "Receiving network address (HD, since 2.6)." receiving_network_address 25 one Hd
    "Security classification tag (CWE, since 2.9)." security_classification_tag 26 one Cwe
    "Security handling instructions (CWE, since 2.9)." security_handling_instructions 27 each Cwe
    "Special access restriction instructions (ST, since 2.9)." special_access_restriction_instructions 28 each Field
} }

segment! { Sft "SFT" {
    "Software vendor organization (XON, since 2.5)." software_vendor_organization 1 one Xon
    "Software certified version or release number (ST, since 2.5)." software_certified_version_or_release_number 2 one Field
    "Software product name (ST, since 2.5)." software_product_name 3 one Field
    "Software binary id (ST, since 2.5)." software_binary_id 4 one Field
    "Software product information (TX, since 2.5)." software_product_information 5 one Field
    "Software install date (DTM, since 2.5)." software_install_date 6 one Field
} }

segment! { Uac "UAC" {
    "User authentication credential type code (CWE, since 2.6)." user_authentication_credential_type_code 1 one Cwe
    "User authentication credential (ED, since 2.6)." user_authentication_credential 2 one Field
} }

segment! { Prt "PRT" {
    "Participation instance id (EI, since 2.7)." participation_instance_id 1 each Ei
    "Action code (ID, since 2.7)." action_code 2 one Field
    "Action reason (CWE, since 2.7)." action_reason 3 one Cwe
    "Participation (CWE, since 2.7)." participation 4 one Cwe
    "Participation person (XCN, since 2.7)." participation_person 5 each Field
    "Participation person provider type (CWE, since 2.7)." participation_person_provider_type 6 one Cwe
    "Participant organization unit type (CWE, since 2.7)." participant_organization_unit_type 7 one Cwe
    "Participation organization (XON, since 2.7)." participation_organization 8 each Xon
    "Participant location (PL, since 2.7)." participant_location 9 each Pl
    "Participation device (EI, since 2.7)." participation_device 10 each Ei
    "Participation begin date time arrival time (DTM, since 2.7)." participation_begin_date_time_arrival_time 11 one Field
    "Participation end date time departure time (DTM, since 2.7)." participation_end_date_time_departure_time 12 one Field
    "Participation qualitative duration (CWE, since 2.7)." participation_qualitative_duration 13 one Cwe
    "Participation address (XAD, since 2.7)." participation_address 14 each Field
    "Participant telecommunication address (XTN, since 2.7)." participant_telecommunication_address 15 each Xtn
    "Participant device identifier (EI, since 2.8.2)." participant_device_identifier 16 one Ei
    "Participant device manufacture date (DTM, since 2.8.2)." participant_device_manufacture_date 17 one Field
    "Participant device expiry date (DTM, since 2.8.2)." participant_device_expiry_date 18 one Field
    "Participant device lot number (ST, since 2.8.2)." participant_device_lot_number 19 one Field
    "Participant device serial number (ST, since 2.8.2)." participant_device_serial_number 20 one Field
    "Participant device donation identification (EI, since 2.8.2)." participant_device_donation_identification 21 one Ei
    "Participation device type (CNE, since 2.8.2)." participation_device_type 22 one Cwe
    "Preferred method of contact (CWE, since 2.9)." preferred_method_of_contact 23 one Cwe
    "Contact identifier (PLN, since 2.9)." contact_identifier 24 each Field
} }

segment! { Obr "OBR" {
    "Set id obr (SI, since 2.1)." set_id_obr 1 one Field
    "Placer order number (EI, since 2.1)." placer_order_number 2 one Ei
    "Filler order number (EI, since 2.1)." filler_order_number 3 one Ei
    "Universal service identifier (CWE, since 2.1)." universal_service_identifier 4 one Cwe
    "Priority (ID, since 2.1)." priority 5 one Field
    "Requested date time (DTM, since 2.1)." requested_date_time 6 one Field
    "Observation date time (DTM, since 2.1)." observation_date_time 7 one Field
    "Observation end date time (DTM, since 2.1)." observation_end_date_time 8 one Field
    "Collection volume (CQ, since 2.1)." collection_volume 9 one Field
    "Collector identifier (XCN, since 2.1)." collector_identifier 10 each Field
    "Specimen action code (ID, since 2.1)." specimen_action_code 11 one Field
    "Danger code (CWE, since 2.1)." danger_code 12 one Cwe
    "Relevant clinical information (CWE, since 2.1)." relevant_clinical_information 13 each Cwe
    "Specimen received date time (DTM, since 2.1, until 2.7)." specimen_received_date_time 14 one Field
    "Specimen source (SPS, since 2.1, until 2.7)." specimen_source 15 one Field
    "Ordering provider (XCN, since 2.1)." ordering_provider 16 each Field
    "Order callback phone number (XTN, since 2.1)." order_callback_phone_number 17 each Xtn
    "Placer field 1 (ST, since 2.1)." placer_field_1 18 one Field
    "Placer field 2 (ST, since 2.1)." placer_field_2 19 one Field
    "Filler field 1 (ST, since 2.1)." filler_field_1 20 one Field
    "Filler field 2 (ST, since 2.1)." filler_field_2 21 one Field
    "Results rpt status chng date time (DTM, since 2.1)." results_rpt_status_chng_date_time 22 one Field
    "Charge to practice (MOC, since 2.1)." charge_to_practice 23 one Field
    "Diagnostic serv sect id (ID, since 2.1)." diagnostic_serv_sect_id 24 one Field
    "Result status (ID, since 2.1)." result_status 25 one Field
    "Parent result (PRL, since 2.1)." parent_result 26 one Field
    "Quantity timing (TQ, since 2.1, until 2.7)." quantity_timing 27 each Field
    "Result copies to (XCN, since 2.1)." result_copies_to 28 each Field
    "Parent results observation identifier (EIP, since 2.1)." parent_results_observation_identifier 29 one Field
    "Transportation mode (ID, since 2.1)." transportation_mode 30 one Field
    "Reason for study (CWE, since 2.1)." reason_for_study 31 each Cwe
    "Principal result interpreter (NDL, since 2.1)." principal_result_interpreter 32 one Field
    "Assistant result interpreter (NDL, since 2.1)." assistant_result_interpreter 33 each Field
    "Technician (NDL, since 2.1)." technician 34 each Field
    "Transcriptionist (NDL, since 2.1)." transcriptionist 35 each Field
    "Scheduled date time (DTM, since 2.1)." scheduled_date_time 36 one Field
    "Number of sample containers (NM, since 2.3)." number_of_sample_containers 37 one Field
    "Transport logistics of collected sample (CWE, since 2.3)." transport_logistics_of_collected_sample 38 each Cwe
    "Collector s comment (CWE, since 2.3)." collector_s_comment 39 each Cwe
    "Transport arrangement responsibility (CWE, since 2.3)." transport_arrangement_responsibility 40 one Cwe
    "Transport arranged (ID, since 2.3)." transport_arranged 41 one Field
    "Escort required (ID, since 2.3)." escort_required 42 one Field
    "Planned patient transport comment (CWE, since 2.3)." planned_patient_transport_comment 43 each Cwe
    "Procedure code (CNE, since 2.3.1)." procedure_code 44 one Cwe
    "Procedure code modifier (CNE, since 2.3.1)." procedure_code_modifier 45 each Cwe
    "Placer supplemental service information (CWE, since 2.4)." placer_supplemental_service_information 46 each Cwe
    "Filler supplemental service information (CWE, since 2.4)." filler_supplemental_service_information 47 each Cwe
    "Medically necessary duplicate procedure reason (CWE, since 2.5)." medically_necessary_duplicate_procedure_reason 48 one Cwe
    "Result handling (CWE, since 2.5)." result_handling 49 one Cwe
    "Parent universal service identifier (CWE, since 2.5.1)." parent_universal_service_identifier 50 one Cwe
    "Observation group id (EI, since 2.7)." observation_group_id 51 one Ei
    "Parent observation group id (EI, since 2.7)." parent_observation_group_id 52 one Ei
    "Alternate placer order number (CX, since 2.7)." alternate_placer_order_number 53 each Cx
    "Parent order (EIP, since 2.7)." parent_order 54 one Field
    "Action code (ID, since 2.9)." action_code 55 one Field
} }

segment! { Obx "OBX" {
    "Set id obx (SI, since 2.1)." set_id_obx 1 one Field
    "Value type (ID, since 2.1)." value_type 2 one Field
    "Observation identifier (CWE, since 2.1)." observation_identifier 3 one Cwe
    "Observation sub id (OG, since 2.1)." observation_sub_id 4 one Og
    "Observation value (varies, since 2.1)." observation_value 5 each Field
    "Units (CWE, since 2.1)." units 6 one Cwe
    "References range (ST, since 2.1)." references_range 7 one Field
    "Interpretation codes (CWE, since 2.1)." interpretation_codes 8 each Cwe
    "Probability (NM, since 2.1)." probability 9 one Field
    "Nature of abnormal test (ID, since 2.1)." nature_of_abnormal_test 10 each Field
    "Observation result status (ID, since 2.1)." observation_result_status 11 one Field
    "Effective date of reference range (DTM, since 2.1)." effective_date_of_reference_range 12 one Field
    "User defined access checks (ST, since 2.2)." user_defined_access_checks 13 one Field
    "Date time of the observation (DTM, since 2.2)." date_time_of_the_observation 14 one Field
    "Producer s id (CWE, since 2.2)." producer_s_id 15 one Cwe
    "Responsible observer (XCN, since 2.2)." responsible_observer 16 each Field
    "Observation method (CWE, since 2.3)." observation_method 17 each Cwe
    "Equipment instance identifier (EI, since 2.4)." equipment_instance_identifier 18 each Ei
    "Date time of the analysis (DTM, since 2.4)." date_time_of_the_analysis 19 one Field
    "Observation site (CWE, since 2.5.1)." observation_site 20 each Cwe
    "Observation instance identifier (EI, since 2.5.1)." observation_instance_identifier 21 one Ei
    "Mood code (CNE, since 2.5.1)." mood_code 22 one Cwe
    "Performing organization name (XON, since 2.5.1)." performing_organization_name 23 each Xon
    "Performing organization address (XAD, since 2.5.1)." performing_organization_address 24 each Field
    "Performing organization medical director (XCN, since 2.5.1)." performing_organization_medical_director 25 each Field
    "Patient results release category (ID, since 2.7)." patient_results_release_category 26 each Field
    "Root cause (CWE, since 2.8)." root_cause 27 one Cwe
    "Local process control (CWE, since 2.8)." local_process_control 28 each Cwe
    "Observation type (ID, since 2.8.1)." observation_type 29 each Field
    "Observation sub type (ID, since 2.8.2)." observation_sub_type 30 each Field
    "Action code (ID, since 2.9)." action_code 31 one Field
    "Observation value absent reason (CWE, since 2.9)." observation_value_absent_reason 32 each Cwe
    "Observation related specimen identifier (EIP, since 2.9)." observation_related_specimen_identifier 33 each Field
} }

segment! { Equ "EQU" {
    "Equipment instance identifier (EI, since 2.4)." equipment_instance_identifier 1 each Ei
    "Event date time (DTM, since 2.4)." event_date_time 2 one Field
    "Equipment state (CWE, since 2.4)." equipment_state 3 one Cwe
    "Local remote control state (CWE, since 2.4)." local_remote_control_state 4 one Cwe
    "Alert level (CWE, since 2.4)." alert_level 5 one Cwe
    "Expected date time of the next status change (DTM, since 2.9)." expected_date_time_of_the_next_status_change 6 one Field
} }

segment! { Eqp "EQP" {
    "Event type (CWE, since 2.4)." event_type 1 one Cwe
    "File name (ST, since 2.4)." file_name 2 one Field
    "Start date time (DTM, since 2.4)." start_date_time 3 one Field
    "End date time (DTM, since 2.4)." end_date_time 4 one Field
    "Transaction data (FT, since 2.4)." transaction_data 5 one Field
} }

segment! { Dev "DEV" {
    "Action code (ID, since 2.9)." action_code 1 one Field
    "Unique device identifier (EI, since 2.9)." unique_device_identifier 2 one Ei
    "Device type (CNE, since 2.9)." device_type 3 each Cwe
    "Device status (CNE, since 2.9)." device_status 4 one Cwe
    "Manufacturer distributor (XON, since 2.9)." manufacturer_distributor 5 one Xon
    "Brand name (ST, since 2.9)." brand_name 6 one Field
    "Model identifier (ST, since 2.9)." model_identifier 7 one Field
    "Catalogue identifier (ST, since 2.9)." catalogue_identifier 8 one Field
    "Udi device identifier (EI, since 2.9)." udi_device_identifier 9 one Ei
    "Device lot number (ST, since 2.9)." device_lot_number 10 one Field
    "Device serial number (ST, since 2.9)." device_serial_number 11 one Field
    "Device manufacture date (DTM, since 2.9)." device_manufacture_date 12 one Field
    "Device expiry date (DTM, since 2.9)." device_expiry_date 13 one Field
    "Safety characteristics (CWE, since 2.9)." safety_characteristics 14 each Cwe
    "Device donation identification (EI, since 2.9)." device_donation_identification 15 one Ei
    "Software version number (ST, since 2.9)." software_version_number 16 one Field
    "Implantation status (CNE, since 2.9)." implantation_status 17 one Cwe
} }

segment! { Pv1 "PV1" {
    "Set id pv1 (SI, since 2.1)." set_id_pv1 1 one Field
    "Patient class (CWE, since 2.1)." patient_class 2 one Cwe
    "Assigned patient location (PL, since 2.1)." assigned_patient_location 3 one Pl
    "Admission type (CWE, since 2.1)." admission_type 4 one Cwe
    "Preadmit number (CX, since 2.1)." preadmit_number 5 one Cx
    "Prior patient location (PL, since 2.1)." prior_patient_location 6 one Pl
    "Attending doctor (XCN, since 2.1)." attending_doctor 7 each Field
    "Referring doctor (XCN, since 2.1)." referring_doctor 8 each Field
    "Consulting doctor (XCN, since 2.1)." consulting_doctor 9 each Field
    "Hospital service (CWE, since 2.1)." hospital_service 10 one Cwe
    "Temporary location (PL, since 2.1)." temporary_location 11 one Pl
    "Preadmit test indicator (CWE, since 2.1)." preadmit_test_indicator 12 one Cwe
    "Re admission indicator (CWE, since 2.1)." re_admission_indicator 13 one Cwe
    "Admit source (CWE, since 2.1)." admit_source 14 one Cwe
    "Ambulatory status (CWE, since 2.1)." ambulatory_status 15 each Cwe
    "Vip indicator (CWE, since 2.1)." vip_indicator 16 one Cwe
    "Admitting doctor (XCN, since 2.1)." admitting_doctor 17 each Field
    "Patient type (CWE, since 2.1)." patient_type 18 one Cwe
    "Visit number (CX, since 2.1)." visit_number 19 one Cx
    "Financial class (FC, since 2.1)." financial_class 20 each Field
    "Charge price indicator (CWE, since 2.1)." charge_price_indicator 21 one Cwe
    "Courtesy code (CWE, since 2.1)." courtesy_code 22 one Cwe
    "Credit rating (CWE, since 2.1)." credit_rating 23 one Cwe
    "Contract code (CWE, since 2.1)." contract_code 24 each Cwe
    "Contract effective date (DT, since 2.1)." contract_effective_date 25 each Field
    "Contract amount (NM, since 2.1)." contract_amount 26 each Field
    "Contract period (NM, since 2.1)." contract_period 27 each Field
    "Interest code (CWE, since 2.1)." interest_code 28 one Cwe
    "Transfer to bad debt code (CWE, since 2.1)." transfer_to_bad_debt_code 29 one Cwe
    "Transfer to bad debt date (DT, since 2.1)." transfer_to_bad_debt_date 30 one Field
    "Bad debt agency code (CWE, since 2.1)." bad_debt_agency_code 31 one Cwe
    "Bad debt transfer amount (NM, since 2.1)." bad_debt_transfer_amount 32 one Field
    "Bad debt recovery amount (NM, since 2.1)." bad_debt_recovery_amount 33 one Field
    "Delete account indicator (CWE, since 2.1)." delete_account_indicator 34 one Cwe
    "Delete account date (DT, since 2.1)." delete_account_date 35 one Field
    "Discharge disposition (CWE, since 2.1)." discharge_disposition 36 one Cwe
    "Discharged to location (DLD, since 2.1)." discharged_to_location 37 one Field
    "Diet type (CWE, since 2.1)." diet_type 38 one Cwe
    "Servicing facility (CWE, since 2.1)." servicing_facility 39 one Cwe
    "Bed status (IS, since 2.1)." bed_status 40 each Field
    "Account status (CWE, since 2.1)." account_status 41 one Cwe
    "Pending location (PL, since 2.1)." pending_location 42 one Pl
    "Prior temporary location (PL, since 2.1)." prior_temporary_location 43 one Pl
    "Admit date time (DTM, since 2.1)." admit_date_time 44 one Field
    "Discharge date time (DTM, since 2.1)." discharge_date_time 45 one Field
    "Current patient balance (NM, since 2.1)." current_patient_balance 46 one Field
    "Total charges (NM, since 2.1)." total_charges 47 one Field
    "Total adjustments (NM, since 2.1)." total_adjustments 48 one Field
    "Total payments (NM, since 2.1)." total_payments 49 one Field
    "Alternate visit id (CX, since 2.2)." alternate_visit_id 50 each Cx
    "Visit indicator (CWE, since 2.3)." visit_indicator 51 one Cwe
    "Other healthcare provider (XCN, since 2.3, until 2.6)." other_healthcare_provider 52 each Field
    "Service episode description (ST, since 2.7)." service_episode_description 53 one Field
    "Service episode identifier (CX, since 2.7)." service_episode_identifier 54 one Cx
} }

segment! { Nte "NTE" {
    "Set id nte (SI, since 2.1)." set_id_nte 1 one Field
    "Source of comment (ID, since 2.1)." source_of_comment 2 one Field
    "Comment (FT, since 2.1)." comment 3 each Field
    "Comment type (CWE, since 2.3.1)." comment_type 4 one Cwe
    "Entered by (XCN, since 2.6)." entered_by 5 one Field
    "Entered date time (DTM, since 2.6)." entered_date_time 6 one Field
    "Effective start date (DTM, since 2.6)." effective_start_date 7 one Field
    "Expiration date (DTM, since 2.6)." expiration_date 8 one Field
} }

/// Number of fields per version, 0 where there is none or it is not known; sorted by name.
pub(super) const COUNTS: [([u8; 3], [u8; 13]); 191] = [
    (*b"ABS", [0, 0, 0, 0, 14, 14, 14, 14, 14, 14, 14, 14, 0]),
    (*b"ACC", [3, 3, 6, 6, 10, 11, 11, 11, 12, 13, 13, 13, 0]),
    (*b"ADD", [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0]),
    (*b"ADJ", [0, 0, 0, 0, 0, 0, 0, 15, 15, 15, 15, 15, 0]),
    (*b"AFF", [0, 0, 0, 0, 5, 5, 5, 5, 5, 5, 5, 5, 0]),
    (*b"AIG", [0, 0, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 0]),
    (*b"AIL", [0, 0, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 0]),
    (*b"AIP", [0, 0, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 0]),
    (*b"AIS", [0, 0, 10, 10, 12, 12, 12, 12, 12, 12, 12, 12, 0]),
    (*b"AL1", [0, 6, 6, 6, 6, 6, 6, 6, 5, 5, 5, 5, 0]),
    (*b"APR", [0, 0, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 0]),
    (*b"ARQ", [0, 0, 23, 23, 25, 25, 25, 25, 25, 25, 25, 25, 0]),
    (*b"ARV", [0, 0, 0, 0, 0, 0, 0, 6, 6, 6, 6, 6, 0]),
    (*b"AUT", [0, 0, 10, 10, 10, 10, 10, 10, 12, 29, 29, 29, 0]),
    (*b"BHS", [12, 12, 12, 12, 12, 12, 12, 14, 14, 14, 14, 14, 0]),
    (*b"BLC", [0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 0]),
    (*b"BLG", [3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 4, 0]),
    (*b"BPO", [0, 0, 0, 0, 0, 14, 14, 14, 14, 14, 14, 14, 0]),
    (*b"BPX", [0, 0, 0, 0, 0, 21, 21, 21, 21, 21, 21, 21, 0]),
    (*b"BTS", [3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 0]),
    (*b"BTX", [0, 0, 0, 0, 0, 19, 19, 19, 19, 20, 20, 20, 0]),
    (*b"BUI", [0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 12, 12, 0]),
    (*b"CDM", [0, 0, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 0]),
    (*b"CDO", [0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 0]),
    (*b"CER", [0, 0, 0, 0, 0, 31, 31, 31, 31, 31, 31, 31, 0]),
    (*b"CM0", [0, 0, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 0]),
    (*b"CM1", [0, 0, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 0]),
    (*b"CM2", [0, 0, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 0]),
    (*b"CNS", [0, 0, 0, 0, 6, 6, 6, 6, 6, 6, 6, 6, 0]),
    (*b"CON", [0, 0, 0, 0, 0, 25, 25, 25, 25, 25, 25, 25, 0]),
    (*b"CSP", [0, 0, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 0]),
    (*b"CSR", [0, 0, 16, 16, 16, 16, 16, 16, 16, 16, 16, 16, 0]),
    (*b"CSS", [0, 0, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 0]),
    (*b"CTD", [0, 0, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 0]),
    (*b"CTI", [0, 0, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 0]),
    (*b"DB1", [0, 0, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 0]),
    (*b"DEV", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 17]),
    (*b"DG1", [14, 16, 19, 19, 19, 21, 21, 26, 26, 26, 26, 26, 0]),
    (*b"DMI", [0, 0, 0, 0, 0, 0, 0, 5, 5, 5, 5, 5, 0]),
    (*b"DON", [0, 0, 0, 0, 0, 0, 0, 0, 0, 33, 33, 33, 0]),
    (*b"DPS", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0]),
    (*b"DRG", [0, 0, 10, 10, 11, 11, 11, 33, 33, 33, 33, 33, 0]),
    (*b"DSC", [1, 1, 1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 0]),
    (*b"DSP", [5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 0]),
    (*b"ECD", [0, 0, 0, 0, 5, 5, 5, 5, 5, 5, 5, 5, 0]),
    (*b"ECR", [0, 0, 0, 0, 3, 3, 3, 3, 3, 3, 3, 3, 0]),
    (*b"EDU", [0, 0, 0, 0, 8, 9, 9, 9, 9, 9, 9, 9, 0]),
    (*b"EQL", [0, 0, 4, 4, 4, 4, 4, 0, 0, 0, 0, 0, 0]),
    (*b"EQP", [0, 0, 0, 0, 5, 5, 5, 5, 5, 5, 5, 5, 5]),
    (*b"EQU", [0, 0, 0, 0, 5, 5, 5, 5, 5, 5, 5, 5, 6]),
    (*b"ERQ", [0, 0, 3, 3, 3, 3, 3, 0, 0, 0, 0, 0, 0]),
    (*b"ERR", [1, 1, 1, 1, 1, 12, 12, 12, 12, 12, 12, 12, 0]),
    (*b"EVN", [4, 5, 6, 6, 7, 7, 7, 7, 7, 7, 7, 7, 0]),
    (*b"FAC", [0, 0, 12, 12, 12, 12, 12, 12, 12, 12, 12, 12, 0]),
    (*b"FHS", [12, 12, 12, 12, 12, 12, 12, 14, 14, 14, 14, 14, 0]),
    (*b"FT1", [22, 23, 25, 26, 26, 31, 31, 31, 43, 43, 43, 43, 0]),
    (*b"FTS", [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0]),
    (*b"GOL", [0, 0, 21, 21, 21, 21, 21, 22, 22, 22, 22, 22, 0]),
    (*b"GP1", [0, 0, 0, 0, 5, 5, 5, 5, 5, 5, 5, 5, 0]),
    (*b"GP2", [0, 0, 0, 0, 14, 14, 14, 14, 14, 14, 14, 14, 0]),
    (*b"GT1", [20, 21, 55, 55, 55, 57, 57, 57, 57, 57, 57, 57, 0]),
    (*b"IAM", [0, 0, 0, 0, 20, 20, 20, 20, 30, 30, 30, 30, 0]),
    (*b"IAR", [0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 4, 0]),
    (*b"IIM", [0, 0, 0, 0, 0, 15, 15, 15, 15, 15, 15, 15, 0]),
    (*b"ILT", [0, 0, 0, 0, 0, 0, 0, 10, 10, 10, 10, 10, 0]),
    (*b"IN1", [44, 46, 49, 49, 49, 53, 53, 53, 54, 55, 55, 55, 0]),
    (*b"IN2", [0, 30, 72, 72, 72, 72, 72, 72, 72, 72, 72, 72, 0]),
    (*b"IN3", [0, 25, 25, 25, 25, 25, 25, 25, 25, 27, 27, 27, 0]),
    (*b"INV", [0, 0, 0, 0, 18, 20, 20, 20, 20, 20, 20, 20, 0]),
    (*b"IPC", [0, 0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 0]),
    (*b"IPR", [0, 0, 0, 0, 0, 0, 0, 8, 8, 8, 8, 8, 0]),
    (*b"ISD", [0, 0, 0, 0, 3, 3, 3, 3, 3, 3, 3, 3, 0]),
    (*b"ITM", [0, 0, 0, 0, 0, 0, 0, 29, 29, 33, 33, 33, 0]),
    (*b"IVC", [0, 0, 0, 0, 0, 0, 0, 30, 30, 30, 30, 30, 0]),
    (*b"IVT", [0, 0, 0, 0, 0, 0, 0, 26, 26, 26, 26, 26, 0]),
    (*b"LAN", [0, 0, 0, 0, 4, 4, 4, 4, 4, 4, 4, 4, 0]),
    (*b"LCC", [0, 0, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 0]),
    (*b"LCH", [0, 0, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 0]),
    (*b"LDP", [0, 0, 11, 11, 12, 12, 12, 12, 12, 12, 12, 12, 0]),
    (*b"LOC", [0, 0, 8, 8, 9, 9, 9, 9, 9, 9, 9, 9, 0]),
    (*b"LRL", [0, 0, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 0]),
    (*b"MCP", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 0]),
    (*b"MFA", [0, 5, 5, 6, 6, 6, 6, 6, 6, 6, 6, 6, 0]),
    (*b"MFE", [0, 4, 4, 5, 5, 5, 5, 7, 7, 7, 7, 7, 0]),
    (*b"MFI", [0, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 0]),
    (*b"MRG", [3, 4, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 0]),
    (*b"MSA", [5, 6, 6, 6, 6, 6, 6, 8, 8, 8, 8, 8, 0]),
    (*b"MSH", [14, 17, 19, 20, 21, 21, 21, 25, 25, 25, 25, 25, 28]),
    (*b"NCK", [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0]),
    (*b"NDS", [0, 0, 0, 0, 4, 4, 4, 4, 4, 4, 4, 4, 0]),
    (*b"NK1", [5, 13, 37, 37, 37, 39, 39, 39, 41, 41, 41, 41, 0]),
    (*b"NPU", [2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0]),
    (*b"NSC", [9, 9, 8, 9, 9, 9, 9, 9, 9, 9, 9, 9, 0]),
    (*b"NST", [15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 0]),
    (*b"NTE", [3, 3, 3, 4, 4, 4, 4, 8, 8, 8, 8, 8, 8]),
    (*b"OBR", [36, 36, 43, 45, 47, 49, 50, 50, 54, 54, 54, 54, 55]),
    (*b"OBX", [12, 16, 17, 17, 19, 19, 25, 25, 26, 28, 29, 30, 33]),
    (*b"ODS", [0, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 0]),
    (*b"ODT", [0, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 0]),
    (*b"OM1", [0, 42, 47, 47, 47, 47, 47, 47, 47, 51, 55, 59, 0]),
    (*b"OM2", [0, 11, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 0]),
    (*b"OM3", [0, 8, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 0]),
    (*b"OM4", [0, 15, 14, 14, 14, 14, 14, 14, 14, 18, 18, 18, 0]),
    (*b"OM5", [0, 4, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 0]),
    (*b"OM6", [0, 3, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0]),
    (*b"OM7", [0, 0, 0, 0, 24, 24, 24, 24, 24, 24, 24, 24, 0]),
    (*b"OMC", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 13, 0]),
    (*b"ORC", [14, 19, 19, 24, 25, 30, 31, 31, 33, 34, 34, 34, 0]),
    (*b"ORG", [0, 0, 0, 0, 12, 12, 12, 12, 13, 13, 13, 13, 0]),
    (*b"ORO", [4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    (*b"OVR", [0, 0, 0, 0, 0, 5, 5, 5, 5, 5, 5, 5, 0]),
    (*b"PAC", [0, 0, 0, 0, 0, 0, 0, 0, 8, 8, 8, 8, 0]),
    (*b"PCE", [0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 4, 4, 0]),
    (*b"PCR", [0, 0, 23, 23, 23, 23, 23, 23, 23, 23, 23, 23, 0]),
    (*b"PD1", [1, 0, 12, 12, 21, 21, 21, 22, 22, 22, 22, 22, 0]),
    (*b"PDA", [0, 0, 0, 0, 9, 9, 9, 9, 9, 9, 9, 9, 0]),
    (*b"PDC", [0, 0, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 0]),
    (*b"PEO", [0, 0, 25, 25, 25, 25, 25, 25, 25, 25, 25, 25, 0]),
    (*b"PES", [0, 0, 13, 13, 13, 13, 13, 13, 13, 13, 13, 13, 0]),
    (*b"PID", [20, 27, 30, 30, 38, 39, 39, 39, 40, 40, 40, 40, 0]),
    (*b"PKG", [0, 0, 0, 0, 0, 0, 0, 7, 7, 8, 8, 8, 0]),
    (*b"PM1", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 24, 0]),
    (*b"PMT", [0, 0, 0, 0, 0, 0, 0, 12, 12, 12, 12, 12, 0]),
    (*b"PR1", [13, 14, 15, 16, 18, 20, 20, 22, 25, 25, 25, 25, 0]),
    (*b"PRA", [0, 7, 7, 8, 12, 12, 12, 12, 12, 12, 12, 12, 0]),
    (*b"PRB", [0, 0, 25, 25, 25, 25, 25, 28, 28, 28, 28, 28, 0]),
    (*b"PRC", [0, 0, 18, 18, 18, 18, 18, 18, 18, 18, 18, 18, 0]),
    (*b"PRD", [0, 0, 9, 9, 9, 9, 9, 14, 14, 14, 14, 14, 0]),
    (*b"PRT", [0, 0, 0, 0, 0, 0, 0, 0, 15, 15, 15, 22, 24]),
    (*b"PSG", [0, 0, 0, 0, 0, 0, 0, 6, 6, 6, 6, 6, 0]),
    (*b"PSH", [0, 0, 14, 14, 14, 14, 14, 14, 14, 14, 14, 14, 0]),
    (*b"PSL", [0, 0, 0, 0, 0, 0, 0, 48, 48, 48, 48, 48, 0]),
    (*b"PSS", [0, 0, 0, 0, 0, 0, 0, 5, 5, 5, 5, 5, 0]),
    (*b"PTH", [0, 0, 6, 6, 6, 6, 6, 7, 7, 7, 7, 7, 0]),
    (*b"PV1", [49, 50, 52, 52, 52, 52, 52, 52, 54, 54, 54, 54, 54]),
    (*b"PV2", [0, 9, 37, 37, 47, 49, 49, 50, 50, 50, 50, 50, 0]),
    (*b"PYE", [0, 0, 0, 0, 0, 0, 0, 7, 7, 7, 7, 7, 0]),
    (*b"QAK", [0, 0, 2, 2, 6, 6, 6, 6, 6, 6, 6, 6, 0]),
    (*b"QID", [0, 0, 0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 0]),
    (*b"QPD", [0, 0, 0, 0, 3, 3, 3, 3, 3, 3, 3, 3, 0]),
    (*b"QRD", [12, 12, 12, 12, 12, 12, 12, 12, 0, 0, 0, 0, 0]),
    (*b"QRF", [5, 8, 9, 9, 10, 10, 10, 10, 0, 0, 0, 0, 0]),
    (*b"QRI", [0, 0, 0, 0, 3, 3, 3, 3, 3, 3, 3, 3, 0]),
    (*b"RCP", [0, 0, 0, 0, 7, 7, 7, 7, 7, 7, 7, 7, 0]),
    (*b"RDF", [0, 0, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 0]),
    (*b"RDT", [0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0]),
    (*b"REL", [0, 0, 0, 0, 0, 0, 0, 16, 16, 16, 16, 16, 0]),
    (*b"RF1", [0, 0, 11, 11, 11, 11, 11, 12, 12, 25, 25, 25, 0]),
    (*b"RFI", [0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 4, 4, 0]),
    (*b"RGS", [0, 0, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 0]),
    (*b"RMI", [0, 0, 0, 0, 3, 3, 3, 3, 3, 3, 3, 3, 0]),
    (*b"ROL", [0, 0, 8, 8, 12, 12, 12, 13, 14, 14, 14, 14, 0]),
    (*b"RQ1", [0, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 0]),
    (*b"RQD", [0, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 10, 0]),
    (*b"RX1", [30, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
    (*b"RXA", [0, 12, 22, 22, 22, 26, 26, 28, 28, 29, 29, 29, 0]),
    (*b"RXC", [0, 4, 6, 6, 7, 9, 9, 9, 9, 11, 11, 11, 0]),
    (*b"RXD", [0, 15, 24, 24, 27, 33, 33, 33, 34, 35, 35, 35, 0]),
    (*b"RXE", [0, 24, 30, 30, 31, 44, 44, 44, 45, 45, 45, 45, 0]),
    (*b"RXG", [0, 16, 22, 22, 22, 26, 26, 30, 30, 33, 33, 33, 0]),
    (*b"RXO", [0, 17, 22, 23, 24, 28, 28, 35, 36, 36, 36, 36, 0]),
    (*b"RXR", [0, 4, 4, 5, 5, 6, 6, 6, 6, 6, 6, 6, 0]),
    (*b"RXV", [0, 0, 0, 0, 0, 0, 0, 0, 0, 22, 22, 22, 0]),
    (*b"SAC", [0, 0, 0, 0, 44, 44, 44, 44, 44, 44, 44, 44, 0]),
    (*b"SCD", [0, 0, 0, 0, 0, 0, 0, 37, 37, 37, 37, 37, 0]),
    (*b"SCH", [0, 0, 25, 25, 27, 27, 27, 27, 27, 27, 27, 27, 0]),
    (*b"SCP", [0, 0, 0, 0, 0, 0, 0, 8, 8, 8, 8, 8, 0]),
    (*b"SDD", [0, 0, 0, 0, 0, 0, 0, 7, 7, 7, 7, 7, 0]),
    (*b"SFT", [0, 0, 0, 0, 0, 6, 6, 6, 6, 6, 6, 6, 6]),
    (*b"SGH", [0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 0]),
    (*b"SGT", [0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 0]),
    (*b"SHP", [0, 0, 0, 0, 0, 0, 0, 0, 11, 11, 11, 11, 0]),
    (*b"SID", [0, 0, 0, 0, 4, 4, 4, 4, 4, 4, 4, 4, 0]),
    (*b"SLT", [0, 0, 0, 0, 0, 0, 0, 5, 5, 5, 5, 5, 0]),
    (*b"SPM", [0, 0, 0, 0, 0, 29, 29, 29, 32, 32, 32, 32, 0]),
    (*b"SPR", [0, 0, 4, 4, 4, 4, 4, 0, 0, 0, 0, 0, 0]),
    (*b"STF", [0, 16, 26, 26, 29, 38, 38, 39, 41, 41, 41, 41, 0]),
    (*b"STZ", [0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 4, 4, 0]),
    (*b"TCC", [0, 0, 0, 0, 14, 14, 14, 14, 14, 15, 15, 15, 0]),
    (*b"TCD", [0, 0, 0, 0, 8, 8, 8, 8, 8, 8, 8, 8, 0]),
    (*b"TQ1", [0, 0, 0, 0, 0, 14, 14, 14, 14, 14, 14, 14, 0]),
    (*b"TQ2", [0, 0, 0, 0, 0, 10, 10, 10, 10, 10, 10, 10, 0]),
    (*b"TXA", [0, 0, 23, 23, 23, 23, 23, 23, 26, 26, 26, 26, 0]),
    (*b"UAC", [0, 0, 0, 0, 0, 0, 0, 2, 2, 2, 2, 2, 2]),
    (*b"UB1", [23, 23, 23, 23, 23, 23, 23, 23, 23, 23, 23, 23, 0]),
    (*b"UB2", [0, 16, 17, 17, 17, 17, 17, 17, 17, 17, 17, 17, 0]),
    (*b"URD", [7, 7, 7, 7, 7, 7, 7, 7, 0, 0, 0, 0, 0]),
    (*b"URS", [5, 8, 9, 9, 9, 9, 9, 9, 0, 0, 0, 0, 0]),
    (*b"VAR", [0, 0, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 0]),
    (*b"VND", [0, 0, 0, 0, 0, 0, 0, 5, 5, 5, 5, 5, 0]),
    (*b"VTQ", [0, 0, 5, 5, 5, 5, 5, 0, 0, 0, 0, 0, 0]),
];
