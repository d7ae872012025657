#!/usr/bin/env bash
# The two commands: ./cohort.sh run [FILE] [flags]   and   ./cohort.sh test
# Each installs the missing Debian packages by name, configures, builds, then does its job.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=$here/build/release
needed=(g++ cmake ninja-build pkg-config libcli11-dev libfmt-dev libtomlplusplus-dev nlohmann-json3-dev
  libopenblas-serial-dev liblapacke-dev zlib1g-dev libzstd-dev)
needed_by_tests=(libgtest-dev libgmock-dev libboost-context-dev)

say() { printf 'cohort.sh: %s\n' "$*" >&2; }

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

install_missing() {
  if ! command -v apt-get >/dev/null; then
    for tool in g++ cmake ninja pkg-config; do
      command -v "$tool" >/dev/null && continue
      say "there is no apt-get here to install $tool with. Needed, by their Debian names: $*"
      exit 2
    done
    return
  fi
  local missing=()
  for package in "$@"; do is_installed "$package" || missing+=("$package"); done
  [ ${#missing[@]} -eq 0 ] && return
  local as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      say "not root, and no sudo here. As root: apt-get install ${missing[*]}"
      exit 2
    fi
    as_root=(sudo)
  fi
  say "installing ${missing[*]}"
  "${as_root[@]}" apt-get update -qq >&2
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" \
    >&2 </dev/null
}

# configure ON|OFF: with or without the tests. A build that has them serves both.
configure() {
  if [ -f "$build/build.ninja" ] && grep -q "^COHORT_TESTS:BOOL=\(ON\|$1\)$" "$build/CMakeCache.txt"; then return; fi
  say "configuring"
  local log=$here/build/configure.log
  mkdir -p "$here/build"
  if ! (cd "$here" && cmake --preset release -DCOHORT_TESTS="$1") >"$log" 2>&1; then
    cat "$log" >&2
    say "the configuration failed. Needed, by their Debian names: ${needed[*]} ${needed_by_tests[*]}"
    exit 1
  fi
}

case ${1:-} in
  run)
    shift
    install_missing "${needed[@]}"
    configure OFF
    say "building"
    cmake --build "$build" --target program >&2
    exec "$build/bin/cohort" run "$@"
    ;;
  test)
    shift
    install_missing "${needed[@]}" "${needed_by_tests[@]}"
    configure ON
    say "building"
    cmake --build "$build"
    cd "$here"
    ctest --preset release "$@"
    ;;
  *)
    cat >&2 <<'END'
usage: ./cohort.sh run [FILE] [flags]   build, then analyse FILE (without it: the embedded sample survey)
       ./cohort.sh test [ctest flags]   build, then run all tests
END
    exit 2
    ;;
esac
