package awstest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
)

// service is a service's name in credential scopes and IAM actions.
type service string

const (
	logsService   service = "logs"
	lambdaService service = "lambda"
	stsService    service = "sts"
)

// request is a call under way.
type request struct {
	server    *Server
	region    *Region
	service   service
	operation string
	body      []byte
	query     url.Values
	// path is what follows /functions/ in a call of Lambda, cut at slashes.
	path   []string
	faults Faults
	call   Call
}

// operation appends the answer to a call to dst.
type operation func(r *request, dst []byte) ([]byte, error)

var operations = map[service]map[string]operation{
	logsService: {
		"FilterLogEvents":    filterLogEvents,
		"GetLogEvents":       getLogEvents,
		"DescribeLogGroups":  describeLogGroups,
		"DescribeLogStreams": describeLogStreams,
	},
	lambdaService: {
		"ListFunctions":            listFunctions,
		"GetFunctionConfiguration": getFunctionConfiguration,
		"ListAliases":              listAliases,
		"GetAlias":                 getAlias,
		"ListVersionsByFunction":   listVersionsByFunction,
	},
	stsService: {"GetCallerIdentity": getCallerIdentity},
}

// bodies are the buffers of answers: a page is built whole before it is sent,
// so that its length is known and it can be cut anywhere.
var bodies = sync.Pool{New: func() any { return new([]byte) }}

// maxRequest is the longest body that is read.
const maxRequest = 1 << 20

// ServeHTTP answers one call. The operation is told by X-Amz-Target for
// CloudWatch Logs, by method and path for Lambda, and by Action for STS. A closed
// server hangs up.
func (s *Server) ServeHTTP(w http.ResponseWriter, h *http.Request) {
	if !s.begin() {
		panic(http.ErrAbortHandler) // an empty answer would be a page without events
	}
	defer s.running.Done()
	body, err := io.ReadAll(http.MaxBytesReader(w, h.Body, maxRequest))
	if err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	r := &request{server: s, body: body, query: h.URL.Query()}
	r.route(h)
	buffer := bodies.Get().(*[]byte)
	defer bodies.Put(buffer)
	answer, err := r.answer(h.Context(), h, (*buffer)[:0])
	*buffer = answer
	if h.Context().Err() != nil {
		panic(http.ErrAbortHandler) // the server closes, or nobody is left to answer
	}
	status := http.StatusOK
	if err != nil {
		failure := &apiError{http.StatusInternalServerError, "InternalFailure", err.Error()}
		errors.As(err, &failure)
		status, answer = failure.status, r.service.encode(failure)
		r.call.Error = failure.code
		w.Header().Set("X-Amzn-ErrorType", failure.code)
	}
	r.call.Operation = r.operation
	id := s.record(r.call)
	w.Header().Set("X-Amzn-RequestId", fmt.Sprintf("00000000-0000-4000-8000-%012d", id))
	w.Header().Set("Content-Type", r.service.contentType())
	s.send(h.Context(), w, r, status, answer)
}

func (s service) contentType() string {
	switch s {
	case lambdaService:
		return "application/json"
	case stsService:
		return "text/xml"
	}
	return "application/x-amz-json-1.1"
}

// route finds the service and the operation of a call, as far as it has one.
func (r *request) route(h *http.Request) {
	const functions = "/2015-03-31/functions"
	if rest, ok := strings.CutPrefix(h.URL.Path, functions); ok {
		r.service = lambdaService
		r.path = strings.Split(strings.Trim(rest, "/"), "/")
		r.operation = lambdaOperation(h.Method, r.path)
		return
	}
	if target, ok := strings.CutPrefix(h.Header.Get("X-Amz-Target"), "Logs_20140328."); ok {
		r.service, r.operation = logsService, target
		return
	}
	r.service = stsService
	if form, err := url.ParseQuery(string(r.body)); err == nil {
		r.operation = form.Get("Action")
	}
}

// answer checks who calls, lets the faults of the operation have their way, and
// answers.
func (r *request) answer(ctx context.Context, h *http.Request, dst []byte) ([]byte, error) {
	run, ok := operations[r.service][r.operation]
	if !ok {
		return dst, &apiError{http.StatusBadRequest, "UnknownOperationException", "awstest serves no operation " + strconv.Quote(r.operation)}
	}
	scope, err := credentialScope(h.Header.Get("Authorization"))
	if err != nil {
		return dst, r.service.refused("IncompleteSignatureException", err.Error())
	}
	if scope.service != r.service {
		return dst, r.service.refused("InvalidSignatureException", "Credential should be scoped to correct service: '"+string(r.service)+"'.")
	}
	r.region = r.server.Region(scope.region)
	r.call.Region = scope.region
	if err := r.fail(ctx); err != nil {
		return dst, err
	}
	return run(r, dst)
}

// scope is the part of a SigV4 credential that tells calls apart.
type scope struct {
	region  string
	service service
}

// credentialScope reads the credential scope of an Authorization header:
// AWS4-HMAC-SHA256 Credential=KEY/20260101/eu-west-1/logs/aws4_request, …
func credentialScope(header string) (scope, error) {
	_, rest, ok := strings.Cut(header, "Credential=")
	credential, _, _ := strings.Cut(rest, ",")
	part := strings.Split(credential, "/")
	if !ok || len(part) != 5 || part[4] != "aws4_request" {
		return scope{}, errors.New("Authorization header requires 'Credential' parameter.") //nolint:staticcheck // the words of AWS
	}
	return scope{region: part[2], service: service(part[3])}, nil
}

// decode reads the JSON input of a call.
func (r *request) decode(input any) error {
	if err := json.Unmarshal(r.body, input); err != nil {
		return &apiError{http.StatusBadRequest, "SerializationException", err.Error()}
	}
	return nil
}

// appendJSON appends an answer that is small enough for encoding/json.
func appendJSON(dst []byte, answer any) ([]byte, error) {
	encoded, err := json.Marshal(answer)
	return append(dst, encoded...), err
}

// getCallerIdentity is the one operation of STS, which answers in XML.
func getCallerIdentity(r *request, dst []byte) ([]byte, error) {
	account := r.server.options.Account
	return append(dst, `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>`+
		`<Arn>arn:aws:iam::`+account+`:user/dev</Arn><UserId>AIDAEXAMPLE</UserId><Account>`+account+`</Account>`+
		`</GetCallerIdentityResult></GetCallerIdentityResponse>`...), nil
}
