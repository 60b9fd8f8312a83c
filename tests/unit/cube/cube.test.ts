/** The cube's projection, its painting order, what the pointer hits, and its keys. */
import { describe, expect, it } from 'vitest';
import { axisPlace, cellAtPoint, facesOf, facing, fitted, onScreen, REST, turned, type CubeView, type Extents } from '../../../src/ui/cube/geometry';
import { cubeCommand, TURN } from '../../../src/ui/cube/keys';

const extents: Extents = { x: 5, y: 4, z: 3 };
const views: CubeView[] = [REST, { yaw: 0, pitch: 0 }, { yaw: -0.7, pitch: 0.3 }, { yaw: 2.5, pitch: -0.9 }, { yaw: -2.2, pitch: 1.2 }];
const projectionOf = (view: CubeView) => fitted(extents, view, 600, 400, 40);

describe('the projection', () => {
  it('shows the front as a matrix is written: columns to the right, rows down', () => {
    const projection = projectionOf({ yaw: 0, pitch: 0 });
    const [origin, right, down] = [onScreen(projection, 0, 0, 0), onScreen(projection, 1, 0, 0), onScreen(projection, 0, 1, 0)];
    expect(right[0] - origin[0]).toBeCloseTo(projection.scale);
    expect(right[1]).toBeCloseTo(origin[1]);
    expect(down[1] - origin[1]).toBeCloseTo(projection.scale);
    expect(facing({ yaw: 0, pitch: 0 })).toEqual({ x: 0, y: 0, z: -1 });
  });

  it('from above and from the right shows the top and the right side, and what lies behind higher', () => {
    expect(facing(REST)).toEqual({ x: 1, y: -1, z: -1 });
    const projection = projectionOf(REST);
    expect(onScreen(projection, 0, 0, 2)[1]).toBeLessThan(onScreen(projection, 0, 0, 0)[1]);
  });

  it.each(views)('keeps every corner inside its rectangle at %o', (view) => {
    for (const { corners } of facesOf(projectionOf(view))) {
      for (let i = 0; i < corners.length; i += 2) {
        expect(corners[i]).toBeGreaterThanOrEqual(39);
        expect(corners[i]).toBeLessThanOrEqual(561);
        expect(corners[i + 1]).toBeGreaterThanOrEqual(39);
        expect(corners[i + 1]).toBeLessThanOrEqual(361);
      }
    }
  });

  it('turns all the way round and stops before it tips over', () => {
    let view = REST;
    for (let i = 0; i < 40; i++) view = turned(view, 0.5, 0.5);
    expect(Math.abs(view.yaw)).toBeLessThanOrEqual(Math.PI);
    expect(view.pitch).toBeLessThan(Math.PI / 2);
    const around = turned(REST, 2 * Math.PI, 0);
    expect(around.yaw).toBeCloseTo(REST.yaw);
    expect(turned({ yaw: -3, pitch: 0 }, -1, 0).yaw).toBeCloseTo(2 * Math.PI - 4);
  });

  it.each(views)('puts the names of y left of the block, and every name outside of it, at %o', (view) => {
    const projection = projectionOf(view);
    const faces = facesOf(projection);
    const left = Math.min(...faces.flatMap(({ corners }) => corners.filter((_, i) => i % 2 === 0)));
    for (const index of [0, 1.5, 3]) expect(axisPlace(projection, 'y', index, 10).x).toBeLessThan(left);
    for (const axis of ['x', 'y', 'z'] as const) {
      for (const index of [0, (extents[axis] - 1) / 2, extents[axis] - 1]) {
        const { x, y } = axisPlace(projection, axis, index, 12);
        expect(cellAtPoint(faces, x, y), `${axis} ${index}`).toBeNull();
      }
    }
  });
});

describe('the painting order', () => {
  it.each(views)('draws a cell after the one behind it, along every axis, at %o', (view) => {
    const faces = facesOf(projectionOf(view));
    const towards = facing(view);
    const first = new Map<string, number>();
    faces.forEach(({ cell: { x, y, z } }, index) => {
      if (!first.has(`${x} ${y} ${z}`)) first.set(`${x} ${y} ${z}`, index);
    });
    for (const { cell } of faces) {
      for (const axis of ['x', 'y', 'z'] as const) {
        const nearer = { ...cell, [axis]: cell[axis] + towards[axis] };
        const index = first.get(`${nearer.x} ${nearer.y} ${nearer.z}`);
        if (towards[axis] !== 0 && index !== undefined) expect(index).toBeGreaterThan(first.get(`${cell.x} ${cell.y} ${cell.z}`)!);
      }
    }
    const sides = Object.values(towards).filter((toward) => toward !== 0).length;
    expect(faces).toHaveLength(5 * 4 * 3 * sides);
  });
});

describe('the pointer', () => {
  it.each(views)('hits the cell in whose front face it stands, and nothing beside the block, at %o', (view) => {
    const faces = facesOf(projectionOf(view));
    const near = facing(view).z < 0 ? 0 : extents.z - 1;
    for (const { cell, side, corners } of faces) {
      if (side !== 'z' || cell.z !== near) continue;
      const [x, y] = [0, 1].map((i) => (corners[i]! + corners[i + 2]! + corners[i + 4]! + corners[i + 6]!) / 4);
      expect(cellAtPoint(faces, x!, y!)).toEqual(cell);
    }
    expect(cellAtPoint(faces, 1, 1)).toBeNull();
  });

  it('passes through cells that do not count', () => {
    const faces = facesOf(projectionOf({ yaw: 0, pitch: 0 }));
    expect(cellAtPoint(faces, 300, 230)?.z).toBe(0);
    expect(cellAtPoint(faces, 300, 230, ({ z }) => z === 2)?.z).toBe(2);
  });
});

describe('the keys', () => {
  const plain = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };
  const command = (key: string, more = {}) => cubeCommand({ ...plain, key, ...more }, REST, { x: 0, y: 3, z: 1 }, extents);

  it('turn with arrows and reset with Home or 0', () => {
    expect(command('ArrowRight')).toEqual({ kind: 'turn', view: { yaw: REST.yaw + TURN, pitch: REST.pitch } });
    expect(command('ArrowUp')).toEqual({ kind: 'turn', view: { yaw: REST.yaw, pitch: REST.pitch - TURN } });
    for (const key of ['Home', '0']) expect(command(key)).toEqual({ kind: 'turn', view: REST });
  });

  it('move the chosen cell with shift and with the page keys, and stop at the edge', () => {
    expect(command('ArrowRight', { shiftKey: true })).toEqual({ kind: 'move', cell: { x: 1, y: 3, z: 1 } });
    expect(command('ArrowLeft', { shiftKey: true })).toEqual({ kind: 'move', cell: { x: 0, y: 3, z: 1 } });
    expect(command('ArrowDown', { shiftKey: true })).toEqual({ kind: 'move', cell: { x: 0, y: 3, z: 1 } });
    expect(command('PageDown')).toEqual({ kind: 'move', cell: { x: 0, y: 3, z: 2 } });
  });

  it('pick with Enter and Space, and leave the rest to the page', () => {
    for (const key of ['Enter', ' ']) expect(command(key)).toEqual({ kind: 'pick' });
    for (const key of ['Tab', 'a', 'Escape']) expect(command(key)).toBeNull();
    expect(command('ArrowLeft', { ctrlKey: true })).toBeNull();
  });
});
