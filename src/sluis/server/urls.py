"""The pages of portal and desk. Calls to APIs never come here: see `door.py`."""

from django.urls import URLPattern, URLResolver, include, path

from sluis.server.desk import queue
from sluis.server.desk import status as desk_status
from sluis.server.desk import tickets as desk_tickets
from sluis.server.portal import (
    account,
    catalogue,
    channels,
    confirmation,
    contact,
    containers,
    description,
    entry,
    language,
    mails,
    references,
    start,
    status,
    tickets,
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
    path("tickets/", tickets.page, name="tickets"),
    path("tickets/new/", tickets.new, name="new_ticket"),
    path("tickets/<int:ticket>/", tickets.one, name="ticket"),
    path("tickets/<int:ticket>/files/<uuid:file>/", tickets.attachment, name="attachment"),
    path("contact/<slug:provider>/", contact.page, name="contact"),
    path("contact/<slug:provider>/sent/", contact.done, name="contact_sent"),
    path("contact/<slug:provider>/<str:token>/", contact.visited, name="visited_ticket"),
    path(
        "contact/<slug:provider>/<str:token>/files/<uuid:file>/", contact.file, name="visited_file"
    ),
    path("status/<slug:provider>/", status.page, name="status"),
    path("desk/", queue.page, name="queue"),
    path("desk/record/", desk_tickets.record, name="record_request"),
    path("desk/tickets/<int:ticket>/", desk_tickets.one, name="desk_ticket"),
    path("desk/tickets/<int:ticket>/act/", desk_tickets.act, name="act_on_ticket"),
    path("desk/tickets/<int:ticket>/files/<uuid:file>/", desk_tickets.file, name="desk_file"),
    path("desk/status/", desk_status.page, name="desk_status"),
    path("desk/status/new/", desk_status.new, name="post_incident"),
    path("desk/status/<int:incident>/", desk_status.one, name="desk_incident"),
    path("mailbox/", mails.page, name="mailbox"),
    path("mailbox/<int:mail>/", mails.one, name="mail"),
]

handler400 = "sluis.server.portal.errors.bad_request"
handler403 = "sluis.server.portal.errors.forbidden"
handler404 = "sluis.server.portal.errors.not_found"
handler429 = "sluis.server.portal.errors.too_many"
handler500 = "sluis.server.portal.errors.fault"
