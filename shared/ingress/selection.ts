import { printable } from '../text/printable.ts';
import { annotation } from './annotation-keys.ts';
import { meantKey, readAnnotation } from './annotations.ts';
import { PUBLISH } from './annotation-values.ts';
import type { ObjectView } from './cluster-objects.ts';
import { matchesLabels } from './label-selector.ts';
import type { RefusalCause } from '../contribution/refusal.ts';
import type { DerivationRules } from './rules.ts';
import type { Candidate, StrippedIngress, StrippedObject } from './stripped.ts';

const KEY = annotation('publish');

/** Why an object is not selected; `undefined` when it is. `ofClass`: what its class says, which each kind has in its own way. */
export function whyNotSelected(
  candidate: Candidate,
  ofClass: RefusalCause | undefined,
  objects: ObjectView,
  rules: DerivationRules,
): RefusalCause | undefined {
  const { namespace } = candidate.meta;
  const space = objects.namespace(namespace);
  const own = readAnnotation(candidate.meta.annotations, KEY, PUBLISH);
  const inherited = readAnnotation(space?.meta.annotations ?? {}, KEY, PUBLISH);
  if (!own.ok) return { code: 'bad-annotation', reason: own.error };
  if (!inherited.ok) return { code: 'bad-annotation', reason: `on namespace ${namespace}: ${inherited.error}` };
  // "false" on either of them is final. Not publishing is the harmless mistake, and both sides can keep their traffic
  // to themselves.
  if (own.value === 'false')
    return { code: 'opted-out', reason: `${KEY} is "false" on the ${candidate.kind}; remove it to publish` };
  if (inherited.value === 'false')
    return { code: 'opted-out', reason: `${KEY} is "false" on namespace ${namespace}, which holds for all in it` };
  return (
    ofClass ??
    namespaceRefusal(namespace, space?.meta.labels ?? {}, rules) ??
    labelRefusal(candidate, rules) ??
    solverRefusal(candidate) ??
    (rules.selection.mode === 'annotated' && own.value !== 'true' && inherited.value !== 'true'
      ? {
          code: 'not-selected',
          reason: `annotate the ${candidate.kind} (or its Namespace) with ${KEY}: "true" to publish it${didTheyMean(candidate, space)}`,
        }
      : undefined)
  );
}

/** A hint for people who misspelled the key and believe the Ingress to be published. */
function didTheyMean(...objects: readonly (StrippedObject | undefined)[]): string {
  for (const object of objects)
    for (const key of Object.keys(object?.meta.annotations ?? {}).toSorted()) {
      const whose = `${object?.kind ?? ''} ${object?.meta.name ?? ''}`;
      if (key === KEY && object?.meta.annotations[key]?.trim() === '') return `; on ${whose} it is empty`;
      if (key !== KEY && meantKey(key) === KEY) return `; ${whose} has ${printable(key)}: did you mean ${KEY}?`;
    }
  return '';
}

export function ingressClassRefusal(
  { overruledClass }: StrippedIngress,
  className: string | undefined,
  { selection }: Pick<DerivationRules, 'selection'>,
): RefusalCause | undefined {
  const allowed = selection.ingressClasses;
  if (allowed.length === 0 || (className !== undefined && allowed.includes(className))) return undefined;
  const overruled =
    overruledClass === undefined
      ? ''
      : ` (of annotation kubernetes.io/ingress.class, which goes before ${overruledClass} of the spec)`;
  const has =
    className === undefined ? 'the Ingress has no class' : `ingress class ${className}${overruled} is not allowed`;
  return { code: 'class-not-allowed', reason: `${has}: selection.ingressClasses allows ${allowed.join(', ')}` };
}

function namespaceRefusal(
  namespace: string,
  labels: Readonly<Record<string, string>>,
  { selection, namespaceSelector }: DerivationRules,
): RefusalCause | undefined {
  const code = 'namespace-not-selected';
  if (selection.namespaces.length > 0 && !selection.namespaces.includes(namespace))
    return { code, reason: `selection.namespaces allows ${selection.namespaces.join(', ')}, not ${namespace}` };
  if (namespaceSelector.length === 0) return undefined;
  // The API server sets this label on every Namespace; manifests need not contain Namespaces.
  if (matchesLabels(namespaceSelector, { 'kubernetes.io/metadata.name': namespace, ...labels })) return undefined;
  const selector = selection.namespaceSelector;
  return {
    code,
    reason: `the labels of namespace ${namespace} do not match selection.namespaceSelector "${selector}"`,
  };
}

/**
 * cert-manager sets it on the Ingress or HTTPRoute that it makes for the duration of a challenge, beside labels that the issuer
 * configures.
 */
const SOLVER = 'acme.cert-manager.io/http01-solver';

function solverRefusal({ meta }: Candidate): RefusalCause | undefined {
  if (meta.labels[SOLVER] !== 'true') return undefined;
  return {
    code: 'not-selected',
    reason: `label ${SOLVER}: it answers a challenge for a certificate, and goes by itself`,
  };
}

function labelRefusal(candidate: Candidate, { selection, labelSelector }: DerivationRules): RefusalCause | undefined {
  if (matchesLabels(labelSelector, candidate.meta.labels)) return undefined;
  const reason = `the labels of the ${candidate.kind} do not match selection.labelSelector "${selection.labelSelector}"`;
  return { code: 'label-not-selected', reason };
}
