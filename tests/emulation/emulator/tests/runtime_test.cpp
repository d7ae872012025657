// The emulated runtime: streams that run as late as they may, copies and memory that are refused
// where CUDA would.

#include "support.hpp"

namespace emulator_tests {
namespace {

using ::testing::HasSubstr;

__global__ void add_one(int* values) {
  values[threadIdx.x] += 1;
}
__global__ void write_to_host(const int* values, volatile int* mapped) {
  mapped[threadIdx.x] = values[threadIdx.x];
}

class Runtime : public Emulation {
 protected:
  Runtime() { cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking); }
  ~Runtime() override { cudaStreamDestroy(stream_); }

  int* on_device(std::vector<int>& values) {
    int* taken = nullptr;
    EXPECT_EQ(cudaMallocAsync(&taken, bytes(values), stream_), cudaSuccess);
    EXPECT_EQ(cudaMemcpyAsync(taken, values.data(), bytes(values), cudaMemcpyHostToDevice, stream_),
              cudaSuccess);
    return taken;
  }
  void copy_back(const int* from, std::vector<int>& to) {
    EXPECT_EQ(cudaMemcpyAsync(to.data(), from, bytes(to), cudaMemcpyDeviceToHost, stream_),
              cudaSuccess);
  }
  void add_one_to(int* values) { cohort::cuda::launch(stream_, {1, 4}, add_one, values); }
  static std::size_t bytes(const std::vector<int>& values) { return values.size() * sizeof(int); }

  cudaStream_t stream_ = nullptr;
  std::vector<int> values_ = {1, 2, 3, 4}, back_ = {0, 0, 0, 0};
};

TEST_F(Runtime, ResultsAreNotThereBeforeSomebodyWaits) {
  int* x = on_device(values_);
  add_one_to(x);
  copy_back(x, back_);
  EXPECT_EQ(back_, (std::vector<int>{0, 0, 0, 0}));
  cudaStreamSynchronize(stream_);
  EXPECT_EQ(back_, (std::vector<int>{2, 3, 4, 5}));
  cudaFreeAsync(x, stream_);
}

TEST_F(Runtime, ABufferThatIsUsedAgainTooSoonShows) {
  int* x = on_device(values_);
  values_ = {9, 9, 9, 9};  // while the copy may be under way
  copy_back(x, back_);
  cudaStreamSynchronize(stream_);
  EXPECT_EQ(back_, (std::vector<int>{9, 9, 9, 9}));
  cudaFreeAsync(x, stream_);
}

TEST_F(Runtime, AnEventStandsForTheWorkBeforeIt) {
  cudaEvent_t event = nullptr;
  cudaEventCreateWithFlags(&event, cudaEventDisableTiming);
  EXPECT_EQ(cudaEventSynchronize(event), cudaSuccess);  // never recorded
  EXPECT_EQ(cudaEventQuery(event), cudaSuccess);
  int* x = on_device(values_);
  copy_back(x, back_);
  cudaEventRecord(event, stream_);
  std::vector<int> later(4);
  add_one_to(x);
  copy_back(x, later);
  cudaEventSynchronize(event);
  EXPECT_EQ(back_, (std::vector<int>{1, 2, 3, 4}));
  EXPECT_EQ(later, (std::vector<int>{0, 0, 0, 0}));
  EXPECT_EQ(cudaEventQuery(event), cudaSuccess);
  cudaEventRecord(event, stream_);
  int asked = 0;
  while (cudaEventQuery(event) == cudaErrorNotReady) ++asked;
  EXPECT_EQ(asked, 2);  // a kernel and a copy
  EXPECT_EQ(later, (std::vector<int>{2, 3, 4, 5}));
  cudaEventDestroy(event);
  cudaFreeAsync(x, stream_);
}

TEST_F(Runtime, OneStreamWaitsForAnother) {
  cudaStream_t other = nullptr;
  cudaStreamCreateWithFlags(&other, cudaStreamNonBlocking);
  cudaEvent_t event = nullptr;
  cudaEventCreateWithFlags(&event, cudaEventDisableTiming);
  int* x = on_device(values_);
  cudaEventRecord(event, stream_);
  cudaStreamWaitEvent(other, event);
  EXPECT_EQ(cudaMemcpyAsync(back_.data(), x, bytes(back_), cudaMemcpyDeviceToHost, other),
            cudaSuccess);
  cudaStreamSynchronize(other);
  EXPECT_EQ(back_, values_);
  cudaFreeAsync(x, stream_);
  cudaEventDestroy(event);
  cudaStreamDestroy(other);
}

TEST_F(Runtime, MemoryGoesInTheStreamsOrder) {
  const std::size_t before = emu::heap.used();
  int* x = on_device(values_);
  cudaFreeAsync(x, stream_);
  EXPECT_EQ(emu::heap.used(), before + 16);
  cudaStreamSynchronize(stream_);
  EXPECT_EQ(emu::heap.used(), before);
}

TEST_F(Runtime, KernelsThatFailAreHeardOfWhereSomebodyWaits) {
  int* x = on_device(values_);
  cohort::cuda::launch(
      stream_, {1, 64},
      +[](int*) {
        if (threadIdx.x < 40) __syncthreads();
      },
      x);
  add_one_to(x);
  EXPECT_THROW(cudaStreamSynchronize(stream_), emu::Error);
  EXPECT_EQ(cudaStreamSynchronize(stream_), cudaSuccess);
  cudaFreeAsync(x, stream_);
}

TEST_F(Runtime, MemoryIsRefusedWithNumbers) {
  emu::device.memory = emu::heap.used() + 100;
  void* taken = nullptr;
  EXPECT_EQ(cudaMallocAsync(&taken, 101, stream_), cudaErrorMemoryAllocation);
  EXPECT_EQ(taken, nullptr);
  EXPECT_EQ(cudaPeekAtLastError(), cudaErrorMemoryAllocation);
  EXPECT_EQ(cudaGetLastError(), cudaErrorMemoryAllocation);
  EXPECT_EQ(cudaGetLastError(), cudaSuccess);
  EXPECT_THAT(cudaGetErrorString(cudaErrorMemoryAllocation), HasSubstr("101 bytes, where"));
  EXPECT_EQ(cudaMallocAsync(&taken, 100, stream_), cudaSuccess);
  std::size_t available = 0, all = 0;
  cudaMemGetInfo(&available, &all);
  EXPECT_EQ(available, 0);
  EXPECT_EQ(all, emu::device.memory);
  cudaFreeAsync(taken, stream_);
}

TEST_F(Runtime, WrongKindsAreRefused) {
  int* x = on_device(values_);
  const auto copied = [&](void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
    const cudaError_t status = cudaMemcpyAsync(to, from, bytes, kind, stream_);
    return status == cudaSuccess ? "" : std::string(cudaGetErrorString(status));
  };
  EXPECT_EQ(copied(x, values_.data(), 16, cudaMemcpyHostToDevice), "");
  EXPECT_EQ(copied(x, values_.data(), 16, cudaMemcpyDefault), "");
  EXPECT_EQ(copied(x, values_.data(), 16, cudaMemcpyDeviceToHost),
            "cudaErrorInvalidValue: cudaMemcpyAsync of 16 bytes: the destination is memory of the "
            "device, which the kind says it is not");
  EXPECT_EQ(copied(x, values_.data(), 16, cudaMemcpyDeviceToDevice),
            "cudaErrorInvalidValue: cudaMemcpyAsync of 16 bytes: the source is not memory of the "
            "device, as the kind says");
  EXPECT_EQ(copied(x + 1, values_.data(), 16, cudaMemcpyHostToDevice),
            "cudaErrorInvalidValue: cudaMemcpyAsync of 16 bytes: the destination reaches past the "
            "end of an allocation of the device");
  EXPECT_EQ(copied(values_.data(), back_.data(), 16, cudaMemcpyHostToHost), "");
  EXPECT_EQ(cudaMemsetAsync(x, 0, 16, stream_), cudaSuccess);
  EXPECT_EQ(cudaMemsetAsync(x, 0, 17, stream_), cudaErrorInvalidValue);
  EXPECT_EQ(cudaMemsetAsync(values_.data(), 0, 16, stream_), cudaErrorInvalidValue);
  EXPECT_EQ(cudaFreeAsync(values_.data(), stream_), cudaErrorInvalidValue);
  EXPECT_EQ(cudaFreeHost(x), cudaErrorInvalidValue);
  cudaFreeAsync(x, stream_);
}

TEST_F(Runtime, CopiesRowsOfAMatrix) {
  std::vector<int> wide = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};  // 3 x 4
  int* x = on_device(wide);
  std::vector<int> narrow(6);
  EXPECT_EQ(cudaMemcpy2DAsync(narrow.data(), 8, x + 1, 16, 8, 3, cudaMemcpyDeviceToHost, stream_),
            cudaSuccess);
  EXPECT_EQ(cudaMemcpy2DAsync(narrow.data(), 8, x + 3, 16, 8, 3, cudaMemcpyDeviceToHost, stream_),
            cudaErrorInvalidValue);
  EXPECT_EQ(cudaMemcpy2DAsync(narrow.data(), 8, x, 16, 12, 2, cudaMemcpyDeviceToHost, stream_),
            cudaErrorInvalidValue);
  cudaStreamSynchronize(stream_);
  EXPECT_EQ(narrow, (std::vector<int>{1, 2, 5, 6, 9, 10}));
  cudaFreeAsync(x, stream_);
}

