// Prints what upstream's own functions answer: the facts that the tests beside it compare with.
// To write them anew: copy hack/tools/go.mod and go.sum here without the tool lines, and run
// `go run -mod=mod . > facts.json`.
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/labels"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/util/intstr"
	corev1helpers "k8s.io/component-helpers/scheduling/corev1"
	"k8s.io/klog/v2"
	"k8s.io/kubectl/pkg/polymorphichelpers"
	"k8s.io/kubectl/pkg/util/podutils"
)

type object = map[string]any

func must[T any](value T, err error) T {
	if err != nil {
		panic(err)
	}
	return value
}

func text(err error) any {
	if err != nil {
		return err.Error()
	}
	return nil
}

func main() {
	fmt.Println("{")
	section("quantities", quantities(), ",")
	section("arithmetic", arithmetic(), ",")
	section("percentages", percentages(), ",")
	section("selectors", selectors(), ",")
	section("tolerations", tolerations(), ",")
	section("pods", pods(), ",")
	section("rollouts", rollouts(), "")
	fmt.Println("}")
}

// One fact a line, for diffs.
func section(name string, facts []object, comma string) {
	fmt.Printf("%q: [\n", name)
	for i, fact := range facts {
		var line bytes.Buffer
		encoder := json.NewEncoder(&line)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(fact); err != nil {
			panic(err)
		}
		end := ","
		if i == len(facts)-1 {
			end = ""
		}
		fmt.Println(" " + strings.TrimSpace(line.String()) + end)
	}
	fmt.Println("]" + comma)
}

var texts = []string{
	"0", "0Ki", "0e3", "1", "-1", "1.5", "0.5", ".5", "5.", "+7", "100m", "1m", "0.1m", "0.0000000001",
	"1n", "1u", "1500u", "999999999n", "1k", "1000k", "1.001k", "12M", "1G", "1.5T", "1P", "1E", "0.9E",
	"512Ki", "1Ki", "1023", "1024", "1025", "1.5Gi", "2.5Mi", "0.3Ki", "0.0001Ki", "1.00048828125Ki",
	"1024Ki", "1048576Ki", "7Ei", "7.9Ei", "8Ei", "1000Ei", "-1000Ei", "-1.5Gi", "-100m", "-0.5Ki",
	"1e3", "1E3", "1e-3", "12e6", "1.5e1", "1e18", "1e21", "123456789e-9", "1e-10", "1000000000000",
	"9223372036854775807", "9223372036854775808", "123456789012345678901234567890", "1.23456789012345",
	"0.000000001", "3.141592653589793", "1234567.000001", "100000", "1000000", "10Mi", "64Mi", "250m",
	"", "Mi", "1K", "1KI", "1 Gi", "1e", "0x1", "1.2.3", "--1", "1Zi", "1mm", "e3", "1eE3", "١",
}

func quantities() []object {
	var facts []object
	for _, t := range texts {
		q, err := resource.ParseQuantity(t)
		if err != nil {
			facts = append(facts, object{"text": t, "error": true})
			continue
		}
		// A parsed quantity remembers how it was written, so ask one that had to be calculated.
		fresh := q.DeepCopy()
		fresh.Add(resource.Quantity{})
		facts = append(facts, object{
			"text": t, "format": q.Format, "canonical": fresh.String(), "sign": q.Sign(),
		})
		if q.Sign() >= 0 && q.Cmp(resource.MustParse("9P")) < 0 {
			last := facts[len(facts)-1]
			last["value"], last["milli"] = q.Value(), fresh.ScaledValue(resource.Milli)
			last["kilo"] = q.ScaledValue(resource.Kilo)
		}
	}
	return facts
}

func arithmetic() []object {
	operands := []string{
		"0", "0Ki", "0e3", "1", "-1", "1.5", "100m", "1n", "1k", "1Ki", "1.5Gi", "-1.5Gi", "512Mi", "1e3",
		"1e-3", "12e6", "7Ei", "1E", "9223372036854775807", "1.00048828125Ki", "0.3Ki", "1025",
	}
	var facts []object
	for _, a := range operands {
		for _, b := range operands {
			sum, difference := resource.MustParse(a), resource.MustParse(a)
			sum.Add(resource.MustParse(b))
			difference.Sub(resource.MustParse(b))
			// Force both to be written anew: the one that was parsed may be written as it was.
			sum.Neg()
			sum.Neg()
			difference.Neg()
			difference.Neg()
			x := resource.MustParse(a)
			facts = append(facts, object{
				"a": a, "b": b, "sum": sum.String(), "difference": difference.String(),
				"compared": x.Cmp(resource.MustParse(b)),
			})
		}
	}
	return facts
}

