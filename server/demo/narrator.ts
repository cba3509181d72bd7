import type { Shell } from '../cli/shell.ts';
import type { Turn } from './caller.ts';

/** Turns of the caller after which it is told that nothing has changed. */
const UNCHANGED_TURNS = 4;

/** Prints what happens: every change of who answers, and what the story does. */
export class Narrator {
  readonly #shell: Pick<Shell, 'out' | 'clock'>;
  readonly #last = new Map<string, string>();
  /** The service that a step of the story is about, and the turns since then that brought nothing new. */
  #watched: { readonly service: string; turns: number } | undefined;

  constructor(shell: Pick<Shell, 'out' | 'clock'>) {
    this.#shell = shell;
  }

  /** `look`: a URL that shows it. `service`: whose answers may follow from it. */
  tell(text: string, look: string | undefined, service: string): void {
    this.#watched = { service, turns: 0 };
    this.#shell.out(`\n${text}\n${look === undefined ? '' : `  curl ${look}\n`}\n`);
  }

  /** A manifest that cannot be read. */
  broken(file: string, reason: string): void {
    const [what = ''] = reason.split('\n', 1);
    this.#line(`${file} is broken, and what it said before stays: ${what.replace(/:$/, '')}`);
  }

  report(turns: readonly Turn[]): void {
    for (const { service, answers } of turns) {
      const line =
        [...answers].map(([who, calls]) => `${calls} × ${who}`).join(', ') || 'nobody to call: no entry is UP';
      if (this.#last.get(service) === line) continue;
      this.#last.set(service, line);
      this.#line(`${service.padEnd(6)} ${line}`);
      if (service === this.#watched?.service) this.#watched = undefined;
    }
    this.#sayUnchanged();
  }

  /** That callers notice nothing is news too. */
  #sayUnchanged(): void {
    const watched = this.#watched;
    if (watched === undefined || ++watched.turns < UNCHANGED_TURNS) return;
    this.#watched = undefined;
    this.#line(`${watched.service.padEnd(6)} ${this.#last.get(watched.service) ?? ''}, as before`);
  }

  #line(text: string): void {
    this.#shell.out(`  ${new Date(this.#shell.clock.now()).toISOString().slice(11, 23)}  ${text}\n`);
  }
}
