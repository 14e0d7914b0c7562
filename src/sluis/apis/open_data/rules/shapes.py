"""The shapes that the open data APIs return, member by member, by their names on the wire.

Times are UTC in RFC 3339, to the second, everywhere but in the ETA API.
"""

from sluis.core.api import Field, Kind, Model

BRIDGE_STATES = ("GOING_UP", "GOING_DOWN", "UP", "DOWN", "UNKNOWN", "NO_DATA")
DOOR_STATES = ("OPENING", "CLOSING", "OPEN", "CLOSED", "UNKNOWN", "NO_DATA")
OPERATIONAL_STATES = ("WORKING", "MALFUNCTIONING", "OUT_OF_ORDER", "NO_DATA")


def text(description: str, *, nullable: bool = False, example: str | None = None) -> Field:
    return Field(Kind.STRING, description, nullable=nullable, example=example)


def time(description: str, *, nullable: bool = False) -> Field:
    return Field(Kind.DATE_TIME, description, nullable=nullable, example="2024-03-01T05:10:00Z")


def number(description: str, *, nullable: bool = False, example: float | None = None) -> Field:
    return Field(Kind.NUMBER, description, nullable=nullable, example=example)


def whole(description: str, *, nullable: bool = False, example: int | None = None) -> Field:
    return Field(Kind.INTEGER, description, nullable=nullable, example=example)


SHIP_OF_STAY = Model(
    "StayShip",
    {
        "imo_number": text("IMO number, seven digits", example="9074729"),
        "call_sign": text("Call sign of the ship's radio", nullable=True, example="ONEX"),
        "ship_type": text("Type of ship, in words", nullable=True, example="Container ship"),
        "ship_name": text("Name of the ship", nullable=True, example="MV EXAMPLE"),
    },
)
STAY = Model(
    "Stay",
    {
        "stay_number": text("Number of the stay, unique and never used again", example="241234"),
        "stay_start": time("When the ship entered the port; null before that", nullable=True),
        "stay_end": time("When the ship left the port; null before that", nullable=True),
        "etd": time("When the ship is expected to leave its last berth", nullable=True),
        "previous_port_of_call": text(
            "UN/LOCODE of the port the ship comes from", nullable=True, example="GBFXT"
        ),
        "next_port_of_call": text(
            "UN/LOCODE of the port the ship goes to", nullable=True, example="DEHAM"
        ),
        "cbs_entry_point": text(
            "Code of the point where the ship comes in from sea (CBS: the common nautical"
            " authority of the Scheldt)",
            nullable=True,
            example="WAN",
        ),
        "cbs_entry_point_eta": time(
            "When the ship is expected at the point of entry", nullable=True
        ),
        "berth_at_arrival": text(
            "Code of the berth the ship comes to", nullable=True, example="BEANR01700"
        ),
        "berth_at_departure": text(
            "Code of the berth the ship leaves from", nullable=True, example="BEANR01700"
        ),
        "ship": Field(SHIP_OF_STAY, "The ship that stays"),
    },
    always=frozenset({"stay_number"}),
)

