#!/usr/bin/env python3
"""Which builds notice when a kernel loses a barrier, an atomic operation or a bound?

Each mutant changes one place of a kernel, in a copy of cuda/; what depends on it is compiled again, plainly and with
each sanitizer, and the tests given are run. By hand, not in CI: a mutant takes half a minute or more.

  tests/emulation/mutate.py distinct.cuh --tests distinct_test.cpp --library build/release/host/libcohort.a
"""
import argparse
import concurrent.futures
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
EMULATOR = ROOT / "tests/emulation/emulator"
COMMON = ["-std=c++20", "-O1", "-g1", "-ffp-contract=off", "-fno-math-errno", "-fno-trapping-math",
          "-fno-omit-frame-pointer", "-Wno-unknown-pragmas"]
BUILDS = {
    "plain": [],
    "address": ["-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-DEMU_ADDRESS_SANITIZER=1"],
    "thread": ["-fsanitize=thread", "-DEMU_THREAD_SANITIZER=1"],
}
LIBRARIES = ["-lgtest_main", "-lgmock", "-lgtest", "-lfmt", "-ltomlplusplus", "-lboost_context", "-lopenblas",
             "-llapacke", "-ldl", "-lpthread"]

# Atomic operations as an ordinary program would write them.
PLAIN = "#include <type_traits>\n" + "\n".join(
    f"template <class T> T plain{name}(T* p, std::type_identity_t<T> v) {{"
    f" const T old = *p; *p = {result}; return old; }}"
    for name, result in {"Add": "old + v", "Max": "old < v ? v : old", "Min": "v < old ? v : old", "Or": "old | v",
                         "Exch": "v"}.items())

MUTATIONS = [
    (r"__syncthreads\(\);", ";", "no __syncthreads"),
    (r"__syncwarp\([^()]*\);", ";", "no __syncwarp"),
    (r"__threadfence\(\);", ";", "no __threadfence"),
    (r"\b(?:this_grid\(\)|cluster|grid)\.sync\(\);", ";", "no sync"),
    (r"\bwait_for_copies<\w+>\(\);", ";", "no wait for copies"),
    (r"\batomic(Add|Max|Min|Or|Exch)\(", r"plain\1(", "a plain operation for an atomic one"),
    (r"(\bif \([^;{}]*?) < ((?:data\.|m\.|work\.data\.)?(?:rows|n|d|features|size)\b)", r"\1 <= \2", "<= for <"),
    (r"__shfl_(\w*)sync\(~0U,", r"__shfl_\1sync(0xffffU,", "half a mask"),
]


def run(command, **options):
    return subprocess.run(["nice", *map(str, command)], capture_output=True, text=True, **options)


