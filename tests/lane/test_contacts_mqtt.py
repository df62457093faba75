import asyncio
import json
import socket
from contextlib import asynccontextmanager, suppress
from dataclasses import replace

import aiomqtt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuakhauso.lane.contracts import (
    Contacts,
    DeviceFault,
    Garbled,
    Output,
    Refused,
    Signal,
    Unreachable,
)
from cuakhauso.lane.drivers.mqtt import MqttContacts, Tls
from cuakhauso.lane.drivers.mqtt_topics import Command, Count, Mirror, State, Topics
from cuakhauso.sim.devices.lane_floor import LOOPS, Floor, Jam
from cuakhauso.sim.devices.mqtt_relay import Fault, Relay, topics
from cuakhauso.sim.devices.traffic import Traffic
from tests.lane.broker import MOSQUITTO, Authority, broker
from tests.lane.waiting import free_port, run, until

# --- what is said, without a network --------------------------------------------------------------

UNDER = State(topic="relay/in/2", on="closed", off="open")
BEFORE = State(topic="relay/state", on="true", off="false", key="input")
ALIVE = State(topic="relay/alive", on="online", off="offline")
SMALL = Topics(
    inputs={Signal.LOOP_UNDER: UNDER, Signal.LOOP_BEFORE: BEFORE},
    counters={Signal.LOOP_UNDER: Count(topic="relay/state", key="passed")},
    availability=ALIVE,
)


def told(mirror, *said, now=100.0):
    for topic, payload in said:
        mirror.feed(topic, payload, retained=False, now=now)
    return mirror


ALL = (
    ("relay/alive", b"online"),
    ("relay/in/2", b"CLOSED"),
    ("relay/state", b'{"input": false, "passed": 7}'),
)


def test_contacts_are_read_from_words_and_from_members_of_json():
    inputs = told(Mirror(SMALL, stale_s=10), *ALL).inputs(now=105)
    assert inputs.on == {Signal.LOOP_UNDER: True, Signal.LOOP_BEFORE: False}
    assert inputs.counts == {Signal.LOOP_UNDER: 7}


@pytest.mark.parametrize("missing", range(len(ALL)))
def test_what_was_never_said_is_unknown_and_not_off(missing):
    said = [each for index, each in enumerate(ALL) if index != missing]
    with pytest.raises(Unreachable):
        told(Mirror(SMALL, stale_s=10), *said).inputs(now=100)


def test_a_relay_that_is_not_heard_for_long_is_not_believed():
    mirror = told(Mirror(SMALL, stale_s=10), *ALL)
    assert mirror.inputs(now=110)
    with pytest.raises(Unreachable, match="10 s"):
        mirror.inputs(now=111)


def test_any_word_on_the_topic_of_its_beat_is_a_sign_of_life():
    mirror = told(Mirror(replace(SMALL, beat="relay/beat"), stale_s=10), *ALL)
    assert told(mirror, ("relay/beat", b"\xffwhatever"), now=110).inputs(now=120)


def test_what_a_broker_kept_is_a_value_and_no_sign_of_life():
    mirror = Mirror(SMALL, stale_s=10)
    for topic, payload in ALL:
        mirror.feed(topic, payload, retained=True, now=100)
    with pytest.raises(Unreachable):
        mirror.inputs(now=100)
    mirror.feed("relay/in/2", b"open", retained=False, now=100)
    assert mirror.inputs(now=100).on == {Signal.LOOP_UNDER: False, Signal.LOOP_BEFORE: False}


def test_a_relay_that_speaks_of_changes_alone_is_believed_while_the_broker_says_it_lives():
    mirror = told(Mirror(SMALL, stale_s=None), *ALL)
    assert mirror.inputs(now=9999)
    with pytest.raises(Unreachable, match="gone"):
        told(mirror, ("relay/alive", b"offline")).inputs(now=9999)
    with pytest.raises(ValueError, match="stale_s"):
        Mirror(Topics(inputs={Signal.LOOP_UNDER: UNDER}), stale_s=None)


def test_nothing_is_known_any_more_once_the_line_is_cut():
    mirror = told(Mirror(SMALL, stale_s=10), *ALL)
    mirror.forget()
    with pytest.raises(Unreachable):
        mirror.inputs(now=100)


