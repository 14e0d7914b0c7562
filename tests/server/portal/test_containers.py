"""A container in a sandbox: whom it concerns, what its page says, and its counterparties."""

import re

import pytest

from sluis.server.actions.actor import Refused
from sluis.server.models import Environment
from sluis.server.models.job import AcceptedRequest, Lane
from sluis.server.portal.containers import play
from tests.server.people import log_in, person
from tests.server.portal.stage import NUMBER, act, apply, release, stage

pytestmark = pytest.mark.django_db

PAGE = f"/containers/port/uat/{NUMBER}/"


@pytest.fixture
def port(monkeypatch):
    monkeypatch.setattr(play, "PATIENCE_SECONDS", 0)  # nobody applies meanwhile
    port = stage()
    release(port)
    apply()
    return port


def lights(answer):
    """Return the colours of the three lights: agent, terminal, customs."""
    return re.findall(r'<li class="(\w+)"><p class="lamp-name">', answer.text)


def press(client, scene, **more):
    answer = client.post(f"{PAGE}play/", {"scene": scene, **more})
    assert answer.status_code == 302
    apply()
    return client.get(answer["Location"])


# Whom it concerns


@pytest.mark.parametrize("who", ["anna", "dev", "api", "kai"])
def test_shows_a_container_to_agent_and_terminal(client, port, who):
    log_in(client, who)
    assert client.get(PAGE).status_code == 200
    assert NUMBER in client.get("/containers/").text


def test_shows_it_to_a_transporter_from_when_the_right_is_offered(client, port):
    log_in(client, "bram")
    assert client.get(PAGE).status_code == 404
    assert NUMBER not in client.get("/containers/").text
    act(port, "transfer to NXT230000004")
    assert client.get(PAGE).status_code == 200
    assert NUMBER in client.get("/containers/").text


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}play/"])
def test_is_not_there_for_others(client, port, path):
    client.force_login(person("eva"))
    assert client.get(path).status_code in (404, 405)
    assert client.post(path).status_code == 404
    assert "You belong to no organisation yet." in client.get("/containers/").text


@pytest.mark.parametrize("path", ["/containers/", PAGE, f"{PAGE}play/"])
def test_sends_strangers_to_the_log_in(client, path):
    assert client.get(path)["Location"] == f"/accounts/login/?next={path}"


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(f"/containers/port/live/{NUMBER}/", id="live"),
        pytest.param(f"/containers/maasplassen/test/{NUMBER}/", id="another provider"),
        pytest.param("/containers/port/uat/rights/", id="no number"),
    ],
)
def test_is_not_there_outside_the_sandbox(client, port, path):
    log_in(client, "anna")
    assert client.get(path).status_code == 404
    assert client.post(f"{path}play/", {"scene": "discharge"}).status_code == 404


def test_writes_a_number_in_capitals(client, port):
    log_in(client, "anna")
    assert client.get(PAGE.replace(NUMBER, NUMBER.lower()))["Location"] == PAGE


# Before its release

UNKNOWN = "/containers/port/uat/CAIU0000000/"


def test_terminal_and_customs_speak_before_the_release(client, port):
    log_in(client, "anna")
    assert UNKNOWN in client.get("/containers/?container=caiu0000000").text
    assert "Nothing yet." in client.get(UNKNOWN).text
    for scene in ("discharge", "terminal green", "customs orange"):
        answer = client.post(f"{UNKNOWN}play/", {"scene": scene})
        assert answer.status_code == 302
        apply()
    text = client.get(answer["Location"]).text
    assert "Kaai 1700 (01700)" in text
    waiting = text.partition('id="early"')[2].partition("</ol>")[0]
    assert [waiting.count(word) for word in ("Discharge", "Release", "to scan")] == [1, 1, 1]
    release(port, "CAIU0000000")
    apply()
    assert lights(client.get(UNKNOWN)) == ["green", "green", "orange"]


def test_nobody_acts_on_a_right_before_the_release(client, port):
    log_in(client, "anna")
    answer = client.post(f"{UNKNOWN}play/", {"scene": "accept"})
    apply()
    assert "No active commercial release found" in client.get(answer["Location"]).text


def test_who_takes_no_part_plays_nothing_before_the_release(client, port):
    client.force_login(person("eva"))
    assert client.get(UNKNOWN).status_code == 404
    assert client.post(f"{UNKNOWN}play/", {"scene": "discharge"}).status_code == 404


def test_plays_nothing_while_too_much_waits(client, port):
    log_in(client, "anna")
    assert client.post(f"{PAGE}play/", {"scene": "discharge"}).status_code == 302
    Lane.objects.update(waiting_since=1)  # since 1970, and nobody applies it
    refused = client.post(f"{PAGE}play/", {"scene": "discharge"})
    assert refused.status_code == 403
    assert "Too much waits to be done." in refused.text


