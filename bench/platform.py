"""The product under measurement: `sluis serve` as a real process on a data directory."""

import contextlib
import json
from base64 import urlsafe_b64decode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench import world
from bench.processes import PYTHON, answers, clean, fetched, free_port, running

SERVE = ("-m", "sluis.server.cli", "serve")


@dataclass(slots=True)
class Served:
    url: str
    pid: int
    companies: list[dict[str, Any]]
    headers: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def narrow(self) -> dict[str, str]:
        """Return the headers of calls by the company that two fields are hidden from."""
        return self.headers_of(0)

    @property
    def whole(self) -> dict[str, str]:
        return self.headers_of(1)

    def headers_of(self, number: int) -> dict[str, str]:
        company = self.companies[number]
        if company["name"] not in self.headers:
            found = world.credentials(f"{self.url}/{world.ENVIRONMENT}", company)
            self.headers[company["name"]] = found
        return self.headers[company["name"]]

    @property
    def organisation(self) -> str:
        token = self.narrow["Authorization"].partition(" ")[2]
        payload = token.split(".")[1]
        organisation: str = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))[
            "org"
        ]
        return organisation

    def public_key(self) -> str:
        """Return the key that its tokens are signed with, as PEM."""
        from joserfc.jwk import RSAKey

        token = self.narrow["Authorization"].partition(" ")[2]
        head = token.split(".")[0]
        kid = json.loads(urlsafe_b64decode(head + "=" * (-len(head) % 4)))["kid"]
        _, said = fetched(f"{self.url}/{world.ENVIRONMENT}/.well-known/jwks.json")
        key = next(one for one in json.loads(said)["keys"] if one["kid"] == kid)
        return RSAKey.import_key(key).as_pem(private=False).decode()


@contextlib.contextmanager
def served(
    home: Path,
    *,
    core: int,
    module: Sequence[object] = SERVE,
    database: Mapping[str, str] | None = None,
) -> Iterator[Served]:
    """Serve a world that was built, with a log as in production."""
    port, tls_port = free_port(), free_port()
    env = clean(**world.settings(home, port, tls_port), **(database or {}))
    url = f"http://localhost:{port}"
    log = home / "serve.log"
    command = [PYTHON, *module]
    with running(command, answers(f"{url}/healthz"), log, core=core, env=env) as process:
        told = json.loads((home / "demo.json").read_text())
        yield Served(url, process.pid, told["port"]["uat"]["companies"])
