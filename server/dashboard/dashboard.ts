import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { renderKept, renderReleased } from '../../shared/api/holds.ts';
import type { HoldReport } from '../../shared/api/holds.ts';
import type { Page } from '../../shared/dashboard/page.ts';
import type { HoldDesk } from '../http/holds.ts';
import { prefersPage } from '../http/negotiate.ts';
import { refuse } from '../http/refuse.ts';
import type { Log } from '../ports/log.ts';
import { BrowserFiles } from './browser-code.ts';
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
  type ModelPorts,
  type Query,
} from './models.ts';
import { News } from './news.ts';
import { sentence } from './view/said.ts';

export interface DashboardPorts extends ModelPorts {
  readonly version: string;
  readonly log: Log;
  readonly holds: HoldDesk;
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

  files.register(app);
  // What people try first.
  app.get('/dashboard', (request, reply) => secure(reply).redirect(rootOf(request.url)));
  page('/dashboard/apps', (request) => applicationsPage(ports, queryOf(request)));
  page('/dashboard/apps/:app', (request) => applicationPage(ports, parameter(request, 'app'), queryOf(request)));
  page('/dashboard/changes', (request) => changesPage(ports, queryOf(request)));
  page('/dashboard/holds/:id', (request) => holdPage(ports.holds.list(), parameter(request, 'id')));

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
          : { status: 200, page: message('done', title, [sentence(text(hold).trim())]) };
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
