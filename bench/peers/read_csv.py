#!/usr/bin/env python3
"""Reading a survey file: cohort against pandas, polars and DuckDB, whichever are importable, and data.table.

usage: read_csv.py PROGRAM [--rows N] [--rounds R] [--threads T]

Writes two files, numbers alone (N x 6, six decimals) and a mixed survey (dates, categories, yes and no, numbers,
quoted texts with commas, missing cells, an id), then lets the readers take turns. cohort's time is the "read" stage
that its report gives: it decodes, finds out types and levels, and looks for codes that stand for no answer.
Prints a markdown table of medians, and of each round's ratio to cohort the median.
"""
import argparse
import csv
import os
import random
import shutil
import statistics
import subprocess
import tempfile
import time

import common


def write_numbers(path, rows):
    draw = random.Random(1)
    with open(path, "w") as file:
        file.write("a,b,c,d,e,f\n")
        for _ in range(rows):
            file.write(",".join(f"{draw.gauss(0, 1):.6f}" for _ in range(6)) + "\n")


def write_mixed(path, rows):
    draw = random.Random(2)
    notes = ["good", "very good, indeed", 'it was "fine"', "no comment", "many words, nothing else to say"]
    with open(path, "w", newline="") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(["when", "employer", "agrees", "age", "score", "note", "id"])
        for i in range(rows):
            when = time.strftime("%d/%m/%Y %H:%M:%S", time.gmtime(1540829109 + draw.randrange(60_000_000)))
            cells = [when, f"Employer {draw.randrange(40):02}", draw.choice(["Yes", "No"]), draw.randrange(18, 90),
                     f"{draw.gauss(50, 10):.2f}", draw.choice(notes), f"R{i:07}"]
            for missing in (1, 3, 4, 5):
                if draw.random() < 0.05:
                    cells[missing] = ""
            out.writerow(cells)


def seconds_of(read):
    return common.timed(read)[1]


def cohort_reader(program, threads):
    def read(path):
        return common.cohort(program, "correlate", path, "--threads", str(threads))[1]["read"]
    return read


def data_table_reader(threads):
    script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "read_csv.R")

    def read(path):
        done = subprocess.run(["Rscript", script, path, str(threads)], check=True, capture_output=True, text=True)
        return float(done.stdout)
    return read


def importable_readers(threads):
    readers = {}
    try:
        import pandas
        readers[f"pandas {pandas.__version__}"] = lambda path: seconds_of(lambda: pandas.read_csv(path))
    except ImportError:
        pass
    try:
        import polars
        readers[f"polars {polars.__version__}"] = lambda path: seconds_of(lambda: polars.read_csv(path))
    except ImportError:
        pass
    try:
        import duckdb
        connection = duckdb.connect()
        connection.execute(f"SET threads = {threads}")
        readers[f"DuckDB {duckdb.__version__}"] = lambda path: seconds_of(
            lambda: connection.execute(f"CREATE OR REPLACE TABLE t AS SELECT * FROM read_csv('{path}')"))
    except ImportError:
        pass
    if shutil.which("Rscript"):
        readers["data.table fread"] = data_table_reader(threads)
    return readers


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--threads", type=int, default=len(os.sched_getaffinity(0)))
    given = parser.parse_args()
    os.environ.setdefault("POLARS_MAX_THREADS", str(given.threads))
    readers = {"cohort": cohort_reader(given.program, given.threads), **importable_readers(given.threads)}
    print(f"{given.rows:,} rows, {given.threads} threads, medians of {given.rounds} rounds taken in turns\n")
    print("| file | reader | ms | times cohort's |\n|---|---|---:|---:|")
    with tempfile.TemporaryDirectory() as folder:
        for name, write in (("numbers", write_numbers), ("mixed", write_mixed)):
            path = os.path.join(folder, name + ".csv")
            write(path, given.rows)
            for read in readers.values():  # once unmeasured: the file is in memory then
                read(path)
            rounds = [{reader: read(path) for reader, read in readers.items()} for _ in range(given.rounds)]
            for reader in readers:
                seconds = statistics.median(r[reader] for r in rounds)
                ratio = statistics.median(r[reader] / r["cohort"] for r in rounds)
                print(f"| {name} | {reader} | {1000 * seconds:.0f} | {ratio:.2f} |")


if __name__ == "__main__":
    main()
