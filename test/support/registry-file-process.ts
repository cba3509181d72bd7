import { argv, stdout } from 'node:process';
import { RegistryFileWriter } from '../../server/registry-file/registry-file-writer.ts';
import { WriteHistory } from '../../server/registry-file/write-history.ts';
import { NO_CONTRIBUTION } from '../../shared/contribution/contribution.ts';
import { appName } from '../../shared/model/names.ts';
import { instance } from './instances.ts';
import { NO_METRICS } from './no-metrics.ts';
import { contentsOf, LEGACY } from './registry-contents.ts';
import { SteppedClock } from './stepped-clock.ts';
import { endlessSlice } from './time-slices.ts';

// A process to be killed: writes one registry after the other, each with its number in every instance, and says each
// number once that registry is in the file.

const [, , path = '', owner = '', first = '0'] = argv;
const clock = new SteppedClock();
const fail = (fields: object, text: string): void => {
  throw new Error(`${text}: ${JSON.stringify(fields)}`);
};
const log = { debug: () => undefined, info: () => undefined, warn: fail, error: fail };
const history = new WriteHistory(path, clock, log, NO_METRICS);

for (let number = Number(first); ; number++) {
  const metadata = new Map([['number', String(number)]]);
  const names = Array.from({ length: 60 }, (_, n) => appName(`A-${n}`));
  const instances = (app: string) => [1, 2, 3].map((n) => instance(app, `${app}-${n}`, { metadata }));
  const contents = contentsOf(new Map(names.map((app) => [app, { ...NO_CONTRIBUTION, instances: instances(app) }])));
  const parts = { path, owner, history, clock, newTimeSlice: endlessSlice };
  await new RegistryFileWriter({ ...parts, bases: new Map([[LEGACY.id, ['x']]]), contents: () => contents }).stop();
  stdout.write(`${number}\n`);
}
