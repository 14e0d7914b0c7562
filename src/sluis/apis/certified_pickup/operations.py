"""Certified Pick up, one function an operation; those with `work` in their names run later."""

import uuid
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from sluis.apis.certified_pickup.rules import decide, listing, refusals, yard
from sluis.apis.certified_pickup.rules.news import (
    LIGHT,
    RIGHT,
    TERMINAL_EVENT,
    News,
    Told,
    refusal,
)
from sluis.apis.certified_pickup.rules.places import (
    RELEASE_PARTY,
    ROLES,
    SHIPPING_AGENT,
    TERMINAL_OPERATOR,
    TRANSPORT_OPERATOR,
)
from sluis.apis.certified_pickup.rules.release import Container
from sluis.apis.certified_pickup.rules.step import Decision
from sluis.apis.certified_pickup.store import LISTS, Store
from sluis.apis.certified_pickup.wire import bodies, messages, queries
from sluis.core.api import Call
from sluis.core.directory import Party
from sluis.core.job import Notification, Outcome, Question, Step, Submission, Work
from sluis.core.problem import Problem, Reason

Json = dict[str, Any]
HOLDERS = (SHIPPING_AGENT, RELEASE_PARTY, TRANSPORT_OPERATOR)
MESSAGE_BYTES = 256 * 1024  # a hundred releases, each as long as can be, have four times that
QUICK_BYTES = 8_192  # read in half a millisecond; more of it leaves the loop to others


def short(call: Call) -> bool:
    return len(call.request.body) <= QUICK_BYTES


def only(call: Call, *roles: str) -> Party:
    """Return the calling party. Raises `Problem` unless it has one of the roles."""
    party = call.directory.of(call.caller.organisation)
    if party is None or party.roles.isdisjoint(roles):
        detail = f"This is for parties in the role {' or '.join(roles)}."
        raise Problem(Reason.NOT_GRANTED, detail)
    return party


def external(call: Call) -> str | None:
    return call.request.header(b"external-reference-id") or None


def submitted(call: Call, *submissions: Json) -> Submission:
    """Return a submission with a step for each of these, in the lanes of their containers."""
    steps = tuple(Step(one["equipmentNumber"], one) for one in submissions)
    return Submission(steps, external(call))


def whose_channel(store: Store, path: Mapping[str, str]) -> str:
    """Return the organisation whose ingestion channel the path names. Raises `Problem`."""
    id_ = uuid_of(path["ingestion_id"])
    found = None if id_ is None else store.ingestion(id_)
    if found is None:
        raise Problem(Reason.NOT_FOUND, "There is no such ingestion channel in this environment.")
    return found.organisation


