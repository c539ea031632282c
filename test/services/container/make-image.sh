#!/usr/bin/env bash
# make-image.sh [NAME] — an image with Python and its venv module for the tests of the container runner, made of the
# distribution's own packages (debootstrap) where no registry is reached. Kept under ~/.cache; done at once when it is
# there. Needs root, podman (or what MORTISE_TEST_CONTAINER names) and debootstrap; two minutes, 280 MB.
set -euo pipefail
name=${1:-localhost/mortise-test-python}
container=${MORTISE_TEST_CONTAINER:-podman --cgroup-manager=cgroupfs --runtime=runc}
kept=${XDG_CACHE_HOME:-$HOME/.cache}/mortise-container
archive=$kept/python-image.tar

if $container image inspect "$name" >/dev/null 2>&1; then
  exit 0
fi
mkdir -p "$kept"
exec 9>"$kept/lock"
flock 9
if [ ! -s "$archive" ]; then
  tree=$(mktemp -d "$kept/tree.XXXXXX")
  trap 'rm -rf "$tree"' EXIT
  # shellcheck source=/dev/null
  suite=$(. /etc/os-release && echo "$VERSION_CODENAME")
  mirror=$(sed -nE 's/^(URIs:|deb( \[[^]]*\])?) +([^ ]+).*/\3/p' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -1 || true)
  debootstrap --variant=minbase --include=python3,python3-venv "$suite" "$tree/root" "$mirror" >"$kept/debootstrap.out" 2>&1 ||
    { tail -20 "$kept/debootstrap.out" >&2; exit 1; }
  rm -rf "$tree/root"/var/cache/apt/* "$tree/root"/var/lib/apt/lists/* "$tree/root"/usr/share/{doc,man,locale}
  # Unpacked by containers that may not make devices.
  tar --numeric-owner --exclude='./dev/*' -C "$tree/root" -cf "$archive.new" .
  mv "$archive.new" "$archive"
fi
$container image inspect "$name" >/dev/null 2>&1 || $container import "$archive" "$name" >/dev/null
