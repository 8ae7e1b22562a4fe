"""A search finds what is there, in whatever file, and does not find what is another's."""

import base64
import gzip
import json
import sqlite3
import zipfile
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from jinja2 import Environment

from pipeline.privacy.needles import Needles
from pipeline.privacy.traces import SearchOptions, files_below, traces

CARD = "4111111111111111"
NASTY = ["a'b", 'a"b', "a\\b", "a\nb", "=1+1", "' OR 1=1 --", "日本", "a%b", "../x", "a,b", "a&b<c",
         "Ü-7", "x" * 3000, "a\tb", "100 % [x]"]  # fmt: skip


def ids(*names: str) -> Needles:
    return Needles(ids={"call_id": names})


def numbers(*digits: str) -> Needles:
    return Needles(numbers=digits)


def found(root: Path, needles: Needles, columns: Collection[str] | None = None) -> list[str]:
    """Where something was found: "file: place"."""
    options = SearchOptions(columns=None if columns is None else frozenset(columns))
    hits = traces([root], needles, options=options)
    return [f"{trace.path.relative_to(root).as_posix()}: {trace.where}" for trace in hits]


def table(root: Path, name: str = "t.parquet", **columns: Any) -> Path:  # noqa: ANN401 - cells
    pq.write_table(pa.table(columns), root / name)
    return root


def test_a_folder_that_is_not_there_has_no_files(tmp_path: Path) -> None:
    assert files_below(tmp_path / "no") == []
    assert traces([tmp_path / "no"], ids("C1")) == []


def test_a_file_is_a_root_too(tmp_path: Path) -> None:
    (tmp_path / "audit.jsonl").write_text('{"subject": "C1"}\n', encoding="utf-8")
    assert [trace.where for trace in traces([tmp_path / "audit.jsonl"], ids("C1"))] == ["subject"]


def test_an_id_is_found_in_a_column_as_a_whole_cell(tmp_path: Path) -> None:
    table(tmp_path, call_id=["C1", "C12", None])
    assert found(tmp_path, ids("C1")) == ["t.parquet: call_id"]
    assert found(tmp_path, ids("C2", "C")) == []


def test_an_id_of_one_kind_is_not_one_of_another(tmp_path: Path) -> None:
    table(tmp_path, call_id=["1001"], customer_id=["2002"])
    assert found(tmp_path, Needles(ids={"call_id": ["2002"], "customer_id": ["1001"]})) == []


@pytest.mark.parametrize(
    "text",
    ["C1", "call C1", "day/C1.wav", "C1_agent.wav + C1_caller.wav", "'C1': no", "(C1)", "a C1-"],
)
def test_an_id_stands_in_a_text_as_a_word(tmp_path: Path, text: str) -> None:
    table(tmp_path, where=["nobody", None, text])
    (tmp_path / "page.html").write_text(f"<p>{text}</p>", encoding="utf-8")
    assert found(tmp_path, ids("C1")) == ["page.html: bytes", "t.parquet: where"]


@pytest.mark.parametrize("text", ["C12", "AC1", "C1-2", "7-C1", "C1x"])
def test_an_id_is_not_found_in_another_id(tmp_path: Path, text: str) -> None:
    table(tmp_path, where=[text, f"call {text}."])
    (tmp_path / f"{text}.html").write_text(f"<p>{text}</p> {text}", encoding="utf-8")
    (tmp_path / "log.jsonl").write_text(json.dumps({"call_id": text}), encoding="utf-8")
    assert found(tmp_path, ids("C1")) == []


@pytest.mark.parametrize("name", NASTY)
def test_ids_of_any_kind_are_found_everywhere(tmp_path: Path, name: str) -> None:
    table(tmp_path, call_id=[name], why=[f"call {name} is broken"])
    page = Environment(autoescape=True).from_string("<b>{{ name }}</b>").render(name=name)
    (tmp_path / "page.html").write_text(page, encoding="utf-8")
    (tmp_path / "entry.json").write_text(json.dumps({"call_id": name}), encoding="utf-8")
    (tmp_path / "line.log").write_text(f"call {name} failed", encoding="utf-8", newline="")
    assert found(tmp_path, ids(name)) == [
        "entry.json: call_id", "line.log: bytes", "page.html: bytes", "t.parquet: call_id",
        "t.parquet: why",
    ]  # fmt: skip


