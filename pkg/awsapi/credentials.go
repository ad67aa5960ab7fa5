package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
)

// explained gives credentials, and where there are none it says how to get them.
type explained struct {
	aws.CredentialsProvider
	hint string
}

// Retrieve returns the credentials or a *CredentialsError.
func (e explained) Retrieve(ctx context.Context) (aws.Credentials, error) {
	credentials, err := e.CredentialsProvider.Retrieve(ctx)
	switch {
	case err == nil:
		return credentials, nil
	case ctx.Err() != nil:
		return credentials, context.Cause(ctx)
	}
	return credentials, &CredentialsError{Hint: e.hint, Err: err}
}

// loginHint returns the command that makes the profile's credentials new, or
// what can be done where the profile has none.
func loginHint(sources []any) string {
	for _, source := range sources {
		shared, ok := source.(config.SharedConfig)
		if !ok {
			continue
		}
		// A role may be assumed with the credentials of another profile.
		for p := &shared; p != nil; p = p.Source {
			switch {
			case p.SSOSessionName != "" || p.SSOStartURL != "":
				return "aws sso login" + profileFlag(p.Profile)
			case p.LoginSession != "":
				return "aws login" + profileFlag(p.Profile)
			}
		}
	}
	return "--profile NAME after aws sso login --profile NAME, or aws configure, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
}

func profileFlag(profile string) string {
	if profile == "" || profile == config.DefaultSharedConfigProfile {
		return ""
	}
	return " --profile " + profile
}
