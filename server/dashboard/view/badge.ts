import type { ApplicationStatus, Stage } from '../../../shared/api/stage.ts';
import type { SourceReport } from '../../../shared/api/sources.ts';
import { entriesOf, type Row } from '../../../shared/dashboard/row.ts';
import { h, type View } from './element.ts';

export type Tone = 'good' | 'bad' | 'warn' | 'calm' | 'plain';

/** A word with a dot of colour: the word says it all, the colour helps the eye. */
export function badge(tone: Tone, text: string, title?: string): View {
  return h('span', { class: `badge ${tone}`, ...(title !== undefined && { title }) }, text);
}

export function toneOf(status: ApplicationStatus): Tone {
  switch (status) {
    case 'UP':
      return 'good';
    case 'DOWN':
    case 'NONE':
      return 'bad';
    case 'OUT_OF_SERVICE':
      return 'warn';
    case 'STARTING':
      return 'calm';
    case 'UNKNOWN':
      return 'plain';
  }
}

export function statusBadge(status: ApplicationStatus): View {
  return badge(toneOf(status), status === 'NONE' ? 'nothing served' : status.toLowerCase().replaceAll('_', ' '));
}

/** `2 of 3 up`, or the status that all entries share. */
export function rowBadge(row: Row): View {
  const entries = entriesOf(row);
  if (row.status !== 'UP') return statusBadge(row.status);
  return row.up === entries ? badge('good', 'up') : badge('warn', `${row.up} of ${entries} up`);
}

const STAGE_NAMES: Readonly<Record<Stage, string>> = {
  'legacy-only': 'legacy only',
  dual: 'in both',
  'kubernetes-only': 'Kubernetes',
  none: 'nowhere yet',
};

export function stageName(stage: Stage): string {
  return STAGE_NAMES[stage];
}

export function stageMark(stage: Stage): View {
  return h('span', { class: `stage ${stage}` }, stageName(stage));
}

export function sourceBadge({ state, restored, lastError }: SourceReport): View {
  if (restored === true) return badge('warn', 'restored', 'kept from the process before, not confirmed yet');
  switch (state) {
    case 'synced':
      return lastError === undefined ? badge('good', 'synced') : badge('warn', 'synced, with errors');
    case 'stale':
      return badge('bad', 'stale');
    case 'starting':
      return badge('calm', 'starting');
  }
}
