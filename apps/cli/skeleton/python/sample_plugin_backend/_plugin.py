# Written by `mortise refresh` from the descriptor: change that, and run it again.
"""What the descriptor says, for the code."""

from typing import Any, TypedDict  # noqa: F401

NAME = "SamplePlugin"
TITLE = "Sample Plugin"
VERSION = "1.0.0"
PERMISSIONS = []

Config = TypedDict(
    "Config",
    {"greeting": str},
    total=False,
)

DefaultForm = TypedDict(
    "DefaultForm",
    {"name": str},
    total=False,
)

DEFAULT_CONFIG: Config = {"greeting": "Hello"}
