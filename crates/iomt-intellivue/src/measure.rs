//! What a poll result measures: numerics, waves, alarms and states, each with its object.
//!
//! ```text
//!  numeric object   NOM_ATTR_NU_VAL_OBS: NuObsValue        NOM_ATTR_NU_CMPD_VAL_OBS: list of NuObsValue
//!  wave object      NOM_ATTR_SA_VAL_OBS: SaObsValue        NOM_ATTR_SA_CMPD_VAL_OBS: list of SaObsValue
//!  alert monitor    NOM_ATTR_AL_MON_P_AL_LIST, NOM_ATTR_AL_MON_T_AL_LIST, NOM_ATTR_DEV_AL_COND
//! ```
//! Data Export guide, "numeric object", "real time sample array object", "alert monitor object".
//!
//! What devices really do: a device without a sensor keeps its object and sends no value, or one that is marked unavailable. A
//! value is to be used when the upper byte of its state is zero: a monitor in demonstration mode marks all of them 0400.

use iomt_x73::{
    AttributeList, Decode, Handle, List, NuObsValue, OidType, SaObsValue, SaSpec, ScaleRangeSpec16,
    nomenclature::attribute as id,
};

use crate::{
    alarm::{DevAlarmList, DeviceAlarm, DeviceAlertCondition},
    poll::{ObservationPoll, PollResult},
};

/// A value with the object that it is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Measured<T> {
    /// The object.
    pub handle: Handle,
    /// What was measured.
    pub value: T,
}

/// A piece of a wave, with its shape and scale where the same object says them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wave<'a> {
    /// The samples.
    pub samples: SaObsValue<'a>,
    /// Their shape.
    pub spec: Option<SaSpec>,
    /// How they become values.
    pub scale: Option<ScaleRangeSpec16>,
}

impl<'a> PollResult<'a> {
    /// The measured numbers in wire order, single and compound; whatever cannot be read is left out.
    pub fn numerics(&self) -> impl Iterator<Item = Measured<NuObsValue>> + use<'a> {
        self.observations().flat_map(|ObservationPoll { handle, attributes }| {
            values::<NuObsValue>(attributes, id::NU_VAL_OBS, id::NU_CMPD_VAL_OBS)
                .map(move |value| Measured { handle, value })
        })
    }

    /// The pieces of waves in wire order, single and compound; whatever cannot be read is left out.
    pub fn waves(&self) -> impl Iterator<Item = Measured<Wave<'a>>> + use<'a> {
        self.observations().flat_map(|ObservationPoll { handle, attributes }| {
            let (spec, scale) = (attributes.get(id::SA_SPECN), attributes.get(id::SCALE_SPECN_I16));
            values::<SaObsValue<'a>>(attributes, id::SA_VAL_OBS, id::SA_CMPD_VAL_OBS)
                .map(move |samples| Measured { handle, value: Wave { samples, spec, scale } })
        })
    }

    /// The active alarms, the patient's and then the device's, of each alert monitor.
    pub fn alarms(&self) -> impl Iterator<Item = Measured<DeviceAlarm<'a>>> + use<'a> {
        self.observations().flat_map(|ObservationPoll { handle, attributes }| {
            let lists = [id::AL_MON_P_AL_LIST, id::AL_MON_T_AL_LIST].into_iter();
            let lists = lists.filter_map(move |list| attributes.get::<DevAlarmList<'a>>(list));
            lists.flat_map(|list| list.iter().map_while(Result::ok)).map(move |value| Measured { handle, value })
        })
    }

    /// Whether and how the device is in alarm, and whether it is in standby or demonstration mode.
    #[must_use]
    pub fn alert_condition(&self) -> Option<DeviceAlertCondition> {
        self.observations().find_map(|object| object.attributes.get(id::DEV_AL_COND))
    }
}

/// The single value and those of the compound one.
fn values<'a, T: Decode<'a>>(
    attributes: AttributeList<'a>,
    single: OidType,
    compound: OidType,
) -> impl Iterator<Item = T> + use<'a, T> {
    let avas = attributes.iter().map_while(Result::ok);
    let of_interest = avas.filter(move |ava| ava.id == single || ava.id == compound);
    of_interest.flat_map(move |ava| {
        let one = if ava.id == single { ava.get::<T>().ok() } else { None };
        let many: List<'a, T> = if ava.id == compound { ava.get().unwrap_or_default() } else { List::default() };
        one.into_iter().chain(many.iter().map_while(Result::ok))
    })
}
