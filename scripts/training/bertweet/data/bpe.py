"""Learns fastBPE's merges and vocabulary (Sennrich et al. 2016)."""

import gzip
import json
from argparse import Namespace
from collections import Counter
from itertools import islice

from tokenizers import Tokenizer, models, pre_tokenizers, trainers
from tqdm import tqdm

from bertweet.data.tokenizer import load_normalizer, map_texts

END_OF_WORD = "</w>"
SPECIAL_TOKENS = 5  # <s> <pad> </s> <unk> before the list, <mask> after it
NORMALIZER = None


def start_worker() -> None:
    global NORMALIZER
    NORMALIZER = load_normalizer()


def normalize(tweet: str) -> str:
    return NORMALIZER.normalizeTweet(tweet)


def learn_merges(words: Counter, count: int, alphabet: int) -> list[tuple[str, str]]:
    """The first `count` merges over a corpus of words. Only the `alphabet` most frequent characters are merged."""
    tokenizer = Tokenizer(models.BPE(end_of_word_suffix=END_OF_WORD))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    trainer = trainers.BpeTrainer(
        vocab_size=count + 2 * alphabet, limit_alphabet=alphabet, min_frequency=2, end_of_word_suffix=END_OF_WORD
    )
    corpus = (f"{word} " * n for word, n in words.items())
    tokenizer.train_from_iterator(corpus, trainer)
    merges = json.loads(tokenizer.to_str())["model"]["merges"]
    return [tuple(pair) for pair in merges[:count]]


def merge_word(word: str, ranks: dict[tuple[str, str], int]) -> tuple[list[str], list[int]]:
    """A word's symbols after all merges, and the rank of every applied merge."""
    symbols, made = [*word[:-1], word[-1] + END_OF_WORD], []
    while len(symbols) > 1:
        rank, at = min((ranks.get(pair, len(ranks)), i) for i, pair in enumerate(zip(symbols, symbols[1:])))
        if rank == len(ranks):
            break
        symbols[at : at + 2] = [symbols[at] + symbols[at + 1]]
        made.append(rank)
    return symbols, made


def to_piece(symbol: str) -> str:
    """fastBPE's notation: a piece that does not end its word gets the suffix `@@`."""
    return symbol.removesuffix(END_OF_WORD) if symbol.endswith(END_OF_WORD) else f"{symbol}@@"


def count_pieces(words: Counter, merges: list[tuple[str, str]]) -> tuple[Counter, Counter]:
    """(count of each piece in the merged corpus, count of each merge by its rank)."""
    ranks = {pair: rank for rank, pair in enumerate(merges)}
    pieces, merge_counts = Counter(), Counter()
    for word, count in tqdm(words.items(), desc="apply", mininterval=5):
        symbols, made = merge_word(word, ranks)
        pieces.update({piece: 0 for piece in map(to_piece, symbols)})
        for symbol in symbols:
            pieces[to_piece(symbol)] += count
        for rank in made:
            merge_counts[rank] += count
    return pieces, merge_counts


def learn_bpe(args: Namespace) -> None:
    """Runs learn_bpe.py with its options."""
    args.out.mkdir(parents=True, exist_ok=True)
    with gzip.open(args.tweets, "rt", encoding="utf-8") as lines:
        tweets = [line.rstrip("\n") for line in islice(lines, args.limit)]
    normalized = map_texts(tweets, start_worker, (), normalize, "normalize")
    words = Counter(word for tweet in normalized for word in tweet.split())
    merges = learn_merges(words, args.merges, args.alphabet)
    pieces, merge_counts = count_pieces(words, merges)

    codes = "".join(f"{left} {right} {merge_counts[rank]}\n" for rank, (left, right) in enumerate(merges))
    (args.out / "bpe.codes").write_text(codes, encoding="utf-8")
    kept = pieces.most_common(args.vocab_size - SPECIAL_TOKENS)
    (args.out / "vocab.txt").write_text("".join(f"{piece} {count}\n" for piece, count in kept), encoding="utf-8")

    total, covered = sum(pieces.values()), sum(count for _, count in kept)
    print(f"{len(tweets)} tweets, {len(words)} distinct words, {len(merges)} merges, {len(pieces)} distinct pieces")
    print(f"kept {len(kept)} pieces, {100 * covered / total:.3f} % of the corpus; {total / len(tweets):.1f} pieces a tweet")
