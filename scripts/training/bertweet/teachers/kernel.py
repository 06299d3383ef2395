"""Kernel logistic regression (Zhu and Hastie 2005) on sentence embeddings."""

from dataclasses import dataclass

import torch
import torch.nn.functional as F

GAMMA = 1.0  # embeddings have length 1: those of two texts on different matters are about 1.4 apart
BASIS = 4000  # texts
LOOSENESS = 10.0  # what C is to a support vector machine
LEAST_EIGENVALUE = 1e-6
MOST_ITERATIONS = 60


@dataclass(frozen=True)
class KernelMachine:
    """A label's logit is a weighted sum of how near a text is to each text of the basis.

    `basis` is [basis texts, hidden], `weight` [labels, basis texts], `bias` [labels].
    """

    basis: torch.Tensor
    weight: torch.Tensor
    bias: torch.Tensor

    def logits(self, embeddings: torch.Tensor) -> torch.Tensor:
        """[texts, labels] for embeddings [texts, hidden]."""
        return F.linear(nearness(embeddings, self.basis), self.weight, self.bias)


def nearness(texts: torch.Tensor, basis: torch.Tensor) -> torch.Tensor:
    """[texts, basis texts]: exp(-GAMMA * distance^2), the radial basis function."""
    return torch.exp(-GAMMA * torch.cdist(texts, basis).square())


def fit(embeddings: torch.Tensor, gold: torch.Tensor, labels: int) -> KernelMachine:
    """The machine whose cross-entropy on `embeddings` [texts, hidden] and `gold` [texts], with a penalty on its size, is smallest.

    Its basis are BASIS of the texts (Nyström's method, Williams and Seeger 2001).
    """
    basis = embeddings[torch.randperm(len(embeddings))[:BASIS]]
    values, vectors = torch.linalg.eigh(nearness(basis, basis).double())
    kept = values > LEAST_EIGENVALUE
    whitening = (vectors[:, kept] / values[kept].sqrt()).float()  # the penalty is then the weights' plain square
    features = nearness(embeddings, basis) @ whitening
    weight = torch.zeros(labels, features.shape[1], requires_grad=True)
    bias = torch.zeros(labels, requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=MOST_ITERATIONS, line_search_fn="strong_wolfe")

    def loss() -> torch.Tensor:
        optimizer.zero_grad()
        penalty = weight.square().sum() / (2 * LOOSENESS * len(features))
        value = F.cross_entropy(F.linear(features, weight, bias), gold) + penalty
        value.backward()
        return value

    optimizer.step(loss)
    return KernelMachine(basis, weight.detach() @ whitening.T, bias.detach())
