import { SaxesParser } from 'saxes';
import { WHITE } from '../../../src/export/colours';
import type { Pens } from '../../../src/export/drawing';
import type { Item } from '../../../src/export/scene';
import { paletteTables } from '../../../src/ui/maps/palettes';

/** Colours on white, and a font in which every character is six tenths as wide as it is high. */
export const PENS: Pens = { ink: WHITE, palettes: paletteTables(), measure: (size) => (text) => 0.6 * size * Array.from(text).length };

/** All items, those inside groups too. */
export const flat = (items: readonly Item[]): Item[] => items.flatMap((item) => (item.kind === 'group' ? [item, ...flat(item.items)] : [item]));

export const only = <K extends Item['kind']>(items: readonly Item[], kind: K): Extract<Item, { kind: K }>[] =>
  flat(items).filter((item): item is Extract<Item, { kind: K }> => item.kind === kind);

export interface Element {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  text: string;
}

/** The elements of an XML document in order. @throws Error where it is not well-formed or a prefix is not declared */
export function parseXml(xml: string): Element[] {
  const parser = new SaxesParser({ xmlns: true });
  const elements: Element[] = [];
  const open: Element[] = [];
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes: Object.fromEntries(Object.entries(attributes).map(([key, { value }]) => [key, value])), text: '' };
    elements.push(element);
    open.push(element);
  });
  parser.on('text', (text) => {
    if (open.length > 0) open.at(-1)!.text += text;
  });
  parser.on('closetag', () => void open.pop());
  parser.write(xml).close();
  return elements;
}
