"""Every page and every act, with what becomes of it for whom: one line each.

A new URL takes a line here, in `PAGES` when it is looked at and in `ACTS` when it is posted to;
tests fail until it has one. The outcomes stand in the order of `WHO`.
"""

from typing import NamedTuple

WHO = (
    "visitor",
    "bram",  # administrator of another organisation
    "api",  # member of the organisation whose things these are, to call APIs only
    "dev",  # developer of it
    "anna",  # administrator of it
    "fenna",  # at the desk of the port, without a second factor
    "dirk",  # at the desks of the port and of the carrier
    "mia",  # at the desk of another provider
)

# Outcomes: a page is shown (ok) or not there (404); an act is done or refused with a reason;
# the log-in or the second factor comes first; one is led to another page (away). Others are
# statuses.
ALL = "ok ok ok ok ok factor ok ok"
STRANGERS = "ok away away away away factor away away"  # who is logged in is sent on
EVERYBODYS_OWN = "login ok ok ok ok factor ok ok"
OWN = "login 404 ok ok ok factor 404 404"
DEVELOPERS = "login 404 away ok ok factor 404 404"
DESK = "login 404 404 404 404 factor ok 404"
DESKS = "login 404 404 404 404 factor ok ok"
NOBODY = "login 404 404 404 404 factor 404 404"


class Page(NamedTuple):
    name: str
    outcomes: str
    of: dict[str, str] = {}  # never changed; "{word}" is one of `things()`
    query: str = ""


PORT = {"provider": "port"}
PARCELS = {"provider": "parcels"}
AGENT = {"organisation": "{agent}"}
ORGANISATION = {**PORT, **AGENT}
METEO = {**PORT, "api": "meteo"}
PICKUP = {**PORT, "api": "certified-pickup"}
UAT = {**PORT, "environment": "uat"}
CONTAINER = {**UAT, "equipment": "{container}"}
CHANNEL = {"channel": "{channel}"}
SUBSCRIPTION = {"subscription": "{subscription}"}
SUSPENDING = {**ORGANISATION, "act": "suspend", "key": "{subscription}"}
DECIDING = {"subscription": "{asked}"}
APPLICATION = {"application": "{application}"}
CLIENT = {**APPLICATION, "client": "{client}"}
HANDOVER = {"handover": "{handover}"}
HERE = {**AGENT, **UAT}
AT_CARRIER = {**AGENT, **PARCELS, "environment": "sandbox"}
MAIN, BILLING = {**HERE, "kind": "main"}, {**HERE, "kind": "billing"}
API_USER = {**AGENT, "user": "{api_user}"}
CONSENT = {**AGENT, "consent": "{own_consent}"}
MEMBER = {**AGENT, "person": "{api}"}
ACCOUNT = {**AGENT, "environment": "sandbox"}
TICKET = {"ticket": "{ticket}"}
VISIT = {**PORT, "token": "{visit}"}
VISITED_FILE = {**VISIT, "file": "{visited_file}"}
TOKEN = {"token": "{token}"}
INCIDENT = {"incident": "{incident}"}

