"""What of a model's text is read, what is put right, and what is refused."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.questions import Idea, Ideas, Quoted

from nexusplanner.application.ports.models import FailureKind, ModelFailure
from nexusplanner.infrastructure.llm import JsonAnswerReader
from nexusplanner.infrastructure.llm.reading import MOST_CHARACTERS, partial_answer, read_answer

IDEA = Idea(theme="Calm", description="It is “calm”, you know", weight=0.5, quotes=(Quoted(passage="a:1", quote="x"),))
TEXT = json.dumps(asdict(Ideas(ideas=(IDEA,))), ensure_ascii=False)
VALUE = Ideas(ideas=(IDEA,))


def refused(text: str) -> ModelFailure:
    with pytest.raises(ModelFailure) as caught:
        read_answer(text, output=Ideas)
    return caught.value


def test_json_is_read_as_it_is() -> None:
    assert read_answer(TEXT, output=Ideas) == (VALUE, ())


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        (f"```json\n{TEXT}\n```", ("code fence removed",)),
        (f"```\n{TEXT}```", ("code fence removed",)),
        (f"Certainly!\n\n{TEXT}\n\nHope this helps.", ("words around the JSON removed",)),
        (f"```json\n{TEXT}", ("words around the JSON removed",)),
        (f"Here:\n```json\n{TEXT}\n```\nDone.", ("code fence removed",)),
    ],
)
def test_wrappings_are_taken_off_once_and_told(text: str, repaired: tuple[str, ...]) -> None:
    assert read_answer(text, output=Ideas) == (VALUE, repaired)
    assert JsonAnswerReader()(text, output=Ideas) == VALUE


@pytest.mark.parametrize("filling", [" ", "\t", "\n", "\r\n", "` ", "x\n"])
def test_a_fence_that_is_never_closed_is_refused_without_looking_for_its_end_again_and_again(filling: str) -> None:
    text = f"```json\n{filling * MOST_CHARACTERS}"[: MOST_CHARACTERS - 1]
    assert refused(f"{text}x").kind is FailureKind.MALFORMED


def test_typographic_quotes_are_straightened() -> None:
    text = "{“ideas”: [{“theme”: “Calm”, “description”: “d”, “weight”: 1, “quotes”: []}]}"
    value, repaired = read_answer(text, output=Ideas)
    assert value.ideas[0].theme == "Calm"
    assert repaired == ("typographic quotes straightened",)


def test_fields_nobody_asked_for_are_dropped() -> None:
    assert read_answer(TEXT[:-1] + ', "budget": 900000}', output=Ideas) == (VALUE, ())


@pytest.mark.parametrize("at", range(1, len(TEXT) - 1, 7))
def test_a_truncated_answer_is_never_closed(at: int) -> None:
    assert refused(TEXT[:at]).kind is FailureKind.MALFORMED


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", FailureKind.EMPTY),
        (" \n ", FailureKind.EMPTY),
        ("I\u2019m sorry, but I can\u2019t help with that.", FailureKind.REFUSED),
        ("I cannot do this.", FailureKind.REFUSED),
        ("The market is fine.", FailureKind.MALFORMED),
        (TEXT.replace('":', '" '), FailureKind.MALFORMED),
        (f"{TEXT} {TEXT}", FailureKind.MALFORMED),
        ("[" * 5000, FailureKind.MALFORMED),
        (" " * MOST_CHARACTERS + TEXT, FailureKind.MALFORMED),
        ("[]", FailureKind.INVALID),
        ("null", FailureKind.INVALID),
        ("{}", FailureKind.INVALID),
        (TEXT.replace("0.5", "NaN"), FailureKind.INVALID),
        (TEXT.replace("0.5", "1e999"), FailureKind.INVALID),
        (TEXT.replace("0.5", "-Infinity"), FailureKind.INVALID),
        (TEXT.replace("0.5", "9" * 400), FailureKind.INVALID),
        (TEXT.replace("0.5", "1e16"), FailureKind.INVALID),
        (TEXT.replace("0.5", '"0.5"'), FailureKind.INVALID),
        (TEXT.replace("0.5", "true"), FailureKind.INVALID),
        (TEXT.replace('"Calm"', "7"), FailureKind.INVALID),
        (TEXT.replace('"Calm"', "null"), FailureKind.INVALID),
        (TEXT.replace('"Calm"', '["Calm"]'), FailureKind.INVALID),
        (TEXT.replace("Calm", "Ca\\u0000lm"), FailureKind.INVALID),
        (TEXT.replace("Calm", "\\ud800"), FailureKind.MALFORMED),
    ],
)
def test_everything_else_is_refused_in_words_that_quote_nothing(text: str, kind: FailureKind) -> None:
    failure = refused(text)
    assert failure.kind is kind
    assert (failure.__cause__, failure.__context__) == (None, None)
    assert not any(part in failure.reason for part in ("Calm", "sorry", "market", "0.5", "999"))


def test_an_output_with_rules_of_its_own_refuses_by_them() -> None:
    from dataclasses import dataclass  # noqa: PLC0415 - beside its only use

    @dataclass(frozen=True)
    class Picky:
        theme: str

        def __post_init__(self) -> None:
            raise LookupError(self.theme)

    with pytest.raises(ModelFailure) as caught:
        read_answer('{"theme": "secret"}', output=Picky)
    assert caught.value.kind is FailureKind.INVALID
    assert "secret" not in caught.value.reason


def test_beginnings_of_an_answer_grow_and_never_hold_half_an_idea() -> None:
    text = json.dumps(asdict(Ideas(ideas=(IDEA, IDEA, IDEA))))
    counts = []
    for at in range(len(text) + 1):
        found = partial_answer(f"```json\n{text[:at]}", output=Ideas)
        if found is not None:
            counts.append(len(found.ideas))
            assert all(idea.theme == "Calm" and idea.weight == 0.5 for idea in found.ideas)
    assert counts == sorted(counts)
    assert set(counts) == {0, 1, 2, 3}


@given(st.text())
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        read_answer(text, output=Ideas)
    except ModelFailure as failure:
        assert failure.reason  # noqa: PT017 - both ends are fine
    partial_answer(text, output=Ideas)


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["ideas", "theme", "quotes"]), inner),
    )
)
def test_any_json_is_read_or_refused(data: object) -> None:
    try:
        value, _ = read_answer(json.dumps(data), output=Ideas)
        assert isinstance(value, Ideas)
    except ModelFailure as failure:
        assert failure.reason  # noqa: PT017 - both ends are fine
