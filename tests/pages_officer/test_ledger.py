"""The page of charges: sums that equal the facts, who paid, several declarations finished, refunds by two."""

import uuid
from datetime import timedelta

import pytest

from cuakhauso.centre.accounts.models import Duty, Organisation, Role, User
from cuakhauso.centre.accounts.principal import by_user
from cuakhauso.centre.crossings import actions
from cuakhauso.centre.fees import actions as fees
from cuakhauso.centre.fees import ledger
from cuakhauso.centre.places.reference import reference
from cuakhauso.centre.shared import store
from cuakhauso.centre.shared.errors import Invalid, NotAllowed, NotFound, Refused
from cuakhauso.core import facts as f
from cuakhauso.core.fold import fold
from cuakhauso.core.reference import HANOI
from cuakhauso.core.words import Order

from ..centre.builders import Gate, business, leader, officer
from .test_desk_and_yard import owing

pytestmark = pytest.mark.usefixtures("gate")
INFRASTRUCTURE = Order.INFRASTRUCTURE


def period(walk: Gate) -> ledger.Period:
    day = walk.at.astimezone(HANOI).date()
    return ledger.Period("CKHN", day - timedelta(days=1), day + timedelta(days=1))


def url(walk: Gate, name: str = "ledger/") -> str:
    days = period(walk)
    return f"/desk/CKHN/{name}?begins={days.begins}&ends={days.ends}"


def paid(**changes):
    truck = owing(**changes)
    walk = Gate(truck.crossing_id).later(120)
    return truck, walk.pays(800_000)


def overpaid():
    """Charged less after it had paid: the difference is a line of its own."""
    truck, walk = paid()
    line = f.ChargeLine(rule="difference", base=800_000, percent=100, amount=-300_000, law="NQ 09")
    charged = f.Charged(order=INFRASTRUCTURE, amount=-300_000, lines=(line,))
    fact = f.Fact(
        id=uuid.uuid4(), crossing=truck.crossing_id, occurred_at=walk.at, recorded_at=store.now(),
        actor=f.PLATFORM, source="platform", data=charged, v=1,
    )  # fmt: skip
    store.act(truck.crossing_id, lambda story: [fact], reference)
    return truck, walk.later(5)


def owed(truck) -> int:
    return fold(store.facts_of(truck.crossing_id)).owes(INFRASTRUCTURE)


def another(name: str):
    board = Organisation.objects.get(name="board CKHN")
    user = User.objects.create(username=name, full_name="Lộc Thị Mẫu")
    Role.objects.create(user=user, organisation=board, gate="CKHN", duty=Duty.DESK)
    return by_user(user)


def test_the_sums_are_those_of_the_facts_and_nothing_taken_back_counts():
    first, walk = paid()
    second, _ = paid()
    third = owing()
    found = ledger.sums(officer("board"), period(walk))[0]
    assert (found.charged, found.paid, found.methods) == (2_400_000, 1_600_000, {"cash": 1_600_000})
    fact = next(x for x in store.facts_of(second.crossing_id) if isinstance(x.data, f.Paid))
    actions.undo(second.crossing_id, fact.id, Gate(second.crossing_id).later(200).said("board", "Nhầm xe"))
    rows = ledger.entries(officer("tax"), period(walk))
    found = ledger.sums(officer("tax"), period(walk))[0]
    assert (found.charged, found.paid) == (2_400_000, 800_000)
    assert sum(row.amount for row in rows if row.kind == "charged") == found.charged
    assert [row.crossing for row in rows if row.kind == "paid"] == [first.crossing_id]
    assert {row.plate for row in rows} >= {third.form["vehicle"]["plate"]}


def test_only_the_days_asked_for_count_and_no_more_than_a_month():
    _, walk = paid()
    days = period(walk)
    before = ledger.Period("CKHN", days.begins - timedelta(days=9), days.begins - timedelta(days=3))
    assert ledger.entries(officer("board"), before) == []
    for begins, ends in ((days.ends, days.begins), (days.begins, days.begins + timedelta(days=31))):
        with pytest.raises(Invalid):
            ledger.Period("CKHN", begins, ends)


def test_the_board_tax_and_leaders_read_it_others_do_not(as_):
    _, walk = paid()
    for reader in (officer("board"), officer("tax"), leader()):
        assert ledger.entries(reader, period(walk))
    with pytest.raises(NotAllowed):
        ledger.entries(officer("health"), period(walk))
    with pytest.raises(NotFound):
        ledger.entries(officer("board", "TT"), period(walk))
    assert as_(officer("health")).get(url(walk)).status_code == 403
    assert as_(business()).get(url(walk)).status_code == 404


