import type { ChangeReport, ChangesReport } from '../../shared/api/changes.ts';
import { renderChanges } from '../../shared/api/render-changes.ts';
import { exchangeWithEach, type Ask, type EachAnswer } from './ask-each.ts';
import { codeOf, print, repeatedly, type ListingOptions } from './listing.ts';
import type { Resolve } from './replicas.ts';
import { EXIT, type Shell } from './shell.ts';

/** Changes that one call lists, page after page. Nobody reads more, and they have to fit into memory. */
const MAX_CHANGES = 100_000;

/** Of the operations API: `app`, `since`, `limit`. */
export type ChangesQuery = URLSearchParams;

/** All the changes asked for, and with `watch` those that come: each once. */
export async function listChanges(
  query: ChangesQuery,
  options: ListingOptions,
  shell: Shell,
  resolve?: Resolve,
): Promise<number> {
  if (options.watch) return watchChanges(query, options, shell, resolve);
  const answers = await exchangeWithEach(options, (ask) => askPages(ask, query), resolve);
  print(options.json ? answers : answers.map(rendered), options, shell);
  return answers.some((answer) => unknownIn(answer) !== undefined)
    ? Math.max(EXIT.failed, codeOf(answers))
    : codeOf(answers);
}

/** One answer of all pages: up to the newest change, or one page where a limit is given. */
async function askPages(ask: Ask, query: ChangesQuery): Promise<EachAnswer> {
  const rest = new URLSearchParams(query);
  let whole: ChangesReport | undefined;
  for (;;) {
    const answer = await ask({
      path: `/eurek8s/changes?${rest.toString()}`,
      method: 'GET',
      accept: 'application/json',
    });
    if (answer.outcome !== 'done') return answer;
    const page = JSON.parse(answer.text) as ChangesReport;
    const changes = [...(whole?.changes ?? []), ...page.changes];
    const { more: _more, ...head } = whole ?? page;
    whole = { ...head, changes, ...(page.more === true && { more: true }) };
    const last = page.changes.at(-1);
    if (page.more !== true || last === undefined || rest.has('limit') || changes.length >= MAX_CHANGES)
      return { ...answer, text: JSON.stringify(whole) };
    rest.set('since', String(last.version));
  }
}

/** What a server says of an application that it does not know. */
function unknownIn({ outcome, text }: EachAnswer): string | undefined {
  return outcome === 'done' ? (JSON.parse(text) as ChangesReport).unknown : undefined;
}

function rendered(answer: EachAnswer): EachAnswer {
  if (answer.outcome !== 'done') return answer;
  return { ...answer, text: renderChanges(JSON.parse(answer.text) as ChangesReport, 'flag') };
}

async function watchChanges(
  query: ChangesQuery,
  options: ListingOptions,
  shell: Shell,
  resolve: Resolve | undefined,
): Promise<number> {
  const [server = ''] = options.servers;
  const one = { ...options, servers: [server] };
  let told = '';
  let last: ChangeReport | undefined;
  return repeatedly(options, shell, async function once(): Promise<number> {
    const [answer] = await exchangeWithEach(one, (ask) => askPages(ask, query), resolve);
    if (answer === undefined) return EXIT.unanswered;
    if (answer.outcome === 'done') {
      const news = JSON.parse(answer.text) as ChangesReport;
      if (last !== undefined && query.get('since') === String(last.version) && beganAfter(news, last)) {
        query.set('since', news.oldest ?? '');
        return once();
      }
      const newest = news.changes.at(-1);
      if (newest !== undefined) {
        last = newest;
        shell.out(options.json ? `${JSON.stringify(news)}\n` : renderChanges(news, 'flag'));
        query.set('since', String(last.version));
      }
    } else if (answer.text !== told) print([answer], { ...one, json: false }, shell);
    const unknown = unknownIn(answer);
    // It may be known later.
    if (unknown !== undefined && unknown !== told) shell.err(`eurek8s: ${unknown}\n`);
    told = answer.outcome === 'done' ? (unknown ?? '') : answer.text;
    return codeOf([answer]);
  });
}

/** A server that was started anew counts its versions from another number: what it has is told apart by its time. */
function beganAfter({ oldest = '' }: ChangesReport, { at = '' }: ChangeReport): boolean {
  return Date.parse(oldest) > Date.parse(at);
}
