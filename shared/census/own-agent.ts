/** The `User-Agent` by which Eurek8s reads a registry, as a server in front of callers of its own, and an API server. */
export const SERVER_AGENT = 'eurek8s';

/** The same of commands. They read as a client would, and none of them calls what it reads. */
export const COMMAND_AGENTS = { shadow: 'eurek8s-shadow', check: 'eurek8s-check' } as const;

const COMMANDS: ReadonlySet<string> = new Set(Object.values(COMMAND_AGENTS));

/** Whether a caller is a command of Eurek8s, by its `User-Agent`. */
export function isOwnCommand(userAgent: string | undefined): boolean {
  return userAgent !== undefined && COMMANDS.has(userAgent);
}
