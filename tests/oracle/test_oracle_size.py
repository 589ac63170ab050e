"""The oracle is asked enough."""

from oracle.asking import SHARES


def test_at_least_twenty_thousand_questions_are_asked():
    assert sum(least for _, _, least in SHARES.values()) >= 20_000
