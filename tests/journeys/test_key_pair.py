"""A key pair instead of a secret: made, registered, used and disabled as the page says."""

import json

import pytest

from tests.journeys.walk import Walk, pasted, person

pytestmark = pytest.mark.browser

WEATHER = "/port/uat/opendata/meteo/v1/readings"


def test_walks_from_a_new_pair_to_a_call_and_disables_the_key(page, sluis, tmp_path):
    carla = Walk(page(language="nl"), sluis)
    carla.goto("/applications/")
    carla.log_in(person(sluis, "carla"))
    carla.click(carla.page.locator("main tbody a"))
    application = carla.page.url
    carla.click(carla.page.get_by_role("link", name="Publieke sleutel registreren"))
    assert "Wie de andere helft van een sleutel heeft" in carla.text()
    carla.fill(password=person(sluis, "carla")["password"])
    carla.press("Verder")
    make, _, fetch = (f"cd {tmp_path}\n{code}" for code in carla.codes())
    public = pasted(make)
    refuses_the_private_half(carla, (tmp_path / "private-key.pem").read_text())
    carla.fill(key=public)
    carla.press("Sleutel registreren")
    assert carla.page.url == application
    assert "geregistreerd door Carla" in carla.text()
    token = json.loads(pasted(fetch))["access_token"]
    key = sluis.company(2)["subscription_key"]
    bearer = {"ocp_apim_subscription_key": key, "authorization": f"Bearer {token}"}
    assert sluis.get(WEATHER, **bearer).status == 200
    carla.page.reload()
    assert "Laatst gebruikt:" in carla.text()
    carla.page.locator("details", has_text="De sleutel uitschakelen").locator("summary").click()
    carla.press("De sleutel uitschakelen")
    assert json.loads(pasted(fetch))["error"] == "invalid_client"
    assert "De sleutel uitschakelen" not in carla.text()


def refuses_the_private_half(carla, private):
    carla.fill(key=private)
    carla.press("Sleutel registreren")
    assert "Dit is een privésleutel" in carla.text(".summary")
    assert carla.page.locator("[name=key]").input_value() == ""
    assert private.splitlines()[1] not in carla.page.content()
