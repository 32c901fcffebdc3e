//! A-ASSOCIATE-RQ and -AC.

use super::{len16, pdu_with};
use alloc::vec::Vec;

/// Builds an A-ASSOCIATE-RQ or -AC.
#[derive(Clone)]
pub struct Associate {
    pdu_type: u8,
    header: u8,
    version: u16,
    behind_version: [u8; 2],
    called: [u8; 16],
    calling: [u8; 16],
    area: [u8; 32],
    application_context: Option<Vec<u8>>,
    items: Vec<u8>,
    user: Option<Vec<u8>>,
}

impl core::fmt::Debug for Associate {
    /// Shows no items: one may hold a passcode.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Associate")
            .field("pdu_type", &self.pdu_type)
            .field("items", &self.items.len())
            .finish_non_exhaustive()
    }
}

fn title(text: &[u8]) -> [u8; 16] {
    let mut title = [b' '; 16];
    title.iter_mut().zip(text).for_each(|(slot, byte)| *slot = *byte);
    title
}

fn item(out: &mut Vec<u8>, item_type: u8, reserved: u8, value: &[u8]) {
    out.extend_from_slice(&[item_type, reserved]);
    out.extend_from_slice(&len16(value.len()).to_be_bytes());
    out.extend_from_slice(value);
}

fn counted(out: &mut Vec<u8>, value: &[u8]) {
    out.extend_from_slice(&len16(value.len()).to_be_bytes());
    out.extend_from_slice(value);
}

impl Associate {
    fn new(pdu_type: u8, called: &[u8], calling: &[u8]) -> Self {
        Self {
            pdu_type,
            header: 0,
            version: 1,
            behind_version: [0; 2],
            called: title(called),
            calling: title(calling),
            area: [0; 32],
            application_context: Some(b"1.2.840.10008.3.1.1.1".to_vec()),
            items: Vec::new(),
            user: Some(Vec::new()),
        }
    }

    /// An A-ASSOCIATE-RQ; AE titles are padded with spaces to 16 bytes.
    #[must_use]
    pub fn request(called: &[u8], calling: &[u8]) -> Self {
        Self::new(0x01, called, calling)
    }

    /// An A-ASSOCIATE-AC; AE titles are padded with spaces to 16 bytes.
    #[must_use]
    pub fn accept(called: &[u8], calling: &[u8]) -> Self {
        Self::new(0x02, called, calling)
    }

    /// Another protocol version than 1.
    #[must_use]
    pub const fn version(mut self, version: u16) -> Self {
        self.version = version;
        self
    }

    /// The reserved bytes: byte 1 of the header, those behind the version, and the 32 behind the AE titles.
    #[must_use]
    pub const fn reserved(mut self, header: u8, behind_version: [u8; 2], area: [u8; 32]) -> Self {
        (self.header, self.behind_version, self.area) = (header, behind_version, area);
        self
    }

    /// The AE titles, called and calling, with whatever pads them.
    #[must_use]
    pub const fn titles(mut self, called: [u8; 16], calling: [u8; 16]) -> Self {
        (self.called, self.calling) = (called, calling);
        self
    }

    /// Another application context name than DICOM's.
    #[must_use]
    pub fn application_context(mut self, name: &[u8]) -> Self {
        self.application_context = Some(name.to_vec());
        self
    }

    /// No items but those that [`item`](Self::item) and [`item_with`](Self::item_with) add, in their order: user information too is
    /// left out, and comes back with the first sub-item that is added.
    #[must_use]
    pub fn bare(mut self) -> Self {
        (self.application_context, self.user) = (None, None);
        self
    }

    /// An item of any type.
    #[must_use]
    pub fn item(self, item_type: u8, value: &[u8]) -> Self {
        self.item_with(item_type, 0, value)
    }

    /// An item of any type with its reserved byte.
    #[must_use]
    pub fn item_with(mut self, item_type: u8, reserved: u8, value: &[u8]) -> Self {
        item(&mut self.items, item_type, reserved, value);
        self
    }

    /// Proposes a presentation context.
    #[must_use]
    pub fn context(self, id: u8, abstract_syntax: &[u8], transfer_syntaxes: &[&[u8]]) -> Self {
        self.context_with(id, [0; 3], abstract_syntax, transfer_syntaxes)
    }

