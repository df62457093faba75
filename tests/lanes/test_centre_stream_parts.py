"""The parts of the stream: what is looked at first, how a message travels, what is told again."""

import json
from uuid import UUID

import msgspec

from cuakhauso.centre.lanes import answers, stream
from cuakhauso.centre.lanes.stream import Conversation, Listener, Work, frame
from cuakhauso.centre.shared.stream import REFRESH, Event
from cuakhauso.core.answer import GENESIS
from cuakhauso.core.words import CheckpointKind, Direction

from ..centre.builders import declare

B1 = (CheckpointKind.B1, Direction.OUT)


def listener(node=None):
    return Listener(node, "CKHN", lanes=(B1,), reasons=())


def test_what_changed_is_looked_at_before_the_rest():
    work = Work(listener(), everything=False)
    crowd = [UUID(int=n) for n in range(stream.AT_ONCE + 50)]
    work.put_back(crowd)
    last = crowd[-1]
    work.heard(Event(1, "crossing.changed", {"crossing": str(last), "gate": "CKHN"}))
    work.heard(Event(2, "crossing.changed", {"crossing": str(crowd[3]), "gate": "TT"}))
    batch = work.take()
    assert batch[0] == last
    assert len(batch) == stream.AT_ONCE
    assert len(set(batch)) == len(batch)
    assert not work.is_done
    assert set(work.take()) | set(batch) == set(crowd)
    assert work.is_done
    work.heard(REFRESH)
    assert not work.is_done


def test_a_line_end_inside_a_message_does_not_end_it():
    told = msgspec.json.encode({"goods": "a\u2028b\u2029c\x85d\ne"})
    sent = frame("answer", told).decode()
    assert len(sent.rstrip("\n").splitlines()) == 2
    assert json.loads(sent.split("data: ")[1]) == json.loads(told)


def test_an_answer_that_differs_only_in_when_it_was_made_is_not_told_again(gate):
    truck = declare()
    talk = Conversation(listener())
    first = answers.told("CKHN", [truck.crossing_id])
    assert len(talk.tell([truck.crossing_id], first)) == 1
    answers._kept._values.clear()
    later = answers.told("CKHN", [truck.crossing_id])
    assert later[truck.crossing_id][0].signed != first[truck.crossing_id][0].signed
    assert talk.tell([truck.crossing_id], later) == []
    assert len(talk.tell([truck.crossing_id], {})) == 1, "gone"
    assert talk.chain != GENESIS
