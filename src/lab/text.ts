import { textsOf } from './texts';
import type { Sentences } from './text/en';

export type FrameKey = keyof Sentences;

/** The frame's sentences. */
export const frameText = textsOf<FrameKey>(import.meta.glob<{ sentences: Sentences }>('./text/*.ts'));