PAGES = [
    Page("start", ALL),
    Page("catalogue", ALL),
    Page("api", ALL, METEO),
    Page("openapi", ALL, METEO),
    Page("references", EVERYBODYS_OWN),
    Page("reference", OWN, {"reference": "{reference}"}),
    Page("containers", EVERYBODYS_OWN),
    Page("container", OWN, CONTAINER),
    Page("channels", EVERYBODYS_OWN),
    Page("channel", OWN, CHANNEL),
    Page("new_channel", "login ok away ok ok factor ok away"),
    Page("change_channel", DEVELOPERS, CHANNEL),
    Page("mailbox", ALL),
    Page("mail", ALL, {"mail": "{mail}"}),
    Page("mail_look", ALL, {"mail": "{mail}"}),
    Page("account", EVERYBODYS_OWN),
    Page("account_login", STRANGERS),
    Page("account_signup", STRANGERS),
    Page("account_logout", "away ok ok ok ok ok ok ok"),
    Page("account_inactive", ALL),
    Page("account_email", EVERYBODYS_OWN),
    Page("account_email_verification_sent", ALL),
    Page("account_confirm_email", ALL, {"key": "wrong"}),
    Page("account_change_password", EVERYBODYS_OWN),
    Page("account_reset_password", ALL),
    Page("account_reset_password_done", ALL),
    Page("account_reset_password_from_key", ALL, {"uidb36": "1", "key": "wrong"}),
    Page("account_reset_password_from_key_done", ALL),
    Page("account_reauthenticate", "login ok ok ok ok ok ok ok"),
    Page("mfa_index", EVERYBODYS_OWN),
    Page("mfa_reauthenticate", "login away away away away factor ok ok"),
    Page("desk_organisations", DESK, PORT),
    Page("desk_organisations", DESK, PORT, "q=agent"),
    Page("desk_organisations", DESK, PORT, "q=nobody"),
    Page("desk_organisation", DESK, ORGANISATION),
    Page("desk_name", DESK, ORGANISATION),
    Page("desk_identifiers", DESK, {**ORGANISATION, "environment": "uat"}),
    Page("desk_identifiers", DESK, {**ORGANISATION, "environment": "live"}, "ticket={wanted}"),
    Page("desk_identifiers", NOBODY, {**ORGANISATION, "environment": "sandbox"}),
    Page("desk_act", DESK, SUSPENDING),
    Page("desk_products", DESK, PORT),
    Page("desk_product", DESK, METEO),
    Page("desk_product", DESK, METEO, "environment=live"),
    Page("desk_callers", DESK, {**METEO, "environment": "uat"}),
    Page("desk_callers", NOBODY, {**METEO, "environment": "staging"}),
    Page("desk_usage", DESK, PARCELS),
    Page("desk_usage", NOBODY, PORT),
    Page("desk_terms", DESK, PORT),
    Page("desk_publish_terms", DESK, PORT),
    Page("desk_terms_version", DESK, {**PORT, "terms": "{terms}"}),
    Page("desk_environments", DESK, PORT),
    Page("desk_environment", DESK, UAT),
    Page("desk_environment", DESK, {**PORT, "environment": "live"}),
    Page("desk_provider", DESK, PORT),
    Page("desk_audit", DESK, PORT),
    Page("desk_audit", DESK, PORT, "actor=nobody&since=wrong"),
    Page("desk_export", DESK, PORT),
    Page("desk_mails", DESK, PORT),
    Page("usersessions_list", EVERYBODYS_OWN),
    Page("mfa_activate_totp", "login ok ok ok ok ok away away"),
    Page("mfa_list_webauthn", EVERYBODYS_OWN),
    Page("mfa_add_webauthn", "login ok ok ok ok ok ok ok"),
    Page("register", ALL, PORT),
    Page("register", ALL, PARCELS),
    Page("account_name", EVERYBODYS_OWN),
    Page("documentation", ALL, PARCELS),
    Page("api_documentation", ALL, {**PARCELS, "api": "barcode"}),
    Page("api_documentation", ALL, {**PARCELS, "api": "shipping"}),
    Page("status", ALL, PORT),
    Page("contact", ALL, PORT),
    Page("contact_sent", ALL, PORT),
    Page("visited_ticket", ALL, VISIT),
    Page("visited_file", ALL, VISITED_FILE),
    Page("subscribe", EVERYBODYS_OWN, METEO),
    Page("subscribe", EVERYBODYS_OWN, PICKUP),
    Page("subscriptions", EVERYBODYS_OWN),
    Page("subscription", OWN, SUBSCRIPTION),
    Page("subscription", "login ok 404 404 404 factor 404 404", {"subscription": "{theirs}"}),
    Page("subscription", OWN, {"subscription": "{suspended}"}),
    Page("subscription", OWN, {"subscription": "{asked}"}),
    Page("subscribed", DEVELOPERS, SUBSCRIPTION),
    Page("end_subscription", OWN, SUBSCRIPTION),
    Page("accept_terms", OWN, SUBSCRIPTION),
    Page("keys", DEVELOPERS, SUBSCRIPTION),
    Page("applications", EVERYBODYS_OWN),
    Page("application", OWN, APPLICATION),
    Page("add_public_key", DEVELOPERS, CLIENT),
    Page("add_public_key", NOBODY, {**CLIENT, "client": "{their_client}"}),
    Page("handover", OWN, HANDOVER),
    Page("organisations", "login away away away away factor ok away"),
    Page("new_organisation", EVERYBODYS_OWN),
    Page("new_organisation", EVERYBODYS_OWN, {}, "as=individual"),
    Page("organisation", OWN, AGENT),
    Page("invite", OWN, AGENT),
    Page("member", OWN, MEMBER),
    Page("member", NOBODY, {**AGENT, "person": "{bram}"}),
    Page("parties", OWN, AGENT),
    Page("identifiers", OWN, HERE),
    Page("identifiers", OWN, AT_CARRIER),
    Page("identifiers", NOBODY, {**HERE, "environment": "live"}),
    Page("address", OWN, MAIN),
    Page("address", OWN, BILLING),
    Page("address", NOBODY, {**HERE, "kind": "other"}),
    Page("api_users", OWN, AGENT),
    Page("new_api_user", OWN, AGENT),
    Page("api_user", OWN, API_USER),
    Page("consents", OWN, AGENT),
    Page("give_consent", OWN, AGENT),
    Page("consent", OWN, CONSENT),
    Page("consent", NOBODY, {**AGENT, "consent": "{consent}"}),
    Page("invitation", ALL, TOKEN),
    Page("api_manager", EVERYBODYS_OWN),
    Page("api_manager", EVERYBODYS_OWN, {}, "environment=production"),
    Page("api_key", DEVELOPERS, ACCOUNT),
    Page("api_key", NOBODY, {**ACCOUNT, "environment": "production"}),
    Page("to_production", OWN, AGENT),
    Page("tickets", EVERYBODYS_OWN),
    Page("new_ticket", EVERYBODYS_OWN),
    Page("new_ticket", EVERYBODYS_OWN, {}, "provider=port&kind=client"),
    Page("new_ticket", EVERYBODYS_OWN, {}, "provider=parcels&kind=question"),
    Page("ticket", OWN, TICKET),
    Page("attachment", OWN, {**TICKET, "file": "{file}"}),
    Page("ticket", "login ok 404 404 404 factor 404 404", {"ticket": "{their_ticket}"}),
    Page("attachment", NOBODY, {**TICKET, "file": "{their_file}"}),
    Page("queue", DESKS),
    Page("queue", DESKS, {}, "state=all&q=nobody"),
    Page("record_request", DESKS),
    Page("desk_link", DESKS),
    Page("desk_link", DESKS, {}, "provider=parcels"),
    Page("desk_subscription", DESK, DECIDING),
    Page("desk_ticket", DESK, TICKET),
    Page("desk_ticket", DESK, {"ticket": "{wanted}"}),
    Page("desk_ticket", DESK, {"ticket": "{account_ticket}"}),
    Page("desk_ticket", DESK, {"ticket": "{production_ticket}"}),
    Page("desk_file", DESK, {**TICKET, "file": "{file}"}),
    Page("desk_file", NOBODY, {**TICKET, "file": "{their_file}"}),
    Page("desk_status", DESKS),
    Page("post_incident", DESKS),
    Page("desk_incident", DESK, INCIDENT),
]

# Of allauth, which has tests of its own, or shown only in the midst of a walk that
# `test_browser.py` makes: logging in, the second factor, its recovery codes.
WALKED_ELSEWHERE = {
    "account_confirm_login_code": "log-in by code is switched off",
    "account_set_password": "everybody has a password",
    "mfa_authenticate": "the second step of a log-in",
    "mfa_edit_webauthn": "of a passkey that one has",
    "mfa_remove_webauthn": "of a passkey that one has",
    "mfa_reauthenticate_webauthn": "with a passkey that one has",
    "mfa_deactivate_totp": "asks for the password first",
    "mfa_view_recovery_codes": "asks for the password first",
    "mfa_generate_recovery_codes": "asks for the password first",
    "mfa_download_recovery_codes": "asks for the password first",
}


def filled(of, known):
    return {name: text.format(**known) for name, text in of.items()}
