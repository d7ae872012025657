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

# step NAME LIMIT_SECONDS COMMAND...: its output into the results, its outcome into the summary
step() {
  local name=$1 limit=$2 start=$SECONDS outcome
  shift 2
  printf '\n## %s\n\n```\n' "$name" >>"$results"
  timeout "$limit" "$@" >"$results.step" 2>&1
  local code=$?
  # The log of thousands of passing tests says nothing; what failed does.
  grep -vE '^\[( RUN  |       OK|-----)' "$results.step" | tail -n 200 >>"$results"
  printf '```\n' >>"$results"
  case $code in
    0) outcome=passed ;;
    124) outcome="stopped after $limit s" ;;
    *) outcome="FAILED ($code)" ;;
  esac
  [ "$code" -eq 0 ] || failed=1
  summary+=("$(printf '%-34s %-18s %4d s' "$name" "$outcome" $((SECONDS - start)))")
  tail -n 3 "$results.step"
}

skip() { summary+=("$(printf '%-34s %s' "$1" "skipped: $2")"); }

bench() { step "bench $*" 150 "$bin/cohort" bench --markdown --quiet --repeats 3 "$@"; }

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
    step "compute-sanitizer $tool" 60 "$sanitizer" --tool "$tool" --error-exitcode 9 "$bin/gpu_tests" --gtest_brief=1 \
      --gtest_filter='*Sanitizer*'
  fi
done

bench --rows 100k,10M
bench --rows 10M --features 16 --n-clusters 16 --stages 'statistics,scale,covariance,K-means pass,K-means' --n-init 10
bench --rows 10M --features 32 --n-clusters 32 --stages 'statistics,covariance,K-means pass'
bench --rows 100k --features 8 --n-clusters 8 --stages 'K-means pass,K-means'
bench --device gpu --rows 100M --features 6 --n-clusters 4 --stages 'statistics,covariance,K-means pass,K-means'
bench --device gpu --rows 10M --features 64 --n-clusters 256 --stages 'covariance,K-means pass'
bench --device gpu --rows 50k --pair-rows 50000 --stages 'affinity iteration,silhouette'
rm -f "$results.step"

{
  printf '\n## Summary\n\n```\n'
  printf '%s\n' "${summary[@]}"
  printf '```\n'
} | tee -a "$results"
exit "$failed"
