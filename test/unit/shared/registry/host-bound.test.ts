import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hostBound } from '../../../../shared/registry/host-bound.ts';
import { instance } from '../../../support/instances.ts';

const isBound = hostBound([
  instance('ALICE', 'i-1', { hostName: 'Web', ipAddr: '10.20.0.7' }),
  instance('ALICE', 'i-2', { hostName: 'i-2.corp.example', ipAddr: 'fd00::7' }),
]);

for (const key of [
  'port',
  'management.port',
  'jmxPort',
  'PORT',
  'host-name',
  'hostName',
  'publicIp',
  'ip_addr',
  'x.ipv4',
])
  test(`${key} says where one host listens`, () => assert.ok(isBound(key, 'anything')));

for (const key of ['transport', 'support', 'ghost', 'description', 'portfolio', 'team', 'membership', 'importance'])
  test(`${key} says something of the service`, () => assert.ok(!isBound(key, 'anything')));

for (const value of [
  'web',
  'http://WEB:8080/admin',
  'i-2.corp.example',
  'tcp://i-2.corp.example:61616',
  '10.20.0.7',
  '10.20.0.7:5701',
  'http://[fd00::7]:80/',
  'fd00::7',
])
  test(`"${value}" names one host`, () => assert.ok(isBound('x', value)));

for (const value of [
  '',
  'webshop',
  'web.corp.example',
  '10.20.0.70',
  'https://wiki.corp.example/alice',
  '1.2.3.4',
  'red',
])
  test(`"${value}" names no host of these`, () => assert.ok(!isBound('x', value)));
