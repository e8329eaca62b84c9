//! Country calling codes (ITU-T E.164, list of assigned codes) and how many digits follow them.
//!
//! The lengths are those of the national numbering plans published with ITU operational bulletins: of geographic
//! and mobile numbers, without short codes.

/// A calling code, the fewest and the most digits after it.
type Code = (u16, u8, u8);

/// Every assigned code. One of three digits is never the continuation of a shorter one: codes are free of prefixes.
#[rustfmt::skip]
const CODES: &[Code] = &[
    // North America and the Caribbean
    (1, 10, 10),
    // Africa, and islands near it
    (20, 8, 10), (27, 9, 9), (211, 9, 9), (212, 9, 9), (213, 8, 9), (216, 8, 8), (218, 8, 10), (220, 7, 7),
    (221, 9, 9), (222, 8, 8), (223, 8, 8), (224, 8, 9), (225, 8, 10), (226, 8, 8), (227, 8, 8), (228, 8, 8),
    (229, 8, 10), (230, 7, 8), (231, 7, 9), (232, 8, 8), (233, 9, 9), (234, 7, 11), (235, 8, 8), (236, 8, 8),
    (237, 8, 9), (238, 7, 7), (239, 7, 7), (240, 9, 9), (241, 7, 9), (242, 9, 9), (243, 7, 9), (244, 9, 9),
    (245, 7, 9), (246, 7, 7), (247, 4, 6), (248, 7, 7), (249, 9, 9), (250, 9, 9), (251, 9, 9), (252, 7, 9),
    (253, 8, 8), (254, 7, 10), (255, 9, 9), (256, 9, 9), (257, 8, 8), (258, 8, 9), (260, 9, 9), (261, 9, 9),
    (262, 9, 9), (263, 6, 10), (264, 8, 9), (265, 7, 9), (266, 8, 8), (267, 7, 8), (268, 8, 8), (269, 7, 7),
    (290, 4, 5), (291, 7, 7), (297, 7, 7), (298, 6, 6), (299, 6, 6),
    // Europe
    (30, 10, 10), (31, 9, 11), (32, 8, 9), (33, 9, 9), (34, 9, 9), (36, 8, 9), (39, 6, 11), (40, 9, 9), (41, 9, 9),
    (43, 7, 13), (44, 9, 10), (45, 8, 8), (46, 7, 10), (47, 8, 8), (48, 9, 9), (49, 6, 13), (350, 8, 8),
    (351, 9, 9), (352, 6, 11), (353, 7, 10), (354, 7, 9), (355, 7, 9), (356, 8, 8), (357, 8, 8), (358, 6, 12),
    (359, 7, 9), (370, 8, 8), (371, 8, 8), (372, 7, 8), (373, 8, 8), (374, 8, 8), (375, 9, 9), (376, 6, 9),
    (377, 8, 9), (378, 6, 10), (379, 6, 11), (380, 9, 9), (381, 7, 10), (382, 8, 8), (383, 8, 9), (385, 8, 9),
    (386, 8, 8), (387, 8, 9), (389, 8, 8), (420, 9, 9), (421, 9, 9), (423, 7, 9),
    // Central and South America
    (51, 8, 9), (52, 10, 11), (53, 6, 8), (54, 10, 11), (55, 10, 11), (56, 8, 9), (57, 8, 10), (58, 10, 10),
    (500, 5, 5), (501, 7, 7), (502, 8, 8), (503, 8, 8), (504, 8, 8), (505, 8, 8), (506, 8, 8), (507, 7, 8),
    (508, 6, 9), (509, 8, 8), (590, 9, 9), (591, 8, 8), (592, 7, 7), (593, 8, 9), (594, 9, 9), (595, 7, 9),
    (596, 9, 9), (597, 6, 7), (598, 7, 8), (599, 7, 8),
    // South-east Asia and Oceania
    (60, 8, 10), (61, 9, 9), (62, 8, 12), (63, 8, 10), (64, 8, 10), (65, 8, 8), (66, 8, 9), (670, 7, 8),
    (672, 6, 6), (673, 7, 7), (674, 7, 7), (675, 7, 8), (676, 5, 7), (677, 5, 7), (678, 5, 7), (679, 7, 7),
    (680, 7, 7), (681, 6, 6), (682, 5, 5), (683, 4, 7), (685, 5, 7), (686, 5, 8), (687, 6, 6), (688, 5, 7),
    (689, 6, 8), (690, 4, 7), (691, 7, 7), (692, 7, 7),
    // Russia and Kazakhstan
    (7, 10, 10),
    // East Asia, and services that are no country's
    (81, 9, 10), (82, 8, 10), (84, 9, 10), (86, 9, 11), (800, 8, 8), (808, 8, 8), (850, 8, 10), (852, 8, 8),
    (853, 8, 8), (855, 8, 9), (856, 8, 10), (870, 9, 9), (878, 12, 12), (880, 8, 10), (881, 8, 9), (882, 7, 12),
    (883, 7, 12), (886, 8, 9), (888, 11, 11),
    // West, South and Central Asia
    (90, 10, 10), (91, 10, 10), (92, 9, 10), (93, 9, 9), (94, 9, 9), (95, 7, 10), (98, 10, 10), (960, 7, 7),
    (961, 7, 8), (962, 8, 9), (963, 8, 9), (964, 8, 10), (965, 8, 8), (966, 8, 9), (967, 7, 9), (968, 8, 8),
    (970, 8, 9), (971, 8, 9), (972, 8, 9), (973, 8, 8), (974, 7, 8), (975, 7, 8), (976, 8, 8), (977, 8, 10),
    (979, 9, 9), (992, 9, 9), (993, 8, 8), (994, 9, 9), (995, 9, 9), (996, 9, 9), (998, 9, 9),
];

