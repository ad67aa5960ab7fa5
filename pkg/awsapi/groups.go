package awsapi

import (
	"cmp"
	"context"
	"iter"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatchlogs/types"

	"github.com/coldstats/coldstats/pkg/logs"
)

// groups yields the log groups whose names begin with prefix, page after page:
// those of this account, or of a linked one where its number is given.
func (r *Region) groups(ctx context.Context, prefix, linked string) iter.Seq2[Group, error] {
	in := &cloudwatchlogs.DescribeLogGroupsInput{LogGroupNamePrefix: aws.String(prefix)}
	if linked != "" {
		in.IncludeLinkedAccounts, in.AccountIdentifiers = aws.Bool(true), []string{linked}
	}
	return func(yield func(Group, error) bool) {
		pages := cloudwatchlogs.NewDescribeLogGroupsPaginator(r.logs, in)
		for pages.HasMorePages() {
			page, err := pages.NextPage(ctx)
			if err != nil {
				yield(Group{}, r.explain(ctx, "looking for log groups "+prefix+"…", err))
				return
			}
			for _, g := range page.LogGroups {
				if !yield(groupOf(g, linked != ""), nil) {
					return
				}
			}
		}
	}
}

func groupOf(g types.LogGroup, linked bool) Group {
	return Group{
		Name: aws.ToString(g.LogGroupName),
		// Arn ends in ":*", LogGroupArn does not; servers that know no log classes
		// give the first only.
		ARN:           cmp.Or(aws.ToString(g.LogGroupArn), strings.TrimSuffix(aws.ToString(g.Arn), ":*")),
		Class:         cmp.Or(string(g.LogGroupClass), "STANDARD"),
		RetentionDays: int(aws.ToInt32(g.RetentionInDays)),
		CreatedMillis: aws.ToInt64(g.CreationTime),
		StoredBytes:   aws.ToInt64(g.StoredBytes),
		Linked:        linked,
	}
}

// group returns the log group of exactly this name; ok is false where there is
// none. With an account the group has to be that account's, be it this one or
// one that shares its logs with this one.
func (r *Region) group(ctx context.Context, name, account string) (found Group, ok bool, err error) {
	searches := []string{""}
	if account != "" && account != r.account.ID {
		searches = append(searches, account)
	}
	for _, linked := range searches {
		for g, err := range r.groups(ctx, name, linked) {
			if err != nil && linked != "" && ctx.Err() == nil {
				break // this account is no monitoring account: nothing is shared with it
			}
			if err != nil {
				return Group{}, false, err
			}
			if g.Name == name && (account == "" || accountOf(g.ARN) == account) {
				return g, true, nil
			}
		}
	}
	return Group{}, false, nil
}

// near returns up to three functions whose log groups begin like the name asked
// for. It is a help, so that its failure is none.
func (r *Region) near(ctx context.Context, function string) []string {
	out, err := r.logs.DescribeLogGroups(ctx, &cloudwatchlogs.DescribeLogGroupsInput{
		LogGroupNamePrefix: aws.String(ownGroup(function[:(len(function)+1)/2])),
	})
	if err != nil {
		return nil
	}
	var names []string
	for _, g := range out.LogGroups {
		if name := logs.FunctionOfGroup(aws.ToString(g.LogGroupName)); name != "" && name != function {
			names = append(names, name)
		}
	}
	slices.SortStableFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(common(b, function), common(a, function)), cmp.Compare(len(a), len(b)))
	})
	return names[:min(3, len(names))]
}

// common returns the length of what a and b begin with alike.
func common(a, b string) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}
