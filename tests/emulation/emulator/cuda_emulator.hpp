#pragma once
/// CUDA kernels compiled by g++ and run on the CPU, one fiber per CUDA thread (tests only).
///
/// Checked while they run: barriers and warp collectives that not all threads reach, or reach at
/// different places; shuffles from lanes that take no part; launch limits; the shared memory
/// budget. With the address sanitizer also accesses out of bounds, in global, shared and another
/// block's shared memory; with the thread sanitizer races between CUDA threads, which barriers,
/// __syncwarp, fences and atomics order and nothing else does. emu::options vary the order in which
/// threads and blocks take turns.
///
/// Not seen: timing, banks, coalescing, registers. A thread runs on undisturbed until it waits (the
/// thread sanitizer sees finer interleavings), so a loop that spins must call __nanosleep.

#if defined(__CUDACC__)
#error "the emulation of CUDA is for the host's compiler"
#endif

#include "emu/atomics.hpp"
#include "emu/barriers.hpp"
#include "emu/cooperative_groups.hpp"
#include "emu/intrinsics.hpp"
#include "emu/launch.hpp"
#include "emu/options.hpp"
#include "emu/quiet.hpp"
#include "emu/shared_memory.hpp"
#include "emu/thread.hpp"
#include "emu/vocabulary.hpp"
#include "emu/warp.hpp"
