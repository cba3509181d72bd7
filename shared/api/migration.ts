import { CALLER_MS } from '../census/caller.ts';
import { describeShortly } from '../contribution/schedule.ts';
import type { MergedApplication } from '../registry/application.ts';
import type { RegistrySnapshot } from '../registry/snapshot.ts';
import { age, counted, indent, printable, table } from '../text/printable.ts';
import type { Steps } from '../time-slice.ts';
import { reportApplication, shareText, stagesLine, type ShareReport } from './apps.ts';
import { reportCallers, type CallerReport, type CensusFacts, type Observer } from './census.ts';
import { STAGES, type Stage } from './stage.ts';
import { isVisible } from './summary.ts';

/** Milliseconds that a replica must have looked before what it has not seen counts as absent: once around the clock. */
export const OBSERVED_MS = 86_400_000;
/** Names in one sentence. */
const MAX_NAMED = 5;

const NOT_ALL_KEPT =
  'not all callers were kept, because there were too many: whether others register is not known (/eurek8s/callers)';

/** One application in `GET /eurek8s/migration`. */
export interface ApplicationMigration {
  readonly name: string;
  readonly stage: Stage;
  readonly share: ShareReport | undefined;
  /** Registered instances, hidden ones included. */
  readonly registered: number;
  /** Served entries from Kubernetes. */
  readonly kubernetes: number;
  /** Who looks it up by name: applications, or addresses. Whoever reads the whole registry may call it as well. */
  readonly callers: readonly string[];
  /** What is left to do, the next step first; empty when it needs the legacy no more. */
  readonly todo: readonly string[];
}

/** Whether the legacy can be switched off, as far as this replica knows. */
export interface Exit {
  readonly ready: boolean;
  /** What keeps it. */
  readonly blockers: readonly string[];
}

/** `GET /eurek8s/migration`. */
export interface MigrationReport {
  readonly replica: Observer;
  readonly summary: {
    readonly applications: number;
    readonly stages: Readonly<Record<Stage, number>>;
    readonly registered: number;
    /** Callers of the last day: those that read, and those that register or renew. */
    readonly readers: number;
    readonly registrants: number;
  };
  readonly applications: readonly ApplicationMigration[];
  /** What was not kept of who looks up what; absent when all was. */
  readonly notKnown?: readonly string[];
  readonly exit: Exit;
}

/** `problems`: what is not known now, such as sources out of reach. `now` in epoch milliseconds. */
export function* reportMigration(
  snapshot: RegistrySnapshot,
  census: CensusFacts,
  problems: readonly string[],
  now: number,
): Steps<MigrationReport> {
  const { replica, callers } = yield* reportCallers(census, snapshot);
  const recent = callers.filter(({ lastSeen = '' }) => now - Date.parse(lastSeen) <= CALLER_MS);
  const calling = recent.filter(({ ownCommand }) => ownCommand === undefined);
  const lookedUp = yield* callersByApplication(calling);
  const applications: ApplicationMigration[] = [];
  for (const application of snapshot.applications) {
    if (isVisible(application)) applications.push(migrationOf(application, lookedUp.get(application.name) ?? []));
    yield;
  }
  const registrants = recent.filter(
    ({ registers, notKept }) => notKept.registers > 0 || registers.some(({ register, renew }) => register + renew > 0),
  );
  const notKnown = gapsOf(calling, census.forgotten);
  const count = (stage: Stage): number => applications.filter((each) => each.stage === stage).length;
  const blockers = [
    ...problems,
    ...applications.filter(({ registered }) => registered > 0).map(blockerOf),
    ...(registrants.length === 0 ? [] : [`still register or renew: ${named(registrants.map(nameOf))}`]),
    ...(census.forgotten === 0 ? [] : [NOT_ALL_KEPT]),
    ...observation(now - census.since),
  ];
  return {
    replica,
    summary: {
      applications: applications.length,
      stages: Object.fromEntries(STAGES.map((stage) => [stage, count(stage)])) as Record<Stage, number>,
      registered: applications.reduce((sum, { registered }) => sum + registered, 0),
      readers: calling.filter(({ reads }) => reads.full + reads.delta + reads.app + reads.vip + reads.svip > 0).length,
      registrants: registrants.length,
    },
    applications,
    ...(notKnown.length > 0 && { notKnown }),
    exit: { ready: blockers.length === 0, blockers },
  };
}

function migrationOf(application: MergedApplication, callers: readonly string[]): ApplicationMigration {
  const { name, stage, share, kubernetes } = reportApplication(application);
  const registered = registeredIn(application);
  return { name, stage, share, registered, kubernetes, callers, todo: todoOf(application, stage, registered) };
}

function registeredIn({ served, origins, hidden }: MergedApplication): number {
  const visible = served.filter(({ id }) => origins.get(id)?.kind === 'registration').length;
  return visible + hidden.length;
}

