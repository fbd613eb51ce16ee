// +groupName=references.example.com
package v1

import (
	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// SampleSpec refers to other objects.
type SampleSpec struct {
	Owner metav1.OwnerReference `json:"owner"`
	// Owners of it.
	// +listType=map
	// +listMapKey=uid
	Owners []metav1.OwnerReference `json:"owners"`
	// +listType=set
	Targets []corev1.ObjectReference          `json:"targets"`
	ByName  map[string]corev1.ObjectReference `json:"byName"`
	// +optional
	Last *corev1.ObjectReference `json:"last,omitempty"`
}

// Sample is a sample.
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              SampleSpec `json:"spec"`
}
