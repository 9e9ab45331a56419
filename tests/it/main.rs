//! Integration tests, one binary.
mod evtx;
mod forge;
mod report;
