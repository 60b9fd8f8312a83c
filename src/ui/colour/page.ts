import { MACHADO, WASHED, type View } from './vision';

const ID = 'seen-as';

/**
 * Shows everything on the page as it is seen with a deficiency or on a washed-out projector: one SVG filter on the root element,
 * which does to linear RGB what `seenAs` does. Usual vision takes the filter away.
 */
export function seePageAs(view: View): void {
  document.getElementById(ID)?.closest('svg')?.remove();
  document.documentElement.style.filter = '';
  if (view === 'usual') return;
  const make = <Name extends keyof SVGElementTagNameMap>(name: Name) => document.createElementNS('http://www.w3.org/2000/svg', name);
  const [svg, filter, matrix] = [make('svg'), make('filter'), make('feColorMatrix')];
  svg.setAttribute('width', '0');
  svg.setAttribute('height', '0');
  svg.setAttribute('aria-hidden', 'true');
  svg.style.position = 'absolute';
  filter.id = ID;
  filter.setAttribute('color-interpolation-filters', 'linearRGB');
  matrix.setAttribute('type', 'matrix');
  const { gain, haze } = WASHED;
  const rows = view === 'washed' ? [0, 1, 2].map((at) => [0, 1, 2, 3].map((from) => (from === at ? gain : 0)).concat(haze)) : MACHADO[view].map((row) => [...row, 0, 0]);
  matrix.setAttribute('values', [...rows.map((row) => row.join(' ')), '0 0 0 1 0'].join(' '));
  filter.append(matrix);
  svg.append(filter);
  document.body.append(svg);
  document.documentElement.style.filter = `url(#${ID})`;
}
