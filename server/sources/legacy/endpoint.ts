/** The way in for a check of the configuration, which asks a legacy server once without being a source of it. */
export { LegacyEndpoint } from './wire/endpoint.ts';
