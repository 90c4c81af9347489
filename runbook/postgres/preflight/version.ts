import { SIDES } from "../../side";
import type { Kind, Sighting } from "./kind";

/** The oldest that the runbook is tested with. */
const LEAST_VERSION = 130_000;

const major = (version: number): number => Math.floor(version / 10_000);

/** The target may be newer than the source, never older: what the source's schema uses must be known there. */
export const version: Kind = {
  id: "version",
  title: "Both servers are new enough",
  find: ({ server }) => {
    const findings: Sighting[] = SIDES.filter((side) => server[side].version < LEAST_VERSION).map((side) => ({
      severity: "blocks",
      side,
      found: `the ${side} is of version ${major(server[side].version)}`,
      expected: `PostgreSQL ${major(LEAST_VERSION)} or later`,
      fix: { action: `upgrade the ${side}` },
    }));
    const { source, target } = server;
    if (major(target.version) < major(source.version)) {
      findings.push({
        severity: "blocks",
        side: "target",
        found: `the target is of version ${major(target.version)}, and the source of ${major(source.version)}`,
        expected: "a target that is at least as new as the source",
        fix: { action: `make the target with version ${major(source.version)} or later` },
      });
    }
    return Promise.resolve(findings);
  },
};
