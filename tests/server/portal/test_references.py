"""Where is my reference: who may see it, and what each state of it says."""

import re

import pytest

from sluis.core.moments import SECOND
from sluis.server.models import Channel
from sluis.server.models.job import CANCELLED, DELIVERED, GIVEN_UP, WAITING, Delivery, Lane
from tests.server.people import log_in, person
from tests.server.portal import later

pytestmark = pytest.mark.django_db

UNKNOWN = "0199f3c2-7a41-7000-8000-000000000000"


def shown(client, reference, **headers):
    return client.get(f"/references/{reference}/", headers=headers)


def headline(answer):
    found = re.search(r"<h1>(.*?)</h1>", answer.text, re.DOTALL)[1]
    return " ".join(re.sub(r"<[^>]+>", " ", found).split())


def one(port):
    reference = later.request(port.agent)
    return reference, later.step(reference)


# Who may see what


@pytest.mark.parametrize("who", ["anna", "dev", "api"])
def test_shows_members_the_calls_of_their_organisation(client, port, who):
    reference, _ = one(port)
    log_in(client, who)
    assert shown(client, reference).status_code == 200
    assert reference in client.get("/references/").text


def test_tells_the_newest_calls_apart_by_what_they_are_about(client, port):
    later.step(later.request(port.agent), about="CAIU7654321")
    bulk = later.request(port.agent)
    for item in range(3):
        later.step(bulk, item=item, about=f"CAIU000000{item}")
    later.step(later.request(port.agent), about=f"rights of {port.agent.pk.hex}")
    log_in(client, "anna")
    text = client.get("/references/").text
    assert '<code translate="no">CAIU7654321</code>' in text
    assert '<code translate="no">CAIU0000000</code> And 2 more.' in text
    assert "CAIU0000001" not in text
    assert "rights of" not in text


def test_shows_another_organisation_nothing(client, port):
    reference, lane = one(port)
    later.telling(reference, port.transporter, lane)
    log_in(client, "bram")
    answer = shown(client, reference)
    assert answer.status_code == 404
    assert "CAIU7654321" not in answer.text
    assert "No call of your organisation" in client.get("/references/").text


def test_shows_who_belongs_nowhere_what_to_do(client, port):
    reference, _ = one(port)
    client.force_login(person("eva"))
    assert shown(client, reference).status_code == 404
    assert "You belong to no organisation yet." in client.get("/references/").text


@pytest.mark.parametrize("path", ["/references/", f"/references/{UNKNOWN}/"])
def test_sends_strangers_to_the_log_in_and_back(client, path):
    assert client.get(path)["Location"] == f"/accounts/login/?next={path}"


def test_loads_a_page_anew_whose_reader_was_logged_out(client, port):
    reference, _ = one(port)
    answer = shown(client, reference, **{"hx-request": "true"})
    assert (answer.status_code, answer["HX-Refresh"]) == (204, "true")


def test_shows_only_notifications_of_ones_own_organisation(client, port):
    reference, lane = one(port)
    later.telling(reference, port.agent, lane, event="Mine")
    later.telling(reference, port.transporter, lane, event="Theirs")
    log_in(client, "anna")
    text = shown(client, reference).text
    assert "Mine" in text
    assert "Theirs" not in text


def test_tells_live_from_a_sandbox(client, port):
    reference = later.request(port.agent, environment="port/live")
    later.step(reference)
    log_in(client, "anna")
    text = shown(client, reference).text
    assert '<body class="live"' in text
    assert '<span class="badge live">Live</span>' in text


# What is pasted


@pytest.mark.parametrize(
    "pasted",
    [
        pytest.param("{}", id="as it is"),
        pytest.param("  {}\n", id="with blanks"),
        pytest.param('{{"publicReferenceId": "{}", "externalReferenceId": null}}', id="an answer"),
    ],
)
@pytest.mark.parametrize("case", [str.lower, str.upper])
def test_finds_the_reference_in_what_is_pasted(client, port, pasted, case):
    reference, _ = one(port)
    log_in(client, "anna")
    answer = client.get("/references/", {"reference": pasted.format(case(reference))})
    assert answer["Location"] == f"/references/{reference}/"


@pytest.mark.parametrize(
    ("pasted", "says"), [("", "Paste a reference."), ("ABC-1", "There is no reference in this.")]
)
def test_says_what_is_wrong_with_what_is_pasted(client, port, pasted, says):
    log_in(client, "anna")
    answer = client.get("/references/", {"reference": pasted})
    assert says in answer.text
    assert f'value="{pasted}"' in answer.text or not pasted


