import { describe, expect, it } from '@jest/globals';
import { setTimeout as wait } from 'node:timers/promises';
import { Circuit } from './circuit.js';

describe('Circuit', () => {
  it('refuses after failures in a row, tries one after the pause, and opens when that is answered', async () => {
    const circuit = new Circuit(2, 30);
    circuit.failed();
    circuit.answered();
    circuit.failed();
    expect(circuit.lets()).toBe(true);
    circuit.failed();
    expect(circuit.lets()).toBe(false);
    await wait(40);
    expect([circuit.lets(), circuit.lets()]).toEqual([true, false]);
    circuit.failed();
    expect(circuit.lets()).toBe(false);
    await wait(40);
    expect(circuit.lets()).toBe(true);
    circuit.answered();
    expect([circuit.lets(), circuit.lets()]).toEqual([true, true]);
  });
});
