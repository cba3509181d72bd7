import { readFileSync } from 'node:fs';

/** A captured registration that is sent again. */
export interface CapturedRegistration {
  readonly name: string;
  readonly path: string;
  readonly contentType: string | null;
  readonly request: string;
  readonly status: number;
}

/** Every registration body of the captures, accepted or not. */
export function capturedRegistrations(): readonly CapturedRegistration[] {
  const file = new URL('../golden/captures/register-hoxton.jsonl', import.meta.url);
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line) as CapturedRegistration);
}
