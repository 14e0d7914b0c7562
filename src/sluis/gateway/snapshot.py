"""The policy in force, whole, in memory: what a call asks is answered from here.

Nothing in it changes: a change of policy makes a new one, sharing what stayed the same.
`server/answers/snapshot.py` reads it from the database.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from joserfc.jwk import RSAKey

from sluis.core.access import Grant
from sluis.core.api import NOBODY_TOLD, Operation
from sluis.core.caller import Caller
from sluis.core.credential import digest
from sluis.core.directory import EMPTY, Directory
from sluis.core.job import Notifications
from sluis.core.problem import Problem, Reason
from sluis.core.provider import OldDoor, Provider
from sluis.core.subscription import State
from sluis.gateway.route import Routes
from sluis.gateway.schemes import Claims
from sluis.gateway.tokens import Verified, refused, verified


class Key(NamedTuple):
    organisation: str
    disabled: bool
    expires_at: float  # seconds since 1970; infinite for most


class Client(NamedTuple):
    application: str
    disabled: bool


class Access(NamedTuple):
    """What a subscription gives: None as grant stands for all that the API publishes."""

    subscription: str
    state: State
    grant: Grant | None


class Admission(NamedTuple):
    """What credentials turned out to give, as long as this snapshot is in force."""

    caller: Caller
    grant: Grant
    good_until: float  # seconds since 1970: the first of them expires


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Environment:
    key: str  # "port/uat"
    base_url: str
    hosts: tuple[str, ...] = ()
    clock_offset_seconds: float = 0.0
    doors: frozenset[OldDoor] = frozenset()
    routes: Routes
    stores: Mapping[str, Any]  # by package of the API
    keys: Mapping[tuple[str, bytes], Key] = field(default_factory=dict)  # by kind and digest
    clients: Mapping[str, Client] = field(default_factory=dict)  # by client id
    access: Mapping[tuple[str, str], Access] = field(default_factory=dict)  # organisation, API
    # An application acts for the organisation that built it, and for those that agreed to it.
    own_applications: frozenset[tuple[str, str]] = frozenset()  # application, organisation
    consents: frozenset[tuple[str, str]] = frozenset()  # application, organisation
    signing_keys: Mapping[str, RSAKey] = field(default_factory=dict)  # public, by kid
    revoked: frozenset[str] = frozenset()  # jti
    directory: Directory = EMPTY
    notifications: Notifications = NOBODY_TOLD

    @property
    def status_url(self) -> str:
        """Return the page that tells how this environment does."""
        return f"{self.base_url.removesuffix(self.key)}status/{self.key.partition('/')[0]}/"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Snapshot:
    revision: int = 0
    providers: tuple[Provider, ...] = ()  # as their desks have them
    environments: Mapping[str, Environment] = field(default_factory=dict)
    by_host: Mapping[str, Environment] = field(default_factory=dict)
    members: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # organisations of a person
    pepper: bytes = b""
    tokens: Verified = field(default_factory=Verified)
    # Not carried over into the next snapshot, which may say otherwise.
    admissions: dict[tuple[str, Operation, bytes], Admission] = field(
        default_factory=dict, init=False
    )

    def locate(self, host: str, path: str) -> tuple[Environment, str] | None:
        """Return the environment that a call is for and the path below its base URL."""
        environment = self.by_host.get(host)
        if environment is not None:
            return environment, path
        end = path.find("/", path.find("/", 1) + 1)
        if end < 0:
            end = len(path)
        environment = self.environments.get(path[1:end])
        return None if environment is None else (environment, path[end:])


class SnapshotCredentials:
    """Answers the questions of the schemes for one environment, from a snapshot."""

    __slots__ = ("environment", "good_until", "now", "snapshot")

    def __init__(self, snapshot: Snapshot, environment: Environment, now: float) -> None:
        self.snapshot = snapshot
        self.environment = environment
        self.now = now  # real time: credentials do not follow a sandbox's clock
        self.good_until = float("inf")  # of all that was shown so far

    def organisation_of_key(self, kind: str, secret: str) -> str:
        found = digest(secret, self.snapshot.pepper)
        key = self.environment.keys.get((kind, found))
        if key is None:
            raise self.unknown_key(kind, found)
        if key.disabled:
            detail = "This key was disabled. Use the other key of the subscription."
            raise Problem(Reason.CREDENTIAL_DISABLED, detail, scheme=kind)
        if key.expires_at <= self.now:
            detail = "This key has expired. Make a new one in the portal."
            raise Problem(Reason.CREDENTIAL_EXPIRED, detail, scheme=kind)
        self.good_until = min(self.good_until, key.expires_at)
        return key.organisation

    def unknown_key(self, kind: str, found: bytes) -> Problem:
        for other in self.snapshot.environments.values():
            if (kind, found) in other.keys:
                detail = f"This key is for {other.key}, not for {self.environment.key}."
                return Problem(Reason.WRONG_ENVIRONMENT, detail, scheme=kind)
        detail = "This key is unknown. Copy it again from the portal."
        return Problem(Reason.CREDENTIAL_UNKNOWN, detail, scheme=kind)

    def claims_of_token(self, token: str) -> Claims:
        claims = self.snapshot.tokens.get(self.environment.key, token, self.verify)
        if claims.expires_at <= self.now:
            detail = "This token has expired. Fetch a new one at the token endpoint."
            raise refused(Reason.CREDENTIAL_EXPIRED, detail)
        if claims.jti in self.environment.revoked:
            raise refused(Reason.CREDENTIAL_DISABLED, "This token was revoked. Fetch a new one.")
        if claims.person is not None and claims.organisation not in self.snapshot.members.get(
            claims.person, ()
        ):
            detail = "The user of this token no longer belongs to its organisation."
            raise refused(Reason.CREDENTIAL_DISABLED, detail)
        self.good_until = min(self.good_until, claims.expires_at)
        return claims

    def verify(self, token: str) -> Claims:
        try:
            return verified_for(self.environment, token, self.now)
        except Problem:
            for other in self.snapshot.environments.values():
                if other is not self.environment and holds(other, token, self.now):
                    detail = f"This token is for {other.key}, not for {self.environment.key}."
                    raise refused(Reason.WRONG_ENVIRONMENT, detail) from None
            raise

    def takes_keys_in_query(self) -> bool:
        return OldDoor.KEY_IN_QUERY in self.environment.doors

    def application_of_client(self, client_id: str) -> str:
        client = self.environment.clients.get(client_id)
        if client is None or client.disabled:
            detail = "The client of this token is disabled. Ask the service desk."
            raise refused(Reason.CREDENTIAL_DISABLED, detail)
        return client.application


def verified_for(environment: Environment, token: str, now: float) -> Claims:
    return verified(token, environment.signing_keys, environment.base_url, now)


def holds(environment: Environment, token: str, now: float) -> bool:
    """Return whether the token was signed for this environment."""
    try:
        verified_for(environment, token, now)
    except Problem:
        return False
    return True
