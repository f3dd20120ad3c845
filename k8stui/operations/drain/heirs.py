"""Who came in the place of a pod that a drain sent away: another of the same controller, made since."""

from k8stui.model.pod_row import Pod
from k8stui.operations.drain.board import DRAIN, Board
from k8stui.operations.drain.filters import Fate
from k8stui.operations.drain.rows import Phase


class Heirs:
    """Pairs pods that were told to go with those that their controllers made since: each has one heir at most.

    Args:
        board: whose rows name them.
    """

    def __init__(self, board: Board) -> None:
        self._board = board
        self._expected: dict[str, list[Pod]] = {}
        """By the controller's uid, in the order in which they were told to go."""
        self._pods: dict[str, dict[str, Pod]] = {}
        """By the controller's uid: every pod of it that is there."""
        self._heirs: dict[str, str] = {}
        """uid of the one that went: uid of the one that came."""

    def expect(self, pod: Pod) -> None:
        """It was told to go now."""
        waiting = self._expected.setdefault(pod.owner_uid, [])
        if all(each.ref.uid != pod.ref.uid for each in waiting):
            waiting.append(pod)
        self._pair(pod.owner_uid)

    def changed(self, old: Pod | None, new: Pod | None) -> None:
        """A pod of a namespace came, changed or went; those without a controller are nobody's heirs."""
        pod = new or old
        if pod is None or not pod.owner_uid:
            return
        known = self._pods.setdefault(pod.owner_uid, {})
        if new is None:
            known.pop(pod.ref.uid, None)
        else:
            known[pod.ref.uid] = new
        if pod.owner_uid in self._expected:
            self._pair(pod.owner_uid)

    def _pair(self, owner: str) -> None:
        known = self._pods.get(owner, {})
        for gone in self._expected[owner]:
            row = self._board.rows.get(gone.ref.uid)
            if row is None:
                continue
            heir = known.get(self._heirs.get(gone.ref.uid, "")) or self._found(gone, known)
            if heir is None:
                self._heirs.pop(gone.ref.uid, None)
            else:
                self._heirs[gone.ref.uid] = heir.ref.uid
            self._board.become(gone.ref.uid, heir=_said(heir))
        self._board.bell(DRAIN).ring()

    @property
    def settled(self) -> bool:
        """Whether everybody who is expected has come, and runs."""
        return all(self._runs(gone) for pods in self._expected.values() for gone in pods)

    def _runs(self, gone: Pod) -> bool:
        row = self._board.rows.get(gone.ref.uid)
        if row is None or row.phase is not Phase.GONE or row.plan.fate is Fate.FINISHED:
            return True
        heir = self._pods.get(gone.owner_uid, {}).get(self._heirs.get(gone.ref.uid, ""))
        return heir is not None and heir.word == "Running"

    def _found(self, gone: Pod, known: dict[str, Pod]) -> Pod | None:
        """The first that was made since, is nobody's heir yet and is not to go itself; a StatefulSet's namesake."""
        since, taken, rows = self._board.rows[gone.ref.uid].asked, set(self._heirs.values()), self._board.rows
        free = [
            pod
            for uid, pod in known.items()
            if uid not in taken and uid not in rows and pod.deleted is None and _made(pod) + 1 > since > 0
        ]
        if gone.owner_kind == "StatefulSet":
            free = [pod for pod in free if pod.ref.name == gone.ref.name]
        free.sort(key=lambda pod: (_made(pod), pod.ref.name))
        return free[0] if free else None


def _made(pod: Pod) -> float:
    """Whole seconds, as the server keeps it."""
    return pod.created or 0.0


def _said(pod: Pod | None) -> str:
    """`web-78f9-drjm8 on worker-5 (Running)`."""
    if pod is None:
        return ""
    where = f" on {pod.node}" if pod.node else ""
    return f"{pod.ref.name}{where} ({pod.word})"
