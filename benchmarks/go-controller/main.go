// The same controller on controller-runtime: one status patch for each change of a Web's spec.
//
//	main SERVER OBJECTS CHANGES WORKERS
//
// It prints `started` with the seconds from its start to the first reconcile, and a line of JSON when
// so many objects were patched, when each was patched again, and after so many single changes.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
	ctrl "sigs.k8s.io/controller-runtime"
	"sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/controller-runtime/pkg/controller"
	"sigs.k8s.io/controller-runtime/pkg/log"
	"sigs.k8s.io/controller-runtime/pkg/log/zap"
	metricsserver "sigs.k8s.io/controller-runtime/pkg/metrics/server"
)

type WebSpec struct {
	Replicas int64  `json:"replicas,omitempty"`
	Color    string `json:"color,omitempty"`
}

type WebStatus struct {
	Replicas int64 `json:"replicas,omitempty"`
}

type Web struct {
	metav1.TypeMeta   `json:",inline"`
	metav1.ObjectMeta `json:"metadata,omitempty"`
	Spec              WebSpec   `json:"spec,omitempty"`
	Status            WebStatus `json:"status,omitempty"`
}

func (in *Web) DeepCopyObject() runtime.Object {
	out := &Web{TypeMeta: in.TypeMeta, Spec: in.Spec, Status: in.Status}
	in.ObjectMeta.DeepCopyInto(&out.ObjectMeta)
	return out
}

type WebList struct {
	metav1.TypeMeta `json:",inline"`
	metav1.ListMeta `json:"metadata,omitempty"`
	Items           []Web `json:"items"`
}

func (in *WebList) DeepCopyObject() runtime.Object {
	out := &WebList{TypeMeta: in.TypeMeta}
	in.ListMeta.DeepCopyInto(&out.ListMeta)
	for i := range in.Items {
		out.Items = append(out.Items, *in.Items[i].DeepCopyObject().(*Web))
	}
	return out
}

var started = time.Now()

func cpu() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return float64(usage.Utime.Sec+usage.Stime.Sec) + float64(usage.Utime.Usec+usage.Stime.Usec)/1e6
}

func rss() int64 {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(text), "\n") {
		if strings.HasPrefix(line, "VmRSS:") {
			kib, _ := strconv.ParseInt(strings.Fields(line)[1], 10, 64)
			return kib * 1024
		}
	}
	return 0
}

type reconciler struct {
	client.Client
	patched atomic.Int64
	soonest atomic.Int64
	first   atomic.Bool
}

func (r *reconciler) Reconcile(ctx context.Context, request ctrl.Request) (ctrl.Result, error) {
	if !r.first.Swap(true) {
		fmt.Printf("{\"started\": %g}\n", time.Since(started).Seconds())
	}
	var web Web
	if err := r.Get(ctx, request.NamespacedName, &web); err != nil {
		return ctrl.Result{}, client.IgnoreNotFound(err)
	}
	if web.Status.Replicas == web.Spec.Replicas {
		return ctrl.Result{}, nil
	}
	if written, err := strconv.ParseInt(web.Spec.Color, 10, 64); err == nil {
		waited := time.Now().UnixNano() - written
		for soonest := r.soonest.Load(); soonest == 0 || waited < soonest; soonest = r.soonest.Load() {
			if r.soonest.CompareAndSwap(soonest, waited) {
				break
			}
		}
	}
	base := web.DeepCopyObject().(*Web)
	web.Status.Replicas = web.Spec.Replicas
	if err := r.Status().Patch(ctx, &web, client.MergeFrom(base)); err != nil {
		return ctrl.Result{}, err
	}
	r.patched.Add(1)
	return ctrl.Result{}, nil
}

func main() {
	objects, _ := strconv.ParseInt(os.Args[2], 10, 64)
	changes, _ := strconv.ParseInt(os.Args[3], 10, 64)
	workers, _ := strconv.Atoi(os.Args[4])
	log.SetLogger(zap.New())
	scheme := runtime.NewScheme()
	group := schema.GroupVersion{Group: "example.com", Version: "v1"}
	scheme.AddKnownTypeWithName(group.WithKind("Web"), &Web{})
	scheme.AddKnownTypeWithName(group.WithKind("WebList"), &WebList{})
	metav1.AddToGroupVersion(scheme, group)
	manager, err := ctrl.NewManager(&rest.Config{Host: os.Args[1], QPS: -1}, ctrl.Options{
		Scheme:  scheme,
		Metrics: metricsserver.Options{BindAddress: "0"},
	})
	if err != nil {
		panic(err)
	}
	r := &reconciler{Client: manager.GetClient()}
	options := controller.Options{MaxConcurrentReconciles: workers}
	if err := ctrl.NewControllerManagedBy(manager).For(&Web{}).WithOptions(options).Complete(r); err != nil {
		panic(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		for _, target := range []int64{objects, 2 * objects, 2*objects + changes} {
			for r.patched.Load() < target {
				time.Sleep(time.Millisecond)
			}
			line, _ := json.Marshal(map[string]any{"patched": target, "cpu": cpu(), "memory": rss(), "soonest": float64(r.soonest.Load()) / 1e9})
			fmt.Println(string(line))
		}
		cancel()
	}()
	if err := manager.Start(ctx); err != nil {
		panic(err)
	}
}
