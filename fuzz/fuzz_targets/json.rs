#![no_main]
libfuzzer_sys::fuzz_target!(|data: &[u8]| lacuna::testing::fuzz_json(data, |text| serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok()));
