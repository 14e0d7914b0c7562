"""Barcodes as a customer's software asks for them: seed 003, steps 5 and 8, and what is refused."""

import json
import re
import ssl
import time
from concurrent.futures import ThreadPoolExecutor

import httpx2
import pytest

PATH = "/shipment/v1_1/barcode"
TRUSTED = ssl.create_default_context()  # made once: it reads all that the machine trusts


@pytest.fixture(scope="module")
def parcels(sluis):
    return json.loads(sluis.command("demo", "--json").stdout)["parcels"]["sandbox"]


@pytest.fixture
def call(parcels):
    """Return a function that asks for a barcode as the documented customer, with one thing else."""

    def ask(method="GET", key=None, base_url=None, **query):
        given = {
            "CustomerCode": parcels["customer_code"],
            "CustomerNumber": parcels["customer_number"],
            "Type": "3S",
            **query,
        }
        answer = once(method, base_url or parcels["base_url"], key or parcels["apikey"], given)
        while answer.status_code == 429:  # other tests share the ten calls a second
            time.sleep(int(answer.headers["retry-after"]))
            answer = once(method, base_url or parcels["base_url"], key or parcels["apikey"], given)
        return answer

    return ask


def once(method, base_url, key, query, **more):
    named = {name: value for name, value in query.items() if value is not None}
    headers = {"apikey": key, "Accept": "application/json"} if key else {}
    url = base_url + PATH
    return httpx2.request(method, url, params=named, headers=headers, verify=TRUSTED, **more)


def test_the_demo_names_the_customer_of_the_samples(parcels, sluis):
    assert parcels == {
        "base_url": f"{sluis.url}/parcels/sandbox",
        "apikey": parcels["apikey"],
        "customer_code": "DEVC",
        "customer_number": "11223344",
        "collection_location": "123456",
    }
    assert re.fullmatch(r"[0-9A-Za-z]{32}", parcels["apikey"])


def test_people_of_the_carrier_can_log_in(sluis):
    people = [p for p in sluis.world["people"] if p["provider"] == "parcels"]
    assert {role for person in people for role in person["roles"]} >= {"desk", "administrator"}
    assert all(bool(person["totp"]) == ("desk" in person["roles"]) for person in people)


def test_a_barcode_comes_with_the_headers_that_clients_check(call):
    answer = call()
    assert answer.status_code == 200
    assert re.fullmatch(r"3SDEVC[0-9]{7}", answer.json()["Barcode"])
    assert list(answer.json()) == ["Barcode"]
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["access-control-max-age"] == "3628800"
    assert answer.headers["x-robots-tag"] == "noindex"


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ({"Serie": "000000000-999999999"}, r"3SDEVC[0-9]{9}"),
        ({"Range": "DEVC", "Serie": "987000000-987600000"}, r"3SDEVC987[0-9]{6}"),
        ({"Type": "CD", "Range": "1234", "Serie": "0000-9999"}, r"CD1234[0-9]{5}NL"),
        ({"Type": "UE", "Range": "NL"}, r"UE[0-9]{9}NL"),
    ],
)
def test_every_type_has_its_form(call, query, form):
    assert re.fullmatch(form, call(**query).json()["Barcode"])


MISSING = "Failed to resolve API Key variable 'request.header.apikey'"
INVALID = {"faultstring": "Invalid ApiKey", "detail": {"errorcode": "oauth.v2.InvalidApiKey"}}


def test_without_a_key(parcels):
    answer = once("GET", parcels["base_url"], None, {})
    assert (answer.status_code, answer.json()) == (
        401,
        {"message": MISSING, "http_status_code": 401},
    )


def test_a_key_in_the_address_is_none(parcels):
    answer = once("GET", parcels["base_url"], None, {"apikey": parcels["apikey"]})
    assert answer.json() == {"message": MISSING, "http_status_code": 401}


@pytest.mark.parametrize("key", ["x", "0" * 32])
def test_a_wrong_key(call, key):
    answer = call(key=key)
    assert (answer.status_code, answer.json()) == (401, {"fault": INVALID})


def test_a_key_of_the_sandbox_is_none_of_productions(call, sluis):
    answer = call(base_url=f"{sluis.url}/parcels/production")
    assert (answer.status_code, answer.json()) == (401, {"fault": INVALID})


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_another_method(call, method):
    answer = call(method)
    assert (answer.status_code, answer.json()) == (
        405,
        {"message": "Only GET & POST requests allowed", "http_status_code": 405},
    )


def test_a_body_over_200_kb_finds_nothing(parcels):
    def sent(size):
        return once("GET", parcels["base_url"], parcels["apikey"], {}, content=b" " * size)

    assert sent(200_001).status_code == 404
    assert sent(200_000).status_code in (400, 429)


@pytest.mark.parametrize(
    ("query", "number", "word"),
    [
        ({"CustomerCode": None}, "4", "CustomerCode"),
        ({"CustomerNumber": None}, "4", "CustomerNumber"),
        ({"Type": None}, "4", "Type"),
        ({"CustomerCode": "DEVCODE"}, "5", "CustomerCode"),
        ({"CustomerNumber": "x"}, "5", "CustomerNumber"),
        ({"CustomerCode": "BVDM"}, "2", "BVDM/11223344"),
        ({"CustomerNumber": "20304050"}, "2", "DEVC/20304050"),
        ({"Range": "BVDM"}, "2", "another customer"),
        ({"Type": "ZZ"}, "6", "Type"),
        ({"Serie": "0000000000-9999999999"}, "8", "too many"),
        ({"Type": ["3S", "3S"]}, "5", "more than once"),
    ],
)
def test_what_a_barcode_cannot_be_made_of(call, query, number, word):
    answer = call(**query)
    (error,) = answer.json()["errors"]
    assert answer.status_code == 400
    assert list(error) == ["ErrorMsg", "ErrorNumber"]
    assert error["ErrorNumber"] == number
    assert word in error["ErrorMsg"]


def test_more_than_ten_calls_a_second_wait(parcels):
    def ask(_):
        return once("GET", parcels["base_url"], parcels["apikey"], {"Type": "3S"})

    answers, refused, until = [], [], time.monotonic() + 60
    with ThreadPoolExecutor(8) as pool:
        while not refused and time.monotonic() < until:  # a busy machine may be too slow at first
            answers += pool.map(ask, range(60))
            refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert refused[0].json() == {
        "message": "Too many requests. Rate limit exceeded!",
        "http_status_code": 429,
    }
    assert refused[0].headers["retry-after"] == "1"
    assert answers[0].headers["ratelimit-policy"] == '"second";q=10;w=1'


def test_many_callers_never_get_the_same_barcode(call):
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: call().json()["Barcode"], range(40)))
    assert len(set(found)) == 40


def test_the_call_that_is_printed_at_the_start_works(sluis, call):
    call()  # let the second pass
    (printed,) = re.findall(
        r"^curl -s '(\S+barcode\S+)' \\\n  -H '(\S+): (\S+)'", sluis.said(), re.M
    )
    url, name, key = printed
    answer = httpx2.get(url, headers={name: key})
    assert answer.status_code in (200, 429)
    assert name == "apikey"
