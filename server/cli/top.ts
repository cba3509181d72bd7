import { readKeys, type Key } from '../../shared/top/key.ts';
import { paintLines, repaint } from '../../shared/top/paint.ts';
import { press } from '../../shared/top/press.ts';
import { screen } from '../../shared/top/screen.ts';
import { initialState, lose, receive, receiveText, type TopState } from '../../shared/top/state.ts';
import type { ViewName } from '../../shared/top/view.ts';
import { VIEWS, type Documents } from '../../shared/top/views.ts';
import { askServer, type ServerQuestion } from './ask-server.ts';
import { oneReplica, type Replica } from './replicas.ts';
import type { Access } from './access.ts';
import { EXIT, type Shell } from './shell.ts';
import type { Terminal } from './terminal.ts';

export interface TopOptions {
  readonly server: string;
  readonly access: Access;
  /** Milliseconds between two rounds of questions. */
  readonly intervalMs: number;
}

/** Milliseconds after which an escape that nothing follows is a key: slow lines send a sequence in parts. */
const ESCAPE_MS = 60;
/** Milliseconds between two looks at the clock, while something shown says how old it is. */
const AGE_MS = 1_000;
const DEADLINE_MS = 5_000;
/** How much longer than a round the pause after it is at least: a long list is not asked for all the time. */
const REST = 4;

const NO_TERMINAL = 'eurek8s: "top" needs a terminal; "eurek8s apps --watch" prints lines\n';

type Answer =
  { readonly kind: 'done'; readonly text: string } | { readonly kind: 'away' | 'refused'; readonly reason: string };

/** Shows a running server on the terminal until it is told to quit. Resolves with the exit code. */
export async function top(options: TopOptions, shell: Shell): Promise<number> {
  const replica = oneReplica(options.server, options.access);
  if (!replica.ok) {
    shell.err(`eurek8s: ${replica.error}\n`);
    return EXIT.misused;
  }
  const hasTerminal = shell.environment['TERM'] !== 'dumb' && shell.hasTerminal();
  if (!hasTerminal) {
    shell.err(NO_TERMINAL);
    return EXIT.misused;
  }
  // A server that is away from the start is told of where its name can still be read and mended.
  const first = await ask(replica.value, VIEWS.sources.path, 'application/json');
  if (first.kind !== 'done') {
    shell.err(`eurek8s: ${first.reason}\n`);
    return first.kind === 'away' ? EXIT.unanswered : EXIT.failed;
  }
  const terminal = await shell.openTerminal();
  const shown = new Top(replica.value, options.intervalMs, terminal, shell);
  try {
    return await shown.run(first.text);
  } finally {
    terminal.close();
  }
}

async function ask(replica: Replica, path: string, accept: ServerQuestion['accept']): Promise<Answer> {
  const answer = await askServer(replica, { path, method: 'GET', accept, deadlineMs: DEADLINE_MS });
  if (!answer.ok) return { kind: 'away', reason: answer.error };
  const { status, text, reason } = answer.value;
  if (status === 200) return { kind: 'done', text };
  if (status === 401)
    return {
      kind: 'refused',
      reason: `${replica.name} lets nobody in without the right credentials: --token or --user`,
    };
  if (status === 403) return { kind: 'refused', reason: `these credentials may not read at ${replica.name}` };
  return { kind: status < 500 ? 'refused' : 'away', reason: `${replica.name}: ${reason}` };
}

class Top {
  readonly #replica: Replica;
  readonly #intervalMs: number;
  readonly #terminal: Terminal;
  readonly #shell: Shell;
  readonly #colours: 'some' | 'none';
  #state: TopState;
  #painted: readonly string[] = [];
  #unread = '';
  #isAsking = false;
  #isAskedAgain = false;
  #isOver = false;
  readonly #cancel: { round?: () => void; escape?: () => void; age?: () => void } = {};
  #finish: (code: number) => void = () => undefined;
  #fail: (error: unknown) => void = () => undefined;

  constructor(replica: Replica, intervalMs: number, terminal: Terminal, shell: Shell) {
    this.#replica = replica;
    this.#intervalMs = intervalMs;
    this.#terminal = terminal;
    this.#shell = shell;
    this.#colours = (shell.environment['NO_COLOR'] ?? '') === '' ? 'some' : 'none';
    this.#state = initialState(replica.name);
  }

