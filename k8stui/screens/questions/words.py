"""What the question before a change says of its trial on the server, and of the answers that it takes."""

from collections.abc import Sequence

from k8stui.model.columns import Tone
from k8stui.model.document import Line
from k8stui.model.sentences import counted
from k8stui.operations.mutation import Mutation, Risk
from k8stui.operations.previews import Preview
from k8stui.screens.questions.proposal import Proposal


def tried(previews: Sequence[tuple[Mutation, Preview]], *, wide: bool, revealed: bool, untried: int) -> list[Line]:
    """What the server said to each.

    Args:
        previews: of the targets that were tried.
        wide: the differences are unfolded.
        revealed: with the values of Secrets.
        untried: how many more there are.
    """
    found: list[Line] = []
    same = len({(each.refused, each.unknown, each.same) for _, each in previews}) == 1 and not any(
        p.lines for _, p in previews
    )
    for mutation, preview in previews[:1] if same else previews:
        name = "" if len(previews) == 1 else "each: " if same else f"{mutation.target.name}: "
        found += _tried(name, preview, wide=wide, revealed=revealed)
    if previews and untried:
        found.append(Line(f"only the first {len(previews)} were tried on the server", Tone.WARNING))
    return found


def _tried(name: str, preview: Preview, *, wide: bool, revealed: bool) -> list[Line]:
    found = [Line(f"{name}the server would refuse it: {text}", Tone.BAD) for text in (preview.refused,) if text]
    found += [Line(f"{name}{text}", Tone.WARNING) for text in (preview.unknown,) if text]
    found += [Line(f"{name}the server would change nothing", Tone.WARNING)] * preview.same
    changed = sum(line.text[:1] in ("+", "-") for line in preview.lines)
    if changed:
        how = "d folds them" if wide else "d shows them"
        if wide and preview.bare:
            how += ", x masks the values" if revealed else ", x reveals the values"
        found.append(Line(f"{name}the server would change {counted(changed, 'line')}; {how}", Tone.MUTED))
    lines = preview.bare if revealed and preview.bare else preview.lines
    return [*found, *lines] if wide else found


def answers(case: Proposal, *, on_yes: bool) -> str:
    """The answers, as they can be given now; `on_yes`: the one that enter takes."""
    if case.typed:
        keys = "   tab: its keys" if case.choices is not None or case.tried else ""
        return f"[ enter: agree ]   [ esc Cancel ]{keys}"
    if case.risk is Risk.DESTRUCTIVE:
        marks = ("▸", " ") if on_yes else (" ", "▸")
        return f"{marks[0]}[ {case.verb} ]   {marks[1]}[ Cancel ]   tab chooses, enter takes it; n cancels"
    return f"[ y {case.verb} ]   [ n Cancel ]"
