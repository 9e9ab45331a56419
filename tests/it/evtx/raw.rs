//! Chunks put together byte by byte, for shapes that no honest writer makes.

pub(super) const CHUNK: usize = 65_536;
/// Names stand here, out of the way of the records.
const NAMES: usize = 60_000;

/// One chunk with its file header.
pub(super) struct Raw {
    pub(super) chunk: Vec<u8>,
    at: usize,
    names: usize,
    count: u64,
}

impl Raw {
    pub(super) fn new() -> Self {
        let mut chunk = vec![0; CHUNK];
        chunk[..8].copy_from_slice(b"ElfChnk\0");
        chunk[40..44].copy_from_slice(&128_u32.to_le_bytes());
        Self { chunk, at: 512, names: NAMES, count: 0 }
    }

    /// Where the content of the next record will stand.
    pub(super) fn next_content(&self) -> usize {
        self.at + 24
    }

    /// Stores a name; gives its offset.
    pub(super) fn name(&mut self, text: &str) -> u32 {
        let offset = self.names;
        let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        self.put(offset + 6, &(text.len() as u16).to_le_bytes());
        self.put(offset + 8, &units);
        self.names += 10 + units.len();
        offset as u32
    }

    pub(super) fn put(&mut self, at: usize, bytes: &[u8]) {
        self.chunk[at..at + bytes.len()].copy_from_slice(bytes);
    }

    /// Adds a record with this binary XML.
    pub(super) fn record(&mut self, content: &[u8]) {
        let size = (content.len() + 28) as u32;
        self.count += 1;
        let head = [&[0x2A, 0x2A, 0, 0][..], &size.to_le_bytes(), &self.count.to_le_bytes(), &[0; 8]].concat();
        self.put(self.at, &head);
        self.put(self.at + 24, content);
        self.put(self.at + 24 + content.len(), &size.to_le_bytes());
        self.at += size as usize;
        assert!(self.at <= NAMES || self.names == NAMES, "the records reach the names");
    }

    /// Seals the chunk, and gives the file.
    pub(super) fn file(mut self) -> Vec<u8> {
        self.put(32, &self.count.to_le_bytes());
        self.put(48, &(self.at as u32).to_le_bytes());
        seal(&mut self.chunk);
        file(&[&self.chunk])
    }
}

/// Writes the two checksums of a chunk.
pub(super) fn seal(chunk: &mut [u8]) {
    let free = u32::from_le_bytes(chunk[48..52].try_into().unwrap()) as usize;
    let records = ::evtx::checksum_ieee(chunk.get(512..free).unwrap_or_default());
    chunk[52..56].copy_from_slice(&records.to_le_bytes());
    let header = ::evtx::checksum_ieee(&[&chunk[..120], &chunk[128..512]].concat());
    chunk[124..128].copy_from_slice(&header.to_le_bytes());
}

/// Chunks behind a clean file header.
pub(super) fn file(chunks: &[&[u8]]) -> Vec<u8> {
    let mut header = vec![0; 4096];
    header[..8].copy_from_slice(b"ElfFile\0");
    header[16..24].copy_from_slice(&(chunks.len() as u64 - 1).to_le_bytes());
    let sum = ::evtx::checksum_ieee(&header[..120]);
    header[124..128].copy_from_slice(&sum.to_le_bytes());
    [&header[..], &chunks.concat()].concat()
}

/// The start of an element outside a template, without attributes.
pub(super) fn open(name: u32) -> Vec<u8> {
    [&[0x01][..], &0_u32.to_le_bytes(), &name.to_le_bytes(), &[0x02]].concat()
}

/// The start of an element inside a template.
pub(super) fn open_in_template(name: u32) -> Vec<u8> {
    [&[0x01, 0xFF, 0xFF][..], &0_u32.to_le_bytes(), &name.to_le_bytes(), &[0x02]].concat()
}

/// A text value.
pub(super) fn text(value: &str) -> Vec<u8> {
    let units: Vec<u8> = value.encode_utf16().flat_map(u16::to_le_bytes).collect();
    [&[0x05, 0x01][..], &((units.len() / 2) as u16).to_le_bytes(), &units].concat()
}
