"""`sluis listen`: a receiver of pushes, for trying out."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import click


@click.command()
@click.option("--port", default=9000, show_default=True)
@click.option("--secret", "secrets", multiple=True, help="Check signatures with it: whsec_…")
def listen_command(port: int, secrets: tuple[str, ...]) -> None:
    """Print each push that comes in, and say whether its signature is good."""
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), receiver(secrets))
    except OSError as error:
        raise click.ClickException(f"Cannot listen on port {port}: {error.strerror}.") from error
    click.echo(f"Listening on http://localhost:{port}. Ctrl-C stops.")
    with server:
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            sys.exit(0)


def receiver(secrets: tuple[str, ...]) -> type[BaseHTTPRequestHandler]:
    class Receiver(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            click.echo(told(dict(self.headers.items()), body, secrets))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - idem
            pass

    return Receiver


def told(headers: dict[str, str], body: bytes, secrets: tuple[str, ...]) -> str:
    """Return what is printed of a push."""
    from sluis.server.jobs import signature

    given = {name.lower(): value for name, value in headers.items()}
    message_id, timestamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    line = f"{message_id or 'without an id'}"
    if secrets:
        signed = given.get("webhook-signature", "")
        good = any(signature.good(message_id, timestamp, body, signed, one) for one in secrets)
        line += ", signature good" if good else ", SIGNATURE WRONG"
    elif "webhook-signature" in given:
        line += ", signed"
    try:
        text = json.dumps(json.loads(body), indent=2, ensure_ascii=False)
    except ValueError:
        text = body.decode("utf-8", "replace")
    return f"{line}\n{text}\n"
