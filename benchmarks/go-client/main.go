// GETs of one Pod by client-go, as a contestant of benchmarks/requests.py: a round for each line
// that comes in, its numbers as a line of JSON.
package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strconv"
	"sync"
	"syscall"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
)

const inFlight = 50

func main() {
	kubeconfig, namespace, name := os.Args[1], os.Args[2], os.Args[3]
	count, err := strconv.Atoi(os.Args[4])
	check(err)
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	check(err)
	config.QPS = -1
	config.AcceptContentTypes, config.ContentType = "application/json", "application/json"
	client, err := kubernetes.NewForConfig(config)
	check(err)
	get := func() {
		_, err := client.CoreV1().Pods(namespace).Get(context.Background(), name, metav1.GetOptions{})
		check(err)
	}
	some := func(n int) {
		for range n {
			get()
		}
	}
	allAtOnce := func() {
		var group sync.WaitGroup
		for range inFlight {
			group.Go(func() { some(count / inFlight) })
		}
		group.Wait()
	}
	allAtOnce() // connections are made before they are measured
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		began := cpu()
		some(count)
		one := cpu()
		allAtOnce()
		many := cpu()
		n := float64(count)
		out, err := json.Marshal(map[string]float64{
			"one": (one - began).Seconds() / n, "many": (many - one).Seconds() / n,
		})
		check(err)
		fmt.Println(string(out))
	}
}

func cpu() time.Duration {
	var usage syscall.Rusage
	check(syscall.Getrusage(syscall.RUSAGE_SELF, &usage))
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
