// Package awsapi is the only door to AWS: where the credentials and regions
// come from, which log groups hold the events of a function, and the pages of
// events themselves. It turns what AWS answers into values and into errors that
// say what to do next; it prints nothing and decides nothing about statistics.
// How fast pages are asked for, in which order, and what becomes of their events
// is fetch's matter, how a failure is worded is cli's.
//
// Calls are repeated until they succeed or their context ends: throttling, 5xx,
// lost connections, silent ones and answers that break off never fail a call.
// Only an endpoint that never answered, an answer that is not one of AWS and a
// refusal do.
//
// Load reads files and may call AWS for credentials. A path that reads only
// files must not call it.
package awsapi
