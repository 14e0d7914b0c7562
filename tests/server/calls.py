"""Calls that were answered, as the gateway records them."""

import time

import msgspec

from sluis.gateway.records import Record, traces
from sluis.server.answers.records import write


def called(
    organisation,
    status=200,
    reason=None,
    *,
    api="meteo",
    operation="list-readings",
    environment="port/uat",
    ago=60.0,
    times=1,
):
    """Record calls of an organisation, or of nobody known, so many seconds ago."""
    at = time.time() - ago
    new_trace = traces(lambda: at)
    one = Record(
        trace="",
        at=at,
        environment=environment,
        api=api,
        operation=operation,
        application=None,
        organisation=organisation.pk.hex if organisation else None,
        person=None,
        status=status,
        reason=reason,
        microseconds=600,
        request_bytes=0,
        response_bytes=100,
    )
    write([msgspec.structs.replace(one, trace=new_trace()) for _ in range(times)])
