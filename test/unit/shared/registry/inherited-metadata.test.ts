import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isHostSpecific } from '../../../../shared/registry/inherited-metadata.ts';
import { instance } from '../../../support/instances.ts';

const TWIN = instance('BOB', 'i-1', {
  hostName: 'ip-10-1-2-3.ec2.internal',
  ipAddr: '10.1.2.3',
  dataCenterInfo: { name: 'Amazon', metadata: new Map([['public-hostname', 'ec2-54-1-2-3.compute.amazonaws.com']]) },
});

const OF_ONE_HOST: readonly (readonly [string, string])[] = [
  ['management.port', '8081'],
  ['management.address', 'any'],
  ['jmx.port', '9010'],
  ['jmxPort', '9010'],
  ['jmxport', '9010'],
  ['gRPC_port', '6565'],
  ['grpc-port', '6565'],
  ['HTTPPort', '80'],
  ['hostName', 'x'],
  ['host', 'x'],
  ['IP', 'x'],
  ['nodeIp', 'x'],
  ['ip_addr', 'x'],
  ['management-url', '/x'],
  ['homePageURL', '/x'],
  ['dubbo.endpoints', '[]'],
  ['a', '10.9.9.9'],
  ['a', 'fd00::9'],
  ['a', '[fd00::9]:80'],
  ['a', 'other.example.com:9000'],
  ['a', 'localhost:9000'],
  ['a', 'http://localhost/x'],
  ['a', 'http://10.9.9.9/x'],
  ['a', 'https://user@[fd00::9]/x'],
  ['a', 'ip-10-1-2-3.EC2.internal'],
  ['a', 'see http://ip-10-1-2-3.ec2.internal:8081/actuator'],
  ['a', 'jdbc:x@10.1.2.3/y'],
  ['a', 'ec2-54-1-2-3.compute.amazonaws.com'],
  ['a', '8080'],
  ['a', '{"protocol":"dubbo","port":20880}'],
];
const OF_THE_SERVICE: readonly (readonly [string, string])[] = [
  ['team', 'red'],
  ['version', '1.10'],
  ['weight', '80'],
  ['weight', '443'],
  ['build', '8081'],
  ['transport', 'tcp'],
  ['support', 'blue'],
  ['support', 'https://wiki.example.com/bob'],
  ['report', '12 per day'],
  ['management.context-path', '/actuator'],
  ['health.path', '/health'],
  ['description', 'not ip-10-1-2-3.ec2.internal-old, and not 10.1.2.30'],
  ['since', '12:30:45'],
  ['shipping', 'yes'],
  ['empty', ''],
];

for (const [key, value] of OF_ONE_HOST)
  test(`${key}: ${value} is about a single host`, () => assert.equal(isHostSpecific(key, value, TWIN), true));

for (const [key, value] of OF_THE_SERVICE)
  test(`${key}: ${value} is about the whole service`, () => assert.equal(isHostSpecific(key, value, TWIN), false));
