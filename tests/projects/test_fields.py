"""What declared parameters tell forms, and how wrong values are refused."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
import pytest
from msgspec import Meta

from projects.errors import ProjectError
from projects.fields import Field, fields_of, read_struct, shown
from tests.pseudo import pseudo, wide


class Knobs(msgspec.Struct, frozen=True):
    """One field of every kind of bound."""

    plain: int = 0
    least: Annotated[int, Meta(ge=1)] = 1
    above: Annotated[float, Meta(gt=0)] = 1.0
    most: Annotated[int, Meta(le=1_000_000)] = 1
    below: Annotated[float, Meta(lt=1)] = 0.5
    closed: Annotated[float, Meta(ge=0, le=1)] = 0.5
    half: Annotated[float, Meta(ge=0, lt=1)] = 0.5
    other_half: Annotated[float, Meta(gt=0, le=0.5)] = 0.5
    open: Annotated[float, Meta(gt=0, lt=1, title="Inner radius")] = 0.5
    sides: tuple[Annotated[int, Meta(gt=0, lt=9)], Annotated[int, Meta(gt=0, lt=9)]] = (1, 1)
    word: Annotated[str, Meta(max_length=3)] = ""
    color: Literal["red", "blue"] = "red"
    scale: Annotated[
        Literal["none", "zero_to_one"], Meta(extra={"names": {"none": "as it is"}})
    ] = "none"
    maybe: Annotated[int, Meta(ge=0, lt=5)] | None = None


FIELDS = {field.name: field for field in fields_of(Knobs)}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("plain", "a whole number"),
        ("least", "a whole number of at least 1"),
        ("above", "a number above 0"),
        ("most", "a whole number of at most 1,000,000"),
        ("below", "a number below 1"),
        ("closed", "a number from 0 to 1"),
        ("half", "a number of at least 0 and below 1"),
        ("other_half", "a number above 0 and up to 0.5"),
        ("open", "a number above 0 and below 1"),
        ("sides", "a list of 2 whole numbers above 0 and below 9"),
        ("word", "text of at most 3 characters"),
        ("color", "one of red, blue"),
        ("maybe", "a whole number of at least 0 and below 5, or nothing"),
    ],
)
def test_bounds_are_said_as_they_are(name: str, words: str) -> None:
    assert FIELDS[name].expectation() == words


def test_people_read_words_where_files_hold_values() -> None:
    field = FIELDS["scale"]
    assert [field.words_of(value) for value in field.choices] == ["as it is", "zero to one"]
    assert field.expectation() == "one of none, zero_to_one"
    with pseudo():
        (spoken,) = (one for one in fields_of(Knobs) if one.name == "scale")
        assert spoken.words_of("zero_to_one") == wide("zero to one")
        assert spoken.words_of("none") == wide("as it is")
        assert spoken.choices == ("none", "zero_to_one")


@pytest.mark.parametrize("field", list(FIELDS.values()), ids=list(FIELDS))
def test_a_form_knows_what_will_be_taken(field: Field) -> None:
    """Both ends of every range are taken or refused as the field says."""
    if field.kind not in ("int", "float"):
        return
    for end, excluded in (
        (field.minimum, field.exclusive),
        (field.maximum, field.exclusive_maximum),
    ):
        if end is None:
            assert not excluded
        elif excluded:
            with pytest.raises(ProjectError) as caught:
                read_struct(Knobs, {field.name: end}, "knobs")
            assert caught.value.problem.where == f"knobs.{field.name}"
            assert field.expectation() in caught.value.problem.message
        else:
            assert getattr(read_struct(Knobs, {field.name: end}, "knobs"), field.name) == end


def test_the_inner_circle_stays_inside() -> None:
    from engine.data.shapes2d import Circles

    factor = {field.name: field for field in fields_of(Circles)}["factor"]
    assert (factor.minimum, factor.maximum) == (0, 1)
    assert factor.exclusive
    assert factor.exclusive_maximum
    with pytest.raises(ProjectError, match=r"above 0 and below 1, got 1\.0"):
        read_struct(Circles, {"factor": 1.0}, "data.source")


@pytest.mark.parametrize(
    ("values", "where", "hint"),
    [
        ({"clor": "red"}, "k.clor", "color"),
        ({"color": "bleu"}, "k.color", "blue"),
        ({"plain": 1.5}, "k.plain", ""),
        ({"plain": True}, "k.plain", ""),
        ({"above": float("inf")}, "k.above", ""),
        ({"above": float("nan")}, "k.above", ""),
        ({"least": -(10**30)}, "k.least", ""),
        ({"word": "long"}, "k.word", ""),
        ({"sides": [1, 2, 3]}, "k.sides", ""),
        ({"sides": [1, 9]}, "k.sides", ""),
        ({"least": "1"}, "k.least", ""),
        ({"least": None}, "k.least", ""),
    ],
)
def test_wrong_values_are_refused_where_they_are(
    values: dict[str, Any], where: str, hint: str
) -> None:
    with pytest.raises(ProjectError) as caught:
        read_struct(Knobs, values, "k")
    assert caught.value.problem.where == where
    assert hint in caught.value.problem.hint


def test_quoted_values_stay_on_their_line() -> None:
    assert shown("a\nb\x1b[0m\u202e\ud800\u2028") == "“a\\x0ab\\x1b[0m\\x202e\\xd800\\x2028”"
    assert len(shown("x" * 1000)) == 58
    assert shown(3.5) == "3.5"
