// What the compiler made of every kernel, against the budgets that are written down: registers, and
// the blocks of it that an H200's multiprocessor holds at once. Arguments: the file of budgets and
// the plug-in's objects (cuda/keep_usage.sh has left what ptxas told beside each of them).

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <cuda_occupancy.h>
#include <cxxabi.h>

namespace {

struct Usage {
  int registers = 0;
  std::size_t shared_bytes = 0;  ///< static
};

struct Budget {
  std::string kernel;
  int threads = 0;  ///< a block as it is launched
  std::size_t dynamic_bytes = 0;
  int registers = 0;  ///< at most
  int blocks = 0;     ///< resident on a multiprocessor, at least
  bool used = false;
};

struct Row {
  std::string kernel;
  Usage usage;
};

/// The kernel's name as the source has it, with template arguments: "label_rows<16, true>".
std::string kernel_name(const std::string& mangled) {
  char* demangled = abi::__cxa_demangle(mangled.c_str(), nullptr, nullptr, nullptr);
  std::string name = demangled != nullptr ? demangled : mangled;
  std::free(demangled);
  name = std::regex_replace(name, std::regex(R"(\(anonymous namespace\)::|cohort::|cuda::)"), "");
  int depth = 0;
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (name[i] == '<') ++depth;
    if (name[i] == '>') --depth;
    if (depth == 0 && name[i] == '(') {  // the parameters
      name.resize(i);
      break;
    }
  }
  return name.starts_with("void ") ? name.substr(5) : name;  // a template's name has its type
}

std::vector<Row> read_usage(const std::string& path) {
  static const std::regex entry("entry function '(.*)' for 'sm_90'"), other("entry function"),
      used("Used ([0-9]+) registers"), shared("([0-9]+) bytes smem");
  std::vector<Row> rows;
  std::ifstream file(path);
  if (!file) {
    std::printf("%s is missing: build the object again (touch its source)\n", path.c_str());
    std::exit(1);
  }
  std::string line, kernel;
  for (std::smatch found; std::getline(file, line);) {
    if (std::regex_search(line, found, entry))
      kernel = kernel_name(found[1]);
    else if (std::regex_search(line, other))
      kernel.clear();                                 // the same for another architecture
    if (kernel.starts_with("cub::")) kernel.clear();  // Thrust's: NVIDIA's own affair
    if (kernel.empty() || !std::regex_search(line, found, used)) continue;
    Usage usage{std::stoi(found[1])};
    if (std::regex_search(line, found, shared)) usage.shared_bytes = std::stoul(found[1]);
    rows.push_back({kernel, usage});
  }
  return rows;
}

std::vector<Budget> read_budgets(const char* path) {
  std::vector<Budget> budgets;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line[0] == '#') continue;
    // The kernel's name may have spaces between its template arguments.
    static const std::regex columns(R"((\S.*\S)\s+(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*)");
    std::smatch found;
    if (!std::regex_match(line, found, columns)) {
      std::printf("%s: not a budget: %s\n", path, line.c_str());
      std::exit(1);
    }
    budgets.push_back({found[1], std::stoi(found[2]), std::stoul(found[3]), std::stoi(found[4]),
                       std::stoi(found[5])});
  }
  return budgets;
}

/// The kernel's own budget, or that of all instances of its template.
Budget* budget_of(const std::string& kernel, std::vector<Budget>& budgets) {
  for (const std::string& name : {kernel, kernel.substr(0, kernel.find('<'))})
    for (Budget& budget : budgets)
      if (budget.kernel == name) return &budget;
  return nullptr;
}

int resident_blocks(const Usage& usage, const Budget& budget) {
  cudaOccDeviceProp h200;
  h200.computeMajor = 9;
  h200.computeMinor = 0;
  h200.maxThreadsPerBlock = 1024;
  h200.maxThreadsPerMultiprocessor = 2048;
  h200.regsPerBlock = h200.regsPerMultiprocessor = 65536;
  h200.warpSize = 32;
  h200.sharedMemPerBlock = 48 << 10;
  h200.sharedMemPerMultiprocessor = 228 << 10;
  h200.sharedMemPerBlockOptin = 227 << 10;
  h200.reservedSharedMemPerBlock = 1 << 10;
  h200.numSms = 132;
  cudaOccFuncAttributes kernel;
  kernel.maxThreadsPerBlock = 1024;
  kernel.numRegs = usage.registers;
  kernel.sharedSizeBytes = usage.shared_bytes;
  kernel.partitionedGCConfig = PARTITIONED_GC_OFF;
  kernel.shmemLimitConfig = FUNC_SHMEM_LIMIT_OPTIN;
  kernel.maxDynamicSharedSizeBytes = h200.sharedMemPerBlockOptin - usage.shared_bytes;
  kernel.numBlockBarriers = 1;
  cudaOccDeviceState state;
  state.carveoutConfig = SHAREDMEM_CARVEOUT_MAX_SHARED;
  cudaOccResult result{};
  const cudaOccError status = cudaOccMaxActiveBlocksPerMultiprocessor(
      &result, &h200, &kernel, &state, budget.threads, budget.dynamic_bytes);
  return status == CUDA_OCC_SUCCESS ? result.activeBlocksPerMultiprocessor : 0;
}

}  // namespace

int main(int count, char** arguments) {
  std::vector<Budget> budgets = read_budgets(arguments[1]);
  std::vector<std::string> problems;
  bool any = false;
  std::printf("%-56s %9s %7s %7s %7s %6s %9s\n", "kernel", "registers", "shared", "dynamic",
              "threads", "blocks", "occupancy");
  for (int i = 2; i < count; ++i) {
    if (!std::string(arguments[i]).ends_with(".cu.o")) continue;
    for (const auto& [kernel, usage] : read_usage(std::string(arguments[i]) + ".usage")) {
      any = true;
      Budget* budget = budget_of(kernel, budgets);
      if (budget == nullptr) {
        problems.push_back(kernel + " has no budget (it takes " + std::to_string(usage.registers) +
                           " registers and " + std::to_string(usage.shared_bytes) +
                           " bytes of static shared memory): add a line");
        continue;
      }
      budget->used = true;
      const int blocks = resident_blocks(usage, *budget);
      std::printf("%-56s %9d %7zu %7zu %7d %6d %7d %%\n", kernel.c_str(), usage.registers,
                  usage.shared_bytes, budget->dynamic_bytes, budget->threads, blocks,
                  100 * blocks * budget->threads / 2048);
      if (usage.registers > budget->registers)
        problems.push_back(kernel + " takes " + std::to_string(usage.registers) +
                           " registers, and its budget is " + std::to_string(budget->registers));
      if (blocks < budget->blocks)
        problems.push_back(std::to_string(blocks) + " blocks of " + kernel +
                           " fit a multiprocessor, and its budget wants " +
                           std::to_string(budget->blocks));
    }
  }
  if (!any) {
    std::printf("nothing here is compiled for sm_90\n");
    return 77;
  }
  for (const Budget& budget : budgets)
    if (!budget.used) problems.push_back(budget.kernel + " has a budget and does not exist");
  for (const std::string& problem : problems) std::printf("%s\n", problem.c_str());
  if (!problems.empty())
    std::printf(
        "Make the kernels fit (launch bounds, less in registers or shared memory), or "
        "change %s and say why where you commit it.\n",
        arguments[1]);
  return problems.empty() ? 0 : 1;
}
