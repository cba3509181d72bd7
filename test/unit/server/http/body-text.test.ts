import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bodyText } from '../../../../server/http/body-text.ts';

function declared(encoding: string, text: string): ReturnType<typeof bodyText> {
  return bodyText(Buffer.from(`<?xml version="1.0" encoding="${encoding}"?>${text}`, 'latin1'));
}

test('every name of ISO-8859-1 has its own letters, and windows-1252 has others', () => {
  for (const name of ['ISO-8859-1', 'ISO_8859-1', 'iso8859-1', 'latin1', 'l1', 'cp819', 'csISOLatin1']) {
    const text = declared(name, '\u00fc\u0080');
    assert.ok(text.ok && text.value.endsWith('\u00fc\u0080'), name);
  }
  for (const name of ['windows-1252', 'Cp1252', 'x-cp1252']) {
    const text = declared(name, '\u00fc\u0080');
    assert.ok(text.ok && text.value.endsWith('ü€'), name);
  }
});

test('what is declared as ASCII has no other letters', () => {
  for (const name of ['US-ASCII', 'ascii', 'ANSI_X3.4-1968']) {
    assert.equal(declared(name, 'bob').ok, true, name);
    assert.equal(declared(name, 'b\u00fccher').ok, false, name);
  }
});
