// +groupName=cel.example.com
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Range is a range.
// +kubebuilder:validation:XValidation:rule="self.min <= self.max",message="min must not exceed max"
type Range struct {
	Min int32 `json:"min"`
	Max int32 `json:"max"`
}

// Name is a name.
// +kubebuilder:validation:XValidation:rule="!self.startsWith('kube-')",message="reserved"
// +kubebuilder:validation:MaxLength=63
type Name string

// SampleSpec has rules.
// +kubebuilder:validation:XValidation:rule="has(self.a) || has(self.b)",message="a or b",reason=FieldValueRequired,fieldPath=".a"
// +kubebuilder:validation:XValidation:rule="self.range.max < 100",messageExpression="'max is too great'"
type SampleSpec struct {
	// +optional
	A string `json:"a,omitempty"`
	// +optional
	B string `json:"b,omitempty"`
	// +kubebuilder:validation:XValidation:rule="self == oldSelf",message="immutable"
	// +kubebuilder:validation:MaxLength=10
	Fixed string `json:"fixed"`
	// +kubebuilder:validation:XValidation:rule="self.max > 0"
	Range Range `json:"range"`
	// +kubebuilder:validation:XValidation:rule="self != 'admin'",message="no admin"
	Name Name `json:"name"`
	// +kubebuilder:validation:XValidation:rule="self.all(x, x > 0)"
	// +kubebuilder:validation:MaxItems=10
	// +kubebuilder:validation:items:XValidation:rule="self < 1000"
	Numbers []int32 `json:"numbers"`
	// +kubebuilder:validation:XValidation:rule="oldSelf.hasValue() || self == 1",optionalOldSelf=true
	Start int64 `json:"start"`
}

// Sample is a sample.
// +kubebuilder:validation:XValidation:rule="self.metadata.name.size() < 20",message="too long"
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              SampleSpec `json:"spec"`
}