SHIP_OF_VOYAGE = Model(
    "VoyageShip",
    {
        "ship_name": text("Name of the ship", nullable=True, example="MV EXAMPLE"),
        "imo_number": text("IMO number, seven digits", example="9074729"),
        "mmsi_number": text("MMSI number, nine digits", nullable=True, example="205123000"),
        "call_sign": text("Call sign of the ship's radio", nullable=True, example="ONEX"),
        "flag_code": text("Country of the flag, ISO 3166 alpha-2", nullable=True, example="BE"),
        "ship_type": text("Type of ship, in words", nullable=True, example="Container ship"),
        "gross_tonnage": whole("Gross tonnage, without a unit", nullable=True, example=94000),
    },
)
PERSONS_ON_BOARD = Model(
    "PersonsOnBoard",
    {
        "name_captain": text("Name of the captain", nullable=True, example="J. Janssens"),
        "crew_members_count": whole("Members of the crew", nullable=True, example=21),
        "passengers_count": whole("Passengers", nullable=True, example=0),
        "sent": Field(Kind.BOOLEAN, "Whether the list of persons was handed in", nullable=True),
    },
)
PASSAGE = Model(
    "Passage",
    {
        "location": text("Code of the point that was passed", example="VLI"),
        "pt": time("When the ship passed it"),
    },
)
LOCK_ON_THE_WAY = Model(
    "LockOnTheWay",
    {
        "lock_code": text("Code of the lock", example="ZVS"),
        "direction": text("IN to the docks or OUT of them", nullable=True, example="IN"),
    },
)
TRAVEL_PLAN = Model(
    "TravelPlan",
    {
        "time": time("The planned time"),
        "time_type": text("What is planned: ETA, arrival, or ETD, departure", example="ETA"),
        "location": text("Code of the place", nullable=True, example="BEANR01700"),
        "location_name": text("Name of the place", nullable=True, example="Deurganckdok"),
        "source": text("Who planned it", nullable=True, example="AGENT"),
    },
)
VOYAGE = Model(
    "Voyage",
    {
        "voyage_number": text("Number of the voyage, unique", example="24123401"),
        "stay_number": text("Number of the stay it is part of", example="241234"),
        "sequence_in_stay": whole("Place in the order of the stay's voyages, from 1", example=1),
        "operational_length": number("Length over all, in metres", nullable=True, example=366.0),
        "operational_breadth": number("Greatest breadth, in metres", nullable=True, example=48.2),
        "operational_draught_bow": number("Draught at the bow, in metres", nullable=True),
        "operational_draught_stern": number("Draught at the stern, in metres", nullable=True),
        "agent": text("Code of the ship's agent", nullable=True, example="AGT01"),
        "agent_name": text("Name of the ship's agent", nullable=True),
        "previous_port_of_call": text("UN/LOCODE of the previous port of call", nullable=True),
        "previous_port_of_call_name": text("Name of the previous port of call", nullable=True),
        "next_port_of_call": text("UN/LOCODE of the next port of call", nullable=True),
        "next_port_of_call_name": text("Name of the next port of call", nullable=True),
        "port_of_origin": text("UN/LOCODE of the port where the voyage starts", nullable=True),
        "port_of_origin_name": text("Name of the port where the voyage starts", nullable=True),
        "port_of_destination": text("UN/LOCODE of the port where the voyage ends", nullable=True),
        "port_of_destination_name": text("Name of the port where the voyage ends", nullable=True),
        "cbs_entry_point": text("Code of the point of entry from sea", nullable=True),
        "cbs_entry_point_name": text("Name of the point of entry from sea", nullable=True),
        "cbs_entry_point_eta": time("When the ship is expected at the entry", nullable=True),
        "cbs_exit_point": text("Code of the point of exit to sea", nullable=True),
        "cbs_exit_point_name": text("Name of the point of exit to sea", nullable=True),
        "cbs_exit_point_ata": time("When the ship passed the point of exit", nullable=True),
        "stay_start": time("When the ship entered the port", nullable=True),
        "stay_end": time("When the ship left the port", nullable=True),
        "voyage_start": time("When the voyage started; null before that", nullable=True),
        "voyage_end": time("When the voyage ended; null before that", nullable=True),
        "passage_point_eta": text("Code of the next point on the way", nullable=True),
        "passage_point_eta_name": text("Name of the next point on the way", nullable=True),
        "eta": time("When the voyage is expected to end, newest estimate", nullable=True),
        "passage_point_ata": text("Code of the point passed last", nullable=True),
        "passage_point_ata_name": text("Name of the point passed last", nullable=True),
        "ata": time("When the point passed last was passed", nullable=True),
        "etd": time("When the voyage is expected to start, newest estimate", nullable=True),
        "stay_cancelled": time("When the stay was cancelled; null if it was not", nullable=True),
        "stay_cancelled_reason": text("Why the stay was cancelled", nullable=True),
        "voyage_cancelled": time("When the voyage was cancelled; null if not", nullable=True),
        "voyage_cancelled_reason": text("Why the voyage was cancelled", nullable=True),
        "berth_of_origin": text("Code of the berth the ship leaves", nullable=True),
        "berth_of_origin_name": text("Name of the berth the ship leaves", nullable=True),
        "terminal_of_origin": text("Code of the terminal the ship leaves", nullable=True),
        "terminal_of_origin_name": text("Name of the terminal the ship leaves", nullable=True),
        "berth_of_destination_from": text(
            "Code of the first berth that the ship will lie at", nullable=True
        ),
        "berth_of_destination_from_name": text(
            "Name of the first berth that the ship will lie at", nullable=True
        ),
        "berth_of_destination_to": text(
            "Code of the last berth that the ship will lie at, the same when it needs one",
            nullable=True,
        ),
        "berth_of_destination_to_name": text(
            "Name of the last berth that the ship will lie at", nullable=True
        ),
        "terminal_of_destination": text("Code of the terminal of destination", nullable=True),
        "terminal_of_destination_name": text("Name of the terminal of destination", nullable=True),
        "mooring_side": text("Side of the ship at the quay: PORT or STARBOARD", nullable=True),
        "mooring_position": text("Bollard at which the bow lies", nullable=True, example="B42"),
        "route_category": text("INCOMING, SHIFT or OUTGOING", nullable=True, example="INCOMING"),
        "voyage_state": text("ANNOUNCED, UNDERWAY, COMPLETED or CANCELLED", nullable=True),
        "incoming_mode": text("NORMAL, or TIDAL when the ship has to wait for it", nullable=True),
        "ship": Field(SHIP_OF_VOYAGE, "The ship that sails"),
        "persons_on_board": Field(PERSONS_ON_BOARD, "Who is on board", nullable=True),
        "pts": Field(PASSAGE, "The points passed so far, in order", many=True),
        "locks": Field(LOCK_ON_THE_WAY, "The locks on the way, in order", many=True),
        "travel_plans": Field(TRAVEL_PLAN, "What is planned, in order", many=True),
    },
    always=frozenset({"voyage_number", "stay_number"}),
)

