import { pythonArray, pythonNumber } from '../python';
import type { CellOperands } from './arithmetic';
import type { NormsSpec } from './spec';

type Setting = Pick<NormsSpec, 'norm' | 'eps' | 'gamma' | 'beta' | 'momentum'>;

/** Python that normalises one cell from its operands and prints it beside the page's own value. */
export function numpyOf({ values, at, x, y, running }: CellOperands, { norm, eps, gamma, beta, momentum }: Setting): string {
  const shows = `# the page shows ${pythonNumber(y)}`;
  if (norm === 'none') return `x = ${pythonNumber(x)}  # no norm\nprint(x)  ${shows}\n`;
  if (at < 0) return `print(0.0)  # padding that is left out: zero by definition; ${shows.slice(2)}\n`;
  const lines = ['import numpy as np', ''];
  const output = (of: string) => [`y = (${of}) * ${pythonNumber(gamma)}${norm === 'rms' ? '' : ` + ${pythonNumber(beta)}`}`];
  if (running) {
    lines.push(
      `x = ${pythonNumber(x)}`,
      `mean, var = ${pythonNumber(running.mean)}, ${pythonNumber(running.variance)}  # BatchNorm's running statistics of this feature`,
      ...output(`(x - mean) / np.sqrt(var + ${pythonNumber(eps)})`),
      `print(y)  ${shows}`,
    );
    return lines.join('\n') + '\n';
  }
  lines.push(`x = ${pythonArray(values)}  # ${norm === 'batch' ? 'one feature of every token in the batch' : 'all features of one token'}`);
  if (norm === 'rms') {
    lines.push('rms = np.sqrt((x ** 2).mean() + ' + pythonNumber(eps) + ')', ...output('x / rms'));
  } else {
    lines.push('mean = x.mean()', 'var = x.var()  # biased: divided by N', ...output(`(x - mean) / np.sqrt(var + ${pythonNumber(eps)})`));
  }
  lines.push(`print(y[${at}])  ${shows}`);
  if (norm === 'batch' && values.length > 1) {
    lines.push('', '# the running statistics take in the unbiased variance, divided by N - 1', `running_var = (1 - ${pythonNumber(momentum)}) * 1 + ${pythonNumber(momentum)} * x.var(ddof=1)  # after one batch, from 1`);
  }
  return lines.join('\n') + '\n';
}
