import { headersOf, type Operation, type ReadOperation } from '../data/operations.ts';
import type { RegistrySize } from '../data/registry.ts';
import { until } from '../../test/testbed/until.ts';
import { ask, textOf, type Reply } from './ask.ts';
import type { LoadResult } from './wrk.ts';

/** How long the right answer may take: stock servers with their read-only cache are up to 30 s behind. */
const LIMIT_MS = 100_000;

/**
 * Asks until the answer is right. For a read: status 200, the format and coding asked for, and every instance. A
 * benchmark of errors or of half a registry would have excellent figures.
 */
export async function rightAnswer(
  url: string,
  operation: Operation,
  size: RegistrySize,
  headers: Readonly<Record<string, string>> = {},
): Promise<Reply> {
  let trouble = 'nothing';
  const attempt = async (): Promise<Reply | undefined> => {
    const reply = await firstOf(url, operation, size, headers);
    const found = await troubleOf(reply, operation, size);
    trouble = found ?? trouble;
    return found === undefined ? reply : undefined;
  };
  const what = `${operation.name} of ${size.name} instances`;
  try {
    return await until(what, attempt, { timeoutMs: LIMIT_MS, everyMs: 500 });
  } catch (cause) {
    throw new Error(`${url}: ${what}: ${trouble}`, { cause });
  }
}

async function firstOf(
  url: string,
  operation: Operation,
  size: RegistrySize,
  headers: Readonly<Record<string, string>>,
): Promise<Reply> {
  if (operation.kind === 'read')
    return ask(url + operation.target, { headers: { ...headersOf(operation), ...headers } });
  const first = operation.requests(size).next();
  if (first.done === true) throw new Error(`no ${operation.name} for ${size.name} instances`);
  return ask(url + first.value.target, { ...first.value, headers: { ...first.value.headers, ...headers } });
}

async function troubleOf(reply: Reply, operation: Operation, size: RegistrySize): Promise<string | undefined> {
  const status = operation.kind === 'read' ? 200 : operation.status;
  if (reply.status !== status) return `status ${reply.status}`;
  if (operation.kind === 'write') return undefined;
  const type = reply.headers['content-type'] ?? 'no content type';
  if (!type.startsWith(`application/${operation.format}`)) return `${type} instead of ${operation.format}`;
  const coding = reply.headers['content-encoding'] ?? 'identity';
  if (coding !== operation.coding) return `${coding} instead of ${operation.coding}`;
  const [wanted, found] = [operation.instances(size), countInstances(await textOf(reply), operation)];
  return found === wanted ? undefined : `${found} instances instead of ${wanted}`;
}

/** Counts ids and builds no document: some have 100 MB. */
function countInstances(text: string, { format }: ReadOperation): number {
  const mark = format === 'json' ? '"instanceId":' : '<instanceId>';
  let count = 0;
  for (let at = text.indexOf(mark); at >= 0; at = text.indexOf(mark, at + mark.length)) count++;
  return count;
}

/** More than the headers of an answer have. */
const MAX_HEADER_BYTES = 2_000;

/**
 * Throws unless the answers under load can be those that were checked before. A server that begins to answer something
 * else, such as a delta from which everything has expired, is faster and wrong.
 */
export function expectAnswersOf(bodyBytes: number, { requests, bytes }: LoadResult, connections: number): void {
  // At the end each connection may have received a part of one more.
  const maxBytes = (requests + connections) * (bodyBytes * 1.01 + MAX_HEADER_BYTES);
  if (bytes >= requests * bodyBytes * 0.99 && bytes <= maxBytes) return;
  throw new Error(`${requests} answers of ${bodyBytes} bytes were expected, ${bytes} bytes came`);
}
