"""The scale of a gate in a box behind the contract of a scale: real sockets, real ptys, every protocol."""

import asyncio
from contextlib import aclosing, asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from cuakhauso.lane.contracts import Garbled, Unreachable, WeightFault
from cuakhauso.lane.drivers import mtsics, yaohua
from cuakhauso.lane.drivers.scale import PROTOCOLS, WiredScale
from cuakhauso.lane.drivers.wire import Wire
from cuakhauso.lane.weighing import Accepted, Rule, Weighing, heard
from cuakhauso.sim.devices.scales import Fault, Platform, SimulatedScale

LONGEST_S = 20  # nothing here takes so long, even on a busy machine
TELL_OVERLOAD = ("toledo", "toledo-plain", "mtsics", "yaohua-a12", "rinstrum-1", "rinstrum-2", "rinstrum-4")
TELL_MOTION = ("toledo", "toledo-plain", "mtsics", "rinstrum-1", "rinstrum-2", "rinstrum-4")


@asynccontextmanager
async def bridge(protocol, *, over="tcp", frames_per_s=60, timeout_s=LONGEST_S, **how):
    """A simulated scale and the driver listening to it; a failure shows within seconds, not for ever."""
    simulated = SimulatedScale(protocol, Platform(settle_s=0.05), frames_per_s=frames_per_s)
    address = await simulated.serve_tcp() if over == "tcp" else simulated.serve_pty()
    wire = Wire(address, timeout_s=timeout_s, first_wait_s=0.02, longest_wait_s=0.1)
    scale = WiredScale(wire, protocol, **{"ask_every_s": 0.01, **how})
    try:
        async with asyncio.timeout(LONGEST_S):
            yield simulated, scale
    finally:
        await scale.close()
        await simulated.close()


async def until(scale, wanted):
    async with aclosing(scale.weights()) as weights:
        async for weight in weights:
            if wanted(weight):
                return weight
    raise AssertionError("the scale fell silent")


@pytest.mark.parametrize("over", ["tcp", "pty"])
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_truck_drives_on_and_off(protocol, over):
    async def run():
        async with bridge(protocol, over=over) as (simulated, scale):
            await until(scale, lambda weight: weight.kg == 0)
            simulated.platform.drive_on(38460, seconds=0.05)
            weight = await until(scale, lambda weight: weight.kg == 38460 and weight.stable is not False)
            assert weight.fault is None
            assert (weight.stable is None) is (protocol not in TELL_MOTION)
            simulated.platform.drive_off(seconds=0.05)
            await until(scale, lambda weight: weight.kg == 0)
            assert scale.diagnostics()["frames"]["garbled"] == 0

    asyncio.run(run())


@pytest.mark.parametrize("protocol", TELL_MOTION)
def test_motion_is_told_while_a_truck_drives_on(protocol):
    async def run():
        async with bridge(protocol) as (simulated, scale):
            await until(scale, lambda weight: weight.kg == 0)
            simulated.platform.drive_on(38460, seconds=60)
            weight = await until(scale, lambda weight: weight.fault is WeightFault.MOTION)
            assert weight.stable is False

    asyncio.run(run())


@pytest.mark.parametrize("protocol", TELL_OVERLOAD)
def test_overload_is_told_and_is_no_weight(protocol):
    async def run():
        async with bridge(protocol) as (simulated, scale):
            simulated.platform.put(99000)
            await until(scale, lambda weight: weight.fault is WeightFault.OVERLOAD and not weight.counts)

    asyncio.run(run())


def test_a_scale_that_lost_its_zero_says_so():
    async def run():
        async with bridge("toledo") as (simulated, scale):
            simulated.platform.zeroed = False
            await until(scale, lambda weight: weight.fault is WeightFault.NOT_ZEROED)

    asyncio.run(run())


@pytest.mark.parametrize("protocol", ["toledo", "mtsics"])
@pytest.mark.parametrize("over", ["tcp", "pty"])
def test_silence_is_unreachable_and_it_is_heard_again_after(protocol, over):
    async def run():
        async with bridge(protocol, over=over, timeout_s=0.3) as (simulated, scale):
            await simulated.fail(Fault.SILENT)
            with pytest.raises(Unreachable, match="TimeoutError"):
                await until(scale, lambda weight: False)
            await simulated.fail(None)
            await eventually(scale, lambda weight: weight.kg == 0)

    asyncio.run(run())


async def eventually(scale, wanted):
    """Asks again as the lane does, whatever it raises meanwhile."""
    while True:
        try:
            return await until(scale, wanted)
        except (Unreachable, Garbled):
            continue


@pytest.mark.parametrize("protocol", ["toledo", "mtsics", "yaohua", "rinstrum-4"])
def test_nonsense_is_garbled_and_it_is_understood_again_after(protocol):
    async def run():
        async with bridge(protocol, patience_s=0.2) as (simulated, scale):
            await simulated.fail(Fault.GARBLED)
            with pytest.raises(Garbled, match=protocol):
                await until(scale, lambda weight: False)
            await simulated.fail(None)
            simulated.platform.put(12000)
            weight = await eventually(scale, lambda weight: weight.kg == 12000)
            assert weight.fault is None

    asyncio.run(run())


@pytest.mark.parametrize("over", ["tcp", "pty"])
def test_frames_that_come_byte_by_byte_are_understood(over):
    async def run():
        async with bridge("toledo", over=over) as (simulated, scale):
            await simulated.fail(Fault.SLOW)
            simulated.platform.put(38460)
            for _ in range(3):
                assert (await until(scale, lambda weight: weight.kg == 38460)).counts

    asyncio.run(run())