@pytest.mark.parametrize(
    ("topic", "payload"),
    [
        ("relay/in/2", b"?"),
        ("relay/in/2", b""),
        ("relay/in/2", b"\xff"),
        ("relay/state", b"[]"),
        ("relay/state", b"{"),
        ("relay/state", b'{"input": 1}'),
        ("relay/state", b'{"passed": -1}'),
        ("relay/state", b'{"passed": null}'),
        ("relay/state", b"[" * 5000),
    ],
)
def test_what_means_nothing_makes_the_contact_unknown_until_the_next_good_word(topic, payload):
    mirror = told(Mirror(SMALL, stale_s=10), *ALL, (topic, payload))
    with pytest.raises(Garbled):
        mirror.inputs(now=100)
    assert told(mirror, *ALL).inputs(now=100).on[Signal.LOOP_UNDER]


def test_json_about_something_else_says_nothing_of_a_contact():
    mirror = told(Mirror(SMALL, stale_s=10), *ALL, ("relay/state", b'{"wifi": -40}'))
    assert mirror.inputs(now=100).counts == {Signal.LOOP_UNDER: 7}


json_values = st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=4)
payloads = st.binary() | st.dictionaries(st.sampled_from(["input", "passed", "x"]), json_values).map(
    lambda told: json.dumps(told).encode()
)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["relay/in/2", "relay/state", "relay/alive", "other"]), payloads)))
def test_no_message_can_crash_it_and_good_ones_are_still_understood(junk):
    mirror = told(Mirror(SMALL, stale_s=10), *junk)
    with suppress(DeviceFault):
        mirror.inputs(now=100)
    assert told(mirror, *ALL).inputs(now=100).on[Signal.LOOP_UNDER]


# --- through a broker -----------------------------------------------------------------------------

brokered = pytest.mark.skipif(not MOSQUITTO, reason="no mosquitto here: apt install mosquitto")


@pytest.fixture(scope="module")
def gate(tmp_path_factory):
    with broker(tmp_path_factory.mktemp("broker")) as running:
        yield running


def node(gate, lane="lane1", **more):
    more = {"stale_s": 3.0, "timeout": 3.0, "pulse_seconds": 0.2, "wait_s": 0.05} | more
    more.setdefault("topics", topics(f"gate/{lane}"))
    more.setdefault("tls", gate.authority.tls(lane))
    return MqttContacts("127.0.0.1", gate.port, name=more.pop("name", lane), **more)


@asynccontextmanager
async def lane(gate, number=1, **more):
    tls = gate.authority.tls(f"relay{number}")
    floor = more.pop("floor", None) or Floor()
    async with Relay("127.0.0.1", gate.port, f"gate/lane{number}", tls=tls, floor=floor) as relay:
        contacts = node(gate, f"lane{number}", **more)
        try:
            yield relay, contacts
        finally:
            relay.fault = None
            await contacts.close()


async def reads(contacts, wanted):
    """Reads until it is as wanted."""
    async with asyncio.timeout(10):
        while True:
            with suppress(DeviceFault):
                inputs = await contacts.read()
                if wanted(inputs):
                    return inputs
            await asyncio.sleep(0.02)


@brokered
def test_what_a_driver_does_is_read_and_what_is_asked_is_done(gate):
    async def test():
        async with lane(gate) as (relay, contacts):
            seen = await contacts.read()
            assert {signal for signal, on in seen.on.items() if on} == {Signal.BOOM_DOWN}
            traffic = Traffic(relay.floor, pace=0.001)
            truck = await traffic.arrive()
            await reads(contacts, lambda inputs: inputs.on[Signal.LOOP_BEFORE])
            await contacts.pulse(Output.OPEN)
            assert not relay.is_on(Output.OPEN)
            assert relay.presses[Output.OPEN] == 1
            await traffic.drive_through(truck)
            await reads(contacts, lambda inputs: not any(inputs.on[loop] for loop in LOOPS))
            await reads(contacts, lambda inputs: inputs.counts[Signal.LOOP_AFTER] == 1)
            await contacts.switch(Output.GREEN, True)
            assert relay.is_on(Output.GREEN)
            assert "8 inputs" in await contacts.check()

    run(test)


@brokered
def test_a_cancelled_pulse_still_opens_the_contact(gate):
    async def test():
        async with lane(gate) as (relay, contacts):
            await contacts.read()
            pulsing = asyncio.create_task(contacts.pulse(Output.OPEN))
            await until(lambda: relay.is_on(Output.OPEN))
            pulsing.cancel()
            with pytest.raises(asyncio.CancelledError):
                await pulsing
            assert not relay.is_on(Output.OPEN)

    run(test)


