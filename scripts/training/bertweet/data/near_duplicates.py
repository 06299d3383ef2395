"""Removes tweets that are nearly the same as given texts."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

SHINGLE_WORDS = 4
LEAST_SHARE = 0.5  # of the shingles of the shorter text
LEAST_SHARED = 3  # shingles; fewer are common phrases, unless they are all of both texts
NOT_WORDS = re.compile(r"https?://\S+|@\w+|[^\w\s]")


def words_of(text: str) -> list[str]:
    """Lower-case words, without links, user names and punctuation."""
    return NOT_WORDS.sub(" ", text.lower()).split()


def shingles(text: str) -> set[int]:
    """Hashes of every SHINGLE_WORDS consecutive words (Broder 1997). A shorter text is one shingle. A text without words has none."""
    words = words_of(text)
    starts = range(max(1, len(words) - SHINGLE_WORDS + 1)) if words else ()
    return {hash(tuple(words[start : start + SHINGLE_WORDS])) for start in starts}


class NearDuplicates:
    """Finds texts that have the same words as one of `held`, or share LEAST_SHARE of their shingles with it, and at least LEAST_SHARED."""

    def __init__(self, held: Iterable[str]):
        self.sizes: list[int] = []
        self.holders: dict[int, list[int]] = defaultdict(list)
        for text in held:
            own = shingles(text)
            for shingle in own:
                self.holders[shingle].append(len(self.sizes))
            self.sizes.append(len(own))

    def has(self, text: str) -> bool:
        own = shingles(text)
        shared = Counter(holder for shingle in own for holder in self.holders.get(shingle, ()))
        return any(self.is_near(len(own), self.sizes[holder], count) for holder, count in shared.items())

    @staticmethod
    def is_near(own: int, held: int, shared: int) -> bool:
        return shared == own == held or shared >= max(LEAST_SHARED, LEAST_SHARE * min(own, held))
