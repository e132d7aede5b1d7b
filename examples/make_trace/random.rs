//! Numbers that look random and are the same everywhere: integers and plain float arithmetic only, no `sin` or `pow`
//! whose last digit differs between platforms.

/// SplitMix64 (Steele, Lea, Flood 2014): one addition and one mixing a number, any seed is a good seed.
#[derive(Clone)]
pub struct Random(u64);

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// A bijection: different inputs give different outputs, so mixed counters make unique ids.
pub fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// FNV-1a, mixed: a seed from a name.
pub fn hash(name: &str) -> u64 {
    let fnv =
        name.bytes().fold(0xcbf2_9ce4_8422_2325, |h: u64, byte| (h ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    mix(fnv)
}

/// The id of a trace's n-th span: unique within the trace and never 0.
pub fn nth_id(trace: u64, n: u64) -> u64 {
    match mix(trace.wrapping_add(n.wrapping_add(1).wrapping_mul(GOLDEN))) {
        0 => GOLDEN,
        id => id,
    }
}

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A stream of its own for one purpose, so that drawing more for one thing moves nothing else.
    pub fn named(seed: &str, purpose: &str) -> Self {
        Self(hash(seed) ^ hash(purpose).rotate_left(17))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(GOLDEN);
        mix(self.0)
    }

    /// 0 ≤ x < n; 0 for n = 0.
    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(n)) >> 64) as u64
    }

    /// low ≤ x ≤ high
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        low + self.below((high - low + 1) as u64) as i64
    }

    /// 0 ≤ x < 1
    pub fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }
}
