"""One call on its way through the gateway, as far as it is known."""

import msgspec

from sluis.core.api import Dialect
from sluis.core.caller import NOBODY, Caller
from sluis.core.quota import Left
from sluis.gateway.notice import Headers
from sluis.gateway.problem_details import ProblemDetails
from sluis.gateway.route import Endpoint

PLATFORM_DIALECT = ProblemDetails()


class Visit(msgspec.Struct):
    """What becomes known of a call on its way; its record is made of it."""

    trace: str
    now: float
    endpoint: Endpoint | None = None
    dialect: Dialect = PLATFORM_DIALECT
    notice: Headers = ()
    caller: Caller = NOBODY
    left: Left | None = None
