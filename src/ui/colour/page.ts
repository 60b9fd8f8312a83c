import { MACHADO, type Vision } from './vision';

const ID = 'seen-as';

/**
 * Shows everything on the page as it is seen with a deficiency: one SVG filter on the root element, which multiplies linear
 * RGB by the same matrices as `seenAs`. Usual vision takes the filter away.
 */
export function seePageAs(vision: Vision): void {
  document.getElementById(ID)?.closest('svg')?.remove();
  document.documentElement.style.filter = '';
  if (vision === 'usual') return;
  const make = <Name extends keyof SVGElementTagNameMap>(name: Name) => document.createElementNS('http://www.w3.org/2000/svg', name);
  const [svg, filter, matrix] = [make('svg'), make('filter'), make('feColorMatrix')];
  svg.setAttribute('width', '0');
  svg.setAttribute('height', '0');
  svg.setAttribute('aria-hidden', 'true');
  svg.style.position = 'absolute';
  filter.id = ID;
  filter.setAttribute('color-interpolation-filters', 'linearRGB');
  matrix.setAttribute('type', 'matrix');
  matrix.setAttribute('values', [...MACHADO[vision].map((row) => [...row, 0, 0].join(' ')), '0 0 0 1 0'].join(' '));
  filter.append(matrix);
  svg.append(filter);
  document.body.append(svg);
  document.documentElement.style.filter = `url(#${ID})`;
}
