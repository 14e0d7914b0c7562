"""A mail server for tests: real SMTP on a port of its own, that keeps what it is given."""

import asyncio
import ssl
from contextlib import contextmanager
from email import message_from_bytes, policy

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult

from tests.servers import free_port


class Kept:
    """What a server took, and how it is to answer: `refusals` by address, `hangs` seconds."""

    def __init__(self):
        self.mails, self.raw, self.refusals, self.hangs = [], [], {}, 0.0
        self.over_tls, self.logins = [], []

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - aiosmtpd's
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        if self.hangs:
            await asyncio.sleep(self.hangs)
        self.raw.append(envelope.content)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        self.over_tls.append(session.ssl is not None)
        return "250 OK"

    def login(self, server, session, envelope, mechanism, given):
        self.logins.append((given.login.decode(), given.password.decode()))
        good = self.logins[-1] == ("sluis", "geheim/@")
        return AuthResult(success=good, handled=good)


class Server(Controller):
    def __init__(self, handler, *, starttls=None, **options):
        super().__init__(handler, hostname="127.0.0.1", port=free_port(), **options)
        self.starttls = starttls

    def factory(self):
        return SMTP(
            self.handler,
            tls_context=self.starttls,
            authenticator=self.handler.login,
            auth_require_tls=self.ssl_context is None,
            hostname="mail.test",
        )


@contextmanager
def mail_server(*, certificate=None, key=None, tls_from_the_first_byte=False):
    """Return what the server keeps, with its port; with a certificate it offers TLS."""
    context = None
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
    kept = Kept()
    implicit = {"ssl_context": context} if tls_from_the_first_byte else {"starttls": context}
    server = Server(kept, **(implicit if context else {}))
    server.start()
    kept.port = server.port
    try:
        yield kept
    finally:
        server.stop()
