"""Converts an encoder and its heads to a bundle: quantized shards, the word table, embeddings, heads, tokenizer files, manifest."""

from pathlib import Path

import numpy as np
from tqdm import tqdm

from bertweet.export.bits import Bits
from bertweet.export.bundle import TensorFile, hash_chunks, write_bundle
from bertweet.export.emoji_table import EMOJI_FILE, emoji_table
from bertweet.export.graph import build_shard
from bertweet.export.quantize import GROUP, pack_nibbles, quantize_groups, quantize_rows
from bertweet.export.tokenizer_tables import TABLES_FILE, tables_of
from bertweet.model.encoder import Encoder, Shape
from bertweet.model.smoothing import largest_inputs, smooth

ROWS_PER_CHUNK = 16  # of the word table: the service fetches and checks a chunk, and keeps one row of it


def describe_sizes(shape: Shape) -> str:
    """The encoder's sizes in words, for people who read the manifest."""
    return f"{shape.layers} layers of {shape.hidden_size}, {shape.vocab_size:,} pieces, at most {shape.max_tokens} tokens"


def describe_quantization(bits: Bits) -> str:
    """The quantization in words, for people who read the manifest."""
    ffn = f"feed-forward matrices int4, one float32 scale for {GROUP} values of a column; " if bits.ffn == 4 else ""
    words = "int8, symmetric, one scale a row" if bits.words == 8 else f"int4, one float16 scale for {GROUP} values of a row"
    return (
        "Linear weights int8, symmetric, one float32 scale a column, activations uint8 at run time with one scale a matrix, "
        f"their outlying channels moved into the weights by powers of two; {ffn}word embeddings {words}; all else float32."
    )


def pack_layers(
    shape: Shape, weights: dict[str, np.ndarray], shard_layers: int, ffn_bits: int
) -> tuple[dict[str, bytes], list[dict]]:
    """(files, the manifest's `encoder`) of smoothed weights, with `shard_layers` layers per shard."""
    layers = range(shape.layers)
    shards = [layers[first : first + shard_layers] for first in layers[::shard_layers]]
    files, entries = {}, []
    for number, shard in enumerate(tqdm(shards, desc="quantize", mininterval=1)):
        name = "encoder" if len(shards) == 1 else f"encoder-{number}"
        entry = {"graph": f"{name}.onnx", "weights": f"{name}.bin", "layers": len(shard)}
        graph, files[entry["weights"]] = build_shard(shape, weights, shard, entry["weights"], ffn_bits)
        files[entry["graph"]] = graph.SerializeToString(deterministic=True)
        entries.append(entry)
    return files, entries


def pack_embeddings(weights: dict[str, np.ndarray], tensors: dict[str, dict], word_bits: int) -> dict[str, bytes | bytearray]:
    """The word table, its hashes, and the other parts of the embeddings. Adds their tensors to `tensors`."""
    table, others = TensorFile("words.bin", tensors), TensorFile("embeddings.bin", tensors)
    words = weights["words.weight"]
    if word_bits == 8:
        values, scales = quantize_rows(words)
        table.add("words", values)
        others.add("words.scale", scales)
    else:
        # A row's scales follow its values, so that one read fetches both.
        values, scales = quantize_groups(words, np.float16)
        rows = np.concatenate([pack_nibbles(values), scales.astype("<f2").view(np.uint8)], axis=1)
        table.add_as("words", {"dtype": "int4", "group": GROUP, "shape": list(words.shape)}, rows)
    others.add("positions", weights["positions.weight"])
    others.add("embeddings.norm.weight", weights["norm.weight"])
    others.add("embeddings.norm.bias", weights["norm.bias"])
    hashes = hash_chunks(table.data, ROWS_PER_CHUNK * len(table.data) // len(words))
    return {table.name: table.data, others.name: others.data, "words.sha256": hashes}


def tokenizer_files(tokenizer: dict[str, str], folder: Path) -> tuple[dict[str, bytes], dict[str, str]]:
    """(files, the manifest's `tokenizer`): the tokenizer's own two files, the emoji names, and the tables made from these three."""
    names = tokenizer["vocab"], tokenizer["merges"]
    entry = {**tokenizer, "emoji": EMOJI_FILE}
    files = {name: (folder / name).read_bytes() for name in names} | {EMOJI_FILE: emoji_table().encode()}
    return {**files, TABLES_FILE: tables_of(entry, files)}, {**entry, "tables": TABLES_FILE}


def write_model(
    out: Path,
    *,
    facts: dict,
    encoder: Encoder,
    tasks: dict[str, dict],
    heads: TensorFile,
    calibration: list[list[int]],
    shard_layers: int,
    tokenizer: dict[str, str],
    tokenizer_folder: Path,
    bits: Bits,
) -> None:
    """Quantizes and writes the bundle.

    - `facts`: the manifest's `id`, `description`, `license` and `training`.
    - `tasks`: the manifest's `tasks`; `heads` holds their tensors.
    - `calibration`: ids of texts, from which the smoothing of activations is computed.
    - `tokenizer`: its kind and the names of its files in `tokenizer_folder` (bertweet.data.subwords).
    """
    weights = {name: tensor.numpy() for name, tensor in encoder.state_dict().items()}
    smoothed = smooth(weights, encoder.shape.layers, largest_inputs(encoder, calibration))
    layer_files, shards = pack_layers(encoder.shape, smoothed, shard_layers, bits.ffn)
    tensors = heads.entries
    embedding_files = pack_embeddings(weights, tensors, bits.words)
    texts_and_tables, tokenizer_entry = tokenizer_files(tokenizer, tokenizer_folder)
    write_bundle(
        out,
        {**layer_files, **embedding_files, heads.name: heads.data, **texts_and_tables},
        {
            "format": 1,
            **facts,
            **({"ffn_weights": {"bits": 4, "group": GROUP}} if bits.ffn == 4 else {}),
            "architecture": encoder.shape.as_dict(),
            "tokenizer": tokenizer_entry,
            "encoder": shards,
            "quantization": describe_quantization(bits),
            "tensors": tensors,
            "words": {"rows_per_chunk": ROWS_PER_CHUNK, "hashes": "words.sha256"},
            "tasks": tasks,
        },
    )
