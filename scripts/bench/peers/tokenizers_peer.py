#!/usr/bin/env python3
"""Tokenizers to compare with: Hugging Face's BertweetTokenizer (Python), and the BPE of the Rust package `tokenizers`.

Reads `bertweet FILE` or `bpe FILE` lines, FILE a JSON list of texts, and answers each with JSON: the seconds that one pass over
the texts took, and how many ids came out (without <s> and </s>). For `bpe` the texts are words, each preceded by one space.
"""

import argparse
import json
import sys
import time
from pathlib import Path

from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import BertweetTokenizer

END = "</w>"


def rust_bpe(vocab: Path, codes: Path) -> Tokenizer:
    """fastBPE's tables as `tokenizers` wants them: a word's end marked by </w>, and every symbol of a merge in the vocabulary."""
    merges = [tuple(line.split(" ")[:2]) for line in codes.read_text(encoding="utf-8").split("\n") if line]
    pieces = [line.rsplit(" ", 1)[0] for line in vocab.read_text(encoding="utf-8").split("\n") if line]
    symbols = dict.fromkeys(piece.removesuffix("@@") if piece.endswith("@@") else piece + END for piece in ["<unk>", *pieces])
    for left, right in merges:
        symbols.update(dict.fromkeys((left, right, left + right)))
    numbered = {symbol: number for number, symbol in enumerate(symbols)}
    tokenizer = Tokenizer(models.BPE(vocab=numbered, merges=merges, unk_token="<unk>" + END, end_of_word_suffix=END))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, required=True, help="a model bundle's folder")
    args = parser.parse_args()

    vocab, codes = args.bundle / "vocab.txt", args.bundle / "bpe.codes"
    bertweet = BertweetTokenizer(str(vocab), str(codes), normalization=True)
    rust = rust_bpe(vocab, codes)
    passes = {
        "bertweet": lambda texts: sum(len(bertweet(text)["input_ids"]) - 2 for text in texts),
        "bpe": lambda texts: sum(len(encoding) for encoding in rust.encode_batch(texts, add_special_tokens=False)),
    }
    for line in sys.stdin:
        name, file = line.rstrip("\n").split(" ", 1)
        texts = json.loads(Path(file).read_text(encoding="utf-8"))
        start = time.perf_counter()
        ids = passes[name](texts)
        print(json.dumps({"seconds": time.perf_counter() - start, "ids": ids}), flush=True)


if __name__ == "__main__":
    main()
