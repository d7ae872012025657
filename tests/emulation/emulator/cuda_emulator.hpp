// cuda_emul.hpp - runs CUDA kernels on the CPU, one fiber per CUDA thread (tests only, C++20).
//
// Checked at run time: divergent / incomplete barriers and warp collectives, shuffles from lanes that take
// no part, launch limits, shared-memory budget.  With -fsanitize=address: out-of-bounds on shared, global and
// distributed shared memory.  With -fsanitize=thread: data races between CUDA threads (barriers order, fiber
// switches do not).  options.order/seed vary the schedule.
#pragma once
#if defined(__CUDACC__)
#error "cuda_emul.hpp is for the host compiler only"
#endif
#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <boost/context/detail/fcontext.hpp>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <exception>
#include <limits>
#include <map>
#include <memory>
#include <random>
#include <stdexcept>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define __SANITIZE_ADDRESS__ 1
#endif
#if __has_feature(thread_sanitizer)
#define __SANITIZE_THREAD__ 1
#endif
#endif
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#include <sanitizer/common_interface_defs.h>
#define EMU_POISON(p, n) __asan_poison_memory_region(p, n)
#define EMU_UNPOISON(p, n) __asan_unpoison_memory_region(p, n)
#else
#define EMU_POISON(p, n) ((void)0)
#define EMU_UNPOISON(p, n) ((void)0)
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
extern "C" void AnnotateIgnoreReadsBegin(const char*, int);
extern "C" void AnnotateIgnoreReadsEnd(const char*, int);
extern "C" void AnnotateIgnoreWritesBegin(const char*, int);
extern "C" void AnnotateIgnoreWritesEnd(const char*, int);
#define EMU_TSAN 1
#define EMU_ACQUIRE(p) __tsan_acquire(p)
#define EMU_RELEASE(p) __tsan_release(p)
#else
#define EMU_TSAN 0
#define EMU_ACQUIRE(p) ((void)0)
#define EMU_RELEASE(p) ((void)0)
#endif

// ---------------------------------------------------------------- CUDA's vocabulary
#define __global__
#define __device__
#define __host__
#define __constant__
#define __grid_constant__
#define __launch_bounds__(...)
#define __align__(n) alignas(n)
#define __forceinline__ inline __attribute__((always_inline))

struct uint3 { unsigned x, y, z; };
struct dim3 {
    unsigned x, y, z;
    constexpr dim3(unsigned a = 1, unsigned b = 1, unsigned c = 1) : x(a), y(b), z(c) {}
    constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
};
#define EMU_VEC(T, N, A2, A4)                                                        \
    struct alignas(A2) N##2 { T x, y; };                                             \
    struct N##3 { T x, y, z; };                                                      \
    struct alignas(A4) N##4 { T x, y, z, w; };                                       \
    inline N##2 make_##N##2(T x, T y) { return {x, y}; }                             \
    inline N##3 make_##N##3(T x, T y, T z) { return {x, y, z}; }                     \
    inline N##4 make_##N##4(T x, T y, T z, T w) { return {x, y, z, w}; }
EMU_VEC(float, float, 8, 16)
EMU_VEC(int, int, 8, 16)
EMU_VEC(double, double, 16, 16)
#undef EMU_VEC
struct alignas(8) uint2 { unsigned x, y; };
struct alignas(16) uint4 { unsigned x, y, z, w; };

