/** A scene as an SVG file: text as text, cells as shapes, the link in its metadata. Pure. */
import { encodePng } from '../formats/png';
import { FONT_FAMILY, HATCH, type Item, type Paint, type Scene, type Stroke } from './scene';

/** What the file says of itself. */
export interface SvgAbout {
  readonly title: string;
  readonly description: string;
  readonly link: string;
}

/** A text that is safe inside XML: what XML 1.0 has no place for becomes U+FFFD. */
export function xmlText(text: string): string {
  return text
     
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** A coordinate: two decimals are a fortieth of what a printer can show. */
const n = (value: number): string => String(Math.round(value * 100) / 100 || 0);

/** The whole file, as pieces of text. */
export function sceneToSvg(scene: Scene, about: SvgAbout): string {
  const { width, height, ground, hatches, items } = scene;
  const defs: string[] = [];
  const body = items.map((item) => drawn(item, defs)).join('\n');
  return [
    `<?xml version="1.0" encoding="UTF-8"?>`,
    `<svg xmlns="http://www.w3.org/2000/svg" width="${n(width)}" height="${n(height)}" viewBox="0 0 ${n(width)} ${n(height)}" font-family="${xmlText(FONT_FAMILY)}">`,
    `<title>${xmlText(about.title)}</title>`,
    `<desc>${xmlText(about.description)}</desc>`,
    metadata(about),
    `<defs>${(['masked', 'nan'] as const).map((name) => hatch(name, hatches[name])).join('')}${defs.join('')}</defs>`,
    `<rect width="${n(width)}" height="${n(height)}" fill="${ground}"/>`,
    body,
    '</svg>\n',
  ].join('\n');
}

/** As drawing programs and search engines read it (Dublin Core in RDF). */
const metadata = ({ title, link }: SvgAbout): string =>
  '<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dc="http://purl.org/dc/elements/1.1/">' +
  `<rdf:Description rdf:about=""><dc:title>${xmlText(title)}</dc:title><dc:source>${xmlText(link)}</dc:source><dc:creator>Attention Lab</dc:creator></rdf:Description>` +
  '</rdf:RDF></metadata>';

/** Stripes from the lower left to the upper right. */
function hatch(name: string, [stripe, ground]: readonly [string, string]): string {
  const { period: p, stripe: s } = HATCH;
  return (
    `<pattern id="${name}" width="${p}" height="${p}" patternUnits="userSpaceOnUse"><rect width="${p}" height="${p}" fill="${ground}"/>` +
    `<path d="M0 ${p}L${p} 0M${-s} ${s}L${s} ${-s}M${p - s} ${p + s}L${p + s} ${p - s}" stroke="${stripe}" stroke-width="${n(s / Math.SQRT2)}"/></pattern>`
  );
}

const paint = (fill: Paint | undefined): string => (fill === undefined ? 'none' : typeof fill === 'string' ? fill : `url(#${fill.hatch})`);

const stroked = ({ stroke, strokeWidth = 1, dash }: Stroke): string =>
  stroke ? ` stroke="${stroke}" stroke-width="${n(strokeWidth)}"${dash ? ` stroke-dasharray="${dash}"` : ''}` : '';

const faded = (opacity: number | undefined): string => (opacity === undefined || opacity === 1 ? '' : ` opacity="${n(opacity)}"`);

const box = ({ x, y, width, height }: { x: number; y: number; width: number; height: number }): string =>
  `x="${n(x)}" y="${n(y)}" width="${n(width)}" height="${n(height)}"`;

function drawn(item: Item, defs: string[]): string {
  switch (item.kind) {
    case 'group':
      return `<g data-part="${xmlText(item.name)}">\n${item.items.map((inner) => drawn(inner, defs)).join('\n')}\n</g>`;
    case 'rect':
      return `<rect ${box(item)} fill="${paint(item.fill)}"${stroked(item)}${faded(item.opacity)}/>`;
    case 'cells': {
      // crispEdges: or hairlines of the ground show between neighbours of one colour
      const cells = item.cells.map((cell) => `<rect ${box(cell)} fill="${paint(cell.fill)}" data-row="${cell.row}" data-col="${cell.col}" data-value="${cell.value}"/>`);
      return `<g data-part="${xmlText(item.name)}" data-rows="${item.rows}" data-cols="${item.cols}" shape-rendering="crispEdges">\n${cells.join('\n')}\n</g>`;
    }
    case 'path': {
      const place = item.x || item.y ? ` transform="translate(${n(item.x ?? 0)} ${n(item.y ?? 0)})"` : '';
      return `<path d="${item.d}"${place} fill="${item.fill ?? 'none'}"${stroked(item)}${item.stroke ? ' stroke-linejoin="round"' : ''}${faded(item.opacity)}/>`;
    }
    case 'text': {
      const anchor = item.anchor && item.anchor !== 'start' ? ` text-anchor="${item.anchor}"` : '';
      const turned = item.angle ? ` transform="rotate(${n(-item.angle)} ${n(item.x)} ${n(item.y)})"` : '';
      return `<text x="${n(item.x)}" y="${n(item.y)}" font-size="${n(item.size)}"${item.bold ? ' font-weight="600"' : ''} fill="${item.fill}"${anchor}${turned}>${xmlText(item.text)}</text>`;
    }
    case 'gradient': {
      const id = `gradient-${defs.length}`;
      const stops = item.colours.map((colour, i) => `<stop offset="${n((100 * i) / (item.colours.length - 1))}%" stop-color="${colour}"/>`);
      defs.push(`<linearGradient id="${id}">${stops.join('')}</linearGradient>`);
      return `<rect ${box(item)} fill="url(#${id})"/>`;
    }
    case 'image':
      return (
        `<image ${box(item)} preserveAspectRatio="none" image-rendering="pixelated" ` +
        `href="data:image/png;base64,${base64(encodePng(item.columns, item.rows, item.rgba))}"/>`
      );
  }
}

function base64(bytes: Uint8Array): string {
  let letters = '';
  for (let at = 0; at < bytes.length; at += 0x8000) letters += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
  return btoa(letters);
}
