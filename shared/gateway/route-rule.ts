import { refused, type RefusalCause } from '../contribution/refusal.ts';
import { annotation } from '../ingress/annotation-keys.ts';
import type { ParsedAnnotations } from '../ingress/annotations.ts';
import { claimedPath, ROOT } from '../ingress/path-claim.ts';
import type { RouteMatch, RouteRule, StrippedHttpRoute } from '../ingress/stripped-gateway.ts';
import { ok, type Result } from '../result.ts';

/** The rule that answers the callers of an entry. */
export interface RuleChoice {
  readonly rule: RouteRule;
  /** What it serves of the host, in the spelling of `claimedPath`. */
  readonly path: string;
  readonly notices: readonly string[];
}

const ANNOTATION = annotation('path');

/** Chooses the rule that serves `/` for every call, because callers of Ribbon know neither path prefixes nor headers. */
export function chooseRule(
  { rules }: StrippedHttpRoute,
  allowPath: ParsedAnnotations['path'],
): Result<RuleChoice, RefusalCause> {
  if (rules.every(({ redirects }) => redirects))
    return refused(
      'redirect-only',
      'its rules only redirect: the HTTPRoute that serves the host is the one to publish',
    );
  const root = rules.find((rule) => servedPaths(rule).includes(ROOT));
  if (root?.redirects === true) return refused('no-backend-service', 'its rule for / redirects; give it a Service');
  if (root !== undefined) return ok({ rule: root, path: ROOT, notices: elsewhere(rules, root) });
  const conditions = conditionsOf(rules, ROOT);
  if (conditions.length > 0)
    return refused(
      'conditional-match',
      `its rules for / answer only calls with certain ${conditions.join(', ')}: add a rule for / without them`,
    );
  const other = rules.find((rule) => !rule.redirects && servedPaths(rule).length > 0);
  const [path] = other === undefined ? [] : servedPaths(other);
  if (other === undefined || path === undefined)
    return refused('conditional-match', 'none of its rules answers every call to a path: add one for /');
  if (allowPath === 'allow') {
    const notice = `published under ${written(path)} only (${ANNOTATION}): callers that know no path prefix get 404`;
    return ok({ rule: other, path, notices: [notice, ...elsewhere(rules, other)] });
  }
  const paths = rules.flatMap((rule) => servedPaths(rule)).map(written);
  return refused(
    'path-not-root',
    `only ${[...new Set(paths)].join(', ')} of its hosts is served, and callers know no path prefix: add a rule for PathPrefix /, or set ${ANNOTATION}: allow`,
  );
}

/** The paths for which the rule answers every call. */
export function servedPaths({ matches }: RouteRule): readonly string[] {
  if (matches.length === 0) return [ROOT];
  return matches.filter(({ conditions }) => conditions.length === 0).map(pathOf);
}

function pathOf({ path, pathType }: RouteMatch): string {
  if (pathType === 'RegularExpression') return pathOfExpression(path);
  return claimedPath({ path, pathType: pathType === 'Exact' ? 'Exact' : 'Prefix' });
}

/** Most controllers want the expression to match all of a path (Envoy), others only its beginning. */
function pathOfExpression(path: string): string {
  const begun = claimedPath({ path, pathType: 'ImplementationSpecific' });
  if (begun !== ROOT) return begun;
  const whole = claimedPath({ path: `(?:${path})$`, pathType: 'ImplementationSpecific' });
  return whole === ROOT ? ROOT : claimedPath({ path, pathType: 'Exact' });
}

function conditionsOf(rules: readonly RouteRule[], path: string): readonly string[] {
  const matches = rules.flatMap((rule) => rule.matches).filter((match) => pathOf(match) === path);
  return [...new Set(matches.flatMap(({ conditions }) => conditions))];
}

/** What of the host other rules answer. */
function elsewhere(rules: readonly RouteRule[], chosen: RouteRule): readonly string[] {
  const others = rules.filter((rule) => rule !== chosen);
  const paths = [...new Set(others.flatMap(servedPaths))].map(written);
  const conditions = conditionsOf(others, ROOT);
  return [
    ...(paths.length === 0 ? [] : [`${paths.join(', ')} ${paths.length === 1 ? 'is' : 'are'} answered by other rules`]),
    ...(conditions.length === 0 ? [] : [`calls with certain ${conditions.join(', ')} are answered by other rules`]),
  ];
}

/** An exact path is marked by a sign in the spelling of `claimedPath`. */
function written(path: string): string {
  return path.startsWith('=') ? `${path.slice(1)} (Exact)` : path;
}
