/** The codec of lessons: links and files bring back exactly what was put in, and refuse the rest in one sentence. */
import { deflateSync } from 'fflate';
import { describe, expect, it, test } from 'vitest';
import { crc32 } from '../../../src/formats/crc32.ts';
import { checkLesson, decodeLesson, encodeLesson, LESSON_LIMITS, readLessonFile, writeLessonFile, type LessonPlan } from '../../../src/formats/lesson.ts';
import { codeOf, sentenceOf } from './shared.ts';

const step = { exhibit: 'scaling', setting: 'dk=4&scale=off', heading: 'Four numbers', note: 'Ask for a guess.\nWait.', noteForStudents: true, hidden: ['part-steps', 'seed'] };
const lesson: LessonPlan = {
  title: 'Why divide by √d_k? 为什么要除以 √d_k？ 👩‍👩‍👧 <script>alert(1)</script>',
  steps: [step, { exhibit: '', setting: '', heading: '', note: '', noteForStudents: false, hidden: [] }, { ...step, exhibit: 'masks', setting: 'text=Gr%C3%BC%C3%9Fe', hidden: [] }],
};
/** The link of a lesson, as the first version of the page wrote it. */
const FIRST =
  '1676kkxWKMQ6AIAwAv0I6OKFxcHVw8QsO6IBSCEGBtPB_4ba7nILdExeQSgE_-vXRgQQT1mXoimuytoU9VRKxfjcSN904CJtIaOEqMk9nPLQvE8hZKsiaysgFcz8Z0cDV-AE';
const bytesOf = (text: string) => new TextEncoder().encode(text);

/** A code that holds any JSON value, with a right checksum. */
function forge(value: unknown, version = 1): string {
  const text = bytesOf(JSON.stringify(value));
  const packed = deflateSync(text);
  const bytes = new Uint8Array(4 + packed.length);
  new DataView(bytes.buffer).setUint32(0, crc32(text), true);
  bytes.set(packed, 4);
  return version + Buffer.from(bytes).toString('base64url');
}

describe('a link', () => {
  it('brings the lesson back, and the lesson the link', () => {
    const code = encodeLesson(lesson);
    expect(code).toMatch(/^1[\w-]+$/);
    expect(decodeLesson(code)).toEqual(lesson);
    expect(encodeLesson(decodeLesson(code))).toBe(code);
  });

  it('is the same for equal lessons, in whatever order their controls were chosen', () => {
    const other = { ...lesson, steps: [{ ...step, hidden: ['seed', 'part-steps', 'seed'] }, ...lesson.steps.slice(1)] };
    expect(encodeLesson(other)).toBe(encodeLesson(lesson));
  });

  // Links that teachers have given away must be read for ever: this one was made by the first version.
  it('of the first version is still read', () => {
    expect(decodeLesson(FIRST)).toEqual({ title: 'First', steps: [{ ...step, noteForStudents: false }] });
  });

  it('holds the largest lesson', () => {
    const full = { title: 'x'.repeat(200), steps: Array.from({ length: LESSON_LIMITS.steps }, () => ({ ...step, note: '注'.repeat(LESSON_LIMITS.note) })) };
    expect(decodeLesson(encodeLesson(full))).toEqual(full);
  });

  it('mends half a character, so that what is read is what was written', () => {
    const code = encodeLesson({ ...lesson, title: 'a\ud83d' });
    expect(decodeLesson(code).title).toBe('a\ufffd');
    expect(encodeLesson(decodeLesson(code))).toBe(code);
  });

  it('that lost its end is refused wherever it was cut', () => {
    const code = encodeLesson(lesson);
    for (let length = 1; length < code.length; length++) expect(codeOf(() => decodeLesson(code.slice(0, length))), `${length}`).toBe('lesson-link-damaged');
  });

  it('with one letter changed, dropped or added is refused', () => {
    const code = encodeLesson(lesson);
    const [first, last] = [code.slice(0, 9), code.slice(10)];
    for (const broken of [`${first}${code[9] === 'A' ? 'B' : 'A'}${last}`, first + last, `${first}.${last}`, `${code}.`, `${first}%${last}`]) {
      expect(codeOf(() => decodeLesson(broken)), broken).toBe('lesson-link-damaged');
    }
  });

  test.each(['', 'hello', '0abc', '/etc/passwd', '?n=4'])('%j holds no lesson', (code) => expect(codeOf(() => decodeLesson(code))).toBe('lesson-link-foreign'));

  it('of a later version says so', async () => {
    expect(await sentenceOf(() => decodeLesson(forge(['t', []], 2)))).toMatch(/newer page \(version 2; this one reads up to 1\)/);
  });

  it('that unpacks without end is stopped', () => {
    const packed = deflateSync(new Uint8Array(64 * 2 ** 20));
    expect(codeOf(() => decodeLesson(`1${Buffer.from(Uint8Array.of(0, 0, 0, 0, ...packed)).toString('base64url')}`))).toBe('lesson-too-large');
    expect(codeOf(() => decodeLesson(`1${'A'.repeat(LESSON_LIMITS.code)}`))).toBe('lesson-too-large');
  });

  test.each([
    ['no list', { title: 't' }, 'lesson-field'],
    ['null', null, 'lesson-field'],
    ['no steps', ['t', []], 'lesson-steps'],
    ['a title of numbers', [4, [['', '', '', '', 0, []]]], 'lesson-field'],
    ['a foreign address as an exhibit', ['t', [['//evil.example', '', '', '', 0, []]]], 'lesson-field'],
    ['markup as a control', ['t', [['', '', '', '', 0, ['<b>']]]], 'lesson-field'],
    ['a note of 2001 characters', ['t', [['', '', '', 'n'.repeat(2001), 0, []]]], 'lesson-long'],
    ['fifty-one steps', ['t', Array.from({ length: 51 }, () => ['', '', '', '', 0, []])], 'lesson-steps'],
  ])('with %s is refused', (_, value, code) => expect(codeOf(() => decodeLesson(forge(value)))).toBe(code));
});

