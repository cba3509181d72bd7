// `node .ci/package/compile.ts FOLDER`: makes beside a bundle what the image starts with: `launch.cjs`, and the code that
// V8 compiles of the bundle while it starts and serves.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';

const ROOT = join(import.meta.dirname, '..', '..');
const ENV = '#!/usr/bin/env ';

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: compile.ts FOLDER');
// V8 takes no code that was compiled with other arguments than those of the bundle's first line.
const bundle = readFileSync(join(folder, 'eurek8s.cjs'));
// The launcher reads it as ASCII. Regular expressions and raw templates stay as they are written when it is bundled.
if (bundle.some((byte) => byte > 0x7f)) throw new Error('the bundle has characters outside ASCII');
const [first = ''] = bundle.toString('latin1').split('\n', 1);
if (!first.startsWith(ENV)) throw new Error(`the bundle does not begin with ${ENV}`);
await build({
  entryPoints: [join(ROOT, 'server', 'launch', 'launch.ts')],
  outfile: join(folder, 'launch.cjs'),
  bundle: true,
  platform: 'node',
  target: 'node26',
  format: 'cjs',
  minify: true,
  define: { 'import.meta.filename': '__filename' },
  banner: { js: first },
  logLevel: 'warning',
});
execFileSync('/usr/bin/env', [first.slice(ENV.length), join(import.meta.dirname, 'warm-up.ts'), resolve(folder)], {
  env: { ...process.env, NODE_ENV: 'production', PATH: `${dirname(process.execPath)}:${process.env['PATH'] ?? ''}` },
  stdio: 'inherit',
});
