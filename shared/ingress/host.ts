import { ok, type Result } from '../result.ts';
import { annotation } from './annotation-keys.ts';
import type { ParsedAnnotations } from './annotations.ts';
import { isWildcard, parseIngressHost, patternsOver } from './ingress-host.ts';
import { isRootPath } from './path-claim.ts';
import { refused, type RefusalCause } from '../contribution/refusal.ts';
import type { IngressPath, IngressRule, StrippedIngress } from './stripped.ts';

/** The one host of an entry, with the paths that the Ingress serves on it. */
export interface HostChoice {
  readonly host: string;
  /** The host of the rule that serves it: the host itself, a wildcard that covers it, or empty for any host. */
  readonly pattern: string;
  /** `undefined` when the host has no http rule, so that the default backend serves all of it. */
  readonly paths: readonly IngressPath[] | undefined;
  readonly notices: readonly string[];
}

const ANNOTATION = annotation('host');

export function chooseHost(ingress: StrippedIngress, annotations: ParsedAnnotations): Result<HostChoice, RefusalCause> {
  return annotations.host === undefined ? chooseAmongRules(ingress) : takeAnnotated(ingress, annotations.host);
}

function chooseAmongRules(ingress: StrippedIngress): Result<HostChoice, RefusalCause> {
  const concrete = ingress.rules.filter(({ host }) => host !== '' && !isWildcard(host));
  const named = [...new Set(concrete.filter(({ paths }) => paths !== undefined).map(({ host }) => host))];
  const wrong = named.flatMap((host) => whyWrong(host) ?? []);
  const hosts = wrong.length === 0 ? named : named.filter((host) => whyWrong(host) === undefined);
  const [only] = hosts;
  if (only === undefined)
    return wrong.length > 0
      ? refused('bad-host', `${wrong.join('; ')}: correct the rule, or name a host with ${ANNOTATION}`)
      : noHost(ingress, concrete);
  const notices = wrong.map((reason) => `${reason}: it is skipped`);
  if (hosts.length === 1) return ok({ host: only, pattern: only, paths: pathsOf(concrete, only), notices });
  const host = hosts.find((candidate) => pathsOf(concrete, candidate)?.some(isRootPath)) ?? only;
  notices.push(`host ${host} chosen out of ${hosts.length} (${hosts.join(', ')}); ${ANNOTATION} chooses another`);
  return ok({ host, pattern: host, paths: pathsOf(concrete, host), notices });
}

/** Why a host of a rule cannot be called; `undefined` when it can. */
export function whyWrong(host: string): string | undefined {
  const parsed = parseIngressHost(host);
  return parsed.ok ? undefined : `${JSON.stringify(host)} is no host to call, as ${parsed.error}`;
}

function noHost({ rules }: StrippedIngress, concrete: readonly IngressRule[]): Result<HostChoice, RefusalCause> {
  const wildcard = rules.find(({ host }) => isWildcard(host));
  const [bare] = concrete;
  if (bare !== undefined)
    return refused('no-http-rule', `the rule of host ${bare.host} has no http paths; name the host with ${ANNOTATION}`);
  if (wildcard !== undefined)
    return refused('wildcard-host', `${wildcard.host} is no host to call; name one under it with ${ANNOTATION}`);
  return refused('no-host', `no rule of the Ingress names a host; name the one to call with ${ANNOTATION}`);
}

/**
 * Takes the most specific rules that cover the host, as ingress controllers choose. A default backend serves all other
 * hosts.
 */
function takeAnnotated({ rules, defaultBackend }: StrippedIngress, host: string): Result<HostChoice, RefusalCause> {
  const pattern = patternsOver(host).find((name) => rules.some((rule) => rule.host === name));
  if (pattern !== undefined) return ok({ host, pattern, paths: pathsOf(rules, pattern), notices: [] });
  if (defaultBackend !== undefined) return ok({ host, pattern: '', paths: undefined, notices: [] });
  const served = [...new Set(rules.map((rule) => rule.host))].join(', ');
  return refused(
    'no-host',
    `${ANNOTATION} is "${host}", but no rule of the Ingress serves it (${served || 'no rules'})`,
  );
}

/** One host may be in several rules; `undefined` when none of them has http. */
function pathsOf(rules: readonly IngressRule[], host: string): readonly IngressPath[] | undefined {
  const withHttp = rules.filter((rule) => rule.host === host && rule.paths !== undefined);
  return withHttp.length === 0 ? undefined : withHttp.flatMap(({ paths }) => paths ?? []);
}
