"""Edit, apply and patch on a real cluster, in a real pty, each verified by kubectl."""

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.e2e.conftest import Kubectl
from tests.support.manifests import deployment
from tests.support.plugins import script
from tests.support.terminal import Terminal

WITHIN = 40.0
Open = Callable[..., Terminal]


def get(kubectl: Kubectl, *words: str) -> Any:
    return json.loads(kubectl("get", *words, "-o", "json"))


@pytest.fixture
def shop(kubectl: Kubectl, namespace: str, tmp_path: Path) -> str:
    """A namespace with a ConfigMap and a Deployment that reads it."""
    made = deployment("web", replicas=1, nodeSelector={"type": "kwok"})
    made["spec"]["template"]["spec"]["containers"][0]["envFrom"] = [{"configMapRef": {"name": "settings"}}]
    settings = {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {"name": "settings"},
        "data": {"greeting": "hello"},
    }
    file = tmp_path / "shop.yaml"
    file.write_text(yaml.safe_dump_all([made, settings]))
    kubectl("-n", namespace, "create", "-f", str(file))
    return namespace


def ready(open_program: Open, namespace: str, view: str, name: str, editor: str = "") -> Terminal:
    """The program on that view, the cursor on its only row of that name."""
    env = {"EDITOR": editor, "KUBE_EDITOR": ""}
    terminal = open_program("--context", "real", "-n", namespace, "--view", view, env=env)
    terminal.wait_for("● live", WITHIN)
    terminal.send(f"/{name}\r")
    terminal.wait_for(lambda: f"> {name} " in terminal.text, WITHIN)
    return terminal


def agree(terminal: Terminal, *words: str) -> None:
    """Wait for the question with these words, and say yes."""
    for word in words:
        terminal.wait_for(word, WITHIN)
    terminal.wait_for("the server would change", WITHIN)
    terminal.wait_turn()  # a question that has just changed takes answers from its next frame on
    terminal.send("y")


def test_an_edit_meets_anothers_and_is_put_onto_it(
    open_program: Open, kubectl: Kubectl, shop: str, tmp_path: Path
) -> None:
    """While the editor is open, kubectl scales the Deployment."""
    editor = script(
        tmp_path,
        f"""
        sed -i 's#web:1#web:2#' "$1"
        {" ".join(kubectl.argv("-n", shop, "scale", "deployment/web", "--replicas=3"))} > /dev/null
        """,
    )
    terminal = ready(open_program, shop, "deployments.apps", "web", editor)
    before = get(kubectl, "-n", shop, "deployment", "web")
    assert before["spec"]["replicas"] == 1
    terminal.send("e")
    agree(terminal, "Edit deployment", "It was changed by somebody since you began", "web:2")
    terminal.wait_for("deployment.apps/web edited", WITHIN)
    after = get(kubectl, "-n", shop, "deployment", "web")
    assert after["spec"]["replicas"] == 3
    assert after["spec"]["template"]["spec"]["containers"][0]["image"].endswith("web:2")
    assert after["metadata"]["uid"] == before["metadata"]["uid"]


def test_a_field_that_cannot_change_is_said_and_the_text_kept(
    open_program: Open, kubectl: Kubectl, shop: str, tmp_path: Path
) -> None:
    editor = script(tmp_path, """sed -i 's/app: web/app: other/' "$1" """)
    terminal = ready(open_program, shop, "deployments.apps", "web", editor)
    terminal.send("e")
    terminal.wait_for("was not sent", WITHIN)
    terminal.wait_for("field is immutable", WITHIN)
    terminal.send("n")
    terminal.wait_for("The text is kept in", WITHIN)
    kept = list(tmp_path.rglob("edits/*.yaml"))
    assert "app: other" in kept[0].read_text()
    assert get(kubectl, "-n", shop, "deployment", "web")["spec"]["selector"] == {"matchLabels": {"app": "web"}}


