//! Integration tests, one binary.
mod bundle;
mod cases;
mod evtx;
mod forge;
mod layering;
mod readme;
mod report;
mod text;
