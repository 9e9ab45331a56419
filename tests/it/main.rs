//! Integration tests, one binary.
mod bundle;
mod evtx;
mod forge;
mod report;
