import assert from 'node:assert/strict';
import { before, suite, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import {
  openPage,
  SCHEMES,
  SCREENS,
  screenshot,
  seriousFindings,
  startBrowser,
  type WatchedPage,
} from '../support/browser.ts';
import { registerInstance, overrideStatus } from '../support/eureka-rest.ts';
import { FakeEureka, registration } from '../support/fake-eureka.ts';
import { endAfterAll } from '../support/end-after-all.ts';
import { fleetScene, type FleetScene } from '../support/fleet-scene.ts';
import { httpRequest } from '../support/http-request.ts';
import { serveForTest } from '../support/running-server.ts';
import { PATIENCE_MS, until } from '../testbed/until.ts';

/** Milliseconds. Times on a screen are figures to be read; on a slow machine they only must not be absurd. */
const ABSURD_MS = 15_000;
const MANY = 10_000;

const ending = endAfterAll();
let browser: Browser;

before(async () => {
  browser = await startBrowser(ending);
});

async function open(url: string, options: Parameters<typeof openPage>[2] = {}): Promise<WatchedPage> {
  const watched = await openPage(browser, url, options);
  watched.page.setDefaultTimeout(PATIENCE_MS);
  return watched;
}

async function live(page: Page): Promise<void> {
  await page.locator('.live.is-live').waitFor();
}

/** Nothing beside the screen, but for what scrolls by itself. */
async function fits(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
}

suite('a fleet of twenty instances', () => {
  let scene: FleetScene;
  before(async () => {
    scene = await fleetScene(ending);
    for (let i = 0; i < 16; i++)
      await registerInstance(`${scene.url}/eureka`, {
        app: `SERVICE-${i % 7}`,
        id: `i-${i}`,
        ip: `10.2.0.${i}`,
        port: 8080,
        zone: `z${i % 3}`,
        status: i === 5 ? 'DOWN' : 'UP',
      });
    await callers(`${scene.url}/eureka`);
  });

  test('from the overview to an application and its zone, by clicks', async () => {
    const { page, complaints, close } = await open(scene.url);
    await live(page);
    await page.getByRole('link', { name: 'Applications', exact: true }).first().click();
    await page.getByRole('link', { name: 'CAROL' }).click();
    await page.getByRole('heading', { level: 1, name: 'CAROL' }).waitFor();
    await page.getByRole('img', { name: 'Kubernetes 50%, registered 50%' }).waitFor();
    await page.getByRole('link', { name: 'z1' }).click();
    await page.getByText('A caller that keeps to its zone').waitFor();
    assert.match(page.url(), /\/dashboard\/apps\/CAROL\?zone=z1$/, 'the address leads here again');
    await page.getByRole('link', { name: 'More changes' }).click();
    await page.getByRole('heading', { name: 'Changes of CAROL' }).waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  test('a change is on the screen without loading the page again: in the list, on its page and in the overview', async () => {
    const list = await open(`${scene.url}/dashboard/apps?q=service-1`);
    const detail = await open(`${scene.url}/dashboard/apps/SERVICE-1`);
    const overview = await open(scene.url);
    for (const { page } of [list, detail, overview]) await live(page);
    await list.page.getByText('1 of 11 applications').waitFor();
    await overrideStatus(`${scene.url}/eureka`, 'SERVICE-1', 'i-1', 'OUT_OF_SERVICE');
    await list.page.getByText('2 of 3 up').waitFor();
    await detail.page.locator('.plain .badge', { hasText: 'out of service' }).waitFor();
    await overview.page
      .locator('.changes .cause', { hasText: 'its status was set through this server' })
      .first()
      .waitFor();
    for (const { complaints, close } of [list, detail, overview]) {
      assert.deepEqual(complaints, []);
      await close();
    }
  });

  test('who looks an application up is found from its page, narrowed by clicks and by a search', async () => {
    const { page, complaints, close } = await open(`${scene.url}/dashboard/apps/CAROL`);
    await live(page);
    await page.getByRole('link', { name: 'Who looks it up' }).click();
    await page.getByRole('heading', { name: 'Callers of CAROL' }).waitFor();
    await page.getByText('2 of 5 seen by').waitFor();
    await page.getByRole('link', { name: 'of no known application 1' }).click();
    await page.getByText('vip gone: not found').waitFor();
    await page.getByRole('link', { name: 'All callers' }).click();
    await live(page);
    await page.keyboard.press('/');
    await page.keyboard.type('orders java carol');
    await page.keyboard.press('Enter');
    await page.getByText('1 of 5 seen by').waitFor();
    assert.match(page.url(), /\/dashboard\/callers\?q=orders\+java\+carol$/, 'the address leads here again');
    assert.deepEqual(complaints, []);
    await close();
  });

  test('what is left to do is narrowed by clicks, and leads to the application and to who looks it up', async () => {
    const { page, complaints, close } = await open(scene.url);
    await live(page);
    await page.getByRole('link', { name: 'Migration', exact: true }).first().click();
    await page.getByText('The legacy must stay').waitFor();
    await live(page);
    const row = page.getByRole('table', { name: 'Applications' }).getByRole('row');
    await page
      .getByRole('navigation', { name: 'Which applications' })
      .getByRole('link', { name: /^in both/ })
      .click();
    await page.waitForURL(/stage=dual/);
    await row.filter({ hasText: 'raise its share, now 50%' }).getByRole('link', { name: 'CAROL' }).waitFor();
    assert.equal(await row.count(), 2, 'a head and CAROL');
    await row.getByRole('link', { name: /ORDERS/ }).click();
    await page.getByRole('heading', { name: 'Callers of CAROL' }).waitFor();
    await page.goBack();
    await page.getByLabel('Search').fill('nobody');
    await page.keyboard.press('Enter');
    await page.getByText('No application is like that').waitFor();
    await page.getByRole('link', { name: 'Show all' }).click();
    await page.getByRole('link', { name: 'Who still registers' }).click();
    await page.waitForURL(/does=registers/);
    assert.deepEqual(complaints, []);
    await close();
  });

  test('a moment is picked, and what is different since then is found by clicks', async () => {
    const { page, complaints, close } = await open(scene.url);
    await live(page);
    await page.getByRole('link', { name: 'Time machine', exact: true }).first().click();
    await page.getByRole('heading', { level: 1, name: 'Time machine' }).waitFor();
    await page.locator('.tempo a').first().click();
    await page.waitForURL(/time=/);
    await page.getByRole('link', { name: 'as far back as it goes' }).click();
    await page.getByRole('heading', { name: /^The registry then/ }).waitFor();
    await page.getByRole('link', { name: 'different now' }).click();
    await page.waitForURL(/changed=yes/);
    await page.getByLabel('Search').fill('orders');
    await page.keyboard.press('Enter');
    const row = page.getByRole('table', { name: 'Applications then' }).getByRole('row');
    await row.filter({ hasText: 'ORDERS' }).getByText('2 came').waitFor();
    assert.equal(await row.count(), 2, 'a head and ORDERS');
    const moment = page.getByLabel('Moment (UTC)');
    await moment.fill((await moment.getAttribute('max')) ?? '');
    await page.getByRole('button', { name: 'Look' }).click();
    await page.getByRole('heading', { name: /^The registry then/ }).waitFor();
    await row.getByRole('link', { name: 'ORDERS', exact: true }).click();
    await page.getByRole('heading', { level: 1, name: 'ORDERS' }).waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  test('keys alone find an application', async () => {
    const { page, complaints, close } = await open(`${scene.url}/dashboard/apps`);
    await live(page);
    await page.keyboard.press('/');
    await page.keyboard.type('carol');
    await page.waitForFunction(() => document.querySelectorAll('.list tbody .name').length === 1);
    assert.match(page.url(), /\?q=carol$/);
    await page.locator('.list tbody a').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'CAROL' }).waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  test('arrows alone go to a row, from the page and from the search', async () => {
    const { page, complaints, close } = await open(`${scene.url}/dashboard/apps`);
    await live(page);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    const second = await page.locator('.list tbody .name a').nth(1).textContent();
    assert.equal(await page.evaluate(() => document.activeElement?.textContent), second);
    await page.keyboard.press('/');
    await page.keyboard.type('carol');
    await page.waitForFunction(() => document.querySelectorAll('.list tbody .name').length === 1);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { level: 1, name: 'CAROL' }).waitFor();
    assert.deepEqual(complaints, []);
    await close();
  });

  test('without JavaScript there is everything to read, to search and to go on to', async () => {
    const { page, close } = await open(scene.url, { javaScriptEnabled: false });
    await page.getByRole('link', { name: 'Applications', exact: true }).first().click();
    await page.getByLabel('Search').fill('erin');
    await page.getByRole('button', { name: 'Show' }).click();
    await page.getByRole('link', { name: 'ERIN' }).click();
    await page.getByText('Candidates that are not served').waitFor();
    await close();
  });

  test('every page is for everybody: axe finds nothing serious, and it fits, light and dark, wide and narrow', async () => {
    const pages = {
      overview: '/',
      applications: '/dashboard/apps',
      application: '/dashboard/apps/CAROL',
      refused: '/dashboard/apps/ERIN',
      callers: '/dashboard/callers',
      migration: '/dashboard/migration',
      past: '/dashboard/at?time=-0s',
      changes: '/dashboard/changes',
      missing: '/dashboard/apps/NOBODY',
    };
    for (const viewport of SCREENS)
      for (const colorScheme of SCHEMES)
        for (const [name, path] of Object.entries(pages)) {
          const { page, close } = await open(scene.url + path, { viewport, colorScheme, bypassCSP: true });
          await live(page);
          const where = `${name}-${colorScheme}-${viewport.width}`;
          assert.equal(await fits(page), true, where);
          await screenshot(page, `20-${where}`);
          assert.deepEqual(await seriousFindings(page), [], where);
          await close();
        }
  });
});

test('a hold is looked at and released; a server that is away is said to be', async (t) => {
  const eureka = await FakeEureka.start();
  t.after(() => eureka.stop());
  for (const id of ['o-1', 'o-2', 'o-3', 'o-4']) eureka.registry.register(registration('ORDERS', id));
  const running = await serveForTest(t, {
    flags: {
      'leases.enabled': ['false'],
      'legacy.urls': [eureka.url],
      'legacy.pollInterval': ['100ms'],
      'guards.grace': ['1h'],
    },
  });
  await until('reads are answered', async () => (await httpRequest(`${running.url}/readyz`)).status === 200);
  const { page, complaints, close } = await open(running.url, { viewport: SCREENS[0] });
  await live(page);
  eureka.registry.clear();
  await page.getByText('A mass removal is held').waitFor();
  await screenshot(page, 'held-overview');
  await page.getByRole('link', { name: 'Look and decide' }).click();
  await page.getByText('leave every list at once').waitFor();
  await page.getByText('o-1, o-2, o-3, o-4').waitFor();
  await screenshot(page, 'held-hold');
  await page.getByRole('button', { name: 'Release: remove ORDERS' }).click();
  await page.getByRole('heading', { name: 'Released' }).waitFor();
  await page.getByRole('link', { name: 'Overview' }).first().click();
  await page.getByText('Everything is up to date').waitFor();
  assert.deepEqual(complaints, []);
  await running.stop();
  await page.getByText('This server does not answer').waitFor();
  await screenshot(page, 'away');
  await close();
});

suite('ten thousand applications', () => {
  let url: string;
  before(async () => {
    const eureka = await FakeEureka.start();
    ending.after(() => eureka.stop());
    for (let i = 0; i < MANY; i++)
      eureka.registry.register(
        registration(`APP-${String(i).padStart(5, '0')}`, `i-${i}`, { status: i % 97 === 0 ? 'DOWN' : 'UP' }),
      );
    ({ url } = await serveForTest(ending, {
      flags: { 'leases.enabled': ['false'], 'legacy.urls': [eureka.url], 'legacy.pollInterval': ['500ms'] },
    }));
    await until('reads are answered', async () => (await httpRequest(`${url}/readyz`)).status === 200);
  });

  test('the first paint, a keystroke and a live change are quick', async (t) => {
    // As it is shipped the code for browsers is bundled already; from the sources the first request bundles it.
    await httpRequest(`${url}/dashboard/style.css`);
    const { page, complaints, close } = await open(`${url}/dashboard/apps`);
    const paint = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0);
    await page.waitForFunction(() => document.querySelector('.gap') !== null);
    const keystrokes = await page.evaluate(measureKeystrokes);
    const middle = keystrokes.toSorted((a, b) => a - b)[Math.floor(keystrokes.length / 2)] ?? 0;
    await page.evaluate(() => window.scrollTo(0, 0));
    const shown = page.evaluate(whenShown, 'AAA-LIVE');
    await registerInstance(`${url}/eureka`, { app: 'AAA-LIVE', id: 'live-1', port: 80 });
    const served = Date.now();
    const change = (await shown) - served;
    t.diagnostic(
      `at ${MANY}: first contentful paint ${Math.round(paint)} ms (500), keystroke ${Math.round(middle)} ms, worst ${Math.round(Math.max(...keystrokes))} ms (50), live change ${change} ms (300)`,
    );
    for (const time of [paint, middle, change]) assert.ok(time < ABSURD_MS, String(time));
    assert.deepEqual(complaints, []);
    await close();
  });

  test('only what is in sight is there, and the last row is found by scrolling', async () => {
    const { page, complaints, close } = await open(`${url}/dashboard/apps?sort=-name`);
    await page.waitForFunction(() => document.querySelector('.gap') !== null);
    await page.getByText('APP-09999').waitFor();
    await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
    await page.getByText('APP-00000').waitFor();
    assert.ok((await page.locator('.list tbody tr').count()) < 100);
    await page.locator('.list tbody .name a').last().focus();
    await page.keyboard.press('ArrowUp');
    assert.equal(await page.evaluate(() => document.activeElement?.closest('.name') !== null), true);
    assert.deepEqual(complaints, []);
    await close();
  });

  test('it is as readable as a small one', async () => {
    const all = process.env['EUREK8S_SCREENSHOTS'] !== undefined;
    for (const [i, viewport] of SCREENS.entries())
      for (const colorScheme of all ? SCHEMES : SCHEMES.slice(i, i + 1))
        for (const [name, path] of Object.entries({
          overview: '/',
          applications: '/dashboard/apps',
          application: '/dashboard/apps/APP-00097',
          callers: '/dashboard/callers',
          migration: '/dashboard/migration',
          past: '/dashboard/at?time=-0s',
          changes: '/dashboard/changes',
        })) {
          const { page, close } = await open(url + path, { viewport, colorScheme, bypassCSP: true });
          await live(page);
          const where = `${name}-${colorScheme}-${viewport.width}`;
          assert.equal(await fits(page), true, where);
          await screenshot(page, `10000-${where}`);
          if (viewport.width > 1000) assert.deepEqual(await seriousFindings(page), [], where);
          await close();
        }
  });
});

/** Clients of four kinds: two of one application, one that nobody knows, and one that only reads everything. */
async function callers(eureka: string): Promise<void> {
  const ask = async (path: string, name: string, id: string, more: Readonly<Record<string, string>> = {}) =>
    httpRequest(`${eureka}/${path}`, {
      headers: { 'user-agent': name, 'discoveryidentity-name': 'DefaultClient', 'discoveryidentity-id': id, ...more },
    });
  const java = 'Java-EurekaClient/v1.10.17';
  for (const path of ['apps', 'apps/delta', 'vips/carol', 'apps/dave']) await ask(path, java, '10.1.0.1');
  await ask('vips/service-1', java, '10.1.0.2', { accept: 'application/json' });
  for (const path of ['vips/carol', 'vips/gone']) await ask(path, 'python-requests/2.32.3', '192.0.2.7');
  await ask('apps', 'Go-http-client/1.1', '10.2.0.3', { accept: 'application/json', 'x-eureka-accept': 'compact' });
}

/** Milliseconds from each of some keystrokes in the search to the frame after it. Runs in the browser. */
async function measureKeystrokes(): Promise<readonly number[]> {
  const field = document.getElementById('q') as HTMLInputElement;
  const times: number[] = [];
  for (const text of ['0', '09', '099', '0999', '099', '09', '0', '', 'a', 'ap', 'app', '']) {
    const begun = performance.now();
    field.value = text;
    field.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
    times.push(performance.now() - begun);
  }
  return times;
}

/** Epoch milliseconds at which a text is on the screen. Runs in the browser. */
async function whenShown(text: string): Promise<number> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (document.querySelector('.list')?.textContent?.includes(text) === true) resolve(Date.now());
      else requestAnimationFrame(look);
    };
    look();
  });
}
