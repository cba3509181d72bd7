import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { until } from '../testbed/until.ts';
import type { Ending } from './running-server.ts';
import { TerminalScreen } from './terminal-screen.ts';

const MAIN = fileURLToPath(new URL('../../server/main.ts', import.meta.url));

/**
 * Runs a program on a pseudo-terminal of its own, as sshd and terminal windows do. Its orders come as JSON lines on
 * standard input, what the program writes goes to standard output, and at its end a line says how it left the terminal.
 */
const KEEPER = `
import fcntl, json, os, pty, select, signal, struct, subprocess, sys, termios
columns, rows = int(sys.argv[1]), int(sys.argv[2])
master, slave = pty.openpty()
def resize(columns, rows):
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack('HHHH', rows, columns, 0, 0))
resize(columns, rows)
before = termios.tcgetattr(slave)
child = subprocess.Popen(sys.argv[3:], stdin=slave, stdout=slave, stderr=slave, start_new_session=True,
                         preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0))
orders, hung_up = b'', False
def show(wait):
    while not hung_up and select.select([master], [], [], wait)[0]:
        os.write(1, os.read(master, 65536))
while child.poll() is None:
    sources = [0] if hung_up else [0, master]
    ready = select.select(sources, [], [], 0.05)[0]
    if master in ready:
        os.write(1, os.read(master, 65536))
    if 0 in ready:
        got = os.read(0, 65536)
        if not got:
            child.kill()
            child.wait()
            break
        *lines, orders = (orders + got).split(b'\\n')
        for line in lines:
            order = json.loads(line)
            if 'keys' in order: os.write(master, order['keys'].encode())
            if 'size' in order: resize(*order['size'])
            if 'signal' in order: os.kill(child.pid, getattr(signal, order['signal']))
            if 'hangUp' in order:
                hung_up = True
                os.close(slave)
                os.close(master)
show(0.1)
restored = None if hung_up else termios.tcgetattr(slave) == before
sys.stderr.write(json.dumps({'code': child.returncode, 'restored': restored}))
`;

export interface TerminalEnd {
  /** The exit code; negative: the signal that ended it. */
  readonly code: number;
  /** Whether the terminal has the settings again that it had before; null: it is gone. */
  readonly restored: boolean | null;
}

export interface PseudoTerminal {
  readonly screen: TerminalScreen;
  /** Bytes that the program has written. */
  readonly bytes: () => number;
  readonly type: (keys: string) => void;
  readonly resize: (columns: number, rows: number) => void;
  readonly signal: (name: NodeJS.Signals) => void;
  /** The other side goes away, as a broken connection makes it do. */
  readonly hangUp: () => void;
  /** Waits until the screen has this. */
  readonly shows: (what: RegExp) => Promise<string>;
  readonly ended: Promise<TerminalEnd>;
}

export interface TerminalOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** What is started; by default from the sources. */
  readonly program?: readonly string[];
}

/** Starts `eurek8s WORDS…` on a terminal of 80×24. */
export function onTerminal(
  t: Ending,
  words: readonly string[],
  { columns = 80, rows = 24, environment = {}, program = [process.execPath, MAIN] }: TerminalOptions = {},
): PseudoTerminal {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(EUREK8S_|NO_COLOR|FORCE_COLOR)/.test(name));
  const keeper = spawn('python3', ['-c', KEEPER, String(columns), String(rows), ...program, ...words], {
    env: { ...Object.fromEntries(inherited), TERM: 'xterm-256color', ...environment },
    stdio: 'pipe',
  });
  t.after(async () => {
    keeper.stdin.end();
    await ended.catch(() => undefined);
  });
  const screen = new TerminalScreen(columns, rows);
  let bytes = 0;
  let failure: unknown;
  let report = '';
  keeper.stdin.on('error', () => undefined);
  keeper.stderr.setEncoding('utf8').on('data', (text: string) => (report += text));
  keeper.stdout.setEncoding('utf8').on('data', (text: string) => {
    bytes += Buffer.byteLength(text);
    try {
      screen.write(text);
    } catch (error) {
      failure ??= error;
    }
  });
  const ended = new Promise<TerminalEnd>((resolve, reject) => {
    keeper.once('error', reject);
    keeper.once('close', () => {
      try {
        if (failure !== undefined) throw failure;
        resolve(JSON.parse(report) as TerminalEnd);
      } catch (cause) {
        reject(new Error(`${report}\n${screen.text}`, { cause }));
      }
    });
  });
  ended.catch(() => undefined);
  const order = (what: object): void => void keeper.stdin.write(`${JSON.stringify(what)}\n`);
  return {
    screen,
    bytes: () => bytes,
    type: (keys) => order({ keys }),
    resize: (columns, rows) => {
      screen.resize(columns, rows);
      order({ size: [columns, rows] });
    },
    signal: (name) => order({ signal: name }),
    hangUp: () => order({ hangUp: true }),
    shows: async (what) => {
      try {
        return await until(String(what), async () => (what.test(screen.text) ? screen.text : undefined));
      } catch (cause) {
        throw new Error(`the screen does not show ${String(what)}:\n${screen.text}\n${screen.ordinary}`, { cause });
      }
    },
    ended,
  };
}
