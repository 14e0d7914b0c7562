"""Every act, with what becomes of it for whom; see `table.py`."""

import base64
import zlib
from typing import NamedTuple

from tests.server.portal.table import (
    ACCOUNT,
    AGENT,
    API_USER,
    APPLICATION,
    AT_CARRIER,
    BILLING,
    CHANNEL,
    CLIENT,
    CONSENT,
    CONTAINER,
    DECIDING,
    HANDOVER,
    HERE,
    INCIDENT,
    MAIN,
    MEMBER,
    METEO,
    NOBODY,
    ORGANISATION,
    PARCELS,
    PORT,
    SUBSCRIPTION,
    SUSPENDING,
    TICKET,
    TOKEN,
    UAT,
    VISIT,
)

ACT_OF_ALL = "done done done done done done done done"
ACT_OF_PUBLIC = "done done done done done factor done done"
EVERYBODYS_OWN_ACT = "login done done done done factor done done"
ACT_OF_ITSELF = "login refused refused done done factor refused refused"  # names the organisation
OWN_ACT = "login 404 done done done factor 404 404"
DEVELOPERS_ACT = "login 404 refused done done factor 404 404"
ADMINISTRATORS_ACT = "login 404 refused refused done factor 404 404"
REFUSED_ACT = "login 404 refused refused refused factor 404 404"
DESK_ACT = "login 404 404 404 404 factor done 404"
DESK_REFUSED = "login 404 404 404 404 factor refused 404"
ACT_OF_ITS_DESK = "login 404 404 404 404 factor done refused"  # names the provider


class Act(NamedTuple):
    name: str
    outcomes: str
    of: dict[str, str]
    form: dict[str, str]
    says: str = ""  # which of several acts at one address
    query: str = ""


METEO_THERE = {**METEO, "environment": "uat"}
INVITATION = {**AGENT, "invitation": "{invitation}"}
PROVIDER = {
    "name": "Port",
    "nl": "Een haven.",
    "en": "A port.",
    "de": "Ein Hafen.",
    "support_email": "desk@port.example",
    "registration": "desk",
}
THREE = {"nl": "Nieuw.", "en": "New.", "de": "Neu."}
QUESTION = {"subject": "How?", "text": "Tell me."}
STREET = {"street": "Kaai 1", "postal_code": "2030", "city": "Antwerpen", "country": "BE"}
CODES = {"TIN": "", "Eori": "", "Duns": "", "APCS": "AGNT", "SCAC": ""}
GIVEN_OUT = {"NxtEntityId": "NXT230000009"}
LINKED = {"name": "Lot", "email": "lot@example.net", "language": "nl", "role": "developer"}
RECORDED = {**QUESTION, "origin": "telephone", "kind": "question", "name": "Eva", "language": "nl"}
TOLD = {"effect": "down", "title": "Slow", "text": "We look.", "kind": "incident", "language": "nl"}
PUBLIC_KEY = """-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAf+hwKmljek45g04V8MBvr52Ipx3u/mHvdnrMsPH6zFc=
-----END PUBLIC KEY-----
"""
USED = b"company,api,version,last used\nAGNT,Barcode,1_1,2024-03-01\n"
PACKED = base64.b64encode(zlib.compress(USED)).decode()
NEW_CHANNEL = {"name": "ERP", "url": "https://erp.example/new", "way": "none", "order": "lane"}
NEW_CHANNELS = "login done refused done done factor done refused"

