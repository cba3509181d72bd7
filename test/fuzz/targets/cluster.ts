import assert from 'node:assert/strict';
import { ApiError } from '../../../server/sources/kubernetes/failure.ts';
import { readPage } from '../../../server/sources/kubernetes/list-page.ts';
import { ClusterObjects } from '../../../shared/ingress/cluster-objects.ts';
import { deriveCandidate } from '../../../shared/derivation/derive.ts';
import { derivationRules } from '../../../shared/ingress/rules.ts';
import { stripObject } from '../../../shared/ingress/strip.ts';
import { OBJECT_KINDS } from '../../../shared/ingress/stripped.ts';
import { derivationConfig } from '../../support/derivation.ts';
import { nameTable } from '../../support/name-table.ts';
import { endlessSlice } from '../../support/time-slices.ts';
import { target, type NamedTarget } from '../engine/target.ts';
import { clusterObjects } from '../input/cluster-files.ts';
import { mutatedJson } from '../input/json-mutation.ts';
import { checkLine } from '../oracle/reason.ts';

const WORDS = [
  'metadata',
  'name',
  'namespace',
  'annotations',
  'spec',
  'rules',
  'host',
  'http',
  'paths',
  'path',
  'pathType',
  'backend',
  'service',
  'port',
  'number',
  'Prefix',
  'Exact',
  'tls',
  'status',
  'loadBalancer',
  'ingress',
  'endpoints',
  'conditions',
  'ready',
  'addresses',
  'labels',
  'parentRefs',
  'sectionName',
  'hostnames',
  'matches',
  'backendRefs',
  'weight',
  'listeners',
  'protocol',
  'allowedRoutes',
  'selector',
  'matchExpressions',
  'eurek8s.io/publish',
  'eurek8s.io/traffic',
  'deletionTimestamp',
  'creationTimestamp',
];

type Kinded = Readonly<Record<string, unknown>>;

function objectsIn(input: string): readonly unknown[] {
  try {
    const parsed = JSON.parse(input) as unknown;
    return Array.isArray(parsed) ? parsed : [parsed];
  } catch {
    return [];
  }
}

function kindOf(object: unknown): (typeof OBJECT_KINDS)[number] | undefined {
  return OBJECT_KINDS.find(
    (kind) => typeof object === 'object' && object !== null && (object as Kinded)['kind'] === kind,
  );
}

export const CLUSTER: readonly NamedTarget[] = [
  target('cluster-objects', 'objects of a cluster, stripped, and what is derived from them', () => {
    const rules = derivationRules(derivationConfig());
    assert.ok(rules.ok);
    const names = nameTable({});
    return {
      generate: (random) => mutatedJson(random.pick(clusterObjects()), random, WORDS),
      read: (input) => {
        const objects = new ClusterObjects();
        for (const raw of objectsIn(input)) {
          const kind = kindOf(raw);
          const object = kind && stripObject(kind, raw);
          if (object !== undefined) objects.set(object);
        }
        return [...objects.candidateKeys()].map((key) => {
          const ingress = objects.candidate(key);
          assert.ok(ingress !== undefined);
          return deriveCandidate(ingress, objects, rules.value, names, undefined);
        });
      },
      judge: (_input, derived) => {
        for (const { outcome } of derived) {
          if (outcome.kind === 'refused') checkLine(outcome.refusal.reason);
          if (outcome.kind === 'published') assert.match(outcome.publication.host, /^[\x21-\x7e]+$/);
        }
        return derived.some(({ outcome }) => outcome.kind === 'published') ? 'accepted' : 'refused';
      },
      growsTo: 32 * 1024,
    };
  }),
  target('cluster-lists', 'pages of lists of an API server', () => ({
    generate: (random) => {
      const items = JSON.parse(random.pick(clusterObjects())) as readonly unknown[];
      const list = {
        kind: 'IngressList',
        apiVersion: 'networking.k8s.io/v1',
        metadata: { resourceVersion: '7', continue: 'x' },
        items,
      };
      return mutatedJson(JSON.stringify(list), random, [
        ...WORDS,
        'items',
        'resourceVersion',
        'continue',
        'IngressList',
        'Status',
      ]);
    },
    read: async (input) => {
      try {
        return await readPage('Ingress', input, stripObject, endlessSlice());
      } catch (error) {
        if (error instanceof ApiError) return error;
        throw error;
      }
    },
    judge: (input, page) => {
      if (page instanceof ApiError) return 'refused';
      const whole = JSON.parse(input) as { readonly kind: string; readonly items: readonly unknown[] };
      assert.equal(whole.kind, 'IngressList');
      assert.equal(page.items.length, whole.items.length);
      assert.notEqual(page.resourceVersion, '');
      return 'accepted';
    },
  })),
];
