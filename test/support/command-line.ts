import { runProgram } from '../../server/cli/program.ts';
import { systemClock } from '../../server/system/clock.ts';
import { until } from '../testbed/until.ts';
import { httpRequest } from './http-request.ts';
import { testShell } from './shell.ts';

/** What somebody at a terminal has: the command, curl, and the URL of a server. */
export interface Terminal {
  /** Runs `eurek8s LINE`; `text` is all that it prints. */
  readonly run: (line: string) => Promise<{ readonly code: number; readonly text: string }>;
  /** Runs it again until it prints this, as somebody does who has just changed something. */
  readonly runUntil: (line: string, wanted: RegExp) => Promise<string>;
  /** The answer as curl gets it. */
  readonly curl: (path: string) => Promise<string>;
  /** A page as a browser gets it. */
  readonly page: (path: string) => Promise<string>;
}

export function terminalAt(url: string): Terminal {
  const run: Terminal['run'] = async (line) => {
    const shell = testShell({ environment: { EUREK8S_SERVER: url }, clock: systemClock(Date.now) });
    const code = await runProgram(line.split(' '), shell);
    return { code, text: shell.written.out + shell.written.err };
  };
  const ask = async (path: string, headers: Readonly<Record<string, string>>): Promise<string> =>
    (await httpRequest(url + path, { headers })).body;
  return {
    run,
    runUntil: async (line, wanted) =>
      until(`eurek8s ${line}: ${String(wanted)}`, async () => {
        const { text } = await run(line);
        if (!wanted.test(text)) throw new Error(`it says\n${text}`);
        return text;
      }),
    curl: async (path) => ask(path, { accept: '*/*', 'user-agent': 'curl/8.5.0' }),
    page: async (path) => ask(path, { accept: 'text/html', 'user-agent': 'Mozilla/5.0' }),
  };
}
