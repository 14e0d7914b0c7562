"""The APIs of the carrier with all their versions: the register that the portal shows.

Only those with a slug of a hosted API can be called here; the others are shown for who moves
from the old platform, and follow.
"""

from datetime import date
from functools import lru_cache

from sluis.apis.parcels.rules.versions import Group, PublishedApi, State, Version
from sluis.core.api import Text

REST, SOAP = ("REST",), ("SOAP",)
BOTH = ("REST", "SOAP")
CURRENT, SUPPORTED, ENDED = State.CURRENT, State.SUPPORTED, State.ENDED


def ended(*numbers: str, manners: tuple[str, ...] = SOAP) -> tuple[Version, ...]:
    return tuple(Version(number, ENDED, manners) for number in numbers)


def text(nl: str, en: str, de: str) -> Text:
    return {"nl": nl, "en": en, "de": de}


FIRST = text(
    "Eerste versie op dit platform.",
    "First version on this platform.",
    "Erste Version auf dieser Plattform.",
)
PATH_AND_KEY = text(
    "Nieuw adres, en een key in de header apikey in plaats van gebruikersnaam en wachtwoord."
    " De inhoud van berichten blijft gelijk.",
    "A new address, and a key in the header apikey in place of user name and password. The"
    " contents of messages stay the same.",
    "Neue Adresse und ein Schlüssel im Header apikey statt Benutzername und Passwort. Der Inhalt"
    " der Nachrichten bleibt gleich.",
)
JSON_BESIDE_SOAP = text(
    "Ook in JSON (REST). In SOAP zijn velden hernoemd: pas uw berichten aan.",
    "In JSON (REST) too. In SOAP members were renamed: change your messages.",
    "Auch in JSON (REST). In SOAP wurden Felder umbenannt: Passen Sie Ihre Nachrichten an.",
)


def first(since: date | None, path: str) -> Version:
    """Return the one version of an API that began on this platform."""
    return Version("v1", CURRENT, REST, since, path, notes=FIRST)


def moved(number: str, manners: tuple[str, ...] = SOAP) -> Version:
    """Return a version that came along from the old platform as it was."""
    return Version(number, SUPPORTED, manners, notes=PATH_AND_KEY)


def in_json(
    number: str, state: State, manners: tuple[str, ...], since: date, path: str = ""
) -> Version:
    """Return the version with which an API came to speak JSON."""
    return Version(number, state, manners, since, path, schema_changes=True, notes=JSON_BESIDE_SOAP)


