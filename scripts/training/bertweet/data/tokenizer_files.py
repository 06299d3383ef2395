"""Converts the tokenizer of a folder from Hugging Face's libraries into a bundle's two files."""

import json
from pathlib import Path

from bertweet.data.hub_files import BYTE_LEVEL, FASTBPE, TOKENIZER_JSON
from bertweet.errors import Unusable

SPECIAL_TOKENS = ("<s>", "<pad>", "</s>", "<unk>", "<mask>")
KNOWN = "the service has BERTweet's fastBPE (vocab.txt and bpe.codes) and RoBERTa's byte-level BPE (tokenizer.json, or vocab.json and merges.txt)"


def copy_tokenizer(folder: Path, to: Path) -> None:
    """Writes the two files of the tokenizer in `folder` to the folder `to`. Raises Unusable for a tokenizer that the service lacks."""
    if all((folder / FASTBPE[part]).exists() for part in ("vocab", "merges")):
        copy(folder, to, FASTBPE)
    elif (folder / TOKENIZER_JSON).exists():
        vocab, merges = read_tokenizer_json(json.loads((folder / TOKENIZER_JSON).read_text(encoding="utf-8")))
        (to / BYTE_LEVEL["vocab"]).write_text(json.dumps(vocab, ensure_ascii=False), encoding="utf-8")
        (to / BYTE_LEVEL["merges"]).write_text("\n".join(["#version: 0.2", *merges, ""]), encoding="utf-8")
    elif all((folder / BYTE_LEVEL[part]).exists() for part in ("vocab", "merges")):
        check_vocabulary(json.loads((folder / BYTE_LEVEL["vocab"]).read_text(encoding="utf-8")))
        copy(folder, to, BYTE_LEVEL)
    elif (folder / "vocab.txt").exists():
        raise Unusable(f"the tokenizer is WordPiece, by its vocab.txt without bpe.codes; {KNOWN}")
    else:
        raise Unusable(f"{folder} has no tokenizer; {KNOWN}")


def copy(folder: Path, to: Path, names: dict[str, str]) -> None:
    for part in ("vocab", "merges"):
        (to / names[part]).write_bytes((folder / names[part]).read_bytes())


def read_tokenizer_json(tokenizer: dict) -> tuple[dict[str, int], list[str]]:
    """(id of each piece, one line per merge) of a byte-level BPE in the format of the library `tokenizers`."""
    model, splitting = tokenizer["model"], tokenizer.get("pre_tokenizer") or {}
    kind = model.get("type", "BPE")
    if kind != "BPE" or splitting.get("type") != "ByteLevel":
        raise Unusable(f"the tokenizer is {kind} behind {splitting.get('type', 'no pre-tokenizer')}; {KNOWN}")
    if tokenizer.get("normalizer") or splitting.get("add_prefix_space"):
        raise Unusable("the tokenizer changes texts before it cuts them, by a normalizer or add_prefix_space; the service's does not")
    vocab = model["vocab"] | {token["content"]: token["id"] for token in tokenizer.get("added_tokens", [])}
    check_vocabulary(vocab)
    return vocab, [merge if isinstance(merge, str) else " ".join(merge) for merge in model["merges"]]


def check_vocabulary(vocab: dict[str, int]) -> None:
    """Raises Unusable if special tokens are missing or the ids are not 0, 1, 2, ..."""
    missing = [token for token in SPECIAL_TOKENS if token not in vocab]
    if missing:
        raise Unusable(f"the vocabulary has no {', '.join(missing)}")
    if sorted(vocab.values()) != list(range(len(vocab))):
        raise Unusable("the vocabulary's ids are not 0, 1, 2, ...")