func percentages() []object {
	var facts []object
	values := []intstr.IntOrString{
		intstr.FromInt32(0), intstr.FromInt32(3), intstr.FromInt32(-2), intstr.FromString("0%"),
		intstr.FromString("10%"), intstr.FromString("25%"), intstr.FromString("33%"),
		intstr.FromString("99%"), intstr.FromString("100%"), intstr.FromString("150%"),
		intstr.FromString("-5%"), intstr.FromString("+5%"), intstr.FromString("5"),
		intstr.FromString("%"), intstr.FromString("a%"), intstr.FromString("1.5%"),
		intstr.FromString(""), intstr.FromString(" 5%"), intstr.FromString("5%%"), intstr.FromString("1_0%"),
	}
	for _, v := range values {
		for _, total := range []int{0, 1, 3, 7, 10, 99, 1000, 1000000007} {
			up, err := intstr.GetScaledValueFromIntOrPercent(&v, total, true)
			down, _ := intstr.GetScaledValueFromIntOrPercent(&v, total, false)
			fact := object{"value": v, "total": total}
			if err != nil {
				fact["error"] = true
			} else {
				fact["up"], fact["down"] = up, down
			}
			facts = append(facts, fact)
		}
	}
	return facts
}

func selectors() []object {
	requirement := func(key, operator string, values ...string) metav1.LabelSelectorRequirement {
		return metav1.LabelSelectorRequirement{
			Key: key, Operator: metav1.LabelSelectorOperator(operator), Values: values,
		}
	}
	expressions := func(rs ...metav1.LabelSelectorRequirement) *metav1.LabelSelector {
		return &metav1.LabelSelector{MatchExpressions: rs}
	}
	given := []*metav1.LabelSelector{
		nil, {}, {MatchLabels: map[string]string{}},
		{MatchLabels: map[string]string{"app": "web"}},
		{MatchLabels: map[string]string{"tier": "back", "app": "web"}},
		{MatchLabels: map[string]string{"app": ""}},
		{
			MatchLabels:      map[string]string{"app": "web"},
			MatchExpressions: []metav1.LabelSelectorRequirement{requirement("tier", "NotIn", "back", "cache")},
		},
		expressions(requirement("app", "In", "web", "db")),
		expressions(requirement("app", "In", "web")),
		expressions(requirement("app", "NotIn", "db")),
		expressions(requirement("app", "Exists")),
		expressions(requirement("app", "DoesNotExist")),
		expressions(requirement("app", "In")),
		expressions(requirement("app", "NotIn")),
		expressions(requirement("app", "Exists", "web")),
		expressions(requirement("app", "DoesNotExist", "web")),
		expressions(requirement("app", "Gt", "1")),
		expressions(requirement("app", "in", "web")),
		expressions(requirement("app", "")),
		expressions(requirement("", "Exists")),
		expressions(requirement("-app", "Exists")),
		expressions(requirement("example.com/app", "Exists")),
		expressions(requirement("Example.com/app", "Exists")),
		expressions(requirement("app", "In", "not a value")),
		expressions(requirement("app", "In", "")),
		{MatchLabels: map[string]string{"app": "not a value"}},
		{MatchLabels: map[string]string{"a b": "x"}},
	}
	sets := []labels.Set{
		{}, {"app": "web"}, {"app": "db"}, {"app": ""}, {"app": "web", "tier": "back"},
		{"app": "web", "tier": "front"}, {"tier": "back"}, {"example.com/app": "x"},
	}
	var facts []object
	for _, s := range given {
		selector, err := metav1.LabelSelectorAsSelector(s)
		fact := object{"selector": s}
		if err != nil {
			fact["error"] = true
		} else {
			fact["text"] = selector.String()
			fact["empty"] = selector.Empty()
			var matches []object
			for _, set := range sets {
				matches = append(matches, object{"labels": set, "matches": selector.Matches(set)})
			}
			fact["matches"] = matches
		}
		facts = append(facts, fact)
	}
	return facts
}

