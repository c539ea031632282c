/**
 * Two small plugins, each written twice: for the InsightConnect runtime itself, and as a component of ours. They answer as the
 * plugins did whose exchanges with that runtime were recorded.
 */
export const realBase64 = `
import base64
import insightconnect_plugin_runtime as runtime
from insightconnect_plugin_runtime.connection import Connection

def schema(properties, required):
    return {"type": "object", "title": "Variables", "properties": properties, "required": required, "definitions": {}}

class Encode(runtime.Action):
    def __init__(self):
        content = {"type": "string", "description": "Data to encode", "order": 1}
        data = {"type": "string", "format": "bytes", "displayType": "bytes"}
        super().__init__("encode", "Encodes", runtime.Input(schema({"content": content}, ["content"])), runtime.Output(schema({"data": data}, ["data"])))

    def run(self, params={}):
        return {"data": base64.standard_b64encode(params["content"].encode()).decode()}

    def test(self):
        return None

class Decode(runtime.Action):
    def __init__(self):
        data = {"type": "string", "format": "bytes", "displayType": "bytes", "description": "Data to decode", "order": 1}
        errors = {"type": "string", "description": "How errors should be handled when decoding Base64", "default": "nothing", "enum": ["replace", "ignore", "nothing"], "order": 2}
        super().__init__("decode", "Decodes", runtime.Input(schema({"base64": data, "errors": errors}, ["base64"])), runtime.Output(schema({"data": {"type": "string"}}, ["data"])))

    def run(self, params={}):
        try:
            return {"data": base64.standard_b64decode(params["base64"]).decode()}
        except UnicodeDecodeError as error:
            return {"data": "%d" % (1, 2)}

class NoConnection(Connection):
    def __init__(self):
        super().__init__(input=None)

    def connect(self, params={}):
        pass

class Base64(runtime.Plugin):
    def __init__(self):
        super().__init__(name="Base64", vendor="rapid7", description="Base64", version="1.1.14", connection=NoConnection())
        self.add_action(Encode())
        self.add_action(Decode())
`;

export const realHello = `
import insightconnect_plugin_runtime as runtime
from insightconnect_plugin_runtime.connection import Connection

def schema(properties, required=None):
    made = {"type": "object", "title": "Variables", "properties": properties}
    return dict(made, required=required) if required else made

NAME = {"type": "string", "title": "Name", "description": "The Name", "order": 1}
BAD = {"type": "boolean", "title": "Bad Request", "description": "Throw a bad request Plugin Exception if true", "default": False, "order": 2}
GREETING = {"type": "string", "title": "Greeting", "description": "A greeting", "default": "Hello, {}!", "order": 1}

class Hello(runtime.Action):
    def __init__(self, name="hello", properties=None):
        super().__init__(name, name, runtime.Input(schema(properties or {"name": NAME}, ["name"])), runtime.Output(schema({"message": {"type": "string"}})))

    def run(self, params={}):
        self.logger.info("I am the log")
        return {"message": self.connection.greeting.format(params["name"])}

class HelloTrigger(runtime.Trigger):
    def __init__(self, name):
        super().__init__(name, name, runtime.Input(schema({"name": NAME})), runtime.Output(schema({})))

    def run(self, params={}):
        pass

class MonitorEvents(runtime.Task):
    def __init__(self):
        super().__init__("monitor_events", "Monitors", runtime.Input(schema({})), runtime.Output(schema({})), runtime.State(schema({})))

    def run(self, params={}, state={}, custom_config={}):
        return [], {}

class Greeting(Connection):
    def __init__(self):
        super().__init__(input=runtime.Input(schema({"greeting": GREETING})))

    def connect(self, params={}):
        self.greeting = params["greeting"]

class HelloWorld(runtime.Plugin):
    def __init__(self):
        super().__init__(name="Hello World", vendor="rapid7", description="Hello", version="1.0.0", connection=Greeting())
        self.add_action(Hello())
        self.add_action(Hello("return_bad_json"))
        self.add_action(Hello("throw_exception", {"name": NAME, "bad_request": BAD}))
        for name in ("hello_trigger", "return_bad_json_trigger", "throw_exception_trigger"):
            self.add_trigger(HelloTrigger(name))
        self.add_task(MonitorEvents())
`;

/** What such a plugin is started by: a script of the package. */
export const startScript = (module: string, plugin: string): string =>
  `from insightconnect_plugin_runtime.cli import CLI\nfrom ${module} import ${plugin}\nif __name__ == "__main__":\n    CLI(${plugin}()).run()\n`;

export const ourBase64 = `
from typing import TypedDict
try:
    from typing import Literal
except ImportError:
    from typing_extensions import Literal

class Encoded(TypedDict):
    data: bytes

class Decoded(TypedDict):
    data: str

class Base64:
    def encode(self, content: str) -> Encoded:
        """
        Encode a \`string\` using the standard Base64 alphabet

        :param content: Data to encode
        """
        return {"data": content.encode()}

    def decode(self, base64: bytes, errors: Literal["replace", "ignore", "nothing"] = "nothing") -> Decoded:
        """
        Decodes

        :param base64: Data to decode
        :param errors: How errors should be handled when decoding Base64
        """
        try:
            return {"data": base64.decode()}
        except UnicodeDecodeError:
            return {"data": "%d" % (1, 2)}
`;

export const ourHello = `
import logging

class HelloWorld:
    def connect(self, config):
        self.greeting = config["greeting"]

    def hello(self, name: str):
        """
        Greets

        :param name: The Name
        """
        logging.getLogger("plugin").info("I am the log")
        return {"message": self.greeting.format(name)}

    def return_bad_json(self, name: str):
        """
        Returns what it may not

        :param name: The Name
        """
        return {"message": object()}

    def throw_exception(self, name: str, bad_request: bool = False):
        """
        Fails

        :param name: The Name
        :param bad_request: Throw a bad request Plugin Exception if true
        """
        raise ValueError(name)

    def hello_trigger(self, name: str):
        yield {"name": name}

    def return_bad_json_trigger(self, name: str):
        yield object()

    def throw_exception_trigger(self, name: str):
        raise ValueError(name)
        yield

    def monitor_events(self, state):
        raise ValueError("not enough values to unpack (expected 5, got 2)")
        yield
`;
