"""Masked-language-model training that stays close to MiniLM's hidden states."""

import math
import random
from argparse import Namespace
from pathlib import Path

import torch
import torch.nn.functional as F

from bertweet.data.batches import batches_by_length, pad
from bertweet.data.corpus import read_corpus
from bertweet.data.files import read_entries
from bertweet.data.masking import mask_dynamically
from bertweet.data.tokenizer import load_tokenizer, map_texts
from bertweet.data.wordpiece import load_wordpiece
from bertweet.model.encoder import Encoder, MaskedLanguageModel
from bertweet.model.finished import fill_mask_head, save_model
from bertweet.model.multitask import FILL_MASK
from bertweet.teachers.aligned import Aligned, align, distance
from bertweet.teachers.minilm import encoder_for, load_minilm, minilm_folder
from bertweet.training.loop import Run, train

TOKENIZER = WORDPIECE = None
HELD_STATES = slice(0, None, 2)  # states compared with the teacher's: the embeddings and every second layer
SHORTEST = 5  # minimum number of ids, including <s> and </s>
HELD_OUT = 100  # one in this many texts is held out
HELD_OUT_BATCH = 128


def start_worker(bundle: Path) -> None:
    global TOKENIZER, WORDPIECE
    TOKENIZER, WORDPIECE = load_tokenizer(bundle), load_wordpiece(minilm_folder())


def encode(text: str) -> Aligned:
    return align(text, TOKENIZER, WORDPIECE)


def read_rows(args: Namespace) -> tuple[list[Aligned], list[Aligned]]:
    """(training texts, held-out texts), each in both vocabularies."""
    texts = read_corpus(args.data, read_entries(args.tasks), args.limit)
    rows = map_texts(texts, start_worker, (args.bundle,), encode, "tokenize")
    rows = [row for row in rows if len(row.student.ids) >= SHORTEST]
    held_out = len(rows) // HELD_OUT
    return rows[held_out:], rows[: max(1, held_out)]


def plan_batches(rows: list[Aligned], epochs: float, batch_tokens: int, seed: int) -> list[list[int]]:
    """Every batch of the run, as numbers of its texts."""
    lengths = [max(len(row.student.ids), len(row.teacher.ids)) for row in rows]
    passes = math.ceil(epochs)
    plan = [
        batch
        for number in range(passes)
        for batch in batches_by_length(lengths, batch_tokens, random.Random(seed * 1000 + number))
    ]
    return plan[: round(len(plan) * epochs / passes)]


class Pretraining:
    """The model, its teacher, and both losses."""

    def __init__(self, pieces: list[str], mask_id: int, distance_weight: float):
        """`pieces` is the vocabulary in id order."""
        self.teacher: Encoder = load_minilm()
        self.model = MaskedLanguageModel(encoder_for(pieces, self.teacher))
        self.mask_id, self.distance_weight = mask_id, distance_weight

    def optimizer(self, rate: float, table_rate: float) -> torch.optim.AdamW:
        table = [self.model.encoder.words.weight, self.model.bias]
        layers = [parameter for parameter in self.model.parameters() if not any(parameter is other for other in table)]
        groups = [{"params": table, "lr": table_rate}, {"params": layers, "lr": rate}]
        return torch.optim.AdamW(groups, weight_decay=0.01, betas=(0.9, 0.98), eps=1e-6, fused=True)

    def losses(self, batch: list[Aligned], rng: torch.Generator) -> tuple[torch.Tensor, torch.Tensor] | None:
        """(cross-entropy of the masked pieces, distance from the teacher), or None if no piece was masked by chance."""
        ids = pad([text.student.ids for text in batch])
        shown, chosen = mask_dynamically(ids, self.mask_id, rng)
        if not chosen.any():
            return None
        with torch.autocast(torch.get_default_device().type, torch.bfloat16):
            states = self.model.encoder.all_hidden_states(shown)
            logits = self.model.scores(states[-1][chosen])
            with torch.no_grad():
                wanted = self.teacher.all_hidden_states(pad([text.teacher.ids for text in batch]))
        apart = distance(states[HELD_STATES], wanted[HELD_STATES], batch, chosen)
        return F.cross_entropy(logits.float(), ids[chosen]), apart

    def loss(self, batch: list[Aligned], rng: torch.Generator) -> torch.Tensor | None:
        both = self.losses(batch, rng)
        return both and both[0] + self.distance_weight * both[1]

    @torch.no_grad()
    def report(self, held_out: list[Aligned]) -> str:
        """Both losses over the held-out texts, masked the same way each time."""
        self.model.eval()
        rng = torch.Generator().manual_seed(0)
        starts = range(0, len(held_out), HELD_OUT_BATCH)
        losses = [self.losses(held_out[start : start + HELD_OUT_BATCH], rng) for start in starts]
        self.model.train()
        mean, apart = torch.tensor([both for both in losses if both]).mean(0).tolist()
        return f"held out: loss {mean:.3f}, distance {apart:.3f}"


def pretrain(args: Namespace) -> None:
    """Runs pretrain.py with its options."""
    torch.manual_seed(args.seed)
    tokenizer = load_tokenizer(args.bundle)
    rows, held_out = read_rows(args)
    plan = plan_batches(rows, args.epochs, args.batch_tokens, args.seed)
    pretraining = Pretraining(tokenizer.convert_ids_to_tokens(range(len(tokenizer))), tokenizer.mask_token_id, args.distance)

    def loss_of(step: int) -> torch.Tensor | None:
        rng = torch.Generator().manual_seed(args.seed * 1_000_003 + step)
        return pretraining.loss([rows[number] for number in plan[step]], rng)

    args.out.mkdir(parents=True, exist_ok=True)
    run = Run("pretrain", len(plan), args.out / "pretrain-checkpoint.pt", args.save_minutes)
    optimizer = pretraining.optimizer(args.learning_rate, args.table_learning_rate)
    train(run, pretraining.model, optimizer, loss_of, lambda: pretraining.report(held_out))
    print(pretraining.report(held_out))
    model = pretraining.model
    save_model(args.out / "pretrained.pt", model.encoder, {FILL_MASK: fill_mask_head(model.bias)})
    run.checkpoint.unlink(missing_ok=True)
