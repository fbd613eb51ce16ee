"""The cells of each kind's columns."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from kube.envtest.apiserver.kinds.tables import pods
from kube.envtest.apiserver.kinds.tables.ages import human_duration, moment, since
from kube.runtime.trees import Tree

Cell = Callable[[Tree, datetime], Any]


def at(path: str, default: Any = "") -> Cell:
    """The value at a dotted path; `default` where it is absent."""
    steps = path.split(".")

    def cell(tree: Tree, now: datetime) -> Any:
        value: Any = tree
        for step in steps:
            value = value.get(step) if isinstance(value, dict) else None
            if value is None:
                return default
        return value

    return cell


def text_at(path: str, default: str = "") -> Cell:
    value = at(path, None)

    def cell(tree: Tree, now: datetime) -> Any:
        found = value(tree, now)
        return default if found is None else str(found)

    return cell


def flag_at(path: str, default: bool = False) -> Cell:
    """A boolean as Go's printers write it where the column is a string."""
    return lambda tree, now: "True" if at(path, default)(tree, now) else "False"


def count(path: str) -> Cell:
    return lambda tree, now: len(at(path, ())(tree, now))


def plain(function: Callable[[Tree], Any]) -> Cell:
    return lambda tree, now: function(tree)


def labels(values: Tree | None) -> str:
    return ",".join(f"{k}={v}" for k, v in sorted((values or {}).items())) or "<none>"


def selector(value: Tree | None) -> str:
    """A label selector as metav1.FormatLabelSelector writes it."""
    return selector_text(value) or "<none>"


def selector_text(value: Tree | None) -> str:
    if value is None:
        return ""
    parts = [(key, f"{key}={text}") for key, text in (value.get("matchLabels") or {}).items()]
    for each in value.get("matchExpressions") or ():
        key, values = each["key"], ",".join(sorted(each.get("values") or ()))
        match each["operator"]:
            case "In":
                parts.append((key, f"{key} in ({values})"))
            case "NotIn":
                parts.append((key, f"{key} notin ({values})"))
            case "Exists":
                parts.append((key, key))
            case "DoesNotExist":
                parts.append((key, f"!{key}"))
    return ",".join(text for _, text in sorted(parts))


def _more(items: Sequence[str], total: int, most: int) -> str:
    if not total:
        return "<none>"
    text = ",".join(items[:most])
    return f"{text} + {total - most} more..." if total > most else text


def _containers(template: str) -> dict[str, Cell]:
    containers = at(f"{template}.spec.containers", ())

    def join(member: str) -> Cell:
        return lambda tree, now: ",".join(c.get(member, "") for c in containers(tree, now))

    return {"Containers": join("name"), "Images": join("image")}


_POD_TEMPLATE = _containers("spec.template")
_SELECTOR: dict[str, Cell] = {
    "Selector": plain(lambda tree: selector(tree["spec"].get("selector")))
}


def _ratio(ready: str, wanted: str) -> Cell:
    return lambda tree, now: f"{at(ready, 0)(tree, now)}/{at(wanted, 0)(tree, now)}"


def _cluster_ip(tree: Tree) -> str:
    addresses: list[str] = tree["spec"].get("clusterIPs") or ["<none>"]
    return addresses[0]


def _external_ip(tree: Tree) -> str:
    spec = tree["spec"]
    external = spec.get("externalIPs") or []
    match spec.get("type"):
        case "ClusterIP" | "NodePort":
            return ",".join(external) or "<none>"
        case "LoadBalancer":
            return ",".join([*_balancer(tree), *external]) or "<pending>"
        case "ExternalName":
            return str(spec.get("externalName", ""))
    return "<unknown>"


def _balancer(tree: Tree) -> list[str]:
    ingresses = ((tree.get("status") or {}).get("loadBalancer") or {}).get("ingress") or ()
    return [i.get("ip") or i.get("hostname") or "" for i in ingresses]


