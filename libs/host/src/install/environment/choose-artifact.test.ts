import { describe, expect, it } from '@jest/globals';
import { chooseArtifact, rankWheel, refuseUnsuitablePython } from './choose-artifact.js';

const tags = ['cp311-cp311-manylinux_2_17_x86_64', 'cp311-abi3-linux_x86_64', 'py3-none-any'];
const wheel = (filename: string) => ({ kind: 'wheel' as const, filename });
const sdist = { kind: 'sdist' as const, filename: 'a-1.0.tar.gz' };

describe('the file that a Python takes', () => {
  it('is the wheel whose tags it wants most, and only without one the sdist', () => {
    const pure = wheel('a-1.0-py2.py3-none-any.whl');
    const binary = wheel('a-1.0-1-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl');
    const foreign = wheel('a-1.0-cp312-cp312-win_amd64.whl');
    expect(chooseArtifact([sdist, pure, foreign, binary], { tags })).toBe(binary);
    expect(chooseArtifact([foreign, sdist, pure], { tags })).toBe(pure);
    expect(chooseArtifact([foreign, sdist], { tags })).toBe(sdist);
    expect(chooseArtifact([foreign], { tags })).toBeUndefined();
    expect(rankWheel('no-wheel.whl', tags)).toBeUndefined();
  });

  it('is refused with its reason where the Python is another than it needs', () => {
    const python = { version: '3.11.7', tags, markers: {} };
    for (const requires of [null, '>=3.8', '3.11', '==3.11.*', '3.11.7'])
      refuseUnsuitablePython('a', requires, python);
    expect(() => refuseUnsuitablePython('a', '>=3.12', python)).toThrow('needs Python >=3.12');
  });
});
