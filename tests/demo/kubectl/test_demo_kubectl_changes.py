"""kubectl apply, diff, edit, replace, patch, label, annotate, delete: changes by hand and by file."""

import json
from pathlib import Path

import pytest

from tests.support.kubectl import Kubectl
from tests.support.manifests import bare, deployment, settings


def test_client_side_apply_and_diff(k: Kubectl) -> None:
    k.write("one.json", settings("c", a="1", b="2"))
    k.write("two.json", settings("c", a="3", c="2"))
    assert k("apply -f one.json --dry-run=server") == "configmap/c created (server dry run)\n"
    assert k("apply -f one.json --dry-run=client") == "configmap/c created (dry run)\n"
    assert k("apply -f one.json") == "configmap/c created\n"
    assert k("apply -f one.json") == "configmap/c unchanged\n"
    done = k.run("diff -f two.json")
    assert done.returncode == 1
    changed = {line for line in done.stdout.splitlines() if line.startswith(("+  ", "-  "))}
    assert changed == {'-  a: "1"', '-  b: "2"', '+  a: "3"', '+  c: "2"'}
    assert k("apply -f two.json") == "configmap/c configured\n"
    assert k("diff -f two.json") == ""
    assert k("get cm c -o jsonpath={.data}") == '{"a":"3","c":"2"}'
    assert k("apply view-last-applied cm/c -o json").count('"a": "3"') == 1
    everything = k("get cm c -o yaml")
    assert k("apply -f -", everything.replace('a: "3"', 'a: "4"')) == "configmap/c configured\n"


def test_several_objects_and_wrong_ones(k: Kubectl) -> None:
    assert k.apply(settings("a"), settings("b")) == "configmap/a created\nconfigmap/b created\n"
    listed = k("get cm a b -o yaml")
    assert k("apply -f -", listed) == "configmap/a configured\nconfigmap/b configured\n"
    k.write("bad.json", bare("bad") | {"spec": {"containers": [{"name": "x", "imagge": "y", "image": "z"}]}})
    assert 'strict decoding error: unknown field "spec.containers[0].imagge"' in k.fails("create -f bad.json")
    done = k.run("create -f bad.json --validate=warn")
    assert (done.stdout, done.returncode) == ("pod/bad created\n", 0)
    assert done.stderr == 'Warning: unknown field "spec.containers[0].imagge"\n'
    k("delete pod bad --now")
    k.write("worse.json", bare("Bad_Name") | {"spec": {"containers": []}})
    refused = k.fails("apply -f worse.json")
    assert refused.startswith('The Pod "Bad_Name" is invalid: \n* metadata.name: Invalid value: "Bad_Name"')
    assert "* spec.containers: Required value" in refused
    done = k.run("create -f -", json.dumps(settings("a")))
    assert (done.returncode, done.stderr) == (
        1,
        'Error from server (AlreadyExists): error when creating "STDIN": configmaps "a" already exists\n',
    )


def test_server_side_apply(k: Kubectl) -> None:
    k.write("one.json", settings("c", a="1", b="2"))
    k.write("two.json", settings("c", a="3"))
    assert k("apply --server-side -f one.json") == "configmap/c serverside-applied\n"
    refused = k.fails("apply --server-side --field-manager=other -f two.json")
    assert refused.startswith('error: Apply failed with 1 conflict: conflict with "kubectl": .data.a\n')
    done = "configmap/c serverside-applied\n"
    assert k("apply --server-side --field-manager=other --force-conflicts -f two.json") == done
    assert k("get cm c -o jsonpath={.data}") == '{"a":"3","b":"2"}'
    owners = k.json("get cm c --show-managed-fields")["metadata"]["managedFields"]
    assert [(row["manager"], row["operation"]) for row in owners] == [("kubectl", "Apply"), ("other", "Apply")]
    assert k("apply --server-side -f two.json") == done  # b was kubectl's alone
    assert k("get cm c -o jsonpath={.data}") == '{"a":"3"}'
    k.write("web.json", deployment("web", 1))
    k("apply --server-side -f web.json")
    k("scale deploy web --replicas=2")
    refused = k.fails("apply --server-side -f web.json")
    assert '1 conflict: conflict with "kubectl" with subresource "scale" using apps/v1: .spec.replicas\n' in refused


def test_client_side_apply_goes_over_to_the_servers(k: Kubectl) -> None:
    k("apply -f -", json.dumps(settings("c", a="1", b="2")))
    k.write("two.json", settings("c", a="2"))
    assert k("apply --server-side -f two.json") == "configmap/c serverside-applied\n"
    assert k("get cm c -o jsonpath={.data}") == '{"a":"2"}'
    owners = k.json("get cm c --show-managed-fields")["metadata"]["managedFields"]
    assert [row["manager"] for row in owners if "f:data" in row["fieldsV1"]] == ["kubectl"]