def _service_ports(tree: Tree) -> str:
    pieces = []
    for port in tree["spec"].get("ports") or ():
        node = f":{port['nodePort']}" if port.get("nodePort") else ""
        pieces.append(f"{port['port']}{node}/{port.get('protocol', '')}")
    return ",".join(pieces) or "<none>"


def _job_status(tree: Tree) -> str:
    true = {c["type"] for c in tree["status"].get("conditions") or () if c.get("status") == "True"}
    order = ("Complete", "Failed", "Terminating", "Suspended", "FailureTarget")
    if "deletionTimestamp" in tree["metadata"]:
        true.add("Terminating")
    else:
        true.discard("Terminating")
    return next((s for s in (*order, "SuccessCriteriaMet") if s in true), "Running")


def _job_completions(tree: Tree) -> str:
    spec, done = tree["spec"], tree["status"].get("succeeded", 0)
    if "completions" in spec:
        return f"{done}/{spec['completions']}"
    parallel = spec.get("parallelism", 0)
    return f"{done}/1 of {parallel}" if parallel > 1 else f"{done}/1"


def _job_duration(tree: Tree, now: datetime) -> str:
    started = moment(tree["status"].get("startTime"))
    if started is None:
        return ""
    ended = moment(tree["status"].get("completionTime")) or now
    return human_duration((ended - started).total_seconds())


def _schedule_age(tree: Tree, now: datetime) -> str:
    last = tree["status"].get("lastScheduleTime")
    return since(last, now) if last else "<none>"


def _event(member: str) -> Cell:
    def cell(tree: Tree, now: datetime) -> Any:
        first = tree.get("firstTimestamp") or tree.get("eventTime")
        series = tree.get("series")
        if member == "first":
            return since(first, now)
        if member == "last":
            last = series.get("lastObservedTime") if series else tree.get("lastTimestamp") or first
            return since(last, now)
        if member == "count":
            return series.get("count", 0) if series else tree.get("count") or 1
        about = tree.get("involvedObject") or {}
        kind = str(about.get("kind", "")).lower()
        return f"{kind}/{about['name']}" if about.get("name") else kind

    return cell


def _event_source(tree: Tree) -> str:
    source = tree.get("source") or {}
    component = source.get("component") or tree.get("reportingComponent", "")
    instance = source.get("host") or tree.get("reportingInstance", "")
    return f"{component}, {instance}" if instance else component


_EVENT: dict[str, Cell] = {
    "Last Seen": _event("last"),
    "Type": at("type"),
    "Reason": at("reason"),
    "Object": _event("object"),
    "Subobject": at("involvedObject.fieldPath"),
    "Source": plain(_event_source),
    "Message": plain(lambda tree: str(tree.get("message", "")).strip()),
    "First Seen": _event("first"),
    "Count": _event("count"),
}


def _node_status(tree: Tree) -> str:
    ready = {c["type"]: c["status"] for c in tree["status"].get("conditions") or ()}.get("Ready")
    words = ["Unknown" if ready is None else "Ready" if ready == "True" else "NotReady"]
    if tree["spec"].get("unschedulable"):
        words.append("SchedulingDisabled")
    return ",".join(words)


_ROLE = "node-role.kubernetes.io/"


def _node_roles(tree: Tree) -> str:
    roles = set()
    for key, value in (tree["metadata"].get("labels") or {}).items():
        if key.startswith(_ROLE) and len(key) > len(_ROLE):
            roles.add(key.removeprefix(_ROLE))
        elif key == "kubernetes.io/role" and value:
            roles.add(value)
    return ",".join(sorted(roles)) or "<none>"


def _node_address(kind: str) -> Cell:
    def cell(tree: Tree, now: datetime) -> str:
        addresses = tree["status"].get("addresses") or ()
        return next((a["address"] for a in addresses if a["type"] == kind), "<none>")

    return cell


def _kernel(tree: Tree) -> str:
    info = tree["status"].get("nodeInfo") or {}
    architecture = info.get("architecture")
    kernel = info.get("kernelVersion") or "<unknown>"
    return f"{kernel} ({architecture})" if architecture else kernel


def _or(path: str, missing: str) -> Cell:
    return lambda tree, now: at(path, "")(tree, now) or missing


