"""Whose codes and ranges a caller may use; the dialect where no call on the wire comes to it."""

import json

import pytest

from sluis.apis.parcels import API
from sluis.core.access import whole
from sluis.core.api import Call, Opening
from sluis.core.caller import Caller
from sluis.core.directory import Directory, Party
from sluis.core.message import Request
from sluis.core.problem import Problem, Reason

DIRECTORY = Directory(
    [
        Party("ours", "Ours", identifiers={"CustomerCode": "DEVC", "CustomerNumber": "11223344"}),
        Party("theirs", "Theirs", identifiers={"CustomerCode": "KADE", "CustomerNumber": "7"}),
        Party("new", "New"),
    ]
)
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


class Memory:
    opening = Opening("parcels/sandbox", True, b"")

    def next_number(self, wanted):
        return wanted.first


def answered(query, organisation="ours"):
    (operation,) = API.operations
    request = Request("GET", operation.path, query_text=query)
    grant = whole(API.operations)
    caller = Caller(organisation=organisation)
    call = Call(request, "parcels/sandbox", {}, caller, grant, Memory(), None, TRACE, "", DIRECTORY)
    try:
        return json.loads(API.dialect.answer(call, operation.handler(call)).body)["Barcode"]
    except Problem as problem:
        (error,) = json.loads(API.dialect.refuse(problem, TRACE).body)["errors"]
        return error["ErrorNumber"]


@pytest.mark.parametrize(
    ("query", "organisation", "expected"),
    [
        ("CustomerCode=DEVC&CustomerNumber=11223344", "ours", "3SDEVC0000000"),
        ("CustomerCode=DEVC&CustomerNumber=1", "ours", "2"),
        ("CustomerCode=KADE&CustomerNumber=7", "ours", "2"),
        ("CustomerCode=DEVC&CustomerNumber=11223344&Range=KADE", "ours", "2"),
        ("CustomerCode=DEVC&CustomerNumber=11223344&Range=FREE", "ours", "3SFREE0000000"),
        ("CustomerCode=FREE&CustomerNumber=9", "new", "3SFREE0000000"),
        ("CustomerCode=KADE&CustomerNumber=9", "new", "2"),
        ("CustomerCode=FREE&CustomerNumber=7", "new", "2"),
        ("CustomerCode=FREE&CustomerNumber=9", "nobody", "3SFREE0000000"),
    ],
)
def test_a_barcode_is_of_the_callers_own_customer(query, organisation, expected):
    assert answered(f"{query}&Type=3S", organisation) == expected


def refused(reason, **more):
    answer = API.dialect.refuse(Problem(reason, "A sentence.", **more), TRACE)
    return answer.status, json.loads(answer.body)


def test_a_key_for_other_apis():
    code = "oauth.v2.InvalidApiKeyForGivenResource"
    for reason in (Reason.NOT_SUBSCRIBED, Reason.NOT_GRANTED):
        status, body = refused(reason, scheme="api-key")
        assert (status, body["fault"]["detail"]) == (401, {"errorcode": code})


def test_a_mistake_of_ours_names_its_trace():
    status, body = refused(Reason.FAULT)
    assert status == 500
    assert body["fault"]["detail"] == {"errorcode": "Validation Fault"}
    assert TRACE in body["fault"]["faultstring"]
