"""Open data of the port of Antwerp-Bruges: six APIs, all read only.

Ships that stay and sail, the weather, bridges and locks, depths, and times at the terminals.
"""

from sluis.apis.open_data import operations, wire
from sluis.apis.open_data.rules import depths, eta, meteo, passages, port_calls, shapes, traffic
from sluis.apis.open_data.rules.clock import DAY
from sluis.core.api import Api, Operation
from sluis.core.quota import DAY as SECONDS_A_DAY
from sluis.core.quota import Limit

SCHEMES = ("subscription-key", "bearer-token")
HUNDRED_A_DAY = (Limit("day", 100, SECONDS_A_DAY),)
SHARED = "open-data"  # the product whose hundred calls a day four of the APIs share
REFUSES_429, REFUSES_403 = wire.Dialect(spent_status=429), wire.Dialect(spent_status=403)

# The examples are of one ship and one morning, made as those of a sandbox are.
EXAMPLE = "example"
EXAMPLE_CALL = port_calls.planned(EXAMPLE, 671_026)
EXAMPLE_MOMENT = EXAMPLE_CALL.arrives + DAY
EXAMPLE_MINUTE = EXAMPLE_MOMENT // 60
EXAMPLE_LINK = (
    "https://api.example.org/opendata/bathymetric-survey/v1/files/DGD/512"
    f"?expires={EXAMPLE_MOMENT}&signature={64 * '0'}"
)

PORT_STAYS = Api(
    slug="port-stays",
    provider="port",
    title={"nl": "Havenverblijven", "en": "Port Stays", "de": "Hafenaufenthalte"},
    summary={
        "nl": "Welke zeeschepen in Antwerpen worden verwacht, er liggen of net zijn vertrokken.",
        "en": "Which sea-going ships are expected in Antwerp, lie there, or have just left.",
        "de": "Welche Seeschiffe in Antwerpen erwartet werden, dort liegen oder gerade"
        " abgefahren sind.",
    },
    version="1.0",
    package=__name__,
    operations=(
        Operation(
            name="list-stays",
            method="GET",
            path="/portstays/v1/stays",
            schemes=SCHEMES,
            handler=operations.list_stays,
            summary={
                "nl": "Geef de verblijven die sinds een tijdstip zijn gewijzigd",
                "en": "List the stays that changed since a moment",
                "de": "Aufenthalte auflisten, die sich seit einem Zeitpunkt geändert haben",
            },
            description={
                "nl": "Vraag elk kwartier met het tijdstip van uw vorige aanroep wat er nieuw is;"
                " dat blijft binnen de honderd aanroepen per dag.",
                "en": "Ask every quarter of an hour what is new, with the time of your previous"
                " call; that stays within a hundred calls a day.",
                "de": "Fragen Sie alle Viertelstunde mit der Zeit Ihres vorigen Aufrufs, was neu"
                " ist; das bleibt innerhalb von hundert Aufrufen am Tag.",
            },
            parameters=wire.STAYS.parameters,
            returns=shapes.STAY,
            many=True,
            example=[traffic.stay(EXAMPLE_CALL, EXAMPLE_MOMENT)],
        ),
    ),
    dialect=REFUSES_429,
    product="port-stays",
    limits=HUNDRED_A_DAY,
    base="/portstays/v1",
)

