"""Every code of section 12 that this API can give, and what earns it."""

from datetime import timedelta

import pytest

from sluis.apis.certified_pickup.rules.commercial import ACTIVE_AT_MOST
from sluis.apis.certified_pickup.rules.refusals import TEXTS, Code
from sluis.apis.certified_pickup.rules.yard import EARLY_AT_MOST
from tests.apis.certified_pickup.world import NOW, Lane, codes, entity

SEEN_ON_THE_BODY = {Code.REQUIRED, Code.INVALID}  # 400 at once
OF_LISTS = {Code.PAGE_TOO_LARGE}
OTHER_BILLS = {"billOfLadingNumbers": ["BL99"]}


def released(**fields):
    lane = Lane()
    lane.commercial("Release", **fields)
    return lane


def offered():
    return released(releaseTo=entity("forwarder"))


def held():
    lane = offered()
    lane.right("Accept", "forwarder")
    return lane


def offered_on():
    lane = held()
    lane.right("Transfer", "forwarder", releaseTo=entity("haulier"))
    return lane


def expired():
    lane = held()
    lane.wait(timedelta(days=60))
    return lane


def gone():
    lane = held()
    lane.report("GateOut")
    return lane


def twice():
    lane = released()
    lane.commercial("Release", "rival")
    return lane


def crowded():
    lane = Lane()
    for number in range(ACTIVE_AT_MOST):
        lane.commercial("Release", billOfLadingNumbers=[f"BL{number}"])
    return lane


def talked_over():
    lane = Lane()
    for number in range(EARLY_AT_MOST):
        lane.report("Block", stayNumber=f"S{number}")
    return lane


def offered_twice():
    lane = released(releaseTo=entity("forwarder"))
    lane.commercial("Release", "rival", releaseTo=entity("forwarder"))
    return lane


