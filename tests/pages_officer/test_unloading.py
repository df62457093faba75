"""Not everything was unloaded: said on the officers' and the yard's pages, seen by the business."""

import uuid

import pytest

from cuakhauso.centre.crossings import actions, queries
from cuakhauso.centre.crossings.rebuild import rebuild
from cuakhauso.core.decisions import Transfer

from ..centre.builders import Gate, business, officer
from .test_crossing import last, page_of, post
from .test_transfers import signed, takers_of, text

pytestmark = pytest.mark.usefixtures("gate")


def half_done():
    """Two goods groups of 60 and 31 packages; 50 of the first have gone."""
    source = signed(takers=1)
    said = Gate(source.crossing_id).later(60).said("yard")
    actions.transship(source.crossing_id, Transfer(0, 50, takers_of(source)[0]), said)
    return source


def state_of(source):
    return queries.whole(officer("customs"), source.crossing_id).state


def left(first: str = "10", second: str = "31", **more) -> dict[str, str]:
    asked = {"why": "no_room", "rest": "later", "id": str(uuid.uuid4())}
    return {"packages-0": first, "packages-1": second, "kg-0": "", **asked, **more}


@pytest.mark.parametrize("language", ["vi", "en", "zh-hans"])
def test_the_sheet_has_what_is_left_by_the_platforms_count(as_, language):
    source = half_done()
    client = as_(officer("customs"))
    client.cookies["django_language"] = language
    shown = client.get(f"/crossings/{source.crossing_id}/sheet/in-part/").content.decode()
    assert 'name="packages-0"' in shown
    assert 'value="10"' in shown
    assert 'value="31"' in shown


def test_the_yard_reports_and_customs_decides_and_nobody_says_it_twice(as_):
    source = half_done()
    yard, customs = officer("yard"), officer("customs")
    assert "Dỡ chưa hết" in as_(yard).get(f"/crossings/{source.crossing_id}/sheet/more/").content.decode()
    assert post(as_, yard, source, "in-part", **left(rest="stored")).status_code == 200
    page = page_of(as_, customs, source)
    assert "xe nhận hết chỗ: lưu kho" in page
    assert state_of(source).stored(0) == 0, "the yard's word decides nothing"
    assert post(as_, customs, source, "in-part", **left(rest="stored")).status_code == 200
    state = state_of(source)
    assert (state.stored(0), state.stored(1), state.remaining(0), state.remaining(1)) == (10, 31, 0, 0)
    assert "dỡ chưa hết, còn" in page_of(as_, customs, source)
    assert "theo khai báo" not in text(as_(yard, "/yard/CKHN/"), source)
    assert list(rebuild(write=False)) == []


def test_the_same_form_sent_twice_is_said_once(as_):
    source = half_done()
    said = left(rest="sent_back")
    for _ in range(2):
        assert post(as_, officer("customs"), source, "in-part", **said).status_code == 200
    assert last(source).kind == "unloaded_in_part"
    assert len(state_of(source).disposed) == 2


def test_another_count_shows_both_numbers_to_all_and_asks_for_words(as_):
    source = half_done()
    customs = officer("customs")
    refused = post(as_, customs, source, "in-part", **left("8"))
    assert refused.status_code == 409
    assert "Hãy ghi vài chữ" in refused.content.decode()
    assert post(as_, customs, source, "in-part", words="Thiếu hai kiện", **left("8")).status_code == 200
    both = "đếm 8 kiện, theo sổ 10"
    assert both in page_of(as_, customs, source)
    assert both in text(as_(officer("yard"), "/yard/CKHN/"), source)
    own = as_(business()).get(f"/declarations/{source.pk}/").content.decode()
    assert both in own
    assert "Thiếu hai kiện" in own
    assert "Dỡ chưa hết" in as_(officer("yard")).get("/yard/CKHN/").content.decode()


def test_it_is_taken_back_with_a_reason(as_):
    source = half_done()
    customs = officer("customs")
    assert post(as_, customs, source, "in-part", **left(rest="stored")).status_code == 200
    report = last(source).id
    assert post(as_, officer("yard"), source, "undo", fact=report, words="x").status_code == 409
    assert post(as_, customs, source, "undo", fact=report, words="Đếm nhầm").status_code == 200
    assert (state_of(source).stored(0), state_of(source).remaining(0)) == (0, 10)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"packages-0": "-1"}, "Không phải số"),
        ({"packages-0": "mười"}, "Không phải số"),
        ({"kg-0": "99999999"}, "Số nằm ngoài"),
        ({"why": "x"}, "không có trong danh sách"),
        ({"rest": "x"}, "không có trong danh sách"),
        ({"packages-0": "0", "packages-1": ""}, "Chưa ghi lô nào còn hàng"),
    ],
)
def test_what_is_typed_wrongly_is_told_and_nothing_is_said(as_, wrong, said):
    source = half_done()
    before = last(source).id
    answer = post(as_, officer("customs"), source, "in-part", **{**left(), **wrong})
    assert answer.status_code == 409
    assert said in answer.content.decode()
    assert last(source).id == before
