"""Parcels: barcodes, as the carrier of seed 003 hands them out; labels and the rest follow."""

from sluis.apis.parcels import operations, wire
from sluis.apis.parcels.rules.terms import TERMS
from sluis.core.api import Api, Operation
from sluis.core.quota import Limit

__all__ = ["API", "PRODUCT", "SANDBOX_LIMITS", "TERMS"]

PRODUCT = "parcels"  # what limits count by
SANDBOX_LIMITS = (Limit("second", 10, 1.0),)

API = Api(
    slug="barcode",
    provider="parcels",
    title={"nl": "Barcode", "en": "Barcode", "de": "Barcode"},
    summary={
        "nl": "Unieke barcodes voor pakketten en post, binnen Nederland en naar het buitenland.",
        "en": "Unique barcodes for parcels and mail, within the Netherlands and abroad.",
        "de": "Eindeutige Barcodes für Pakete und Post, in den Niederlanden und ins Ausland.",
    },
    version="1.1",
    package=__name__,
    operations=(
        Operation(
            name="generate-barcode",
            method="GET",
            path="/shipment/v1_1/barcode",
            schemes=("api-key",),
            handler=operations.generate_barcode,
            summary={
                "nl": "Maak een barcode",
                "en": "Make a barcode",
                "de": "Einen Barcode erzeugen",
            },
            description={
                "nl": "Elke aanroep geeft een barcode die nooit eerder is uitgegeven en nooit meer"
                " komt. Vraag er één per pakket, en bewaar hem bij uw zending.",
                "en": "Every call gives a barcode that was never issued before and never comes"
                " again. Ask for one a parcel, and keep it with your shipment.",
                "de": "Jeder Aufruf liefert einen Barcode, der nie zuvor vergeben wurde und nie"
                " wieder kommt. Fragen Sie je Paket einen an und bewahren Sie ihn bei Ihrer"
                " Sendung auf.",
            },
            parameters=wire.PARAMETERS,
            returns=wire.BARCODE,
            example={"Barcode": "3SDEVC816223392"},
        ),
    ),
    dialect=wire.Dialect(),
    product=PRODUCT,
    limits=(Limit("second", 50, 1.0),),
    base="/shipment/v1_1",
    body_bytes=200_000,
    evidence=True,
)
