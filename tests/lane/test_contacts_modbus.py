import asyncio
import re
import shutil
import subprocess
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cuakhauso.lane.contracts import (
    MOST_UNSEEN,
    Contacts,
    DeviceFault,
    Garbled,
    Inputs,
    Manifest,
    Output,
    Refused,
    Signal,
    Unreachable,
)
from cuakhauso.lane.drivers.modbus import ModbusContacts
from cuakhauso.lane.drivers.modbus_modules import (
    ADAM_6060,
    E1214,
    ET_7060,
    MODULES,
    Counter,
    Watchdog,
    Words,
)
from cuakhauso.lane.drivers.modbus_requests import number
from cuakhauso.sim.devices.barrier import Barrier, Fault
from cuakhauso.sim.devices.lane_floor import Floor, Jam
from cuakhauso.sim.devices.traffic import Traffic
from tests.lane.waiting import run, until

INPUTS = {
    Signal.LOOP_BEFORE: 0,
    Signal.LOOP_UNDER: 1,
    Signal.LOOP_AFTER: 2,
    Signal.BOOM_UP: 3,
    Signal.BOOM_DOWN: 4,
    Signal.EMERGENCY: 5,
}
OUTPUTS = {Output.OPEN: 0, Output.CLOSE: 1, Output.GREEN: 2, Output.RED: 3}
INVERTED = {Signal.LOOP_UNDER}


def wiring(module=ET_7060, **more):
    return module.wired(INPUTS, OUTPUTS, inverted=INVERTED, **more)


@asynccontextmanager
async def lane(wires=None, **more):
    wires = wires or wiring()
    async with Barrier(wires, **more) as barrier:
        contacts = ModbusContacts("127.0.0.1", barrier.port, wiring=wires, timeout=2.0, pulse_seconds=0.2)
        try:
            yield barrier, contacts
        finally:
            barrier.fault = None
            await contacts.close()


# --- the tables -----------------------------------------------------------------------------------


def test_each_module_has_its_inputs_and_outputs_where_its_manual_says():
    adam, et, moxa = wiring(ADAM_6060), wiring(ET_7060), wiring(E1214)
    # ADAM-6000 manual, appendix B.2: inputs are 00001.., outputs 00017..
    assert (adam.inputs[Signal.LOOP_AFTER].address, adam.inputs[Signal.LOOP_AFTER].bits) == (2, "coil")
    assert adam.outputs[Output.OPEN].coil == 16
    # ET-7000 manual: safe values of outputs from 515, events of the watchdog in 558
    assert (et.watchdog.register, et.watchdog.safe[0], et.watchdog.events) == (257, 515, 558)
    # E1200 manual, appendix A: 10001.., 00001.., the pulse of a relay in 00017..
    assert (moxa.inputs[Signal.LOOP_AFTER].address, moxa.inputs[Signal.LOOP_AFTER].bits) == (2, "discrete")
    pulsed = E1214.wired(INPUTS, OUTPUTS, own_pulses={Output.CLOSE})
    assert (pulsed.outputs[Output.CLOSE].coil, pulsed.outputs[Output.CLOSE].pulse) == (1, 17)
    assert pulsed.outputs[Output.OPEN].pulse is None


def test_every_table_says_where_it_is_from():
    assert all(module.source for module in MODULES.values())


@pytest.mark.parametrize(
    "wired",
    [
        lambda: ET_7060.wired({Signal.LOOP_BEFORE: 6}),
        lambda: ET_7060.wired({}, {Output.OPEN: -1}),
        lambda: ET_7060.wired(INPUTS, counted={Signal.LOOP_UNDER}),
        lambda: ADAM_6060.wired(INPUTS, OUTPUTS, own_pulses={Output.OPEN}),
    ],
)
def test_what_a_module_has_not_got_cannot_be_wired(wired):
    with pytest.raises(ValueError, match=r"ET-7060|ADAM-6060"):
        wired()


