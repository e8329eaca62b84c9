#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| lacuna::testing::fuzz_restore(data));
