import type { Document } from '../../../shared/dashboard/page.ts';
import type { Row } from '../../../shared/dashboard/row.ts';

/** The page that is shown, as it is now: its own address gives it as data. An application that is gone has one as well. */
export async function loadDocument(): Promise<Document> {
  const answer = await fetch(location.href.replace(/#.*/, ''), { headers: { accept: 'application/json' } });
  return (await answer.json()) as Document;
}

export async function loadRows(root: string): Promise<readonly Row[]> {
  const answer = await fetch(`${root}dashboard/apps.json`);
  if (!answer.ok) throw new Error(`the list is answered with ${answer.status}`);
  return (await answer.json()) as readonly Row[];
}
