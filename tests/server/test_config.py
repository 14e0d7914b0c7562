"""Settings come from variables and a file; all that is wrong with them is said at once."""

import stat
from pathlib import Path

import pytest

from sluis.server.config import Config, ConfigurationError, keep_first, read


def told(**variables):
    """Return the lines that an operator reads."""
    with pytest.raises(ConfigurationError) as refused:
        read({f"SLUIS_{name.upper()}": text for name, text in variables.items()})
    return str(refused.value).split("\n")


def test_has_a_default_for_everything():
    assert read({}) == Config()


def test_reads_variables():
    config = read({"SLUIS_PORT": "9000", "SLUIS_LIMITS": "off", "SLUIS_HOSTS": "a.nl, b.nl"})
    assert (config.port, config.limits, config.hosts) == (9000, "off", ("a.nl", "b.nl"))


def test_an_empty_variable_is_none():
    assert read({"SLUIS_PORT": "", "SLUIS_REDIS_URL": ""}) == Config()


@pytest.fixture
def file(tmp_path):
    def write(text):
        path = tmp_path / "sluis.toml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return str(path)

    return write


def test_reads_a_file(file):
    config = read({"SLUIS_CONFIG": file('port = 9000\nhosts = ["a.nl"]\nlimits = "off"')})
    assert (config.port, config.hosts, config.limits) == (9000, ("a.nl",), "off")


def test_a_variable_goes_before_the_file(file):
    config = read({"SLUIS_CONFIG": file("port = 9000\ntls_port = 9001"), "SLUIS_PORT": "9002"})
    assert (config.port, config.tls_port) == (9002, 9001)


@pytest.mark.parametrize(
    ("variables", "word"),
    [
        pytest.param({"port": "0"}, "SLUIS_PORT", id="no port"),
        pytest.param({"tls_port": "65536"}, "SLUIS_TLS_PORT", id="a port that is too high"),
        pytest.param({"port": "http"}, "SLUIS_PORT", id="a port that is no number"),
        pytest.param({"port": "8443"}, "two ports", id="one port for both"),
        pytest.param({"public_url": "sluis.nl"}, "SLUIS_PUBLIC_URL", id="no URL"),
        pytest.param({"public_url": "http://[::1"}, "SLUIS_PUBLIC_URL", id="half a URL"),
        pytest.param({"database_url": "mysql://a/b"}, "SLUIS_DATABASE_URL", id="MySQL"),
        pytest.param({"database_url": "postgresql://a:b/c"}, "SLUIS_DATABASE_URL", id="no port"),
        pytest.param({"redis_url": "http://a"}, "SLUIS_REDIS_URL", id="no Redis"),
        pytest.param({"smtp_url": "mail.nl"}, "SLUIS_SMTP_URL", id="no mail server"),
        pytest.param({"smtp_url": "smtp://"}, "names no server", id="no host for mails"),
        pytest.param({"smtp_url": "smtp://a@b:25"}, "a password", id="a user without a password"),
        pytest.param({"smtp_url": "smtp://a:é@b"}, "ASCII", id="a password that SMTP cannot say"),
        pytest.param({"smtp_url": "smtp://a:b@c/d"}, "%2F", id="a password with a slash"),
        pytest.param({"mail_from": "sluis"}, "SLUIS_MAIL_FROM", id="a sender without an address"),
        pytest.param({"mail_from": "a@b.nl\nBcc: c@d.nl"}, "SLUIS_MAIL_FROM", id="two headers"),
        pytest.param({"limits": "maybe"}, "SLUIS_LIMITS", id="neither on nor off"),
        pytest.param({"webhooks": "open"}, "SLUIS_WEBHOOKS", id="no way to push"),
        pytest.param({"secret_key": "short"}, "SLUIS_SECRET_KEY", id="a secret to guess"),
        pytest.param({"tls_key": "a.pem"}, "SLUIS_TLS_CERTIFICATE", id="half a certificate"),
        pytest.param({"config": "/none.toml"}, "/none.toml", id="a file that is not there"),
    ],
)
def test_refuses(variables, word):
    (line,) = told(**variables)
    assert line.startswith("1. ")
    assert word in line
    assert line.endswith(".")


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("port = ", id="no TOML"),
        pytest.param(b"home = '\xff'", id="no UTF-8"),
        pytest.param("colour = 'blue'", id="a setting that does not exist"),
        pytest.param("port = 'http'", id="a value of another type"),
        pytest.param("hosts = 'a.nl'", id="a text where a list is due"),
        pytest.param("[server]\nport = 1", id="a table"),
    ],
)
def test_refuses_a_file(file, text):
    (line,) = told(config=file(text))
    assert line.startswith("1. ")


def test_numbers_every_fault():
    lines = told(port="x", limits="maybe", tls_port="0", redis_url="a", secret_key="b")
    assert [line[:3] for line in lines] == ["1. ", "2. ", "3. ", "4. ", "5. "]


@pytest.mark.parametrize(
    ("settings", "portal", "tls"),
    [
        pytest.param({}, "http://localhost:8000", "https://localhost:8443", id="default"),
        pytest.param(
            {"port": 80, "tls_port": 444},
            "http://localhost:80",
            "https://localhost:444",
            id="ports",
        ),
        pytest.param(
            {"public_url": "https://sluis.nl/"},
            "https://sluis.nl",
            "https://sluis.nl:8443",
            id="name",
        ),
        pytest.param(
            {"public_url": "http://[::1]:8000"},
            "http://[::1]:8000",
            "https://[::1]:8443",
            id="IPv6",
        ),
    ],
)
def test_knows_its_addresses(settings, portal, tls):
    config = Config(**settings)
    assert (config.portal_url, config.tls_url) == (portal, tls)


def test_makes_a_secret_once_and_keeps_it_to_itself(tmp_path):
    home = tmp_path / "home"
    secret = Config(home=str(home)).secret
    assert len(secret) >= 64
    assert Config(home=str(home)).secret == secret
    assert stat.S_IMODE((home / "secret.key").stat().st_mode) == 0o600
    assert [path.name for path in home.iterdir()] == ["secret.key"]


def test_of_several_that_make_a_secret_at_once_the_first_one_stays(tmp_path):
    for text in ("one", "two"):
        keep_first(tmp_path / "secret.key", text)
    assert (tmp_path / "secret.key").read_text() == "one"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_secret_that_was_given_is_used_as_it_is(tmp_path):
    assert Config(home=str(tmp_path), secret_key="s" * 32).secret == b"s" * 32
    assert not list(Path(tmp_path).iterdir())
