#!/bin/bash
# OpenSearch with every variable that has a point in its name as a setting.
set -euo pipefail
settings=()
while IFS= read -r -d '' entry; do
  if [[ "${entry%%=*}" == *.* ]]; then settings+=("-E$entry"); fi
done </proc/self/environ
exec /usr/share/opensearch/bin/opensearch "${settings[@]}"