ACTS = [
    Act("set_language", ACT_OF_ALL, {}, {"language": "nl"}),
    Act("confirm_again", ACT_OF_PUBLIC, {}, {"email": "no@example.org"}),
    Act("account_logout", ACT_OF_ALL, {}, {}),
    Act("play", "login 404 403 done done factor 404 404", CONTAINER, {"scene": "customs green"}),
    Act("test_channel", REFUSED_ACT, CHANNEL, {}),
    Act("replay", DEVELOPERS_ACT, CHANNEL, {}),
    Act("rotate_channel", REFUSED_ACT, CHANNEL, {}, "unsigned"),
    Act("new_channel", NEW_CHANNELS, {}, {"environment": "port/uat", **NEW_CHANNEL}),
    Act("change_channel", DEVELOPERS_ACT, CHANNEL, NEW_CHANNEL),
    *[
        Act("act_on_channel", DEVELOPERS_ACT, CHANNEL, {"act": act}, act)
        for act in ("disable", "remove")
    ],
    *[
        Act("desk_act", DESK_ACT, {**ORGANISATION, "act": act, "key": key}, {"reason": "Why."}, act)
        for act, key in {
            "disable-credential": "{key}",
            "disable-client": "{client}",
            "disable-api-user": "{api_user}",
            "disable-channel": "{channel_number}",
            "suspend": "{subscription}",
            "resume": "{suspended}",
            "end": "{subscription}",
            "withdraw-consent": "{consent}",
        }.items()
    ],
    Act("desk_act", DESK_REFUSED, SUSPENDING, {}, "without a reason"),
    Act("desk_name", DESK_ACT, ORGANISATION, {"name": "Agent & Zonen"}),
    Act("desk_name", DESK_REFUSED, ORGANISATION, {"name": " "}, "without a name"),
    Act("desk_identifiers", DESK_ACT, {**ORGANISATION, "environment": "live"}, GIVEN_OUT),
    Act(
        "desk_identifiers",
        DESK_REFUSED,
        {**ORGANISATION, "environment": "uat"},
        {"NxtEntityId": "NXT230000004"},
        "of the transporter",
    ),
    Act(
        "desk_identifiers",
        NOBODY,
        {**ORGANISATION, "environment": "sandbox"},
        GIVEN_OUT,
        "in another's environment",
    ),
    Act("desk_limits", DESK_ACT, METEO_THERE, {"published": "1"}),
    Act("desk_version", DESK_ACT, METEO_THERE, {"version": "v1", "since": "2026-03-01T08:00"}),
    Act("desk_version", DESK_REFUSED, METEO_THERE, {"version": "v1"}, "from no time"),
    Act("desk_usage", DESK_ACT, PARCELS, {"act": "import", "packed": PACKED}),
    Act("desk_usage", DESK_REFUSED, PARCELS, {}, "without a file"),
    Act("desk_usage", NOBODY, PORT, {"act": "import", "packed": PACKED}, "where is no register"),
    Act("desk_publish_terms", DESK_ACT, PORT, THREE),
    Act("desk_clock", DESK_ACT, UAT, {"at": "2026-03-01T08:00"}),
    Act("desk_hosts", DESK_ACT, UAT, {"hosts": "api.example.org"}),
    Act("desk_outgoing", DESK_ACT, UAT, {"addresses": "192.0.2.10"}),
    Act("desk_outgoing", DESK_REFUSED, UAT, {"addresses": "here"}, "to no address"),
    Act("desk_provider", DESK_ACT, PORT, PROVIDER),
    Act("desk_provider", DESK_REFUSED, PORT, {**PROVIDER, "support_email": "-"}, "to no address"),
    Act("desk_provider", DESK_REFUSED, PARCELS, PROVIDER, "by who is no administrator there"),
    Act("desk_doors", DESK_ACT, PORT, {"doors": "password-grant"}),
    Act("desk_doors", DESK_REFUSED, PORT, {"doors": "window"}, "through a window"),
    Act("desk_verify", DESK_ACT, PORT, {}),
    Act("desk_mail_again", DESK_ACT, {**PORT, "mail": "{unsent}"}, {}),
    Act("account_name", EVERYBODYS_OWN_ACT, {}, {"name": "Somebody"}),
    Act("contact", ACT_OF_PUBLIC, PORT, {**QUESTION, "name": "Eva", "email": "eva@example.net"}),
    Act("visited_ticket", ACT_OF_PUBLIC, VISIT, {"text": "And?"}),
    Act("accept_invitation", "away done refused refused refused factor refused refused", TOKEN, {}),
    Act(
        "invitation",
        "done refused refused refused refused factor refused refused",
        {"token": "{guest_token}"},
        {"name": "Guest", "password": "een boot vol peren"},
    ),
    Act("new_organisation", EVERYBODYS_OWN_ACT, {}, {"name": "New", "country": "BE"}),
    Act(
        "subscribe",
        "login done refused done done factor done refused",
        {**PORT, "api": "eta-terminal"},
        {"environment": "uat", "terms": "{terms}", "accepted": "on"},
    ),
    *[
        Act("act_on_subscription", outcomes, {"subscription": key}, {"act": act}, f"{act} {key}")
        for act, key, outcomes in [
            ("suspend", "{subscription}", DEVELOPERS_ACT),
            ("resume", "{held}", DEVELOPERS_ACT),
            ("resume", "{suspended}", REFUSED_ACT),  # the desk's suspension
            ("approve", "{asked}", NOBODY),
        ]
    ],
    Act("end_subscription", DEVELOPERS_ACT, SUBSCRIPTION, {}),
    Act("accept_terms", DEVELOPERS_ACT, SUBSCRIPTION, {"terms": "{terms}", "accepted": "on"}),
    Act(
        "accept_terms",
        REFUSED_ACT,
        SUBSCRIPTION,
        {"terms": "{carrier_terms}", "accepted": "on"},
        "another provider's",
    ),
    *[
        Act("act_on_keys", DEVELOPERS_ACT, SUBSCRIPTION, {"act": act, "label": "primary"}, act)
        for act in ("replace", "revoke")
    ],
    Act("applications", ACT_OF_ITSELF, {}, {"organisation": "{agent_hex}", "name": "New"}),
    *[
        Act("act_on_application", outcomes, APPLICATION, form, says)
        for says, outcomes, form in [
            ("make", DEVELOPERS_ACT, {"act": "make", "environment": "port/uat"}),
            ("make in production", REFUSED_ACT, {"act": "make", "environment": "port/live"}),
            ("renew", DEVELOPERS_ACT, {"act": "renew", "client": "{client}"}),
            ("disable", DEVELOPERS_ACT, {"act": "disable", "client": "{client}"}),
            ("disable secret", DEVELOPERS_ACT, {"act": "disable-secret", "secret": "{secret}"}),
            ("renew theirs", NOBODY, {"act": "renew", "client": "{their_client}"}),
            ("disable theirs", NOBODY, {"act": "disable", "client": "{their_client}"}),
            ("their secret", NOBODY, {"act": "disable-secret", "secret": "{their_secret}"}),
            ("a key", NOBODY, {"act": "disable-secret", "secret": "{key}"}),
        ]
    ],
    Act("add_public_key", DEVELOPERS_ACT, CLIENT, {"key": PUBLIC_KEY}),
    Act("add_public_key", REFUSED_ACT, CLIENT, {"key": "PRIVATE KEY"}, "the private half"),
    Act(
        "add_public_key",
        NOBODY,
        {**CLIENT, "client": "{their_client}"},
        {"key": PUBLIC_KEY},
        "to a client of others",
    ),
    Act("handover", DEVELOPERS_ACT, HANDOVER, {}),
    Act("invite", ADMINISTRATORS_ACT, AGENT, {"email": "g@example.org", "roles": "developer"}),
    Act("invite", REFUSED_ACT, AGENT, {"email": "g@example.org", "roles": "desk"}, "to a desk"),
    Act("revoke_invitation", ADMINISTRATORS_ACT, INVITATION, {}),
    Act("member", ADMINISTRATORS_ACT, MEMBER, {"roles": "administrator"}),
    Act(
        "member",
        ADMINISTRATORS_ACT.replace("done", "refused"),
        {**AGENT, "person": "{anna}"},
        {"roles": "developer"},
        "the last administrator",
    ),
    Act(
        "remove_member",
        "login 404 done refused done factor 404 404",  # anybody can leave
        MEMBER,
        {},
    ),
    Act("remove_member", NOBODY, {**AGENT, "person": "{bram}"}, {}, "one of others"),
    Act("identifiers", ADMINISTRATORS_ACT, HERE, CODES),
    Act("identifiers", REFUSED_ACT, AT_CARRIER, CODES, "where the desk writes them down"),
    Act("address", ADMINISTRATORS_ACT, BILLING, STREET),
    Act("remove_address", ADMINISTRATORS_ACT, MAIN, {}),
    Act(
        "new_api_user",
        ADMINISTRATORS_ACT,
        AGENT,
        {"environment": "port/uat", "username": "planner-2"},
    ),
    Act("api_user", ADMINISTRATORS_ACT, API_USER, {}),
    Act("disable_api_user", ADMINISTRATORS_ACT, API_USER, {}),
    Act(
        "give_consent",
        ADMINISTRATORS_ACT,
        AGENT,
        {"environment": "port/uat", "client_id": "{their_client_id}"},
    ),
    Act("consent", ADMINISTRATORS_ACT, CONSENT, {"act": "withdraw"}),
    Act("consent", NOBODY, {**AGENT, "consent": "{consent}"}, {"act": "give"}, "of others"),
    Act("api_key", DEVELOPERS_ACT, ACCOUNT, {"act": "regenerate"}),
    Act("api_key", DEVELOPERS_ACT, ACCOUNT, {"act": "revoke", "key": "{account_key}"}, "revoke"),
    Act("api_key", REFUSED_ACT, ACCOUNT, {"act": "revoke", "key": "{their_key}"}, "revoke theirs"),
    Act("to_production", DEVELOPERS_ACT, AGENT, {"accept": "on"}),
    Act(
        "new_ticket",
        "login done done done done factor refused done",  # Dirk does not say for which of his two
        {},
        QUESTION,
        query="provider=port&kind=question",
    ),
    Act("ticket", OWN_ACT, TICKET, {"text": "And?"}),
    Act("ticket", OWN_ACT, TICKET, {"close": "1"}, "close"),
    Act("desk_ticket", DESK_ACT, TICKET, {"act": "answer", "text": "Yes."}),
    Act("desk_ticket", NOBODY, TICKET, {"act": "mint"}, "an act that is none"),
    Act("record_request", ACT_OF_ITS_DESK, {}, {**RECORDED, **PORT}),
    Act("desk_link", ACT_OF_ITS_DESK, {}, {**LINKED, **PARCELS, "company": "{shop_hex}"}),
    Act(
        "desk_link",
        ACT_OF_ITS_DESK.replace("done", "refused"),
        {},
        {**LINKED, **PARCELS, "company": "{agent_hex}"},
        "to a company that works with others too",
    ),
    Act(
        "act_on_ticket",
        DESK_ACT,
        {"ticket": "{wanted}"},
        {"act": "mint", "application": "Planner", "environments": "port/uat"},
    ),
    Act(
        "act_on_ticket",
        DESK_REFUSED,
        {"ticket": "{wanted}"},
        {"act": "mint", "application": "Planner", "environments": "parcels/sandbox"},
        "in another's environment",
    ),
    Act("act_on_ticket", NOBODY, TICKET, {"act": "mint"}, "of another kind"),
    Act(
        "act_on_ticket",
        DESK_ACT,
        {"ticket": "{production_ticket}"},
        {"act": "authorise", "although": "Seen."},
        "authorise",
    ),
    Act(
        "act_on_ticket",
        DESK_ACT,
        {"ticket": "{production_ticket}"},
        {"act": "reject", "reason": "Not yet."},
        "reject",
    ),
    Act("desk_subscription", DESK_ACT, DECIDING, {"act": "approve", "although": "Seen."}),
    Act("desk_subscription", DESK_ACT, DECIDING, {"act": "reject", "reason": "No."}, "reject"),
    Act("desk_subscription", DESK_REFUSED, DECIDING, {"act": "reject"}, "without a reason"),
    Act("post_incident", ACT_OF_ITS_DESK, {}, {**TOLD, "environment": "port/uat"}),
    Act("desk_incident", DESK_ACT, INCIDENT, {"effect": "none", "text": "Better."}),
    Act("desk_incident", DESK_ACT, INCIDENT, {"effect": "none", "text": "Over.", "resolve": "1"}),
]
