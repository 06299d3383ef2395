"""Writes a tokenizer's tables into one file, which the service uses without parsing. They come from the model's tokenizer files.

src/tokenizer/bpe/tables.ts describes the file. Its hash functions are those of string-table.ts and pair-ranks.ts there.
"""

import json
from collections.abc import Iterable
from io import StringIO
from math import ceil, log2
from pathlib import Path
from struct import pack

from bertweet.errors import Unusable
from bertweet.export.manifest import listing_of, read_manifest, write_manifest

TABLES_FILE = "tokenizer.bin"
MAGIC = b"btk1"
BEFORE, AFTER = ("<s>", "<pad>", "</s>", "<unk>"), "<mask>"
WORD_END = "</w>"
UINT32 = 0xFFFFFFFF
UINT16 = 0xFFFF


def read_dictionary(text: str) -> tuple[list[str], dict[int, int]]:
    """(pieces in the order of their numbers, {number: id} of pieces with another id) of a fairseq dictionary. Raises Unusable."""
    numbers, moved = {piece: number for number, piece in enumerate(BEFORE)}, {}
    for index, line in enumerate(StringIO(text, newline=None)):
        piece, space, _ = line.strip().rpartition(" ")
        if not space:
            raise Unusable(f'vocabulary, line {index + 1}: expected "<piece> <count>"')
        following = len(numbers)
        number = numbers.setdefault(piece, following)
        if number < following:
            moved[number] = following  # a piece that occurs twice keeps its last id, and the next piece shares that id
    numbers.setdefault(AFTER, len(numbers))
    return list(numbers), moved


def read_codes(text: str) -> tuple[list[tuple[int, int, int] | None], dict[str, int]]:
    """(joined and resulting symbols of each merge, or None for an invalid line; numbers of the symbols) of fastBPE's codes."""
    symbols: dict[str, int] = {}
    merges: list[tuple[int, int, int] | None] = []
    for line in StringIO(text, newline=None).read().split("\n")[:-1]:
        parts = line.split()
        if len(parts) == 3:
            left, right = parts[:2]
            merges.append(tuple(symbols.setdefault(symbol, len(symbols)) for symbol in (left, right, left + right)))
        else:
            merges.append(None)
    return merges, symbols


def read_merges(text: str, ids: dict[str, int]) -> list[tuple[int, int, int] | None]:
    """The joined and the resulting ids of each merge of a byte-level BPE. The first line is the version. Raises Unusable."""
    merges = []
    for number, line in enumerate(StringIO(text, newline=None)):
        if number == 0:
            continue
        parts = line.removesuffix("\n").split(" ")
        if len(parts) != 2 or not all(parts):
            raise Unusable(f'merges, line {number + 1}: expected "<left> <right>"')
        left, right = parts
        for piece in (left, right, left + right):
            if piece not in ids:
                raise Unusable(f"vocabulary: {piece} is missing")
        merges.append((ids[left], ids[right], ids[left + right]))
    return merges


def string_hash(data: bytes) -> int:
    value = len(data)
    for byte in data:
        value = ((value ^ byte) * 0x01000193) & UINT32
    return value ^ (value >> 15)


def pair_hash(left: int, right: int) -> int:
    value = ((left * 0x9E3779B1) ^ (right * 0x85EBCA6B)) & UINT32
    return value ^ (value >> 15)


def index_of(hashes: Iterable[tuple[int, int]], slots: int, same: dict[int, int]) -> list[int]:
    """A hash index with open addressing, of (number, hash). A slot has a number plus one. `same[number]` gives its slot to `number`."""
    table, slot_of = [0] * slots, {}
    for number, value in hashes:
        if number in same:
            slot = slot_of[same[number]]
        else:
            slot = value & (slots - 1)
            while table[slot]:
                slot = (slot + 1) & (slots - 1)
        slot_of[number] = slot
        table[slot] = number + 1
    return table


def index_pieces(pieces: list[bytes]) -> list[int]:
    slots = 2 ** ceil(log2(1.5 * len(pieces) + 2))
    return index_of(((number, string_hash(piece)) for number, piece in enumerate(pieces)), slots, {})


