"""Runs the recipe: prepares the data, makes the plan, and runs the stages in their order."""

import json
import tomllib
from argparse import Namespace
from pathlib import Path

from bertweet.data.files import find_split, is_tagging, read_classification, read_entries, read_tagging
from bertweet.errors import Unusable
from bertweet.model.encoder import Shape
from bertweet.recipe.budget import Budget, Facts, plan_budget
from bertweet.recipe.plot import plot_curves
from bertweet.recipe.speed import measure_speed
from bertweet.recipe.stage import Stage, run_stage, stamp_of
from bertweet.recipe.stages import Recipe, build

PLAN = "plan.json"


def read_config(path: Path, own_id: str | None) -> dict:
    """The configuration. Raises Unusable for a file that is no TOML."""
    try:
        config = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise Unusable(f"{path}: {error}") from None
    return {"hold_back": [], **config, **({"id": own_id} if own_id else {})}


def facts_of(data: Path) -> Facts:
    """What there is to learn from, in the prepared data."""
    entries = read_entries(data / "tasks.json")
    counts = {}
    for name, entry in entries.items():
        path = find_split(data / entry["folder"], "train")
        counts[name] = len(read_tagging(path) if is_tagging(path) else read_classification(path))
    tokens = json.loads((data / "facts.json").read_text(encoding="utf-8"))["tokens"]
    efforts = {name: entry.get("effort", 1.0) for name, entry in entries.items()}
    return Facts(tokens, counts, efforts, [name for name, entry in entries.items() if entry.get("windows")])


def plan(args: Namespace, recipe: Recipe) -> Budget:
    """The plan of this run. A plan that is in OUT already stays, so that a resumed run does the same."""
    path = args.out / PLAN
    asked = {"hours": args.hours, "device": args.device, "tiny": args.tiny, "config": recipe.config}
    if path.exists() and (known := json.loads(path.read_text(encoding="utf-8")))["asked"] == asked:
        return Budget(**known["budget"])
    facts = facts_of(recipe.data)
    vocabulary = len((args.out / "vocabulary" / "vocab.txt").read_text(encoding="utf-8").splitlines()) + 5
    speed = measure_speed(Shape(vocabulary), recipe.config["pretraining"]["batch_tokens"])
    budget = plan_budget(facts, speed, args.hours, recipe.config)
    if tiny := recipe.tiny:
        budget = Budget(tiny["pretraining_passes"], tiny["first_epochs"], tiny["rounds"], tiny["answer_texts"], dict.fromkeys(budget.seconds, 0))
    print(f"{speed:,.0f} tokens a second on {args.device}; {facts.tokens:,} tokens of text", flush=True)
    path.write_text(json.dumps({"asked": asked, "speed": round(speed), "budget": budget.as_dict()}, indent=2), encoding="utf-8")
    return budget


def describe(budget: Budget) -> str:
    """The plan in words."""
    expected = ", ".join(f"{name} {seconds / 60:.0f} min" for name, seconds in budget.seconds.items())
    rounds = f"{budget.rounds} rounds with {budget.answer_texts:,} answers each" if budget.rounds else "no rounds: the time is too short"
    return f"plan: {budget.pretraining_passes} passes of pretraining, {budget.first_epochs} epochs on all tasks, {rounds}\nexpected: {expected}"


def run_all(stages: list[Stage], args: Namespace, stamps: dict[str, str]) -> None:
    """Runs the stages. Tells before each how long the rest is expected to take."""
    for number, stage in enumerate(stages):
        left = sum(later.seconds for later in stages[number:])
        print(f"\n== {stage.name} ({number + 1} of {len(stages)}, about {left / 60:.0f} min left)", flush=True)
        stamps[stage.name] = stamp_of(stage, args.out, args.data, stamps)
        seconds = run_stage(stage, args.out, stamps[stage.name])
        print(f"{stage.name}: " + ("is there already" if seconds is None else f"took {seconds:.0f} s"), flush=True)
        plot_curves(args.out)


def run_recipe(args: Namespace) -> None:
    """Runs recipe.py with its options."""
    args.data, args.out, args.tasks = args.data.resolve(), args.out.resolve(), args.tasks.resolve()
    args.out.mkdir(parents=True, exist_ok=True)
    config = read_config(args.config, args.id)
    recipe = Recipe(args.out, config, args.device, config["tiny"] if args.tiny else None)
    stamps: dict[str, str] = {}
    recipe.prepare(args.data, args.tasks)
    recipe.vocabulary()
    run_all(recipe.stages, args, stamps)
    budget = plan(args, recipe)
    print(describe(budget), flush=True)
    if args.plan:
        return
    run_all(build(recipe, args.tasks, budget), args, stamps)
    bundle = args.out / config["id"]
    print(f"\nThe bundle is in {bundle}. Serve it: npm start -- --bundle {bundle}\nThen: npm run evaluate -- --data {args.data}")
