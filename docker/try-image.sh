#!/usr/bin/env bash
# try-image.sh — builds the image on a base of its own and tries it: not root, healthy, read-only but for its data, publishes,
# finds, stops cleanly, and has all of it again after a start on the same data. Needs root, podman with runc, debootstrap, npm.
set -euo pipefail
cd "$(dirname "$0")/.."
base=localhost/mortise-base image=localhost/mortise name="mortise-try-$$" volume="mortise-try-$$"
runtime=(podman --cgroup-manager=cgroupfs --runtime=runc)
flags=(--ulimit=nofile=1024:1024 --ulimit=nproc=1024:1024)
clear() { "${runtime[@]}" rm -f "$name" >/dev/null 2>&1 || true; "${runtime[@]}" volume rm -f "$volume" >/dev/null 2>&1 || true; }
trap clear EXIT

"${runtime[@]}" image exists "$base" || docker/make-base.sh "$base"
ca=${NODE_EXTRA_CA_CERTS:-}
"${runtime[@]}" build --quiet ${ca:+--secret "id=ca,src=$ca"} --format docker --network=host "${flags[@]}" --build-arg BASE="$base" -f docker/Dockerfile -t "$image" . >/dev/null
"${runtime[@]}" image inspect "$image" --format 'image: {{.Size}} bytes, user {{.Config.User}}'
for tool in g++ make python3; do
  if "${runtime[@]}" run --rm "${flags[@]}" --network=none --entrypoint sh "$image" -c "command -v $tool"; then
    echo "the image has $tool in it" >&2; exit 1
  fi
done

start() {
  "${runtime[@]}" run --detach --name "$name" "${flags[@]}" --network=host --read-only --cap-drop=all \
    -v "$volume:/data" -e MORTISE_HOST=127.0.0.1 -e MORTISE_PORT="$port" -e MORTISE_DEMO=off \
    -e MORTISE_UPSTREAM_NPM=off -e MORTISE_UPSTREAM_PYTHON=off -e MORTISE_ADMIN_PASSWORD="$password" "$image" >/dev/null
}
port=$(node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})')
password=$(node -p 'require("crypto").randomBytes(18).toString("base64url")')
start
PORT=$port PASSWORD=$password node docker/try-store.mjs publish
"${runtime[@]}" healthcheck run "$name"
[ "$("${runtime[@]}" exec "$name" id -u)" = 10001 ] || { echo "it does not run as its own user" >&2; exit 1; }
"${runtime[@]}" stop --time 20 "$name" >/dev/null
code=$("${runtime[@]}" inspect "$name" --format '{{.State.ExitCode}}')
[ "$code" = 0 ] || { "${runtime[@]}" logs "$name" >&2; echo "it ended with $code" >&2; exit 1; }
"${runtime[@]}" rm "$name" >/dev/null
start
PORT=$port PASSWORD=$password node docker/try-store.mjs find
echo "the image works"
