"""kubectl auth, create token, --as: who may what."""

import json

from tests.support.kubectl import Kubectl


def test_what_a_service_account_may(k: Kubectl) -> None:
    robot = f"system:serviceaccount:{k.namespace}:robot"
    k("create sa robot")
    k("create role reader --verb=get,list,watch --resource=pods,pods/log")
    assert k(f"create rolebinding rb --role=reader --serviceaccount={k.namespace}:robot").endswith("/rb created\n")
    assert k(f"auth can-i list pods --as={robot}") == "yes\n"
    assert k(f"auth can-i get pods --subresource=log --as={robot}") == "yes\n"
    done = k.run(f"auth can-i delete pods --as={robot}")
    assert (done.stdout, done.returncode) == ("no\n", 1)
    assert k.run(f"auth can-i list pods -A --as={robot} -q").returncode == 1
    rows = [line.split() for line in k(f"auth can-i --list --as={robot}").splitlines()]
    assert ["pods/log", "[]", "[]", "[get", "list", "watch]"] in rows
    assert k(f"get pods --as={robot} -o name") == ""
    assert k.fails(f"get secrets --as={robot}") == (
        f'Error from server (Forbidden): secrets is forbidden: User "{robot}" cannot list resource "secrets" in API '
        f'group "" in the namespace "{k.namespace}"\n'
    )
    assert f'User "{robot}" cannot delete resource "pods"' in k.fails(f"delete pod x --as={robot}")
    assert "pods/log   []                 []              [get list watch]" in k("describe role reader")
    assert "ServiceAccount  robot" in k("describe rolebinding rb")


def test_a_token(k: Kubectl) -> None:
    k("create sa robot")
    token = k("create token robot").strip()
    assert token.count(".") == 2
    config = json.loads(k.server.kubeconfig.read_text())
    config["users"][0]["user"] = {"token": token}
    (k.folder / "robot").write_text(json.dumps(config))
    who = k("auth whoami -o json", KUBECONFIG=str(k.folder / "robot"))
    info = json.loads(who)["status"]["userInfo"]
    assert info["username"] == f"system:serviceaccount:{k.namespace}:robot"
    assert info["groups"] == ["system:serviceaccounts", f"system:serviceaccounts:{k.namespace}", "system:authenticated"]
    refused = k.fails("get pods", KUBECONFIG=str(k.folder / "robot"))
    assert f'User "system:serviceaccount:{k.namespace}:robot" cannot list resource "pods"' in refused
    k("delete sa robot")
    refused = k.fails("get pods", KUBECONFIG=str(k.folder / "robot"))
    assert refused == "error: You must be logged in to the server (Unauthorized)\n"
    assert k.fails("create token robot").endswith('serviceaccounts "robot" not found\n')


def test_who_everybody_is(k: Kubectl) -> None:
    assert k.rows("auth whoami")[1] == ["Username", "admin"]
    assert "[system:masters system:authenticated]" in k("auth whoami")
    assert k("auth can-i '*' '*'") == "yes\n"
    done = k.run("auth can-i create nosuch")
    assert (done.stdout, done.stderr) == ("yes\n", "Warning: the server doesn't have a resource type 'nosuch'\n\n")
    assert k.rows("auth whoami --as=jane --as-group=dev")[1:] == [
        ["Username", "jane"],
        ["Groups", "[dev", "system:authenticated]"],
    ]
    viewer = k.run("get nodes --context=demo-viewer")
    assert viewer.stderr.startswith('Error from server (Forbidden): nodes is forbidden: User "viewer" cannot list')
    assert k.run("get pods -n shop --context=demo-viewer").returncode == 0
    assert k("create cm c -n shop --context=demo-editor --dry-run=server") == "configmap/c created (server dry run)\n"
    assert 'User "viewer" cannot create resource "configmaps"' in k.fails("create cm c -n shop --context=demo-viewer")
    assert k.run("auth can-i --list --context=demo-editor").returncode == 0
