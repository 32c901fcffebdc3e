//! Data types: composite values by the names of their parts.
//!
//! ```text
//!  EI   entity ^ namespace ^ universal id ^ type
//!  HD            namespace ^ universal id ^ type
//!  CX   id ^ check digit ^ scheme ^ HD ^ type ^ HD      an HD inside: its parts are between & instead of ^
//! ```
//! HL7 v2.9.1 chapter 2.A. A type is a view of a value and can be taken of any: `Ei::from(field)` reads the first repetition,
//! `Hd::from(component)` the subcomponents. Nothing is checked; a part that is not there is absent.

use crate::view::{Component, Field, Node, Repetition, Subcomponent};

/// A composite value at some level: which separator its parts stand between.
#[derive(Clone, Copy, Debug)]
struct Composite<'a> {
    node: Node<'a>,
    separator: Separator,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Separator {
    Component,
    Subcomponent,
    /// Nothing is nested deeper: the value is its own first part.
    None,
}

impl<'a> Composite<'a> {
    fn part(&self, n: usize) -> Node<'a> {
        let delimiters = self.node.syntax().delimiters();
        let separator = match self.separator {
            Separator::Component => delimiters.component,
            Separator::Subcomponent => delimiters.subcomponent,
            Separator::None => None,
        };
        self.node.part(n, separator)
    }

    /// The part as a composite of its own.
    fn inner(&self, n: usize) -> Self {
        let separator = match self.separator {
            Separator::Component => Separator::Subcomponent,
            Separator::Subcomponent | Separator::None => Separator::None,
        };
        Self { node: self.part(n), separator }
    }
}

impl<'a> From<Repetition<'a>> for Composite<'a> {
    fn from(repetition: Repetition<'a>) -> Self {
        Self { node: repetition.into(), separator: Separator::Component }
    }
}

impl<'a> From<Field<'a>> for Composite<'a> {
    fn from(field: Field<'a>) -> Self {
        field.repetition(1).into()
    }
}

impl<'a> From<Component<'a>> for Composite<'a> {
    fn from(component: Component<'a>) -> Self {
        Self { node: component.into(), separator: Separator::Subcomponent }
    }
}

impl<'a> From<Subcomponent<'a>> for Composite<'a> {
    fn from(subcomponent: Subcomponent<'a>) -> Self {
        Self { node: subcomponent.into(), separator: Separator::None }
    }
}

macro_rules! composite {
    ($(#[$doc:meta])* $name:ident { $($(#[$part_doc:meta])* $part:ident : $n:literal $(as $inner:ident)?),* $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub struct $name<'a>(Composite<'a>);

        impl<'a> $name<'a> {
            /// The whole value.
            #[must_use]
            pub const fn node(&self) -> Node<'a> {
                self.0.node
            }

            $(composite!(@ $(#[$part_doc])* $part $n $($inner)?);)*
        }

        impl<'a> From<Field<'a>> for $name<'a> {
            fn from(value: Field<'a>) -> Self {
                Self(value.into())
            }
        }

        impl<'a> From<Repetition<'a>> for $name<'a> {
            fn from(value: Repetition<'a>) -> Self {
                Self(value.into())
            }
        }

        impl<'a> From<Component<'a>> for $name<'a> {
            fn from(value: Component<'a>) -> Self {
                Self(value.into())
            }
        }

        impl<'a> From<Subcomponent<'a>> for $name<'a> {
            fn from(value: Subcomponent<'a>) -> Self {
                Self(value.into())
            }
        }
    };
    (@ $(#[$doc:meta])* $part:ident $n:literal) => {
        $(#[$doc])*
        #[must_use]
        pub fn $part(&self) -> Node<'a> {
            self.0.part($n)
        }
    };
    (@ $(#[$doc:meta])* $part:ident $n:literal $inner:ident) => {
        $(#[$doc])*
        #[must_use]
        pub fn $part(&self) -> $inner<'a> {
            $inner(self.0.inner($n))
        }
    };
}

composite! {
    /// Hierarchic designator: an application, facility or authority.
    Hd {
        /// Namespace id: a local name.
        namespace: 1,
        /// Universal id.
        universal_id: 2,
        /// Universal id type: `ISO`, `DNS`, `EUI-64`, `UUID`, ...
        universal_id_type: 3,
    }
}

composite! {
    /// Entity identifier: an order, a piece of equipment, a profile.
    Ei {
        /// Entity identifier.
        entity: 1,
        /// Namespace id.
        namespace: 2,
        /// Universal id.
        universal_id: 3,
        /// Universal id type.
        universal_id_type: 4,
    }
}

impl Ei<'_> {
    /// The EUI-64 among the parts: the universal id when its type says so, else the entity identifier when it looks like one made
    /// from a hardware address or its neighbour says so.
    #[must_use]
    pub fn eui64(&self) -> Option<[u8; 8]> {
        let said = |node: Node<'_>| crate::ident::is_eui_type(node.bytes());
        let (entity, universal) = (self.entity(), self.universal_id());
        if said(self.universal_id_type()) {
            return crate::eui64::parse(universal.bytes()).or_else(|| crate::eui64::parse(entity.bytes()));
        }
        let eui = crate::eui64::parse(entity.bytes())?;
        (said(self.namespace()) || said(universal) || crate::eui64::mac_of(eui).is_some()).then_some(eui)
    }
}

