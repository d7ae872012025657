#include <cstdio>

#include "version.hpp"

int main() {
  std::printf("cohort %s\n", cohort::kVersion);
}
