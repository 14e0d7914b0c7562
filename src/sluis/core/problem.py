"""The closed list of reasons for which a call is refused.

A `Problem` is an answer: the caller can read it and do something about it. Any other
exception is a mistake of ours; the caller is told `FAULT` and a trace id, no more.
"""

from enum import StrEnum


class Reason(StrEnum):
    MALFORMED = "malformed"
    TOO_LARGE = "too-large"
    NO_SUCH_OPERATION = "no-such-operation"
    METHOD_NOT_ALLOWED = "method-not-allowed"
    CREDENTIAL_MISSING = "credential-missing"
    CREDENTIAL_UNKNOWN = "credential-unknown"
    CREDENTIAL_EXPIRED = "credential-expired"
    CREDENTIAL_DISABLED = "credential-disabled"
    CREDENTIALS_DISAGREE = "credentials-disagree"
    WRONG_ENVIRONMENT = "wrong-environment"
    SIGNATURE_WRONG = "signature-wrong"
    NO_CONSENT = "no-consent"
    NOT_SUBSCRIBED = "not-subscribed"
    NOT_GRANTED = "not-granted"
    NOT_YOURS = "not-yours"
    NOT_FOUND = "not-found"
    NOT_ALLOWED_NOW = "not-allowed-now"
    KEY_REUSED = "key-reused"
    IN_PROGRESS = "in-progress"
    GONE = "gone"
    RETIRED = "retired"
    QUOTA_SPENT = "quota-spent"
    TOO_MANY_AT_ONCE = "too-many-at-once"
    UNAVAILABLE = "unavailable"
    FAULT = "fault"


class Problem(Exception):
    """A refusal: why, in a full sentence that also says what to do.

    `scheme` names the authentication scheme that refused, `wait_seconds` is given when trying
    again helps.
    """

    def __init__(
        self,
        reason: Reason,
        detail: str,
        *,
        scheme: str | None = None,
        wait_seconds: int | None = None,
    ) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail
        self.scheme = scheme
        self.wait_seconds = wait_seconds
