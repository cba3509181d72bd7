// `npm run docs`: writes the documents that are generated from code. A test checks that they are current.
import { writeFileSync } from 'node:fs';
import { architectureDocument, architectureFile } from './architecture-document.ts';
import { chartSchema, chartSchemaFile } from './chart-schema.ts';
import { metricsDocument, metricsFile } from './metrics-document.ts';
import { optionsDocument, optionsFile } from './options-document.ts';

writeFileSync(optionsFile, await optionsDocument());
writeFileSync(metricsFile, await metricsDocument());
writeFileSync(chartSchemaFile, await chartSchema());
writeFileSync(architectureFile, await architectureDocument());
