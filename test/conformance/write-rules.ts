import type { Exchange, Finding, Rule } from './compare.ts';

const refusesBoth = ({ stock, ours }: Exchange): boolean => stock.status >= 400 && ours.status >= 400;
const isHeader = ({ facet }: Finding): boolean => facet === 'content-type' || facet === 'body';
const about = (exchange: Exchange, path: string): boolean => exchange.question.path.includes(path);

const bodyOf = ({ question }: Exchange): string => String(question.body ?? '');
/** A field with an array or an object instead of a plain value, or a number as the name of a data centre. */
const STRUCTURE = /"(?!instance"|port"|securePort"|dataCenterInfo"|leaseInfo"|metadata")[^"]+":[[{]|"name":0/;
const BEYOND_INT =
  /"(\$|@enabled|countryId|isCoordinatingDiscoveryServer|renewalIntervalInSecs|durationInSecs|\w+Timestamp)":\d{10,}/;

/** The intended differences of writes, see the table of docs/protocol.md. */
export const WRITE_RULES: readonly Rule[] = [
  {
    id: 'replication-batch',
    explains: (_finding, exchange) =>
      about(exchange, '/peerreplication/') &&
      (exchange.world === 'forwarding' ||
        exchange.question.body === '{}' ||
        exchange.question.headers['accept'] !== 'application/json'),
  },
  {
    id: 'replicated-writes',
    explains: ({ path }, { world, question }) =>
      world === 'forwarding' && (path.includes('[REPLICATED]') || question.path.includes('/REPLICATED')),
  },
  // Registered and cancelled in one batch.
  { id: 'delta-never-seen', explains: ({ path, ours }) => path.endsWith('[repl-4]') && ours === '(absent)' },
  { id: 'asg', explains: ({ facet }, exchange) => facet === 'status' && about(exchange, '/asg/') },
  { id: 'options', explains: (_finding, { question }) => question.method === 'OPTIONS' },
  {
    id: 'body-limit',
    explains: ({ path }, exchange) =>
      path.includes('[LARGE]') || (about(exchange, '/LARGE') && [413, 404].includes(exchange.ours.status)),
  },
  {
    id: 'write-accept',
    explains: ({ ours }, { question, stock }) =>
      question.headers['accept'] === 'text/plain' && stock.status === 406 && (ours === '200' || ours === ''),
  },
  {
    id: 'expired-lease',
    explains: (_finding, exchange) =>
      exchange.question.method === 'GET' &&
      about(exchange, '/EXPIRING/expiring-') &&
      exchange.stock.status === 404 &&
      exchange.ours.status === 200,
  },
  {
    id: 'bad-parameters',
    explains: ({ facet }, { question, stock, ours }) =>
      facet === 'status' && question.method !== 'POST' && stock.status === 500 && ours.status === 400,
  },
  { id: 'status-half-done', explains: ({ path }) => path.includes('[half-1]') },
  {
    id: 'refused-charset',
    explains: ({ facet }, { question, stock, ours }) =>
      facet === 'content-type' &&
      stock.status === 400 &&
      ours.status === 400 &&
      /charset=/i.test(question.headers['content-type'] ?? ''),
  },
  {
    id: 'gzip-requests',
    explains: (_finding, { question, ours }) => question.headers['content-encoding'] === 'gzip' && ours.status === 204,
  },
  {
    id: 'no-content-type',
    explains: (_finding, { question, ours }) =>
      ours.status === 415 && ['json', undefined].includes(question.headers['content-type']),
  },
  {
    id: 'json-structures',
    explains: ({ path }, exchange) =>
      (exchange.ours.status === 400 && STRUCTURE.test(bodyOf(exchange))) ||
      /"@class":\[\]/.test(bodyOf(exchange)) ||
      /^\/instance\/metadata\/x$/.test(path),
  },
  {
    id: 'number-range',
    explains: ({ path }, exchange) =>
      (exchange.stock.status === 400 && BEYOND_INT.test(bodyOf(exchange))) ||
      (about(exchange, '/FUZZ/') && /\/(lastDirtyTimestamp|durationInSecs)$/.test(path)),
  },
  {
    id: 'lone-surrogate',
    explains: ({ facet, ours }, exchange) =>
      bodyOf(exchange).includes('\\ud800') &&
      ((facet === 'body' && ours !== 'none' && ours !== 'some') || exchange.ours.status === 400),
  },
  {
    id: 'error-body',
    explains: (finding, exchange) => refusesBoth(exchange) && isHeader(finding) && exchange.ours.body.length === 0,
  },
  {
    id: 'empty-content-type',
    generations: ['hoxton'],
    explains: ({ facet, ours }, exchange) =>
      facet === 'content-type' && ours === '' && exchange.stock.body.length === 0,
  },
];
