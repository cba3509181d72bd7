import assert from 'node:assert/strict';

export interface SentAnswer {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  /** What follows the header, up to the end of the connection. */
  readonly rest: string;
}

/** The statuses of all answers on a connection: registrations have no text that looks like one. */
export function statusesIn(bytes: string): readonly number[] {
  return [...bytes.matchAll(/(?:^|\n|[^\r\n])HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status));
}

/** The first answer on a connection but for those with status 1xx; `undefined` when there is none. */
export function firstAnswer(bytes: string): SentAnswer | undefined {
  if (bytes === '') return undefined;
  const end = bytes.indexOf('\r\n\r\n');
  assert.ok(end >= 0, `an answer without an end of its header: ${JSON.stringify(bytes.slice(0, 200))}`);
  const [line = '', ...lines] = bytes.slice(0, end).split('\r\n');
  assert.match(line, /^HTTP\/1\.1 \d{3} /);
  const status = Number(line.split(' ')[1]);
  const rest = bytes.slice(end + 4);
  if (status < 200) return firstAnswer(rest);
  const headers = new Map<string, string>();
  for (const each of lines) {
    assert.match(each, /^[\w-]+: ?[\x20-\x7e\x80-\xff]*$/);
    const colon = each.indexOf(':');
    headers.set(each.slice(0, colon).toLowerCase(), each.slice(colon + 1).trim());
  }
  return { status, headers, rest };
}
