import { reportMigration } from '../../shared/api/migration.ts';
import { lookAtMigration, migrationRow, readMigrationView } from '../../shared/dashboard/migration-view.ts';
import type { MigrationPage } from '../../shared/dashboard/page.ts';
import { partOf } from '../../shared/dashboard/part.ts';
import type { Steps } from '../../shared/time-slice.ts';
import { censusFacts, problemsOf } from '../http/callers.ts';
import type { CallersPagePorts } from './callers-page.ts';
import { waiting, type Answer, type Query } from './models.ts';
import { ended, sentence } from './view/said.ts';

/** Applications that are named as what keeps the legacy: thousands may. Each of them says so in its row. */
const MAX_NAMED = 5;

export function* migrationPage(ports: CallersPagePorts, query: Query): Steps<Answer<MigrationPage>> {
  const snapshot = ports.registry.snapshot();
  if (snapshot === undefined) return waiting(ports);
  const problems = problemsOf(ports.sources);
  const report = yield* reportMigration(snapshot, censusFacts(ports), problems, ports.clock.now());
  const { replica, summary, applications, exit } = report;
  const view = readMigrationView(query);
  // The report has the problems first, which begin with a source, then one line for each application.
  const first = problems.length;
  const named = applications.filter(({ registered }) => registered > 0).length;
  const { blockers } = exit;
  const shown = Math.min(named, MAX_NAMED);
  const part = partOf(lookAtMigration(applications, view), query('page'));
  return {
    status: 200,
    page: {
      kind: 'migration',
      view,
      ...part,
      rows: part.rows.map(migrationRow),
      summary,
      left: applications.filter(({ todo }) => todo.length > 0).length,
      observer: replica,
      blockers: [
        ...blockers.slice(0, first).map(ended),
        ...blockers.slice(first + named).map(sentence),
        ...blockers.slice(first, first + shown).map(ended),
      ],
      moreBlockers: named - shown,
    },
  };
}
