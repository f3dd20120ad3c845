"""Images of containers."""

from collections.abc import Mapping, Sequence
from typing import Final

from k8stui.model import image as model
from k8stui.model import tree
from k8stui.model.kubectl import about, command, named
from k8stui.model.objects import ObjectRow
from k8stui.model.sentences import listed
from k8stui.model.text import clean
from k8stui.operations.builders.rollout import held_back
from k8stui.operations.builders.templates import changeable, container, container_patch, containers
from k8stui.operations.builders.words import split
from k8stui.operations.building import AlreadySoError, UnableError
from k8stui.operations.mutation import Inverse, Mutation, Risk, patch

MANAGER: Final = "kubectl-set"
ALL: Final = "*"


def parse(given: str | Sequence[str]) -> dict[str, str]:
    """`web=nginx:2 side=busybox`, or `*=nginx:2`, as images by container. Raises UnableError with one sentence."""
    found: dict[str, str] = {}
    for word in split(given):
        name, equals, text = word.partition("=")
        if not equals or not name:
            raise UnableError(f"'{clean(word, 120)}' names no container: write container=image, or *=image for all")
        if name in found:
            raise UnableError(f"Container {clean(name, 80)} comes twice: name it once")
        found[name] = checked(text)
    if not found:
        raise UnableError("Say which image: container=image, like web=registry.example/shop/web:1.9")
    if ALL in found and len(found) > 1:
        raise UnableError("'*' is all containers: name either * or single containers")
    return found


def image(found: ObjectRow, *, images: Mapping[str, str]) -> Mutation:
    """Other images for some containers, init containers too; the way back sets those that were.

    Safer than kubectl: an unknown container or a text that is no image stops all of it, and the uid goes along.

    Args:
        images: image by container; `*` alone is all of them.

    Raises:
        AlreadySoError: they are these.
        UnableError: no such container, no image, a kind whose template cannot be changed.
    """
    ref = found.ref
    changeable(found, "image")
    wanted = _by_container(found, images)
    changed = {each.name: each for each in containers(found) if each.name in wanted}
    before = {name: tree.text(each.tree, "image") for name, each in changed.items()}
    new = {name: text for name, text in wanted.items() if text != before[name]}
    if not new:
        raise AlreadySoError(f"{named(ref)} has {_said(wanted)} already")
    caveat = held_back(found.exact())
    return Mutation(
        builder="images.image",
        target=ref,
        request=patch(
            ref, container_patch(found, {name: {"image": text} for name, text in new.items()}), manager=MANAGER
        ),
        risk=Risk.CHANGE,
        says=f"set image of {about(ref)}: {_said(new)}" + (f" ({caveat})" if caveat else ""),
        done=f"{named(ref)} image updated",
        kubectl=command(
            "set", "image", named(ref), *(f"{name}={text}" for name, text in new.items()), namespace=ref.namespace
        ),
        args={"images": dict(images)},
        before={name: clean(before[name]) for name in new},
        inverse=Inverse(
            "images.image",
            {"images": {name: before[name] for name in new}},
            {f"{changed[name].pointer}/image": text for name, text in new.items()},
        ),
    )


def _by_container(found: ObjectRow, images: Mapping[str, str]) -> dict[str, str]:
    if not images:
        raise UnableError("Say which image: container=image, like web=registry.example/shop/web:1.9")
    if ALL in images:
        if len(images) > 1:
            raise UnableError("'*' is all containers: name either * or single containers")
        return {each.name: checked(images[ALL]) for each in containers(found)}
    return {container(found, name).name: checked(text) for name, text in images.items()}


def checked(text: str) -> str:
    """The image typed. Raises UnableError with one sentence where it is none."""
    try:
        return model.checked(text)
    except ValueError as error:
        raise UnableError(str(error)) from None


def _said(images: Mapping[str, str]) -> str:
    return listed([f"{clean(name)}={text}" for name, text in images.items()])