@brokered
def test_a_barrier_is_never_held_and_what_is_not_wired_is_refused(gate):
    async def test():
        only_open = {Output.OPEN: topics("gate/lane1").outputs[Output.OPEN]}
        small = Topics(inputs={}, outputs=only_open)
        async with lane(gate, topics=small) as (_, contacts):
            with pytest.raises(Refused, match="pulsed"):
                await contacts.switch(Output.OPEN, True)
            with pytest.raises(Refused, match="no output"):
                await contacts.pulse(Output.CLOSE)

    run(test)


@brokered
def test_a_relay_that_does_nothing_has_not_accepted(gate):
    async def test():
        async with lane(gate, timeout=1.0) as (relay, contacts):
            await reads(contacts, lambda inputs: True)
            relay.fault = Fault.REFUSED
            with pytest.raises(Refused, match="did not change"):
                await contacts.switch(Output.GREEN, True)

    run(test)


@brokered
def test_accepted_is_not_done_a_locked_barrier_says_yes_and_stays_down(gate):
    async def test():
        async with lane(gate, floor=Floor(jam=Jam.LOCKED)) as (relay, contacts):
            await contacts.pulse(Output.OPEN)
            assert relay.presses[Output.OPEN] == 1
            assert (await contacts.read()).on[Signal.BOOM_DOWN]

    run(test)


@brokered
@pytest.mark.slow
def test_a_silent_relay_becomes_unknown_and_a_garbled_one_too(gate):
    async def test():
        async with lane(gate, stale_s=0.8, timeout=0.5) as (relay, contacts):
            await reads(contacts, lambda inputs: True)
            relay.fault = Fault.GARBLED
            await until(lambda: bool(contacts._mirror.inputs) and not contacts._mirror.is_complete(0))
            with pytest.raises(Garbled):
                await contacts.read()
            relay.fault = None
            await reads(contacts, lambda inputs: inputs.on[Signal.BOOM_DOWN])
            relay.fault = Fault.SILENT
            now = asyncio.get_running_loop().time
            await until(lambda: not contacts._mirror.is_complete(now()))
            with pytest.raises(Unreachable):
                await contacts.read()

    run(test)


@brokered
def test_a_relay_that_dies_is_said_to_be_gone_by_the_broker(gate):
    async def test():
        async with lane(gate, stale_s=None, timeout=0.5) as (relay, contacts):
            await reads(contacts, lambda inputs: True)
            relay.die()
            await until(lambda: not contacts._mirror.is_complete(0))
            with pytest.raises(Unreachable, match="gone"):
                await contacts.read()
            with pytest.raises(Unreachable):
                await contacts.switch(Output.GREEN, True)

    run(test)


@brokered
def test_a_node_that_dies_is_told_to_the_relay_by_the_broker(gate):
    async def test():
        async with lane(gate) as (relay, contacts):
            await contacts.read()
            await until(lambda: relay.node_said[-1:] == ["online"])
            relay.node_said.clear()
            contacts._client._client.socket().shutdown(socket.SHUT_RDWR)
            await until(lambda: "offline" in relay.node_said)
            await until(lambda: relay.node_said[-1:] == ["online"])  # and is back by itself
            await contacts.close()
            await until(lambda: relay.node_said[-1] == "offline")

    run(test)


@brokered
@pytest.mark.slow
def test_leaving_while_the_line_is_dead_takes_no_longer_than_an_answer(gate):
    async def test():
        async with lane(gate, timeout=0.5) as (_, contacts):
            await reads(contacts, lambda inputs: True)
            contacts._client._client.socket().shutdown(socket.SHUT_RDWR)
            await contacts.close()
            assert contacts.diagnostics()["connected"] is False

    run(test, seconds=5)


@brokered
def test_a_farewell_that_fails_does_not_keep_it_from_leaving(gate, monkeypatch):
    async def test():
        async with lane(gate) as (_, contacts):
            await contacts.read()
            good = aiomqtt.Client.__aexit__

            async def failing(client, *why):
                await good(client, *why)
                raise aiomqtt.MqttError("timed out")

            monkeypatch.setattr(aiomqtt.Client, "__aexit__", failing)
            await contacts.close()
            assert contacts.diagnostics()["connected"] is False
            monkeypatch.undo()

    run(test, seconds=5)


