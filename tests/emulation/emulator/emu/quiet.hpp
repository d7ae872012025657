#pragma once
/// While one of these lives, the thread sanitizer takes no notice of the calling CUDA thread: what
/// it does is the emulation's own doing. (The scheduler is not instrumented, but memset and new are
/// intercepted all the same.)

#include "emu/sanitizers.hpp"

#if EMU_THREAD_SANITIZER
extern "C" void AnnotateIgnoreReadsBegin(const char*, int);
extern "C" void AnnotateIgnoreReadsEnd(const char*, int);
extern "C" void AnnotateIgnoreWritesBegin(const char*, int);
extern "C" void AnnotateIgnoreWritesEnd(const char*, int);
#endif

namespace emu {

#if EMU_THREAD_SANITIZER
class Quiet {
 public:
  Quiet() {
    AnnotateIgnoreReadsBegin(__FILE__, __LINE__);
    AnnotateIgnoreWritesBegin(__FILE__, __LINE__);
  }
  ~Quiet() {
    AnnotateIgnoreWritesEnd(__FILE__, __LINE__);
    AnnotateIgnoreReadsEnd(__FILE__, __LINE__);
  }
  Quiet(const Quiet&) = delete;
  Quiet& operator=(const Quiet&) = delete;
};
#else
struct Quiet {};
#endif

}  // namespace emu
