#!/usr/bin/env bash
# Checks the CUDA backend on this machine, in under nine minutes: gpu_check.sh [RESULTS.md]
# Selftest, parity tests, the sanitizers' tools over a short subset, and the benchmark; a short table last.
# Runs from the unpacked bundle of gpu_bundle.sh, or in a checkout with a build: gpu_check.sh finds bin/ beside itself or there.
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=$here/bin
[ -x "$bin/cohort" ] || bin=$here/../build/release/bin
results=${1:-gpu_check.md}
commit=$(cat "$here/commit" 2>/dev/null || git -C "$here" describe --always --dirty)

summary=()
failed=0

# step NAME LIMIT_SECONDS COMMAND...: its output into the results, its outcome into the summary. Tests that were skipped or
# that a filter left none of have not passed.
step() {
  local name=$1 limit=$2 start=$SECONDS outcome=passed
  shift 2
  printf '\n## %s\n\n```\n' "$name" >>"$results"
  timeout "$limit" "$@" >"$results.step" 2>&1
  local code=$?
  tail -n 200 "$results.step" >>"$results"
  printf '```\n' >>"$results"
  if [ $code -eq 124 ]; then
    outcome="stopped after $limit s"
  elif [ $code -ne 0 ]; then
    outcome="FAILED ($code)"
  elif grep -qE '^\[  PASSED  \] 0 tests|^\[  SKIPPED' "$results.step"; then
    outcome="NOT RUN"
  fi
  [ "$outcome" = passed ] || failed=1
  summary+=("$(printf '%-34s %-20s %4d s' "$name" "$outcome" $((SECONDS - start)))")
  printf '%s\n' "${summary[-1]}"
}

skip() { summary+=("$(printf '%-34s %s' "$1" "skipped: $2")"); }

# bench NAME FLAGS...
bench() {
  local name=$1
  shift
  step "bench $name" 100 "$bin/cohort" bench --markdown --quiet "$@"
}

if ! "$bin/cohort" bench --device gpu --rows 2 --stages statistics --quiet >/dev/null; then
  echo "gpu_check.sh: nothing was checked" >&2
  exit 4
fi

rm -f "$results"
{
  printf '# GPU check\n\n- date: %s\n- commit: %s\n' "$(date -u +%Y-%m-%d)" "$commit"
  nvidia-smi --query-gpu=name,driver_version,memory.total,clocks.max.sm --format=csv,noheader 2>/dev/null | sed 's/^/- device: /'
} >"$results"

step "version" 60 "$bin/cohort" --version --verbose
step "selftest" 120 "$bin/cohort" selftest --device gpu
step "parity tests" 180 "$bin/gpu_tests" --gtest_brief=1

sanitizer=$(command -v compute-sanitizer || ls /usr/local/cuda*/bin/compute-sanitizer 2>/dev/null | head -1)
for tool in memcheck racecheck synccheck initcheck; do
  if [ -z "$sanitizer" ]; then
    skip "compute-sanitizer $tool" "there is no compute-sanitizer here"
  else
    step "compute-sanitizer $tool" 45 "$sanitizer" --tool "$tool" --error-exitcode 9 "$bin/gpu_tests" --gtest_brief=1 \
      --gtest_filter='*Sanitizer*'
  fi
done

bench "100k and 10M x 6, k 4" --rows 100k,10M
bench "100k x 8, k 8" --rows 100k --features 8 --n-clusters 8 --stages 'K-means 2nd pass,K-means late pass,K-means'
bench "10M x 16, k 16" --rows 10M --features 16 --n-clusters 16 --stages 'statistics,scale,covariance,K-means late pass'
bench "10M x 16, k 8, restarts" --device gpu --rows 10M --features 16 --n-clusters 8 --stages 'K-means'
bench "10M x 32, k 32" --rows 10M --features 32 --n-clusters 32 --stages 'statistics,covariance,K-means late pass'
bench "100M x 6, k 4" --device gpu --rows 100M --stages 'statistics,covariance,K-means late pass,K-means'
bench "10M x 64, k 256" --device gpu --rows 10M --features 64 --n-clusters 256 --stages 'covariance,K-means late pass'
bench "50k, all pairs" --device gpu --rows 50k --pair-rows 50000 --stages 'affinity iteration,silhouette'
rm -f "$results.step"

{
  printf '\n## Summary\n\n```\n'
  printf '%s\n' "${summary[@]}"
  printf '```\n'
} | tee -a "$results"
exit "$failed"
