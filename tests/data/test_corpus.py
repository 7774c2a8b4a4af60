"""Lyrics are found as the contract says, read as the older edition did, or refused with a remedy."""

import zipfile

import pytest

import course_utils as d2l

SONG = "山路弯弯 wind,\n不分开。\r\n"


@pytest.fixture(autouse=True)
def empty_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COURSE_LYRICS", raising=False)


def lyrics(path, text=SONG * 200):
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(text.encode())
    return path


def zipped(path, members):
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def read(path=None):
    indices, _, idx_to_char, _ = d2l.load_data_jay_lyrics(path)
    return "".join(idx_to_char[i] for i in indices)


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
