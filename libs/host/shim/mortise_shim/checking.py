"""Checks values against a JSON Schema, and says what is wrong: to people, and as the jsonschema package would."""

import base64
import binascii
import datetime
import difflib
import itertools
import json
import uuid
from typing import Any, Dict, Iterator, List, NamedTuple, Optional, Tuple

from . import limits

Schema = Dict[str, Any]
Path = Tuple[str, ...]


class Problem(NamedTuple):
    """One thing that is wrong."""

    #: `points`, `[1]`, `.x`; nothing for the whole of it.
    path: Path
    #: In the words of the jsonschema package, which InsightConnect's clients know.
    words: str
    #: What follows upon the name of the place: `is "x", not an integer`.
    fault: str

    @property
    def place(self) -> str:
        """`points[1].x`."""
        return "".join(self.path)


_kinds: Dict[str, Any] = {
    "string": lambda value: isinstance(value, str),
    "integer": lambda value: isinstance(value, int)
    and not isinstance(value, bool)
    or isinstance(value, float)
    and value.is_integer(),
    "number": lambda value: isinstance(value, (int, float)) and not isinstance(value, bool),
    "boolean": lambda value: isinstance(value, bool),
    "null": lambda value: value is None,
    "object": lambda value: isinstance(value, dict),
    "array": lambda value: isinstance(value, list),
}

_named_kinds = {
    "string": "a string",
    "integer": "an integer",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
    "object": "an object",
    "array": "an array",
}

_named_formats = {
    "bytes": "base64",
    "date-time": "a time such as 2030-01-31T12:00:00Z",
    "date": "a date such as 2030-01-31",
    "uuid": "a UUID",
}


def first_problem(value: Any, schema: Schema) -> Optional[Problem]:
    return next(problems_in(value, schema), None)


def problems_in(value: Any, schema: Schema, path: Path = (), is_strict: bool = False) -> Iterator[Problem]:
    """What is wrong, in order. `is_strict`: a name that an object doesn't have is wrong too."""
    words = _words_against(value, schema)
    if words is not None:
        yield Problem(path, words, "is %s, not %s" % (_shown(value), wanted_by(schema)))
    elif "anyOf" in schema:
        yield from _problems_in_choices(value, schema, path, is_strict)
    elif isinstance(value, dict):
        yield from _problems_in_object(value, schema, path, is_strict)
    elif isinstance(value, list) and "items" in schema:
        for at, inner in enumerate(value):
            yield from problems_in(inner, schema["items"], path + ("[%d]" % at,), is_strict)


def _problems_in_choices(value: Any, schema: Schema, path: Path, is_strict: bool) -> Iterator[Problem]:
    """Looks through each choice once: to look again would double the work at each level of nested ones."""
    near: Optional[Iterator[Problem]] = None
    for choice in schema["anyOf"]:
        problems = problems_in(value, choice, path, is_strict)
        first = next(problems, None)
        if first is None:
            return
        if near is None and first.path != path:
            # Of that kind it may be: what is wrong lies deeper.
            near = itertools.chain([first], problems)
    if near is not None:
        yield from near
    else:
        words = "%s is not valid under any of the given schemas" % cut(repr(value))
        yield Problem(path, words, "is %s, not %s" % (_shown(value), wanted_by(schema)))


def _words_against(value: Any, schema: Schema) -> Optional[str]:
    kinds = _kinds_of(schema)
    if kinds and not any(_kinds[kind](value) for kind in kinds):
        return "%s is not of type %s" % (cut(repr(value)), ", ".join(repr(kind) for kind in kinds))
    if "enum" in schema and not any(_is_same(value, one) for one in schema["enum"]):
        return "%s is not one of %r" % (cut(repr(value)), schema["enum"])
    if schema.get("format") and isinstance(value, str) and not _has_format(value, schema["format"]):
        return "%r is not a %r" % (value[:100], schema["format"])
    return None


def _problems_in_object(value: Dict[str, Any], schema: Schema, path: Path, is_strict: bool) -> Iterator[Problem]:
    for name in schema.get("required", []):
        if name not in value:
            yield Problem(_within(path, name), "%r is a required property" % name, "is missing")
    properties, others = schema.get("properties"), schema.get("additionalProperties")
    for name, inner in value.items():
        expected = (properties or {}).get(name, others)
        if isinstance(expected, dict):
            yield from problems_in(inner, expected, _within(path, name), is_strict)
        elif is_strict and properties is not None and others is None:
            words = "Additional properties are not allowed (%r was unexpected)" % cut(name)
            yield Problem(_within(path, name), words, "is unknown%s" % _meant(name, list(properties)))


def _meant(name: str, names: List[str]) -> str:
    near = difflib.get_close_matches(name, names, 1)
    return '; did you mean "%s"?' % near[0] if near else ""


def wanted_by(schema: Schema) -> str:
    """What a value has to be: `an integer`, `"C" or "F"`."""
    if "enum" in schema:
        return _either([_shown(one) for one in schema["enum"]])
    if "anyOf" in schema:
        return _either([wanted_by(choice) for choice in schema["anyOf"]])
    if schema.get("format") in _named_formats:
        return _named_formats[schema["format"]]
    return _either([_named_kinds[kind] for kind in _kinds_of(schema)]) or "anything"


def _either(choices: List[str]) -> str:
    named = choices if len(choices) <= limits.NAMED_CHOICES else choices[: limits.NAMED_CHOICES] + ["another"]
    return " or ".join(part for part in (", ".join(named[:-1]), "".join(named[-1:])) if part)


def _kinds_of(schema: Schema) -> List[str]:
    kinds = schema.get("type", [])
    return [kinds] if isinstance(kinds, str) else kinds


def _within(path: Path, name: str) -> Path:
    shown = cut(name, limits.SHOWN_CHARACTERS)
    return path + ("." + shown if path else shown,)


def _shown(value: Any) -> str:
    return cut(json.dumps(value, ensure_ascii=False, default=str), limits.SHOWN_CHARACTERS)


def cut(text: str, most: int = limits.DATA_CHARACTERS) -> str:
    return text if len(text) <= most else text[:most] + "…"


def _is_same(one: Any, other: Any) -> bool:
    """In JSON true is no number."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _has_format(value: str, name: str) -> bool:
    try:
        if name == "bytes":
            base64.b64decode(value, validate=True)
        elif name == "date-time":
            datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
        elif name == "date":
            datetime.date.fromisoformat(value)
        elif name == "uuid":
            uuid.UUID(value)
    except (ValueError, binascii.Error):
        return False
    return True
