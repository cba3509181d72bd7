import type { Cause } from '../history/cause.ts';
import { counted, indent, printable, table } from '../text/printable.ts';
import type { ChangeReport, ChangesReport } from './changes.ts';
import { changedText, entryText, foldChanges } from './folded-changes.ts';

/** How people ask for what came after a version: in a URL, or on the command line. */
const SINCE = { url: 'since=', flag: '--since ' } as const;

/** As people read them: what changed of copies alike at once is one line. */
export function renderChanges(
  { changes, oldest, more, gap, unknown }: ChangesReport,
  asked: keyof typeof SINCE = 'url',
): string {
  const missing = gap === undefined ? '' : `${gap}\n`;
  if (unknown !== undefined) return `${missing}${printable(unknown)}\n`;
  const known = oldest === undefined ? 'nothing is known yet' : `everything since ${oldest} is known`;
  if (changes.length === 0) return `${missing}no change; ${known}\n`;
  const shown = foldChanges(changes);
  const rows = shown.map((change) => {
    const { at = '-', version, app, kind, cause } = change;
    return [at, String(version), app, kind, entryText(change), from(cause)];
  });
  const [head = '', ...lines] = table(['AT', 'VERSION', 'APPLICATION', 'CHANGE', 'ENTRY', 'FROM'], rows).split('\n');
  return [
    missing + head,
    ...shown.map((change, i) => `${lines[i] ?? ''}\n${indent(printable(sentence(change)), 6)}`),
    `${counted(changes.length, 'change')}; ${known}`,
    ...(more === true ? [goOn(changes, SINCE[asked])] : []),
    '',
  ].join('\n');
}

/** They come oldest first, so what a limit cuts off is what people look for. */
function goOn(changes: readonly ChangeReport[], since: string): string {
  const { at = '-', version = 0 } = changes.at(-1) ?? {};
  return `the NEWEST ARE MISSING: these are the oldest, up to ${at}; go on with ${since}${version}, the version of the last one`;
}

function from({ source, object }: Cause): string {
  return object ?? source;
}

/** `status UP → DOWN: 0 of 2 endpoints ready` */
function sentence(change: ChangeReport): string {
  return `${changedText(change)}: ${change.cause.reason}`;
}
