"""Importing usage at the desk: looked at line by line first, and then all of it or nothing."""

import base64
import re
import zlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from sluis.core.attachment import FILE_BYTES
from sluis.server.models import VersionInUse
from tests.server.desk.floor import someone
from tests.server.parcels import carrier

PATH = "/desk/parcels/usage/"
HEAD = "company,api,version,last used\n"
GOOD = HEAD + "KADE,Barcode,1_1,2024-03-05\n10203040,Labelling,2_1,2024-03-06\n"

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    carrier()
    client.force_login(someone("floor"))
    return client


def chosen(desk, content, name="usage.csv"):
    given = content if isinstance(content, bytes) else content.encode()
    return desk.post(PATH, {"file": SimpleUploadedFile(name, given)}).text


def waiting(text):
    """Return what the page keeps of the file."""
    return re.search(r'name="packed" value="([^"]*)"', text)[1]


def imports(desk, packed):
    return desk.post(PATH, {"act": "import", "packed": packed}, follow=True).text


def counted(text):
    found = re.findall(r"<div><dt>([^<]*)</dt><dd>([^<]*)</dd></div>", text)
    return {word: int(number) for word, number in found}


def test_rehearses_and_then_imports(desk):
    text = chosen(desk, GOOD)
    assert "Nothing is imported yet." in text
    assert counted(text)["New"] == 2
    assert VersionInUse.objects.count() == 0
    assert "Imported: 2 new, 0 used later than we knew." in imports(desk, waiting(text))
    assert VersionInUse.objects.count() == 2
    assert "Versions in use: 2. Companies: 1." in desk.get(PATH).text


def test_says_what_becomes_of_each_line(desk):
    imports(desk, waiting(chosen(desk, GOOD)))
    rows = ("KADE,Barcode,1_1,2024-03-07", "KADE,Barcode,1_1,2024-03-05", GOOD.splitlines()[2])
    text = chosen(desk, HEAD + "\n".join(rows))
    assert counted(text) == {
        "New": 0,
        "Used later than we knew": 1,
        "Known already": 1,
        "Twice in the file": 1,
    }


def test_of_a_list_that_is_known_nothing_is_left_to_import(desk):
    imports(desk, waiting(chosen(desk, GOOD)))
    text = chosen(desk, GOOD)
    assert "there is nothing to import" in text
    assert 'name="packed"' not in text


def test_a_wrong_line_keeps_all_of_it_out(desk):
    text = chosen(desk, GOOD + "<b>NOBODY</b>,Barcode,1_1,31-02-2024\n")
    assert "There is no company &#x27;&lt;b&gt;NOBODY&lt;/b&gt;&#x27;." in text
    assert "&#x27;31-02-2024&#x27; is no day in the past" in text
    assert counted(text)["Wrong"] == 1  # two faults, one line
    assert 'name="packed"' not in text
    packed = base64.b64encode(zlib.compress((GOOD + "NOBODY,Barcode,1_1,2024-01-01").encode()))
    said = imports(desk, packed.decode())
    assert "Nothing was imported. Line 4: There is no company &#x27;NOBODY&#x27;." in said
    assert VersionInUse.objects.count() == 0


def test_a_long_list_is_shown_in_part_and_imported_whole(desk):
    text = chosen(desk, HEAD + "KADE,Barcode,1_1,2024-03-05\n" * 130)
    assert text.count("<tr role") == 101
    assert "And 30 more." in text
    assert chosen(desk, HEAD + "NOBODY,Barcode,1_1,2024-03-05\n" * 130).count("<tr role") == 101


@pytest.mark.parametrize(
    ("content", "why"),
    [
        pytest.param(b"", "Choose a CSV file with rows in it.", id="empty"),
        pytest.param(b"\x89PNG\r\n\x1a\n", "The file is no text in UTF-8.", id="a picture"),
        pytest.param(GOOD.encode("utf-16"), "The file is no text in UTF-8.", id="UTF-16"),
        pytest.param(b"company\n", "Look at: api, version, last used.", id="a column alone"),
        pytest.param(HEAD.encode(), "There are no rows under the first line.", id="no rows"),
        pytest.param(GOOD.encode() + b'"', "Up to line 4 a quotation mark", id="a quote"),
        pytest.param(b"a" * (FILE_BYTES + 1), "The file is too large. Split it.", id="too large"),
    ],
)
def test_says_why_a_file_is_no_list_beside_the_field(desk, content, why):
    text = chosen(desk, content)
    assert text.count(why) == 2  # on top, and beside the field
    assert "What usage.csv does" not in text


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbf" + GOOD.encode(), id="a mark before the text"),
        pytest.param(GOOD.replace("\n", "\r\n").encode(), id="CRLF"),
        pytest.param(GOOD.replace(",", ";").encode(), id="semicolons"),
    ],
)
def test_takes_what_spreadsheets_save(desk, content):
    assert "Imported: 2 new," in imports(desk, waiting(chosen(desk, content)))


@pytest.mark.parametrize(
    "packed",
    [
        pytest.param("", id="nothing"),
        pytest.param("é", id="no base64"),
        pytest.param(base64.b64encode(b"as it is").decode(), id="not packed"),
        pytest.param(base64.b64encode(zlib.compress(GOOD.encode())[:-5]).decode(), id="cut off"),
        pytest.param(base64.b64encode(zlib.compress(b"a" * 50_000_000)).decode(), id="a bomb"),
    ],
)
def test_imports_nothing_but_what_it_has_rehearsed(desk, packed):
    assert "Nothing was imported. Choose the file again." in imports(desk, packed)


def test_keeps_out_what_the_page_could_not_hold(desk, monkeypatch):
    monkeypatch.setattr("sluis.server.desk.usage.FIELD_CHARACTERS", 10)
    assert "The file is too large. Split it." in chosen(desk, GOOD)


def test_the_name_of_a_file_is_no_markup(desk):
    assert "<h1>What iusage.csv does</h1>" in chosen(desk, GOOD, name="<i>usage.csv")


def test_is_there_for_the_provider_with_a_register_alone(desk, client):
    assert client.get("/desk/port/usage/").status_code == 404
    assert ">Import usage</a>" in client.get("/desk/").text
