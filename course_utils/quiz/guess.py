"""A reader guesses the next character of ten lines, with a confidence, and gets a perplexity (困惑度) for it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from course_utils.frontend import someone_is_there
from course_utils.quiz.buttons import display_bundle, together
from course_utils.quiz.page import AMBER, GREEN, coloured, html

if TYPE_CHECKING:
    from ipywidgets import Widget

CONFIDENCES = (25, 50, 75, 95)  # percent for the candidate that is picked; the others share the rest
NO_IDEA = 1 / 4  # for the right one of four candidates, when a line is left out


class Candidate(NamedTuple):
    """A character that may come next, with its pinyin and its meaning."""

    char: str
    pinyin: str
    meaning: str


@dataclass(frozen=True)
class Line:
    """The beginning of a line, its pinyin, its meaning, four candidates for the next character, and the right one."""

    before: str
    pinyin: str
    meaning: str
    candidates: tuple[Candidate, ...]
    right: str

    def probability(self, picked: str, percent: float) -> float:
        """The probability that the right character got: `percent`, or a third of the rest when another was picked."""
        share = percent / 100
        return share if picked == self.right else (1 - share) / (len(self.candidates) - 1)


@dataclass
class Guesses:
    """The lines, and the probability that a reader gave to the right character of each line that was guessed."""

    lines: tuple[Line, ...]
    guessed: dict[Line, float] = field(default_factory=dict)

    @property
    def probabilities(self) -> list[float]:
        """One probability per line, in order; a line that was left out counts as one in four."""
        return [self.guessed.get(line, NO_IDEA) for line in self.lines]

    @property
    def perplexity(self) -> float:
        """exp(−mean log p) over all lines: 1 is certainty, 4 no idea."""
        return math.exp(-sum(map(math.log, self.probabilities)) / len(self.lines))


def guess_characters() -> Guesses:
    """Asks for the next character of ten lines: pick one of four candidates, and say how sure you are.

    The confidence (in percent) is the probability of the picked candidate; the other three share the rest equally. Both
    clicks together show the answer, and the line is closed. The lines belong to no song of the course. Clicks are not
    kept: running the cell again starts again. Where nobody can click, the lines are shown as text and their answers
    are folded away.

    Returns the guesses, which change with every click: `probabilities` and `perplexity`.
    """
    guesses = Guesses(LINES)
    bundle = {"text/html": _page(), "text/plain": "\n".join(map(_as_text, LINES))}
    if someone_is_there():
        bundle |= together(guess_widgets(guesses))
    display_bundle(bundle)
    return guesses


def guess_widgets(guesses: Guesses) -> list[Widget]:
    """A box of buttons per line of the guesses, and below them the perplexity so far."""
    import ipywidgets

    total = ipywidgets.HTML(_total(guesses))

    def count() -> None:
        total.value = _total(guesses)

    return [*(_asked(line, guesses, count) for line in guesses.lines), total]


def _asked(line: Line, guesses: Guesses, count: Callable[[], None]) -> Widget:
    import ipywidgets

    labels = [(f"{char} {pinyin} ({meaning})", char) for char, pinyin, meaning in line.candidates]
    percents = [(f"{percent} %", percent) for percent in CONFIDENCES]
    picked = ipywidgets.ToggleButtons(options=labels, value=None, description="next:")
    sure = ipywidgets.ToggleButtons(options=percents, value=None, description="how sure:")
    state = ipywidgets.HTML()

    def close(_change: object) -> None:
        if picked.value is None or sure.value is None or line in guesses.guessed:
            return
        guesses.guessed[line] = line.probability(picked.value, sure.value)
        picked.disabled = sure.disabled = True
        mark = coloured(GREEN, "✓") if picked.value == line.right else coloured(AMBER, "Another one came.")
        state.value = f"{mark} {html(_whole(line))}: you gave it {guesses.guessed[line]:.1%}."
        count()

    for buttons in (picked, sure):
        buttons.observe(close, names="value")
    return ipywidgets.VBox([ipywidgets.HTML(_head(line)), picked, sure, state])


def _total(guesses: Guesses) -> str:
    done = f"{len(guesses.guessed)} of {len(guesses.lines)} lines"
    return f"<b>Your perplexity among four candidates: {guesses.perplexity:.2f}</b> ({done})"


def _head(line: Line) -> str:
    return f"<b>{html(line.before)} ＿</b><br><small>{html(line.pinyin)} … · {html(line.meaning)} …</small>"


def _whole(line: Line) -> str:
    return f"{line.before}{line.right}"


def _page() -> str:
    items = [f"<li>{_head(line)}<br>{html(_choices(line))}</li>" for line in LINES]
    answers = " · ".join(html(_whole(line)) for line in LINES)
    return f"<ol>{''.join(items)}</ol><details><summary>The ten characters</summary>{answers}</details>"


def _as_text(line: Line) -> str:
    return f"{line.before}＿  ({line.pinyin} …: {line.meaning} …)\n    {_choices(line)}"


def _choices(line: Line) -> str:
    return " / ".join(f"{char} {pinyin} ({meaning})" for char, pinyin, meaning in line.candidates)


def _line(before: str, pinyin: str, meaning: str, candidates: str, right: str) -> Line:
    """A line of the table below, in which a candidate is written `海 hǎi sea`."""
    split = (candidate.strip().split(maxsplit=2) for candidate in candidates.split(","))
    return Line(before, pinyin, meaning, tuple(Candidate(*parts) for parts in split), right)


# Written for this exercise. None is a line of a song of the course: a model that learnt the songs has no advantage.
LINES = (
    _line("我想和你一起看", "wǒ xiǎng hé nǐ yìqǐ kàn", "I want to watch with you the",
          "海 hǎi sea, 雨 yǔ rain, 心 xīn heart, 话 huà words", "雨"),
    _line("昨天的风吹到今", "zuótiān de fēng chuī dào jīn", "yesterday's wind blows until to-",
          "年 nián year, 天 tiān day, 人 rén person, 雨 yǔ rain", "天"),
    _line("窗外下着小", "chuāngwài xià zhe xiǎo", "outside the window falls a light",
          "雨 yǔ rain, 路 lù road, 花 huā flower, 手 shǒu hand", "雨"),
    _line("你说你不会离", "nǐ shuō nǐ bú huì lí", "you say that you will not go",
          "家 jiā from home, 人 rén person, 开 kāi away, 心 xīn heart", "开"),
    _line("妈妈做的饭还是那么", "māma zuò de fàn háishì nàme", "mother's cooking is still so",
          "远 yuǎn far, 大 dà big, 长 cháng long, 香 xiāng fragrant", "香"),
    _line("月亮挂在天", "yuèliang guà zài tiān", "the moon hangs in the sky,",
          "上 shàng up there, 下 xià below, 边 biān at its edge, 人 rén person", "上"),
    _line("我把心里的话写成一首", "wǒ bǎ xīn lǐ de huà xiěchéng yì shǒu", "I turn what is in my heart into a",
          "花 huā flower, 歌 gē song, 路 lù road, 灯 dēng lamp", "歌"),
    _line("街上的灯一盏一盏", "jiē shàng de dēng yì zhǎn yì zhǎn", "the street lamps, one by one,",
          "走 zǒu leave, 来 lái come, 说 shuō speak, 亮 liàng light up", "亮"),
    _line("我走过一条长长的", "wǒ zǒu guo yì tiáo chángcháng de", "I walked along a long, long",
          "路 lù road, 街 jiē street, 水 shuǐ water, 夜 yè night", "街"),
    _line("等到春天花都", "děngdào chūntiān huā dōu", "when spring comes, the flowers all",
          "老 lǎo grow old, 开 kāi open, 笑 xiào laugh, 来 lái come", "开"),
)  # fmt: skip
