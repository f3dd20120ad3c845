"""kubectl rollout, set, scale, autoscale, expose: what operators do to workloads."""

import pytest

from tests.support.kubectl import Kubectl
from tests.support.manifests import IMAGE, daemonset, deployment, statefulset

pytestmark = pytest.mark.slow
DONE = 'deployment "web" successfully rolled out\n'
STATUS = "rollout status deploy/web --timeout=30s"


def test_a_deployment_forth_and_back(k: Kubectl) -> None:
    k.apply(deployment("web"))
    assert k(STATUS).endswith(DONE)
    assert k(f"set image deploy/web web={IMAGE}:2") == "deployment.apps/web image updated\n"
    assert "new replicas have been updated" in k(STATUS)
    assert k("annotate deploy/web kubernetes.io/change-cause=second") == "deployment.apps/web annotated\n"
    assert k.rows("rollout history deploy/web")[2:] == [["1", "<none>"], ["2", "second"], []]
    assert f"Image:	{IMAGE}:2" in k("rollout history deploy/web --revision=2")
    assert k("rollout undo deploy/web") == "deployment.apps/web rolled back\n"
    assert k(STATUS).endswith(DONE)
    assert [row[0] for row in k.rows("rollout history deploy/web")[2:-1]] == ["2", "3"]
    assert k("get deploy web -o jsonpath={..image}") == f"{IMAGE}:1"
    assert k("rollout undo deploy/web --to-revision=3").endswith(
        "skipped rollback (current template already matches revision 3)\n"
    )
    assert (
        k.fails("rollout undo deploy/web --to-revision=77")
        == "error: unable to find specified revision 77 in history\n"
    )


def test_a_paused_deployment(k: Kubectl) -> None:
    k.apply(deployment("web", 1))
    k(STATUS)
    assert k("rollout pause deploy/web") == "deployment.apps/web paused\n"
    assert k.fails("rollout pause deploy/web") == 'error: deployments.apps "web" is already paused\n'
    assert "can't restart paused deployment" in k.fails("rollout restart deploy/web")
    k("set env deploy/web COLOUR=red")
    reason = """get deploy web -o jsonpath='{.status.conditions[?(@.type=="Progressing")].reason}'"""
    k.until(reason, lambda out: out == "DeploymentPaused")
    assert len(k.column("get rs")) == 1
    assert k("rollout resume deploy/web") == "deployment.apps/web resumed\n"
    assert k.fails("rollout resume deploy/web") == 'error: deployments.apps "web" is not paused\n'
    assert k(STATUS).endswith(DONE)
    assert k("set env deploy/web --list") == "# Deployment web, container web\nCOLOUR=red\n"
    assert k("rollout restart deploy/web") == "deployment.apps/web restarted\n"
    assert k(STATUS).endswith(DONE)
    assert "kubectl.kubernetes.io/restartedAt" in k("get deploy web -o jsonpath={.spec.template.metadata.annotations}")
    assert len(k.column("get rs")) == 3


def test_a_statefulset(k: Kubectl) -> None:
    k.apply(statefulset("db"))
    status, done = (
        "rollout status sts/db --timeout=30s",
        "partitioned roll out complete: 2 new pods have been updated...\n",
    )
    assert k(status).endswith(done)
    assert k("get pods -o name") == "pod/db-0\npod/db-1\n"
    k(f"set image sts/db db={IMAGE}:2")
    assert k(status).startswith("Waiting for ")
    assert [row[0] for row in k.rows("rollout history sts/db")[2:-1]] == ["1", "2"]
    assert k("rollout undo sts/db") == "statefulset.apps/db rolled back\n"
    k(status)
    assert k("rollout restart sts/db") == "statefulset.apps/db restarted\n"
    k(status)
    assert k("scale sts/db --replicas=1") == "statefulset.apps/db scaled\n"
    k("wait --for=delete pod/db-1 --timeout=30s")
    assert k("get pods -o name") == "pod/db-0\n"
    assert k.fails("rollout pause sts/db") == 'error: statefulsets.apps "db" pausing is not supported\n'


def test_a_daemonset(k: Kubectl) -> None:
    k.apply(daemonset("agent"))
    status, done = "rollout status ds/agent --timeout=30s", 'daemon set "agent" successfully rolled out\n'
    assert k(status).endswith(done)
    assert k.rows("get ds agent")[1][1:6] == ["3"] * 5
    k(f"set image ds/agent agent={IMAGE}:2")
    assert "out of 3 new pods have been updated" in (out := k(status))
    assert out.endswith(done)
    assert k("rollout undo ds/agent") == "daemonset.apps/agent rolled back\n"
    assert k(status).endswith(done)
    assert [row[0] for row in k.rows("rollout history ds/agent")[2:-1]] == ["2", "3"]
    assert k("rollout restart ds/agent") == "daemonset.apps/agent restarted\n"
    refused = k.fails("scale ds/agent --replicas=1")
    assert refused == "Error from server (NotFound): the server could not find the requested resource\n"
    assert k("delete ds agent --cascade=foreground") == 'daemonset.apps "agent" deleted\n'
    assert k("get pods -o name") == ""


def test_scales_and_what_else_belongs_to_a_workload(k: Kubectl) -> None:
    k.apply(deployment("web", 1))
    assert k("scale deploy/web --replicas=3") == "deployment.apps/web scaled\n"
    assert k(STATUS).endswith(DONE)
    assert k.rows("get deploy web")[1][1] == "3/3"
    assert k.fails("scale deploy/web --replicas=4 --current-replicas=9") == "error: Expected replicas to be 9, was 3\n"
    assert (
        k("autoscale deploy/web --min=2 --max=5 --cpu-percent=80")
        == "horizontalpodautoscaler.autoscaling/web autoscaled\n"
    )
    assert k.rows("get hpa web")[1][1:6] == ["Deployment/web", "cpu:", "<unknown>/80%", "2", "5"]
    assert "already exists" in k.fails("autoscale deploy/web --max=5")
    assert k("expose deploy/web --port=8080 --target-port=80") == "service/web exposed\n"
    assert (
        k("get svc web -o jsonpath='{.spec.ports[0].port} {.spec.ports[0].targetPort} {.spec.selector}'")
        == '8080 80 {"app":"web"}'
    )
    assert 'services "web" already exists' in k.fails("expose deploy/web --port=8080")
    assert (
        k("set resources deploy/web --limits=cpu=200m,memory=512Mi")
        == "deployment.apps/web resource requirements updated\n"
    )
    assert k("get deploy web -o jsonpath={..resources.limits}") == '{"cpu":"200m","memory":"512Mi"}'
    assert k("set serviceaccount deploy/web default") == "deployment.apps/web serviceaccount updated\n"
    assert k("set selector svc/web app=other") == "service/web selector updated\n"
    assert k("delete deploy web --cascade=orphan") == 'deployment.apps "web" deleted\n'
    assert k("get rs -o name").startswith("replicaset.apps/web-")
    assert "deleted" in k("delete rs --all")
