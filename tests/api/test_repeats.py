"""Sending again changes nothing; two at once come out as one; a lost database leaves nothing half done."""

import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, connections

from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.models import Crossing, FactRow, OutboxEvent
from tests.seeded import seeded

from .callers import Caller, Said, agency, business, new_id
from .trucks import accept, declare, form, goods, yesterday


@pytest.mark.usefixtures("gates")
class TestOneAfterTheOther:
    def test_the_same_act_sent_twice_takes_effect_once(self):
        truck = declare()
        body = {"id": new_id(), "step": "registration_accepted"}
        path = f"/crossings/{truck['crossing']}/confirm"
        customs = agency("customs")
        first, second = customs.post(path, body), customs.post(path, body)
        assert (first.status, second.status) == (200, 200)
        assert first.body == second.body
        assert FactRow.objects.filter(kind="confirmed").count() == 1

    def test_a_new_token_of_the_same_organisation_may_send_it_again(self):
        truck = declare()
        body = {"id": new_id(), "step": "registration_accepted"}
        path = f"/crossings/{truck['crossing']}/confirm"
        assert [agency("customs").post(path, body).status for _ in range(2)] == [200, 200]

    @pytest.mark.parametrize(
        "changes", [{"step": "entered"}, {"note": "x"}, {"occurred_at": "2026-01-01T00:00:00Z"}]
    )
    def test_the_same_id_for_something_else_is_refused(self, changes):
        truck = declare()
        own_id = new_id()
        path = f"/crossings/{truck['crossing']}/confirm"
        customs = agency("customs")
        customs.post(path, {"id": own_id, "step": "registration_accepted"})
        changes = changes if "occurred_at" not in changes else {"occurred_at": yesterday(9)}
        said = customs.post(path, {"id": own_id, "step": "registration_accepted"} | changes)
        assert (said.status, said.body["code"]) == (409, "id_reused")

    def test_the_same_id_on_another_truck_or_by_another_agency_is_refused(self):
        first, second = declare(), declare()
        body = {"id": new_id(), "step": "registration_accepted"}
        customs = agency("customs")
        assert customs.post(f"/crossings/{first['crossing']}/confirm", body).status == 200
        for who, truck in ((customs, second), (agency("health"), first)):
            said = who.post(f"/crossings/{truck['crossing']}/confirm", body)
            assert (said.status, said.body["code"]) == (409, "id_reused")

    def test_the_same_declaration_sent_twice_is_one(self):
        exporter, sent = business(), form()
        first, second = exporter.post("/declarations", sent), exporter.post("/declarations", sent)
        assert first.body == second.body
        assert Crossing.objects.count() == 1
        other = sent | {"note": "x"}
        assert exporter.post("/declarations", other).body["code"] == "id_reused"
        stranger = business("4600000023", "Giao nhận Sao Hôm")
        assert stranger.post("/declarations", sent).body["code"] == "id_reused"

    def test_the_same_correction_sent_twice_is_one_version(self):
        exporter, sent = business(), form()
        exporter.post("/declarations", sent)
        path, better = f"/declarations/{sent['id']}", sent | {"note": "Thêm ghi chú"}
        versions = [exporter.call("PUT", path, better).body["version"] for _ in range(2)]
        assert versions == [2, 2]

    def test_a_truck_that_is_here_is_corrected_with_the_arrival_it_had(self):
        truck = declare()
        accept(truck)
        customs = agency("customs")
        customs.act(truck["crossing"], "confirm", step="entered", occurred_at=yesterday(9))
        customs.act(truck["crossing"], "ask-correction", fields=["note"], note="Ghi rõ")
        body = truck["form"] | {"note": "Đã ghi rõ"}
        said = business().call("PUT", f"/declarations/{truck['id']}", body)
        assert (said.status, said.body["version"]) == (200, 2)

    def test_paying_twice_is_refused(self):
        truck = declare()
        accept(truck)
        agency("customs").act(truck["crossing"], "confirm", step="entered", occurred_at=yesterday(9))
        pay = {"order": "infrastructure", "amount": 800_000, "method": "cash"}
        board = agency("board")
        assert board.act(truck["crossing"], "pay", **pay).status == 200
        assert board.act(truck["crossing"], "pay", **pay).codes == ["nothing_owed"]
        whole = board.get(f"/crossings/{truck['crossing']}").body
        assert whole["orders"][0]["paid"] == 800_000


@pytest.fixture
def real(transactional_db: None) -> Iterator[None]:
    """Committed for real, so that other connections see it."""
    seeded()
    yield
    for known in connections.all():
        known.close()


def at_once(*calls: Callable[[], Said]) -> list[Said]:
    ready = Barrier(len(calls))

    def run(call: Callable[[], Said]) -> Said:
        ready.wait()
        try:
            return call()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


