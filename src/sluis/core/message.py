"""One call as plain values: what came in and what goes out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

from sluis.core.problem import Problem, Reason

PARAMETERS_AT_MOST = 100


class Pairs(tuple[tuple[str, str], ...]):
    """Names and values in the order in which they came; a name may come more than once.

    Names are found without regard to case: the platforms that the seeds describe do so, and
    their clients write `EORI`, `Eori` and `eori`.
    """

    __slots__ = ()

    def __new__(cls, pairs: Iterable[tuple[str, str]] = ()) -> "Pairs":
        return super().__new__(cls, [(name.lower(), value) for name, value in pairs])

    @classmethod
    def parsed(cls, text: str) -> "Pairs":
        """Return the pairs of a query string or a urlencoded form.

        Raises `Problem` on bytes that are not UTF-8, on NUL, which no database keeps, and on
        more than 100 parameters.
        """
        if not text:
            return NO_PAIRS
        special = "%" in text or "+" in text or "\0" in text
        if not special and text.count("&") < PARAMETERS_AT_MOST:
            # Nothing is encoded, as in most texts: 5 times faster.
            pairs = []
            for part in text.split("&"):
                name, _, value = part.partition("=")
                if part:
                    pairs.append((name.lower(), value))
            return tuple.__new__(cls, pairs)
        if "\0" in text or "%00" in text:
            raise Problem(Reason.MALFORMED, "The parameters hold the character NUL.")
        try:
            return cls(
                parse_qsl(
                    text,
                    keep_blank_values=True,
                    errors="strict",
                    max_num_fields=PARAMETERS_AT_MOST,
                )
            )
        except ValueError as error:  # UnicodeDecodeError is one
            detail = f"The parameters cannot be read: UTF-8, at most {PARAMETERS_AT_MOST} of them."
            raise Problem(Reason.MALFORMED, detail) from error

    def all(self, name: str) -> list[str]:
        name = name.lower()
        return [value for known, value in self if known == name]

    def one(self, name: str) -> str | None:
        """Return the value of a parameter that may stand once; None when it is absent.

        Raises `Problem` when it is given twice.
        """
        values = self.all(name)
        if len(values) > 1:
            raise Problem(Reason.MALFORMED, f"Parameter '{name}' is given more than once.")
        return values[0] if values else None

    def names(self) -> list[str]:
        """Return each name once, in lower case, in the order of arrival."""
        return list(dict.fromkeys(name for name, _ in self))


NO_PAIRS = Pairs()


# By names of headers: their values, and the digest of these.
Digests = dict[tuple[bytes, ...], tuple[list[Sequence[bytes]], bytes]]


@dataclass(slots=True, eq=False)
class Request:
    """What came in; nobody changes it, as one object stands for a request that is repeated.

    `path` is the whole path as sent, still percent-encoded.
    """

    method: str
    path: str
    host: str = ""
    query_text: str = ""
    headers: Mapping[bytes, Sequence[bytes]] = field(default_factory=dict)  # lower-case names
    body: bytes = b""
    address: str = ""  # of the peer on the socket; never taken from a header
    secure: bool = False  # came over TLS
    certificate: bytes | None = None  # DER, checked by the TLS listener against our CAs
    _query: Pairs | None = None
    # Digests of headers that were shown before on this connection, by their names.
    digests: "Digests" = field(default_factory=dict)
    shown: tuple[object, bytes] | None = None  # the digest of all credentials, by the endpoint

    @property
    def query(self) -> Pairs:
        if self._query is None:
            self._query = Pairs.parsed(self.query_text)
        return self._query

    def header(self, name: bytes) -> str | None:
        """Return the header `name` (given in lower case); None when it is absent.

        Raises `Problem` when it is there twice: proxies and servers choose differently then.
        """
        values = self.headers.get(name)
        if values is None:
            return None
        if len(values) > 1:
            detail = f"Header '{name.decode('latin-1')}' is given more than once."
            raise Problem(Reason.MALFORMED, detail)
        return values[0].decode("latin-1")


@dataclass(slots=True, eq=False)
class Response:
    status: int
    body: bytes = b""
    content_type: bytes = b"application/json"
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    lines: bytes = b""  # further headers as on the wire; the gateway's own, on every answer
