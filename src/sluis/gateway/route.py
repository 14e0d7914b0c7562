"""Which operation of which API a call is meant for, in an environment that is known."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import unquote

from sluis.core.access import Grant, whole
from sluis.core.api import Api, Dialect, Operation
from sluis.core.quota import Limit
from sluis.core.version import Deprecation
from sluis.gateway.notice import Headers, notice
from sluis.gateway.schemes import Scheme


@dataclass(frozen=True, slots=True, eq=False)
class Endpoint:
    """An operation as one environment serves it, with all that can be looked up beforehand."""

    api: Api
    operation: Operation
    schemes: tuple[Scheme, ...]
    limits: tuple[Limit, ...]
    whole: Grant  # everything the API publishes
    headers: tuple[bytes, ...]  # those that the schemes read
    query_parameters: frozenset[str]  # idem
    repeatable: bool  # whether equal credentials always mean the same caller
    dialect: Dialect
    deprecation: Deprecation | None  # of the version that is served
    notice: Headers  # which tells of it


Endpoints = Mapping[str, Endpoint]  # by method


@dataclass(slots=True)
class Routes:
    fixed: dict[str, dict[str, Endpoint]] = field(default_factory=dict)
    patterns: list[tuple[re.Pattern[str], dict[str, Endpoint]]] = field(default_factory=list)
    matched: dict[str, tuple[Endpoints, Mapping[str, str]]] = field(default_factory=dict)

    def find(self, path: str) -> tuple[Endpoints, Mapping[str, str]]:
        """Return what is served at a path, by method, and the parameters in it; ({}, {}) if none.

        `path` is still percent-encoded: an encoded slash does not part two segments. A path
        with a NUL is nowhere: no database keeps one.
        """
        endpoints = self.fixed.get(path)
        if endpoints is not None:
            return endpoints, NO_PARAMETERS
        found = self.matched.get(path) or self.match(path)
        if found is None:
            return {}, NO_PARAMETERS
        return found

    def match(self, path: str) -> tuple[Endpoints, Mapping[str, str]] | None:
        """Find a path with parameters, and keep what was found for who polls it."""
        if "%00" in path:
            return None
        for pattern, endpoints in self.patterns:
            match = pattern.fullmatch(path)
            if match is not None:
                parameters = {name: unquote(v) for name, v in match.groupdict().items()}
                if len(self.matched) >= MATCHED_AT_MOST:
                    self.matched.clear()
                self.matched[path] = endpoints, parameters
                return endpoints, parameters
        return None


NO_PARAMETERS: Mapping[str, str] = {}
MATCHED_AT_MOST = 1_000  # paths of calls
NOTHING_DEPRECATED: Mapping[str, Deprecation] = {}
PARAMETER = re.compile(r"\{(\w+)\}")


def routes(
    apis: Iterable[Api],
    schemes: Mapping[str, Scheme],
    limits: Mapping[str, tuple[Limit, ...]],
    deprecations: Mapping[str, Deprecation] = NOTHING_DEPRECATED,
) -> Routes:
    """Return the routes of one environment.

    `limits` holds, by product, what this environment has in place of what the API publishes;
    `deprecations`, by API, what it says of the version that is served.
    Raises `ValueError` when two operations are served at one method and path, and when one path
    has its parameters under different names: only one of the two would ever be found.
    """
    made = Routes()
    patterns: dict[str, dict[str, Endpoint]] = {}
    spellings: dict[str, str] = {}
    for api in apis:
        own_limits = limits.get(api.product, api.limits)
        for endpoint in endpoints_of(api, schemes, own_limits, deprecations.get(api.slug)):
            operation = endpoint.operation
            for path in (operation.path, *operation.aliases):
                if spellings.setdefault(PARAMETER.sub("{}", path), path) != path:
                    raise ValueError(f"{path} has other names for its parameters elsewhere.")
                home = patterns if "{" in path else made.fixed
                endpoints = home.setdefault(path, {})
                if operation.method in endpoints:
                    raise ValueError(f"{operation.method} {path} is served twice.")
                endpoints[operation.method] = endpoint
    made.patterns = [(pattern_of(path), endpoints) for path, endpoints in patterns.items()]
    return made


def endpoints_of(
    api: Api,
    schemes: Mapping[str, Scheme],
    limits: tuple[Limit, ...],
    deprecation: Deprecation | None,
) -> Iterator[Endpoint]:
    everything, told = whole(api.operations), notice(deprecation)
    for operation in api.operations:
        proofs = tuple(schemes[name] for name in operation.schemes)
        yield Endpoint(
            api,
            operation,
            proofs,
            limits,
            everything,
            tuple(name for scheme in proofs for name in scheme.headers),
            frozenset().union(*(scheme.query_parameters for scheme in proofs)),
            all(scheme.repeatable for scheme in proofs),
            operation.dialect or api.dialect,
            deprecation,
            told,
        )


def pattern_of(path: str) -> re.Pattern[str]:
    """Return the pattern of a template such as `/stays/{imo}`: a parameter is one segment."""
    parts = PARAMETER.split(path)
    texts, names = parts[::2], parts[1::2]
    pattern = re.escape(texts[0])
    for name, text in zip(names, texts[1:], strict=True):
        pattern += f"(?P<{name}>[^/]+){re.escape(text)}"
    return re.compile(pattern)
