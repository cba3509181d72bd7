// `npm run docs`: writes the documents that are generated from the code; a test compares them with it.
import { writeFileSync } from 'node:fs';
import { chartSchema, chartSchemaFile } from './chart-schema.ts';
import { optionsDocument, optionsFile } from './options-document.ts';

writeFileSync(optionsFile, await optionsDocument());
writeFileSync(chartSchemaFile, await chartSchema());
