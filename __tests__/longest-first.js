"use strict";
const fs = require("node:fs");
const path = require("node:path");
const { default: Sequencer } = require("@jest/test-sequencer");

/**
 * The longest tests, the longest first: begun last, one of them would keep one core waiting for the other. A machine that
 * has run the tests before knows more than this list, and goes by it.
 */
const LONGEST = [
  "cli/rehearse",
  "runbook/plans/switch-exploration",
  "cli/runbook",
  "rehearsal/faults/disturbed",
  "rehearsal/faults/killed",
  "rehearsal/faults/replicas",
  "stacks/completed",
  "readme",
  "examples/package",
  "stacks/walk",
  "runbook/plans/physical",
  "runbook/plans/handover",
  "runbook/plans/start-again",
  "runbook/plans/switch",
  "runbook/plans/start",
  "runbook/engine-exploration",
].map((name) => path.join(__dirname, `${name}.test.ts`));

module.exports = class LongestFirst extends Sequencer {
  sort(tests) {
    const gone = LONGEST.filter((file) => !fs.existsSync(file));
    if (gone.length > 0) throw new Error(`no longer there, so not to be begun first: ${gone.join(", ")}`);
    const sorted = super.sort(tests);
    const place = ({ path, duration }) => {
      const known = duration === undefined ? LONGEST.indexOf(path) : -1;
      return known === -1 ? LONGEST.length : known;
    };
    return [...sorted].sort((one, other) => place(one) - place(other));
  }
};
