"""What the state machine's model cannot show: times, messages that come early, the play."""

from datetime import timedelta

import pytest

from sluis.apis.certified_pickup.rules import places, play
from sluis.apis.certified_pickup.rules.release import COLOURS, Status
from tests.apis.certified_pickup.world import DIRECTORY, NOW, Lane, codes, entity, events, identity

DAY = timedelta(days=1)


def released(**fields):
    lane = Lane()
    lane.commercial("Release", **fields)
    return lane


@pytest.mark.parametrize("code", ["1700", "K1700", "01700", "Kaai1700", "kaai01700", " k1700 "])
def test_knows_a_terminal_in_all_its_spellings(code):
    assert places.terminal(DIRECTORY, "BEANR", code) == "01700"


def test_terminal_is_kept_as_the_directory_writes_it():
    assert released(terminalCode="K1700").release.terminal == "01700"


def test_release_that_names_no_end_is_valid_for_sixty_days():
    lane = released()
    assert lane.wake_at == NOW + 60 * DAY
    assert lane.release.expires_at is None
    assert lane.wait(60 * DAY - timedelta(microseconds=1)) == ()
    assert events(lane.wait(timedelta(microseconds=1)))


def test_sixty_days_run_from_the_start_that_was_given():
    lane = released(releaseDateTimeUtc=(NOW + 3 * DAY).isoformat())
    assert lane.wake_at == NOW + 63 * DAY


def test_update_with_a_later_end_revives_an_expired_release_with_its_rights():
    lane = released(releaseTo=entity("forwarder"))
    lane.right("Accept", "forwarder")
    lane.commercial("Block")
    lane.wait(61 * DAY)
    assert lane.release.status is Status.EXPIRED
    lane.commercial("Update", expirationDateTimeUtc=(lane.now + DAY).isoformat())
    assert (lane.release.status, lane.release.owner) == (Status.ACCEPTED, "forwarder")
    assert (lane.release.state, lane.release.commercial.value) == ("BLOCKED", "BLOCKED")


def test_call_that_came_in_time_is_not_late_because_we_were_busy():
    lane = released(releaseTo=entity("forwarder"))
    lane.now += 61 * DAY
    told = lane.right("Accept", "forwarder")
    assert {event for _, event in events(told) if event == "NotValidated"}
    lane = released(releaseTo=entity("forwarder"))
    lane.now += 61 * DAY
    body = {**identity(), "actionType": "Accept"}
    told = lane.take("act-on-right", "forwarder", body, accepted_at=NOW + DAY)
    assert events(told) == {
        ("agent", "AcceptedByNextParty"),
        ("forwarder", "AcceptedByNextParty"),
    }


def test_what_is_tried_again_and_again_adds_nothing():
    lane = released()
    for _ in range(3):
        for action, who in (("Revoke", "agent"), ("Decline", "forwarder")):
            lane.right("Transfer", "agent", releaseTo=entity("forwarder"))
            assert "NotValidated" not in {event for _, event in events(lane.right(action, who))}
    lane.right("Transfer", "agent", releaseTo=entity("forwarder"))
    assert len(lane.release.hops) == 2
    assert lane.release.pending is not None
    lane.right("Accept", "forwarder")
    for _ in range(5):
        for giver, receiver in (("forwarder", "haulier"), ("haulier", "forwarder")):
            lane.right("Transfer", giver, releaseTo=entity(receiver))
            lane.right("Accept", receiver)
    assert lane.release.owner == "forwarder"
    assert set(lane.release.chain) == {"forwarder", "haulier"}
    assert len(lane.release.hops) == 2 + 3


def test_messages_that_came_early_are_applied_oldest_first():
    lane = Lane()
    for action in ("Block", "Discharge", "Release"):
        assert lane.report(action) == ()
        lane.now += timedelta(minutes=1)
    lane.customs("SCAN")
    told = lane.commercial("Release")
    lights = [one.news.facts for one in told if one.recipient == "agent"]
    assert [(facts["light"], facts["new"]) for facts in lights] == [
        ("CommercialRelease", "OK"),
        ("TerminalRelease", "BLOCKED"),
        ("TerminalRelease", "OK"),
        ("CustomsRelease", "SCAN"),
    ]
    assert lane.state.early == ()


