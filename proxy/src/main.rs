//! The gateway and the command line.
fn main() {}
