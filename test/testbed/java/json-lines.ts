import { launch, tail, type LaunchOptions } from '../process.ts';

/** A Java program says nothing before it is ready, and several may start at once on a slow machine. */
const READY_MS = 180_000;

type Json = Readonly<Record<string, unknown>>;

/**
 * A program that receives requests as JSON lines on stdin, answers each with one line of the same id, and ends at the
 * end of its stdin.
 */
export interface JsonLinesProcess {
  readonly logFile: string;
  readonly pid: number;
  /** Returns the answer; rejects when the program reports an error, or dies. Most programs handle one request at a time. */
  ask(question: Json): Promise<Json>;
  /** Ends stdin; resolves when the program has ended by itself, or was killed after 60 s. */
  stop(): Promise<void>;
  kill(): Promise<void>;
}

type Pending = { readonly resolve: (answer: Json) => void; readonly reject: (error: Error) => void };

export async function launchJsonLines(
  options: Omit<LaunchOptions, 'onLine' | 'ready' | 'stdin'>,
  onEvent: (event: Json) => void = () => undefined,
): Promise<JsonLinesProcess> {
  const pending = new Map<number, Pending>();
  let nextId = 1;
  let ready = false;
  let ended = false;

  const onLine = (line: string): void => {
    const message = parse(line);
    if (message === undefined) return;
    if (message['event'] === 'ready') ready = true;
    else if (message['event'] !== undefined) onEvent(message);
    else answered(message);
  };
  const answered = (message: Json): void => {
    const id = Number(message['id']);
    const waiting = pending.get(id);
    pending.delete(id);
    const { error } = message;
    if (typeof error === 'string') waiting?.reject(new Error(`${options.name}: ${error}`));
    else waiting?.resolve(message);
  };

  const launched = await launch({
    readyTimeoutMs: READY_MS,
    ...options,
    stdin: 'lines',
    onLine,
    ready: async () => ready,
  });
  const gone = (): Error => new Error(`${options.name} has ended; last lines:\n${tail(launched.logFile)}`);
  const whenGone = async (): Promise<void> => {
    await launched.exited;
    ended = true;
    for (const { reject } of pending.values()) reject(gone());
    pending.clear();
  };
  void whenGone();

  return {
    logFile: launched.logFile,
    pid: launched.pid,
    ask: async (question) => {
      if (ended) throw gone();
      const id = nextId++;
      return new Promise((resolve, reject) => {
        pending.set(id, { resolve, reject });
        launched.sendLine(JSON.stringify({ ...question, id }));
      });
    },
    stop: async () => {
      launched.endInput();
      const timer = setTimeout(() => void launched.kill(), 60_000);
      await launched.exited;
      clearTimeout(timer);
    },
    kill: () => launched.kill(),
  };
}

/** Only objects count: libraries print other lines on the same stream. */
function parse(line: string): Json | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line) as Json;
  } catch {
    return undefined;
  }
}
