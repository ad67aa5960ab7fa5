package awsapi

import (
	"fmt"
	"strings"
	"testing"

	"github.com/coldstats/coldstats/pkg/awstest"
)

// BenchmarkFilterPage reads full pages of REPORT lines from a loopback server in
// the same process, whose work is in the figures.
func BenchmarkFilterPage(b *testing.B) {
	for name, value := range map[string]string{"AWS_ACCESS_KEY_ID": "A", "AWS_SECRET_ACCESS_KEY": "S", "AWS_EC2_METADATA_DISABLED": "true"} {
		b.Setenv(name, value)
	}
	server := awstest.NewServer(b, awstest.Options{})
	group := server.Region("eu-west-1").Group(awstest.Group{Name: "/aws/lambda/checkout"})
	bytes := 0
	for i := range 6000 {
		message := fmt.Sprintf("REPORT RequestId: %s-%012d\tDuration: 2.46 ms\tBilled Duration: 3 ms\tMemory Size: 512 MB\tMax Memory Used: 81 MB\tInit Duration: 354.51 ms\t\n", strings.Repeat("0", 23), i)
		bytes += len(message)
		group.Put(awstest.Event{TimestampMillis: int64(i), Stream: "2026/01/01/[7]a13a7524e81d44ea80185a45f5511e2b", Message: message})
	}
	a, err := Load(b.Context(), Options{EndpointURL: server.URL(), Regions: []string{"eu-west-1"}})
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(bytes))
	b.ReportAllocs()
	for b.Loop() {
		page, err := a.Region("eu-west-1").FilterPage(b.Context(), FilterRequest{Group: group.Name, End: 6000}, Pace{})
		if err != nil || len(page.Events) != 6000 {
			b.Fatalf("%d events, %v", len(page.Events), err)
		}
	}
}
