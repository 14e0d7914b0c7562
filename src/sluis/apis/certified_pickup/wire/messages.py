"""Notifications as the original writes them: the envelope, and the body of each event.

Members of the envelope stand in the order of the alphabet, nulls are written, and times of
day have seven decimals.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import lru_cache
from itertools import groupby
from operator import attrgetter
from typing import Any, NamedTuple

import msgspec

from sluis.apis.certified_pickup.rules import places
from sluis.apis.certified_pickup.rules.news import LIGHT, News, Told
from sluis.apis.certified_pickup.rules.release import LABELS, Release
from sluis.core.directory import Directory, Party
from sluis.core.job import Notification, Work

ASSET = "00000000-0000-0001-0000-000000000037"  # the same in every notification
HERE = msgspec.Raw(b"\0")  # stands where each receiver's id comes: no JSON has this byte
Json = dict[str, Any]
encode = msgspec.json.Encoder().encode


def notifications(told: tuple[Told, ...], work: Work) -> tuple[Notification, ...]:
    """Return what is to be stored and pushed; who are told the same get the same text."""
    made = []
    for news, those in groupby(told, attrgetter("news")):
        before, after = around_receiver(news, work)
        subject = subject_of(news, work)
        release = news.release.id if news.release else None
        for recipient, _ in those:
            message = before + written(recipient, work.directory).code + after
            made.append(Notification(recipient, news.type, news.event, subject, release, message))
    return tuple(made)


def around_receiver(news: News, work: Work) -> tuple[str, str]:
    """Return the text of a message before and after its `receiverId`."""
    message = {
        "assetId": ASSET,
        "body": body_of(news, work),
        "errors": (),
        "event": news.event,
        "externalReferenceId": work.external_reference,
        "id": subject_of(news, work),
        "publicReferenceId": work.reference,
        "receiverId": HERE,
        "senderId": None,
        "timestamp": seven_decimals(work.now),
        "type": news.type,
        "warnings": (),
    }
    before, _, after = encode(message).decode().partition("\0")
    return before, after


def subject_of(news: News, work: Work) -> str | None:
    if news.release is not None:
        return news.release.equipment
    found: str | None = work.submission.get("equipmentNumber")
    return found


@lru_cache(maxsize=64)  # steps that are applied together are told of at one time
def seven_decimals(moment: datetime) -> str:
    text = moment.astimezone(UTC).isoformat(timespec="microseconds")
    return text.removesuffix("+00:00") + "0Z"


def utc(moment: datetime | None) -> datetime | str | None:
    """Return a time that somebody gave, for JSON with no more decimals than it has."""
    if moment is None:
        return None
    moment = moment.astimezone(UTC)
    if not moment.microsecond:
        return moment  # ten times as fast as its text
    return moment.isoformat().removesuffix("+00:00").rstrip("0") + "Z"


class Written(NamedTuple):
    """A party as messages write it."""

    code: str  # JSON of its NxtEntityId
    whole: msgspec.Raw


@lru_cache(maxsize=16)  # by identity: a directory never changes, a few of them live at a time
def written_of(_: Directory) -> dict[str | None, Written]:
    return {}


def written(organisation: str | None, directory: Directory) -> Written:
    """Return a party as it is in every message: each is written once."""
    known = written_of(directory)
    if organisation not in known:
        known[organisation] = in_json(directory.of(organisation))
    return known[organisation]


def party(organisation: str | None, directory: Directory) -> msgspec.Raw:
    return written(organisation, directory).whole


def in_json(found: Party | None) -> Written:
    if found is None:
        return Written("null", msgspec.Raw(b"null"))
    code = found.identifiers.get
    whole = {
        "nxtEntityId": code("NxtEntityId"),
        "name": found.name,
        "eori": code("Eori"),
        "tin": code("TIN"),
        "apcs": code("APCS"),
        "duns": code("Duns"),
        "externalId": code("ExternalId"),
    }
    return Written(encode(code("NxtEntityId")).decode(), msgspec.Raw(encode(whole)))


def body_of(news: News, work: Work) -> Any:
    facts, release, directory = news.facts, news.release, work.directory
    if "reasons" in facts:
        return ";".join(words for _, words in facts["reasons"])
    if news.event == "GetPagedContainers":
        return page(facts, directory)
    if release is None:
        return facts.get("text")
    if news.event == "GetReleaseDetail":
        return item(release, directory)
    if news.event == "GateOut":
        return gate_out(release, facts)
    if news.type != LIGHT:
        return right(release, facts, directory)
    return light(release, facts, directory) if "light" in facts else act(release, facts, directory)


def light(release: Release, facts: Mapping[str, Any], directory: Directory) -> Json:
    body = {
        "carrier": party(release.carrier, directory),
        "terminalCode": release.terminal,
        "portLoCode": release.port,
        "equipmentNumber": release.equipment,
        "billOfLadingNumbers": release.bills,
        "releaseIdentification": release.identification,
        "greenLightName": facts["light"],
        "originalValue": facts["original"],
        "newValue": facts["new"],
        "meansOfTransport": release.details.get("meansOfTransport"),
        "releaseId": release.id,
        "releaseDateTimeUtc": utc(release.starts_at),
        "expirationDateTimeUtc": utc(release.expires_at),
    }
    if "action" in facts:
        body["actionType"] = facts["action"]
    return body


def act(release: Release, facts: Mapping[str, Any], directory: Directory) -> Json:
    return {
        "sender": party(release.agent, directory),
        "carrier": party(release.carrier, directory),
        "actionType": facts["action"],
        "releaseIdentification": release.identification,
        "releaseId": release.id,
        "equipmentNumber": release.equipment,
        "equipmentType": release.details.get("equipmentType"),
        "billOfLadingNumbers": release.bills,
        "portLoCode": release.port,
        "terminalCode": release.terminal,
        "releaseDateTimeUtc": utc(release.starts_at),
        "expirationDateTimeUtc": utc(release.expires_at),
    }


def right(release: Release, facts: Mapping[str, Any], directory: Directory) -> Json:
    return {
        "sender": party(facts.get("sender", release.agent), directory),
        "carrier": party(release.carrier, directory),
        "releaseFrom": party(facts.get("giver"), directory),
        "releaseTo": party(facts.get("receiver"), directory),
        "actionType": facts.get("action"),
        "reasonForAction": facts.get("reason"),
        "releaseId": release.id,
        "releaseIdentification": release.identification,
        "equipmentNumber": release.equipment,
        "equipmentType": release.details.get("equipmentType"),
        "billOfLadingNumbers": release.bills,
        "portLoCode": release.port,
        "terminalCode": release.terminal,
        "meansOfTransport": release.details.get("meansOfTransport"),
        "releaseDateTimeUtc": utc(release.starts_at),
        "expirationDateTimeUtc": utc(release.expires_at),
    }


def gate_out(release: Release, facts: Mapping[str, Any]) -> Json:
    return {
        "terminalCode": release.terminal,
        "portLoCode": release.port,
        "equipmentNumber": release.equipment,
        "billOfLadingNumbers": release.bills,
        "releaseIdentification": release.identification,
        "releaseId": release.id,
        "stayNumber": release.stay,
        "meansOfTransport": release.details.get("meansOfTransport"),
        "timestamp": utc(facts["left_at"]),
    }


def page(facts: Mapping[str, Any], directory: Directory) -> Json:
    total, size = facts["total"], facts["pageSize"]
    return {
        "page": facts["page"],
        "pageSize": size,
        "totalRows": total,
        "totalPages": -(-total // size),
        "items": [item(release, directory) for release in facts["releases"]],
    }


def item(release: Release, directory: Directory) -> Json:
    """Return a release as lists and details show it."""
    details, hop = release.details, release.hops[-1] if release.hops else None
    agent = directory.of(release.agent)
    operator = directory.of(places.operator(directory, release.terminal))
    live = hop is not None and hop.receiver in release.chain
    return {
        "releaseId": release.id,
        "releaseIdentification": release.identification,
        "equipmentNumber": release.equipment,
        "equipmentType": details.get("equipmentType"),
        "equipmentStatus": details.get("equipmentStatus"),
        "fullEmptyIndicator": details.get("fullEmptyIndicator"),
        "equipmentSupplier": details.get("equipmentSupplier"),
        "equipmentOperator": details.get("equipmentOperator"),
        "emptyReturnReference": details.get("emptyReturnReference"),
        "releaseOrderReference": details.get("releaseOrderReference"),
        "billOfLadingNumbers": release.bills,
        "portLoCode": release.port,
        "terminalCode": release.terminal,
        "terminalName": operator.name if operator else None,
        "shippingAgentName": agent.name if agent else None,
        "carrier": party(release.carrier, directory),
        "releaseFrom": party(hop.giver, directory) if hop and live else None,
        "releaseTo": party(hop.receiver, directory) if hop and live else None,
        "releaseRightStatus": release.status.value,
        "meansOfTransport": details.get("meansOfTransport"),
        "alfapassNumberMask": None,
        "driverAlias": None,
        "vesselName": details.get("vesselName"),
        "vesselNumber": details.get("vesselNumber"),
        "vesselCallSign": details.get("vesselCallSign"),
        "voyageNumber": details.get("voyageNumber"),
        "stayNumber": release.stay,
        "isCarrierHaulage": details.get("isCarrierHaulage"),
        "lights": [
            {
                "greenLightName": name,
                "greenLightValue": light.value,
                "color": light.colour,
                "label": LABELS[name],
                "dateLastUpdated": light.changed_at and seven_decimals(light.changed_at),
            }
            for name, light in release.lights().items()
        ],
        "releaseDateTimeUtc": utc(release.starts_at),
        "expirationDateTimeUtc": utc(release.expires_at),
    }
