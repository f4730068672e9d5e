"""YAML with the line of everything, and hostile YAML refused."""

from __future__ import annotations

import math
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from floorcast.scenario.read.problems import InputErrors
from floorcast.scenario.read.yaml_lines import MOST_BYTES, decode, read_text, read_yaml


def problems(text: str) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        read_yaml(text, "f.yaml")
    return str(caught.value).splitlines()


def test_lines_of_keys_and_items():
    document = read_yaml("a: 1\nb:\n  c: [x, y]\n  d:\n  - e: 2\n    f: 3\n", "f.yaml")
    assert document.data == {"a": 1, "b": {"c": ["x", "y"], "d": [{"e": 2, "f": 3}]}}
    assert document.line(("b", "c")) == 3
    assert document.line(("b", "d", 0, "f")) == 6
    assert document.line(("b", "d", 0, "missing")) == 5
    assert document.line(("nowhere",)) == 1


@pytest.mark.parametrize(
    ("plain", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("12:00", "12:00"),
        ("2015-02-17", "2015-02-17"),
        ("1e3", 1000.0),
        ("010", 10),
        ("0x1F", "0x1F"),
        ("5_000_000", 5_000_000),
        ("true", True),
        ("null", None),
        ("~", None),
        ("", None),
        ("'7'", "7"),
        ("-.5", -0.5),
        (".inf", math.inf),
        ("1.2.3", "1.2.3"),
    ],
)
def test_scalars_follow_yaml_1_2(plain, value):
    assert read_yaml(f"k: {plain}", "f.yaml").data == {"k": value}


def test_keys_are_text():
    assert read_yaml("no: 1\n08:00: 2\n12: 3\n~: 4", "f.yaml").data == {
        "no": 1,
        "08:00": 2,
        "12": 3,
        "~": 4,
    }


def test_duplicate_keys_are_all_reported_with_both_lines():
    lines = problems("a: 1\nb:\n  c: 1\n  c: 2\na: 3\n")
    assert lines == [
        "f.yaml:4: b.c: found the key a second time (first on line 3); allowed once",
        "f.yaml:5: a: found the key a second time (first on line 1); allowed once",
    ]


def test_anchors_and_merge_keys_work():
    text = "base: &b {x: 1, y: 2}\nuse: {<<: *b, y: 3}\nboth: {<<: [*b, {z: 4}]}\nlist: [*b, *b]"
    data = read_yaml(text, "f.yaml").data
    assert data["use"] == {"x": 1, "y": 3}
    assert data["both"] == {"x": 1, "y": 2, "z": 4}
    assert data["list"] == [{"x": 1, "y": 2}] * 2


def test_a_merge_of_something_else_is_an_error():
    assert "f.yaml:1: a.<<: found 3; allowed a mapping" in problems("a: {<<: 3}")


def test_an_alias_bomb_is_refused_at_once():
    text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    text += "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 12))
    began = time.perf_counter()
    assert "more than 200000 values" in problems(text)[0]
    assert time.perf_counter() - began < 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &x [*x]", "inside itself"),
        ("a: *nobody", "unknown alias"),
        ("a: !!python/object/apply:os.system ['true']", "found the tag"),
        ("a: !mine 3", "found the tag"),
        ("a: 1\n---\nb: 2", "found a second document"),
        ("[a, b]: 1", "as a key"),
        ("? {a: 1}\n: 2", "as a key"),
        ("&k a: 1\n*k : 2", "as a key"),
        ("a: [1, 2", "found broken YAML"),
        ("a: 1\n b: 2", "found broken YAML"),
        ("a: 'open", "found broken YAML"),
        ("\tx: 1", "found a tab in the indentation; allowed spaces"),
        ("a: \x00", "found"),
        ("[" * 5000, "nesting deeper than 60"),
        ("{a: " * 5000, "nesting deeper than 60"),
        ("- " * 5000 + "x", "nesting deeper than 60"),
        ("%YAML 9.9\n---\na: 1", "found broken YAML"),
    ],
)
def test_hostile_yaml_is_one_clear_error(text, message):
    lines = problems(text)
    assert message in lines[0]
    assert lines[0].startswith("f.yaml")


def test_too_many_values():
    assert "more than 200000 values" in problems("a: [" + "1," * 250_000 + "]")[0]


def test_a_huge_file_is_refused_without_parsing(tmp_path):
    path = tmp_path / "huge.yaml"
    path.write_bytes(b"a" * (MOST_BYTES + 10))
    with pytest.raises(InputErrors, match="more than 5 MB"):
        read_text(path, "huge.yaml")
    with pytest.raises(InputErrors, match="more than 5 MB"):
        read_yaml("a" * (MOST_BYTES + 1), "huge.yaml")


def test_missing_files_folders_and_bytes_that_are_no_text(tmp_path):
    with pytest.raises(InputErrors, match="cannot be read: No such file"):
        read_text(tmp_path / "none.yaml", "none.yaml")
    with pytest.raises(InputErrors, match="found a folder"):
        read_text(tmp_path, "folder")
    with pytest.raises(InputErrors, match="cannot be read"):
        read_text(tmp_path / "a\0b", "strange")
    with pytest.raises(InputErrors, match="f.yaml:2: found bytes that are not UTF-8"):
        decode(b"a: 1\nb: \xff\n", "f.yaml")


def test_a_byte_order_mark_is_fine():
    assert decode("\ufeffa: 1".encode(), "f.yaml") == "a: 1"


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_parses_or_gives_input_errors(text):
    try:
        document = read_yaml(text, "f.yaml")
    except InputErrors as error:
        assert error.problems
    else:
        assert document.line(()) == 1


@settings(deadline=None)
@given(st.text(alphabet="ab:-[]{}&*!|>'\"#, \n<?%~0", max_size=80))
def test_any_punctuation_parses_or_gives_input_errors(text):
    try:
        read_yaml(text, "f.yaml")
    except InputErrors as error:
        assert all(problem.line is None or problem.line >= 1 for problem in error.problems)
