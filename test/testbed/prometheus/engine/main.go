// Prometheus' own rule engine, fed with made-up samples: reads a question as JSON on stdin, and answers as JSON what
// alerts fire at which minute, and how many series each query has.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"strings"
	"time"

	"github.com/prometheus/common/model"
	"github.com/prometheus/prometheus/model/labels"
	"github.com/prometheus/prometheus/model/rulefmt"
	"github.com/prometheus/prometheus/promql/parser"
	"github.com/prometheus/prometheus/promql/promqltest"
	"github.com/prometheus/prometheus/rules"
)

type question struct {
	// The rule file.
	Rules string
	// In the notation of Prometheus' own tests, one sample a minute: `name{label="x"} 0 1x9`.
	Series  []string
	Minutes int
	// Evaluated at the last minute.
	Queries []string
}

type answer struct {
	// Alert → label sets and the minute at which each began to fire.
	Firing      map[string][]firing          `json:"firing"`
	Annotations map[string]map[string]string `json:"annotations"`
	Results     map[string]int               `json:"results"`
}

type firing struct {
	Labels map[string]string `json:"labels"`
	Minute int               `json:"minute"`
}

func main() {
	var q question
	fail(json.NewDecoder(os.Stdin).Decode(&q))
	p := parser.NewParser(parser.Options{})
	loader, err := promqltest.NewLazyLoader("load 1m\n  "+strings.Join(q.Series, "\n  "), promqltest.LazyLoaderOpts{})
	fail(err)
	defer loader.Close()
	groups, errs := rulefmt.Parse([]byte(q.Rules), false, model.UTF8Validation, p, slog.New(slog.DiscardHandler))
	for _, err := range errs {
		fail(err)
	}
	ctx := context.Background()
	query := rules.EngineQueryFunc(loader.QueryEngine(), loader.Queryable())
	var alerts []*rules.AlertingRule
	for _, g := range groups.Groups {
		for _, r := range g.Rules {
			expr, err := p.ParseExpr(r.Expr)
			fail(err)
			alerts = append(alerts, rules.NewAlertingRule(r.Alert, expr, time.Duration(r.For), time.Duration(r.KeepFiringFor), labels.FromMap(r.Labels), labels.FromMap(r.Annotations), labels.EmptyLabels(), "", true, slog.New(slog.DiscardHandler)))
		}
	}
	a := answer{Firing: map[string][]firing{}, Annotations: map[string]map[string]string{}, Results: map[string]int{}}
	seen := map[string]bool{}
	for minute := 0; minute <= q.Minutes; minute++ {
		at := time.Unix(int64(minute)*60, 0)
		loader.WithSamplesTill(at, func(err error) {
			fail(err)
			for _, rule := range alerts {
				_, err := rule.Eval(ctx, 0, at, query, &url.URL{}, 0)
				fail(err)
				for _, active := range rule.ActiveAlerts() {
					key := rule.Name() + active.Labels.String()
					if active.State != rules.StateFiring || seen[key] {
						continue
					}
					seen[key] = true
					a.Firing[rule.Name()] = append(a.Firing[rule.Name()], firing{active.Labels.Map(), minute})
					a.Annotations[rule.Name()] = active.Annotations.Map()
				}
			}
			if minute < q.Minutes {
				return
			}
			for _, each := range q.Queries {
				result, err := query(ctx, each, at)
				fail(err)
				a.Results[each] = len(result)
			}
		})
	}
	fail(json.NewEncoder(os.Stdout).Encode(a))
}

func fail(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
