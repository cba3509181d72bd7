import { ok, type Result } from '../result.ts';
import { annotation } from './annotation-keys.ts';
import type { ParsedAnnotations } from './annotations.ts';
import { isRootPath } from './root-path.ts';
import { refused, type RefusalCause } from '../contribution/refusal.ts';
import type { IngressPath, IngressRule, StrippedIngress } from './stripped.ts';

/** The one host that an entry stands for, with the paths that the Ingress serves on it. */
export interface HostChoice {
  readonly host: string;
  /** `undefined`: the host has no http rule, all of it goes to the default backend. */
  readonly paths: readonly IngressPath[] | undefined;
  readonly notices: readonly string[];
}

const ANNOTATION = annotation('host');

export function chooseHost(ingress: StrippedIngress, annotations: ParsedAnnotations): Result<HostChoice, RefusalCause> {
  return annotations.host === undefined ? chooseAmongRules(ingress) : takeAnnotated(ingress, annotations.host);
}

/** Whether a host of a rule or of spec.tls covers `host`; a wildcard stands for exactly one label, `*` alone for all. */
export function coversHost(pattern: string, host: string): boolean {
  if (pattern === '*' || pattern === host) return true;
  if (!pattern.startsWith('*.')) return false;
  const dot = host.indexOf('.');
  return dot > 0 && host.slice(dot) === pattern.slice(1);
}

function chooseAmongRules(ingress: StrippedIngress): Result<HostChoice, RefusalCause> {
  const concrete = ingress.rules.filter(({ host }) => host !== '' && !host.startsWith('*'));
  const hosts = [...new Set(concrete.filter(({ paths }) => paths !== undefined).map(({ host }) => host))];
  const [only] = hosts;
  if (only === undefined) return noHost(ingress, concrete);
  if (hosts.length === 1) return ok({ host: only, paths: pathsOf(concrete, only), notices: [] });
  const host = hosts.find((candidate) => pathsOf(concrete, candidate)?.some(isRootPath)) ?? only;
  const notice = `host ${host} chosen out of ${hosts.length} (${hosts.join(', ')}); ${ANNOTATION} chooses another`;
  return ok({ host, paths: pathsOf(concrete, host), notices: [notice] });
}

function noHost({ rules }: StrippedIngress, concrete: readonly IngressRule[]): Result<HostChoice, RefusalCause> {
  const wildcard = rules.find(({ host }) => host.startsWith('*'));
  const [bare] = concrete;
  if (bare !== undefined)
    return refused('no-http-rule', `the rule of host ${bare.host} has no http paths; name the host with ${ANNOTATION}`);
  if (wildcard !== undefined)
    return refused('wildcard-host', `${wildcard.host} is no host to call; name one under it with ${ANNOTATION}`);
  return refused('no-host', `no rule of the Ingress names a host; name the one to call with ${ANNOTATION}`);
}

/** The most specific rules that cover the host, as ingress controllers choose: itself, then a wildcard, then any host. */
function takeAnnotated(
  { rules, defaultBackendService }: StrippedIngress,
  host: string,
): Result<HostChoice, RefusalCause> {
  const matching = [host, wildcardOver(host), ''].find((name) => rules.some((rule) => rule.host === name));
  if (matching !== undefined) return ok({ host, paths: pathsOf(rules, matching), notices: [] });
  if (rules.length === 0 && defaultBackendService !== undefined) return ok({ host, paths: undefined, notices: [] });
  const served = [...new Set(rules.map((rule) => rule.host))].join(', ');
  return refused(
    'no-host',
    `${ANNOTATION} is "${host}", but no rule of the Ingress serves it (${served || 'no rules'})`,
  );
}

function wildcardOver(host: string): string {
  return `*${host.slice(Math.max(0, host.indexOf('.')))}`;
}

/** One host may stand in several rules; `undefined` when none of them has http. */
function pathsOf(rules: readonly IngressRule[], host: string): readonly IngressPath[] | undefined {
  const withHttp = rules.filter((rule) => rule.host === host && rule.paths !== undefined);
  return withHttp.length === 0 ? undefined : withHttp.flatMap(({ paths }) => paths ?? []);
}
