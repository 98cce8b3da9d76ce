"""A matcher that sees pictures only: which of some concepts does a picture show?

Two of them. `ReferenceMatcher` knows each concept by reference pictures and compares vectors of
the packaged image encoder. `ImageNetMatcher` has seen no picture of ours: it asks the encoder's
own classifier for its 1,000 classes and compares their names with the concepts by text vectors.
"""

import io
from collections.abc import Mapping, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from worker.encoders.efficientnet import EfficientNetEncoder
from worker.encoders.minilm import MiniLMEncoder

Floats = NDArray[np.float32]


def crops(image: Image.Image) -> list[Image.Image]:
    """The whole picture and nine overlapping halves of it."""
    width, height = image.size
    views = [image]
    for parts, share in ((3, 0.55),):
        for i in range(parts):
            for j in range(parts):
                left = (1 - share) * j / (parts - 1) * width
                top = (1 - share) * i / (parts - 1) * height
                views.append(
                    image.crop(
                        (int(left), int(top), int(left + share * width), int(top + share * height))
                    )
                )
    return views


class Eye:
    """The packaged encoder: features and class probabilities of every crop of a picture."""

    def __init__(self) -> None:
        self._model = EfficientNetEncoder()._load()

    def look(self, image: Image.Image) -> tuple[Floats, Floats]:
        """Unit features, (crops, 1280), and class probabilities, (crops, 1000)."""
        views = [
            np.asarray(view.convert("RGB").resize((224, 224), Image.Resampling.BICUBIC))
            for view in crops(image)
        ]
        pixels = (np.stack(views).astype(np.float32) - 127.0) / 128.0
        with torch.inference_mode():
            batch = torch.from_numpy(pixels.transpose(0, 3, 1, 2).copy())
            features = self._model.extract_features(batch).mean(dim=(2, 3))
            classes = torch.softmax(self._model._fc(features), dim=1)
        vectors = features.numpy()
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True), classes.numpy()


def open_png(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


class ReferenceMatcher:
    """Scores concepts by a linear discriminant over reference features."""

    def __init__(self, references: Mapping[str, Sequence[Floats]], *, shrink: float = 0.3) -> None:
        """`references`: for each concept the (crops, 1280) features of its pictures."""
        self.concepts = list(references)
        everything = np.concatenate([f for views in references.values() for f in views])
        self._mean = everything.mean(axis=0)
        centred = everything - self._mean
        _, spread, axes = np.linalg.svd(centred, full_matrices=False)
        keep = 160
        scale = spread[:keep] / np.sqrt(len(centred))
        self._whiten = axes[:keep].T / (scale + shrink * scale.mean())
        self._known = {
            concept: [self._white(views) for views in pictures]
            for concept, pictures in references.items()
        }
        self._centre = {c: self._mean_best(pictures) for c, pictures in self._known.items()}

    def _white(self, features: Floats) -> Floats:
        white = (features - self._mean) @ self._whiten
        return white / np.linalg.norm(white, axis=1, keepdims=True)

    def _mean_best(self, pictures: Sequence[Floats]) -> Floats:
        """The direction common to a concept's pictures: crops that recur across them."""
        crops_of_others = [
            np.concatenate(pictures[:i] + pictures[i + 1 :]) for i in range(len(pictures))
        ]
        chosen = []
        for views, others in zip(pictures, crops_of_others, strict=True):
            recurring = (views @ others.T).max(axis=1)
            chosen.append(views[np.argsort(recurring)[-4:]])
        return np.concatenate(chosen)

    def scores(self, features: Floats, concepts: Sequence[str]) -> Floats:
        """How much each concept is in the picture of these crops."""
        views = self._white(features)
        found = []
        for concept in concepts:
            similar = np.sort(views @ self._centre[concept].T, axis=None)[-4:]
            found.append(similar.mean())
        return np.asarray(found, dtype=np.float32)


class ImageNetMatcher:
    """Scores concepts by the names of the classes that an unrelated classifier sees."""

    def __init__(self) -> None:
        from torchvision.models._meta import _IMAGENET_CATEGORIES

        self._text = MiniLMEncoder()
        self._names = self._text.encode(list(_IMAGENET_CATEGORIES))

    def scores(self, classes: Floats, concepts: Sequence[str]) -> Floats:
        """How strongly the crops' classes are named like each concept."""
        alike = np.clip(self._text.encode(list(concepts)) @ self._names.T - 0.35, 0, 1) ** 2
        prior = alike.sum(axis=1, keepdims=True) + 0.05
        return ((alike / prior) @ np.sqrt(classes).max(axis=0)).astype(np.float32)
