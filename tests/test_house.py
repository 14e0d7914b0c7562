"""What holds for the whole: licences of all that is delivered, contracts of imports, commands."""

import re
import tomllib
from importlib.metadata import distribution, packages_distributions, requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
EXTRAS = PROJECT["project"]["optional-dependencies"]

ALLOWED = {
    "Apache Software License",
    "Apache-2.0",
    "BSD License",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "MIT",
    "MIT License",
    "MIT-0",
    "PSF-2.0",
    "Python Software Foundation License",
}
ALLOWED_TO = {
    "psycopg": {"LGPL-3.0-only"},  # used as it is, and replaceable, which is what LGPL asks
    "psycopg-binary": {"LGPL-3.0-only"},
    "psycopg-pool": {"LGPL-3.0-only"},
    "fido2": {"Mozilla Public License 2.0 (MPL 2.0)"},  # its copy of the Public Suffix List
    "qrcode": {"Other/Proprietary License"},  # BSD; this is for the word mark "QR Code"
}


def dependencies(name, extras, found):
    """Add to `found` all that is installed with a package: canonical name and extras."""
    for line in requires(name) or ():
        needed = Requirement(line)
        applies = [not needed.marker or needed.marker.evaluate({"extra": e}) for e in ("", *extras)]
        known = (canonicalize_name(needed.name), frozenset(needed.extras))
        if any(applies) and known not in found:
            found.add(known)
            dependencies(needed.name, needed.extras, found)
    return found


def licences(name):
    metadata = distribution(name).metadata
    if metadata["License-Expression"]:
        return set(re.findall(r"[\w.-]+", metadata["License-Expression"])) - {"AND", "OR", "WITH"}
    classifiers = [text.split(" :: ") for text in metadata.get_all("Classifier") or ()]
    return {words[-1] for words in classifiers if words[0] == "License"} or {metadata["License"]}


@pytest.mark.parametrize("name", sorted({name for name, _ in dependencies("sluis", EXTRAS, set())}))
def test_is_delivered_under_a_licence_that_we_know(name):
    assert licences(name) <= ALLOWED | ALLOWED_TO.get(name, set())


def test_every_room_of_the_house_has_its_floor():
    layered = [c for c in contracts() if c["type"] == "layers"]
    assert {container for c in layered for container in c["containers"]} == {
        "sluis",
        "sluis.apis.*",
    }
    assert all(c["exhaustive"] for c in layered)


def test_no_dependency_is_forgotten_where_core_may_have_none():
    forbidden = next(c for c in contracts() if c["name"].startswith("Core and the rules"))
    lines = [
        *PROJECT["project"]["dependencies"],
        *(line for more in EXTRAS.values() for line in more),
    ]
    declared = {canonicalize_name(Requirement(line).name) for line in lines}
    imported = {
        module
        for module, owners in packages_distributions().items()
        if declared.intersection(map(canonicalize_name, owners)) and module.isidentifier()
    }
    assert imported <= set(forbidden["forbidden_modules"])


def contracts():
    return PROJECT["tool"]["importlinter"]["contracts"]


def test_make_tells_of_every_target():
    makefile = (ROOT / "Makefile").read_text()
    targets = re.search(r"^\.PHONY: (.+)$", makefile, re.MULTILINE)[1].split()
    assert re.findall(r"^([a-z-]+):.*## .", makefile, re.MULTILINE) == targets
