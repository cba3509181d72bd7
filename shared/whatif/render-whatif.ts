import { counted, indent, printable, table } from '../text/printable.ts';
import { CLIENT_RULES } from './client-rules.ts';
import type { WhatIf, WhatIfChoice, WhatIfEntries, WhatIfLeftOut } from './whatif.ts';

/** What a caller would choose among, as text: the share first, then what it is made of, then what is not in it. */
export function renderWhatIf(answer: WhatIf): string {
  const { client, rule, choices, leftOut, notes } = answer;
  const by = printable(foundBy(answer));
  const head = [
    summaryOf(answer),
    by,
    `${CLIENT_RULES[client].name}, ${rule}`,
    ...notes.map((note) => printable(note)),
  ];
  const blocks = [
    head.join('\n'),
    ...(choices.length === 0 ? [] : [choicesBlock(choices)]),
    ...(leftOut.length === 0 ? [] : [leftOutBlock(leftOut)]),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function foundBy({ lookup, leftOut }: WhatIf): string {
  if (lookup !== undefined) return `found by the ${lookup.by} ${lookup.name}`;
  return leftOut.some(({ code }) => code === 'other-vip')
    ? 'there is no vip to find it by'
    : 'nothing of it is in the lists';
}

function summaryOf({ app, client, zone, entries, kubernetesPercent }: WhatIf): string {
  const caller = `a caller with ${CLIENT_RULES[client].name}${zone === undefined ? '' : ` in ${zone}`}`;
  return printable(
    entries === 0
      ? `${app}: ${caller} has nobody to call`
      : `${app}: ${caller} chooses among ${counted(entries, 'entry', 'entries')}; Kubernetes gets ${kubernetesPercent}% of its calls`,
  );
}

function choicesBlock(choices: readonly WhatIfChoice[]): string {
  const rows = choices.map((each) => [`${each.percent}%`, ...cells(each)]);
  return `chooses among\n${indent(table(['SHARE', ...COLUMNS], rows))}`;
}

function leftOutBlock(leftOut: readonly WhatIfLeftOut[]): string {
  const rows = leftOut.map((each) => [...cells(each), each.code]);
  const reasons = leftOut.map(({ reason }) => [indent(printable(reason))]);
  return `leaves out\n${indent(table([...COLUMNS, 'CODE'], rows, reasons))}`;
}

const COLUMNS = ['ENTRIES', 'URL', 'APPLICATION', 'FROM', 'ZONE'];

function cells({ entries, url, app, world, zones }: WhatIfEntries): readonly string[] {
  return [String(entries), url, app, world === 'kubernetes' ? 'Kubernetes' : 'registered', zones.join(',') || '-'];
}
