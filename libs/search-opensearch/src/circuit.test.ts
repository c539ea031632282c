import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Circuit } from './circuit.js';

afterEach(() => void jest.restoreAllMocks());

describe('Circuit', () => {
  it('refuses after failures in a row, tries one after the pause, and opens when that is answered', () => {
    let now = 0;
    jest.spyOn(performance, 'now').mockImplementation(() => now);
    const circuit = new Circuit(2, 30);
    circuit.failed();
    circuit.answered();
    circuit.failed();
    expect(circuit.lets()).toBe(true);
    circuit.failed();
    expect(circuit.lets()).toBe(false);
    now += 30;
    expect([circuit.lets(), circuit.lets()]).toEqual([true, false]);
    circuit.failed();
    expect(circuit.lets()).toBe(false);
    now += 30;
    expect(circuit.lets()).toBe(true);
    circuit.answered();
    expect([circuit.lets(), circuit.lets()]).toEqual([true, true]);
  });
});
