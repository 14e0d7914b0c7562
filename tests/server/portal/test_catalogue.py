"""The catalogue and the entries in it, over the registry and for one API of the port."""

import ast
import json
import re
import shlex
from dataclasses import replace

import pytest
from django.utils.html import escape

from sluis import registry
from sluis.core.api import Body, Model, Operation
from sluis.core.quota import Limit
from sluis.registry import HOSTED_APIS
from sluis.server.install import follow
from sluis.server.models import Environment
from sluis.server.portal import places, samples, tags
from tests.server import people

pytestmark = pytest.mark.django_db

API = HOSTED_APIS[0]
PORT = next(one for one in registry.PROVIDERS if one.slug == "port")
PAGE = f"/catalogue/{API.provider}/{API.slug}/"


def text_of(client, path, language="en"):
    return client.get(path, headers={"accept-language": language}).text


@pytest.mark.parametrize("language", ["nl", "en", "de"])
@pytest.mark.parametrize("api", HOSTED_APIS, ids=lambda api: api.slug)
def test_shows_every_operation_in_the_readers_language(client, api, language):
    text = text_of(client, f"/catalogue/{api.provider}/{api.slug}/", language)
    assert api.title[language] in text
    for operation in api.operations:
        assert f'id="{operation.name}"' in text
        assert escape(operation.summary[language]) in text


def test_names_the_button_as_the_seed_does(client):
    assert f'href="{PAGE}subscribe/?environment=uat">Abonneren</a>' in text_of(client, PAGE, "nl")


@pytest.mark.parametrize("api", HOSTED_APIS, ids=lambda api: api.slug)
def test_says_where_specific_access_is_needed(client, api):
    text = text_of(client, f"/catalogue/{api.provider}/{api.slug}/", "nl")
    assert ("Specifieke toegang is vereist in Live" in text) is (bool(api.roles) or not api.free)


def test_says_that_there_is_no_sandbox(client, monkeypatch):
    live = [policy for policy in PORT.environments if policy.kind == "live"]
    monkeypatch.setattr(registry, "PROVIDERS", (replace(PORT, environments=tuple(live)),))
    assert "There is no sandbox for this API" in text_of(client, PAGE)


def test_shows_the_environment_that_is_asked_for_and_warns_of_the_real_one(client):
    sandbox, live = text_of(client, PAGE), text_of(client, f"{PAGE}?environment=live")
    assert "/port/uat/connect/token" in sandbox
    assert 'class="live"' not in sandbox
    assert "/port/live/connect/token" in live
    assert '<body class="live"' in live


def test_falls_back_on_the_first_environment_and_on_curl(client):
    text = text_of(client, f"{PAGE}?environment=moon&code=cobol")
    assert "/port/uat/connect/token" in text
    assert "curl &quot;" in text


@pytest.mark.parametrize("code", samples.LANGUAGES)
def test_gives_samples_in_four_languages(client, code):
    text = text_of(client, f"{PAGE}?code={code}")
    assert "SUBSCRIPTION_KEY" in text


def test_shows_the_limit_that_an_environment_sets_itself(client):
    for provider, _ in places.shelves():
        follow(provider)
    Environment.objects.filter(key="port/live").update(
        limits={API.product: [["minute", 12345, 60]]}
    )
    assert "12,345 calls per minute" in text_of(client, f"{PAGE}?environment=live")
    assert "12,345 calls per minute" not in text_of(client, PAGE)


