"""Every page and every act, with what becomes of it for whom: one line each.

A new URL takes a line here, in `PAGES` when it is looked at and in `ACTS` when it is posted to;
tests fail until it has one. The outcomes stand in the order of `WHO`.
"""

from typing import NamedTuple

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from sluis.server.actions import subscribe
from sluis.server.actions.actor import COMMAND
from sluis.server.actions.make_api_user import make_api_user
from sluis.server.actions.make_application import make_application
from sluis.server.actions.make_client import make_client
from sluis.server.actions.open_ticket import open_ticket
from sluis.server.actions.publish_terms import publish_terms
from sluis.server.models import Consent, Credential, Mail, Membership, Person
from tests.server.people import PASSWORD, person
from tests.server.portal import later
from tests.server.portal.stage import NUMBER, act, apply, release, stage

WHO = (
    "visitor",
    "bram",  # administrator of another organisation
    "dev",  # developer of the organisation whose things these are
    "anna",  # administrator of it
    "fenna",  # at the desk of the port, without a second factor
    "dirk",  # at the desk of the port
    "mia",  # at the desk of another provider
)

# Outcomes: a page is shown (ok) or not there (404); an act is done or refused with a reason;
# the log-in or the second factor comes first. Others are statuses.
ALL = "ok ok ok ok factor ok ok"
STRANGERS = "ok away away away factor away away"  # who is logged in is sent on
EVERYBODYS_OWN = "login ok ok ok factor ok ok"
OWN = "login 404 ok ok factor 404 404"
DESK = "login 404 404 404 factor ok 404"
ACT_OF_ALL = "done done done done done done done"
ACT_OF_STRANGERS = "done away away away factor away away"
EVERYBODYS_OWN_ACT = "login done done done factor done done"
OWN_ACT = "login 404 done done factor 404 404"
DESK_ACT = "login 404 404 404 factor done 404"


class Page(NamedTuple):
    name: str
    outcomes: str
    of: dict[str, str] = {}  # never changed; "{word}" is one of `things()`
    query: str = ""


class Act(NamedTuple):
    name: str
    outcomes: str
    of: dict[str, str]
    form: dict[str, str]
    says: str = ""  # which of several acts at one address


PORT = {"provider": "port"}
ORGANISATION = {**PORT, "organisation": "{agent}"}
METEO = {**PORT, "api": "meteo"}
UAT = {**PORT, "environment": "uat"}
CONTAINER = {**UAT, "equipment": NUMBER}
CHANNEL = {"channel": "{channel}"}
SUSPENDING = {**ORGANISATION, "act": "suspend", "key": "{subscription}"}
THREE = {"nl": "Nieuw.", "en": "New.", "de": "Neu."}

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
    Page("mailbox", ALL),
    Page("mail", ALL, {"mail": "{mail}"}),
    Page("mail_look", ALL, {"mail": "{mail}"}),
    Page("account", EVERYBODYS_OWN),
    Page("account_login", STRANGERS),
    Page("account_signup", STRANGERS),
    Page("account_logout", "away ok ok ok ok ok ok"),
    Page("account_inactive", ALL),
    Page("account_email", EVERYBODYS_OWN),
    Page("account_email_verification_sent", ALL),
    Page("account_confirm_email", ALL, {"key": "wrong"}),
    Page("account_change_password", EVERYBODYS_OWN),
    Page("account_reset_password", ALL),
    Page("account_reset_password_done", ALL),
    Page("account_reset_password_from_key", ALL, {"uidb36": "1", "key": "wrong"}),
    Page("account_reset_password_from_key_done", ALL),
    Page("account_reauthenticate", "login ok ok ok ok ok ok"),
    Page("mfa_index", EVERYBODYS_OWN),
    Page("mfa_reauthenticate", "login away away away factor ok ok"),
    Page("desk_organisations", DESK, PORT),
    Page("desk_organisations", DESK, PORT, "q=agent"),
    Page("desk_organisations", DESK, PORT, "q=nobody"),
    Page("desk_organisation", DESK, ORGANISATION),
    Page("desk_act", DESK, SUSPENDING),
    Page("desk_products", DESK, PORT),
    Page("desk_product", DESK, METEO),
    Page("desk_product", DESK, METEO, "environment=live"),
    Page("desk_terms", DESK, PORT),
    Page("desk_publish_terms", DESK, PORT),
    Page("desk_terms_version", DESK, {**PORT, "terms": "{terms}"}),
    Page("desk_environments", DESK, PORT),
    Page("desk_environment", DESK, UAT),
    Page("desk_environment", DESK, {**PORT, "environment": "live"}),
    Page("desk_audit", DESK, PORT),
    Page("desk_audit", DESK, PORT, "actor=nobody&since=wrong"),
    Page("desk_export", DESK, PORT),
    Page("desk_mails", DESK, PORT),
]

