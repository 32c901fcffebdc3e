//! Every deviation of one APDU: lengths that disagree, counts that do not fit, bytes left over.
//!
//! Reading is tolerant, so that a device which writes a wrong length is still seen. [`check`] walks everything that the
//! crate can read and tells what was tolerated.

use iomt_wire::{Cursor, Error, Kind, Quirk, Result};
use iomt_x73::{AttributeList, Ava, Decode, List, ProdSpecEntry, SystemModel, nomenclature::attribute as id};

use crate::{
    apdu::{Apdu, Body},
    association::DataProto,
    data::{Action, DataApdu, DataBody, EventReport},
    scan::{ConfigReport, ConfigResponse, DataRequest, DataResponse, Observations, ScanReport},
    store::{self, SegmentData, SegmentEntryMap, SegmentSelection, Transfer},
    values::{AttrValMap, AttrValMapEntry, HandleAttrValMapEntry, RegCertData, TypeVer, attribute},
};

/// Something that is not as it should be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It was tolerated.
    Quirk(Quirk),
    /// Something could not be read.
    Error(Error),
}

impl core::fmt::Display for Finding {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        match self {
            Self::Quirk(quirk) => quirk.fmt(f),
            Self::Error(error) => error.fmt(f),
        }
    }
}

/// Walks an APDU and tells everything in it that is not as it should be; an APDU in order has nothing.
///
/// Data in another encoding than MDER have to be kept away from this.
pub fn check(apdu: &Apdu<'_>, visit: &mut dyn FnMut(Finding)) {
    let mut checker = Checker { visit, is_cut: false };
    checker.missing(apdu.missing(), apdu.bytes(), "APDU body", apdu.length);
    let Some((body, rest)) = checker.read(apdu.read()) else { return };
    match body {
        Body::AssociationRequest(request) => {
            checker.list(&request.data_protocols, |checker, proto| checker.data_proto(&proto));
        }
        Body::AssociationResponse(response) => checker.data_proto(&response.data_protocol),
        Body::Presentation(presentation) => {
            let missing = usize::from(presentation.length).saturating_sub(presentation.bytes.remaining());
            checker.missing(missing, presentation.bytes, "PRST", presentation.length);
            if let Some(data) = checker.read(presentation.data()) {
                checker.data(&data);
            }
        }
        _ => {}
    }
    checker.slack(&rest, "APDU");
}

struct Checker<'v> {
    visit: &'v mut dyn FnMut(Finding),
    /// Missing bytes were told: what lies within lacks them too.
    is_cut: bool,
}

