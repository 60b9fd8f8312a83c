/**
 * A teacher's lesson as data: what its link and its file hold. The link holds all of it, deflated (RFC 1951) and written in
 * base64url (RFC 4648 §5), so that no server ever sees it: it stands in the part of the address that browsers do not send.
 */
import { deflateSync, Inflate } from 'fflate';
import { crc32 } from './crc32.ts';
import { FormatError } from './errors.ts';

/** One step: an exhibit in a setting, without some of its controls, and what the teacher says to it. */
export interface LessonPlanStep {
  /** The exhibit's slug; '' is the workbench. */
  readonly exhibit: string;
  /** Its parameters, written as in a link: `dk=4&scale=off`. Empty asks the exhibit's question first. */
  readonly setting: string;
  /** What students read above the exhibit; may be empty. */
  readonly heading: string;
  readonly note: string;
  /** Students read the note too; otherwise it is the speaker's. */
  readonly noteForStudents: boolean;
  /** Names of the controls and parts that students do not get, in the order of the alphabet. */
  readonly hidden: readonly string[];
}

export interface LessonPlan {
  readonly title: string;
  readonly steps: readonly LessonPlanStep[];
}

/** How much a lesson may hold, in UTF-16 units; a link must stay one that a browser takes. */
export const LESSON_LIMITS = { steps: 50, title: 200, heading: 200, note: 2000, setting: 20_000, hidden: 100, name: 40, code: 200_000, bytes: 2 ** 21 } as const;

/** Version of link and file; a later one is refused with a sentence. */
const VERSION = 1;
const FORMAT = 'attention-lab-lesson';
/** What is inflated at once: deflate makes at most 1032 bytes of one, so a bomb is met before it fills the memory. */
const STEP = 1024;

/**
 * The lesson as the part of a link: the version, then base64url of the checksum (CRC-32, little endian) and the deflated
 * JSON. Equal lessons have equal codes.
 * @throws FormatError for a lesson that breaks a limit
 */
export function encodeLesson(plan: LessonPlan): string {
  const { title, steps } = checkLesson(plan);
  const rows = steps.map(({ exhibit, setting, heading, note, noteForStudents, hidden }) => [exhibit, setting, heading, note, noteForStudents ? 1 : 0, hidden]);
  const text = new TextEncoder().encode(JSON.stringify([title, rows]));
  const packed = deflateSync(text, { level: 9 });
  const bytes = new Uint8Array(4 + packed.length);
  new DataView(bytes.buffer).setUint32(0, crc32(text), true);
  bytes.set(packed, 4);
  const code = VERSION + toBase64url(bytes);
  if (code.length > LESSON_LIMITS.code) throw new FormatError('lesson-too-large', { limit: LESSON_LIMITS.code });
  return code;
}

/**
 * Back from the part of a link.
 * @throws FormatError with one sentence for a code that is cut off, changed, of a later version, or no lesson
 */
export function decodeLesson(code: string): LessonPlan {
  if (code.length > LESSON_LIMITS.code) throw new FormatError('lesson-too-large', { limit: LESSON_LIMITS.code });
  const [, version, rest = ''] = /^(\d)(.*)$/s.exec(code) ?? [];
  if (version === undefined || version === '0') throw new FormatError('lesson-link-foreign', {});
  if (Number(version) > VERSION) throw new FormatError('lesson-newer', { version, known: VERSION });
  const bytes = fromBase64url(rest);
  if (bytes.length < 5) throw new FormatError('lesson-link-damaged', {});
  const text = inflate(bytes.subarray(4));
  if (crc32(text) !== new DataView(bytes.buffer).getUint32(0, true)) throw new FormatError('lesson-link-damaged', {});
  const [title, rows] = list(parse(text, () => new FormatError('lesson-link-damaged', {})), 'lesson');
  const steps = list(rows, 'steps').map((row) => {
    const [exhibit, setting, heading, note, shown, hidden] = list(row, 'steps');
    return { exhibit, setting, heading, note, noteForStudents: shown === 1, hidden };
  });
  return checkLesson({ title, steps });
}

/** The lesson as a file: JSON that a person can read and mend. Steps may be none while it is being made. */
export function writeLessonFile(plan: LessonPlan): string {
  const { title, steps } = checkLesson(plan, 0);
  return `${JSON.stringify({ format: FORMAT, version: VERSION, title, steps }, null, 2)}\n`;
}

/**
 * Back from a file's bytes; `file` is its name.
 * @throws FormatError with one sentence for anything but a lesson that this version reads
 */
