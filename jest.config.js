"use strict";

module.exports = {
  testEnvironment: "node",
  roots: ["<rootDir>/__tests__"],
  testMatch: ["**/*.test.ts"],
  // Types are checked by `npm run lint`; the tests run the transpiled files.
  transform: { "^.+\\.ts$": ["ts-jest", { diagnostics: false }] },
  globalSetup: "<rootDir>/__tests__/before-all.ts",
  globalTeardown: "<rootDir>/__tests__/after-all.ts",
  testTimeout: 60_000,
  // Real processes, real clusters: a database each side of two workers is what two cores carry.
  maxWorkers: 2,
  testSequencer: "<rootDir>/__tests__/longest-first.js",
  // What test files leave in memory slows down those that come after them in the same process: a new one is begun instead.
  workerIdleMemoryLimit: "500MB",
};
