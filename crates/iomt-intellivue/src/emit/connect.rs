//! Writing connect indications.

use alloc::vec::Vec;

use iomt_wire::Result;
use iomt_x73::{GlobalHandle, Handle, ManagedObjectId, OidType, RelativeTime};

use super::{Attributes, length};
use crate::connect::{ConnectIndication, NOM_NOTI_CONN_INDIC, NomenclatureVersion};

/// Builds a connect indication; the layout is that of [`connect`](crate::connect).
///
/// ```
/// use iomt_intellivue::{connect::ConnectIndication, emit::{Attributes, ConnectIndicationBuilder}};
///
/// let model = Attributes::new().system_model(b"Acme", b"M1");
/// let bytes = ConnectIndicationBuilder::new().attributes(model).build()?;
/// let (indication, _) = ConnectIndication::parse(&bytes)?;
/// assert_eq!(indication.system_model().map(|model| model.model_number.text()), Some(&b"M1"[..]));
/// # Ok::<(), iomt_intellivue::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct ConnectIndicationBuilder {
    version: NomenclatureVersion,
    invoke_id: u16,
    object: ManagedObjectId,
    uptime: RelativeTime,
    attributes: Attributes,
}

impl Default for ConnectIndicationBuilder {
    fn default() -> Self {
        Self::new()
    }
}

impl ConnectIndicationBuilder {
    /// Nomenclature 1.0, a composite single bed MDS, no attributes.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            version: NomenclatureVersion { major: 1, minor: 0 },
            invoke_id: 0,
            object: ManagedObjectId {
                class: OidType(0x0023),
                instance: GlobalHandle { mds_context: 0, handle: Handle(0) },
            },
            uptime: RelativeTime(0),
            attributes: Attributes::new(),
        }
    }

    /// A builder with the header and all whole attributes of an indication that was read.
    #[must_use]
    pub fn copy_of(indication: &ConnectIndication<'_>) -> Self {
        Self {
            version: indication.nomenclature_version(),
            invoke_id: indication.invoke_id(),
            object: indication.object(),
            uptime: indication.uptime(),
            attributes: Attributes::copy_of(&indication.attribute_list()),
        }
    }

    /// Sets the version of the nomenclature.
    #[must_use]
    pub const fn nomenclature_version(mut self, version: NomenclatureVersion) -> Self {
        self.version = version;
        self
    }

    /// Sets the number of the invocation.
    #[must_use]
    pub const fn invoke_id(mut self, invoke_id: u16) -> Self {
        self.invoke_id = invoke_id;
        self
    }

    /// Sets the object that announces itself.
    #[must_use]
    pub const fn object(mut self, object: ManagedObjectId) -> Self {
        self.object = object;
        self
    }

    /// Sets the time since power-up.
    #[must_use]
    pub const fn uptime(mut self, uptime: RelativeTime) -> Self {
        self.uptime = uptime;
        self
    }

    /// Sets the attributes.
    #[must_use]
    pub fn attributes(mut self, attributes: Attributes) -> Self {
        self.attributes = attributes;
        self
    }

    /// The datagram.
    ///
    /// # Errors
    /// [`Kind::Limit`](iomt_wire::Kind::Limit) when an attribute or all together do not fit the 16-bit lengths.
    pub fn build(&self) -> Result<Vec<u8>> {
        let body = super::export::event(self.object, self.uptime, NOM_NOTI_CONN_INDIC, &self.attributes.list()?)?;
        let mut bytes = Vec::with_capacity(body.len().saturating_add(14));
        bytes.extend([0, 0, self.version.major, self.version.minor, 0, 1]);
        bytes.extend(length(body.len().saturating_add(6), "ROIV length")?);
        bytes.extend(self.invoke_id.to_be_bytes());
        bytes.extend([0, 0]);
        bytes.extend(length(body.len(), "event report length")?);
        bytes.extend(body);
        Ok(bytes)
    }
}