export function readLessonFile(bytes: Uint8Array, file: string, least = 1): LessonPlan {
  if (bytes.length > LESSON_LIMITS.bytes) throw new FormatError('lesson-too-large', { limit: LESSON_LIMITS.bytes });
  const value = parse(bytes, () => new FormatError('lesson-file-damaged', { file }));
  const { format, version } = (typeof value === 'object' && value !== null ? value : {}) as { format?: unknown; version?: unknown };
  if (format !== FORMAT || !Number.isInteger(version) || (version as number) < 1) throw new FormatError('lesson-file-foreign', { file });
  if ((version as number) > VERSION) throw new FormatError('lesson-newer', { version: version as number, known: VERSION });
  return checkLesson(value, least);
}

/**
 * The value as a lesson, with nothing in it but what a lesson has.
 * @throws FormatError that names the first part that is not as a lesson has it
 */
export function checkLesson(value: unknown, least = 1): LessonPlan {
  const { title, steps } = record(value, 'lesson');
  const all = list(steps, 'steps');
  if (all.length < least || all.length > LESSON_LIMITS.steps) throw new FormatError('lesson-steps', { found: all.length, limit: LESSON_LIMITS.steps });
  return {
    title: words(title, 'title', LESSON_LIMITS.title),
    steps: all.map((each, index) => {
      const at = `steps[${index + 1}]`;
      const { exhibit, setting, heading = '', note = '', noteForStudents = false, hidden = [] } = record(each, at);
      if (typeof noteForStudents !== 'boolean') throw new FormatError('lesson-field', { field: `${at}.noteForStudents` });
      const names = list(hidden, `${at}.hidden`);
      if (names.length > LESSON_LIMITS.hidden) throw new FormatError('lesson-long', { field: `${at}.hidden`, found: names.length, limit: LESSON_LIMITS.hidden });
      return {
        exhibit: name(exhibit, `${at}.exhibit`, /^[a-z0-9-]*$/),
        setting: words(setting, `${at}.setting`, LESSON_LIMITS.setting),
        heading: words(heading, `${at}.heading`, LESSON_LIMITS.heading),
        note: words(note, `${at}.note`, LESSON_LIMITS.note),
        noteForStudents,
        hidden: [...new Set(names.map((each) => name(each, `${at}.hidden`, /^[A-Za-z][\w-]*$/)))].sort(),
      };
    }),
  };
}

function record(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new FormatError('lesson-field', { field });
  return value as Record<string, unknown>;
}

function list(value: unknown, field: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new FormatError('lesson-field', { field });
  return value as unknown[];
}

function words(value: unknown, field: string, limit: number): string {
  if (typeof value !== 'string') throw new FormatError('lesson-field', { field });
  if (value.length > limit) throw new FormatError('lesson-long', { field, found: value.length, limit });
  // Half a surrogate pair is no character and cannot be written; it becomes U+FFFD now rather than in the link.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(new TextEncoder().encode(value));
}

function name(value: unknown, field: string, pattern: RegExp): string {
  if (typeof value !== 'string' || value.length > LESSON_LIMITS.name || !pattern.test(value)) throw new FormatError('lesson-field', { field });
  return value;
}

function parse(bytes: Uint8Array, refuse: () => FormatError): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw refuse();
  }
}

function inflate(packed: Uint8Array): Uint8Array {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let ended = false;
  const stream = new Inflate((chunk, final) => {
    size += chunk.length;
    if (size > LESSON_LIMITS.bytes) throw new FormatError('lesson-too-large', { limit: LESSON_LIMITS.bytes });
    chunks.push(chunk);
    ended = final;
  });
  try {
    for (let at = 0; at < packed.length; at += STEP) stream.push(packed.subarray(at, at + STEP), at + STEP >= packed.length);
  } catch (error) {
    throw error instanceof FormatError ? error : new FormatError('lesson-link-damaged', {});
  }
  if (!ended) throw new FormatError('lesson-link-damaged', {});
  const text = new Uint8Array(size);
  chunks.reduce((at, chunk) => (text.set(chunk, at), at + chunk.length), 0);
  return text;
}

function toBase64url(bytes: Uint8Array): string {
  const binary = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
  return btoa(binary).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

function fromBase64url(code: string): Uint8Array {
  if (!/^[\w-]*$/.test(code)) throw new FormatError('lesson-link-damaged', {});
  try {
    return Uint8Array.from(atob(code.replace(/-/g, '+').replace(/_/g, '/')), (letter) => letter.charCodeAt(0));
  } catch {
    throw new FormatError('lesson-link-damaged', {});
  }
}
