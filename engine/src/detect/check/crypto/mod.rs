//! Addresses of crypto-currencies: each has a checksum, which only an address passes.

mod base58;
mod bech32;
mod cash;
mod ethereum;
mod keccak;
mod monero;

pub(super) use base58::check as base58;
pub(super) use base58::solana;
pub(super) use bech32::check as bech32;
pub(super) use cash::check as cash;
pub(super) use ethereum::check as ethereum;
pub(super) use monero::check as monero;
