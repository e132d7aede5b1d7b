//! Unpacks LZMA in the browser: `scripts/hooks/name_build.sh` packs the worker's program and what is fetched when it is first needed, since
//! gzip looks back over 32 kB only and packs them a fifth larger. A module of its own without the standard library: 6 kB gzipped.
//! (Decision 0003.)
//!
//! Who uses it asks for [`room`] for the packed bytes and for what they become, fills the first, calls [`unpack`], and drops the instance: nothing
//! is ever freed in it.

#![cfg(target_arch = "wasm32")]
#![no_std]

extern crate alloc;

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32::{memory_grow, memory_size, unreachable};
use core::cell::Cell;
use core::ptr::null_mut;

use lzma_rust2::{LzmaReader, Read};

const PAGE: usize = 65_536;

/// Hands out memory from the end of what there was at first. Holds where it is free; 0: nothing was handed out yet.
struct Growing(Cell<usize>);

// SAFETY: an instance has one thread.
unsafe impl Sync for Growing {}

// SAFETY: what is handed out is aligned, within the memory, and handed out once.
unsafe impl GlobalAlloc for Growing {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let end = memory_size(0) * PAGE;
        let free = if self.0.get() == 0 { end } else { self.0.get() };
        let at = free.next_multiple_of(layout.align());
        let next = at.saturating_add(layout.size());
        if next > end && memory_grow(0, (next - end).div_ceil(PAGE)) == usize::MAX {
            return null_mut();
        }
        self.0.set(next);
        at as *mut u8
    }

    unsafe fn dealloc(&self, _: *mut u8, _: Layout) {}
}

#[global_allocator]
static MEMORY: Growing = Growing(Cell::new(0));

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    unreachable()
}

/// So many bytes of memory.
#[unsafe(no_mangle)]
pub extern "C" fn room(bytes: usize) -> *mut u8 {
    alloc::vec![0; bytes].leak().as_mut_ptr()
}

/// Unpacks LZMA (`xz --format=lzma`) of `packed_bytes` bytes into `bytes` bytes: 1 if there are so many, 0 if the data is broken.
///
/// # Safety
/// Both places come from [`room`], with as many bytes.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn unpack(packed: *const u8, packed_bytes: usize, to: *mut u8, bytes: usize) -> u32 {
    // SAFETY: as the caller promises.
    let (packed, to) =
        unsafe { (core::slice::from_raw_parts(packed, packed_bytes), core::slice::from_raw_parts_mut(to, bytes)) };
    LzmaReader::new_mem_limit(packed, u32::MAX, None).and_then(|mut reader| reader.read_exact(to)).is_ok().into()
}
