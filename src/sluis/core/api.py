"""What an API publishes: its operations, its models, its limits, its manner of speaking."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Protocol, Union

from sluis.core.caller import Caller
from sluis.core.directory import EMPTY, Directory
from sluis.core.job import NoNotifications, Notification, Notifications, Outcome, Work
from sluis.core.message import Request, Response
from sluis.core.problem import Problem, Reason
from sluis.core.quota import Limit

if TYPE_CHECKING:
    from sluis.core.access import Grant

Text = Mapping[str, str]  # what people read, by language: nl, en and de, always all three


class Kind(StrEnum):
    """The plain values of JSON, with the formats that OpenAPI names."""

    STRING = "string"
    DATE_TIME = "date-time"  # RFC 3339
    DATE = "date"
    URI = "uri"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Field:
    """One member of a model; its description is English, as the reference's other wire facts."""

    kind: Union[Kind, "Model"]
    description: str = ""
    many: bool = False
    nullable: bool = False
    values: tuple[str, ...] = ()  # a closed list
    example: Any = None
    length: tuple[int, int] | None = None  # of a text, in characters: from and to
    items: tuple[int, int] | None = None  # how many a list holds: from and to
    pattern: str = ""  # that the whole of a text matches


@dataclass(frozen=True, slots=True, eq=False)
class Model:
    """A shape that operations return or take; what they return is granted by the field."""

    name: str
    fields: Mapping[str, Field]
    always: frozenset[str] = frozenset()  # shown whatever the grant says; needed, where taken
    description: str = ""  # English


@dataclass(frozen=True, slots=True, eq=False)
class Body:
    """A form that the JSON of a call can have, with examples that are accepted, by their names."""

    model: Model
    examples: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    description: str
    place: str = "query"  # or "path" or "header"
    kind: Kind = Kind.STRING
    required: bool = False
    example: str | None = None


NOBODY_TOLD = NoNotifications()


@dataclass(slots=True, eq=False)
class Call:
    """What an operation is handed: who asks what, where, when, under which trace."""

    request: Request
    environment: str  # as "port/uat"
    path: Mapping[str, str]  # the parameters in the path, decoded
    caller: Caller
    grant: "Grant"
    store: Any
    now: datetime  # by the environment's clock, UTC
    trace: str
    base_url: str  # of the environment, without a slash at its end
    directory: Directory = EMPTY
    reference: str = ""  # of what is answered later: a UUID
    notifications: Notifications = NOBODY_TOLD
    next_page: str = ""  # its address, when a handler finds that there is more


def blocks(call: Call) -> bool:
    return False


@dataclass(frozen=True, slots=True, eq=False)
class Operation:
    """One thing an API can do.

    `schemes` has no default: an operation that anybody may call has to say so, with ().
    `handler` runs on a pool of threads; where `quick` says of a call that it never blocks and
    ends within a millisecond, it runs on the loop.
    """

    name: str
    method: str
    path: str
    schemes: tuple[str, ...]
    handler: Callable[[Call], Any]
    optional: tuple[str, ...] = ()  # those of the schemes that a call may leave out
    summary: Text = field(default_factory=dict)
    description: Text = field(default_factory=dict)
    parameters: tuple[Parameter, ...] = ()
    aliases: tuple[str, ...] = ()  # other paths of the same operation, as the originals have
    # The forms of what is sent. The first member with a closed list tells several of them apart.
    takes: tuple[Body, ...] = ()
    refuses: tuple[Reason, ...] = ()  # for these too, beyond what the rest here tells
    returns: Model | None = None
    many: bool = False  # a list of `returns`
    quick: Callable[[Call], bool] = blocks
    example: Any = None
    # Set for what is answered later: `handler` then returns a `Submission`, and this decides,
    # purely, what a step of it does to the state of its lane.
    work: Callable[[Work, Any], Outcome] | None = None
    # Whose organisation the path names, asked of the store: for an application that calls by
    # itself, whose token names none. Raises `Problem` when the path names nobody.
    organisation: Callable[[Any, Mapping[str, str]], str] | None = None
    # How this operation is worded, where the original words its operations differently.
    dialect: "Dialect | None" = None


@dataclass(frozen=True, slots=True)
class Opening:
    """What an API's store is opened with: one environment, and a secret for that API alone."""

    environment: str  # as "port/uat"
    fictional: bool  # a sandbox, which may make up its data
    secret: bytes  # the same after a restart; for signing links and the like


class Dialect(Protocol):
    """How one API words its answers and its refusals."""

    def answer(self, call: Call, result: Any) -> Response: ...

    def refuse(self, problem: Problem, trace: str) -> Response:
        """Return the refusal as this API words it; every `Reason` has words."""


@dataclass(frozen=True, slots=True, eq=False)
class Api:
    slug: str
    provider: str
    title: Text
    summary: Text
    version: str
    package: str  # the folder, as a module: its tables lie in `{package}.tables`
    operations: tuple[Operation, ...]
    dialect: Dialect
    product: str  # what limits count by: several APIs may share one
    limits: tuple[Limit, ...] = ()
    calls_at_once: int | None = None
    roles: tuple[str, ...] = ()  # one of which a subscription names; () when the API asks for none
    free: bool = True
    evidence: bool = False  # production only once the desk saw that the sandbox works
    base: str = ""  # the part of the path that all operations share, for people
    body_bytes: int = 1024 * 1024  # more than this is refused
    events: tuple[str, ...] = ()  # what parties are told of; a channel can want some of them only
    # Of APIs that share a package, which share lanes too, one has these; see `job.py`.
    on_clock: Callable[[Work, Any], Outcome] | None = None
    # Who is told of a step that failed by our mistake; the text names the incident.
    on_fault: Callable[[Work, str], tuple[Notification, ...]] | None = None
