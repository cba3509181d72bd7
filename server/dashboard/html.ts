import type { VNode } from 'preact';
import { renderToString } from 'preact-render-to-string';
import type { Document, Page } from '../../shared/dashboard/page.ts';
import { said } from './view/said.ts';
import { part } from './view/element.ts';
import { PageView } from './view/page.ts';

/** How soon a page that waits asks again where there is no JavaScript, in seconds. */
const AGAIN_SECONDS = 5;

/** A whole page, readable as it is; with its script it goes on from the same data. `mark`: of the script and the style. */
export function htmlOf(document: Document, mark: string): string {
  const { frame, page } = document;
  const { root, now } = frame;
  const content = renderToString(part(PageView, { document, liveness: 'still', now, rows: undefined }) as VNode);
  const again =
    page.kind === 'message' && page.tone === 'waiting'
      ? `<noscript><meta http-equiv="refresh" content="${AGAIN_SECONDS}"></noscript>`
      : '';
  return (
    `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escaped(titleOf(page))} · Eurek8s</title>` +
    `<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">` +
    `<link rel="icon" type="image/svg+xml" href="${root}dashboard/icon.svg">` +
    `<link rel="stylesheet" href="${root}dashboard/style.css?v=${mark}">` +
    `<script type="module" src="${root}dashboard/app.js?v=${mark}"></script>${again}</head>` +
    `<body><div id="app">${content}</div>` +
    `<script type="application/json" id="document">${dataOf(document)}</script></body></html>`
  );
}

export function titleOf(page: Page): string {
  switch (page.kind) {
    case 'overview':
      return 'Overview';
    case 'applications':
      return 'Applications';
    case 'application':
      return said(page.explanation.app);
    case 'callers':
      return page.view.app === undefined ? 'Callers' : `Callers of ${said(page.view.app)}`;
    case 'migration':
      return 'Migration';
    case 'changes':
      return page.app === undefined ? 'Changes' : `Changes of ${said(page.app)}`;
    case 'at':
      return page.look === undefined ? 'Time machine' : `At ${page.look.at}`;
    case 'hold':
      return `Hold of ${said(page.hold.source)}`;
    case 'message':
      return said(page.title);
  }
}

/** JSON that no browser takes for the end of its element, nor for a comment. */
function dataOf(document: Document): string {
  return JSON.stringify(document)
    .replaceAll('<', '\\u003c')
    .replaceAll('\u2028', '\\u2028')
    .replaceAll('\u2029', '\\u2029');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
