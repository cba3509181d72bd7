import type { Policy } from '../registry/policy.ts';
import type { Dial, MergedApplication, Origin } from '../registry/application.ts';
import type { Refusal } from '../registry/refusal.ts';
import type { InstanceRecord, InstanceStatus } from '../model/instance.ts';
import type { InstanceId } from '../model/names.ts';
import { zoneOf } from '../registry/template.ts';
import { age, table, time } from './text.ts';

/** One entry and where it comes from. */
export interface ExplainedEntry {
  readonly id: string;
  readonly status: InstanceStatus;
  readonly host: string;
  readonly address: string;
  /** Enabled ports only. */
  readonly ports: readonly string[];
  readonly zone: string | undefined;
  readonly world: 'legacy' | 'kubernetes';
  readonly source: string;
  /** `cluster/namespace/ingress` for an entry derived from an Ingress. */
  readonly object: string | undefined;
  readonly rule: string;
  /** ISO time since when its content is what it is. */
  readonly since: string;
  readonly notices: readonly string[];
}

export interface ExplainedHidden extends ExplainedEntry {
  readonly code: string;
  readonly reason: string;
}

/** `GET /eurek8s/explain/{app}`. */
export interface Explanation {
  readonly app: string;
  readonly policy: Policy;
  readonly share: Dial | undefined;
  readonly served: readonly ExplainedEntry[];
  readonly hidden: readonly ExplainedHidden[];
  readonly refused: readonly Refusal[];
  /** What a caller will see, and when at the latest. */
  readonly callers: string;
}

export function explainApplication(application: MergedApplication): Explanation {
  const served = application.served.map((record) => entry(record, application.origins.get(record.id)));
  return {
    app: application.name,
    policy: application.policy,
    share: application.dial,
    served,
    hidden: application.hidden.map(({ record, origin, code, reason }) => ({ ...entry(record, origin), code, reason })),
    refused: application.refusals,
    callers: callers(served),
  };
}

function entry(record: InstanceRecord, origin: Origin | undefined): ExplainedEntry {
  const derived = origin?.kind === 'ingress' ? origin : undefined;
  const ports: string[] = [];
  if (record.port.enabled) ports.push(`http:${record.port.number}`);
  if (record.securePort.enabled) ports.push(`https:${record.securePort.number}`);
  return {
    id: record.id satisfies InstanceId,
    status: record.status,
    host: record.hostName,
    address: record.ipAddr,
    ports,
    zone: zoneOf(record),
    world: derived === undefined ? 'legacy' : 'kubernetes',
    source: origin?.source ?? 'unknown',
    object: derived?.object,
    rule:
      derived === undefined ? `registered by the instance itself` : `derived from the Ingress: ${derived.statusReason}`,
    since: time(derived?.changedAt ?? record.lastUpdatedTimestamp),
    notices: derived?.notices ?? [],
  };
}

function callers(served: readonly ExplainedEntry[]): string {
  const up = served.filter(({ status }) => status === 'UP');
  if (up.length === 0) return 'callers find no UP instance of it';
  const kubernetes = up.filter(({ world }) => world === 'kubernetes').length;
  return (
    `callers choose among ${up.length} UP entries, ${kubernetes} of them in Kubernetes; ` +
    'a change reaches them with their next poll (30 s by default) and their load balancer after it (Ribbon: 30 s)'
  );
}

/** The same for people. `now` in epoch milliseconds. */
export function renderExplanation(explanation: Explanation, now: number): string {
  const lines = [`${explanation.app}  policy ${explanation.policy}`, explanation.callers, ''];
  const { share } = explanation;
  if (share !== undefined)
    lines.push(
      `traffic: asked ${share.asked}, ${share.entries} entries beside ${share.realUp} real UP instances = ${share.achievedPercent}%`,
      '',
    );
  const head = ['ID', 'STATUS', 'HOST', 'PORTS', 'ZONE', 'WORLD', 'FROM', 'SINCE', 'WHY'];
  const row = (each: ExplainedEntry, why: string): readonly string[] => [
    each.id,
    each.status,
    each.host,
    each.ports.join(','),
    each.zone ?? '-',
    each.world,
    each.object ?? each.source,
    age(now - Date.parse(each.since)),
    why,
  ];
  lines.push(`served (${explanation.served.length})`);
  if (explanation.served.length > 0)
    lines.push(
      table(
        head,
        explanation.served.map((each) => row(each, [each.rule, ...each.notices].join('; '))),
      ),
    );
  if (explanation.hidden.length > 0)
    lines.push(
      '',
      `hidden (${explanation.hidden.length})`,
      table(
        head,
        explanation.hidden.map((each) => row(each, `${each.code}: ${each.reason}`)),
      ),
    );
  if (explanation.refused.length > 0)
    lines.push(
      '',
      `not served (${explanation.refused.length})`,
      table(
        ['OBJECT', 'CODE', 'REASON'],
        explanation.refused.map(({ object, code, reason }) => [object, code, reason]),
      ),
    );
  return `${lines.join('\n')}\n`;
}
