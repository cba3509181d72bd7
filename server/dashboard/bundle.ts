import { dirname, join } from 'node:path';

/** What the browser gets besides pages. */
export interface BrowserCode {
  readonly script: string;
  readonly style: string;
}

/** Bundles the code for the browser from its sources. Only where these and the tool are: not in the image. */
export async function bundleBrowserCode(): Promise<BrowserCode> {
  const folder = join(dirname(import.meta.filename), 'browser');
  const { build, stop } = await import('esbuild');
  const { outputFiles } = await build({
    entryPoints: [join(folder, 'main.ts'), join(folder, 'style.css')],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'none',
    outdir: folder,
    write: false,
    logLevel: 'error',
  });
  await stop();
  const text = (ending: string): string => outputFiles.find(({ path }) => path.endsWith(ending))?.text ?? '';
  return { script: text('.js'), style: text('.css') };
}
