"""A Pod and all that it is made of, after k8s.io/api/core/v1/types.go.

Fields that no running Pod of the samples has are there as well, for an absent field costs, too.
"""

from __future__ import annotations

from kube.api.meta.v1 import ConditionStatus, LabelSelector, Time
from kube.runtime import Int32, Int64, IntOrString, Object, ObjectList, OpenEnum, Struct, field


class LocalObjectReference(Struct):
    name: str = ""


class KeySelector(Struct):
    """A key of a ConfigMap or a Secret."""

    key: str
    name: str = ""
    optional: bool | None = None


class ObjectFieldSelector(Struct):
    field_path: str
    api_version: str = ""


class ResourceFieldSelector(Struct):
    resource: str
    container_name: str = ""
    divisor: str = ""


class EnvVarSource(Struct):
    field_ref: ObjectFieldSelector | None = None
    resource_field_ref: ResourceFieldSelector | None = None
    config_map_key_ref: KeySelector | None = None
    secret_key_ref: KeySelector | None = None


class EnvVar(Struct):
    name: str
    value: str = ""
    value_from: EnvVarSource | None = None


class ReferencedEnv(Struct):
    name: str = ""
    optional: bool | None = None


class EnvFromSource(Struct):
    prefix: str = ""
    config_map_ref: ReferencedEnv | None = None
    secret_ref: ReferencedEnv | None = None


class ContainerPort(Struct):
    container_port: Int32
    name: str = ""
    host_port: Int32 = 0
    protocol: str = ""
    host_ip: str = field(default="", name="hostIP")


class ResourceClaim(Struct):
    name: str
    request: str = ""


class ResourceRequirements(Struct):
    limits: dict[str, str] | None = None
    requests: dict[str, str] | None = None
    claims: list[ResourceClaim] | None = None


class VolumeMount(Struct):
    name: str
    mount_path: str
    read_only: bool = False
    recursive_read_only: str | None = None
    sub_path: str = ""
    sub_path_expr: str = ""
    mount_propagation: str | None = None


class VolumeDevice(Struct):
    name: str
    device_path: str


class HTTPHeader(Struct):
    name: str
    value: str


class HTTPGetAction(Struct):
    port: IntOrString
    path: str = ""
    host: str = ""
    scheme: str = ""
    http_headers: list[HTTPHeader] | None = None


class ExecAction(Struct):
    command: list[str] | None = None


class TCPSocketAction(Struct):
    port: IntOrString
    host: str = ""


class GRPCAction(Struct):
    port: Int32
    service: str | None = None


class Probe(Struct):
    exec: ExecAction | None = None
    http_get: HTTPGetAction | None = None
    tcp_socket: TCPSocketAction | None = None
    grpc: GRPCAction | None = None
    initial_delay_seconds: Int32 = 0
    timeout_seconds: Int32 = 0
    period_seconds: Int32 = 0
    success_threshold: Int32 = 0
    failure_threshold: Int32 = 0
    termination_grace_period_seconds: Int64 | None = None


class SleepAction(Struct):
    seconds: Int64


class LifecycleHandler(Struct):
    exec: ExecAction | None = None
    http_get: HTTPGetAction | None = None
    tcp_socket: TCPSocketAction | None = None
    sleep: SleepAction | None = None


class Lifecycle(Struct):
    post_start: LifecycleHandler | None = None
    pre_stop: LifecycleHandler | None = None
    stop_signal: str | None = None


class Capabilities(Struct):
    add: list[str] | None = None
    drop: list[str] | None = None


class SELinuxOptions(Struct):
    user: str = ""
    role: str = ""
    type: str = ""
    level: str = ""


class SecurityProfile(Struct):
    """A seccomp or AppArmor profile."""

    type: str
    localhost_profile: str | None = None


class SecurityContext(Struct):
    capabilities: Capabilities | None = None
    privileged: bool | None = None
    se_linux_options: SELinuxOptions | None = None
    run_as_user: Int64 | None = None
    run_as_group: Int64 | None = None
    run_as_non_root: bool | None = None
    read_only_root_filesystem: bool | None = None
    allow_privilege_escalation: bool | None = None
    proc_mount: str | None = None
    seccomp_profile: SecurityProfile | None = None
    app_armor_profile: SecurityProfile | None = None


class ContainerResizePolicy(Struct):
    resource_name: str
    restart_policy: str


