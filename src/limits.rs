//! Every cap of the tool in one struct: what a hostile bundle may cost at most.
//!
//! A limit that is hit always ends in an [`crate::issue::Issue`], never in silence.
//! Work is bounded in bytes, records and nodes, because those are reproducible and a clock is not.

/// The caps. All sizes are bytes unless a field says otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// One input file as given on the command line.
    pub input_file: u64,
    /// All expanded bytes of one bundle.
    pub total_expanded: u64,
    /// One expanded entry; beyond it the entry is cut and marked.
    pub entry: u64,
    /// Entries of one container.
    pub entries_per_container: u64,
    /// Entries of one bundle.
    pub entries_per_bundle: u64,
    /// Expanded bytes per compressed byte …
    pub ratio: u64,
    /// … counted only after this much output (a fresh .evtx is mostly zeros and shrinks 500:1).
    pub ratio_after: u64,
    /// Containers inside containers.
    pub container_depth: u32,
    /// Folders below the bundle's root.
    pub folder_depth: u32,
    /// One path.
    pub path: usize,
    /// Components of one path.
    pub path_components: usize,
    /// One line of text.
    pub line: usize,
    /// One field of a line.
    pub field: usize,
    /// Nested XML elements.
    pub xml_depth: usize,
    /// Attributes of one XML element.
    pub xml_attributes: usize,
    /// One XML token.
    pub xml_token: usize,
    /// Records of one artifact.
    pub records_per_artifact: u64,
    /// Records of one bundle.
    pub records_per_bundle: u64,
    /// Facts kept for one case; counting goes on.
    pub facts: u64,
    /// Citations kept for one piece of evidence; counting goes on.
    pub cites: usize,
    /// Seconds without progress after which a parser is abandoned (a dependency may loop).
    pub heartbeat_seconds: u64,
    /// Abandoned parsers after which the case stops.
    pub abandoned_parsers: u32,
    /// Rules of one rule set.
    pub rules: usize,
    /// One rule file.
    pub rule_file: usize,
    /// Nested conditions of one rule.
    pub condition_depth: usize,
    /// Conditions of one rule.
    pub condition_nodes: usize,
    /// Conditions that one rule or step evaluates, those of its names each time they are used.
    pub named_conditions: u64,
    /// Names that use each other, one behind the other.
    pub name_depth: usize,
    /// Source length of one pattern.
    pub pattern: usize,
    /// Compiled size of one pattern.
    pub pattern_compiled: usize,
    /// Characters of one report cell.
    pub cell: usize,
    /// Characters of one terminal cell.
    pub terminal_cell: usize,
}

impl Default for Limits {
    fn default() -> Self {
        const MIB: u64 = 1 << 20;
        const GIB: u64 = 1 << 30;
        Self {
            input_file: 4 * GIB,
            total_expanded: 4 * GIB,
            entry: GIB,
            entries_per_container: 20_000,
            entries_per_bundle: 50_000,
            ratio: 200,
            ratio_after: 16 * MIB,
            container_depth: 3,
            folder_depth: 32,
            path: 1024,
            path_components: 32,
            line: 1 << 20,
            field: 256 << 10,
            xml_depth: 64,
            xml_attributes: 256,
            xml_token: 4 << 20,
            records_per_artifact: 5_000_000,
            records_per_bundle: 20_000_000,
            facts: 2_000_000,
            cites: 20,
            heartbeat_seconds: 10,
            abandoned_parsers: 4,
            rules: 5_000,
            rule_file: 256 << 10,
            condition_depth: 16,
            condition_nodes: 1_000,
            named_conditions: 20_000,
            name_depth: 32,
            pattern: 512,
            pattern_compiled: 1 << 20,
            cell: 2_000,
            terminal_cell: 200,
        }
    }
}
