"""A sandbox is reset at once: nobody meets an empty one."""

import msgspec
import pytest
from django.conf import settings

from sluis.server import demo, install
from sluis.server.models import Credential, Subscription

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def config(tmp_path):
    config = msgspec.structs.replace(settings.CONFIG, home=str(tmp_path))
    install.migrate(config)
    demo.load(config)
    return config


def there():
    rows = Subscription.objects.filter(environment="port/uat").order_by("pk")
    return list(rows.values_list("pk", "api", "state")), Credential.objects.count()


def test_brings_everything_back(config):
    before = there()
    Subscription.objects.filter(environment="port/uat").update(state="suspended")
    demo.reset(config, "port/uat")
    assert [row[1:] for row in there()[0]] == [row[1:] for row in before[0]]


def test_that_fails_half_way_leaves_everything_as_it_was(config, monkeypatch):
    """As it is seen by others meanwhile, whom it tells of nothing before its end."""
    before = there()
    assert before[0]

    def fails(_):
        raise OSError("no space left")

    monkeypatch.setattr(demo, "load", fails)
    with pytest.raises(OSError, match="no space left"):
        demo.reset(config, "port/uat")
    assert there() == before
