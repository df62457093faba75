"""An unloading that is not complete, by the open API."""

import pytest

from .callers import agency, business, new_id
from .test_goods import transshipment

pytestmark = pytest.mark.usefixtures("gates")


def test_what_is_left_is_counted_decided_and_taken_back():
    source, taker, number = transshipment()
    yard, customs = agency("yard"), agency("customs")
    assert yard.get(f"/crossings/{source}/unloading").body["complete"] is True
    assert yard.act(source, "transship", receiving=taker, group=0, packages=30).status == 200
    count = {"lines": [{"group": 0, "packages": 8, "weight_kg": "2520"}], "why": "no_room", "rest": "stored"}
    assert agency("border_guard").act(source, "unload-in-part", note="x", **count).codes == ["wrong_agency"]
    assert yard.act(source, "unload-in-part", **count).codes == ["words_required"]
    assert yard.act(source, "unload-in-part", note="Thiếu 2", **count).status == 200
    told = business().get(f"/crossings/{source}/unloading").body
    assert (told["complete"], told["decided"], told["agency"], told["rest"]) == (
        False,
        False,
        "yard",
        "stored",
    )
    [line] = told["lines"]
    assert (line["packages"], line["computed"], line["remaining"], line["differs"]) == (8, 10, 10, True)
    assert (line["customs_number"], float(line["weight_kg"])) == (number, 2520)
    assert yard.get(f"/crossings/{source}/transfers").body["lines"][0]["counted"] == 8
    said = {"id": new_id(), "note": "Đã đếm", "lines": [{"group": 0, "packages": 10}]}
    decision = {**count, **said}
    for _ in range(2):
        assert customs.act(source, "unload-in-part", **decision).status == 200
    told = customs.get(f"/crossings/{source}/unloading").body
    assert (told["decided"], told["lines"][0]["remaining"]) == (True, 0)
    assert told["fact"] == said["id"]
    assert yard.act(source, "undo", fact=said["id"], note="x").codes == ["not_your_fact"]
    assert customs.act(source, "undo", fact=said["id"], note="Đếm nhầm").status == 200
    assert customs.get(f"/crossings/{source}/unloading").body["decided"] is False, "the yard's report again"


def test_a_difference_is_settled_by_customs_alone():
    source, _, number = transshipment()
    count = {"lines": [{"group": 0, "packages": 39}], "why": "other", "rest": "later", "note": "Đếm lại"}
    assert agency("customs").act(source, "unload-in-part", **count).status == 200
    settled = {"objection": "unloading_differs", "subject": number[:11], "note": "Khai thừa"}
    assert agency("border_guard").act(source, "settle", **settled).codes == ["wrong_agency"]
    wrong = {**count, "lines": [{"group": 0, "packages": 1}, {"group": 0, "packages": 2}]}
    assert agency("customs").act(source, "unload-in-part", **wrong).status == 422
    assert agency("customs").act(source, "unload-in-part", **{**count, "why": "x"}).status == 422