# What the page says


def test_shows_three_lights_and_who_holds_the_right(client, port):
    log_in(client, "anna")
    answer = client.get(PAGE)
    assert lights(answer) == ["green", "grey", "grey"]
    assert "The lights do not let it leave yet." in answer.text
    assert "Kaai 1700 (01700)" in answer.text
    act(port, "discharge, terminal orange, customs red, transfer to NXT230000004")
    answer = client.get(PAGE)
    assert lights(answer) == ["green", "orange", "red"]
    assert "waits for an answer" in answer.text
    act(port, "terminal green, customs orange, accept")
    answer = client.get(PAGE)
    assert lights(answer) == ["green", "green", "orange"]
    assert "All three lights let it leave." in answer.text
    assert "<strong>Transporter</strong>" in answer.text


def test_tells_what_ones_own_organisation_was_told_newest_first(client, port):
    act(port, "discharge, terminal green, transfer to NXT230000004, decline")
    log_in(client, "anna")
    text = client.get(PAGE).text
    told = ["Right declined", "Right offered", "Terminal: released", "Shipping agent: released"]
    places = [text.index(f"</svg>{line}</span>") for line in told]
    assert places == sorted(places)
    assert "was: unknown" in text
    assert "Agent → Transporter" in text
    log_in(client, "kai")
    assert "Right declined" not in client.get(PAGE).text


def test_says_that_the_clock_was_moved(client, port):
    log_in(client, "anna")
    assert "It was moved." not in client.get(PAGE).text
    Environment.objects.filter(pk="port/uat").update(clock_offset_seconds=86_400)
    assert "It was moved." in client.get(PAGE).text


def test_refreshes_itself_until_the_container_has_left(client, port):
    log_in(client, "anna")
    seen = re.search(r"seen=(\w+)", client.get(PAGE).text)[1]
    htmx = {"hx-request": "true"}
    assert client.get(f"{PAGE}?seen={seen}", headers=htmx).status_code == 204
    act(port, "discharge, gate out")
    answer = client.get(f"{PAGE}?seen={seen}", headers=htmx)
    assert "This container has left the terminal." in answer.text
    assert "hx-trigger" not in answer.text
    assert "There is nothing left to play." in answer.text


# The counterparties


def test_plays_what_is_pressed_and_says_what_came_of_it(client, port):
    log_in(client, "anna")
    assert lights(press(client, "customs green")) == ["green", "grey", "green"]
    press(client, "discharge")
    answer = press(client, "terminal green")
    assert lights(answer) == ["green", "green", "green"]
    assert re.search(r"<strong>Release:</strong>.*?</svg>done", answer.text, re.DOTALL)
    sent = AcceptedRequest.objects.latest("id")
    assert (sent.operation, sent.organisation) == ("play", port.agent.id.hex)
    assert f"/references/{sent.reference}/" in answer.text


def test_offers_the_right_and_answers_for_the_other(client, port):
    log_in(client, "anna")
    assert "scene-accept" not in client.get(PAGE).text
    assert 'id="scene-accept"' in press(client, "transfer", to="NXT230000004").text
    answer = press(client, "accept")
    assert "scene-accept" not in answer.text
    assert "<strong>Transporter</strong>" in answer.text


def test_says_why_something_was_refused(client, port):
    log_in(client, "anna")
    text = press(client, "accept").text
    assert re.search(r"<strong>Accept:</strong>.*?</svg>refused", text, re.DOTALL)
    assert "There is no pending transfer to accept or decline" in text


def test_says_why_the_light_of_the_terminal_does_not_follow_its_release(client, port):
    log_in(client, "anna")
    why = "Its light follows when the container is discharged."
    assert why not in client.get(PAGE).text
    assert why in press(client, "terminal green").text
    assert why not in press(client, "discharge").text


def test_marks_the_words_of_the_api_as_english(client, port):
    log_in(client, "anna")
    text = press(client, "accept").text
    said = re.findall(r'<(\w+) lang="en">There is no pending', text)
    assert said == ["span", "p"]  # what came of it, and the history


def test_says_that_something_is_under_way(client, port):
    log_in(client, "anna")
    answer = client.post(f"{PAGE}play/", {"scene": "discharge"})
    assert "under way" in client.get(answer["Location"]).text


@pytest.mark.parametrize("scene", ["", "delete", "discharge, gate out"])
def test_plays_only_what_has_a_button(client, port, scene):
    log_in(client, "anna")
    assert client.post(f"{PAGE}play/", {"scene": scene}).status_code == 404


def test_lets_only_administrators_and_developers_play(client, port):
    log_in(client, "api")
    answer = client.post(f"{PAGE}play/", {"scene": "discharge"})
    assert answer.status_code == 403
    assert "Only administrators and developers" in answer.text