def test_early_message_of_another_terminal_waits_on():
    lane = Lane()
    lane.report("Block", "quay", terminalCode="01742")
    lane.commercial("Release")
    assert lane.release.terminal_light.value == "UNKNOWN"
    lane.commercial("Update", terminalCode="01742")
    assert lane.release.terminal_light.value == "BLOCKED"


def test_early_messages_are_put_away_after_sixty_days():
    lane = Lane()
    lane.report("Block")
    assert lane.wake_at == NOW + 60 * DAY
    lane.wait(60 * DAY)
    assert lane.state.early == ()


def test_message_that_is_repeated_waits_once():
    lane = Lane()
    for minute in range(3):
        lane.report("Block", timestamp=(NOW + timedelta(minutes=minute)).isoformat())
    assert len(lane.state.early) == 1


def test_two_releases_of_one_container_make_a_message_ambiguous():
    lane = released()
    lane.commercial("Release", "rival", releaseIdentification="OTHER")
    assert codes(lane.report("Block")) == ["CPU-CR-05"]
    told = lane.report("Block", releaseIdentification="OTHER")
    assert ("rival", "ReleaseLightChanged") in events(told)


def test_stay_tells_two_visits_apart():
    lane = released(stayNumber="241234")
    lane.commercial("Release", "rival", stayNumber="241299")
    told = lane.report("Block", stayNumber="241299")
    assert ("rival", "ReleaseLightChanged") in events(told)
    assert ("agent", "ReleaseLightChanged") not in events(told)


def test_message_about_another_stay_waits_for_its_release():
    lane = released(stayNumber="241234")
    assert lane.report("Block", stayNumber="241299") == ()
    assert len(lane.state.early) == 1
    lane.report("Scanning", stayNumber="241234")
    assert lane.release.terminal_light.value == "SCAN"


def test_message_about_a_stay_is_meant_for_a_release_that_names_none():
    lane = released()
    lane.report("Block", stayNumber="241299")
    assert lane.release.terminal_light.value == "BLOCKED"


def test_customs_tell_two_visits_apart_by_the_ship():
    lane = released(vesselNumber="9074729")
    lane.commercial("Release", "rival", vesselNumber="9299551")
    told = lane.customs("SCAN", vesselNumber="9299551", terminalCode="01700")
    assert ("rival", "ReleaseLightChanged") in events(told)


@pytest.mark.parametrize("action", ["Update", "Block", "Unblock", "Revoke", "Delete"])
def test_agent_can_do_nothing_after_the_gate(action):
    lane = released()
    lane.report("GateOut")
    assert codes(lane.commercial(action)) == ["CPU-CR-07"]


@pytest.mark.parametrize("action", ["Transfer", "Accept", "Decline", "Revoke"])
def test_holders_can_do_nothing_after_the_gate(action):
    lane = released(releaseTo=entity("forwarder"))
    lane.report("GateOut")
    assert codes(lane.right(action, "forwarder", releaseTo=entity("haulier"))) == ["CPU-CR-07"]


def test_container_leaves_once():
    lane = released()
    lane.report("GateOut")
    assert codes(lane.report("GateOut")) == ["CPU-CR-07"]


def test_container_that_left_may_be_released_again():
    lane = released()
    lane.report("GateOut")
    assert ("agent", "ReleaseLightChanged") in events(lane.commercial("Release"))


def test_all_that_is_wrong_with_a_release_is_told_at_once():
    start, end = NOW + DAY, NOW
    told = Lane().commercial(
        "Release",
        terminalCode="9999",
        carrier=entity("NXT999999999"),
        releaseDateTimeUtc=start.isoformat(),
        expirationDateTimeUtc=end.isoformat(),
    )
    assert codes(told) == ["CPU-CR-10", "CPU-CR-11", "CPU-CR-09"]


