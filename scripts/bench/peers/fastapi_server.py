#!/usr/bin/env python3
"""The usual Python service, to compare with: FastAPI, BertweetTokenizer and a PyTorch model of the bundle's shape, one thread.

Its weights are random: they make no difference to how long it takes. It ends when its standard input does.
"""

import argparse
import json
import os
import sys
import threading
from pathlib import Path

import torch
import uvicorn
from fastapi import FastAPI
from transformers import BertConfig, BertForSequenceClassification, BertweetTokenizer

LABELS = ("negative", "neutral", "positive")


def model_of(architecture: dict) -> BertForSequenceClassification:
    config = BertConfig(
        vocab_size=architecture["vocab_size"],
        hidden_size=architecture["hidden_size"],
        num_hidden_layers=architecture["layers"],
        num_attention_heads=architecture["heads"],
        intermediate_size=architecture["ffn_size"],
        max_position_embeddings=architecture["max_tokens"],
        hidden_act="gelu_pytorch_tanh",
        num_labels=len(LABELS),
    )
    return BertForSequenceClassification(config).eval()


def end_with_input() -> None:
    sys.stdin.read()
    os._exit(0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, required=True, help="a model bundle's folder")
    parser.add_argument("--port", type=int, required=True)
    args = parser.parse_args()

    threading.Thread(target=end_with_input, daemon=True).start()
    torch.set_num_threads(1)
    architecture = json.loads((args.bundle / "manifest.json").read_text())["architecture"]
    model = model_of(architecture)
    tokenizer = BertweetTokenizer(str(args.bundle / "vocab.txt"), str(args.bundle / "bpe.codes"), normalization=True)
    app = FastAPI()

    @app.get("/healthz")
    def health() -> dict:
        return {"status": "up"}

    @app.get("/v1/sentiment")
    def classify(text: str) -> dict:
        ids = tokenizer(text, truncation=True, max_length=architecture["max_tokens"], return_tensors="pt")
        with torch.inference_mode():
            logits = model(input_ids=ids["input_ids"], attention_mask=ids["attention_mask"]).logits[0]
        scores = sorted(zip(logits.softmax(0).tolist(), LABELS, strict=True), reverse=True)
        return {
            "label": scores[0][1],
            "score": scores[0][0],
            "scores": [{"label": label, "score": score} for score, label in scores],
            "tokens": {"total": ids["input_ids"].shape[1]},
        }

    uvicorn.run(app, host="127.0.0.1", port=args.port, log_level="warning")


if __name__ == "__main__":
    main()
