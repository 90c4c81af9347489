import { z } from "zod";

/** What a plan's command of the workload under test prints with `--json`. */
export const planResult = z.strictObject({
  command: z.string(),
  exitCode: z.number().int(),
  workload: z.literal("cli-shop"),
  plan: z.string(),
  title: z.string(),
  outcome: z.enum(["done", "undone", "stopped"]),
  resumed: z.boolean(),
  crossed: z.boolean(),
  steps: z.array(
    z.strictObject({
      id: z.string(),
      title: z.string(),
      state: z.enum(["done", "undone", "failed", "not reached"]),
      already: z.boolean(),
      startedAt: z.number().optional(),
      durationMs: z.number(),
      observations: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
      error: z.string().optional(),
    }),
  ),
  cause: z.string().optional(),
  stands: z.string(),
  warnings: z.array(z.string()),
  notes: z.array(z.string()),
  next: z.array(z.string()).min(1),
});