_MODES = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}


def _modes(modes: Sequence[str] | None) -> str:
    return ",".join(short for mode, short in _MODES.items() if mode in (modes or ()))


_STORAGE_CLASS = "volume.beta.kubernetes.io/storage-class"


def _class(tree: Tree) -> str:
    annotations = tree["metadata"].get("annotations") or {}
    return str(annotations.get(_STORAGE_CLASS) or tree["spec"].get("storageClassName") or "")


def _bound(path: str) -> Cell:
    def cell(tree: Tree, now: datetime) -> Any:
        if not tree["spec"].get("volumeName"):
            return ""
        status = tree["status"]
        if path == "modes":
            return _modes(status.get("accessModes"))
        return (status.get("capacity") or {}).get("storage", "0")

    return cell


def _phase(tree: Tree) -> str:
    if "deletionTimestamp" in tree["metadata"]:
        return "Terminating"
    return str(tree["status"].get("phase", ""))


def _claim(tree: Tree) -> str:
    claim = tree["spec"].get("claimRef")
    return f"{claim.get('namespace', '')}/{claim.get('name', '')}" if claim else ""


def _default_marked(annotation: str, *others: str) -> Cell:
    def cell(tree: Tree, now: datetime) -> str:
        annotations = tree["metadata"].get("annotations") or {}
        is_default = any(annotations.get(name) == "true" for name in (annotation, *others))
        return f"{tree['metadata']['name']}{' (default)' if is_default else ''}"

    return cell


def _hosts(tree: Tree) -> str:
    rules = tree["spec"].get("rules") or ()
    hosts = [rule["host"] for rule in rules if rule.get("host")]
    if not hosts:
        return "*"
    text = ",".join(hosts[:3])
    return f"{text} + {len(rules) - 3} more..." if len(hosts[:3]) == 3 and len(rules) > 3 else text


def _parameters(tree: Tree) -> str:
    parameters = tree["spec"].get("parameters")
    if not parameters:
        return "<none>"
    group = f".{parameters['apiGroup']}" if parameters.get("apiGroup") is not None else ""
    return f"{parameters['kind']}{group}/{parameters['name']}"


def _role(tree: Tree) -> str:
    return f"{tree['roleRef'].get('kind', '')}/{tree['roleRef'].get('name', '')}"


def _subjects(kind: str) -> Cell:
    def cell(tree: Tree, now: datetime) -> str:
        chosen = [s for s in tree.get("subjects") or () if s.get("kind") == kind]
        if kind == "ServiceAccount":
            return ", ".join(f"{s.get('namespace', '')}/{s['name']}" for s in chosen)
        return ", ".join(s["name"] for s in chosen)

    return cell


_BINDING: dict[str, Cell] = {
    "Role": plain(_role),
    "Users": _subjects("User"),
    "Groups": _subjects("Group"),
    "ServiceAccounts": _subjects("ServiceAccount"),
}


def _slice_ports(tree: Tree) -> str:
    ports = [str(p.get("port", p.get("name", "*"))) for p in tree.get("ports") or ()]
    return _more(ports, len(ports), 3) if ports else "<unset>"


def _slice_endpoints(tree: Tree) -> str:
    addresses = [a for e in tree.get("endpoints") or () for a in e.get("addresses") or ()]
    return _more(addresses, len(addresses), 3) if addresses else "<unset>"


def _endpoints(tree: Tree) -> str:
    listed = []
    for subset in tree.get("subsets") or ():
        ports: list[Tree] = subset.get("ports") or [{}]
        for port in ports:
            for address in subset.get("addresses") or ():
                host = address["ip"]
                host = f"[{host}]" if ":" in host and port else host
                listed.append(f"{host}:{port['port']}" if port else host)
    return _more(listed, len(listed), 3) if tree.get("subsets") else "<none>"


