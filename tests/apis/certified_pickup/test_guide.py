"""What a client of seed 001 has in its code: addresses, names of parameters, words of lists."""

import re

import pytest

from sluis.apis.certified_pickup import API
from sluis.apis.certified_pickup.wire import queries
from sluis.core.message import Pairs
from tests.apis.certified_pickup.platform import OPERATIONS, shipped
from tests.apis.certified_pickup.seed import RELEASE
from tests.apis.certified_pickup.world import NOW

# As it is printed, without the host.
ADDRESSES = {
    "ingest": "POST /ingestion/v1/ingestion/{{your_ingestion_id}}",
    "list-rights": "GET /certified-pickup/v1/{{port_locode}}/containers/import/release-rights",
    "get-release": "GET /certified-pickup/v1/{{port_locode}}/containers/import/release-rights"
    "/{{equipment_number}}",
    "act-on-right": "PUT /certified-pickup/v1/{{port_locode}}/containers/{{equipment_number}}"
    "/import/release-rights",
    "act-on-rights": "PUT /certified-pickup/v1/{{port_locode}}/containers/import/release-rights",
    "find-entities": "GET /certified-pickup/v1/entities",
    "find-notifications": "GET /certified-pickup/v1/notifications",
}
PARAMETERS = {
    "ingest": "",
    "list-rights": "page pageSize status equipmentnumberfilter billofladingnumberfilter"
    " shippingagentnamefilter shippingagenttinfilter terminalnamefilter"
    " currentstakeholdernamefilter currentstakeholdertinfilter releaserightstatusfilter"
    " actionStatusFilter",
    "get-release": "billOfLadingNumbers releaseIdentification",
    "act-on-right": "",
    "act-on-rights": "",
    "find-entities": "EORI DUNS VAT NxtEntityId entityName apcsCode page pageSize",
    "find-notifications": "notificationEvent equipmentNumber publicReferenceId releaseId storedOn"
    " timeWindowFrom timeWindowTo",
}
EVENTS = (
    "NotValidated Transferred AcceptedByNextParty DeclinedByNextParty RevokedByPreviousParty"
    " ReleaseLightChanged Update GateOut"
)
RIGHT_STATUS = {
    0: "Unknown",
    1: "Assigned",
    2: "Pending",
    3: "Accepted",
    4: "Declined",
    5: "Revoked",
    6: "Archived",
    8: "Expired",
}


@pytest.mark.parametrize(("name", "printed"), ADDRESSES.items())
def test_operation_is_where_the_guide_prints_it(name, printed):
    operation = OPERATIONS[name]
    assert f"{operation.method} {unnamed(operation.path)}" == unnamed(printed)


def unnamed(path):
    return re.sub(r"{+\w+}+", "{}", path)


@pytest.mark.parametrize(("name", "printed"), PARAMETERS.items())
def test_parameters_are_those_of_the_guide(name, printed):
    told = {one.name: one.place for one in OPERATIONS[name].parameters}
    assert told["External-Reference-Id"] == "header"
    ours = {"daysInBetween", "before"}  # of older versions; of the next page
    assert {one for one, place in told.items() if place == "query"} - ours == set(printed.split())


def test_key_is_asked_for_everywhere_but_at_the_ingestion():
    asked = {
        name: set(operation.schemes) - set(operation.optional)
        for name, operation in OPERATIONS.items()
    }
    assert asked.pop("ingest") == {"bearer-token"}
    assert set(map(frozenset, asked.values())) == {frozenset({"subscription-key", "bearer-token"})}


def test_five_hundred_calls_a_minute_are_answered():
    [limit] = API.limits
    assert (limit.calls, limit.seconds) == (500, 60)


@pytest.mark.parametrize("event", EVENTS.split())
def test_every_event_of_the_guide_can_be_asked_for(event):
    query = Pairs.parsed(f"notificationEvent={event}")
    assert queries.notifications(query, NOW).event == event


@pytest.mark.parametrize(
    ("member", "words"),
    [
        ("equipmentStatus", "Import Export Transhipment"),
        ("fullEmptyIndicator", "Full Empty"),
        ("meansOfTransport", "Truck Barge Rail Unknown"),
    ],
)
def test_words_of_section_3_4_are_taken(port, member, words):
    for word in words.split():
        port.ingest(RELEASE | {member: word, "billOfLadingNumbers": [word]})
    found = shipped(port, "agent")["items"]
    assert {item[member] for item in found} == set(words.split())


@pytest.mark.parametrize(("number", "status"), RIGHT_STATUS.items())
def test_status_of_a_right_has_the_number_of_the_guide(number, status):
    query = Pairs.parsed(f"releaserightstatusfilter={number}")
    assert queries.rights(query, "BEANR")["releaserightstatusfilter"] == status
