import type { Shell, StopSignal } from './shell.ts';

/**
 * Who signals a whole process group or unit reaches this process directly, and once more through a parent that passes
 * signals on: that is one signal.
 */
const ONE_SIGNAL_MS = 1_000;

/**
 * Resolves with the first signal to stop. A second one, a second or more later, ends the process at once, without a wait
 * for requests in flight, and with the code that shells show for that signal.
 */
export function firstStopSignal(shell: Shell): Promise<StopSignal> {
  return new Promise((resolve) => {
    let firstAt: number | undefined;
    shell.onSignal((signal) => {
      const now = shell.clock.now();
      if (firstAt === undefined) {
        firstAt = now;
        resolve(signal);
      } else if (Math.abs(now - firstAt) >= ONE_SIGNAL_MS) shell.exitNow(signal === 'SIGINT' ? 130 : 143);
    });
  });
}
