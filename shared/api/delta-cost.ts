import { counted, table } from '../text/printable.ts';

/** What one application takes of the delta that clients poll. */
export interface ApplicationCost {
  readonly app: string;
  /** Instances of it in the delta, deleted ones included. */
  readonly instances: number;
  /** Of the compressed answer. */
  readonly bytes: number;
}

/** In `GET /eurek8s/sources`: what each poll of every client costs, and by which applications. */
export interface DeltaCost {
  readonly instances: number;
  /** Of the compressed answer. */
  readonly bytes: number;
  /** Those with the most bytes. */
  readonly applications: readonly ApplicationCost[];
}

const MAX_APPLICATIONS = 10;

export function costOf(all: readonly ApplicationCost[]): DeltaCost {
  return {
    instances: all.reduce((sum, { instances }) => sum + instances, 0),
    bytes: Math.round(all.reduce((sum, { bytes }) => sum + bytes, 0)),
    applications: all
      .toSorted((a, b) => b.bytes - a.bytes)
      .slice(0, MAX_APPLICATIONS)
      .map((each) => ({ ...each, bytes: Math.round(each.bytes) })),
  };
}

export function renderDeltaCost({ instances, bytes, applications }: DeltaCost): string {
  const rows = applications.map((each) => [each.app, String(each.instances), String(each.bytes)]);
  return [
    `each poll of a client fetches ${counted(instances, 'changed instance')}, ${bytes} bytes compressed`,
    ...(rows.length === 0 ? [] : [table(['MOST OF THE DELTA', 'INSTANCES', 'BYTES'], rows)]),
  ].join('\n');
}
