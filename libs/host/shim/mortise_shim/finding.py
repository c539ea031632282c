"""Finds the component that a manifest names, inside the package that it names."""

import importlib
import importlib.metadata as metadata
import re
from typing import Any, List, Tuple

from . import limits


class ComponentNotFound(Exception):
    """Its sentence says what was looked at, and what to write instead."""


def find_component(package: str, component: str) -> Any:
    """
    `module:Class` and `module.Class` are taken as they stand. A bare `Class` is looked for in the package's
    top-level modules, then in the file of the package that defines it.
    """
    module_name, _, path = component.partition(":")
    if path:
        return _attribute(_imported(module_name, component), path, component)
    if "." in component:
        return _dotted(component)
    return _bare(package, component)


def _dotted(component: str) -> Any:
    module_name, _, name = component.rpartition(".")
    return _attribute(_imported(module_name, component), name, component)


def _bare(package: str, name: str) -> Any:
    modules, files = _contents(package)
    for module_name in modules:
        module = _imported(module_name, name)
        if hasattr(module, name):
            return getattr(module, name)
    defining = _modules_that_define(files, name)
    if len(defining) == 1:
        return _attribute(_imported(defining[0], name), name, name)
    if defining:
        raise ComponentNotFound(
            "%s is defined in several modules of %s (%s): write which one as component, e.g. %s:%s."
            % (name, package, ", ".join(defining), defining[0], name)
        )
    raise ComponentNotFound(
        "There is no %s in %s: looked at the modules %s and at %d files of the package. Write the component as "
        "module:Class, or export it from one of these modules."
        % (name, package, ", ".join(modules) or "(none)", len(files))
    )


def _contents(package: str) -> Tuple[List[str], List[Any]]:
    """Top-level modules and Python files of an installed distribution, from its own metadata."""
    try:
        distribution = metadata.distribution(package)
    except metadata.PackageNotFoundError:
        raise ComponentNotFound("The package %s isn't installed in this environment." % package) from None
    files = [file for file in distribution.files or [] if file.suffix == ".py" and ".." not in file.parts]
    named = (distribution.read_text("top_level.txt") or "").split()
    tops = named or [file.parts[0] for file in files]
    # `__init__.py` at the top is a mistake of packing, and `_x` a compiled helper of another module.
    modules = [top[:-3] if top.endswith(".py") else top for top in tops]
    unique = [module for module in dict.fromkeys(modules) if module.isidentifier() and not module.startswith("__")]
    return unique or [package.replace("-", "_")], files


def _modules_that_define(files: List[Any], name: str) -> List[str]:
    pattern = re.compile(r"^class\s+%s\b" % re.escape(name), re.MULTILINE)
    found = []
    for file in files[: limits.SEARCHED_FILES]:
        try:
            if file.size is not None and file.size > limits.SEARCHED_FILE_BYTES:
                continue
            text = file.read_text()
        except (OSError, UnicodeDecodeError):
            continue
        if pattern.search(text):
            parts = list(file.parts[:-1]) + ([] if file.name == "__init__.py" else [file.name[:-3]])
            found.append(".".join(parts))
    return found


def _imported(module_name: str, component: str) -> Any:
    try:
        return importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is not None and (module_name + ".").startswith(error.name + "."):
            raise ComponentNotFound(
                "The component %s names the module %s, which isn't there (looked for %s)."
                % (component, module_name, error.name)
            ) from error
        raise


def _attribute(module: Any, path: str, component: str) -> Any:
    found = module
    for part in path.split("."):
        if not hasattr(found, part):
            near = [name for name in dir(found) if isinstance(getattr(found, name, None), type)][:20]
            raise ComponentNotFound(
                "The component %s isn't there: %s has no %s. Its classes are: %s."
                % (component, getattr(found, "__name__", found), part, ", ".join(near) or "none")
            )
        found = getattr(found, part)
    return found
