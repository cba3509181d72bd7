import assert from 'node:assert/strict';
import { test } from 'node:test';
import { escapeName, escapeText, unescapeName, unescapeText } from '../../../../shared/codec/escape.ts';

test('text keeps tab, line feed and all of Unicode that XML can carry', () => {
  assert.equal(escapeText('a\tb\nc é \u2028 😀'), 'a\tb\nc é \u2028 😀');
});

test('mark-up and carriage return are referenced, so that they come back as they were', () => {
  assert.equal(escapeText(`<a b="c" d='e'>&\r`), '&lt;a b=&quot;c&quot; d=&apos;e&apos;&gt;&amp;&#xd;');
  assert.equal(escapeText('\u0085\u007f'), '&#x85;&#x7f;');
});

test('what XML 1.0 cannot carry in any form is replaced: one such character would lose the whole document', () => {
  assert.equal(escapeText('\0\u0001\u001f\ufffe\uffff\ud800'), '\ufffd'.repeat(6));
});

test('references are resolved, unknown or malformed ones are an error', () => {
  assert.equal(unescapeText('&lt;&gt;&amp;&quot;&apos;&#65;&#x1F600;&#9;'), `<>&"'A😀\t`);
  assert.equal(unescapeText('&amp;lt;'), '&lt;');
  for (const text of ['&nbsp;', '&', 'a & b', '&#x110000;', '&#xzz;', '&;', '&#;', '&constructor;']) {
    assert.equal(unescapeText(text), undefined, text);
  }
});

test('names have the friendly form of stock servers', () => {
  const forms = {
    zone: 'zone',
    my_key: 'my__key',
    dollar$key: 'dollar_-key',
    '9bad key': '_.0039bad_.0020key',
    'a.b-c': 'a.b-c',
    '.a': '_.002ea',
    ключ: 'ключ',
    '😀': '_.d83d_.de00',
    'a\u0301': 'a_.0301',
    '\u0301a': '_.0301a',
    'x·': 'x·',
    '·x': '_.00b7x',
    é: 'é',
    'a:b': 'a_.003ab',
    // Allowed only since the fifth edition of XML 1.0.
    ȿ: '_.023f',
  };
  for (const [key, name] of Object.entries(forms)) {
    assert.equal(escapeName(key), name);
    assert.equal(unescapeName(name), key);
  }
});

test('a lone underscore in a name is taken literally', () => {
  assert.equal(unescapeName('a_b'), 'a_b');
  assert.equal(unescapeName('a_.12'), 'a_.12');
  assert.equal(unescapeName('a_'), 'a_');
  assert.equal(unescapeName('a___b'), 'a__b');
});
