"""Types of every built-in group, by value, as a CRD has them."""

from __future__ import annotations

import kube.api.admissionregistration.v1 as admissionregistration
import kube.api.apps.v1 as apps
import kube.api.authentication.v1 as authentication
import kube.api.authorization.v1 as authorization
import kube.api.autoscaling.v1 as autoscaling
import kube.api.autoscaling.v2 as autoscalingv2
import kube.api.batch.v1 as batch
import kube.api.certificates.v1 as certificates
import kube.api.coordination.v1 as coordination
import kube.api.core.v1 as core
import kube.api.discovery.v1 as discovery
import kube.api.flowcontrol.v1 as flowcontrol
import kube.api.networking.v1 as networking
import kube.api.node.v1 as node
import kube.api.policy.v1 as policy
import kube.api.rbac.v1 as rbac
import kube.api.resource.v1 as resource
import kube.api.storage.v1 as storage
from kube.runtime import Object, Struct, field


class SampleSpec(Struct):
    """SampleSpec has types of every built-in group."""

    core_pod_template_spec: core.PodTemplateSpec = field(name="corePodTemplateSpec")
    core_pod_status: core.PodStatus = field(name="corePodStatus")
    core_persistent_volume_claim_spec: core.PersistentVolumeClaimSpec = field(
        name="corePersistentVolumeClaimSpec"
    )
    core_persistent_volume_claim_status: core.PersistentVolumeClaimStatus = field(
        name="corePersistentVolumeClaimStatus"
    )
    core_persistent_volume_spec: core.PersistentVolumeSpec = field(name="corePersistentVolumeSpec")
    core_service_spec: core.ServiceSpec = field(name="coreServiceSpec")
    core_service_status: core.ServiceStatus = field(name="coreServiceStatus")
    core_node_spec: core.NodeSpec = field(name="coreNodeSpec")
    core_node_status: core.NodeStatus = field(name="coreNodeStatus")
    core_namespace_spec: core.NamespaceSpec = field(name="coreNamespaceSpec")
    core_namespace_status: core.NamespaceStatus = field(name="coreNamespaceStatus")
    core_resource_quota_spec: core.ResourceQuotaSpec = field(name="coreResourceQuotaSpec")
    core_limit_range_spec: core.LimitRangeSpec = field(name="coreLimitRangeSpec")
    core_secret: core.Secret = field(name="coreSecret")
    core_config_map: core.ConfigMap = field(name="coreConfigMap")
    core_scope_selector: core.ScopeSelector = field(name="coreScopeSelector")
    core_object_reference: core.ObjectReference = field(name="coreObjectReference")
    core_event_source: core.EventSource = field(name="coreEventSource")
    core_typed_object_reference: core.TypedObjectReference = field(name="coreTypedObjectReference")
    apps_deployment_strategy: apps.DeploymentStrategy = field(name="appsDeploymentStrategy")
    apps_deployment_status: apps.DeploymentStatus = field(name="appsDeploymentStatus")
    apps_stateful_set_update_strategy: apps.StatefulSetUpdateStrategy = field(
        name="appsStatefulSetUpdateStrategy"
    )
    apps_stateful_set_status: apps.StatefulSetStatus = field(name="appsStatefulSetStatus")
    apps_stateful_set_ordinals: apps.StatefulSetOrdinals = field(name="appsStatefulSetOrdinals")
    apps_stateful_set_persistent_volume_claim_retention_policy: apps.StatefulSetPersistentVolumeClaimRetentionPolicy = field(
        name="appsStatefulSetPersistentVolumeClaimRetentionPolicy"
    )
    apps_daemon_set_update_strategy: apps.DaemonSetUpdateStrategy = field(
        name="appsDaemonSetUpdateStrategy"
    )
    apps_daemon_set_status: apps.DaemonSetStatus = field(name="appsDaemonSetStatus")
    apps_replica_set_status: apps.ReplicaSetStatus = field(name="appsReplicaSetStatus")
    batch_pod_failure_policy: batch.PodFailurePolicy = field(name="batchPodFailurePolicy")
    batch_success_policy: batch.SuccessPolicy = field(name="batchSuccessPolicy")
    batch_job_status: batch.JobStatus = field(name="batchJobStatus")
    batch_cron_job_status: batch.CronJobStatus = field(name="batchCronJobStatus")
    batch_uncounted_terminated_pods: batch.UncountedTerminatedPods = field(
        name="batchUncountedTerminatedPods"
    )
    networking_ingress_spec: networking.IngressSpec = field(name="networkingIngressSpec")
    networking_ingress_status: networking.IngressStatus = field(name="networkingIngressStatus")
    networking_network_policy_spec: networking.NetworkPolicySpec = field(
        name="networkingNetworkPolicySpec"
    )
    networking_ingress_class_spec: networking.IngressClassSpec = field(
        name="networkingIngressClassSpec"
    )
    networking_ip_address_spec: networking.IPAddressSpec = field(name="networkingIPAddressSpec")
    networking_service_cidr_spec: networking.ServiceCIDRSpec = field(
        name="networkingServiceCIDRSpec"
    )
    networking_service_cidr_status: networking.ServiceCIDRStatus = field(
        name="networkingServiceCIDRStatus"
    )
    rbac_policy_rule: rbac.PolicyRule = field(name="rbacPolicyRule")
    rbac_role_ref: rbac.RoleRef = field(name="rbacRoleRef")
    rbac_subject: rbac.Subject = field(name="rbacSubject")
    rbac_aggregation_rule: rbac.AggregationRule = field(name="rbacAggregationRule")
    policy_pod_disruption_budget_spec: policy.PodDisruptionBudgetSpec = field(
        name="policyPodDisruptionBudgetSpec"
    )
    policy_pod_disruption_budget_status: policy.PodDisruptionBudgetStatus = field(
        name="policyPodDisruptionBudgetStatus"
    )
    autoscaling_horizontal_pod_autoscaler_spec: autoscaling.HorizontalPodAutoscalerSpec = field(
        name="autoscalingHorizontalPodAutoscalerSpec"
    )
    autoscaling_horizontal_pod_autoscaler_status: autoscaling.HorizontalPodAutoscalerStatus = field(
        name="autoscalingHorizontalPodAutoscalerStatus"
    )
    autoscaling_scale: autoscaling.Scale = field(name="autoscalingScale")
    storage_csi_driver_spec: storage.CSIDriverSpec = field(name="storageCSIDriverSpec")
    storage_csi_node_spec: storage.CSINodeSpec = field(name="storageCSINodeSpec")
    storage_volume_attachment_status: storage.VolumeAttachmentStatus = field(
        name="storageVolumeAttachmentStatus"
    )
    storage_storage_class: storage.StorageClass = field(name="storageStorageClass")
    storage_csi_storage_capacity: storage.CSIStorageCapacity = field(
        name="storageCSIStorageCapacity"
    )
    resource_resource_claim_spec: resource.ResourceClaimSpec = field(
        name="resourceResourceClaimSpec"
    )
    resource_device_class_spec: resource.DeviceClassSpec = field(name="resourceDeviceClassSpec")
    resource_resource_slice_spec: resource.ResourceSliceSpec = field(
        name="resourceResourceSliceSpec"
    )
    admissionregistration_mutating_webhook: admissionregistration.MutatingWebhook = field(
        name="admissionregistrationMutatingWebhook"
    )
    admissionregistration_validating_webhook: admissionregistration.ValidatingWebhook = field(
        name="admissionregistrationValidatingWebhook"
    )
    admissionregistration_validating_admission_policy_spec: admissionregistration.ValidatingAdmissionPolicySpec = field(
        name="admissionregistrationValidatingAdmissionPolicySpec"
    )
    admissionregistration_validating_admission_policy_status: admissionregistration.ValidatingAdmissionPolicyStatus = field(
        name="admissionregistrationValidatingAdmissionPolicyStatus"
    )
    admissionregistration_validating_admission_policy_binding_spec: admissionregistration.ValidatingAdmissionPolicyBindingSpec = field(
        name="admissionregistrationValidatingAdmissionPolicyBindingSpec"
    )
    admissionregistration_mutating_admission_policy_spec: admissionregistration.MutatingAdmissionPolicySpec = field(
        name="admissionregistrationMutatingAdmissionPolicySpec"
    )
    discovery_endpoint: discovery.Endpoint = field(name="discoveryEndpoint")
    discovery_endpoint_port: discovery.EndpointPort = field(name="discoveryEndpointPort")
    flowcontrol_flow_schema_spec: flowcontrol.FlowSchemaSpec = field(
        name="flowcontrolFlowSchemaSpec"
    )
    flowcontrol_priority_level_configuration_spec: flowcontrol.PriorityLevelConfigurationSpec = (
        field(name="flowcontrolPriorityLevelConfigurationSpec")
    )
    certificates_certificate_signing_request_spec: certificates.CertificateSigningRequestSpec = (
        field(name="certificatesCertificateSigningRequestSpec")
    )
    certificates_certificate_signing_request_status: certificates.CertificateSigningRequestStatus = field(
        name="certificatesCertificateSigningRequestStatus"
    )
    coordination_lease_spec: coordination.LeaseSpec = field(name="coordinationLeaseSpec")
    authentication_token_review_spec: authentication.TokenReviewSpec = field(
        name="authenticationTokenReviewSpec"
    )
    authentication_token_review_status: authentication.TokenReviewStatus = field(
        name="authenticationTokenReviewStatus"
    )
    authentication_token_request_spec: authentication.TokenRequestSpec = field(
        name="authenticationTokenRequestSpec"
    )
    authorization_subject_access_review_spec: authorization.SubjectAccessReviewSpec = field(
        name="authorizationSubjectAccessReviewSpec"
    )
    authorization_self_subject_access_review_spec: authorization.SelfSubjectAccessReviewSpec = (
        field(name="authorizationSelfSubjectAccessReviewSpec")
    )
    authorization_subject_rules_review_status: authorization.SubjectRulesReviewStatus = field(
        name="authorizationSubjectRulesReviewStatus"
    )
    node_overhead: node.Overhead = field(name="nodeOverhead")
    node_scheduling: node.Scheduling = field(name="nodeScheduling")
    autoscalingv2_horizontal_pod_autoscaler_spec: autoscalingv2.HorizontalPodAutoscalerSpec = field(
        name="autoscalingv2HorizontalPodAutoscalerSpec"
    )
    autoscalingv2_horizontal_pod_autoscaler_status: autoscalingv2.HorizontalPodAutoscalerStatus = (
        field(name="autoscalingv2HorizontalPodAutoscalerStatus")
    )


class Sample(Object):
    """Sample is a sample."""

    spec: SampleSpec
