import { describe, expect, it } from 'vitest';
import { describeFormatError, describeFormatNote, FormatError, nameList } from '../../../src/formats/errors.ts';
import { formatErrorTextEn, formatErrorTextZh, formatNoteTextEn, formatNoteTextZh } from '../../../src/formats/messages.ts';

const placeholders = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g))].sort();

describe('sentences', () => {
  const pairs = [
    ...Object.entries(formatErrorTextEn).map(([code, en]) => [code, en, formatErrorTextZh[code as keyof typeof formatErrorTextEn]]),
    ...Object.entries(formatNoteTextEn).map(([code, en]) => [code, en, formatNoteTextZh[code as keyof typeof formatNoteTextEn]]),
  ];
  it('say the same values in both languages', () => {
    for (const [code, en, zh] of pairs) {
      expect(placeholders(zh), code).toEqual(placeholders(en));
      expect(en, code).toMatch(/\.$/);
      expect(zh, code).toMatch(/\p{Script=Han}.*。$/u);
    }
  });

  it('name a fix behind the cause', () => {
    const fix = /[:;,] (so )?(save|write|copy|convert|name|replace|check|correct|scale|index|make|nest|use)\b/;
    for (const [code, en] of Object.entries(formatErrorTextEn)) expect(en, code).toMatch(fix);
    for (const [code, zh] of Object.entries(formatErrorTextZh)) expect(zh, code).toMatch(/请|最多使用/);
  });
});

describe('describeFormatError', () => {
  const error = new FormatError('data-truncated', { array: '{shape}', expected: 12345, found: 8, shape: '[3]' });

  it('fills both languages, numbers grouped, and never fills a value again', () => {
    expect(describeFormatError(error, 'en')).toMatch(/^“\{shape\}” needs 12,345 bytes for its shape \[3\] but only 8 follow/);
    expect(describeFormatError(error, 'zh')).toMatch(/^“\{shape\}”的形状 \[3\] 需要 12,345 字节/);
    expect(error.message).toBe(describeFormatError(error, 'en'));
  });

  it('keeps absurdly long names out of the sentence', () => {
    expect(new FormatError('empty-file', { file: 'x'.repeat(10_000) }).message.length).toBeLessThan(400);
    expect(nameList(Array.from({ length: 100 }, () => 'y'.repeat(1000))).length).toBeLessThan(500);
    expect(nameList([])).toBe('—');
  });

  it('describes remarks too', () => {
    const note = { code: 'scores-masked', values: { count: 15 } } as const;
    expect(describeFormatNote(note, 'en')).toBe('15 score(s) are -Infinity and are shown as masked.');
    expect(describeFormatNote(note, 'zh')).toBe('有 15 个分数为 -Infinity，显示为被遮蔽。');
  });
});
