"""Places in and around the port of Antwerp, by their real names.

Names, UN/LOCODEs and the terminals of the ETA API are real; positions are taken from the map
to about two hundred metres, and codes that the platform never published are ours.
"""

from typing import NamedTuple


class Place(NamedTuple):
    code: str
    name: str
    latitude: float
    longitude: float


class Station(NamedTuple):
    name: str
    description: str
    latitude: float
    longitude: float
    exposure: float  # to the wind, as a factor on that over open land


class Port(NamedTuple):
    code: str
    name: str


class Lock(NamedTuple):
    place: Place
    doors: tuple[Place, ...]  # from the river to the docks


class Berth(NamedTuple):
    code: str
    name: str
    port: str
    terminal: str
    terminal_name: str
    operator: str
    lock: str | None  # None at a quay on the tide
    cargo: str


STATIONS = (
    Station("Prosperpolder", "Meteopaal Prosperpolder, Schelde", 51.3480, 4.2382, 1.15),
    Station("Zandvlietsluis", "Zandvlietsluis, kop Schelde", 51.3441, 4.2790, 1.12),
    Station("Liefkenshoek", "Fort Liefkenshoek, Schelde", 51.2962, 4.2868, 1.08),
    Station("Deurganckdok", "Deurganckdok, kop", 51.2978, 4.2641, 1.10),
    Station("Kieldrechtsluis", "Kieldrechtsluis, kop Waaslandkanaal", 51.2787, 4.2476, 1.03),
    Station("Boudewijnsluis", "Boudewijnsluis, kop Schelde", 51.2829, 4.3233, 1.04),
    Station("Kallosluis", "Kallosluis, kop Schelde", 51.2642, 4.2985, 1.02),
    Station("Royerssluis", "Royerssluis, kop Schelde", 51.2350, 4.3985, 0.92),
)

BRIDGES = (
    Place("ZAN", "Zandvlietbrug", 51.3452, 4.2830),
    Place("FRH", "Frederik-Hendrikbrug", 51.3416, 4.2876),
    Place("BER", "Berendrechtbrug", 51.3473, 4.2852),
    Place("OUD", "Oudendijkbrug", 51.3431, 4.2905),
    Place("LIL", "Lillobrug", 51.2846, 4.3258),
    Place("KRU", "Kruisschansbrug", 51.2793, 4.3321),
    Place("MEE", "Meestoofbrug", 51.2812, 4.3297),
    Place("FAR", "Farnesebrug", 51.2650, 4.2962),
    Place("MEL", "Melselebrug", 51.2631, 4.2907),
    Place("NKB", "Noordkasteelbrug", 51.2412, 4.3789),
    Place("WIL", "Wilmarsdonkbrug", 51.2610, 4.3908),
    Place("MEX", "Mexicobrug", 51.2377, 4.4072),
    Place("SIB", "Siberiabrug", 51.2409, 4.4127),
    Place("LON", "Londenbrug", 51.2325, 4.4068),
)


def lock(code: str, name: str, river: tuple[float, float], docks: tuple[float, float]) -> Lock:
    """Return a lock with a door at the river and one at the docks, itself half-way."""
    middle = [round((one + other) / 2, 4) for one, other in zip(river, docks, strict=True)]
    doors = (Place(f"{code}-1", f"{name}, Schelde", *river), Place(f"{code}-2", name, *docks))
    return Lock(Place(code, name, *middle), doors)


LOCKS = (
    lock("ZVS", "Zandvlietsluis", (51.3450, 4.2818), (51.3419, 4.2872)),
    lock("BES", "Berendrechtsluis", (51.3472, 4.2839), (51.3433, 4.2902)),
    lock("BOS", "Boudewijnsluis", (51.2826, 4.3253), (51.2807, 4.3300)),
    lock("VCS", "Van Cauwelaertsluis", (51.2812, 4.3262), (51.2795, 4.3308)),
    lock("ROS", "Royerssluis", (51.2347, 4.4000), (51.2352, 4.4029)),
    lock("KAS", "Kallosluis", (51.2648, 4.2969), (51.2632, 4.2910)),
    lock("KIS", "Kieldrechtsluis", (51.2818, 4.2519), (51.2781, 4.2455)),
)

