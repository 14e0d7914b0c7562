"""What companies used before, imported from the command line; and what their calls add to it."""

from datetime import UTC, date, datetime, timedelta

import pytest
from click.testing import CliRunner

from sluis.apis.parcels.rules.usage import Effect
from sluis.server.actions.actor import COMMAND, NotAllowed, Refused
from sluis.server.actions.import_usage import import_usage, rehearse_usage
from sluis.server.actions.open_account import make_customer, open_account
from sluis.server.answers import versions
from sluis.server.cli import import_data
from sluis.server.models import AuditEntry, VersionInUse
from tests.server import people
from tests.server.calls import called
from tests.server.parcels import BARCODE, carrier

HEAD = "company,api,version,last used\n"


@pytest.fixture
def world(db):
    return carrier()


@pytest.fixture
def run(world, monkeypatch, tmp_path):
    """Return a function that runs `sluis import` on a file with this text."""
    monkeypatch.setattr(import_data, "started", lambda: None)

    def invoke(text, *options):
        path = tmp_path / "usage.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        done = CliRunner().invoke(import_data.import_command, [*options, str(path)])
        return done.exit_code, done.output

    return invoke


def kept(world):
    rows = VersionInUse.objects.filter(organisation=world.shop).order_by("api", "version", "source")
    return [(row.api, row.version, row.source, row.last_used) for row in rows]


def test_imports_by_number_by_code_and_by_name(world, run):
    rows = [
        "10203040,Barcode,1_1,2024-03-01",
        "kade,Labelling,2_1,2024-03-02",
        "De Kade,Confirming,1_8,2024-03-03",
    ]
    assert run(HEAD + "\n".join(rows), "--usage", "parcels")[0] == 0
    assert kept(world) == [
        ("barcode", "1_1", "legacy", date(2024, 3, 1)),
        ("confirming", "1_8", "legacy", date(2024, 3, 3)),
        ("labelling", "2_1", "legacy", date(2024, 3, 2)),
    ]


def test_again_it_keeps_the_later_day(world, run):
    for day in ("2024-03-05", "2024-03-09", "2024-03-01"):
        run(f"{HEAD}KADE,Barcode,1_1,{day}", "--usage", "parcels")
    assert kept(world) == [("barcode", "1_1", "legacy", date(2024, 3, 9))]


def test_of_a_file_with_a_fault_nothing_is_kept(world, run):
    rows = "KADE,Barcode,1_1,2024-03-01\nNOBODY,Barcode,1_1,2024-03-01\nKADE,Bar,1_1,2024-03-01\n"
    code, said = run(HEAD + rows, "--usage", "parcels")
    assert code == 1
    assert "Line 3: There is no company 'NOBODY'." in said
    assert "Line 4: There is no API 'Bar'." in said
    assert kept(world) == []


def test_a_long_list_of_faults_is_cut_short(world, run):
    _, said = run(HEAD + "NOBODY,Barcode,1_1,2024-03-01\n" * 25, "--usage", "parcels")
    assert "Line 21:" in said
    assert "Line 22:" not in said
    assert "And 5 more." in said


def test_a_name_that_two_companies_have_is_of_neither(world):
    make_customer(
        actor=COMMAND,
        provider=world.provider,
        name="De Kade",
        identifiers={"CustomerCode": "TWIN", "CustomerNumber": "7"},
    )
    with pytest.raises(Refused, match="no company 'De Kade'"):
        import_usage(
            actor=COMMAND,
            provider=world.provider,
            content=f"{HEAD}De Kade,Barcode,1_1,2024-03-01".encode(),
        )


@pytest.mark.parametrize(
    ("text", "options", "why"),
    [
        (b"\xff\xfe", ["--usage", "parcels"], "The file is no text in UTF-8."),
        (HEAD, ["--usage", "parcels"], "There are no rows under the first line."),
        ("company\n", ["--usage", "parcels"], "Look at: api, version, last used."),
        (HEAD + '"KADE', ["--usage", "parcels"], "Up to line 2 a quotation mark"),
        (HEAD + "\n" * 100_001, ["--usage", "parcels"], "more than 100,000 rows"),
        (HEAD, ["--usage", "port"], "no register of versions of 'port'"),
        (HEAD, ["--usage", "parcels", "--api", "meteo"], "Give --api and --environment"),
        (HEAD, [], "Give --api and --environment"),
    ],
)
def test_refuses(run, text, options, why):
    code, said = run(text, *options)
    assert code != 0
    assert why in said


def test_only_the_desk_imports(world):
    of_list = {"provider": world.provider, "content": f"{HEAD}KADE,Barcode,1_1,2024-03-01".encode()}
    assert import_usage(actor=world.desk, **of_list).counted() == {Effect.NEW: 1}
    people.person("sam", world.shop, "administrator")
    for act in (import_usage, rehearse_usage):
        with pytest.raises(NotAllowed):
            act(actor=world.actor("sam"), **of_list)


def test_a_rehearsal_says_what_an_import_does_and_does_nothing(world):
    def of(act, *rows):
        content = (HEAD + "\n".join(rows)).encode()
        done = act(actor=world.desk, provider=world.provider, content=content)
        return [effect for _row, effect in done.rows]

    first = ("KADE,Barcode,1_1,2024-03-05", "De Kade,Labelling,2_1,2024-03-05")
    assert of(rehearse_usage, *first) == [Effect.NEW, Effect.NEW]
    assert kept(world) == []
    assert of(import_usage, *first) == [Effect.NEW, Effect.NEW]
    again = ("KADE,Barcode,1_1,2024-03-09", "KADE,Barcode,1.1,2024-03-08", first[1])
    effects = [Effect.LATER, Effect.TWICE, Effect.KNOWN]
    assert of(rehearse_usage, *again) == effects
    assert of(import_usage, *again) == effects
    assert [day.day for *_, day in kept(world)] == [9, 5]


def test_an_import_is_written_down_with_how_much_it_brought(world):
    content = (HEAD + "KADE,Barcode,1_1,2024-03-05\nKADE,Barcode,1_1,2024-03-01").encode()
    import_usage(actor=world.desk, provider=world.provider, content=content)
    entry = AuditEntry.objects.get(action="usage.import")
    assert (entry.environment, entry.details) == ("parcels", {"rows": 2, "new": 1, "later": 0})


def test_an_import_leaves_alone_what_calls_showed(world):
    called(world.shop, ago=0, **BARCODE)
    open_account(actor=world.desk, provider=world.provider, organisation=world.shop)
    versions.keep_seen()
    content = (HEAD + "KADE,Barcode,1_1,2024-03-05").encode()
    import_usage(actor=world.desk, provider=world.provider, content=content)
    assert [row[2] for row in kept(world)] == ["legacy", "traffic"]


def test_calls_show_a_version_in_use_at_once(world):
    assert versions.in_use(world.shop) == {}
    called(world.shop, 400, "malformed", ago=0, **BARCODE)
    assert versions.in_use(world.shop) == {}
    called(world.shop, ago=timedelta(days=2).total_seconds(), **BARCODE)
    day = (datetime.now(UTC) - timedelta(days=2)).date()
    assert versions.in_use(world.shop) == {"barcode": [("1_1", day, "traffic")]}


def test_what_was_called_stays_known_when_the_records_are_gone(world):
    open_account(actor=world.desk, provider=world.provider, organisation=world.shop)
    called(world.shop, ago=0, **BARCODE)
    versions.keep_seen()
    versions.keep_seen()
    (row,) = kept(world)
    assert row[:3] == ("barcode", "1_1", "traffic")
