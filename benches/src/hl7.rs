//! HL7 version 2 messages of the three kinds that the benches read. All constructed.

/// An infusion pump's report through a gateway. Constructed.
#[must_use]
pub fn pump() -> String {
    let mut text = String::from(
        "MSH|^~\\&|PUMPGW^001221FFFE0A0B0C^EUI-64|BBRAUN|||20260102080000+0000||ORU^R01^ORU_R01|638712345678901234|P|2.6|||AL|NE||UNICODE UTF-8|||IHE_PCD_001^IHE PCD^1.3.6.1.4.1.19376.1.6.1.1.1^ISO\r\
         SFT|ACME Middleware^L|7.4.1|LinkServer\r\
         PID|||7^^^HOSP^MR||TEST^PATIENT||19440101|F\r\
         PV1||I|ICU^4^B^HOSP\r\
         OBR|1|1^PUMPGW^001221FFFE0A0B0C^EUI-64|1^PUMPGW^001221FFFE0A0B0C^EUI-64|69985^MDC_DEV_PUMP_INFUS_MDS^MDC|||20260102080000\r\
         OBX|1||70049^MDC_DEV_PUMP_INFUS_LVP_MDS^MDC|1.0.0.0|||||||X|||||||I12345^^0012210000000000^EUI-64\r\
         OBX|2|ST|67880^MDC_ATTR_ID_MODEL^MDC|1.0.0.1|manufacturer=Acme Pumps model=Drip 9||||||R\r\
         OBX|3|ST|531972^MDC_ID_PROD_SPEC_SERIAL^MDC|1.0.0.2|SN-0042||||||R\r\
         OBX|4|ST|531976^MDC_ID_PROD_SPEC_FW^MDC|1.0.0.3|Pump Firmware = 4.2.1, Wifi Firmware = 1.9||||||R\r\
         OBX|5||70050^MDC_DEV_PUMP_INFUS_LVP_VMD^MDC|1.1.0.0|||||||X\r",
    );
    for row in 6..16 {
        text.push_str(&format!(
            "OBX|{row}|NM|157784^MDC_FLOW_FLUID_PUMP^MDC|1.1.1.{row}|12.5|265266^MDC_DIM_MILLI_L_PER_HR^MDC^mL/h^mL/h^UCUM|||||R|||20260102080000\r"
        ));
    }
    text
}

/// A monitor's report with so many measurements, the equipment identifier on each. Constructed.
#[must_use]
pub fn monitor(rows: usize) -> String {
    let mut text = String::from(
        "MSH|^~\\&|VSP^080019FFFE00A1B2^EUI-64|GE Healthcare|||20260102080000-0500||ORU^R01^ORU_R01|20260102080000A1B2|P|2.6|||NE|AL||UNICODE UTF-8|||PCD_DEC_001^IHE PCD^1.3.6.1.4.1.19376.1.6.4.1^ISO\r\
         PID|||8||TEST^TWO\r\
         PV1||E|ED^3^1^HOSP\r\
         OBR|1|080019FFFE00A1B2^VSP|080019FFFE00A1B2^VSP|182777000^monitoring of patient^SCT|||20260102080000\r\
         OBX|1||69965^MDC_DEV_MON_PHYSIO_MULTI_PARAM_MDS^MDC|1.0.0.0|||||||X|||||||080019FFFE00C3D4^B40_GE\r",
    );
    for row in 2..rows.saturating_add(2) {
        text.push_str(&format!(
            "OBX|{row}|NM|147842^MDC_ECG_HEART_RATE^MDC|1.5.1.1|72|264864^MDC_DIM_BEAT_PER_MIN^MDC^bpm^bpm^UCUM|50-120||||F|||20260102075959||||080019FFFE00C3D4^B40_GE\r"
        ));
    }
    text
}

/// An admission. Constructed.
#[must_use]
pub fn adt() -> String {
    String::from(
        "MSH|^~\\&|ADMIT|NORTHHOSP|PACSBRK|NORTHHOSP|20260102080000||ADT^A01^ADT_A01|A0001|P|2.5.1|||AL|NE|USA|8859/1\r\
         EVN|A01|20260102080000\r\
         PID|1||TB0001^^^NORTH^MR||BED^TESTONE||19700101|F|||1 TEST ST^^TESTTOWN^ZZ^00000||555-0100|555-0101|E|S|NON|9001||||||||||||N\r\
         NK1|1|BED^TESTKIN|SPO|1 TEST ST^^TESTTOWN|555-0102\r\
         PV1|1|I|ICU2^4^B^NORTHHOSP|R|||1234^DOCTOR^ONE|5678^DOCTOR^TWO||MED||||7|||1234^DOCTOR^ONE|IN|V7001|||||||||||||||||||||||||20260102080000\r\
         AL1|1|DA|1605^acetaminophen^L|MO|rash\r\
         DG1|1|I9|1550^test diagnosis^I9\r\
         IN1|1|PLAN1|9|TEST INSURER|1 TEST AVE^^TESTTOWN\r",
    )
}
