import type { ListFault } from './faults.ts';

/** A way in which a list has been seen to fail. */
export interface ListFaultRow {
  readonly name: string;
  readonly fault: ListFault;
  /** What operators are told. */
  readonly error: RegExp;
}

export const LIST_FAULTS: readonly ListFaultRow[] = [
  { name: '401', fault: { kind: 'status', status: 401 }, error: /HTTP 401/ },
  { name: '429', fault: { kind: 'status', status: 429 }, error: /HTTP 429/ },
  { name: '500', fault: { kind: 'status', status: 500 }, error: /HTTP 500/ },
  { name: 'no answer', fault: { kind: 'hang' }, error: /no answer within/ },
  { name: 'a body that stops', fault: { kind: 'body-stops' }, error: /no answer within/ },
  { name: 'a body cut by a reset', fault: { kind: 'cut' }, error: /list ingresses/ },
  { name: 'a body cut in good order', fault: { kind: 'cut-json' }, error: /not JSON/ },
  { name: 'a login page', fault: { kind: 'html' }, error: /not JSON: <!doctype html>/ },
  {
    name: 'a Status with code 200',
    fault: { kind: 'status-object' },
    error: /not a complete IngressList \(kind Status\)/,
  },
  { name: 'a redirect to a login page', fault: { kind: 'redirect' }, error: /HTTP 302/ },
];