function todoOf(application: MergedApplication, stage: Stage, registered: number): readonly string[] {
  const { dial, refusals, hidden } = application;
  const down = notUp(application);
  const refused = refusals
    .filter(({ code }) => code !== 'policy' && code !== 'traffic-full')
    .map(({ object, code, reason }) => `get ${object} served, which is refused (${code}): ${reason}`);
  const kept = refusals
    .filter(({ code }) => code === 'policy')
    .map(({ object, reason }) => `let ${object} be served, which is there already: ${reason}`);
  switch (stage) {
    case 'none':
      return [...refused, ...kept];
    case 'legacy-only':
      return [
        ...(refused.length + kept.length > 0
          ? [...refused, ...kept]
          : ['publish it: deploy it, and annotate its Ingress or HTTPRoute eurek8s.io/publish: "true"']),
        `then stop its ${counted(registered, 'registered instance')}`,
      ];
    case 'dual': {
      const isHidden = hidden.length === registered;
      const share = { asked: dial?.asked ?? 'nothing', achievedPercent: dial?.achievedPercent ?? 0 };
      const raise = `raise its share, now ${down.length > 0 ? describeShortly(share.asked) : shareText(share)}`;
      return [
        ...down,
        ...(isHidden ? [] : [raise]),
        `stop its ${counted(registered, 'registered instance')}${isHidden ? ', which get no calls any more' : ', once its share is 100%'}`,
      ];
    }
    case 'kubernetes-only':
      return down;
  }
}

/** What is published and not UP, though a share was given to it: callers leave it out. */
function notUp({ served, origins }: MergedApplication): readonly string[] {
  const states = new Map<string, { readonly up: boolean; readonly text: string }>();
  for (const { id, status } of served) {
    const origin = origins.get(id);
    if (origin?.kind !== 'ingress') continue;
    const { object, statusReason } = origin;
    const up = status === 'UP' || states.get(object)?.up === true;
    states.set(object, { up, text: `get ${object} UP, which is ${status}: ${statusReason}` });
  }
  return [...states.values()].flatMap(({ up, text }) => (up ? [] : [text]));
}

function blockerOf({ name, stage, registered }: ApplicationMigration): string {
  const where = stage === 'dual' ? 'beside Kubernetes' : 'and nothing of it is served from Kubernetes';
  return `${name}: ${counted(registered, 'instance is', 'instances are')} registered, ${where}`;
}

function observation(observedMs: number): readonly string[] {
  return observedMs >= OBSERVED_MS
    ? []
    : [
        `who still registers is not known yet: this replica has looked for ${age(observedMs)}, and ${age(OBSERVED_MS)} are needed`,
      ];
}

function* callersByApplication(callers: readonly CallerReport[]): Steps<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, Set<string>>();
  for (const caller of callers) {
    for (const { applications } of caller.lookups)
      for (const app of applications) {
        const names = found.get(app) ?? new Set();
        found.set(app, names.add(nameOf(caller)));
      }
    yield;
  }
  return new Map(Array.from(found, ([app, names]) => [app, [...names].toSorted()] as const));
}

/** Why an application may have callers that are not named with it. */
function gapsOf(callers: readonly CallerReport[], forgotten: number): readonly string[] {
  const partly = callers.filter(({ notKept }) => notKept.lookups > 0);
  return [
    ...(partly.length === 0
      ? []
      : [`look up more names than are kept, and may call what does not name them: ${named(partly.map(nameOf))}`]),
    ...(forgotten === 0 ? [] : ['not all callers were kept: others may call what does not name them']),
  ];
}

function nameOf({ application, address }: CallerReport): string {
  return application ?? address;
}

function named(names: readonly string[]): string {
  const all = [...new Set(names)].toSorted();
  const more = all.length - MAX_NAMED;
  return more > 0 ? `${all.slice(0, MAX_NAMED).join(', ')} and ${more} more` : all.join(', ');
}

const COLUMNS = ['APPLICATION', 'STAGE', 'SHARE', 'REGISTERED', 'KUBERNETES', 'LOOKED UP BY', 'TO DO'];

export function renderMigration({ replica, summary, applications, notKnown = [], exit }: MigrationReport): string {
  const rows = applications.map((each) => [
    each.name,
    each.stage,
    shareText(each.share),
    String(each.registered),
    String(each.kubernetes),
    each.callers.length === 0 ? '-' : named(each.callers),
    each.todo.length === 0 ? 'nothing' : String(each.todo.length),
  ]);
  const below = applications.map(({ todo }) => todo.map((each) => indent(printable(`- ${each}`), 4)));
  const { registered, readers, registrants } = summary;
  return [
    `${stagesLine(applications)}; ${counted(registered, 'registered instance')}`,
    `seen by ${replica.name} since ${replica.since ?? 'unknown'}: ${counted(readers, 'caller')} that read, ${registrants} that register`,
    '',
    ...(applications.length === 0 ? [] : [table(COLUMNS, rows, below)]),
    ...notKnown.map((each) => printable(each)),
    '',
    renderExit(exit),
  ].join('\n');
}

export function renderExit({ ready, blockers }: Exit): string {
  if (ready) return 'the legacy can be switched off, as far as this replica knows\n';
  return `the legacy must stay:\n${blockers.map((each) => indent(printable(`- ${each}`))).join('\n')}\n`;
}
