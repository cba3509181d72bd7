import { askOne, type AskOneOptions } from './ask-one.ts';
import type { Shell } from './shell.ts';

export interface ExplainOptions extends AskOneOptions {
  /** RFC 3339 or how long ago; `undefined`: as it is now. */
  readonly at: string | undefined;
}

/**
 * Prints where each entry of an application comes from, as a running server explains it. Resolves with the exit code.
 */
export async function explain(app: string, { at, ...options }: ExplainOptions, shell: Shell): Promise<number> {
  const past = at === undefined ? '' : `at/${encodeURIComponent(at)}/`;
  return askOne(`/eurek8s/${past}explain/${encodeURIComponent(app)}`, options, shell);
}