def index_merges(merges: list[tuple[int, int, int] | None]) -> list[int]:
    slots = 2 ** ceil(log2(2 * len(merges) + 2))
    ranked = [(rank, merge[:2]) for rank, merge in enumerate(merges) if merge]
    last, same = {}, {}
    for rank, pair in ranked:
        if pair in last:
            same[rank] = last[pair]
        last[pair] = rank
    return index_of(((rank, pair_hash(*pair)) for rank, pair in ranked), slots, same)


def single_symbols(symbols: dict[str, int]) -> tuple[list[int], list[int]]:
    """Code point and number of each symbol of one code point: (inside a word, at its end)."""
    inner, last = [], []
    for symbol, number in symbols.items():
        if len(symbol) == 1:
            inner += ord(symbol), number
        elif len(symbol) == 1 + len(WORD_END) and symbol.endswith(WORD_END):
            last += ord(symbol[0]), number
    return inner, last


def tokenizer_tables(kind: str, vocab: str, merges: str, emoji: str) -> bytes:
    """`tokenizer.bin` from the texts of the three files in the manifest's `tokenizer`. Raises Unusable."""
    if kind == "fastbpe":
        pieces, moved = read_dictionary(vocab)
        joined, symbols = read_codes(merges)
    else:
        ids = json.loads(vocab)
        pieces, moved = [piece for _, piece in sorted((number, piece) for piece, number in ids.items())], {}
        if sorted(ids.values()) != list(range(len(pieces))):
            raise Unusable("vocabulary: its ids are not 0, 1, 2, ...")
        joined, symbols = read_merges(merges, ids), {}
    inner, last = single_symbols(symbols)
    encoded = [piece.encode() for piece in pieces]
    starts = [0]
    for piece in encoded:
        starts.append(starts[-1] + len(piece))
    piece_slots, merge_slots = index_pieces(encoded), index_merges(joined)
    width = "H" if max(len(pieces), len(joined), len(symbols)) <= UINT16 - 1 else "I"

    out = bytearray()

    def add(data: bytes) -> None:
        out.extend(data)
        out.extend(bytes(-len(out) % 4))

    def numbers(values: list[int], form: str = "I") -> None:
        add(pack(f"<{len(values)}{form}", *values))

    add(MAGIC)
    counts = len(pieces), starts[-1], len(piece_slots), len(moved), len(joined), len(merge_slots), len(inner) // 2, len(last) // 2
    numbers([2 if width == "H" else 4, *counts])
    numbers(starts)
    numbers(piece_slots, width)
    add(b"".join(encoded))
    numbers([number for pair in moved.items() for number in pair])
    for part in range(3):
        numbers([merge[part] if merge else 0 for merge in joined], width)
    numbers(merge_slots, width)
    numbers(inner)
    numbers(last)
    names = json.loads(emoji)
    text = "\n".join(names.values()).encode()
    numbers([len(names), len(text), *map(ord, names)])
    add(text)
    return bytes(out)


def tables_of(tokenizer: dict[str, str], files: dict[str, bytes]) -> bytes:
    """The same, from the manifest's `tokenizer` and the bytes of its files by name."""
    texts = (files[tokenizer[part]].decode() for part in ("vocab", "merges", "emoji"))
    return tokenizer_tables(tokenizer["kind"], *texts)


def add_tables(folder: Path) -> None:
    """Writes the tables of a bundle's tokenizer, and names them in its manifest.json. Nothing else changes."""
    manifest = read_manifest(folder)
    tokenizer = manifest["tokenizer"]
    data = tables_of(tokenizer, {tokenizer[part]: (folder / tokenizer[part]).read_bytes() for part in ("vocab", "merges", "emoji")})
    (folder / TABLES_FILE).write_bytes(data)
    tokenizer["tables"] = TABLES_FILE
    manifest["files"][TABLES_FILE] = listing_of(data)
    print(f"{len(data):12,} {TABLES_FILE}\n{write_manifest(folder, manifest):12,} manifest.json")
