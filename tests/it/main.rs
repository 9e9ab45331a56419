//! Integration tests, one binary.
mod forge;
