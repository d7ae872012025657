#!/usr/bin/env bash
# Opens a report in headless Chromium as a reader would: desktop, phone, dark, print. Fails where the browser complains
# on its console, asks for anything outside the file, or draws nothing.
# usage: screenshots.sh report.html folder-for-pictures
set -eu
report=$(realpath "$1")
folder=$2
mkdir -p "$folder"
folder=$(realpath "$folder")
profile=$(mktemp -d)
trap 'rm -rf "$profile"' EXIT

# browse NAME FLAG...
browse() {
  local log=$profile/$1.log
  shift
  timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars \
    --no-first-run --disable-extensions --disable-background-networking --user-data-dir="$profile/user" \
    --enable-logging=stderr --log-level=0 "$@" "file://$report" >"$log" 2>&1 || { tail -5 "$log"; exit 1; }
  if grep -E 'CONSOLE|Refused to' "$log"; then
    echo "the browser complains about $report"
    exit 1
  fi
}

browse desktop --window-size=1280,"${DESKTOP_HEIGHT:-9000}" --screenshot="$folder/desktop.png"
browse phone --window-size=500,1000 --force-device-scale-factor=1 --screenshot="$folder/phone-500.png"
browse dark --window-size=1280,"${DESKTOP_HEIGHT:-9000}" --blink-settings=preferredColorScheme=0 \
  --screenshot="$folder/dark.png"
browse print --no-pdf-header-footer --print-to-pdf="$folder/print.pdf"

for picture in desktop.png phone-500.png dark.png print.pdf; do
  [ -s "$folder/$picture" ] || { echo "no $picture was drawn"; exit 1; }
done
cmp -s "$folder/desktop.png" "$folder/dark.png" && { echo "dark looks like light"; exit 1; }
exit 0
