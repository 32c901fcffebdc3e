//! Values as people read them: cleaned, cut to a width, counted.

use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// A value from the network, fit for a terminal: without characters that have no width, which could reorder or hide others.
pub(crate) fn plain(text: &str) -> String {
    text.chars().filter(|c| c.width().is_some_and(|width| width > 0)).collect()
}

/// A text of at most `width` columns; what does not fit ends in an ellipsis.
pub(crate) fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    let mut room = width.saturating_sub(1);
    for c in text.chars() {
        match room.checked_sub(c.width().unwrap_or_default()) {
            Some(left) => room = left,
            None => break,
        }
        kept.push(c);
    }
    kept.truncate(kept.trim_end().len());
    kept.push('…');
    kept
}

/// Whether a text fits a width.
pub(crate) fn fits(text: &str, width: usize) -> bool {
    text.width() <= width
}

/// A probability for people: never more sure than it is.
pub(crate) fn percent(confidence: f64) -> String {
    match confidence {
        sure if sure >= 0.995 => ">99 %".to_owned(),
        unsure if unsure < 0.005 => "<1 %".to_owned(),
        other => format!("{:.0} %", other * 100.0),
    }
}

/// A number of things: `1 device`, `2 devices`.
pub(crate) fn count(number: usize, one: &str) -> String {
    if number == 1 { format!("1 {one}") } else { format!("{number} {one}s") }
}

/// A class of the closed list in words.
pub(crate) fn class(class: &str) -> String {
    match class {
        "ct" | "mr" | "pet" | "spect" | "ecg" => class.to_uppercase(),
        "x-ray" => "X-ray".to_owned(),
        "unknown-medical" => "medical device".to_owned(),
        "point-of-care-analyser" => "point-of-care analyser".to_owned(),
        other => other.replace('-', " "),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cut_text_fits_its_width_and_says_that_it_was_cut() {
        assert_eq!(cut("Operating System", 10), "Operating…");
        assert_eq!(cut("short", 10), "short");
        assert_eq!(cut("超音波診断装置", 9), "超音波診…");
        assert!(fits(&cut("超音波診断装置", 8), 8));
    }

    #[test]
    fn characters_that_reorder_or_hide_others_are_left_out() {
        assert_eq!(plain("AB\u{202e}CD\u{200b}\x1b[31m"), "ABCD[31m");
    }

    #[test]
    fn nothing_is_more_than_sure() {
        assert_eq!(percent(1.0), ">99 %");
        assert_eq!(percent(0.985), "98 %");
        assert_eq!(percent(0.0), "<1 %");
    }

    #[test]
    fn classes_read_as_words() {
        assert_eq!(class("patient-monitor"), "patient monitor");
        assert_eq!(class("ct"), "CT");
    }
}
