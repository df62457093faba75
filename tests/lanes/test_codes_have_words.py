"""Whatever a node sends as a code, the platform's page says in three languages."""

import importlib
import pkgutil
import re
from pathlib import Path

import pytest
from django.utils.translation import override

from cuakhauso import lane
from cuakhauso.centre.web import lane_words, words
from cuakhauso.lane import drivers
from cuakhauso.lane.contracts import DeviceFault
from cuakhauso.lane.health import Health
from cuakhauso.lane.labels import LABELS
from cuakhauso.lane.outgoing import ALARMS
from cuakhauso.lane.troubles import TROUBLES
from cuakhauso.lane.words import Phase, Why

LANE = Path(next(iter(lane.__path__)))
LANGUAGES = ("vi", "en", "zh-hans")


def device_faults() -> set[str]:
    for found in pkgutil.iter_modules(drivers.__path__, f"{drivers.__name__}."):
        importlib.import_module(found.name)

    def below(fault: type[DeviceFault]) -> set[type[DeviceFault]]:
        return {fault}.union(*(below(one) for one in fault.__subclasses__()))

    return {one.code for one in below(DeviceFault)}


def alarmed() -> set[Why]:
    """Every cause for which the lane's own code raises an alarm."""
    text = "".join(path.read_text() for path in LANE.glob("*.py"))
    return {Why[name] for name in re.findall(r"alarm\(\s*Why\.(\w+)", text)} | {Why.KEY, Why.EMERGENCY}


TOLD = [
    ("phases", lane_words.PHASES, set(Phase)),
    ("device states", lane_words.DEVICE_STATES, set(Health)),
    ("device faults", lane_words.DEVICE_FAULTS, device_faults() | set(TROUBLES)),
    ("what a lane finds", lane_words.WHYS, set(Why)),
    ("alarms", lane_words.ALARMS, {str(ALARMS.get(why, why)) for why in alarmed()}),
]


@pytest.mark.parametrize(("table", "codes"), [(t, c) for _, t, c in TOLD], ids=[name for name, *_ in TOLD])
def test_the_platform_says_every_code_of_a_node_in_three_languages(table, codes):
    assert {str(code) for code in codes} <= set(table)
    for code in table:
        said = []
        for language in LANGUAGES:
            with override(language):
                said.append(words.of(table, code))
        assert all(said), code
        assert re.search(r"[一-鿿]", said[2]), code
        assert said[0] != said[1], code


def test_an_alarm_is_sent_for_a_dozen_causes():
    assert len(alarmed()) >= 12, "or this test looks for them in a wrong way"


def test_the_booth_says_every_fault_of_a_device_of_any_driver():
    assert device_faults() <= set(LABELS)
