import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { inheritedEnvironment } from '../../test/testbed/environment.ts';
import { run } from '../../test/testbed/process.ts';

/** What the image starts. */
const LAUNCHER = 'launch.cjs';
/** The source tree that this benchmark is a part of. */
export const OWN_TREE = join(import.meta.dirname, '..', '..');

/** The path of a bundle: of the file that is given, or of what a source tree builds into `dir`. */
export async function bundleOf(fileOrTree: string, dir: string): Promise<string> {
  mkdirSync(dir);
  const path = resolve(fileOrTree);
  return statSync(path).isDirectory() ? buildBundle(path, dir) : path;
}

/** Builds what the image ships, with its compiled code. Returns the path of what the image starts. */
async function buildBundle(tree: string, dir: string): Promise<string> {
  const { scripts } = JSON.parse(readFileSync(join(tree, 'package.json'), 'utf8')) as {
    readonly scripts: { readonly build: string };
  };
  const program = join(dir, 'eurek8s.cjs');
  const output = '--outfile=dist/eurek8s.cjs';
  if (!scripts.build.includes(output)) throw new Error(`the build script of ${tree} does not say ${output}`);
  const path = `${join(tree, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`;
  const script = scripts.build.replace(output, `--outfile='${program}' --log-level=warning`);
  const options = { cwd: tree, env: { ...process.env, PATH: path } };
  await run('sh', ['-c', script], options);
  const compile = join(tree, '.ci', 'package', 'compile.ts');
  if (existsSync(compile)) {
    await run(process.execPath, [compile, dir], options);
    return join(dir, LAUNCHER);
  }
  // An older tree, whose image has the cache of Node.
  const { args, env } = asShipped(program);
  await run(process.execPath, [...args, program, '--help'], { env });
  return program;
}

/**
 * How the bundle is started: the arguments that its first line gives Node, and the environment of that line and of the
 * image, without the variables that configure the product.
 */
export function asShipped(program: string): { readonly args: readonly string[]; readonly env: NodeJS.ProcessEnv } {
  const [first = ''] = readFileSync(program, 'utf8').split('\n', 1);
  const words = first.startsWith('#!') ? first.split(' ') : [];
  return {
    args: words.filter((word) => word.startsWith('--')),
    env: {
      ...inheritedEnvironment(),
      ...Object.fromEntries(words.flatMap(assignment)),
      NODE_ENV: 'production',
      ...(basename(program) !== LAUNCHER && { NODE_COMPILE_CACHE: join(program, '..', 'compile-cache') }),
    },
  };
}

function assignment(word: string): readonly (readonly [name: string, value: string])[] {
  const [name = '', value] = word.split('=', 2);
  return value === undefined || name.startsWith('-') ? [] : [[name, value]];
}