def test_a_value_is_edited_and_its_reader_restarted(open_program: Open, kubectl: Kubectl, shop: str) -> None:
    """In the built-in editor."""
    terminal = ready(open_program, shop, "configmaps", "settings")
    terminal.send("e")
    terminal.wait_for("the whole object", WITHIN)
    terminal.send("greeting\r")
    terminal.wait_for("ctrl+o Send", WITHIN)
    terminal.send("\x1b[F!\x0f")
    agree(terminal, "Edit configmap")
    terminal.wait_for("these read it", WITHIN)
    assert get(kubectl, "-n", shop, "configmap", "settings")["data"] == {"greeting": "hello!"}
    terminal.send("r")
    terminal.wait_for("Restart deployment", WITHIN)
    terminal.send("y")
    terminal.wait_for("deployment.apps/web restarted", WITHIN)
    template = get(kubectl, "-n", shop, "deployment", "web")["spec"]["template"]
    assert "kubectl.kubernetes.io/restartedAt" in template["metadata"]["annotations"]


def test_a_file_is_applied_and_a_conflict_named(
    open_program: Open, kubectl: Kubectl, shop: str, tmp_path: Path
) -> None:
    file = tmp_path / "all.yaml"
    owned = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "settings"}, "data": {"greeting": "applied"}}
    fresh = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "fresh"}, "data": {"a": "b"}}
    file.write_text(yaml.safe_dump_all([owned, fresh]))
    terminal = ready(open_program, shop, "configmaps", "settings")
    terminal.send(f":apply {file}\r")
    terminal.wait_for("Others own fields", WITHIN)
    terminal.wait_for(".data.greeting", WITHIN)
    terminal.wait_for("kubectl-create")
    terminal.send("f")
    agree(terminal, "Apply 2 objects?")
    terminal.wait_for("Applied 2 of 2 objects", WITHIN)
    assert get(kubectl, "-n", shop, "configmap", "fresh")["data"] == {"a": "b"}
    found = get(kubectl, "-n", shop, "configmap", "settings", "--show-managed-fields")
    assert found["data"] == {"greeting": "applied"}
    assert "k8stui" in [each["manager"] for each in found["metadata"]["managedFields"]]
    terminal.send("\x1b")


def test_a_patch_is_typed_tried_and_sent(open_program: Open, kubectl: Kubectl, shop: str) -> None:
    terminal = ready(open_program, shop, "deployments.apps", "web")
    terminal.send(":patch spec: {replicas: -1}\r")
    terminal.wait_for("must be greater than or equal to 0", WITHIN)
    terminal.send("n")
    terminal.wait_for(lambda: "must be greater than" not in terminal.text)
    terminal.send(":patch --type json [{op: replace, path: /spec/replicas, value: 2}]\r")
    agree(terminal, "Patch deployment")
    terminal.wait_for("deployment.apps/web patched", WITHIN)
    assert get(kubectl, "-n", shop, "deployment", "web")["spec"]["replicas"] == 2


def test_an_edit_sends_what_kubectl_edit_sends(kubectl: Kubectl, shop: str, tmp_path: Path) -> None:
    """The body of kubectl's own request for the same edit, but for what pins it."""
    from k8stui.model.kinds import DEPLOYMENTS
    from k8stui.model.objects import row
    from k8stui.operations.builders.editing import edit, text_of, tree_of

    found = row(DEPLOYMENTS, json.dumps(get(kubectl, "-n", shop, "deployment", "web")).encode())
    base = tree_of(text_of(found))
    edited = tree_of(text_of(found).replace("web:1", "web:9").replace("maxSurge: 25%", "maxSurge: 30%"))
    ours = edit(found, base=base, edited=edited).request
    editor = script(tmp_path, """sed -i -e 's#web:1#web:9#' -e 's/maxSurge: 25%/maxSurge: 30%/' "$1" """)
    words = kubectl.argv("-n", shop, "edit", "deployment", "web", "-v=8")
    done = subprocess.run(
        words,
        capture_output=True,
        text=True,
        env={"EDITOR": editor, "PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        check=True,
    )
    lines = done.stderr.splitlines()
    at = next(index for index, line in enumerate(lines) if " PATCH " in line)
    body = json.loads(
        json.loads(next(line for line in reversed(lines[:at]) if "Request Body" in line).partition("body=")[2])
    )
    sent = ours.decoded()
    assert sent["metadata"] == {"uid": found.ref.uid, "resourceVersion": found.version}
    assert {key: value for key, value in sent.items() if key != "metadata"} == body
    assert lines[at].endswith(f"{ours.path}?fieldManager=kubectl-edit&fieldValidation=Strict")
