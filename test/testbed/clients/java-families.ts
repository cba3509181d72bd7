import type { Family } from './client.ts';
import { startNetflix1, startNetflix2 } from './netflix.ts';
import { startGateway, startRegisteredRibbon, startRegisteredZuul, startSpringDriver } from './spring.ts';

const hoxton = 'Java, Spring Boot 2.3.12';
const current = 'Java, Spring Boot 4.1.0';
const seenByCalls = 'What it knows is seen in what it calls.';

export const javaFamilies: readonly Family[] = [
  {
    key: 'NETFLIX-1',
    client: 'Netflix eureka-client, Jersey 1, Ribbon 2.7.18',
    version: '1.10.18',
    runtime: 'Java',
    reads: 'cache',
    start: startNetflix1,
  },
  {
    key: 'NETFLIX-2',
    client: 'Netflix eureka-client, Jersey 3',
    version: '2.0.6',
    runtime: 'Java',
    reads: 'cache',
    start: startNetflix2,
  },
  {
    key: 'HOXTON-RIBBON',
    client: 'Spring Cloud Hoxton: RestTemplate on Ribbon',
    version: 'Hoxton.SR12',
    runtime: hoxton,
    reads: 'cache',
    start: startRegisteredRibbon,
  },
  {
    key: 'HOXTON-FEIGN',
    client: 'Spring Cloud Hoxton: Feign on Ribbon',
    version: 'Hoxton.SR12',
    runtime: hoxton,
    reads: 'cache',
    start: (options) => startSpringDriver('feign-client', options),
  },
  {
    key: 'HOXTON-ZUUL',
    client: 'Spring Cloud Hoxton: Zuul 1',
    version: 'Hoxton.SR12',
    runtime: hoxton,
    reads: 'cache',
    remark: seenByCalls,
    start: startRegisteredZuul,
  },
  {
    key: 'SPRING-RESTCLIENT',
    client: 'Spring Cloud, RestClient transport; LoadBalancer',
    version: '2025.1.2',
    runtime: current,
    reads: 'cache',
    transport: /^Apache-HttpClient/,
    start: (options) => startSpringDriver('spring-client', options),
  },
  {
    key: 'SPRING-WEBCLIENT',
    client: 'Spring Cloud, WebClient transport; LoadBalancer',
    version: '2025.1.2',
    runtime: current,
    reads: 'cache',
    transport: /^ReactorNetty/,
    start: (options) => startSpringDriver('spring-client', options, { 'eureka.client.webclient.enabled': 'true' }),
  },
  {
    key: 'SPRING-GATEWAY',
    client: 'Spring Cloud Gateway (WebFlux)',
    version: '2025.1.2',
    runtime: current,
    reads: 'cache',
    remark: seenByCalls,
    start: startGateway,
  },
];
