"""A dataset described in TOML."""

import pytest

from cimaise.engine.messages import Refusal
from cimaise.engine.metadata.declared import read_description
from cimaise.engine.metadata.description import FieldWish, ReadingWishes

MUSEUMS = """
id = "musees"
title = "Musées"
themes = ["Musées"]
key = ["ref"]
[reading]
delimiter = "|"
[[fields]]
name = "ref"
source = "Identifiant"
[[fields]]
name = "dompal"
annotations = { facet = true, multivalued = ";" }
"""


def test_a_description_is_read(tmp_path):
    path = tmp_path / "musees.toml"
    path.write_text(MUSEUMS, encoding="utf-8")
    said = read_description(path)
    assert (said.id, said.title, said.themes, said.key) == (
        "musees",
        "Musées",
        ("Musées",),
        ("ref",),
    )
    assert said.reading == ReadingWishes(delimiter="|")
    assert said.fields == (
        FieldWish("ref", source="Identifiant"),
        FieldWish("dompal", annotations={"facet": True, "multivalued": ";"}),
    )


WRONG = {
    "broken": ("id = ", "description_not_toml"),
    "no title": ('id = "a"', "description_not_understood"),
    "a slip": ('id = "a"\ntitle = "A"\nlicense = "x"', "description_not_understood"),
    "a text for a list": ('id = "a"\ntitle = "A"\nkey = "ref"', "description_not_understood"),
    "a field without name": (
        'id = "a"\ntitle = "A"\n[[fields]]\nlabel = "x"',
        "description_not_understood",
    ),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_description_says_where(tmp_path, what):
    text, code = WRONG[what]
    path = tmp_path / "a.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Refusal, match=r"line|a\.toml") as refusal:
        read_description(path)
    assert refusal.value.code == code


def test_a_slip_is_answered_with_the_nearest_name(tmp_path):
    path = tmp_path / "a.toml"
    path.write_text(WRONG["a slip"][0], encoding="utf-8")
    with pytest.raises(Refusal, match="licence"):
        read_description(path)


def test_a_description_that_is_not_there(tmp_path):
    with pytest.raises(Refusal) as refusal:
        read_description(tmp_path / "a.toml")
    assert refusal.value.code == "no_such_file"
