"""The texts of the pages: those that the code asks for, and those that a catalogue has."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from django.template import Engine, Template
from django.template.base import Node
from django.templatetags.i18n import BlockTranslateNode, TranslateNode

SERVER = Path(__file__).parents[3] / "src" / "sluis" / "server"
LANGUAGES = ("nl", "en", "de")
ASKING = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext"}


class Entry(NamedTuple):
    id: str
    plural: str
    texts: tuple[str, ...]
    flags: str


def asked_for() -> set[str]:
    """Return the id of every text in the code and the templates of the server."""
    found = set()
    for path in SERVER.rglob("*.py"):
        found.update(in_code(path.read_text()))
    for path in (SERVER / "templates").rglob("*.*"):
        found.update(in_template(path.read_text()))
    return found


def in_code(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Name)
            and node.func.id in ASKING
            and node.args
            and isinstance(node.args[0], ast.Constant)
        ):
            yield node.args[0].value


def in_template(source: str) -> Iterator[str]:
    yield from re.findall(r'_\("([^"]+)"\)', source)
    for node in nodes(Template(source, engine=Engine.get_default()).nodelist):
        if isinstance(node, TranslateNode):
            yield str(node.filter_expression.var.literal)
        elif isinstance(node, BlockTranslateNode):
            yield node.render_token_list(node.singular)[0]


def nodes(found: list[Node]) -> Iterator[Node]:
    for node in found:
        yield node
        for name in node.child_nodelists:
            yield from nodes(getattr(node, name, None) or [])


def catalogue(language: str) -> list[Entry]:
    """Return the entries of a catalogue, without its head."""
    path = SERVER / "locale" / language / "LC_MESSAGES" / "django.po"
    blocks = path.read_text().strip().split("\n\n")
    return [entry(block) for block in blocks[1:]]


def entry(block: str) -> Entry:
    parts: dict[str, str] = {}
    flags, name = "", ""
    for line in block.splitlines():
        if line.startswith("#"):
            flags += line
            continue
        found = re.match(r'(msgid_plural|msgid|msgstr(?:\[\d\])?) (".*")$', line)
        if found:
            name = found[1]
            parts[name] = ast.literal_eval(found[2])
        else:
            parts[name] += ast.literal_eval(line)
    texts = tuple(text for part, text in parts.items() if part.startswith("msgstr"))
    return Entry(parts["msgid"], parts.get("msgid_plural", ""), texts, flags)


def placeholders(text: str) -> list[str]:
    return sorted(re.findall(r"%\(\w+\)[sd]", text))
