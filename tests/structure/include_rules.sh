#!/usr/bin/env bash
# Who may include whom: cli -> report -> engine -> backend.hpp <- cpu; survey and everything else see include/cohort.
# Prints every include that breaks a rule.
set -u
cd "$(dirname "$0")/../.."
broken=0

# forbid FOLDER PATTERN REASON
forbid() {
  local found
  found=$(grep -rnE "^#include [<\"]($2)" "$1" --include='*.hpp' --include='*.cpp' --include='*.cu' --include='*.cuh')
  [ -z "$found" ] && return
  printf '%s\n  %s\n' "$3:" "$found"
  broken=1
}

forbid include '(host|cuda|tests)/|cuda|thrust|cub/' 'a public header sees something private or of CUDA'
forbid host 'cuda_runtime|cuda_fp|cublas|cusolver|thrust|cub/' 'a CUDA header outside cuda/'
forbid host/survey 'host/(engine|cpu|report|cli)/|cuda/' 'host/survey reaches beyond include/cohort'
forbid host/engine 'host/(survey|cpu|report|cli)/' 'host/engine reaches beyond include/cohort'
forbid host/cpu 'host/(survey|engine|report|cli)/|cuda/' 'host/cpu reaches beyond backend.hpp'
forbid host/report 'host/(survey|engine|cpu|cli)/|cuda/' 'host/report reaches beyond include/cohort'
forbid host/cpu 'cohort/(table|read|recipe|features|report|analysis|sample)\.hpp' 'a backend knows a survey, a recipe or a flag'
forbid cuda 'cohort/(table|read|recipe|features|report|analysis|sample)\.hpp' 'a backend knows a survey, a recipe or a flag'
for folder in host/survey host/engine host/cpu host/report include; do
  forbid "$folder" 'CLI/' 'CLI11 below the command line'
done
exit $broken
