// +groupName=built-in.example.com
package v1

import (
	admissionregistration "k8s.io/api/admissionregistration/v1"
	apps "k8s.io/api/apps/v1"
	authentication "k8s.io/api/authentication/v1"
	authorization "k8s.io/api/authorization/v1"
	autoscaling "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batch "k8s.io/api/batch/v1"
	certificates "k8s.io/api/certificates/v1"
	coordination "k8s.io/api/coordination/v1"
	core "k8s.io/api/core/v1"
	discovery "k8s.io/api/discovery/v1"
	flowcontrol "k8s.io/api/flowcontrol/v1"
	networking "k8s.io/api/networking/v1"
	node "k8s.io/api/node/v1"
	policy "k8s.io/api/policy/v1"
	rbac "k8s.io/api/rbac/v1"
	resource "k8s.io/api/resource/v1"
	storage "k8s.io/api/storage/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// SampleSpec has types of every built-in group.
type SampleSpec struct {
	CorePodTemplateSpec                                       core.PodTemplateSpec                                       `json:"corePodTemplateSpec"`
	CorePodStatus                                             core.PodStatus                                             `json:"corePodStatus"`
	CorePersistentVolumeClaimSpec                             core.PersistentVolumeClaimSpec                             `json:"corePersistentVolumeClaimSpec"`
	CorePersistentVolumeClaimStatus                           core.PersistentVolumeClaimStatus                           `json:"corePersistentVolumeClaimStatus"`
	CorePersistentVolumeSpec                                  core.PersistentVolumeSpec                                  `json:"corePersistentVolumeSpec"`
	CoreServiceSpec                                           core.ServiceSpec                                           `json:"coreServiceSpec"`
	CoreServiceStatus                                         core.ServiceStatus                                         `json:"coreServiceStatus"`
	CoreNodeSpec                                              core.NodeSpec                                              `json:"coreNodeSpec"`
	CoreNodeStatus                                            core.NodeStatus                                            `json:"coreNodeStatus"`
	CoreNamespaceSpec                                         core.NamespaceSpec                                         `json:"coreNamespaceSpec"`
	CoreNamespaceStatus                                       core.NamespaceStatus                                       `json:"coreNamespaceStatus"`
	CoreResourceQuotaSpec                                     core.ResourceQuotaSpec                                     `json:"coreResourceQuotaSpec"`
	CoreLimitRangeSpec                                        core.LimitRangeSpec                                        `json:"coreLimitRangeSpec"`
	CoreSecret                                                core.Secret                                                `json:"coreSecret"`
	CoreConfigMap                                             core.ConfigMap                                             `json:"coreConfigMap"`
	CoreScopeSelector                                         core.ScopeSelector                                         `json:"coreScopeSelector"`
	CoreObjectReference                                       core.ObjectReference                                       `json:"coreObjectReference"`
	CoreEventSource                                           core.EventSource                                           `json:"coreEventSource"`
	CoreTypedObjectReference                                  core.TypedObjectReference                                  `json:"coreTypedObjectReference"`
	AppsDeploymentStrategy                                    apps.DeploymentStrategy                                    `json:"appsDeploymentStrategy"`
	AppsDeploymentStatus                                      apps.DeploymentStatus                                      `json:"appsDeploymentStatus"`
	AppsStatefulSetUpdateStrategy                             apps.StatefulSetUpdateStrategy                             `json:"appsStatefulSetUpdateStrategy"`
	AppsStatefulSetStatus                                     apps.StatefulSetStatus                                     `json:"appsStatefulSetStatus"`
	AppsStatefulSetOrdinals                                   apps.StatefulSetOrdinals                                   `json:"appsStatefulSetOrdinals"`
	AppsStatefulSetPersistentVolumeClaimRetentionPolicy       apps.StatefulSetPersistentVolumeClaimRetentionPolicy       `json:"appsStatefulSetPersistentVolumeClaimRetentionPolicy"`
	AppsDaemonSetUpdateStrategy                               apps.DaemonSetUpdateStrategy                               `json:"appsDaemonSetUpdateStrategy"`
	AppsDaemonSetStatus                                       apps.DaemonSetStatus                                       `json:"appsDaemonSetStatus"`
	AppsReplicaSetStatus                                      apps.ReplicaSetStatus                                      `json:"appsReplicaSetStatus"`
	BatchPodFailurePolicy                                     batch.PodFailurePolicy                                     `json:"batchPodFailurePolicy"`
	BatchSuccessPolicy                                        batch.SuccessPolicy                                        `json:"batchSuccessPolicy"`
	BatchJobStatus                                            batch.JobStatus                                            `json:"batchJobStatus"`
	BatchCronJobStatus                                        batch.CronJobStatus                                        `json:"batchCronJobStatus"`
	BatchUncountedTerminatedPods                              batch.UncountedTerminatedPods                              `json:"batchUncountedTerminatedPods"`
	NetworkingIngressSpec                                     networking.IngressSpec                                     `json:"networkingIngressSpec"`
	NetworkingIngressStatus                                   networking.IngressStatus                                   `json:"networkingIngressStatus"`
	NetworkingNetworkPolicySpec                               networking.NetworkPolicySpec                               `json:"networkingNetworkPolicySpec"`
	NetworkingIngressClassSpec                                networking.IngressClassSpec                                `json:"networkingIngressClassSpec"`
	NetworkingIPAddressSpec                                   networking.IPAddressSpec                                   `json:"networkingIPAddressSpec"`
	NetworkingServiceCIDRSpec                                 networking.ServiceCIDRSpec                                 `json:"networkingServiceCIDRSpec"`
	NetworkingServiceCIDRStatus                               networking.ServiceCIDRStatus                               `json:"networkingServiceCIDRStatus"`
	RbacPolicyRule                                            rbac.PolicyRule                                            `json:"rbacPolicyRule"`
	RbacRoleRef                                               rbac.RoleRef                                               `json:"rbacRoleRef"`
	RbacSubject                                               rbac.Subject                                               `json:"rbacSubject"`
	RbacAggregationRule                                       rbac.AggregationRule                                       `json:"rbacAggregationRule"`
	PolicyPodDisruptionBudgetSpec                             policy.PodDisruptionBudgetSpec                             `json:"policyPodDisruptionBudgetSpec"`
	PolicyPodDisruptionBudgetStatus                           policy.PodDisruptionBudgetStatus                           `json:"policyPodDisruptionBudgetStatus"`
	AutoscalingHorizontalPodAutoscalerSpec                    autoscaling.HorizontalPodAutoscalerSpec                    `json:"autoscalingHorizontalPodAutoscalerSpec"`
	AutoscalingHorizontalPodAutoscalerStatus                  autoscaling.HorizontalPodAutoscalerStatus                  `json:"autoscalingHorizontalPodAutoscalerStatus"`
	AutoscalingScale                                          autoscaling.Scale                                          `json:"autoscalingScale"`
	StorageCSIDriverSpec                                      storage.CSIDriverSpec                                      `json:"storageCSIDriverSpec"`
	StorageCSINodeSpec                                        storage.CSINodeSpec                                        `json:"storageCSINodeSpec"`
	StorageVolumeAttachmentStatus                             storage.VolumeAttachmentStatus                             `json:"storageVolumeAttachmentStatus"`
	StorageStorageClass                                       storage.StorageClass                                       `json:"storageStorageClass"`
	StorageCSIStorageCapacity                                 storage.CSIStorageCapacity                                 `json:"storageCSIStorageCapacity"`
	ResourceResourceClaimSpec                                 resource.ResourceClaimSpec                                 `json:"resourceResourceClaimSpec"`
	ResourceDeviceClassSpec                                   resource.DeviceClassSpec                                   `json:"resourceDeviceClassSpec"`
	ResourceResourceSliceSpec                                 resource.ResourceSliceSpec                                 `json:"resourceResourceSliceSpec"`
	AdmissionregistrationMutatingWebhook                      admissionregistration.MutatingWebhook                      `json:"admissionregistrationMutatingWebhook"`
	AdmissionregistrationValidatingWebhook                    admissionregistration.ValidatingWebhook                    `json:"admissionregistrationValidatingWebhook"`
	AdmissionregistrationValidatingAdmissionPolicySpec        admissionregistration.ValidatingAdmissionPolicySpec        `json:"admissionregistrationValidatingAdmissionPolicySpec"`
	AdmissionregistrationValidatingAdmissionPolicyStatus      admissionregistration.ValidatingAdmissionPolicyStatus      `json:"admissionregistrationValidatingAdmissionPolicyStatus"`
	AdmissionregistrationValidatingAdmissionPolicyBindingSpec admissionregistration.ValidatingAdmissionPolicyBindingSpec `json:"admissionregistrationValidatingAdmissionPolicyBindingSpec"`
	AdmissionregistrationMutatingAdmissionPolicySpec          admissionregistration.MutatingAdmissionPolicySpec          `json:"admissionregistrationMutatingAdmissionPolicySpec"`
	DiscoveryEndpoint                                         discovery.Endpoint                                         `json:"discoveryEndpoint"`
	DiscoveryEndpointPort                                     discovery.EndpointPort                                     `json:"discoveryEndpointPort"`
	FlowcontrolFlowSchemaSpec                                 flowcontrol.FlowSchemaSpec                                 `json:"flowcontrolFlowSchemaSpec"`
	FlowcontrolPriorityLevelConfigurationSpec                 flowcontrol.PriorityLevelConfigurationSpec                 `json:"flowcontrolPriorityLevelConfigurationSpec"`
	CertificatesCertificateSigningRequestSpec                 certificates.CertificateSigningRequestSpec                 `json:"certificatesCertificateSigningRequestSpec"`
	CertificatesCertificateSigningRequestStatus               certificates.CertificateSigningRequestStatus               `json:"certificatesCertificateSigningRequestStatus"`
	CoordinationLeaseSpec                                     coordination.LeaseSpec                                     `json:"coordinationLeaseSpec"`
	AuthenticationTokenReviewSpec                             authentication.TokenReviewSpec                             `json:"authenticationTokenReviewSpec"`
	AuthenticationTokenReviewStatus                           authentication.TokenReviewStatus                           `json:"authenticationTokenReviewStatus"`
	AuthenticationTokenRequestSpec                            authentication.TokenRequestSpec                            `json:"authenticationTokenRequestSpec"`
	AuthorizationSubjectAccessReviewSpec                      authorization.SubjectAccessReviewSpec                      `json:"authorizationSubjectAccessReviewSpec"`
	AuthorizationSelfSubjectAccessReviewSpec                  authorization.SelfSubjectAccessReviewSpec                  `json:"authorizationSelfSubjectAccessReviewSpec"`
	AuthorizationSubjectRulesReviewStatus                     authorization.SubjectRulesReviewStatus                     `json:"authorizationSubjectRulesReviewStatus"`
	NodeOverhead                                              node.Overhead                                              `json:"nodeOverhead"`
	NodeScheduling                                            node.Scheduling                                            `json:"nodeScheduling"`
	Autoscalingv2HorizontalPodAutoscalerSpec                  autoscalingv2.HorizontalPodAutoscalerSpec                  `json:"autoscalingv2HorizontalPodAutoscalerSpec"`
	Autoscalingv2HorizontalPodAutoscalerStatus                autoscalingv2.HorizontalPodAutoscalerStatus                `json:"autoscalingv2HorizontalPodAutoscalerStatus"`
}

// Sample is a sample.
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              SampleSpec `json:"spec"`
}
