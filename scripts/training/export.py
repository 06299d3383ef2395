#!/usr/bin/env python3
"""Turn `finetuned.pt` into a model bundle: quantized ONNX encoder, embedding table, heads, tokenizer files and manifest.json.

The encoder's activations are smoothed on the texts of `--calibrate`. Matrices and word embeddings become int8, or what `--bits`
says. With `--check` the written graph is run in native ONNX Runtime against the PyTorch encoder in fp32.
"""

import argparse
import json
from pathlib import Path

import onnx
import torch

from bertweet.export.bits import Bits, add_bits_option
from bertweet.export.bundle import TensorFile
from bertweet.data.files import read_classification
from bertweet.model.encoder import Encoder, Shape
from bertweet.export.native import FrozenEncoder
from bertweet.model.multitask import FILL_MASK
from bertweet.export.pack import write_model
from bertweet.export.distance import measure_distance
from bertweet.data.subwords import load_subwords
from bertweet.export.golden import add_golden

DESCRIPTION = "BERTweet's recipe at half its width and half its depth: one encoder for tweets, a linear head for each task."
TRAINING = (
    "Layers and embeddings start from sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0), each piece's embedding as the mean "
    "of MiniLM's for the same string; masked-language-model training on tweets with dynamic masking, held to MiniLM's hidden "
    "states; then fine-tuning on all tasks at once, at last with teachers: single-task models of MiniLM, kernel machines on its "
    "sentence embeddings, and two models of sentence-transformers/all-mpnet-base-v2 (Apache-2.0), for four tasks and for sentiment; "
    "weights before and after some runs are averaged; last, sentiment from borrowed tweets alone. Scripts: learn_bpe.py, pretrain.py, "
    "finetune.py, restore_checkpoint.py, teach.py, teach_kernel.py, answers.py, average.py, export.py."
)
TEXTS = 200


def describe_head(task: str, head: dict, tensors: TensorFile) -> dict:
    """A task's entry in the manifest; its tensors are added to `tensors`."""
    entry = {"bias": tensors.add(f"heads.{task}.bias", head["bias"].float().numpy())}
    if head["kind"] != FILL_MASK:
        entry["weight"] = tensors.add(f"heads.{task}.weight", head["weight"].float().numpy())
        entry |= {"labels": head["labels"], "temperature": head["temperature"]}
    return entry | {"kind": head["kind"], "description": head["description"], "data": head["data"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, required=True, help="finetuned.pt as finetune.py wrote it")
    parser.add_argument("--tokenizer", type=Path, required=True, help="folder with vocab.txt and bpe.codes")
    parser.add_argument("--id", required=True, help="the bundle's id, such as bertweet-mini")
    parser.add_argument("--out", type=Path, required=True, help="the bundle's folder")
    parser.add_argument("--calibrate", type=Path, required=True, help=f"JSON lines with text; the first {TEXTS} are read")
    parser.add_argument("--check", type=Path, help=f"JSON lines with text: compare with fp32 on the first {TEXTS}")
    parser.add_argument("--metrics", type=Path, help="JSON {task: {metric: value}} as measured on the test sets")
    parser.add_argument("--license", default="Apache-2.0", help="default: %(default)s, the licence of the weights it starts from")
    add_bits_option(parser)
    args = parser.parse_args()
    torch.set_num_threads(1)  # the order of sums, and so the bytes, must not depend on the machine's cores

    checkpoint = torch.load(args.checkpoint, weights_only=True)
    encoder = Encoder(Shape(**checkpoint["shape"]), dropout=0.0)
    encoder.load_state_dict(checkpoint["encoder"])
    subwords = load_subwords(args.tokenizer)
    if subwords.size != encoder.shape.vocab_size:
        parser.error(f"the vocabulary has {subwords.size} pieces, the checkpoint {encoder.shape.vocab_size}")

    def read_ids(path: Path) -> list[list[int]]:
        return [subwords.encode(text, encoder.shape.max_tokens) for text, _ in read_classification(path)[:TEXTS]]

    metrics = json.loads(args.metrics.read_text(encoding="utf-8")) if args.metrics else {}
    heads = TensorFile("heads.bin", {})
    tasks = {
        task: {**describe_head(task, head, heads), "metrics": metrics.get(task, {})}
        for task, head in sorted(checkpoint["heads"].items())
    }
    write_model(
        args.out,
        facts={"id": args.id, "description": DESCRIPTION, "license": args.license, "training": TRAINING},
        encoder=encoder,
        tasks=tasks,
        heads=heads,
        calibration=read_ids(args.calibrate),
        shard_layers=encoder.shape.layers,
        tokenizer=subwords.files,
        tokenizer_folder=args.tokenizer,
        bits=Bits(**dict(args.bits)),
    )
    add_golden(args.out)
    onnx.checker.check_model(args.out / "encoder.onnx")

    if args.check:
        distance = measure_distance(FrozenEncoder(args.out), encoder, read_ids(args.check))
        print(
            f"last hidden states against fp32: relative RMS {distance.relative_rms:.4f}, "
            f"cosine of a token lowest {distance.lowest_cosine:.4f}, mean {distance.mean_cosine:.4f}"
        )


if __name__ == "__main__":
    main()
