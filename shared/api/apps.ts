import { describeShortly } from '../contribution/schedule.ts';
import type { MergedApplication } from '../registry/application.ts';
import { counted, table } from '../text/printable.ts';
import { stageOf, STAGES, statusOf, type ApplicationStatus, type Stage } from './stage.ts';
import { isVisible, summarizeApplication, type ApplicationSummary } from './summary.ts';

/** The share of calls that Kubernetes shall get, and the share that it gets, in percent. */
export interface ShareReport {
  readonly asked: string;
  readonly achievedPercent: number;
}

/** One application in `GET /eurek8s/apps`. */
export interface ApplicationReport extends ApplicationSummary {
  readonly stage: Stage;
  readonly status: ApplicationStatus;
  /** Absent where nothing is published from Kubernetes. */
  readonly share: ShareReport | undefined;
}

/** `GET /eurek8s/apps`. */
export interface AppsReport {
  readonly applications: readonly ApplicationReport[];
}

export function reportApps(applications: readonly MergedApplication[]): AppsReport {
  return { applications: applications.filter(isVisible).map(reportApplication) };
}

export function reportApplication(application: MergedApplication): ApplicationReport {
  return {
    ...summarizeApplication(application),
    stage: stageOf(application),
    status: statusOf(application),
    share: shareOf(application),
  };
}

export function shareOf({ dial }: MergedApplication): ShareReport | undefined {
  return dial && { asked: dial.asked, achievedPercent: dial.achievedPercent };
}

const COLUMNS = ['APPLICATION', 'STAGE', 'STATUS', 'REGISTERED', 'KUBERNETES', 'UP', 'HIDDEN', 'NOT SERVED', 'SHARE'];

export function renderApps({ applications }: AppsReport): string {
  if (applications.length === 0) return 'no application is known\n';
  const rows = applications.map((each) => [
    each.name,
    each.stage,
    each.status,
    each.copies === 0 ? String(each.legacy) : `${each.legacy} (${counted(each.copies, 'copy', 'copies')})`,
    String(each.kubernetes),
    String(each.up),
    String(each.hidden),
    String(each.refused),
    shareText(each.share),
  ]);
  return `${stagesLine(applications)}\n${table(COLUMNS, rows)}\n`;
}

/** `25%`, and what is achieved where that is something else: `single, is 33.3%`, `10% of a schedule, is 0%`. */
export function shareText(share: ShareReport | undefined): string {
  if (share === undefined) return '-';
  const achieved = `${share.achievedPercent}%`;
  const asked = describeShortly(share.asked);
  return asked === achieved || asked.startsWith(`${achieved} `) ? asked : `${asked}, is ${achieved}`;
}

/** `3 applications: 1 legacy-only, 2 dual`. */
export function stagesLine(applications: readonly { readonly stage: Stage }[]): string {
  const parts = STAGES.map((stage) => [stage, applications.filter((each) => each.stage === stage).length] as const)
    .filter(([, count]) => count > 0)
    .map(([stage, count]) => `${count} ${stage}`);
  return `${counted(applications.length, 'application')}${parts.length === 0 ? '' : `: ${parts.join(', ')}`}`;
}
