// +groupName=names-of-keys.example.com
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// SampleSpec has names that are hard to put in order.
type SampleSpec struct {
	A             string `json:"a"`
	UpperA        string `json:"A"`
	B             string `json:"b"`
	UpperB        string `json:"B"`
	A1            string `json:"a1"`
	A2            string `json:"a2"`
	A10           string `json:"a10"`
	A100          string `json:"a100"`
	Ab            string `json:"ab"`
	ADashB        string `json:"a-b"`
	AScoreB       string `json:"a_b"`
	ADotB         string `json:"a.b"`
	Dollar        string `json:"$ref"`
	Y             string `json:"y"`
	Yes           string `json:"yes"`
	Null          string `json:"null"`
	On            string `json:"on"`
	Number        string `json:"123"`
	SinglePodsQps string `json:"singlePodsQPS"`
}

// Sample is a sample.
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              SampleSpec `json:"spec"`
}
