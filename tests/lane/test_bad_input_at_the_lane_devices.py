"""A scale that tells nonsense and a barrier that does not do what it is asked: written down, told in words,
never an opening; and the permitted vehicle passes by itself once the cause is gone."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from cuakhauso.lane import node as nodes
from cuakhauso.lane.words import Phase
from cuakhauso.sim.devices import scale_frames, scales
from cuakhauso.sim.devices.barrier import Fault
from cuakhauso.sim.devices.lane_floor import Jam

from .fitted import play
from .live import until

TRUCK = 30_000


def speaks(monkeypatch, **changes):
    """The indicator sends its frames with something changed in what it shows."""
    true = scale_frames.toledo
    monkeypatch.setitem(scales.SPEAKS, "toledo", lambda shown: true(replace(shown, **changes)))


def sends(monkeypatch, change):
    true = scale_frames.toledo
    monkeypatch.setitem(scales.SPEAKS, "toledo", lambda shown: change(true(shown)))


def broken_checksum(frame):
    return frame[:-1] + bytes([frame[-1] ^ 0x55])


def in_pounds(frame):
    body = frame[:2] + bytes([frame[2] & ~0x10]) + frame[3:-1]
    return body + bytes([(128 - sum(body) % 128) % 128])


async def stands_on_the_scale(lane):
    truck = await lane.traffic.arrive()
    lane.scale.platform.put(TRUCK)
    await lane.sees()
    return truck


async def zero_was_seen(lane):
    await until(lambda: lane.node.works["L"].weighing.zero_seen)


async def asks_a_person(lane, *codes):
    for code in codes:
        await lane.told(code)
    await lane.until(Phase.ATTEND)
    assert (lane.items("decision")[0]["why"], lane.presses) == ("no_weight", 0)
    assert "no_weight" in [one["code"] for one in lane.view()["verdict"]["reasons"]]


async def weighed_it_passes(lane, truck):
    await lane.goes_through(truck)
    assert lane.items("passage")[0]["weight"]["kg"] == str(TRUCK)
    assert lane.state_of("scale") == ("ok", "")


def test_a_broken_checksum_and_a_silent_scale_are_no_weight(tmp_path, monkeypatch):
    async def story(lane):
        await zero_was_seen(lane)
        sends(monkeypatch, broken_checksum)
        truck = await stands_on_the_scale(lane)
        await asks_a_person(lane, "device_garbled")
        sends(monkeypatch, lambda frame: frame)
        await lane.scale.fail(scales.Fault.REFUSED)
        await asks_a_person(lane, "device_unreachable")
        await lane.scale.fail(None)
        await weighed_it_passes(lane, truck)

    play(story, tmp_path / "data", scale="toledo", weigh=1)


def test_a_scale_in_motion_below_zero_or_overloaded_weighs_nobody(tmp_path, monkeypatch):
    async def story(lane):
        await zero_was_seen(lane)
        speaks(monkeypatch, moving=True)
        truck = await stands_on_the_scale(lane)
        await asks_a_person(lane, "scale_motion")
        for code, changes in (("scale_negative", {"kg": -TRUCK}), ("scale_overload", {"over": True})):
            speaks(monkeypatch, **changes)
            await asks_a_person(lane, code)
        speaks(monkeypatch)
        await weighed_it_passes(lane, truck)

    play(story, tmp_path / "data", scale="toledo", weigh=1)


def test_a_scale_that_lost_its_zero_or_shows_pounds_has_to_be_seen_empty_again(tmp_path, monkeypatch):
    async def story(lane):
        await zero_was_seen(lane)
        speaks(monkeypatch, zeroed=False)
        truck = await stands_on_the_scale(lane)
        await asks_a_person(lane, "scale_not_zeroed")
        sends(monkeypatch, in_pounds)
        await asks_a_person(lane, "scale_unit")
        speaks(monkeypatch)
        await asks_a_person(lane, "scale_no_zero_seen")
        await lane.traffic.back_out(truck)
        lane.scale.platform.put(0)
        await zero_was_seen(lane)
        await weighed_it_passes(lane, await stands_on_the_scale(lane))

    play(story, tmp_path / "data", scale="toledo", weigh=1)


# --- the barrier's module --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        (Fault.SILENT, "device_unreachable"), (Fault.CUT, "device_unreachable"),
        (Fault.REFUSED, "device_refused"), (Fault.GARBLED, "device_garbled"), (None, "device_unreachable"),
    ],
)  # fmt: skip
def test_a_module_that_does_not_answer_opens_nothing_and_the_vehicle_passes_when_it_does(
    fault, code, tmp_path, monkeypatch
):
    """It says nothing, hears nothing (half an open line), refuses, garbles, or is not there at all."""
    monkeypatch.setattr(nodes, "SILENT_AFTER", timedelta(seconds=0.5))

    async def story(lane):
        port = lane.barrier.port
        lane.barrier.fault = fault
        if fault is None:
            await lane.barrier.stop()
        truck = await lane.traffic.arrive()
        await lane.sees()
        await lane.until(Phase.UNKNOWN)
        await lane.told("contacts_silent")
        await lane.told(code)
        assert lane.view()["phase"]["why"] == lane.words_of("contacts_silent")[0]
        assert lane.presses == 0
        lane.barrier.fault = None
        if fault is None:
            await lane.barrier.start(port)
        await lane.goes_through(truck)

    play(story, tmp_path / "data")


@pytest.mark.parametrize("fault", [Fault.READ_ONLY, Fault.DEAF, Fault.UNMOVED, Jam.LOCKED])
def test_a_coil_that_does_not_do_it_is_found_out_and_not_tried_by_itself(fault, tmp_path):
    """It refuses, says nothing, says yes and does nothing; or closes, and the boom does not move."""

    async def story(lane):
        if isinstance(fault, Jam):
            lane.barrier.floor.jam = fault
        else:
            lane.barrier.fault = fault
        truck = await lane.traffic.arrive()
        await lane.sees()
        await lane.until(Phase.ATTEND)
        await lane.told("did_not_open")
        presses, jammed = lane.presses, isinstance(fault, Jam)
        assert presses == (1 if jammed else 0)
        await until(lambda: asked(lane) == ["accepted" if jammed else "failed", "requested"])
        lane.barrier.fault = lane.barrier.floor.jam = None
        await asyncio.sleep(0.5)
        assert (lane.presses, lane.phase) == (presses, Phase.ATTEND), "no pulse comes late"
        await lane.traffic.back_out(truck)
        await lane.until(Phase.IDLE)
        again = await lane.traffic.arrive()
        await lane.sees()
        await lane.traffic.drive_through(again)
        await lane.until(Phase.IDLE)
        assert (len(lane.items("passage")), lane.presses) == (1, presses + 1)

    play(story, tmp_path / "data")


def asked(lane):
    return [body["state"] for body in lane.items("command") if body["command"] == "open"]
