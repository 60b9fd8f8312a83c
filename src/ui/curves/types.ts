/** What the curve draws: lines for theory, points with their error for measurements. */

/** One value of a series. `low` and `high` are its error bar on points and a band on a line. */
export interface CurvePoint {
  readonly x: number;
  /** NaN is a gap. */
  readonly y: number;
  readonly low?: number;
  readonly high?: number;
}

export type CurveHue = 'ink' | 'accent' | 'q' | 'k' | 'v' | 'warn';

/** A second sign beside the hue, so that series are told apart without colours. */
export type PointShape = 'circle' | 'square' | 'triangle' | 'diamond';

export interface CurveSeries {
  readonly id: string;
  /** As the legend and the table say it. */
  readonly name: string;
  /** A line (theory), points (measurements), or points joined by a thin line. */
  readonly kind: 'line' | 'points' | 'joined';
  readonly hue: CurveHue;
  readonly dashed?: boolean;
  /** Left out of the legend, because the caption says what it is; the table still has it. */
  readonly quiet?: boolean;
  readonly shape?: PointShape;
  readonly points: readonly CurvePoint[];
}

export type AxisScale = 'linear' | 'log';

/** One axis as its user asks for it. */
export interface CurveAxis {
  readonly label: string;
  readonly scale?: AxisScale;
  /** Ends of the axis; those of the values unless told. Points beyond are drawn as arrows at the end. */
  readonly domain?: readonly [number, number];
  /** Where ticks stand, such as powers of two; thinned out where they would touch. */
  readonly ticks?: readonly number[];
  /** Text of a value, in readings and the table; also on the ticks of a linear axis. A log axis writes 10⁻⁵ by itself. */
  readonly format?: (value: number) => string;
}

/** A value on the axis that is worth a line across: the present setting, a limit. */
export interface CurveMark {
  readonly value: number;
  readonly label?: string;
}
