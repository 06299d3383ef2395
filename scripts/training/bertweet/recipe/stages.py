"""The stages of a run, in their order, from the configuration and the plan."""

from dataclasses import dataclass, field
from pathlib import Path

from bertweet.data.files import read_entries
from bertweet.recipe.budget import Budget
from bertweet.recipe.stage import Stage


@dataclass
class Recipe:
    """Builds the list of stages. Every method adds one, and answers the file that the next one reads.

    `data` is the prepared data. `tiny` has the sizes of a tiny run, and is None otherwise.
    """

    out: Path
    config: dict
    device: str
    tiny: dict | None
    stages: list[Stage] = field(default_factory=list)

    @property
    def data(self) -> Path:
        return self.out / "data"

    def add(self, name: str, command: str, options: list, *, inputs: tuple[Path, ...] = (), after: tuple[str, ...], seconds: float = 0) -> Path:
        self.stages.append(Stage(name, command, [str(option) for option in options], list(inputs), list(after), seconds))
        return self.out / name

    def data_options(self) -> list:
        return ["--data", self.data, "--tasks", self.data / "tasks.json"]

    def bundle_options(self) -> list:
        return [*self.data_options(), "--bundle", self.out / "vocabulary"]

    def run_options(self, settings: dict, seed: int) -> list:
        """Batch, learning rate, seed and device of a training run."""
        factor = self.config.get("device", {}).get(self.device, {}).get("batch_factor", 1)
        rate = settings["learning_rate"] * factor**0.5
        few = ["--limit", self.tiny["texts"]] if self.tiny else []
        batch = ["--batch-tokens", settings["batch_tokens"] * factor, "--learning-rate", f"{rate:.3g}"]
        return [*batch, "--seed", seed, "--device", self.device, *few]

    def prepare(self, data: Path, tasks: Path) -> None:
        held = [option for entry in self.config["hold_back"] for option in ("--hold-back", entry["folder"], entry["pattern"], entry["share"])]
        few = ["--limit", self.tiny["tweets"]] if self.tiny else []
        entries = read_entries(tasks)
        folders = {folder for entry in entries.values() for folder in (entry["folder"], *entry.get("borrows", {}))}
        read = (data / "tweets.txt.gz", *(data / folder for folder in sorted(folders)))
        options = ["--data", data, "--tasks", tasks, "--out", self.data, *held, *few]
        self.add("data", "prepare_data.py", options, inputs=(*(path for path in read if path.exists()), tasks), after=())

    def vocabulary(self) -> None:
        options = ["--tweets", self.data / "tweets.txt.gz", "--out", self.out / "vocabulary"]
        self.add("vocabulary", "learn_bpe.py", options, after=("data",))

    def pretrain(self, budget: Budget) -> Path:
        settings = self.config["pretraining"]
        options = [*self.bundle_options(), "--out", self.out / "pretrained", "--epochs", budget.pretraining_passes]
        options += self.run_options(settings, self.config["seed"])
        if self.tiny:
            options += ["--limit", self.tiny["texts"] * 10]
        folder = self.add("pretrained", "pretrain.py", options, after=("data", "vocabulary"), seconds=budget.seconds["pretraining"])
        return folder / "pretrained.pt"

    def finetune(self, name: str, start: Path, settings: dict, *, epochs: float, seed: int, more: list, after: tuple[str, ...], seconds: float) -> Path:
        options = [*self.bundle_options(), "--pretrained", start, "--out", self.out / name, "--epochs", epochs]
        options += ["--fill-mask", settings["fill_mask"], "--quantize-from", settings["quantize_from"]]
        options += [*more, *self.run_options(settings, seed), *(["--max-passes", epochs] if self.tiny else [])]
        return self.add(name, "finetune.py", options, after=("data", "vocabulary", *after), seconds=seconds) / "finetuned.pt"

    def teach(self, name: str, passes: dict[str, float], seed: int) -> Path:
        tasks = [option for task, count in passes.items() for option in ("--task", f"{task}={count}")]
        few = ["--limit", self.tiny["texts"]] if self.tiny else []
        options = [*self.data_options(), "--out", self.out / name / "teacher.pt", *tasks, "--seed", seed, "--device", self.device, *few]
        return self.add(name, "teach.py", options, after=("data",)) / "teacher.pt"

    def round(self, number: int, budget: Budget, start: Path, before: str) -> tuple[Path, str]:
        """Teachers, answers, a run that learns from them, and the choice between the models before, after, and between. Answers (model, stage)."""
        settings, seed = self.config["round"], self.config["seed"] + number
        names = [f"teacher-{number}-{name}" for name in settings["teachers"]]
        teachers = [self.teach(name, passes, seed) for name, passes in zip(names, settings["teachers"].values(), strict=True)]
        answers = self.out / f"answers-{number}" / "answers.pt"
        asked = [option for teacher in teachers for option in ("--teacher", teacher)]
        options = [*self.bundle_options(), "--finetuned", start, "--out", answers, "--texts", budget.answer_texts, "--seed", seed]
        self.add(answers.parent.name, "answers.py", [*options, "--device", self.device, *asked], after=("data", "vocabulary", before, *names))
        weights = [option for task, weight in settings["answer_weight"].items() for option in ("--answer-weight", f"{task}={weight}")]
        more = ["--answers", answers, "--answer-passes", settings["answer_passes"], *weights]
        learned = self.finetune(
            f"learned-{number}", start, settings, epochs=settings["epochs"], seed=seed, more=more,
            after=(before, answers.parent.name), seconds=budget.seconds["rounds"] / budget.rounds,
        )  # fmt: skip
        name = f"round-{number}"
        few = ["--limit", self.tiny["texts"]] if self.tiny else []
        options = [*self.bundle_options(), "--before", start, "--learned", learned, "--out", self.out / name / "finetuned.pt"]
        extra = [option for entry in self.config["hold_back"] for option in ("--also", entry["folder"])]
        return self.add(name, "choose.py", [*options, *extra, *few], after=("data", "vocabulary", before, learned.parent.name)) / "finetuned.pt", name

    def export(self, model: Path, before: str, tasks: Path) -> None:
        config = self.config
        exits = config.get("exits")
        name = "exported" if exits else config["id"]
        options = ["--checkpoint", model, "--tokenizer", self.out / "vocabulary", "--id", config["id"], "--out", self.out / name]
        first = self.data / config["hold_back"][0]["folder"] if config["hold_back"] else None
        calibrate = ["--calibrate", self.data / "tweets.txt.gz"] if first is None else ["--calibrate", first / "train.jsonl", "--check", first / "dev.jsonl"]
        about = ["--license", config["license"], "--description", config["description"], "--training", "scripts/training/recipe.sh"]
        self.add(name, "export.py", [*options, *calibrate, "--tasks", tasks, *about], after=("vocabulary", before))
        if exits:
            layers = [option for layer in exits["layers"] for option in ("--layer", layer)]
            few = ["--limit", self.tiny["texts"]] if self.tiny else []
            options = ["--bundle", self.out / name, "--data", self.data / exits["folder"], "--name", exits["task"], "--metric", exits["metric"]]
            options += [*layers, "--unlabelled", self.data / "tweets.txt.gz", "--out", self.out / config["id"], *few]
            self.add(config["id"], "add_exits.py", options, after=("data", name))


def build(recipe: Recipe, tasks: Path, budget: Budget) -> list[Stage]:
    """Every stage after `prepare` and `vocabulary`, which the plan is made from."""
    recipe.stages.clear()
    config = recipe.config
    model, before = recipe.pretrain(budget), "pretrained"
    model = recipe.finetune(
        "first", model, config["first"], epochs=budget.first_epochs, seed=config["seed"], more=[], after=(before,), seconds=budget.seconds["first"]
    )
    before = "first"
    for number in range(1, budget.rounds + 1):
        model, before = recipe.round(number, budget, model, before)
    recipe.export(model, before, tasks)
    return recipe.stages
