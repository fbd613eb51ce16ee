// +groupName=immutable.example.com
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Inner is an inner struct.
type Inner struct {
	// +k8s:immutable
	// +required
	A string `json:"a"`
}

// SampleSpec has fields that stay.
// +kubebuilder:validation:XValidation:rule="self.required != 'x'"
type SampleSpec struct {
	// +k8s:immutable
	// +required
	Required string `json:"required"`
	// +k8s:immutable
	// +optional
	Optional *string `json:"optional,omitempty"`
	// +k8s:immutable
	// +optional
	Zone *string `json:"zone,omitempty"`
	// +k8s:immutable
	Inner Inner `json:"inner"`
	// +k8s:immutable
	// +optional
	Number *int64 `json:"number,omitempty"`
}

// Sample is a sample.
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              SampleSpec `json:"spec"`
}