REFUSALS = [
    ("CPU-CR-03", released, lambda lane: lane.commercial("Release")),
    ("CPU-CR-03", expired, lambda lane: lane.commercial("Release")),
    ("CPU-CR-04", Lane, lambda lane: lane.commercial("Block")),
    ("CPU-CR-04", released, lambda lane: lane.commercial("Block", **OTHER_BILLS)),
    ("CPU-CR-04", released, lambda lane: lane.commercial("Block", releaseIdentification="X")),
    ("CPU-CR-04", Lane, lambda lane: lane.right("Accept", "forwarder")),
    ("CPU-CR-05", twice, lambda lane: lane.report("Block")),
    ("CPU-CR-05", twice, lambda lane: lane.report("GateOut")),
    ("CPU-CR-05", offered_twice, lambda lane: lane.right("Accept", "forwarder")),
    ("CPU-CR-06", released, lambda lane: lane.commercial("Update", "rival")),
    ("CPU-CR-06", released, lambda lane: lane.commercial("Delete", "rival")),
    ("CPU-CR-07", gone, lambda lane: lane.commercial("Block")),
    (
        "CPU-CR-07",
        gone,
        lambda lane: lane.right("Transfer", "forwarder", releaseTo=entity("agent")),
    ),
    ("CPU-CR-07", gone, lambda lane: lane.report("GateOut")),
    ("CPU-CR-08", released, lambda lane: lane.commercial("Update", **OTHER_BILLS)),
    (
        "CPU-CR-08",
        released,
        lambda lane: lane.commercial("Update", releaseTo=entity("forwarder")),
    ),
    ("CPU-CR-08", offered, lambda lane: lane.commercial("Update", releaseTo=entity("haulier"))),
    (
        "CPU-CR-09",
        Lane,
        lambda lane: lane.commercial("Release", expirationDateTimeUtc=NOW.isoformat()),
    ),
    ("CPU-CR-10", Lane, lambda lane: lane.commercial("Release", terminalCode="K9999")),
    ("CPU-CR-10", released, lambda lane: lane.commercial("Update", terminalCode="9999")),
    ("CPU-CR-10", Lane, lambda lane: lane.report("Block", terminalCode="9999")),
    ("CPU-CR-11", Lane, lambda lane: lane.commercial("Release", releaseTo=entity("NXT1"))),
    ("CPU-CR-11", Lane, lambda lane: lane.commercial("Release", carrier=entity("NXT1"))),
    (
        "CPU-CR-11",
        Lane,
        lambda lane: lane.commercial("Release", releaseTo=entity("no-party-to-it")),
    ),
    ("CPU-CR-11", held, lambda lane: lane.right("Transfer", "forwarder", releaseTo=entity("NXT1"))),
    ("CPU-CR-12", crowded, lambda lane: lane.commercial("Release", **OTHER_BILLS)),
    ("CPU-RR-01", released, lambda lane: lane.right("Accept", "forwarder")),
    ("CPU-RR-01", held, lambda lane: lane.right("Transfer", "agent", releaseTo=entity("haulier"))),
    ("CPU-RR-01", offered_on, lambda lane: lane.right("Accept", "forwarder")),
    (
        "CPU-RR-01",
        offered,
        lambda lane: lane.right("Transfer", "forwarder", releaseTo=entity("agent")),
    ),
    ("CPU-RR-01", offered_on, lambda lane: lane.right("Revoke", "haulier")),
    ("CPU-RR-02", expired, lambda lane: lane.commercial("Block")),
    ("CPU-RR-02", expired, lambda lane: lane.commercial("Unblock")),
    ("CPU-RR-02", expired, lambda lane: lane.commercial("Revoke")),
    (
        "CPU-RR-02",
        expired,
        lambda lane: lane.right("Transfer", "forwarder", releaseTo=entity("haulier")),
    ),
    ("CPU-RR-03", offered, lambda lane: lane.right("Accept", "forwarder", terminalCode="01742")),
    ("CPU-RR-03", offered, lambda lane: lane.right("Accept", "forwarder", portLoCode="BEZEE")),
    ("CPU-RR-03", offered, lambda lane: lane.right("Accept", "forwarder", carrier=entity("rival"))),
    ("CPU-RR-03", offered, lambda lane: lane.right("Accept", "forwarder", **OTHER_BILLS)),
    (
        "CPU-RR-03",
        offered,
        lambda lane: lane.right("Accept", "forwarder", releaseFrom=entity("rival")),
    ),
    ("CPU-RR-03", offered, lambda lane: lane.right("Revoke", "agent", releaseTo=entity("haulier"))),
    (
        "CPU-RR-03",
        held,
        lambda lane: lane.right(
            "Transfer", "forwarder", releaseFrom=entity("agent"), releaseTo=entity("haulier")
        ),
    ),
    ("CPU-RR-03", released, lambda lane: lane.commercial("Delete", terminalCode="01742")),
    (
        "CPU-RR-03",
        lambda: released(equipmentType="40HC"),
        lambda lane: lane.commercial("Unblock", equipmentType="20GP"),
    ),
    (
        "CPU-RR-04",
        offered_on,
        lambda lane: lane.right("Transfer", "forwarder", releaseTo=entity("stranger")),
    ),
    ("CPU-RR-05", held, lambda lane: lane.right("Accept", "forwarder")),
    ("CPU-RR-05", released, lambda lane: lane.right("Decline", "agent")),
    ("CPU-RR-05", released, lambda lane: lane.right("Revoke", "agent")),
    (
        "CPU-RR-06",
        offered,
        lambda lane: lane.right("Transfer", "agent", releaseTo=entity("haulier")),
    ),
    ("CPU-RR-07", held, lambda lane: lane.right("Revoke", "agent")),
    ("CPU-RR-07", offered_on, lambda lane: lane.right("Revoke", "agent")),
    (
        "CPU-RR-08",
        held,
        lambda lane: lane.right("Transfer", "forwarder", releaseTo=entity("forwarder")),
    ),
    ("CPU-RR-08", Lane, lambda lane: lane.commercial("Release", releaseTo=entity("agent"))),
    ("CPU-TR-01", released, lambda lane: lane.report("Block", "quay")),
    ("CPU-TR-02", talked_over, lambda lane: lane.report("Block", stayNumber="one more")),
    (
        "CPU-TR-01",
        released,
        lambda lane: lane.report("Discharge", "terminal", terminalCode="01742"),
    ),
]


