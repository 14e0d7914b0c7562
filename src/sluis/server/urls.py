"""The pages of portal and desk. Calls to APIs never come here: see `door.py`."""

from django.urls import URLPattern, URLResolver, include, path

from sluis.server.desk import link
from sluis.server.portal import (
    account,
    api_manager,
    catalogue,
    channels,
    confirmation,
    containers,
    description,
    documentation,
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
    path("api-manager/", api_manager.page, name="api_manager"),
    path(
        "api-manager/<uuid:organisation>/<slug:environment>/key/", api_manager.key, name="api_key"
    ),
    path(
        "api-manager/<uuid:organisation>/production/",
        api_manager.to_production,
        name="to_production",
    ),
    path("documentation/<slug:provider>/", documentation.page, name="documentation"),
    path("documentation/<slug:provider>/<slug:api>/", documentation.one, name="api_documentation"),
    path("desk/link/", link.page, name="desk_link"),
    path("mailbox/", mails.page, name="mailbox"),
    path("mailbox/<int:mail>/", mails.one, name="mail"),
]

handler400 = "sluis.server.portal.errors.bad_request"
handler403 = "sluis.server.portal.errors.forbidden"
handler404 = "sluis.server.portal.errors.not_found"
handler429 = "sluis.server.portal.errors.too_many"
handler500 = "sluis.server.portal.errors.fault"
