//! Disjoint sets.

/// Numbers joined into groups; a group is named by its lowest number.
#[derive(Debug)]
pub(super) struct Groups(Vec<usize>);

impl Groups {
    pub(super) fn new(len: usize) -> Self {
        Self((0..len).collect())
    }

    /// The group of a number. Each number passed on the way is hung one step higher, so that chains stay short.
    pub(super) fn find(&mut self, mut number: usize) -> usize {
        while let Some(parent) = self.0.get(number).copied()
            && parent != number
        {
            let above = self.0.get(parent).copied().unwrap_or(parent);
            if let Some(parent) = self.0.get_mut(number) {
                *parent = above;
            }
            number = above;
        }
        number
    }

    /// The lower root becomes the parent, so that the groups do not depend on the order of joining.
    pub(super) fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.find(a), self.find(b));
        if let Some(parent) = self.0.get_mut(a.max(b)) {
            *parent = a.min(b);
        }
    }
}
