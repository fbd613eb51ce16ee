// +groupName=columns.example.com
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// SampleStatus is a status.
type SampleStatus struct {
	Phase string   `json:"phase,omitempty"`
	Ready bool     `json:"ready,omitempty"`
	Count int32    `json:"count,omitempty"`
	Names []string `json:"names,omitempty"`
}

// Sample is a sample.
// +kubebuilder:printcolumn:name="Phase",type=string,JSONPath=`.status.phase`,description="The phase."
// +kubebuilder:printcolumn:name="Ready",type=boolean,JSONPath=".status.ready",priority=1
// +kubebuilder:printcolumn:name=Count,type=integer,JSONPath=.status.count,format=int32
// +kubebuilder:printcolumn:name="First",type=string,JSONPath=`.status.names[0]`
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=".metadata.creationTimestamp"
// +kubebuilder:resource:shortName=sm;smp,categories=all;samples,singular=smpl
// +kubebuilder:metadata:annotations="example.com/owner=team a";"note=x=y",labels="tier=backend"
// +kubebuilder:metadata:labels="app=sample"
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Status            SampleStatus `json:"status,omitempty"`
}

// Second has one column and nothing else.
// +kubebuilder:printcolumn:name="Age",type=date,JSONPath=".metadata.creationTimestamp"
// +kubebuilder:resource:path=secondaries,scope=Cluster
type Second struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
}