@pytest.mark.parametrize("equipment", [NUMBER, "TSTU9999999"], ids=["released", "not yet"])
def test_shows_buttons_only_to_those_who_may_play(client, port, equipment):
    page = PAGE.replace(NUMBER, equipment)
    log_in(client, "api")
    shown = client.get(page).text
    assert "Only administrators and developers" in shown
    assert 'name="scene"' not in shown
    log_in(client, "anna")
    assert 'name="scene"' in client.get(page).text


def test_says_nothing_of_what_another_organisation_played(client, port):
    act(port, "discharge")
    reference = AcceptedRequest.objects.latest("id").reference
    log_in(client, "kai")
    assert reference not in client.get(f"{PAGE}?played={reference}").text.replace(
        f"played={reference}", ""
    )


# One that was deleted, and one that was released more than once


def test_says_that_the_release_was_deleted_to_whom_it_concerned(client, port):
    release(port, action="Delete")
    apply()
    log_in(client, "anna")
    assert NUMBER in client.get("/containers/?state=ended").text
    text = client.get(PAGE).text
    assert "The release of this container was deleted." in text
    assert "Nobody has released this container yet." not in text
    log_in(client, "bram")
    assert "Nobody has released this container yet." in client.get(PAGE).text


@pytest.fixture
def two(port):
    """Release the container once more, with another bill of lading."""
    release(port, bill="BL7654321")
    apply()
    return port


def bill(answer):
    return re.search(r"<dd translate=\"no\">(BL\d+)</dd>", answer.text)[1]


def test_shows_each_release_of_a_container(client, two):
    log_in(client, "anna")
    links = re.findall(rf'href="({PAGE}[^"]*)"', client.get("/containers/").text)
    assert [bill(client.get(link)) for link in links] == ["BL7654321", "BL1234567"]
    [other] = re.findall(r'<li><a href="(\?release=[^"]+)"', client.get(PAGE).text)
    assert bill(client.get(PAGE + other)) == "BL1234567"


def test_says_that_what_is_played_fits_more_than_one_release(client, two):
    log_in(client, "anna")
    assert "This container has several active releases." in client.get(PAGE).text
    assert "Multiple active releases found" in press(client, "discharge").text


def test_shows_a_release_that_left_beside_the_one_that_followed(client, port):
    act(port, "discharge, gate out")
    release(port, bill="BL7654321")
    apply()
    log_in(client, "anna")
    text = client.get(PAGE).text
    assert "several active releases" not in text
    [left] = re.findall(rf'href="({PAGE}\?[^"]*)"', client.get("/containers/?state=ended").text)
    assert "This container has left the terminal." in client.get(left).text


def test_shows_no_release_of_others_by_its_name(client, two):
    log_in(client, "anna")
    [other] = re.findall(r'<li><a href="(\?release=[^"]+)"', client.get(PAGE).text)
    log_in(client, "bram")
    assert client.get(PAGE + other).status_code == 404


# The list


@pytest.fixture
def several(port):
    for number in ("MSCU1111111", "MSCU2222222", "MSCU3333333"):
        release(port, number)
    apply()
    act(port, "discharge, terminal green, customs green", "MSCU1111111")
    act(port, "transfer to NXT230000004", "MSCU2222222")
    release(port, "MSCU3333333", action="Block")
    act(port, "discharge, gate out")
    return port


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", {"MSCU1111111", "MSCU2222222", "MSCU3333333"}),
        ("container=mscu1", {"MSCU1111111"}),
        ("state=may-leave", {"MSCU1111111"}),
        ("state=pending", {"MSCU2222222"}),
        ("state=shipping", {"MSCU3333333"}),
        ("state=terminal", {"MSCU2222222", "MSCU3333333"}),
        ("state=ended", {NUMBER}),
        ("state=nonsense", {"MSCU1111111", "MSCU2222222", "MSCU3333333"}),
        ("container=XXXX", set()),
    ],
)
def test_filters_the_list(client, several, query, numbers):
    log_in(client, "anna")
    text = client.get(f"/containers/?{query}").text
    assert set(re.findall(r"/containers/port/uat/(\w+)/", text)) == numbers
    assert ("No container fits." in text) is (not numbers)


def test_says_how_to_get_a_first_container(client):
    stage()
    log_in(client, "anna")
    text = client.get("/containers/").text
    assert "/catalogue/port/certified-pickup/" in text


@pytest.mark.parametrize("number", ["", "NOPE", "TSTU100001", "TSTU1000019 ", "tstu1000019"])
def test_plays_with_nothing_that_cannot_be_a_container(port, number):
    before = AcceptedRequest.objects.count()
    with pytest.raises(Refused, match="four letters and seven digits"):
        act(port, "discharge", number)
    assert AcceptedRequest.objects.count() == before
