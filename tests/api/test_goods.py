"""Goods that change vehicles go inland on customs' word alone."""

import pytest

from .callers import agency, business, new_id
from .trucks import form, goods, yesterday

pytestmark = pytest.mark.usefixtures("gates")


def transshipment():
    """A source that has entered and is signed, and its receiving vehicle that has entered."""
    taker, number = new_id(), "108000600010"
    receiving = [
        {"id": taker, "vehicle": {"plate": "98C-600.01", "weight_class": "VT4"}, "driver": form()["driver"]}
    ]
    said = business().post(
        "/declarations",
        form(
            kind="import_transshipment", yard="XC", receiving=receiving,
            vehicle={"plate": "桂F·60001", "weight_class": "VT4", "transport_licence": "G26KQ00123"},
            groups=[goods(customs_number=number, type_code="A11")],
        ),
    )  # fmt: skip
    assert said.status == 201, said.body
    source = said.body["crossing"]
    customs, guard = agency("customs"), agency("border_guard")
    customs.act(source, "channel", customs_number=number, channel="green", occurred_at=yesterday(8))
    customs.act(source, "confirm", step="registration_accepted", occurred_at=yesterday(8, 1))
    for crossing in (source, taker):
        for who in (customs, guard):
            assert who.act(crossing, "confirm", step="entered", occurred_at=yesterday(9)).status == 200
    for who, step in (
        (agency("transport_licence"), "licence_checked"), (agency("yard"), "in_yard"),
        (customs, "transshipment_signed"),
    ):  # fmt: skip
        said = who.act(source, "confirm", step=step, occurred_at=yesterday(9, 30))
        assert said.status == 200, said.body
    return source, taker, number


def give(source, taker, minute):
    own = new_id()
    body = {"id": own, "group": 0, "packages": 40, "receiving": taker, "occurred_at": yesterday(10, minute)}
    said = agency("yard").post(f"/crossings/{source}/transship", body)
    assert said.status == 200, said.body
    return own


def is_released(taker):
    steps = agency("customs").get(f"/crossings/{taker}").body["steps"]
    return next(step["done_at"] for step in steps if step["code"] == "goods_released") is not None


def test_goods_given_under_green_are_released_and_charged_once():
    source, taker, _ = transshipment()
    give(source, taker, 0)
    assert is_released(taker)
    orders = agency("board").get(f"/crossings/{taker}").body["orders"]
    assert orders == [{"order": "infrastructure", "charged": 300_000, "paid": 0, "owed": 300_000}]


def test_customs_takes_its_word_back_from_goods_on_their_way():
    source, taker, number = transshipment()
    give(source, taker, 0)
    agency("customs").act(source, "channel", customs_number=number, channel="red")
    assert not is_released(taker)


def test_an_old_word_does_not_release_goods_that_are_given_again():
    """Given, taken back, stopped by customs, given again: the word from before does not stand."""
    source, taker, number = transshipment()
    gift = give(source, taker, 0)
    assert agency("yard").act(source, "undo", fact=gift, note="Nhầm xe").status == 200
    agency("customs").act(source, "channel", customs_number=number, channel="red")
    give(source, taker, 30)
    assert not is_released(taker)


def test_more_than_is_left_and_other_groups_are_refused():
    source, taker, _ = transshipment()
    yard = agency("yard")
    for group, packages, code in ((0, 41, "too_many_packages"), (1, 1, "no_such_group")):
        said = yard.act(source, "transship", group=group, packages=packages, receiving=taker)
        assert said.codes == [code]
    assert yard.act(source, "transship", group=0, packages=1, receiving=new_id()).codes == ["not_linked"]
    assert agency("health").act(source, "transship", group=0, packages=1, receiving=taker).codes == [
        "wrong_agency"
    ]
    stored = agency("customs").act(source, "dispose", group=0, packages=40, how="stored")
    assert stored.status == 200
    assert yard.act(source, "transship", group=0, packages=1, receiving=taker).codes == ["too_many_packages"]
