// +groupName=enums.example.com
package v1

import (
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Color is a color.
// +kubebuilder:validation:Enum=red;green;blue
type Color string

const (
	ColorRed   Color = "red"
	ColorGreen Color = "green"
	ColorBlue  Color = "blue"
)

// Phase is a phase.
// +k8s:enum
type Phase string

const (
	PhaseRunning Phase = "Running"
	PhasePending Phase = "Pending"
	PhaseFailed  Phase = "Failed"
)

// Mode is open.
type Mode string

const (
	ModeFast Mode = "Fast"
	ModeSlow Mode = "Slow"
)

// Level is a level.
// +kubebuilder:validation:Enum=1;2;4
type Level int64

const (
	LevelLow    Level = 1
	LevelMiddle Level = 2
	LevelHigh   Level = 4
)

// SampleSpec has enums.
type SampleSpec struct {
	Color Color `json:"color"`
	// The phase, in words of its own.
	Phase Phase `json:"phase"`
	Mode  Mode  `json:"mode"`
	Level Level `json:"level"`
	// +kubebuilder:validation:Enum=Fast
	OnlyFast Mode `json:"onlyFast"`
	// +kubebuilder:validation:Enum=a;b
	Literal string `json:"literal"`
	// +kubebuilder:validation:Enum=1;3
	Number int64            `json:"number"`
	Colors []Color          `json:"colors"`
	ByName map[string]Phase `json:"byName"`
	// +kubebuilder:validation:Enum={"with space","","true","1"}
	Odd string `json:"odd"`
}

// Sample is a sample.
type Sample struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              SampleSpec `json:"spec"`
}
