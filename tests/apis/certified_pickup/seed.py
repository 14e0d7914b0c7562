"""What seed 001 prints: its template filled in with the identities of its bulk example."""

RELEASE = {
    "releaseIdentification": "ReleaseID7654321",
    "releaseOrderReference": "",
    "emptyReturnReference": "",
    "equipmentSupplier": "",
    "equipmentStatus": "",
    "fullEmptyIndicator": "",
    "equipmentOperator": "",
    "vesselName": "",
    "vesselNumber": "",
    "stayNumber": "",
    "vesselCallSign": "",
    "voyageNumber": "",
    "equipmentType": "",
    "isCarrierHaulage": None,
    "meansOfTransport": "",
    "billOfLadingNumbers": ["BL1234567", ""],
    "terminalCode": "01700",
    "actionType": "Release",
    "carrier": {"identificationType": "", "identificationCode": ""},
    "releaseTo": {"identificationType": "", "identificationCode": ""},
    "releaseDateTimeUtc": "",
    "expirationDateTimeUtc": "",
    "equipmentNumber": "CAIU7654321",
    "portLoCode": "BEANR",
}
SWITCH = {
    "releaseIdentification": "ReleaseID7654321",
    "equipmentNumber": "CAIU7654321",
    "equipmentType": "",
    "billOfLadingNumbers": ["BL1234567", ""],
    "portLoCode": "BEANR",
    "terminalCode": "01700",
    "actionType": "Block",
}
RIGHT = {
    "releaseIdentification": "ReleaseID7654321",
    "equipmentNumber": "CAIU7654321",
    "billOfLadingNumbers": ["BL1234567", ""],
    "portLoCode": "BEANR",
    "terminalCode": "01700",
    "carrier": {"identificationType": "", "identificationCode": ""},
    "actionType": "Transfer",
    "reasonForAction": "",
    "releaseFrom": {"identificationType": "", "identificationCode": ""},
    "releaseTo": {"identificationType": "NxtEntityId", "identificationCode": "NXT221111111"},
}
# To the letter.
BULK = {
    "portLoCode": "BEANR",
    "releaseRights": [
        {
            "releaseFrom": {
                "identificationType": "NxtEntityId",
                "identificationCode": "NXT220000000",
            },
            "releaseTo": {
                "identificationType": "NxtEntityId",
                "identificationCode": "NXT221111111",
            },
            "terminalCode": "01700",
            "billOfLadingNumbers": ["BL1234567"],
            "equipmentNumber": "CAIU7654321",
            "releaseIdentification": "ReleaseID7654321",
        },
        {
            "releaseFrom": {
                "identificationType": "NxtEntityId",
                "identificationCode": "NXT220000000",
            },
            "releaseTo": {
                "identificationType": "NxtEntityId",
                "identificationCode": "NXT221111111",
            },
            "terminalCode": "01700",
            "billOfLadingNumbers": ["BL11223344"],
            "equipmentNumber": "CAIU1234567",
            "releaseIdentification": "ReleaseID1234567",
        },
    ],
    "actionType": "Transfer",
}
OTHER_RELEASE = RELEASE | {
    "releaseIdentification": "ReleaseID1234567",
    "billOfLadingNumbers": ["BL11223344"],
    "equipmentNumber": "CAIU1234567",
}
# The wire strings that it prints as real text.
MISMATCH = (
    "Route parameter 'PortLoCode' does not match with PortLoCode from body;"
    "Route parameter 'EquipmentNumber' does not match with EquipmentNumber from body"
)
INVALID_KEY = {
    "statusCode": 401,
    "message": "Access denied due to invalid subscription key."
    " Make sure to provide a valid key for an active subscription.",
}
FAULT_TEXT = (
    "An unexpected error has occured, please try again later."
    " If the problem persists, please contact NxtPort Support."
)
PAGE_TEXT = "'Page' must be greater than or equal to '1'."