@brokered
@pytest.mark.slow
def test_what_was_known_before_the_line_was_cut_is_not_believed_after(tmp_path):
    async def test():
        with broker(tmp_path) as gate:
            contacts = node(gate, stale_s=None, timeout=0.3)
            async with Relay("127.0.0.1", gate.port, "gate/lane1", tls=gate.authority.tls("relay1")):
                await reads(contacts, lambda inputs: True)
            await asyncio.to_thread(gate.stop)
            await asyncio.to_thread(gate.start)
            await until(lambda: contacts.diagnostics()["connections"] == 2)
            with pytest.raises(Unreachable, match="nothing has been said"):
                await contacts.read()
            await contacts.close()

    run(test)


@brokered
def test_without_a_topic_for_it_a_dead_nodes_open_contact_is_opened_by_the_broker(gate):
    async def test():
        plain = topics("gate/lane1")
        async with lane(gate, topics=replace(plain, node="")) as (relay, contacts):
            await contacts.read()
            await contacts._put(Output.OPEN, True)
            contacts._client._client.socket().shutdown(socket.SHUT_RDWR)
            await until(lambda: not relay.is_on(Output.OPEN))

    run(test)


@brokered
@pytest.mark.slow
def test_a_contact_that_could_not_be_opened_is_opened_when_the_broker_is_back(tmp_path):
    async def test():
        with broker(tmp_path) as gate:
            plain = topics("gate/lane1")
            blind = {
                each: Command(topic=command.topic, on="ON", off="OFF")
                for each, command in plain.outputs.items()
            }
            quiet = Topics(inputs={}, outputs=blind, node=plain.node)
            contacts = node(gate, topics=quiet, timeout=0.5)
            pulsing = asyncio.create_task(contacts.pulse(Output.OPEN))
            await until(lambda: bool(contacts._pulses.held) and contacts._client is not None)
            await asyncio.to_thread(gate.stop)
            with pytest.raises(Unreachable):
                await pulsing
            assert "open" in contacts.diagnostics()["not_released"]
            await asyncio.to_thread(gate.start)
            async with lane(gate, name="listener") as (relay, _):
                relay._on[Output.OPEN] = True
                with suppress(DeviceFault):
                    await contacts.read()
                await until(lambda: contacts.diagnostics()["connections"] == 2)
                with suppress(DeviceFault):
                    await contacts.read()
                assert contacts.diagnostics()["not_released"] == []
                await until(lambda: not relay.is_on(Output.OPEN))
            await contacts.close()

    run(test)


@brokered
def test_a_relay_that_was_left_on_by_who_was_killed_in_a_pulse_is_put_off(gate):
    async def test():
        async with lane(gate) as (relay, contacts):
            relay._on[Output.OPEN] = True
            await contacts.read()
            await until(lambda: not relay.is_on(Output.OPEN))

    run(test)


@brokered
def test_a_lane_hears_and_commands_nothing_of_another_lane(gate):
    async def test():
        async with lane(gate, 2) as (relay, contacts):
            await contacts.read()
            spy = node(gate, "lane1", topics=topics("gate/lane2"), timeout=0.15)
            with pytest.raises(Unreachable):
                await spy.read()
            with pytest.raises(DeviceFault):
                await spy.pulse(Output.OPEN)
            assert relay.presses[Output.OPEN] == 0
            await spy.close()

    run(test)


@brokered
@pytest.mark.parametrize("who", ["no certificate", "of another authority", "a broker that is not ours"])
def test_only_those_with_the_gates_certificates_speak(gate, tmp_path, who):
    async def test():
        stranger = Authority(tmp_path, "stranger")
        ours = gate.authority.tls("lane1")
        tls = {
            "no certificate": Tls(ca=ours.ca),
            "of another authority": stranger.tls("lane1", authority=gate.authority.path),
            "a broker that is not ours": replace(ours, ca=str(stranger.path)),
        }[who]
        contacts = node(gate, tls=tls, timeout=0.5)
        with pytest.raises((Unreachable, Refused)):
            await contacts.read()
        assert contacts.diagnostics()["connected"] is False
        await contacts.close()

    run(test)


def test_nothing_listening_is_unreachable_and_no_secret_is_shown():
    async def test():
        small = Topics(inputs={Signal.LOOP_UNDER: UNDER}, availability=ALIVE)
        contacts: Contacts = MqttContacts(
            "127.0.0.1", free_port(), topics=small, name="lane", user="lane", password="hush", timeout=1
        )
        with pytest.raises(Unreachable):
            await contacts.read()
        assert "hush" not in repr(contacts) + str(contacts.diagnostics())
        await contacts.close()

    run(test)
