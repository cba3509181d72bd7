import { indent, printable } from '../../shared/text/printable.ts';
import { refusalText, URL_ACCESS, type Access } from './access.ts';
import { askServer, type ServerAnswer } from './ask-server.ts';
import { replicasOf, type Replica, type Resolve } from './replicas.ts';
import { EXIT, type Shell } from './shell.ts';

/** The server answers at most this late, so that proxies with shorter patience do not cut the connection. */
const ROUND_MS = 15_000;
/** The first answers come soon: whoever waits wants to know what for. */
const FIRST_ROUND_MS = 1000;
/** Between two questions to a server that does not answer, or that is about to stop or to start. */
const PAUSE_MS = 1000;
/** What a server may take beyond the time that it was told. */
const GRACE_MS = 10_000;

export interface WaitOptions {
  readonly servers: readonly string[];
  readonly source: string | undefined;
  readonly status: string;
  readonly timeoutMs: number;
  readonly json: boolean;
  readonly access?: Access;
}

/** The last word of one server. `text`: its document, or why there is none. */
interface Verdict {
  readonly server: string;
  readonly outcome: 'there' | 'absent' | 'refused' | 'silent';
  readonly text: string;
}

/**
 * Waits until an application is served as asked for, on every server. Resolves with the exit code: 1 when it is not by
 * then, with the reasons.
 */
export async function wait(app: string, options: WaitOptions, shell: Shell, resolve?: Resolve): Promise<number> {
  const { servers, access = URL_ACCESS } = options;
  const found = await Promise.all(servers.map((server) => replicasOf(server, access, resolve)));
  const replicas: Replica[] = [];
  for (const each of found) {
    if (!each.ok) {
      shell.err(`eurek8s: ${each.error}\n`);
      return EXIT.unanswered;
    }
    replicas.push(...each.value);
  }
  const until = shell.clock.now() + options.timeoutMs;
  const many = replicas.length > 1;
  const verdicts = await Promise.all(
    replicas.map((replica) => {
      const tell = (text: string): void => shell.err(many ? `${replica.name}: ${text}\n` : `${text}\n`);
      return waitFor(replica, app, options, { shell, until, tell });
    }),
  );
  print(verdicts, options.json, shell);
  const outcomes = new Set(verdicts.map(({ outcome }) => outcome));
  if (outcomes.has('silent') || outcomes.has('refused')) return EXIT.unanswered;
  return outcomes.has('absent') ? EXIT.failed : EXIT.done;
}

interface Waiting {
  readonly shell: Shell;
  /** Epoch milliseconds. */
  readonly until: number;
  /** Tells people what is waited for. */
  readonly tell: (text: string) => void;
}

async function waitFor(
  replica: Replica,
  app: string,
  options: WaitOptions,
  { shell, until, tell }: Waiting,
): Promise<Verdict> {
  const server = replica.name;
  let told = '';
  let last: Verdict | undefined;
  for (let round = FIRST_ROUND_MS; ; round = ROUND_MS) {
    const left = Math.max(0, until - shell.clock.now());
    const timeoutMs = Math.min(left, round);
    const answer = await askServer(replica, {
      path: pathOf(app, options, timeoutMs),
      method: 'GET',
      accept: options.json ? 'application/json' : 'text/plain',
      deadlineMs: timeoutMs + GRACE_MS,
    });
    const over = shell.clock.now() >= until;
    const reason = answer.ok ? reasonsOf(answer.value) : answer.error;
    if (!answer.ok) {
      // A server that never answered is a wrong URL rather than one that restarts.
      if (last === undefined || over) return { server, outcome: 'silent', text: answer.error };
      last = { server, outcome: 'silent', text: answer.error };
    } else {
      last = verdictOf(replica, answer.value, options);
      if (last.outcome === 'there' || last.outcome === 'refused') return last;
      if (over) return reason === told && !options.json ? { ...last, text: withoutOnlyReason(last.text) } : last;
    }
    if (reason !== told) tell(`waiting: ${printable(reason)}`);
    told = reason;
    if (!answer.ok || answer.value.status !== 408) await pause(shell, Math.min(PAUSE_MS, until - shell.clock.now()));
  }
}

function pathOf(app: string, { source, status }: WaitOptions, timeoutMs: number): string {
  const query = new URLSearchParams({ status, timeout: `${timeoutMs}ms`, ...(source !== undefined && { source }) });
  return `/eurek8s/wait/${encodeURIComponent(app)}?${query.toString()}`;
}

function verdictOf(
  { name: server, authorization }: Replica,
  answer: ServerAnswer,
  { timeoutMs }: Pick<WaitOptions, 'timeoutMs'>,
): Verdict {
  const { status, text } = answer;
  if (status === 200) return { server, outcome: 'there', text };
  // The server tells of its last round alone.
  if (status === 408)
    return {
      server,
      outcome: 'absent',
      text: text.replace(/ after [\d.]+ s(?=["\n])/, ` after ${timeoutMs / 1000} s`),
    };
  const outcome = status >= 500 ? 'silent' : 'refused';
  return { server, outcome, text: `${server}: ${refusalText(answer, authorization)}` };
}

/** The one reason was told while it was waited for. */
function withoutOnlyReason(text: string): string {
  return text.replace(/\n1 reason\n.*\n$/, ', for the reason above\n');
}

/** Without the sentence on how long it waited, which is another one in each round. */
function reasonsOf({ status, reason }: ServerAnswer): string {
  return status === 408 ? reason.replace(/^.*? after [\d.]+ s: /, '') : reason;
}

async function pause({ clock }: Shell, ms: number): Promise<void> {
  await new Promise<void>((resolve) => void clock.after(Math.max(0, ms), resolve));
}

function print(verdicts: readonly Verdict[], json: boolean, shell: Shell): void {
  if (json) {
    const documents = verdicts.map(({ outcome, text }): object =>
      outcome === 'there' || outcome === 'absent' ? (JSON.parse(text) as object) : { error: text },
    );
    const all =
      verdicts.length === 1
        ? documents[0]
        : { servers: verdicts.map(({ server }, i) => ({ server, ...documents[i] })) };
    return shell.out(`${JSON.stringify(all)}\n`);
  }
  for (const { server, outcome, text } of verdicts) {
    const lines = text.endsWith('\n') ? text : `${text}\n`;
    const shown = verdicts.length === 1 ? lines : `${server}\n${indent(lines)}`;
    if (outcome === 'there') shell.out(shown);
    else shell.err(outcome === 'absent' ? shown : `eurek8s: ${shown}`);
  }
}
