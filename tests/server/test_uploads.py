"""Forms with files: larger than calls, bounded all the same, and in nobody's way."""

import re
import socket

import pytest

from sluis.core.attachment import FILE_BYTES
from sluis.core.problem import Problem, Reason
from sluis.server import uploads
from sluis.server.door import BODY_BYTES
from sluis.server.uploads import ALL_BYTES, UPLOAD_BYTES, Uploads, brings_files

FORM = "multipart/form-data; boundary=xx"
CONTACT = "/contact/port/"
PATIENCE_S = 60


def scope(method="POST", path=CONTACT, kind=FORM):
    return {"method": method, "path": path, "headers": [(b"content-type", kind.encode())]}


@pytest.mark.parametrize(
    "path", ["/contact/port/", "/tickets/new/", "/tickets/1/", "/desk/record/"]
)
def test_knows_a_form_with_files(path):
    assert brings_files(scope(path=path))
    assert brings_files(scope(path=path, kind=FORM.replace("multipart", "Multipart")))


@pytest.mark.parametrize(
    "other",
    [
        {"method": "PUT"},
        {"path": "/accounts/login/"},
        {"path": "/port/uat/tickets/"},
        {"kind": "application/x-www-form-urlencoded"},
        {"kind": "text/plain; multipart/form-data"},
    ],
    ids=str,
)
def test_takes_nothing_else_for_one(other):
    assert not brings_files(scope(**other))


async def came(size):
    return {"type": "http.request", "body": b"a" * size, "more_body": True}


async def test_holds_so_much_at_once_and_lets_go_of_it(monkeypatch):
    monkeypatch.setattr(uploads, "ALL_BYTES", 10)
    room = Uploads()
    with room.counted(lambda: came(8)) as first:
        await first()
        with room.counted(lambda: came(3)) as second:
            with pytest.raises(Problem) as refusal:
                await second()
            assert refusal.value.reason is Reason.UNAVAILABLE
        assert room.held_bytes == 8
    assert room.held_bytes == 0


async def test_lets_go_when_the_sender_goes_away():
    room = Uploads()

    async def gone():
        return {"type": "http.disconnect"}

    with room.counted(gone) as receive:
        await receive()
    assert room.held_bytes == 0


def test_there_is_room_for_a_few_of_the_largest():
    assert 5 * FILE_BYTES < UPLOAD_BYTES <= ALL_BYTES / 4


# A Sluis that runs


@pytest.fixture
def visit(running):
    """Return a function that sends the contact form as a browser does."""

    def send(*files, email="up@example.net", csrf=True):
        page = running.get(CONTACT)
        token = re.search(rb'name="csrfmiddlewaretoken" value="(\w+)"', page.body)[1].decode()
        cookie = page.headers["set-cookie"].partition(";")[0] if csrf else "a=b"
        fields = {"name": "Eva", "email": email, "subject": "Files", "text": "Here."}
        parts = [
            f'--xx\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n'.encode()
            for name, text in ({"csrfmiddlewaretoken": token} | fields).items()
        ]
        for name, content in files:
            head = f'--xx\r\nContent-Disposition: form-data; name="attachments"; filename="{name}"'
            parts.append(head.encode() + b"\r\n\r\n" + content + b"\r\n")
        headers = {"content_type": FORM, "cookie": cookie}
        return running.request("POST", CONTACT, b"".join(parts) + b"--xx--\r\n", **headers)

    return send


def kept(running):
    return running.rows("SELECT name, size_bytes FROM server_attachment ORDER BY name")


def test_takes_five_files_of_the_largest_size(running, visit):
    largest = b"%PDF-" + b"a" * (FILE_BYTES - 5)
    answer = visit(*[(f"{n}.pdf", largest) for n in range(5)])
    assert answer.status == 302, answer.body
    assert kept(running)[-5:] == [(f"{n}.pdf", FILE_BYTES) for n in range(5)]


def test_says_which_file_is_too_large(visit):
    answer = visit(("big.pdf", b"%PDF-" + b"a" * FILE_BYTES))
    assert answer.status == 200
    assert b"big.pdf is larger than 5 MB." in answer.body


@pytest.mark.parametrize(
    "name",
    ["../../../etc/passwd", "..\\..\\boot.ini", "a\0b.txt", "%2e%2e%2fpasswd", "&#46;&#46;/x"],
)
def test_no_name_leads_anywhere(running, visit, name):
    before = kept(running)
    assert visit((name, b"text"), email=f"{abs(hash(name))}@example.net").status in (200, 302, 400)
    names = [one for one, _ in kept(running) if (one, 4) not in before]
    assert [one for one in names if re.search(r"[/\\\0]|^\.", one)] == []
    assert running.get("/healthz").status == 200


@pytest.mark.parametrize(
    ("path", "kind", "bound"),
    [
        pytest.param(CONTACT, FORM, UPLOAD_BYTES, id="a form with files"),
        pytest.param(CONTACT, "application/x-www-form-urlencoded", BODY_BYTES, id="one without"),
        pytest.param("/accounts/login/", FORM, BODY_BYTES, id="another page"),
        pytest.param("/port/uat/ingestion/v1/ingestion/1", FORM, BODY_BYTES, id="a call"),
    ],
)
def test_everything_has_its_bound(running, path, kind, bound):
    head = [
        f"POST {path} HTTP/1.1",
        "Host: localhost",
        f"Content-Type: {kind}",
        f"Content-Length: {bound + 1}",
    ]
    with socket.create_connection(("localhost", running.port), timeout=PATIENCE_S) as connection:
        connection.sendall("\r\n".join([*head, "", "a"]).encode())
        assert connection.recv(65_536).startswith(b"HTTP/1.1 413")


def test_a_form_of_another_site_is_not_taken(running, visit):
    before = kept(running)
    assert visit(("a.txt", b"text"), csrf=False).status == 403
    assert kept(running) == before


@pytest.mark.parametrize(
    "body",
    [b"", b"--xx", b"--xx\r\n\r\n", b"--xx--", b"--yy\r\n" * 99, b"\xff" * 99],
    ids=["nothing", "a boundary", "no head", "an end", "another boundary", "no text"],
)
def test_a_form_that_is_none_is_no_fault(running, body):
    answer = running.request("POST", CONTACT, body, content_type=FORM)
    assert answer.status in (400, 403)
