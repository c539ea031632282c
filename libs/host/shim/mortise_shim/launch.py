"""
Started by the process runner as `python -I -S launch.py`, before any file of the plugin is read. Takes one line of
JSON on its standard input once the runner has put it where it belongs (its cgroup), then gives up whatever a back end
must not have, and becomes the back end. Standard library only, and none of the shim: it may run as root.
"""

import ctypes
import json
import os
import resource
import signal
import sys
from typing import Any, Dict, List, Tuple

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWPID = 0x00020000, 0x10000000, 0x20000000
MS_BIND, MS_REC, MS_PRIVATE, MS_NOSUID, MS_NODEV = 4096, 16384, 1 << 18, 2, 4
PR_SET_PDEATHSIG, PR_SET_NO_NEW_PRIVS = 1, 38
O_PATH = getattr(os, "O_PATH", 0o10000000)
CANNOT_CONTAIN = 4

_libc = ctypes.CDLL(None, use_errno=True)


class CannotContain(Exception):
    pass


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise CannotContain("%s: %s" % (what, os.strerror(number)))


def expose(closed: List[str], needed: List[str]) -> None:
    """
    In a mount namespace of its own, puts an empty folder over each of `closed` and only what is needed of it
    inside: so a user who may not enter /root reaches a Python, or a host folder, that lies there.
    """
    _checked(_libc.unshare(CLONE_NEWNS), "a mount namespace")
    _checked(_libc.mount(None, b"/", None, MS_REC | MS_PRIVATE, None), "private mounts")
    held: List[Tuple[str, int]] = [(path, os.open(path, O_PATH)) for path in needed]
    for folder in closed:
        flags = MS_NOSUID | MS_NODEV
        _checked(_libc.mount(b"tmpfs", folder.encode(), b"tmpfs", flags, b"mode=0755,size=1m"), "an empty " + folder)
    for path, descriptor in held:
        source = "/proc/self/fd/%d" % descriptor
        if os.path.isdir(source):
            os.makedirs(path, 0o755, exist_ok=True)
        else:
            os.makedirs(os.path.dirname(path), 0o755, exist_ok=True)
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o644))
        _checked(_libc.mount(source.encode(), path.encode(), None, MS_BIND, None), "showing " + path)
        os.close(descriptor)


def drop_to(user: int, group: int) -> None:
    os.setgroups([])
    os.setresgid(group, group, group)
    os.setresuid(user, user, user)


def enter_namespaces() -> None:
    """
    User and process namespaces of its own, for an agent that isn't root: in them the kernel counts the processes of
    this back end alone, and ends all of them with the first. Returns in the second process of the new namespace.
    """
    user, group = os.getuid(), os.getgid()
    _checked(_libc.unshare(CLONE_NEWUSER | CLONE_NEWPID), "user and process namespaces")
    for name, text in (
        ("setgroups", "deny"),
        ("uid_map", "%d %d 1" % (user, user)),
        ("gid_map", "%d %d 1" % (group, group)),
    ):
        with open("/proc/self/" + name, "w") as file:
            file.write(text)
    first = os.fork()
    if first != 0:
        _stand_for(first)
    die_with_parent()
    child = os.fork()
    if child != 0:
        _reap_until(child)


def _stand_for(child: int) -> None:
    """Outside: passes TERM on, ends as the child does."""
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
    while True:
        try:
            _, status = os.waitpid(child, 0)
        except InterruptedError:
            continue
        os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))


def _reap_until(child: int) -> None:
    """The first process of the namespace: takes in orphans, passes TERM on, ends with the back end itself."""
    signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
    while True:
        ended, status = os.wait()
        if ended == child:
            os._exit(os.WEXITSTATUS(status) if os.WIFEXITED(status) else 128 + os.WTERMSIG(status))


def die_with_parent() -> None:
    _checked(_libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0), "dying with the agent")


def limit(limits: Dict[str, int]) -> None:
    for name, value in limits.items():
        kind = getattr(resource, "RLIMIT_" + name)
        hard = resource.getrlimit(kind)[1]
        most = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(kind, (most, most))


def main() -> None:
    line = sys.stdin.buffer.readline()
    if not line:
        # The runner is gone.
        os._exit(0)
    asked: Dict[str, Any] = json.loads(line)
    try:
        if asked.get("expose"):
            expose(asked["expose"]["closed"], asked["expose"]["needed"])
        if asked.get("user") is not None:
            drop_to(asked["user"], asked["group"])
        if asked.get("namespaces"):
            die_with_parent()
            enter_namespaces()
        _checked(_libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), "no new privileges")
        die_with_parent()
        limit(asked["limits"])
    except (CannotContain, OSError, ValueError) as error:
        print("mortise: can't contain it: %s" % error, file=sys.stderr, flush=True)
        os._exit(CANNOT_CONTAIN)
    os.chdir(asked["folder"])
    os.umask(0o027)
    nothing = os.open("/dev/null", os.O_RDONLY)
    os.dup2(nothing, 0)
    os.execve(asked["command"][0], asked["command"], asked["environment"])


if __name__ == "__main__":
    main()
