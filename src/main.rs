//! The program: reads the settings and runs the service.

fn main() {}
