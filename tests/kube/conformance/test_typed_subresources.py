"""Subresources of Kubernetes' own kinds by the typed methods of `kube.clientset`."""

from __future__ import annotations

import secrets
from collections.abc import Iterator

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from kube.api.apps.v1 import Deployment, DeploymentSpec
from kube.api.authentication.v1 import TokenRequest, TokenRequestSpec
from kube.api.certificates.v1 import (
    CertificateSigningRequest,
    CertificateSigningRequestCondition,
    CertificateSigningRequestSpec,
)
from kube.api.core.v1 import (
    Binding,
    Container,
    EphemeralContainer,
    Namespace,
    ObjectReference,
    Pod,
    PodCondition,
    PodSpec,
    PodTemplateSpec,
    ResourceRequirements,
    ServiceAccount,
)
from kube.api.core.v1.pods import is_pod_ready
from kube.api.meta.v1 import LabelSelector, ObjectMeta, find_condition
from kube.api.policy.v1 import Eviction, PodDisruptionBudget, PodDisruptionBudgetSpec
from kube.clientset import AsyncClientset, Clientset
from kube.runtime import errors

LABELS = {"app": "web"}


@pytest.fixture
def clients(environment) -> Iterator[Clientset]:
    with Clientset.for_config(environment.config) as made:
        yield made


@pytest.fixture
def namespace(clients: Clientset) -> str:
    name = f"sub-{secrets.token_hex(4)}"
    clients.core_v1.namespaces().create(Namespace(metadata=ObjectMeta(name=name)))
    return name


def pod(name: str = "p") -> Pod:
    return Pod(
        metadata=ObjectMeta(name=name, labels=LABELS),
        spec=PodSpec(
            containers=[Container(name="c", image="i")], automount_service_account_token=False
        ),
    )


def deployment(replicas: int) -> Deployment:
    template = PodTemplateSpec(metadata=ObjectMeta(labels=LABELS), spec=pod().spec)
    spec = DeploymentSpec(
        replicas=replicas, selector=LabelSelector(match_labels=LABELS), template=template
    )
    return Deployment(metadata=ObjectMeta(name="web"), spec=spec)


def signing_request() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "me")])
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def test_a_scale_is_read_written_and_applied(clients: Clientset, namespace: str) -> None:
    deployments = clients.apps_v1.deployments(namespace)
    deployments.create(deployment(2))
    scale = deployments.get_scale("web")
    assert (scale.kind, scale.spec.replicas, scale.status.selector) == ("Scale", 2, "app=web")
    scale.spec.replicas = 5
    assert deployments.update_scale("web", scale).spec.replicas == 5
    applied = {"apiVersion": "autoscaling/v1", "kind": "Scale", "spec": {"replicas": 7}}
    assert (
        deployments.apply_scale("web", applied, field_manager="me", force=True).spec.replicas == 7
    )
    assert deployments.get("web").spec.replicas == 7


def test_a_bound_pod_is_on_its_node_and_cannot_be_bound_again(
    clients: Clientset, namespace: str
) -> None:
    pods = clients.core_v1.pods(namespace)
    pods.create(pod())
    binding = Binding(metadata=ObjectMeta(name="p"), target=ObjectReference(kind="Node", name="n"))
    assert pods.bind("p", binding).status == "Success"
    bound = pods.get("p")
    assert bound.spec.node_name == "n"
    scheduled = find_condition(bound.status.conditions, "PodScheduled")
    assert scheduled is not None
    assert scheduled.status == "True"
    with pytest.raises(errors.ConflictError, match='pod p is already assigned to node "n"'):
        pods.bind("p", binding)


def test_a_binding_without_a_node_is_refused(clients: Clientset, namespace: str) -> None:
    pods = clients.core_v1.pods(namespace)
    pods.create(pod())
    binding = Binding(metadata=ObjectMeta(name="p"), target=ObjectReference(kind="Rack"))
    with pytest.raises(errors.InternalError) as refused:
        pods.bind("p", binding)
    assert refused.value.status.message == (
        '[target.kind: Unsupported value: "Rack": supported values: "Node", "<empty>", '
        "target.name: Required value]"
    )


def test_an_evicted_pod_is_deleted(clients: Clientset, namespace: str) -> None:
    pods = clients.core_v1.pods(namespace)
    pods.create(pod())
    assert pods.evict("p", Eviction(metadata=ObjectMeta(name="p"))).status == "Success"
    with pytest.raises(errors.NotFoundError):
        pods.get("p")


