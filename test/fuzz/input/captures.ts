import { readFileSync } from 'node:fs';

// What real servers and clients wrote: the seeds of most inputs.

interface Read {
  readonly body: string;
}

interface Registration {
  readonly request: string;
}

function lines(name: string): readonly unknown[] {
  const text = readFileSync(new URL(`../../golden/captures/${name}.jsonl`, import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

const GENERATIONS = ['hoxton', 'current'] as const;
const reads = GENERATIONS.flatMap((each) => lines(`read-${each}`) as readonly Read[]).map(({ body }) => body);
const registrations = GENERATIONS.flatMap((each) => lines(`register-${each}`) as readonly Registration[]).map(
  ({ request }) => request,
);

function isJson(text: string): boolean {
  try {
    return typeof JSON.parse(text) === 'object';
  } catch {
    return false;
  }
}

/** Longer ones make every input slow, and have nothing that the shorter ones lack. */
const MAX_LENGTH = 4 * 1024;
const short = (text: string): boolean => text.length <= MAX_LENGTH;
const isXml = (text: string): boolean => /^\s*<\w/.test(text) && text.trimEnd().endsWith('>');

export const REGISTRIES_JSON = reads.filter((body) => body.startsWith('{"applications"')).filter(short);
export const REGISTRIES_XML = reads.filter((body) => body.startsWith('<applications')).filter(short);
export const INSTANCES_JSON = reads.filter((body) => body.startsWith('{"instance"'));
export const INSTANCES_XML = reads.filter((body) => body.startsWith('<instance'));
export const REGISTRATIONS_JSON = registrations.filter(isJson).filter(short);
export const REGISTRATIONS_XML = registrations.filter(isXml).filter(short);