    /// Proposes a presentation context with its reserved bytes given.
    #[must_use]
    pub fn context_with(self, id: u8, reserved: [u8; 3], abstract_syntax: &[u8], transfer_syntaxes: &[&[u8]]) -> Self {
        let [a, b, c] = reserved;
        let mut value = Vec::from([id, a, b, c]);
        item(&mut value, 0x30, 0, abstract_syntax);
        for syntax in transfer_syntaxes {
            item(&mut value, 0x40, 0, syntax);
        }
        self.item(0x20, &value)
    }

    /// Decides about a presentation context; `None` leaves the transfer syntax out.
    #[must_use]
    pub fn result(self, id: u8, result: u8, transfer_syntax: Option<&[u8]>) -> Self {
        let mut value = Vec::from([id, 0, result, 0]);
        if let Some(syntax) = transfer_syntax {
            item(&mut value, 0x40, 0, syntax);
        }
        self.item(0x21, &value)
    }

    /// A user information sub-item of any type.
    #[must_use]
    pub fn user_item(self, item_type: u8, value: &[u8]) -> Self {
        self.user_item_with(item_type, 0, value)
    }

    /// A user information sub-item of any type with its reserved byte, which in 57 is its version.
    #[must_use]
    pub fn user_item_with(mut self, item_type: u8, reserved: u8, value: &[u8]) -> Self {
        item(self.user.get_or_insert_default(), item_type, reserved, value);
        self
    }

    /// Sub-item 51.
    #[must_use]
    pub fn max_pdu_length(self, length: u32) -> Self {
        self.user_item(0x51, &length.to_be_bytes())
    }

    /// Sub-item 52.
    #[must_use]
    pub fn implementation_class_uid(self, uid: &[u8]) -> Self {
        self.user_item(0x52, uid)
    }

    /// Sub-item 53.
    #[must_use]
    pub fn asynchronous_operations_window(self, invoked: u16, performed: u16) -> Self {
        let [a, b] = invoked.to_be_bytes();
        let [c, d] = performed.to_be_bytes();
        self.user_item(0x53, &[a, b, c, d])
    }

    /// Sub-item 54.
    #[must_use]
    pub fn role_selection(self, sop_class: &[u8], scu: u8, scp: u8) -> Self {
        let mut value = Vec::new();
        counted(&mut value, sop_class);
        value.extend_from_slice(&[scu, scp]);
        self.user_item(0x54, &value)
    }

    /// Sub-item 55.
    #[must_use]
    pub fn implementation_version_name(self, name: &[u8]) -> Self {
        self.user_item(0x55, name)
    }

    /// Sub-item 56.
    #[must_use]
    pub fn extended_negotiation(self, sop_class: &[u8], information: &[u8]) -> Self {
        let mut value = Vec::new();
        counted(&mut value, sop_class);
        value.extend_from_slice(information);
        self.user_item(0x56, &value)
    }

    /// Sub-item 57.
    #[must_use]
    pub fn common_extended_negotiation(self, sop_class: &[u8], service_class: &[u8], related: &[&[u8]]) -> Self {
        let mut value = Vec::new();
        counted(&mut value, sop_class);
        counted(&mut value, service_class);
        let mut list = Vec::new();
        related.iter().for_each(|uid| counted(&mut list, uid));
        counted(&mut value, &list);
        self.user_item(0x57, &value)
    }

    /// Sub-item 58.
    #[must_use]
    pub fn user_identity(self, identity_type: u8, response_requested: u8, primary: &[u8], secondary: &[u8]) -> Self {
        let mut value = Vec::from([identity_type, response_requested]);
        counted(&mut value, primary);
        counted(&mut value, secondary);
        self.user_item(0x58, &value)
    }

    /// Sub-item 59.
    #[must_use]
    pub fn user_identity_response(self, response: &[u8]) -> Self {
        let mut value = Vec::new();
        counted(&mut value, response);
        self.user_item(0x59, &value)
    }

    /// The PDU.
    #[must_use]
    pub fn build(&self) -> Vec<u8> {
        let mut body = Vec::new();
        body.extend_from_slice(&self.version.to_be_bytes());
        body.extend_from_slice(&self.behind_version);
        body.extend_from_slice(&self.called);
        body.extend_from_slice(&self.calling);
        body.extend_from_slice(&self.area);
        if let Some(name) = &self.application_context {
            item(&mut body, 0x10, 0, name);
        }
        body.extend_from_slice(&self.items);
        if let Some(user) = &self.user {
            item(&mut body, 0x50, 0, user);
        }
        pdu_with(self.pdu_type, self.header, &body)
    }
}
