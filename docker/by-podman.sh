# Sourced by try-image.sh and try-compose.sh, in the project's folder: podman as they need it, and the store's image made
# without any registry of images. Needs root, podman with runc, debootstrap, npm.
export CONTAINERS_CONF="$PWD/docker/containers.conf"
base=localhost/mortise-base image=localhost/mortise

# build NAME OPTION… — an image on the base, which is made where there is none.
build() {
  local name=$1
  shift
  podman image exists "$base" || docker/make-base.sh "$base"
  podman build --quiet --format docker --network=host --build-arg BASE="$base" -t "$name" "$@" >/dev/null
}

build_store() {
  local ca=${NODE_EXTRA_CA_CERTS:-}
  build "$image" ${ca:+--secret "id=ca,src=$ca"} -f docker/Dockerfile .
}

free_port() { node -e 'const s=require("net").createServer().listen(0,"127.0.0.1",()=>{console.log(s.address().port);s.close()})'; }
random_word() { node -p 'require("crypto").randomBytes(18).toString("base64url")'; }
