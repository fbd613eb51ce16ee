// +groupName=scale.example.com
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// SampleSpec is a spec.
type SampleSpec struct {
	Replicas int32  `json:"replicas"`
	Color    string `json:"color"`
	Big      bool   `json:"big"`
}

// SampleStatus is a status.
type SampleStatus struct {
	Replicas int32  `json:"replicas"`
	Selector string `json:"selector"`
}

// Sample is a sample.
// +kubebuilder:subresource:status
// +kubebuilder:subresource:scale:specpath=.spec.replicas,statuspath=.status.replicas,selectorpath=.status.selector
// +kubebuilder:selectablefield:JSONPath=.spec.color
// +kubebuilder:selectablefield:JSONPath=`.spec.big`
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              SampleSpec    `json:"spec"`
	Status            *SampleStatus `json:"status,omitempty"`
}
