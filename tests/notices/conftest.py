from ipaddress import ip_network

import pytest

from cuakhauso.centre.notices import delivering
from tests.seeded import seeded


@pytest.fixture
def gates(db: None) -> None:
    """The reference data of both gates."""
    seeded()


@pytest.fixture
def near(settings):
    """This machine may be told, as a yard's server on the gate's own network may where it is named."""
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    assert delivering.allowed_networks() == [ip_network("127.0.0.0/8")]
