import { describe, expect, it } from 'vitest';
import { firstStageOf } from '../../../src/exhibits/workbench/cause';
import { params } from '../../../src/exhibits/workbench/params';
import type { WorkbenchValues } from '../../../src/exhibits/workbench/plan';

const values = Object.fromEntries(Object.entries(params).map(([name, param]) => [name, param.default])) as unknown as WorkbenchValues;

describe('the first stage that a change alters', () => {
  it.each([
    [{ seed: 2 }, 0],
    [{ scale: 'off' }, 1],
    [{ mask: 'causal' }, 2],
    [{ mask: 'causal', scale: 'off' }, 1],
  ] as const)('%j: stage %i', (change, stage) => expect(firstStageOf(values, change)).toBe(stage));

  it('is none where only the view changes, or nothing does: the end of a drag', () => {
    expect(firstStageOf(values, { stage: 'scores', locked: { row: 0, col: 0 } })).toBeNull();
    expect(firstStageOf(values, { dk: values.dk })).toBeNull();
  });
});
