"""The InsightConnect runtime's message envelope: what comes in is checked, what happened is put into one."""

import itertools
import traceback
from typing import Any, Dict, List, Optional, Tuple

from . import failures, limits, schema
from .checking import first_problem, problems_in
from .backend import Backend, collect_async
from .calls import Call
from .failures import InvalidInput, InvalidOutput, Refused
from .operations import Operation
from .triggers import Triggers


# message type → (type of the answer, key of the name in the body)
MESSAGES = {
    "action_start": ("action_event", "action"),
    "trigger_start": ("trigger_event", "trigger"),
    "task_start": ("task_event", "task"),
    "connection_test": ("connection_test", None),
}


class Outcome:
    """What an answer says beside log and meta."""

    def __init__(self, output: Any = None, **more: Any) -> None:
        self.output, self.more = output, more


def perform(backend: Backend, triggers: Triggers, message: Dict[str, Any], is_test: bool, call: Call) -> Outcome:
    """Runs on a worker. Raises whatever went wrong."""
    kind, body = _checked(message)
    name_key = MESSAGES[kind][1]
    instance = backend.connected(body.get("connection"))
    if name_key is None:
        call.write("%s/%s:%s" % (backend.vendor, backend.title, backend.version))
        return Outcome(_test(backend, instance, required=True))
    operation = backend.operations.get(body[name_key])
    if operation is None or operation.kind != name_key:
        raise Refused('Unknown %s "%s"' % (name_key, body[name_key]), "GET %ss lists those that there are." % name_key)
    given = {} if is_test else _checked_input(operation, body, call.is_strict)
    call.write("%s/%s:%s. Step name: %s" % (backend.vendor, backend.title, backend.version, operation.name))
    if is_test:
        return Outcome(_test(backend, instance, required=False))
    if operation.kind == "trigger":
        return Outcome({"trigger_id": triggers.start(operation, instance, operation.arguments(given), call)})
    if operation.kind == "task":
        return _run_task(backend, operation, instance, given, body)
    output = schema.to_json(backend.result_of(getattr(instance, operation.name), **operation.arguments(given)))
    problem = first_problem(output, operation.output_schema)
    if problem is not None:
        raise InvalidOutput(operation.name, "%s %s" % (problem.place or "it", problem.fault))
    return Outcome(output)


def _checked(message: Dict[str, Any]) -> Tuple[str, Dict[str, Any]]:
    kind = message.get("type")
    if kind not in MESSAGES:
        raise Refused('Unsupported message type "%s"' % kind, "It is one of %s." % ", ".join(MESSAGES))
    if "version" not in message:
        raise Refused('"version" missing from input message')
    if not isinstance(message.get("body"), dict):
        raise Refused('"body" missing from input message')
    if message["version"] != "v1":
        raise Refused("Unsupported version '%s'. Only v1 is supported" % message["version"])
    body, key = message["body"], MESSAGES[kind][1]
    if key is not None and key not in body:
        raise Refused('Message is %s but field "%s" is missing from body' % (kind, key))
    if key is not None and not isinstance(body[key], str):
        raise Refused("%s field must be a string" % key.capitalize())
    if not isinstance(body.get("connection") or {}, dict):
        raise Refused("connection must be an object")
    return kind, body


def _checked_input(operation: Operation, body: Dict[str, Any], is_strict: bool) -> Dict[str, Any]:
    given = body.get("input")
    given = {} if given is None else given
    found = problems_in(given, operation.input_schema, is_strict=is_strict)
    problems = list(itertools.islice(found, limits.NAMED_PROBLEMS))
    if problems:
        raise InvalidInput(operation.kind, operation.name, problems, operation.input_schema)
    assert isinstance(given, dict)
    return given


def _test(backend: Backend, instance: Any, required: bool) -> Any:
    if hasattr(instance, "test"):
        return schema.to_json(backend.result_of(instance.test))
    if required:
        raise NotImplementedError(
            "The server successfully processed the request and is not returning any content "
            "(no connection test function)"
        )
    return None


def _run_task(
    backend: Backend, operation: Operation, instance: Any, given: Dict[str, Any], body: Dict[str, Any]
) -> Outcome:
    """A task runs until it has nothing more for now. Its new state is what it returns, else the one that it changed."""
    state = body.get("state") or {}
    if not isinstance(state, dict):
        raise Refused("state must be an object")
    generator = getattr(instance, operation.name)(**operation.arguments(given), state=state)
    returned: Any = None
    if operation.is_async_generator:
        items = backend.plugin_loop.result_of(collect_async(generator, limits.TASK_EVENTS))
    else:
        items, returned = _collected(generator)
    if len(items) > limits.TASK_EVENTS:
        raise InvalidOutput(
            operation.name, "more than %d events at once; return (state, True) earlier" % limits.TASK_EVENTS
        )
    has_more = False
    if isinstance(returned, tuple) and len(returned) == 2:
        returned, has_more = returned[0], bool(returned[1])
    new_state = schema.to_json(returned if returned is not None else state)
    return Outcome(schema.to_json(items), state=new_state, has_more_pages=has_more, status_code=200)


def _collected(generator: Any) -> Tuple[List[Any], Any]:
    items: List[Any] = []
    while len(items) <= limits.TASK_EVENTS:
        try:
            items.append(next(generator))
        except StopIteration as end:
            return items, end.value
    generator.close()
    return items, None


def envelope(
    message: Dict[str, Any], call: Call, outcome: Optional[Outcome], error: Optional[BaseException], is_test: bool
) -> Dict[str, Any]:
    body_in = message.get("body")
    meta = body_in.get("meta") if isinstance(body_in, dict) else None
    body: Dict[str, Any] = {"meta": meta, "status": "ok" if error is None else "error"}
    if outcome is not None:
        body["output"] = outcome.output
        body.update(outcome.more)
    if error is not None:
        call.write("%s\n%s" % (error, _trace(error)))
        body["error"] = str(error)
        body["exception"] = failures.explained(error, is_test)
    body["log"] = call.log_text
    kind = MESSAGES.get(str(message.get("type")), (None, None))[0]
    return {"version": "v1", "type": kind, "body": body}


def _trace(error: BaseException) -> str:
    if isinstance(error, (Refused, failures.TooLong, failures.TooBusy)):
        return "%s: %s" % (type(error).__name__, error)
    return "".join(traceback.format_exception(type(error), error, failures.own_frames(error))).rstrip("\n")
