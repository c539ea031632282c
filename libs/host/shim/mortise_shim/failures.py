"""Errors as a caller sees them: cause, assistance, data, and the status of the InsightConnect runtime."""

import itertools
import json
import os
from types import TracebackType
from typing import Any, Dict, List, Optional

from . import limits
from .checking import Problem, Schema, cut, wanted_by


class Refused(Exception):
    """The caller's mistake: answered with 400."""

    def __init__(self, message: str, assistance: str = "", data: Any = "") -> None:
        super().__init__(message)
        self.cause, self.assistance, self.data = message, assistance, data


class InvalidInput(Refused):
    """Its text is that of the InsightConnect runtime, which its clients know; `data` has a sentence for each input."""

    def __init__(self, kind: str, name: str, problems: List[Problem], schema: Schema) -> None:
        shown = "<ValidationError: %s>" % _quoted(problems[0].words)
        super().__init__("('%s input JSON was invalid', %s)" % (kind, shown))
        self.cause = " ".join(_sentence(_named(one.place), one.fault) for one in problems)
        self.assistance = _what_it_takes(name, schema)
        self.data = _by_input(problems)


def _sentence(subject: str, fault: str) -> str:
    return "%s %s%s" % (subject, fault, "" if fault.endswith("?") else ".")


def _named(place: str) -> str:
    return 'Input "%s"' % place if place else "The input"


def _by_input(problems: List[Problem]) -> Dict[str, str]:
    found: Dict[str, str] = {}
    for one in problems:
        if one.path:
            subject = "This" if len(one.path) == 1 else '"%s"' % one.place
            found.setdefault(one.path[0], _sentence(subject, one.fault))
    return found


def _what_it_takes(name: str, schema: Schema) -> str:
    properties, required = schema.get("properties", {}), schema.get("required", [])
    parts = [
        "%s (%s%s)" % (one, wanted_by(expected), "" if one in required else ", may be left out")
        for one, expected in itertools.islice(properties.items(), limits.NAMED_CHOICES)
    ]
    more = ["…"] if len(properties) > len(parts) else []
    return "%s takes %s." % (name, ", ".join(parts + more) or "no input")


class InvalidOutput(Exception):
    """The component's mistake."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__("%s returned what its annotation doesn't allow: %s" % (name, problem))


class CallTimedOut(BaseException):
    """Raised inside of a call that took too long; not an Exception, so that `except Exception` lets it pass."""


class TooBusy(Exception):
    """Every worker is taken, and as many calls wait as may."""


class TooLong(Exception):
    """What the caller of a call that timed out sees."""

    def __init__(self, name: str, seconds: float) -> None:
        super().__init__("%s didn't answer within %g seconds" % (name, seconds))
        self.cause = "%s didn't answer within %g seconds." % (name, seconds)
        self.assistance = "Ask for less at once, or let the descriptor's runtime.timeout say how long it may take."
        self.data = ""


def _quoted(problem: str) -> str:
    return '"%s"' % problem if '"' not in problem else repr(problem)


def explained(error: BaseException, is_test: bool) -> Dict[str, str]:
    """An error with `cause`, `assistance` and `data` speaks for itself, whatever class it is of."""
    if isinstance(getattr(error, "cause", None), str) and hasattr(error, "assistance"):
        data = getattr(error, "data", "")
        return {"cause": error.cause, "assistance": str(error.assistance or ""), "data": _short(data)}
    if is_test:
        return {
            "cause": "Plugin connection test failed.",
            "assistance": "See error log for more details.",
            "data": _short(repr(error)),
        }
    return {
        "cause": "The plugin failed: %s: %s" % (type(error).__name__, _short(str(error))),
        "assistance": "The log has where. If it happens again, tell the plugin's publisher.",
        "data": "",
    }


def why_not_loaded(error: BaseException) -> str:
    """With its class, since a KeyError's text is a key and nothing more."""
    why = "%s: %s" % (type(error).__name__, error)
    frames = error.__traceback__
    while frames is not None and frames.tb_next is not None:
        frames = frames.tb_next
    if isinstance(error, KeyError) and frames is not None and frames.tb_frame.f_globals.get("__name__") == "os":
        why += " is no variable of its environment: a back end gets none of the host's. Read it from context.config"
    return why


def status_of(error: BaseException) -> int:
    if isinstance(error, TooLong):
        return 504
    if isinstance(error, TooBusy):
        return 503
    if isinstance(error, NotImplementedError):
        return 501
    own: Optional[Any] = getattr(error, "status", None)
    if isinstance(own, int) and 400 <= own <= 599:
        return own
    spoken = isinstance(getattr(error, "cause", None), str) and hasattr(error, "assistance")
    return 400 if isinstance(error, Refused) or spoken else 500


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return _short_json(value)
    return cut("" if value is None else str(value))


def _short_json(value: Dict[Any, Any]) -> str:
    """What is wrong with which answer, by its name, is shown at that field of a form: cut, it is still JSON."""
    text = _json(value)
    if len(text) <= limits.DATA_CHARACTERS:
        return text
    kept: Dict[Any, Any] = {}
    room = limits.DATA_CHARACTERS
    for name, said in value.items():
        one = {name: cut(said, limits.DATA_ENTRY_CHARACTERS) if isinstance(said, str) else said}
        length = len(_json(one))
        if length <= room:
            kept.update(one)
            room -= length
    return _json(kept)


def _json(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


_shim = os.path.dirname(os.path.abspath(__file__))


def own_frames(error: BaseException) -> Optional[TracebackType]:
    """The traceback from where the plugin's own code begins: how the shim came there helps nobody."""
    frames = error.__traceback__
    while frames is not None and os.path.dirname(frames.tb_frame.f_code.co_filename) == _shim:
        frames = frames.tb_next
    return frames