@settings(deadline=None)
@given(st.integers(0, 0xFFFF_FFFF), st.booleans())
def test_a_counter_is_read_in_its_modules_order_of_words(count, low_first):
    high, low = count >> 16, count & 0xFFFF
    words = {16: low, 17: high} if low_first else {16: high, 17: low}
    assert number(words, Counter(address=16, low_word_first=low_first)) == count


@settings(deadline=None)
@given(st.integers(0, 0xFFFF_FFFF), st.integers(0, MOST_UNSEEN), st.sampled_from([1, 2]), st.booleans())
def test_what_passed_is_told_across_the_end_of_any_counter(before, passed, words, low_first):
    counter = Counter(address=16, words=words, low_word_first=low_first)
    counts = []
    for count in (before % counter.values, (before + passed) % counter.values):
        parts = [count >> 16 * place & 0xFFFF for place in range(words)]
        sent = parts if low_first else parts[::-1]
        counts.append(number(dict(enumerate(sent, 16)), counter))
    under = Signal.LOOP_UNDER
    now = Inputs(on={}, counts={under: counts[1]}, ends={under: counter.values})
    assert now.closed_since(under, counts[0]) == passed


def test_a_counter_of_16_bits_is_told_with_its_end():
    async def test():
        short = Counter(address=30, words=1, kind=Words.HOLDING)
        wires = replace(wiring(ADAM_6060), counters={Signal.LOOP_UNDER: short})
        async with lane(wires) as (barrier, contacts):
            barrier.floor.counts[Signal.LOOP_UNDER] = 0xFFFF
            before = (await contacts.read()).counts[Signal.LOOP_UNDER]
            barrier.floor.counts[Signal.LOOP_UNDER] += 2
            now = await contacts.read()
            assert (before, now.counts[Signal.LOOP_UNDER]) == (0xFFFF, 1)
            assert now.closed_since(Signal.LOOP_UNDER, before) == 2

    run(test)


# --- inputs ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
def test_what_a_driver_does_is_seen_through_every_makers_table(module):
    async def test():
        async with lane(wiring(module)) as (barrier, contacts):
            seen = await contacts.read()
            assert {signal for signal, on in seen.on.items() if on} == {Signal.BOOM_DOWN}
            assert set(seen.on) == set(INPUTS)  # what is not wired is missing, not off
            traffic = Traffic(barrier.floor)
            truck = await traffic.arrive()
            assert (await contacts.read()).on[Signal.LOOP_BEFORE]
            await contacts.pulse(Output.OPEN)
            await until(lambda: barrier.floor.is_up)
            assert (await contacts.read()).on[Signal.BOOM_UP]
            await traffic.stop_under(truck)
            assert (await contacts.read()).on[Signal.LOOP_UNDER]

    run(test)


@pytest.mark.parametrize("module", [ADAM_6060, E1214], ids=["low word first", "high word first"])
def test_passes_that_nobody_watched_are_in_the_modules_own_counters(module):
    async def test():
        wires = wiring(module, counted={Signal.LOOP_UNDER, Signal.LOOP_AFTER})
        async with lane(wires) as (barrier, contacts):
            barrier.floor.counts[Signal.LOOP_AFTER] = 0x1FFFF
            before = (await contacts.read()).counts
            barrier.floor.open()
            traffic = Traffic(barrier.floor, pace=0)
            await traffic.drive_through(await traffic.arrive((6.0, 1.2, 9.0)))
            after = (await contacts.read()).counts
            assert after[Signal.LOOP_AFTER] > before[Signal.LOOP_AFTER] == 0x1FFFF
            assert after[Signal.LOOP_UNDER] > before[Signal.LOOP_UNDER]

    run(test)


# --- outputs --------------------------------------------------------------------------------------


def test_a_pulse_closes_the_contact_and_opens_it_again():
    async def test():
        async with lane() as (barrier, contacts):
            pulsing = asyncio.create_task(contacts.pulse(Output.OPEN))
            await until(lambda: barrier.is_on(Output.OPEN))
            await pulsing
            assert not barrier.is_on(Output.OPEN)
            assert barrier.presses[Output.OPEN] == 1
            await until(lambda: barrier.floor.is_up)

    run(test)


