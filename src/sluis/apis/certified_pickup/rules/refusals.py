"""Why something that was accepted cannot be done after all: told by NotValidated."""

from enum import StrEnum


class Code(StrEnum):
    REQUIRED = "CPU-CR-01"
    INVALID = "CPU-CR-02"
    EXISTS = "CPU-CR-03"
    NO_RELEASE = "CPU-CR-04"
    SEVERAL = "CPU-CR-05"
    NOT_CREATOR = "CPU-CR-06"
    PICKED_UP = "CPU-CR-07"
    UNCHANGEABLE = "CPU-CR-08"
    EXPIRY_TOO_EARLY = "CPU-CR-09"
    UNKNOWN_TERMINAL = "CPU-CR-10"
    UNKNOWN_PARTY = "CPU-CR-11"
    TOO_MANY = "CPU-CR-12"
    NOT_YOUR_RIGHT = "CPU-RR-01"
    EXPIRED = "CPU-RR-02"
    NO_MATCH = "CPU-RR-03"
    ALREADY_PENDING = "CPU-RR-04"
    NOTHING_PENDING = "CPU-RR-05"
    GIVEN_BY_RELEASE = "CPU-RR-06"
    ALREADY_ACCEPTED = "CPU-RR-07"
    TO_YOURSELF = "CPU-RR-08"
    PAGE_TOO_LARGE = "CPU-RR-09"
    NOT_YOUR_TERMINAL = "CPU-TR-01"
    TOO_MANY_WAIT = "CPU-TR-02"


TEXTS = {
    Code.REQUIRED: "Field '{name}' is required",
    Code.INVALID: "Field '{name}' has an invalid value '{value}'",
    Code.EXISTS: "An active commercial release already exists for container {container}"
    " and bill of lading {bill}",
    Code.NO_RELEASE: "No active commercial release found for the provided identifiers",
    Code.SEVERAL: "Multiple active releases found for the provided identifiers",
    Code.NOT_CREATOR: "Only the creator of the commercial release can perform this action",
    Code.PICKED_UP: "The container has already been picked up",
    Code.UNCHANGEABLE: "Field '{name}' cannot be changed by an update",
    Code.EXPIRY_TOO_EARLY: "The expiration date must be later than the release date",
    Code.UNKNOWN_TERMINAL: "Terminal '{code}' is unknown in port {port}",
    Code.UNKNOWN_PARTY: "Party '{type}:{code}' is not known in Certified Pick up",
    Code.TOO_MANY: "Container {container} has {count} active commercial releases of your company,"
    " the most that are kept",
    Code.NOT_YOUR_RIGHT: "The release right is not assigned to your company",
    Code.EXPIRED: "The release right has expired",
    Code.NO_MATCH: "The provided information does not match the original release",
    Code.ALREADY_PENDING: "A transfer of this release right is already pending",
    Code.NOTHING_PENDING: "There is no pending transfer to accept or decline",
    Code.GIVEN_BY_RELEASE: "The release right was already given by the commercial release",
    Code.ALREADY_ACCEPTED: "The release right cannot be revoked because it was already accepted"
    " by the next party",
    Code.TO_YOURSELF: "The release right cannot be transferred to your own company",
    Code.PAGE_TOO_LARGE: "The page is larger than a notification may: ask for a smaller pageSize",
    Code.NOT_YOUR_TERMINAL: "The terminal does not belong to your company",
    Code.TOO_MANY_WAIT: "{count} messages of your company wait for a release of container"
    " {container}, the most that are kept",
}


def text(code: Code, /, **facts: str) -> str:
    return TEXTS[code].format(**facts)


class Refused(Exception):
    """The state of the container does not allow it. Several reasons can be given at once."""

    def __init__(self, *reasons: tuple[Code, str]) -> None:
        super().__init__("; ".join(words for _, words in reasons))
        self.reasons = reasons


def refused(code: Code, /, **facts: str) -> Refused:
    return Refused((code, text(code, **facts)))