ACTS = [
    Act("set_language", ACT_OF_ALL, {}, {"language": "nl"}),
    Act("confirm_again", "done done done done factor done done", {}, {"email": "no@example.org"}),
    Act("account_logout", "done done done done done done done", {}, {}),
    Act("play", OWN_ACT, CONTAINER, {"scene": "customs green"}),
    Act("test_channel", "login 404 refused refused factor 404 404", CHANNEL, {}),
    Act("replay", OWN_ACT, CHANNEL, {}),
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
    Act("desk_act", "login 404 404 404 factor refused 404", SUSPENDING, {}, "without a reason"),
    Act("desk_limits", DESK_ACT, {**METEO, "environment": "uat"}, {"published": "1"}),
    Act("desk_publish_terms", DESK_ACT, PORT, THREE),
    Act("desk_clock", DESK_ACT, UAT, {"at": "2026-03-01T08:00"}),
    Act("desk_hosts", DESK_ACT, UAT, {"hosts": "api.example.org"}),
    Act("desk_verify", DESK_ACT, PORT, {}),
    Act("desk_mail_again", DESK_ACT, {**PORT, "mail": "{unsent}"}, {}),
]

# Of allauth, which has tests of its own, or shown only in the midst of a walk that
# `test_browser.py` makes: logging in, the second factor, its recovery codes.
WALKED_ELSEWHERE = {
    "account_confirm_login_code": "log-in by code is switched off",
    "account_set_password": "everybody has a password",
    "mfa_authenticate": "the second step of a log-in",
    "mfa_activate_totp": "asks for the password first",
    "mfa_deactivate_totp": "asks for the password first",
    "mfa_view_recovery_codes": "asks for the password first",
    "mfa_generate_recovery_codes": "asks for the password first",
    "mfa_download_recovery_codes": "asks for the password first",
}


def things():
    """Make a world in which each page has something to show; return it, and what rows name."""
    port = stage()
    person("fenna", port.port.organisation, "desk")
    release(port)
    apply()
    act(port, "discharge")
    reference = later.request(port.agent)
    channel = later.channel(port.agent, port.uat)
    told = later.telling(reference, port.agent, later.step(reference, about="CAIU1234567"))
    later.delivery(told, channel)
    subscription = subscribed(port, "meteo")
    suspended = subscribed(port, "port-stays")
    subscribe.suspend(actor=COMMAND, subscription=suspended, reason="Too many calls.")
    application = make_application(actor=COMMAND, organisation=port.agent, name="Planner")
    client = make_client(actor=COMMAND, application=application, environment=port.uat).client
    api_user = make_api_user(
        actor=COMMAND,
        organisation=port.agent,
        environment=port.uat,
        username="planner",
        password=PASSWORD,
    )
    consent = Consent.objects.create(
        environment=port.uat,
        application=application,
        organisation=port.transporter,
        how="portal",
        given_at=timezone.now(),
    )
    open_ticket(
        actor=port.actor("anna"),
        provider=port.port,
        kind="question",
        subject="May I?",
        text="May I call?",
        organisation=port.agent,
    )
    for _ in range(2):
        terms = publish_terms(actor=COMMAND, provider=port.port, text=dict(THREE))
    unsent = Mail.objects.create(
        to="anna@example.org", subject="Dag", sealed=b"-", tries=3, error="550 Unknown"
    )
    mail = Mail.objects.create(
        to="anna@example.org", subject="Dag", text="Dag", html="<p>Dag</p>", sent_at=timezone.now()
    )
    Person.objects.update(password=make_password(PASSWORD))  # once: it takes a while
    return port, {
        "agent": port.agent.pk,
        "reference": reference,
        "channel": channel.public_id,
        "channel_number": channel.pk,
        "subscription": subscription.pk,
        "suspended": suspended.pk,
        "key": Credential.objects.filter(subscription=subscription).first().pk,
        "client": client.pk,
        "api_user": api_user.pk,
        "consent": consent.pk,
        "terms": terms.pk,
        "mail": mail.pk,
        "unsent": unsent.pk,
    }


def subscribed(port, api):
    return subscribe.request(
        actor=port.actor("anna"),
        organisation=port.agent,
        environment=port.uat,
        api=api,
    ).subscription


def filled(of, known):
    return {name: text.format(**known) for name, text in of.items()}


def someone(who):
    return None if who == "visitor" else Membership.objects.get(person__name=who.title()).person
