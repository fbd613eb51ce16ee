// +groupName=defaults.example.com
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Limits are limits.
type Limits struct {
	// +kubebuilder:default=10
	Max int32 `json:"max,omitempty"`
}

// Mode is a mode.
// +kubebuilder:validation:Enum=Fast;Slow
type Mode string

const (
	ModeFast Mode = "Fast"
	ModeSlow Mode = "Slow"
)

// SampleSpec has defaults.
type SampleSpec struct {
	// +kubebuilder:default=3
	Replicas int32 `json:"replicas,omitempty"`
	// +kubebuilder:default=true
	Enabled bool `json:"enabled,omitempty"`
	// +kubebuilder:default="info"
	Level string `json:"level,omitempty"`
	// +kubebuilder:default="Fast"
	Mode Mode `json:"mode,omitempty"`
	// +default="fromDefault"
	Plain string `json:"plain,omitempty"`
	// +default="loses"
	// +kubebuilder:default="wins"
	Both string `json:"both,omitempty"`
	// +kubebuilder:default={}
	Limits Limits `json:"limits,omitempty"`
	// +kubebuilder:default={max: 5}
	Given Limits `json:"given,omitempty"`
	// +kubebuilder:default={"a","b"}
	Names []string `json:"names,omitempty"`
	// +kubebuilder:default={}
	Empty []string `json:"empty,omitempty"`
	// +kubebuilder:default={"k":"v","n":"w"}
	Labels map[string]string `json:"labels,omitempty"`
	// +kubebuilder:default={{max: 1},{max: 2}}
	Many []Limits `json:"many,omitempty"`
	// +default={"max":7}
	Json Limits `json:"json,omitempty"`
	// +kubebuilder:default=required
	Required string `json:"required"`
	// +kubebuilder:default=0
	Zero int32 `json:"zero,omitempty"`
	// +kubebuilder:default=""
	Blank string `json:"blank,omitempty"`
}

// Sample is a sample.
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              SampleSpec `json:"spec"`
}
