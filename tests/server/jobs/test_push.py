"""One push, to a receiver on this machine that behaves badly in every way."""

import asyncio
import socket
import threading

import pytest

from sluis.server import tls
from sluis.server.jobs import push, signature
from sluis.server.jobs.guard import Guard
from sluis.server.jobs.push import Pusher
from sluis.server.jobs.secrets import Secrets
from sluis.server.jobs.targets import Target
from tests.server.jobs.receiver import receiving
from tests.servers import free_port

NONE = Secrets()
DEVELOPMENT = Guard(development=True)


@pytest.fixture
def tokens():
    with receiving() as made:
        made.answer(200, body=b'{"access_token": "t0ken", "expires_in": 3600}')
        yield made


def target(url, *, authentication="none", token_url="", secrets=NONE, **more):
    values = {"client_id": "me", "scopes": "a b", "username": "", **more}
    return Target(
        1,
        url,
        True,
        authentication,
        token_url,
        values["client_id"],
        values["scopes"],
        values["username"],
        secrets,
    )


async def pushed(*targets):
    async with Pusher(DEVELOPMENT) as pusher:
        return [await pusher.push(one, "an-id", '{"é":1}') for one in targets]


async def test_sends_the_bytes_and_the_headers(there):
    secrets = Secrets(headers={"X-Key": "abc", "Authorization": "Basic xyz"})
    [answer] = await pushed(target(there.url + "/a?b=c", secrets=secrets))
    [(path, headers, body)] = there.requests
    assert (answer.status, answer.error) == (204, "")
    assert (path, body) == ("/a?b=c", '{"é":1}'.encode())
    assert headers["content-type"] == "application/json"
    assert headers["x-key"] == "abc"
    assert headers["authorization"] == "Basic xyz"
    assert headers["webhook-id"] == "an-id"
    assert "cookie" not in headers


async def test_does_not_follow_redirects(there):
    there.answer(307, headers={"location": there.url + "/elsewhere"})
    [answer] = await pushed(target(there.url))
    assert answer.status == 307
    assert "redirect" in answer.error
    assert len(there.requests) == 1


async def test_keeps_a_kilobyte_without_our_secrets(there):
    there.answer(400, body=b"you sent s3cret-value and abc\0" + b"x" * 100_000)
    secrets = Secrets(headers={"authorization": "Bearer s3cret-value", "x": "abc"})
    [answer] = await pushed(target(there.url, secrets=secrets))
    assert answer.status == 400
    assert answer.text.startswith("you sent *** and ***x")
    assert len(answer.text) == 1024


def test_says_how_long_it_waited():
    assert f" {push.TOTAL_SECONDS:.0f} seconds" in push.described(TimeoutError())


async def test_gives_up_on_one_that_hangs(there, monkeypatch):
    monkeypatch.setattr(push, "TOTAL_SECONDS", 0.2)
    there.answer(200, wait=1)
    [answer] = await pushed(target(there.url))
    assert answer.status is None
    assert "No answer" in answer.error
    assert answer.milliseconds >= 200


async def test_a_mute_name_server_keeps_nobody_else_waiting(there, monkeypatch):
    look_up, end = socket.getaddrinfo, threading.Event()

    def mute(host, *asked, **more):
        if host.endswith(".mute.example"):
            end.wait(30)
            raise OSError
        return look_up(host, *asked, **more)

    monkeypatch.setattr(socket, "getaddrinfo", mute)
    neighbour = target(there.url.replace("127.0.0.1", "localhost"))
    async with Pusher(DEVELOPMENT) as pusher:
        hanging = [
            asyncio.create_task(pusher.push(target(f"https://{n}.mute.example/"), "id", "{}"))
            for n in range(40)
        ]
        await asyncio.sleep(0.1)
        answer = await pusher.push(neighbour, "id", "{}")
        end.set()
        answers = await asyncio.gather(*hanging)
    assert answer.status == 204
    assert answer.milliseconds < 5_000
    assert {one.error for one in answers} == {"The name of the host is unknown."}


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "a..example", "xn--.example"])
async def test_gives_up_on_a_name_that_is_none(host):
    [answer] = await pushed(target(f"https://{host}/"))
    assert (answer.status, answer.error) == (None, "The name of the host is unknown.")


@pytest.mark.parametrize(
    ("certified", "error"),
    [
        (True, "TLS: unable to get local issuer certificate."),
        (False, "TLS: no connection could be made."),
    ],
    ids=["an unknown issuer", "no TLS"],
)
async def test_tells_what_is_wrong_with_the_tls_of_a_receiver(there, tmp_path, certified, error):
    if certified:
        files = tls.files(tmp_path, ["localhost"])
        context = tls.context(files.certificate, files.key)
        there.server.socket = context.wrap_socket(there.server.socket, server_side=True)
    [answer] = await pushed(target(there.url.replace("http:", "https:")))
    assert (answer.status, answer.error) == (None, error)


