import type { Document } from '../../../shared/dashboard/page.ts';
import type { Row } from '../../../shared/dashboard/row.ts';
import { ApplicationView } from './application.ts';
import { ApplicationsView } from './applications.ts';
import { AtView } from './at.ts';
import { CallersView } from './callers.ts';
import { ChangesView } from './changes.ts';
import { h, part, type View } from './element.ts';
import { HoldView } from './hold.ts';
import { Layout, type Liveness } from './layout.ts';
import { MessageView } from './message.ts';
import { MigrationPageView } from './migration.ts';
import { OverviewView } from './overview.ts';

export interface PageProps {
  readonly document: Document;
  readonly liveness: Liveness;
  /** Epoch milliseconds, by the clock of the server. */
  readonly now: number;
  /** The whole list of applications, once it is here. */
  readonly rows: readonly Row[] | undefined;
}

export function PageView({ document: { frame, page }, liveness, now, rows }: PageProps): View {
  return part(Layout, {
    frame,
    page,
    liveness,
    children: [
      liveness === 'lost'
        ? h(
            'p',
            { class: 'stalled', role: 'alert', key: 'stalled' },
            'This server does not answer. What is shown is what it said last; the page goes on by itself when it is back.',
          )
        : null,
      h('div', { key: page.kind }, content()),
    ],
  });

  function content(): View {
    switch (page.kind) {
      case 'overview':
        return part(OverviewView, { frame, overview: page.overview, now });
      case 'applications':
        return part(ApplicationsView, { frame, page, all: rows });
      case 'application':
        return part(ApplicationView, { frame, page, now });
      case 'callers':
        return part(CallersView, { frame, page, now });
      case 'migration':
        return part(MigrationPageView, { frame, page, now });
      case 'changes':
        return part(ChangesView, { frame, page, now });
      case 'at':
        return part(AtView, { frame, page, now });
      case 'hold':
        return part(HoldView, { frame, page, now });
      case 'message':
        return part(MessageView, { frame, page });
    }
  }
}
