"""What the fuzzers found once: each text is answered, or refused with its place."""

import pytest

from cimaise.engine.odsql.errors import AskingError
from fuzz.seeds import OTHERS, QUESTIONS
from fuzz.targets import TARGETS, tried

# letter of the target, text, what is said of it, where
REFUSED = [
    ("r", "town:Paris\x00", "unexpected character U+0000", 10),
    ("x", "town:\ud800", "unexpected character U+D800", 5),
]


def test_what_is_drawn_of_a_long_text_is_short(bench):
    with pytest.raises(AskingError) as refused:
        TARGETS["w"](bench, "visitors > 1 or " * 25_000)
    assert refused.value.position == 200_000
    assert len(refused.value.drawn) < 1_000


# what ended in an error of the engine, and has an answer
ANSWERED = [
    ("G", "count(*)\ntown\n'a'"),
    ("G", "'a' as x, count(*)\ntown\nx"),
]


@pytest.mark.parametrize(("letter", "text"), ANSWERED)
def test_what_was_found_is_answered(bench, letter, text):
    TARGETS[letter](bench, text)


@pytest.mark.parametrize(("letter", "text", "said", "place"), REFUSED)
def test_what_was_found_is_refused_with_its_place(bench, letter, text, said, place):
    with pytest.raises(AskingError) as refused:
        TARGETS[letter](bench, text)
    assert said in refused.value.message
    assert refused.value.position == place


@pytest.mark.parametrize(("letter", "text"), OTHERS + tuple(("q", text) for text in QUESTIONS))
def test_the_fuzzer_begins_with_sentences_that_are_understood(bench, letter, text):
    assert tried(bench, letter, text)
