// +groupName=embedded-metadata.example.com
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Template is a template of an object.
type Template struct {
	// Standard metadata.
	Metadata metav1.ObjectMeta `json:"metadata,omitempty"`
	Text     string            `json:"text"`
}

// SampleSpec has metadata inside.
type SampleSpec struct {
	Template Template `json:"template"`
	// Meta of its own.
	Meta metav1.ObjectMeta `json:"meta"`
}

// Sample is a sample.
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              SampleSpec `json:"spec"`
}
