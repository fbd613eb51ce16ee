// +groupName=pruning.example.com
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

// Open keeps what it does not know.
// +kubebuilder:pruning:PreserveUnknownFields
type Open struct {
	A string `json:"a"`
}

// Tree holds itself.
type Tree struct {
	Name string `json:"name"`
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:pruning:PreserveUnknownFields
	Children []Tree `json:"children,omitempty"`
}

// SampleSpec has parts without a schema.
type SampleSpec struct {
	Open Open `json:"open"`
	// +kubebuilder:pruning:PreserveUnknownFields
	Free map[string]string `json:"free"`
	// +kubebuilder:validation:XPreserveUnknownFields
	// +kubebuilder:validation:Schemaless
	Old map[string]string `json:"old"`
	// +kubebuilder:validation:EmbeddedResource
	// +kubebuilder:pruning:PreserveUnknownFields
	Object runtime.RawExtension `json:"object"`
	// +kubebuilder:validation:XEmbeddedResource
	Other runtime.RawExtension `json:"other"`
	// What nobody looks into.
	// +kubebuilder:validation:Schemaless
	// +kubebuilder:validation:Type=object
	// +kubebuilder:pruning:PreserveUnknownFields
	Schemaless Open `json:"schemaless"`
	Tree       Tree `json:"tree"`
	// +kubebuilder:validation:items:XPreserveUnknownFields
	// +kubebuilder:validation:items:XEmbeddedResource
	Objects []runtime.RawExtension `json:"objects"`
}

// Sample is a sample.
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              SampleSpec `json:"spec"`
}
