"""Errors as a caller sees them: cause, assistance, data, and the status of the InsightConnect runtime."""

import json
import os
from types import TracebackType
from typing import Any, Dict, Optional

from . import limits


class Refused(Exception):
    """The caller's mistake: answered with 400."""

    def __init__(self, message: str, assistance: str = "", data: str = "") -> None:
        super().__init__(message)
        self.cause, self.assistance, self.data = message, assistance, data


class InvalidInput(Refused):
    """Its text is that of the InsightConnect runtime, which its clients know."""

    def __init__(self, kind: str, place: str, problem: str) -> None:
        shown = "<ValidationError: %s>" % _quoted(problem)
        super().__init__("('%s input JSON was invalid', %s)" % (kind, shown))
        where = ' at "%s"' % place if place else ""
        self.cause = "The input of this %s isn't valid%s: %s." % (kind, where, problem)
        self.assistance = "Compare it with the schema under definitions/actions."


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
        # What is wrong with which answer, by its name, is shown at that field of a form: it has to be readable.
        text = json.dumps(value, default=str, ensure_ascii=False)
    else:
        text = "" if value is None else str(value)
    return text if len(text) <= limits.DATA_CHARACTERS else text[: limits.DATA_CHARACTERS] + "…"


_shim = os.path.dirname(os.path.abspath(__file__))


def own_frames(error: BaseException) -> Optional[TracebackType]:
    """The traceback from where the plugin's own code begins: how the shim came there helps nobody."""
    frames = error.__traceback__
    while frames is not None and os.path.dirname(frames.tb_frame.f_code.co_filename) == _shim:
        frames = frames.tb_next
    return frames