def test_edit(k: Kubectl, tmp_path: Path) -> None:
    k.apply(deployment("web", 1))

    def editor(name: str, expression: str) -> str:
        script = tmp_path / name
        script.write_text(f"#!/bin/sh\nsed -i '{expression}' \"$1\"\n")
        script.chmod(0o755)
        return str(script)

    assert k("edit deploy web", EDITOR=editor("more", "s/replicas: 1/replicas: 2/")) == "deployment.apps/web edited\n"
    assert k("get deploy web -o jsonpath={.spec.replicas}") == "2"
    done = k.run("edit deploy web", EDITOR=editor("nothing", "s/nosuch/other/"))
    assert (done.returncode, done.stdout + done.stderr) == (0, "Edit cancelled, no changes made.\n")
    refused = k.run("edit deploy web", EDITOR=editor("wrong", "s/replicas: 2/replicas: -2/"))
    assert refused.returncode == 1
    assert refused.stderr.startswith('error: deployments.apps "web" is invalid\n')


def test_replace_and_every_patch(k: Kubectl) -> None:
    k.write("one.json", settings("c", a="1"))
    k.write("two.json", settings("c", a="2"))
    assert k.fails("replace -f one.json").startswith('Error from server (NotFound): error when replacing "one.json"')
    assert k("create -f one.json") == "configmap/c created\n"
    assert k("replace -f two.json") == "configmap/c replaced\n"
    assert k("replace --force -f one.json").endswith("configmap/c replaced\n")
    assert k("""patch cm c -p '{"data":{"z":"9"}}'""") == "configmap/c patched\n"
    assert k("""patch cm c -p '{"data":{"z":"9"}}'""") == "configmap/c patched (no change)\n"
    assert k("""patch cm c --type=merge -p '{"data":{"z":null}}'""") == "configmap/c patched\n"
    assert (
        k("""patch cm c --type=json -p '[{"op":"replace","path":"/data/a","value":"x"}]'""") == "configmap/c patched\n"
    )
    assert k("get cm c -o jsonpath={.data}") == '{"a":"x"}'
    refused = "The request is invalid: the server rejected our request due to an error in our request\n"
    assert k.fails("""patch cm c --type=json -p '[{"op":"remove","path":"/data/no"}]'""") == refused
    assert k.fails("""patch cm c -p '{bad'""").endswith("looking for beginning of object key string\n")
    assert k.fails("patch cm none -p '{}'") == 'Error from server (NotFound): configmaps "none" not found\n'
    assert k("patch cm c --patch-file /dev/null") == "configmap/c patched (no change)\n"
    assert k.fails("patch cm c --type=merge -p null") == "Error from server (BadRequest): Invalid JSON Patch\n"
    k.apply(deployment("web", 1))
    k("""patch deploy web -p '{"spec":{"template":{"spec":{"containers":[{"name":"side","image":"x:1"}]}}}}'""")
    assert k("get deploy web -o jsonpath='{..containers[*].name}'") == "side web"
    k("""patch deploy web --subresource=scale --type=merge -p '{"spec":{"replicas":0}}'""")
    assert k("get deploy web -o jsonpath={.spec.replicas}") == "0"


def test_labels_and_annotations(k: Kubectl) -> None:
    k("create configmap c")
    assert k("label cm c x=y") == "configmap/c labeled\n"
    assert k("label cm c x=y") == "configmap/c not labeled\n"
    assert "'x' already has a value (y), and --overwrite is false" in k.fails("label cm c x=z")
    assert k("label cm c x=z --overwrite") == "configmap/c labeled\n"
    assert k("label cm c --list") == "x=z\n"
    assert k("get cm -l x=z -o name") == "configmap/c\n"
    assert k("label cm c x-") == "configmap/c unlabeled\n"
    assert k("label cm c x-").startswith('label "x" not found.')
    assert "configmap/c labeled\n" in k("label cm --all team=shop")
    assert k("annotate cm c note=first") == "configmap/c annotated\n"
    assert "already has a value (first)" in k.fails("annotate cm c note=second")
    assert k("annotate cm c note-") == "configmap/c annotated\n"


@pytest.mark.parametrize("how", ["--now", "--force", "--grace-period=1", "--cascade=orphan"])
def test_delete_a_pod(k: Kubectl, how: str) -> None:
    k.apply(bare("p"))
    assert k(f"delete pod p {how}").startswith('pod "p" ')
    assert k.fails("get pod p").endswith('pods "p" not found\n')


def test_delete_many(k: Kubectl) -> None:
    k.apply(settings("a"), settings("b"), deployment("web", 1))
    k("rollout status deploy/web --timeout=30s")
    assert k("delete cm a b --dry-run=server").splitlines()[0] == 'configmap "a" deleted (server dry run)'
    assert k("delete cm a b") == 'configmap "a" deleted\nconfigmap "b" deleted\n'
    assert k("delete cm a --ignore-not-found") == ""
    assert k.fails("delete cm a") == 'Error from server (NotFound): configmaps "a" not found\n'
    assert k.fails("delete pod") == "error: resource(s) were provided, but no name was specified\n"
    assert k("delete pods -l app=none") == "No resources found\n"
    assert k("delete deploy,svc -l app=web --wait=false") == 'deployment.apps "web" deleted\n'
    k("wait --for=delete pod -l app=web --timeout=30s")
    assert k("get all -o name") == ""
    assert k("delete pods --all") == "No resources found\n"
