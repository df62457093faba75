"""Every component draws, says its words, and hides nothing unknown."""

import re
from datetime import timedelta
from types import SimpleNamespace as Made

import pytest
from django import forms
from django.template import Context, Template
from django.utils import timezone
from django.utils.translation import override

from cuakhauso.centre.web import samples, timebar
from cuakhauso.centre.web.vocabulary import STATUSES


def draw(template, language="vi", **context):
    with override(language):
        return Template("{% load ck %}" + template).render(Context(context))


def test_a_plate_keeps_its_characters_and_names_its_country():
    html = draw('{% plate p "s" %}', p=Made(number="桂F·0088挂", country="CN"))
    assert 'data-c="CN"' in html
    assert ">桂F·0088挂<" in html
    assert 'lang="zh-Hans"' in html


def test_what_is_typed_by_a_stranger_is_escaped():
    assert "<script>" not in draw("{% plate p country='VN' %}", p="<script>")
    assert "<b>" not in draw('{% status "waiting" words %}', words="<b>")


@pytest.mark.parametrize("code", sorted(STATUSES))
def test_a_status_is_colour_icon_and_word_together(code):
    html = draw("{% status code %}", code=code)
    assert f"ck-st-{STATUSES[code].look}" in html
    assert f"icons.svg#{STATUSES[code].icon}" in html
    assert str(STATUSES[code].words) in html


def test_the_nine_statuses_look_different_without_colour():
    assert len(STATUSES) == 9
    assert len({status.look for status in STATUSES.values()}) == 9
    assert len({status.icon for status in STATUSES.values()}) == 9


def test_a_code_nobody_knows_is_drawn_as_unknown():
    assert "Chưa rõ" in draw('{% status "melted" %}')


@pytest.mark.parametrize("tag", ["money", "weight", "number", "since", "clock", "duration", "plate"])
def test_a_missing_value_is_drawn_as_unknown_and_not_as_nothing(tag):
    assert "ck-st-unknown" in draw("{% " + tag + " nothing %}", nothing=None)


def test_a_wait_carries_its_start_and_turns_red_beyond_the_usual():
    long_ago = timezone.now() - timedelta(minutes=47)
    html = draw("{% since t usual=45 %}", t=long_ago)
    assert "<b>47</b>" in html
    assert f'data-since="{long_ago.isoformat()}"' in html
    assert "is-over" in html
    assert "is-over" not in draw("{% since t usual=50 %}", t=long_ago)


def test_a_wait_stands_on_its_gauge_against_half_and_nine_of_ten():
    html = draw("{% gauge 34 p50=20 p90=45 %}")
    assert 'class="ck-gauge"' in html
    assert 'class="ck-gauge-pin" x="56.7%"' in html
    assert "nửa số xe: 20 phút" in html
    assert "9/10 xe: 2:30 giờ" in draw("{% gauge 34 p50=20 p90=150 %}")


@pytest.mark.parametrize("minutes", [46, 4_000])
def test_a_wait_beyond_nine_of_ten_stays_on_its_gauge_and_is_marked(minutes):
    html = draw("{% gauge m p50=20 p90=45 %}", m=minutes)
    assert 'class="ck-gauge is-over"' in html
    assert float(re.search(r'ck-gauge-pin" x="([\d.]+)%', html)[1]) <= 98


def test_the_words_of_a_gauge_do_not_meet_where_its_figures_are_near():
    html = draw("{% gauge 34 p50=44 p90=45 %}")
    assert '<text x="58.0%" y="14" text-anchor="end">' in html


def test_a_gauge_since_a_moment_is_moved_on_by_the_page():
    began = timezone.now() - timedelta(minutes=34)
    html = draw("{% gauge t p50=20 p90=45 %}", t=began)
    assert f'data-gauge="{began.isoformat()}" data-p90="45"' in html
    assert "data-gauge" not in draw("{% gauge 34 p50=20 p90=45 %}")


def test_figures_follow_the_language_of_the_page():
    assert "800.000 đ" in draw("{% money 800000 %}")
    assert "800,000 VND" in draw("{% money 800000 %}", "en")
    assert "21.0 吨" in draw('{% weight 21000 "t" %}', "zh-hans")


def test_the_bar_gives_each_party_its_share_and_says_it_in_words():
    html = draw("{% timebar spans %}", spans=samples.time_spent())
    assert 'class="ck-f41 ck-p-plant_quarantine at-wide-all at-phone-all is-now"' in html
    assert 'aria-label="Xếp hàng 17; ' in html
    assert "style=" not in html


def test_the_bar_shows_only_what_fits():
    spans = [samples.Stretch("queue", "Xếp hàng", 95, ""), samples.Stretch("customs", "Hải quan", 1, "")]
    wide, narrow = timebar.segments(spans)
    assert wide.shown == "at-wide-all at-phone-all"
    assert narrow.shown == "at-wide-nothing at-phone-nothing"
    assert narrow.flex == 1


def test_all_objections_are_shown_and_mine_is_marked():
    html = draw("{% objections listed %}", listed=samples.objections())
    assert html.count("<li") == 4
    assert html.count('class="is-mine"') == 1
    assert "Việc của tôi." in html


def test_a_fact_that_came_late_says_so():
    html = draw("{% facts rows %}", rows=samples.facts(timezone.now()))
    assert "ghi muộn 9 phút" in html
    assert html.count("is-late") == 1


def test_a_refused_action_stays_visible_with_its_reason_and_cannot_be_sent():
    html = draw("{% action act %}", act=samples.Act("Bỏ giữ", why_not="chỉ KD thực vật bỏ được"))
    assert 'aria-disabled="true"' in html
    assert "chỉ KD thực vật bỏ được" in html
    assert "<form" not in html


def test_an_action_is_a_form_with_its_token_and_fields():
    act = samples.Act("Xác nhận", url="/do", kind="main", fields={"id": "7"})
    html = draw("{% action act %}", act=act, csrf_token="t0k")
    assert '<form method="post" action="/do"' in html
    assert 'name="csrfmiddlewaretoken" value="t0k"' in html
    assert 'name="id" value="7"' in html


def test_a_field_ties_its_error_to_its_control():
    html = draw('{% field "trailer" label="Biển rơ moóc" value="12R" error="Hết hạn" hint="Như sổ" %}')
    assert 'aria-describedby="id_trailer-error id_trailer-hint"' in html
    assert 'id="id_trailer-error"' in html
    assert 'role="alert"' in html
    assert 'aria-invalid="true"' in html
    assert 'value="12R"' in html


def test_a_known_field_is_tinted_and_names_its_source():
    html = draw('{% field "c" label="Container" value="TSTU 500316 6" source="Đội xe" %}')
    assert "is-known" in html
    assert "Đội xe" in html


def test_a_django_form_field_draws_with_its_errors_and_choices():
    class Form(forms.Form):
        gate = forms.ChoiceField(choices=[("HN", "Hữu Nghị"), ("TT", "Tân Thanh")])
        weight = forms.IntegerField()

    html = draw("{% field f.gate %}{% field f.weight %}", f=Form({"gate": "TT", "weight": "x"}))
    assert '<option value="TT" selected>Tân Thanh</option>' in html
    assert 'id="id_weight-error"' in html
    assert html.count("required") == 2


def test_a_sheet_and_a_note_take_whole_blocks():
    assert '<dialog class="ck-sheet" id="hold"' in draw('{% sheet "hold" "Giữ xe" %}<p>x</p>{% endsheet %}')
    assert 'role="alert"' in draw('{% note "held" "Chưa ghi được." %}Vì sao{% endnote %}')
