"""Files that come with a message: what they may be, told from what they hold, and their names.

The name that a file came with proves nothing. It is kept for people to know the file by,
without whatever means something to a file system, and ends as its content does.
"""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple
from xml.parsers import expat

FILE_BYTES = 5 * 1024 * 1024
FILES = 5  # with one message
STEM_CHARACTERS = 80

# By kind: the endings that a name may keep; the first is given to names that have none of them.
ENDINGS: dict[str, tuple[str, ...]] = {
    "pdf": ("pdf",),
    "png": ("png",),
    "jpg": ("jpg", "jpeg"),
    "xml": ("xml",),
    "text": ("txt", "csv", "json", "log", "csr", "pem", "crt", "cer"),
}
MAGIC = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
PRIVATE_KEY = re.compile(r"-----BEGIN [A-Z ]{0,20}PRIVATE KEY-----")
# A browser that opens one of these from the disk of the desk would run what is in it.
ACTIVE = re.compile(r"\s*<(!doctype\s+html|html|svg|script|head|body|iframe)\b", re.IGNORECASE)
ACTIVE_NAMESPACES = ("http://www.w3.org/1999/xhtml", "http://www.w3.org/2000/svg")
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
OF_FILE_SYSTEMS = frozenset('"*:<>?|/\\')


EMPTY, TOO_LARGE, TOO_MANY, SECRET, UNKNOWN = "empty", "too-large", "too-many", "secret", "unknown"


class Unfit(Exception):
    """A file that is not taken; `why` is one of EMPTY, TOO_LARGE, TOO_MANY, SECRET, UNKNOWN."""

    def __init__(self, why: str, name: str = "") -> None:
        super().__init__(why)
        self.why = why
        self.name = name  # as it may be shown


class Upload(NamedTuple):
    """A file as somebody sent it."""

    name: str
    content: bytes


class Attachment(NamedTuple):
    """A file as it is kept."""

    name: str
    kind: str  # a key of ENDINGS
    content: bytes


def accepted(uploads: Sequence[Upload]) -> list[Attachment]:
    """Return the files as they may be kept. Raises `Unfit` for the first that may not."""
    if len(uploads) > FILES:
        raise Unfit(TOO_MANY)
    return [attachment(upload) for upload in uploads]


def attachment(upload: Upload) -> Attachment:
    shown = plain(upload.name)
    if not upload.content:
        raise Unfit(EMPTY, shown)
    if len(upload.content) > FILE_BYTES:
        raise Unfit(TOO_LARGE, shown)
    try:
        kind = sniffed(upload.content)
    except Unfit as unfit:
        raise Unfit(unfit.why, shown) from unfit
    return Attachment(cleaned(upload.name, kind), kind, upload.content)


def sniffed(content: bytes) -> str:
    """Return the kind of a file by what it holds. Raises `Unfit` with SECRET or UNKNOWN."""
    for beginning, kind in MAGIC.items():
        if content.startswith(beginning):
            return kind
    text = read(content)
    if text is None or CONTROLS.search(text) or ACTIVE.match(text):
        raise Unfit(UNKNOWN)
    if PRIVATE_KEY.search(text):
        raise Unfit(SECRET)
    return of_markup(content) if text.lstrip().startswith("<") else "text"


def read(content: bytes) -> str | None:
    """Return the text; spreadsheets of Windows still write their CSV in its old code page."""
    for encoding in ("utf-8-sig", "cp1252"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def of_markup(content: bytes) -> str:
    """Return "xml" for what is well formed and "text" for what is not.

    Raises `Unfit` for what a browser would run: a namespace can be spelled in many ways, so that
    a parser has to read it. And for document types, by which XML grows without end.
    """

    def begin(name: str, attributes: object) -> None:
        if name.rpartition(" ")[0] in ACTIVE_NAMESPACES:
            refuse()

    def refuse(*_: object) -> None:
        raise Unfit(UNKNOWN)

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = begin
    parser.StartDoctypeDeclHandler = refuse
    parser.ProcessingInstructionHandler = refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError):  # the latter: an encoding nobody knows
        return "text"
    return "xml"


def cleaned(name: str, kind: str) -> str:
    """Return a name that is safe to save under, with an ending of the kind."""
    whole, endings = plain(name), ENDINGS[kind]
    stem, _, ending = whole.rpartition(".")
    if not stem or ending.lower() not in endings:
        stem, ending = whole, endings[0]
    return f"{stem[:STEM_CHARACTERS].strip('. ')}.{ending.lower()}"


def plain(name: str) -> str:
    """Return what people know a file by, without path, controls and turns of direction."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = [c for c in last if unicodedata.category(c)[0] != "C" and c not in OF_FILE_SYSTEMS]
    return " ".join("".join(kept).split()).strip(". ") or "file"