func tolerations() []object {
	var tolerations []corev1.Toleration
	for _, key := range []string{"", "dedicated"} {
		for _, operator := range []string{"", "Equal", "Exists", "Gt", "Lt", "Other"} {
			for _, value := range []string{"", "gpu", "5"} {
				for _, effect := range []string{"", "NoSchedule"} {
					tolerations = append(tolerations, corev1.Toleration{
						Key: key, Operator: corev1.TolerationOperator(operator), Value: value,
						Effect: corev1.TaintEffect(effect),
					})
				}
			}
		}
	}
	for _, value := range []string{"+5", "05", "-5", "5.0", "9223372036854775808", " 5"} {
		tolerations = append(tolerations, corev1.Toleration{Key: "dedicated", Operator: "Gt", Value: value})
	}
	var taints []corev1.Taint
	for _, key := range []string{"dedicated", "other"} {
		for _, value := range []string{"", "gpu", "4", "5", "6", "06"} {
			for _, effect := range []string{"NoSchedule", "NoExecute"} {
				taints = append(taints, corev1.Taint{Key: key, Value: value, Effect: corev1.TaintEffect(effect)})
			}
		}
	}
	logger := klog.Background()
	klog.SetLogger(klog.Logger{})
	var facts []object
	for _, t := range tolerations {
		var tolerated []int
		for i, taint := range taints {
			if t.ToleratesTaint(logger, &taint, true) {
				tolerated = append(tolerated, i)
			}
		}
		facts = append(facts, object{"toleration": t, "tolerates": tolerated})
	}
	some := tolerations[:3]
	untolerated, found := corev1helpers.FindMatchingUntoleratedTaint(logger, taints, some, nil, true)
	return append(facts, object{
		"taints": taints, "tolerations": some, "untolerated": untolerated, "found": found,
	})
}

func pods() []object {
	now := metav1.NewTime(time.Date(2026, 1, 1, 0, 1, 0, 0, time.UTC))
	condition := func(status string, ago int) *corev1.PodCondition {
		c := corev1.PodCondition{Type: corev1.PodReady, Status: corev1.ConditionStatus(status)}
		if ago >= 0 {
			c.LastTransitionTime = metav1.NewTime(now.Add(-time.Duration(ago) * time.Second))
		}
		return &c
	}
	var facts []object
	for _, c := range []*corev1.PodCondition{
		nil, condition("True", 0), condition("True", 10), condition("True", 11), condition("True", -1),
		condition("False", 60), condition("Unknown", 60),
	} {
		pod := corev1.Pod{Spec: corev1.PodSpec{Containers: []corev1.Container{}}}
		if c != nil {
			pod.Status.Conditions = []corev1.PodCondition{
				{Type: corev1.PodScheduled, Status: corev1.ConditionTrue}, *c,
			}
		}
		facts = append(facts, object{
			"pod": pod, "ready": podutils.IsPodReady(&pod),
			"available":        podutils.IsPodAvailable(&pod, 0, now),
			"available_for_10": podutils.IsPodAvailable(&pod, 10, now),
		})
	}
	return facts
}

