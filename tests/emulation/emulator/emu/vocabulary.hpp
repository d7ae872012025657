#pragma once
/// CUDA's keywords, dimensions and vector types.

#define __global__
#define __device__
#define __host__
#define __constant__
#define __grid_constant__
#define __launch_bounds__(...)
#define __align__(n) alignas(n)
#define __forceinline__ inline __attribute__((always_inline))

struct uint3 {
  unsigned x, y, z;
};
struct dim3 {
  unsigned x, y, z;
  constexpr dim3(unsigned a = 1, unsigned b = 1, unsigned c = 1) : x(a), y(b), z(c) {}
  constexpr dim3(uint3 v) : x(v.x), y(v.y), z(v.z) {}
};
inline uint3 make_uint3(unsigned x, unsigned y, unsigned z) {
  return {x, y, z};
}

/// NAME2 and NAME4, aligned as CUDA aligns them.
#define EMU_VECTOR2(T, NAME, ALIGNMENT)     \
  struct alignas(ALIGNMENT) NAME##2 {       \
    T x, y;                                 \
  };                                        \
  inline NAME##2 make_##NAME##2(T x, T y) { \
    return {x, y};                          \
  }
#define EMU_VECTOR4(T, NAME, ALIGNMENT)               \
  struct alignas(ALIGNMENT) NAME##4 {                 \
    T x, y, z, w;                                     \
  };                                                  \
  inline NAME##4 make_##NAME##4(T x, T y, T z, T w) { \
    return {x, y, z, w};                              \
  }
#define EMU_VECTOR3(T, NAME)                     \
  struct NAME##3 {                               \
    T x, y, z;                                   \
  };                                             \
  inline NAME##3 make_##NAME##3(T x, T y, T z) { \
    return {x, y, z};                            \
  }
EMU_VECTOR2(unsigned char, uchar, 2)
EMU_VECTOR4(unsigned char, uchar, 4)
EMU_VECTOR2(int, int, 8)
EMU_VECTOR3(int, int)
EMU_VECTOR4(int, int, 16)
EMU_VECTOR2(unsigned, uint, 8)
EMU_VECTOR4(unsigned, uint, 16)
EMU_VECTOR2(float, float, 8)
EMU_VECTOR3(float, float)
EMU_VECTOR4(float, float, 16)
EMU_VECTOR2(long long, longlong, 16)
EMU_VECTOR2(unsigned long long, ulonglong, 16)
EMU_VECTOR2(double, double, 16)
EMU_VECTOR3(double, double)
#undef EMU_VECTOR2
#undef EMU_VECTOR3
#undef EMU_VECTOR4
