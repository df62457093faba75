"""The simulated lane behaves as lanes do: what is tested against it is worth no more than it is."""

import pytest

from cuakhauso.lane.contracts import Signal
from cuakhauso.sim.devices.lane_floor import LOOPS, Floor, Jam, Vehicle
from cuakhauso.sim.devices.traffic import TRAILER, Traffic
from tests.lane.waiting import run


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def floor(clock):
    return Floor(boom_seconds=2, clock=clock)


def on(floor):
    return {signal for signal, is_on in floor.signals().items() if is_on}


def rolled(floor, vehicle, metres):
    """What was seen on the way, each change once."""
    seen = [on(floor)]
    for _ in range(round(metres / 0.25)):
        floor.roll(vehicle, 0.25)
        if on(floor) != seen[-1]:
            seen.append(on(floor))
    return seen


def test_the_boom_takes_its_time_and_neither_switch_is_on_between(floor, clock):
    floor.open()
    clock.now = 1
    assert on(floor) == set()
    clock.now = 2
    assert on(floor) == {Signal.BOOM_UP}
    floor.lower()
    clock.now = 3
    assert on(floor) == set()
    clock.now = 4
    assert on(floor) == {Signal.BOOM_DOWN}


def test_a_vehicle_takes_the_loops_in_order(floor, clock):
    floor.open()
    clock.now = 2
    car = Vehicle((4.5,))
    floor.vehicles.append(car)
    loops = [seen & set(LOOPS) for seen in rolled(floor, car, 18)]
    before, under, after = LOOPS
    assert loops == [set(), {before}, {before, under}, {under}, {under, after}, {after}, set()]


def test_a_drawbar_is_no_vehicle_the_loop_drops_out_between_truck_and_trailer(floor, clock):
    floor.open()
    clock.now = 2
    truck = Vehicle((6.0, 3.0, 9.0))
    floor.vehicles.append(truck)
    rolled(floor, truck, 32)
    assert floor.counts[Signal.LOOP_UNDER] == 2


def test_the_boom_stays_up_while_something_is_under_it(floor, clock):
    floor.open()
    clock.now = 2
    car = Vehicle((4.5,))
    floor.vehicles.append(car)
    rolled(floor, car, 8)
    floor.lower()
    clock.now = 10
    assert Signal.BOOM_UP in on(floor)
    assert floor.hits == 0


def test_a_boom_on_its_way_down_turns_when_the_loop_under_it_is_reached(floor, clock):
    floor.open()
    clock.now = 2
    floor.lower()
    clock.now = 2.5
    car = Vehicle((4.5,), front=3.9)
    floor.vehicles.append(car)
    floor.roll(car, 0.25)
    clock.now = 5
    assert Signal.BOOM_UP in on(floor)


def test_a_vehicle_that_does_not_wait_forces_the_barrier(floor):
    car = Vehicle((4.5,))
    floor.vehicles.append(car)
    rolled(floor, car, 10)
    assert floor.hits == 1
    assert Signal.FORCED in on(floor)
    assert Signal.BOOM_DOWN not in on(floor)


@pytest.mark.parametrize("jam", Jam)
def test_a_jammed_barrier_stays_where_it_is(floor, clock, jam):
    floor.jam = jam
    floor.open()
    clock.now = 9
    assert on(floor) == {Signal.BOOM_DOWN}


def test_the_emergency_contact_opens_and_holds_open(floor, clock):
    floor.raise_alarm()
    clock.now = 2
    floor.lower()
    clock.now = 9
    assert on(floor) == {Signal.BOOM_UP, Signal.EMERGENCY}


def test_a_person_with_the_key_moves_the_boom(floor, clock):
    floor.turn_key(up=True)
    clock.now = 2
    assert on(floor) == {Signal.BOOM_UP, Signal.KEY_MANUAL}


def test_open_that_is_held_keeps_the_boom_up(floor, clock):
    floor.open()
    clock.now = 2
    floor.held_open = True
    floor.lower()
    clock.now = 9
    assert Signal.BOOM_UP in on(floor)


def test_a_driver_waits_drives_through_and_the_controller_lowers_the_boom():
    async def test():
        floor = Floor(boom_seconds=0.02, closes_itself=True)
        traffic = Traffic(floor, pace=0)
        truck = await traffic.arrive()
        floor.open()
        await traffic.drive_through(truck)
        assert floor.hits == 0
        assert not floor.vehicles
        assert {loop: floor.counts[loop] for loop in LOOPS} == dict.fromkeys(LOOPS, 1)

    run(test)


def test_a_driver_in_front_of_a_closed_boom_waits_and_gives_up():
    async def test():
        traffic = Traffic(Floor(), pace=0.001, patience=0.05)
        with pytest.raises(TimeoutError):
            await traffic.drive_through(await traffic.arrive())

    run(test)


def test_one_who_backs_out_was_on_the_first_loop_only():
    async def test():
        floor = Floor()
        traffic = Traffic(floor, pace=0)
        await traffic.back_out(await traffic.arrive(TRAILER))
        assert {signal for signal in LOOPS if floor.counts[signal]} == {Signal.LOOP_BEFORE}
        assert on(floor) == {Signal.BOOM_DOWN}

    run(test)


def test_a_tailgater_passes_on_one_opening_and_is_counted():
    async def test():
        floor = Floor(boom_seconds=0.01)
        traffic = Traffic(floor, pace=0)
        first = await traffic.arrive()
        floor.open()
        await traffic.tailgate(first, gap=3)
        assert floor.counts[Signal.BOOM_UP] == 1
        assert floor.counts[Signal.LOOP_AFTER] == 2
        assert floor.hits == 0

    run(test)
