// +groupName=dangerous-types.example.com
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// SampleSpec has floats.
type SampleSpec struct {
	Ratio float64 `json:"ratio"`
	// +kubebuilder:validation:Minimum=0.5
	// +kubebuilder:validation:Maximum=1.5
	// +kubebuilder:validation:MultipleOf=0.25
	Bounded float64 `json:"bounded"`
	// +kubebuilder:default=0.1
	Default float64   `json:"default,omitempty"`
	Many    []float64 `json:"many"`
}

// Sample is a sample.
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              SampleSpec `json:"spec"`
}
