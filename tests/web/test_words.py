"""No code is without words: a code itself is never shown to a reader."""

import pytest

from cuakhauso.centre.crossings.dossier import NOT_YET
from cuakhauso.centre.crossings.short import SHORT_STEPS
from cuakhauso.centre.lanes import rules as lanes
from cuakhauso.centre.lanes.history import KINDS
from cuakhauso.centre.lanes.items import Act
from cuakhauso.centre.web import lane_words, refusals, words
from cuakhauso.core import words as closed
from cuakhauso.core.decisions import Against
from cuakhauso.core.fold import RANKS
from cuakhauso.core.identifiers import InvalidCode
from cuakhauso.core.permit import Code
from cuakhauso.core.progress import Stage
from cuakhauso.core.steps import STEPS, StepCode

TABLES = [
    (words.AGENCIES, closed.Agency),
    (words.SHORT_AGENCIES, closed.Agency),
    (words.PARTIES, closed.Party),
    (words.PLACES, closed.Place),
    (words.CHECKPOINTS, closed.CheckpointKind),
    (words.KINDS, closed.Kind),
    (words.REGIMES, closed.Regime),
    (words.STAGES, Stage),
    (words.CHANNELS, closed.Channel),
    (words.DIRECTIONS, closed.Direction),
    (words.ORDERS, closed.Order),
    (words.WEIGHT_CLASSES, closed.WeightClass),
    (words.SOURCES, closed.Source),
    (words.STEPS, StepCode),
    (words.STAYS, closed.Stay),
    (words.SEAL_TYPES, closed.SealType),
    (words.SEAL_GRADES, closed.SealGrade),
    (refusals.OBJECTIONS, Code),
    (refusals.OBJECTIONS, Against),
    (refusals.OBJECTIONS, lanes.Against),
    (lane_words.ALERTS, lanes.Alert),
    (lane_words.ACTS, Act),
    (lane_words.AGAINST, Code),
    (lane_words.KINDS_OF_HISTORY, KINDS),
    (refusals.FIELD_ERRORS, InvalidCode),
]


@pytest.mark.parametrize(("table", "codes"), TABLES, ids=lambda one: getattr(one, "__name__", ""))
def test_every_code_has_words(table, codes):
    assert {str(code) for code in codes} <= set(table)


def test_every_step_and_every_passage_has_its_short_words_on_a_crossings_page():
    assert set(SHORT_STEPS) == set(StepCode)
    assert set(NOT_YET) == set(RANKS) - {StepCode.IN_YARD}


def test_every_step_that_is_confirmed_by_hand_has_words_for_its_button():
    assert {str(code) for code, step in STEPS.items() if step.by_hand} <= set(words.STEP_BUTTONS)
