import { renderExit, renderMigration, type Exit, type MigrationReport } from '../../shared/api/migration.ts';
import { askEach, printEach, type AskOptions, type EachAnswer } from './ask-each.ts';
import type { Resolve } from './replicas.ts';
import { EXIT, type Shell } from './shell.ts';

/** Between two questions of `--watch`. */
const WATCH_MS = 2_000;

export interface ListingOptions extends AskOptions {
  /** Until a signal: the answer is printed again whenever it is another one. */
  readonly watch: boolean;
}

/** Prints what each server answers. Of one server `--json` prints its document itself. Resolves with the exit code. */
export async function list(path: string, options: ListingOptions, shell: Shell, resolve?: Resolve): Promise<number> {
  let printed: string | undefined;
  return repeatedly(options, shell, async () => {
    const answers = await askEach(options, { path, method: 'GET' }, resolve);
    const text = JSON.stringify(answers);
    if (text !== printed) print(answers, options, shell);
    printed = text;
    return codeOf(answers);
  });
}

/** Prints the reports as text, and whether the legacy can go by all of them. */
export async function listMigration(options: ListingOptions, shell: Shell, resolve?: Resolve): Promise<number> {
  if (options.json) return list('/eurek8s/migration', options, shell, resolve);
  let printed: string | undefined;
  return repeatedly(options, shell, async () => {
    const answers = await askEach({ ...options, json: true }, { path: '/eurek8s/migration', method: 'GET' }, resolve);
    const text = JSON.stringify(answers);
    if (text !== printed) {
      print(answers.map(rendered), options, shell);
      if (answers.length > 1) shell.out(`by all ${answers.length} servers: ${renderExit(together(answers))}`);
      else if (answers[0]?.outcome === 'done')
        shell.out('every replica sees its own callers: name each with --server, or a name that leads to all\n');
    }
    printed = text;
    return codeOf(answers);
  });
}

function rendered(answer: EachAnswer): EachAnswer {
  if (answer.outcome !== 'done') return answer;
  return { ...answer, text: renderMigration(JSON.parse(answer.text) as MigrationReport) };
}

function together(answers: readonly EachAnswer[]): Exit {
  const blockers = answers.flatMap(({ server, outcome, text }) => {
    if (outcome !== 'done') return [`${server} does not say: ${text}`];
    return (JSON.parse(text) as MigrationReport).exit.blockers.map((each) => `${server}: ${each}`);
  });
  return { ready: blockers.length === 0, blockers };
}

/** Prints a file as it is, of the first server that has it. */
export async function printFile(path: string, options: AskOptions, shell: Shell, resolve?: Resolve): Promise<number> {
  const asText = { ...options, json: false };
  const answers = await askEach(asText, { path, method: 'GET' }, resolve);
  const found = answers.find(({ outcome }) => outcome === 'done') ?? answers[0];
  if (found === undefined) return EXIT.unanswered;
  print([found], asText, shell);
  return codeOf([found]);
}

/** Of one server as JSON its document itself. */
export function print(answers: readonly EachAnswer[], options: AskOptions, shell: Shell): void {
  const [only] = answers;
  if (options.json && answers.length === 1 && only?.outcome === 'done') shell.out(`${only.text.trimEnd()}\n`);
  else printEach(answers, options, shell);
}

/** The exit code of a listing. */
export function codeOf(answers: readonly EachAnswer[]): number {
  const outcomes = new Set(answers.map(({ outcome }) => outcome));
  if (outcomes.has('silent') || outcomes.has('misused')) return EXIT.unanswered;
  return outcomes.has('absent') || outcomes.has('refused') ? EXIT.failed : EXIT.done;
}

/** Once, or with `watch` until a signal. */
export async function repeatedly(
  { watch }: ListingOptions,
  shell: Shell,
  once: () => Promise<number>,
): Promise<number> {
  if (!watch) return once();
  let [stopped, wake] = [false, (): void => undefined];
  shell.onSignal(() => {
    stopped = true;
    wake();
  });
  for (;;) {
    const code = await once();
    if (stopped) return code;
    await new Promise<void>((resolve) => {
      const cancel = shell.clock.after(WATCH_MS, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });
    if (stopped) return code;
  }
}