class Container(Struct):
    name: str
    image: str = ""
    command: list[str] | None = None
    args: list[str] | None = None
    working_dir: str = ""
    ports: list[ContainerPort] | None = None
    env_from: list[EnvFromSource] | None = None
    env: list[EnvVar] | None = None
    resources: ResourceRequirements = field(default_factory=ResourceRequirements)
    resize_policy: list[ContainerResizePolicy] | None = None
    restart_policy: str | None = None
    volume_mounts: list[VolumeMount] | None = None
    volume_devices: list[VolumeDevice] | None = None
    liveness_probe: Probe | None = None
    readiness_probe: Probe | None = None
    startup_probe: Probe | None = None
    lifecycle: Lifecycle | None = None
    termination_message_path: str = ""
    termination_message_policy: str = ""
    image_pull_policy: str = ""
    security_context: SecurityContext | None = None
    stdin: bool = False
    stdin_once: bool = False
    tty: bool = False


class KeyToPath(Struct):
    key: str
    path: str
    mode: Int32 | None = None


class ConfigMapVolumeSource(Struct):
    name: str = ""
    items: list[KeyToPath] | None = None
    default_mode: Int32 | None = None
    optional: bool | None = None


class SecretVolumeSource(Struct):
    secret_name: str = ""
    items: list[KeyToPath] | None = None
    default_mode: Int32 | None = None
    optional: bool | None = None


class EmptyDirVolumeSource(Struct):
    medium: str = ""
    size_limit: str | None = None


class HostPathVolumeSource(Struct):
    path: str
    type: str | None = None


class PersistentVolumeClaimVolumeSource(Struct):
    claim_name: str
    read_only: bool = False


class ServiceAccountTokenProjection(Struct):
    path: str
    audience: str = ""
    expiration_seconds: Int64 | None = None


class KeysProjection(Struct):
    name: str = ""
    items: list[KeyToPath] | None = None
    optional: bool | None = None


class DownwardAPIVolumeFile(Struct):
    path: str
    field_ref: ObjectFieldSelector | None = None
    resource_field_ref: ResourceFieldSelector | None = None
    mode: Int32 | None = None


class DownwardAPIProjection(Struct):
    items: list[DownwardAPIVolumeFile] | None = None


class VolumeProjection(Struct):
    secret: KeysProjection | None = None
    downward_api: DownwardAPIProjection | None = field(default=None, name="downwardAPI")
    config_map: KeysProjection | None = None
    service_account_token: ServiceAccountTokenProjection | None = None


class ProjectedVolumeSource(Struct):
    sources: list[VolumeProjection] | None = None
    default_mode: Int32 | None = None


class Volume(Struct):
    name: str
    host_path: HostPathVolumeSource | None = None
    empty_dir: EmptyDirVolumeSource | None = None
    secret: SecretVolumeSource | None = None
    persistent_volume_claim: PersistentVolumeClaimVolumeSource | None = None
    config_map: ConfigMapVolumeSource | None = None
    projected: ProjectedVolumeSource | None = None


class NodeSelectorRequirement(Struct):
    key: str
    operator: str
    values: list[str] | None = None


class NodeSelectorTerm(Struct):
    match_expressions: list[NodeSelectorRequirement] | None = None
    match_fields: list[NodeSelectorRequirement] | None = None


class NodeSelector(Struct):
    node_selector_terms: list[NodeSelectorTerm]


class PreferredSchedulingTerm(Struct):
    weight: Int32
    preference: NodeSelectorTerm


class NodeAffinity(Struct):
    required_during_scheduling_ignored_during_execution: NodeSelector | None = None
    preferred_during_scheduling_ignored_during_execution: list[PreferredSchedulingTerm] | None = (
        None
    )


class PodAffinityTerm(Struct):
    topology_key: str
    label_selector: LabelSelector | None = None
    namespaces: list[str] | None = None
    namespace_selector: LabelSelector | None = None


class WeightedPodAffinityTerm(Struct):
    weight: Int32
    pod_affinity_term: PodAffinityTerm


class PodAffinity(Struct):
    """Affinity to other Pods, or the opposite."""

    required_during_scheduling_ignored_during_execution: list[PodAffinityTerm] | None = None
    preferred_during_scheduling_ignored_during_execution: list[WeightedPodAffinityTerm] | None = (
        None
    )


class Affinity(Struct):
    node_affinity: NodeAffinity | None = None
    pod_affinity: PodAffinity | None = None
    pod_anti_affinity: PodAffinity | None = None


class Toleration(Struct):
    key: str = ""
    operator: str = ""
    value: str = ""
    effect: str = ""
    toleration_seconds: Int64 | None = None


class TopologySpreadConstraint(Struct):
    max_skew: Int32
    topology_key: str
    when_unsatisfiable: str
    label_selector: LabelSelector | None = None
    min_domains: Int32 | None = None


class Sysctl(Struct):
    name: str
    value: str


class PodSecurityContext(Struct):
    se_linux_options: SELinuxOptions | None = None
    run_as_user: Int64 | None = None
    run_as_group: Int64 | None = None
    run_as_non_root: bool | None = None
    supplemental_groups: list[Int64] | None = None
    fs_group: Int64 | None = None
    fs_group_change_policy: str | None = None
    sysctls: list[Sysctl] | None = None
    seccomp_profile: SecurityProfile | None = None


