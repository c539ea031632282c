"""The shim's own promises, on Python's own unittest: `python3 -m unittest discover libs/host/shim/tests`."""

import asyncio
import contextlib
import dataclasses
import datetime
import enum
import hashlib
import importlib
import json
import os
import pathlib
import queue
import socket
import sys
import tempfile
import threading
import time
import typing
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))

from mortise_shim import applications, checking, failures, http_server, limits, operations, routes, schema  # noqa: E402
from mortise_shim.applications import AsgiApplication, WsgiApplication  # noqa: E402
from mortise_shim.backend import Backend  # noqa: E402
from mortise_shim.events import Feed, RegistrationRefused, Registrations  # noqa: E402
from mortise_shim.finding import ComponentNotFound, find_component  # noqa: E402
from mortise_shim.masking import Secrets, values_named  # noqa: E402


class Colour(enum.Enum):
    RED = "red"


@dataclasses.dataclass
class Point:
    x: int
    y: int = 0


class Schemas(unittest.TestCase):
    def test_annotations_become_schemas(self) -> None:
        for annotation, expected in (
            (str, {"type": "string"}),
            (typing.List[int], {"type": "array", "items": {"type": "integer"}}),
            (typing.Optional[str], {"type": ["string", "null"]}),
            (typing.Dict[str, int], {"type": "object", "additionalProperties": {"type": "integer"}}),
            (Colour, {"enum": ["red"], "type": "string"}),
            (typing.Any, {}),
        ):
            self.assertEqual(schema.schema_of(annotation), expected)
        self.assertEqual(schema.schema_of(Point)["required"], ["x"])

    def test_values_are_checked_in_the_words_of_jsonschema(self) -> None:
        for value, wanted, words in (
            (5, {"type": "string"}, "5 is not of type 'string'"),
            (True, {"type": "integer"}, "True is not of type 'integer'"),
            ({}, {"type": "object", "required": ["a"]}, "'a' is a required property"),
            ("x", {"enum": ["a", "b"]}, "'x' is not one of ['a', 'b']"),
            ([1, "x"], {"type": "array", "items": {"type": "integer"}}, "'x' is not of type 'integer'"),
            (3.0, {"type": "integer"}, None),
        ):
            problem = checking.first_problem(value, wanted)
            self.assertEqual(problem and problem.words, words)

    def test_what_is_wrong_is_told_to_people_in_the_words_of_json(self) -> None:
        nested = {"type": "object", "properties": {"x": {"type": "integer"}}}
        for value, annotation, place, fault in (
            (True, int, "", "is true, not an integer"),
            (None, str, "", "is null, not a string"),
            ({"a": False}, typing.List[str], "", 'is {"a": false}, not an array'),
            ("x" * 500, bool, "", 'is "%s…, not true or false' % ("x" * 79)),
            ("tomorrow", datetime.date, "", 'is "tomorrow", not a date such as 2030-01-31'),
            ("noon", typing.Optional[datetime.datetime], "", 'is "noon", not a time such as 2030-01-31T12:00:00Z or null'),
            ("?", bytes, "", 'is "?", not base64'),
            ("blue", Colour, "", 'is "blue", not "red"'),
            (True, typing.Literal[1, 2], "", "is true, not 1 or 2"),
            ([1, "x", 3], typing.List[int], "[1]", 'is "x", not an integer'),
            ({"x": "y"}, typing.Optional[Point], "x", 'is "y", not an integer'),
            ({"a": {"y": 1}}, typing.Dict[str, Point], "a.x", "is missing"),
        ):
            problem = checking.first_problem(value, schema.schema_of(annotation))
            self.assertEqual(problem and (problem.place, problem.fault), (place, fault))
        self.assertEqual(list(checking.problems_in({"z": 1}, nested)), [])
        unknown = checking.problems_in({"xx": 1, "q": {}}, nested, is_strict=True)
        self.assertEqual([(p.place, p.fault) for p in unknown], [("xx", 'is unknown; did you mean "x"?'), ("q", "is unknown")])

    def test_nested_choices_are_looked_through_once(self) -> None:
        wanted: checking.Schema = {"type": "integer"}
        value: typing.Any = "x"
        for _ in range(40):
            wanted = {"anyOf": [{"type": "object", "properties": {"in": wanted}}, {"type": "null"}]}
            value = {"in": value}
        began = time.monotonic()
        problem = checking.first_problem(value, wanted)
        self.assertLess(time.monotonic() - began, 1)
        self.assertEqual(problem and (problem.place, problem.fault), (".".join(["in"] * 40), 'is "x", not an integer'))

    def test_unknown_names_are_found_within_choices_too(self) -> None:
        found = checking.problems_in({"x": 1, "z": 2}, schema.schema_of(typing.Optional[Point]), is_strict=True)
        self.assertEqual([(p.place, p.fault) for p in found], [("z", "is unknown")])

    def test_values_go_to_and_from_what_a_method_is_annotated_with(self) -> None:
        for annotation, written in ((bytes, "aGk="), (Colour, "red"), (Point, {"x": 1, "y": 2}), (typing.List[bytes], ["aGk="])):
            self.assertEqual(schema.to_json(schema.from_json(written, annotation)), written)
        self.assertIsInstance(schema.from_json(3.0, int), int)
        with self.assertRaises(TypeError):
            schema.to_json(object())


