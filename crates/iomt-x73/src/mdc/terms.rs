//! Codes of identity and maintenance facts in device observations (the OBX-3 of IHE device profiles, and 11073-20601).
//!
//! The 16-bit attribute number of x73 plus 65536 is the code that HL7 writes: 2344 -> 67880.

/// A code that says something about a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// The 32-bit code.
    pub code: u32,
    /// The reference identifier with its `MDC_`.
    pub ref_id: &'static str,
    /// What its value says, in plain words.
    pub about: &'static str,
}

/// Looks a term up.
///
/// ```
/// assert_eq!(iomt_x73::mdc::term(531_972).map(|term| term.about), Some("serial number"));
/// ```
#[must_use]
pub fn term(code: u32) -> Option<&'static Term> {
    let index = TERMS.binary_search_by_key(&code, |term| term.code).ok()?;
    TERMS.get(index)
}

macro_rules! terms {
    ($($code:literal $name:literal $about:literal;)*) => {
        static TERMS: &[Term] = &[$(Term { code: $code, ref_id: concat!("MDC_", $name), about: $about }),*];
    };
}

terms! {
     67_860 "ATTR_CONFIRM_TIMEOUT" "watchdog of the alarm channel";
     67_880 "ATTR_ID_MODEL" "model";
     67_885 "ATTR_ID_PROD_SPECN" "production specification";
     67_886 "ATTR_ID_SOFT" "equipment label";
     67_925 "ATTR_POWER_STAT" "power status";
     67_972 "ATTR_SYS_ID" "system identifier";
     67_976 "ATTR_TIME_BATT_REMAIN" "battery time left";
     67_996 "ATTR_VAL_BATT_CHARGE" "battery charge";
     68_020 "ATTR_BATT_STAT" "battery status";
     68_023 "ATTR_CAPAC_BATT_FULL" "battery capacity";
     68_063 "ATTR_PT_WEIGHT" "patient weight";
     68_165 "ATTR_EVENT_PHASE" "event phase, older number";
     68_166 "ATTR_ALARM_STATE" "alarm state, older number";
     68_167 "ATTR_ALARM_INACTIVATION_STATE" "alarm inactivation state, older number";
     68_168 "ATTR_ALARM_PRIORITY" "alarm priority, older number";
     68_480 "ATTR_ALERT_SOURCE" "device that alarms";
     68_481 "ATTR_EVENT_PHASE" "event phase";
     68_482 "ATTR_ALARM_STATE" "alarm state";
     68_483 "ATTR_ALARM_INACTIVATION_STATE" "alarm inactivation state";
     68_484 "ATTR_ALARM_PRIORITY" "alarm priority";
     68_485 "ATTR_ALERT_TYPE" "alert type";
     68_546 "ATTR_ALERT_TEXT" "alert text";
     69_121 "OBS_WAVE_CTS" "continuous wave";
     69_408 "NCC_WIRELESS_STATE" "wireless state";
     69_410 "NCC_WIRELESS_DEVICE_IPV4_ADDR" "IPv4 address";
     69_416 "NCC_WIRELESS_MAC" "MAC address";
     69_417 "NCC_WIRELESS_SSID" "wireless network";
     69_425 "NCC_WIRELESS_STRENGTH_PERCENT" "wireless signal strength";
    184_516 "PUMP_DRUG_LIBRARY_CARE_AREA" "care area of the drug library";
    184_520 "PUMP_DRUG_LIBRARY_NAME" "drug library";
    196_616 "EVT_ALARM" "alarm";
    531_969 "ID_MODEL_NUMBER" "model number";
    531_970 "ID_MODEL_MANUFACTURER" "manufacturer";
    531_971 "ID_PROD_SPEC_UNSPECIFIED" "production specification";
    531_972 "ID_PROD_SPEC_SERIAL" "serial number";
    531_973 "ID_PROD_SPEC_PART" "part number";
    531_974 "ID_PROD_SPEC_HW" "hardware revision";
    531_975 "ID_PROD_SPEC_SW" "software revision";
    531_976 "ID_PROD_SPEC_FW" "firmware revision";
    531_977 "ID_PROD_SPEC_PROTOCOL" "protocol revision";
    531_978 "ID_PROD_SPEC_GMDN" "GMDN code";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_x73_attributes_are_65536_below() {
        assert!(TERMS.is_sorted_by(|left, right| left.code < right.code));
        for (attribute, name) in
            [(2344, "MDC_ATTR_ID_MODEL"), (2349, "MDC_ATTR_ID_PROD_SPECN"), (2436, "MDC_ATTR_SYS_ID")]
        {
            assert_eq!(term(attribute + 65_536).unwrap().ref_id, name);
        }
        assert_eq!(term(0), None);
    }
}
