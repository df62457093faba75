"""One file, checked as a whole; each fault names its line and key."""

import subprocess
import sys
from pathlib import Path

import pytest

from cuakhauso.lane.config import ConfigFault, parse, read, settings, summary
from cuakhauso.lane.contracts import Signal, Subject
from cuakhauso.lane.drivers.modbus_modules import Counter, Words
from cuakhauso.lane.fitting import fitted, pushing

GOOD = """\
[node]
name = "huu-nghi-b1"
data = "/var/lib/cuakhauso-lane"

[[lane]]
code = "B1-1"

[lane.contacts]
driver = "modbus"
address = "tcp://127.0.0.1:1502"
inputs = { loop_before = 0, loop_under = 1, boom_up = 2, boom_down = 3 }
outputs = { open = 16, close = 17, green = 18, red = 19 }

[[lane.camera]]
name = "front"
driver = "hikvision"
secret = "0123456789abcdef"

[[lane]]
code = "B1-2"
reads = ["plate", "container"]

[lane.wait]
identify = 12

[lane.contacts]
driver = "mqtt"
address = "mqtts://127.0.0.1:8883"
inputs = { loop_before = "a", loop_under = "b", boom_down = "c" }
outputs = { open = "o" }
"""


def fault(text: str) -> str:
    with pytest.raises(ConfigFault) as raised:
        parse(text)
    return str(raised.value)


def test_a_good_file_is_read():
    config = parse(GOOD)
    assert [lane.code for lane in config.lane] == ["B1-1", "B1-2"]
    made = settings(config.lane[1], weighs=True)
    assert made.identify.total_seconds() == 12
    assert made.reads == {Subject.PLATE, Subject.CONTAINER}
    assert made.weighs


@pytest.mark.parametrize(
    ("was", "becomes", "said"),
    [
        ('driver = "mqtt"', 'drivr = "mqtt"', "lane.toml:27: lane[1].contacts.drivr: "),
        ("identify = 12", "identify = -1", "lane.toml:24: lane[1].wait.identify: "),
        ('secret = "0123456789abcdef"', 'secret = "short"', "lane.toml:17: lane[0].camera[0].secret: "),
        ('name = "huu-nghi-b1"', "name = 7", "lane.toml:2: node.name: "),
        ('code = "B1-2"', 'code = "B1-1"', "lane.toml:20: lane[1].code: B1-1 stands here twice"),
        (
            'boom_down = "c"',
            'boom_up = "c"',
            "lane.toml:29: lane[1].contacts.inputs: boom_down",
        ),
        ("loop_under = 1", "loop_undr = 1", "lane.toml:11: lane[0].contacts.inputs: "),
        ("[[lane]]\ncode", "[[lane]\ncode", "lane.toml:5: "),
        ('address = "tcp', 'address = "ftp', "lane.toml:10: lane[0].contacts.address: "),
    ],
)
def test_a_fault_names_its_line_and_key(was, becomes, said):
    assert was in GOOD
    assert fault(GOOD.replace(was, becomes, 1)).startswith(said)


def test_what_is_told_to_the_platform_has_no_secret():
    assert "0123456789abcdef" not in str(summary(parse(GOOD)))


def test_the_example_can_be_fitted():
    config = read(Path(__file__).parents[2] / "deploy" / "lane.toml")
    [lane] = config.lane
    made = fitted(lane)
    assert set(made.readers) == {"codes"}
    assert made.sign is not None
    assert made.scale is not None
    assert {camera.mounting.source for _, camera in pushing(config)} == {
        "CKHN-B1-OUT/front", "CKHN-B1-OUT/side",
    }  # fmt: skip


def test_a_node_without_pictures_loads_nothing_that_decodes_them():
    """It would take 18 MB of a small box."""
    asked = "import sys, cuakhauso.lane.serving; print({'av', 'zxingcpp'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, timeout=60)
    assert said.stdout.strip() == "set()", said.stderr


COUNTERS = "counters = { loop_under = 1 }"


def test_a_counter_is_where_the_module_has_it_or_where_the_file_says():
    text = (Path(__file__).parents[2] / "deploy" / "lane.toml").read_text()
    by_hand = "counters = { loop_under = { address = 40, words = 1, kind = 'input' } }"
    made = [fitted(parse(each).lane[0]).contacts.wiring for each in (text, text.replace(COUNTERS, by_hand))]
    assert [wiring.counters[Signal.LOOP_UNDER] for wiring in made] == [
        Counter(address=2, low_word_first=True, kind=Words.HOLDING), Counter(address=40, words=1),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (COUNTERS, "counters = { loop_under = 6 }"),
        (COUNTERS, "counters = { loop_under = { adress = 4 } }"),
        (COUNTERS, "counters = { loop_under = { address = 4, words = 3 } }"),
        ('profile = "ADAM-6060"', 'profile = "ADAM-9"'),
        ('driver = "toledo"', 'driver = "toledoo"'),
        ("loop_before = 0", "loop_before = 77"),
        ('driver = "hikvision"', 'driver = "nikvision"'),
    ],
)
def test_what_no_driver_knows_is_a_fault_in_words(was, becomes):
    text = (Path(__file__).parents[2] / "deploy" / "lane.toml").read_text().replace(was, becomes, 1)
    config = parse(text)
    with pytest.raises(ConfigFault):
        [fitted(lane) for lane in config.lane] and list(pushing(config))