def test_a_cancelled_pulse_still_opens_the_contact():
    async def test():
        async with lane() as (barrier, contacts):
            pulsing = asyncio.create_task(contacts.pulse(Output.OPEN))
            await until(lambda: barrier.is_on(Output.OPEN))
            pulsing.cancel()
            await asyncio.sleep(0)
            pulsing.cancel()  # and again, while it is being opened
            with pytest.raises(asyncio.CancelledError):
                await pulsing
            assert not barrier.is_on(Output.OPEN)

    run(test)


def test_a_process_that_stops_in_the_middle_of_a_pulse_opens_the_contact():
    """As `asyncio.run` ends: every task is cancelled, and what they do then is waited for."""

    async def test():
        async with Barrier(wiring(E1214)) as barrier:
            await asyncio.to_thread(stops_while_pulsing, barrier.port)
            assert barrier.writes == [(0, True), (0, False)]

    run(test)


def stops_while_pulsing(port):
    async def process():
        contacts = ModbusContacts("127.0.0.1", port, wiring=wiring(E1214), pulse_seconds=1)
        asyncio.create_task(contacts.pulse(Output.OPEN))  # noqa: RUF006
        await until(lambda: contacts.diagnostics()["requests"] == 2)  # written, and read back
        await asyncio.sleep(0.1)

    asyncio.run(process())


def test_a_contact_that_could_not_be_opened_is_opened_as_soon_as_the_line_is_back():
    async def test():
        async with lane() as (barrier, contacts):
            await contacts.read()
            contacts.timeout = 0.3
            pulsing = asyncio.create_task(contacts.pulse(Output.OPEN))
            await until(lambda: barrier.is_on(Output.OPEN))
            barrier.fault = Fault.CUT
            with pytest.raises(Unreachable):
                await pulsing
            assert contacts.diagnostics()["not_released"] == ["open"]
            assert barrier.is_on(Output.OPEN)
            barrier.fault = None
            contacts.timeout = 2.0
            await contacts.read()
            assert not barrier.is_on(Output.OPEN)
            assert contacts.diagnostics()["not_released"] == []

    run(test)


def test_a_contact_that_was_left_closed_by_who_was_killed_in_a_pulse_is_opened():
    async def test():
        async with lane() as (barrier, contacts):
            pulsing = asyncio.create_task(contacts.pulse(Output.OPEN))
            await until(lambda: barrier.is_on(Output.OPEN))
            pulsing.cancel()
            contacts._pulses.put = nobody_is_left
            await asyncio.gather(pulsing, return_exceptions=True)
            assert barrier.is_on(Output.OPEN), "and the boom stays up, whatever asks it to come down"
            after = ModbusContacts("127.0.0.1", barrier.port, wiring=barrier.wiring)
            await after.read()
            assert not barrier.is_on(Output.OPEN)
            await after.close()

    run(test)


async def nobody_is_left(output: Output, on: bool) -> None:
    raise Unreachable("killed")


def test_the_modules_own_pulse_is_preferred_where_it_has_one():
    async def test():
        wires = wiring(E1214, own_pulses={Output.OPEN})
        async with lane(wires) as (barrier, contacts):
            await contacts.pulse(Output.OPEN)
            assert barrier.is_on(Output.OPEN)
            assert barrier.writes == [(16, True)]
            await until(lambda: not barrier.is_on(Output.OPEN))
            await until(lambda: barrier.floor.is_up)

    run(test)


def test_lights_are_switched_and_a_barrier_is_never_held():
    async def test():
        async with lane() as (barrier, contacts):
            await contacts.switch(Output.GREEN, True)
            assert barrier.is_on(Output.GREEN)
            await contacts.switch(Output.GREEN, False)
            assert not barrier.is_on(Output.GREEN)
            for output in (Output.OPEN, Output.CLOSE):
                with pytest.raises(Refused):
                    await contacts.switch(output, True)
                await contacts.switch(output, False)
            with pytest.raises(Refused, match="alarm"):
                await contacts.switch(Output.ALARM, True)

    run(test)


