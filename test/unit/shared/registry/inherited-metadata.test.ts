import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostSpecificTo } from '../../../../shared/registry/inherited-metadata.ts';
import { instance } from '../../../support/instances.ts';

const TWIN = instance('BOB', 'i-1', {
  hostName: 'ip-10-1-2-3.ec2.internal',
  ipAddr: '10.1.2.3',
  dataCenterInfo: { name: 'Amazon', metadata: new Map([['public-hostname', 'ec2-54-1-2-3.compute.amazonaws.com']]) },
});

const isHostSpecific = hostSpecificTo(TWIN);

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
  ['a', '{"jmx.port":8081}'],
  ['a', '{"where":{"address":"10.9.9.9"}}'],
  ['a', 'port=8081;team=red'],
  ['a', 'host=10.9.9.9'],
  ['a', '10.9.9.9, 10.9.9.8'],
  ['a', '10.9.9.9:8081;10.9.9.8:8082'],
  ['a', ':8081'],
  ['a', '*:8081'],
  ['a', 'tcp://*:8081'],
  ['a', 'ip-10-1-2-3'],
  ['a', 'ip-10-1-2-3.ec2'],
  ['a', 'IP-10-1-2-3.ec2.internal.'],
  ['a', 'ip-10-1-2-3:9000'],
  ['a', 'service:jmx:rmi:///jndi/rmi://ip-10-1-2-3:9010/jmxrmi'],
  ['jmxhost', 'x'],
  ['baseurl', 'https://x.example.com/'],
  ['listenaddr', 'x'],
  ['jmx', '9010'],
  ['server.grpc', '9090'],
  ['managementListener', '8081'],
  ['instance-id', 'bob-1'],
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
  ['jmx', 'true'],
  ['grpc', '1'],
  ['http.timeout', '5000'],
  ['year', '2026'],
  ['list', ','],
  ['a', '{"team":"red","weight":2000}'],
  ['a', 'team=red;tier=1'],
  ['a', 'red=10.9.9.9 or so'],
  ['a', 'about ip-10-1-2-3 and others'],
  ['db', 'jdbc:mysql://db.example.com:3306/x'],
  ['shipping', 'yes'],
  ['empty', ''],
];

for (const [key, value] of OF_ONE_HOST)
  test(`${key}: ${value} is about a single host`, () => assert.equal(isHostSpecific(key, value), true));

for (const [key, value] of OF_THE_SERVICE)
  test(`${key}: ${value} is about the whole service`, () => assert.equal(isHostSpecific(key, value), false));
