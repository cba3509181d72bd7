import type { Shell, StopSignal } from './shell.ts';

/**
 * Resolves with the first signal to stop. A second one ends the process at once, without a wait for requests in flight,
 * and with the code that shells show for that signal.
 */
export function firstStopSignal(shell: Shell): Promise<StopSignal> {
  return new Promise((resolve) => {
    let seen = 0;
    shell.onSignal((signal) => {
      seen += 1;
      if (seen === 1) resolve(signal);
      else shell.exitNow(signal === 'SIGINT' ? 130 : 143);
    });
  });
}