class Plugin:
    """A plugin."""

    def add(self, a: int, b: int = 2) -> int:
        """
        Adds.

        Args:
            a: The first
            b (int): The second
        """
        return a + b

    def ticks(self, n: int) -> typing.Iterator[int]:
        for number in range(n):
            yield number

    def page(self, state: dict):
        yield 1
        state["seen"] = 1

    def spin(self) -> None:
        while True:
            pass

    async def nap(self, seconds: float) -> str:
        await asyncio.sleep(seconds)
        return "slept"

    def secret(self) -> str:
        return "it is hunter2hunter2"

    def endless(self) -> float:
        return float("nan")

    def _hidden(self) -> None:
        pass

    @staticmethod
    def still(text: str) -> str:
        return text


class Explained(Exception):
    cause, assistance, data = "No such city.", "Try another.", "Atlantis"


class Failing(Plugin):
    def connect(self, config: dict) -> None:
        self.city = config["city"]

    def fails(self) -> None:
        raise Explained()

    def names(self) -> None:
        wrong = Explained()
        wrong.data = {"city": "Kein Ort heißt so."}
        raise wrong

    def says_much(self) -> None:
        wrong = Explained()
        wrong.data = dict({"first": '"' * 20_000, "second": "Too late."}, **{"row %d" % n: "No." * 100 for n in range(100)})
        raise wrong

    def where(self) -> str:
        return self.city

    def test(self) -> dict:
        return {"reached": True}


