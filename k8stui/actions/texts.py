"""What can be done in a text."""

from k8stui.actions.action import Action, Need, paging, showing
from k8stui.actions.logs import TEXT_LOGS
from k8stui.actions.places import Where

TEXTS = (
    Action(
        id="follow",
        key="enter",
        label="Open",
        where=Where.TEXT,
        run=paging("follow"),
        help="the object that the marked line names",
    ),
    Action(
        id="next-name",
        key="tab",
        label="Next name",
        where=Where.TEXT,
        run=paging("next-name"),
        help="marks the next line that leads to an object; shift+tab the one before",
    ),
    Action(
        id="search",
        key="/,slash",
        label="Search",
        where=Where.TEXT,
        run=showing("filter"),
        help="marks what is typed, upper and lower case alike; esc ends it",
    ),
    Action(
        id="next-match",
        key="n",
        label="Next match",
        where=Where.TEXT,
        run=paging("next-match"),
        help="the next line that holds what is searched for; N the one before",
    ),
    Action(
        id="wrap",
        key="w",
        label="Wrap",
        where=Where.TEXT,
        run=paging("wrap"),
        help="goes on in the next line where one is too long, or does not",
    ),
    Action(
        id="managed-fields",
        key="m",
        label="managedFields",
        where=Where.TEXT,
        run=paging("managed"),
        help="show managedFields in the YAML, or fold them",
    ),
    Action(
        id="reveal",
        key="x",
        label="Reveal",
        where=Where.TEXT,
        needs=(Need("get", ""),),
        run=paging("reveal"),
        help="show the values of a Secret, or mask them",
    ),
    TEXT_LOGS,
)
