//! Numbers from the wire as types of their own, and debug output without bytes: macros that all dissectors share.

/// Numbers from the wire, with names for those whose meaning is known; any other number is a value too.
///
/// ```
/// iomt_wire::named! {
///     /// Which side a peer is.
///     Side(u8) {
///         /// The device.
///         AGENT = 1, "agent";
///     }
/// }
/// assert_eq!((Side::AGENT.name(), Side(9).name()), (Some("agent"), None));
/// assert_eq!(format!("{:?}", Side(9)), "Side(0x9)");
/// ```
#[macro_export]
macro_rules! named {
    ($($(#[$doc:meta])* $name:ident($int:ty) { $($(#[$item_doc:meta])* $item:ident = $value:literal, $words:literal;)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $int);

        impl $name {
            $($(#[$item_doc])* pub const $item: Self = Self($value);)*

            /// In plain words; nothing for a number, or a sum of bits, that has no name.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                Some(match self {
                    $(Self::$item => $words,)*
                    _ => return None,
                })
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                write!(f, concat!(stringify!($name), "({:#x})"), self.0)
            }
        }
    )*};
}

/// Bits from the wire, with a constant for those whose meaning is known; others survive.
///
/// ```
/// iomt_wire::bits! {
///     /// What is to be thought of a value.
///     State(u16) {
///         /// There is none.
///         UNAVAILABLE = 0x2000;
///     }
/// }
/// assert!(State(0xa000).contains(State::UNAVAILABLE));
/// ```
#[macro_export]
macro_rules! bits {
    ($($(#[$doc:meta])* $name:ident($int:ty) { $($(#[$item_doc:meta])* $item:ident = $value:literal;)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $int);

        impl $name {
            $($(#[$item_doc])* pub const $item: Self = Self($value);)*

            /// Whether all bits of `other` are set.
            #[must_use]
            pub const fn contains(self, other: Self) -> bool {
                self.0 & other.0 == other.0
            }
        }

        impl ::core::fmt::Debug for $name {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                write!(f, concat!(stringify!($name), "({:#x})"), self.0)
            }
        }
    )*};
}

/// Debug output of a borrowed view with the named fields, and without its bytes: they may be a patient's.
///
/// ```
/// struct Body<'a> { kind: u8, bytes: &'a [u8] }
/// iomt_wire::shows!(Body: kind);
/// let shown = format!("{:?}", Body { kind: 1, bytes: b"a name" });
/// assert_eq!(shown, "Body { kind: 1, .. }");
/// # let _ = Body { kind: 1, bytes: b"" }.bytes;
/// ```
#[macro_export]
macro_rules! shows {
    ($name:ident: $($field:ident),*) => {
        impl ::core::fmt::Debug for $name<'_> {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(stringify!($name))$(.field(stringify!($field), &self.$field))*.finish_non_exhaustive()
            }
        }
    };
}
