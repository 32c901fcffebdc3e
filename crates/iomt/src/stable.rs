//! A stable pseudo-random order: what exceeds a cap is chosen by it, so that the choice does not depend on the order of arrival.

use core::hash::{BuildHasher as _, Hash};

use foldhash::quality::FixedState;

/// A fixed seed: the cap must choose the same everywhere.
pub(crate) const STABLE: FixedState = FixedState::with_seed(0x696f_6d74);

/// Where an item stands in that order; the smallest stay.
pub(crate) fn rank(item: &impl Hash) -> u64 {
    STABLE.hash_one(item)
}