DOCKS = (
    Place("DGD", "Deurganckdok", 51.2880, 4.2590),
    Place("DLW", "Delwaidedok", 51.3355, 4.3010),
    Place("DOD", "Doeldok", 51.2720, 4.2480),
    Place("VBD", "Verrebroekdok", 51.2560, 4.2280),
    Place("VRD", "Vrasenedok", 51.2520, 4.2560),
    Place("WLK", "Waaslandkanaal", 51.2640, 4.2640),
    Place("KB1", "Kanaaldok B1", 51.2950, 4.3330),
    Place("KB2", "Kanaaldok B2", 51.3130, 4.3160),
    Place("KB3", "Kanaaldok B3", 51.3290, 4.3000),
    Place("CHD", "Churchilldok", 51.2760, 4.3600),
    Place("HAN", "Hansadok", 51.2680, 4.3560),
    Place("LEO", "Leopolddok", 51.2560, 4.3770),
    Place("ZHD", "Zesde Havendok", 51.2720, 4.3790),
    Place("MAR", "Marshalldok", 51.2620, 4.3420),
    Place("ALB", "Albertdok", 51.2500, 4.3950),
    Place("AME", "Amerikadok", 51.2380, 4.4000),
)

ANTWERP = Port("BEANR", "Antwerpen")
ZEEBRUGGE = Port("BEZEE", "Zeebrugge")

PORTS = (
    Port("GBFXT", "Felixstowe"),
    Port("DEHAM", "Hamburg"),
    Port("NLRTM", "Rotterdam"),
    Port("FRLEH", "Le Havre"),
    Port("DEBRV", "Bremerhaven"),
    Port("GBLGP", "London Gateway"),
    Port("GBSOU", "Southampton"),
    Port("NLVLI", "Vlissingen"),
    Port("FRDKK", "Dunkerque"),
    Port("GBIMM", "Immingham"),
    Port("GBTEE", "Teesport"),
    Port("SEGOT", "Göteborg"),
    Port("NOBGO", "Bergen"),
    Port("PLGDN", "Gdańsk"),
    Port("DKAAR", "Aarhus"),
    Port("IEDUB", "Dublin"),
    Port("ESBIO", "Bilbao"),
    Port("PTLEI", "Leixões"),
)

CONTAINERS, TANKER, BULK, ROLLING, GENERAL = "containers", "tanker", "bulk", "rolling", "general"


def quay(number: int, dock: str, lock: str | None, cargo: str, operator: str = "") -> Berth:
    """Return a quay of Antwerp; its terminal has the code and name of the ETA API, if any."""
    terminal, berth = f"K{number}", f"BEANR{number:05}"
    name = f"{dock}, kaai {number}"
    return Berth(berth, name, "BEANR", terminal, f"Terminal {terminal}", operator, lock, cargo)


BERTHS = (
    quay(1700, "Deurganckdok", None, CONTAINERS, "DPW"),
    quay(1718, "Deurganckdok", None, CONTAINERS, "MPET"),
    quay(1742, "Deurganckdok", None, CONTAINERS, "MPET"),
    quay(913, "Europaterminal", None, CONTAINERS, "PSA"),
    quay(869, "Noordzeeterminal", None, CONTAINERS, "PSA"),
    quay(725, "Kanaaldok B3", "BES", TANKER),
    quay(643, "Kanaaldok B2", "ZVS", TANKER),
    quay(447, "Kanaaldok B1", "BOS", TANKER),
    quay(510, "Marshalldok", "VCS", TANKER),
    quay(706, "Delwaidedok", "BES", BULK),
    quay(466, "Churchilldok", "BOS", BULK),
    quay(1227, "Verrebroekdok", "KIS", ROLLING),
    quay(1333, "Verrebroekdok", "KIS", ROLLING),
    quay(1103, "Vrasenedok", "KAS", GENERAL),
    quay(420, "Zesde Havendok", "ZVS", GENERAL),
    quay(208, "Leopolddok", "VCS", GENERAL),
)
ZEEBRUGGE_BERTH = Berth(
    code="BEZEE00120",
    name="Albert II-dok, kaai 120-124",
    port="BEZEE",
    terminal="K120-K124",
    terminal_name="CSP Zeebrugge Terminal",
    operator="CSPZ",
    lock=None,
    cargo=CONTAINERS,
)

ENTRY_POINTS = (Port("WAN", "Wandelaar"), Port("SBK", "Steenbank"))
