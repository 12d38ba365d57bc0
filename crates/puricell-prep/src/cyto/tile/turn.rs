//! Small squares of numbers, rows to columns.

#![allow(clippy::inline_always)] // as in `tile`

#[cfg(target_arch = "x86_64")]
use std::arch::x86_64::{__m128, __m256d};
use std::array::from_fn;

use pulp::Simd;
#[cfg(target_arch = "x86_64")]
use pulp::{cast, x86::V3};

/// Rows and columns that are turned together.
pub(in crate::cyto) const TURNED: usize = 4;

/// Turns squares by exchanges between registers where the processor has them: the compiler does not find these by itself.
#[derive(Debug, Clone, Copy)]
pub(in crate::cyto) struct Turn {
    #[cfg(target_arch = "x86_64")]
    registers: Option<V3>,
}

impl Turn {
    #[inline(always)]
    pub(super) fn new<S: Simd>() -> Self {
        Self {
            #[cfg(target_arch = "x86_64")]
            registers: if S::IS_SCALAR { None } else { V3::try_new() },
        }
    }

    /// Whether squares of doubles are turned in registers; elsewhere it costs more than it saves.
    #[inline(always)]
    pub(in crate::cyto) fn is_cheap(self) -> bool {
        #[cfg(target_arch = "x86_64")]
        return self.registers.is_some();
        #[cfg(not(target_arch = "x86_64"))]
        return false;
    }

    #[inline(always)]
    pub(super) fn singles(self, rows: [[f32; TURNED]; TURNED]) -> [[f32; TURNED]; TURNED] {
        #[cfg(target_arch = "x86_64")]
        if let Some(V3 { sse, .. }) = self.registers {
            let [a, b, c, d] = rows.map(cast::<_, __m128>);
            let (low, high) = (sse._mm_unpacklo_ps(a, b), sse._mm_unpackhi_ps(a, b));
            let (low_2, high_2) = (sse._mm_unpacklo_ps(c, d), sse._mm_unpackhi_ps(c, d));
            let (first, second) = (sse._mm_movelh_ps(low, low_2), sse._mm_movehl_ps(low_2, low));
            let (third, fourth) = (sse._mm_movelh_ps(high, high_2), sse._mm_movehl_ps(high_2, high));
            return [first, second, third, fourth].map(cast);
        }
        from_fn(|c| from_fn(|r| rows[r][c]))
    }

    #[inline(always)]
    pub(in crate::cyto) fn doubles(self, rows: [[f64; TURNED]; TURNED]) -> [[f64; TURNED]; TURNED] {
        #[cfg(target_arch = "x86_64")]
        if let Some(V3 { avx, .. }) = self.registers {
            let [a, b, c, d] = rows.map(cast::<_, __m256d>);
            let (even, odd) = (avx._mm256_unpacklo_pd(a, b), avx._mm256_unpackhi_pd(a, b));
            let (even_2, odd_2) = (avx._mm256_unpacklo_pd(c, d), avx._mm256_unpackhi_pd(c, d));
            let low = |a, b| avx._mm256_permute2f128_pd::<0x20>(a, b);
            let high = |a, b| avx._mm256_permute2f128_pd::<0x31>(a, b);
            return [low(even, even_2), low(odd, odd_2), high(even, even_2), high(odd, odd_2)].map(cast);
        }
        from_fn(|c| from_fn(|r| rows[r][c]))
    }
}