class Operations(unittest.TestCase):
    def test_public_methods_are_actions_triggers_and_tasks(self) -> None:
        found = {name: one.kind for name, one in operations.operations_of(Plugin).items()}
        self.assertEqual(found["ticks"], "trigger")
        self.assertEqual(found["page"], "task")
        self.assertEqual({found[name] for name in ("add", "nap", "still")}, {"action"})
        self.assertNotIn("_hidden", found)

    def test_docstrings_describe_the_method_and_its_parameters(self) -> None:
        add = operations.operations_of(Plugin)["add"]
        self.assertEqual(add.description, "Adds.")
        self.assertEqual(add.input_schema["properties"]["b"], {"type": "integer", "order": 2, "description": "The second", "default": 2})
        self.assertEqual(add.input_schema["required"], ["a"])

    def test_a_component_that_is_not_there_is_explained(self) -> None:
        with self.assertRaisesRegex(ComponentNotFound, "JSONDecoder"):
            find_component("json", "json:Nothing")
        with self.assertRaisesRegex(ComponentNotFound, "isn't installed"):
            find_component("no-such-package", "Plugin")

    def test_a_variable_that_is_not_there_is_explained_and_other_errors_named(self) -> None:
        for name, said in (
            ("os.environ['ACME_KEY']", "KeyError: 'ACME_KEY' is no variable of its environment"),
            ("{}['key']", "KeyError: 'key'"),
            ("1 / 0", "ZeroDivisionError: division by zero"),
        ):
            try:
                eval(name)
            except Exception as error:
                self.assertTrue(failures.why_not_loaded(error).startswith(said))
                self.assertEqual("context.config" in failures.why_not_loaded(error), "environ" in name)

    def test_without_a_name_the_component_is_the_only_class_that_the_module_defines(self) -> None:
        source = "from datetime import datetime\nclass Tide: pass\nclass _Hidden: pass\n"
        with made_package("mortise_tide", source):
            self.assertEqual(find_component("mortise-tide", "").__name__, "Tide")
            with self.assertRaisesRegex(ComponentNotFound, "classes are: Tide\\.$"):
                find_component("mortise-tide", "mortise_tide:Tides")
        with made_package("mortise_tides", source + "class Ebb: pass\n"):
            with self.assertRaisesRegex(ComponentNotFound, r"several classes \(mortise_tides:Tide, mortise_tides:Ebb\)"):
                find_component("mortise-tides", "")
        with made_package("mortise_dry", "from datetime import datetime\n"):
            with self.assertRaisesRegex(ComponentNotFound, "no class of its own"):
                find_component("mortise-dry", "")


@contextlib.contextmanager
def made_package(module: str, source: str) -> typing.Iterator[None]:
    """A distribution with one module, as pip leaves it."""
    with tempfile.TemporaryDirectory() as folder:
        about = pathlib.Path(folder, "%s-1.0.dist-info" % module)
        about.mkdir()
        about.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: %s\nVersion: 1.0\n" % module)
        about.joinpath("RECORD").write_text("%s.py,,\n" % module)
        pathlib.Path(folder, "%s.py" % module).write_text(source)
        sys.path.insert(0, folder)
        importlib.invalidate_caches()
        try:
            yield
        finally:
            sys.path.remove(folder)
            sys.modules.pop(module, None)


class Feeds(unittest.TestCase):
    def test_asking_for_what_is_after_a_number_acknowledges_all_before_it(self) -> None:
        feed = Feed()
        for number in range(3):
            feed.add("event", event=number)
        self.assertEqual([one["event"] for one in json.loads(feed.after(1))["items"]], [1, 2])
        self.assertEqual(feed.waiting, 2)

    def test_who_adds_waits_while_it_is_full(self) -> None:
        feed = Feed()
        for number in range(limits.EVENTS):
            feed.add("event", event=number)
        added = threading.Event()
        threading.Thread(target=lambda: (feed.add("event", event="late"), added.set()), daemon=True).start()
        self.assertFalse(added.wait(0.1))
        feed.after(1)
        self.assertTrue(added.wait(2))

    def test_what_is_registered_and_is_not_json_is_refused_with_a_sentence(self) -> None:
        with self.assertRaisesRegex(RegistrationRefused, r"register\('launcher', 'cluster', …\) takes JSON values alone"):
            Registrations(Feed()).add("launcher", "cluster", print)

    def test_what_was_registered_is_taken_back_the_last_first(self) -> None:
        feed = Feed()
        registrations = Registrations(feed)
        registrations.add("menu", "a", {"title": "A"})
        registrations.add("menu", "b", None)
        registrations.remove_all()
        told = [(one["type"], one["id"]) for one in json.loads(feed.after(0))["items"]]
        self.assertEqual(told, [("registered", "a"), ("registered", "b"), ("unregistered", "b"), ("unregistered", "a")])

    def test_secrets_are_masked_as_written_and_as_json_spells_them(self) -> None:
        secrets = Secrets()
        secrets.add({"token": 'pass"word', "pin": "123"})
        self.assertEqual(secrets.mask(json.dumps('a pass"word b 123').encode()), b'"a ******** b 123"')

    def test_secrets_are_found_in_a_config_at_any_depth(self) -> None:
        config = {"token": "one", "rows": [{"name": "shown", "password": "two"}, {"password": ["three"]}]}
        self.assertEqual(list(values_named(config, ["token", "password"])), ["one", "two", ["three"]])