/// By code, the fewest digits in the upper half and the most in the lower one; 0 where there is no such code.
static LENGTHS: [u8; 1000] = {
    let mut lengths = [0; 1000];
    let mut at = 0;
    while at < CODES.len() {
        let (code, least, most) = CODES[at];
        lengths[code as usize] = least << 4 | most;
        at += 1;
    }
    lengths
};

/// How long the code is that a number begins with, and how few and how many digits come after it; `None` where no
/// country has such a code.
pub(super) fn of(digits: &[u8]) -> Option<(usize, usize, usize)> {
    let mut code = 0;
    digits.iter().take(3).enumerate().find_map(|(at, digit)| {
        code = code * 10 + usize::from(*digit);
        let lengths = LENGTHS.get(code).filter(|_| digits.first() != Some(&0))?;
        (*lengths != 0).then_some((at + 1, usize::from(lengths >> 4), usize::from(lengths & 15)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digits(code: u16) -> Vec<u8> {
        code.to_string().bytes().map(|digit| digit - b'0').collect()
    }

    #[test]
    fn every_code_is_found_and_is_no_prefix_of_another() {
        for (code, least, most) in CODES {
            let found = of(&digits(*code));
            assert_eq!(
                found,
                Some((digits(*code).len(), usize::from(*least), usize::from(*most)))
            );
            assert!(least <= most && *most < 16);
        }
        let all: Vec<u16> = CODES.iter().map(|code| code.0).collect();
        for code in &all {
            assert!(
                !all.contains(&(code / 10)) && !all.contains(&(code / 100)),
                "{code}"
            );
            assert_eq!(all.iter().filter(|other| *other == code).count(), 1, "{code}");
        }
    }

    #[test]
    fn what_is_not_assigned_is_none() {
        for code in [0, 21, 80, 99, 210, 384, 422, 671, 801, 969, 990, 999] {
            assert_eq!(of(&digits(code)), None, "{code}");
        }
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[0, 1]), None);
    }
}