@pytest.mark.parametrize("port", ["BEZEE", "NLRTM"])
def test_terminal_is_looked_for_in_the_port_that_is_named(port):
    [told] = Lane().commercial("Release", portLoCode=port)
    assert told.news.facts["reasons"][0][1] == f"Terminal '01700' is unknown in port {port}"


def test_agent_may_name_another_carrier_and_right_holders_must_know_it():
    lane = released(carrier=entity("rival"))
    told = lane.right("Transfer", "agent", releaseTo=entity("haulier"), carrier=entity("agent"))
    assert codes(told) == ["CPU-RR-03"]


def test_update_overwrites_what_it_leaves_out():
    lane = released(vesselName="MV EXAMPLE", meansOfTransport="Barge", equipmentStatus="Export")
    lane.commercial("Update", voyageNumber="024E")
    details = lane.release.details
    assert (details["vesselName"], details["meansOfTransport"]) == (None, None)
    assert (details["voyageNumber"], details["equipmentStatus"]) == ("024E", "Import")


def test_update_may_change_the_identification():
    lane = released()
    lane.commercial("Update", releaseIdentification="NEW")
    assert lane.release.identification == "NEW"
    assert codes(lane.commercial("Block")) == ["CPU-CR-04"]


def test_same_step_comes_to_the_same():
    one, other = released(), released()
    assert one.state == other.state


def test_every_value_of_a_light_has_the_colour_of_section_4():
    colours = {
        "Grey": {"UNKNOWN", "DELETED"},
        "Green": {"OK", "RELEASED"},
        "Orange": {"SCAN", "FASFC", "EQUALISATION", "TRANSHIPMENT"},
        "Red": {"BLOCKED", "EXPIRED", "DOCUMENTARY_CHECK", "PARTIALLY_CLEARED", "NOT_CLEARED"},
    }
    assert {value: colour for colour, values in colours.items() for value in values} == COLOURS


def test_play_of_the_walk():
    lane = released(releaseTo=entity("forwarder"))
    for scene in play.scenes("terminal green, Discharge,customs  green, accept, gate out"):
        assert "NotValidated" not in {event for _, event in events(lane.play(scene))}
    assert (lane.release.state, lane.release.owner) == ("PICKED_UP", "forwarder")
    assert [light.value for light in lane.release.lights().values()] == ["OK", "OK", "RELEASED"]


@pytest.mark.parametrize("scene", play.SCENES)
def test_every_scene_can_be_played(scene):
    lane = released(releaseTo=entity("forwarder"))
    if scene == "unblock":
        lane.commercial("Block")
    if scene == "terminal unblock":
        lane.report("Block")
    before = lane.state
    told = lane.play(scene)
    assert "NotValidated" not in {event for _, event in events(told)}
    assert lane.state is not before or scene == "customs grey"


def test_transfer_can_be_played():
    lane = released()
    assert ("haulier", "Transferred") in events(lane.play("transfer to nxt230000004"))


def test_play_before_the_release_waits_for_it():
    lane = Lane()
    lane.play("discharge")
    lane.play("customs orange")
    lane.commercial("Release")
    assert lane.release.yard.present
    assert lane.release.customs.value == "SCAN"


def test_nobody_plays_with_the_containers_of_others():
    lane = released()
    assert codes(lane.play("discharge", "rival")) == ["CPU-RR-01"]
    assert lane.play("block", actor=None)


def test_what_cannot_be_played_is_told_to_the_player():
    lane = released()
    [told] = lane.play("accept")
    assert (told.recipient, codes([told])) == ("agent", ["CPU-RR-05"])


@pytest.mark.parametrize("script", ["", " , ", "dance", "discharge, dance", "accept," * 60])
def test_refuses_a_script_that_nobody_can_play(script):
    with pytest.raises(play.Unreadable):
        play.scenes(script)
