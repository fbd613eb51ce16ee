"""The least that a server takes of each built-in kind, as a program would write it."""

from __future__ import annotations

from datetime import UTC

import kube.api.admissionregistration.v1 as admission
import kube.api.apiextensions.v1 as extensions
import kube.api.apiregistration.v1 as registration
import kube.api.apps.v1 as apps
import kube.api.autoscaling.v1 as autoscaling_v1
import kube.api.autoscaling.v2 as autoscaling
import kube.api.batch.v1 as batch
import kube.api.certificates.v1 as certificates
import kube.api.coordination.v1 as coordination
import kube.api.core.v1 as core
import kube.api.discovery.v1 as discovery
import kube.api.events.v1 as events
import kube.api.flowcontrol.v1 as flowcontrol
import kube.api.networking.v1 as networking
import kube.api.node.v1 as node
import kube.api.policy.v1 as policy
import kube.api.rbac.v1 as rbac
import kube.api.resource.v1 as resource
import kube.api.scheduling.v1 as scheduling
import kube.api.storage.v1 as storage
from kube.api.meta.v1 import LabelSelector, MicroTime, ObjectMeta
from kube.runtime import Object

LABELS = {"app": "web"}
SELECTOR = LabelSelector(match_labels=LABELS)
POD = core.PodSpec(containers=[core.Container(name="web", image="web")])
TEMPLATE = core.PodTemplateSpec(metadata=ObjectMeta(labels=LABELS), spec=POD)
JOB = batch.JobSpec(
    template=core.PodTemplateSpec(
        spec=core.PodSpec(
            containers=[core.Container(name="job", image="job")],
            restart_policy=core.RestartPolicy.NEVER,
        )
    )
)
EXPRESSION = "true"
TARGET = autoscaling.CrossVersionObjectReference(
    api_version="apps/v1", kind="Deployment", name="web"
)
RULE = admission.RuleWithOperations(
    api_groups=["example.com"],
    api_versions=["v1"],
    resources=["widgets"],
    operations=[admission.OperationType.CREATE],
)
NAMED_RULE = admission.NamedRuleWithOperations(
    api_groups=["example.com"],
    api_versions=["v1"],
    resources=["widgets"],
    operations=[admission.OperationType.CREATE],
)
HOOK = admission.WebhookClientConfig(url="https://127.0.0.1:1/hook")
LIMITED = flowcontrol.LimitedPriorityLevelConfiguration(
    limit_response=flowcontrol.LimitResponse(type="Reject")
)
CLAIM = core.PersistentVolumeClaimSpec(
    access_modes=[core.PersistentVolumeAccessMode.READ_WRITE_ONCE],
    resources=core.VolumeResourceRequirements(requests={"storage": "1Gi"}),
)


def named(name: str, *, labels: dict[str, str] | None = None) -> ObjectMeta:
    return ObjectMeta(name=name, labels=labels)