namespace emu {
struct Loc {                                // (clang-14 has no std::source_location)
    const char* file = ""; unsigned line = 0;
    static constexpr Loc current(const char* f = __builtin_FILE(), unsigned l = __builtin_LINE()) { return {f, l}; }
};
struct Error : std::runtime_error { using runtime_error::runtime_error; };
enum class Order { forward, reverse, random };
struct Options {
    Order order = Order::forward;
    std::uint64_t seed = 1;
    unsigned jitter = 0;                    // yield before 1 in `jitter` atomics (0: never)
    bool same_site = true;                  // all threads must meet at one textual __syncthreads()
    std::size_t stack = EMU_TSAN ? 128 << 10 : 1 << 20;  // per fiber; only touched pages cost memory
};
inline Options options;

inline constexpr std::size_t kArena = 448u << 10, kMaxShared = 227u << 10, kMaxStatic = 48u << 10;
inline constexpr std::size_t kRedzone = 64, kMaxWait = 32;
struct Block; struct Team; struct Sched;

struct Thread {                             // one CUDA thread
    uint3 tid{};
    unsigned rank = 0, lane = 0;
    Block* block = nullptr;
    void* ctx = nullptr;                    // saved context; null: not started
    struct Seat* seat = nullptr;            // its stack
    const char* what = nullptr;             // what it waits for, and where
    Loc where{};
    bool done = false;
    struct Copy { void* dst; const void* src; unsigned group; };
    std::vector<Copy> copies;               // cp.async under way
    unsigned groups = 0;
};
struct Seat { char* stack = nullptr; std::size_t size = 0; void* san = nullptr; };  // a stack; TSan: and its fiber
struct Barrier {
    unsigned need = 0, have = 0, phase = 0;
    int votes[2] = {0, 0};
    char* sync = nullptr;                   // TSan: two sync objects, used in turn
    Loc site{};
    std::vector<Thread*> waiting;
};
struct Slot {                               // one warp collective under way
    unsigned mask = 0, came = 0, left = 0, no = 0;
    const char* op = nullptr; std::size_t size = 0;
    Thread* who[32]; alignas(16) unsigned char val[32][16];
};
struct Warp {
    unsigned alive = 0;
    std::vector<std::unique_ptr<Slot>> slots;
};
struct Block {
    uint3 idx{};
    unsigned rank = 0, live = 0;            // rank in its cluster
    Team* team = nullptr;
    std::byte* smem = nullptr;
    std::size_t known = 0;                  // shared variables laid out so far
    Barrier bar;
    std::vector<Warp> warps;
    std::vector<Thread> threads;
};
struct Var { const void* key; std::size_t off, size; };
struct Grid {                               // one launch
    dim3 grid, block, cluster;
    std::size_t dyn = 0;
    void (*body)(const void*) = nullptr;
    const void* args = nullptr;
    std::vector<Var> vars;
    std::size_t top = 0, used = 0;
};
struct Team {                               // blocks resident together: a cluster, or a cooperative grid
    Grid* grid = nullptr;
    std::deque<Block> blocks;
    Barrier bar;
};

inline constinit thread_local Thread* cur_ = nullptr;
inline constinit thread_local Sched* sched_ = nullptr;
// TSan would call these two (written on every switch) a race, so they are read and written atomically.
inline Thread& self() { return *__atomic_load_n(&cur_, __ATOMIC_RELAXED); }
inline Sched& sched() { return *__atomic_load_n(&sched_, __ATOMIC_RELAXED); }

#if EMU_TSAN
struct Quiet {                              // the emulator's own accesses are not the kernel's
    Quiet() { AnnotateIgnoreReadsBegin("", 0); AnnotateIgnoreWritesBegin("", 0); }
    ~Quiet() { AnnotateIgnoreWritesEnd("", 0); AnnotateIgnoreReadsEnd("", 0); }
};
#else
struct Quiet { Quiet() {} };
#endif

inline std::string at(const Loc& l) {
    const std::string f = l.file;
    return f.substr(f.rfind('/') + 1) + ":" + std::to_string(l.line);
}
inline std::string str(uint3 v) {
    return "(" + std::to_string(v.x) + "," + std::to_string(v.y) + "," + std::to_string(v.z) + ")";
}
[[noreturn]] inline void fail(const std::string& msg, const Loc& l) {
    throw Error(msg + " at " + at(l) + ", block " + str(self().block->idx) + " thread " + str(self().tid));
}

// ---------------------------------------------------------------- the scheduler: one per OS thread
struct Sched {
    Thread root;
    Seat root_seat;
    std::deque<Thread*> ready;
    std::deque<std::unique_ptr<Seat>> all;
    std::deque<Seat*> idle;
    std::vector<std::byte*> arenas;
    std::mt19937_64 rng;
    std::exception_ptr error;
    Team team;
    char go = 0, gone = 0;                  // TSan: a team's start; a thread left waiting after an error

