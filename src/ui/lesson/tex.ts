/**
 * Formulas: a small part of TeX, read into a tree of MathML. It knows letters, numbers and operators, `_ ^ { }`,
 * `\frac{a}{b}`, `\sqrt{a}`, `\text{words}`, `\op{softmax}` for upright names, `\left( … \right)` for brackets that grow,
 * `\hat \bar \tilde`, the Greek letters and signs below, `\,` and `\quad`, and `\at{name}{…}` for a part that lights up with
 * the thing it names. Anything else is an error, so that a misspelt command fails a test and not a reader.
 */

/** A MathML element, or the text inside one. */
export interface MathNode {
  readonly tag: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** The name of the thing that this part stands for. */
  readonly at?: string;
  readonly children: readonly (MathNode | string)[];
}

/** A formula or a sentence that cannot be read; the message quotes it. */
export class MarkupError extends Error {
  override readonly name = 'MarkupError';
}

const LETTERS: Readonly<Record<string, string>> = {
  alpha: 'α', beta: 'β', gamma: 'γ', delta: 'δ', epsilon: 'ε', theta: 'θ', lambda: 'λ', mu: 'μ', pi: 'π', rho: 'ρ', sigma: 'σ',
  tau: 'τ', phi: 'φ', omega: 'ω', Delta: 'Δ', Sigma: 'Σ', infty: '∞', partial: '∂', ell: 'ℓ', R: 'ℝ', E: '𝔼', N: '𝒩',
};
const SIGNS: Readonly<Record<string, string>> = {
  cdot: '·', times: '×', div: '÷', le: '≤', ge: '≥', ne: '≠', approx: '≈', sim: '∼', to: '→', Rightarrow: '⇒', pm: '±', in: '∈',
  odot: '⊙', oplus: '⊕', propto: '∝', ll: '≪', gg: '≫', dots: '…', cdots: '⋯', mid: '|', norm: '‖', forall: '∀', perp: '⊥',
};
const BIG: Readonly<Record<string, string>> = { sum: '∑', prod: '∏', max: 'max', min: 'min', lim: 'lim', argmax: 'arg max' };
const NAMES = new Set(['exp', 'log', 'ln', 'tanh', 'sin', 'cos', 'Var', 'diag', 'softmax', 'mean', 'median', 'RMS', 'LN', 'BN']);
const ACCENTS: Readonly<Record<string, string>> = { hat: '^', bar: '¯', tilde: '~' };
const SPACES: Readonly<Record<string, string>> = { ',': '0.17em', quad: '1em' };
const FENCES = new Set('()[]{}|‖');

const node = (tag: string, children: readonly (MathNode | string)[], attributes?: Readonly<Record<string, string>>): MathNode => ({ tag, children, ...(attributes && { attributes }) });
const row = (children: readonly MathNode[]): MathNode => (children.length === 1 ? children[0]! : node('mrow', children));

/** Reads a formula. @throws MarkupError */
export function parseTex(source: string): MathNode {
  return new Reader(source).whole();
}

class Reader {
  #at = 0;
  constructor(private readonly source: string) {}

  whole(): MathNode {
    const children = this.#row();
    if (this.#at < this.source.length) this.#fail(`"${this.source[this.#at]}" closes nothing`);
    return node('mrow', children);
  }

  #fail(reason: string): never {
    throw new MarkupError(`The formula "${this.source}" cannot be read: ${reason}.`);
  }

