import type { ManifestsConfig } from '../../shared/config/config.ts';
import { directoryProblem } from '../../shared/text/file-problem.ts';
import { counted, printable } from '../../shared/text/printable.ts';
import type { Clock } from '../ports/clock.ts';
import { ManifestDirectory } from '../sources/manifests/manifest-directory.ts';
import type { Finding } from './finding.ts';

/** Reads the directory and each file in it as a server would. */
export async function checkManifests({ name, directory }: ManifestsConfig, clock: Clock): Promise<readonly Finding[]> {
  const subject = `manifests ${name}`;
  const manifests = new ManifestDirectory(directory, clock);
  try {
    await manifests.scan();
    const errors = manifests.errors();
    if (errors.length > 0)
      return errors.map((error): Finding => ({ verdict: 'bad', subject, text: printable(`${directory}/${error}`) }));
    if (manifests.fileCount === 0) return [{ verdict: 'note', subject, text: `${directory}: no manifests yet` }];
    return [{ verdict: 'good', subject, text: `${directory}: ${counted(manifests.fileCount, 'file')}` }];
  } catch (error) {
    return [{ verdict: 'bad', subject, text: directoryProblem(directory, error) }];
  } finally {
    manifests.stop();
  }
}
