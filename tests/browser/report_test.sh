#!/usr/bin/env bash
# The sample's report in a real browser, where there is one: see screenshots.sh.
# usage: report_test.sh path/to/cohort
set -eu
command -v chromium >/dev/null || { echo "skipped: there is no chromium here to open the report with"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"$1" run --quiet --timings --out "$folder/results" >"$folder/terminal"
"$(dirname "$0")/screenshots.sh" "$folder/results/report.html" "$folder/pictures"
