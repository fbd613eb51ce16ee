// +groupName=int-or-string.example.com
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// SampleSpec has numbers or strings.
type SampleSpec struct {
	Port intstr.IntOrString `json:"port"`
	// +kubebuilder:validation:XIntOrString
	// +kubebuilder:validation:Pattern=`^\d+%?$`
	// +kubebuilder:validation:MaxLength=5
	Percent intstr.IntOrString `json:"percent"`
	// +kubebuilder:default="25%"
	Surge *intstr.IntOrString `json:"surge,omitempty"`
	// +kubebuilder:default=1
	Unavailable *intstr.IntOrString  `json:"unavailable,omitempty"`
	Many        []intstr.IntOrString `json:"many"`
	// +kubebuilder:validation:Enum=1;2
	Choice intstr.IntOrString `json:"choice"`
}

// Sample is a sample.
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              SampleSpec `json:"spec"`
}