    static void* map(std::size_t n) {
        void* p = mmap(nullptr, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (p == MAP_FAILED) throw Error("out of memory for fibers");
        return p;
    }
    ~Sched() {
        for (auto& p : all) munmap(p->stack, p->size);
        for (std::byte* p : arenas) { EMU_UNPOISON(p, kArena); munmap(p, kArena); }
    }
    void enter(bool on) {                   // this OS thread runs CUDA threads, or no longer
        root.seat = &root_seat;
        __atomic_store_n(&sched_, on ? this : nullptr, __ATOMIC_RELAXED);
        __atomic_store_n(&cur_, on ? &root : nullptr, __ATOMIC_RELAXED);
        rng.seed(options.seed);
#if EMU_TSAN
        root_seat.san = __tsan_get_current_fiber();
#endif
    }
    Thread* pick() {
        if (ready.empty() || error) return nullptr;
        if (options.order == Order::random) std::swap(ready[rng() % ready.size()], ready.front());
        Thread* t = options.order == Order::reverse ? ready.back() : ready.front();
        options.order == Order::reverse ? ready.pop_back() : ready.pop_front();
        return t;
    }
    // Seats are used again: the warmest first; under TSan the coldest of 2048, for TSan takes a reused fiber for
    // the same thread, and would see no race between its old user and its new one.
    void start(Thread* t) {
        if (idle.empty() || (EMU_TSAN && all.size() < 2048)) {
            Seat* s = all.emplace_back(std::make_unique<Seat>()).get();
            s->stack = static_cast<char*>(map(options.stack));
            s->size = options.stack - all.size() % 61 * 1088;  // tops in different cache sets
            // Stack overflow: SIGSEGV.  (Each guard costs the process two of its 65530 mappings.)
            if (all.size() < 8192) mprotect(s->stack, 4096, PROT_NONE);
#if EMU_TSAN
            s->san = __tsan_create_fiber(0);
#endif
            idle.push_front(s);
        }
        t->seat = idle.front();
        idle.pop_front();
        t->ctx = boost::context::detail::make_fcontext(t->seat->stack + t->seat->size, t->seat->size - 4096, &entry);
    }
    void give_back(Seat* s) { EMU_TSAN ? idle.push_back(s) : idle.push_front(s); }
    // Leaves the running thread for `to` (null: the OS thread's own context).
    // (Its frame, like entry's, is left for good by a thread that ends: no sanitizer may mark it.)
    __attribute__((noinline, no_sanitize("thread", "address"))) void jump(Thread* to, [[maybe_unused]] bool dying = false) {
        Thread* from = &self();
        if (!to) to = &root;
        else if (!to->ctx) start(to);
        __atomic_store_n(&cur_, to, __ATOMIC_RELAXED);
#if defined(__SANITIZE_ADDRESS__)
        void* fake = nullptr;
        __sanitizer_start_switch_fiber(dying ? nullptr : &fake, to->seat->stack, to->seat->size);
#endif
#if EMU_TSAN
        __tsan_switch_to_fiber(to->seat->san, 1);  // 1: the switch itself orders nothing
#endif
        auto t = boost::context::detail::jump_fcontext(to->ctx, from);
        static_cast<Thread*>(t.data)->ctx = t.fctx;
#if defined(__SANITIZE_ADDRESS__)
        __sanitizer_finish_switch_fiber(fake, nullptr, nullptr);
#endif
    }
    void wait(const char* what, const Loc& l) {         // the caller has arranged to be made ready
        Thread& me = self();
        me.what = what; me.where = l;
        EMU_RELEASE(&gone);
        if (Thread* n = pick(); n != &me) jump(n);
        me.what = nullptr;
    }
    void yield() { ready.push_back(&self()); wait("yield", Loc::current()); }
    __attribute__((no_sanitize("thread", "address"))) static void entry(boost::context::detail::transfer_t t) {
        Sched& s = sched();
        static_cast<Thread*>(t.data)->ctx = t.fctx;
#if defined(__SANITIZE_ADDRESS__)
        const void* b; std::size_t n;
        __sanitizer_finish_switch_fiber(nullptr, &b, &n);
        if (t.data == &s.root) s.root_seat = {static_cast<char*>(const_cast<void*>(b)), n, nullptr};
#endif
        for (;;) {
            Thread* me = &self();
            Thread* next = s.run(me);
            if (!EMU_TSAN && next && !next->ctx) {      // not started yet: it takes this stack over
                next->seat = me->seat;
                next->ctx = me;                         // non-null: started
                __atomic_store_n(&cur_, next, __ATOMIC_RELAXED);
                continue;
            }
            s.jump(next, true);
        }
    }
    Thread* run(Thread* me);
    void retire();
    void run_team(Grid& g, unsigned first, unsigned count);
};

// ---------------------------------------------------------------- barriers and warp collectives
inline int arrive(Barrier& b, const char* what, const Loc& l, int vote = 0) {
    [[maybe_unused]] Quiet q;
    Sched& s = sched();
    const unsigned ph = b.phase & 1;
    if (b.have == 0) { b.site = l; b.votes[ph] = 0; }
    else if (options.same_site && (b.site.line != l.line || (b.site.file != l.file && std::strcmp(b.site.file, l.file) != 0)))
        fail(std::string("divergent ") + what + " (others wait at " + at(b.site) + ")", l);
    EMU_RELEASE(b.sync + ph);
    b.votes[ph] += vote;
    b.waiting.push_back(&self());
    if (++b.have == b.need) {
        b.have = 0; ++b.phase;
        s.ready.insert(s.ready.end(), b.waiting.begin(), b.waiting.end());
        b.waiting.clear();
    }
    s.wait(what, l);
    EMU_ACQUIRE(b.sync + ph);
    return b.votes[ph];
}
inline void complete(Warp& w, Slot& s) {               // when every living lane of the mask has come
    if (s.came != (s.mask & w.alive) || s.left) return;
    s.left = s.came;
    for (unsigned i = 0; i < 32; ++i)
        if (s.came >> i & 1) sched().ready.push_back(s.who[i]);
}
// Every lane of `mask` hands in v; f(slot) reads what the others handed in.
template <class T, class F>
auto collective(unsigned mask, const T& v, const char* op, const Loc& l, bool orders, F f) {
    static_assert(std::is_trivially_copyable_v<T> && sizeof(T) <= 16);
    [[maybe_unused]] Quiet q;
    Thread& me = self();
    Warp& w = me.block->warps[me.rank / 32];
    if (!(mask >> me.lane & 1)) fail(std::string(op) + ": the calling lane is not in the mask", l);
    Slot* s = nullptr;
    for (auto& p : w.slots) if (p->mask == mask && !p->left) { s = p.get(); break; }
    if (!s) for (auto& p : w.slots) if (!p->mask) { s = p.get(); break; }
    if (!s) { s = w.slots.emplace_back(std::make_unique<Slot>()).get(); s->no = unsigned(w.slots.size()); }
    if (!s->mask) { s->mask = mask; s->op = op; s->size = sizeof(T); }
    else if ((s->op != op && std::strcmp(s->op, op) != 0) || s->size != sizeof(T))
        fail(std::string(op) + ": other lanes of the mask are in " + s->op, l);
    std::memcpy(s->val[me.lane], &v, sizeof v);
    s->who[me.lane] = &me;
    s->came |= 1u << me.lane;
    [[maybe_unused]] void* sync = me.block->smem + kArena - 1100 + me.rank / 32 * 33 + s->no;
    if (orders) EMU_RELEASE(sync);
    complete(w, *s);
    sched().wait(op, l);
    if (orders) EMU_ACQUIRE(sync);
    auto r = f(*s);
    if ((s->left &= ~(1u << me.lane)) == 0) s->mask = s->came = 0;
    return r;
}
template <class T>
T shfl(const char* op, unsigned mask, const T& v, int src, bool in_range, const Loc& l) {
    return collective(mask, v, op, l, false, [&](Slot& s) {
        if (!in_range) return v;
        if (!(s.came >> src & 1)) fail(std::string(op) + ": source lane " + std::to_string(src) + " takes no part", l);
        T r;
        std::memcpy(&r, s.val[src], sizeof r);
        return r;
    });
}
inline unsigned ballot(const char* op, unsigned mask, bool p, const Loc& l) {
    return collective(mask, unsigned{p}, op, l, false, [](Slot& s) {
        unsigned r = 0;
        for (unsigned i = 0; i < 32; ++i) r |= unsigned{(s.came >> i & 1) && s.val[i][0]} << i;
        return r;
    });
}
inline void warp_sync(unsigned mask, const Loc& l) {
    collective(mask, 0, "__syncwarp", l, true, [](Slot&) { return 0; });
}

// ---------------------------------------------------------------- one team of blocks, and the launch
inline Thread* Sched::run(Thread* me) {                // the whole life of a CUDA thread; returns who is next
    Block& b = *me->block;
    Grid& g = *b.team->grid;
    EMU_ACQUIRE(&go);
    std::exception_ptr e;
    try { g.body(g.args); } catch (...) { e = std::current_exception(); }
    EMU_RELEASE(&g);
    [[maybe_unused]] Quiet q;
    if (!error) error = e;
    me->done = true;
    Warp& w = b.warps[me->rank / 32];
    w.alive &= ~(1u << me->lane);
    for (auto& s : w.slots) if (s->mask >> me->lane & 1 && s->came) complete(w, *s);
    if (--b.live == 0) EMU_POISON(b.smem, kArena);      // nobody may reach into a block that has exited
    Thread* next = pick();
    if (EMU_TSAN || !next || next->ctx) give_back(me->seat);    // else the next one takes it over
    return next;
}
inline void Sched::retire() {
    for (auto& b : team.blocks)
        for (auto& t : b.threads)
            if (t.ctx && !t.done && !EMU_TSAN) {        // abandoned after an error (TSan: leaked)
                EMU_UNPOISON(t.seat->stack, t.seat->size);
                give_back(t.seat);
            }
    ready.clear();
}
inline uint3 unrank(unsigned i, dim3 d) { return {i % d.x, i / d.x % d.y, i / d.x / d.y}; }
inline void Sched::run_team(Grid& g, unsigned team_no, unsigned count) {
    const unsigned n = g.block.x * g.block.y * g.block.z;
    const dim3 c = g.cluster;
    const uint3 tn = unrank(team_no, {g.grid.x / c.x, g.grid.y / c.y, g.grid.z / c.z});
    team.grid = &g;
    team.blocks.resize(count);
    team.bar.have = 0; team.bar.need = n * count; team.bar.waiting.clear();
    while (arenas.size() < count) arenas.push_back(static_cast<std::byte*>(map(kArena)));
    for (unsigned k = 0; k < count; ++k) {
        Block& b = team.blocks[k];
        const uint3 in = unrank(k, c);
        b.idx = {tn.x * c.x + in.x, tn.y * c.y + in.y, tn.z * c.z + in.z};
        b.rank = k; b.live = n; b.team = &team; b.known = 0;
#if EMU_TSAN
        munmap(arenas[k], kArena); arenas[k] = static_cast<std::byte*>(map(kArena));
#endif
        b.smem = arenas[k];
        b.bar.sync = reinterpret_cast<char*>(b.smem + kArena - 4);
        EMU_UNPOISON(b.smem, kArena);
        std::memset(b.smem, 0xff, g.top ? g.top : g.dyn);  // fresh shared memory: NaN, or -1
        EMU_POISON(b.smem, kArena);
        EMU_UNPOISON(b.smem, g.dyn);
        b.bar.have = b.bar.phase = 0; b.bar.need = n; b.bar.waiting.clear();
        b.warps.resize((n + 31) / 32);
        for (unsigned w = 0; w < b.warps.size(); ++w) {
            b.warps[w].alive = n - w * 32 >= 32 ? ~0u : (1u << (n - w * 32)) - 1;
            for (auto& s : b.warps[w].slots) s->mask = s->came = s->left = 0;
        }
        b.threads.resize(n);
        for (unsigned i = 0; i < n; ++i) {
            Thread& t = b.threads[i];
            t = Thread{};
            t.tid = unrank(i, g.block); t.rank = i; t.lane = i % 32; t.block = &b;
            if (EMU_TSAN) start(&t);
            ready.push_back(&t);
        }
    }
    team.bar.sync = team.blocks[0].bar.sync + 2;
    EMU_RELEASE(&go);
    while (Thread* t = pick()) jump(t);
    std::map<std::string, unsigned> stuck;
    unsigned live = 0;
    for (auto& b : team.blocks) live += b.live;
    if (live && !error)
        for (auto& b : team.blocks)
            for (auto& t : b.threads) ++stuck[t.done ? "exited" : std::string("waiting in ") + t.what + " at " + at(t.where)];
    retire();
    if (auto e = std::exchange(error, nullptr)) std::rethrow_exception(e);
    if (!live) return;
    std::string msg = "deadlock in block " + str(team.blocks[0].idx) + ":";
    for (auto& [k, v] : stuck) msg += " " + std::to_string(v) + " threads " + k + ";";
    throw Error(msg);
}
inline void launch(Grid& g, bool cooperative) {
    const auto vol = [](dim3 d) { return std::uint64_t{d.x} * d.y * d.z; };
    const auto need = [](bool ok, const char* what) { if (!ok) throw Error(std::string("launch: ") + what); };
    need(!sched_, "from inside a kernel");
    need(vol(g.block) >= 1 && vol(g.block) <= 1024 && g.block.z <= 64, "bad block size");
    need(vol(g.grid) >= 1 && g.grid.x <= 0x7fffffff && g.grid.y <= 65535 && g.grid.z <= 65535, "bad grid size");
    need(g.dyn <= kMaxShared, "too much dynamic shared memory");
    need(vol(g.cluster) >= 1 && vol(g.cluster) <= 8 && g.grid.x % g.cluster.x == 0 &&
             g.grid.y % g.cluster.y == 0 && g.grid.z % g.cluster.z == 0, "bad cluster size");
    need(!cooperative || vol(g.cluster) == 1, "cooperative launch with clusters");
    if (cooperative) g.cluster = g.grid;
    const unsigned count = unsigned(vol(g.cluster)), teams = unsigned(vol(g.grid) / count);
    static thread_local Sched s;                        // keeps its stacks from launch to launch
    [[maybe_unused]] Quiet q;
    s.enter(true);
    try {
        for (unsigned i = 0; i < teams; ++i) s.run_team(g, options.order == Order::forward ? i : teams - 1 - i, count);
    } catch (...) { s.enter(false); EMU_ACQUIRE(&s.gone); EMU_ACQUIRE(&g); throw; }
    s.enter(false);
    EMU_ACQUIRE(&g);
}

/// Runs a kernel with its arguments and returns when all its threads have.
template <class Kernel, class Arguments>
void run(Kernel kernel, dim3 grid, dim3 block, std::size_t shared_bytes, dim3 cluster, bool cooperative, const Arguments& arguments) {
    struct Call { Kernel kernel; const Arguments& arguments; };
    const Call call{kernel, arguments};
    Grid g;
    g.grid = grid; g.block = block; g.cluster = cluster; g.dyn = shared_bytes;
    g.args = &call;
    g.body = [](const void* untyped) { const Call& typed = *static_cast<const Call*>(untyped); std::apply(typed.kernel, typed.arguments); };
    launch(g, cooperative);
}

// ---------------------------------------------------------------- shared memory
template <class T> T& shared_var(const void* key) {
    [[maybe_unused]] Quiet q;
    Block& b = *self().block;
    Grid& g = *b.team->grid;
    if (!g.top) g.top = (g.dyn + kRedzone + 127) / 128 * 128;
    std::size_t i = 0;
    while (i < g.vars.size() && g.vars[i].key != key) ++i;
    if (i == g.vars.size()) {
        const std::size_t al = std::max<std::size_t>(alignof(T), 16), off = (g.top + al - 1) / al * al;
        if ((g.used += sizeof(T)) > kMaxStatic || g.used + g.dyn > kMaxShared) throw Error("too much shared memory");
        g.vars.push_back({key, off, sizeof(T)});
        g.top = (off + sizeof(T) + kRedzone + 127) / 128 * 128;
    }
    for (; b.known < g.vars.size(); ++b.known) {        // first sight in this block: fresh and addressable
        EMU_UNPOISON(b.smem + g.vars[b.known].off, g.vars[b.known].size);
        std::memset(b.smem + g.vars[b.known].off, 0xff, g.vars[b.known].size);
    }
    return *reinterpret_cast<T*>(b.smem + g.vars[i].off);
}
template <class T> T* shared_dyn() { return reinterpret_cast<T*>(self().block->smem); }

// ---------------------------------------------------------------- atomics
template <class T, class F> T rmw(T* p, F f) {
    if (options.jitter) { [[maybe_unused]] Quiet q; if (sched().rng() % options.jitter == 0) sched().yield(); }
    T old, now;
    __atomic_load(p, &old, __ATOMIC_RELAXED);
    do now = f(old); while (!__atomic_compare_exchange(p, &old, &now, true, __ATOMIC_RELAXED, __ATOMIC_RELAXED));
    return old;
}
inline char fence_;
}  // namespace emu

#define threadIdx (::emu::self().tid)
#define blockIdx (::emu::self().block->idx)
#define blockDim (::emu::self().block->team->grid->block)
#define gridDim (::emu::self().block->team->grid->grid)
inline constexpr int warpSize = 32;

#define EMU_HERE ::emu::Loc l = ::emu::Loc::current()
inline void __syncthreads(EMU_HERE) { emu::arrive(emu::self().block->bar, "__syncthreads", l); }
inline int __syncthreads_count(int p, EMU_HERE) { return emu::arrive(emu::self().block->bar, "__syncthreads_count", l, p != 0); }
inline int __syncthreads_or(int p, EMU_HERE) { return emu::arrive(emu::self().block->bar, "__syncthreads_or", l, p != 0) != 0; }
inline int __syncthreads_and(int p, EMU_HERE) { return emu::arrive(emu::self().block->bar, "__syncthreads_and", l, p == 0) == 0; }
inline void __syncwarp(unsigned m = ~0u, EMU_HERE) { emu::warp_sync(m, l); }
inline unsigned __ballot_sync(unsigned m, int p, EMU_HERE) { return emu::ballot("__ballot_sync", m, p != 0, l); }
inline int __any_sync(unsigned m, int p, EMU_HERE) { return emu::ballot("__any_sync", m, p != 0, l) != 0; }
inline int __all_sync(unsigned m, int p, EMU_HERE) { return emu::ballot("__all_sync", m, p == 0, l) == 0; }
template <class T> T __shfl_sync(unsigned m, T v, int src, int width = 32, EMU_HERE) {
    return emu::shfl("__shfl_sync", m, v, int(emu::self().lane) / width * width + (src & (width - 1)), true, l);
}
template <class T> T __shfl_xor_sync(unsigned m, T v, int x, int width = 32, EMU_HERE) {
    const int lane = int(emu::self().lane), src = lane ^ x;
    return emu::shfl("__shfl_xor_sync", m, v, src, src < (lane / width + 1) * width, l);
}
template <class T> T __shfl_down_sync(unsigned m, T v, unsigned d, int width = 32, EMU_HERE) {
    const int lane = int(emu::self().lane), src = lane + int(d);
    return emu::shfl("__shfl_down_sync", m, v, src, src < (lane / width + 1) * width, l);
}
template <class T> T __shfl_up_sync(unsigned m, T v, unsigned d, int width = 32, EMU_HERE) {
    const int lane = int(emu::self().lane), src = lane - int(d);
    return emu::shfl("__shfl_up_sync", m, v, src, src >= lane / width * width, l);
}
template <class T> T atomicAdd(T* p, std::type_identity_t<T> v) { return emu::rmw(p, [&](T o) { return T(o + v); }); }
template <class T> T atomicSub(T* p, std::type_identity_t<T> v) { return emu::rmw(p, [&](T o) { return T(o - v); }); }
template <class T> T atomicMax(T* p, std::type_identity_t<T> v) { return emu::rmw(p, [&](T o) { return std::max(o, v); }); }
template <class T> T atomicMin(T* p, std::type_identity_t<T> v) { return emu::rmw(p, [&](T o) { return std::min(o, v); }); }
template <class T> T atomicOr(T* p, std::type_identity_t<T> v) { return emu::rmw(p, [&](T o) { return T(o | v); }); }
template <class T> T atomicExch(T* p, std::type_identity_t<T> v) { return emu::rmw(p, [&](T) { return v; }); }
template <class T> T atomicCAS(T* p, std::type_identity_t<T> c, std::type_identity_t<T> v) {
    return emu::rmw(p, [&](T o) { return o == c ? v : o; });
}
inline void __threadfence() { EMU_ACQUIRE(&emu::fence_); EMU_RELEASE(&emu::fence_); }
inline void __threadfence_block() { __threadfence(); }
inline void __nanosleep(unsigned) { [[maybe_unused]] emu::Quiet q; emu::sched().yield(); }  // every spin loop needs it
template <class T> T __ldg(const T* p) { return *p; }
inline int __popc(unsigned v) { return std::popcount(v); }
inline int __popcll(unsigned long long v) { return std::popcount(v); }
inline int __ffsll(long long v) { return v ? std::countr_zero(static_cast<unsigned long long>(v)) + 1 : 0; }
inline int __clz(int v) { return std::countl_zero(unsigned(v)); }
inline unsigned __funnelshift_l(unsigned lo, unsigned hi, unsigned n) { return unsigned((std::uint64_t{hi} << 32 | lo) << (n & 31) >> 32); }
inline int __ffs(int v) { return v ? std::countr_zero(unsigned(v)) + 1 : 0; }
inline int __float_as_int(float v) { return std::bit_cast<int>(v); }
inline unsigned __float_as_uint(float v) { return std::bit_cast<unsigned>(v); }
inline float __int_as_float(int v) { return std::bit_cast<float>(v); }
inline float __uint_as_float(unsigned v) { return std::bit_cast<float>(v); }
inline float __fmaf_rn(float a, float b, float c) { return std::fma(a, b, c); }
inline float __fadd_rn(float a, float b) { return a + b; }
inline float __fmul_rn(float a, float b) { return a * b; }
inline float __fdividef(float a, float b) { return a / b; }
inline float rsqrtf(float v) { return 1.0f / std::sqrt(v); }
#define __expf(x) ::expf(x)
#define __logf(x) ::logf(x)
template <class T> constexpr T min(T a, T b) { return b < a ? b : a; }
template <class T> constexpr T max(T a, T b) { return a < b ? b : a; }

// ---------------------------------------------------------------- cooperative groups
namespace cooperative_groups {
struct thread_block {
    void sync(EMU_HERE) const { emu::arrive(emu::self().block->bar, "thread_block::sync", l); }
    static unsigned thread_rank() { return emu::self().rank; }
    static unsigned num_threads() { return unsigned(emu::self().block->threads.size()); }
    static unsigned size() { return num_threads(); }
};
inline thread_block this_thread_block() { return {}; }
template <unsigned N> struct thread_block_tile {
    static_assert(std::has_single_bit(N) && N <= 32);
    static unsigned mask() { return N == 32 ? ~0u : ((1u << (N % 32)) - 1) << (emu::self().lane / N * N); }
    static unsigned thread_rank() { return emu::self().rank % N; }
    static constexpr unsigned num_threads() { return N; }
    static constexpr unsigned size() { return N; }
    static unsigned meta_group_rank() { return emu::self().rank / N; }
    void sync(EMU_HERE) const { emu::warp_sync(mask(), l); }
    template <class T> T shfl(T v, int s, EMU_HERE) const { return __shfl_sync(mask(), v, s, N, l); }
    template <class T> T shfl_xor(T v, int x, EMU_HERE) const { return __shfl_xor_sync(mask(), v, x, N, l); }
    template <class T> T shfl_down(T v, unsigned d, EMU_HERE) const { return __shfl_down_sync(mask(), v, d, N, l); }
    template <class T> T shfl_up(T v, unsigned d, EMU_HERE) const { return __shfl_up_sync(mask(), v, d, N, l); }
    bool any(int p, EMU_HERE) const { return __any_sync(mask(), p, l); }
    bool all(int p, EMU_HERE) const { return __all_sync(mask(), p, l); }
    unsigned ballot(int p, EMU_HERE) const { return __ballot_sync(mask(), p, l) >> (emu::self().lane / N * N); }
};
template <unsigned N> thread_block_tile<N> tiled_partition(const thread_block&) { return {}; }
template <class T> struct plus { T operator()(T a, T b) const { return a + b; } };
template <class T> struct less { T operator()(T a, T b) const { return b < a ? b : a; } };
template <class T> struct greater { T operator()(T a, T b) const { return a < b ? b : a; } };
template <unsigned N, class T, class F> T reduce(const thread_block_tile<N>& t, T v, F f, EMU_HERE) {
    for (unsigned i = N / 2; i; i /= 2) v = f(v, t.shfl_xor(v, int(i), l));
    return v;
}
struct cluster_group {
    static void sync(EMU_HERE) { emu::arrive(emu::self().block->team->bar, "cluster_group::sync", l); }
    static unsigned block_rank() { return emu::self().block->rank; }
    static unsigned num_blocks() { return unsigned(emu::self().block->team->blocks.size()); }
    template <class T> static T* map_shared_rank(T* p, unsigned rank) {
        emu::Block& b = *emu::self().block;
        const std::ptrdiff_t off = reinterpret_cast<std::byte*>(p) - b.smem;
        if (off < 0 || std::size_t(off) >= emu::kArena || rank >= num_blocks()) throw emu::Error("map_shared_rank: bad address or rank");
        if (!b.team->blocks[rank].live) throw emu::Error("map_shared_rank: that block has exited");
        return reinterpret_cast<T*>(b.team->blocks[rank].smem + off);
    }
};
inline cluster_group this_cluster() { return {}; }
struct grid_group {
    void sync(EMU_HERE) const { emu::arrive(emu::self().block->team->bar, "grid_group::sync", l); }
};
inline grid_group this_grid() { return {}; }
}  // namespace cooperative_groups