@lru_cache(maxsize=1000)  # a client sends all it has to one channel
def uuid_of(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None


def ingest(call: Call) -> Submission:
    if whose_channel(call.store, call.path) != call.caller.organisation:
        raise Problem(Reason.NOT_YOURS, "This ingestion channel is another company's.")
    party = only(call, SHIPPING_AGENT, TERMINAL_OPERATOR)
    taken = bodies.ingestion(call.request.body)
    role = TERMINAL_OPERATOR if taken["actionType"] in yard.EVENTS else SHIPPING_AGENT
    if role not in party.roles:
        raise Problem(Reason.NOT_GRANTED, f"{taken['actionType']} is for the role {role}.")
    return submitted(call, taken)


def act_on_right(call: Call) -> Submission:
    only(call, *HOLDERS)
    taken = bodies.right(call.request.body, call.path["port_locode"], call.path["equipment_number"])
    return submitted(call, taken)


def act_on_rights(call: Call) -> Submission:
    only(call, *HOLDERS)
    return submitted(call, *bodies.bulk(call.request.body, call.path["port_locode"]))


def report_light(call: Call) -> Submission:
    only(call, TERMINAL_OPERATOR)
    port, equipment = call.path["port_locode"], call.path["equipment_number"]
    return submitted(call, bodies.terminal_release(call.request.body, port, equipment))


def report_lights(call: Call) -> Submission:
    only(call, TERMINAL_OPERATOR)
    return submitted(call, *bodies.terminal_releases(call.request.body, call.path["port_locode"]))


def report_gate_out(call: Call) -> Submission:
    only(call, TERMINAL_OPERATOR)
    port, equipment = call.path["port_locode"], call.path["equipment_number"]
    return submitted(call, bodies.gate_out(call.request.body, port, equipment))


def get_release(call: Call) -> Submission:
    only(call, *ROLES)
    port, equipment = call.path["port_locode"], call.path["equipment_number"]
    return submitted(call, queries.detail(call.request.query, port, equipment))


def list_rights(call: Call) -> Submission:
    party = only(call, *ROLES)
    asked = queries.rights(call.request.query, call.path["port_locode"])
    return Submission((Step(LISTS + party.organisation, asked),), external(call))


def play(call: Call) -> Submission:
    """Let the counterparties of a container act, in a sandbox."""
    store: Store = call.store
    if not store.opening.fictional:
        detail = "Here all parties are real: they are played in a sandbox only."
        raise Problem(Reason.NOT_FOUND, detail)
    only(call, *ROLES)
    return submitted(call, *bodies.script(call.request.body, call.path["equipment_number"]))


def find_entities(call: Call) -> Json:
    """Return the parties of Certified Pick up that answer to what is asked."""
    only(call, *ROLES)
    asked = queries.registry(call.request.query)
    found = [party for party in call.directory.parties if answers(party, asked)]
    found.sort(key=lambda party: (party.name.casefold(), party.code("NxtEntityId") or ""))
    first = (asked.page - 1) * asked.size
    return {
        "searchFilter": asked.echo,
        "phoneBookItems": [in_phone_book(party) for party in found[first : first + asked.size]],
        "totalRows": len(found),
        "totalPages": -(-len(found) // asked.size),
        "publicReferenceId": call.reference or str(uuid.uuid4()),
        "externalReferenceId": external(call),
    }


def answers(party: Party, asked: queries.Lookup) -> bool:
    return (
        not party.roles.isdisjoint(ROLES)
        and listing.holds(party.name, asked.name)
        and all(
            (party.code(type_) or "").lower() == code.strip().lower()
            for type_, code in asked.codes.items()
        )
    )


def in_phone_book(party: Party) -> Json:
    return {
        "apcsCode": party.code("APCS"),
        "addresses": [
            {
                "addressTypeCode": address.type,
                "street": address.street,
                "postalCode": address.postal_code,
                "city": address.city,
                "country": address.country,
                "contactName": address.contact_name,
                "contactEmail": address.contact_email,
            }
            for address in party.addresses
        ],
        "nxtEntityId": party.code("NxtEntityId"),
        "name": party.name,
        "vat": party.code("TIN"),
        "duns": party.code("Duns"),
        "eori": party.code("Eori"),
        "scac": party.code("SCAC"),
        "apcs": party.code("APCS"),
        "externalId": party.code("ExternalId"),
    }


def find_notifications(call: Call) -> list[Json]:
    """Return what the caller was told. Raises `Problem` when that is nothing."""
    party = only(call, *ROLES)
    query = call.request.query
    question = queries.notifications(query, call.now)
    page = call.notifications.find(
        party.organisation, question, before=queries.filled(query, "before")
    )
    if not page.told:
        raise nothing_found(call, party, question)
    if page.next:
        call.next_page = next_page(call, page.next)
    receiver = party.code("NxtEntityId")
    return [
        {
            "nxtEntityId": receiver,
            "equipmentNumber": told.subject,
            "publicReferenceId": told.reference,
            "releaseId": told.object,
            "externalReferenceId": told.external_reference,
            "storedOn": messages.seven_decimals(told.stored_at),
            "message": told.message,
            "type": told.type,
            "event": told.event,
        }
        for told in page.told
    ]


def nothing_found(call: Call, party: Party, question: Question) -> Problem:
    """Return why nothing is shown: it was told to others only, or nobody was told."""
    for named in (Question(reference=question.reference), Question(object=question.object)):
        if named == Question():
            continue
        told = call.notifications.find(party.organisation, named, at_most=1).told
        if not told and call.notifications.known(named):
            return Problem(Reason.NOT_YOURS, "These notifications were sent to other companies.")
    return Problem(Reason.NOT_ALLOWED_NOW, "No notification matches these parameters.")


def next_page(call: Call, before: str) -> str:
    given = [
        (name, value)
        for name in queries.NOTIFICATION_PARAMETERS
        if (value := queries.filled(call.request.query, name))
    ]
    path = "/certified-pickup/v1/notifications"
    return f"{call.base_url}{path}?{urlencode([*given, ('before', before)])}"


Decide = Callable[[Work, Container | None], Decision]


def later(decide_on: Decide) -> Callable[[Work, Any], Outcome]:
    """Return the `work` that decides so, and tells of it in the words of the original."""

    def work_on(work: Work, state: Any) -> Outcome:
        decision = decide_on(work, state)
        told = messages.notifications(decision.told, work)
        return Outcome(decision.container, told, decision.wake_at)

    return work_on


def of_ingestion(work: Work, container: Container | None) -> Decision:
    reports = work.submission["actionType"] in yard.EVENTS
    decided = decide.of_yard if reports else decide.of_commercial_release
    return decided(work, container)


work_on_ingestion = later(of_ingestion)
work_on_right = later(decide.of_right)
work_on_report = later(decide.of_yard)
work_on_question = later(decide.of_question)
work_on_scene = later(decide.of_scene)
work_on_clock = later(decide.of_time)


def work_on_list(work: Work, reader: listing.Rights) -> Outcome:
    made = messages.notifications(listing.rights(work, reader), work)
    if any(len(str(one.body).encode()) > MESSAGE_BYTES for one in made):
        why = refusals.refused(refusals.Code.PAGE_TOO_LARGE)
        told = Told(work.caller.organisation or "", refusal(RIGHT, why))
        made = messages.notifications((told,), work)
    return Outcome(None, made)


def tell_of_fault(work: Work, incident: str) -> tuple[Notification, ...]:
    """Return what the caller is told of a step that we could not apply."""
    recipient = work.caller.organisation
    if recipient is None:
        return ()
    text = "An unexpected error has occured while processing. Please contact NxtPort Support"
    news = News(type_of(work), "ThrownException", None, {"text": f"{text}: {incident}"})
    return messages.notifications((Told(recipient, news),), work)


def type_of(work: Work) -> str:
    action = work.submission.get("actionType")
    if action in yard.EVENTS:
        return TERMINAL_EVENT
    lights = work.operation in ("ingest", "report-light", "report-lights") and action != "Revoke"
    return LIGHT if lights else RIGHT
