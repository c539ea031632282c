import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findAgentFile, readAgentFile } from './agent-file.js';
import { defaultSettings } from './host-file.js';
import { HostFolder } from './host-folder.js';

describe('what an agent tells of itself', () => {
  let root = '';
  let folder: HostFolder;
  const write = (pid: number) =>
    writeFileSync(
      folder.paths.agentFile,
      JSON.stringify({ address: 'http://127.0.0.1:1', pid, control_token: 'c', call_token: 'k' }),
    );

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'mortise-agent-file-'));
    const host = {
      schema_version: 1 as const,
      store: { address: 'http://127.0.0.1:8080', keys: [] },
      host: { id: null, name: 'test' },
      machine: 'm1',
      settings: defaultSettings,
    };
    folder = await HostFolder.create(join(root, 'host'), host, 'key');
    mkdirSync(folder.paths.runFolder, { recursive: true });
  });

  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('is nothing to go by where none runs', () => {
    write(process.pid);
    expect(findAgentFile(folder)).toBeUndefined();
    expect(() => readAgentFile(folder)).toThrow('mortise run');
  });

  it('is not believed while another one starts than the one that wrote it and was killed', async () => {
    write(process.pid + 1);
    const lock = await folder.lock('agent');
    expect(findAgentFile(folder)).toBeUndefined();
    write(process.pid);
    expect(findAgentFile(folder)?.control_token).toBe('c');
    lock.release();
  });
});