def test_two_pulses_and_many_readings_at_once_take_turns():
    async def test():
        async with lane() as (barrier, contacts):
            readings = [contacts.read() for _ in range(20)]
            await asyncio.gather(contacts.pulse(Output.OPEN), contacts.pulse(Output.OPEN), *readings)
            assert barrier.presses[Output.OPEN] == 2
            assert not barrier.is_on(Output.OPEN)

    run(test)


def test_many_who_ask_at_once_share_one_connection():
    """Small modules serve one or two, and refuse whoever comes next."""

    async def test():
        callers = []

        async def serve(reader, writer):
            callers.append(writer)
            with suppress(asyncio.IncompleteReadError):
                while request := await reader.readexactly(12):
                    writer.write(request[:2] + bytes.fromhex("0000000401020100"))

        server = await asyncio.start_server(serve, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        contacts = ModbusContacts("127.0.0.1", port, wiring=wiring(E1214), timeout=2)
        await asyncio.gather(*(contacts.read() for _ in range(10)))
        assert len(callers) == 1
        await contacts.close()
        server.close()

    run(test)


def test_a_written_coil_that_reads_back_unchanged_was_not_accepted():
    async def test():
        async with lane() as (barrier, contacts):
            await contacts.read()
            barrier.fault = Fault.UNMOVED
            with pytest.raises(Refused, match="did not change"):
                await contacts.switch(Output.RED, True)
            with pytest.raises(Refused, match="did not change"):
                await contacts.pulse(Output.OPEN)

    run(test)


def test_accepted_is_not_done_a_locked_barrier_says_yes_and_stays_down():
    async def test():
        async with lane(floor=Floor(jam=Jam.LOCKED)) as (barrier, contacts):
            await contacts.pulse(Output.OPEN)
            assert barrier.presses[Output.OPEN] == 1
            assert (await contacts.read()).on[Signal.BOOM_DOWN]

    run(test)


# --- the host watchdog ----------------------------------------------------------------------------


def test_a_dead_node_leaves_no_output_on():
    async def test():
        wires = wiring(watchdog=Watchdog(register=257, value=5, safe=tuple(range(515, 521)), events=558))
        async with lane(wires) as (barrier, contacts):
            await contacts.switch(Output.GREEN, True)
            for _ in range(8):  # traffic keeps it on, beyond the half second
                await contacts.read()
                await asyncio.sleep(0.1)
            assert barrier.is_on(Output.GREEN) or barrier.watchdog_events
            contacts._hang_up()
            await until(lambda: not barrier.is_on(Output.GREEN))
            assert barrier.watchdog_events

    run(test)


def test_the_watchdog_is_set_before_anything_is_closed_and_written_only_where_it_differs():
    async def test():
        async with lane() as (barrier, contacts):
            await contacts.switch(Output.RED, True)
            assert barrier.writes == [*((coil, False) for coil in range(515, 521)), (3, True)]
            contacts._hang_up()
            await contacts.switch(Output.RED, False)
            assert barrier.writes[7:] == [(3, False)]

    run(test)


def test_a_module_that_refuses_its_watchdog_is_not_used_without_it():
    async def test():
        async with lane() as (barrier, contacts):
            barrier.fault = Fault.REFUSED
            for _ in range(2):
                with pytest.raises(Refused):
                    await contacts.switch(Output.GREEN, True)
            assert barrier.writes == []

    run(test)


# --- what goes wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "raised"),
    [(Fault.SILENT, Unreachable), (Fault.GARBLED, Garbled), (Fault.REFUSED, Refused)],
)
def test_every_fault_of_the_line_is_one_of_ours_and_the_next_reading_is_good(fault, raised):
    async def test():
        async with lane() as (barrier, contacts):
            assert await contacts.read()
            contacts.timeout = 0.4
            contacts._hang_up()
            barrier.fault = fault
            with pytest.raises(raised):
                await contacts.read()
            barrier.fault = None
            contacts.timeout = 2.0
            assert (await contacts.read()).on[Signal.BOOM_DOWN]
            assert contacts.diagnostics()["faults"] >= 1
            assert contacts.diagnostics()["last_fault"] == raised.code

    run(test)


