"""The experiments' script: the text that it learns, the runs that it saves, and the figures that agree."""

import json
import math
import zipfile

import experiments
import pytest
import resultspage
from experiments import PUBLISHED

import course_utils as d2l

LINES = ["街灯亮了", "我们分开走", "不分开的人", "风吹过来", "一个人回家"]


def quick_run(corpus):
    _, _, idx_to_char, V = corpus
    return d2l.History(
        perplexities=[float(V)] * 160, epochs=[*range(1, 161)], samples=[(160, "".join(idx_to_char)), (160, "分开")]
    )


@pytest.fixture
def run(tmp_path, monkeypatch):
    """`experiments.py` with these arguments, its models replaced: every epoch's perplexity is the vocabulary's size."""
    monkeypatch.setattr(experiments, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(experiments, "EXPERIMENTS", dict.fromkeys(PUBLISHED, quick_run))
    monkeypatch.delenv("COURSE_QUICK", raising=False)
    monkeypatch.delenv("COURSE_LYRICS", raising=False)

    def start(*arguments):
        monkeypatch.setattr("sys.argv", ["experiments.py", *arguments])
        experiments.main()

    return start


@pytest.mark.parametrize("zipped", [False, True])
def test_another_text_with_any_line_breaks_is_learnt_and_its_page_kept_apart(run, zipped, tmp_path, monkeypatch):
    raw = "\r\n".join(LINES * 80).encode() + "\n".join(LINES * 80).encode() + "\r".join(LINES * 200).encode()
    path = tmp_path / ("jaychou_lyrics.txt.zip" if zipped else "mine.txt")
    if zipped:
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("jaychou_lyrics.txt", raw)
    else:
        path.write_bytes(raw)
    monkeypatch.setenv("COURSE_LYRICS", str(path))
    run("gru", "lstm-6", "--seeds", "2")
    (folder,) = (tmp_path / "kept").iterdir()
    assert {path.name for path in folder.iterdir()} == {
        "gru-0.json", "gru-1.json", "lstm-6-0.json", "lstm-6-1.json", "results.md", "results.png",
    }  # fmt: skip
    vocabulary = set("".join(LINES)) | {" "}
    assert json.loads((folder / "gru-0.json").read_text(encoding="utf-8"))["perplexities"][-1] == len(vocabulary)
    page = (folder / "results.md").read_text(encoding="utf-8")
    assert f"Text: {path.name}, " in page and f"{len(vocabulary)} distinct" in page
    assert "## Compared with the older edition" in page and "(results.png)" in page


def test_without_a_text_the_embedded_one_is_learnt_whatever_lies_around(run, tmp_path, monkeypatch):
    (tmp_path / "docs" / "images").mkdir(parents=True)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "jaychou_lyrics.txt").write_text("啦" * 2000, encoding="utf-8")
    monkeypatch.setattr(experiments, "REPOSITORY", tmp_path)
    monkeypatch.chdir(tmp_path)
    run("--seeds", "1")
    page = (tmp_path / "docs" / "results.md").read_text(encoding="utf-8")
    vocab_size = d2l.load_data_jay_lyrics(experiments.EMBEDDED)[3]
    assert f"the embedded corpus, 10,000 characters, {vocab_size:,} distinct" in page
    assert all(f"| {published.title} | " in page for published in PUBLISHED.values())
    assert (tmp_path / "docs" / "images" / "results.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "arguments, lyrics, quick",
    [
        (["nonsense"], "", ""),
        (["--seeds", "0"], "", ""),
        (["--seeds", "11"], "", ""),
        ([], "nowhere.txt", ""),
        ([], "", "1"),
    ],
)
def test_wrong_usage_ends_before_anything_is_learnt(arguments, lyrics, quick, run, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_LYRICS", lyrics)
    monkeypatch.setenv("COURSE_QUICK", quick)
    with pytest.raises(SystemExit) as ended:
        run(*arguments)
    assert ended.value.code == 2 and "error: " in capsys.readouterr().err
    assert not (tmp_path / "kept").exists()


@pytest.mark.parametrize(
    "ours, theirs, same",
    [(130.1, 153.0, True), (130.0, 153.0, False), (175.9, 153.0, True), (176.0, 153.0, False), (1.05, 1.008, True),
     (1.061, 1.012, False), (1.0001, 1.09, True), (None, 5.0, False)],
)  # fmt: skip
def test_agreement_is_within_15_percent_and_near_1_an_upper_bound(ours, theirs, same):
    assert resultspage.agrees(ours, theirs) == same


def test_the_share_of_repeated_stretches():
    assert resultspage.repeated("0123456789" * 2) == pytest.approx(2 / 11)
    assert resultspage.repeated("".join(map(chr, range(100)))) == 0


def test_the_tutorials_settings_are_those_of_the_experiments(monkeypatch):
    seen = {}
    monkeypatch.setattr(d2l, "train_and_predict_rnn", lambda *plan: seen.update(scratch=plan[9:]))
    monkeypatch.setattr(
        d2l,
        "train_and_predict_rnn_pytorch",
        lambda model, hiddens, *plan: seen.update(concise=(model, hiddens, plan[5:])),
    )
    corpus = d2l.load_data_jay_lyrics(experiments.EMBEDDED)
    experiments.EXPERIMENTS["lstm-scratch"](corpus)
    assert seen["scratch"] == (False, 160, 35, 1e2, 1e-2, 32, 40, 50, ["分开", "不分开"])
    experiments.EXPERIMENTS["gru-both"](corpus)
    model, hiddens, plan = seen["concise"]
    assert (hiddens, model.dense.in_features, model.rnn.bidirectional) == (128, 256, True)
    assert plan == (160, 35, 1e-2, math.inf, 32, 40, 50, ["分开", "不分开"])
