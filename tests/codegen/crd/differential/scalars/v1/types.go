// +groupName=scalars.example.com
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// SampleSpec has every scalar, and every marker that is said of one.
type SampleSpec struct {
	Flag  bool   `json:"flag"`
	Text  string `json:"text"`
	Small int32  `json:"small"`
	Large int64  `json:"large"`
	Data  []byte `json:"data"`
	// +kubebuilder:validation:Minimum=1
	// +kubebuilder:validation:Maximum=10
	// +kubebuilder:validation:MultipleOf=3
	Bounded int32 `json:"bounded"`
	// +kubebuilder:validation:Minimum=-5
	// +kubebuilder:validation:ExclusiveMinimum=true
	// +kubebuilder:validation:Maximum=500000000000
	// +kubebuilder:validation:ExclusiveMaximum=true
	Exclusive int64 `json:"exclusive"`
	// +kubebuilder:validation:ExclusiveMinimum=false
	// +kubebuilder:validation:Minimum=0
	Inclusive int64 `json:"inclusive"`
	// +kubebuilder:validation:MinLength=1
	// +kubebuilder:validation:MaxLength=63
	// +kubebuilder:validation:Pattern=`^[a-z]([-a-z0-9]*[a-z0-9])?$`
	Name string `json:"name"`
	// +kubebuilder:validation:Format=date-time
	When string `json:"when"`
	// +kubebuilder:validation:Type=string
	// +kubebuilder:validation:Format=uuid
	Identity string `json:"identity"`
	// +nullable
	// +optional
	Maybe *string `json:"maybe,omitempty"`
	// +kubebuilder:validation:Pattern="^\\d+(ms|s)$"
	Quoted string `json:"quoted"`
	// +kubebuilder:validation:MinLength:=2
	Old string `json:"old"`
	// +k8s:minimum=2
	// +k8s:maximum=4
	Declarative int32 `json:"declarative"`
}

// Sample is a sample.
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              SampleSpec `json:"spec"`
}
