"""Lyrics are found as the contract says, read as the older edition did, or refused with a remedy."""

import zipfile
from collections import Counter

import pytest

import course_utils as d2l
from course_utils.data import corpus

SONG = "山路弯弯 wind,\n不分开。\r\n"
EMBEDDED = corpus._embedded()


@pytest.fixture(autouse=True)
def empty_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COURSE_LYRICS", raising=False)


def lyrics(path, text=SONG * 200):
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())
    return path


@pytest.fixture
def embedded(tmp_path, monkeypatch):
    """Stands in for the corpus that comes with the course: `embedded(text)`."""

    def put(text):
        path = lyrics(tmp_path / "embedded.txt", text)
        monkeypatch.setattr(corpus, "_embedded", lambda: path)
        return path

    return put


def as_text(indices, idx_to_char):
    return "".join(idx_to_char[i] for i in indices)


def zipped(path, members):
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def read(path=None):
    indices, _, idx_to_char, _ = d2l.load_data_jay_lyrics(path)
    return as_text(indices, idx_to_char)


def test_line_break_characters_become_spaces_one_for_one(tmp_path):
    assert read(lyrics(tmp_path / "a.txt")).startswith("山路弯弯 wind, 不分开。  山路")


def test_the_first_10000_characters_are_used(tmp_path):
    text = SONG.replace("\n", " ").replace("\r", " ") * 2000
    assert read(lyrics(tmp_path / "a.txt", text)) == text[:10_000]


def test_the_vocabulary_is_in_order_of_first_appearance(tmp_path):
    _, char_to_idx, idx_to_char, vocab_size = d2l.load_data_jay_lyrics(lyrics(tmp_path / "a.txt", "乙甲乙丙" * 400))
    assert idx_to_char == ["乙", "甲", "丙"]
    assert char_to_idx == {"乙": 0, "甲": 1, "丙": 2}
    assert vocab_size == 3


def test_lines_are_those_of_the_whole_file_without_blank_ones(tmp_path):
    path = lyrics(tmp_path / "a.txt", "一二\n\n 三四 \r\n" * 4000)
    assert d2l.load_lyrics_lines(path) == ["一二", "三四"] * 4000


