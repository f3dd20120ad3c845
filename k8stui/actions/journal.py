"""What can be done in the journal, and with jobs."""

from k8stui.actions.action import Action, paging
from k8stui.actions.places import Where

JOURNAL = (
    Action(
        id="open-entry",
        key="enter",
        label="Open",
        where=Where.JOURNAL,
        run=paging("open"),
        help="all of an entry: when, who, the command, what was there before; of a job its page or its report",
    ),
    Action(
        id="take-back",
        key="u",
        label="Take back",
        where=Where.JOURNAL,
        run=paging("take-back"),
        help="undoes the change, on the object as it is now; of a drain that was cut off: uncordons its nodes",
    ),
    Action(
        id="copy-commands",
        key="Y",
        label="Copy",
        where=Where.JOURNAL,
        run=paging("copy"),
        help="the kubectl commands of the marked entries, in the order in which they were done",
    ),
    Action(
        id="save-journal",
        key="S",
        label="Save",
        where=Where.JOURNAL,
        run=paging("save"),
        help="the marked entries, or all that are shown, in a Markdown file, as notes of an incident",
    ),
    Action(
        id="journal-tab",
        key="tab",
        label="Journal/jobs",
        where=Where.JOURNAL,
        run=paging("tab"),
        help="what was done, or long work: drains",
    ),
    Action(
        id="pause-job",
        key="p",
        label="Pause or go on",
        where=Where.JOURNAL,
        run=paging("pause"),
        help="a paused job begins nothing new",
    ),
    Action(
        id="cancel-job",
        key="x",
        label="Cancel",
        where=Where.JOURNAL,
        run=paging("cancel"),
        help="ends the job, and what was sent stands; one that was cut off is told of no more",
    ),
    Action(
        id="resume-job",
        key="R",
        label="Go on with it",
        where=Where.JOURNAL,
        run=paging("go-on"),
        help="plans a drain that was cut off anew, with its options, and goes on",
    ),
)