PORT_VOYAGES = Api(
    slug="port-voyages",
    provider="port",
    title={"nl": "Havenreizen", "en": "Port Voyages", "de": "Hafenfahrten"},
    summary={
        "nl": "Elke reis van een zeeschip naar, in en uit de haven, tot op de ligplaats en sluis.",
        "en": "Every voyage of a sea-going ship to, in and from the port, down to berth and lock.",
        "de": "Jede Fahrt eines Seeschiffs zum, im und aus dem Hafen, bis zu Liegeplatz und"
        " Schleuse.",
    },
    version="1.0",
    package=__name__,
    operations=(
        Operation(
            name="list-voyages",
            method="GET",
            path="/portvoyages/v1/voyages",
            schemes=SCHEMES,
            handler=operations.list_voyages,
            summary={
                "nl": "Geef de reizen die sinds een tijdstip zijn gewijzigd",
                "en": "List the voyages that changed since a moment",
                "de": "Fahrten auflisten, die sich seit einem Zeitpunkt geändert haben",
            },
            description={
                "nl": "Een verblijf bestaat uit reizen: naar binnen, soms van ligplaats naar"
                " ligplaats, en naar zee. Vijftienhonderd aanroepen per dag zijn er ongeveer één"
                " per minuut.",
                "en": "A stay is made of voyages: in from sea, sometimes from berth to berth, and"
                " out again. Fifteen hundred calls a day are about one a minute.",
                "de": "Ein Aufenthalt besteht aus Fahrten: hinein, manchmal von Liegeplatz zu"
                " Liegeplatz, und hinaus auf See. Fünfzehnhundert Aufrufe am Tag sind etwa"
                " eine in der Minute.",
            },
            parameters=wire.VOYAGES.parameters,
            returns=shapes.VOYAGE,
            many=True,
            example=[traffic.voyage(EXAMPLE_CALL, 1, EXAMPLE_MOMENT)],
        ),
    ),
    dialect=REFUSES_429,
    product="port-voyages",
    limits=(Limit("day", 1500, SECONDS_A_DAY),),
    free=False,
    base="/portvoyages/v1",
)

METEO = Api(
    slug="meteo",
    provider="port",
    title={"nl": "Meteo", "en": "Meteo", "de": "Wetter"},
    summary={
        "nl": "Wind en temperatuur aan de meetstations van de haven, elke minuut.",
        "en": "Wind and temperature at the stations of the port, every minute.",
        "de": "Wind und Temperatur an den Messstationen des Hafens, jede Minute.",
    },
    version="v1",
    package=__name__,
    operations=(
        Operation(
            name="list-readings",
            method="GET",
            path="/opendata/meteo/v1/readings",
            schemes=SCHEMES,
            handler=operations.list_readings,
            summary={
                "nl": "Geef metingen: van nu, of van een tijdvak",
                "en": "List readings: of now, or of a window of time",
                "de": "Messwerte auflisten: von jetzt oder aus einem Zeitraum",
            },
            description={
                "nl": "Zonder parameters komt de laatste meting van elk station. Met `from` en"
                " `to` komen de metingen van een tijdvak van ten hoogste 24 uur; in de sandbox"
                " is dat er één per tien minuten.",
                "en": "Without parameters you get the latest reading of each station. With `from`"
                " and `to` you get the readings of a window of at most 24 hours; in the sandbox"
                " that is one every ten minutes.",
                "de": "Ohne Parameter kommt der letzte Messwert jeder Station. Mit `from` und"
                " `to` kommen die Messwerte eines Zeitraums von höchstens 24 Stunden; in der"
                " Sandbox ist das einer alle zehn Minuten.",
            },
            parameters=wire.READINGS.parameters,
            returns=shapes.READING,
            many=True,
            quick=operations.asks_for_now,
            example=[meteo.current(EXAMPLE, EXAMPLE_MINUTE)["prosperpolder"]],
        ),
    ),
    dialect=REFUSES_403,
    product=SHARED,
    limits=HUNDRED_A_DAY,
    base="/opendata/meteo/v1",
)

