//! Request lines: which bytes are one, and which service of PS3.18 they ask for.

use iomt_wire::{Bits, Need, Verdict};

/// The methods of PS3.18.
pub(super) const METHODS: [&[u8]; 6] = [b"GET ", b"POST ", b"PUT ", b"HEAD ", b"DELETE ", b"OPTIONS "];

/// Words of the paths of PS3.18; whatever else stands there names somebody's study.
pub(super) const WORDS: [&str; 16] = [
    "studies",
    "series",
    "instances",
    "workitems",
    "metadata",
    "rendered",
    "thumbnail",
    "frames",
    "bulkdata",
    "pixeldata",
    "state",
    "cancelrequest",
    "subscribers",
    "suspend",
    "capabilities",
    "1.2.840.10008.5.1.4.34.5",
];

/// A request line; RFC 9112 section 3.
pub(crate) fn probe(head: &[u8]) -> Verdict {
    let Some(method) = METHODS.iter().find(|method| head.starts_with(method)) else {
        let may_become = !head.is_empty() && METHODS.iter().any(|method| method.starts_with(head));
        return if may_become { Verdict::More(Need::total(8)) } else { Verdict::No };
    };
    let rest = head.get(method.len()..).unwrap_or_default();
    let end = rest.iter().position(|byte| !byte.is_ascii_graphic()).unwrap_or(rest.len());
    let (target, behind) = rest.split_at_checked(end).unwrap_or_default();
    if target.first().is_some_and(|first| !matches!(first, b'/' | b'*' | b'h' | b'H')) {
        return Verdict::No;
    }
    const VERSION: &[u8] = b" HTTP/1.";
    match behind.get(..VERSION.len()) {
        Some(VERSION) if !target.is_empty() => Verdict::Yes(Bits(64)),
        None if VERSION.starts_with(behind) => {
            Verdict::More(Need::total(u64::try_from(head.len()).unwrap_or(u64::MAX).saturating_add(1)))
        }
        _ => Verdict::No,
    }
}

/// A service of PS3.18.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Service {
    Query,
    Retrieve,
    RetrieveByUri,
    Store,
    Worklist,
}

impl Service {
    /// As people call it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Query => "QIDO-RS",
            Self::Retrieve => "WADO-RS",
            Self::RetrieveByUri => "WADO-URI",
            Self::Store => "STOW-RS",
            Self::Worklist => "UPS-RS",
        }
    }

    pub(super) fn of(method: &str, target: &str) -> Option<Self> {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        if query.split('&').any(|pair| pair.eq_ignore_ascii_case("requestType=WADO")) {
            return Some(Self::RetrieveByUri);
        }
        let mut words = words(path);
        let first = words.next()?;
        let (more, last) = words.fold((0_usize, first), |(count, _), word| (count.saturating_add(1), word));
        match (first, method) {
            ("workitems", _) => Some(Self::Worklist),
            ("studies", "POST" | "PUT") if more <= 1 => Some(Self::Store),
            (_, "GET" | "HEAD") if matches!(last, "studies" | "series" | "instances") => Some(Self::Query),
            ("studies", "GET" | "HEAD") => Some(Self::Retrieve),
            _ => None,
        }
    }
}

/// The segments of a path from the first that a service begins with.
pub(super) fn words(path: &str) -> impl Iterator<Item = &str> {
    let begins = |word: &&str| matches!(*word, "studies" | "series" | "instances" | "workitems");
    path.split('/').filter(|word| !word.is_empty()).skip_while(move |word| !begins(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_line_is_known_and_nothing_else() {
        for line in
            ["GET /a HTTP/1.1\r\n", "POST /studies HTTP/1.0\r\n", "OPTIONS * HTTP/1.1\r\n", "GET http://a/ HTTP/1.1"]
        {
            assert!(matches!(probe(line.as_bytes()), Verdict::Yes(_)), "{line}");
            for end in 1..line.find("HTTP").unwrap_or_default() {
                assert!(
                    matches!(probe(line.as_bytes().get(..end).unwrap_or_default()), Verdict::More(_)),
                    "{line} {end}"
                );
            }
        }
        for line in
            ["", "GETS /", "GET  HTTP/1.1", "GET /a HTTP/2", "GET me", "HTTP/1.1 200 OK", "CONNECT a:1 HTTP/1.1"]
        {
            assert_eq!(probe(line.as_bytes()), Verdict::No, "{line}");
        }
    }

    #[test]
    fn a_service_is_told_by_method_and_path() {
        let name = |method, target| Service::of(method, target).map_or("", Service::name);
        for (method, target, want) in [
            ("GET", "/dicom-web/studies?PatientID=1", "QIDO-RS"),
            ("GET", "/studies/1.2/series", "QIDO-RS"),
            ("GET", "/rs/studies/1.2/series/3/instances", "QIDO-RS"),
            ("GET", "/studies/1.2", "WADO-RS"),
            ("GET", "/studies/1.2/metadata", "WADO-RS"),
            ("GET", "/wado?requestType=WADO&studyUID=1", "WADO-URI"),
            ("POST", "/studies", "STOW-RS"),
            ("POST", "/studies/1.2", "STOW-RS"),
            ("PUT", "/workitems/1.2/state", "UPS-RS"),
            ("POST", "/studies/1/2/3", ""),
            ("GET", "/series/of/talks", ""),
            ("GET", "/", ""),
        ] {
            assert_eq!(name(method, target), want, "{method} {target}");
        }
    }
}
