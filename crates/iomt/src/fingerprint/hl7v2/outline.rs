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

/// The fields of a header up to MSH-18.
const HEADER: usize = 18;

/// What of a message's segments its parts depend on.
#[derive(Clone, Copy)]
pub struct Outline<'a> {
    pub(super) header: Segment<'a>,
    fields: [&'a [u8]; HEADER],
    /// Which fields of the header hold something, a bit each.
    pub(super) occupied: u64,
    acknowledgement: Option<Segment<'a>>,
    pub(super) error: Option<Segment<'a>>,
    pattern: [(Name, u8); PATTERN],
    len: usize,
}

impl core::fmt::Debug for Outline<'_> {
    /// Says how many segments there are, not what stands in them.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Outline").field("segments", &self.len).finish_non_exhaustive()
    }
}

/// The three letters of a segment.
type Name = [u8; 3];

impl<'a> Outline<'a> {
    /// Reads the names of all segments, counts their fields, and finds those of the header.
    #[must_use]
    pub fn of(message: &Message<'a>) -> Self {
        let header = message.header();
        let mut outline = Self {
            header,
            fields: [&[]; HEADER],
            occupied: 0,
            acknowledgement: None,
            error: None,
            pattern: [([0; 3], 0); PATTERN],
            len: 0,
        };
        for (number, field) in header.fields().take(FIELDS).enumerate() {
            if !field.is_absent() {
                outline.occupied |= 1_u64.unbounded_shl(u32::try_from(number).unwrap_or(u32::MAX));
                if let Some(to) = outline.fields.get_mut(number) {
                    *to = field.bytes();
                }
            }
        }
        for segment in message.segments() {
            outline.add(segment);
        }
        outline
    }

    #[inline]
    fn add(&mut self, segment: Segment<'a>) {
        let Ok(name) = Name::try_from(segment.name()) else { return };
        let fields = || u8::try_from(segment.field_count().min(FIELDS)).unwrap_or(u8::MAX);
        let known = self.pattern.get_mut(..self.len).unwrap_or_default();
        // Most segments repeat one that was there before.
        if let Some((_, most)) = known.iter_mut().rfind(|(known, _)| *known == name) {
            *most = fields().max(*most);
            return;
        }
        match &name {
            b"MSA" => self.acknowledgement = self.acknowledgement.or(Some(segment)),
            b"ERR" => self.error = self.error.or(Some(segment)),
            _ => {}
        }
        if let Some(free) = self.pattern.get_mut(self.len)
            && is_lawful(name)
        {
            *free = (name, fields());
            self.len = self.len.saturating_add(1);
        }
    }

    /// A field of the header, up to MSH-18; nothing when it holds nothing.
    #[must_use]
    pub fn header(&self, number: usize) -> &'a [u8] {
        number.checked_sub(1).and_then(|at| self.fields.get(at)).copied().unwrap_or_default()
    }

    /// The MSA segment, which makes a message an answer.
    #[must_use]
    pub const fn acknowledgement(&self) -> Option<&Segment<'a>> {
        self.acknowledgement.as_ref()
    }

    /// Names of segments in the order of their first appearance, and how many binary digits the greatest number of fields of each has.
    pub(super) fn pattern(&self) -> impl Iterator<Item = (Name, u32)> {
        let binary_digits = |fields: u8| u8::BITS.saturating_sub(fields.leading_zeros());
        self.pattern.into_iter().take(self.len).map(move |(name, most)| (name, binary_digits(most)))
    }

    /// The names alone.
    pub(super) fn names(&self) -> String {
        self.pattern().map(|(name, _)| text(name)).collect::<Vec<_>>().join(",")
    }
}

/// A name as text.
pub(super) fn text(name: Name) -> String {
    name.map(char::from).iter().collect()
}

/// Whether the standard or its makers' Z rule has this name.
fn is_lawful(name: Name) -> bool {
    let own = matches!(name, [b'Z', ref rest @ ..] if rest.iter().all(upper_or_digit));
    let (known, _) = SEGMENTS.as_bytes().as_chunks::<4>();
    own || known.binary_search_by(|[one, two, three, _]| [*one, *two, *three].cmp(&name)).is_ok()
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
