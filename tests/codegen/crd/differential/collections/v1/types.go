// +groupName=collections.example.com
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Part is a part.
type Part struct {
	Name string `json:"name"`
	// +kubebuilder:default=80
	Port int32 `json:"port,omitempty"`
}

// Words are words.
// +kubebuilder:validation:MinItems=1
// +kubebuilder:validation:items:MinLength=2
type Words []string

// Sizes are sizes by name.
// +kubebuilder:validation:MaxProperties=8
type Sizes map[string]int32

// Key is the key of a map.
type Key string

// SampleSpec has lists and maps.
type SampleSpec struct {
	Names  []string                    `json:"names"`
	Matrix [][]int32                   `json:"matrix"`
	Labels map[string]string           `json:"labels"`
	Deep   map[string][]Part           `json:"deep"`
	Deeper map[string]map[string]int64 `json:"deeper"`
	Keyed  map[Key]string              `json:"keyed"`
	// +kubebuilder:validation:MaxItems=5
	Words Words `json:"words"`
	// +kubebuilder:validation:MinProperties=1
	Sizes Sizes `json:"sizes"`
	// +listType=map
	// +listMapKey=name
	// +listMapKey=port
	Parts []Part `json:"parts"`
	// +listType=set
	// +kubebuilder:validation:MinItems=1
	// +kubebuilder:validation:MaxItems=9
	// +kubebuilder:validation:items:Pattern=`^[a-z]+$`
	// +kubebuilder:validation:items:MaxLength=63
	Unique []string `json:"unique"`
	// +listType=atomic
	// +kubebuilder:validation:items:Minimum=1
	// +kubebuilder:validation:items:Maximum=65535
	Ports []int32 `json:"ports"`
	// +mapType=atomic
	// +kubebuilder:validation:MinProperties=1
	// +kubebuilder:validation:MaxProperties=16
	Atomic map[string]string `json:"atomic"`
	// +mapType=granular
	Granular map[string]string `json:"granular"`
	// +structType=atomic
	Struct Part `json:"struct"`
	// +k8s:listType=map
	// +k8s:listMapKey=name
	// +k8s:maxItems=3
	Declarative []Part `json:"declarative"`
	// +kubebuilder:validation:items:Enum=a;b
	Choices []string `json:"choices"`
}

// Sample is a sample.
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              SampleSpec `json:"spec"`
}