@pytest.mark.parametrize("language", ["vi", "en", "zh-hans"])
def test_the_page_says_who_paid_what_is_open_and_what_days_are_wrong(as_, language):
    truck, walk = paid()
    client = as_(officer("tax"))
    client.cookies["django_language"] = language
    page = client.get(url(walk)).content.decode()
    assert truck.number in page
    assert "PT-1" in page
    assert "Nông sản Mây Chiều" in page
    wrong = client.get("/desk/CKHN/ledger/?begins=2026-01-01&ends=2026-12-31")
    assert (wrong.status_code, "31" in wrong.content.decode()) == (200, True)


def test_several_declarations_are_finished_with_one_tap(as_):
    (one, walk), (two, _) = paid(), paid()
    client = as_(officer("board"), url(walk))
    page = client.get(url(walk)).content.decode()
    picks = [f"{truck.crossing_id} board_finished" for truck in (one, two)]
    assert all(f'value="{pick}"' in page for pick in picks)
    done = client.post("/gate/CKHN/confirm/", {"pick": [f"{pick} {uuid.uuid4()}" for pick in picks]})
    assert done.headers["HX-Trigger"] == "changed"
    state = fold(store.facts_of(one.crossing_id))
    assert state.confirmed("board_finished", "board")
    assert "board_finished" not in client.get(url(walk)).content.decode()


def test_the_table_is_one_fact_a_line_and_runs_no_formula(as_):
    _, walk = paid()
    client = as_(officer("board"))
    text = client.get(url(walk, "ledger.csv")).content.decode("utf-8-sig")
    head, *lines = text.splitlines()
    assert head.startswith("fact,at,number,plate,kind,order,amount")
    assert [line.split(",")[4] for line in lines] == ["charged", "paid"]
    assert as_(officer("yard")).get(url(walk, "ledger.csv")).status_code == 403


def test_a_receipt_that_looks_like_a_formula_is_a_text(as_):
    truck = owing()
    walk = Gate(truck.crossing_id).later(120)
    said = walk.said("board")
    fees.pay(truck.crossing_id, INFRASTRUCTURE, 800_000, said, method="cash", receipt="=1+1")
    text = as_(officer("board")).get(url(walk, "ledger.csv")).content.decode("utf-8-sig")
    assert ",'=1+1," in text


def test_what_was_overpaid_is_given_back_by_a_second_person(as_):
    truck, walk = overpaid()
    assert owed(truck) == -300_000
    client = as_(officer("board"))
    page = client.get(f"/desk/CKHN/{truck.crossing_id}/").content.decode()
    assert "Nộp thừa 300.000" in page
    asked = client.post(
        f"/desk/CKHN/{truck.crossing_id}/ask-refund/",
        {"order": "infrastructure", "words": "Sửa hạng xe", "id": str(uuid.uuid4())},
    )
    assert asked.status_code in (200, 302)
    fact = store.facts_of(truck.crossing_id)[-1]
    form = {"asked": str(fact.id), "receipt": "PC-1", "method": "transfer", "id": str(uuid.uuid4())}
    assert client.post(f"/desk/CKHN/{truck.crossing_id}/refund/", form).status_code == 409
    second = as_(another("chi.hoan"))
    assert second.post(f"/desk/CKHN/{truck.crossing_id}/refund/", {**form, "receipt": ""}).status_code == 409
    given = second.post(f"/desk/CKHN/{truck.crossing_id}/refund/", form)
    assert given.status_code in (200, 302)
    assert owed(truck) == 0
    today = store.now().astimezone(HANOI).date()
    found = ledger.sums(officer("tax"), ledger.Period("CKHN", period(walk).begins, today))[0]
    assert (found.paid, found.refunded, found.kept) == (800_000, 300_000, 500_000)


def test_nothing_is_given_back_that_was_not_overpaid_nor_twice():
    truck, walk = overpaid()
    asked = fees.ask_refund(truck.crossing_id, INFRASTRUCTURE, walk.said("board", "Sửa hạng xe")).facts[-1]
    with pytest.raises(Refused):
        fees.ask_refund(truck.crossing_id, Order.TRANSSHIPMENT, walk.said("board", "x"))
    with pytest.raises(Refused):
        fees.ask_refund(truck.crossing_id, INFRASTRUCTURE, walk.said("customs", "x"))
    give = {"method": "transfer", "receipt": "PC-1"}
    fees.refund(truck.crossing_id, asked.id, walk.later(1).said("tax"), **give)
    with pytest.raises(Refused) as again:
        fees.refund(truck.crossing_id, asked.id, walk.later(1).said("tax"), **give)
    assert [o.code for o in again.value.objections] == ["no_such_refund"]
