import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../../test/testbed/process.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** Builds what the image ships into `dir`, its compiled code included; answers the path of the bundle. */
export async function buildProgram(dir: string): Promise<string> {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    readonly scripts: { readonly build: string };
  };
  const program = join(dir, 'eurek8s.cjs');
  const output = '--outfile=dist/eurek8s.cjs';
  if (!scripts.build.includes(output)) throw new Error(`the build script does not say ${output} any more`);
  const path = `${join(ROOT, 'node_modules', '.bin')}:${process.env['PATH'] ?? ''}`;
  const script = scripts.build.replace(output, `--outfile='${program}' --log-level=warning`);
  await run('sh', ['-c', script], { cwd: ROOT, env: { ...process.env, PATH: path } });
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
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('EUREK8S_'));
  return {
    args: words.filter((word) => word.startsWith('--')),
    env: {
      ...Object.fromEntries(inherited),
      ...Object.fromEntries(words.flatMap(assignment)),
      NODE_ENV: 'production',
      NODE_COMPILE_CACHE: join(program, '..', 'compile-cache'),
    },
  };
}

function assignment(word: string): readonly (readonly [name: string, value: string])[] {
  const [name = '', value] = word.split('=', 2);
  return value === undefined || name.startsWith('-') ? [] : [[name, value]];
}