class Build:
    """One way of compiling, with its objects."""

    def __init__(self, name, scratch, arguments):
        self.folder = scratch / name
        self.folder.mkdir()
        self.flags = [*COMMON, *BUILDS[name], "-I", scratch, "-I", ROOT, "-I", ROOT / "include", "-I", EMULATOR,
                      "-include", scratch / "plain.hpp"]
        self.scheduler_flags = [*COMMON, "-O2", "-I", EMULATOR, *BUILDS[name][-1:]]
        self.sanitizers = BUILDS[name][:1]
        self.arguments = arguments
        kernels = [k for k in sorted((scratch / "cuda").glob("*.cu")) if k.stem not in ("plugin", "cublas", "cusolver")]
        parity = ROOT / "tests/parity"
        self.sources = [*kernels, parity / "device/emulated.cpp", parity / "device/emulated_libraries.cpp",
                        *(test if (test := parity / name).exists() else ROOT / "tests/emulation" / name
                          for name in arguments.tests)]
        self.scheduler = [*EMULATOR.glob("scheduler/*.cpp"), *EMULATOR.glob("runtime/*.cpp")]

    def object_of(self, source):
        return self.folder / (source.name + ".o")

    def compile(self, sources):
        def one(source):
            flags = self.scheduler_flags if source in self.scheduler else self.flags
            made = run(["ccache", "g++", *flags, "-MMD", "-x", "c++", "-c", source, "-o", self.object_of(source)])
            return made.stderr if made.returncode else ""

        with concurrent.futures.ThreadPoolExecutor(self.arguments.jobs) as pool:
            return "".join(pool.map(one, sources))

    def link(self):
        made = run(["g++", *self.sanitizers, *map(self.object_of, [*self.sources, *self.scheduler]),
                    self.arguments.library, *LIBRARIES, "-o", self.folder / "tests"])
        return made.stderr if made.returncode else ""

    def make(self, changed=None):
        """All of it, or what depends on a changed file. Returns what the compiler has against it."""
        if changed is None:
            sources = [*self.sources, *self.scheduler]
        else:
            sources = [s for s in self.sources
                       if str(changed) in self.object_of(s).with_suffix(".d").read_text().split()]
        return self.compile(sources) or self.link()

    def test(self):
        """Whether the tests notice."""
        environment = {**os.environ, "TSAN_OPTIONS": "halt_on_error=1"}
        try:
            done = run([self.folder / "tests", "--gtest_brief=1", f"--gtest_filter={self.arguments.filter}"],
                       timeout=self.arguments.timeout, env=environment)
        except subprocess.TimeoutExpired:
            return "caught (it hangs)"
        if done.returncode == 0:
            return "missed"
        said = re.search(r"(deadlock|divergent|source lane|the calling lane|data race|[a-z-]+-overflow|use-after-\w+|"
                         r"runtime error|Expected equality)", done.stdout + done.stderr)
        return f"caught ({said.group(1)})" if said else "caught"


def mutants_of(path):
    text = path.read_text()
    for pattern, replacement, name in MUTATIONS:
        for found in re.finditer(pattern, text):
            line = text.count("\n", 0, found.end()) + 1
            code_before = text[text.rfind("\n", 0, found.start()) + 1:found.start()]
            if "//" in code_before:
                continue
            yield line, name, text[:found.start()] + found.expand(replacement) + text[found.end():]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("kernels", nargs="+", help="files of cuda/ to change")
    parser.add_argument("--tests", nargs="+", required=True, help="files of tests/parity or tests/emulation")
    parser.add_argument("--library", required=True, type=pathlib.Path, help="libcohort.a of a plain build")
    parser.add_argument("--filter", default="*", help="as in --gtest_filter")
    parser.add_argument("--builds", nargs="+", choices=BUILDS, default=list(BUILDS))
    parser.add_argument("--timeout", type=float, default=300, help="seconds after which a test hangs")
    parser.add_argument("--jobs", type=int, default=1)
    arguments = parser.parse_args()

    missed = 0
    with tempfile.TemporaryDirectory(prefix="mutants") as folder:
        scratch = pathlib.Path(folder)
        shutil.copytree(ROOT / "cuda", scratch / "cuda")
        (scratch / "plain.hpp").write_text(PLAIN)
        builds = {name: Build(name, scratch, arguments) for name in arguments.builds}
        for name, build in builds.items():
            if said := build.make() or ("" if build.test() == "missed" else "the tests fail as it is\n"):
                sys.exit(f"{name}: {said}")
        for kernel in arguments.kernels:
            path = scratch / "cuda" / kernel
            original = path.read_text()
            for line, mutation, text in mutants_of(path):
                path.write_text(text)
                results = {name: build.test() if not build.make(path) else "does not compile"
                           for name, build in builds.items()}
                missed += all(result == "missed" for result in results.values())
                print(f"{kernel}:{line} {mutation}: "
                      + ", ".join(f"{name} {result}" for name, result in results.items()), flush=True)
            path.write_text(original)
            for build in builds.values():
                build.make(path)
    print(f"{missed} mutants were noticed by nobody")


if __name__ == "__main__":
    main()