def test_a_short_number_is_found_where_an_id_stands_only(tmp_path: Path) -> None:
    table(tmp_path, call_id=["1001"], where=["calls.csv, line 1001"], why=["got 1001 calls"])
    entry = {"add": {"size": 1001, "stats": json.dumps({"minValues": {"call_id": "1001"}})}}
    (tmp_path / "0.json").write_text(json.dumps(entry), encoding="utf-8")
    (tmp_path / "counts.html").write_text('<td x="1001">1001</td>, 1001 calls', encoding="utf-8")
    (tmp_path / "id.html").write_text('<bdi class="id">1001</bdi>', encoding="utf-8")
    (tmp_path / "a.log").write_text("call 1001 failed; 'x' took 1001 s", encoding="utf-8")
    (tmp_path / "1001.flac").write_bytes(b"")
    (tmp_path / "part-1001-x").write_bytes(b"1001")
    assert found(tmp_path, ids("1001")) == [
        "0.json: call_id", "1001.flac: name", "a.log: bytes", "id.html: bytes",
        "part-1001-x: bytes", "t.parquet: call_id",
    ]  # fmt: skip


def test_text_in_lists_structs_and_maps_is_decoded(tmp_path: Path) -> None:
    excerpt = [[], None, [{"call_id": "C1", "quote": "x"}]]
    pairs = pa.array([[("k", "C1")], None, []], pa.map_(pa.string(), pa.string()))
    pq.write_table(pa.table({"moments": excerpt, "pairs": pairs}), tmp_path / "t.parquet")
    assert found(tmp_path, ids("C1")) == ["t.parquet: call_id", "t.parquet: pairs"]


def test_only_columns_that_were_asked_for_are_decoded(tmp_path: Path) -> None:
    table(tmp_path, where=["C1"], text=["C1"], moments=[[{"call_id": "C1"}]])
    assert found(tmp_path, ids("C1"), ["where"]) == ["t.parquet: where"]
    assert found(tmp_path, ids("C1"), ["where", "call_id"]) == [
        "t.parquet: call_id", "t.parquet: where"
    ]  # fmt: skip
    assert found(tmp_path, ids("C1"), ["no such"]) == []


def test_statistics_in_a_checkpoint_are_opened(tmp_path: Path) -> None:
    stats = json.dumps({"numRecords": 1, "minValues": {"call_id": "C1", "text": "C1"}})
    table(tmp_path, add=[{"path": "x", "stats": stats}, {"path": "y", "stats": None}])
    assert found(tmp_path, ids("C1")) == ["t.parquet: call_id", "t.parquet: text"]


def test_a_table_that_was_cut_off_is_read_as_bytes(tmp_path: Path) -> None:
    (tmp_path / "t.parquet").write_bytes(b"PAR1 ... call C1 ...")
    assert found(tmp_path, ids("C1")) == ["t.parquet: bytes"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-16-le", "utf-16-be", "latin-1"])
def test_bytes_in_any_encoding(tmp_path: Path, encoding: str) -> None:
    (tmp_path / "x.bin").write_bytes("call Müller-7 failed".encode(encoding))
    assert found(tmp_path, ids("Müller-7")) == ["x.bin: bytes"]


def test_packed_files_are_opened(tmp_path: Path) -> None:
    with gzip.open(tmp_path / "a.gz", "wb") as file:
        file.write(b"x" * 100 + b" C1 ")
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner.txt", "y" * 100 + " C1 ")
        archive.writestr("C1.txt", "")
    (tmp_path / "broken.gz").write_bytes(b"\x1f\x8b broken")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 broken C1")
    assert found(tmp_path, ids("C1")) == [
        "a.gz: gzip", "b.zip: C1.txt", "b.zip: bytes", "b.zip: inner.txt", "broken.zip: bytes",
    ]  # fmt: skip


def test_base64_is_decoded(tmp_path: Path) -> None:
    inner = base64.b64encode(b"a pickled result with call C1 in it").decode()
    (tmp_path / "r.json").write_text(json.dumps({"result": inner}), encoding="utf-8")
    (tmp_path / "r.bin").write_text(f"<{inner}>", encoding="utf-8")
    assert found(tmp_path, ids("C1")) == ["r.bin: bytes", "r.json: result"]


def test_sqlite_is_read_by_rows_and_by_bytes(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "d.db")) as database:
        database.execute('CREATE TABLE "odd "" name" (a TEXT, b BLOB, c INTEGER)')
        database.execute('INSERT INTO "odd "" name" VALUES (?, ?, 1)', ("x" * 9000 + " C1", b"-"))
        database.commit()
    assert 'd.db: table odd " name' in found(tmp_path, ids("C1"))
    with closing(sqlite3.connect(tmp_path / "d.db")) as database:
        database.execute("PRAGMA secure_delete = OFF")
        database.execute('DELETE FROM "odd "" name"')
        database.commit()
    assert found(tmp_path, ids("C1")) == ["d.db: bytes"]


