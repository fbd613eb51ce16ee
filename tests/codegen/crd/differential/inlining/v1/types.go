// +groupName=inlining.example.com
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Root is inlined into what is inlined.
// +kubebuilder:validation:XValidation:rule="self.root != 'x'",message="root"
type Root struct {
	// Root is required.
	Root string `json:"root"`
}

// Base is inlined.
// +structType=atomic
// +kubebuilder:validation:MinProperties=1
// +kubebuilder:validation:MaxProperties=9
// +kubebuilder:validation:XValidation:rule="self.name != 'x'",message="base"
// +kubebuilder:pruning:PreserveUnknownFields
type Base struct {
	Root `json:",inline"`
	// Name of it.
	Name string `json:"name"`
	Note string `json:"note,omitempty"`
}

// SampleSpec has an inlined struct.
// +kubebuilder:validation:MaxProperties=8
// +kubebuilder:validation:XValidation:rule="self.own != 'x'",message="own"
type SampleSpec struct {
	Base `json:",inline"`
	Own  string `json:"own"`
}

// Common is inlined into a kind.
// +kubebuilder:validation:XValidation:rule="!has(self.extra)",message="common"
type Common struct {
	Extra string `json:"extra,omitempty"`
}

// Sample is a sample.
// +kubebuilder:validation:XValidation:rule="has(self.spec)",message="sample"
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Common            `json:",inline"`
	Spec              SampleSpec `json:"spec"`
}
