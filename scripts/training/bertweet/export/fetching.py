"""A model of Hugging Face's: in a folder, or downloaded from the Hub into Hugging Face's cache."""

import json
from argparse import Namespace
from dataclasses import asdict, dataclass
from pathlib import Path

import httpx2
import yaml
from huggingface_hub import constants, get_cached_repo_tree, metadata_load, snapshot_download
from huggingface_hub.errors import (
    CachedRepoTreeNotFoundError,
    GatedRepoError,
    HFValidationError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from bertweet.data.hub_files import BYTE_LEVEL, CARD, CONFIG, FASTBPE, GRAPHS, PICKLE, SAFETENSORS, TOKENIZER_JSON
from bertweet.errors import Unusable
from bertweet.export.names import id_of

WEIGHTS = {SAFETENSORS: "checkpoint", PICKLE: "checkpoint"} | {graph: "onnx" for graph in GRAPHS}  # the first that is there is taken
TOKENIZER = [kind[part] for kind in (FASTBPE, BYTE_LEVEL) for part in ("vocab", "merges")]
LOG_IN = "`hf auth login` logs in, or HF_TOKEN holds a token"


@dataclass(frozen=True)
class Found:
    """A model in `folder`. `id` is for its bundle, `option` what convert.py takes it as, `license` what its page states."""

    folder: str
    id: str
    option: str
    license: str | None
    source: str


def license_of(folder: Path) -> str | None:
    """What the model's page states; None if it states nothing that can be read."""
    card = folder / CARD
    if not card.exists():
        return None
    try:
        metadata = metadata_load(card) or {}
    except (ValueError, yaml.YAMLError):  # a README.md that only looks like a page of the Hub
        return None
    named = metadata.get("license")
    if named == "other":
        named = metadata.get("license_name", named)
    return ", ".join(named) if isinstance(named, list) else named


def choose_weights(names: set[str], where: str) -> str:
    """The file of weights to take, of files with these names. Raises Unusable if none of them is one."""
    for name in WEIGHTS:
        if name in names:
            return name
    raise Unusable(f"{where} has none of {', '.join(WEIGHTS)}")


def in_folder(folder: Path) -> Found:
    """The model in a folder. Raises Unusable if it has no weights."""
    names = {path.relative_to(folder).as_posix() for path in (*folder.glob("*"), *folder.glob("onnx/*"))}
    weights = choose_weights(names, str(folder))
    return Found(str(folder), id_of(folder), WEIGHTS[weights], license_of(folder), f"a folder {folder.resolve().name}")


def download(repository: str, revision: str | None) -> Found:
    """The model in a repository of the Hub. Raises Unusable if it has no weights."""
    folder = Path(snapshot_download(repository, revision=revision, allow_patterns=[CONFIG, CARD, TOKENIZER_JSON, *TOKENIZER]))
    commit = folder.name
    names = {file.path for file in get_cached_repo_tree(repository, revision=commit)}
    weights = choose_weights(names, repository)
    snapshot_download(repository, revision=commit, allow_patterns=[weights, f"{weights}_data", f"{weights}.data"])
    source = f"{constants.ENDPOINT}/{repository}, commit {commit}"
    return Found(str(folder), id_of(Path(repository)), WEIGHTS[weights], license_of(folder), source)


def download_or_refuse(repository: str, revision: str | None) -> Found:
    """`download`. Raises Unusable, which says what to do, for whatever the Hub refuses."""
    try:
        return download(repository, revision)
    except GatedRepoError as error:
        page = f"{constants.ENDPOINT}/{repository}"
        raise Unusable(f"{repository} is gated: accept its terms on {page}, then {LOG_IN}") from error
    except RepositoryNotFoundError as error:
        raise Unusable(f"{repository} is no folder here; on {constants.ENDPOINT} it does not exist, or is private: {LOG_IN}") from error
    except RevisionNotFoundError as error:
        raise Unusable(f"{repository} has no revision {revision}") from error
    except HFValidationError as error:
        raise Unusable(f"{repository} is no folder here, and no id on the Hub, such as vinai/bertweet-base") from error
    except (httpx2.HTTPError, CachedRepoTreeNotFoundError, OSError) as error:
        raise Unusable(f"{repository} could not be downloaded from {constants.ENDPOINT}: {error}") from error


def fetch_model(args: Namespace) -> None:
    """Runs fetch_model.py with its options."""
    folder = Path(args.model)
    if folder.is_dir() and args.revision:
        raise Unusable(f"--revision is for the Hub; {folder} is a folder")
    found = in_folder(folder) if folder.is_dir() else download_or_refuse(args.model, args.revision)
    print(json.dumps(asdict(found)))
