// +groupName=versions.example.com
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// SampleSpec is the spec of v1.
type SampleSpec struct {
	Text string `json:"text"`
}

// Sample is the sample of v1.
// +kubebuilder:storageversion
// +kubebuilder:subresource:status
// +kubebuilder:resource:shortName=sm
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              SampleSpec  `json:"spec"`
	Status            *SampleSpec `json:"status,omitempty"`
}
