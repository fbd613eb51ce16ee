package v1alpha1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// +genclient
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
// +resource:path=cluster
// +genclient:noStatus
// +genclient:nonNamespaced

// Cluster is a Kubernetes cluster to be provisioned by RKE.
type Cluster struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec   ClusterSpec   `json:"spec"`
	Status ClusterStatus `json:"status,omitempty"`
}

// ClusterSpec says where the cluster's configuration is.
type ClusterSpec struct {
	ConfigPath string `json:"configPath,omitempty"`
}

// ClusterStatus is what was last provisioned, and how the cluster is.
type ClusterStatus struct {
	AppliedConfig string             `json:"appliedConfig,omitempty"`
	Conditions    []ClusterCondition `json:"conditions,omitempty"`
}

// ClusterConditionType names an aspect of a cluster.
type ClusterConditionType string

const (
	ClusterConditionReady       ClusterConditionType = "Ready"
	ClusterConditionProvisioned ClusterConditionType = "Provisioned"
)

// ConditionStatus says whether a condition holds.
type ConditionStatus string

const (
	ConditionTrue    ConditionStatus = "True"
	ConditionFalse   ConditionStatus = "False"
	ConditionUnknown ConditionStatus = "Unknown"
)

// ClusterCondition is one aspect of a cluster.
type ClusterCondition struct {
	Type               ClusterConditionType `json:"type"`
	Status             ConditionStatus      `json:"status"`
	LastUpdateTime     string               `json:"lastUpdateTime,omitempty"`
	LastTransitionTime string               `json:"lastTransitionTime,omitempty"`
	Reason             string               `json:"reason,omitempty"`
	Message            string               `json:"message,omitempty"`
}

// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
// +resource:path=clusters

// ClusterList is a list of clusters.
type ClusterList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Cluster `json:"items"`
}

// +genclient
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
// +resource:path=kubeconfig
// +genclient:noStatus
// +genclient:nonNamespaced

// Kubeconfig is how to reach a provisioned cluster.
type Kubeconfig struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec KubeconfigSpec `json:"spec"`
}

// KubeconfigSpec says where the kubeconfig file is.
type KubeconfigSpec struct {
	ConfigPath string `json:"configPath,omitempty"`
}

// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
// +resource:path=kubeconfigs

// KubeconfigList is a list of kubeconfigs.
type KubeconfigList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Kubeconfig `json:"items"`
}
