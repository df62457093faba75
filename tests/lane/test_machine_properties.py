"""Whatever happens, in whatever order: nothing opens without a permit or a named person, and one ticket is
one vehicle. A lane told by Hypothesis, beside a model that knows only these two sentences."""

from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from cuakhauso.lane import words as w
from cuakhauso.lane.contracts import Inputs, Output, Signal, Subject
from cuakhauso.lane.words import Act, NoteKind, Phase

from .builders import ALONE, COLLEAGUE, HELD, OFFICER, WHERE, Story, answer, crossing

PLATES = {"12C-100.05": 5, "12C-100.06": 6, "98C-777.77": None, "12C-100.50": None, "": None}


class AnyLane(RuleBasedStateMachine):
    @initialize(weighs=st.booleans(), second=st.booleans(), always=st.booleans(), counts=st.booleans())
    def begin(self, weighs, second, always, counts):
        permitted, held = answer(), answer("12C-100.06", 6, against=(HELD,))
        self.lane = Story(
            permitted, held, counts=counts, weighs=weighs, second_person=second, permit_always=always
        )
        self.checked = 0
        self.tickets: dict = {}
        self.passed: set = set()

    # What may happen.

    @rule(signal=st.sampled_from(Signal), on=st.booleans())
    def a_contact_changes(self, signal, on):
        self.lane.are({signal: on})

    @rule()
    def a_contact_is_missing(self):
        self.lane.hear(w.Sensed(self.lane.now, Inputs(on={})))

    @rule()
    def contacts_are_silent(self):
        self.lane.hear(w.Silent(self.lane.now))

    @rule(text=st.sampled_from(sorted(PLATES)), sure=st.sampled_from([0.3, 0.97]))
    def a_plate_is_read(self, text, sure):
        self.lane.reads(text, confidence=sure)

    @rule(text=st.sampled_from([str(crossing(5)), str(crossing(6)), "junk"]))
    def a_code_is_read(self, text):
        self.lane.reads(text, Subject.QR)

    @rule(kg=st.sampled_from([1, 38_000, 90_000]))
    def it_is_weighed(self, kg):
        self.lane.weighs(kg)

    @rule(seconds=st.sampled_from([0.5, 2, 10, 100]))
    def time_goes_by(self, seconds):
        self.lane.after(seconds)

    @rule(fault=st.sampled_from(["", "device_unreachable"]))
    def a_pulse_is_answered(self, fault):
        self.lane.hear(w.Answered(self.lane.now, Output.OPEN, fault))

    @rule(
        act=st.sampled_from(Act), reason=st.sampled_from(["", "emergency"]),
        second=st.sampled_from([None, OFFICER, COLLEAGUE]), text=st.sampled_from(["", "12C-100.05"]),
    )  # fmt: skip
    def a_person_acts(self, act, reason, second, text):
        self.lane.tells(act, reason=reason, second=second, subject=Subject.PLATE, text=text)

    @rule(held=st.booleans())
    def the_centre_says_something(self, held):
        against = (HELD,) if held else ()
        facts = max(self.lane.book.used.get((WHERE, crossing(5)), 3), 3) + 1
        self.lane.book.index(WHERE).put(answer(facts=facts, against=against))
        self.lane.hear(w.Changed(self.lane.now))

    @rule()
    def the_centre_is_long_away(self):
        self.lane.now += timedelta(hours=5)

    @rule()
    def a_vehicle_comes_and_goes(self):
        self.lane.are({Signal.BOOM_UP: False, Signal.BOOM_DOWN: True, Signal.LOOP_UNDER: False})
        self.lane.stands().reads("12C-100.05")
        if self.lane.phase is Phase.OPENING:
            self.lane.passes()

    @rule(text=st.sampled_from(["12C-100.06", "98C-777.77"]))
    def one_waits_that_may_not_pass(self, text):
        self.lane.are({Signal.BOOM_UP: False, Signal.BOOM_DOWN: True, Signal.LOOP_UNDER: False})
        self.lane.stands().reads(text).after(9)

    # What must hold.

    @invariant()
    def nothing_opens_without_a_permit_or_a_named_person(self):
        """Told from what was written down alone, each opening right after its decision."""
        lane = getattr(self, "lane", None)
        if lane is None:
            return
        decision, given = None, None
        for effect in lane.done[self.checked :]:
            match effect:
                case w.Note(kind=NoteKind.DECISION):
                    decision = effect.body | {"at": effect.at}
                case w.Note(kind=NoteKind.ACT) if effect.body["refused"] is None:
                    given = effect.body
                case w.Pulse(output=Output.OPEN):
                    self.opened(lane, decision, given, effect.ticket)
                case w.Note(kind=NoteKind.PASSAGE):
                    self.one_ticket_one_vehicle(effect.body)
                    self.used(lane, effect.body)
                case _:
                    pass
        self.checked = len(lane.done)

    def opened(self, lane, decision, given, ticket):
        assert decision is not None
        assert ticket not in self.tickets
        self.tickets[ticket] = decision
        if not decision["permits"]:
            assert given is not None, "a named person"
            assert given["person"]["name"]
            assert given["act"] in (Act.OPEN, Act.TEMPORARY_YARD)
            assert given["reason"] or given["act"] is Act.TEMPORARY_YARD
            if lane.settings.second_person and given["act"] is Act.OPEN:
                assert given["second"] not in (None, given["person"])
            if lane.settings.permit_always:
                assert decision["crossing"] == crossing(5)
                assert "hold_live" not in decision["against"]
        else:
            assert decision["crossing"] == crossing(5)
            assert not decision["against"]
            assert not decision["differences"]
            assert decision["at"] - lane.book.as_of <= ALONE

    def one_ticket_one_vehicle(self, passage):
        ticket = passage["ticket"]
        if ticket is None:
            assert passage["irregular"]
        else:
            assert ticket in self.tickets
            assert ticket not in self.passed
            self.passed.add(ticket)

    def used(self, lane, passage):
        if passage["crossing"] is not None:
            facts = lane.book.index(WHERE).by_crossing[passage["crossing"]].facts
            lane.book.use(WHERE, passage["crossing"], facts)

    @invariant()
    def nothing_moves_by_itself_while_the_key_or_the_emergency_rules(self):
        lane = getattr(self, "lane", None)
        if lane is not None and (lane.on.get(Signal.KEY_MANUAL) or lane.on.get(Signal.EMERGENCY)):
            assert lane.phase in (Phase.MANUAL, Phase.EMERGENCY, Phase.UNKNOWN)


AnyLane.TestCase.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
TestAnyLane = AnyLane.TestCase