composite! {
    /// Coded value with exceptions; CE and CNE are its beginning.
    Cwe {
        /// Identifier.
        identifier: 1,
        /// Text.
        text: 2,
        /// Name of the coding system: `MDC`, `LN`, `SCT`, `99...` for local ones.
        system: 3,
        /// Alternate identifier.
        alternate_identifier: 4,
        /// Alternate text.
        alternate_text: 5,
        /// Name of the alternate coding system.
        alternate_system: 6,
        /// Version of the coding system.
        system_version: 7,
        /// Version of the alternate coding system.
        alternate_system_version: 8,
        /// Original text.
        original_text: 9,
        /// Second alternate identifier (2.7).
        second_alternate_identifier: 10,
        /// Second alternate text (2.7).
        second_alternate_text: 11,
        /// Name of the second alternate coding system (2.7).
        second_alternate_system: 12,
        /// Version of the second alternate coding system (2.7).
        second_alternate_system_version: 13,
        /// OID of the coding system (2.7).
        system_oid: 14,
        /// OID of the value set (2.7).
        value_set_oid: 15,
        /// Version of the value set (2.7).
        value_set_version: 16,
        /// OID of the alternate coding system (2.7).
        alternate_system_oid: 17,
        /// OID of the alternate value set (2.7).
        alternate_value_set_oid: 18,
        /// Version of the alternate value set (2.7).
        alternate_value_set_version: 19,
        /// OID of the second alternate coding system (2.7).
        second_alternate_system_oid: 20,
        /// OID of the second alternate value set (2.7).
        second_alternate_value_set_oid: 21,
        /// Version of the second alternate value set (2.7).
        second_alternate_value_set_version: 22,
    }
}

composite! {
    /// Extended composite id with check digit: patients, visits, accounts.
    Cx {
        /// The number.
        id: 1,
        /// Check digit.
        check_digit: 2,
        /// Check digit scheme.
        check_digit_scheme: 3,
        /// Who assigned it.
        assigning_authority: 4 as Hd,
        /// Identifier type code: `MR`, `VN`, ...
        identifier_type: 5,
        /// Where it was assigned.
        assigning_facility: 6 as Hd,
        /// Effective date.
        effective_date: 7,
        /// Expiration date.
        expiration_date: 8,
        /// Assigning jurisdiction.
        assigning_jurisdiction: 9 as Cwe,
        /// Assigning agency or department.
        assigning_agency: 10 as Cwe,
        /// Security check.
        security_check: 11,
        /// Security check scheme.
        security_check_scheme: 12,
    }
}

composite! {
    /// Extended telecommunication number; a device's network address in PRT-15.
    Xtn {
        /// Telephone number as one text (withdrawn).
        telephone_number: 1,
        /// Use code.
        use_code: 2,
        /// Equipment type: `PH`, `Internet`, `X.400`, ...
        equipment_type: 3,
        /// Communication address: e-mail, host name.
        communication_address: 4,
        /// Country code.
        country_code: 5,
        /// Area code.
        area_code: 6,
        /// Local number.
        local_number: 7,
        /// Extension.
        extension: 8,
        /// Any text.
        any_text: 9,
        /// Extension prefix.
        extension_prefix: 10,
        /// Speed dial code.
        speed_dial: 11,
        /// Number as it is dialled.
        unformatted_number: 12,
    }
}

composite! {
    /// Person location: where a bed and the devices at it are.
    Pl {
        /// Point of care: ward, unit.
        point_of_care: 1,
        /// Room.
        room: 2,
        /// Bed.
        bed: 3,
        /// Facility.
        facility: 4 as Hd,
        /// Status.
        status: 5,
        /// Person location type.
        location_type: 6,
        /// Building.
        building: 7,
        /// Floor.
        floor: 8,
        /// Description; one vendor gives the bedside device's MAC address here.
        description: 9,
        /// Comprehensive location identifier.
        comprehensive_identifier: 10 as Ei,
        /// Assigning authority.
        assigning_authority: 11 as Hd,
    }
}

