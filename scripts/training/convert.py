#!/usr/bin/env python3
"""Turn a checkpoint of Hugging Face's into a bundle that the service answers from, and say what it lost.

`--checkpoint` is a folder with config.json, model.safetensors or pytorch_model.bin, and vocab.txt and bpe.codes, as BERTweet-base
has them, or vocab.json and merges.txt, as BERTweet-large: a RoBERTa model with a head for sequence classification (one label or,
by `problem_type`, several at once), token classification or masked language modelling. Nothing is downloaded.

Layers and word embeddings become int8 (or what `--bits` says), and GELU its tanh form. Of the texts of `--texts`, the 1st, 3rd,
... show which activations are outliers, to be smoothed; on the 2nd, 4th, ... the bundle, in native ONNX Runtime, is held against
the checkpoint in PyTorch, fp32. Take texts like those the model is for, which it was not trained on. Without them, made-up rows
of pieces show the outliers, and nothing is measured.
"""

import argparse
import random
import re
from pathlib import Path

import torch

from bertweet.export.bits import Bits, add_bits_option
from bertweet.export.bundle import TensorFile
from bertweet.data.files import read_texts
from bertweet.export.loss import ask, bundle_logits, compare, reference_logits
from bertweet.export.pack import write_model
from bertweet.export.roberta import Unsupported, describe_head, head_kind, open_weights, read_config, read_encoder
from bertweet.data.subwords import load_subwords
from bertweet.data.tokenizer import BOS_ID, EOS_ID, UNK_ID
from bertweet.export.golden import add_golden

TEXTS = 200  # to smooth by, and as many to measure
MADE_UP_TOKENS = 32
ID = re.compile(r"[a-z0-9][a-z0-9-]*")  # both as in src/bundle/manifest.ts
TASK = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*(/[a-z0-9]+)?")


def made_up_rows(vocab_size: int) -> list[list[int]]:
    """Rows of pieces drawn by Zipf's law: a vocabulary is sorted by frequency."""
    rng, first = random.Random(0), UNK_ID + 1

    def draw() -> int:
        return first + int((vocab_size - first) ** rng.random()) - 1

    return [[BOS_ID, *(draw() for _ in range(MADE_UP_TOKENS - 2)), EOS_ID] for _ in range(TEXTS)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True, help="the checkpoint's folder")
    parser.add_argument("--out", type=Path, required=True, help="the bundle's folder")
    parser.add_argument("--id", help="the bundle's id (default: made of the checkpoint folder's name)")
    parser.add_argument("--task", help="the task's name, as in /v1/NAME, such as sentiment, ner or pos (default: the head's kind)")
    parser.add_argument("--texts", type=Path, help=f"a text a line, or JSON lines with text; .gz allowed; {2 * TEXTS} are read")
    parser.add_argument("--shard-layers", type=int, default=1, help="layers in a file (default: %(default)s)")
    parser.add_argument("--license", default="not stated", help="of the weights (default: %(default)s)")
    parser.add_argument("--description", help="of the model (default: its sizes)")
    parser.add_argument("--training", default="not stated", help="how it was trained, and on what (default: %(default)s)")
    add_bits_option(parser)
    args = parser.parse_args()
    torch.set_num_threads(1)  # the order of sums, and so the bytes, must not depend on the machine's cores

    try:
        config, weights = read_config(args.checkpoint), open_weights(args.checkpoint)
        kind = head_kind(weights)
        encoder = read_encoder(config, weights)
        name, heads = args.task or kind, TensorFile("heads.bin", {})
        entry = describe_head(config, weights, name, heads)
    except Unsupported as error:
        parser.error(str(error))
    shape = encoder.shape
    bundle_id = args.id or re.sub(r"[^a-z0-9]+", "-", args.checkpoint.resolve().name.lower()).strip("-")
    if not TASK.fullmatch(name):
        parser.error(f'"{name}" is no name of a task: lower-case letters, digits and single hyphens')
    if not ID.fullmatch(bundle_id):
        parser.error(f'"{bundle_id}" is no id of a bundle: lower-case letters, digits and hyphens')
    subwords = load_subwords(args.checkpoint)
    if subwords.size != shape.vocab_size:
        parser.error(f"the vocabulary has {subwords.size} pieces, the checkpoint {shape.vocab_size}")

    # The bundle
    texts = read_texts(args.texts, 2 * TEXTS) if args.texts else []
    calibration = [subwords.encode(text, shape.max_tokens) for text in texts[::2]]
    sizes = f"{shape.layers} layers of {shape.hidden_size}, {shape.vocab_size:,} pieces, at most {shape.max_tokens} tokens"
    facts = {
        "id": bundle_id,
        "description": args.description or f"A RoBERTa checkpoint with a {subwords.files['kind']} tokenizer: {sizes}.",
        "license": args.license,
        "training": args.training,
        "engine": "simd",
    }
    print(f"{kind} as /v1/{name}; {sizes}")
    write_model(
        args.out,
        facts=facts,
        encoder=encoder,
        tasks={name: {**entry, "description": name, "data": "not stated", "metrics": {}}},
        heads=heads,
        calibration=calibration or made_up_rows(shape.vocab_size),
        shard_layers=args.shard_layers,
        tokenizer=subwords.files,
        tokenizer_folder=args.checkpoint,
        bits=Bits(**dict(args.bits)),
    )
    add_golden(args.out)

    # What it lost
    if len(texts) < 2:
        print("Nothing was measured, for want of --texts.")
        return
    del encoder, weights
    questions = [ask(kind, subwords, text, shape.max_tokens) for text in texts[1::2]]
    wanted = reference_logits(args.checkpoint, kind, questions)
    loss = compare(entry, wanted, bundle_logits(args.out, name, questions))
    print(
        f"against PyTorch fp32, {len(questions)} texts, {loss.answers} answers: a probability differs by "
        f"{loss.largest:.4f} at most, the likeliest's by {loss.mean:.4f} on average; same labels {loss.agreement:.2%}"
    )


if __name__ == "__main__":
    main()