def test_a_budget_refuses_an_eviction_that_would_break_it(
    clients: Clientset, namespace: str
) -> None:
    pods = clients.core_v1.pods(namespace)
    running = pods.create(pod())
    running.status.phase = "Running"  # type: ignore[assignment]
    running.status.conditions = [PodCondition(type="Ready", status="True")]  # type: ignore[arg-type]
    assert is_pod_ready(pods.update_status(running))
    budgets = clients.policy_v1.pod_disruption_budgets(namespace)
    spec = PodDisruptionBudgetSpec(min_available=1, selector=LabelSelector(match_labels=LABELS))
    budget = budgets.create(PodDisruptionBudget(metadata=ObjectMeta(name="b"), spec=spec))
    budget.status.observed_generation = budget.metadata.generation
    budget.status.desired_healthy = budget.status.current_healthy = 1
    budget.status.expected_pods = 1
    budget = budgets.update_status(budget)
    with pytest.raises(errors.TooManyRequestsError, match="would violate the pod's disruption"):
        pods.evict("p", Eviction(metadata=ObjectMeta(name="p")))
    budget.status.disruptions_allowed = 1
    budgets.update_status(budget)
    assert pods.evict("p", Eviction(metadata=ObjectMeta(name="p"))).status == "Success"
    after = budgets.get("b").status
    assert (after.disruptions_allowed, list(after.disrupted_pods or ())) == (0, ["p"])


def test_a_token_is_requested_for_a_service_account(clients: Clientset, namespace: str) -> None:
    accounts = clients.core_v1.service_accounts(namespace)
    accounts.create(ServiceAccount(metadata=ObjectMeta(name="robot")))
    request = TokenRequest(spec=TokenRequestSpec(audiences=["me"], expiration_seconds=900))
    answer = accounts.create_token("robot", request)
    assert answer.spec.audiences == ["me"]
    assert answer.status.token.count(".") == 2
    request.spec.expiration_seconds = 60
    with pytest.raises(errors.InvalidError, match="less than 10 minutes"):
        accounts.create_token("robot", request)


def test_ephemeral_containers_are_added_and_nothing_else_changes(
    clients: Clientset, namespace: str
) -> None:
    pods = clients.core_v1.pods(namespace)
    changed = pods.create(pod())
    changed.spec.ephemeral_containers = [EphemeralContainer(name="debug", image="busybox")]
    changed.spec.containers[0].image = "other"
    pods.update_ephemeral_containers("p", changed)
    stored = pods.get("p")
    assert [c.name for c in stored.spec.ephemeral_containers or ()] == ["debug"]
    assert stored.spec.containers[0].image == "i"


def test_a_resize_changes_the_resources_of_containers_alone(
    clients: Clientset, namespace: str
) -> None:
    pods = clients.core_v1.pods(namespace)
    wanted = pod()
    wanted.spec.containers[0].resources = ResourceRequirements(requests={"cpu": "1"})
    changed = pods.create(wanted)
    changed.spec.containers[0].resources = ResourceRequirements(requests={"cpu": "2"})
    changed.spec.containers[0].image = "other"
    pods.update_resize("p", changed)
    container = pods.get("p").spec.containers[0]
    assert (container.resources.requests, container.image) == ({"cpu": "2"}, "i")


def test_a_namespace_is_finalized(clients: Clientset, namespace: str) -> None:
    namespaces = clients.core_v1.namespaces()
    changed = namespaces.get(namespace)
    changed.spec.finalizers = ["example.com/mine", *(changed.spec.finalizers or ())]
    namespaces.finalize(namespace, changed)
    stored = namespaces.get(namespace)
    assert stored.spec.finalizers == ["example.com/mine", "kubernetes"]
    stored.spec.finalizers = ["kubernetes"]
    assert namespaces.finalize(namespace, stored).spec.finalizers == ["kubernetes"]


def test_a_signing_request_is_approved(clients: Clientset) -> None:
    requests = clients.certificates_v1.certificate_signing_requests()
    name = f"request-{secrets.token_hex(4)}"
    spec = CertificateSigningRequestSpec(
        request=signing_request(), signer_name="example.com/signer", usages=["client auth"]
    )
    created = requests.create(CertificateSigningRequest(metadata=ObjectMeta(name=name), spec=spec))
    created.status.conditions = [
        CertificateSigningRequestCondition(
            type="Approved",
            status="True",  # type: ignore[arg-type]
            reason="Tested",
        )
    ]
    approved = requests.update_approval(name, created)
    assert [c.type for c in approved.status.conditions or ()] == ["Approved"]
    assert approved.spec.signer_name == "example.com/signer"


async def test_the_asynchronous_clients_have_the_same_methods(environment, namespace: str) -> None:
    async with AsyncClientset.for_config(environment.config) as clients:
        deployments = clients.apps_v1.deployments(namespace)
        await deployments.create(deployment(1))
        scale = await deployments.get_scale("web")
        scale.spec.replicas = 3
        assert (await deployments.update_scale("web", scale)).spec.replicas == 3
        pods = clients.core_v1.pods(namespace)
        await pods.create(pod())
        eviction = Eviction(metadata=ObjectMeta(name="p"))
        assert (await pods.evict("p", eviction)).status == "Success"
