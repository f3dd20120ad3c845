"""kubectl get: what is there, in every form."""

import re

from tests.support.kubectl import Kubectl
from tests.support.manifests import deployment, service, settings

WIDE = "NAME READY STATUS RESTARTS AGE IP NODE NOMINATED NODE READINESS GATES".split()


def test_pods_in_every_form(k: Kubectl) -> None:
    k.apply(deployment("web"), service("web"))
    assert k("rollout status deploy/web --timeout=30s").endswith('deployment "web" successfully rolled out\n')
    wide = k.rows("get pods -o wide")
    assert wide[0] == WIDE
    assert [row[1:4] for row in wide[1:]] == [["1/1", "Running", "0"]] * 2
    assert {row[6] for row in wide[1:]} <= {"node-a1", "node-b1", "node-c1"}
    assert k("get pods -l app=web -o name").count("pod/web-") == 2
    assert k("get pods -l 'app notin (web),x' -o name") == ""
    assert k("get pods --field-selector=status.phase=Running,spec.nodeName!=none -o name").count("pod/") == 2
    assert k("get pods -o jsonpath='{range .items[*]}{.status.phase},{end}'") == "Running,Running,"
    assert k.rows("get pods -o custom-columns=IMAGE:.spec.containers[*].image,SPEC:.spec.none")[1] == [
        "registry.example/shop/web:1",
        "<none>",
    ]
    assert k("get pods -o go-template='{{len .items}}'") == "2"
    assert "pod-template-hash=" in k.rows("get pods --show-labels")[1][-1]
    assert k.rows("get pods -L app")[1][-1] == "web"
    names = k.column("get pods --sort-by=.metadata.name")
    assert names == sorted(names)
    assert k.column("get pods --chunk-size=1") == names
    assert k.json("get pods")["kind"] == "List"
    assert "  phase: Running\n" in k(f"get pod {names[0]} -o yaml")
    assert [k.namespace, names[0]] in [row[:2] for row in k.rows("get pods -A")]


def test_several_kinds_at_once_and_none(k: Kubectl) -> None:
    k.apply(deployment("web", 1), service("web"), settings("c", a="1"))
    k("rollout status deploy/web --timeout=30s")
    everything = k("get all")
    for word in ("pod/web-", "service/web", "deployment.apps/web", "replicaset.apps/web-"):
        assert word in everything
    assert k("get deploy/web svc/web cm/c -o name") == "deployment.apps/web\nservice/web\nconfigmap/c\n"
    wide = k.rows("get deploy web -o wide")
    assert wide[0] == "NAME READY UP-TO-DATE AVAILABLE AGE CONTAINERS IMAGES SELECTOR".split()
    assert [*wide[1][:4], *wide[1][5:]] == ["web", "1/1", "1", "1", "web", "registry.example/shop/web:1", "app=web"]
    assert k.rows("get endpointslices")[1][1:3] == ["IPv4", "80"]
    assert k.fails("get deploy,nosuch") == 'error: the server doesn\'t have a resource type "nosuch"\n'
    assert k.fails("get pods nosuch") == 'Error from server (NotFound): pods "nosuch" not found\n'
    assert k.run("get jobs").stderr == f"No resources found in {k.namespace} namespace.\n"
    done = k.run("get cm/c cm/none -o name")
    assert (done.returncode, done.stdout) == (1, "configmap/c\n")
    assert done.stderr == 'Error from server (NotFound): configmaps "none" not found\n'
    assert k("get cm none --ignore-not-found") == ""
    refused = k.fails("get pods --field-selector=spec.bogus=1")
    assert refused.endswith('field selector "spec.bogus=1": field label not supported: spec.bogus\n')
    assert "unable to parse requirement: found 'b', expected: in, notin, =" in k.fails("get pods -l 'a b'")


def test_a_watch_tells_what_happens(k: Kubectl) -> None:
    k("create configmap first --from-literal=a=1")
    with k.stream("get cm -w --no-headers --output-watch-events") as watch:
        assert watch.until("first").split()[:2] == ["ADDED", "first"]
        k("create configmap second --from-literal=a=1")
        assert watch.until("second").split()[:3] == ["ADDED", "second", "1"]
        k("""patch cm second -p '{"data":{"b":"2"}}'""")
        assert watch.until("second").split()[:3] == ["MODIFIED", "second", "2"]
        k("delete cm second")
        assert watch.until("second").split()[:2] == ["DELETED", "second"]
    with k.stream("get cm first -w -o name") as watch:
        assert watch.line() == "configmap/first"


def test_what_a_cluster_has(k: Kubectl) -> None:
    nodes = k.rows("get nodes -o wide")
    assert nodes[0][:6] == "NAME STATUS ROLES AGE VERSION INTERNAL-IP".split()
    assert [row[:3] for row in nodes[1:]] == [[f"node-{zone}1", "Ready", "<none>"] for zone in "abc"]
    assert {"default", "kube-system", k.namespace} <= set(k.column("get ns"))
    kinds = (
        "ns,nodes,pv,sc,clusterroles,clusterrolebindings,crd,priorityclasses,ingressclasses,csidrivers,csinodes,"
        "runtimeclasses,volumeattachments,validatingwebhookconfigurations,mutatingwebhookconfigurations,csr,apiservices"
    )
    namespaced = (
        "pods,deploy,rs,sts,ds,jobs,cj,svc,ep,endpointslices,ing,netpol,cm,secrets,sa,pvc,quota,limits,hpa,pdb,"
        "roles,rolebindings,events,leases,controllerrevisions,rc,podtemplates"
    )
    assert "clusterrole.rbac.authorization.k8s.io/view" in k(f"get {kinds} -o name")
    assert "serviceaccount/default" in k(f"get {namespaced} -o name")
    assert "configmap/kube-root-ca.crt" in k(f"get {namespaced}")


def test_discovery_and_health(k: Kubectl) -> None:
    resources = k.rows("api-resources --no-headers")
    assert ["deployments", "deploy", "apps/v1", "true", "Deployment"] in resources
    assert ["nodes", "no", "v1", "false", "Node"] in resources
    names = k("api-resources --verbs=list --namespaced=false -o name").split()
    assert "nodes" in names
    assert "pods" not in names
    assert {"v1", "apps/v1", "batch/v1", "policy/v1"} <= set(k("api-versions").split())
    assert "Server Version: v1.34.4" in k("version")
    assert '"gitVersion": "v1.34.4' in k("get --raw /version")
    assert k("get --raw /livez") == "ok"
    assert k("get --raw '/readyz?verbose'").endswith("readyz check passed\n")
    assert f'"namespace":"{k.namespace}"' in k(f"get --raw /api/v1/namespaces/{k.namespace}/serviceaccounts?limit=1")
    assert (
        k.fails("get --raw /nosuch")
        == "Error from server (NotFound): the server could not find the requested resource\n"
    )
    assert re.search(r"control plane.* is running at .*https://127", k("cluster-info"))
    assert "FIELD: image <string>" in k("explain pods.spec.containers.image")
    assert 'field "nosuch" does not exist' in k.fails("explain pod.nosuch")