TEST_F(Runtime, KernelsWriteToMappedMemory) {
  void* plain = nullptr;
  void* host = nullptr;
  void* seen = nullptr;
  ASSERT_EQ(cudaHostAlloc(&plain, 16, cudaHostAllocDefault), cudaSuccess);
  ASSERT_EQ(cudaHostAlloc(&host, 16, cudaHostAllocMapped), cudaSuccess);
  EXPECT_EQ(cudaHostGetDevicePointer(&seen, plain, 0), cudaErrorInvalidValue);
  ASSERT_EQ(cudaHostGetDevicePointer(&seen, host, 0), cudaSuccess);
  int* x = on_device(values_);
  cohort::cuda::launch(stream_, {1, 4}, write_to_host, x, static_cast<int*>(seen));
  EXPECT_EQ(*static_cast<int*>(host), -1);
  while (cudaStreamQuery(stream_) == cudaErrorNotReady) {
  }
  EXPECT_EQ(std::vector<int>(static_cast<int*>(host), static_cast<int*>(host) + 4), values_);
  cudaFreeAsync(x, stream_);
  EXPECT_EQ(cudaFreeHost(host), cudaSuccess);
  EXPECT_EQ(cudaFreeHost(plain), cudaSuccess);
}

TEST_F(Runtime, HostFunctionsHaveTheirTurn) {
  int* x = on_device(values_);
  copy_back(x, back_);
  struct Seen {
    std::vector<int>* from;
    std::vector<int> values;
  } seen{&back_, {}};
  cudaLaunchHostFunc(
      stream_, [](void* to) { static_cast<Seen*>(to)->values = *static_cast<Seen*>(to)->from; },
      &seen);
  EXPECT_TRUE(seen.values.empty());
  cudaStreamSynchronize(stream_);
  EXPECT_EQ(seen.values, values_);
  cudaFreeAsync(x, stream_);
}

}  // namespace
}  // namespace emulator_tests
