import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LogOutput } from '../../../../server/observe/log-output.ts';
import { SteppedClock } from '../../../support/stepped-clock.ts';

type Outcome = 'all' | 'some' | 'EAGAIN' | 'EPIPE' | 'ENOSPC';

/** An output to the test, which decides how and when each write ends. */
function output() {
  const clock = new SteppedClock();
  const underWay: (() => void)[] = [];
  let outcome: Outcome = 'all';
  let text = '';
  const log = new LogOutput({
    clock,
    writeSome: (bytes, done) =>
      void underWay.push(() => {
        const written = outcome === 'all' ? bytes.length : outcome === 'some' ? Math.ceil(bytes.length / 2) : 0;
        text += Buffer.from(bytes.subarray(0, written)).toString();
        done(written > 0 ? undefined : outcome, written);
      }),
  });
  return {
    log,
    clock,
    /** Ends the running write. Returns whether there was one. */
    end: (how: Outcome): boolean => {
      outcome = how;
      const write = underWay.shift();
      write?.();
      return write !== undefined;
    },
    text: () => text,
  };
}

test('lines that come while others are written leave together, in their order', () => {
  const { log, end, text } = output();
  for (const line of ['a\n', 'b\n', 'c\n']) log.write(line);
  assert.ok(end('all'));
  assert.equal(text(), 'a\n');
  assert.ok(end('some'));
  assert.ok(end('all'));
  assert.ok(!end('all'));
  assert.equal(text(), 'a\nb\nc\n');
  assert.equal(log.dropped, 0);
});

test('a reader that is not ready is tried again, and gets every line', () => {
  const { log, clock, end, text } = output();
  log.write('a\n');
  end('EAGAIN');
  log.write('b\n');
  assert.ok(!end('all'));
  clock.advance(1000);
  end('all');
  end('all');
  assert.equal(text(), 'a\nb\n');
});

test('for a reader that never reads a bounded amount is kept; what is too much is dropped and counted', () => {
  const { log, clock, end, text } = output();
  const line = `${'x'.repeat(1023)}\n`;
  for (let n = 0; n < 3000; n++) {
    log.write(line);
    end('EAGAIN');
    clock.advance(1000);
  }
  assert.equal(log.dropped, 3000 - 1024);
  while (end('all'));
  assert.equal(text().length, 1024 * 1024);
  log.write('again\n');
  end('all');
  assert.ok(text().endsWith('\nagain\n'));
});

test('lines that cannot be written are dropped and counted, and the next ones are tried', () => {
  for (const failure of ['EPIPE', 'ENOSPC'] as const) {
    const { log, end, text } = output();
    log.write('a\n');
    log.write('b\n');
    log.write('c\n');
    end(failure);
    end(failure);
    assert.equal(log.dropped, 3);
    log.write('d\n');
    end('all');
    assert.equal(text(), 'd\n');
    assert.equal(log.dropped, 3);
  }
});

test('a line that is broken off does not run into the next', () => {
  const { log, end, text } = output();
  log.write('{"level":"info"}\n');
  end('some');
  end('ENOSPC');
  log.write('{"a":1}\n');
  end('all');
  assert.equal(text(), '{"level":\n{"a":1}\n');
  assert.equal(log.dropped, 1);
});

test('a flush waits for what is under way, and not for ever', async () => {
  const { log, clock, end } = output();
  assert.equal(await log.flush(1000), true);
  log.write('a\n');
  const written = log.flush(1000);
  end('all');
  assert.equal(await written, true);
  log.write('b\n');
  const stuck = log.flush(1000);
  clock.advance(1000);
  assert.equal(await stuck, false);
});