composite! {
    /// Extended name and number of an organisation.
    Xon {
        /// Name.
        name: 1,
        /// Name type code.
        name_type: 2,
        /// Number (withdrawn).
        id_number: 3,
        /// Check digit.
        check_digit: 4,
        /// Check digit scheme.
        check_digit_scheme: 5,
        /// Assigning authority.
        assigning_authority: 6 as Hd,
        /// Identifier type code.
        identifier_type: 7,
        /// Assigning facility.
        assigning_facility: 8 as Hd,
        /// Name representation code.
        representation: 9,
        /// Organisation identifier.
        identifier: 10,
    }
}

composite! {
    /// Observation grouper: OBX-4 since v2.8.2.
    Og {
        /// Original sub-identifier: what OBX-4 was before.
        original: 1,
        /// Group.
        group: 2,
        /// Sequence.
        sequence: 3,
        /// Identifier.
        identifier: 4,
    }
}

composite! {
    /// Message type.
    Msg {
        /// Message code: `ORU`.
        code: 1,
        /// Trigger event: `R01`.
        event: 2,
        /// Message structure: `ORU_R01`.
        structure: 3,
    }
}

composite! {
    /// Processing type.
    Pt {
        /// Processing id: `P` production, `T` training, `D` debugging.
        id: 1,
        /// Processing mode: `A` archive, `R` restore, `I` initial load, `T` current.
        mode: 2,
    }
}

composite! {
    /// Version identifier.
    Vid {
        /// Version id: `2.6`.
        version: 1,
        /// Internationalisation code.
        internationalization: 2 as Cwe,
        /// International version.
        international_version: 3 as Cwe,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Message;

    const MESSAGE: &[u8] = b"MSH|^~\\&|GW^001A01FFFE0A0B0C^EUI-64||||||ORU^R01^ORU_R01||T^A|2.6^DEU&German\r\
PID|1||77^^^HOSP&1.2.3&ISO^MR~78\r\
PV1|1||ICU^4^B^HOSP&1.2.3&ISO^^^^2^00-0F-14-01-02-03^E&N&U&T\r\
OBX|1||67880^MDC_ATTR_ID_MODEL^MDC|1.0.0.1^g^2||||||||||||||001A01FFFE0A0B0C^B40\r";

    fn field(name: &[u8], n: usize) -> Field<'static> {
        Message::parse(MESSAGE).unwrap().segment(name).unwrap().field(n)
    }

    #[test]
    fn parts_have_names_at_every_level() {
        let cx = Cx::from(field(b"PID", 3));
        assert_eq!((cx.id().bytes(), cx.identifier_type().bytes()), (&b"77"[..], &b"MR"[..]));
        assert_eq!(cx.assigning_authority().universal_id().bytes(), b"1.2.3");
        assert_eq!(Cx::from(field(b"PID", 3).repetition(2)).id().bytes(), b"78");
        let hd = Hd::from(field(b"MSH", 3));
        assert_eq!((hd.namespace().bytes(), hd.universal_id_type().bytes()), (&b"GW"[..], &b"EUI-64"[..]));
        let pl = Pl::from(field(b"PV1", 3));
        assert_eq!((pl.bed().bytes(), pl.floor().bytes()), (&b"B"[..], &b"2"[..]));
        assert_eq!(pl.facility().universal_id_type().bytes(), b"ISO");
        assert_eq!(pl.comprehensive_identifier().universal_id().bytes(), b"U");
        assert_eq!(Msg::from(field(b"MSH", 9)).structure().bytes(), b"ORU_R01");
        assert_eq!(Pt::from(field(b"MSH", 11)).mode().bytes(), b"A");
        assert_eq!(Vid::from(field(b"MSH", 12)).internationalization().text().bytes(), b"German");
        assert_eq!(Og::from(field(b"OBX", 4)).original().bytes(), b"1.0.0.1");
        assert_eq!(Cwe::from(field(b"OBX", 3)).system().bytes(), b"MDC");
    }

    #[test]
    fn nothing_is_nested_deeper_than_a_subcomponent() {
        let sub = field(b"PID", 3).component(4).subcomponent(2);
        assert_eq!(Hd::from(sub).namespace().bytes(), b"1.2.3");
        assert!(Hd::from(sub).universal_id().is_absent());
    }

    #[test]
    fn an_eui_is_found_by_its_type_or_by_the_address_in_it() {
        assert_eq!(Ei::from(field(b"OBX", 18)).eui64(), Some([0, 0x1a, 1, 0xff, 0xfe, 0x0a, 0x0b, 0x0c]));
        assert_eq!(Ei::from(field(b"PID", 3)).eui64(), None);
    }

    #[test]
    fn every_part_knows_where_it_lies() {
        let part = Cx::from(field(b"PID", 3)).assigning_authority().universal_id();
        assert_eq!(&MESSAGE[part.span()], b"1.2.3");
        let absent = Cx::from(field(b"PID", 3)).security_check();
        assert!(absent.is_absent() && absent.span().is_empty());
    }
}