class Served:
    """A shim on a loopback port, in this process."""

    def __init__(self, cls: type, config: typing.Optional[dict] = None, seconds: float = 1, **members: typing.Any) -> None:
        self.folder = tempfile.TemporaryDirectory()
        path = os.path.join(self.folder.name, "config.json")
        with open(path, "w") as file:
            json.dump({"config": config or {}, "secrets": ["token"]}, file)
        self.backend = Backend(
            {
                "plugin": "acme/tried",
                "version": "1.0.0",
                "package": "tried",
                "component": "%s:%s" % (cls.__module__, cls.__name__),
                "config_file": path,
                "cache_folder": self.folder.name,
                "call_timeout_ms": seconds * 1000,
            }
        )
        self.backend.load()
        for name, application in members.items():
            setattr(self.backend, name, application)
        self.loop = asyncio.new_event_loop()
        started = threading.Event()
        threading.Thread(target=self._run, args=(started,), daemon=True).start()
        started.wait(5)

    def _run(self, started: threading.Event) -> None:
        asyncio.set_event_loop(self.loop)
        self.routes = routes.Routes(self.backend)
        self.connections: typing.Set[typing.Any] = set()

        async def serve() -> None:
            server = await self.loop.create_server(
                lambda: http_server.Connection(self.routes.handle, self.connections, applications.is_below), "127.0.0.1", 0
            )
            self.port = server.sockets[0].getsockname()[1]
            started.set()

        self.loop.run_until_complete(serve())
        self.loop.run_forever()

    def raw(self, text: bytes) -> bytes:
        with socket.create_connection(("127.0.0.1", self.port), 10) as connection:
            connection.sendall(text)
            received = b""
            while True:
                chunk = connection.recv(65536)
                if not chunk:
                    return received
                received += chunk

    def ask(self, method: str, path: str, body: typing.Any = None, **headers: str) -> typing.Any:
        import http.client

        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request(method, path, None if body is None else json.dumps(body), headers)
        answer = connection.getresponse()
        text = answer.read()
        connection.close()
        try:
            return answer.status, json.loads(text)
        except ValueError:
            return answer.status, text

    def visited_by(self, visitors: int, served: int) -> bool:
        """Whether the application comes to have so many visitors, and to serve so many of them at once."""
        found, end = (-1, -1), time.monotonic() + 60
        while found != (visitors, served) and time.monotonic() < end:
            time.sleep(0.02)
            found = self.routes._visitors, len(self.ask("GET", "/mortise/calls")[1]["items"])
        return found == (visitors, served)

    def call(self, action: str, **given: typing.Any) -> typing.Any:
        return self.send(action, given)

    def send(self, action: str, given: typing.Any, **headers: str) -> typing.Any:
        message = {"version": "v1", "type": "action_start", "body": {"action": action, "input": given}}
        status, answer = self.ask("POST", "/api/v1/actions/" + action, message, **headers)
        return status, answer["body"]


