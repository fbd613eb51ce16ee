// +groupName=presence.example.com
// +kubebuilder:validation:Optional
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Inner is an inner struct.
type Inner struct {
	A string `json:"a,omitempty"`
}

// SampleSpec is in a package of optional fields.
type SampleSpec struct {
	Plain string `json:"plain"`
	// +required
	Required string `json:"required"`
	// +kubebuilder:validation:Required
	Kubebuilder string `json:"kubebuilder"`
	// +k8s:required
	DeclarativeText string `json:"declarativeText"`
	// +k8s:required
	DeclarativeList []string `json:"declarativeList"`
	// +k8s:required
	DeclarativeMap map[string]string `json:"declarativeMap"`
	// +k8s:required
	DeclarativeStruct Inner `json:"declarativeStruct"`
	// +k8s:required
	DeclarativeNumber int32 `json:"declarativeNumber"`
	// +k8s:required
	// +kubebuilder:validation:MinLength=3
	Bounded string `json:"bounded"`
	// +optional
	// +kubebuilder:validation:Required
	Precedence string `json:"precedence"`
	// +kubebuilder:validation:Optional
	// +required
	Other string `json:"other,omitempty"`
	// +k8s:optional
	Absent string `json:"absent,omitempty"`
}

// Sample is a sample.
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              *SampleSpec `json:"spec,omitempty"`
}
