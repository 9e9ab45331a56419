//! Writes zips byte by byte, so that every field can be made to lie, and plain cabinets.

use std::io::{Cursor, Write};

use cab::{CabinetBuilder, CompressionType};
use flate2::Compression;
use flate2::write::DeflateEncoder;

/// One entry of a zip in the making.
#[derive(Debug, Clone)]
pub(crate) struct Item {
    pub(crate) name: Vec<u8>,
    /// The name in the local header, if it differs.
    pub(crate) local_name: Option<Vec<u8>>,
    pub(crate) flags: u16,
    pub(crate) method: u16,
    pub(crate) data: Vec<u8>,
    pub(crate) crc: u32,
    pub(crate) size: u32,
    /// What the headers say about the length of `data`, if they lie.
    pub(crate) compressed: Option<u32>,
    /// Unix mode in the upper half, as Info-ZIP writes it.
    pub(crate) mode: u32,
    /// Sizes and checksum behind the data, zeros in the local header.
    pub(crate) descriptor: bool,
}

impl Item {
    pub(crate) fn stored(name: impl AsRef<[u8]>, content: &[u8]) -> Self {
        let mut crc = flate2::Crc::new();
        crc.update(content);
        Self {
            name: name.as_ref().to_vec(),
            local_name: None,
            flags: 0,
            method: 0,
            data: content.to_vec(),
            crc: crc.sum(),
            size: u32::try_from(content.len()).unwrap(),
            compressed: None,
            mode: 0,
            descriptor: false,
        }
    }

    pub(crate) fn deflated(name: impl AsRef<[u8]>, content: &[u8]) -> Self {
        Self::compressed(name, content, Compression::fast())
    }

    /// As small as it gets: zeros shrink to a thousandth.
    pub(crate) fn deflated_well(name: impl AsRef<[u8]>, content: &[u8]) -> Self {
        Self::compressed(name, content, Compression::best())
    }

    fn compressed(name: impl AsRef<[u8]>, content: &[u8], level: Compression) -> Self {
        let mut encoder = DeflateEncoder::new(Vec::new(), level);
        encoder.write_all(content).unwrap();
        Self { method: 8, data: encoder.finish().unwrap(), ..Self::stored(name, content) }
    }

    fn sizes(&self, zeros: bool) -> Vec<u8> {
        let length = u32::try_from(self.data.len()).unwrap();
        let fields = if zeros { [0; 3] } else { [self.crc, self.compressed.unwrap_or(length), self.size] };
        fields.iter().flat_map(|field| field.to_le_bytes()).collect()
    }

    fn flags(&self) -> u16 {
        if self.descriptor { self.flags | 8 } else { self.flags }
    }
}

/// The local part of one entry.
pub(crate) fn local(item: &Item) -> Vec<u8> {
    let name = item.local_name.as_ref().unwrap_or(&item.name);
    let mut out = b"PK\x03\x04\x14\0".to_vec();
    out.extend(item.flags().to_le_bytes());
    out.extend(item.method.to_le_bytes());
    out.extend([0; 4]);
    out.extend(item.sizes(item.descriptor));
    out.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
    out.extend([0; 2]);
    out.extend(name);
    out.extend(&item.data);
    if item.descriptor {
        out.extend(b"PK\x07\x08");
        out.extend(item.sizes(false));
    }
    out
}

/// One record of the directory.
pub(crate) fn central(item: &Item, offset: u32) -> Vec<u8> {
    let mut out = b"PK\x01\x02\x14\x03\x14\0".to_vec();
    out.extend(item.flags().to_le_bytes());
    out.extend(item.method.to_le_bytes());
    out.extend([0; 4]);
    out.extend(item.sizes(false));
    out.extend(u16::try_from(item.name.len()).unwrap().to_le_bytes());
    out.extend([0; 8]);
    out.extend((item.mode << 16).to_le_bytes());
    out.extend(offset.to_le_bytes());
    out.extend(&item.name);
    out
}

/// The record that ends a zip.
pub(crate) fn end(entries: u16, directory_size: usize, directory_start: usize) -> Vec<u8> {
    let mut out = b"PK\x05\x06\0\0\0\0".to_vec();
    out.extend(entries.to_le_bytes());
    out.extend(entries.to_le_bytes());
    out.extend(u32::try_from(directory_size).unwrap().to_le_bytes());
    out.extend(u32::try_from(directory_start).unwrap().to_le_bytes());
    out.extend([0; 2]);
    out
}

/// A whole zip.
pub(crate) fn zip(items: &[Item]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for item in items {
        directory.extend(central(item, u32::try_from(out.len()).unwrap()));
        out.extend(local(item));
    }
    let start = out.len();
    out.extend(&directory);
    out.extend(end(u16::try_from(items.len()).unwrap(), directory.len(), start));
    out
}

/// A cabinet of one folder, as makecab writes one.
pub(crate) fn cabinet(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut builder = CabinetBuilder::new();
    let folder = builder.add_folder(CompressionType::MsZip);
    for (name, _) in files {
        folder.add_file(name);
    }
    let mut cabinet = builder.build(Cursor::new(Vec::new())).unwrap();
    for (_, content) in files {
        cabinet.next_file().unwrap().unwrap().write_all(content).unwrap();
    }
    cabinet.finish().unwrap().into_inner()
}
