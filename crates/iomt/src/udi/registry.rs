//! The caller's registry of devices: what a device identifier stands for.

use serde::Serialize;

use super::Issuer;

/// What a registry has of a product.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Registered {
    /// The labeler: `companyName` of GUDID.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub company: Option<String>,
    /// `brandName`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub brand: Option<String>,
    /// `versionModelNumber`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// `deviceDescription`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Product codes, as the FDA classifies by them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub product_codes: Vec<String>,
}

/// A look-up of device identifiers, such as a copy of GUDID or EUDAMED. It is asked while an inventory is read, for carriers
/// whose check is not wrong, and must answer alike each time: nothing here goes to the network on its own.
///
/// ```
/// use iomt::udi::{Issuer, Registered, Registry};
///
/// struct OurCopy;
/// impl Registry for OurCopy {
///     fn look_up(&self, issuer: Issuer, device: &str) -> Option<Registered> {
///         let known = (issuer, device) == (Issuer::Gs1, "51022222233336");
///         known.then(|| Registered { company: Some("Acme".to_owned()), ..Registered::default() })
///     }
/// }
/// assert!(OurCopy.look_up(Issuer::Gs1, "51022222233336").is_some());
/// ```
pub trait Registry {
    /// What is registered under a device identifier.
    fn look_up(&self, issuer: Issuer, device: &str) -> Option<Registered>;
}

/// No registry: nothing is looked up.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoRegistry;

impl Registry for NoRegistry {
    fn look_up(&self, _: Issuer, _: &str) -> Option<Registered> {
        None
    }
}
