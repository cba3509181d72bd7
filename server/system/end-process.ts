/**
 * Ends our process at once. Its `exit` waits for Node's threads, and one that reads from a mount without an answer, or asks
 * a name server that is away, never ends or does so much later. Only another program in our place ends them.
 */
export function endProcess(ours: NodeJS.Process, code: number): void {
  try {
    ours.execve?.(ours.execPath, [ours.execPath, '--eval', `require("node:process").exit(${code})`], {});
  } catch {
    // Not on this system, or not allowed.
  }
  ours.exit(code);
}
