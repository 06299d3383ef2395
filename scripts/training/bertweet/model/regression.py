"""Softmax regression on fixed hidden states. The strength of L2 and the class weights are chosen on dev."""

import torch
import torch.nn.functional as F

from bertweet.data.tasks import Task
from bertweet.model.multitask import score

L2 = (1e-1, 1e-2, 1e-3, 1e-4, 1e-5)  # times the sum of squared weights over standardized states
BALANCE = (0.0, 0.5)  # class weights are frequency ** -BALANCE
FIT_STEPS = 100


def fit(states: torch.Tensor, gold: torch.Tensor, class_weights: torch.Tensor, l2: float, head: torch.nn.Linear) -> None:
    """Fits `head` to `gold` [n] on `states` [n, hidden] by L-BFGS. The problem is convex, so the result does not depend on the start."""
    optimizer = torch.optim.LBFGS(head.parameters(), max_iter=FIT_STEPS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        value = F.cross_entropy(head(states), gold, weight=class_weights) + l2 * head.weight.square().sum()
        value.backward()
        return value

    optimizer.step(loss)


@torch.no_grad()
def without_standardization(fitted: torch.nn.Linear, mean: torch.Tensor, deviation: torch.Tensor) -> torch.nn.Linear:
    """A head on plain hidden states with the same output as `fitted` on `(states - mean) / deviation`."""
    head = torch.nn.Linear(fitted.in_features, fitted.out_features).requires_grad_(False)
    head.weight.copy_(fitted.weight / deviation)
    head.bias.copy_(fitted.bias - head.weight @ mean)
    return head


def train_head(task: Task, states: dict[str, list[torch.Tensor]]) -> tuple[torch.nn.Linear, list[torch.Tensor], float]:
    """(the best head on dev, its logits of each dev example, the task's metric on dev). Ties go to the stronger L2.

    `states` holds, by split, float32 [read positions, hidden] of each example.
    """
    train, gold = torch.cat(states["train"]), torch.tensor([n for example in task.splits["train"] for n in example.gold])
    mean, deviation = train.mean(0), train.std(0).clamp(min=1e-6)
    standardized = (train - mean) / deviation
    counts = torch.bincount(gold, minlength=len(task.labels)).clamp(min=1).float()
    best = None
    for balance in BALANCE:
        fitted = torch.nn.Linear(train.shape[1], len(task.labels))
        for parameter in fitted.parameters():
            torch.nn.init.zeros_(parameter)
        for l2 in L2:
            fit(standardized, gold, counts**-balance, l2, fitted)
            head = without_standardization(fitted, mean, deviation)
            logits = [head(state) for state in states["dev"]]
            figure = score(task, task.splits["dev"], logits)
            print(f"class weights frequency ** -{balance:g}, L2 {l2:g}: {task.metric} on dev {figure:.4f}", flush=True)
            if best is None or figure > best[2]:
                best = (head, logits, figure)
    return best
