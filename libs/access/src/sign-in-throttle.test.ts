import { beforeEach, describe, expect, it } from '@jest/globals';
import { Clock, limits } from '#kernel';
import { SignInThrottle } from './sign-in-throttle.js';

class SetClock extends Clock {
  time = 1_000_000;

  now(): number {
    return this.time;
  }
}

let clock: SetClock;
let throttle: SignInThrottle;

beforeEach(() => {
  clock = new SetClock();
  throttle = new SignInThrottle(clock);
});

function guess(times: number, username: string, address: string): void {
  for (let index = 0; index < times; index += 1) throttle.failed(username, address);
}

const isAdmitted = (username: string, address: string): boolean => {
  try {
    throttle.admit(username, address);
    return true;
  } catch {
    return false;
  }
};

describe('SignInThrottle', () => {
  it('refuses a username after so many failures from anywhere, for half a minute at most', () => {
    for (let index = 0; index < limits.failedSignInsPerUsername; index += 1) {
      expect(isAdmitted('ada', '10.0.0.1')).toBe(true);
      throttle.failed('ada', `10.0.0.${index}`);
    }
    expect(() => throttle.admit('ada', '192.0.2.1')).toThrow('try again in 30 s');
    expect(isAdmitted('bob', '192.0.2.1')).toBe(true);
    clock.time += limits.failedSignInPerUsernameForgivenAfterMs;
    expect(isAdmitted('ada', '192.0.2.1')).toBe(true);
  });

  it('refuses an address that tries many names, and no other address', () => {
    for (let index = 0; index < limits.failedSignInsPerAddress; index += 1)
      throttle.failed(`name-${index}`, '10.0.0.1');
    expect(isAdmitted('somebody', '10.0.0.1')).toBe(false);
    expect(isAdmitted('somebody', '10.0.0.2')).toBe(true);
  });

  it('does not shut people out of places from which they have signed in', () => {
    throttle.succeeded('ada', '10.0.0.1');
    guess(1000, 'ada', '192.0.2.1');
    expect(isAdmitted('ada', '10.0.0.1')).toBe(true);
    guess(limits.failedSignInsPerUsername, 'ada', '10.0.0.1');
    expect(isAdmitted('ada', '10.0.0.1')).toBe(false);
  });

  it('counts no success', () => {
    for (let index = 0; index < 1000; index += 1) throttle.succeeded('ada', '10.0.0.1');
    expect(isAdmitted('ada', '10.0.0.1')).toBe(true);
    expect(isAdmitted('ada', '10.0.0.2')).toBe(true);
  });
});
