// +groupName=required-scalars.example.com
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/intstr"
)

// Percent is a number with a name.
type Percent int32

// SampleSpec has required values of named types that are no objects.
type SampleSpec struct {
	// +k8s:required
	Percent Percent `json:"percent"`
	// +k8s:required
	Port intstr.IntOrString `json:"port"`
	// +k8s:required
	Time metav1.Time `json:"time"`
}

// Sample is a sample.
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec SampleSpec `json:"spec"`
}
