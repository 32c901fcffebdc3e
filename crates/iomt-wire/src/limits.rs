//! Every cap in one place.

/// The caps that keep memory bounded and work linear, whatever the input is.
///
/// Reaching a cap is reported where it happens and is never fatal: what exceeds it is skipped. The defaults suit a sensor
/// on one hospital link; a small machine lowers them.
///
/// ```
/// let limits = iomt_wire::Limits { flows: 1_000, ..iomt_wire::Limits::default() };
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Conversations tracked at the same time; the one idle longest makes room.
    pub flows: usize,
    /// Nanoseconds of capture time after which a silent UDP conversation is closed.
    pub udp_idle: u64,
    /// Nanoseconds of capture time after which a silent TCP connection is closed.
    pub tcp_idle: u64,
    /// Out-of-order bytes held per direction of a TCP connection before a gap is declared.
    pub reorder_bytes: usize,
    /// Out-of-order pieces held per direction of a TCP connection before a gap is declared.
    pub reorder_segments: usize,
    /// Out-of-order bytes held over all connections together.
    pub reorder_total: usize,
    /// IP datagrams in reassembly at the same time.
    pub fragment_datagrams: usize,
    /// Bytes of one reassembled IP datagram.
    pub fragment_bytes: usize,
    /// Nanoseconds of capture time that a fragment waits for its siblings.
    pub fragment_idle: u64,
    /// Encapsulations (GRE, ERSPAN, VXLAN) peeled off one frame.
    pub tunnel_depth: usize,
    /// Bytes of one captured frame; a larger record is damage.
    pub frame_bytes: usize,
    /// First bytes of a conversation held while no dissector is sure.
    pub probe_bytes: usize,
    /// Bytes of one message or PDU held because it spans segments; bulk data are skipped and do not count.
    pub message_bytes: usize,
    /// Bytes of one attribute value held because it spans segments.
    pub value_bytes: usize,
    /// Sequences, items or lists within one another.
    pub depth: usize,
    /// Frames of a multi-frame image that are looked at for what they alone say.
    pub frames: usize,
    /// Data elements, fields or attributes looked at in one message.
    pub elements: usize,
    /// Requests awaiting their response in one conversation.
    pub pending: usize,
    /// Bytes that decompression may produce from one object.
    pub inflated_bytes: usize,
    /// Facts (values, each from one source) kept per attribute of one subject.
    pub values: usize,
    /// Subjects (endpoints and equipment) kept in one ledger.
    pub subjects: usize,
    /// Facts kept in one ledger, over all subjects.
    pub facts: usize,
}

impl Limits {
    /// The default caps.
    pub const DEFAULT: Self = Self {
        flows: 65_536,
        udp_idle: 120_000_000_000,
        tcp_idle: 3_600_000_000_000,
        reorder_bytes: 1 << 20,
        reorder_segments: 4_096,
        reorder_total: 16 << 20,
        fragment_datagrams: 256,
        fragment_bytes: 65_535,
        fragment_idle: 30_000_000_000,
        tunnel_depth: 4,
        frame_bytes: 1 << 20,
        probe_bytes: 4_096,
        message_bytes: 1 << 20,
        value_bytes: 16 << 10,
        depth: 64,
        frames: 4,
        elements: 1 << 20,
        pending: 256,
        inflated_bytes: 16 << 20,
        values: 64,
        subjects: 8_192,
        facts: 131_072,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Self::DEFAULT
    }
}
