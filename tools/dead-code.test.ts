import { afterAll, describe, expect, it } from '@jest/globals';
import { PlantedTree } from './planted-tree.js';

const tree = new PlantedTree({
  'apps/registry/src/main.ts': `import { used } from '#kernel';\nprocess.stdout.write(used);\n`,
  'libs/kernel/src/index.ts': `export { plantedDead, used } from './used.js';\n`,
  'libs/kernel/src/used.ts': `export const used = 'a';\nexport const plantedDead = 'b';\n`,
  'libs/kernel/src/planted-file.ts': 'export const alone = 1;\n',
});

describe('dead code', () => {
  afterAll(() => {
    tree.remove();
  });

  it('is found behind the door of a library, and what another room uses is not taken for it', async () => {
    const args = ['--no-progress', '--include', 'files,exports', '--reporter', 'compact'];
    const { output, exitCode } = await tree.run('knip/bin/knip.js', args);
    expect(exitCode).toBe(1);
    expect(output).toContain('libs/kernel/src/planted-file.ts');
    expect(output).toMatch(/libs\/kernel\/src\/used\.ts: plantedDead\s/);
    expect(output).toMatch(/libs\/kernel\/src\/index\.ts: plantedDead\s/);
  });
});
