fn total(v: &[i32], i: usize) -> i32 { v[i] }
fn main() { println!("{}", total(&[1, 2], std::env::args().count() + 4)); }