def test_a_hit_across_two_pieces_of_a_large_file(tmp_path: Path) -> None:
    name = "call-" + "7" * 30
    for shift in (1, 15, 34):
        (tmp_path / f"{shift}.log").write_bytes(b" " * (2**22 - shift) + name.encode() + b" " * 9)
    assert len(found(tmp_path, ids(name))) == 3


def test_endings_of_which_only_the_name_counts(tmp_path: Path) -> None:
    (tmp_path / "a.flac").write_bytes(b"C1")
    (tmp_path / "C1.FLAC").write_bytes(b"")
    options = SearchOptions(skipped=(".flac",))
    hits = traces([tmp_path], ids("C1"), options=options)
    assert [(hit.path.name, hit.where) for hit in hits] == [("C1.FLAC", "name")]


def test_a_phrase_is_found_however_it_is_written(tmp_path: Path) -> None:
    needles = Needles(phrases=["my purple bicycle"])
    table(tmp_path, "turns.parquet", text=["It is My purple,  BICYCLE!"])
    table(tmp_path, "words.parquet", words=[[{"word": one} for one in ["my", "purple", "bicycle"]]])
    table(tmp_path, "other.parquet", text=["my purple car"])
    assert found(tmp_path, needles) == ["turns.parquet: text", "words.parquet: word"]


@pytest.mark.parametrize(
    "text",
    [
        CARD,
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "four one one one one one one one one one one one one one one one",
        "four triple one, eleven eleven. eleven eleven, double one, eleven",
        "4 1 1 1 mm-hm 1 1 1 1 okay 1 1 1 1 yes 1 1 1 1",
        "for one one one, won one one one, one one one one, one one one one",
        "forty one eleven, eleven eleven, eleven eleven, eleven eleven",
    ],
)
def test_a_number_is_found_typed_and_spoken(tmp_path: Path, text: str) -> None:
    table(tmp_path, "t.parquet", text=["hello", *text.split(", "), "bye"])
    (tmp_path / "a.log").write_text(f"it is {text}.", encoding="utf-8")
    (tmp_path / "w.log").write_text(f"it is {text}.", encoding="utf-16")
    assert found(tmp_path, numbers(CARD)) == [
        "a.log: bytes", "t.parquet: text", "w.log: bytes"
    ]  # fmt: skip


def test_a_short_secret_stands_alone(tmp_path: Path) -> None:
    for number, text in enumerate(["code 1 2 3", "one two three", "1234", "12 or 3", "12, call 3"]):
        (tmp_path / f"{number}.txt").write_text(text, encoding="utf-8")
    assert found(tmp_path, numbers("123")) == ["0.txt: bytes", "1.txt: bytes"]


def test_another_card_is_not_this_one(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("4111 1111 1111 1129 and 94111111111111111", encoding="utf-8")
    assert found(tmp_path, numbers(CARD)) == []


def test_many_ids_at_once(tmp_path: Path) -> None:
    table(tmp_path, where=[f"call K{number}" for number in range(0, 5000, 1000)])
    needles = ids(*(f"K{number}" for number in range(3001)))
    assert sorted({trace.needle for trace in traces([tmp_path], needles)}) == [
        "K0", "K1000", "K2000", "K3000"
    ]  # fmt: skip