  async run(sources: string): Promise<number> {
    const ended = new Promise<number>((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    const quit = (): void => this.#finish(EXIT.done);
    this.#shell.onSignal(quit);
    this.#shell.onHangUp(quit);
    this.#terminal.onEnd(quit);
    this.#terminal.onInput((text) => this.#attempt(() => this.#read(text)));
    this.#terminal.onResize(() => this.#attempt(() => this.#paintAnew()));
    this.#attempt(() => {
      this.#take('sources', sources);
      this.#paint();
      this.#ask();
      this.#tellAge();
    });
    try {
      return await ended;
    } finally {
      this.#isOver = true;
      for (const cancel of Object.values(this.#cancel)) cancel();
    }
  }

  /** An error ends the view and not only the callback that it happened in. */
  #attempt(run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#fail(error);
    }
  }

  #read(text: string): void {
    this.#cancel.escape?.();
    const { keys, rest } = readKeys(this.#unread + text);
    this.#unread = rest;
    for (const key of keys) this.#press(key);
    if (rest !== '')
      this.#cancel.escape = this.#later(ESCAPE_MS, () => {
        this.#unread = '';
        this.#press({ kind: 'escape' });
        this.#paint();
      });
    this.#paint();
  }

  #press(key: Key): void {
    const { state, effect } = press(this.#state, key, this.#terminal.size());
    this.#state = state;
    if (effect === 'quit') this.#finish(EXIT.done);
    if (effect === 'ask') this.#ask();
    if (effect === 'repaint') this.#painted = [];
  }

  #paintAnew(): void {
    this.#painted = [];
    this.#paint();
  }

  #paint(): void {
    const lines = screen(this.#state, this.#terminal.size(), this.#shell.clock.now());
    const painted = paintLines(lines, this.#colours);
    const text = repaint(this.#painted, painted);
    this.#painted = painted;
    if (text !== '') this.#terminal.write(text);
  }

  #tellAge(): void {
    this.#cancel.age = this.#later(AGE_MS, () => {
      this.#paint();
      this.#tellAge();
    });
  }

  #later(delayMs: number, run: () => void): () => void {
    return this.#shell.clock.after(delayMs, () => this.#attempt(run));
  }

  /** One round at a time: what is asked for meanwhile makes another one follow at once. */
  #ask(): void {
    this.#cancel.round?.();
    this.#isAskedAgain = true;
    if (!this.#isAsking) void this.#rounds();
  }

  async #rounds(): Promise<void> {
    this.#isAsking = true;
    let pauseMs = this.#intervalMs;
    try {
      while (this.#isAskedAgain && !this.#isOver) {
        this.#isAskedAgain = false;
        const startedAt = this.#shell.clock.now();
        await this.#round();
        pauseMs = Math.max(this.#intervalMs, REST * (this.#shell.clock.now() - startedAt));
      }
      if (!this.#isOver) this.#cancel.round = this.#later(pauseMs, () => this.#ask());
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#isAsking = false;
    }
  }

  async #round(): Promise<void> {
    const { view, detail } = this.#state;
    for (const name of new Set<ViewName>([view, 'sources'])) {
      const answer = await ask(this.#replica, VIEWS[name].path, 'application/json');
      if (answer.kind !== 'done') return this.#lose(answer.kind, answer.reason);
      if (!this.#take(name, answer.text)) return;
    }
    const path = detail?.subject.path;
    if (path !== undefined) {
      const answer = await ask(this.#replica, path, 'text/plain');
      if (answer.kind === 'away') return this.#lose('away', answer.reason);
      this.#state = receiveText(this.#state, path, answer.kind === 'done' ? answer.text : answer.reason);
    }
    this.#paint();
  }

  #lose(kind: 'away' | 'refused', reason: string): void {
    this.#state = lose(this.#state, kind, reason);
    this.#paint();
  }

  /** Whatever answers is not believed to be ours: what it says may have another shape. */
  #take(name: ViewName, text: string): boolean {
    try {
      const document = JSON.parse(text) as Documents[typeof name];
      const received = receive(this.#state, name, document, this.#shell.clock.now());
      this.#state = name === 'sources' ? { ...received, sources: document as Documents['sources'] } : received;
      return true;
    } catch {
      this.#lose('away', `${this.#replica.name} answers, but not as Eurek8s does`);
      return false;
    }
  }
}
