import { describe, expect, it } from 'vitest';
import { describeFileInEnglish } from '../../../src/exhibits/files.ts';
import type { FormatNoteCode } from '../../../src/formats/codes.ts';
import { FormatError, nameList, noteOf } from '../../../src/formats/errors.ts';
import { files as en } from '../../../src/lab/text/en.ts';
import { files as zh } from '../../../src/lab/text/zh.ts';

const NOTES: readonly FormatNoteCode[] = ['scores-masked', 'weights-rows', 'taken-as', 'duplicate', 'tokens-count', 'tokens-unreadable', 'd-k-invalid', 'd-k-ignored'];
const errorsIn = (sentences: Readonly<Record<string, string>>) => Object.entries(sentences).filter(([code]) => !(NOTES as readonly string[]).includes(code));

describe('sentences about a file', () => {
  it('are whole sentences', () => {
    for (const [code, sentence] of Object.entries(en)) expect(sentence, code).toMatch(/\.$/);
    for (const [code, sentence] of Object.entries(zh)) expect(sentence, code).toMatch(/\p{Script=Han}.*。$/u);
  });

  it('name a fix behind the cause', () => {
    const fix = /[:;,] (so )?(save|write|copy|convert|name|replace|check|correct|scale|index|make|nest|use|ask|reload|shorten|split|open)\b/;
    for (const [code, sentence] of errorsIn(en)) expect(sentence, code).toMatch(fix);
    for (const [code, sentence] of errorsIn(zh)) expect(sentence, code).toMatch(/请|最多使用/);
  });
});

describe('a reader\'s report', () => {
  const error = new FormatError('data-truncated', { array: '{shape}', expected: 12345, found: 8, shape: '[3]' });

  it('becomes a sentence, numbers grouped, and a value is never filled again', async () => {
    expect(await describeFileInEnglish(error)).toMatch(/^“\{shape\}” needs 12,345 bytes for its shape \[3\] but only 8 follow/);
  });

  it('names its code and values where nobody describes it', () => {
    expect(error.message).toBe('data-truncated {"array":"{shape}","expected":12345,"found":8,"shape":"[3]"}');
  });

  it('keeps absurdly long names out of the sentence', async () => {
    expect((await describeFileInEnglish(new FormatError('empty-file', { file: 'x'.repeat(10_000) }))).length).toBeLessThan(400);
    expect(String(noteOf({ code: 'duplicate', values: { ignored: 'x'.repeat(10_000), used: 'q' } }).values.ignored).length).toBeLessThan(300);
    expect(nameList(Array.from({ length: 100 }, () => 'y'.repeat(1000))).length).toBeLessThan(500);
    expect(nameList([])).toBe('—');
  });
});
