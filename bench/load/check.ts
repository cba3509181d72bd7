import type { ReadOperation } from '../operations.ts';
import type { RegistrySize } from '../section.ts';
import { until } from '../../test/testbed/until.ts';
import { ask, textOf, type Reply } from './ask.ts';

/** How long a right answer may take to come: stock servers with their read-only cache are up to 30 s behind. */
const PATIENCE_MS = 100_000;

/**
 * The answer, once it is what it should be: 200, in the format and coding asked for, with as many instances as there
 * are. A benchmark of errors or of half a registry would look splendid.
 */
export async function rightAnswer(url: string, operation: ReadOperation, size: RegistrySize): Promise<Reply> {
  let seen = 'nothing';
  const attempt = async (): Promise<Reply | undefined> => {
    const reply = await ask(url + operation.target(size), { headers: operation.headers });
    const trouble = await troubleOf(reply, operation, size);
    if (trouble === undefined) return reply;
    seen = trouble;
    return undefined;
  };
  try {
    return await until(`${operation.name} of ${size.name} instances`, attempt, {
      timeoutMs: PATIENCE_MS,
      everyMs: 500,
    });
  } catch (cause) {
    throw new Error(`${url}: ${operation.name}, ${size.name} instances: ${seen}`, { cause });
  }
}

async function troubleOf(reply: Reply, operation: ReadOperation, size: RegistrySize): Promise<string | undefined> {
  if (reply.status !== 200) return `status ${reply.status}`;
  const type = reply.headers['content-type'] ?? 'no content type';
  if (!type.startsWith(`application/${operation.format}`)) return `${type} instead of ${operation.format}`;
  const coding = reply.headers['content-encoding'] ?? 'identity';
  if (coding !== operation.coding) return `${coding} instead of ${operation.coding}`;
  const wanted = operation.instances(size);
  const found = countInstances(await textOf(reply), operation.format);
  return found === wanted ? undefined : `${found} instances instead of ${wanted}`;
}

/** By their ids, without building the document: some have 100 MB. */
export function countInstances(text: string, format: 'json' | 'xml'): number {
  const mark = format === 'json' ? '"instanceId":' : '<instanceId>';
  let count = 0;
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length)) count++;
  return count;
}
