"""What this platform is made of.

Publish an API, let in an authentication scheme or take a provider on board by adding a line
here; nothing else in the code names them all. One API by itself is named where something is
about it alone: the pages of its sandbox (`portal/containers/`), and what fills it (`demo/`).
"""

from sluis.apis import certified_pickup, open_data, parcels
from sluis.core.api import Api
from sluis.core.provider import EnvironmentKind, EnvironmentPolicy, OldDoor, Provider, Registration
from sluis.gateway.schemes import Scheme
from sluis.gateway.schemes.api_key import ApiKey
from sluis.gateway.schemes.bearer_token import BearerToken
from sluis.gateway.schemes.subscription_key import SubscriptionKey

HOSTED_APIS: tuple[Api, ...] = (certified_pickup.API, *open_data.APIS, parcels.API)

SCHEMES: dict[str, Scheme] = {
    scheme.name: scheme
    for scheme in (
        ApiKey(),
        BearerToken(),
        SubscriptionKey(),
    )
}

# Version 1; later ones are published at the service desk, and kept in the database.
PORT_TERMS = {
    "nl": """\
1. **Waarvoor.** Deze voorwaarden gelden voor elke API van de haven waarop u zich hier abonneert.
   De gegevens zijn bedoeld om uw eigen werk in en om de haven te plannen en uit te voeren.
2. **Gegevens.** De gegevens komen van derden en van meetapparatuur. We leveren ze zo goed als we
   ze hebben, zonder garantie dat ze volledig of juist zijn. Vaar en stuur er niet op alleen.
3. **Sleutels.** Uw abonnementscode en uw geheimen zijn van u alleen. Geef een code alleen aan de
   softwarebouwer die voor u werkt. Denkt u dat een ander ze heeft, vervang ze dan meteen.
4. **Namens anderen.** U roept alleen aan voor uzelf of voor wie dat in dit portaal heeft
   toegestaan. Wie toestemming gaf, kan ze op elk moment intrekken.
5. **Gebruik.** Blijf binnen de gepubliceerde limieten. Doorverkopen van ruwe gegevens mag niet;
   ze verwerken in uw eigen diensten mag, met vermelding van de bron.
6. **Wat we vastleggen.** Van elke aanroep bewaren we wie, wat, wanneer en de uitkomst, ten hoogste
   400 dagen. De inhoud van aanroepen bewaren we hiervoor niet.
7. **Einde.** U kunt een abonnement op elk moment opschorten of opzeggen. Bij misbruik of gevaar
   schort de servicedesk het op en zegt waarom.
8. **Wijzigingen.** Nieuwe voorwaarden leggen we u voor bij uw volgende bezoek. Welke versie u
   wanneer accepteerde, blijft bewaard. Belgisch recht is van toepassing.
""",
    "en": """\
1. **What for.** These terms hold for every API of the port that you subscribe to here. The data
   are meant for planning and doing your own work in and around the port.
2. **Data.** The data come from third parties and from instruments. We deliver them as well as we
   have them, without a guarantee that they are complete or right. Do not navigate by them alone.
3. **Keys.** Your subscription key and your secrets are yours alone. Give a key only to the builder
   of software who works for you. If you think that somebody else has them, replace them at once.
4. **On behalf of others.** You call only for yourself, or for those who allowed it in this portal.
   Who gave consent can withdraw it at any time.
5. **Use.** Stay within the published limits. You may not resell raw data; you may work them into
   services of your own if you name the source.
6. **What we record.** Of each call we keep who, what, when and the outcome, for 400 days at most.
   We do not keep what calls contain for this.
7. **End.** You can suspend or cancel a subscription at any time. In case of abuse or danger the
   service desk suspends it, and says why.
8. **Changes.** We put new terms before you at your next visit. Which version you accepted, and
   when, is kept. Belgian law applies.
""",
    "de": """\
1. **Wofür.** Diese Bedingungen gelten für jede API des Hafens, die Sie hier abonnieren. Die Daten
   dienen dazu, Ihre eigene Arbeit im Hafen und um ihn herum zu planen und auszuführen.
2. **Daten.** Die Daten stammen von Dritten und von Messgeräten. Wir liefern sie so gut, wie wir sie
   haben, ohne Gewähr, dass sie vollständig oder richtig sind. Navigieren Sie nicht allein danach.
3. **Schlüssel.** Ihr Abonnementschlüssel und Ihre Geheimnisse gehören Ihnen allein. Geben Sie einen
   Schlüssel nur dem Softwarehersteller, der für Sie arbeitet. Glauben Sie, dass ein anderer sie
   hat, ersetzen Sie sie sofort.
4. **Für andere.** Sie rufen nur für sich selbst auf oder für die, die es in diesem Portal erlaubt
   haben. Wer zugestimmt hat, kann das jederzeit widerrufen.
5. **Nutzung.** Bleiben Sie innerhalb der veröffentlichten Limits. Rohdaten dürfen Sie nicht
   weiterverkaufen; in eigene Dienste einarbeiten dürfen Sie sie, wenn Sie die Quelle nennen.
6. **Was wir festhalten.** Von jedem Aufruf bewahren wir höchstens 400 Tage auf, wer, was, wann und
   mit welchem Ergebnis. Den Inhalt der Aufrufe bewahren wir dafür nicht auf.
7. **Ende.** Sie können ein Abonnement jederzeit aussetzen oder kündigen. Bei Missbrauch oder Gefahr
   setzt der Servicedesk es aus und nennt den Grund.
8. **Änderungen.** Neue Bedingungen legen wir Ihnen beim nächsten Besuch vor. Welche Version Sie
   wann akzeptiert haben, bleibt gespeichert. Es gilt belgisches Recht.
""",
}

