//! The segments of one message, read once: which there are, how long they are, and the two that make an answer.

use iomt_hl7v2::{Message, Segment};

use super::parts::{FIELDS, upper_or_digit};

/// The segments of HL7 version 2, up to 2.9.1, in alphabetical order (chapter 2, appendix A, and the chapters' own lists).
const SEGMENTS: &str = "\
ABS ACC ADD ADJ AFF AIG AIL AIP AIS AL1 APR ARQ ARV AUT BHS BLC BLG BPO BPX BTS BTX BUI CDM CDO CER CM0 CM1 CM2 CNS CON CSP \
CSR CSS CTD CTI CTR DB1 DEV DG1 DMI DON DPS DRG DSC DSP DST ECD ECR EDU EQL EQP EQU ERQ ERR EVN FAC FHS FT1 FTS GOL GP1 GP2 \
GT1 IAM IAR IIM ILT IN1 IN2 IN3 INV IPC IPR ISD ITM IVC IVT LAN LCC LCH LDP LOC LRL MCP MFA MFE MFI MRG MSA MSH NCK NDS NK1 \
NPU NSC NST NTE OBR OBX ODS ODT OH1 OH2 OH3 OH4 OM1 OM2 OM3 OM4 OM5 OM6 OM7 OMC ORC ORG OVR PAC PCE PCR PD1 PDA PDC PEO PES \
PID PKG PM1 PMT PR1 PRA PRB PRC PRD PRT PSG PSH PSL PSS PTH PV1 PV2 PYE QAK QID QPD QRD QRF QRI RCP RDF RDT REL RF1 RFI RGS \
RMI ROL RQ1 RQD RXA RXC RXD RXE RXG RXO RXR RXV SAC SCD SCH SCP SDD SFT SGH SGT SHP SID SLT SPM SPR STF STZ TCC TCD TQ1 TQ2 \
TXA UAC UB1 UB2 URD URS VAR VND VTQ ";

/// Different segments of one message that count.
const PATTERN: usize = 24;

/// What of a message's segments its parts depend on.
#[derive(Clone, Copy, Debug)]
pub struct Outline<'a> {
    header: Segment<'a>,
    acknowledgement: Option<Segment<'a>>,
    pub(super) error: Option<Segment<'a>>,
    pattern: [(&'a str, usize); PATTERN],
    len: usize,
}

impl<'a> Outline<'a> {
    /// Reads the names of all segments and counts their fields.
    #[must_use]
    pub fn of(message: &Message<'a>) -> Self {
        let header = message.header();
        let (mut acknowledgement, mut error) = (None, None);
        let (mut pattern, mut len) = ([("", 0); PATTERN], 0_usize);
        for segment in message.segments() {
            let name = segment.name();
            let fields = || segment.fields().count().min(FIELDS);
            let known = pattern.get_mut(..len).unwrap_or_default();
            // Most segments repeat one that was there before.
            if let Some((_, most)) = known.iter_mut().rfind(|(known, _)| known.as_bytes() == name) {
                *most = fields().max(*most);
                continue;
            }
            match name {
                b"MSA" => acknowledgement = acknowledgement.or(Some(segment)),
                b"ERR" => error = error.or(Some(segment)),
                _ => {}
            }
            if let Some(free) = pattern.get_mut(len)
                && let Some(name) = lawful(&segment)
            {
                *free = (name, fields());
                len = len.saturating_add(1);
            }
        }
        Self { header, acknowledgement, error, pattern, len }
    }

    /// The header segment.
    #[must_use]
    pub const fn header(&self) -> &Segment<'a> {
        &self.header
    }

    /// The MSA segment, which makes a message an answer.
    #[must_use]
    pub const fn acknowledgement(&self) -> Option<&Segment<'a>> {
        self.acknowledgement.as_ref()
    }

    /// Names of segments in the order of their first appearance, and how many binary digits the greatest number of fields of each has.
    pub(super) fn pattern(&self) -> impl Iterator<Item = (&'a str, u32)> {
        let binary_digits = |fields: usize| usize::BITS.saturating_sub(fields.leading_zeros());
        self.pattern.into_iter().take(self.len).map(move |(name, most)| (name, binary_digits(most)))
    }

    /// The names alone.
    pub(super) fn names(&self) -> String {
        self.pattern().map(|(name, _)| name).collect::<Vec<_>>().join(",")
    }
}

/// The name of a segment that the standard or its makers' Z rule has.
fn lawful<'a>(segment: &Segment<'a>) -> Option<&'a str> {
    let name: &[u8; 3] = segment.name().try_into().ok()?;
    let own = matches!(name, [b'Z', rest @ ..] if rest.iter().all(upper_or_digit));
    let (known, _) = SEGMENTS.as_bytes().as_chunks::<4>();
    let known = || known.binary_search_by(|[one, two, three, _]| [*one, *two, *three].cmp(name)).is_ok();
    (own || known()).then(|| core::str::from_utf8(segment.name()).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::SEGMENTS;

    #[test]
    fn segments_are_found_because_they_stand_in_order() {
        let names: Vec<&str> = SEGMENTS.split_ascii_whitespace().collect();
        assert!(names.iter().all(|name| name.len() == 3) && names.is_sorted(), "{names:?}");
        assert!(SEGMENTS.as_bytes().chunks(4).all(|chunk| chunk.len() == 4 && chunk.ends_with(b" ")));
    }
}
