"""The shapes that Certified Pick up answers with at once, and examples of them."""

from sluis.core.api import Field, Kind, Model

S = Kind.STRING
ADDRESS = Model(
    "PartyAddress",
    {
        "addressTypeCode": Field(S, "1 main address, 2 billing address"),
        "street": Field(S, "Street and number"),
        "postalCode": Field(S, "Postal code"),
        "city": Field(S, "City"),
        "country": Field(S, "Country"),
        "contactName": Field(S, "Whom to ask for", nullable=True),
        "contactEmail": Field(S, "Where to write to", nullable=True),
    },
)
PHONE_BOOK_ITEM = Model(
    "PhoneBookItem",
    {
        "apcsCode": Field(S, "APCS code", nullable=True),
        "addresses": Field(ADDRESS, "Addresses", many=True),
        "nxtEntityId": Field(S, "Unique identifier of the company", nullable=True),
        "name": Field(S, "Name"),
        "vat": Field(S, "VAT number", nullable=True),
        "duns": Field(S, "Data Universal Numbering System", nullable=True),
        "eori": Field(S, "EORI number", nullable=True),
        "scac": Field(S, "Standard Carrier Alpha Code", nullable=True),
        "apcs": Field(S, "APCS code", nullable=True),
        "externalId": Field(S, "Identifier shared with C-point", nullable=True),
    },
)
SEARCH_FILTER = Model(
    "SearchFilter",
    {
        "eori": Field(S, "As asked", nullable=True),
        "duns": Field(S, "As asked", nullable=True),
        "vat": Field(S, "As asked", nullable=True),
        "nxtEntityId": Field(S, "As asked", nullable=True),
        "entityName": Field(S, "As asked", nullable=True),
        "apcsCode": Field(S, "As asked", nullable=True),
        "page": Field(Kind.INTEGER, "1 by default"),
        "pageSize": Field(Kind.INTEGER, "25 by default"),
    },
)
ENTITIES = Model(
    "Entities",
    {
        "searchFilter": Field(SEARCH_FILTER, "What was asked"),
        "phoneBookItems": Field(PHONE_BOOK_ITEM, "The companies that were found", many=True),
        "totalRows": Field(Kind.INTEGER, "How many were found in all"),
        "totalPages": Field(Kind.INTEGER, "On how many pages"),
        "publicReferenceId": Field(S, "GUID of this call"),
        "externalReferenceId": Field(S, "Your own reference", nullable=True),
    },
)
NOTIFICATION = Model(
    "StoredNotification",
    {
        "nxtEntityId": Field(S, "The company that was told: yours", nullable=True),
        "equipmentNumber": Field(S, "Container number", nullable=True),
        "publicReferenceId": Field(S, "GUID of the call that caused it"),
        "releaseId": Field(S, "GUID of the release right", nullable=True),
        "externalReferenceId": Field(S, "The reference of whoever caused it", nullable=True),
        "storedOn": Field(Kind.DATE_TIME, "When it was stored, UTC"),
        "message": Field(S, "The notification, as JSON in a string"),
        "type": Field(S, "ReleaseLight, ReleaseRight or TerminalEvent"),
        "event": Field(S, "Event of the notification"),
    },
)
RECEIPT_EXAMPLE = {
    "publicReferenceId": "5f0b7c1e-3c1d-4b52-9a57-0d8f6a2b9c11",
    "externalReferenceId": "MYREF-000123",
}
ENTITIES_EXAMPLE = {
    "searchFilter": {
        "eori": None,
        "duns": None,
        "vat": None,
        "nxtEntityId": "NXT221111111",
        "entityName": None,
        "apcsCode": None,
        "page": 1,
        "pageSize": 25,
    },
    "phoneBookItems": [
        {
            "apcsCode": "EXAMPLE1",
            "addresses": [
                {
                    "addressTypeCode": "1",
                    "street": "Kaai 1",
                    "postalCode": "2000",
                    "city": "Antwerpen",
                    "country": "BE",
                    "contactName": "Desk",
                    "contactEmail": "desk@example.org",
                }
            ],
            "nxtEntityId": "NXT221111111",
            "name": "Example Forwarding",
            "vat": "BE0123456749",
            "duns": None,
            "eori": "BE0123456749",
            "scac": None,
            "apcs": "EXAMPLE1",
            "externalId": None,
        }
    ],
    "totalRows": 1,
    "totalPages": 1,
    "publicReferenceId": "0d6a5d1a-7a3f-4f0e-9a12-65a7a1f6e001",
    "externalReferenceId": None,
}
NOTIFICATION_EXAMPLE = {
    "nxtEntityId": "NXT220000000",
    "equipmentNumber": "CAIU7654321",
    "publicReferenceId": "5f0b7c1e-3c1d-4b52-9a57-0d8f6a2b9c11",
    "releaseId": "8a1c8f0e-52f4-4a39-9a7e-1f6f0f3c2b10",
    "externalReferenceId": "MYREF-000123",
    "storedOn": "2026-03-01T08:00:01.1234560Z",
    "message": '{"assetId":"00000000-0000-0001-0000-000000000037","event":"ReleaseLightChanged"}',
    "type": "ReleaseLight",
    "event": "ReleaseLightChanged",
}
