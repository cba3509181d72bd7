import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { renderKept, renderReleased } from '../../shared/api/holds.ts';
import type { HoldReport } from '../../shared/api/holds.ts';
import type { Page } from '../../shared/dashboard/page.ts';
import type { Steps } from '../../shared/time-slice.ts';
import type { HoldDesk } from '../http/holds.ts';
import { TOO_MANY_WAIT, type InTurn } from '../http/in-turn.ts';
import { prefersPage } from '../http/negotiate.ts';
import { nothingAt, refuse } from '../http/refuse.ts';
import type { Log } from '../ports/log.ts';
import { atPage, type AtPagePorts } from './at-page.ts';
import { BrowserFiles } from './browser-code.ts';
import { callersPage, type CallersPagePorts } from './callers-page.ts';
import { secure } from './headers.ts';
import { htmlOf } from './html.ts';
import { sendList } from './list.ts';
import {
  applicationPage,
  applicationsPage,
  changesPage,
  holdPage,
  message,
  noHold,
  overviewNow,
  overviewPage,
  type Answer,
  type Query,
} from './models.ts';
import { migrationPage } from './migration-page.ts';
import { News } from './news.ts';
import { ended, sentence } from './view/said.ts';

export interface DashboardPorts extends CallersPagePorts, AtPagePorts {
  readonly past: AtPagePorts['past'];
  readonly version: string;
  readonly log: Log;
  readonly holds: HoldDesk;
  readonly inTurn: InTurn;
  /** For what all browsers that follow ask for with each change: small, and not to be kept waiting by large reports. */
  readonly liveInTurn: InTurn;
  /** This answer goes on as long as the browser follows it. */
  readonly endless: (reply: FastifyReply) => void;
}

export interface Dashboard {
  /** Answers `/`. */
  readonly overview: (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;
  /** The applications of a snapshot update. */
  readonly note: News['note'];
  /** Ends what browsers follow. */
  readonly stop: () => void;
}

/**
 * Registers the pages for people. Each is whole without JavaScript; with it, it goes on from the same data, which its own
 * address gives as JSON.
 */
export function registerDashboard(app: FastifyInstance, ports: DashboardPorts): Dashboard {
  const files = new BrowserFiles(ports.log);
  const news = new News({ ...ports, overview: () => overviewNow(ports) });

  const send = async (request: FastifyRequest, reply: FastifyReply, answer: Answer<Page>): Promise<FastifyReply> => {
    const frame = { root: rootOf(request.url), version: ports.version, now: ports.clock.now() };
    const document = { frame, page: answer.page };
    secure(reply.code(answer.status)).header('cache-control', 'no-store');
    if (answer.status === 503) reply.header('retry-after', '5');
    if (!prefersPage(request.headers.accept) && request.headers.accept?.includes('json') === true)
      return reply.type('application/json').send(JSON.stringify(document));
    return reply.type('text/html; charset=utf-8').send(htmlOf(document, await files.mark()));
  };
  const page = (path: string, answer: (request: FastifyRequest) => Answer<Page>): void => {
    app.get(path, (request, reply) => send(request, reply.header('vary', 'accept'), answer(request)));
  };
  /** What takes longer than one turn of the event loop. */
  const report = (path: string, begin: (query: Query) => Steps<Answer<Page>>, inTurn = ports.inTurn): void => {
    app.get(path, async (request, reply) => {
      const answer = await inTurn(reply.header('vary', 'accept'), () => begin(queryOf(request)));
      return answer === 'gone' ? reply.send() : send(request, reply, answer ?? CROWDED);
    });
  };

  files.register(app);
  // What people try first.
  app.get('/dashboard', (request, reply) => secure(reply).redirect(rootOf(request.url)));
  page('/dashboard/apps', (request) => applicationsPage(ports, queryOf(request)));
  page('/dashboard/apps/:app', (request) => applicationPage(ports, parameter(request, 'app'), queryOf(request)));
  report('/dashboard/callers', (query) => callersPage(ports, query));
  report('/dashboard/migration', (query) => migrationPage(ports, query));
  report('/dashboard/changes', (query) => changesPage(ports, query), ports.liveInTurn);
  report('/dashboard/at', (query) => atPage(ports, query));
  page('/dashboard/holds/:id', (request) => holdPage(ports.holds.list(), parameter(request, 'id')));

  // An address that was mistyped. No route, so whatever is no browser gets what it gets at any other path.
  void app.register(
    async (below) =>
      below.setNotFoundHandler((request, reply) =>
        request.method === 'GET' && prefersPage(request.headers.accept)
          ? send(request, reply.header('vary', 'accept'), NO_PAGE)
          : refuse(request, reply, 404, nothingAt(request)),
      ),
    { prefix: '/dashboard' },
  );

  app.get('/dashboard/apps.json', (request, reply) => sendList(request, secure(reply), ports));
  // Without HEAD: an answer that goes on has no end to be asked for.
  app.get('/dashboard/news', { exposeHeadRoute: false }, (request, reply) => {
    ports.endless(reply);
    if (!news.follow(reply.raw)) return refuse(request, reply, 503, 'too many browsers follow: this one has to wait');
    return reply.hijack();
  });

  const command = (verb: 'release' | 'keep', title: string, text: (hold: HoldReport) => string): void => {
    app.post(`/dashboard/holds/:id/${verb}`, (request, reply) => {
      const id = parameter(request, 'id');
      const hold = ports.holds[verb](id);
      const answer =
        hold === undefined
          ? { status: 404, page: noHold(id) }
          : { status: 200, page: message('done', title, [ended(text(hold).trim())]) };
      return send(request, reply, answer);
    });
  };
  command('release', 'Released', renderReleased);
  command('keep', 'Kept', renderKept);

  return {
    overview: (request, reply) => send(request, reply, overviewPage(ports)),
    note: (merged) => news.note(merged),
    stop: () => news.stop(),
  };
}

const CROWDED: Answer<never> = {
  status: 503,
  page: message('waiting', 'Others come first', [sentence(TOO_MANY_WAIT), 'This page goes on by itself.']),
};

const NO_PAGE: Answer<Page> = {
  status: 404,
  page: message('missing', 'There is no such page', ['Nothing is served at this address.']),
};

/** The way from a page to the root of the dashboard. It is relative, so that a proxy may serve it below any path. */
function rootOf(url: string): string {
  const [path = '/'] = url.split(/[?#]/, 1);
  // A client may ask for `*`, which has no slash.
  return '../'.repeat(Math.max(0, path.split('/').length - 2)) || './';
}

function parameter({ params }: FastifyRequest, name: string): string {
  return (params as Readonly<Record<string, string>>)[name] ?? '';
}

function queryOf({ query }: FastifyRequest): Query {
  const given = query as Readonly<Record<string, unknown>>;
  return (name) => [given[name]].flat().find((value) => typeof value === 'string');
}
