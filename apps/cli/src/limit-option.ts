import { InvalidArgumentError, Option } from 'commander';

const most = 100;

/** `--limit`, as the store takes it. */
export const limitOption = (fallback: number): Option =>
  new Option('--limit <count>', 'how many at most').default(fallback).argParser((written) => {
    const count = Number(written);
    if (Number.isInteger(count) && count >= 1 && count <= most) return count;
    throw new InvalidArgumentError(`Write a whole number from 1 to ${most}.`);
  });
