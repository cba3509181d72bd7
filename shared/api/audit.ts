import { describeTraffic } from '../contribution/schedule.ts';
import type { Schedule } from '../contribution/traffic.ts';
import { counted } from '../text/printable.ts';
import type { DatedRefusal, Dial, MergedApplication, Origin } from '../registry/application.ts';

/** The first instance registered, or the last one is gone. */
type Registering = 'registered' | 'unregistered';

/** One event of the audit trail: one line of the log about one application. */
export interface AuditEvent {
  readonly app: string;
  readonly event: 'published' | 'withdrawn' | 'refused' | 'status' | 'owner' | 'share' | 'policy' | Registering;
  /** The state before and after, in words. */
  readonly from: string;
  readonly to: string;
  /** The object that caused it, with the reason. */
  readonly cause: string;
}

/** What people want to know about a change at three in the morning. Single instances that come and go have no event. */
export function auditEvents(
  before: MergedApplication | undefined,
  after: MergedApplication | undefined,
): readonly AuditEvent[] {
  const app = (after ?? before)?.name ?? '';
  const [was, is] = [facts(before), facts(after)];
  const events: AuditEvent[] = [];
  const add = (event: AuditEvent['event'], from: string, to: string, cause: string): void =>
    void events.push({ app, event, from, to, cause });
  const cause = is.cause ?? is.refusal ?? 'nothing of Kubernetes is there any more';
  if (was.entries === 0 && is.entries > 0)
    add('published', 'nothing', `${counted(is.entries, 'entry', 'entries')}, ${is.status}`, cause);
  else if (was.entries > 0 && is.entries === 0)
    add('withdrawn', counted(was.entries, 'entry', 'entries'), 'nothing', cause);
  else if (was.status !== is.status) add('status', was.status, is.status, cause);
  if (was.owner !== '' && is.owner !== '' && was.owner !== is.owner) add('owner', was.owner, is.owner, cause);
  if (was.share !== '' && is.share !== '' && was.share !== is.share)
    add('share', was.share, is.share, isStep(was.schedule, is.schedule) ? 'schedule' : cause);
  if (was.policy !== is.policy && before !== undefined && after !== undefined)
    add('policy', was.policy, is.policy, 'configuration or annotation');
  if ((was.registered === 0) !== (is.registered === 0))
    add(
      is.registered > 0 ? 'registered' : 'unregistered',
      counted(was.registered, 'instance'),
      counted(is.registered, 'instance'),
      'registrations',
    );
  for (const { object, code, reason } of after?.refusals ?? [])
    if (
      !UNLOGGED_CODES.has(code) &&
      before?.refusals.some((old) => old.object === object && old.code === code) !== true
    )
      add('refused', object, code, reason);
  return events;
}

/** Nobody changed anything: time went on. */
function isStep(before: Schedule | undefined, after: Schedule | undefined): boolean {
  return before !== undefined && after !== undefined && describeTraffic(before) === describeTraffic(after);
}

/** Refusals without an event: otherwise every Ingress that nobody asked to publish would have a line. */
const UNLOGGED_CODES: ReadonlySet<DatedRefusal['code']> = new Set(['not-selected', 'opted-out']);

/** The number of copies follows the registrations, and is no event. */
function shareText(dial: Dial | undefined): string {
  if (dial === undefined) return '';
  return dial.question?.copies === true ? `${dial.asked} with copies` : dial.asked;
}

interface Facts {
  readonly entries: number;
  readonly status: string;
  readonly owner: string;
  readonly share: string;
  readonly schedule: Schedule | undefined;
  readonly policy: string;
  readonly registered: number;
  readonly cause: string | undefined;
  readonly refusal: string | undefined;
}

function facts(application: MergedApplication | undefined): Facts {
  const derived: (Origin & { readonly kind: 'ingress' })[] = [];
  const statuses = new Set<string>();
  let copies = 0;
  // Without a dial nothing is derived, and most applications have none: their instances are not gone through.
  for (const { id, status } of application?.dial === undefined ? [] : application.served) {
    const origin = application?.origins.get(id);
    if (origin?.kind === 'copy') copies += 1;
    if (origin?.kind !== 'ingress') continue;
    derived.push(origin);
    statuses.add(status);
  }
  const [first] = derived;
  const refusal = application?.refusals[0];
  const hidden = application?.hidden.length ?? 0;
  return {
    entries: derived.length,
    status: [...statuses].toSorted().join(' and '),
    owner: first === undefined ? '' : first.object.slice(first.object.indexOf('/') + 1),
    share: shareText(application?.dial),
    schedule: application?.dial?.schedule?.schedule,
    policy: application?.policy ?? 'both',
    registered: (application?.served.length ?? 0) - derived.length - copies + hidden,
    cause: first && `${first.object}: ${first.statusReason}`,
    refusal: refusal && `${refusal.object}: ${refusal.code}: ${refusal.reason}`,
  };
}
