// +groupName=flattening.example.com
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Percent is a percentage.
// +kubebuilder:validation:Minimum=0
// +kubebuilder:validation:Maximum=100
type Percent int32

// HalfPercent is at most a half.
// +kubebuilder:validation:Maximum=50
type HalfPercent Percent

// Name is a name.
// +kubebuilder:validation:MinLength=1
// +kubebuilder:validation:MaxLength=63
// +kubebuilder:validation:Pattern=`^[a-z]+$`
type Name string

// Names are names.
// +kubebuilder:validation:MaxItems=10
// +listType=set
type Names []Name

// Labels are labels.
// +kubebuilder:validation:MaxProperties=4
type Labels map[string]Name

// Inner is an inner struct.
// +kubebuilder:validation:MinProperties=1
type Inner struct {
	A *Percent `json:"a,omitempty"`
}

// SampleSpec has types with constraints of their own, used with more of them.
type SampleSpec struct {
	// +kubebuilder:validation:Maximum=50
	Conflict Percent `json:"conflict"`
	// +kubebuilder:validation:Maximum=100
	Equal Percent `json:"equal"`
	// +kubebuilder:validation:Minimum=10
	// +kubebuilder:validation:Maximum=20
	Both Percent `json:"both"`
	// +kubebuilder:validation:MultipleOf=5
	More  Percent     `json:"more"`
	Chain HalfPercent `json:"chain"`
	// +kubebuilder:validation:Maximum=25
	LongChain HalfPercent `json:"longChain"`
	// +kubebuilder:validation:Pattern=`^b`
	// +kubebuilder:validation:MinLength=2
	Name Name `json:"name"`
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=5
	Names Names `json:"names"`
	// +kubebuilder:validation:items:MaxLength=10
	Each []Name `json:"each"`
	// +kubebuilder:validation:MaxProperties=4
	Labels Labels `json:"labels"`
	// +kubebuilder:validation:Type=object
	// +kubebuilder:validation:MinProperties=1
	Inner Inner `json:"inner"`
	// +kubebuilder:validation:Type=object
	// +kubebuilder:validation:MaxProperties=3
	Other *Inner `json:"other,omitempty"`
}

// Sample is a sample.
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              SampleSpec `json:"spec"`
}
