"""A reader guesses the next character of ten lines, with a confidence, and gets a perplexity (困惑度) for it."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from course_utils.frontend import someone_is_there
from course_utils.quiz.page import display_bundle, html
from course_utils.translation import language, say, to_say

if TYPE_CHECKING:
    from course_utils.quiz.choices import Group, State

CONFIDENCES = (25, 50, 75, 95)  # percent for the candidate that is picked; the others share the rest
GAVE = to_say("✓ {line}: you gave it {share}.")
ANOTHER = to_say("Another one came. {line}: you gave it {share}.")
TOTAL = to_say("Your perplexity among four candidates: {perplexity} ({done} of {total} lines)")
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
    still = {"text/html": _page(), "text/plain": "\n".join(map(_as_text, LINES))}
    if someone_is_there():
        _ask(guesses, still)
    else:
        display_bundle(still)
    return guesses


def _ask(guesses: Guesses, still: dict[str, str]) -> None:
    from course_utils.quiz.choices import Choices, Shown

    asked = Asked(guesses)

    def react(name: str, choice: int) -> dict[str, State]:
        states = asked.choose(name, choice)
        widget.foot = asked.total()
        return states

    texts = {"gone": say("Run this cell to start again: guesses are not kept.")}
    widget = Choices(asked.groups(), {}, react, texts)
    widget.foot = asked.total()
    Shown(widget).show(still)


@dataclass
class Asked:
    """The two questions of each line, "next-1" and "sure-1", and what was chosen so far."""

    guesses: Guesses
    chosen: dict[str, int] = field(default_factory=dict)

    def groups(self) -> list[Group]:
        """Two groups of buttons per line: the character, and how sure."""
        from course_utils.quiz.choices import Group

        percents, groups = [f"{percent} %" for percent in CONFIDENCES], []
        for i, line in enumerate(self.guesses.lines, 1):
            labels = [html(_glossed(candidate)) for candidate in line.candidates]
            groups.append(Group(f"next-{i}", _head(line), labels, in_a_row=True, lead=say("next:")))
            spoken = html(say("How sure are you of the character after {line}?", line=line.before))
            groups.append(Group(f"sure-{i}", spoken, percents, is_hidden=True, in_a_row=True, lead=say("how sure:")))
        return groups

    def choose(self, name: str, choice: int) -> dict[str, State]:
        """The states that a choice changes; the second one of a line closes it."""
        from course_utils.quiz.choices import State

        number = int(name.partition("-")[2])
        line = self.guesses.lines[number - 1]
        if line in self.guesses.guessed:
            return {}
        self.chosen[name] = choice
        places = [self.chosen.get(f"{part}-{number}") for part in ("next", "sure")]
        picked, sure = places
        if picked is None or sure is None:
            return {name: State(choice)}
        char = line.candidates[picked - 1].char
        self.guesses.guessed[line] = line.probability(char, CONFIDENCES[sure - 1])
        is_right = char == line.right
        said = say(GAVE if is_right else ANOTHER, line=_whole(line), share=f"{self.guesses.guessed[line]:.1%}")
        state = State(sure, html(said), "good" if is_right else "other", is_locked=True)
        return {f"next-{number}": State(picked, is_locked=True), f"sure-{number}": state}

    def total(self) -> str:
        """The perplexity so far, as HTML."""
        done, lines = len(self.guesses.guessed), len(self.guesses.lines)
        return html(say(TOTAL, perplexity=f"{self.guesses.perplexity:.2f}", done=done, total=lines))


def _head(line: Line) -> str:
    glosses = "" if language() == "zh" else f"<br><small>{html(line.pinyin)} … · {html(line.meaning)} …</small>"
    return f"<b>{html(line.before)} ＿</b>{glosses}"


def _whole(line: Line) -> str:
    return f"{line.before}{line.right}"


def _page() -> str:
    items = [f"<li>{_head(line)}<br>{html(_choices(line))}</li>" for line in LINES]
    summary = html(say("The ten characters"))
    answers = " · ".join(html(_whole(line)) for line in LINES)
    return f"<ol>{''.join(items)}</ol><details><summary>{summary}</summary>{answers}</details>"


def _as_text(line: Line) -> str:
    glosses = "" if language() == "zh" else f"  ({line.pinyin} …: {line.meaning} …)"
    return f"{line.before}＿{glosses}\n    {_choices(line)}"


def _choices(line: Line) -> str:
    return " / ".join(map(_glossed, line.candidates))


def _glossed(candidate: Candidate) -> str:
    """The character, with pinyin and meaning for who does not read Chinese."""
    return candidate.char if language() == "zh" else f"{candidate.char} {candidate.pinyin} ({candidate.meaning})"


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
