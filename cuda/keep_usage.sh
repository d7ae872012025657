#!/usr/bin/env bash
# Runs the compiler that it is given and keeps what ptxas tells of each kernel beside the object (X.cu.o.usage), where
# the test kernel_budget reads it. The rest is printed as ever.
set -u
object=
for ((i = 1; i < $#; ++i)); do
  [ "${!i}" = -o ] && next=$((i + 1)) && object=${!next}
done
{ said=$("$@" 2>&1 >&3); } 3>&1
status=$?
told='^ptxas info|bytes stack frame|bytes cumulative stack'
[ -z "$said" ] || grep -vE "$told" <<<"$said" >&2
[ -z "$object" ] || grep -E "$told" <<<"$said" >"$object.usage"
exit $status