def _quota(limits: bool) -> Cell:
    def cell(tree: Tree, now: datetime) -> str:
        hard, used = tree["status"].get("hard") or {}, tree["status"].get("used") or {}
        return ", ".join(
            f"{name}: {used.get(name, '0')}/{hard[name]}"
            for name in sorted(hard)
            if name.startswith("limits.") == limits
        )

    return cell


def _metrics(tree: Tree) -> str:
    metrics = tree["spec"].get("metrics") or []
    if not metrics:
        return "<none>"
    current = (tree.get("status") or {}).get("currentMetrics") or []
    listed = []
    for index, metric in enumerate(metrics):
        have = current[index] if index < len(current) else {}
        listed.append(_metric(metric, have))
    text = ", ".join(listed[:2])
    return f"{text} + {len(listed) - 2} more..." if len(listed) > 2 else text


def _metric(metric: Tree, have: Tree) -> str:
    kind = metric.get("type", "")
    member = kind[:1].lower() + kind[1:]
    source, now = metric.get(member) or {}, (have.get(member) or {}).get("current") or {}
    target = source.get("target") or {}
    if kind in ("Resource", "ContainerResource"):
        if "averageValue" in target:
            return (
                f"{source['name']}: {now.get('averageValue', '<unknown>')}/{target['averageValue']}"
            )
        used, wanted = now.get("averageUtilization"), target.get("averageUtilization")
        shown = "<unknown>" if used is None else f"{used}%"
        return f"{source['name']}: {shown}/{'<auto>' if wanted is None else f'{wanted}%'}"
    if kind not in ("External", "Pods", "Object"):
        return "<unknown type>"
    if kind == "Pods" or "averageValue" not in target:
        name = "averageValue" if kind == "Pods" else "value"
        return f"{now.get(name, '<unknown>')}/{target.get(name, '0')}"
    return f"{now.get('averageValue', '<unknown>')}/{target['averageValue']} (avg)"


def _revision_owner(tree: Tree) -> str:
    for owner in tree["metadata"].get("ownerReferences") or ():
        if owner.get("controller"):
            group = owner["apiVersion"].rpartition("/")[0]
            kind = owner["kind"].lower()
            return f"{kind}.{group}/{owner['name']}" if group else f"{kind}/{owner['name']}"
    return "<none>"


def _param_kind(tree: Tree) -> str:
    kind = tree["spec"].get("paramKind")
    return f"{kind.get('apiVersion', '')}/{kind.get('kind', '')}" if kind else "<unset>"


def _param_ref(tree: Tree) -> str:
    reference = tree["spec"].get("paramRef")
    if not reference:
        return "<unset>"
    namespace = reference.get("namespace")
    if reference.get("name"):
        return f"{namespace}/{reference['name']}" if namespace else str(reference["name"])
    return selector(reference.get("selector"))


def _csr_condition(tree: Tree) -> str:
    kinds = {c["type"] for c in tree["status"].get("conditions") or ()}
    word = "Denied" if "Denied" in kinds else "Approved" if "Approved" in kinds else "Pending"
    if "Failed" in kinds:
        word += ",Failed"
    return f"{word},Issued" if tree["status"].get("certificate") else word


def _expiration(tree: Tree) -> str:
    seconds = tree["spec"].get("expirationSeconds")
    return "<none>" if seconds is None else human_duration(seconds)


def _parent(tree: Tree) -> str:
    parent = tree["spec"].get("parentRef") or {}
    kind = parent.get("resource", "")
    if parent.get("group"):
        kind = f"{kind}.{parent['group']}"
    steps = (kind, parent.get("namespace"), parent.get("name"))
    return "/".join(str(step) for step in steps if step)


def _claim_state(tree: Tree) -> str:
    status = tree.get("status") or {}
    words = []
    if "deletionTimestamp" in tree["metadata"]:
        words.append("deleted")
    if status.get("allocation") is None:
        if "deletionTimestamp" not in tree["metadata"]:
            words.append("pending")
    else:
        words.append("allocated")
        words.append("reserved" if status.get("reservedFor") else "")
    return ",".join(word for word in words if word)


def _queuing(member: str) -> Cell:
    path = f"spec.limited.limitResponse.queuing.{member}"
    return text_at(path, "<none>")


