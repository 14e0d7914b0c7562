"""How each peer is started, on the server's core."""

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from bench.install import NotInstalled, from_debian, from_npm
from bench.machine import SERVER_CORE
from bench.processes import PYTHON, answers, clean, free_port, running

HERE = Path(__file__).parent
MODULES = Path("/usr/lib/nginx/modules")


@contextlib.contextmanager
def hello(given: Path, call: str, headers: dict[str, str]) -> Iterator[tuple[str, int]]:
    with uvicorn("bench.peers.hello:app", given, "/", {}) as found:
        yield found


@contextlib.contextmanager
def usual(given: Path, call: str, headers: dict[str, str]) -> Iterator[tuple[str, int]]:
    with uvicorn("bench.peers.usual:app", given, call, headers) as found:
        yield found


@contextlib.contextmanager
def uvicorn(app: str, given: Path, call: str, headers: dict[str, str]) -> Iterator[tuple[str, int]]:
    port = free_port()
    url = f"http://127.0.0.1:{port}{call}"
    options = ["--loop", "uvloop", "--http", "httptools", "--log-level", "warning"]
    command = [PYTHON, "-m", "uvicorn", app, "--port", port, "--no-access-log", *options]
    log = given.with_name(f"{app}.log")
    env = clean(BENCH_PEER=str(given))
    with running(command, answers(url, headers), log, core=SERVER_CORE, env=env) as process:
        yield url, process.pid


@contextlib.contextmanager
def nginx(given: Path, call: str, headers: dict[str, str]) -> Iterator[tuple[str, int]]:
    if shutil.which("nginx") is None or not (MODULES / "ngx_http_lua_module.so").exists():
        from_debian("nginx", "libnginx-mod-http-lua", "lua-cjson")
    folder = given.parent / "nginx"
    folder.mkdir()
    port = free_port()
    url = f"http://127.0.0.1:{port}{call}"
    values = {
        "modules": MODULES,
        "user": "user root;" if os.geteuid() == 0 else "",
        "mask": format(1 << SERVER_CORE, "b"),
        "folder": folder,
        "peers": HERE,
        "given": given,
        "port": port,
        "path": call.partition("?")[0],
    }
    text = (HERE / "nginx.conf").read_text()
    for name, value in values.items():
        text = text.replace(f"@{name}@", str(value))
    (folder / "nginx.conf").write_text(text)
    command = [shutil.which("nginx"), "-p", folder, "-c", folder / "nginx.conf"]
    log = folder / "log"
    with running(command, answers(url, headers), log, core=SERVER_CORE) as process:
        yield url, process.pid


@contextlib.contextmanager
def fastify(given: Path, call: str, headers: dict[str, str]) -> Iterator[tuple[str, int]]:
    node = shutil.which("node")
    if node is None:
        raise NotInstalled("not installed: there is no Node.js")
    manifest = HERE / "fastify" / "package.json"
    folder = from_npm(manifest)
    port = free_port()
    url = f"http://127.0.0.1:{port}{call}"
    command = [node, manifest.with_name("server.js"), folder, given, port]
    log = given.with_name("fastify.log")
    env = clean(NODE_ENV="production")
    with running(command, answers(url, headers), log, core=SERVER_CORE, env=env) as process:
        yield url, process.pid
