#pragma once
/// What the sanitizers are told. The build says which one it is made with (EMU_ADDRESS_SANITIZER,
/// EMU_THREAD_SANITIZER), for the scheduler itself is not instrumented: its accesses are not the
/// kernel's.

#ifndef EMU_ADDRESS_SANITIZER
#define EMU_ADDRESS_SANITIZER 0
#endif
#ifndef EMU_THREAD_SANITIZER
#define EMU_THREAD_SANITIZER 0
#endif
#if defined(__SANITIZE_ADDRESS__) && !EMU_ADDRESS_SANITIZER || \
    defined(__SANITIZE_THREAD__) && !EMU_THREAD_SANITIZER
#error "link the target cuda_emulator, which says how the emulation was sanitized"
#endif

#if EMU_ADDRESS_SANITIZER
#include <sanitizer/asan_interface.h>
#define EMU_POISON(at, bytes) __asan_poison_memory_region(at, bytes)
#define EMU_UNPOISON(at, bytes) __asan_unpoison_memory_region(at, bytes)
#else
#define EMU_POISON(at, bytes) ((void)0)
#define EMU_UNPOISON(at, bytes) ((void)0)
#endif

/// What was done before a release is ordered before what is done after an acquire of the same
/// object.
#if EMU_THREAD_SANITIZER
#include <sanitizer/tsan_interface.h>
#define EMU_ACQUIRE(object) __tsan_acquire(object)
#define EMU_RELEASE(object) __tsan_release(object)
#else
#define EMU_ACQUIRE(object) ((void)0)
#define EMU_RELEASE(object) ((void)0)
#endif
