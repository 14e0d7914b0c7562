"""Where pushes may go: every way to write an address that is not public, at the dialled address."""

import ipaddress
import itertools
import socket

import pytest

from sluis.server.jobs.guard import Guard, NotAllowed
from sluis.server.jobs.lookup import Lookup
from sluis.server.jobs.push import Pusher
from sluis.server.jobs.secrets import Secrets
from sluis.server.jobs.targets import Target

STRICT, DEVELOPMENT = Guard(development=False), Guard(development=True)
PRIVATE_4 = """
    0.0.0.0 0.1.2.3 10.0.0.1 10.255.255.255 100.64.0.1 100.127.255.254 127.0.0.1 127.1.2.3
    127.255.255.254 169.254.0.1 169.254.169.254 172.16.0.1 172.31.255.254 192.0.0.1 192.0.0.170
    192.0.2.1 192.88.99.1 192.168.0.1 192.168.255.254 198.18.0.1 198.19.255.254 198.51.100.1
    203.0.113.1 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 192.175.48.1 192.31.196.1
    192.52.193.1
""".split()
PRIVATE_6 = """
    :: ::1 ::2 ::ffff:0:0 100::1 100:0:0:1::1 64:ff9b::1 64:ff9b:1::1 2001::1 2001:1::1 2001:2::1
    2001:3::1 2001:4:112::1 2001:10::1 2001:20::1 2001:db8::1 2002::1 2620:4f:8000::1 3ffe::1
    3fff::1 4000::1 5f00::1 fc00::1 fd00::1 fd12:3456:789a::1 fe80::1 fe80::1%eth0 febf::1
    fec0::1 ff02::1 ff05::1:3 ffff::1
""".split()
PUBLIC = """
    1.1.1.1 8.8.8.8 20.76.52.43 100.63.255.255 100.128.0.1 172.15.255.255 172.32.0.1 192.0.1.1
    198.17.255.255 198.20.0.1 223.255.255.255 2606:4700:4700::1111 2a00:1450:4001::1 2001:4860::8888
""".split()


def forms_of(text):
    """Yield the ways to write an IPv4 address, on its own and wrapped in IPv6."""
    number = int(ipaddress.IPv4Address(text))
    octets = text.split(".")
    yield text
    yield str(number)
    yield hex(number)
    yield f"0{number:o}"
    yield ".".join(f"0{int(octet):o}" for octet in octets)
    yield ".".join(hex(int(octet)) for octet in octets)
    yield f"{octets[0]}.{number & 0xFFFFFF}"
    yield f"{octets[0]}.{octets[1]}.{number & 0xFFFF}"
    yield f"[::ffff:{text}]"
    yield f"[::{text}]"
    yield f"[64:ff9b::{text}]"
    yield f"[64:ff9b:1::{text}]"
    yield f"[2002:{number >> 16:x}:{number & 0xFFFF:x}::1]"
    yield f"[2001:0:4136:e378:8000:63bf:{(number >> 16) ^ 0xFFFF:x}:{(number & 0xFFFF) ^ 0xFFFF:x}]"
    yield f"[::ffff:0:{text}]"
    yield f"[fe80::5efe:{text}]"


CORPUS = [
    *itertools.chain.from_iterable(map(forms_of, PRIVATE_4)),
    *(f"[{text}]" for text in PRIVATE_6),
]
URLS = """
    http://example.org/ ftp://example.org/ file:///etc/passwd gopher://example.org/ //example.org
    https:/// https://:443/ https://user@example.org/ https://user:secret@example.org/
    https://@example.org/ https://example.org:22/ https://example.org:80/ https://example.org:8080/
    https://example.org:99999/ https://example.org/#fragment https://example.org\\@10.0.0.1/
    https://3232235521/ https://0x7f.1/ https://127.1/ https://0300.0250.0.1/ https://8.8.8.8./
    https://[::1/ https://exam\tple.org/ javascript:alert(1) https://example.org:0x1bb/
""".split("\n")
ODD = [url for line in URLS for url in line.split(" ") if url]


def refused(text):
    """Return whether a host is refused as it stands, or at whatever address it is dialled."""
    if STRICT.faults_of(f"https://{text}/") is not None:
        return True
    try:
        found = socket.getaddrinfo(text.strip("[]"), 443, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return True
    for info in found:
        with pytest.raises(NotAllowed):
            STRICT.socket(info)
    return True


def test_the_corpus_is_large():
    assert len(set(CORPUS)) >= 500


@pytest.mark.parametrize("text", sorted(set(CORPUS)))
def test_refuses_every_form_of_an_address_that_is_not_public(text):
    assert refused(text)


@pytest.mark.parametrize("text", [*PRIVATE_4, *PRIVATE_6])
def test_dials_no_address_that_is_not_public(text):
    family = socket.AF_INET6 if ":" in text else socket.AF_INET
    with pytest.raises(NotAllowed):
        STRICT.socket((family, socket.SOCK_STREAM, 6, "", (text, 443)))


@pytest.mark.parametrize("text", PUBLIC)
def test_allows_public_addresses(text):
    assert STRICT.allows(ipaddress.ip_address(text))


@pytest.mark.parametrize("url", ODD)
def test_refuses_odd_urls(url):
    assert STRICT.faults_of(url) is not None


@pytest.mark.parametrize(
    "url", ["https://example.org/", "https://example.org:8443/a?b=c", "https://[2606:4700::1111]/"]
)
def test_takes_ordinary_urls(url):
    assert STRICT.faults_of(url) is None


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("http://localhost:9000/", True),
        ("http://127.0.0.1:9000/", True),
        ("http://[::1]:9000/", True),
        ("http://example.org/", False),
        ("https://10.0.0.1/", False),
        ("http://169.254.169.254/", False),
    ],
)
def test_in_development_lets_through_to_this_machine_only(url, allowed):
    assert (DEVELOPMENT.faults_of(url) is None) is allowed


def target(url):
    return Target(1, url, True, "none", "", "", "", "", Secrets())


async def test_looks_at_the_address_that_a_name_leads_to(monkeypatch):
    """A name that was public when the channel was added leads elsewhere when it is dialled."""
    reached = []
    listener = socket.create_server(("127.0.0.1", 0))
    listener.settimeout(0.2)

    async def resolve(self, host, port=0, family=socket.AF_INET):
        address = {"hostname": host, "host": "127.0.0.1", "port": listener.getsockname()[1]}
        reached.append(host)
        return [address | {"family": socket.AF_INET, "proto": 6, "flags": 0}]

    monkeypatch.setattr(Lookup, "resolve", resolve)
    async with Pusher(STRICT) as pusher:
        answer = await pusher.push(target("https://rebinding.example/"), "id", "{}")
    assert reached == ["rebinding.example"]
    assert answer.status is None
    assert answer.error == "The address is not a public one."
    with pytest.raises(TimeoutError):
        listener.accept()
    listener.close()