func rollouts() []object {
	replicas := func(n int32) *int32 { return &n }
	var facts []object
	ask := func(kind string, obj any) {
		content := must(runtime.DefaultUnstructuredConverter.ToUnstructured(obj))
		viewer := must(polymorphichelpers.StatusViewerFor(schema.GroupKind{Group: "apps", Kind: kind}))
		u := &unstructured.Unstructured{Object: content}
		message, done, err := viewer.Status(u, 0)
		facts = append(facts, object{
			"kind": kind, "object": obj, "message": message, "done": done, "error": text(err),
		})
	}
	deployment := func(generation int64, spec *int32, s appsv1.DeploymentStatus) {
		d := appsv1.Deployment{Spec: appsv1.DeploymentSpec{Replicas: spec}, Status: s}
		d.Name, d.Generation = "web", generation
		d.Spec.Template.Spec.Containers = []corev1.Container{}
		d.Spec.Selector = &metav1.LabelSelector{}
		ask("Deployment", &d)
	}
	progressing := func(reason string) []appsv1.DeploymentCondition {
		return []appsv1.DeploymentCondition{{
			Type: appsv1.DeploymentProgressing, Status: corev1.ConditionTrue, Reason: reason,
		}}
	}
	deployment(2, replicas(3), appsv1.DeploymentStatus{ObservedGeneration: 1})
	deployment(1, replicas(3), appsv1.DeploymentStatus{ObservedGeneration: 1})
	deployment(1, nil, appsv1.DeploymentStatus{ObservedGeneration: 1})
	deployment(0, replicas(0), appsv1.DeploymentStatus{})
	deployment(1, replicas(3), appsv1.DeploymentStatus{ObservedGeneration: 1, Replicas: 3, UpdatedReplicas: 2})
	deployment(1, replicas(3), appsv1.DeploymentStatus{ObservedGeneration: 1, Replicas: 4, UpdatedReplicas: 3})
	deployment(1, replicas(3), appsv1.DeploymentStatus{ObservedGeneration: 1, Replicas: 3, UpdatedReplicas: 3, AvailableReplicas: 1})
	deployment(1, replicas(3), appsv1.DeploymentStatus{ObservedGeneration: 2, Replicas: 3, UpdatedReplicas: 3, AvailableReplicas: 3})
	deployment(1, replicas(3), appsv1.DeploymentStatus{ObservedGeneration: 1, Replicas: 3, UpdatedReplicas: 3, AvailableReplicas: 4})
	deployment(1, replicas(3), appsv1.DeploymentStatus{ObservedGeneration: 1, Conditions: progressing("ProgressDeadlineExceeded")})
	deployment(1, replicas(3), appsv1.DeploymentStatus{ObservedGeneration: 1, UpdatedReplicas: 3, Replicas: 3, AvailableReplicas: 3, Conditions: progressing("NewReplicaSetAvailable")})
	deployment(2, replicas(3), appsv1.DeploymentStatus{ObservedGeneration: 1, Conditions: progressing("ProgressDeadlineExceeded")})

	daemonSet := func(generation int64, strategy string, s appsv1.DaemonSetStatus) {
		d := appsv1.DaemonSet{Status: s}
		d.Name, d.Generation = "agent", generation
		d.Spec.Template.Spec.Containers = []corev1.Container{}
		d.Spec.Selector = &metav1.LabelSelector{}
		d.Spec.UpdateStrategy.Type = appsv1.DaemonSetUpdateStrategyType(strategy)
		ask("DaemonSet", &d)
	}
	daemonSet(1, "OnDelete", appsv1.DaemonSetStatus{ObservedGeneration: 1})
	daemonSet(2, "RollingUpdate", appsv1.DaemonSetStatus{ObservedGeneration: 1})
	daemonSet(1, "RollingUpdate", appsv1.DaemonSetStatus{ObservedGeneration: 1, DesiredNumberScheduled: 3, UpdatedNumberScheduled: 1})
	daemonSet(1, "RollingUpdate", appsv1.DaemonSetStatus{ObservedGeneration: 1, DesiredNumberScheduled: 3, UpdatedNumberScheduled: 3, NumberAvailable: 2})
	daemonSet(1, "RollingUpdate", appsv1.DaemonSetStatus{ObservedGeneration: 1, DesiredNumberScheduled: 3, UpdatedNumberScheduled: 3, NumberAvailable: 3})
	daemonSet(0, "RollingUpdate", appsv1.DaemonSetStatus{})

	statefulSet := func(generation int64, strategy string, spec, partition *int32, s appsv1.StatefulSetStatus) {
		d := appsv1.StatefulSet{Status: s}
		d.Name, d.Generation, d.Spec.Replicas = "db", generation, spec
		d.Spec.Template.Spec.Containers = []corev1.Container{}
		d.Spec.Selector = &metav1.LabelSelector{}
		d.Spec.UpdateStrategy.Type = appsv1.StatefulSetUpdateStrategyType(strategy)
		if partition != nil {
			d.Spec.UpdateStrategy.RollingUpdate = &appsv1.RollingUpdateStatefulSetStrategy{Partition: partition}
		}
		ask("StatefulSet", &d)
	}
	rolling := "RollingUpdate"
	statefulSet(1, "OnDelete", replicas(3), nil, appsv1.StatefulSetStatus{ObservedGeneration: 1})
	statefulSet(0, rolling, replicas(3), nil, appsv1.StatefulSetStatus{})
	statefulSet(2, rolling, replicas(3), nil, appsv1.StatefulSetStatus{ObservedGeneration: 1})
	statefulSet(1, rolling, replicas(3), nil, appsv1.StatefulSetStatus{ObservedGeneration: 1, ReadyReplicas: 1})
	statefulSet(1, rolling, replicas(3), replicas(1), appsv1.StatefulSetStatus{ObservedGeneration: 1, ReadyReplicas: 3, UpdatedReplicas: 1})
	statefulSet(1, rolling, replicas(3), replicas(1), appsv1.StatefulSetStatus{ObservedGeneration: 1, ReadyReplicas: 3, UpdatedReplicas: 2})
	statefulSet(1, rolling, nil, replicas(1), appsv1.StatefulSetStatus{ObservedGeneration: 1, UpdatedReplicas: 2})
	statefulSet(1, rolling, replicas(3), nil, appsv1.StatefulSetStatus{ObservedGeneration: 1, ReadyReplicas: 3, UpdatedReplicas: 1, CurrentRevision: "a", UpdateRevision: "b"})
	statefulSet(1, rolling, replicas(3), nil, appsv1.StatefulSetStatus{ObservedGeneration: 1, ReadyReplicas: 3, CurrentReplicas: 3, CurrentRevision: "a", UpdateRevision: "a"})
	return facts
}
