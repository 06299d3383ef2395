"""Converts a checkpoint in Hugging Face's format to a bundle, and measures the loss of accuracy."""

import random
from argparse import Namespace

import torch

from bertweet.data.files import read_texts
from bertweet.data.subwords import Subwords, load_subwords
from bertweet.data.tokenizer import BOS_ID, EOS_ID, UNK_ID
from bertweet.errors import Unusable
from bertweet.export.bits import Bits
from bertweet.export.bundle import TensorFile
from bertweet.export.golden import add_golden
from bertweet.export.loss import ask, bundle_logits, compare, reference_logits
from bertweet.export.manifest import asked_by_default
from bertweet.export.names import check_id, check_task, id_of
from bertweet.export.pack import describe_sizes, write_model
from bertweet.export.roberta import describe_head, head_kind, open_weights, read_config, read_encoder

TEXTS = 200  # for smoothing, and the same number for measuring
MADE_UP_TOKENS = 32


def made_up_rows(vocab_size: int) -> list[list[int]]:
    """TEXTS rows of random ids, distributed by Zipf's law, because a vocabulary is sorted by frequency."""
    rng, first = random.Random(0), UNK_ID + 1

    def draw() -> int:
        return first + int((vocab_size - first) ** rng.random()) - 1

    return [[BOS_ID, *(draw() for _ in range(MADE_UP_TOKENS - 2)), EOS_ID] for _ in range(TEXTS)]


def convert(args: Namespace) -> None:
    """Runs convert.py with its options. Raises Unusable if the service can't run the checkpoint."""
    torch.set_num_threads(1)  # the order of sums, and so the bytes, must not depend on the machine's cores
    texts = read_texts(args.texts, 2 * TEXTS) if args.texts else []
    task, entry, subwords = write_checkpoint(args, texts[::2])
    if len(texts) < 2:
        print("Nothing was measured, for want of --texts.")
    else:
        print_loss(args, task, entry, subwords, texts[1::2])


def write_checkpoint(args: Namespace, texts: list[str]) -> tuple[str, dict, Subwords]:
    """Writes the bundle, with smoothing from `texts`. Returns the task's name, its entry in the manifest, and the tokenizer."""
    config, weights = read_config(args.checkpoint), open_weights(args.checkpoint)
    kind = head_kind(config)
    task = check_task(args.task or kind)
    bundle_id = check_id(args.id or id_of(args.checkpoint))
    encoder, heads = read_encoder(config, weights), TensorFile("heads.bin", {})
    shape = encoder.shape
    entry = describe_head(config, weights, task, heads)
    subwords = load_subwords(args.checkpoint)
    if subwords.size != shape.vocab_size:
        raise Unusable(f"the vocabulary has {subwords.size} pieces, the checkpoint {shape.vocab_size}")
    print(f"{kind} as /v1/{task}; {describe_sizes(shape)}")
    facts = {
        "id": bundle_id,
        "description": args.description
        or f"A RoBERTa checkpoint with a {subwords.files['kind']} tokenizer: {describe_sizes(shape)}.",
        "license": args.license,
        "training": args.training,
    }
    write_model(
        args.out,
        facts=facts,
        encoder=encoder,
        tasks={
            task: {
                **entry,
                **asked_by_default({"windows": args.windows}),
                "description": task,
                "data": "not stated",
                "metrics": {},
            }
        },
        heads=heads,
        calibration=[subwords.encode(text, shape.max_tokens) for text in texts] or made_up_rows(shape.vocab_size),
        shard_layers=args.shard_layers or 1,
        tokenizer=subwords.files,
        tokenizer_folder=args.checkpoint,
        bits=Bits(**dict(args.bits)),
    )
    add_golden(args.out)
    return task, {**entry, "max_tokens": shape.max_tokens}, subwords


def print_loss(args: Namespace, task: str, entry: dict, subwords: Subwords, texts: list[str]) -> None:
    """Compares the bundle in native ONNX Runtime with the checkpoint in PyTorch, fp32."""
    questions = [ask(entry["kind"], subwords, text, entry["max_tokens"]) for text in texts]
    wanted = reference_logits(args.checkpoint, entry["kind"], questions)
    loss = compare(entry, wanted, bundle_logits(args.out, task, questions))
    print(
        f"against PyTorch fp32, {len(questions)} texts, {loss.answers} answers: a probability differs by "
        f"{loss.largest:.4f} at most, the likeliest's by {loss.mean:.4f} on average; same labels {loss.agreement:.2%}"
    )