PROVIDERS: tuple[Provider, ...] = (
    Provider(
        slug="port",
        name="Port of Antwerp-Bruges",
        summary={
            "nl": "Open data van de haven en de vrijgave van containers.",
            "en": "Open data of the port and the release of containers.",
            "de": "Offene Daten des Hafens und die Freigabe von Containern.",
        },
        registration=Registration.OPEN,
        environments=(
            EnvironmentPolicy(
                name="uat",
                kind=EnvironmentKind.SANDBOX,
                title={"nl": "Sandbox (UAT)", "en": "Sandbox (UAT)", "de": "Sandbox (UAT)"},
                outgoing_addresses=("20.76.52.43",),
            ),
            EnvironmentPolicy(
                name="live",
                kind=EnvironmentKind.LIVE,
                title={"nl": "Live", "en": "Live", "de": "Live"},
                outgoing_addresses=("20.76.217.177",),
            ),
        ),
        doors=frozenset({OldDoor.PASSWORD_GRANT, OldDoor.KEY_IN_QUERY}),
        terms=PORT_TERMS,
        identifiers=("NxtEntityId", "TIN", "Eori", "Duns", "APCS", "SCAC", "ExternalId"),
        support_email="support@port.example",
        support_telephone="+32 3 000 00 00",
        support_address=("Kaai 63", "2000 Antwerpen", "België"),
    ),
    Provider(
        slug="parcels",
        name="PostNL Parcels",
        summary={
            "nl": "Pakketten en post: barcodes, etiketten, bezorgopties en volgen.",
            "en": "Parcels and mail: barcodes, labels, delivery options and tracking.",
            "de": "Pakete und Post: Barcodes, Etiketten, Zustelloptionen und Verfolgung.",
        },
        registration=Registration.DESK,
        environments=(
            EnvironmentPolicy(
                name="sandbox",
                kind=EnvironmentKind.SANDBOX,
                title={"nl": "Sandbox", "en": "Sandbox", "de": "Sandbox"},
                limits={parcels.PRODUCT: parcels.SANDBOX_LIMITS},
            ),
            EnvironmentPolicy(
                name="production",
                kind=EnvironmentKind.LIVE,
                title={"nl": "Productie", "en": "Production", "de": "Produktion"},
            ),
        ),
        terms=parcels.TERMS,
        identifiers=("CustomerCode", "CustomerNumber", "CollectionLocation"),
        support_email="servicedesk@parcels.example",
        support_telephone="088 000 0000",
    ),
)
