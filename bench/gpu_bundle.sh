#!/usr/bin/env bash
# A tarball that checks the CUDA backend on a machine with an NVIDIA driver and nothing of ours:
#   bench/gpu_bundle.sh [OUTPUT.tar.gz]        (default: build/cohort-gpu-check.tar.gz)
# holds the program, its plug-in, the parity tests and the libraries they need. There: unpack it, then cohort-gpu-check/gpu_check.sh
set -euo pipefail
cd "$(dirname "$0")/.."
output=$(realpath -m "${1:-build/cohort-gpu-check.tar.gz}")
build=build/release

cmake --preset release -DCOHORT_TESTS=ON -DCOHORT_CUDA=ON >/dev/null
cmake --build "$build" --target cohort cohort_cuda gpu_tests

stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT
bundle=$stage/cohort-gpu-check
cmake --install "$build" --prefix "$bundle" --component gpu_check --strip >/dev/null
cp bench/gpu_check.sh "$bundle/"
git describe --always --dirty >"$bundle/commit" 2>/dev/null || echo unknown >"$bundle/commit"
tar -C "$stage" -czf "$output" cohort-gpu-check
printf '%s: %s MB\n' "$output" "$(($(stat -c %s "$output") / 1000000))"