def test_lines_are_found_where_the_indices_are(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_LYRICS", str(lyrics(tmp_path / "a.txt", "一二\n" * 2000)))
    assert d2l.load_lyrics_lines() == ["一二"] * 2000
    with pytest.raises(d2l.CorpusError, match="does not exist"):
        d2l.load_lyrics_lines(tmp_path / "b.txt")


def test_titles_and_blank_lines_of_the_courses_own_corpus_are_not_learnt(embedded):
    path = embedded("《雨》\n街灯\n\n我说《风》\n\n《风》\r\n 街灯 \n" * 400)
    learnt = ("街灯 我说《风》 街灯 " * 400)[:-1]
    assert read() == read(path) == learnt
    assert d2l.load_lyrics_lines()[:5] == ["《雨》", "街灯", "我说《风》", "《风》", "街灯"]


def test_a_file_of_ones_own_is_read_as_it_is(tmp_path):
    text = "《雨》\n\n街灯\n" * 400
    assert read(lyrics(tmp_path / "a.txt", text)) == text.replace("\n", " ")


def test_lines_may_be_had_without_titles(tmp_path):
    path = lyrics(tmp_path / "a.txt", "《雨》\n街灯《风》\n 《雪》 \n" * 400)
    assert d2l.load_lyrics_lines(path, titles=False) == ["街灯《风》"] * 400


# Held-out text


def held_out(path=None, known="街灯 亮雨"):
    return as_text(d2l.load_held_out({char: i for i, char in enumerate(known)}, path), known)


def test_the_held_out_text_is_the_lines_after_the_learnt_ones_in_the_vocabulary(tmp_path):
    path = lyrics(tmp_path / "a.txt", "街灯\r\n" * 2500 + "\n雨 \n街灯\n街猫\n《亮》\n亮灯\n街雨")
    assert held_out(path) == "雨 亮灯 街雨"
    assert held_out(path, "街灯 亮雨《》") == "雨 《亮》 亮灯 街雨"


def test_the_line_in_which_the_learnt_text_ends_is_not_held_out(tmp_path):
    whole, cut = "街灯亮\n" * 2500, "街灯亮\n" * 2499 + "街灯亮"
    assert held_out(lyrics(tmp_path / "a.txt", f"{whole}亮灯\n灯")) == "亮灯 灯"
    assert held_out(lyrics(tmp_path / "a.txt", f"{cut}雨\n灯")) == "灯"
    assert held_out(lyrics(tmp_path / "a.txt", f"{cut}\n亮灯\n灯")) == "亮灯 灯"


def test_titles_of_the_courses_own_corpus_are_not_held_out(embedded):
    embedded("《灯》\n街灯街\n" * 2500 + "《雨》\n灯雨\n")
    assert held_out(known="街灯 雨《》") == "灯雨"


def test_held_out_text_is_found_where_the_indices_are(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_LYRICS", str(lyrics(tmp_path / "a.txt", "街灯街\n" * 2500 + "灯雨")))
    assert held_out() == "灯雨"


@pytest.mark.parametrize("text", ["街" * 20_000, "街灯街\n" * 2500, "街灯街\n" * 5000, "街灯街\n" * 2500 + "猫\n"])
def test_a_text_of_which_nothing_can_be_held_out_is_refused(tmp_path, text):
    with pytest.raises(d2l.CorpusError, match=r"a\.txt' has no held-out text.*\nUse a longer text"):
        held_out(lyrics(tmp_path / "a.txt", text))


def test_a_byte_order_mark_is_no_character(tmp_path):
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xef\xbb\xbf" + ("歌" * 2000).encode())
    assert read(path) == "歌" * 2000


def test_a_path_may_be_a_string_or_in_a_zip(tmp_path):
    path = zipped(tmp_path / "a.zip", {"song.txt": "歌" * 2000})
    assert read(str(path)) == read(path) == "歌" * 2000


def test_a_zip_is_known_by_its_content_too(tmp_path):
    path = zipped(tmp_path / "a.zip", {"song.txt": "歌" * 2000}).rename(tmp_path / "lyrics")
    assert read(path) == "歌" * 2000


def test_the_usual_name_is_preferred_in_a_zip(tmp_path):
    path = zipped(tmp_path / "a.zip", {"readme.txt": "说" * 2000, "folder/jaychou_lyrics.txt": "歌" * 2000})
    assert read(path) == "歌" * 2000


def test_what_macos_adds_to_a_zip_is_no_text(tmp_path):
    path = zipped(tmp_path / "a.zip", {"__MACOSX/._song.txt": "x", "song.txt": "歌" * 2000})
    assert read(path) == "歌" * 2000


def test_the_environment_comes_before_the_working_directory(tmp_path, monkeypatch):
    lyrics(tmp_path / "data" / "jaychou_lyrics.txt", "二" * 2000)
    monkeypatch.setenv("COURSE_LYRICS", str(lyrics(tmp_path / "a.txt", "一" * 2000)))
    assert read() == "一" * 2000


def test_a_path_comes_before_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_LYRICS", "nowhere.txt")
    assert read(lyrics(tmp_path / "a.txt", "一" * 2000)) == "一" * 2000


def test_text_comes_before_zip_in_the_working_directory(tmp_path):
    zipped(tmp_path / "data" / "jaychou_lyrics.txt.zip", {"jaychou_lyrics.txt": "三" * 2000})
    assert read() == "三" * 2000
    lyrics(tmp_path / "data" / "jaychou_lyrics.txt", "二" * 2000)
    assert read() == "二" * 2000


def test_the_embedded_corpus_is_used_last_and_is_enough():
    indices, char_to_idx, idx_to_char, vocab_size = d2l.load_data_jay_lyrics()
    assert len(indices) == 10_000
    assert len(idx_to_char) == len(char_to_idx) == vocab_size == max(indices) + 1


def bad_files(folder):
    broken = zipped(folder / "broken.zip", {"song.txt": "歌" * 2000})
    broken.write_bytes(broken.read_bytes()[:-30])
    damaged = zipped(folder / "damaged.zip", {"song.txt": "歌" * 2000})
    content = bytearray(damaged.read_bytes())
    content[40:50] = bytes(10)
    damaged.write_bytes(bytes(content))
    (folder / "gbk.txt").write_bytes(("歌" * 2000).encode("gbk"))
    zipped(folder / "pictures.zip", {"cover.png": "x"})
    lyrics(folder / "empty.txt", "")
    lyrics(folder / "blank.txt", " \n" * 2000)
    lyrics(folder / "short.txt", "歌" * 1151)
    return folder


@pytest.mark.parametrize(
    "name, problem, remedy",
    [
        ("missing.txt", "does not exist", "Correct the path"),
        ("empty.txt", "is empty", "Put the lyrics"),
        ("blank.txt", "is empty", "Put the lyrics"),
        ("gbk.txt", "not UTF-8", "encoding UTF-8"),
        ("pictures.zip", "holds no .txt file", "Zip the text file"),
        ("broken.zip", "broken zip", "again"),
        ("damaged.zip", "broken zip", "again"),
        ("short.txt", "1151 characters", "longer text"),
        (".", "is a directory", "Name the .txt"),
    ],
)
@pytest.mark.parametrize("from_environment", [False, True])
def test_a_bad_file_gets_a_message_with_path_and_remedy(tmp_path, monkeypatch, name, problem, remedy, from_environment):
    path = str(bad_files(tmp_path) / name)
    if from_environment:
        monkeypatch.setenv("COURSE_LYRICS", path)
    with pytest.raises(d2l.CorpusError) as caught:
        d2l.load_data_jay_lyrics(None if from_environment else path)
    message = str(caught.value)
    assert repr(path) in message and problem in message and remedy in message
    assert ("$COURSE_LYRICS" in message) == from_environment
    assert len(message.splitlines()) <= 2


def test_a_text_of_exactly_one_minibatch_is_enough(tmp_path):
    indices, *_ = d2l.load_data_jay_lyrics(lyrics(tmp_path / "a.txt", "歌" * 1152))
    assert len(list(d2l.data_iter_consecutive(indices, 32, 35))) == 1


# The corpus that comes with the course


@pytest.fixture(scope="module")
def own_text():
    """What the models learn of it."""
    indices, _, idx_to_char, _ = d2l.load_data_jay_lyrics(EMBEDDED)
    return as_text(indices, idx_to_char)


def test_the_courses_corpus_leaves_text_to_hold_out():
    assert len("\n".join(d2l.load_lyrics_lines(EMBEDDED, titles=False))) >= 25_000
    assert len(d2l.load_held_out(d2l.load_data_jay_lyrics(EMBEDDED)[1], EMBEDDED)) >= 2_000


def test_the_learnt_text_has_about_as_many_distinct_characters_as_the_tutorials(own_text):
    assert len(own_text) == 10_000
    assert 950 <= len(set(own_text)) <= 1_150


def test_most_stretches_of_ten_characters_come_back(own_text):
    stretches = [own_text[i : i + 10] for i in range(len(own_text) - 9)]
    times = Counter(stretches)
    assert sum(times[stretch] > 1 for stretch in stretches) / len(stretches) >= 0.6


@pytest.mark.parametrize("prefix", ["不分开", "分开"])
def test_the_prefixes_of_the_samples_occur_in_the_learnt_text(own_text, prefix):
    assert own_text.count(prefix) >= 3


def test_no_title_is_learnt_and_no_line_is_blank(own_text):
    assert not set("《》") & set(own_text)
    assert "  " not in own_text and own_text == own_text.lstrip()


def test_every_song_has_a_title_of_its_own():
    titles = [line for line in d2l.load_lyrics_lines(EMBEDDED) if corpus.TITLE.fullmatch(line)]
    assert len(titles) > 20
    assert len(set(titles)) == len(titles)


def test_the_vocabulary_of_the_courses_corpus_is_in_order_of_first_appearance():
    indices, _, _, vocab_size = d2l.load_data_jay_lyrics(EMBEDDED)
    assert list(dict.fromkeys(indices)) == list(range(vocab_size))
