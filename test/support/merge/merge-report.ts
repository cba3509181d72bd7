import { SOURCE_MARKER } from '../../../shared/model/names.ts';
import type { InstanceRecord } from '../../../shared/model/instance.ts';
import { diffApplication } from '../../../shared/registry/diff.ts';
import type { Entry, MergedApplication, Origin } from '../../../shared/registry/application.ts';
import { zoneOf } from '../../../shared/registry/template.ts';
import type { StepOutcome } from './merge-case.ts';

/** The outcomes for people: what is served and why, what is not served and why, and what the delta has. */
export function reportOf(steps: readonly StepOutcome[]): readonly object[] {
  return steps.map(({ at, merged, before }, i) => ({
    at: time(at),
    ...Object.fromEntries(
      [...merged].map(([name, application]) => [
        name,
        {
          ...applicationReport(application),
          ...(i === 0 ? {} : { changes: changes(before.get(name), application, at) }),
        },
      ]),
    ),
  }));
}

function applicationReport({ served, origins, hidden, refusals, policy, dial }: MergedApplication): object {
  const entries = served.flatMap((record): readonly Entry[] => {
    const origin = origins.get(record.id);
    return origin === undefined ? [] : [{ record, origin }];
  });
  return {
    policy,
    ...(dial === undefined
      ? {}
      : {
          dial: `${dial.asked} asked, ${dial.achievedPercent}% achieved: ${dial.entries} beside ${dial.realUp}${dial.copies === 0 ? '' : ` and ${dial.copies} copies`}`,
        }),
    served: together(entries),
    ...(hidden.length === 0
      ? {}
      : { hidden: hidden.map(({ record, origin, code, reason }) => `${brief(record, origin)}: ${code}, ${reason}`) }),
    ...(refusals.length === 0
      ? {}
      : { refused: refusals.map(({ object, code, reason }) => `${object}: ${code}, ${reason}`) }),
  };
}

/** Entries that differ only in their index become one line. */
function together(entries: readonly Entry[]): readonly (object | string)[] {
  const groups = new Map<
    string,
    { readonly stem: string; readonly indices: number[]; readonly report: object | string }
  >();
  for (const { record, origin } of entries) {
    const [stem, index] = indexed(record.id);
    const report = stem === '' ? brief(record, origin) : full(record, origin);
    const key = JSON.stringify([stem || record.id, report]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { stem, indices: [Number(index)], report });
    else group.indices.push(Number(index));
  }
  return [...groups.values()].map(({ stem, indices, report }) =>
    typeof report === 'string' ? report : { id: stem + span(indices.toSorted((a, b) => a - b)), ...report },
  );
}

/** The stem of the id of a synthetic entry, and its index. */
function indexed(id: string): readonly [string, string] {
  const [, stem = '', index = ''] = /^(eurek8s:.*:)(\d+)$/.exec(id) ?? [];
  return [stem, index];
}

function span(indices: readonly number[]): string {
  const [first, last] = [indices[0] ?? 0, indices.at(-1) ?? 0];
  if (first === last) return String(first);
  return last - first === indices.length - 1 ? `${first}…${last}` : indices.join(',');
}

/** A registration is served unchanged, so its id is enough. */
function brief({ id, status, ...record }: InstanceRecord, { source }: Origin): string {
  return `${id}: ${source}, ${status}, ${zoneText(zoneOf({ id, status, ...record }))}`;
}

function zoneText(zone: string | undefined): string {
  return zone === undefined ? 'no zone' : `zone ${zone}`;
}

function full(record: InstanceRecord, origin: Origin): object {
  // All else is what its original has.
  if (origin.kind === 'copy')
    return { copyOf: `${origin.original}, ${record.status}, ${zoneText(zoneOf(record))}`, for: origin.object };
  const metadata = new Map(record.metadata);
  metadata.delete('zone');
  metadata.delete(SOURCE_MARKER);
  const { vipAddress: vip, secureVipAddress: secureVip, dataCenterInfo: center } = record;
  return {
    from: origin.kind === 'ingress' ? `${origin.object}, ${origin.statusReason}` : origin.source,
    status: `${record.status} since ${time(record.lastDirtyTimestamp)}`,
    zone: record.metadata.get('zone'),
    at: `${hostsOf(record).join(' ')}, ip ${record.ipAddr}`,
    vip: vip === secureVip ? vip : `${vip}, secure ${secureVip}`,
    ...(metadata.size === 0 ? {} : { metadata: Object.fromEntries(metadata) }),
    ...(center.name === 'Amazon' ? { amazon: amazonText(center.metadata) } : {}),
    ...pagesOf(record),
    ...(origin.kind === 'ingress' && origin.notices.length > 0 ? { notices: origin.notices } : {}),
  };
}

function hostsOf({ hostName, port, securePort }: InstanceRecord): readonly string[] {
  return [
    ...(port.enabled ? [`http://${hostName}:${port.number}`] : []),
    ...(securePort.enabled ? [`https://${hostName}:${securePort.number}`] : []),
  ];
}

/** Only those that are not the usual ones. */
function pagesOf({ hostName, homePageUrl, statusPageUrl, healthCheckUrl }: InstanceRecord): object {
  const base = `http://${hostName}`;
  const usual = [`${base}/`, `${base}/actuator/info`, `${base}/actuator/health`];
  const pages = [homePageUrl, statusPageUrl, healthCheckUrl];
  return pages.every((page, i) => page === usual[i]) ? {} : { pages };
}

function amazonText(metadata: ReadonlyMap<string, string>): string {
  return [...metadata].map(([key, value]) => `${key} ${value}`).join(', ');
}

/** The changes in a delta; those of the copies of one instance become one line. */
function changes(before: MergedApplication | undefined, after: MergedApplication, at: number): readonly string[] {
  const lines = new Map<string, number[]>();
  for (const { kind, record } of diffApplication(after.name, before, after, at, 0)) {
    const [stem, index] = record.id.includes(':copy_of:') ? indexed(record.id) : [record.id, ''];
    const line = `${kind} ${stem}`;
    lines.set(line, [...(lines.get(line) ?? []), ...(index === '' ? [] : [Number(index)])]);
  }
  return [...lines].map(([line, indices]) =>
    indices.length === 0 ? line : line + span(indices.toSorted((a, b) => a - b)),
  );
}

/** All cases are on one day. */
function time(ms: number): string {
  return new Date(ms).toISOString().slice('2026-05-01T'.length, -'.000Z'.length);
}
