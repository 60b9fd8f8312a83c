// The file readers and their sentences: loaded when the first file is opened, since most visits open none.
import { layerOf, readAttentionFile, type AttentionFile } from '../../formats/attention';
import { describeFormatError, describeFormatNote, FormatError } from '../../formats/errors';
import { TranslatedError } from '../../lab/plan';
import type { OpenFile } from './plan';

/** Reads a visitor's file under the engine's name `id`. @throws TranslatedError with one sentence for what cannot be used */
export function openFile(bytes: ArrayBuffer, name: string, id: string): OpenFile {
  try {
    const file: AttentionFile = readAttentionFile(bytes, name);
    const remarks = file.remarks.map((note) => ({ en: describeFormatNote(note, 'en'), zh: describeFormatNote(note, 'zh') }));
    return { file, id, remarks, layer: (index) => layerOf(file, index) };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new TranslatedError({ en: describeFormatError(error, 'en'), zh: describeFormatError(error, 'zh') }, error);
  }
}
