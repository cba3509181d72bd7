import { execFileSync } from 'node:child_process';
import {
  constants,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { basename, join, relative } from 'node:path';
import { run } from '../testbed/process.ts';
import { inContext, parseCopy, parseDockerfile, parseEnv, type Instruction } from './dockerfile.ts';

/** The result of the last stage of a Dockerfile, in a folder that stands for the root of the container. */
export interface BuiltImage {
  readonly root: string;
  readonly env: Readonly<Record<string, string>>;
  readonly workdir: string;
  readonly user: { readonly uid: number; readonly gid: number };
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
}

interface State {
  workdir: string;
  uid: number;
  gid: number;
  env: Record<string, string>;
  entrypoint: readonly string[];
  command: readonly string[];
}

export interface ImageBuildOptions {
  readonly context: string;
  readonly dir: string;
  /** Stands for /usr/local/bin/node of the base image. */
  readonly node: string;
  readonly progress: (line: string) => void;
}

/**
 * Follows a Dockerfile step by step without containers. Each absolute path of the image is a path below a folder. Every
 * stage runs in the same folder, as it would in a container, and is moved away when the next stage begins.
 */
export async function buildImage({ context, dir, node, progress }: ImageBuildOptions): Promise<BuiltImage> {
  const ignore = readFileSync(join(context, '.dockerignore'), 'utf8');
  const root = join(dir, 'root');
  const stageRoot = (name: string): string => join(dir, `stage-${name}`);
  let state = emptyState();
  let previous: string | undefined;
  for (const { name, instructions } of parseDockerfile(readFileSync(join(context, 'Dockerfile'), 'utf8'))) {
    if (existsSync(root)) renameSync(root, stageRoot(previous ?? 'unnamed'));
    previous = name;
    state = emptyState();
    prepareBase(root, node);
    for (const instruction of instructions) {
      progress(`${instruction.name} ${instruction.text}`);
      if (instruction.name === 'COPY') copy(instruction.text);
      else if (instruction.name === 'RUN') await runStep(instruction.text);
      else declare(state, instruction);
      if (instruction.name === 'WORKDIR') mkdirSync(join(root, state.workdir), { recursive: true });
    }
  }
  const { workdir, uid, gid, env, entrypoint, command } = state;
  return { root, env: placed(env), workdir: join(root, workdir), user: { uid, gid }, entrypoint, command };

  function copy(text: string): void {
    const { from, sources, target } = parseCopy(text);
    for (const source of sources) {
      const origin = from === undefined ? join(context, source) : join(stageRoot(from), source);
      const isDirectory = statSync(origin).isDirectory();
      const into = join(root, target.startsWith('/') ? '' : state.workdir, target);
      const place = isDirectory || !target.endsWith('/') ? into : join(into, basename(source));
      const takes = (path: string): boolean =>
        from !== undefined || statSync(path).isDirectory() || inContext(ignore, relative(context, path));
      if (!isDirectory && !takes(origin)) throw new Error(`COPY ${text}: .dockerignore keeps ${source} out`);
      cpSync(origin, place, { recursive: true, filter: takes, verbatimSymlinks: true });
    }
  }

  async function runStep(text: string): Promise<void> {
    const words = ['-c', inRoot(text)];
    const mine = process.getuid?.() !== 0 || state.uid === 0;
    // The options of spawn would not do: the step must not have the groups of the person who runs the tests.
    const drop = ['--reuid', String(state.uid), '--regid', String(state.gid), '--clear-groups', 'sh'];
    await run(mine ? 'sh' : 'setpriv', mine ? words : [...drop, ...words], {
      cwd: join(root, state.workdir),
      env: {
        ...inherited(),
        ...placed(state.env),
        PATH: `${join(root, 'usr/local/bin')}:${process.env['PATH'] ?? ''}`,
      },
      timeoutMs: 300_000,
    });
  }

  function inRoot(text: string): string {
    return text.replaceAll(/(?<![\w./-])\/(app|usr\/local)(?=\/|\s|$)/g, `${root}/$1`);
  }

  function placed(env: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
    return Object.fromEntries(Object.entries(env).map(([key, value]) => [key, inRoot(value)]));
  }
}

function emptyState(): State {
  return { workdir: '/', uid: 0, gid: 0, env: {}, entrypoint: [], command: [] };
}

/** The base image. Only Node and npm are needed of it, and npm is that of the machine. */
function prepareBase(root: string, node: string): void {
  const bin = join(root, 'usr/local/bin');
  mkdirSync(bin, { recursive: true });
  // It is copied, because the user of the image may have no access to the folder of the checkout.
  copyFileSync(node, join(bin, 'node'), constants.COPYFILE_FICLONE);
  const npm = execFileSync('sh', ['-c', 'command -v npm'], { encoding: 'utf8' }).trim();
  symlinkSync(npm, join(bin, 'npm'));
}

/** The environment of a step: the settings of npm on this machine, and none for Node or our product. */
function inherited(): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(NODE_|EUREK8S_|npm_(?!config_))/i.test(name));
  return { ...Object.fromEntries(kept), npm_config_prefer_offline: 'true' };
}

function declare(state: State, { name, text }: Instruction): void {
  switch (name) {
    case 'WORKDIR':
      state.workdir = text;
      return;
    case 'ENV':
      Object.assign(state.env, parseEnv(text));
      return;
    case 'USER': {
      const [uid = '', gid = ''] = text.split(':');
      state.uid = Number(uid);
      state.gid = Number(gid);
      return;
    }
    case 'ENTRYPOINT':
      state.entrypoint = JSON.parse(text) as readonly string[];
      return;
    case 'CMD':
      state.command = JSON.parse(text) as readonly string[];
      return;
    case 'LABEL':
    case 'EXPOSE':
      return;
    default:
      throw new Error(`an instruction that is not understood: ${name}`);
  }
}
