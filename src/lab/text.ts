import type { FileSentences, Sentences } from './text/en';
import { textsOf } from './texts';

export type FrameKey = keyof Sentences;
export type FileKey = keyof FileSentences;

/** The frame's sentences. */
export const frameText = textsOf<FrameKey>(import.meta.glob<Sentences>('./text/*.ts', { query: '?only=sentences', import: 'sentences' }));

/** What is said of a visitor's file; in use from the first file on. */
export const fileText = textsOf<FileKey>(import.meta.glob<FileSentences>('./text/*.ts', { query: '?only=files', import: 'files' }));
