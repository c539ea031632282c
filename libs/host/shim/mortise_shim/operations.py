"""What a component can do: its public methods, with the schemas of what goes in and comes out."""

import inspect
import re
import typing
from typing import Any, Dict, List, Optional

from . import schema

LIFECYCLE = ("connect", "test", "load", "unload", "wsgi", "asgi")


class Operation:
    """A public method: an action; where it yields a trigger, and where it also takes `state` a task."""

    def __init__(self, name: str, function: Any) -> None:
        self.name = name
        self.is_async = inspect.iscoroutinefunction(function)
        self.is_async_generator = inspect.isasyncgenfunction(function)
        self.hints = _hints(function)
        parameters = _parameters(function)
        self.takes_anything = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters)
        self.parameters = [p for p in parameters if p.kind not in _collecting]
        self.takes_state = any(p.name == "state" for p in self.parameters)
        yields = self.is_async_generator or inspect.isgeneratorfunction(function)
        self.kind = "action" if not yields else "task" if self.takes_state else "trigger"
        if self.kind == "task":
            self.parameters = [p for p in self.parameters if p.name != "state"]
        self.title = name.replace("_", " ").strip().title()
        self.description, self.described = _docstring(inspect.getdoc(function) or "")
        self.input_schema = self._input_schema()
        self.output_schema = schema.schema_of(self.hints["return"]) if "return" in self.hints else {}
        if self.kind != "action":
            self.output_schema = {}

    def _input_schema(self) -> Dict[str, Any]:
        properties: Dict[str, Any] = {}
        required: List[str] = []
        for order, parameter in enumerate(self.parameters, 1):
            annotation = self.hints.get(parameter.name, Any)
            one = dict(schema.schema_of(annotation), order=order)
            description = _description_of(annotation) or self.described.get(parameter.name)
            if description:
                one["description"] = description
            if parameter.default is inspect.Parameter.empty:
                required.append(parameter.name)
            else:
                default = _json_or_none(parameter.default)
                if default is not None:
                    one["default"] = default
            properties[parameter.name] = one
        made: Dict[str, Any] = {"definitions": {}, "properties": properties, "title": "Variables", "type": "object"}
        if self.takes_anything:
            made["additionalProperties"] = True
        return dict(made, required=required) if required else made

    def arguments(self, given: Dict[str, Any]) -> Dict[str, Any]:
        """Checked input as keyword arguments. Where nobody asked for more, what it doesn't take is left out."""
        names = {parameter.name for parameter in self.parameters}
        return {
            name: schema.from_json(value, self.hints.get(name, Any))
            for name, value in given.items()
            if name in names or self.takes_anything
        }

    def details(self) -> Dict[str, Any]:
        """In the words of a plugin.spec.yaml."""
        found: Dict[str, Any] = {"title": self.title, "description": self.description}
        if self.input_schema["properties"]:
            needed = self.input_schema.get("required", [])
            properties = self.input_schema["properties"]
            found["input"] = {name: _spec_field(one, name in needed) for name, one in properties.items()}
        outputs = self.output_schema.get("properties")
        if outputs:
            needed = self.output_schema.get("required", [])
            found["output"] = {name: _spec_field(one, name in needed) for name, one in outputs.items()}
        return found


_collecting = (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL)


def operations_of(cls: type) -> Dict[str, Operation]:
    """In the order in which the class defines them, those of its bases first."""
    found: Dict[str, Operation] = {}
    for owner in reversed(cls.__mro__[:-1]):
        for name, member in vars(owner).items():
            if name.startswith("_") or name in LIFECYCLE:
                continue
            function = inspect.unwrap(member.__func__ if isinstance(member, (staticmethod, classmethod)) else member)
            if inspect.isfunction(function):
                found[name] = Operation(name, getattr(cls, name))
            else:
                found.pop(name, None)
    return found


def _parameters(function: Any) -> List[inspect.Parameter]:
    parameters = list(inspect.signature(function).parameters.values())
    # A plain function of the class still has its self; static and class methods don't.
    if inspect.isfunction(function) and parameters and parameters[0].name in ("self", "this"):
        parameters = parameters[1:]
    return parameters


def _hints(function: Any) -> Dict[str, Any]:
    target = inspect.unwrap(getattr(function, "__func__", function))
    try:
        # From Python 3.9 on; keeps Annotated[str, "description"].
        return typing.get_type_hints(target, include_extras=True)  # type: ignore[call-arg]
    except Exception:
        return schema.hints_of(target)


def _description_of(annotation: Any) -> Optional[str]:
    texts = [text for text in getattr(annotation, "__metadata__", ()) if isinstance(text, str)]
    return texts[0] if texts else None


def _json_or_none(value: Any) -> Any:
    try:
        return schema.to_json(value)
    except TypeError:
        return None


_parameter_lines = (
    # reST: ":param name: text", ":param int name: text"
    re.compile(r"^\s*:param\s+(?:[^:]*\s)?(?P<name>\w+):\s*(?P<text>.*)$"),
    # Google and plain: "    name (int): text", "    name: text"
    re.compile(r"^\s+(?P<name>\w+)\s*(?:\([^)]*\))?:\s+(?P<text>.*)$"),
)
_sections = re.compile(r"^(?:args|arguments|parameters|params|returns?|yields?|raises):?\s*$|^:\w+", re.IGNORECASE)


def _docstring(text: str) -> Any:
    """The prose before the first section, and what is said of each parameter."""
    prose: List[str] = []
    described: Dict[str, str] = {}
    in_prose = True
    for line in text.splitlines():
        in_prose = in_prose and not _sections.match(line.strip())
        if in_prose:
            prose.append(line)
            continue
        for pattern in _parameter_lines:
            match = pattern.match(line)
            if match:
                described.setdefault(match.group("name"), match.group("text").strip())
                break
    return "\n".join(prose).strip(), described


_spec_types = {"integer": "integer", "number": "float", "boolean": "boolean", "object": "object", "string": "string"}


def _spec_field(one: Dict[str, Any], required: bool) -> Dict[str, Any]:
    field = {key: one[key] for key in ("description", "default", "enum") if key in one}
    field["type"] = _spec_type(one)
    field["required"] = required
    return field


def _spec_type(one: Dict[str, Any]) -> str:
    if one.get("format") == "bytes":
        return "bytes"
    if one.get("format") == "date-time":
        return "date"
    kind = one.get("type", "object")
    if isinstance(kind, list):
        kind = next((k for k in kind if k != "null"), "object")
    if kind == "array":
        return "[]%s" % _spec_type(one.get("items", {}))
    return _spec_types.get(kind, "object")
