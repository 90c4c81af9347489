import { z } from "zod";

const values = z.record(z.string(), z.unknown());

const change = z.object({
  actions: z.array(z.enum(["no-op", "read", "create", "update", "delete", "forget"])),
  before: values.nullable().optional(),
  after: values.nullable().optional(),
  after_unknown: z.unknown().optional(),
  replace_paths: z.array(z.array(z.union([z.string(), z.number()]))).optional(),
  importing: z.unknown().optional(),
});

const resourceChange = z.object({
  address: z.string(),
  previous_address: z.string().optional(),
  mode: z.enum(["managed", "data"]),
  type: z.string(),
  change,
});

const resource = z.object({
  address: z.string(),
  mode: z.enum(["managed", "data"]),
  type: z.string(),
  values: values.optional(),
});

const stateModule = z.object({
  resources: z.array(resource).optional(),
  get child_modules() {
    return z.array(stateModule).optional();
  },
});

const outputs = z.record(z.string(), z.object({ value: z.unknown().optional() }));

const configModule = z.object({
  resources: z
    .array(z.object({ address: z.string(), provider_config_key: z.string().optional() }))
    .optional(),
  get module_calls() {
    return z.record(z.string(), z.object({ module: configModule.optional() })).optional();
  },
});

/**
 * The parts of Terraform's and OpenTofu's plan representation that a review reads.
 *
 * Source: developer.hashicorp.com/terraform/internals/json-format. A minor version adds, a major one breaks.
 */
export const planJson = z.object({
  format_version: z.string(),
  terraform_version: z.string().optional(),
  errored: z.boolean().optional(),
  /** Not so after `-target`, and where Terraform put some changes off. */
  complete: z.boolean().optional(),
  /** Not Terraform's: `relocate plan --json` says so of what it made. */
  made_offline: z.boolean().optional(),
  variables: z.record(z.string(), z.object({ value: z.unknown().optional() })).optional(),
  resource_changes: z.array(resourceChange).optional(),
  output_changes: z.record(z.string(), z.object({ actions: z.array(z.string()) })).optional(),
  planned_values: z.object({ outputs: outputs.optional() }),
  prior_state: z
    .object({
      values: z.object({ outputs: outputs.optional(), root_module: stateModule.optional() }).optional(),
    })
    .optional(),
  configuration: z
    .object({
      provider_config: z
        .record(
          z.string(),
          z.object({
            expressions: z
              .object({
                region: z.object({ constant_value: z.unknown(), references: z.array(z.string()) }).partial(),
              })
              .partial()
              .optional(),
          }),
        )
        .optional(),
      root_module: configModule.optional(),
    })
    .optional(),
});

export type PlanJson = z.infer<typeof planJson>;
export type StateModule = z.infer<typeof stateModule>;
export type ConfigModule = z.infer<typeof configModule>;
export type ResourceChange = z.infer<typeof resourceChange>;
