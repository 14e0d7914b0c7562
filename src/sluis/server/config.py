"""The settings an operator can make: `SLUIS_*` variables, or one TOML file that they override.

The file is named by `SLUIS_CONFIG`; its keys are the fields below. All that is wrong is said
at once, numbered, before anything starts.
"""

import contextlib
import os
import re
import secrets
import tempfile
import tomllib
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, get_type_hints
from urllib.parse import unquote, urlsplit

import msgspec

from sluis.server.proxies import Proxies

LISTS = {"hosts", "proxies"}
URLS = {
    "public_url": ("http", "https"),
    "database_url": ("postgresql",),
    "redis_url": ("redis", "rediss", "unix"),
    "smtp_url": ("smtp", "smtps"),
}


class ConfigurationError(Exception):
    """The settings cannot work; the message lists every fault with its number."""


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    home: str = "var"  # data directory
    bind: str = "localhost"  # address or name to listen on; 0.0.0.0 for every interface
    port: int = 8000
    tls_port: int = 8443
    public_url: str = ""  # behind issuer, links and base URLs; default http://localhost:{port}
    database_url: str = ""  # postgresql://user:password@host/name; default SQLite in home
    redis_url: str = ""  # redis://host:6379/0; needed for more than one server process
    secret_key: str = ""  # default: made on the first run, kept in home
    limits: Literal["on", "off"] = "on"  # off for load tests only
    pushes_per_second: int = 50  # to one channel
    webhooks: Literal["strict", "development"] = "strict"
    mailbox: Literal["on", "off"] = "off"  # mails shown on a page of the portal: development only
    smtp_url: str = ""  # smtp://user:password@host:587 (STARTTLS) or smtps://…:465
    mail_from: str = "sluis@localhost"
    tls_certificate: str = ""  # own files in place of those made at the first run
    tls_key: str = ""
    hosts: tuple[str, ...] = ()  # further names of the portal, beside that of public_url
    proxies: tuple[str, ...] = ()  # addresses or networks whose X-Forwarded-For is believed

    @property
    def directory(self) -> Path:
        return Path(self.home).absolute()

    @property
    def portal_url(self) -> str:
        return self.public_url.rstrip("/") or f"http://localhost:{self.port}"

    @property
    def tls_url(self) -> str:
        host = urlsplit(self.portal_url).hostname or "localhost"
        return f"https://{f'[{host}]' if ':' in host else host}:{self.tls_port}"

    @cached_property
    def secret(self) -> bytes:
        """Return the key that every kept secret hangs on; makes it on the first run."""
        if self.secret_key:
            return self.secret_key.encode()
        path = self.directory / "secret.key"
        if not path.exists():
            self.directory.mkdir(parents=True, exist_ok=True)
            keep_first(path, secrets.token_urlsafe(48))
        return path.read_text().strip().encode()


def keep_first(path: Path, text: str) -> None:
    """Write a private file whole or not at all; of several that try at once the first one stays."""
    handle, name = tempfile.mkstemp(dir=path.parent)  # with mode 0600
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileExistsError):
        os.link(name, path)
    os.unlink(name)


def read(environ: Mapping[str, str]) -> Config:
    """Return the settings; raises `ConfigurationError` with every fault numbered."""
    values = from_file(environ.get("SLUIS_CONFIG", "")) | from_variables(environ)
    fitting, found = fitted(values)
    config = Config(**fitting)
    found += faults(config)
    if found:
        raise ConfigurationError("\n".join(f"{n}. {text}" for n, text in enumerate(found, 1)))
    return config


def from_file(name: str) -> dict[str, Any]:
    if not name:
        return {}
    try:
        return tomllib.loads(Path(name).read_text())
    except (OSError, ValueError) as error:  # ValueError: no TOML, or not even UTF-8
        raise ConfigurationError(f"1. SLUIS_CONFIG names {name}: {error}.") from error


def from_variables(environ: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for field in Config.__struct_fields__:
        given = environ.get(f"SLUIS_{field.upper()}")
        if given:
            values[field] = given.split(",") if field in LISTS else given
    return values


def fitted(values: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the values that have the type of their setting, and what is wrong with the others."""
    types = get_type_hints(Config)
    fitting: dict[str, Any] = {}
    found = []
    for name, value in values.items():
        if name not in Config.__struct_fields__:
            found.append(f"There is no setting '{name}'.")
            continue
        try:
            fitting[name] = msgspec.convert(value, types[name], strict=False)
        except msgspec.ValidationError as error:
            found.append(f"SLUIS_{name.upper()} is '{value}': {str(error).lower()}.")
    for name in LISTS & fitting.keys():
        fitting[name] = tuple(one.strip() for one in fitting[name])
    return fitting, found


def faults(config: Config) -> list[str]:
    found = []
    for name in ("port", "tls_port"):
        if not 0 < getattr(config, name) < 65536:
            found.append(f"SLUIS_{name.upper()} is {getattr(config, name)}: use 1 to 65535.")
    if config.port == config.tls_port:
        found.append(f"SLUIS_PORT and SLUIS_TLS_PORT are both {config.port}: choose two ports.")
    for name, schemes in URLS.items():
        url = getattr(config, name)
        if url and scheme_of(url) not in schemes:
            beginnings = " or ".join(f"{scheme}://" for scheme in schemes)
            found.append(f"SLUIS_{name.upper()} must be a URL that starts with {beginnings}.")
    found += of_mail(config)
    try:
        Proxies(config.proxies)
    except ValueError as error:
        found.append(f"SLUIS_PROXIES lists addresses and networks: {error}.")
    if config.pushes_per_second < 1:
        found.append(f"SLUIS_PUSHES_PER_SECOND is {config.pushes_per_second}: use 1 or more.")
    if config.secret_key and len(config.secret_key) < 32:
        found.append("SLUIS_SECRET_KEY is shorter than 32 characters: use a long random text.")
    if bool(config.tls_certificate) != bool(config.tls_key):
        found.append("SLUIS_TLS_CERTIFICATE and SLUIS_TLS_KEY go together: set both or neither.")
    return found


def of_mail(config: Config) -> list[str]:
    found = []
    if scheme_of(config.smtp_url) in URLS["smtp_url"]:
        server = urlsplit(config.smtp_url)
        if not server.hostname:
            found.append("SLUIS_SMTP_URL names no server: write smtp://user:password@host:587.")
        if bool(server.username) != bool(server.password):
            found.append("SLUIS_SMTP_URL has a user or a password: give both, or neither.")
        if not unquote(f"{server.username or ''}{server.password or ''}").isascii():
            found.append("SLUIS_SMTP_URL has a user and a password in ASCII: SMTP knows no other.")
        if server.path.strip("/") or server.query or server.fragment:
            found.append(
                "SLUIS_SMTP_URL goes on after the port: write / ? # @ in a password as %2F %3F"
                " %23 %40."
            )
    if not re.fullmatch(r"([^\r\n<>]+ <)?[^\s<>@]+@[^\s<>@]+>?", config.mail_from):
        found.append("SLUIS_MAIL_FROM is an address, as sluis@example.org.")
    return found


def scheme_of(url: str) -> str | None:
    """Return the scheme of a URL; None when its host or port cannot be read."""
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return None
    return parts.scheme
