import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const stopWithinMs = 10_000;

/** A process of the bench's own that answers each message with one. */
export class Child<Message, Reply> {
  private waiting: { resolve: (reply: Reply) => void; reject: (error: Error) => void } | null = null;

  private constructor(readonly process: ChildProcess) {
    endWithBench(process);
    process.on('message', (reply) => {
      this.waiting?.resolve(reply as Reply);
      this.waiting = null;
    });
    process.on('exit', (code) => {
      this.waiting?.reject(new Error(`A process of the bench ended with ${code ?? 'a signal'}.`));
      this.waiting = null;
    });
  }

  /** `script` lies beside this file. What it writes is thrown away, as what the store writes is. */
  static start<Message, Reply>(script: string, parameters: readonly string[] = []): Child<Message, Reply> {
    return new Child(
      fork(fileURLToPath(new URL(script, import.meta.url)), parameters, {
        serialization: 'advanced',
        stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      }),
    );
  }

  ask(message: Message): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.waiting) throw new Error('The process has not answered the last message yet.');
      this.waiting = { resolve, reject };
      this.process.send(message as object);
    });
  }

  get pid(): number {
    return this.process.pid!;
  }

  stop(): Promise<void> {
    return stopProcess(this.process);
  }
}

const running = new Set<ChildProcess>();
process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL');
});

/** Whatever becomes of the bench, the process ends with it. */
export function endWithBench(child: ChildProcess): void {
  running.add(child);
  child.once('exit', () => running.delete(child));
}

/** Ends a process by its own id, and by force when it takes too long. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  await exited;
  clearTimeout(force);
}
