"""The plot of runs in training is small, has enough ticks from the first epoch on, and says what it shows."""

import math
import re
from xml.etree import ElementTree

import pytest

import course_utils as d2l
from course_utils.style import COLORS
from course_utils.training.sketch import POINTS, sketch


def run(*values):
    return d2l.History(list(range(1, len(values) + 1)), list(values), [1.0] * len(values))


def drawn(*runs, num_epochs=160, description="what it shows"):
    return ElementTree.fromstring(sketch(runs, num_epochs, description))


def words(svg):
    return [text.text for text in svg.iter("text")]


def curves(svg):
    return [
        [tuple(map(float, point.split(","))) for point in line.get("points").split()] for line in svg.iter("polyline")
    ]


def test_after_one_epoch_the_axis_already_has_all_of_its_ticks():
    said = words(drawn(run(1000.0)))
    assert {"1", "2", "5", "10", "20", "50", "100", "200", "500", "1,000"} <= set(said)
    assert {"0", "20", "160", "epoch", "perplexity"} <= set(said)


def test_the_axis_stays_as_it_is_while_the_run_learns():
    first, later = curves(drawn(run(1000.0, 500.0))), curves(drawn(run(1000.0, 500.0, 20.0, 3.0)))
    assert later[0][:2] == first[0]


def test_perplexity_falls_downwards_and_1_is_the_bottom():
    ((_, high), (_, middle), (_, low)) = curves(drawn(run(100.0, 10.0, 1.0)))[0]
    assert high < middle < low == pytest.approx(244)
    assert middle - high == pytest.approx(low - middle, abs=0.2)  # a decade is a decade


def test_the_last_run_has_its_number_and_each_its_colour_and_dashes():
    svg = drawn(run(9.0, 8.0), run(7.0, 6.5))
    assert "6.5" in words(svg) and "8" not in words(svg)
    looks = [(line.get("stroke"), line.get("stroke-dasharray")) for line in svg.iter("polyline")]
    assert [color for color, _ in looks] == COLORS[:2] and looks[0][1] != looks[1][1]


def test_it_says_in_words_what_it_shows_whatever_these_are():
    svg = drawn(run(9.0), description='a "run" <of 9>')
    assert (svg.get("role"), svg.get("aria-label")) == ("img", 'a "run" <of 9>')


def test_its_words_take_the_colour_of_the_page():
    assert "fill" not in re.findall("<text[^>]*>", sketch([run(9.0)], 3, ""))[0]
    assert drawn(run(9.0)).get("fill") == "currentColor"


@pytest.mark.parametrize("values", [[], [math.inf], [math.nan, 1e131], [50.0, 1e200, 40.0], [1.0]])
def test_what_cannot_be_drawn_is_left_out(values):
    text = sketch([run(*values)], 3, "")
    assert not re.search("nan|inf|e[+]", text)
    assert sum(map(len, curves(drawn(run(*values))))) == sum(value < 1e9 for value in values)


def test_a_long_run_keeps_its_ends_and_is_still_small():
    values = [1999.0 - i for i in range(1999)]
    (curve,) = curves(drawn(run(*values), num_epochs=1999))
    assert len(curve) <= 2 * POINTS and curve[-1][1] == pytest.approx(244)


@pytest.mark.parametrize("num_epochs", [2, 3, 10, 25, 160, 999])
def test_every_number_of_epochs_has_a_few_round_ones(num_epochs):
    ticks = [int(word) for word in words(drawn(num_epochs=num_epochs)) if word.isdigit()][5:]
    assert 0 in ticks or 2 <= len(ticks) <= 10