LATITUDE = number("Latitude in degrees, WGS 84", example=51.348)
LONGITUDE = number("Longitude in degrees, WGS 84", example=4.2382)
STATION = Model(
    "Station",
    {
        "name": text("Name of the station, as the parameter `location` takes it"),
        "description": text("What and where the station is", nullable=True),
        "latitude_wgs84": LATITUDE,
        "longitude_wgs84": LONGITUDE,
    },
    always=frozenset({"name"}),
)


def wind(what: str) -> Field:
    return number(f"{what}, in m/s to 0.1", nullable=True, example=7.4)


def force(what: str) -> Field:
    return whole(f"{what}, in Beaufort, 0 to 12", nullable=True, example=4)


def direction(what: str) -> Field:
    return number(f"{what}, in whole degrees from north, 0 to 359", nullable=True, example=225)


def warmth(what: str) -> Field:
    return number(f"{what}, in °C to 0.1", nullable=True, example=11.6)


AVERAGE = "Average wind speed over ten minutes"
SHIP_GUST = "Highest gust over ten minutes that a ship feels, averaged over 10 seconds"
GUST = "Highest gust over ten minutes, averaged over 3 seconds (the WMO's gust)"
LULL = "Lowest gust over ten minutes, averaged over 3 seconds"
READING = Model(
    "Reading",
    {
        "location": Field(STATION, "The station"),
        "poa_ingest_time_utc": time("When the reading was taken; once a minute"),
        "ws_600": wind(AVERAGE),
        "ws_ship_600": wind(SHIP_GUST),
        "ws_max_600": wind(GUST),
        "ws_min_600": wind(LULL),
        "ws_600_beaufort": force(AVERAGE),
        "ws_ship_600_beaufort": force(SHIP_GUST),
        "ws_max_600_beaufort": force(GUST),
        "ws_min_600_beaufort": force(LULL),
        "wr_600": direction("Where the wind came from on average over ten minutes"),
        "wr_10": direction("Where the wind came from on average over ten seconds"),
        "tt_600": warmth("Average temperature over ten minutes"),
        "tt_max_600": warmth("Highest temperature over ten minutes"),
        "tt_min_600": warmth("Lowest temperature over ten minutes"),
        "tt_10": warmth("Average temperature over the last ten seconds"),
    },
    always=frozenset({"location", "poa_ingest_time_utc"}),
)