async def streaming(scope, receive, send):  # type: ignore[no-untyped-def]
    if scope["type"] == "lifespan":
        while True:
            message = await receive()
            await send({"type": message["type"] + ".complete"})
            if message["type"] == "lifespan.shutdown":
                return
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"text/plain")]})
    for part in (scope["root_path"], " ", scope["path"]):
        await send({"type": "http.response.body", "body": part.encode(), "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def wsgi(environ, start_response):  # type: ignore[no-untyped-def]
    start_response("201 Created", [("Content-Type", "text/plain"), ("X-Evil", "a\r\nSet-Cookie: b")])
    yield environ["SCRIPT_NAME"].encode()
    yield environ["PATH_INFO"].encode() + environ["wsgi.input"].read()


class Serving(unittest.TestCase):
    def test_a_call_is_answered_in_the_envelope(self) -> None:
        status, body = Served(Plugin).call("add", a=1)
        self.assertEqual((status, body["output"], body["status"]), (200, 3, "ok"))

    def test_a_call_that_takes_too_long_is_given_up_and_its_thread_freed(self) -> None:
        served = Served(Plugin, seconds=0.3)
        for action, given in (("spin", {}), ("nap", {"seconds": 30})):
            status, body = served.call(action, **given)
            self.assertEqual((status, body["exception"]["cause"]), (504, "%s didn't answer within 0.3 seconds." % action))
        time.sleep(0.3)
        self.assertEqual(served.backend.workers.stuck, 0)
        self.assertEqual(served.call("add", a=1)[0], 200)

    def test_more_calls_than_workers_wait_and_more_than_may_wait_are_refused(self) -> None:
        served = Served(Plugin, seconds=10)
        statuses: typing.List[int] = []
        ask = lambda: statuses.append(served.call("nap", seconds=1.0)[0])
        threads = [threading.Thread(target=ask) for _ in range(limits.WORKERS + limits.WAITING_CALLS + 20)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        self.assertIn(503, statuses)
        self.assertEqual(served.ask("GET", "/api/v1/status")[0], 200)
        for thread in threads[: limits.WORKERS]:
            thread.join(15)
        self.assertIn(200, statuses)

    def test_errors_that_explain_themselves_are_passed_on(self) -> None:
        status, body = Served(Failing, {"city": "Ulm"}).call("fails")
        self.assertEqual(status, 400)
        self.assertEqual(body["exception"], {"cause": "No such city.", "assistance": "Try another.", "data": "Atlantis"})

    def test_what_is_wrong_with_which_answer_is_passed_on_as_json(self) -> None:
        _, body = Served(Failing, {"city": "Ulm"}).call("names")
        self.assertEqual(body["exception"]["data"], '{"city": "Kein Ort heißt so."}')

    def test_each_input_that_is_wrong_is_told_by_its_name_with_what_there_is(self) -> None:
        status, body = Served(Plugin).send("add", {"a": "x", "b": None})
        self.assertEqual((status, body["error"]), (400, "('action input JSON was invalid', <ValidationError: \"'x' is not of type 'integer'\">)"))
        told = body["exception"]
        self.assertEqual(told["cause"], 'Input "a" is "x", not an integer. Input "b" is null, not an integer.')
        self.assertEqual(told["assistance"], "add takes a (an integer), b (an integer, may be left out).")
        self.assertEqual(json.loads(told["data"]), {"a": 'This is "x", not an integer.', "b": "This is null, not an integer."})
        self.assertEqual(Served(Plugin).send("add", [1])[1]["exception"]["cause"], "The input is [1], not an object.")

    def test_what_is_said_of_an_input_stays_short_and_under_its_own_name(self) -> None:
        served = Served(Failing, {"city": "Ulm"})
        told = served.send("add", {"a": 1, "a.b": 5, "x" * 10_000: 1}, Prefer="handling=strict")[1]["exception"]
        self.assertEqual(told["cause"], 'Input "a.b" is unknown. Input "%s…" is unknown.' % ("x" * 80))
        self.assertEqual(list(json.loads(told["data"])), ["a.b", "x" * 80 + "…"])

    def test_data_that_is_too_long_is_cut_and_still_json(self) -> None:
        served = Served(Failing, {"city": "Ulm"})
        data = json.loads(served.call("says_much")[1]["exception"]["data"])
        self.assertTrue(data["first"].startswith('""') and data["first"].endswith("…"))
        self.assertEqual(data["second"], "Too late.")
        self.assertLess(len(data), 100)

    def test_what_a_method_does_not_take_is_left_out_unless_the_caller_is_strict(self) -> None:
        served = Served(Plugin)
        self.assertEqual(served.send("add", {"a": 1, "bb": 5})[1]["output"], 3)
        status, body = served.send("add", {"a": 1, "bb": 5}, Prefer="respond-async, Handling=strict")
        self.assertEqual((status, body["exception"]["cause"]), (400, 'Input "bb" is unknown; did you mean "b"?'))

    def test_a_message_may_bring_a_connection_of_its_own(self) -> None:
        served = Served(Failing, {"city": "Ulm"})
        message = {"version": "v1", "type": "action_start", "body": {"action": "where", "connection": {"city": "Bern"}}}
        self.assertEqual(served.ask("POST", "/api/v1/actions/where", message)[1]["body"]["output"], "Bern")
        self.assertEqual(served.call("where")[1]["output"], "Ulm")

    def test_the_connection_is_tested(self) -> None:
        message = {"version": "v1", "type": "connection_test", "body": {"connection": {"city": "Ulm"}}}
        status, answer = Served(Failing).ask("POST", "/api/v1/connection/test", message)
        self.assertEqual((status, answer["body"]["output"]), (200, {"reached": True}))

    def test_secrets_and_what_is_no_json_are_not_answered(self) -> None:
        served = Served(Plugin, {"token": "hunter2hunter2"})
        self.assertEqual(served.call("secret")[1]["output"], "it is ********")
        status, body = served.call("endless")
        self.assertEqual(status, 500)
        self.assertIn("aren't JSON", body["error"])

    def test_a_task_gives_back_its_state(self) -> None:
        message = {"version": "v1", "type": "task_start", "body": {"task": "page", "state": {"a": 1}}}
        body = Served(Plugin).ask("POST", "/api/v1/tasks/page", message)[1]["body"]
        self.assertEqual((body["output"], body["state"], body["has_more_pages"]), ([1], {"a": 1, "seen": 1}, False))

    def test_a_trigger_runs_until_it_is_stopped_and_its_events_are_fetched(self) -> None:
        served = Served(Plugin)
        message = {"version": "v1", "type": "trigger_start", "body": {"trigger": "ticks", "input": {"n": 10_000_000}}}
        trigger = served.ask("POST", "/api/v1/triggers/ticks", message)[1]["body"]["output"]["trigger_id"]
        time.sleep(0.3)
        first = served.ask("GET", "/mortise/events?after=0")[1]
        self.assertEqual(len(first["items"]), limits.EVENTS)
        self.assertEqual(first["items"][5]["event"], 5)
        self.assertEqual(served.ask("DELETE", "/api/v1/triggers/ticks/" + trigger)[0], 204)
        deadline = time.time() + 5
        while served.ask("GET", "/mortise/triggers")[1]["items"] and time.time() < deadline:
            time.sleep(0.05)
        self.assertEqual(served.ask("GET", "/mortise/triggers")[1]["items"], [])

    def test_a_wsgi_application_stands_below_the_prefix_that_the_host_says(self) -> None:
        served = Served(Plugin, wsgi=WsgiApplication(wsgi))
        text = served.raw(
            b"POST /app/a%20b HTTP/1.1\r\nHost: x\r\nX-Forwarded-Prefix: /plugins/acme/tried\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi"
        )
        self.assertIn(b"201 Created", text)
        self.assertIn(b"/plugins/acme/tried/app", text)
        self.assertIn(b"/a bhi", text)
        self.assertNotIn(b"\r\nSet-Cookie", text)

    def test_an_application_reads_an_upload_of_any_length_while_it_comes(self) -> None:
        body = os.urandom(limits.BODY_BYTES * 2 + 17)
        counted = hashlib.sha256(body).hexdigest().encode()

        def counting(environ, start_response):  # type: ignore[no-untyped-def]
            digest, file = hashlib.sha256(), environ["wsgi.input"]
            for part in iter(lambda: file.read(100_000), b""):
                digest.update(part)
            start_response("200 OK", [])
            yield digest.hexdigest().encode() + environ["CONTENT_LENGTH"].encode()

        async def counting_too(scope, receive, send):  # type: ignore[no-untyped-def]
            digest, more = hashlib.sha256(), True
            while more:
                message = await receive()
                more = message["more_body"]
                digest.update(message["body"])
            await send({"type": "http.response.start", "status": 200, "headers": []})
            await send({"type": "http.response.body", "body": digest.hexdigest().encode()})

        head = b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n"
        served = Served(Plugin, wsgi=WsgiApplication(counting))
        text = served.raw(head % (b"/app/", len(body)) + body)
        self.assertIn(counted + str(len(body)).encode(), text)
        served = Served(Plugin, asgi=AsgiApplication(counting_too))
        self.assertIn(counted, served.raw(head % (b"/app/", len(body)) + body))

    def test_who_still_sends_what_is_refused_reads_why(self) -> None:
        def refusing(environ, start_response):  # type: ignore[no-untyped-def]
            start_response("401 Unauthorized", [("Content-Length", "0")])
            return [b""]

        served = Served(Plugin, wsgi=WsgiApplication(refusing))
        body = bytes(limits.BODY_BYTES + 1)
        for path, status in ((b"/app/", b"401"), (b"/api/v1/actions/add", b"413")):
            head = b"POST %s HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (path, len(body))
            self.assertEqual(served.raw(head + body).split(b" ")[1], status)

    def test_an_upload_that_is_cut_short_fails_its_application_alone(self) -> None:
        ended: "queue.Queue[str]" = queue.Queue()

        def reading(environ, start_response):  # type: ignore[no-untyped-def]
            try:
                environ["wsgi.input"].read()
            except ConnectionResetError as error:
                ended.put(str(error))
                raise
            start_response("200 OK", [])
            return [b"whole"]

        served = Served(Plugin, seconds=5, wsgi=WsgiApplication(reading))
        with socket.create_connection(("127.0.0.1", served.port), 10) as connection:
            connection.sendall(b"POST /app/ HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\nhi" % (limits.BODY_BYTES + 1))
            time.sleep(0.2)
        self.assertIn("went away", ended.get(timeout=5))
        self.assertEqual(served.ask("GET", "/app/"), (200, b"whole"))

    def test_uploads_that_trickle_in_leave_workers_for_everything_else(self) -> None:
        def reading(environ, start_response):  # type: ignore[no-untyped-def]
            environ["wsgi.input"].read()
            start_response("200 OK", [])
            return [b"read"]

        served = Served(Plugin, seconds=60, wsgi=WsgiApplication(reading))
        over = threading.Event()

        def trickle() -> None:
            with socket.create_connection(("127.0.0.1", served.port), 10) as connection, contextlib.suppress(OSError):
                connection.sendall(b"POST /app/ HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n" % (limits.BODY_BYTES + 1))
                while not over.wait(0.1):
                    connection.sendall(b"x")

        senders = [threading.Thread(target=trickle) for _ in range(limits.WORKERS + 2)]
        for sender in senders:
            sender.start()
        try:
            self.assertTrue(served.visited_by(len(senders), limits.UPLOADS))
            self.assertEqual(served.call("add", a=1)[0], 200)
            self.assertEqual(served.ask("GET", "/app/"), (200, b"read"))
        finally:
            over.set()
            for sender in senders:
                sender.join()

    def test_answers_that_are_read_slowly_leave_workers_for_actions(self) -> None:
        def pouring(environ, start_response):  # type: ignore[no-untyped-def]
            start_response("200 OK", [])
            while True:
                yield bytes(limits.UNSENT_BYTES)

        served = Served(Plugin, seconds=60, wsgi=WsgiApplication(pouring))
        with contextlib.ExitStack() as readers:
            most = limits.VISITS + limits.WAITING_CALLS
            for _ in range(most):
                reader = readers.enter_context(socket.create_connection(("127.0.0.1", served.port), 10))
                reader.sendall(b"GET /app/ HTTP/1.1\r\nHost: x\r\n\r\n")
            self.assertTrue(served.visited_by(most, limits.VISITS))
            self.assertEqual(served.call("add", a=1)[0], 200)
            self.assertEqual(served.ask("GET", "/app/")[0], 503)

    def test_an_upload_that_stops_is_given_up_and_its_thread_freed(self) -> None:
        def reading(environ, start_response):  # type: ignore[no-untyped-def]
            environ["wsgi.input"].read()

        served = Served(Plugin, seconds=0.3, wsgi=WsgiApplication(reading))
        with socket.create_connection(("127.0.0.1", served.port), 10) as connection:
            connection.sendall(b"POST /app/ HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\nhi" % (limits.BODY_BYTES + 1))
            self.assertIn(b"504", connection.recv(65536))
            time.sleep(0.2)
            self.assertEqual((served.backend.workers.stuck, len(served.backend.workers.running)), (0, 0))

    def test_an_application_that_never_answers_is_given_up_and_its_thread_freed(self) -> None:
        def hanging(environ, start_response):  # type: ignore[no-untyped-def]
            while True:
                time.sleep(0.01)

        served = Served(Plugin, seconds=0.2, wsgi=WsgiApplication(hanging))
        for _ in range(limits.WORKERS + 2):
            self.assertEqual(served.ask("GET", "/app/")[0], 504)
        time.sleep(0.3)
        self.assertEqual((served.backend.workers.stuck, len(served.backend.workers.running)), (0, 0))

    def test_an_asgi_application_streams_and_its_websockets_are_refused(self) -> None:
        application = AsgiApplication(streaming)
        served = Served(Plugin, asgi=application)
        served.backend.plugin_loop.result_of(application.start())
        self.assertEqual(served.ask("GET", "/app/x"), (200, b"/app /app/x"))
        text = served.raw(b"GET /app/x HTTP/1.1\r\nHost: x\r\nConnection: upgrade, close\r\nUpgrade: websocket\r\n\r\n")[:40]
        self.assertIn(b"501", text)
        served.backend.plugin_loop.result_of(application.stop())

    def test_work_that_has_begun_is_finished_after_shutdown_and_none_is_begun(self) -> None:
        served = Served(Plugin, seconds=5)
        answers: typing.List[typing.Any] = []
        thread = threading.Thread(target=lambda: answers.append(served.call("nap", seconds=0.5)))
        thread.start()
        time.sleep(0.2)
        served.ask("POST", "/api/v1/admin/shutdown", {})
        status = served.ask("GET", "/api/v1/admin/status")[1]
        self.assertEqual(status, {"active_work": 1, "shutdown_initiated": True, "shutdown_safe": False})
        message = {"version": "v1", "type": "action_start", "body": {"action": "add", "input": {"a": 1}}}
        self.assertEqual(served.ask("POST", "/api/v1/actions/add", message)[0], 503)
        thread.join()
        self.assertEqual(answers[0][0], 200)

    def test_requests_that_are_none_are_refused(self) -> None:
        served = Served(Plugin)
        for text, status in (
            (b"NONSENSE\r\n\r\n", b"400"),
            (b"GET http://elsewhere/ HTTP/1.1\r\nHost: x\r\n\r\n", b"400"),
            (b"POST / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", b"400"),
            (b"POST / HTTP/1.1\r\nContent-Length: +1\r\n\r\n", b"400"),
            (b"POST / HTTP/1.1\r\nContent-Length: 999999999999\r\n\r\n", b"413"),
            (b"GET / HTTP/1.1\r\nBad Name: x\r\n\r\n", b"400"),
            (b"GET / HTTP/1.1\r\nX: " + b"x" * 70_000 + b"\r\n\r\n", b"431"),
        ):
            self.assertEqual(served.raw(text).split(b" ")[1], status, text[:60])

    def test_a_chunked_body_is_taken_and_a_connection_kept(self) -> None:
        served = Served(Plugin)
        message = json.dumps({"version": "v1", "type": "action_start", "body": {"action": "add", "input": {"a": 1}}}).encode()
        head = b"POST /api/v1/actions/add HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        chunks = b"%x\r\n%s\r\n%x\r\n%s\r\n0\r\n\r\n" % (10, message[:10], len(message) - 10, message[10:])
        text = served.raw(head + chunks + b"GET /api/v1/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        self.assertEqual(text.count(b"HTTP/1.1 200"), 2)


if __name__ == "__main__":
    unittest.main()
