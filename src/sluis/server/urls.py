"""The pages of portal and desk. Calls to APIs never come here: see `door.py`."""

from django.urls import URLPattern, URLResolver, include, path

from sluis.server.desk import subscriptions as desk_subscriptions
from sluis.server.portal import (
    account,
    applications,
    catalogue,
    channels,
    confirmation,
    containers,
    description,
    entry,
    handover,
    keys,
    language,
    mails,
    new_terms,
    references,
    start,
    subscribe,
    subscriptions,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start.page, name="start"),
    path("catalogue/", catalogue.page, name="catalogue"),
    path("catalogue/<slug:provider>/<slug:api>/", entry.page, name="api"),
    path("catalogue/<slug:provider>/<slug:api>/openapi.json", description.document, name="openapi"),
    path("catalogue/<slug:provider>/<slug:api>/subscribe/", subscribe.page, name="subscribe"),
    path("subscriptions/", subscriptions.page, name="subscriptions"),
    path("subscriptions/<uuid:subscription>/", subscriptions.one, name="subscription"),
    path("subscriptions/<uuid:subscription>/saved/", subscribe.confirmation, name="subscribed"),
    path("subscriptions/<uuid:subscription>/act/", subscriptions.act, name="act_on_subscription"),
    path("subscriptions/<uuid:subscription>/end/", subscriptions.end, name="end_subscription"),
    path("subscriptions/<uuid:subscription>/terms/", new_terms.page, name="accept_terms"),
    path("subscriptions/<uuid:subscription>/keys/", keys.page, name="keys"),
    path("subscriptions/<uuid:subscription>/keys/act/", keys.act, name="act_on_keys"),
    path("applications/", applications.page, name="applications"),
    path("applications/<uuid:application>/", applications.one, name="application"),
    path("applications/<uuid:application>/act/", applications.act, name="act_on_application"),
    path("handover/<uuid:handover>/", handover.page, name="handover"),
    path("desk/subscriptions/", desk_subscriptions.page, name="desk_subscriptions"),
    path(
        "desk/subscriptions/<uuid:subscription>/",
        desk_subscriptions.one,
        name="desk_subscription",
    ),
    path("accounts/", account.page, name="account"),
    path("accounts/confirm-email/again/", confirmation.again, name="confirm_again"),
    path("accounts/", include("allauth.urls")),
    path("language/", language.choose, name="set_language"),
    path("references/", references.page, name="references"),
    path("references/<uuid:reference>/", references.one, name="reference"),
    path("containers/", containers.page, name="containers"),
    path(
        "containers/<slug:provider>/<slug:environment>/<slug:equipment>/",
        containers.one,
        name="container",
    ),
    path(
        "containers/<slug:provider>/<slug:environment>/<slug:equipment>/play/",
        containers.act,
        name="play",
    ),
    path("channels/", channels.page, name="channels"),
    path("channels/<uuid:channel>/", channels.one, name="channel"),
    path("channels/<uuid:channel>/test/", channels.test, name="test_channel"),
    path("channels/<uuid:channel>/replay/", channels.replay, name="replay"),
    path("mailbox/", mails.page, name="mailbox"),
    path("mailbox/<int:mail>/", mails.one, name="mail"),
]

handler400 = "sluis.server.portal.errors.bad_request"
handler403 = "sluis.server.portal.errors.forbidden"
handler404 = "sluis.server.portal.errors.not_found"
handler429 = "sluis.server.portal.errors.too_many"
handler500 = "sluis.server.portal.errors.fault"