def _missing_level(tree: Tree) -> str:
    for condition in tree["status"].get("conditions") or ():
        if condition.get("type") == "Dangling":
            return str(condition.get("status", "?"))
    return "?"


def _service_reference(tree: Tree) -> str:
    service = tree["spec"].get("service")
    return f"{service.get('namespace', '')}/{service.get('name', '')}" if service else "Local"


def _available(tree: Tree) -> str:
    for condition in (tree.get("status") or {}).get("conditions") or ():
        if condition["type"] == "Available":
            reason = condition.get("reason", "")
            return "True" if condition["status"] == "True" else f"False ({reason})"
    return "Unknown"


CELLS: dict[str, dict[str, Cell]] = {
    "/componentstatuses": {"Status": at("status"), "Message": at("message"), "Error": at("error")},
    "/configmaps": {
        "Data": plain(lambda t: len(t.get("data") or ()) + len(t.get("binaryData") or ()))
    },
    "/endpoints": {"Endpoints": plain(_endpoints)},
    "/events": _EVENT,
    "/limitranges": {},
    "/namespaces": {"Status": at("status.phase")},
    "/nodes": {
        "Status": plain(_node_status),
        "Roles": plain(_node_roles),
        "Version": at("status.nodeInfo.kubeletVersion"),
        "Internal-IP": _node_address("InternalIP"),
        "External-IP": _node_address("ExternalIP"),
        "OS-Image": _or("status.nodeInfo.osImage", "<unknown>"),
        "Kernel-Version": plain(_kernel),
        "Container-Runtime": _or("status.nodeInfo.containerRuntimeVersion", "<unknown>"),
    },
    "/persistentvolumeclaims": {
        "Status": plain(_phase),
        "Volume": at("spec.volumeName"),
        "Capacity": _bound("capacity"),
        "Access Modes": _bound("modes"),
        "StorageClass": plain(_class),
        "VolumeAttributesClass": at("spec.volumeAttributesClassName", "<unset>"),
        "VolumeMode": at("spec.volumeMode", "<unset>"),
    },
    "/persistentvolumes": {
        "Capacity": at("spec.capacity.storage", "0"),
        "Access Modes": plain(lambda t: _modes(t["spec"].get("accessModes"))),
        "Reclaim Policy": at("spec.persistentVolumeReclaimPolicy"),
        "Status": plain(_phase),
        "Claim": plain(_claim),
        "StorageClass": plain(_class),
        "VolumeAttributesClass": at("spec.volumeAttributesClassName", "<unset>"),
        "Reason": at("status.reason"),
        "VolumeMode": at("spec.volumeMode", "<unset>"),
    },
    "/pods": pods.CELLS,
    "/podtemplates": {
        **_containers("template"),
        "Pod Labels": plain(lambda t: labels(t["template"]["metadata"].get("labels"))),
    },
    "/replicationcontrollers": {
        "Desired": at("spec.replicas", 0),
        "Current": at("status.replicas", 0),
        "Ready": at("status.readyReplicas", 0),
        **_POD_TEMPLATE,
        "Selector": plain(lambda t: labels(t["spec"].get("selector"))),
    },
    "/resourcequotas": {"Request": _quota(False), "Limit": _quota(True)},
    "/secrets": {"Type": at("type"), "Data": count("data")},
    "/services": {
        "Type": at("spec.type"),
        "Cluster-IP": plain(_cluster_ip),
        "External-IP": plain(_external_ip),
        "Port(s)": plain(_service_ports),
        "Selector": plain(lambda t: labels(t["spec"].get("selector"))),
    },
    "admissionregistration.k8s.io/mutatingadmissionpolicies": {
        "Mutations": count("spec.mutations"),
        "ParamKind": plain(_param_kind),
    },
    "admissionregistration.k8s.io/mutatingadmissionpolicybindings": {
        "PolicyName": at("spec.policyName"),
        "ParamRef": plain(_param_ref),
    },
    "admissionregistration.k8s.io/mutatingwebhookconfigurations": {"Webhooks": count("webhooks")},
    "admissionregistration.k8s.io/validatingadmissionpolicies": {
        "Validations": count("spec.validations"),
        "ParamKind": plain(_param_kind),
    },
    "admissionregistration.k8s.io/validatingadmissionpolicybindings": {
        "PolicyName": at("spec.policyName"),
        "ParamRef": plain(_param_ref),
    },
    "admissionregistration.k8s.io/validatingwebhookconfigurations": {"Webhooks": count("webhooks")},
    "apiregistration.k8s.io/apiservices": {
        "Service": plain(_service_reference),
        "Available": plain(_available),
    },
    "apps/controllerrevisions": {
        "Controller": plain(_revision_owner),
        "Revision": at("revision", 0),
    },
    "apps/daemonsets": {
        "Desired": at("status.desiredNumberScheduled", 0),
        "Current": at("status.currentNumberScheduled", 0),
        "Ready": at("status.numberReady", 0),
        "Up-to-date": at("status.updatedNumberScheduled", 0),
        "Available": at("status.numberAvailable", 0),
        "Node Selector": plain(lambda t: labels(t["spec"]["template"]["spec"].get("nodeSelector"))),
        **_POD_TEMPLATE,
        **_SELECTOR,
    },
    "apps/deployments": {
        "Ready": _ratio("status.readyReplicas", "spec.replicas"),
        "Up-to-date": at("status.updatedReplicas", 0),
        "Available": at("status.availableReplicas", 0),
        **_POD_TEMPLATE,
        "Selector": plain(lambda t: selector_text(t["spec"].get("selector"))),
    },
    "apps/replicasets": {
        "Desired": at("spec.replicas", 0),
        "Current": at("status.replicas", 0),
        "Ready": at("status.readyReplicas", 0),
        **_POD_TEMPLATE,
        **_SELECTOR,
    },
    "apps/statefulsets": {
        "Ready": _ratio("status.readyReplicas", "spec.replicas"),
        **_POD_TEMPLATE,
    },
    "autoscaling/horizontalpodautoscalers": {
        "Reference": plain(
            lambda t: f"{t['spec']['scaleTargetRef']['kind']}/{t['spec']['scaleTargetRef']['name']}"
        ),
        "Targets": plain(_metrics),
        "MinPods": text_at("spec.minReplicas", "<unset>"),
        "MaxPods": at("spec.maxReplicas", 0),
        "Replicas": at("status.currentReplicas", 0),
    },
    "batch/cronjobs": {
        "Schedule": at("spec.schedule"),
        "Timezone": at("spec.timeZone", "<none>"),
        "Suspend": flag_at("spec.suspend"),
        "Active": count("status.active"),
        "Last Schedule": _schedule_age,
        **_containers("spec.jobTemplate.spec.template"),
        "Selector": plain(lambda t: selector(t["spec"]["jobTemplate"]["spec"].get("selector"))),
    },
    "batch/jobs": {
        "Status": plain(_job_status),
        "Completions": plain(_job_completions),
        "Duration": _job_duration,
        **_POD_TEMPLATE,
        **_SELECTOR,
    },
    "certificates.k8s.io/certificatesigningrequests": {
        "SignerName": _or("spec.signerName", "<none>"),
        "Requestor": at("spec.username"),
        "RequestedDuration": plain(_expiration),
        "Condition": plain(_csr_condition),
    },
    "coordination.k8s.io/leases": {"Holder": at("spec.holderIdentity")},
    "discovery.k8s.io/endpointslices": {
        "AddressType": at("addressType"),
        "Ports": plain(_slice_ports),
        "Endpoints": plain(_slice_endpoints),
    },
    "events.k8s.io/events": _EVENT,
    "flowcontrol.apiserver.k8s.io/flowschemas": {
        "PriorityLevel": at("spec.priorityLevelConfiguration.name"),
        "MatchingPrecedence": at("spec.matchingPrecedence", 0),
        "DistinguisherMethod": at("spec.distinguisherMethod.type", "<none>"),
        "MissingPL": plain(_missing_level),
    },
    "flowcontrol.apiserver.k8s.io/prioritylevelconfigurations": {
        "Type": at("spec.type"),
        "NominalConcurrencyShares": at("spec.limited.nominalConcurrencyShares", "<none>"),
        "Queues": _queuing("queues"),
        "HandSize": _queuing("handSize"),
        "QueueLengthLimit": _queuing("queueLengthLimit"),
    },
    "networking.k8s.io/ingressclasses": {
        "Name": _default_marked("ingressclass.kubernetes.io/is-default-class"),
        "Controller": at("spec.controller"),
        "Parameters": plain(_parameters),
    },
    "networking.k8s.io/ingresses": {
        "Class": at("spec.ingressClassName", "<none>"),
        "Hosts": plain(_hosts),
        "Address": plain(lambda t: ",".join(_balancer(t))),
        "Ports": plain(lambda t: "80, 443" if t["spec"].get("tls") else "80"),
    },
    "networking.k8s.io/ipaddresses": {"ParentRef": plain(_parent)},
    "networking.k8s.io/networkpolicies": {
        "Pod-Selector": plain(lambda t: selector(t["spec"].get("podSelector") or {}))
    },
    "networking.k8s.io/servicecidrs": {
        "CIDRs": plain(lambda t: ",".join(t["spec"].get("cidrs") or ()))
    },
    "node.k8s.io/runtimeclasses": {"Handler": at("handler")},
    "policy/poddisruptionbudgets": {
        "Min Available": text_at("spec.minAvailable", "N/A"),
        "Max Unavailable": text_at("spec.maxUnavailable", "N/A"),
        "Allowed Disruptions": at("status.disruptionsAllowed", 0),
    },
    "rbac.authorization.k8s.io/clusterrolebindings": _BINDING,
    "rbac.authorization.k8s.io/clusterroles": {},
    "rbac.authorization.k8s.io/rolebindings": _BINDING,
    "rbac.authorization.k8s.io/roles": {},
    "resource.k8s.io/resourceclaims": {"State": plain(_claim_state)},
    "resource.k8s.io/resourceslices": {
        "Node": at("spec.nodeName"),
        "Driver": at("spec.driver"),
        "Pool": at("spec.pool.name"),
    },
    "scheduling.k8s.io/priorityclasses": {
        "Value": at("value", 0),
        "Global-Default": at("globalDefault", False),
        "PreemptionPolicy": at("preemptionPolicy"),
    },
    "storage.k8s.io/csidrivers": {
        "AttachRequired": at("spec.attachRequired", True),
        "PodInfoOnMount": at("spec.podInfoOnMount", False),
        "StorageCapacity": at("spec.storageCapacity", False),
        "TokenRequests": plain(
            lambda t: (
                ",".join(r.get("audience", "") for r in t["spec"]["tokenRequests"])
                if "tokenRequests" in t["spec"]
                else "<unset>"
            )
        ),
        "RequiresRepublish": at("spec.requiresRepublish", False),
        "Modes": plain(lambda t: ",".join(t["spec"].get("volumeLifecycleModes") or ()) or "<none>"),
    },
    "storage.k8s.io/csinodes": {"Drivers": count("spec.drivers")},
    "storage.k8s.io/storageclasses": {
        "Name": _default_marked(
            "storageclass.kubernetes.io/is-default-class",
            "storageclass.beta.kubernetes.io/is-default-class",
        ),
        "Provisioner": at("provisioner"),
        "ReclaimPolicy": at("reclaimPolicy", "Delete"),
        "VolumeBindingMode": at("volumeBindingMode", "Immediate"),
        "AllowVolumeExpansion": at("allowVolumeExpansion", False),
    },
    "storage.k8s.io/volumeattachments": {
        "Attacher": at("spec.attacher"),
        "PV": at("spec.source.persistentVolumeName"),
        "Node": at("spec.nodeName"),
        "Attached": at("status.attached", False),
    },
    "storage.k8s.io/volumeattributesclasses": {"DriverName": at("driverName")},
}
