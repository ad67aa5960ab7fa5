// Package awstest is a loopback AWS for tests and rehearsals: CloudWatch Logs
// and the reading part of Lambda, spoken over the real wire protocols, so that
// the real SDK, the AWS CLI and whole programs run against it unchanged.
//
//	server := awstest.NewServer(t, awstest.Options{})
//	region := server.Region("eu-west-1")
//	region.Function(awstest.Function{Name: "checkout", MemoryMB: 512})
//	group := region.Group(awstest.Group{Name: "/aws/lambda/checkout", RetentionDays: 30})
//	group.Put(awstest.Event{TimestampMillis: 1767225600000, Stream: "2026/01/01/[7]0a1b", Message: "REPORT RequestId: …"})
//	t.Setenv("AWS_ENDPOINT_URL", server.URL())
//
// In a program the same server is made by New, listens after Start and ends
// with Close; it is an http.Handler, too. A request belongs to the region of
// its SigV4 credential scope; signatures themselves are not checked.
//
// What it keeps of AWS: events in the order of time, ingestion and id across
// all streams; pages of 10,000 events or 1 MiB of messages; a bounded scan per
// call, so that a rare pattern gives empty pages with a token; tokens that are
// opaque, expire, and belong to the request that they were given for; the end
// of FilterLogEvents inclusive and that of GetLogEvents exclusive; the filter
// pattern language; retention, log classes, account-linked groups; versions,
// aliases and their weights; error shapes and statuses that arrive as the SDK's
// modeled types. What AWS does not document is decided against the caller (see
// the comments there): what holds here should hold there.
//
// What goes wrong is switched on by operation with SetFaults: throttling by
// token bucket, latency, 5xx, resets in the middle of a body, slow and cut
// bodies, empty pages, repeated and expired tokens, denied access, expired
// credentials. Events can become visible late. Calls and Counts tell what was
// asked and what was served.
//
// An answer can be here faster than any network is. The SDK for Go (smithy-go
// 1.28) closes a request's body as soon as the response begins, which makes
// net/http drop the connection where it has not looked for the body's end yet;
// the SDK tries again. Who counts calls gives the SDK an HTTP client that hides
// that the body is an io.WriterTo, as the tests of this package do.
//
// It leaves out every write of the API, Logs Insights, Live Tail and Invoke.
package awstest
