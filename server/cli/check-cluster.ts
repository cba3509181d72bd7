import type { ClusterConfig, Config } from '../../shared/config/config.ts';
import { checkAccess } from '../sources/kubernetes/check-access.ts';
import type { Finding } from './finding.ts';
import type { Shell } from './shell.ts';

type Edges = Pick<Shell, 'clock' | 'environment'>;

const DEADLINE_MS = 10_000;

/** Checks that the cluster answers, and grants the rights that the configuration needs. */
export async function checkCluster(
  cluster: ClusterConfig,
  config: Config,
  { clock, environment }: Edges,
): Promise<readonly Finding[]> {
  const subject = `cluster ${cluster.name}`;
  const startedAt = clock.now();
  const { selection, defaults, events } = config;
  const needs = { selection, healthMode: defaults.health, events: events.enabled };
  const access = { cluster, ...needs, clock, environment, timeoutMs: DEADLINE_MS };
  const rights = await checkAccess(access);
  if (!rights.ok) return [{ verdict: 'bad', subject, text: withoutPrefix(rights.error, `${subject}: `) }];
  if (rights.value.length === 0)
    return [{ verdict: 'good', subject, text: `answers with all rights needed, ${clock.now() - startedAt} ms` }];
  return rights.value.map(({ verb, resource, need, consequence }) => ({
    verdict: need === 'required' ? 'bad' : 'note',
    subject,
    text: `no right to ${verb} ${resource}: ${consequence}`,
  }));
}

function withoutPrefix(text: string, prefix: string): string {
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}
