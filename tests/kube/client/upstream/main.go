// Prints what client-go's rest.Request makes of calls that are drawn: the URL that it sends, or the
// error. The tests beside it compare with that. To write the facts anew, copy hack/tools/go.mod and
// go.sum here without the tool lines, and run
//
//	go run -mod=mod . -count 300 > facts.json
//
// Another -seed draws other calls.
package main

import (
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"math/rand"
	"net/http"
	"net/url"
	"strings"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/rest"
)

// A call is the name of a method, in Python's grammar, and its arguments.
type call []any

type fact struct {
	Verb  string `json:"verb"`
	Calls []call `json:"calls"`
	URL   string `json:"url,omitempty"`
	Error string `json:"error,omitempty"`
}

var (
	verbs    = []string{"GET", "POST", "PUT", "PATCH", "DELETE"}
	names    = []string{"a", "b-c", "Web", "a b", "ü", "a+b", "a?b#c", "x:y", "a&b=c", "a'(b)"}
	refused  = []string{"", ".", "..", "a/b", "%41", "a%"}
	segments = []string{"", ".", "a", "a/b", "/a", "a/", "a//b", "a b", "a%2Fb", "ü"}
)

var groupVersion = schema.GroupVersion{Group: "example.com", Version: "v1"}

// What an author of a client by hand registers: without it, no options become parameters.
func parameterCodec() runtime.ParameterCodec {
	scheme := runtime.NewScheme()
	metav1.AddToGroupVersion(scheme, groupVersion)
	return runtime.NewParameterCodec(scheme)
}

var parameters = parameterCodec()

type draw struct{ *rand.Rand }

func (d draw) of(pool []string) string { return pool[d.Intn(len(pool))] }

func (d draw) name() string {
	if d.Intn(24) == 0 {
		return d.of(refused)
	}
	return d.of(names)
}

func (d draw) several(pool []string) []string {
	drawn := []string{}
	for range 1 + d.Intn(2) {
		drawn = append(drawn, d.of(pool))
	}
	return drawn
}

func arguments(method string, values []string) call {
	result := call{method}
	for _, value := range values {
		result = append(result, value)
	}
	return result
}

func (d draw) options() (metav1.ListOptions, map[string]any) {
	options, written := metav1.ListOptions{}, map[string]any{}
	if d.Intn(2) == 0 {
		options.LabelSelector = "tier in (web, db),env!=test"
		written["label_selector"] = options.LabelSelector
	}
	if d.Intn(2) == 0 {
		options.Limit = int64(d.Intn(3))
		written["limit"] = options.Limit
	}
	if d.Intn(2) == 0 {
		seconds := int64(d.Intn(2) * 30)
		options.TimeoutSeconds = &seconds
		written["timeout_seconds"] = seconds
	}
	if d.Intn(2) == 0 {
		initial := d.Intn(2) == 0
		options.SendInitialEvents = &initial
		written["send_initial_events"] = initial
	}
	if d.Intn(2) == 0 {
		options.Continue = "a+/=="
		written["continue_"] = options.Continue
	}
	return options, written
}

// step draws a call, and has the request make it.
func (d draw) step(request *rest.Request, which int) call {
	switch which {
	case 0:
		name := d.name()
		request.Resource(name)
		return call{"resource", name}
	case 1:
		name := d.name()
		request.Namespace(name)
		return call{"namespace", name}
	case 2:
		name := d.name()
		request.Name(name)
		return call{"name", name}
	case 3:
		drawn := []string{d.name()}
		if d.Intn(3) == 0 {
			drawn = append(drawn, d.name())
		}
		request.SubResource(drawn...)
		return arguments("sub_resource", drawn)
	case 4:
		drawn := d.several(segments)
		request.Suffix(drawn...)
		return arguments("suffix", drawn)
	case 5:
		drawn := d.several(segments)
		request.AbsPath(drawn...)
		return arguments("abs_path", drawn)
	case 6:
		name, value := d.of(names), d.of(segments)
		request.Param(name, value)
		return call{"param", name, value}
	case 7:
		options, written := d.options()
		request.VersionedParams(&options, parameters)
		return call{"versioned_params", written}
	default:
		seconds := []float64{0, 0.5, 7, 90}[d.Intn(4)]
		request.Timeout(time.Duration(seconds * float64(time.Second)))
		return call{"timeout", seconds}
	}
}

type capture struct{ url string }

func (c *capture) RoundTrip(request *http.Request) (*http.Response, error) {
	c.url = strings.TrimPrefix(request.URL.String(), "https://server")
	body := io.NopCloser(strings.NewReader("{}"))
	return &http.Response{StatusCode: 200, Body: body, Request: request}, nil
}

func (d draw) fact() fact {
	base, _ := url.Parse("https://server/")
	content := rest.ClientContentConfig{GroupVersion: groupVersion}
	sent := &capture{}
	request := rest.NewRequestWithClient(
		base, "/apis/example.com/v1", content, &http.Client{Transport: sent})
	result := fact{Verb: d.of(verbs)}
	request.Verb(result.Verb)
	// Usually a request in its usual order; now and then any calls at all, repeated ones too.
	order := []int{}
	for which := range 9 {
		if which < 2 && d.Intn(8) != 0 || d.Intn(3) == 0 {
			order = append(order, which)
		}
	}
	if d.Intn(4) == 0 {
		order = append(order, d.Intn(9))
		d.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	}
	for _, which := range order {
		result.Calls = append(result.Calls, d.step(request, which))
	}
	if _, err := request.DoRaw(context.Background()); err != nil {
		result.Error = err.Error()
	} else {
		result.URL = sent.url
	}
	return result
}

func main() {
	seed := flag.Int64("seed", 1, "which calls are drawn")
	count := flag.Int("count", 300, "how many requests")
	flag.Parse()
	d := draw{rand.New(rand.NewSource(*seed))}
	fmt.Println("[")
	for number := range *count {
		line := &strings.Builder{}
		encoder := json.NewEncoder(line)
		encoder.SetEscapeHTML(false)
		if err := encoder.Encode(d.fact()); err != nil {
			panic(err)
		}
		comma := ","
		if number == *count-1 {
			comma = ""
		}
		fmt.Printf(" %s%s\n", strings.TrimSpace(line.String()), comma)
	}
	fmt.Println("]")
}