def test_a_slow_module_is_waited_for():
    async def test():
        async with lane(slow_seconds=0.1) as (barrier, contacts):
            await contacts.read()
            barrier.fault = Fault.SLOW
            assert (await contacts.read()).on[Signal.BOOM_DOWN]

    run(test)


def test_a_late_answer_is_not_taken_for_the_next_ones():
    async def test():
        async with lane(slow_seconds=0.4) as (barrier, contacts):
            await contacts.read()
            contacts.timeout = 0.2
            contacts._hang_up()
            barrier.fault = Fault.SLOW
            with pytest.raises(Unreachable):
                await contacts.read()
            barrier.fault = None
            contacts.timeout = 2.0
            barrier.floor.open()
            await until(lambda: barrier.floor.is_up)
            assert (await contacts.read()).on[Signal.BOOM_UP]

    run(test)


def test_nothing_listening_and_a_module_that_comes_back():
    async def test():
        async with lane() as (barrier, contacts):
            port = barrier.port
            await contacts.read()
            await barrier.stop()
            contacts._hang_up()
            with pytest.raises(Unreachable):
                await contacts.read()
            await barrier.start(port)
            assert (await contacts.read()).on[Signal.BOOM_DOWN]

    run(test)


def answering(junk):
    """Answers every request with the same bytes, the request's own transaction in front."""

    async def answer(reader, writer):
        with suppress(OSError, asyncio.IncompleteReadError):
            while request := await reader.readexactly(12):
                writer.write(request[:2] + junk)
        writer.close()

    return answer


JUNK = [
    b"\0\0\0\3\1\x81\x0b",  # the gateway's device is silent
    b"\0\0\0\4\1\1\1",  # cut short
    b"\0\0\0\4\1\2\1\0",  # eight bits, to be read as six
    b"\0\0\0\3\1\2\0",  # no bits at all
    b"\0\0\0\5\1\4\2\0\1",  # registers where bits were asked for
    b"\0\0\0\5\1\x63\2\0\1",  # no such function
    b"\0\0\0\2\1\2",
    b"HTTP/1.1 400 Bad Request\r\n\r\n",
    bytes(300),
]


