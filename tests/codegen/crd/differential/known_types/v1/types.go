// +groupName=known-types.example.com
package v1

import (
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// SampleSpec has the types that are one JSON value.
type SampleSpec struct {
	Time     metav1.Time                  `json:"time"`
	Micro    metav1.MicroTime             `json:"micro"`
	Duration metav1.Duration              `json:"duration"`
	Quantity resource.Quantity            `json:"quantity"`
	Port     intstr.IntOrString           `json:"port"`
	Raw      runtime.RawExtension         `json:"raw"`
	Json     apiextensionsv1.JSON         `json:"json"`
	Limits   map[string]resource.Quantity `json:"limits"`
	Times    []metav1.Time                `json:"times"`
	// When it ended.
	// +optional
	End *metav1.Time `json:"end,omitempty"`
	// How long.
	// +kubebuilder:default="5m"
	Interval metav1.Duration `json:"interval,omitempty"`
	// +kubebuilder:default="100Mi"
	Memory *resource.Quantity `json:"memory,omitempty"`
	// Selector of pods.
	Selector metav1.LabelSelector  `json:"selector"`
	Other    *metav1.LabelSelector `json:"other,omitempty"`
	// +listType=map
	// +listMapKey=type
	Conditions []metav1.Condition `json:"conditions"`
}

// Sample is a sample.
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              SampleSpec `json:"spec"`
}
