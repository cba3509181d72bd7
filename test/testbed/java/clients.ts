export { startNetflixClient, type NetflixClient, type NetflixClientOptions } from './netflix-client.ts';
export type { NetflixStats, RegistryView, ViewedInstance } from './netflix-client.ts';
export { startRibbonClient, type RibbonClient, type RibbonClientOptions } from './ribbon-client.ts';
export type { CallSummary, RibbonServer } from './ribbon-answers.ts';
export { startZuul, type Zuul, type ZuulOptions } from './zuul.ts';
