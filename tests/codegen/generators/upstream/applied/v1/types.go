package v1

import (
	copiesv1 "example.com/upstream/copies/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// Mode is a string with a name.
type Mode string

// Common is inlined.
type Common struct {
	Labels map[string]string `json:"labels,omitempty"`
}

// Wall may have others inside.
type Wall struct {
	Common `json:",inline"`

	Name  string `json:"name"`
	Inner []Wall `json:"inner,omitempty"`
	Room  *Room  `json:"room,omitempty"`
}

// Room contains walls, which contain it.
type Room struct {
	Walls  []Wall          `json:"walls,omitempty"`
	ByName map[string]Wall `json:"byName,omitempty"`
}

// Spec has fields of many shapes.
type Spec struct {
	Replicas  *int64                 `json:"replicas,omitempty"`
	Paused    bool                   `json:"paused,omitempty"`
	Mode      Mode                   `json:"mode,omitempty"`
	Modes     []Mode                 `json:"modes,omitempty"`
	Data      []byte                 `json:"data,omitempty"`
	Numbers   map[string]int64       `json:"numbers,omitempty"`
	Since     *metav1.Time           `json:"since,omitempty"`
	Selector  *metav1.LabelSelector  `json:"selector,omitempty"`
	Room      Room                   `json:"room,omitempty"`
	Plain     *copiesv1.Plain        `json:"plain,omitempty"`
	Nested    []copiesv1.Nested      `json:"nested,omitempty"`
	ZZZ_Gone  string                 `json:"gone,omitempty"`
	Condition []metav1.Condition     `json:"conditions,omitempty"`
	Lists     map[string][]string    `json:"lists,omitempty"`
	Owner     *metav1.OwnerReference `json:"owner,omitempty"`
}

// House is a kind with many shapes.
// +genclient
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type House struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Spec Spec `json:"spec,omitempty"`
}

// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type HouseList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []House `json:"items"`
}

// OnlyRead is what nothing but a kind that is read has.
type OnlyRead struct {
	Name string `json:"name,omitempty"`
}

// +genclient
// +genclient:skipVerbs=apply,applyStatus
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type Sight struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Only OnlyRead `json:"only,omitempty"`
}

// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type SightList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Sight `json:"items"`
}

// Size is what a method applies.
type Size struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`

	Width int64 `json:"width,omitempty"`
}

// +genclient
// +genclient:nonNamespaced
// +genclient:onlyVerbs=get
// +genclient:method=ApplySize,verb=apply,subresource=size,input=Size,result=Size
// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type Gate struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
}

// +k8s:deepcopy-gen:interfaces=k8s.io/apimachinery/pkg/runtime.Object
type GateList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`

	Items []Gate `json:"items"`
}