describe('a file', () => {
  const file = writeLessonFile(lesson);

  it('brings the lesson back', () => {
    expect(readLessonFile(bytesOf(file), 'lesson.json')).toEqual(lesson);
    expect(writeLessonFile(readLessonFile(bytesOf(file), 'lesson.json'))).toBe(file);
  });

  it('can be written by hand: what a step may leave out is empty', () => {
    const brief = { format: 'attention-lab-lesson', version: 1, title: 'By hand', steps: [{ exhibit: 'masks', setting: 'mask=none' }] };
    expect(readLessonFile(bytesOf(JSON.stringify(brief)), 'x')).toEqual({
      title: 'By hand', steps: [{ exhibit: 'masks', setting: 'mask=none', heading: '', note: '', noteForStudents: false, hidden: [] }],
    });
  });

  it('keeps nothing that a lesson does not have', () => {
    const more = { ...JSON.parse(file), onload: 'x', ['__proto__']: { title: 'y' } };
    expect(Object.keys(readLessonFile(bytesOf(JSON.stringify(more)), 'x')).sort()).toEqual(['steps', 'title']);
  });

  test.each([
    ['cut off', file.slice(0, -20), 'lesson-file-damaged'],
    ['a picture', '\u0089PNG\r\n', 'lesson-file-damaged'],
    ['another JSON', '{"q": [[1, 2]]}', 'lesson-file-foreign'],
    ['a list', '[1]', 'lesson-file-foreign'],
    ['null', 'null', 'lesson-file-foreign'],
    ['of a later version', file.replace('"version": 1', '"version": 2'), 'lesson-newer'],
    ['of no version', file.replace('"version": 1', '"version": 0'), 'lesson-file-foreign'],
    ['with a step that is none', file.replace('"exhibit": "scaling"', '"exhibit": 7'), 'lesson-field'],
    ['with a note for "maybe"', file.replace('"noteForStudents": true', '"noteForStudents": "maybe"'), 'lesson-field'],
  ])('%s is refused', (_, text, code) => expect(codeOf(() => readLessonFile(bytesOf(text), 'lesson.json'))).toBe(code));

  it('that is not UTF-8, or far too large, is refused', () => {
    expect(codeOf(() => readLessonFile(Uint8Array.of(0x22, 0xff, 0x22), 'x'))).toBe('lesson-file-damaged');
    expect(codeOf(() => readLessonFile(new Uint8Array(LESSON_LIMITS.bytes + 1), 'x'))).toBe('lesson-too-large');
  });

  it('may be empty only while the lesson is being made', () => {
    const empty = writeLessonFile({ title: '', steps: [] });
    expect(readLessonFile(bytesOf(empty), 'x', 0).steps).toEqual([]);
    expect(codeOf(() => readLessonFile(bytesOf(empty), 'x'))).toBe('lesson-steps');
  });

  it('names the place that is wrong', async () => {
    expect(await sentenceOf(() => checkLesson({ ...lesson, steps: [step, { ...step, note: 3 }] }))).toContain('“steps[2].note”');
  });
});
