"""Whose address counts, when headers say one thing and the connection another."""

import pytest

from sluis.server.proxies import Proxies

LISTED = Proxies(["10.0.0.1", "fd00::/8"])


def seen(peer, *, forwarded=(), proto=(), proxies=LISTED):
    scope = {
        "client": (peer, 4000),
        "scheme": "http",
        "headers": [
            *((b"x-forwarded-for", value.encode()) for value in forwarded),
            *((b"x-forwarded-proto", value.encode()) for value in proto),
        ],
    }
    proxies.see_through(scope)
    return scope["client"][0], scope["scheme"]


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        pytest.param("10.0.0.1", ["198.51.100.7"], "198.51.100.7", id="a listed proxy"),
        pytest.param("fd00::9", ["198.51.100.7"], "198.51.100.7", id="one of a listed network"),
        pytest.param("::ffff:10.0.0.1", ["198.51.100.7"], "198.51.100.7", id="IPv4 in IPv6"),
        pytest.param("10.0.0.1", ["1.2.3.4, 198.51.100.7"], "198.51.100.7", id="a forged entry"),
        pytest.param("10.0.0.1", ["1.2.3.4", "198.51.100.7"], "198.51.100.7", id="two headers"),
        pytest.param("10.0.0.1", ["198.51.100.7, fd00::3"], "198.51.100.7", id="two proxies"),
        pytest.param("10.0.0.1", ["2001:db8::1"], "2001:db8::1", id="an address of IPv6"),
        pytest.param("10.0.0.1", [], "10.0.0.1", id="no header"),
        pytest.param("10.0.0.1", ["unknown"], "10.0.0.1", id="no address"),
        pytest.param("10.0.0.1", ["1.2.3.4, <script>"], "10.0.0.1", id="rubbish at the end"),
        pytest.param("10.0.0.2", ["1.2.3.4"], "10.0.0.2", id="a stranger's header"),
    ],
)
def test_a_header_counts_only_from_a_listed_proxy(peer, forwarded, address):
    assert seen(peer, forwarded=forwarded)[0] == address


@pytest.mark.parametrize(
    ("peer", "proto", "scheme"),
    [
        pytest.param("10.0.0.1", ["https"], "https", id="a listed proxy"),
        pytest.param("10.0.0.1", ["https", "http"], "http", id="two answers are none"),
        pytest.param("10.0.0.1", ["gopher"], "http", id="an unknown scheme"),
        pytest.param("10.0.0.2", ["https"], "http", id="a stranger"),
    ],
)
def test_the_scheme_counts_likewise(peer, proto, scheme):
    assert seen(peer, proto=proto)[1] == scheme


def test_without_a_list_nothing_is_believed():
    assert seen("10.0.0.1", forwarded=["1.2.3.4"], proxies=Proxies([])) == ("10.0.0.1", "http")


def test_what_is_no_network_is_refused():
    with pytest.raises(ValueError, match="localhost"):
        Proxies(["localhost"])
