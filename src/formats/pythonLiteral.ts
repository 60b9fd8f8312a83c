/** The small part of Python's literal syntax that the header of a .npy file may use. */

/** Dictionaries become Maps, tuples and lists arrays tagged by `tuple`. */
export type PythonValue = string | number | boolean | null | PythonSequence | Map<string, PythonValue>;

export interface PythonSequence {
  tuple: boolean;
  items: PythonValue[];
}

/** `position` counts characters from 1. */
export class PythonLiteralError extends Error {
  constructor(readonly position: number) {
    super(`Not a Python literal at character ${position}.`);
  }
}

/** Deep nesting has no use in a header and would exhaust the stack. */
const DEEPEST = 8;

/** Parses one literal that fills the whole text (white space around it allowed). Throws {@link PythonLiteralError}. */
export function parsePythonLiteral(text: string): PythonValue {
  const parser = new Parser(text);
  const value = parser.value(0);
  parser.end();
  return value;
}

class Parser {
  private at = 0;

  constructor(private readonly text: string) {}

  value(depth: number): PythonValue {
    if (depth > DEEPEST) this.fail();
    this.skipSpace();
    const next = this.text[this.at];
    if (next === '{') return this.dictionary(depth);
    if (next === '(') return this.sequence(')', depth);
    if (next === '[') return this.sequence(']', depth);
    if (next === "'" || next === '"') return this.string();
    return this.word();
  }

  end(): void {
    this.skipSpace();
    if (this.at < this.text.length) this.fail();
  }

  private dictionary(depth: number): Map<string, PythonValue> {
    const map = new Map<string, PythonValue>();
    this.at++;
    while (!this.take('}')) {
      this.skipSpace();
      const start = this.at;
      const key = this.value(depth + 1);
      if (typeof key !== 'string' || map.has(key)) this.fail(start);
      if (!this.take(':')) this.fail();
      map.set(key, this.value(depth + 1));
      if (this.take(',')) continue;
      if (this.take('}')) break;
      this.fail();
    }
    return map;
  }

  private sequence(close: string, depth: number): PythonValue {
    const items: PythonValue[] = [];
    let commas = 0;
    this.at++;
    while (!this.take(close)) {
      items.push(this.value(depth + 1));
      if (this.take(',')) {
        commas++;
        continue;
      }
      if (this.take(close)) break;
      this.fail();
    }
    // In Python (5) is the number 5; only (5,) is a tuple.
    if (close === ')' && items.length === 1 && commas === 0) return items[0];
    return { tuple: close === ')', items };
  }

  private string(): string {
    const quote = this.text[this.at++];
    let value = '';
    for (; this.at < this.text.length; this.at++) {
      const next = this.text[this.at];
      if (next === quote) {
        this.at++;
        return value;
      }
      // numpy.save writes no escapes into the three values that matter, so none are understood.
      if (next === '\\' || next === '\n') this.fail();
      value += next;
    }
    return this.fail();
  }

  private word(): number | boolean | null {
    // Python 2 wrote long integers with an L behind them.
    const match = /^(?:True|False|None|-?\d+L?)(?![\w.])/.exec(this.text.slice(this.at, this.at + 64));
    if (!match) return this.fail();
    this.at += match[0].length;
    if (match[0] === 'True') return true;
    if (match[0] === 'False') return false;
    if (match[0] === 'None') return null;
    return Number(match[0].replace('L', ''));
  }

  private take(token: string): boolean {
    this.skipSpace();
    if (this.text[this.at] !== token) return false;
    this.at++;
    return true;
  }

  private skipSpace(): void {
    while (' \t\n\r'.includes(this.text[this.at] ?? '\0')) this.at++;
  }

  private fail(at = this.at): never {
    throw new PythonLiteralError(at + 1);
  }
}