@pytest.mark.usefixtures("real")
class TestAtOnce:
    def test_of_two_declarations_for_one_plate_one_is_taken(self):
        sent = form()
        plate = sent["vehicle"]["plate"]
        mine, theirs = business(), business("4600000023", "Giao nhận Sao Hôm")
        said = at_once(
            lambda: mine.post("/declarations", sent),
            lambda: theirs.post("/declarations", form(vehicle={"plate": plate.replace("-", " ")})),
            lambda: mine.post("/declarations", form(vehicle={"plate": plate})),
            lambda: theirs.post("/declarations", form(vehicle={"plate": plate})),
        )
        assert sorted(one.status for one in said) == [201, 422, 422, 422]
        codes = {code for one in said if one.status == 422 for code in one.fields.values()}
        assert codes <= {"plate_already_declared", "plate_declared_by_another"}
        assert Crossing.objects.count() == 1

    def test_the_same_declaration_twice_at_once_is_one_and_both_learn_its_number(self):
        sent, exporter = form(), business()
        said = at_once(*[lambda: exporter.post("/declarations", sent)] * 4)
        assert {one.status for one in said} == {201}
        assert len({one.body["number"] for one in said}) == 1

    def test_two_trucks_that_name_each_others_plates_do_not_wait_for_ever(self):
        one, other = "98C-801.01", "98C-801.02"

        def transshipment(number: int, plates: tuple[str, str]) -> dict:
            receiving = [
                {
                    "id": new_id(),
                    "vehicle": {"plate": plate, "weight_class": "VT4"},
                    "driver": form()["driver"],
                }
                for plate in plates
            ]
            return form(
                kind="import_transshipment", yard="XC", receiving=receiving,
                vehicle={
                    "plate": f"桂F·2000{number}", "weight_class": "VT4", "transport_licence": "G26KQ00123",
                },
                groups=[goods(customs_number=f"108000{number:04}00", type_code="A11")],
            )  # fmt: skip

        first, second = transshipment(1, (one, other)), transshipment(2, (other, one))
        importer = business()
        said = at_once(
            lambda: importer.post("/declarations", first), lambda: importer.post("/declarations", second)
        )
        assert sorted(answer.status for answer in said) == [201, 422]

    def test_the_same_confirmation_many_times_at_once_is_one_fact(self):
        truck = declare()
        body = {"id": new_id(), "step": "registration_accepted"}
        customs = agency("customs")
        path = f"/crossings/{truck['crossing']}/confirm"
        said = at_once(*[lambda: customs.post(path, body)] * 6)
        assert {one.status for one in said} == {200}
        assert FactRow.objects.filter(kind="confirmed").count() == 1

    def test_two_officers_of_one_agency_at_once_one_confirms(self):
        truck = declare()
        first, second = agency("customs"), agency("customs")
        said = at_once(
            *[
                lambda who=who: who.act(truck["crossing"], "confirm", step="registration_accepted")
                for who in (first, second)
            ]
        )
        assert sorted(one.status for one in said) == [200, 409]
        assert next(one.codes for one in said if one.status == 409) == ["already_done"]

    def test_one_plate_stopped_twice_at_once_is_one_crossing(self):
        guard = agency("border_guard")
        said = at_once(
            *[lambda: guard.post("/undeclared", {"id": new_id(), "gate": "CKHN", "plate": "12C-555.55"})] * 3
        )
        assert len({one.body["id"] for one in said}) == 1
        assert Crossing.objects.count() == 1


@pytest.mark.usefixtures("real")
class TestTheDatabaseIsLost:
    """The connection is cut by PostgreSQL itself, at the worst moments."""

    def test_in_the_middle_of_an_act_nothing_is_half_done(self, monkeypatch):
        truck = declare()
        customs = agency("customs")
        before = FactRow.objects.count(), OutboxEvent.objects.count()
        lock = store.lock
        monkeypatch.setattr(store, "lock", lambda *ids: _cut() or lock(*ids))
        body = {"id": new_id(), "step": "registration_accepted"}
        said = _elsewhere(customs, f"/crossings/{truck['crossing']}/confirm", body)
        assert (said.status, said.body["code"]) == (503, "unavailable")
        assert said.headers["Retry-After"]

        monkeypatch.undo()
        assert (FactRow.objects.count(), OutboxEvent.objects.count()) == before
        again = _elsewhere(customs, f"/crossings/{truck['crossing']}/confirm", body)
        assert again.status == 200

    def test_after_writing_and_before_the_commit_nothing_is_kept(self, monkeypatch):
        sent, exporter = form(), business()
        written = store.write
        monkeypatch.setattr(store, "write", lambda *told: (written(*told), _cut()))
        said = _elsewhere(exporter, "/declarations", sent)
        assert (said.status, said.body["code"]) == (503, "unavailable")

        monkeypatch.undo()
        assert (Crossing.objects.count(), FactRow.objects.count()) == (0, 0)
        again = _elsewhere(exporter, "/declarations", sent)
        assert (again.status, Crossing.objects.count()) == (201, 1)


def _cut() -> None:
    """Ends the connection that this thread is using."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        (pid,) = cursor.fetchone()
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()


def _elsewhere(caller: Caller, path: str, body: dict) -> Said:
    """In a thread with a connection of its own."""
    return at_once(lambda: caller.post(path, body))[0]


def test_ids_of_one_moment_differ():
    assert uuid.UUID(new_id()).version == 7
