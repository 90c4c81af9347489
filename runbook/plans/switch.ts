import type { BucketPair } from "../bucket-pair";
import { eachDatabase } from "../each-database";
import type { Side } from "../side";
import type { Plan } from "../step";
import type { WebService } from "../web-service";
import type { Edge, JobGate } from "../world";
import { bucketFinalSteps, bucketReadySteps } from "./bucket-steps";
import { capacityFreeSteps, capacitySteps } from "./capacity-steps";
import { forgetSteps } from "./forget-steps";
import { handoverStep } from "./handover-step";
import { jobsOffSteps, jobsOnSteps } from "./job-steps";
import { pointerSteps } from "./pointer-steps";
import { positionSteps } from "./position-step";
import { preflightStep, readinessSteps } from "./readiness-steps";
import { releaseSteps } from "./release-step";
import { SWITCH_LIMITS, type SwitchLimits } from "./switch-limits";
import { poolersOf, switchState, type SwitchedDatabase } from "./switch-state";
import { otherSide } from "../side";
import { wayBackSteps } from "./way-back-step";
import { writerStep } from "./writer-step";

/** A switch in either direction: the same steps with the sides swapped. */
export interface SwitchDirection {
  readonly id: string;
  readonly title: string;
  readonly to: Side;
}

/** What a switch acts on. */
export interface SwitchedWorld {
  readonly databases: readonly SwitchedDatabase[];
  /** @default - the workload has no edge that is managed here */
  readonly edge?: Edge;
  /** @default - nothing runs by itself */
  readonly jobs?: readonly JobGate[];
  /** @default - nothing that is managed here answers visitors */
  readonly services?: readonly WebService[];
  /** @default - no objects are kept */
  readonly buckets?: readonly BucketPair[];
}

/**
 * The plan that makes the other side the writer.
 *
 * All that can be made ready is, before any writer is held. `handover` then is one call, which each database carries
 * out by itself: the right to write travels in the replication stream, behind the last row of the side that is left,
 * and opens the other side where it arrives. Names and edge follow as slowly as they like, since applications on both
 * sides find the writer.
 *
 * Cost: of time, mostly the lag gate and what workers still have at hand; writers are held for a fraction of a second.
 */
export function switchSteps(
  { id, title, to }: SwitchDirection,
  { databases, edge, jobs = [], services = [], buckets = [] }: SwitchedWorld,
  limits: Partial<SwitchLimits> = {},
): Plan {
  const from = otherSide(to);
  const all = { ...SWITCH_LIMITS, ...limits };
  const state = switchState(databases);
  const handover = handoverStep(state, to, all);
  const names = databases.flatMap(({ name, endpoint }) =>
    endpoint.kind === "cname" ? [{ name, pointer: endpoint.name }] : [],
  );
  /** Applications that came by the name while it still led to the side that is left stay there as long as their sessions. */
  const leaveClosedSide = (signal: AbortSignal) =>
    eachDatabase(databases, async ({ endpoint, endStale }) => {
      if (endpoint.kind === "cname") await endStale?.("from", signal);
    });
  return {
    id,
    title,
    pointOfNoReturn: handover.id,
    steps: [
      writerStep(state, from, to),
      preflightStep(state, jobs),
      ...bucketReadySteps(buckets, from),
      ...capacitySteps(services, to),
      ...jobsOffSteps(jobs, from, all.idle),
      ...readinessSteps(state, all),
      handover,
      ...releaseSteps(state, to),
      ...positionSteps(state, to),
      ...wayBackSteps(state, from),
      ...pointerSteps(
        names,
        to,
        {
          id: "names",
          title: `The writer's name leads to the ${to}`,
          convergedId: "names-converged",
          convergedTitle: "Every resolver agrees",
        },
        leaveClosedSide,
      ),
      ...pointerSteps(edge ? [{ name: "edge", pointer: edge }] : [], to, {
        id: "edge",
        title: `The edge is told to use the ${to}`,
        convergedId: "converged",
        convergedTitle: "Every vantage point agrees",
      }),
      ...forgetSteps(edge, from),
      ...capacityFreeSteps(services, to),
      ...bucketFinalSteps(buckets, from),
      ...jobsOnSteps(jobs, to, all.idle),
    ],
    async release() {
      await Promise.all(
        databases.map((database) => Promise.all([database.close(), poolersOf(database)?.close()])),
      );
    },
  };
}
