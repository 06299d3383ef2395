"""One encoder, many linear heads."""

import torch
from torch import nn

from mini.batches import pad
from mini.encoder import Encoder
from mini.metrics import find_metric
from mini.tasks import Example, Task


class MultiTaskModel(nn.Module):
    """A head is one matrix over hidden states: of <s> for classification, of each word's first piece for tagging."""

    def __init__(self, encoder: Encoder, tasks: list[Task], dropout: float = 0.1):
        super().__init__()
        self.encoder, self.dropout = encoder, nn.Dropout(dropout)
        size = encoder.shape.hidden_size
        self.heads = nn.ModuleDict({task.name: nn.Linear(size, len(task.labels)) for task in tasks})

    def forward(self, task: str, ids: torch.Tensor, rows: torch.Tensor, positions: torch.Tensor) -> torch.Tensor:
        """Logits [read positions, labels]; `rows` and `positions` say which token of the batch each one is."""
        with torch.autocast("cpu", torch.bfloat16, enabled=self.training):
            hidden = self.encoder(ids)
        return self.heads[task](self.dropout(hidden[rows, positions].float()))

    def logits_of(self, task: Task, examples: list[Example]) -> torch.Tensor:
        """Logits of every read position of `examples`, one after another."""
        ids = pad([example.ids for example in examples])
        rows = torch.tensor([row for row, example in enumerate(examples) for _ in example.positions])
        positions = torch.tensor([position for example in examples for position in example.positions])
        return self(task.name, ids, rows, positions)


@torch.no_grad()
def predict(model: MultiTaskModel, task: Task, examples: list[Example], batch: int = 64) -> list[torch.Tensor]:
    """Logits [read positions, labels] of each example, in order."""
    model.eval()
    order = sorted(range(len(examples)), key=lambda i: len(examples[i].ids))
    logits: list[torch.Tensor] = [torch.empty(0)] * len(examples)
    for start in range(0, len(order), batch):
        chunk = order[start : start + batch]
        sizes = [len(examples[i].positions) for i in chunk]
        parts = model.logits_of(task, [examples[i] for i in chunk]).split(sizes)
        for index, part in zip(chunk, parts, strict=True):
            logits[index] = part
    model.train()
    return logits


def score(task: Task, examples: list[Example], logits: list[torch.Tensor]) -> float:
    """The task's own metric. A word behind the encoder's last position counts as tagged wrongly, or as outside."""
    names = [*task.labels, "?"]
    gold = [[names[number] for number in example.gold] for example in examples]
    predicted = [[names[number] for number in part.argmax(-1).tolist()] for part in logits]
    if task.metric != "entity_f1":
        gold = [label for labels in gold for label in labels]
        predicted = [label for labels in predicted for label in labels]
        missing = sum(example.missing for example in examples)
        gold, predicted = gold + ["missing"] * missing, predicted + ["?"] * missing
    return find_metric(task.metric)(gold, predicted)
