"""What the comparisons share: running cohort, taking turns, and a table that gives a ratio only where results agree."""
import json
import os
import statistics
import subprocess
import time


def cohort(program, *arguments):
    """The report of a run and its seconds by stage."""
    done = subprocess.run([program, *arguments, "--json", "--quiet"], check=True, capture_output=True)
    report = json.loads(done.stdout)
    seconds = {}
    for timing in report["timings"]:
        seconds[timing["stage"]] = seconds.get(timing["stage"], 0) + timing["seconds"]
    return report, seconds


def timed(function):
    start = time.perf_counter()
    result = function()
    return result, time.perf_counter() - start


def version_of(program):
    return subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout.split("\n")[0]


def processor():
    with open("/proc/cpuinfo", encoding="utf-8") as lines:
        names = {line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")}
    return f"{os.cpu_count()} x {', '.join(sorted(names))}"


class Table:
    """Seconds of cohort and of peers, by line, over several turns."""

    def __init__(self):
        self.lines = {}

    def add(self, line, ours, theirs, agrees=True):
        """theirs: seconds by peer; agrees: whether the results do, this time."""
        entry = self.lines.setdefault(line, {"ours": [], "theirs": {}, "agrees": True})
        entry["ours"].append(ours)
        for peer, seconds in theirs.items():
            entry["theirs"].setdefault(peer, []).append(seconds)
        entry["agrees"] = entry["agrees"] and bool(agrees)

    def markdown(self):
        text = "| what | cohort, ms | peer | peer, ms | ratio |\n|---|---|---|---|---|\n"
        for line, entry in self.lines.items():
            ours = statistics.median(entry["ours"])
            for peer, seconds in entry["theirs"].items():
                theirs = statistics.median(seconds)
                ratio = f"{theirs / ours:.1f} x" if entry["agrees"] else "results differ"
                text += f"| {line} | {1e3 * ours:.2f} | {peer} | {1e3 * theirs:.2f} | {ratio} |\n"
        return text
