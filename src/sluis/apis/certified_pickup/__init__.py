"""Certified Pick up: shipping agents release containers, and the right to fetch them goes round.

Most calls are answered later: a receipt now, and notifications when it is done.
"""

from sluis.apis.certified_pickup import operations
from sluis.apis.certified_pickup.rules.places import ROLES
from sluis.apis.certified_pickup.wire import forms, queries, shapes
from sluis.apis.certified_pickup.wire.dialect import LATER, NOTIFICATIONS, REGISTRY
from sluis.core.api import Api, Operation
from sluis.core.problem import Reason
from sluis.core.quota import MINUTE, Limit

SCHEMES = ("subscription-key", "bearer-token")
BASE = "/certified-pickup/v1"
PORT, EQUIPMENT = queries.path("port_locode"), queries.path("equipment_number")
REFERENCE = queries.EXTERNAL_REFERENCE

INGEST = Operation(
    name="ingest",
    method="POST",
    path="/ingestion/v1/ingestion/{ingestion_id}",
    schemes=SCHEMES,
    optional=("subscription-key",),
    organisation=operations.whose_channel,
    handler=operations.ingest,
    quick=operations.short,
    work=operations.work_on_ingestion,
    summary={
        "nl": "Geef een container vrij, of wijzig de vrijgave",
        "en": "Release a container, or change its release",
        "de": "Einen Container freigeben oder die Freigabe ändern",
    },
    description={
        "nl": "`actionType` is Release, Update, Block, Unblock, Revoke of Delete. Een terminal"
        " meldt hier Discharge, GateIn en GateOut. Een Update overschrijft alles, behalve"
        " `releaseTo`, `equipmentNumber` en `billOfLadingNumbers`.",
        "en": "`actionType` is Release, Update, Block, Unblock, Revoke or Delete. A terminal"
        " reports Discharge, GateIn and GateOut here. An Update overwrites everything, except"
        " `releaseTo`, `equipmentNumber` and `billOfLadingNumbers`.",
        "de": "`actionType` ist Release, Update, Block, Unblock, Revoke oder Delete. Ein Terminal"
        " meldet hier Discharge, GateIn und GateOut. Ein Update überschreibt alles außer"
        " `releaseTo`, `equipmentNumber` und `billOfLadingNumbers`.",
    },
    parameters=(queries.path("ingestion_id"), REFERENCE),
    takes=forms.INGEST,
    refuses=(Reason.NOT_ALLOWED_NOW,),
    example=shapes.RECEIPT_EXAMPLE,
)
LIST_RIGHTS = Operation(
    name="list-rights",
    method="GET",
    path=BASE + "/{port_locode}/containers/import/release-rights",
    schemes=SCHEMES,
    handler=operations.list_rights,
    quick=operations.short,
    work=operations.work_on_list,
    summary={
        "nl": "Vraag de lijst van uw vrijgaverechten",
        "en": "Ask for the list of your release rights",
        "de": "Die Liste Ihrer Freigaberechte anfordern",
    },
    description={
        "nl": "De lijst komt als melding `GetPagedContainers`: alles wat uw bedrijf heeft of"
        " aangeboden kreeg, met de lichten. Filters gelden samen.",
        "en": "The list comes as the notification `GetPagedContainers`: all that your company"
        " holds or was offered, with the lights. Filters apply together.",
        "de": "Die Liste kommt als Meldung `GetPagedContainers`: alles, was Ihr"
        " Unternehmen hat oder angeboten bekam, mit den Lichtern. Filter gelten zusammen.",
    },
    parameters=(PORT, *queries.LIST, REFERENCE),
    example=shapes.RECEIPT_EXAMPLE,
)
GET_RELEASE = Operation(
    name="get-release",
    method="GET",
    path=BASE + "/{port_locode}/containers/import/release-rights/{equipment_number}",
    schemes=SCHEMES,
    handler=operations.get_release,
    quick=operations.short,
    work=operations.work_on_question,
    summary={
        "nl": "Vraag de gegevens en lichten van een vrijgave",
        "en": "Ask for the detail and the lights of a release",
        "de": "Einzelheiten und Lichter einer Freigabe anfordern",
    },
    description={
        "nl": "Ze komen als melding `GetReleaseDetail`, aan de agent, de terminal en wie het"
        " recht heeft of had aangeboden gekregen.",
        "en": "They come as the notification `GetReleaseDetail`, for the agent, the terminal and"
        " whoever holds the right or is offered it.",
        "de": "Sie kommen als Meldung `GetReleaseDetail`, für Agent, Terminal und alle,"
        " die das Recht haben oder angeboten bekamen.",
    },
    parameters=(PORT, EQUIPMENT, *queries.DETAIL, REFERENCE),
    example=shapes.RECEIPT_EXAMPLE,
)
ACT_ON_RIGHT = Operation(
    name="act-on-right",
    method="PUT",
    path=BASE + "/{port_locode}/containers/{equipment_number}/import/release-rights",
    schemes=SCHEMES,
    handler=operations.act_on_right,
    quick=operations.short,
    work=operations.work_on_right,
    summary={
        "nl": "Draag een recht over, aanvaard, weiger of herroep het",
        "en": "Transfer a right, accept, decline or revoke it",
        "de": "Ein Recht übertragen, annehmen, ablehnen oder widerrufen",
    },
    description={
        "nl": "`actionType` is Transfer, Accept, Decline of Revoke. Haven en container staan in"
        " het pad en in de body, en moeten gelijk zijn.",
        "en": "`actionType` is Transfer, Accept, Decline or Revoke. Port and container stand in"
        " the path and in the body, and must be equal.",
        "de": "`actionType` ist Transfer, Accept, Decline oder Revoke. Hafen und Container stehen"
        " im Pfad und im Body und müssen gleich sein.",
    },
    parameters=(PORT, EQUIPMENT, REFERENCE),
    takes=forms.ACT_ON_RIGHT,
    example=shapes.RECEIPT_EXAMPLE,
)
ACT_ON_RIGHTS = Operation(
    name="act-on-rights",
    method="PUT",
    path=BASE + "/{port_locode}/containers/import/release-rights",
    schemes=SCHEMES,
    handler=operations.act_on_rights,
    quick=operations.short,
    work=operations.work_on_right,
    summary={
        "nl": "Doe hetzelfde met veel rechten tegelijk",
        "en": "Do the same to many rights at once",
        "de": "Dasselbe mit vielen Rechten auf einmal tun",
    },
    description={
        "nl": "Eén actie voor 1 tot 500 rechten. Elk recht slaagt of faalt op zichzelf en geeft"
        " zijn eigen melding, alle onder één `publicReferenceId`.",
        "en": "One action for 1 to 500 rights. Each succeeds or fails by itself and yields a"
        " notification of its own, all under one `publicReferenceId`.",
        "de": "Eine Aktion für 1 bis 500 Rechte. Jedes gelingt oder scheitert für sich und ergibt"
        " eine eigene Meldung, alle unter einer `publicReferenceId`.",
    },
    parameters=(PORT, REFERENCE),
    takes=forms.ACT_ON_RIGHTS,
    example=shapes.RECEIPT_EXAMPLE,
)
FIND_ENTITIES = Operation(
    name="find-entities",
    method="GET",
    path=BASE + "/entities",
    schemes=SCHEMES,
    handler=operations.find_entities,
    summary={
        "nl": "Zoek bedrijven in het register",
        "en": "Look companies up in the registry",
        "de": "Unternehmen im Register suchen",
    },
    description={
        "nl": "Wordt meteen beantwoord. Minstens één parameter is nodig; meer gelden samen.",
        "en": "Answered at once. At least one parameter is needed; several apply together.",
        "de": "Wird sofort beantwortet. Mindestens ein Parameter ist nötig; mehrere gelten"
        " zusammen.",
    },
    parameters=(*queries.ENTITIES, REFERENCE),
    refuses=(Reason.NOT_ALLOWED_NOW,),
    returns=shapes.ENTITIES,
    example=shapes.ENTITIES_EXAMPLE,
    dialect=REGISTRY,
)
FIND_NOTIFICATIONS = Operation(
    name="find-notifications",
    method="GET",
    path=BASE + "/notifications",
    schemes=SCHEMES,
    handler=operations.find_notifications,
    summary={
        "nl": "Zoek de meldingen van de laatste 168 uur",
        "en": "Find the notifications of the last 168 hours",
        "de": "Die Meldungen der letzten 168 Stunden suchen",
    },
    description={
        "nl": "Wordt meteen beantwoord, de nieuwste eerst. Minstens één parameter is nodig; wat"
        " niets vindt, krijgt 405. Van meer dan 1000 wijst de header `Link` naar de rest.",
        "en": "Answered at once, the newest first. At least one parameter is needed; what finds"
        " nothing is answered 405. Of more than 1000 the header `Link` leads to the rest.",
        "de": "Wird sofort beantwortet, die neuesten zuerst. Mindestens ein Parameter ist nötig;"
        " wer nichts findet, bekommt 405. Bei mehr als 1000 führt der Header `Link` weiter.",
    },
    parameters=(*queries.NOTIFICATIONS, REFERENCE),
    refuses=(Reason.NOT_YOURS,),
    returns=shapes.NOTIFICATION,
    many=True,
    example=[shapes.NOTIFICATION_EXAMPLE],
    dialect=NOTIFICATIONS,
)
REPORT_LIGHT = Operation(
    name="report-light",
    method="PUT",
    path=BASE + "/{port_locode}/containers/{equipment_number}/import/terminal-release",
    schemes=SCHEMES,
    handler=operations.report_light,
    quick=operations.short,
    work=operations.work_on_report,
    summary={
        "nl": "Zet het licht van de terminal",
        "en": "Set the terminal's light",
        "de": "Das Licht des Terminals setzen",
    },
    description={
        "nl": "Voor terminals. `actionType` is Release, Scanning, Block of Unblock. Groen wordt"
        " het licht pas als de container gelost is; wat vóór de vrijgave komt, wordt 60 dagen"
        " bewaard.",
        "en": "For terminals. `actionType` is Release, Scanning, Block or Unblock. The light turns"
        " green only once the container is discharged; what comes before its release is kept for"
        " 60 days.",
        "de": "Für Terminals. `actionType` ist Release, Scanning, Block oder Unblock. Grün wird"
        " das Licht erst, wenn der Container gelöscht ist; was vor der Freigabe kommt, wird"
        " 60 Tage aufbewahrt.",
    },
    parameters=(PORT, EQUIPMENT, REFERENCE),
    takes=forms.REPORT_LIGHT,
    example=shapes.RECEIPT_EXAMPLE,
)
REPORT_LIGHTS = Operation(
    name="report-lights",
    method="PUT",
    path=BASE + "/{port_locode}/containers/import/terminal-release",
    schemes=SCHEMES,
    handler=operations.report_lights,
    quick=operations.short,
    work=operations.work_on_report,
    summary={
        "nl": "Zet het licht van de terminal voor veel containers",
        "en": "Set the terminal's light for many containers",
        "de": "Das Licht des Terminals für viele Container setzen",
    },
    description={
        "nl": "Voor terminals: één actie voor 1 tot 500 containers.",
        "en": "For terminals: one action for 1 to 500 containers.",
        "de": "Für Terminals: eine Aktion für 1 bis 500 Container.",
    },
    parameters=(PORT, REFERENCE),
    takes=forms.REPORT_LIGHTS,
    example=shapes.RECEIPT_EXAMPLE,
)
REPORT_GATE_OUT = Operation(
    name="report-gate-out",
    method="PUT",
    path=BASE + "/{port_locode}/containers/{equipment_number}/import/gate-out",
    schemes=SCHEMES,
    handler=operations.report_gate_out,
    quick=operations.short,
    work=operations.work_on_report,
    summary={
        "nl": "Meld dat een container de terminal verlaat",
        "en": "Report that a container leaves the terminal",
        "de": "Melden, dass ein Container das Terminal verlässt",
    },
    description={
        "nl": "Voor terminals, in de vorm van 2020. Hiermee eindigt de vrijgave; een GateOut op het"
        " ingestiekanaal doet hetzelfde.",
        "en": "For terminals, in the form of 2020. This ends the release; a GateOut on the"
        " ingestion channel does the same.",
        "de": "Für Terminals, in der Form von 2020. Damit endet die Freigabe; ein GateOut über den"
        " Ingestion-Kanal bewirkt dasselbe.",
    },
    parameters=(PORT, EQUIPMENT, REFERENCE),
    takes=forms.REPORT_GATE_OUT,
    example=shapes.RECEIPT_EXAMPLE,
)
PLAY = Operation(
    name="play",
    method="POST",
    path=BASE + "/sandbox/containers/{equipment_number}/play",
    schemes=SCHEMES,
    handler=operations.play,
    quick=operations.short,
    work=operations.work_on_scene,
    summary={
        "nl": "Speel de tegenpartijen van een container",
        "en": "Play the counterparties of a container",
        "de": "Die Gegenparteien eines Containers spielen",
    },
    description={
        "nl": 'Alleen in een sandbox. `{"script": "discharge, customs green, accept, gate out"}`:'
        " elke scène gebeurt door wie ze toekomt, langs dezelfde weg als echte aanroepen.",
        "en": 'In a sandbox only. `{"script": "discharge, customs green, accept, gate out"}`: each'
        " scene is done by whom it behoves, by the same way as real calls.",
        "de": 'Nur in einer Sandbox. `{"script": "discharge, customs green, accept, gate out"}`:'
        " jede Szene tut, wem sie zukommt, auf demselben Weg wie echte Aufrufe.",
    },
    parameters=(EQUIPMENT, REFERENCE),
    takes=forms.PLAY,
    example=shapes.RECEIPT_EXAMPLE,
)

API = Api(
    slug="certified-pickup",
    provider="port",
    title={"nl": "Certified Pick up", "en": "Certified Pick up", "de": "Certified Pick up"},
    summary={
        "nl": "Geef containers vrij en draag het recht om ze af te halen veilig over.",
        "en": "Release containers, and hand on the right to fetch them safely.",
        "de": "Container freigeben und das Recht, sie abzuholen, sicher weitergeben.",
    },
    version="3.11.0",
    package=__name__,
    operations=(
        INGEST,
        LIST_RIGHTS,
        GET_RELEASE,
        ACT_ON_RIGHT,
        ACT_ON_RIGHTS,
        FIND_ENTITIES,
        FIND_NOTIFICATIONS,
        REPORT_LIGHT,
        REPORT_LIGHTS,
        REPORT_GATE_OUT,
        PLAY,
    ),
    dialect=LATER,
    product="certified-pickup",
    evidence=True,
    limits=(Limit("minute", 500, MINUTE),),
    roles=ROLES,
    base=BASE,
    events=tuple(queries.EVENTS),
    on_clock=operations.work_on_clock,
    on_fault=operations.tell_of_fault,
)
