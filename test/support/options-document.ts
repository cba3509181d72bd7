import { format, resolveConfig } from 'prettier';
import { optionsReference } from '../../server/config/options-reference.ts';

export const optionsFile = new URL('../../docs/options.md', import.meta.url);

/** docs/options.md, generated from the option table and formatted. */
export async function optionsDocument(): Promise<string> {
  const style = await resolveConfig(optionsFile);
  return format(optionsReference(), { ...style, parser: 'markdown' });
}
