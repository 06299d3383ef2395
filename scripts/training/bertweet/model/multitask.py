"""One encoder, many linear heads."""

import random
from dataclasses import replace

import torch
import torch.nn.functional as F
from torch import nn

from bertweet.data.batches import pad
from bertweet.data.masking import mask_dynamically
from bertweet.data.tasks import Example, Task
from bertweet.data.tokenizer import MAX_TOKENS
from bertweet.data.windows import plan_windows
from bertweet.model.bio import best_labels
from bertweet.model.encoder import Encoder
from bertweet.model.metrics import expected_calibration_error, find_metric, fit_temperature

FILL_MASK = "fill-mask"


class MultiTaskModel(nn.Module):
    """A head is one matrix. It reads the hidden state of <s> for classification, and of each word's first piece for tagging."""

    def __init__(self, encoder: Encoder, tasks: list[Task], dropout: float = 0.1):
        super().__init__()
        self.encoder, self.dropout = encoder, nn.Dropout(dropout)
        size = encoder.shape.hidden_size
        self.heads = nn.ModuleDict({task.name: nn.Linear(size, len(task.labels)) for task in tasks})
        self.piece_bias = nn.Parameter(torch.zeros(encoder.shape.vocab_size))

    def load_weights(self, given: dict) -> None:
        """Loads the encoder and the heads of this model's tasks from a file of the format `model` or `teacher`."""
        self.encoder.load_state_dict(given["encoder"])
        for name, head in given["heads"].items():
            if name == FILL_MASK:
                self.piece_bias.data.copy_(head["bias"])
            elif name in self.heads:
                self.heads[name].load_state_dict({"weight": head["weight"], "bias": head["bias"]})

    def forward(self, task: str, ids: torch.Tensor, rows: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
        """ids [batch, tokens] -> logits [read positions, labels]. `rows` and `positions` are the tokens that the head reads."""
        with torch.autocast(torch.get_default_device().type, torch.bfloat16, enabled=self.training):
            hidden = self.encoder(ids)
        return self.heads[task](self.dropout(hidden[rows, positions].float()))

    def logits_of(self, task: Task, examples: list[Example]) -> torch.Tensor:
        """Logits of every read position of `examples`, concatenated."""
        ids = pad([example.ids for example in examples])
        rows = torch.tensor([row for row, example in enumerate(examples) for _ in example.positions])
        positions = torch.tensor([position for example in examples for position in example.positions])
        return self(task.name, ids, rows, positions)

    def masked_loss(self, examples: list[Example], mask_id: int, rng: torch.Generator) -> torch.Tensor | None:
        """Cross-entropy of masked pieces, scored with the embedding table. None if no piece was masked by chance."""
        ids = pad([example.ids for example in examples])
        shown, chosen = mask_dynamically(ids, mask_id, rng)
        if not chosen.any():
            return None
        with torch.autocast(torch.get_default_device().type, torch.bfloat16, enabled=self.training):
            logits = F.linear(self.encoder(shown)[chosen], self.encoder.words.weight, self.piece_bias)
        return F.cross_entropy(logits.float(), ids[chosen])


def window(example: Example, start: int, end: int) -> Example:
    """The example reduced to its pieces [start, end), between <s> and </s>."""
    return replace(example, ids=[example.ids[0], *example.ids[1 + start : 1 + end], example.ids[-1]])


def random_window(example: Example, rng: random.Random) -> Example:
    """One of the windows of a text. A text that fits the encoder is its only window."""
    if len(example.ids) <= MAX_TOKENS:
        return example
    start, end = rng.choice(plan_windows(len(example.ids) - 2))
    return window(example, start, end)


@torch.no_grad()
def predict(model: MultiTaskModel, task: Task, examples: list[Example], batch: int = 64) -> list[torch.Tensor]:
    """Logits [read positions, labels] of each example, in order. For a text in windows, the mean over its windows."""
    model.eval()
    windows = [
        (index, window(example, *span) if len(example.ids) > MAX_TOKENS else example)
        for index, example in enumerate(examples)
        for span in plan_windows(len(example.ids) - 2)
    ]
    windows.sort(key=lambda pair: len(pair[1].ids))
    logits: list[list[torch.Tensor]] = [[] for _ in examples]
    for start in range(0, len(windows), batch):
        chunk = windows[start : start + batch]
        sizes = [len(example.positions) for _, example in chunk]
        for (index, _), part in zip(chunk, model.logits_of(task, [example for _, example in chunk]).split(sizes), strict=True):
            logits[index].append(part)
    model.train()
    return [torch.stack(parts).mean(0) for parts in logits]


def score(task: Task, examples: list[Example], logits: list[torch.Tensor]) -> float:
    """The task's own metric. A word after the encoder's last position counts as wrongly tagged, or as outside every entity."""
    names = [*task.labels, "?"]
    gold = [[names[number] for number in example.gold] for example in examples]
    predicted = [[names[number] for number in best_labels(part, task.labels)] for part in logits]
    if task.metric != "entity_f1":
        gold = [label for labels in gold for label in labels]
        predicted = [label for labels in predicted for label in labels]
        missing = sum(example.missing for example in examples)
        gold, predicted = gold + ["missing"] * missing, predicted + ["?"] * missing
    return find_metric(task.metric)(gold, predicted)


def calibrate(examples: list[Example], logits: list[torch.Tensor]) -> tuple[float, float, float]:
    """(temperature, calibration error without it, with it) of a classification. Labels that train lacks don't count."""
    rows, gold = torch.cat(logits), torch.tensor([example.gold[0] for example in examples])
    rows, gold = rows[gold >= 0], gold[gold >= 0]
    temperature = fit_temperature(rows, gold)
    return temperature, expected_calibration_error(rows, gold, 1.0), expected_calibration_error(rows, gold, temperature)
