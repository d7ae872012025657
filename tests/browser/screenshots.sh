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
  local log=$profile/$1.log page=$report
  [ "$1" = phone ] && page=$phone
  shift
  timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-dev-shm-usage --hide-scrollbars \
    --no-first-run --disable-extensions --disable-background-networking --user-data-dir="$profile/user" \
    --enable-logging=stderr --log-level=0 "$@" "file://$page" >"$log" 2>&1 || { tail -5 "$log"; exit 1; }
  if grep -E 'CONSOLE|Refused to' "$log"; then
    echo "the browser complains about $report"
    exit 1
  fi
}

browse desktop --window-size=1280,"${DESKTOP_HEIGHT:-9000}" --screenshot="$folder/desktop.png"
# A window is 500 wide at least; a frame can be as narrow as a phone.
phone=$profile/phone.html
printf '<!DOCTYPE html><body style="margin:0"><iframe src="file://%s" width="390" height="%s" style="border:0">' \
  "$report" "${PHONE_HEIGHT:-14000}" >"$phone"
browse phone --window-size=500,"${PHONE_HEIGHT:-14000}" --screenshot="$folder/phone.png"
browse dark --window-size=1280,"${DESKTOP_HEIGHT:-9000}" --blink-settings=preferredColorScheme=0 \
  --screenshot="$folder/dark.png"
browse print --no-pdf-header-footer --print-to-pdf="$folder/print.pdf"

for picture in desktop.png phone.png dark.png print.pdf; do
  [ -s "$folder/$picture" ] || { echo "no $picture was drawn"; exit 1; }
done
cmp -s "$folder/desktop.png" "$folder/dark.png" && { echo "dark looks like light"; exit 1; }
exit 0
