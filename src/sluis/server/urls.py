"""The pages of portal and desk. Calls to APIs never come here: see `door.py`."""

from allauth.account.views import password_reset, signup
from django.urls import URLPattern, URLResolver, include, path

from sluis.server.desk import (
    acts,
    environments,
    link,
    log,
    particulars,
    products,
    queue,
    terms,
    unsent,
    usage,
)
from sluis.server.desk import organisations as desk_organisations
from sluis.server.desk import provider as desk_provider
from sluis.server.desk import status as desk_status
from sluis.server.desk import subscriptions as desk_subscriptions
from sluis.server.desk import tickets as desk_tickets
from sluis.server.portal import (
    account,
    api_manager,
    api_users,
    applications,
    catalogue,
    channels,
    confirmation,
    consents,
    contact,
    description,
    documentation,
    entry,
    handover,
    invitations,
    keys,
    language,
    mails,
    new_terms,
    organisations,
    parties,
    public_keys,
    references,
    registration,
    start,
    status,
    subscribe,
    subscriptions,
    tickets,
)
from sluis.server.portal.containers import index as containers
from sluis.server.portal.containers import one as container
from sluis.server.portal.containers import play
from sluis.server.portal.even_times import evenly

organisation_patterns: list[URLPattern | URLResolver] = [
    path("", organisations.one, name="organisation"),
    path("invite/", organisations.send_invitation, name="invite"),
    path(
        "invitations/<uuid:invitation>/take-back/",
        organisations.take_back,
        name="revoke_invitation",
    ),
    path("members/<uuid:person>/", organisations.member_page, name="member"),
    path("members/<uuid:person>/remove/", organisations.let_go, name="remove_member"),
    path("environments/", parties.page, name="parties"),
    path(
        "environments/<slug:provider>/<slug:environment>/identifiers/",
        parties.identifiers,
        name="identifiers",
    ),
    path(
        "environments/<slug:provider>/<slug:environment>/addresses/<slug:kind>/",
        parties.address,
        name="address",
    ),
    path(
        "environments/<slug:provider>/<slug:environment>/addresses/<slug:kind>/remove/",
        parties.without_address,
        name="remove_address",
    ),
    path("api-users/", api_users.page, name="api_users"),
    path("api-users/new/", api_users.new, name="new_api_user"),
    path("api-users/<uuid:user>/", api_users.one, name="api_user"),
    path("api-users/<uuid:user>/disable/", api_users.disable, name="disable_api_user"),
    path("consents/", consents.page, name="consents"),
    path("consents/new/", consents.give, name="give_consent"),
    path("consents/<int:consent>/", consents.one, name="consent"),
]

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
    path(
        "applications/<uuid:application>/clients/<int:client>/public-keys/new/",
        public_keys.new,
        name="add_public_key",
    ),
    path("handover/<uuid:handover>/", handover.page, name="handover"),
    path(
        "desk/subscriptions/<uuid:subscription>/",
        desk_subscriptions.one,
        name="desk_subscription",
    ),
    path("accounts/", account.page, name="account"),
    path("accounts/name/", account.name, name="account_name"),
    # Before allauth's own: these answer at once what takes longer for who has an account.
    path("accounts/confirm-email/again/", evenly(confirmation.again), name="confirm_again"),
    path("accounts/signup/", evenly(signup), name="account_signup"),
    path("accounts/password/reset/", evenly(password_reset), name="account_reset_password"),
    path("accounts/", include("allauth.urls")),
    path("register/<slug:provider>/", registration.page, name="register"),
    path("organisations/", organisations.page, name="organisations"),
    path("organisations/new/", organisations.new, name="new_organisation"),
    path("organisations/<uuid:organisation>/", include(organisation_patterns)),
    path("invitations/<str:token>/", invitations.page, name="invitation"),
    path("invitations/<str:token>/accept/", invitations.accept, name="accept_invitation"),
    path("language/", language.choose, name="set_language"),
    path("references/", references.page, name="references"),
    path("references/<uuid:reference>/", references.one, name="reference"),
    path("containers/", containers.page, name="containers"),
    path(
        "containers/<slug:provider>/<slug:environment>/<slug:equipment>/",
        container.one,
        name="container",
    ),
    path(
        "containers/<slug:provider>/<slug:environment>/<slug:equipment>/play/",
        play.act,
        name="play",
    ),
    path("channels/", channels.page, name="channels"),
    path("channels/new/", channels.new, name="new_channel"),
    path("channels/<uuid:channel>/", channels.one, name="channel"),
    path("channels/<uuid:channel>/change/", channels.change, name="change_channel"),
    path("channels/<uuid:channel>/act/", channels.act, name="act_on_channel"),
    path("channels/<uuid:channel>/test/", channels.test, name="test_channel"),
    path("channels/<uuid:channel>/rotate/", channels.rotate, name="rotate_channel"),
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
    path("mailbox/<int:mail>/look/", mails.look, name="mail_look"),
    path("desk/<slug:provider>/organisations/", desk_organisations.page, name="desk_organisations"),
    path(
        "desk/<slug:provider>/organisations/<uuid:organisation>/",
        desk_organisations.one,
        name="desk_organisation",
    ),
    path(
        "desk/<slug:provider>/organisations/<uuid:organisation>/name/",
        particulars.name,
        name="desk_name",
    ),
    path(
        "desk/<slug:provider>/organisations/<uuid:organisation>/identifiers/<slug:environment>/",
        particulars.identifiers,
        name="desk_identifiers",
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
    path(
        "desk/<slug:provider>/products/<slug:api>/version/<slug:environment>/",
        products.version,
        name="desk_version",
    ),
    path(
        "desk/<slug:provider>/products/<slug:api>/callers/<slug:environment>/",
        products.called,
        name="desk_callers",
    ),
    path("desk/<slug:provider>/usage/", usage.page, name="desk_usage"),
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
    path(
        "desk/<slug:provider>/environments/<slug:environment>/outgoing/",
        environments.outgoing,
        name="desk_outgoing",
    ),
    path("desk/<slug:provider>/provider/", desk_provider.page, name="desk_provider"),
    path("desk/<slug:provider>/provider/doors/", desk_provider.doors, name="desk_doors"),
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
