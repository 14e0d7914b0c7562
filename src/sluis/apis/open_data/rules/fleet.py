"""The ships that call at the port, made up: none of them exists.

Their IMO numbers pass the check digit and begin with a 4, which was never issued; their MMSI
numbers and call signs begin as those of their flag do.
"""

from dataclasses import dataclass
from functools import lru_cache

from sluis.apis.open_data.rules.chance import between, pick
from sluis.apis.open_data.rules.places import BULK, CONTAINERS, GENERAL, ROLLING, TANKER

FIRST_NAMES = tuple(
    "Aurora Baltic Cormoran Dunya Estella Fjordia Gavia Helios Isolde Juniper Kestrel Lumina "
    "Meridian Nerissa Ostrea Pelagia Quenta Rosmarin Solveig Thalassa Umbria Valdora Wavemark "
    "Zephyra".split()
)
LAST_NAMES = tuple(
    "Anchor Bay Courier Dawn Endeavour Fortune Grace Harmony Journey Kindness Legacy Mariner "
    "North Odyssey Patience Quest River Spirit Trader Venture".split()
)
SHIPS = len(FIRST_NAMES) * len(LAST_NAMES)


@dataclass(frozen=True, slots=True)
class Flag:
    code: str
    mmsi: str
    call_sign: str


FLAGS = (
    Flag("BE", "205", "ON"),
    Flag("NL", "244", "PB"),
    Flag("DE", "211", "DA"),
    Flag("DK", "219", "OU"),
    Flag("NO", "257", "LA"),
    Flag("PT", "255", "CQ"),
    Flag("MT", "249", "9H"),
    Flag("BS", "311", "C6"),
    Flag("LR", "636", "D5"),
    Flag("MH", "538", "V7"),
    Flag("PA", "352", "3E"),
    Flag("SG", "563", "9V"),
    Flag("HK", "477", "VR"),
)


@dataclass(frozen=True, slots=True)
class Build:
    """What ships of one kind have in common: words for the wire and ranges of size."""

    cargo: str
    ship_type: str
    length: tuple[int, int]  # metres
    slenderness: float  # length over breadth
    draught: tuple[int, int]  # decimetres
    crew: tuple[int, int]
    hours_in_port: tuple[int, int]


CONTAINER_SHIP = Build(CONTAINERS, "Container ship", (160, 399), 6.6, (85, 155), (18, 27), (26, 48))
TANKER_SHIP = Build(TANKER, "Chemical tanker", (90, 245), 5.9, (55, 130), (14, 26), (28, 54))
BULK_CARRIER = Build(BULK, "Bulk carrier", (150, 290), 6.2, (80, 150), (18, 25), (36, 56))
ROLLING_SHIP = Build(ROLLING, "Ro-ro cargo ship", (140, 235), 6.5, (60, 95), (16, 26), (26, 40))
GENERAL_SHIP = Build(GENERAL, "General cargo ship", (85, 200), 6.0, (50, 100), (8, 20), (30, 54))
# As often as they stand here.
BUILDS = (
    *(CONTAINER_SHIP,) * 8,
    *(TANKER_SHIP,) * 6,
    *(BULK_CARRIER,) * 2,
    *(ROLLING_SHIP,) * 2,
    *(GENERAL_SHIP,) * 3,
)


@dataclass(frozen=True, slots=True)
class Ship:
    name: str
    imo: str
    mmsi: str
    call_sign: str
    flag: str
    gross_tonnage: int
    length: float
    breadth: float
    draught: float
    crew: int
    build: Build


@lru_cache(maxsize=1024)
def ship(seed: str, number: int) -> Ship:
    """Return one of the ships of this world, numbered from 0 up to SHIPS."""
    about = (seed, "ship", number)
    flag, build = pick(FLAGS, *about, "flag"), pick(BUILDS, *about, "build")
    length = between(*build.length, *about, "length") + between(0, 9, *about, "decimetre") / 10
    breadth = round(length / build.slenderness, 1)
    return Ship(
        name=f"{FIRST_NAMES[number % 24]} {LAST_NAMES[number // 24]}",
        imo=with_check_digit(400_000 + (between(0, 90_000, seed, "imo") + 13 * number) % 100_000),
        mmsi=flag.mmsi + f"{between(0, 999_999, *about, 'mmsi'):06}",
        call_sign=call_sign(flag, *about),
        flag=flag.code,
        gross_tonnage=round(length * breadth * breadth * 0.145),
        length=length,
        breadth=breadth,
        draught=between(*build.draught, *about, "draught") / 10,
        crew=between(*build.crew, *about, "crew"),
        build=build,
    )


def call_sign(flag: Flag, *about: object) -> str:
    letters = "ABCDEFGHJKLMNPQRSTUVWXYZ"
    return flag.call_sign + pick(letters, *about, "letter") + str(between(2, 9, *about, "digit"))


def with_check_digit(serial: int) -> str:
    """Return an IMO number: six digits, and the last one of their sum weighted 7 down to 2."""
    digits = f"{serial:06}"
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(7, 1, -1), strict=True))
    return digits + str(total % 10)


def captain(seed: str, number: int) -> str:
    initial = pick("ABDEGHJKLMNPRSTW", seed, "initial", number)
    return f"{initial}. {pick(CAPTAINS, seed, 'captain', number)}"


CAPTAINS = tuple(
    "Aalbers Brandsma Castelein Dewulf Eriksen Ferreira Grabowski Hakkarainen Iversen Janssens "
    "Kowal Lindqvist Moreau Nowicki Oliveira Petrov Reyes Santos Torvald Vermeersch".split()
)
