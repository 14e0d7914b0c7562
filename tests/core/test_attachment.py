"""What files may be, told from what they hold; and names that mean nothing to a file system."""

import pytest

from sluis.core import attachment
from sluis.core.attachment import FILE_BYTES, Unfit, Upload, accepted, cleaned

CSR = b"-----BEGIN CERTIFICATE REQUEST-----\nMIIB\n-----END CERTIFICATE REQUEST-----\n"


def kind(content):
    return attachment.sniffed(content)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"%PDF-1.7\n\x00\x01", "pdf"),
        (b"\x89PNG\r\n\x1a\n\x00", "png"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "jpg"),
        (b"a;b\n1;2\n", "text"),
        ("prijs;€\nVlaardingen;é\n".encode("cp1252"), "text"),
        (b'\xef\xbb\xbf{"a": 1}', "text"),
        (CSR, "text"),
        (b"<?xml version='1.0'?><a xmlns='urn:x'><b/></a>", "xml"),
        (b"<a><b></a>", "text"),
        (b"<- an arrow", "text"),
    ],
)
def test_tells_what_a_file_is(content, expected):
    assert kind(content) == expected


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"MZ\x90\x00\x03", id="a program"),
        pytest.param(b"PK\x03\x04\x14\x00", id="a zip"),
        pytest.param(b"GIF89a\x01\x00", id="another picture"),
        pytest.param(b"text\x00text", id="a NUL in text"),
        pytest.param(b"\x1b[2J", id="an escape for a terminal"),
        pytest.param("tekst".encode("utf-16"), id="UTF-16"),
        pytest.param(b" <!DOCTYPE html><p>", id="a page"),
        pytest.param(b"<HTML>", id="a page in capitals"),
        pytest.param(b"<script>alert(1)</script>", id="a script"),
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'/>", id="SVG"),
        pytest.param(b"<a:b xmlns:a='http://www.w3.org/2000/sv&#103;'/>", id="SVG, spelled oddly"),
        pytest.param(
            b"<x><h:script xmlns:h='http://www.w3.org/1999/xhtml'/></x>", id="XHTML within"
        ),
        pytest.param(b"<?xml-stylesheet href='x.xsl'?><a/>", id="a style sheet that transforms"),
        pytest.param(b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", id="a document type"),
        pytest.param(
            b"<!DOCTYPE a SYSTEM 'file:///etc/passwd'><a/>", id="a document type from elsewhere"
        ),
    ],
)
def test_does_not_take(content):
    with pytest.raises(Unfit) as unfit:
        kind(content)
    assert unfit.value.why == attachment.UNKNOWN


@pytest.mark.parametrize("which", ["", "RSA ", "EC ", "ENCRYPTED ", "OPENSSH "])
def test_does_not_take_a_private_key(which):
    with pytest.raises(Unfit) as unfit:
        kind(b"some words first\n-----BEGIN " + which.encode() + b"PRIVATE KEY-----\nMII")
    assert unfit.value.why == attachment.SECRET


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("answer.txt", "answer.txt"),
        ("Bericht 3 mei.CSV", "Bericht 3 mei.csv"),
        ("../../etc/passwd", "passwd.txt"),
        ("C:\\Users\\eva\\log.json", "log.json"),
        ("run.txt.exe", "run.txt.exe.txt"),
        ("\u202etxt.exe", "txt.exe.txt"),
        ("a\x00b\r\nc.txt", "abc.txt"),
        (".htaccess", "htaccess.txt"),
        ("", "file.txt"),
        ("...", "file.txt"),
        ('a"b<c>|d?.txt', "abcd.txt"),
        ("é" * 300 + ".txt", "é" * 80 + ".txt"),
    ],
)
def test_keeps_of_a_name_what_people_know_it_by(name, kept):
    assert cleaned(name, "text") == kept


def test_a_name_ends_as_the_content_does():
    (made,) = accepted([Upload("holiday.exe", b"\xff\xd8\xff\xe0")])
    assert (made.name, made.kind) == ("holiday.exe.jpg", "jpg")


@pytest.mark.parametrize(
    ("uploads", "why"),
    [
        ([Upload("a.txt", b"")], attachment.EMPTY),
        ([Upload("a.txt", b"a" * (FILE_BYTES + 1))], attachment.TOO_LARGE),
        ([Upload("a.txt", b"a")] * 6, attachment.TOO_MANY),
    ],
    ids=["empty", "too large", "too many"],
)
def test_takes_so_much(uploads, why):
    with pytest.raises(Unfit) as unfit:
        accepted(uploads)
    assert unfit.value.why == why


def test_takes_what_just_fits():
    assert len(accepted([Upload("a.txt", b"a" * FILE_BYTES)] * 5)) == 5


def test_names_the_file_as_people_know_it():
    with pytest.raises(Unfit) as unfit:
        accepted([Upload("../evil.svg", b"<svg/>")])
    assert unfit.value.name == "evil.svg"
