"""Replays recorded exchanges of a real API server against the embedded cluster, on equal state, over HTTP.

    K8STUI_GOLDEN=… .venv/bin/python -m tests.conformance.replay                  # a line for every file
    K8STUI_GOLDEN=… .venv/bin/python -m tests.conformance.replay errors           # what differs in it, and how
    … -m tests.conformance.replay errors --show 57       # exchange 57: the request, both answers, the differences
    … -m tests.conformance.replay errors --match quota   # those whose name, path or difference holds the word
    … -m tests.conformance.replay errors --all           # the equal ones and those set aside too
    … -m tests.conformance.replay --list                 # write the list of differences anew (known reasons stay)

Each file is replayed twice. First without controllers: after each exchange the recorded state is put in the place of
ours (tests/conformance/states.py), so that one difference does not make the next, and what the recording shows of the
doings of controllers or kubelets is set `aside`. Those exchanges are judged in the second replay, in which ours move
(tests/conformance/living.py). `equal`: status, headers that matter and body are the recorded ones but for what every
cluster has its own of (tests/conformance/alike.py). `differs`: they are not.

    … -m tests.conformance.replay rollouts --still       # only the first; --live: only the second
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence

from tests.conformance.living import LiveReplay
from tests.conformance.player import Replay
from tests.conformance.recorded import files
from tests.conformance.verdicts import ASIDE, DIFFERS, EQUAL, NOT_YET, Verdict, listed, write_list


async def decided(names: list[str]) -> dict[str, list[Verdict]]:
    """Every exchange of these files: judged without controllers, or where those have a part in it, with them.

    The first replays run all at once: they wait for the ends of watches more than they work. The others take turns;
    what is listed with a reason is asked for once, and no time let pass for it.
    """
    known = listed()
    found = dict(zip(names, await asyncio.gather(*(Replay(name).run() for name in names)), strict=True))
    for name, verdicts in found.items():
        aside = [each.exchange for each in verdicts if each.outcome == ASIDE]
        if aside:
            asked = {each.index for each in aside if known.get(name, {}).get(each.title, NOT_YET) == NOT_YET}
            moving = {each.exchange.index: each for each in await LiveReplay(name, asked).run()}
            found[name] = [moving[each.exchange.index] if each.outcome == ASIDE else each for each in verdicts]
    return found


def _say(text: str = "") -> None:
    sys.stdout.write(text + "\n")


def _report(name: str, verdicts: list[Verdict], options: argparse.Namespace) -> None:
    counts = {outcome: sum(each.outcome == outcome for each in verdicts) for outcome in (EQUAL, DIFFERS, ASIDE)}
    _say(f"{name}: {len(verdicts)} exchanges, " + ", ".join(f"{count} {what}" for what, count in counts.items()))
    for each in verdicts:
        if options.show is not None:
            if each.exchange.index == options.show:
                _whole(each)
        elif options.files and (options.all or each.outcome == DIFFERS) and _matches(each, options.match):
            _say(f"  {each.outcome:8}{each.exchange.title}   [{each.sent}]")
            for line in each.found[: options.lines]:
                _say(f"             {line}")
            if len(each.found) > options.lines:
                _say(f"             … and {len(each.found) - options.lines} more")


def _matches(verdict: Verdict, word: str) -> bool:
    return word.lower() in "\n".join((verdict.exchange.title, verdict.exchange.path, *verdict.found)).lower()


def _whole(verdict: Verdict) -> None:
    for title, value in (
        ("request", verdict.exchange.request | {"as": verdict.exchange.user}),
        ("recorded", verdict.exchange.response),
        ("ours", verdict.answer),
    ):
        _say(f"---- {title}\n{json.dumps(value, indent=1, ensure_ascii=False)}")
    _say(f"---- {verdict.outcome}: {verdict.sent}")
    for line in verdict.found:
        _say(f"  {line}")


def main(arguments: Sequence[str] | None = None) -> None:
    """The command line; see the module's docstring."""
    parser = argparse.ArgumentParser(prog="python -m tests.conformance.replay", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("files", nargs="*")
    parser.add_argument("--all", action="store_true")
    parser.add_argument("--show", type=int)
    parser.add_argument("--live", action="store_true", help="only with controllers and kubelets")
    parser.add_argument("--still", action="store_true", help="only without them")
    parser.add_argument("--match", default="")
    parser.add_argument("--lines", type=int, default=6, help="differences shown for an exchange")
    parser.add_argument("--list", action="store_true", help="write differences.json anew for these files")
    options = parser.parse_args(arguments)
    names = options.files or files()
    if options.live or options.still:
        kind = LiveReplay if options.live else Replay
        found = {name: asyncio.run(kind(name).run()) for name in names}
    else:
        found = asyncio.run(decided(names))
    for name in names:
        _report(name, found[name], options)
    total = [each for verdicts in found.values() for each in verdicts]
    equal, differ = (sum(each.outcome == outcome for each in total) for outcome in (EQUAL, DIFFERS))
    _say(f"together: {len(total)}, equal {equal}, differ {differ}, aside {len(total) - equal - differ}")
    if options.list:
        write_list(found)


if __name__ == "__main__":
    main()
