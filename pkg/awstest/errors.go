package awstest

import (
	"encoding/json"
	"html"
	"net/http"
)

// apiError is an error as a service reports it.
type apiError struct {
	status  int
	code    string
	message string
}

func (e *apiError) Error() string { return e.code + ": " + e.message }

func invalid(message string) *apiError {
	return &apiError{http.StatusBadRequest, "InvalidParameterException", message}
}

func notFound(message string) *apiError {
	return &apiError{http.StatusBadRequest, "ResourceNotFoundException", message}
}

// throttled is the error of a call above the quota.
func (s service) throttled() *apiError {
	if s == lambdaService {
		return &apiError{http.StatusTooManyRequests, "TooManyRequestsException", "Rate exceeded"}
	}
	return &apiError{http.StatusBadRequest, "ThrottlingException", "Rate exceeded"}
}

// unavailable is the error of a service that has a bad moment.
func (s service) unavailable() *apiError {
	switch s {
	case lambdaService:
		return &apiError{http.StatusInternalServerError, "ServiceException", "An error occurred and the request cannot be processed."}
	case stsService:
		return &apiError{http.StatusServiceUnavailable, "ServiceUnavailable", "Service is unavailable"}
	}
	return &apiError{http.StatusServiceUnavailable, "ServiceUnavailableException", "The service cannot complete the request."}
}

// refused is an error about who calls: CloudWatch Logs says 400, the others 403.
func (s service) refused(code, message string) *apiError {
	if s == logsService {
		return &apiError{http.StatusBadRequest, code, message}
	}
	return &apiError{http.StatusForbidden, code, message}
}

// expired is the error of credentials past their time.
func (s service) expired() *apiError {
	code := "ExpiredTokenException"
	if s == stsService {
		code = "ExpiredToken"
	}
	return s.refused(code, "The security token included in the request is expired")
}

// denied is the error of a caller whose policies do not allow the operation.
func (s service) denied(account, operation, resource string) *apiError {
	action := string(s) + ":" + operation
	code := "AccessDeniedException"
	if s == stsService {
		code = "AccessDenied"
	}
	return s.refused(code, "User: arn:aws:iam::"+account+":user/dev is not authorized to perform: "+action+
		" on resource: "+resource+" because no identity-based policy allows the "+action+" action")
}

// encode returns the body of an error in the protocol of the service.
func (s service) encode(e *apiError) []byte {
	var shape any
	switch s {
	case stsService:
		return []byte(`<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>` +
			e.code + "</Code><Message>" + html.EscapeString(e.message) + "</Message></Error></ErrorResponse>")
	case lambdaService:
		kind := "User"
		if e.status >= http.StatusInternalServerError {
			kind = "Service"
		}
		shape = struct{ Type, Message string }{kind, e.message}
		if e.code == "TooManyRequestsException" {
			shape = struct {
				Type, Reason string
				Message      string `json:"message"`
			}{kind, "CallerRateLimitExceeded", e.message}
		}
	default:
		shape = struct {
			Type    string `json:"__type"`
			Message string `json:"message"`
		}{e.code, e.message}
	}
	body, _ := json.Marshal(shape) // strings always encode
	return body
}
