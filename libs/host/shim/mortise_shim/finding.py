"""Finds the component that a manifest names, inside the package that it names."""

import importlib
import importlib.metadata as metadata
import inspect
import re
from typing import Any, List, Tuple

from . import limits


class ComponentNotFound(Exception):
    """Its sentence says what was looked at, and what to write instead."""


def find_component(package: str, component: str) -> Any:
    """
    `module:Class` and `module.Class` are taken as they stand. A bare `Class` is looked for in the package's
    top-level modules, then in the file of the package that defines it. Without a name, as InsightConnect's
    specifications have it, it is the only class that these modules have of their own.
    """
    if not component:
        return _only_class(package)
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


def _only_class(package: str) -> Any:
    modules, _ = _contents(package)
    # A module and its package may both show a class: it is one all the same.
    classes = {cls: None for name in modules for cls in _own_classes(_imported(name, name))}
    if len(classes) == 1:
        return next(iter(classes))
    names = ", ".join("%s:%s" % (cls.__module__, cls.__qualname__) for cls in classes)
    raise ComponentNotFound(
        "The release names no component, and %s has %s in the modules %s. Write the component as module:Class."
        % (package, "several classes (%s)" % names if names else "no class of its own", ", ".join(modules))
    )


def _own_classes(module: Any) -> List[Any]:
    """The public classes that a module or what is below it defines: what it only imports is another's."""
    return [
        found
        for name, found in vars(module).items()
        if isinstance(found, type)
        and not name.startswith("_")
        and (found.__module__ + ".").startswith(module.__name__ + ".")
    ][: limits.NAMED_CLASSES]


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
            near = [cls.__name__ for cls in _own_classes(found)] if inspect.ismodule(found) else []
            raise ComponentNotFound(
                "The component %s isn't there: %s has no %s. Its classes are: %s."
                % (component, getattr(found, "__name__", found), part, ", ".join(near) or "none")
            )
        found = getattr(found, part)
    return found
