import type { Exchange, Finding, Rule } from './compare.ts';

const isDelta = ({ question }: Exchange): boolean => /\/apps\/delta(\/?$|\/?\?)/.test(question.path);
const accepts = ({ question }: Exchange): string => question.headers['accept'] ?? '';
const fact = (finding: Finding, path: RegExp): boolean => finding.facet === 'fact' && path.test(finding.path);
const isHeader = ({ facet }: Finding): boolean => facet === 'content-type' || facet === 'body';
const bothRefuse = ({ stock, ours }: Exchange): boolean => stock.status >= 400 && ours.status >= 400;

/**
 * The intended differences of reads, see the table of docs/protocol.md. The first rule that explains a finding names
 * it.
 */
export const READ_RULES: readonly Rule[] = [
  // The code that sends the requests reports these two, because stock has nothing there.
  { id: 'version-segment', generations: ['hoxton'], explains: () => false },
  { id: 'double-slash', explains: () => false },
  {
    id: 'status-resource',
    explains: (_finding, { question }) => /\/status\/?$/.test(question.path) && !question.path.includes('/apps/'),
  },
  {
    id: 'nothing-there',
    explains: ({ facet, stock, ours }) => facet === 'status' && stock === '405' && ours === '404',
  },
  {
    id: 'encoded-slash',
    explains: (finding, { question, stock, ours }) =>
      stock.status === 400 && ours.status < 400 && /%2f|%5c/i.test(question.path) && finding.facet !== 'fact',
  },
  {
    id: 'error-body',
    generations: ['current'],
    explains: (finding, exchange) => bothRefuse(exchange) && isHeader(finding) && exchange.ours.body.length === 0,
  },
  {
    id: 'empty-content-type',
    generations: ['hoxton'],
    explains: ({ facet, ours }, exchange) => bothRefuse(exchange) && facet === 'content-type' && ours === '',
  },
  {
    id: 'gzip-everywhere',
    explains: ({ facet, stock, ours }) => facet === 'content-encoding' && stock === '' && ours === 'gzip',
  },
  {
    id: 'accept-case',
    explains: (finding, exchange) =>
      accepts(exchange) === 'APPLICATION/JSON' && (fact(finding, /^format$/) || finding.facet === 'content-type'),
  },
  {
    id: 'content-type-of-body',
    explains: ({ facet }, exchange) =>
      facet === 'content-type' && accepts(exchange) === 'application/xml, application/json',
  },
  { id: 'delta-version', explains: (finding, exchange) => isDelta(exchange) && fact(finding, /\/versions__delta$/) },
  {
    id: 'delta-never-seen',
    explains: (finding, exchange) => isDelta(exchange) && finding.ours === '(absent)' && fact(finding, /\[GHOST\]$/),
  },
  {
    id: 'delta-actions',
    explains: (finding, exchange) =>
      isDelta(exchange) && fact(finding, /\/actionType$/) && ![finding.stock, finding.ours].includes('"DELETED"'),
  },
  {
    id: 'delta-deleted-times',
    explains: (finding, exchange) =>
      isDelta(exchange) && fact(finding, /\[(many-3|late-1)\]\/(lastUpdatedTimestamp|leaseInfo\/evictionTimestamp)$/),
  },
  { id: 'last-renewal', explains: (finding) => fact(finding, /\/leaseInfo\/lastRenewalTimestamp$/) },
  {
    id: 'compact-flag',
    generations: ['current'],
    explains: (finding) => finding.ours === '(absent)' && fact(finding, /\/registeredApplicationsEmpty$/),
  },
  { id: 'xml-colon', explains: (finding) => fact(finding, /\/metadata\/colon(:|_\.003a)key$/) },
  {
    id: 'xml-controls',
    explains: (finding, { stock, ours }) =>
      stock.body[0] === ours.body[0] && finding.ours.includes('\ufffd') && fact(finding, /\/(controls|asgName)$/),
  },
  {
    id: 'xml-compact-controls',
    explains: ({ facet }, { question, stock, ours }) =>
      question.headers['x-eureka-accept'] === 'compact' &&
      ours.status === 200 &&
      (stock.body.length === 0 || stock.status === 404) &&
      facet !== 'fact',
  },
  {
    id: 'xml-instance-status',
    explains: (finding, { stock }) =>
      fact(finding, /^\/instance\/status$/) && finding.stock === '"DOWN"' && stock.contentType === 'application/xml',
  },
];
