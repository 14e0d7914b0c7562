"""Names are found in any case, nothing that stands twice is chosen from, all text is UTF-8."""

from urllib.parse import urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sluis.core.message import PARAMETERS_AT_MOST, Pairs, Request
from sluis.core.problem import Problem, Reason

CALMLY = settings(deadline=None, derandomize=True)


def refusal(deed, *arguments):
    with pytest.raises(Problem) as refused:
        deed(*arguments)
    return refused.value


@pytest.mark.parametrize("name", ["eori", "EORI", "Eori"])
def test_finds_a_name_in_any_case(name):
    assert Pairs.parsed("Eori=BE1").one(name) == "BE1"
    assert Pairs.parsed("Eori=BE1").all(name) == ["BE1"]


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        pytest.param("", [], id="nothing"),
        pytest.param("a=1&b=2&a=3", [("a", "1"), ("b", "2"), ("a", "3")], id="in order"),
        pytest.param("a=", [("a", "")], id="an empty value"),
        pytest.param("a", [("a", "")], id="a name alone"),
        pytest.param("a=1=2", [("a", "1=2")], id="an equals sign in a value"),
        pytest.param("&&a=1&", [("a", "1")], id="empty parts"),
        pytest.param("a+b=c+d%20e%2B", [("a b", "c d e+")], id="encoded"),
        pytest.param("n=Br%C3%BCgge", [("n", "Brügge")], id="UTF-8"),
        pytest.param("a=1%0d%0aset-cookie:x", [("a", "1\r\nset-cookie:x")], id="line breaks"),
    ],
)
def test_reads_the_parameters(text, pairs):
    assert list(Pairs.parsed(text)) == pairs
    assert len(Pairs.parsed(text)) == len(pairs)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("n=Br%FCgge", id="Latin-1"),
        pytest.param("n=%ED%A0%80", id="half a surrogate pair"),
        pytest.param("%FF=1", id="in a name"),
        pytest.param("n=a%00b", id="a NUL, which no database keeps"),
        pytest.param("n=a\0b", id="a NUL as it is"),
        pytest.param("&".join(["a=1"] * (PARAMETERS_AT_MOST + 1)), id="too many"),
        pytest.param("&".join(["a=%20"] * (PARAMETERS_AT_MOST + 1)), id="too many, encoded"),
    ],
)
def test_refuses_parameters_that_cannot_be_read(text):
    assert refusal(Pairs.parsed, text).reason is Reason.MALFORMED


@pytest.mark.parametrize("value", ["1", "%20"])
def test_a_hundred_parameters_are_read(value):
    assert len(Pairs.parsed("&".join([f"a={value}"] * PARAMETERS_AT_MOST))) == PARAMETERS_AT_MOST


@pytest.mark.parametrize("text", ["key=1&key=2", "key=1&KEY=1", "Key=&key="])
def test_refuses_to_choose_between_two_values(text):
    refused = refusal(Pairs.parsed(text).one, "key")
    assert refused.reason is Reason.MALFORMED
    assert "'key'" in refused.detail


def test_knows_an_absent_name():
    assert Pairs.parsed("a=1").one("b") is None
    assert Pairs.parsed("a=1").all("b") == []


def test_names_each_once_in_the_order_of_arrival():
    assert Pairs.parsed("B=1&a=2&b=3").names() == ["b", "a"]


@CALMLY
@given(st.lists(st.tuples(st.text("aZ=&%+ é", min_size=1), st.text("aZ=&%+ é"))))
def test_reads_what_was_written(pairs):
    assert list(Pairs.parsed(urlencode(pairs))) == [(name.lower(), value) for name, value in pairs]


@CALMLY
@given(st.text("ab=&"))
def test_plain_text_reads_as_it_does_encoded(text):
    """Texts in which nothing is encoded are read by a shorter way."""
    encoded = text.replace("a", "%61").replace("b", "%62")
    assert list(Pairs.parsed(text)) == list(Pairs.parsed(encoded))


def with_header(*values):
    return Request("GET", "/", headers={b"x-key": values})


def test_returns_a_header():
    assert with_header(b"one").header(b"x-key") == "one"
    assert with_header(b"one").header(b"other") is None


def test_refuses_to_choose_between_two_headers():
    refused = refusal(with_header(b"one", b"one").header, b"x-key")
    assert refused.reason is Reason.MALFORMED
    assert "'x-key'" in refused.detail


def test_a_header_of_any_bytes_can_be_read():
    assert with_header(bytes(range(256))).header(b"x-key") == bytes(range(256)).decode("latin-1")


def test_reads_the_query_of_a_request():
    assert Request("GET", "/", query_text="a=1").query.one("a") == "1"
    assert len(Request("GET", "/").query) == 0
