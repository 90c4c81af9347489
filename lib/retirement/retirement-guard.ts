import { DataAwsSsmParameter } from "@cdktf/provider-aws/lib/data-aws-ssm-parameter";
import { Fn, Op, TerraformSelf } from "cdktf";
import { Construct } from "constructs";
import { completionParameter } from "../link/completion";
import { finalBackupParameter } from "./final-backup";

/** What must have happened: the way back has ended, or the source's last snapshots stand (which comes after it). */
export type RetirementProof = "completion" | "final-backup";

/** What is refused as long as which proofs are missing. */
export interface RetirementGuardProps {
  /** Name of the workload, such as `storefront`. */
  readonly workload: string;
  readonly proof: RetirementProof;
  /** What is refused without the proof, for the message, such as `retire_source=true`. */
  readonly refused: string;
  /** Terraform bool expression for whether the proof is needed. @default - always */
  readonly when?: string;
}

const PROOFS = {
  completion: {
    parameter: completionParameter,
    fields: ["completedAt"],
    fix: "let relocate complete end the way back first",
  },
  "final-backup": {
    parameter: finalBackupParameter,
    fields: ["completedAt", "snapshots"],
    fix: "deploy the decommission stack with retire_source=true first",
  },
} as const;

/**
 * Has the plan fail as long as the proof is missing: Terraform reads the parameter while it plans, so nothing has been
 * touched when it refuses.
 *
 * Where the parameter itself does not exist, reading it fails the plan as well.
 *
 * @param scope of the target region, which both proofs stand in
 * @returns expression, without the braces, for when the way back ended; to be used only where the proof is needed
 */
export function retirementGuard(
  scope: Construct,
  id: string,
  { workload, proof, refused, when }: RetirementGuardProps,
): string {
  const { parameter, fields, fix } = PROOFS[proof];
  const name = parameter(workload);
  const found: unknown = Fn.jsondecode(TerraformSelf.getString("insecure_value"));
  const read = new DataAwsSsmParameter(new Construct(scope, id), "proof", {
    name,
    lifecycle: {
      postcondition: fields.map((field) => {
        const proven = Fn.can(Fn.lookupNested(found, [field]));
        return {
          condition: when === undefined ? proven : Op.or(Op.not(when), proven),
          errorMessage:
            `${refused} is refused: ${name} says "\${self.insecure_value}", which has no ${field}. ` +
            `Fix: ${fix}.`,
        };
      }),
    },
  });
  return `jsondecode(${read.fqn}.insecure_value).completedAt`;
}
