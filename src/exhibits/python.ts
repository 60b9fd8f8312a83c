// Numbers as Python reads them, for the code that a visitor pastes.

const NAMES = new Map([['NaN', 'np.nan'], ['Infinity', 'np.inf'], ['-Infinity', '-np.inf']]);

/** A number with nine digits, which is enough to give back every f32 exactly. */
export const pythonNumber = (value: number): string => NAMES.get(String(value)) ?? String(Number(value.toPrecision(9)));

/** Numbers as a NumPy array of floats, also where all of them are whole. */
export const pythonArray = (values: ArrayLike<number>): string => `np.array([${Array.from(values, pythonNumber).join(', ')}], float)`;
