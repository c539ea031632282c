// Tests run on the emitted JavaScript, because Jest does not transform inside worker threads and the
// embedded search engine is one. Test files sit beside the code as *.test.ts, and under test/.
export default {
  rootDir: 'dist',
  testEnvironment: 'node',
  testMatch: ['**/*.test.js'],
  transform: {},
  // Five times what the slowest take on a good machine, for one that is slow and has more to do.
  testTimeout: 180_000,
  // Here, and not among the arguments of a script, so that `-- --runInBand` and the like may be added to any of them.
  maxWorkers: 2,
};