def objects(namespace: str, signing_request: bytes) -> list[Object]:
    """One of each kind that can be stored."""
    name = f"built-in-{namespace}"
    about = core.ObjectReference(
        api_version="v1", kind="Namespace", name=namespace, namespace=namespace
    )
    return [
        core.ConfigMap(metadata=named("one"), data={"a": "b"}, binary_data={"c": b"\x00\xff"}),
        core.Secret(metadata=named("one"), data={"password": b"secret"}, type="Opaque"),
        core.Service(
            metadata=named("one"),
            spec=core.ServiceSpec(ports=[core.ServicePort(port=80, target_port="http")]),
        ),
        core.ServiceAccount(metadata=named("one")),
        core.Endpoints(metadata=named("two")),
        core.LimitRange(
            metadata=named("one"),
            spec=core.LimitRangeSpec(
                limits=[core.LimitRangeItem(type="Pod", max={"example.com/gpus": "100"})]
            ),
        ),
        core.ResourceQuota(
            metadata=named("one"), spec=core.ResourceQuotaSpec(hard={"example.com/gpus": 10})
        ),
        core.Pod(metadata=named("one"), spec=POD),
        core.PodTemplate(metadata=named("one"), template=TEMPLATE),
        core.ReplicationController(
            metadata=named("one"),
            spec=core.ReplicationControllerSpec(replicas=0, selector=LABELS, template=TEMPLATE),
        ),
        core.PersistentVolumeClaim(metadata=named("one"), spec=CLAIM),
        core.PersistentVolume(
            metadata=named(name),
            spec=core.PersistentVolumeSpec(
                access_modes=[core.PersistentVolumeAccessMode.READ_WRITE_ONCE],
                capacity={"storage": "1Gi"},
                host_path=core.HostPathVolumeSource(path="/tmp/none"),
            ),
        ),
        core.Event(
            metadata=named("one"),
            involved_object=about,
            reason="Tested",
            message="a test has run",
            type="Normal",
        ),
        core.Node(metadata=named(name)),
        core.Namespace(metadata=named(name)),
        apps.Deployment(
            metadata=named("one"),
            spec=apps.DeploymentSpec(replicas=0, selector=SELECTOR, template=TEMPLATE),
        ),
        apps.ReplicaSet(
            metadata=named("one"),
            spec=apps.ReplicaSetSpec(replicas=0, selector=SELECTOR, template=TEMPLATE),
        ),
        apps.StatefulSet(
            metadata=named("one"),
            spec=apps.StatefulSetSpec(
                replicas=0,
                selector=SELECTOR,
                template=TEMPLATE,
                volume_claim_templates=[
                    core.PersistentVolumeClaim(metadata=named("data"), spec=CLAIM)
                ],
            ),
        ),
        apps.DaemonSet(
            metadata=named("one"), spec=apps.DaemonSetSpec(selector=SELECTOR, template=TEMPLATE)
        ),
        apps.ControllerRevision(metadata=named("one"), revision=1, data={"a": 1}),
        batch.Job(metadata=named("one"), spec=JOB),
        batch.CronJob(
            metadata=named("one"),
            spec=batch.CronJobSpec(
                schedule="0 0 * * *", job_template=batch.JobTemplateSpec(spec=JOB), suspend=True
            ),
        ),
        autoscaling.HorizontalPodAutoscaler(
            metadata=named("two"),
            spec=autoscaling.HorizontalPodAutoscalerSpec(max_replicas=2, scale_target_ref=TARGET),
        ),
        autoscaling_v1.HorizontalPodAutoscaler(
            metadata=named("one"),
            spec=autoscaling_v1.HorizontalPodAutoscalerSpec(
                max_replicas=2,
                scale_target_ref=autoscaling_v1.CrossVersionObjectReference(
                    api_version="apps/v1", kind="Deployment", name="web"
                ),
            ),
        ),
        coordination.Lease(
            metadata=named("one"), spec=coordination.LeaseSpec(holder_identity="me")
        ),
        discovery.EndpointSlice(
            metadata=named("one"),
            address_type=discovery.AddressType.IPV4,
            endpoints=[],
        ),
        events.Event(
            metadata=named("two"),
            event_time=MicroTime(2026, 1, 2, tzinfo=UTC),
            reporting_controller="example.com/tests",
            reporting_instance="tests-1",
            action="Testing",
            reason="Tested",
            type="Normal",
            regarding=about,
        ),
        networking.Ingress(
            metadata=named("one"),
            spec=networking.IngressSpec(
                default_backend=networking.IngressBackend(
                    service=networking.IngressServiceBackend(
                        name="web", port=networking.ServiceBackendPort(number=80)
                    )
                )
            ),
        ),
        networking.IngressClass(
            metadata=named(name), spec=networking.IngressClassSpec(controller="example.com/tests")
        ),
        networking.NetworkPolicy(
            metadata=named("one"),
            spec=networking.NetworkPolicySpec(
                ingress=[
                    networking.NetworkPolicyIngressRule(
                        from_=[networking.NetworkPolicyPeer(pod_selector=SELECTOR)]
                    )
                ]
            ),
        ),
        networking.IPAddress(
            metadata=named("203.0.113.7"),
            spec=networking.IPAddressSpec(
                parent_ref=networking.ParentReference(
                    resource="services", name="one", namespace=namespace
                )
            ),
        ),
        networking.ServiceCIDR(
            metadata=named(name), spec=networking.ServiceCIDRSpec(cidrs=["203.0.113.0/24"])
        ),
        node.RuntimeClass(metadata=named(name), handler="tests"),
        policy.PodDisruptionBudget(
            metadata=named("one"),
            spec=policy.PodDisruptionBudgetSpec(min_available="50%", selector=SELECTOR),
        ),
        rbac.Role(
            metadata=named("one"),
            rules=[rbac.PolicyRule(api_groups=[""], resources=["pods"], verbs=["get"])],
        ),
        rbac.ClusterRole(metadata=named(name), rules=[]),
        rbac.RoleBinding(
            metadata=named("one"),
            role_ref=rbac.RoleRef(api_group="rbac.authorization.k8s.io", kind="Role", name="one"),
            subjects=[rbac.Subject(kind="ServiceAccount", name="one", namespace=namespace)],
        ),
        rbac.ClusterRoleBinding(
            metadata=named(name),
            role_ref=rbac.RoleRef(
                api_group="rbac.authorization.k8s.io", kind="ClusterRole", name=name
            ),
        ),
        scheduling.PriorityClass(metadata=named(name), value=7),
        storage.StorageClass(metadata=named(name), provisioner="example.com/tests"),
        storage.CSIDriver(
            metadata=named(f"{name}.example.com"), spec=storage.CSIDriverSpec(attach_required=False)
        ),
        storage.CSINode(metadata=named(name), spec=storage.CSINodeSpec(drivers=[])),
        storage.CSIStorageCapacity(metadata=named("one"), storage_class_name=name, capacity="1Gi"),
        storage.VolumeAttachment(
            metadata=named(name),
            spec=storage.VolumeAttachmentSpec(
                attacher="tests.example.com",
                node_name=name,
                source=storage.VolumeAttachmentSource(persistent_volume_name=name),
            ),
        ),
        storage.VolumeAttributesClass(
            metadata=named(name), driver_name="example.com", parameters={"iops": "100"}
        ),
        flowcontrol.PriorityLevelConfiguration(
            metadata=named(name),
            spec=flowcontrol.PriorityLevelConfigurationSpec(type="Limited", limited=LIMITED),
        ),
        flowcontrol.FlowSchema(
            metadata=named(name),
            spec=flowcontrol.FlowSchemaSpec(
                priority_level_configuration=flowcontrol.PriorityLevelConfigurationReference(
                    name="global-default"
                ),
                matching_precedence=9000,
            ),
        ),
        certificates.CertificateSigningRequest(
            metadata=named(name),
            spec=certificates.CertificateSigningRequestSpec(
                request=signing_request,
                signer_name="example.com/tests",
                usages=[certificates.KeyUsage.CLIENT_AUTH],
            ),
        ),
        resource.DeviceClass(
            metadata=named(name),
            spec=resource.DeviceClassSpec(
                selectors=[
                    resource.DeviceSelector(cel=resource.CELDeviceSelector(expression=EXPRESSION))
                ]
            ),
        ),
        resource.ResourceClaim(metadata=named("one"), spec=_claim(name)),
        resource.ResourceClaimTemplate(
            metadata=named("one"), spec=resource.ResourceClaimTemplateSpec(spec=_claim(name))
        ),
        resource.ResourceSlice(
            metadata=named(name),
            spec=resource.ResourceSliceSpec(
                driver="example.com",
                node_name=name,
                pool=resource.ResourcePool(name="one", generation=1, resource_slice_count=1),
            ),
        ),
        admission.ValidatingWebhookConfiguration(
            metadata=named(name),
            webhooks=[
                admission.ValidatingWebhook(
                    name="tests.example.com",
                    admission_review_versions=["v1"],
                    client_config=HOOK,
                    rules=[RULE],
                    side_effects=admission.SideEffectClass.NONE,
                )
            ],
        ),
        admission.MutatingWebhookConfiguration(
            metadata=named(name),
            webhooks=[
                admission.MutatingWebhook(
                    name="tests.example.com",
                    admission_review_versions=["v1"],
                    client_config=HOOK,
                    rules=[RULE],
                    side_effects=admission.SideEffectClass.NONE,
                )
            ],
        ),
        admission.ValidatingAdmissionPolicy(
            metadata=named(name),
            spec=admission.ValidatingAdmissionPolicySpec(
                match_constraints=admission.MatchResources(resource_rules=[NAMED_RULE]),
                validations=[admission.Validation(expression=EXPRESSION)],
            ),
        ),
        admission.ValidatingAdmissionPolicyBinding(
            metadata=named(name),
            spec=admission.ValidatingAdmissionPolicyBindingSpec(
                policy_name=name, validation_actions=[admission.ValidationAction.DENY]
            ),
        ),
        admission.MutatingAdmissionPolicy(
            metadata=named(name),
            spec=admission.MutatingAdmissionPolicySpec(
                match_constraints=admission.MatchResources(resource_rules=[NAMED_RULE]),
                reinvocation_policy=admission.ReinvocationPolicyType.NEVER,
                mutations=[
                    admission.Mutation(
                        patch_type=admission.PatchType.APPLY_CONFIGURATION,
                        apply_configuration=admission.ApplyConfiguration(
                            expression='Object{metadata: Object.metadata{labels: {"a": "b"}}}'
                        ),
                    )
                ],
            ),
        ),
        admission.MutatingAdmissionPolicyBinding(
            metadata=named(name),
            spec=admission.MutatingAdmissionPolicyBindingSpec(policy_name=name),
        ),
        extensions.CustomResourceDefinition(
            metadata=named(f"parts.{namespace}.example.com"),
            spec=extensions.CustomResourceDefinitionSpec(
                group=f"{namespace}.example.com",
                names=extensions.CustomResourceDefinitionNames(kind="Part", plural="parts"),
                scope=extensions.ResourceScope.NAMESPACED,
                versions=[
                    extensions.CustomResourceDefinitionVersion(
                        name="v1",
                        served=True,
                        storage=True,
                        schema=extensions.CustomResourceValidation(
                            open_api_v3_schema=extensions.JSONSchemaProps(
                                type="object",
                                properties={
                                    "spec": extensions.JSONSchemaProps(
                                        type="object",
                                        x_kubernetes_preserve_unknown_fields=True,
                                    )
                                },
                            )
                        ),
                    )
                ],
            ),
        ),
        registration.APIService(
            metadata=named(f"v1.{namespace}.example.org"),
            spec=registration.APIServiceSpec(
                group=f"{namespace}.example.org",
                version="v1",
                group_priority_minimum=1000,
                version_priority=10,
                insecure_skip_tls_verify=True,
                service=registration.ServiceReference(namespace=namespace, name="none"),
            ),
        ),
    ]


def _claim(name: str) -> resource.ResourceClaimSpec:
    request = resource.DeviceRequest(
        name="one", exactly=resource.ExactDeviceRequest(device_class_name=name)
    )
    return resource.ResourceClaimSpec(devices=resource.DeviceClaim(requests=[request]))
