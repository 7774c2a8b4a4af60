"""All Chinese texts of the course say the same thing by the same word: the glossary's, and none of its variants."""

from __future__ import annotations

import re

import pytest

from course_utils.filesystem import REPOSITORY
from course_utils.translating import catalogues

# A variant that is used elsewhere -> the glossary's word.
VARIANTS = {
    "隐藏状态": "隐状态",
    r"偏差(?!纠正)": "偏置",  # bias correction, of Adam, is 偏差纠正
    "后向": "反向",
    "小批次": "小批量",
    "词汇表": "词表",
    "剪裁": "裁剪",
    "梯度修剪": "梯度裁剪",
    "学习速率": "学习率",
    "复位门": "重置门",
    "记忆单元": "记忆元",
    "迷惑度": "困惑度",
    "困惑值": "困惑度",
    "丢弃法": "暂退法",
    "随时间反向传播": "通过时间反向传播",
    "逐元素": "按元素",
    "归一化": "规范化",
    "时间步长": "时间步",
    "超参(?!数)": "超参数",
    "迭代周期": "轮",
    "您": "你",
}
CATALOGUES = sorted(REPOSITORY.glob("course_utils/locale/zh/*.po")) + sorted(REPOSITORY.glob("translations/zh/**/*.po"))
BANKS = [REPOSITORY / "source" / "quiz-bank.yaml", REPOSITORY / "course_utils" / "quiz" / "practice.yaml"]


def wrong_words(text):
    return {found: word for variant, word in VARIANTS.items() for found in re.findall(variant, text)}


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.stem)
def test_a_catalogue_uses_the_words_of_the_glossary(path):
    texts = [str(message.string) for message in catalogues.read(path, "zh") if message.id]
    assert [(text, wrong) for text in texts if (wrong := wrong_words(text))] == []


@pytest.mark.parametrize("path", BANKS, ids=lambda path: path.stem)
def test_the_questions_use_the_words_of_the_glossary(path):
    assert wrong_words(path.read_text(encoding="utf-8")) == {}


def test_a_variant_is_found():
    assert wrong_words("偏差和隐藏状态，但是偏差纠正") == {"偏差": "偏置", "隐藏状态": "隐状态"}