BRIDGES_AND_LOCKS = Api(
    slug="bridges-and-locks",
    provider="port",
    title={"nl": "Bruggen en sluizen", "en": "Bridges and Locks", "de": "Brücken und Schleusen"},
    summary={
        "nl": "Welke bruggen open zijn en welke sluisdeuren, en sinds wanneer.",
        "en": "Which bridges are up and which lock doors are open, and since when.",
        "de": "Welche Brücken und welche Schleusentore offen sind, und seit wann.",
    },
    version="v1",
    package=__name__,
    operations=(
        Operation(
            name="list-bridges",
            method="GET",
            path="/opendata/bridgesandlocks/v1/bridges/state",
            schemes=SCHEMES,
            handler=operations.list_bridges,
            summary={
                "nl": "Geef elke brug en hoe zij nu staat",
                "en": "List every bridge and how it stands now",
                "de": "Alle Brücken auflisten und wie sie jetzt stehen",
            },
            description={
                "nl": "De stand aan het begin van deze minuut.",
                "en": "The state at the start of this minute.",
                "de": "Der Stand zu Beginn dieser Minute.",
            },
            parameters=wire.NO_PARAMETERS.parameters,
            returns=shapes.BRIDGE,
            many=True,
            quick=operations.always,
            example=passages.bridges(EXAMPLE, EXAMPLE_MINUTE)[:1],
        ),
        Operation(
            name="list-locks",
            method="GET",
            path="/opendata/bridgesandlocks/v1/locks/state",
            schemes=SCHEMES,
            handler=operations.list_locks,
            summary={
                "nl": "Geef elke sluis en hoe haar deuren nu staan",
                "en": "List every lock and how its doors stand now",
                "de": "Alle Schleusen auflisten und wie ihre Tore jetzt stehen",
            },
            description={
                "nl": "De stand aan het begin van deze minuut.",
                "en": "The state at the start of this minute.",
                "de": "Der Stand zu Beginn dieser Minute.",
            },
            parameters=wire.NO_PARAMETERS.parameters,
            returns=shapes.LOCK,
            many=True,
            quick=operations.always,
            example=passages.locks(EXAMPLE, EXAMPLE_MINUTE)[:1],
        ),
    ),
    dialect=REFUSES_403,
    product=SHARED,
    limits=HUNDRED_A_DAY,
    base="/opendata/bridgesandlocks/v1",
)

BATHYMETRIC_SURVEY = Api(
    slug="bathymetric-survey",
    provider="port",
    title={"nl": "Dieptemetingen", "en": "Bathymetric Survey", "de": "Tiefenmessungen"},
    summary={
        "nl": "Hoe diep de dokken zijn: bestanden met de peilingen, achter tijdelijke links.",
        "en": "How deep the docks are: files of soundings, behind temporary links.",
        "de": "Wie tief die Hafenbecken sind: Dateien mit Peilungen, hinter befristeten Links.",
    },
    version="v1",
    package=__name__,
    operations=(
        Operation(
            name="list-infrastructures",
            method="GET",
            path="/opendata/bathymetric-survey/v1/infrastructures",
            aliases=("/opendata/bathymetry-survey/v1/infrastructures",),
            schemes=SCHEMES,
            handler=operations.list_infrastructures,
            summary={
                "nl": "Geef de dokken die gemeten worden",
                "en": "List the docks that are measured",
                "de": "Die vermessenen Hafenbecken auflisten",
            },
            description={
                "nl": "Met de code van een dok vraagt u de metingen ervan op.",
                "en": "With the code of a dock you ask for its measurements.",
                "de": "Mit dem Code eines Hafenbeckens fragen Sie seine Messungen ab.",
            },
            parameters=wire.NO_PARAMETERS.parameters,
            returns=shapes.INFRASTRUCTURE,
            many=True,
            example=[{"code": "DGD", "description": "Deurganckdok"}],
        ),
        Operation(
            name="list-measurements",
            method="GET",
            path="/opendata/bathymetric-survey/v1/measurements",
            aliases=("/opendata/bathymetry-survey/v1/measurements",),
            schemes=SCHEMES,
            handler=operations.list_measurements,
            summary={
                "nl": "Geef tijdelijke links naar de laatste metingen",
                "en": "List temporary links to the latest measurements",
                "de": "Befristete Links zu den letzten Messungen auflisten",
            },
            description={
                "nl": "Een link werkt één uur en vraagt geen sleutel. Het bestand heeft een regel"
                " per punt: lengtegraad, breedtegraad en diepte in meter onder TAW.",
                "en": "A link works for one hour and asks for no key. The file has a line for each"
                " point: longitude, latitude and depth in metres below TAW.",
                "de": "Ein Link gilt eine Stunde und verlangt keinen Schlüssel. Die Datei hat eine"
                " Zeile je Punkt: Längengrad, Breitengrad und Tiefe in Metern unter TAW.",
            },
            parameters=wire.MEASUREMENTS.parameters,
            returns=shapes.MEASUREMENTS,
            example={"measurementDocumentPaths": [{"code": "DGD", "path": EXAMPLE_LINK}]},
        ),
        Operation(
            name="fetch-survey",
            method="GET",
            path="/opendata/bathymetric-survey/v1/files/{infrastructureCode}/{survey}",
            schemes=(),  # the link is signed: who holds it may fetch this one file
            handler=operations.fetch_survey,
            summary={
                "nl": "Haal een bestand op met een link",
                "en": "Fetch a file by its link",
                "de": "Eine Datei mit einem Link abrufen",
            },
            description={
                "nl": "Gebruik de link zoals hij is: hij is getekend en verloopt.",
                "en": "Use the link as it is: it is signed and expires.",
                "de": "Benutzen Sie den Link, wie er ist: Er ist signiert und läuft ab.",
            },
            parameters=wire.FILE.parameters,
            example="\n".join(depths.soundings(EXAMPLE, "DGD", 512).splitlines()[:3]),
        ),
    ),
    dialect=REFUSES_403,
    product=SHARED,
    limits=HUNDRED_A_DAY,
    base="/opendata/bathymetric-survey/v1",
)

