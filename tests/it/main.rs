//! it
#[test] fn it(){ }
