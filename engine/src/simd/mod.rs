//! From bytes to bit planes: the only room with `unsafe`.
//!
//! A kernel turns each 64 bytes into a [`Block`]: one plane of 64 bits for each class of bytes JSON cares about,
//! and one, `hot`, that says where a detector might have something. Nothing else of the engine has to look at
//! bytes where nothing is hot.
//!
//! The passes ([`lanes`]) and the shape logic ([`shapes`]) exist once; a kernel is the few operations they are made of
//! ([`lanes::Lanes`]) and the passes compiled with its features. To add one: its file, its word in
//! [`Level`], its entry in `TABLES`.

#![allow(unsafe_code, reason = "vector instructions are called here and nowhere else")]

mod anchors;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod block;
mod lanes;
#[cfg(all(target_arch = "aarch64", target_endian = "little"))]
mod neon;
mod planes;
mod scalar;
mod shapes;

pub(crate) use self::{
    anchors::{Anchors, ByteSet},
    block::{Before, Block, Start},
    planes::{Planes, Scan, WINDOW},
    shapes::{Shape, Shapes, ends_coded, ends_dated, ends_group33, ends_pairs, ends_uuid},
};
use core::{fmt, str::FromStr};

/// Every kernel of this build, the best last.
static TABLES: &[&Table] = &[
    &scalar::TABLE,
    #[cfg(all(target_arch = "aarch64", target_endian = "little"))]
    &neon::TABLE,
    #[cfg(target_arch = "x86_64")]
    &avx2::TABLE,
    #[cfg(target_arch = "x86_64")]
    &avx512::TABLE,
];

/// Which instructions a kernel uses. A later one is faster.
///
/// ```
/// use lacuna::Level;
/// assert!(Level::Scalar < Level::Neon && Level::Neon < Level::Avx2);
/// assert_eq!("avx2".parse(), Ok(Level::Avx2));
/// assert!("sse".parse::<Level>().is_err());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Level {
    /// Those every machine has.
    Scalar,
    /// NEON, on 64-bit ARM.
    Neon,
    /// AVX2 and BMI, on x86-64.
    Avx2,
    /// AVX-512 with F, BW, VL and VBMI, on x86-64.
    Avx512,
}

impl FromStr for Level {
    type Err = UnknownLevel;

    fn from_str(name: &str) -> Result<Self, UnknownLevel> {
        match name {
            "scalar" => Ok(Self::Scalar),
            "neon" => Ok(Self::Neon),
            "avx2" => Ok(Self::Avx2),
            "avx512" => Ok(Self::Avx512),
            _ => Err(UnknownLevel),
        }
    }
}

/// The name of no [`Level`].
///
/// ```
/// let error = "sse".parse::<lacuna::Level>().unwrap_err();
/// assert_eq!(error.to_string(), "no such instruction level; use scalar, neon, avx2 or avx512");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnknownLevel;

impl fmt::Display for UnknownLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no such instruction level; use scalar, neon, avx2 or avx512")
    }
}

impl core::error::Error for UnknownLevel {}

/// One kernel.
struct Table {
    /// The instructions it uses.
    level: Level,
    /// The word for it.
    name: &'static str,
    /// Whether this machine has them.
    available: fn() -> bool,
    /// What it does; to be used where `available` said yes.
    passes: lanes::Passes,
}

/// The kernel in use: a small handle to what this machine can run.
///
/// ```
/// use lacuna::{Kernels, Level};
/// assert_eq!(Kernels::capped(Level::Scalar).name(), "scalar");
/// assert!(Kernels::best().level() >= Level::Scalar);
/// ```
#[derive(Clone, Copy)]
pub struct Kernels {
    /// Invariant: `available` said yes.
    table: &'static Table,
}

impl Kernels {
    /// The fastest this machine can run.
    ///
    /// ```
    /// use lacuna::Kernels;
    /// let best = Kernels::best().level();
    /// assert!(Kernels::all().all(|kernels| kernels.level() <= best));
    /// ```
    pub fn best() -> Self {
        Self::all().last().unwrap_or(Self::scalar())
    }

    /// The fastest this machine can run, but none above `level`: it can only be lowered.
    ///
    /// ```
    /// use lacuna::{Kernels, Level};
    /// for level in [Level::Scalar, Level::Neon, Level::Avx2] {
    ///     assert!(Kernels::capped(level).level() <= level);
    /// }
    /// let best = Kernels::best();
    /// assert_eq!(Kernels::capped(best.level()).level(), best.level());
    /// ```
    pub fn capped(level: Level) -> Self {
        (Self::all().filter(|kernels| kernels.level() <= level).last()).unwrap_or(Self::scalar())
    }

    /// All this machine can run, the fastest last: for tests.
    ///
    /// ```
    /// use lacuna::{Kernels, Level};
    /// let levels: Vec<_> = Kernels::all().map(Kernels::level).collect();
    /// assert_eq!(levels.first(), Some(&Level::Scalar));
    /// assert!(levels.is_sorted());
    /// ```
    pub fn all() -> impl Iterator<Item = Self> {
        TABLES
            .iter()
            .filter(|table| (table.available)())
            .map(|table| Self { table })
    }

    /// Its word, as [`Level::from_str`] takes it.
    ///
    /// ```
    /// use lacuna::Kernels;
    /// for kernels in Kernels::all() {
    ///     assert_eq!(kernels.name().parse(), Ok(kernels.level()));
    /// }
    /// ```
    pub fn name(self) -> &'static str {
        self.table.name
    }

    /// The instructions it uses.
    ///
    /// ```
    /// use lacuna::{Kernels, Level};
    /// assert_eq!(Kernels::capped(Level::Scalar).level(), Level::Scalar);
    /// ```
    pub fn level(self) -> Level {
        self.table.level
    }

    /// The one that is always there.
    fn scalar() -> Self {
        Self {
            table: &scalar::TABLE,
        }
    }
}

impl fmt::Debug for Kernels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests;
