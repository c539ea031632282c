"""JSON Schema from annotations, and back: turns JSON into what a method is annotated with."""

import base64
import collections.abc
import dataclasses
import datetime
import decimal
import enum
import pathlib
import typing
import uuid
from typing import Any, Dict, List, Optional, Tuple

from . import limits
from .checking import Schema, first_problem

_plain: Dict[Any, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    bytes: {"type": "string", "displayType": "bytes", "format": "bytes"},
    type(None): {"type": "null"},
    dict: {"type": "object"},
    list: {"type": "array"},
    tuple: {"type": "array"},
    set: {"type": "array"},
    datetime.datetime: {"type": "string", "displayType": "date", "format": "date-time"},
    datetime.date: {"type": "string", "format": "date"},
    decimal.Decimal: {"type": "number"},
    uuid.UUID: {"type": "string", "format": "uuid"},
    pathlib.Path: {"type": "string"},
}


def schema_of(annotation: Any, depth: int = 0) -> Schema:
    """What isn't understood is `{}`: anything goes."""
    if annotation in (Any, None) or depth > 8:
        return {} if annotation is Any or depth > 8 else {"type": "null"}
    try:
        if annotation in _plain:
            return dict(_plain[annotation])
    except TypeError:
        return {}
    origin, arguments = _parts(annotation)
    if origin is _Itself:
        return schema_of(arguments[0], depth)
    if origin is typing.Union:
        return _union(arguments, depth)
    if origin is _literal:
        return _enumeration(list(arguments))
    if origin in (list, set, frozenset, tuple, collections.abc.Sequence, collections.abc.Iterable):
        items = schema_of(arguments[0], depth + 1) if arguments else {}
        return {"type": "array", "items": items} if items else {"type": "array"}
    if origin in (dict, collections.abc.Mapping, collections.abc.MutableMapping):
        values = schema_of(arguments[1], depth + 1) if len(arguments) == 2 else {}
        return {"type": "object", "additionalProperties": values} if values else {"type": "object"}
    if isinstance(annotation, type):
        return _class_schema(annotation, depth)
    return {}


_literal = getattr(typing, "Literal", object())


def _parts(annotation: Any) -> Tuple[Any, Tuple[Any, ...]]:
    origin = getattr(annotation, "__origin__", None)
    arguments = tuple(a for a in getattr(annotation, "__args__", ()) or () if not isinstance(a, typing.TypeVar))
    if origin is None and type(annotation).__name__ == "UnionType":
        # `str | None`, from Python 3.10 on
        origin = typing.Union
    if hasattr(annotation, "__metadata__"):
        return _Itself, (origin,)
    return origin, arguments


class _Itself:
    """Stands for the origin of `Annotated[X, …]`, whose only argument is X."""


def _union(arguments: Tuple[Any, ...], depth: int) -> Schema:
    choices = [schema_of(argument, depth + 1) for argument in arguments]
    if all(set(choice) == {"type"} and isinstance(choice["type"], str) for choice in choices):
        return {"type": [choice["type"] for choice in choices]}
    return {"anyOf": choices}


def _enumeration(values: List[Any]) -> Schema:
    schema: Schema = {"enum": values}
    if values and all(isinstance(value, str) for value in values):
        schema["type"] = "string"
    return schema


def _class_schema(annotation: type, depth: int) -> Schema:
    if issubclass(annotation, enum.Enum):
        return _enumeration([member.value for member in annotation])
    fields = fields_of(annotation)
    if fields is None:
        return {}
    properties = {name: schema_of(kind, depth + 1) for name, (kind, _) in fields.items()}
    required = [name for name, (_, needed) in fields.items() if needed]
    schema: Schema = {"type": "object", "properties": properties}
    return dict(schema, required=required) if required else schema


