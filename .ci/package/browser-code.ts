// `node .ci/package/browser-code.ts FILE`: writes the bundled code for browsers, as a module that the build puts into the
// program in place of the name EUREK8S_BROWSER_CODE.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { bundleBrowserCode } from '../../server/dashboard/bundle.ts';

const [file] = process.argv.slice(2);
if (file === undefined) throw new Error('usage: browser-code.ts FILE');
mkdirSync(dirname(file), { recursive: true });
writeFileSync(file, `export const EUREK8S_BROWSER_CODE = ${JSON.stringify(await bundleBrowserCode())};\n`);
