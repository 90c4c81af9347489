import { Token } from "cdktf";
import type { Construct } from "constructs";

/** What AWS accepts as a name for one kind of thing. */
export interface NameLimit {
  /** What carries the name, such as `load balancer`. */
  readonly what: string;
  /** Longest name, in characters. */
  readonly longest: number;
  /** Form of the whole name. */
  readonly form: RegExp;
  /** The form in words, for the message. */
  readonly formInWords: string;
}

/**
 * Has synth refuse a name that AWS would refuse only in the middle of an apply.
 * A name that Terraform computes is left to AWS.
 */
export function limitName(construct: Construct, name: string, limit: NameLimit): void {
  if (Token.isUnresolved(name)) return;
  construct.node.addValidation({
    validate: () =>
      [
        name.length > limit.longest && `has ${name.length} characters, AWS takes ${limit.longest} at most`,
        !limit.form.test(name) && `is not of the form AWS takes: ${limit.formInWords}`,
      ]
        .filter((finding) => finding !== false)
        .map(
          (finding) =>
            `${construct.node.path}: the ${limit.what} name "${name}" ${finding}. Fix: change "name".`,
        ),
  });
}