def fields_of(annotation: Any) -> Optional[Dict[str, Tuple[Any, bool]]]:
    """Names, annotations and whether they are needed, of a dataclass or TypedDict; else None."""
    if dataclasses.is_dataclass(annotation):
        hints = hints_of(annotation)
        missing = dataclasses.MISSING
        return {
            field.name: (
                hints.get(field.name, Any),
                field.default is missing and field.default_factory is missing,  # type: ignore[misc]
            )
            for field in dataclasses.fields(annotation)
        }
    if isinstance(annotation, type) and issubclass(annotation, dict) and hasattr(annotation, "__total__"):
        needed = getattr(annotation, "__required_keys__", None)
        hints = hints_of(annotation)
        return {n: (kind, n in needed if needed is not None else annotation.__total__) for n, kind in hints.items()}
    return None


def hints_of(thing: Any) -> Dict[str, Any]:
    """Annotations with forward references resolved; a name that can't be resolved leaves the raw ones."""
    try:
        return typing.get_type_hints(thing)
    except Exception:
        raw = dict(getattr(thing, "__annotations__", {}))
        return {name: kind for name, kind in raw.items() if not isinstance(kind, str)}


def from_json(value: Any, annotation: Any, depth: int = 0) -> Any:
    """A checked JSON value as what the annotation asks for: bytes from base64, dataclasses, enums, dates."""
    if value is None or annotation is Any or depth > 8:
        return value
    origin, arguments = _parts(annotation)
    if origin is typing.Union or origin is _Itself:
        return _from_union(value, arguments, depth)
    if isinstance(value, list) and arguments and origin in (list, set, frozenset, tuple, collections.abc.Sequence):
        return [from_json(inner, arguments[0], depth + 1) for inner in value]
    if isinstance(value, dict) and len(arguments) == 2:
        return {name: from_json(inner, arguments[1], depth + 1) for name, inner in value.items()}
    if not isinstance(annotation, type):
        return value
    return _from_class(value, annotation, depth)


def _from_union(value: Any, arguments: Tuple[Any, ...], depth: int) -> Any:
    for argument in arguments:
        if first_problem(value, schema_of(argument)) is None:
            return from_json(value, argument, depth + 1)
    return value


def _from_class(value: Any, annotation: type, depth: int) -> Any:
    if annotation is bytes and isinstance(value, str):
        return base64.b64decode(value, validate=True)
    if annotation is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if annotation is int and isinstance(value, float):
        return int(value)
    if annotation is datetime.datetime and isinstance(value, str):
        return datetime.datetime.fromisoformat(value.replace("Z", "+00:00"))
    if annotation is datetime.date and isinstance(value, str):
        return datetime.date.fromisoformat(value)
    if annotation in (decimal.Decimal, uuid.UUID, pathlib.Path):
        return annotation(str(value))
    if issubclass(annotation, enum.Enum):
        return annotation(value)
    fields = fields_of(annotation)
    if fields is None or not isinstance(value, dict):
        return value
    made = {n: from_json(value[n], kind, depth + 1) for n, (kind, _) in fields.items() if n in value}
    return annotation(**made) if dataclasses.is_dataclass(annotation) else dict(value, **made)


def to_json(value: Any, depth: int = 0) -> Any:
    """What a method returned, as JSON values. TypeError names what JSON has no word for."""
    if depth > limits.JSON_DEPTH:
        raise TypeError("the output is nested deeper than %d levels" % limits.JSON_DEPTH)
    if value is None or isinstance(value, (str, bool, int, float)) and not isinstance(value, enum.Enum):
        return value
    if isinstance(value, dict):
        return {str(name): to_json(inner, depth + 1) for name, inner in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [to_json(inner, depth + 1) for inner in value]
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, enum.Enum):
        return to_json(value.value, depth + 1)
    if isinstance(value, (datetime.datetime, datetime.date)):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, (uuid.UUID, pathlib.PurePath)):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {field.name: to_json(getattr(value, field.name), depth + 1) for field in fields}
    raise TypeError("Object of type %s is not JSON serializable" % type(value).__name__)
