package awsapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"
	"github.com/aws/smithy-go"
)

// FilterRequest asks for a page of a log group's events.
type FilterRequest struct {
	// Group is a name, or an ARN without ":*" (Group.Identifier).
	Group string
	// Start and End bound the events' times, in milliseconds since the Unix
	// epoch: Start ≤ time < End.
	Start, End int64
	// Pattern is a filter pattern, empty for all events. Servers differ in how
	// they read one, so the caller checks what it gets.
	Pattern string
	// StreamPrefix is what the names of the streams begin with, empty for all.
	StreamPrefix string
	// Token is the NextToken of the page before, with all else as it was.
	Token string
}

// Page is a part of the answer. It may be empty and yet not the last.
type Page struct {
	// Events are in the order of their times.
	Events []Event
	// NextToken asks for the next page; empty after the last. It is good for 24 h.
	NextToken string
}

// Event is a log event as FilterLogEvents gives it. Its strings may share memory
// with those of other events of the page: who keeps few of many copies them.
type Event struct {
	// ID is the same whenever and wherever the event is read.
	ID string
	// Timestamp and Ingestion are when the event was written and when CloudWatch
	// took it in, in milliseconds since the Unix epoch.
	Timestamp, Ingestion int64
	Stream               string
	Message              string
}

// FilterPage returns one page of at most 1 MB or 10,000 events. It tries until
// it has the page, ctx ends, or AWS refuses: with ErrTokenExpired, *ClassError,
// *NotFoundError, *DeniedError or *CredentialsError. Each attempt costs one of
// FilterLogEventsTPS.
func (r *Region) FilterPage(ctx context.Context, q FilterRequest, pace Pace) (Page, error) {
	if q.Start >= q.End {
		return Page{}, nil
	}
	in := &cloudwatchlogs.FilterLogEventsInput{
		StartTime: aws.Int64(q.Start),
		EndTime:   aws.Int64(q.End - 1), // AWS includes the end
	}
	if strings.HasPrefix(q.Group, "arn:") {
		in.LogGroupIdentifier = aws.String(q.Group)
	} else {
		in.LogGroupName = aws.String(q.Group)
	}
	if q.Pattern != "" {
		in.FilterPattern = aws.String(q.Pattern)
	}
	if q.StreamPrefix != "" {
		in.LogStreamNamePrefix = aws.String(q.StreamPrefix)
	}
	if q.Token != "" {
		in.NextToken = aws.String(q.Token)
	}
	out, err := r.logs.FilterLogEvents(ctx, in, func(o *cloudwatchlogs.Options) {
		o.APIOptions = append(slices.Clone(o.APIOptions), pace.add)
	})
	if err != nil {
		return Page{}, r.explainPage(ctx, q, err)
	}
	page := Page{NextToken: aws.ToString(out.NextToken), Events: make([]Event, len(out.Events))}
	for i := range out.Events {
		page.Events[i] = eventOf(&out.Events[i])
	}
	return page, nil
}

func eventOf(e *types.FilteredLogEvent) Event {
	return Event{
		ID:        aws.ToString(e.EventId),
		Timestamp: aws.ToInt64(e.Timestamp),
		Ingestion: aws.ToInt64(e.IngestionTime),
		Stream:    aws.ToString(e.LogStreamName),
		Message:   aws.ToString(e.Message),
	}
}

// explainPage tells the refusals of FilterLogEvents apart.
func (r *Region) explainPage(ctx context.Context, q FilterRequest, err error) error {
	doing := "reading log group " + q.Group
	var api smithy.APIError
	if ctx.Err() != nil || !errors.As(err, &api) {
		return r.explain(ctx, doing, err)
	}
	switch api.ErrorCode() {
	case "InvalidOperationException":
		return fmt.Errorf("%s in %s: %w", doing, r.Name, &ClassError{Group: q.Group, Err: err})
	case "ResourceNotFoundException":
		return fmt.Errorf("%s: %w", doing, &NotFoundError{What: "log group " + q.Group, Regions: []string{r.Name}, Account: r.account.ID, Err: err})
	case "InvalidParameterException":
		// The same request without the token was taken, so it is the token.
		if q.Token != "" {
			return fmt.Errorf("%s in %s: %w: %w", doing, r.Name, ErrTokenExpired, err)
		}
	}
	return r.explain(ctx, doing, err)
}
