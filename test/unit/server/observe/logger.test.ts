import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createLog } from '../../../../server/observe/logger.ts';
import { hideUserInfo } from '../../../../shared/text/user-info.ts';

test('user-info of URLs reaches no log line, whether in message, field, list or error', () => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => void lines.push(line) });
  const url = 'http://user:hunter2@eureka-1:8761/eureka/';
  log.info({ url, urls: [url], nested: { deep: url } }, `polling ${url}`);
  log.error({ err: new Error(`no answer from ${url}`) }, 'failed');
  assert.equal(lines.length, 2);
  for (const line of lines) {
    assert.doesNotMatch(line, /hunter2/);
    assert.match(line, /http:\/\/\*\*\*@eureka-1:8761/);
    assert.equal(typeof JSON.parse(line), 'object');
  }
  assert.match(lines[0]!, /"level":"info"/);
});

test('lines below the level are not written', () => {
  const lines: string[] = [];
  const log = createLog('warn', { write: (line) => void lines.push(line) });
  log.info({}, 'quiet');
  log.warn({}, 'loud');
  assert.equal(lines.length, 1);
});

test('hiding errs on the safe side and leaves other text alone', () => {
  assert.equal(hideUserInfo('http://u:p/a@ss@h/x and https://h2/y'), 'http://***@h/x and https://h2/y');
  assert.equal(hideUserInfo('mail a@b.example or see http://h/'), 'mail a@b.example or see http://h/');
});
