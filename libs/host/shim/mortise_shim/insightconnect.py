"""Runs a real InsightConnect plugin under its own runtime (the package insightconnect-plugin-runtime), behind our address."""

import json
import os
import re
import runpy
import sys
import importlib.metadata as metadata
from typing import Any, Dict, Optional

RUNTIMES = ("insightconnect-plugin-runtime", "komand")
# What such a plugin installs to be started by.
_script = re.compile(r"^(?:icon|komand)_\w+$")


def is_for(package: str) -> bool:
    """Whether the package is an InsightConnect plugin: it has their start script, and asks for their runtime."""
    return _script_of(package) is not None and _asks_for_runtime(package)


def _asks_for_runtime(package: str) -> bool:
    try:
        needs = metadata.requires(package) or []
        metadata.version(RUNTIMES[0])
    except metadata.PackageNotFoundError:
        return False
    # Many ask for it in their image only, not in their metadata: that it is installed beside them is what counts.
    return not needs or any(re.split(r"[^A-Za-z0-9._-]", need)[0].lower() in RUNTIMES for need in needs)


def _script_of(package: str) -> Optional[str]:
    try:
        files = metadata.distribution(package).files or []
    except metadata.PackageNotFoundError:
        return None
    for file in files:
        if _script.match(file.name) and file.parent.name == "bin":
            return str(file.locate())
    return None


def run(settings: Dict[str, Any]) -> int:
    """Never returns: the runtime's own server has the process from here. Its folder is the current one."""
    script = _script_of(settings["package"])
    assert script is not None
    # Its default binds every interface; a file of this name in the current folder is read instead.
    with open("gunicorn.json", "w", encoding="utf-8") as file:
        json.dump(_gunicorn(settings), file)
    os.environ["GUNICORN_CONFIG_FILE"] = "gunicorn.json"
    os.environ.setdefault("TRACK_WORK", "true")
    # Read by the runtime when it is imported.
    sys.argv = [script, "http", "--threads_per_worker", "4"]
    _point_to_spec(settings.get("descriptor_file"))
    runpy.run_path(script, run_name="__main__")
    return 0


def _gunicorn(settings: Dict[str, Any]) -> Dict[str, Any]:
    socket = settings.get("socket")
    return {
        "bind": "unix:%s" % socket if socket else "127.0.0.1:%d" % settings["port"],
        "workers": 1,
        "threads": 4,
        "worker_class": "gthread",
        "timeout": int(settings.get("call_timeout_ms", 30_000) / 1000) + 5,
        "graceful_timeout": 10,
        "worker_tmp_dir": os.getcwd(),
        "umask": 0o007,
        # Nothing of ours gives it a path to write beside its own folder.
        "control_socket_disable": True,
    }


def _point_to_spec(descriptor_file: Optional[str]) -> None:
    """The runtime looks for plugin.spec.yaml where its own images have it; here it is what was published."""
    if descriptor_file is None:
        return
    from insightconnect_plugin_runtime.api import endpoints  # type: ignore[import]

    endpoints.PLUGIN_SPEC_DOCKERFILE = descriptor_file
