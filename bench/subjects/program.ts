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
  await run(process.execPath, [...shippedArguments(program), program, '--help'], { env: programEnvironment(program) });
  return program;
}

/** What the first line of the bundle gives Node. */
export function shippedArguments(program: string): readonly string[] {
  const [first = ''] = readFileSync(program, 'utf8').split('\n', 1);
  return first.startsWith('#!') ? first.split(' ').filter((word) => word.startsWith('--')) : [];
}

/** The environment of the image, and none of the variables that configure the product. */
export function programEnvironment(program: string): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.startsWith('EUREK8S_'));
  return {
    ...Object.fromEntries(inherited),
    NODE_ENV: 'production',
    NODE_COMPILE_CACHE: join(program, '..', 'compile-cache'),
  };
}