def test_keeps_an_unknown_reference_in_the_field(client, port):
    log_in(client, "anna")
    answer = shown(client, UNKNOWN)
    assert answer.status_code == 404
    assert f'value="{UNKNOWN}"' in answer.text
    assert "in the last 168 hours" in answer.text


# Its states


def waiting(port):
    reference = later.request(port.agent)
    later.step(reference, applied=False, before=2)
    return reference


def held_up(port):
    reference = later.request(port.agent)
    later.step(reference, applied=False, tries=1)
    return reference


def set_aside(port):
    reference = later.request(port.agent)
    later.step(reference, incident="7b1c2d3e-0000-4000-8000-000000000000")
    return reference


def told(port, *, event="ReleaseLightChanged"):
    reference, lane = one(port)
    return reference, later.telling(reference, port.agent, lane, event=event)


def refused(port):
    return told(port, event="NotValidated")[0]


def partly_refused(port):
    reference = later.request(port.agent)
    for item in range(3):
        lane = later.step(reference, item=item, about=f"CAIU000000{item}")
        later.telling(reference, port.agent, lane, event="Transferred" if item else "NotValidated")
    return reference


def pushed(port, **how):
    reference, telling = told(port)
    later.delivery(telling, later.channel(port.agent, port.uat), **how)
    return reference


def behind(port):
    """Return a request whose push waits for that of an earlier one of its container."""
    channel = later.channel(port.agent, port.uat)
    reference, earlier = told(port)
    later.delivery(earlier, channel, state=WAITING, attempts=[500], next_at=later.AT + 305 * SECOND)
    reference = later.request(port.agent)
    lane = Lane.objects.get(pk=earlier.lane)
    later.delivery(later.telling(reference, port.agent, lane), channel, state=WAITING)
    return reference


STATES = {
    "waiting": (waiting, "Accepted, not applied yet", ["2 earlier steps of the same go first."]),
    "held up": (held_up, "Held up by a fault of ours", ["Tried again at:", "2 Mar 2026, 12:00:10"]),
    "set aside": (set_aside, "Set aside after a fault of ours", ["7b1c2d3e-0000-4000-8000"]),
    "applied": (lambda port: one(port)[0], "Applied", ["There was nothing to tell your"]),
    "notified": (lambda port: told(port)[0], "Notified", ["9 Mar 2026, 12:00:00", "168 hours"]),
    "refused": (refused, "Refused", ["NotValidated"]),
    "partly refused": (partly_refused, "Partly refused", ["3 of 3 are applied.", "CAIU0000002"]),
    "pushing": (lambda port: pushed(port, state=WAITING), "Being delivered", ["First attempt:"]),
    "behind": (
        behind,
        "Waits to be delivered",
        ["An earlier one of the same container goes first.", "this one follows by itself"],
    ),
    "retrying": (
        lambda port: pushed(
            port, state=WAITING, attempts=["ConnectTimeout", 502], next_at=later.AT + 305 * SECOND
        ),
        "Not delivered yet",
        ["Next attempt:", "12:05:05", "ConnectTimeout", "502", "123 ms", "Bad gateway&lt;/h1&gt;"],
    ),
    "given up": (
        lambda port: pushed(port, state=GIVEN_UP, attempts=[500] * 10),
        "Not delivered",
        ["no more attempts follow there.", "9 Mar 2026, 12:00:00"],
    ),
    "stopped": (lambda port: pushed(port, state=CANCELLED), "Not delivered", ["no more attempts"]),
    "delivered": (
        lambda port: pushed(port, state=DELIVERED, attempts=[503, 204]),
        "Delivered",
        ["503", "204", "https://erp.example/hooks"],
    ),
}


@pytest.mark.parametrize(("made", "title", "says"), STATES.values(), ids=STATES)
def test_says_where_it_is_and_what_happens_next(client, port, made, title, says):
    reference = made(port)
    log_in(client, "anna")
    answer = shown(client, reference)
    assert headline(answer) == title
    assert [text for text in says if text not in answer.text] == []
    assert title in client.get("/references/").text


@pytest.mark.parametrize("name", ["waiting", "held up", "pushing", "behind", "retrying"])
def test_refreshes_itself_while_something_is_under_way(client, port, name):
    reference = STATES[name][0](port)
    log_in(client, "anna")
    text = shown(client, reference).text
    seen = re.search(r'hx-get="/references/[\w-]+/\?seen=(\w+)"', text)[1]
    assert re.search(r'hx-trigger="every \d+s"', text)
    same = client.get(f"/references/{reference}/?seen={seen}", headers={"hx-request": "true"})
    assert (same.status_code, same.content) == (204, b"")
    other = client.get(f"/references/{reference}/?seen=0", headers={"hx-request": "true"})
    assert headline(other) == STATES[name][1]