def test_a_scale_that_hangs_up_is_unreachable_and_comes_back_on_the_same_line():
    async def run():
        async with bridge("toledo") as (simulated, scale):
            await until(scale, lambda weight: weight.kg == 0)
            await simulated.fail(Fault.REFUSED)
            with pytest.raises(Unreachable):
                await until(scale, lambda weight: False)
            with pytest.raises(Unreachable, match="Connect"):
                await scale.check()
            await simulated.fail(None)
            await eventually(scale, lambda weight: weight.kg == 0)
            assert simulated.connections >= 2
            assert scale.diagnostics()["wire"]["failed"] >= 2

    asyncio.run(run())


def test_a_check_is_one_line_and_gives_the_line_back():
    async def run():
        async with bridge("toledo") as (simulated, scale):
            simulated.platform.put(38460)
            line = await scale.check()
            assert "38460 kg, stable" in line
            assert "\n" not in line
            assert scale.diagnostics()["wire"]["open"] is False
            await until(scale, lambda weight: weight.counts)
            await scale.check()
            assert scale.diagnostics()["wire"]["open"] is True

    asyncio.run(run())


def test_a_check_says_what_is_wrong_with_the_weight():
    async def run():
        async with bridge("yaohua-a12") as (simulated, scale):
            simulated.platform.put(99000)
            assert "no figure, overload" in await scale.check()
            simulated.platform.put(0)
            assert "does not say whether stable" in await scale.check()

    asyncio.run(run())


def test_diagnostics_tell_what_was_heard_last():
    async def run():
        async with bridge("yaohua") as (_, scale):
            before = scale.diagnostics()
            assert (before["last_raw"], before["last_at"]) == ("", "")
            weight = await until(scale, lambda weight: True)
            after = scale.diagnostics()
            assert after["last_raw"] == weight.raw.hex(" ")
            assert datetime.fromisoformat(after["last_at"]).tzinfo is not None
            assert after["frames"]["good"] >= 1

    asyncio.run(run())


def test_what_a_site_says_of_its_scale_goes_to_the_parser_and_mistakes_are_told_at_once():
    wire = Wire("tcp://127.0.0.1:9")
    assert WiredScale(wire, "toledo", options={"dummy_zeros": False}).manifest.name == "toledo"
    assert WiredScale(wire, "yaohua", options={"unit": "t"}).protocol == "yaohua"
    for protocol, options in [("abacus", {}), ("yaohua", {"unit": "stone"})]:
        with pytest.raises(ValueError, match="no "):
            WiredScale(wire, protocol, options=options)
    with pytest.raises(TypeError):
        WiredScale(wire, "toledo", options={"colour": "red"})


def test_every_protocol_has_a_manifest_that_says_what_it_was_tried_with():
    for spoken in PROTOCOLS.values():
        assert spoken.manifest.tested
        assert spoken.manifest.source
        assert "weight" in spoken.manifest.gives


@pytest.mark.parametrize("protocol", ["toledo", "yaohua-asked"])
def test_from_the_steel_to_an_accepted_weight(protocol):
    rule = Rule(
        most_kg=Decimal(80000),
        frames=5,
        steady_for=timedelta(milliseconds=100),
        untold_for=timedelta(milliseconds=300),
        pause=timedelta(seconds=10),
    )

    async def run():
        async with bridge(protocol) as (simulated, scale):
            state, found = Weighing(), []
            async with aclosing(scale.weights()) as weights:
                async for weight in weights:
                    state, finding = heard(state, weight, at=datetime.now(UTC), inputs=None, rule=rule)
                    found.append(finding)
                    if state.zero_seen and simulated.platform.shown.kg == 0:
                        simulated.platform.drive_on(38460, seconds=0.2)
                    if isinstance(finding, Accepted):
                        break
            assert state.accepted is not None
            assert state.accepted.kg == 38460
            assert len(state.accepted.frames) == 5

    asyncio.run(run())


async def told(wire, parser, command):
    """The weights in the first answers to a command; none, where its answer is about something else."""
    good = parser.good
    await wire.write(command)
    weights = []
    while parser.good == good:
        weights += parser.feed(await wire.read())
    return weights


def test_mt_sics_answers_when_stable_at_once_and_again_and_again():
    async def run():
        async with bridge("mtsics") as (simulated, scale):
            wire, parser = scale._wire, mtsics.MtSics()
            simulated.platform.put(38460)
            assert [weight.kg for weight in await told(wire, parser, b"S\r\n")] == [38460]
            simulated.platform.drive_off(seconds=60)
            assert [weight.fault for weight in await told(wire, parser, b"S\r\n")] == [WeightFault.ERROR]
            assert [weight.fault for weight in await told(wire, parser, b"SI\r\n")] == [WeightFault.MOTION]
            await told(wire, parser, mtsics.REPEAT)
            while parser.good < 8:
                list(parser.feed(await wire.read()))
            await wire.write(mtsics.STOP)

    asyncio.run(run())


def test_yaohua_shakes_hands_and_tells_tare_and_net():
    async def run():
        async with bridge("yaohua-asked") as (simulated, scale):
            wire, parser = scale._wire, yaohua.Answers()
            simulated.platform.put(38460)
            simulated.platform.tare_kg = 14400
            assert await told(wire, parser, yaohua.SHAKE) == []
            assert await told(wire, parser, yaohua.TARE) == []
            (net,) = await told(wire, parser, yaohua.NET)
            assert (net.kg, net.net, net.tare_kg) == (24060, True, 14400)

    asyncio.run(run())