async def test_tells_of_an_address_that_only_looks_like_one():
    [answer] = await pushed(target("https://3232235521/"))
    assert (answer.status, answer.error) == (None, "This is not a URL.")


async def test_gives_up_on_one_that_is_not_there():
    [answer] = await pushed(target(f"http://127.0.0.1:{free_port()}/"))
    assert answer == (None, "", "No connection could be made.", None, answer.milliseconds)


@pytest.mark.parametrize(
    "garbage",
    [
        b"",
        b"garbage\r\n\r\n",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nA" * 9000,
        b"HTTP/1.1 103 Early Hints\r\n\r\n" * 1000 + b"HTTP/1.1 204 No Content\r\n\r\n",
    ],
    ids=["nothing", "no HTTP", "no status", "endless headers", "endless beginnings"],
)
async def test_survives_garbage(garbage):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer():
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(garbage)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        [found] = await pushed(target(f"http://127.0.0.1:{listener.getsockname()[1]}/"))
        thread.join()
    assert found.status is None
    assert found.error


async def test_fetches_a_token_once(there, tokens):
    secrets = Secrets(client_secret="shh", token_headers={"X-Tenant": "7"})
    one = target(
        there.url, authentication="client-credentials", token_url=tokens.url, secrets=secrets
    )
    answers = await pushed(one, one)
    assert [answer.status for answer in answers] == [204, 204]
    assert tokens.forms() == [
        {
            "grant_type": "client_credentials",
            "client_id": "me",
            "client_secret": "shh",
            "scope": "a b",
        }
    ]
    assert tokens.requests[0][1]["x-tenant"] == "7"
    assert [headers["authorization"] for _, headers, _ in there.requests] == ["Bearer t0ken"] * 2


async def test_fetches_a_token_with_a_password(there, tokens):
    one = target(
        there.url,
        authentication="password",
        token_url=tokens.url,
        secrets=Secrets(client_secret="shh", password="pw"),
        username="anna",
    )
    await pushed(one)
    [form] = tokens.forms()
    assert form["grant_type"] == "password"
    assert (form["username"], form["password"]) == ("anna", "pw")


async def test_a_token_is_renewed_a_minute_early(there, tokens):
    tokens.answer(200, body=b'{"access_token": "t0ken", "expires_in": 60}')
    one = target(there.url, authentication="client-credentials", token_url=tokens.url)
    await pushed(one, one)
    assert len(tokens.requests) == 2


async def test_a_token_that_is_refused_is_renewed_once(there, tokens):
    there.answer(401, 200)
    one = target(there.url, authentication="client-credentials", token_url=tokens.url)
    [answer] = await pushed(one)
    assert answer.status == 200
    assert len(tokens.requests) == 2
    there.answer(401)
    [answer] = await pushed(one)
    assert answer.status == 401
    assert len(there.requests) == 4


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b'{"error": "invalid_client"}'),
        (200, b"<html>"),
        (200, b"{}"),
        (200, b'{"access_token": 1}'),
        (200, b'{"access_token": "a\\r\\nb: c"}'),
        (200, b'{"access_token": "t", "expires_in": "soon"}'),
        (200, b'{"access_token": "t", "expires_in": 1%s}' % (b"0" * 400)),
        (200, b'{"a":' + b"[" * 20_000),
    ],
)
async def test_tells_of_a_token_endpoint_that_gives_none(there, tokens, status, body):
    tokens.answer(status, body=body)
    one = target(there.url, authentication="client-credentials", token_url=tokens.url)
    [answer] = await pushed(one)
    assert answer.status is None
    assert answer.error.startswith("The token endpoint")
    assert there.requests == []


async def test_guards_the_token_endpoint_too(there):
    one = target(there.url, authentication="client-credentials", token_url="https://10.0.0.1/")
    [answer] = await pushed(one)
    assert answer.error == "Token endpoint: This address is not a public one."


async def test_signs_with_both_secrets_while_one_replaces_the_other(there):
    both = (signature.new_secret(), signature.new_secret())
    secrets = [Secrets(signing=both, both_until=until) for until in (2.0**40, 1.0)]
    await pushed(*(target(there.url, secrets=one) for one in secrets))
    for (_, headers, body), good in zip(there.requests, ([True, True], [True, False]), strict=True):
        told = (headers["webhook-id"], headers["webhook-timestamp"], body)
        signed = headers["webhook-signature"]
        assert [signature.good(*told, signed, secret) for secret in both] == good
