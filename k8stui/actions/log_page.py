"""What can be done on the page of logs."""

from msgspec import structs

from k8stui.actions.action import Action, paging, showing
from k8stui.actions.places import Where
from k8stui.actions.tables import TABLES


def _of_line(action: Action) -> Action:
    """What can be done with any object, done with the pod of the line under the cursor."""
    return structs.replace(action, id=f"log-{action.id}", where=Where.LOGS, footer=0, help="of the line's pod")


_OF_POD = ("describe", "yaml", "related", "events")
"""Actions of tables, by id, that read the pod of a line."""


LOG_PAGE = (
    Action(
        id="log-filter",
        key="/,slash",
        label="Filter",
        where=Where.LOGS,
        run=showing("filter"),
        help="shows lines that hold it: text, a regular expression, !not, key=value; several with ` && ` between",
    ),
    Action(
        id="log-search",
        key="s",
        label="Search",
        where=Where.LOGS,
        run=paging("search"),
        help="marks text or a regular expression and hides nothing; n and N go from match to match",
    ),
    Action(
        id="log-next",
        key="n",
        label="Next match",
        where=Where.LOGS,
        run=paging("next"),
        help="the line below that holds what is searched for",
    ),
    Action(
        id="log-before",
        key="N",
        label="Match before",
        where=Where.LOGS,
        run=paging("before"),
        help="the line above that holds what is searched for",
    ),
    Action(
        id="log-context",
        key="C",
        label="Context",
        where=Where.LOGS,
        run=paging("context"),
        help="lines around those that the filter shows: 1, 3, 10, none",
    ),
    Action(
        id="log-level",
        key="m",
        label="Least level",
        where=Where.LOGS,
        run=paging("level"),
        help="hides lines below info, warning or error; a line that names none counts as the one before it",
    ),
    Action(
        id="log-columns",
        key="c",
        label="JSON columns",
        where=Where.LOGS,
        run=paging("columns"),
        help="JSON lines as time, level, message and fields, or as they are",
    ),
    Action(
        id="log-fields",
        key="F",
        label="Fields",
        where=Where.LOGS,
        run=paging("fields"),
        help="which fields of JSON lines are shown behind the message; none named: all",
    ),
    Action(
        id="log-pause",
        key="space",
        label="Pause",
        where=Where.LOGS,
        run=paging("pause"),
        help="stands still and goes on reading, nothing is lost; again, G or f goes on",
    ),
    Action(
        id="log-follow",
        key="f",
        label="Follow",
        where=Where.LOGS,
        run=paging("follow"),
        help="to the newest line and on with those that come",
    ),
    Action(
        id="log-previous",
        key="p",
        label="Previous log",
        where=Where.LOGS,
        run=paging("previous"),
        help="puts in what the line's container said before it was started again",
    ),
    Action(
        id="log-sources",
        key="L",
        label="Containers",
        where=Where.LOGS,
        run=paging("sources"),
        help="pods and containers with their state and how much they say: which are followed",
    ),
    Action(
        id="log-options",
        key="O",
        label="Options",
        where=Where.LOGS,
        run=paging("options"),
        help="kubectl's: --since, --since-time, --tail, --previous, -c, --all-containers, --limit-bytes; reads anew",
    ),
    Action(
        id="log-jump",
        key="T",
        label="Go to a time",
        where=Where.LOGS,
        run=paging("jump"),
        help="14:05, 14:05:30, 2026-11-21T14:05:30Z, or -10m",
    ),
    Action(
        id="log-times",
        key="t",
        label="Times",
        where=Where.LOGS,
        run=paging("times"),
        help="when each line was written, by the node's clock",
    ),
    Action(
        id="log-wrap",
        key="w",
        label="Wrap",
        where=Where.LOGS,
        run=paging("wrap"),
        help="goes on in the next line where one is too long, or does not",
    ),
    Action(
        id="log-open",
        key="enter",
        label="Whole line",
        where=Where.LOGS,
        run=paging("open"),
        help="all of the line under the cursor; JSON spread over lines",
    ),
    Action(
        id="log-mark",
        key="M",
        label="Mark",
        where=Where.LOGS,
        run=paging("mark"),
        help="marks the line under the cursor; Y copies and S saves marked lines",
    ),
    Action(
        id="log-marked",
        key="',apostrophe",
        label="Next mark",
        where=Where.LOGS,
        run=paging("marked"),
        help="the next marked line, round the end",
    ),
    Action(
        id="log-copy",
        key="Y",
        label="Copy",
        where=Where.LOGS,
        run=paging("copy"),
        help="the marked lines, else the one under the cursor, to the terminal's clipboard",
    ),
    Action(
        id="log-command",
        key="K",
        label="Copy command",
        where=Where.LOGS,
        run=paging("command"),
        help="the kubectl command that shows the same, to the terminal's clipboard",
    ),
    Action(
        id="log-save",
        key="S",
        label="Save",
        where=Where.LOGS,
        run=paging("save"),
        help="all lines, those that the filter shows, or the marked ones in a file, readable by you alone",
    ),
    *(_of_line(action) for action in TABLES if action.id in _OF_POD),
)