  /** Everything up to a closing brace, `\right` or the end. */
  #row(): MathNode[] {
    const items: MathNode[] = [];
    for (;;) {
      this.#skip();
      const char = this.source[this.#at];
      if (char === undefined || char === '}' || this.source.startsWith('\\right', this.#at) && !/[a-z]/.test(this.source[this.#at + 6] ?? '')) return items;
      if (char === '_' || char === '^') this.#fail(`"${char}" has nothing before it`);
      items.push(this.#scripted(this.#atom()));
    }
  }

  #scripted(base: MathNode): MathNode {
    let under: MathNode | null = null;
    let over: MathNode | null = null;
    for (;;) {
      this.#skip();
      const char = this.source[this.#at];
      if (char === '_' && !under) {
        this.#at++;
        under = this.#argument();
      } else if (char === '^' && !over) {
        this.#at++;
        over = this.#argument();
      } else if (char === '_' || char === '^') this.#fail(`two "${char}" on one letter`);
      else break;
    }
    const big = base.attributes?.movablelimits !== undefined;
    if (under && over) return node(big ? 'munderover' : 'msubsup', [base, under, over]);
    if (under) return node(big ? 'munder' : 'msub', [base, under]);
    if (over) return node(big ? 'mover' : 'msup', [base, over]);
    return base;
  }

  /** A group in braces, or the next single thing. */
  #argument(): MathNode {
    this.#skip();
    if (this.source[this.#at] !== '{') {
      if (this.source[this.#at] === undefined || this.source[this.#at] === '}') this.#fail('an argument is missing');
      return this.#atom();
    }
    this.#at++;
    const items = this.#row();
    this.#expect('}');
    return row(items);
  }

  /** The text between braces, as it is. */
  #words(): string {
    this.#skip();
    this.#expect('{');
    const end = this.source.indexOf('}', this.#at);
    if (end < 0) this.#fail('a brace is not closed');
    const words = this.source.slice(this.#at, end);
    this.#at = end + 1;
    return words;
  }

  #atom(): MathNode {
    this.#skip();
    const rest = this.source.slice(this.#at);
    if (rest[0] === '{') return this.#argument();
    const number = /^\d+(\.\d+)?/.exec(rest);
    if (number) return this.#take(number[0], node('mn', [number[0]]));
    const command = /^\\([a-zA-Z]+|.)/.exec(rest);
    if (command) {
      this.#at += command[0].length;
      return this.#command(command[1]!);
    }
    const char = String.fromCodePoint(rest.codePointAt(0)!);
    if (/^\p{L}$/u.test(char)) return this.#take(char, node('mi', [char]));
    if (char === "'") return this.#take(char, node('mo', ['′']));
    return this.#take(char, this.#sign(char === '-' ? '−' : char === '*' ? '·' : char));
  }

  #sign(sign: string): MathNode {
    return node('mo', [sign], FENCES.has(sign) ? { stretchy: 'false' } : undefined);
  }

  #command(name: string): MathNode {
    if (name === 'frac') return node('mfrac', [this.#argument(), this.#argument()]);
    if (name === 'sqrt') return node('msqrt', [this.#argument()]);
    if (name === 'text') return node('mtext', [this.#words()]);
    if (name === 'op') return node('mi', [this.#words()], { mathvariant: 'normal' });
    if (name === 'at') {
      const at = this.#words();
      return { ...node('mrow', [this.#argument()]), at };
    }
    if (name === 'left') return this.#fenced();
    if (name === 'T') return node('mi', ['T'], { mathvariant: 'normal' });
    if (Object.hasOwn(LETTERS, name)) return node('mi', [LETTERS[name]!]);
    if (Object.hasOwn(SIGNS, name)) return this.#sign(SIGNS[name]!);
    if (Object.hasOwn(BIG, name)) return node('mo', [BIG[name]!], { movablelimits: 'false' });
    if (NAMES.has(name)) return node('mi', [name], { mathvariant: 'normal' });
    if (Object.hasOwn(ACCENTS, name)) return node('mover', [this.#argument(), node('mo', [ACCENTS[name]!], { stretchy: 'false' })], { accent: 'true' });
    if (Object.hasOwn(SPACES, name)) return node('mspace', [], { width: SPACES[name]! });
    if (/^[{}[\]|_^\\$]$/.test(name)) return this.#sign(name);
    return this.#fail(`there is no command "\\${name}"`);
  }

  #fenced(): MathNode {
    const open = this.#fence();
    const items = this.#row();
    if (!this.source.startsWith('\\right', this.#at)) this.#fail('"\\left" has no "\\right"');
    this.#at += 6;
    return node('mrow', [open, ...items, this.#fence()]);
  }

  #fence(): MathNode {
    this.#skip();
    const named = /^\\norm/.exec(this.source.slice(this.#at));
    const sign = named ? '‖' : this.source[this.#at];
    if (sign === undefined || !FENCES.has(sign)) this.#fail('a bracket is missing after "\\left" or "\\right"');
    this.#at += named ? named[0].length : 1;
    return node('mo', [sign], { stretchy: 'true' });
  }

  #take(text: string, result: MathNode): MathNode {
    this.#at += text.length;
    return result;
  }

  #expect(char: string): void {
    if (this.source[this.#at] !== char) this.#fail(`"${char}" is missing`);
    this.#at++;
  }

  #skip(): void {
    while (this.source[this.#at] === ' ') this.#at++;
  }
}

const RAISED: Readonly<Record<string, string>> = { '−': '⁻', 0: '⁰', 1: '¹', 2: '²', 3: '³', 4: '⁴', 5: '⁵', 6: '⁶', 7: '⁷', 8: '⁸', 9: '⁹' };
const SPACED = new Set('=≈∼≤≥≠→⇒∝≪≫∈+−·×÷±');

/** A formula on one line of plain characters, for titles and for the clipboard: "√d_k". */
export function plainTex(tree: MathNode): string {
  const text = (part: MathNode | string): string => (typeof part === 'string' ? part : plainTex(part));
  const parts = tree.children.map(text);
  const raised = (part: string) => (/^[−\d]+$/.test(part.replaceAll(' ', '')) ? [...part.replaceAll(' ', '')].map((digit) => RAISED[digit]).join('') : `^${wrap(part)}`);
  const wrap = (part: string) => (/^[\p{L}\d.]+([_^][\p{L}\d]+)?$/u.test(part) ? part : `(${part})`);
  switch (tree.tag) {
    case 'mfrac':
      return `${wrap(parts[0]!)}/${wrap(parts[1]!)}`;
    case 'msqrt':
      return `√${wrap(parts[0]!)}`;
    case 'msub':
    case 'munder':
      return `${parts[0]}_${wrap(parts[1]!)}`;
    case 'msup':
      return parts[1] === 'T' ? `${parts[0]}ᵀ` : parts[0]! + raised(parts[1]!);
    case 'msubsup':
    case 'munderover':
      return `${parts[0]}_${wrap(parts[1]!)}${raised(parts[2]!)}`;
    case 'mover':
      return tree.attributes?.accent ? parts[0]! : parts[0]! + raised(parts[1]!);
    case 'mspace':
      return ' ';
    case 'mo':
      return SPACED.has(parts[0]!) ? ` ${parts[0]} ` : parts[0]!;
    default:
      return parts.join('').replace(/ {2,}/g, ' ');
  }
}
