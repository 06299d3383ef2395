"""How much each stage trains in the time that is given. Nothing here depends on the data's content or on a result."""

import math
from dataclasses import asdict, dataclass

TEACHER_FORWARD = 1.5  # a pretraining step also runs MiniLM forward
FORWARD_SHARE = 1 / 3  # of a training step
AGREEMENT = 1.2  # the int8 part of a fine-tuning step runs the encoder once more
TEXT_TOKENS = 28  # of a tweet
WINDOW_TOKENS = 128  # of a review: one window a pass
TEMPER, MOST_PASSES = 0.5, 16  # defaults of finetune.py


@dataclass(frozen=True)
class Facts:
    """What there is to learn from.

    - `tokens` of all texts of the masked-language-model training.
    - `texts`: the number of training texts of each task. `efforts`: its factor in tasks.json. `long`: tasks that read windows.
    """

    tokens: int
    texts: dict[str, int]
    efforts: dict[str, float]
    long: list[str]


@dataclass(frozen=True)
class Budget:
    """How much is trained, and the seconds that each part is expected to take."""

    pretraining_passes: float
    first_epochs: float
    rounds: int
    answer_texts: int
    seconds: dict[str, float]

    as_dict = asdict


def epoch_tokens(facts: Facts) -> float:
    """Tokens that fine-tuning reads for each pass over the largest task (the passes of the others: `plan_labelled`)."""
    largest = max(facts.texts.values())
    return sum(
        count
        * min(MOST_PASSES, (largest / max(1, count)) ** (1 - TEMPER))
        * facts.efforts.get(name, 1.0)
        * (WINDOW_TOKENS if name in facts.long else TEXT_TOKENS)
        for name, count in facts.texts.items()
    )


def teacher_tokens(facts: Facts, teachers: dict[str, dict[str, float]]) -> float:
    """Tokens that the teachers of a round are trained on."""
    return sum(passes * facts.texts.get(task, 0) * TEXT_TOKENS for tasks in teachers.values() for task, passes in tasks.items())


def plan_budget(facts: Facts, tokens_per_second: float, hours: float, config: dict) -> Budget:
    """Divides `hours` among the stages. `tokens_per_second` is the measured speed of a training step of this model on this device."""
    time, most, settings = config["time"], config["most"], config["round"]
    seconds = hours * 3600
    a_pass = facts.tokens * TEACHER_FORWARD / tokens_per_second
    an_epoch = epoch_tokens(facts) * AGREEMENT / tokens_per_second
    teachers = settings["teachers"]
    a_text = TEXT_TOKENS * (settings["answer_passes"] * AGREEMENT + FORWARD_SHARE * (1 + len(teachers))) / tokens_per_second
    fixed = (teacher_tokens(facts, teachers) / tokens_per_second) + settings["epochs"] * an_epoch
    left = time["rounds"] * seconds
    rounds = min(most["rounds"], math.floor(left / (fixed + settings["least_answer_texts"] * a_text)))
    texts = min(most["answer_texts"], math.floor((left / rounds - fixed) / a_text)) if rounds else 0
    before = time["pretraining"] + time["first"]
    more = 1 if rounds else (before + time["rounds"]) / before  # without rounds their share goes to the parts before them
    passes = min(most["pretraining_passes"], more * time["pretraining"] * seconds / a_pass)
    epochs = min(most["first_epochs"], more * time["first"] * seconds / an_epoch)
    expected = {
        "pretraining": passes * a_pass,
        "first": epochs * an_epoch,
        "rounds": rounds * (fixed + texts * a_text),
    }
    return Budget(round(passes, 3), round(epochs, 3), rounds, texts, {name: round(value) for name, value in expected.items()})
