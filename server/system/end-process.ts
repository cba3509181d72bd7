/**
 * Ends our process at once. Node's own exit waits for Node's threads. A thread that reads from a mount that does not
 * answer never ends, and one that asks a name server that is away ends much later. Replacing the program (execve) ends
 * them all.
 */
export function endProcess(ours: NodeJS.Process, code: number): void {
  try {
    ours.execve?.(ours.execPath, [ours.execPath, '--eval', `require("node:process").exit(${code})`], {});
  } catch {
    // Not on this system, or not allowed.
  }
  ours.exit(code);
}