def test_gives_what_waits_for_an_earlier_one_no_time_of_its_own(client, port):
    reference = behind(port)
    log_in(client, "anna")
    assert "First attempt:" not in shown(client, reference).text


def test_says_when_it_is_tried_again_whatever_waits_behind_it(client, port):
    reference, first = told(port)
    second = later.telling(reference, port.agent, Lane.objects.get(pk=first.lane))
    channel = later.channel(port.agent, port.uat)
    later.delivery(first, channel, state=WAITING, attempts=[500], next_at=later.AT + 305 * SECOND)
    later.delivery(second, channel, state=WAITING)
    log_in(client, "anna")
    answer = re.search(r'<div class="answer.*?</div>', shown(client, reference).text, re.DOTALL)[0]
    assert re.findall(r"12:\d\d:\d\d UTC", answer) == ["12:05:05 UTC"]


def test_waits_for_nothing_where_the_channel_keeps_no_order(client, port):
    reference = behind(port)
    Channel.objects.update(order="none")
    log_in(client, "anna")
    assert headline(shown(client, reference)) == "Being delivered"


def test_says_that_it_is_being_sent_and_not_when_it_would_be_tried_again(client, port):
    reference = pushed(port, state=WAITING)
    Delivery.objects.update(claimed_by="a process", next_at=later.AT + 60 * SECOND)
    log_in(client, "anna")
    text = shown(client, reference).text
    assert "It is being sent now." in text
    assert "First attempt:" not in text


def test_says_of_one_channel_alone_that_no_more_attempts_follow(client, port):
    reference, telling = told(port)
    later.delivery(telling, later.channel(port.agent, port.uat), state=GIVEN_UP, attempts=[500])
    another = later.channel(port.agent, port.uat, name="Another")
    later.delivery(telling, another, state=WAITING, attempts=[500], next_at=later.AT)
    log_in(client, "anna")
    text = shown(client, reference).text
    assert "There is a channel that did not get it, and no more attempts follow there." in text
    assert "Next attempt:" in text


FAULTS = {
    "No answer within 15 seconds.": "Keine Antwort innerhalb von 15 Sekunden.",
    "Token endpoint: This is not a URL.": "Token-Endpunkt: Dies ist keine URL.",
    "The token endpoint answered 400.": "Der Token-Endpunkt antwortete 400.",
    "What was answered is no HTTP: Odd.": "Was geantwortet wurde, ist kein HTTP: Odd.",
    "TLS: certificate has expired.": "TLS: certificate has expired.",  # OpenSSL says so
}


@pytest.mark.parametrize(("error", "says"), FAULTS.items())
def test_says_in_the_language_of_the_page_why_an_attempt_failed(client, port, error, says):
    reference = pushed(port, state=GIVEN_UP, attempts=[error])
    log_in(client, "anna")
    answer = shown(client, reference, **{"accept-language": "de"})
    assert f"<p>{says}</p>" in answer.text


@pytest.mark.parametrize("name", ["set aside", "applied", "notified", "refused", "delivered"])
def test_stands_still_when_all_is_done(client, port, name):
    reference = STATES[name][0](port)
    log_in(client, "anna")
    assert "hx-get" not in shown(client, reference).text


def test_unfolds_a_message_without_changing_its_numbers(client, port):
    reference, _ = told(port)
    log_in(client, "anna")
    assert "&quot;weight&quot;: 1.50" in shown(client, reference).text


def test_marks_the_words_of_the_api_as_english(client, port):
    reference, lane = one(port)
    message = '{"body": "No such release"}'
    later.telling(reference, port.agent, lane, event="NotValidated", message=message)
    log_in(client, "anna")
    assert '<p lang="en">No such release</p>' in shown(client, reference).text


def test_shows_a_message_as_text_never_as_html(client, port):
    reference, lane = one(port)
    later.telling(reference, port.agent, lane, message='{"name": "<script>alert(1)</script>"}')
    log_in(client, "anna")
    assert "<script>alert" not in shown(client, reference).text


def test_shows_a_large_bulk_in_parts(client, port):
    reference = later.request(port.agent)
    for item in range(60):
        lane = later.step(reference, item=item, about=f"CAIU00000{item:02}")
        later.telling(reference, port.agent, lane)
    log_in(client, "anna")
    text = shown(client, reference).text
    assert "60 of 60 are applied." in text
    assert "And 10 more." in text
    assert "Page 1 of 3" in text
    assert client.get(f"/references/{reference}/?page=3").status_code == 200


@pytest.mark.usefixtures("serving")
def test_asks_the_database_no_more_for_a_large_bulk(client, port, django_assert_max_num_queries):
    reference = partly_refused(port)
    log_in(client, "anna")
    with django_assert_max_num_queries(20):
        shown(client, reference)