ETA_TERMINAL = Api(
    slug="eta-terminal",
    provider="port",
    title={"nl": "ETA Terminal", "en": "ETA Terminal", "de": "ETA Terminal"},
    summary={
        "nl": "Wanneer schepen aan de containerterminals komen, en vanaf wanneer lading welkom is.",
        "en": "When ships reach the container terminals, and from when cargo is welcome.",
        "de": "Wann Schiffe an den Containerterminals ankommen und ab wann Ladung willkommen ist.",
    },
    version="v1",
    package=__name__,
    operations=(
        Operation(
            name="list-vessels",
            method="GET",
            path="/opendata/eta-terminal/v1/vessels-info",
            schemes=SCHEMES,
            handler=operations.list_vessels,
            summary={
                "nl": "Geef de schepen aan de terminals en hun tijden",
                "en": "List the ships at the terminals and their times",
                "de": "Die Schiffe an den Terminals und ihre Zeiten auflisten",
            },
            description={
                "nl": "Elke parameter maakt de lijst korter. Tijden staan op de klok van"
                " Antwerpen, zonder zone.",
                "en": "Each parameter makes the list shorter. Times are on the clocks of Antwerp,"
                " without a zone.",
                "de": "Jeder Parameter macht die Liste kürzer. Zeiten gelten auf den Uhren von"
                " Antwerpen, ohne Zone.",
            },
            parameters=wire.VESSELS.parameters,
            returns=shapes.VESSEL,
            many=True,
            example=[eta.vessel(EXAMPLE_CALL, EXAMPLE_MOMENT)],
        ),
    ),
    dialect=REFUSES_403,
    product=SHARED,
    limits=HUNDRED_A_DAY,
    base="/opendata/eta-terminal/v1",
)

APIS: tuple[Api, ...] = (
    PORT_STAYS,
    PORT_VOYAGES,
    METEO,
    BRIDGES_AND_LOCKS,
    BATHYMETRIC_SURVEY,
    ETA_TERMINAL,
)
