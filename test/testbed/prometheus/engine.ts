import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { buildPrometheus } from './build.ts';

export interface EngineQuestion {
  /** The text of a rule file. */
  readonly rules: string;
  /** In the notation of Prometheus' own tests, one sample a minute: `name{label="x"} 0+1x9`. */
  readonly series: readonly string[];
  readonly minutes: number;
  /** Evaluated at the last minute. */
  readonly queries?: readonly string[];
}

export interface EngineAnswer {
  /** Alert → which label sets began to fire, and at which minute. */
  readonly firing: Readonly<
    Record<string, readonly { readonly labels: Readonly<Record<string, string>>; readonly minute: number }[]>
  >;
  /** Alert → its annotations, of the last one that began to fire. */
  readonly annotations: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Query → how many series its result has. */
  readonly results: Readonly<Record<string, number>>;
}

/** What Prometheus itself makes of rules, made-up samples and queries. Rejects when it does not understand them. */
export async function askPrometheus(question: EngineQuestion): Promise<EngineAnswer> {
  const engine = spawn(await buildPrometheus((line) => console.error(line)), { stdio: 'pipe' });
  engine.stdin.end(JSON.stringify(question));
  const [answer, complaint] = await Promise.all([text(engine.stdout), text(engine.stderr)]);
  if (answer === '') throw new Error(complaint);
  return JSON.parse(answer) as EngineAnswer;
}
