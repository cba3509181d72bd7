import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const BOARD_FILE = join(import.meta.dirname, '..', '..', 'helm', 'eurek8s', 'dashboard.json');

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly gridPos: { readonly h: number; readonly w: number; readonly x: number; readonly y: number };
  readonly datasource?: { readonly uid: string };
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

export interface Board {
  readonly title: string;
  readonly uid: string;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly { readonly name: string; readonly definition?: string }[] };
}

/** The dashboard for Grafana that the chart brings. */
export function readBoard(): Board {
  return JSON.parse(readFileSync(BOARD_FILE, 'utf8')) as Board;
}

export function queriesOf({ panels }: Board): readonly string[] {
  return panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr));
}
