import { describe, expect, it } from '@jest/globals';
import { readBackendLimits } from './backend-limits.js';

const most = { memoryBytes: 2 ** 30, cpus: 2, processes: 100, diskBytes: 2 ** 32, callTimeoutMs: 60_000 };

describe('what a back end is held to', () => {
  it('reads the words of a descriptor', () => {
    const limits = readBackendLimits(
      {
        memory: '256Mi',
        cpu: '500m',
        processes: 12,
        timeout: '5s',
        disk: '2Gi',
        network: ['api.example.org'],
      },
      most,
    );
    expect(limits).toMatchObject({
      memoryBytes: 256 * 2 ** 20,
      cpus: 0.5,
      processes: 12,
      diskBytes: 2 ** 31,
      callTimeoutMs: 5000,
      network: true,
    });
  });

  it('reads plain numbers as bytes, cores and seconds', () => {
    const limits = readBackendLimits({ memory: 1_000_000, cpu: 1.5, timeout: 2 }, most);
    expect(limits).toMatchObject({ memoryBytes: 1_000_000, cpus: 1.5, callTimeoutMs: 2000 });
  });

  it('gives no more than the host has to give', () => {
    const limits = readBackendLimits(
      { memory: '8G', cpu: 64, processes: 9999, timeout: '1h', disk: '1T' },
      most,
    );
    expect(limits).toMatchObject({ ...most });
  });

  it('gives the usual where a descriptor says nothing, or what only a newer host understands', () => {
    for (const runtime of [{}, { memory: 'plenty', cpu: {}, processes: 'many', timeout: 'long' }]) {
      expect(readBackendLimits(runtime)).toMatchObject({
        memoryBytes: 512 * 2 ** 20,
        cpus: 1,
        processes: 64,
        diskBytes: 2 ** 30,
        callTimeoutMs: 30_000,
        network: false,
      });
    }
  });

  it.each([false, 'none', 'no', [], undefined])('takes network %p as no network', (network) => {
    expect(readBackendLimits({ network }).network).toBe(false);
  });
});
