//! What a message asks or answers: the command field, (0000,0100).
//!
//! PS3.7 annex E. A response has the number of its request with the high bit set.

/// What a message asks or answers, (0000,0100).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommandField(pub u16);

macro_rules! commands {
    ($($name:ident $value:literal $text:literal;)*) => {
        impl CommandField {
            $(
                #[doc = concat!($text, ".")]
                pub const $name: Self = Self($value);
            )*

            /// The name in PS3.7.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self {
                    $(Self::$name => Some($text),)*
                    _ => None,
                }
            }
        }
    };
}

commands! {
    C_STORE_RQ 0x0001 "C-STORE-RQ";
    C_STORE_RSP 0x8001 "C-STORE-RSP";
    C_GET_RQ 0x0010 "C-GET-RQ";
    C_GET_RSP 0x8010 "C-GET-RSP";
    C_FIND_RQ 0x0020 "C-FIND-RQ";
    C_FIND_RSP 0x8020 "C-FIND-RSP";
    C_MOVE_RQ 0x0021 "C-MOVE-RQ";
    C_MOVE_RSP 0x8021 "C-MOVE-RSP";
    C_ECHO_RQ 0x0030 "C-ECHO-RQ";
    C_ECHO_RSP 0x8030 "C-ECHO-RSP";
    C_CANCEL_RQ 0x0fff "C-CANCEL-RQ";
    N_EVENT_REPORT_RQ 0x0100 "N-EVENT-REPORT-RQ";
    N_EVENT_REPORT_RSP 0x8100 "N-EVENT-REPORT-RSP";
    N_GET_RQ 0x0110 "N-GET-RQ";
    N_GET_RSP 0x8110 "N-GET-RSP";
    N_SET_RQ 0x0120 "N-SET-RQ";
    N_SET_RSP 0x8120 "N-SET-RSP";
    N_ACTION_RQ 0x0130 "N-ACTION-RQ";
    N_ACTION_RSP 0x8130 "N-ACTION-RSP";
    N_CREATE_RQ 0x0140 "N-CREATE-RQ";
    N_CREATE_RSP 0x8140 "N-CREATE-RSP";
    N_DELETE_RQ 0x0150 "N-DELETE-RQ";
    N_DELETE_RSP 0x8150 "N-DELETE-RSP";
}

impl CommandField {
    /// Whether it answers a request.
    #[inline]
    #[must_use]
    pub const fn is_response(self) -> bool {
        self.0 & 0x8000 != 0
    }
}
