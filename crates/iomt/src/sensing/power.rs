//! How a device is powered, as evidence.

use iomt_x73::PowerStatus;

use crate::evidence::Value;

/// Where the power comes from; none where no bit says so.
pub(crate) fn power(bits: u64) -> Option<Value> {
    let names: Vec<&str> = PowerStatus(u16::try_from(bits).ok()?).names().collect();
    (!names.is_empty()).then(|| Value::pair("power", &names.join(", ")))
}

/// How full the battery is, to ten percent: every value that was told is kept, and a battery that empties would tell a hundred.
pub(crate) fn battery(percent: u64) -> Option<Value> {
    let text = match percent {
        100 => "100 %".to_owned(),
        0..100 => {
            let tens = percent.saturating_sub(percent % 10);
            format!("{tens} to {} %", tens.saturating_add(9))
        }
        _ => return None,
    };
    Some(Value::pair("battery", &text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_battery_is_told_to_ten_percent_and_nonsense_not_at_all() {
        assert_eq!(battery(87), Some(Value::pair("battery", "80 to 89 %")));
        assert_eq!((battery(100), battery(0xffff)), (Some(Value::pair("battery", "100 %")), None));
        assert_eq!((power(0x4080), power(0)), (Some(Value::pair("power", "on battery, charging full")), None));
    }
}
