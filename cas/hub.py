"""Folders as the Hugging Face hub lays them out: cards with metadata, download, upload.

`cas.pair` and `cas.data.dataset_folder` write the folders. Nothing here asks the network but
`downloaded` and `push_folder`.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cas.atomic_files import appearing
from cas.errors import CheckpointError

if TYPE_CHECKING:
    from huggingface_hub import CardData

LIBRARY = "cultural-alien"
"""The library that the hub names for a pair."""
CARD = "README.md"
"""The card of a folder, which the hub shows."""


def names_hub(pair: Path | str) -> bool:
    """Whether this names a pair on the hub: `owner/name` as text, and no folder `owner` here."""
    told = isinstance(pair, str) and re.fullmatch(r"[\w.-]+/[\w.-]+", pair)
    return bool(told) and not Path(str(pair).partition("/")[0]).exists()


def downloaded(
    name: str,
    *,
    revision: str | None = None,
    token: str | None = None,
    cache_dir: Path | str | None = None,
    local_files_only: bool = False,
) -> Path:
    """Return the folder of a pair of the hub, downloaded into the hub's cache where it is not.

    Args:
        name: `owner/name`.
        revision: a branch, a tag or a commit; the latest of `main` if not given.
        token: of the hub; the one that `hf auth login` kept if not given.
        cache_dir: in place of the hub's own.
        local_files_only: ask no network; take what the cache has.

    Raises:
        CheckpointError: the hub has no such pair, or does not answer.
    """
    from huggingface_hub import snapshot_download

    try:
        folder = snapshot_download(
            name,
            revision=revision,
            token=token,
            cache_dir=cache_dir,
            local_files_only=local_files_only,
            allow_patterns=["*.json", "*.safetensors", "*.txt", "*.md"],
            library_name=LIBRARY,
        )
    except (OSError, ValueError) as error:  # of which the hub's own errors are
        reason = " ".join(str(error).split())
        raise CheckpointError(
            f"There is no folder {name!r} here, and no pair of this name can be had from the hub"
            f" ({type(error).__name__}: {reason:.200})."
        ) from error
    return Path(folder)


def push_folder(
    folder: Path | str,
    name: str,
    *,
    kind: Literal["model", "dataset"],
    message: str,
    private: bool | None = None,
    token: str | None = None,
    revision: str | None = None,
) -> str:
    """Upload a folder as one commit, and return its address; the repository is made if need be.

    Args:
        folder: what is uploaded.
        name: `owner/name`.
        kind: what the hub is to take it for.
        message: of the commit.
        private: whether a new repository is seen by its owner alone.
        token: with the right to write; the one that `hf auth login` kept if not given.
        revision: the branch; `main` if not given.

    Raises:
        huggingface_hub.errors.HfHubHTTPError: the hub refuses.
    """
    from huggingface_hub import HfApi

    api = HfApi(token=token, library_name=LIBRARY)
    name = api.create_repo(name, repo_type=kind, private=private, exist_ok=True).repo_id
    commit = api.upload_folder(
        repo_id=name, repo_type=kind, folder_path=folder, commit_message=message, revision=revision
    )
    return str(commit)


def write_card(folder: Path, data: CardData, text: str) -> None:
    """Write a card: metadata, then the text, of which earlier metadata is left out."""
    text = re.sub(r"\A---\n.*?\n---\n+", "", text, flags=re.DOTALL)
    with appearing(folder / CARD) as part:
        part.write_text(f"---\n{data.to_yaml()}\n---\n\n{text.strip()}\n", encoding="utf-8")