@pytest.mark.parametrize(
    ("code", "setting", "deed"),
    [pytest.param(*one, id=f"{one[0]} {number}") for number, one in enumerate(REFUSALS)],
)
def test_refuses_and_changes_nothing(code, setting, deed):
    lane = setting()
    before = lane.state
    assert codes(deed(lane)) == [code]
    assert lane.state is before


def test_every_code_is_earned_by_something():
    assert {code for code, _, _ in REFUSALS} == set(Code) - SEEN_ON_THE_BODY - OF_LISTS


# As section 12 of the specification words them; CPU-CR-12, CPU-RR-09 and CPU-TR-02 are ours.
WORDS = {
    "CPU-CR-01": "Field '{name}' is required",
    "CPU-CR-02": "Field '{name}' has an invalid value '{value}'",
    "CPU-CR-03": "An active commercial release already exists for container {container}"
    " and bill of lading {bill}",
    "CPU-CR-04": "No active commercial release found for the provided identifiers",
    "CPU-CR-05": "Multiple active releases found for the provided identifiers",
    "CPU-CR-06": "Only the creator of the commercial release can perform this action",
    "CPU-CR-07": "The container has already been picked up",
    "CPU-CR-08": "Field '{name}' cannot be changed by an update",
    "CPU-CR-09": "The expiration date must be later than the release date",
    "CPU-CR-10": "Terminal '{code}' is unknown in port {port}",
    "CPU-CR-11": "Party '{type}:{code}' is not known in Certified Pick up",
    "CPU-CR-12": "Container {container} has {count} active commercial releases of your company,"
    " the most that are kept",
    "CPU-RR-01": "The release right is not assigned to your company",
    "CPU-RR-02": "The release right has expired",
    "CPU-RR-03": "The provided information does not match the original release",
    "CPU-RR-04": "A transfer of this release right is already pending",
    "CPU-RR-05": "There is no pending transfer to accept or decline",
    "CPU-RR-06": "The release right was already given by the commercial release",
    "CPU-RR-07": "The release right cannot be revoked because it was already accepted by the next"
    " party",
    "CPU-RR-08": "The release right cannot be transferred to your own company",
    "CPU-RR-09": "The page is larger than a notification may: ask for a smaller pageSize",
    "CPU-TR-01": "The terminal does not belong to your company",
    "CPU-TR-02": "{count} messages of your company wait for a release of container {container},"
    " the most that are kept",
}


def test_every_code_has_the_words_of_the_catalogue():
    assert {code.value: text for code, text in TEXTS.items()} == WORDS
    assert set(TEXTS) == set(Code)


@pytest.mark.parametrize("answer", ["Decline", "Revoke"])
def test_agent_may_transfer_once_the_hand_over_of_the_release_is_over(answer):
    lane = offered()
    lane.right(answer, "forwarder" if answer == "Decline" else "agent")
    assert len(lane.right("Transfer", "agent", releaseTo=entity("haulier"))) == 2


def test_agent_may_transfer_what_it_took_back():
    lane = offered_on()
    lane.commercial("Revoke")
    assert len(lane.right("Transfer", "agent", releaseTo=entity("haulier"))) == 2


def test_nobody_fills_a_container_up_for_others():
    lane = talked_over()
    assert lane.report("Block", stayNumber="S0") == ()  # it takes the place of its like
    assert lane.report("Block", "quay", terminalCode="01742") == ()
    lane = crowded()
    lane.commercial("Release", "rival", **OTHER_BILLS)
    assert lane.release.agent == "rival"