OPERATIONAL = {
    "operational_state": Field(
        Kind.STRING,
        "Whether it can work; NO_DATA where nothing is known",
        values=OPERATIONAL_STATES,
        example="WORKING",
    ),
    "operational_state_since_in_utc": time("Since when that is so", nullable=True),
}
NOTHING_KNOWN = "UNKNOWN where the data makes no sense, NO_DATA where there is none"
BRIDGE = Model(
    "Bridge",
    {
        "bridge_id": text("Code of the bridge", example="LIL"),
        "description": text("Name of the bridge", nullable=True, example="Lillobrug"),
        "latitude_wgs84": LATITUDE,
        "longitude_wgs84": LONGITUDE,
        "state": Field(
            Kind.STRING,
            f"How the bridge stands: DOWN for the road, UP for ships; {NOTHING_KNOWN}",
            values=BRIDGE_STATES,
            example="DOWN",
        ),
        "state_since_in_utc": time("Since when it stands so", nullable=True),
        **OPERATIONAL,
    },
    always=frozenset({"bridge_id"}),
)
LOCK_DOOR = Model(
    "LockDoor",
    {
        "lock_door_id": text("Code of the door", example="ZVS-1"),
        "latitude_wgs84": LATITUDE,
        "longitude_wgs84": LONGITUDE,
        "state": Field(
            Kind.STRING,
            f"How the door stands: OPEN for ships; {NOTHING_KNOWN}",
            values=DOOR_STATES,
            example="CLOSED",
        ),
        "state_since_in_utc": time("Since when it stands so", nullable=True),
        **OPERATIONAL,
    },
    always=frozenset({"lock_door_id"}),
)
LOCK = Model(
    "Lock",
    {
        "lock_id": text("Code of the lock", example="ZVS"),
        "description": text("Name of the lock", nullable=True, example="Zandvlietsluis"),
        "latitude_wgs84": LATITUDE,
        "longitude_wgs84": LONGITUDE,
        "lock_doors": Field(LOCK_DOOR, "The doors, from the river to the docks", many=True),
    },
    always=frozenset({"lock_id"}),
)

INFRASTRUCTURE = Model(
    "Infrastructure",
    {
        "code": text("Code, as the parameter `infrastructureCode` takes it", example="DGD"),
        "description": text("Name of the dock", nullable=True, example="Deurganckdok"),
    },
    always=frozenset({"code"}),
)
MEASUREMENT = Model(
    "Measurement",
    {
        "code": text("Code of the infrastructure that was measured", example="DGD"),
        "path": Field(Kind.URI, "Link to the file; it works for a limited time"),
    },
    always=frozenset({"code"}),
)
MEASUREMENTS = Model(
    "Measurements",
    {"measurementDocumentPaths": Field(MEASUREMENT, "One link a survey", many=True)},
    always=frozenset({"measurementDocumentPaths"}),
)


def local_time(description: str) -> Field:
    return text(
        f"{description}, yyyy-MM-ddTHH:mm:ss on the clocks of Antwerp, without a zone",
        nullable=True,
        example="2023-07-27T20:24:00",
    )


VESSEL = Model(
    "VesselInfo",
    {
        "portLoCode": text("UN/LOCODE of the port: BEANR or BEZEE", example="BEANR"),
        "terminalOperatorCode": text("Company that operates the terminal", example="MPET"),
        "terminalCode": text("Terminal the ship calls at", example="K1742"),
        "vesselName": text("Name of the ship", example="MSC VITTORIA"),
        "imo": text("IMO number, seven digits", nullable=True, example="9299551"),
        "voyageOut": text("Number of the outgoing voyage", nullable=True, example="23001"),
        "eta": local_time("Expected time of arrival"),
        "ata": local_time("Actual time of arrival, null before it"),
        "etd": local_time("Expected time of departure"),
        "cargoOpening": local_time("From when the terminal takes cargo for this ship"),
        "cargoOpeningReefers": local_time("From when it takes refrigerated cargo"),
    },
    always=frozenset({"terminalCode", "voyageOut"}),
)