BARCODE = PublishedApi(
    "barcode",
    "Barcode",
    "GET",
    text(
        "Geeft een unieke barcode voor een zending.",
        "Gives a unique barcode for a shipment.",
        "Liefert einen eindeutigen Barcode für eine Sendung.",
    ),
    (
        *ended("1_0"),
        Version(
            "1_1",
            CURRENT,
            BOTH,
            date(2014, 10, 28),
            "/shipment/v1_1/barcode",
            notes=PATH_AND_KEY,
        ),
    ),
)
LABELLING = PublishedApi(
    "labelling",
    "Labelling",
    "POST",
    text(
        "Maakt verzendetiketten, en meldt de zending voor als u wilt.",
        "Makes shipping labels, and announces the shipment if you want.",
        "Erzeugt Versandetiketten und meldet die Sendung auf Wunsch an.",
    ),
    (
        *ended("1_3", "1_4", "1_5", "1_6", "1_7", "1_8", "1_9"),
        moved("2_0"),
        in_json("2_1", SUPPORTED, BOTH, date(2017, 6, 1), "/shipment/v2_1/label"),
        Version(
            "2_2",
            CURRENT,
            BOTH,
            date(2019, 1, 25),
            "/shipment/v2_2/label",
            schema_changes=True,
            notes=text(
                "Tot vier zendingen in één aanroep. Fouten en waarschuwingen staan per zending in"
                " het antwoord, en etiketten kunnen op één A4 samenkomen.",
                "Up to four shipments in one call. Errors and warnings stand with each shipment"
                " in the answer, and labels can share a sheet of A4.",
                "Bis zu vier Sendungen in einem Aufruf. Fehler und Warnungen stehen in der"
                " Antwort je Sendung, und Etiketten können sich ein A4-Blatt teilen.",
            ),
        ),
    ),
)
CONFIRMING = PublishedApi(
    "confirming",
    "Confirming",
    "POST",
    text(
        "Meldt zendingen voor waarvan u het etiket al hebt.",
        "Announces shipments of which you have the label already.",
        "Meldet Sendungen an, deren Etikett Sie schon haben.",
    ),
    (
        *ended("1_2", "1_3", "1_4", "1_5", "1_6", "1_7", "1_8"),
        moved("1_9"),
        in_json("1_10", SUPPORTED, REST, date(2017, 7, 15)),
        Version(
            "v2",
            CURRENT,
            REST,
            date(2019, 1, 25),
            "/shipment/v2/confirm",
            schema_changes=True,
            notes=text(
                "Waarschuwingen en fouten staan per zending in het antwoord.",
                "Warnings and errors stand with each shipment in the answer.",
                "Warnungen und Fehler stehen in der Antwort je Sendung.",
            ),
        ),
    ),
)
SHIPPING = PublishedApi(
    "shipping",
    "Shipping",
    "POST",
    text(
        "Barcode, etiket en voormelding in één aanroep.",
        "Barcode, label and announcement in one call.",
        "Barcode, Etikett und Anmeldung in einem Aufruf.",
    ),
    (first(date(2020, 4, 28), "/v1/shipment"),),
)
DELIVERY_DATE = PublishedApi(
    "deliverydate",
    "Deliverydate",
    "GET",
    text(
        "Rekent uit wanneer een zending wordt bezorgd, of wanneer zij op weg moet.",
        "Works out when a shipment is delivered, or when it has to leave.",
        "Berechnet, wann eine Sendung zugestellt wird oder wann sie abgehen muss.",
    ),
    (
        *ended("1_0", "1_1", "1_2", "2_0"),
        moved("2_1"),
        in_json("2_2", CURRENT, REST, date(2017, 8, 24), "/shipment/v2_2/calculate/date/delivery"),
    ),
)
TIMEFRAME = PublishedApi(
    "timeframe",
    "Timeframe",
    "GET",
    text(
        "Geeft de tijdvakken waarin op een adres kan worden bezorgd.",
        "Gives the time frames in which an address can be delivered to.",
        "Liefert die Zeitfenster, in denen an einer Adresse zugestellt werden kann.",
    ),
    (
        *ended("1_0", "1_1", "1_2"),
        moved("2_0"),
        in_json("2_1", CURRENT, REST, date(2017, 6, 1), "/shipment/v2_1/calculate/timeframes"),
    ),
)
LOCATION = PublishedApi(
    "location",
    "Location",
    "GET",
    text(
        "Vindt de punten waar een pakket kan worden opgehaald.",
        "Finds the points where a parcel can be collected.",
        "Findet die Stellen, an denen ein Paket abgeholt werden kann.",
    ),
    (
        moved("1_1"),
        *ended("2_0", manners=REST),
        in_json("2_1", CURRENT, REST, date(2016, 5, 10), "/shipment/v2_1/locations/nearest"),
    ),
)
CHECKOUT = PublishedApi(
    "checkout",
    "Checkout",
    "POST",
    text(
        "Bezorgdagen, tijdvakken en ophaalpunten voor een webwinkel, in één aanroep.",
        "Days of delivery, time frames and pick-up points for a web shop, in one call.",
        "Zustelltage, Zeitfenster und Abholstellen für einen Webshop, in einem Aufruf.",
    ),
    (first(date(2019, 7, 5), "/shipment/v1/checkout"),),
)
POSTAL_CODE_CHECK = PublishedApi(
    "postalcodecheck",
    "Postalcode check",
    "GET",
    text(
        "Geeft straat en plaats bij een postcode en huisnummer.",
        "Gives street and town of a postal code and house number.",
        "Liefert Straße und Ort zu Postleitzahl und Hausnummer.",
    ),
    (first(None, "/shipment/checkout/v1/postalcodecheck"),),
)
SHIPPING_STATUS = PublishedApi(
    "shippingstatus",
    "Shippingstatus",
    "GET",
    text(
        "Zegt waar een zending is, en wat er met haar gebeurde.",
        "Says where a shipment is, and what happened to it.",
        "Sagt, wo eine Sendung ist und was mit ihr geschah.",
    ),
    (
        *ended("1_1", "1_2", "1_3", "1_4", "1_5"),
        moved("1_6", BOTH),
        Version(
            "v2",
            CURRENT,
            REST,
            date(2018, 2, 12),
            "/shipment/v2/status/barcode/{barcode}",
            schema_changes=True,
            notes=text(
                "Eén antwoord voor huidige en volledige status; zoeken kan ook op referentie.",
                "One answer for the present and the complete status; a reference finds it too.",
                "Eine Antwort für aktuellen und vollständigen Status; auch per Referenz zu finden.",
            ),
        ),
    ),
)

GROUPS = (
    Group("Shipping", (BARCODE, LABELLING, CONFIRMING, SHIPPING)),
    Group("Delivery Options", (DELIVERY_DATE, TIMEFRAME, LOCATION, CHECKOUT, POSTAL_CODE_CHECK)),
    Group("Track & Trace", (SHIPPING_STATUS,)),
)
APIS = {api.slug: api for group in GROUPS for api in group.apis}
# Which version a call to an operation of a hosted API is of.
VERSION_OF_OPERATION = {("barcode", "generate-barcode"): "1_1"}


@lru_cache(maxsize=256)  # a list names few APIs on many lines
def named(name: str) -> PublishedApi | None:
    """Return the API that people call so, whatever the case; None when there is none.

    On the platform before this one they were called web services.
    """
    wanted = "".join(name.casefold().split()).removesuffix("webservice")
    found = (a for a in APIS.values() if wanted in (a.slug, "".join(a.name.casefold().split())))
    return next(found, None)
