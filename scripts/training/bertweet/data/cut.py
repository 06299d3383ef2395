"""Truncated tweets like those of old clients: the beginning, `…` and a link to the full tweet."""

import random
import string

LINK_CHARACTERS = string.ascii_letters + string.digits
LEAST_KEPT, MOST_KEPT = 0.6, 0.95
SEED = 1


def cut_tweet(text: str, rng: random.Random) -> str:
    """The beginning of `text` and `…`, with or without a link. Or the whole text and a link."""
    link = f"https://t.co/{''.join(rng.choices(LINK_CHARACTERS, k=10))}"
    beginning = text[: round(rng.uniform(LEAST_KEPT, MOST_KEPT) * len(text))]
    return rng.choice([f"{beginning}… {link}", f"{beginning}…", f"{text} {link}"])


def cut_tweets(rows: list[tuple[str, str]], share: float) -> list[tuple[str, str]]:
    """A random share of the rows (text, label), with truncated texts."""
    rng = random.Random(SEED)
    return [(cut_tweet(text, rng), label) for text, label in rng.sample(rows, round(share * len(rows)))]
