"""Version 1 of the terms under which a company works with the parcels APIs in production."""

TERMS = {
    "nl": (
        "1. U gebruikt de API's voor uw eigen zendingen, of voor die van klanten die u dat"
        " hebben gevraagd.\n"
        "2. Een sleutel is van uw bedrijf. U houdt hem geheim, en vervangt hem zodra een"
        " buitenstaander hem kan hebben gezien.\n"
        "3. Een barcode gebruikt u voor één zending.\n"
        "4. U blijft binnen de limieten, en wacht zo lang als een antwoord 429 aangeeft.\n"
        "5. Wij kondigen ten minste zes maanden vooraf aan wanneer een versie vervalt.\n"
        "6. Wij bewaren van elke aanroep wie, wat en wanneer, niet de inhoud.\n"
    ),
    "en": (
        "1. You use the APIs for your own shipments, or for those of customers who asked you"
        " to.\n"
        "2. A key is your company's. You keep it secret, and replace it as soon as an outsider"
        " may have seen it.\n"
        "3. You use a barcode for one shipment.\n"
        "4. You stay within the limits, and wait for as long as an answer 429 says.\n"
        "5. We announce at least six months ahead when a version ends.\n"
        "6. Of each call we keep who, what and when, not its contents.\n"
    ),
    "de": (
        "1. Sie nutzen die APIs für Ihre eigenen Sendungen oder für die von Kunden, die Sie"
        " darum gebeten haben.\n"
        "2. Ein Schlüssel gehört Ihrem Unternehmen. Sie halten ihn geheim und ersetzen ihn,"
        " sobald ein Außenstehender ihn gesehen haben kann.\n"
        "3. Einen Barcode verwenden Sie für eine Sendung.\n"
        "4. Sie bleiben innerhalb der Limits und warten so lange, wie eine Antwort 429 angibt.\n"
        "5. Wir kündigen mindestens sechs Monate vorher an, wann eine Version endet.\n"
        "6. Von jedem Aufruf bewahren wir wer, was und wann, nicht den Inhalt.\n"
    ),
}
