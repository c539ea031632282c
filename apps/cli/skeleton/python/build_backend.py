"""Builds the wheel and the sdist (PEP 517, PEP 660) with the standard library alone, so that nothing is downloaded.

It packs every package beside it that is pure Python, and reads texts and lists of texts from [project] in
pyproject.toml. The same sources give the same bytes. For more, write flit, hatchling or setuptools into [build-system].
"""

import ast
import base64
import gzip
import hashlib
import io
import re
import tarfile
import zipfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
TEXT = r"(?:\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*')"


def project():
    text = (HERE / "pyproject.toml").read_text("utf-8")
    section = re.search(r"^\[project\][^\n]*\n(.*?)(?=^\[|\Z)", text, re.M | re.S)
    entries = re.findall(rf"^([\w-]+)\s*=\s*({TEXT}|\[(?:{TEXT}|[^\]\"'])*\])", section.group(1), re.M)
    return {key: ast.literal_eval(value) for key, value in entries}


def metadata(about):
    lines = ["Metadata-Version: 2.1", f"Name: {about['name']}", f"Version: {about['version']}"]
    if "description" in about:
        lines.append(f"Summary: {about['description']}")
    if "requires-python" in about:
        lines.append(f"Requires-Python: {about['requires-python']}")
    lines += [f"Requires-Dist: {one}" for one in about.get("dependencies", [])]
    return "\n".join(lines) + "\n"


def stem(about):
    return re.sub(r"[-_.]+", "_", about["name"]).lower() + "-" + about["version"]


def package_files():
    for found in sorted(HERE.glob("*/__init__.py")):
        if found.parent.name != "tests":
            yield from (one for one in sorted(found.parent.rglob("*")) if one.is_file() and "__pycache__" not in one.parts)


def write_wheel(folder, contents):
    about = project()
    info = stem(about) + ".dist-info"
    files = dict(contents)
    files[f"{info}/METADATA"] = metadata(about).encode()
    files[f"{info}/WHEEL"] = b"Wheel-Version: 1.0\nGenerator: build_backend\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    record = ""
    for name, data in files.items():
        digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()
        record += f"{name},sha256={digest},{len(data)}\n"
    files[f"{info}/RECORD"] = f"{record}{info}/RECORD,,\n".encode()
    wheel = f"{stem(about)}-py3-none-any.whl"
    with zipfile.ZipFile(Path(folder) / wheel, "w") as archive:
        for name, data in files.items():
            entry = zipfile.ZipInfo(name)
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, data)
    return wheel


def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    return write_wheel(wheel_directory, {one.relative_to(HERE).as_posix(): one.read_bytes() for one in package_files()})


def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    return write_wheel(wheel_directory, {stem(project()) + ".pth": f"{HERE}\n".encode()})


def build_sdist(sdist_directory, config_settings=None):
    about = project()
    files = {one.relative_to(HERE).as_posix(): one.read_bytes() for one in package_files()}
    for name in ("pyproject.toml", "build_backend.py"):
        files[name] = (HERE / name).read_bytes()
    files["PKG-INFO"] = metadata(about).encode()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, data in sorted(files.items()):
            entry = tarfile.TarInfo(f"{stem(about)}/{name}")
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
    sdist = f"{stem(about)}.tar.gz"
    (Path(sdist_directory) / sdist).write_bytes(gzip.compress(packed.getvalue(), mtime=0))
    return sdist