impl Checker<'_> {
    fn read<T>(&mut self, found: Result<T>) -> Option<T> {
        found.map_err(|error| (self.visit)(Finding::Error(error))).ok()
    }

    fn quirk(&mut self, offset: usize, field: &'static str, name: &'static str) {
        (self.visit)(Finding::Quirk(Quirk { offset, field, name }));
    }

    fn missing(&mut self, missing: usize, there: Cursor<'_>, field: &'static str, length: u16) {
        if missing > 0 && !core::mem::replace(&mut self.is_cut, true) {
            let kind = Kind::Truncated { needed: length.into(), available: there.remaining() };
            (self.visit)(Finding::Error(Error { offset: there.offset(), field, kind }));
        }
    }

    fn slack(&mut self, rest: &Cursor<'_>, field: &'static str) {
        if !rest.is_empty() {
            self.quirk(rest.offset(), field, "slack");
        }
    }

    fn list<'a, T: Decode<'a>>(&mut self, list: &List<'a, T>, mut each: impl FnMut(&mut Self, T)) {
        let mut items = list.iter();
        for item in items.by_ref() {
            match item {
                Ok(item) => each(self, item),
                Err(error) => return (self.visit)(Finding::Error(error)),
            }
        }
        if let Some(slack) = items.slack() {
            (self.visit)(Finding::Quirk(slack));
        }
    }

    fn data_proto(&mut self, proto: &DataProto<'_>) {
        self.missing(
            usize::from(proto.length).saturating_sub(proto.information.remaining()),
            proto.information,
            "data-proto-info",
            proto.length,
        );
        if let Some(information) = proto.phd().and_then(|found| self.read(found)) {
            self.attributes(&information.options);
        }
        if let Some(found) = proto.external() {
            self.read(found);
        }
    }

    fn data(&mut self, data: &DataApdu<'_>) {
        self.missing(data.missing(), data.bytes(), "DATA APDU", data.length);
        if data.after > 0 {
            self.quirk(4, "DATA APDU", "slack");
        }
        if data.choice.name().is_none() {
            self.quirk(8, "DATA APDU choice", "unknown-choice");
        }
        let Some((body, rest)) = self.read(data.read_body()) else { return };
        match body {
            DataBody::EventReport(event) => self.event(&event),
            DataBody::Action(action) => self.action(&action),
            DataBody::Get { attributes, .. } => self.list(&attributes, |_, _| {}),
            DataBody::Set { modifications, .. } => {
                self.list(&modifications, |checker, change| checker.attribute(&change.attribute));
            }
            DataBody::Attributes { attributes, .. } => self.attributes(&attributes),
            _ => {}
        }
        self.slack(&rest, "data APDU body");
    }

    fn event(&mut self, event: &EventReport<'_>) {
        let missing = usize::from(event.length).saturating_sub(event.info.remaining());
        self.missing(missing, event.info, "event-info", event.length);
        if let Some(Some(config)) = self.read(ConfigReport::read(event)) {
            self.list(&config.objects, |checker, object| checker.attributes(&object.attributes));
        }
        self.read(ConfigResponse::read(event));
        self.read(SegmentData::read(event));
        if let Some(Some(report)) = self.read(ScanReport::read(event)) {
            self.scan(&report);
        }
    }

    fn action(&mut self, action: &Action<'_>) {
        let missing = usize::from(action.length).saturating_sub(action.info.remaining());
        self.missing(missing, action.info, "action-info-args", action.length);
        if let Some(Some(request)) = self.read(DataRequest::read(action)) {
            self.list(&request.handles, |_, _| {});
        }
        if let Some(Some(response)) = self.read(DataResponse::read(action))
            && let Some(Some(report)) = self.read(ScanReport::read_response(&response))
        {
            self.scan(&report);
        }
        if let Some(Some(segments)) = self.read(store::segments(action)) {
            self.list(&segments, |checker, segment| checker.attributes(&segment.attributes));
        }
        self.read(SegmentSelection::read(action));
        self.read(Transfer::read(action));
    }

    fn scan(&mut self, report: &ScanReport<'_>) {
        match &report.observations {
            Observations::Variable(list) => {
                self.list(list, |checker, scan| checker.attributes(&scan.attributes));
            }
            Observations::Fixed(list) => self.list(list, |_, _| {}),
            Observations::Grouped(list) => self.list(list, |_, _| {}),
            Observations::PersonVariable(list) => self.list(list, |checker, per| {
                checker.list(&per.observations, |checker, scan| checker.attributes(&scan.attributes));
            }),
            Observations::PersonFixed(list) => {
                self.list(list, |checker, per| checker.list(&per.observations, |_, _| {}));
            }
            Observations::PersonGrouped(list) => self.list(list, |_, _| {}),
        }
    }

    fn attributes(&mut self, list: &AttributeList<'_>) {
        self.list(list, |checker, ava| checker.attribute(&ava));
    }

    /// The attributes whose values are lists of their own.
    fn attribute(&mut self, ava: &Ava<'_>) {
        match ava.id {
            id::ID_MODEL => {
                self.whole::<SystemModel<'_>>(ava);
            }
            id::ID_PROD_SPECN => self.whole_list::<ProdSpecEntry<'_>>(ava),
            attribute::SYS_TYPE_SPEC_LIST => self.whole_list::<TypeVer>(ava),
            attribute::REG_CERT_DATA_LIST => self.whole_list::<RegCertData<'_>>(ava),
            attribute::ATTRIBUTE_VAL_MAP => self.whole_list::<AttrValMapEntry>(ava),
            attribute::SCAN_HANDLE_ATTR_VAL_MAP => {
                if let Some(map) = self.whole::<List<'_, HandleAttrValMapEntry<'_>>>(ava) {
                    self.list(&map, |checker, entry| checker.map(&entry.map));
                }
            }
            attribute::PM_SEG_MAP => {
                if let Some(map) = self.whole::<SegmentEntryMap<'_>>(ava) {
                    self.list(&map.elements, |checker, element| checker.map(&element.map));
                }
            }
            _ => {}
        }
    }

    fn map(&mut self, map: &AttrValMap<'_>) {
        self.list(map, |_, _| {});
    }

    fn whole_list<'a, T: Decode<'a>>(&mut self, ava: &Ava<'a>) {
        if let Some(list) = self.whole::<List<'a, T>>(ava) {
            self.list(&list, |_, _| {});
        }
    }

    fn whole<'a, T: Decode<'a>>(&mut self, ava: &Ava<'a>) -> Option<T> {
        let value = self.read(ava.get::<T>())?;
        if let Some(slack) = ava.slack::<T>() {
            (self.visit)(Finding::Quirk(slack));
        }
        Some(value)
    }
}
