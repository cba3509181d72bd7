import type { Shell, StopSignal } from '../../server/cli/shell.ts';
import { SteppedClock } from './stepped-clock.ts';

export interface TestShell extends Shell {
  /** What was written so far. */
  readonly written: { out: string; err: string };
  readonly exits: number[];
  send(signal: StopSignal | 'SIGHUP'): void;
}

/** A shell that writes into memory. Tests send the signals. */
export function testShell(changes: Partial<Shell> = {}): TestShell {
  const written = { out: '', err: '' };
  const exits: number[] = [];
  const listeners: ((signal: StopSignal) => void)[] = [];
  const hangUps: (() => void)[] = [];
  const quiet = (): void => undefined;
  return {
    environment: {},
    version: '1.2.3',
    clock: new SteppedClock(),
    random: () => 0.5,
    out: (text) => void (written.out += text),
    err: (text) => void (written.err += text),
    onSignal: (listener) => void listeners.push(listener),
    onHangUp: (listener) => void hangUps.push(listener),
    exitNow: (code) => void exits.push(code),
    openLog: () => ({
      log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
      dropped: () => 0,
      flush: () => Promise.resolve(true),
    }),
    hasTerminal: () => false,
    openTerminal: () => Promise.reject(new Error('no terminal in this test')),
    startServer: () => Promise.reject(new Error('no server in this test')),
    runDemo: () => Promise.reject(new Error('no demo in this test')),
    ...changes,
    written,
    exits,
    send: (signal) => {
      if (signal === 'SIGHUP') for (const listener of hangUps) listener();
      else for (const listener of listeners) listener(signal);
    },
  };
}
