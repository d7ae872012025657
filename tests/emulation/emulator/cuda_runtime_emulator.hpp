#pragma once
/// The calls of CUDA's runtime that host code makes, on the heap (tests only). A stream is a queue
/// that runs only when somebody waits for it, as late as CUDA may: a result read too early, or a
/// buffer given back or reused too soon, shows as wrong values or as an address error.

#include "cuda_emulator.hpp"
#include "runtime/copies.hpp"
#include "runtime/device.hpp"
#include "runtime/memory.hpp"
#include "runtime/status.hpp"
#include "runtime/streams.hpp"
