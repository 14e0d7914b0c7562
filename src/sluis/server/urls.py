"""The pages of portal and desk. Calls to APIs never come here: see `door.py`."""

from django.urls import URLPattern, URLResolver, include, path

from sluis.server.desk import acts, environments, log, organisations, products, terms, unsent
from sluis.server.portal import (
    account,
    catalogue,
    channels,
    confirmation,
    containers,
    description,
    entry,
    language,
    mails,
    references,
    start,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("", start.page, name="start"),
    path("catalogue/", catalogue.page, name="catalogue"),
    path("catalogue/<slug:provider>/<slug:api>/", entry.page, name="api"),
    path("catalogue/<slug:provider>/<slug:api>/openapi.json", description.document, name="openapi"),
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
    path("mailbox/<int:mail>/look/", mails.look, name="mail_look"),
    path("desk/<slug:provider>/organisations/", organisations.page, name="desk_organisations"),
    path(
        "desk/<slug:provider>/organisations/<uuid:organisation>/",
        organisations.one,
        name="desk_organisation",
    ),
    path(
        "desk/<slug:provider>/organisations/<uuid:organisation>/<slug:act>/<slug:key>/",
        acts.act,
        name="desk_act",
    ),
    path("desk/<slug:provider>/products/", products.page, name="desk_products"),
    path("desk/<slug:provider>/products/<slug:api>/", products.one, name="desk_product"),
    path(
        "desk/<slug:provider>/products/<slug:api>/limits/<slug:environment>/",
        products.limit,
        name="desk_limits",
    ),
    path("desk/<slug:provider>/terms/", terms.page, name="desk_terms"),
    path("desk/<slug:provider>/terms/new/", terms.publish, name="desk_publish_terms"),
    path("desk/<slug:provider>/terms/<int:terms>/", terms.one, name="desk_terms_version"),
    path("desk/<slug:provider>/environments/", environments.page, name="desk_environments"),
    path(
        "desk/<slug:provider>/environments/<slug:environment>/",
        environments.one,
        name="desk_environment",
    ),
    path(
        "desk/<slug:provider>/environments/<slug:environment>/clock/",
        environments.clock,
        name="desk_clock",
    ),
    path(
        "desk/<slug:provider>/environments/<slug:environment>/hosts/",
        environments.hosts,
        name="desk_hosts",
    ),
    path("desk/<slug:provider>/audit/", log.page, name="desk_audit"),
    path("desk/<slug:provider>/audit/verify/", log.verify, name="desk_verify"),
    path("desk/<slug:provider>/audit/audit.csv", log.export, name="desk_export"),
    path("desk/<slug:provider>/mails/", unsent.page, name="desk_mails"),
    path("desk/<slug:provider>/mails/<int:mail>/again/", unsent.again, name="desk_mail_again"),
]

handler400 = "sluis.server.portal.errors.bad_request"
handler403 = "sluis.server.portal.errors.forbidden"
handler404 = "sluis.server.portal.errors.not_found"
handler429 = "sluis.server.portal.errors.too_many"
handler500 = "sluis.server.portal.errors.fault"