class HostAlias(Struct):
    ip: str
    hostnames: list[str] | None = None


class PodDNSConfigOption(Struct):
    name: str = ""
    value: str | None = None


class PodDNSConfig(Struct):
    nameservers: list[str] | None = None
    searches: list[str] | None = None
    options: list[PodDNSConfigOption] | None = None


class PodReadinessGate(Struct):
    condition_type: str


class PodSpec(Struct):
    containers: list[Container]
    volumes: list[Volume] | None = None
    init_containers: list[Container] | None = None
    restart_policy: str = ""
    termination_grace_period_seconds: Int64 | None = None
    active_deadline_seconds: Int64 | None = None
    dns_policy: str = ""
    node_selector: dict[str, str] | None = None
    service_account_name: str = ""
    service_account: str = ""
    automount_service_account_token: bool | None = None
    node_name: str = ""
    host_network: bool = False
    host_pid: bool = field(default=False, name="hostPID")
    host_ipc: bool = field(default=False, name="hostIPC")
    share_process_namespace: bool | None = None
    security_context: PodSecurityContext | None = None
    image_pull_secrets: list[LocalObjectReference] | None = None
    hostname: str = ""
    subdomain: str = ""
    affinity: Affinity | None = None
    scheduler_name: str = ""
    tolerations: list[Toleration] | None = None
    host_aliases: list[HostAlias] | None = None
    priority_class_name: str = ""
    priority: Int32 | None = None
    dns_config: PodDNSConfig | None = None
    readiness_gates: list[PodReadinessGate] | None = None
    runtime_class_name: str | None = None
    enable_service_links: bool | None = None
    preemption_policy: str | None = None
    overhead: dict[str, str] | None = None
    topology_spread_constraints: list[TopologySpreadConstraint] | None = None
    set_hostname_as_fqdn: bool | None = field(default=None, name="setHostnameAsFQDN")
    host_users: bool | None = None


class PodPhase(OpenEnum):
    PENDING = "Pending"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    FAILED = "Failed"
    UNKNOWN = "Unknown"


class PodCondition(Struct):
    type: str
    status: ConditionStatus
    observed_generation: Int64 = 0
    last_probe_time: Time | None = None
    last_transition_time: Time | None = None
    reason: str = ""
    message: str = ""


class ContainerStateWaiting(Struct):
    reason: str = ""
    message: str = ""


class ContainerStateRunning(Struct):
    started_at: Time | None = None


class ContainerStateTerminated(Struct):
    exit_code: Int32
    signal: Int32 = 0
    reason: str = ""
    message: str = ""
    started_at: Time | None = None
    finished_at: Time | None = None
    container_id: str = field(default="", name="containerID")


class ContainerState(Struct):
    waiting: ContainerStateWaiting | None = None
    running: ContainerStateRunning | None = None
    terminated: ContainerStateTerminated | None = None


class VolumeMountStatus(Struct):
    name: str
    mount_path: str
    read_only: bool = False
    recursive_read_only: str | None = None


class ContainerStatus(Struct):
    name: str
    ready: bool
    restart_count: Int32
    image: str
    image_id: str = field(name="imageID")
    state: ContainerState = field(default_factory=ContainerState)
    last_state: ContainerState = field(default_factory=ContainerState)
    container_id: str = field(default="", name="containerID")
    started: bool | None = None
    allocated_resources: dict[str, str] | None = None
    resources: ResourceRequirements | None = None
    volume_mounts: list[VolumeMountStatus] | None = None


class PodIP(Struct):
    ip: str = ""


class HostIP(Struct):
    ip: str = ""


class PodStatus(Struct):
    observed_generation: Int64 = 0
    phase: PodPhase | None = None
    conditions: list[PodCondition] | None = None
    message: str = ""
    reason: str = ""
    nominated_node_name: str = ""
    host_ip: str = field(default="", name="hostIP")
    host_ips: list[HostIP] | None = field(default=None, name="hostIPs")
    pod_ip: str = field(default="", name="podIP")
    pod_ips: list[PodIP] | None = field(default=None, name="podIPs")
    start_time: Time | None = None
    init_container_statuses: list[ContainerStatus] | None = None
    container_statuses: list[ContainerStatus] | None = None
    qos_class: str = ""
    ephemeral_container_statuses: list[ContainerStatus] | None = None
    resize: str = ""


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class Pod(Object):
    """Containers that run together on one node."""

    spec: PodSpec
    status: PodStatus = field(default_factory=PodStatus)


# +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
class PodList(ObjectList[Pod]):
    """A list of Pods."""
