/**
 * Loaded before the store in the processes that the bench measures: counts the syncs that the program asks for, and
 * profiles every thread when it is told to. It changes nothing of what the store does.
 */
import fs from 'node:fs';
import { open } from 'node:fs/promises';
import { Session } from 'node:inspector';
import type { Profiler } from 'node:inspector';
import { syncBuiltinESMExports } from 'node:module';
import { BroadcastChannel, isMainThread, threadId } from 'node:worker_threads';

export interface SyncCounts {
  /** `fdatasync`: of blobs and of the database's log. */
  readonly files: number;
  /** `fsync`: of directories, and of whatever asks for it. */
  readonly directories: number;
}

export interface ThreadProfile {
  readonly thread: string;
  readonly profile: Profiler.Profile;
}

export type ProbeCommand = 'count-syncs' | 'start-profile' | 'stop-profile';

const gatherProfilesMs = 1500;
const samplingMicroseconds = 500;
const channel = new BroadcastChannel('mortise-bench-probe');
channel.unref();
const session = new Session();

function post<Result>(method: string, parameters: object = {}): Promise<Result> {
  return new Promise((resolve, reject) => {
    session.post(method, parameters, (error: Error | null, result?: object) => {
      if (error) reject(error);
      else resolve(result as Result);
    });
  });
}

async function startProfile(): Promise<void> {
  session.connect();
  await post('Profiler.enable');
  await post('Profiler.setSamplingInterval', { interval: samplingMicroseconds });
  await post('Profiler.start');
}

async function stopProfile(): Promise<ThreadProfile> {
  const { profile } = await post<{ profile: Profiler.Profile }>('Profiler.stop');
  session.disconnect();
  return { thread: isMainThread ? 'main thread' : `worker thread ${threadId}`, profile };
}

function serveWorker(): void {
  channel.onmessage = (event: unknown) => {
    const { data } = event as { data: unknown };
    if (data === 'start-profile') void startProfile();
    if (data === 'stop-profile') void stopProfile().then((profile) => channel.postMessage(profile));
  };
}

async function gatherProfiles(): Promise<ThreadProfile[]> {
  const profiles: ThreadProfile[] = [];
  channel.onmessage = (event: unknown) => {
    profiles.push((event as { data: ThreadProfile }).data);
  };
  channel.postMessage('stop-profile');
  profiles.push(await stopProfile());
  await new Promise((resolve) => setTimeout(resolve, gatherProfilesMs));
  return profiles;
}

async function serveMain(): Promise<void> {
  const counts = { files: 0, directories: 0 };
  const handle = await open(process.execPath);
  const prototype = Object.getPrototypeOf(handle) as typeof handle;
  await handle.close();
  const { sync, datasync } = prototype;
  prototype.sync = function (this: typeof handle) {
    counts.directories += 1;
    return sync.call(this);
  };
  prototype.datasync = function (this: typeof handle) {
    counts.files += 1;
    return datasync.call(this);
  };
  const { fsync, fdatasync } = fs;
  fs.fsync = Object.assign((file: number, done: fs.NoParamCallback) => {
    counts.directories += 1;
    fsync(file, done);
  }, fsync);
  fs.fdatasync = Object.assign((file: number, done: fs.NoParamCallback) => {
    counts.files += 1;
    fdatasync(file, done);
  }, fdatasync);
  syncBuiltinESMExports();
  process.on('message', (command: ProbeCommand) => {
    void answer(command).then((reply) => process.send?.(reply));
  });
  // Whoever is only listened to must not keep the store alive.
  process.channel?.unref();

  async function answer(command: ProbeCommand): Promise<object> {
    if (command === 'count-syncs') return { ...counts };
    if (command === 'stop-profile') return gatherProfiles();
    channel.postMessage('start-profile');
    await startProfile();
    return {};
  }
}

if (isMainThread) await serveMain();
else serveWorker();
