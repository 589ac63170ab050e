"""How texts become words: folded and lower case in the index, French only when asked.

The index keeps words as they are written, without case and accents. Stemming happens to the
question: a word is looked for with every word of the index that has the same stem. So prefixes
and spelling mistakes are compared with real words, nothing is unfindable (`l`, `d`, `c` are
words too), and a better stemmer needs no new index.
"""

import re
import unicodedata
from functools import cache

from tantivy import Filter, TextAnalyzer, TextAnalyzerBuilder, Tokenizer

LONGEST = 255  # bytes; longer runs of letters are no words (embedded images, keys …)

_ELIDED = re.compile(r"\b(?:[ldjmtsnc]|qu|jusqu|lorsqu|puisqu|quoiqu)['’ʼ](?=\w)", re.IGNORECASE)


@cache
def word_analyzer() -> TextAnalyzer:
    """Letters and digits between anything else, lower case, without accents (œ is oe)."""
    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(LONGEST))
        .filter(Filter.lowercase())
        .filter(Filter.ascii_fold())
        .build()
    )


@cache
def _stemmer() -> TextAnalyzer:
    return TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stemmer("french")).build()


def words(text: str) -> list[str]:
    """The words of a question: as in the index, without elided articles (l', d', qu' …)."""
    composed = unicodedata.normalize("NFC", text)
    plain: list[str] = word_analyzer().analyze(_ELIDED.sub("", composed))
    return plain


def stem(word: str) -> str:
    """The French stem of a folded word: médiathèques, MEDIATHEQUE → mediathequ."""
    found: list[str] = _stemmer().analyze(word)
    return found[0] if found else word
