"""Why a call is refused, in the reader's words, with what to do about it."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sluis.core.problem import Reason

MEANING: dict[Reason, str | Promise] = {
    Reason.MALFORMED: _("A part of the call cannot be read. The answer says which."),
    Reason.TOO_LARGE: _("The call is too large. Send less at a time."),
    Reason.NO_SUCH_OPERATION: _("Nothing is published at this address. Compare it with this page."),
    Reason.METHOD_NOT_ALLOWED: _("The address exists, but not with this method."),
    Reason.CREDENTIAL_MISSING: _("The call carries no key or token. Send it in the header."),
    Reason.CREDENTIAL_UNKNOWN: _("The key or token is not known here. Copy it once more."),
    Reason.CREDENTIAL_EXPIRED: _("The key or token has expired. Fetch a new one."),
    Reason.CREDENTIAL_DISABLED: _("The key was disabled. Ask the service desk why."),
    Reason.CREDENTIALS_DISAGREE: _("The key and the token belong to different organisations."),
    Reason.WRONG_ENVIRONMENT: _("The key or token is for another environment."),
    Reason.SIGNATURE_WRONG: _("The signature does not match what was sent."),
    Reason.NO_CONSENT: _("The organisation has not agreed that your software acts for it."),
    Reason.NOT_SUBSCRIBED: _("There is no active subscription in this environment."),
    Reason.NOT_GRANTED: _("The subscription does not cover this operation."),
    Reason.NOT_YOURS: _("This belongs to another organisation."),
    Reason.NOT_FOUND: _("There is nothing under this identifier."),
    Reason.NOT_ALLOWED_NOW: _("This is not possible in the present state."),
    Reason.KEY_REUSED: _("This Idempotency-Key came before with another body. Take a new key."),
    Reason.IN_PROGRESS: _("A call with this Idempotency-Key is in progress. Repeat it later."),
    Reason.GONE: _("This link no longer works. Ask for a new one."),
    Reason.RETIRED: _("This version is no longer served. Move to the current one."),
    Reason.QUOTA_SPENT: _("The limit is reached. Wait as long as Retry-After says."),
    Reason.TOO_MANY_AT_ONCE: _("Too many calls are in progress. Wait for one to end."),
    Reason.UNAVAILABLE: _("The API cannot answer now. Try again later."),
    Reason.FAULT: _("Something went wrong on our side. Tell the service desk the trace id."),
}
