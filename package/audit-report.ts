import { err, ok, type Result } from '../shared/result.ts';

/** A known weakness of a package in the lock file. */
export interface Finding {
  /** `GHSA-…`, or the number of the registry. */
  readonly advisory: string;
  readonly package: string;
  readonly severity: string;
  readonly title: string;
}

/** Why a finding does no harm here. */
export interface Explanation {
  readonly advisory: string;
  readonly package: string;
  readonly why: string;
}

interface Via {
  readonly source?: number;
  readonly name?: string;
  readonly url?: string;
  readonly title?: string;
  readonly severity?: string;
}

/** The findings in what `npm audit --json` prints; an error says why the registry gave no answer. */
export function findingsOf(printed: string): Result<readonly Finding[], string> {
  let report: { readonly vulnerabilities?: Readonly<Record<string, { readonly via: readonly (Via | string)[] }>> } & {
    readonly message?: string;
  };
  try {
    report = JSON.parse(printed) as typeof report;
  } catch {
    return err(`npm audit printed no report: ${printed.slice(0, 200).trim()}`);
  }
  if (report.vulnerabilities === undefined) return err(report.message ?? 'npm audit printed no report');
  const findings = new Map<string, Finding>();
  // A text in `via` names another package, which has its own entry.
  for (const via of Object.values(report.vulnerabilities).flatMap((each) => each.via)) {
    if (typeof via === 'string') continue;
    const { source, name = '?', url = '', title = '', severity = '?' } = via;
    const advisory = /GHSA-[\w-]+/.exec(url)?.[0] ?? String(source);
    findings.set(`${advisory} ${name}`, { advisory, package: name, severity, title });
  }
  return ok([...findings.values()]);
}

/** What has to be done, one sentence each: findings without an explanation, and explanations without a finding. */
export function auditProblems(findings: readonly Finding[], explanations: readonly Explanation[]): readonly string[] {
  const same = (a: Finding | Explanation, b: Finding | Explanation): boolean =>
    a.advisory === b.advisory && a.package === b.package;
  return [
    ...findings
      .filter((finding) => !explanations.some((each) => same(each, finding) && each.why.trim() !== ''))
      .map((each) => `${each.advisory} ${each.package} (${each.severity}) is not explained: ${each.title}`),
    ...explanations
      .filter((explanation) => !findings.some((each) => same(each, explanation)))
      .map((each) => `${each.advisory} ${each.package} is explained, but is no finding: take it out`),
  ];
}
