/** From a subject to the file that the visitor gets: reads the numbers, draws, writes. */
import { annotatePng } from '../formats/png';
import { arraysToCsv, arraysToJson, tableToCsv, tableToJson, type About } from '../formats/texts';
import { encodeNpy, encodeNpz, type Writable, type WritableArray } from '../formats/write';
import type { ExportSubject, Figure, FigureData } from '../ui/export/figure';
import { measureIn } from '../ui/maps/measure';
import type { MapTheme } from '../ui/maps/types';
import { fontOf, sceneToCanvas } from './canvas';
import { pageInk, WHITE } from './colours';
import type { Pens } from './drawing';
import { barsScene, drawnScene, tableScene } from './lists';
import { mapsScene } from './maps';
import { fileStem, pageOf, settingParts } from './names';
import { metersScene, sumScene } from './panels';
import { plotScene } from './plot';
import type { Scene } from './scene';
import { sceneToSvg } from './svg';

export const PICTURES = ['png2', 'png4', 'svg'] as const;
export const NUMBERS = ['csv', 'json', 'npy'] as const;
export type Format = (typeof PICTURES)[number] | (typeof NUMBERS)[number];
/** White, for papers, or the colours on screen. */
export type Ground = 'white' | 'page';

/** Numbers that one export may hold: 200 MB of float32. */
export const MOST_CELLS = 50_000_000;

/** More numbers than one export may hold; whoever catches it says so in the visitor's language. */
export class TooLargeError extends Error {
  constructor(readonly cells: number) {
    super(`An export holds at most ${MOST_CELLS} numbers, and these are ${cells}.`);
  }
}

export interface ExportFile {
  readonly name: string;
  readonly blob: Blob;
}

/** What the files say of themselves. */
export interface Telling {
  /** The address of the present view. */
  readonly link: string;
  /** "From Attention Lab. This link shows it again: …" */
  readonly description: string;
  readonly ground: Ground;
  /** Those that the visitor chose. */
  readonly palettes: MapTheme['palettes'];
}

/** The link that shows the present view again. From a file on this device only the file's name is told, not its folders. */
export function exactLink(href: string): string {
  const url = new URL(href);
  return url.protocol === 'file:' ? `${url.pathname.split('/').pop()}${url.hash}` : href;
}

/** The name of the subject's files, without the ending: with the page and its settings from the link, unless the subject tells its own. */
export const stemOf = ({ name, settings }: ExportSubject, link: string): string => {
  const hash = link.slice(link.indexOf('#') + 1);
  return fileStem(settings ? [...name, ...settings] : [pageOf(hash), ...name, ...settingParts(hash)]);
};

/** @throws TooLargeError, and whatever reading the numbers throws */
export async function makeFile(subject: ExportSubject, format: Format, telling: Telling): Promise<ExportFile> {
  const figure = await figureOf(subject);
  const stem = stemOf(subject, telling.link);
  const about = { title: figure.title, link: telling.link };
  switch (format) {
    case 'png2':
    case 'png4': {
      const scale = format === 'png2' ? 2 : 4;
      return { name: `${stem}@${scale}x.png`, blob: await pngOf(figure, scale, telling) };
    }
    case 'svg':
      return { name: `${stem}.svg`, blob: new Blob([sceneToSvg(sceneOf(figure, telling), { ...about, description: telling.description })], { type: 'image/svg+xml' }) };
    case 'csv':
      return { name: `${stem}.csv`, blob: await textBlob(csvOf(figure.data, about), 'text/csv') };
    case 'json':
      return { name: `${stem}.json`, blob: await textBlob(jsonOf(figure.data, about), 'application/json') };
    case 'npy':
      return numpyOf(figure.data, stem, about);
  }
}

/** The figure as a PNG picture, for the clipboard. @throws like `makeFile` */
export async function makePicture(subject: ExportSubject, telling: Telling): Promise<Blob> {
  return pngOf(await figureOf(subject), 2, telling);
}

async function figureOf(subject: ExportSubject): Promise<Figure> {
  const { cells = 0 } = subject;
  if (cells > MOST_CELLS) throw new TooLargeError(cells);
  return subject.figure();
}

function sceneOf(figure: Figure, { ground, palettes }: Telling): Scene {
  const pens: Pens = {
    ink: ground === 'white' ? WHITE : pageInk(),
    measure: (size, bold) => measureIn(fontOf(size, bold)),
    palettes,
  };
  switch (figure.kind) {
    case 'maps': return mapsScene(figure, pens);
    case 'plot': return plotScene(figure, pens);
    case 'bars': return barsScene(figure, pens);
    case 'table': return tableScene(figure, pens);
    case 'meters': return metersScene(figure, pens);
    case 'sum': return sumScene(figure, pens);
    case 'drawn': return drawnScene(figure, pens);
  }
}

async function pngOf(figure: Figure, scale: number, telling: Telling): Promise<Blob> {
  const canvas = sceneToCanvas(sceneOf(figure, telling), scale);
  const blob = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/png'));
  if (!blob) throw new Error(`This browser could not write a picture of ${canvas.width} × ${canvas.height} pixels; the smaller size may work.`);
  const texts = { Title: figure.title, Description: telling.description, Software: 'Attention Lab', URL: telling.link };
  return new Blob([annotatePng(new Uint8Array(await blob.arrayBuffer()), { texts, scale })], { type: 'image/png' });
}

const csvOf = (data: FigureData, about: About) => (data.kind === 'arrays' ? arraysToCsv(data.arrays, about) : tableToCsv(data, about));
const jsonOf = (data: FigureData, about: About) => (data.kind === 'arrays' ? arraysToJson(data.arrays, about) : tableToJson(data, about));

/** One tensor is a .npy file; several, or the columns of a table, are the arrays of a .npz file beside the link. */
function numpyOf(data: FigureData, stem: string, { title, link }: About): ExportFile {
  const only = data.kind === 'arrays' && data.arrays.length === 1 ? data.arrays[0] : null;
  if (only) return { name: `${stem}.npy`, blob: new Blob([encodeNpy(only.data, only.shape)]) };
  const arrays: Record<string, WritableArray> = {};
  if (data.kind === 'arrays') for (const { name, shape, data: values } of data.arrays) arrays[name] = { data: values, shape };
  else data.columns.forEach((column, at) => (arrays[column] = columnOf(data.rows.map((row) => row[at]!))));
  const told = { title: { data: [title], shape: [1] }, link: { data: [link], shape: [1] } };
  return { name: `${stem}.npz`, blob: new Blob([encodeNpz({ ...arrays, ...told })]) };
}

function columnOf(values: readonly (string | number)[]): WritableArray {
  const numbers = values.every((value) => typeof value === 'number');
  const data: Writable = numbers ? Float64Array.from(values as number[]) : values.map(String);
  return { data, shape: [values.length] };
}

/** Characters between two pauses. */
const BATCH = 2 ** 21;

/** The pieces as one blob; the page goes on answering meanwhile. */
async function textBlob(pieces: Iterable<string>, type: string): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let batch: string[] = [];
  let length = 0;
  for (const piece of pieces) {
    batch.push(piece);
    length += piece.length;
    if (length < BATCH) continue;
    parts.push(new TextEncoder().encode(batch.join('')));
    [batch, length] = [[], 0];
    await nextTask();
  }
  return new Blob([...parts, new TextEncoder().encode(batch.join(''))], { type: `${type};charset=utf-8` });
}

/** Resolves in a task of its own, after the events that wait. */
const nextTask = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