@pytest.mark.parametrize(
    "path",
    ["/catalogue/port/moon/", "/catalogue/moon/bridges/", "/catalogue/port/moon/openapi.json"],
)
def test_has_no_page_for_what_is_not_there(client, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize("api", HOSTED_APIS, ids=lambda api: api.slug)
def test_serves_the_openapi_document(client, api):
    answer = client.get(f"/catalogue/{api.provider}/{api.slug}/openapi.json")
    assert json.loads(answer.content)["info"]["version"] == api.version
    assert answer["Access-Control-Allow-Origin"] == "*"


def test_sends_the_document_once(client):
    first = client.get(f"{PAGE}openapi.json")
    again = client.get(f"{PAGE}openapi.json", headers={"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


class TestARetiredVersion:
    METEO = "/catalogue/port/meteo/"
    BUTTON = 'class="button" href="/catalogue/port/meteo/subscribe/'

    def test_is_not_offered_where_it_is_retired(self, client):
        port = people.world()
        people.retire(port.uat, "meteo", "v1")
        text = text_of(client, f"{self.METEO}?environment=uat")
        assert "This version is no longer answered here." in text
        assert "Nobody can subscribe to version v1 here any more." in text
        assert self.BUTTON not in text
        assert f'<a href="{self.METEO}subscribe/">Subscribe in another environment</a>' in text
        live = text_of(client, f"{self.METEO}?environment=live")
        assert f"{self.BUTTON}?environment=live" in live

    def test_leads_to_the_desk_where_it_is_retired_everywhere(self, client):
        port = people.world()
        people.retire(port.uat, "meteo", "v1")
        people.retire(port.live, "meteo", "v1")
        text = text_of(client, self.METEO)
        assert "/catalogue/port/meteo/subscribe/" not in text
        assert "Ask the service desk what comes instead:" in text
        assert "You log in first." not in text

    def test_can_be_had_while_it_is_deprecated(self, client):
        people.deprecate(people.world().uat, "meteo", "v1")
        text = text_of(client, f"{self.METEO}?environment=uat")
        assert "This version will go." in text
        assert f"{self.BUTTON}?environment=uat" in text


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        (Limit("second", 1, 1.0), "1 call per second"),
        (Limit("minute", 500, 60.0), "500 calls per minute"),
        (Limit("hour", 2, 3600.0), "2 calls per hour"),
        (Limit("day", 1500, 86400.0), "1,500 calls per day"),
        (Limit("window", 7, 10.0), "7 calls per 10 seconds"),
    ],
)
def test_says_a_limit_in_words(limit, words):
    assert tags.in_words(limit) == words


def test_shows_html_in_a_text_as_text():
    assert tags.prose("<b>x</b> and `y`") == "<p>&lt;b&gt;x&lt;/b&gt; and <code>y</code></p>\n"


SAID = {"note": 'it\'s \\ a "cöde"', "whole": True, "none": None, "lines": ["a\nb"] * 30}
SENDING = Operation(
    name="note",
    method="PUT",
    path="/notes",
    schemes=("bearer-token",),
    handler=lambda call: {},
    takes=(Body(Model("Note", {}), {"Note": SAID, "Other": {}}),),
)


def of_curl(text):
    words = shlex.split(text.replace("\\\n", ""))
    assert words[words.index("-d") - 1] == "Content-Type: application/json"
    return json.loads(words[words.index("-d") + 1])


def of_python(text):
    calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.keyword)]
    return ast.literal_eval(next(node.value for node in calls if node.arg == "json"))


def of_php(text):
    assert "'Content-Type: application/json'" in text
    return json.loads(re.search(r"<<<'JSON'\n(.*)\nJSON,\n", text, re.DOTALL)[1])


def of_javascript(text):
    assert '"Content-Type": "application/json"' in text
    return json.loads(re.search(r"JSON\.stringify\((.*)\),\n}\);", text, re.DOTALL)[1])


@pytest.mark.parametrize(
    ("code", "sent"),
    [
        ("curl", of_curl),
        ("python", of_python),
        ("php", of_php),
        ("javascript", of_javascript),
    ],
)
def test_sends_the_first_example_in_a_sample(code, sent):
    assert sent(samples.sample(code, SENDING, "http://x")) == SAID
    without = samples.sample(code, replace(SENDING, takes=()), "http://x")
    assert "json" not in without.lower().replace("json()", "").replace("json_decode", "")


@pytest.mark.parametrize("api", HOSTED_APIS, ids=lambda api: api.slug)
def test_shows_what_is_sent_in_each_form_with_an_example(client, api):
    text = text_of(client, f"/catalogue/{api.provider}/{api.slug}/")
    for operation in api.operations:
        shown = text.split(f'id="{operation.name}"')[1].split("</article>")[0]
        assert ("<h4>Body</h4>" in shown) is bool(operation.takes)
        for body in operation.takes:
            assert f"{body.model.name}</code>: " in shown
            assert ", ".join(body.examples) in shown
            assert escape(tags.pretty(next(iter(body.examples.values())))) in shown
            for name in body.model.fields:
                needed = ' <span class="badge">required</span>' * (name in body.model.always)
                assert f">{name}</code>{needed}</th>" in shown


def test_says_how_much_a_body_may_hold(client):
    text = text_of(client, "/catalogue/port/certified-pickup/", "de")
    assert ">1 bis 50 Stück, höchstens 35 Zeichen</p>" in text
    assert "[A-Z]{4}[0-9]{7}</code>" in text


def test_fills_the_path_of_a_sample_with_its_examples(client):
    operation = next(item for api in HOSTED_APIS for item in api.operations if "{" not in item.path)
    assert samples.sample("curl", operation, "http://x").startswith(
        f'curl "http://x{operation.path}'
    )


def test_shows_a_shape_that_several_members_have_once(client):
    text = text_of(client, "/catalogue/port/certified-pickup/")
    assert text.count('<a href="#shape-PartyCode">PartyCode</a>') > 5
    assert text.count('id="shape-PartyCode"') == text.count(">identificationType</code>") == 1
    assert 'href="#shape-OfferedRight"' not in text  # of one form: it stands within it
