//! Keccak-256 as Ethereum and Monero use it: the submission's padding, not SHA-3's.

/// What each round adds.
const ROUNDS: [u64; 24] = [
    0x0000_0000_0000_0001,
    0x0000_0000_0000_8082,
    0x8000_0000_0000_808A,
    0x8000_0000_8000_8000,
    0x0000_0000_0000_808B,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8009,
    0x0000_0000_0000_008A,
    0x0000_0000_0000_0088,
    0x0000_0000_8000_8009,
    0x0000_0000_8000_000A,
    0x0000_0000_8000_808B,
    0x8000_0000_0000_008B,
    0x8000_0000_0000_8089,
    0x8000_0000_0000_8003,
    0x8000_0000_0000_8002,
    0x8000_0000_0000_0080,
    0x0000_0000_0000_800A,
    0x8000_0000_8000_000A,
    0x8000_0000_8000_8081,
    0x8000_0000_0000_8080,
    0x0000_0000_8000_0001,
    0x8000_0000_8000_8008,
];

/// Where a lane goes, and by how much it is turned on the way.
const TURNS: [(usize, u32); 24] = [
    (10, 1),
    (7, 3),
    (11, 6),
    (17, 10),
    (18, 15),
    (3, 21),
    (5, 28),
    (16, 36),
    (8, 45),
    (21, 55),
    (24, 2),
    (4, 14),
    (15, 27),
    (23, 41),
    (19, 56),
    (13, 8),
    (12, 25),
    (2, 43),
    (20, 62),
    (14, 18),
    (22, 39),
    (9, 61),
    (6, 20),
    (1, 44),
];

/// Bytes of one block.
const BLOCK: usize = 136;

/// The digest of less than a block; of more, that of the beginning.
pub(super) fn keccak256(bytes: &[u8]) -> [u8; 32] {
    let mut block = [0; BLOCK];
    let len = bytes.len().min(BLOCK - 1);
    for (slot, byte) in block.iter_mut().zip(bytes.iter().take(len)) {
        *slot = *byte;
    }
    if let Some(slot) = block.get_mut(len) {
        *slot = 1;
    }
    if let Some(last) = block.last_mut() {
        *last |= 0x80;
    }
    let mut lanes = [0; 25];
    let (eights, _) = block.as_chunks::<8>();
    for (lane, eight) in lanes.iter_mut().zip(eights) {
        *lane = u64::from_le_bytes(*eight);
    }
    for round in ROUNDS {
        lanes = turn(lanes, round);
    }
    let mut digest = [0; 32];
    let (eights, _) = digest.as_chunks_mut::<8>();
    for (eight, lane) in eights.iter_mut().zip(lanes) {
        *eight = lane.to_le_bytes();
    }
    digest
}

/// One round of the permutation.
fn turn(mut lanes: [u64; 25], round: u64) -> [u64; 25] {
    let at = |lanes: &[u64; 25], index: usize| lanes.get(index % 25).copied().unwrap_or_default();
    let mut columns = [0; 5];
    for (x, column) in columns.iter_mut().enumerate() {
        *column = (0..5).fold(0, |column, y| column ^ at(&lanes, x + 5 * y));
    }
    let column = |x: usize| columns.get(x % 5).copied().unwrap_or_default();
    for (index, lane) in lanes.iter_mut().enumerate() {
        *lane ^= column(index % 5 + 4) ^ column(index % 5 + 1).rotate_left(1);
    }
    let mut last = at(&lanes, 1);
    for (to, by) in TURNS {
        if let Some(slot) = lanes.get_mut(to) {
            last = core::mem::replace(slot, last.rotate_left(by));
        }
    }
    let before = lanes;
    for (index, lane) in lanes.iter_mut().enumerate() {
        let row = index / 5 * 5;
        *lane ^= !at(&before, row + (index + 1) % 5) & at(&before, row + (index + 2) % 5);
    }
    if let Some(first) = lanes.first_mut() {
        *first ^= round;
    }
    lanes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hex(text: &str) -> String {
        let digest = keccak256(text.as_bytes());
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    #[test]
    fn digests_are_the_published_ones() {
        assert_eq!(
            hex(""),
            "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"
        );
        assert_eq!(
            hex("abc"),
            "4e03657aea45a94fc7d47ba826c8d667c0d1e6e33a64a036ec44f58fa12d6c45"
        );
    }
}
