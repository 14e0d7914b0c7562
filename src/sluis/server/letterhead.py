"""The HTML of a mail, made of its text: what one part says, the other says too."""

import re
from typing import NamedTuple

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import override

ADDRESS = re.compile(r"(https?://[^\s<>\"]*[^\s<>\".,:;!?)])")


class Block(NamedTuple):
    """A paragraph; a list; or an address by itself, which is there to be followed."""

    kind: str
    lines: list[SafeString]
    address: str = ""


def html(subject: str, text: str, language: str) -> str:
    """Return a page without pictures, scripts or anything from elsewhere."""
    found = [block(lines) for part in re.split(r"\n\s*\n", text.strip()) for lines in runs(part)]
    title = subject.removeprefix(settings.ACCOUNT_EMAIL_SUBJECT_PREFIX)  # the name stands above it
    with override(language):
        shown = {"subject": title, "blocks": found, "language": language}
        return render_to_string("mail.html", shown)


def runs(part: str) -> list[list[str]]:
    """Return the lines of a part, with lists and addresses apart from what stands around them."""
    made: list[list[str]] = []
    before = None
    for line in part.splitlines():
        kind = kind_of(line)
        if kind != before or kind == "address":
            made.append([])
        made[-1].append(line.strip())
        before = kind
    return made


def kind_of(line: str) -> str:
    if line.startswith("- "):
        return "list"
    return "address" if ADDRESS.fullmatch(line.strip()) else "text"


def block(lines: list[str]) -> Block:
    kind = kind_of(lines[0])
    if kind == "address":
        return Block(kind, [], lines[0])
    return Block(
        kind, [linked(line.removeprefix("- ") if kind == "list" else line) for line in lines]
    )


def linked(line: str) -> SafeString:
    """Return a line with its addresses as links, and all else as it was typed."""
    parts = ADDRESS.split(line)  # text and addresses take turns
    return format_html_join("", "{}", ((piece(n, text),) for n, text in enumerate(parts)))


def piece(number: int, text: str) -> str:
    return format_html('<a href="{0}" target="_blank">{0}</a>', text) if number % 2 else text