@pytest.mark.parametrize("junk", JUNK, ids=range(len(JUNK)))
def test_whatever_answers_only_declared_faults_are_raised(junk):
    async def test():
        server = await asyncio.start_server(answering(junk), "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        contacts = ModbusContacts("127.0.0.1", port, wiring=wiring(E1214), timeout=0.15)
        with suppress(DeviceFault):
            assert set((await contacts.read()).on) == set(INPUTS)
        await contacts.close()
        server.close()

    run(test)


@given(st.lists(st.integers(1, 9), max_size=4))
@settings(max_examples=15, deadline=None)
def test_it_does_not_matter_in_what_pieces_an_answer_comes(cuts):
    async def in_pieces(reader, writer):
        with suppress(asyncio.IncompleteReadError):
            while True:
                request = await reader.readexactly(12)
                said = (
                    request[7:] if request[7] == 5 else bytes([request[7], 1, 0x2B if request[7] == 2 else 0])
                )
                answer = request[:4] + bytes([0, 1 + len(said), request[6]]) + said
                for start, end in pairwise([0, *sorted(cuts), len(answer)]):
                    writer.write(answer[start:end])
                    await writer.drain()
                    await asyncio.sleep(0)
        writer.close()

    async def test():
        server = await asyncio.start_server(in_pieces, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        contacts = ModbusContacts("127.0.0.1", port, wiring=wiring(E1214), timeout=2)
        on = (await contacts.read()).on
        # 0x2b: inputs 0, 1, 3 and 5 are closed; the loop under the boom is wired the other way round
        assert {signal for signal in on if on[signal]} == {
            Signal.LOOP_BEFORE,
            Signal.BOOM_UP,
            Signal.EMERGENCY,
        }
        await contacts.close()
        server.close()

    run(test)


def test_a_vehicle_that_comes_between_two_questions_is_seen_and_not_counted_as_gone():
    """Counters are asked for first: else one that drives onto the loop in between is counted, not seen."""
    count, under = 7, 0

    async def answers(reader, writer):
        nonlocal count, under
        with suppress(asyncio.IncompleteReadError):
            while True:
                request = await reader.readexactly(12)
                said = {2: bytes([2, 1, under]), 1: bytes([1, 1, 0]), 5: request[7:]}.get(request[7])
                said = said or bytes([request[7], 4, 0, 0, 0, count])
                writer.write(request[:4] + bytes([0, 1 + len(said), request[6]]) + said)
                if request[7] in (2, 3, 4) and count == 7:
                    count, under = 8, 0b10  # it drives onto the loop after the first question
        writer.close()

    async def test():
        server = await asyncio.start_server(answers, "127.0.0.1", 0)
        contacts = ModbusContacts(
            "127.0.0.1",
            server.sockets[0].getsockname()[1],
            wiring=E1214.wired(INPUTS, OUTPUTS, counted={Signal.LOOP_UNDER}),
            timeout=2,
        )
        told = await contacts.read()
        assert (told.on[Signal.LOOP_UNDER], told.counts[Signal.LOOP_UNDER]) == (True, 7)
        await contacts.close()
        server.close()

    run(test)


def test_a_check_says_one_line_and_moves_nothing():
    async def test():
        async with lane() as (barrier, contacts):
            line = await contacts.check()
            assert re.fullmatch(r"modbus 127.0.0.1:\d+ unit 1: 6 inputs, on: boom_down", line)
            assert barrier.presses == dict.fromkeys(Output, 0)
            assert contacts.diagnostics()["connected"]

    run(test)


def test_the_driver_is_what_the_contract_says():
    contacts: Contacts = ModbusContacts("127.0.0.1", wiring=wiring())
    assert isinstance(contacts.manifest, Manifest)
    with pytest.raises(ValueError, match="pulse"):
        ModbusContacts("127.0.0.1", wiring=wiring(), pulse_seconds=5)


# --- a second implementation ----------------------------------------------------------------------

mbpoll = pytest.mark.skipif(not shutil.which("mbpoll"), reason="no mbpoll here: apt install mbpoll")


def polled(port, *words):
    """What libmodbus reads: reference numbers and values."""
    command = ["mbpoll", "-m", "tcp", "-p", str(port), "-0", "-1", "-o", "5", *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=15, check=True)
    return {int(at): int(value) for at, value in re.findall(r"\[(\d+)\]:\s+(-?\d+)", done.stdout)}


@mbpoll
def test_libmodbus_reads_the_same_inputs_and_counters_and_closes_the_same_contact():
    async def test():
        wires = wiring(E1214, counted=set(INPUTS))
        async with lane(wires) as (barrier, contacts):
            await Traffic(barrier.floor).arrive()
            ours = await contacts.read()
            theirs = await asyncio.to_thread(
                polled, barrier.port, "-t", "1", "-r", "0", "-c", "6", "127.0.0.1"
            )
            for signal, channel in INPUTS.items():
                assert ours.on[signal] is (bool(theirs[channel]) is not (signal in INVERTED))
            counters = ("-t", "3:int", "-B", "-r", "16", "-c", "6", "127.0.0.1")
            theirs = await asyncio.to_thread(polled, barrier.port, *counters)
            assert [ours.counts[signal] for signal in INPUTS] == list(theirs.values())
            await asyncio.to_thread(polled, barrier.port, "-t", "0", "-r", "0", "127.0.0.1", "1")
            await until(lambda: barrier.floor.is_up)
            assert (await contacts.read()).on[Signal.BOOM_UP]
            assert barrier.presses[Output.OPEN] == 1

    run(test)
