//! Memory that is in use, counted as in tests/mutations.rs: what is asked for of the allocator.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Counts what is allocated, and the most there was.
struct Counting;

static HELD: AtomicUsize = AtomicUsize::new(0);
static PEAK: AtomicUsize = AtomicUsize::new(0);

// SAFETY: it hands everything on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let held = HELD.fetch_add(layout.size(), Ordering::Relaxed) + layout.size();
        PEAK.fetch_max(held, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        HELD.fetch_sub(layout.size(), Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static COUNTING: Counting = Counting;

/// Does some work, which must not take more than 16 MB and twenty times the unpacked input. `unpacked` tells from the
/// result how many bytes that is.
pub fn bounded<T>(work: impl FnOnce() -> T, unpacked: impl FnOnce(&T) -> u64) -> T {
    let held = HELD.load(Ordering::Relaxed);
    PEAK.store(held, Ordering::Relaxed);
    let result = work();
    let taken = (PEAK.load(Ordering::Relaxed) - held) as u64;
    let unpacked = unpacked(&result);
    assert!(taken <= 16_000_000 + 20 * unpacked, "{taken} bytes of memory for {unpacked}");
    result
}
