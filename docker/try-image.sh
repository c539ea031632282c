#!/usr/bin/env bash
# try-image.sh — builds the image on a base of its own and tries it: not root, healthy, read-only but for its data, publishes,
# finds, stops cleanly, and has all of it again after a start on the same data. Needs what by-podman.sh says.
set -euo pipefail
cd "$(dirname "$0")/.."
. docker/by-podman.sh
name="mortise-try-$$" volume="mortise-try-$$"
clear() { podman rm -f "$name" >/dev/null 2>&1 || true; podman volume rm -f "$volume" >/dev/null 2>&1 || true; }
trap clear EXIT

build_store
podman image inspect "$image" --format 'image: {{.Size}} bytes, user {{.Config.User}}'
for tool in g++ make python3; do
  if podman run --rm --network=none --entrypoint sh "$image" -c "command -v $tool"; then
    echo "the image has $tool in it" >&2; exit 1
  fi
done

start() {
  podman run --detach --name "$name" --network=host --read-only --cap-drop=all \
    -v "$volume:/data" -e MORTISE_HOST=127.0.0.1 -e MORTISE_PORT="$PORT" -e MORTISE_DEMO=off \
    -e MORTISE_UPSTREAM_NPM=off -e MORTISE_UPSTREAM_PYTHON=off -e MORTISE_ADMIN_PASSWORD="$PASSWORD" "$image" >/dev/null
}
PORT=$(free_port) PASSWORD=$(random_word)
export PORT PASSWORD
start
node docker/try-store.mjs publish
podman healthcheck run "$name"
[ "$(podman exec "$name" id -u)" = 10001 ] || { echo "it does not run as its own user" >&2; exit 1; }
podman stop --time 20 "$name" >/dev/null
code=$(podman inspect "$name" --format '{{.State.ExitCode}}')
[ "$code" = 0 ] || { podman logs "$name" >&2; echo "it ended with $code" >&2; exit 1; }
podman rm "$name" >/dev/null
start
node docker/try-store.mjs find
echo "the image works"
